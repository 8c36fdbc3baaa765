//! Where lints report, and what becomes of it.

use std::collections::BTreeSet;

use policy_syntax::{Diagnostic, Location};

use super::allow::Allows;
use super::{Input, Lint, level::Level};

/// Collects findings.
#[derive(Default)]
pub(super) struct Reporter {
    found: Vec<(&'static Lint, Diagnostic)>,
}

impl Reporter {
    /// A finding at a place. Its severity is settled at the end; one place is reported once for each lint and message.
    pub(super) fn report(
        &mut self,
        lint: &'static Lint,
        at: Location,
        message: impl Into<String>,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        self.found.push((lint, more(Diagnostic::warning(lint.code, at, message))));
    }

    /// What is left after `@allow` and the project's levels, in source order.
    pub(super) fn finish(self, input: &Input<'_>) -> Vec<Diagnostic> {
        let mut allows = Allows::collect(input);
        let mut out = Vec::new();
        let mut seen = BTreeSet::new();
        for (lint, diagnostic) in self.found {
            let known = input.source(diagnostic.primary.file).is_some();
            let damaged =
                lint.level == Level::Deny && input.reported(diagnostic.primary.file, diagnostic.primary.span);
            if known
                && !damaged
                && seen.insert((diagnostic.primary, diagnostic.code, diagnostic.message.clone()))
                && !allows.takes(lint, diagnostic.primary)
            {
                out.extend(settle(input, lint, diagnostic));
            }
        }
        allows.finish(input, &mut out);
        policy_syntax::diagnostic::sort(&mut out);
        out
    }
}

/// Gives a finding the severity that its lint has in this project.
pub(super) fn settle(input: &Input<'_>, lint: &Lint, mut diagnostic: Diagnostic) -> Option<Diagnostic> {
    diagnostic.severity = input.levels.of(lint).severity()?;
    if lint.level == Level::Deny {
        diagnostic.help.push(format!(
            "if it is meant, write `@allow({}, \"the reason\")` before the statement or item",
            lint.name
        ));
    }
    Some(diagnostic)
}
