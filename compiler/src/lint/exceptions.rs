//! Exceptions that say too little, and those whose time is over.

use policy_bytecode::scalar::Timestamp;
use policy_syntax::{Code, Diagnostic};

use super::allow::Allows;
use super::report::{Reporter, settle};
use super::{Input, Level, Lint};
use crate::constant::{Known, shown};
use crate::hir::{Const, Exception, Hir};

pub(super) const UNEXPLAINED: Lint = Lint {
    name: "unexplained_exception",
    code: Code(760),
    level: Level::Warn,
    title: "exception without a reason",
};

pub(super) const ENDLESS: Lint = Lint {
    name: "endless_exception",
    code: Code(761),
    level: Level::Warn,
    title: "exception without an end",
};

pub(super) const LAPSED: Lint = Lint {
    name: "lapsed_exception",
    code: Code(762),
    level: Level::Deny,
    title: "exception whose time is over",
};

pub(super) fn check<'h>(input: &Input<'h>, _known: &Known<'h>, out: &mut Reporter) {
    for exception in &input.hir.exceptions {
        let name = short(exception);
        if exception.because.is_none() {
            let message = format!("the exception `{name}` does not say why");
            out.report(&UNEXPLAINED, exception.location, message, |d| {
                d.with_label("no `because`")
                    .with_note("its reason goes into every decision that it changes, and to who audits them")
                    .with_help("add `because \"…\"`, with the ticket or the decision behind it")
            });
        }
        if exception.until.is_none() && !ends_wrong(input, exception) {
            let message = format!("the exception `{name}` never ends");
            out.report(&ENDLESS, exception.location, message, |d| {
                d.with_label("no `until`")
                    .with_note("an exception that nobody has to look at again becomes the rule")
                    .with_help("add `until @…`, the last day on which it holds")
            });
        }
    }
}

/// Whether an `until` is written and was not understood.
fn ends_wrong(input: &Input<'_>, exception: &Exception) -> bool {
    let Some(source) = input.source(exception.location.file) else { return false };
    source.ast.items.iter().any(|item| {
        item.span.encloses(exception.location.span)
            && matches!(&item.kind, policy_syntax::ast::ItemKind::Exception(decl) if decl.until.is_some())
    })
}

fn short(exception: &Exception) -> &str {
    exception.name.rsplit('.').next().unwrap_or(&exception.name)
}

/// The rule that an exception is to, with its policy.
fn rule(hir: &Hir, exception: &Exception) -> String {
    let policy = hir.policies.get(exception.policy.index());
    let rule = policy.and_then(|p| p.rules.get(exception.rule.index()));
    match (policy, rule) {
        (Some(policy), Some(rule)) => format!("{}.{}", policy.name, rule.id),
        (_, _) => String::new(),
    }
}

/// The exceptions that hold no longer at `now`, in source order.
pub(super) fn lapsed(input: &Input<'_>, now: Timestamp) -> Vec<Diagnostic> {
    let mut allows = Allows::collect(input);
    let mut out = Vec::new();
    for exception in &input.hir.exceptions {
        let Some(until) = exception.until.filter(|until| *until <= now) else { continue };
        if input.source(exception.location.file).is_none() || allows.takes(&LAPSED, exception.location) {
            continue;
        }
        let at = shown(&input.hir.types, &Const::Timestamp(until));
        let message = format!("the exception `{}` has lapsed: it held until {at}", short(exception));
        let found = Diagnostic::warning(LAPSED.code, exception.location, message)
            .with_label("has no effect any more")
            .with_note(format!("the rule `{}` decides again", rule(input.hir, exception)))
            .with_help("remove it, or have it approved once more with a later `until`");
        out.extend(settle(input, &LAPSED, found));
    }
    out
}
