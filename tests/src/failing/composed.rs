//! Rules that are composed: policies within policies, exceptions, and what is asked of the host.

use super::condition;
use super::kinds::{Kind, Law};

fn none(_: usize, _: usize, _: usize) -> String {
    String::new()
}

fn rules(number: usize, at: usize, head: &str, rules: &[String]) -> String {
    format!("policy q{number}_{at} on x: In{head} {}\n", rules.join(" "))
}

/// What is composed: policies within policies, exceptions, and what is asked of the host.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one entry a kind")]
pub fn composed() -> Vec<Kind> {
    use Law::{As, Inert, Strict};
    vec![
        Kind {
            name: "include of deny",
            laws: &[Strict, Strict],
            statement: |n, at, c| format!("include q{n}_{at}(x) as i{at} when {}", condition(c)),
            items: |n, at, c| {
                rules(
                    n,
                    at,
                    "",
                    &["{ default allow deny r when".to_owned(), condition(c + 1), "}".to_owned()],
                )
            },
        },
        Kind {
            name: "include of allow that applies",
            laws: &[Strict, Strict],
            statement: |n, at, _| format!("include q{n}_{at}(x) as i{at}"),
            items: |n, at, c| {
                let (applies, allow) = (condition(c), condition(c + 1));
                rules(
                    n,
                    at,
                    "",
                    &[format!("{{ default allow applies when {applies} allow r when {allow} }}")],
                )
            },
        },
        Kind {
            name: "include of the first of two",
            laws: &[Strict, Strict],
            statement: |n, at, _| format!("include q{n}_{at}(x) as i{at}"),
            items: |n, at, c| {
                let (allow, escalate) = (condition(c), condition(c + 1));
                let body =
                    format!("{{ default allow allow r when {allow} escalate s to \"ops\" when {escalate} }}");
                rules(n, at, " resolve first", &[body])
            },
        },
        Kind {
            name: "include for",
            laws: &[Strict, Strict],
            statement: |n, at, c| format!("include q{n}_{at}(x) as \"i{{y}}\" for y in [1 div x.c{c}, 7]"),
            items: |n, at, c| {
                rules(n, at, "", &[format!("{{ default allow deny r when {} }}", condition(c + 1))])
            },
        },
        Kind {
            name: "include that observes",
            laws: &[Inert],
            statement: |n, at, _| format!("@mode(observe) include q{n}_{at}(x) as i{at}"),
            items: |n, at, c| {
                rules(n, at, "", &[format!("{{ default allow deny r when {} }}", condition(c))])
            },
        },
        Kind {
            name: "require of allow",
            laws: &[Strict, Strict],
            statement: |n, at, _| format!("require r{at}: q{n}_{at}(x)"),
            items: |n, at, c| {
                let (applies, allow) = (condition(c), condition(c + 1));
                rules(n, at, "", &[format!("{{ default deny applies when {applies} allow r when {allow} }}")])
            },
        },
        Kind {
            name: "require of escalate and deny",
            laws: &[Strict, Strict],
            statement: |n, at, _| format!("require r{at}: q{n}_{at}(x)"),
            items: |n, at, c| {
                let (escalate, deny) = (condition(c), condition(c + 1));
                let body =
                    format!("{{ default allow escalate r to \"ops\" when {escalate} deny s when {deny} }}");
                rules(n, at, "", &[body])
            },
        },
        Kind {
            name: "deny with an exception",
            laws: &[Strict, As(false)],
            statement: |_, at, c| format!("deny r{at} when {}", condition(c)),
            items: |n, at, c| exception(n, at, c + 1),
        },
        Kind {
            name: "require with an exception",
            laws: &[Strict, As(false)],
            statement: |_, at, c| format!("require r{at} that {}", condition(c)),
            items: |n, at, c| exception(n, at, c + 1),
        },
        Kind {
            name: "escalate with an exception",
            laws: &[Strict, As(false)],
            statement: |_, at, c| format!("escalate r{at} to \"ops\" when {}", condition(c)),
            items: |n, at, c| exception(n, at, c + 1),
        },
        Kind {
            name: "oblige",
            laws: &[Strict],
            statement: |_, at, c| format!("oblige r{at}: log when {}", condition(c)),
            items: none,
        },
        Kind {
            name: "oblige, payload",
            laws: &[Strict],
            statement: |_, at, c| format!("oblige r{at}: say {{ n: 1 div x.c{c} }}"),
            items: none,
        },
        Kind {
            name: "transform",
            laws: &[Strict],
            statement: |_, at, c| format!("transform r{at}: x.t = {at} when {}", condition(c)),
            items: none,
        },
    ]
}

fn exception(number: usize, at: usize, c: usize) -> String {
    format!("exception e{number}_{at} to p{number}.r{at} on x: In when {} because \"known\"\n", condition(c))
}
