//! The rules that shapes are made of.

use super::condition;

/// What is held of a condition that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// The outcome is no more permissive than with true, nor than with false.
    Strict,
    /// The outcome is the one with this value: where nothing is found (`@on_error(skip)`), or where an exception does
    /// not hold.
    As(bool),
    /// The condition decides nothing: the outcome is the same with all three.
    Inert,
}

/// A kind of statement: how it is written for the conditions that are its own, and what is held of each.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// For messages.
    pub name: &'static str,
    /// Its conditions, in order.
    pub laws: &'static [Law],
    /// The statement: of the number of the policy, its position there, and its first condition.
    pub statement: fn(usize, usize, usize) -> String,
    /// Declarations beside the policy, likewise.
    pub items: fn(usize, usize, usize) -> String,
}

fn none(_: usize, _: usize, _: usize) -> String {
    String::new()
}

/// `deny`, `require`, `allow` and `escalate`, the first three with and without `@on_error(skip)`.
#[must_use]
pub fn plain() -> Vec<Kind> {
    let kind = |name, laws, statement| Kind { name, laws, statement, items: none };
    vec![
        kind("deny", &[Law::Strict], |_, at, c| format!("deny r{at} when {}", condition(c))),
        kind("require", &[Law::Strict], |_, at, c| format!("require r{at} that {}", condition(c))),
        kind("allow", &[Law::Strict], |_, at, c| format!("allow r{at} when {}", condition(c))),
        kind("escalate", &[Law::Strict], |_, at, c| {
            format!("escalate r{at} to \"ops\" when {}", condition(c))
        }),
        kind("deny, skipped", &[Law::As(false)], |_, at, c| {
            format!("@on_error(skip) deny r{at} when {} because \"found\"", condition(c))
        }),
        kind("require, skipped", &[Law::As(true)], |_, at, c| {
            format!("@on_error(skip) require r{at} that {} because \"not so\"", condition(c))
        }),
        kind("escalate, skipped", &[Law::As(false)], |_, at, c| {
            format!("@on_error(skip) escalate r{at} to \"ops\" when {} because \"found\"", condition(c))
        }),
    ]
}

/// What stands beside deciding rules.
#[must_use]
pub fn extended() -> Vec<Kind> {
    let kind = |name, laws, statement| Kind { name, laws, statement, items: none };
    vec![
        kind("warn", &[Law::Inert], |_, at, c| format!("warn r{at} when {}", condition(c))),
        kind("deny that observes", &[Law::Inert], |_, at, c| {
            format!("@mode(observe) deny r{at} when {}", condition(c))
        }),
        kind("allow that advises", &[Law::Inert], |_, at, c| {
            format!("@mode(advise) allow r{at} when {}", condition(c))
        }),
        kind("escalate that advises", &[Law::Inert], |_, at, c| {
            format!("@mode(advise) escalate r{at} to \"ops\" when {}", condition(c))
        }),
        kind("require under a condition", &[Law::Strict, Law::Strict], |_, at, c| {
            format!("require r{at} when {} that {}", condition(c), condition(c + 1))
        }),
        kind("deny for", &[Law::Strict, Law::Strict], |_, at, c| {
            format!("deny r{at} for y in [1, 1 div x.c{c}] when y == 0 or {}", condition(c + 1))
        }),
    ]
}
