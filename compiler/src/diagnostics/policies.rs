//! `P04xx`: policies and rules.

use policy_syntax::{Applicability, Code, Diagnostic, Location, Severity};

use super::{Finding, names::Nearest, quoted_list};
use crate::code::codes;

codes! {
    MISSING_DEFAULT = 401, "missing default";
    TWICE = 402, "statement that stands twice";
    DUPLICATE_RULE = 403, "duplicate rule";
    LATE_APPLIES = 404, "late `applies when`";
    UNKNOWN_ANNOTATION = 405, "unknown annotation";
    ANNOTATION_ARGUMENTS = 406, "wrong arguments of an annotation";
    POLICY_CALL = 407, "policy called outside of a test";
    FIX_TELLS_INPUT = 408, "`fix` that repeats the input";
    DETAILS = 409, "`details` that is no record";
    ON_ERROR_SKIP = 410, "misplaced `@on_error(skip)`";
}

/// What is wrong with a policy or a rule.
#[derive(Clone, Debug)]
pub enum Policies {
    /// No `default`.
    MissingDefault {
        /// The policy.
        name: String,
        /// Where one can stand.
        insert: Location,
    },
    /// A statement that may stand once.
    Twice {
        /// Which.
        what: &'static str,
        /// The first.
        first: Location,
    },
    /// Two rules with one id.
    DuplicateRule {
        /// The id.
        id: String,
        /// The first.
        first: Location,
    },
    /// `applies when` after a rule.
    LateApplies {
        /// The rule before it.
        rule: Location,
    },
    /// An annotation that means nothing here.
    UnknownAnnotation {
        /// The name.
        name: String,
        /// On what it stands.
        on: &'static str,
        /// The nearest one.
        nearest: Option<Nearest>,
        /// Those that may stand here.
        known: Vec<String>,
    },
    /// An annotation with wrong arguments.
    AnnotationArguments {
        /// The annotation.
        name: String,
        /// What it takes.
        takes: &'static str,
    },
    /// A policy used as a value outside of tests.
    PolicyCall {
        /// The policy.
        name: String,
    },
    /// `fix` tells text that the input's author chose.
    FixTellsInput {
        /// The expression.
        source: String,
        /// Its type.
        ty: String,
    },
    /// `details` that is no record.
    Details {
        /// The type that is there.
        found: String,
    },
    /// `@on_error(skip)` where it cannot be.
    OnErrorSkip {
        /// Why not.
        why: &'static str,
    },
}

impl Policies {
    const fn code(&self) -> Code {
        match self {
            Self::MissingDefault { .. } => MISSING_DEFAULT,
            Self::Twice { .. } => TWICE,
            Self::DuplicateRule { .. } => DUPLICATE_RULE,
            Self::LateApplies { .. } => LATE_APPLIES,
            Self::UnknownAnnotation { .. } => UNKNOWN_ANNOTATION,
            Self::AnnotationArguments { .. } => ANNOTATION_ARGUMENTS,
            Self::PolicyCall { .. } => POLICY_CALL,
            Self::FixTellsInput { .. } => FIX_TELLS_INPUT,
            Self::Details { .. } => DETAILS,
            Self::OnErrorSkip { .. } => ON_ERROR_SKIP,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::MissingDefault { name, .. } => {
                format!("policy `{name}` does not say what happens when no rule decides")
            }
            Self::Twice { what, .. } => format!("{what} may stand only once"),
            Self::DuplicateRule { id, .. } => format!("two rules are called `{id}`"),
            Self::LateApplies { .. } => "`applies when` stands after a rule".to_owned(),
            Self::UnknownAnnotation { name, on, .. } => format!("`@{name}` means nothing on {on}"),
            Self::AnnotationArguments { name, takes } => format!("`@{name}` takes {takes}"),
            Self::PolicyCall { name } => format!("the policy `{name}` is called outside of a test"),
            Self::FixTellsInput { source, ty } => {
                format!("`fix` repeats `{source}`, text (`{ty}`) that the input's author wrote")
            }
            Self::Details { found } => format!("`details` wants a record, not `{found}`"),
            Self::OnErrorSkip { why } => format!("`@on_error(skip)` cannot stand here: {why}"),
        }
    }
}

impl Finding for Policies {
    fn render(self, at: Location) -> Diagnostic {
        let d = Diagnostic::new(self.code(), Severity::Error, at, self.message());
        match self {
            Self::MissingDefault { insert, .. } => d
                .with_note("it must be written, so that nobody gets fail-open by omission")
                .with_help("add `default deny`, `default allow` or `default escalate to \"…\"`")
                .with_fix("add `default deny`", insert, "\n  default deny\n", Applicability::MaybeWrong)
                .with_fix("add `default allow`", insert, "\n  default allow\n", Applicability::MaybeWrong),
            Self::Twice { first, .. } => d.with_secondary(first, "the first one"),
            Self::DuplicateRule { id, first } => d
                .with_secondary(first, format!("the first `{id}`"))
                .with_note("decisions, tests and exceptions name rules by their ids")
                .with_help("give one of them another name"),
            Self::LateApplies { rule } => d
                .with_secondary(rule, "the first rule")
                .with_note("where it is false no rule runs, so it is read first")
                .with_help("move it before the first rule"),
            Self::UnknownAnnotation { nearest, known, .. } => {
                let d = match nearest {
                    Some(n) => d.with_label(format!("did you mean `@{}`?", n.name)).with_fix(
                        format!("write `@{}`", n.name),
                        at,
                        n.name,
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                };
                if known.is_empty() {
                    d
                } else {
                    d.with_note(format!("here can stand {}", quoted_list(&known, 20)))
                }
            }
            Self::AnnotationArguments { .. } => d,
            Self::PolicyCall { .. } => d
                .with_note("a decision is made for a host; only tests and properties look at one")
                .with_help("share the condition: write it as a function that both policies call"),
            Self::FixTellsInput { .. } => d
                .with_note(
                    "`fix` speaks to whoever must act next, perhaps an agent; what the input's author wrote could steer it",
                )
                .with_help("say it in `because`, or interpolate constants, data, parameters, numbers and enums only"),
            Self::Details { .. } => d.with_help("write `details { name: value }`"),
            Self::OnErrorSkip { .. } => {
                d.with_note("it makes a failure count as nothing found, so it stands where a reader sees why")
            }
        }
    }
}
