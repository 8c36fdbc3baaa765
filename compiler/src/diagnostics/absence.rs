//! `P03xx`: absence.

use policy_syntax::{Applicability, Code, Diagnostic, Location, Severity};

use super::{Finding, types::Reason};
use crate::code::codes;

codes! {
    UNCHECKED = 301, "value that may be absent";
    STEP = 302, "step on a value that may be absent";
    NEVER_ABSENT = 303, "absence that cannot be";
    KNOWN_PRESENT = 304, "presence that is known";
}

/// What is wrong where a value may be absent.
#[derive(Clone, Debug)]
pub enum Absence {
    /// An optional where a present value is wanted.
    Unchecked {
        /// The expression as written.
        source: String,
        /// Its type, without `?`.
        present: String,
        /// What wants it present: "`==`", "`because`", "a `String`".
        wanted: Reason,
        /// A literal that can stand in where it is absent.
        fallback: Option<String>,
        /// The edit to `is`, where `==` or `!=` has a value on the right: the operator's place and its new text.
        is: Option<(Location, String)>,
        /// Where `is true` can stand, for a `Bool`.
        truth: Option<Location>,
        /// Where a guard can stand: the start of the condition.
        guard: Option<Location>,
        /// Where the field that makes it optional is declared.
        declared: Option<Location>,
    },
    /// A field, an index or a method of an optional.
    Step {
        /// The expression before the step.
        source: String,
        /// The step: `.model`, `[0]`.
        step: String,
        /// Where `?` goes.
        question: Option<Location>,
        /// Where a guard can stand: the start of the condition.
        guard: Option<Location>,
        /// Where the field that makes it optional is declared.
        declared: Option<Location>,
    },
    /// `?.`, `??`, `is present` on what is never absent.
    NeverAbsent {
        /// What is superfluous.
        what: &'static str,
        /// The type.
        ty: String,
        /// The edit that removes it.
        fix: Option<(Location, String)>,
    },
    /// `is present` on what the checks before have shown present, or `is absent` on it.
    KnownPresent {
        /// The expression as written.
        source: String,
    },
}

impl Absence {
    const fn code(&self) -> Code {
        match self {
            Self::Unchecked { .. } => UNCHECKED,
            Self::Step { .. } => STEP,
            Self::NeverAbsent { .. } => NEVER_ABSENT,
            Self::KnownPresent { .. } => KNOWN_PRESENT,
        }
    }
}

impl Finding for Absence {
    fn render(self, at: Location) -> Diagnostic {
        let code = self.code();
        match self {
            Self::Unchecked { source, present, wanted, fallback, is, truth, guard, declared } => {
                let mut d = Diagnostic::new(
                    code,
                    Severity::Error,
                    at,
                    format!("`{source}` may be absent, and {} a value that is present", wanted.words),
                )
                .with_label(format!("`{present}?`"));
                if let Some(place) = wanted.at {
                    d = d.with_secondary(place, "this wants it present");
                }
                if let Some(declared) = declared {
                    d = d.with_secondary(declared, "declared optional here");
                }
                d = d.with_help(format!("check it first: `{source} is present and …`"));
                if let Some(guard) = guard {
                    d = d.with_fix(
                        format!("check `{source} is present` first"),
                        guard,
                        format!("{source} is present and "),
                        Applicability::MaybeWrong,
                    );
                }
                if let Some((place, text)) = is {
                    d = d.with_help(format!(
                        "or compare with `{text}`, which takes an absent value as different"
                    ));
                    d = d.with_fix(format!("write `{text}`"), place, text, Applicability::MaybeWrong);
                }
                if let Some(end) = truth {
                    d = d.with_help(format!(
                        "or ask for one of both, which absent is not: `{source} is true`"
                    ));
                    d = d.with_fix(
                        format!("write `{source} is true`"),
                        end,
                        " is true",
                        Applicability::MaybeWrong,
                    );
                }
                match fallback {
                    Some(literal) => d
                        .with_help(format!("or say what stands in for it: `{source} ?? {literal}`"))
                        .with_fix(
                            format!("write `({source} ?? {literal})`"),
                            at,
                            format!("({source} ?? {literal})"),
                            Applicability::MaybeWrong,
                        ),
                    None => d.with_help(format!("or say what stands in for it: `{source} ?? …`")),
                }
            }
            Self::Step { source, step, question, guard, declared } => {
                let mut d = Diagnostic::new(
                    code,
                    Severity::Error,
                    at,
                    format!("`{source}` may be absent, so it has no `{step}` to speak of"),
                );
                if let Some(declared) = declared {
                    d = d.with_secondary(declared, "declared optional here");
                }
                if let Some(question) = question {
                    d = d
                        .with_help(format!("write `{source}?{step}`, which is absent where `{source}` is"))
                        .with_fix(
                            format!("write `{source}?{step}`"),
                            question,
                            "?",
                            Applicability::MaybeWrong,
                        );
                }
                d = d.with_help(format!("or check it first: `{source} is present and …`"));
                match guard {
                    Some(guard) => d.with_fix(
                        format!("check `{source} is present` first"),
                        guard,
                        format!("{source} is present and "),
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                }
            }
            Self::NeverAbsent { what, ty, fix } => {
                let d = Diagnostic::new(
                    code,
                    Severity::Warning,
                    at,
                    format!("{what} is not needed: a `{ty}` is never absent"),
                );
                match fix {
                    Some((place, text)) => {
                        d.with_fix(format!("remove {what}"), place, text, Applicability::Safe)
                    }
                    None => d,
                }
            }
            Self::KnownPresent { source } => Diagnostic::new(
                code,
                Severity::Warning,
                at,
                format!("`{source}` is known to be present here, so this says nothing"),
            ),
        }
    }
}
