//! `P07xx`: tests and properties.

use policy_syntax::{Applicability, Code, Diagnostic, Location, Severity};

use super::{Finding, names::Nearest, quoted_list};
use crate::code::codes;

codes! {
    UNKNOWN_RULE = 701, "unknown rule";
    NOT_ADECISION = 702, "expectation about what is no decision";
    WRONG_EFFECT = 703, "rule that cannot decide so";
    GIVEN_WHAT = 704, "`given` of what is no data";
    MISPLACED = 705, "misplaced statement";
    NO_EXPECT = 706, "test that expects nothing";
    BAD_POINTER = 707, "malformed JSON Pointer";
    SAME_NAME = 708, "tests of one name";
}

/// What is wrong with a test.
#[derive(Clone, Debug)]
pub enum Tests {
    /// A rule that the policy does not have.
    UnknownRule {
        /// The id.
        id: String,
        /// The policy.
        policy: String,
        /// What the test says of it.
        verb: &'static str,
        /// Its rules that can do so.
        rules: Vec<String>,
        /// The nearest one.
        nearest: Option<Nearest>,
    },
    /// `expect X denies` where X is no decision.
    NotADecision {
        /// What it is.
        found: String,
    },
    /// A rule that cannot have this effect.
    WrongEffect {
        /// The rule.
        rule: String,
        /// What it does.
        effect: &'static str,
        /// What the test says.
        verb: &'static str,
        /// The rule's place.
        declared: Location,
    },
    /// `given` of what is no data.
    GivenWhat {
        /// The name.
        name: String,
    },
    /// A statement that has no place here.
    Misplaced {
        /// The statement.
        what: &'static str,
        /// Where it can stand.
        where_: &'static str,
    },
    /// A test that expects nothing.
    NoExpect,
    /// A pointer that is none.
    BadPointer {
        /// As written.
        text: String,
    },
    /// Two tests with one name.
    SameName {
        /// The name.
        name: String,
        /// The first.
        first: Location,
    },
}

impl Tests {
    const fn code(&self) -> Code {
        match self {
            Self::UnknownRule { .. } => UNKNOWN_RULE,
            Self::NotADecision { .. } => NOT_ADECISION,
            Self::WrongEffect { .. } => WRONG_EFFECT,
            Self::GivenWhat { .. } => GIVEN_WHAT,
            Self::Misplaced { .. } => MISPLACED,
            Self::NoExpect => NO_EXPECT,
            Self::BadPointer { .. } => BAD_POINTER,
            Self::SameName { .. } => SAME_NAME,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::UnknownRule { id, policy, .. } => format!("policy `{policy}` has no rule `{id}`"),
            Self::NotADecision { found } => format!("this is {found}, not a decision"),
            Self::WrongEffect { rule, effect, verb, .. } => {
                format!("`{rule}` is {effect}; a decision never {verb} by it")
            }
            Self::GivenWhat { name } => format!("`{name}` is no data item"),
            Self::Misplaced { what, where_ } => format!("{what} can stand only in {where_}"),
            Self::NoExpect => "this expects nothing, so it can never fail".to_owned(),
            Self::BadPointer { text } => format!("`{text}` is no JSON Pointer"),
            Self::SameName { name, .. } => format!("two tests are called \"{name}\""),
        }
    }
}

impl Finding for Tests {
    fn render(self, at: Location) -> Diagnostic {
        let d = Diagnostic::new(self.code(), Severity::Error, at, self.message());
        match self {
            Self::UnknownRule { verb, rules, nearest, .. } => {
                let d = match nearest {
                    Some(n) => d.with_label(format!("did you mean `{}`?", n.name)).with_fix(
                        format!("write `{}`", n.name),
                        at,
                        n.name,
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                };
                if rules.is_empty() {
                    d.with_note(format!("it has none by which a decision {verb}"))
                } else {
                    d.with_note(format!("a decision {verb} by {}", quoted_list(&rules, 20)))
                }
            }
            Self::NotADecision { .. } => d.with_help("call a policy: `expect p(input) denies`"),
            Self::WrongEffect { rule, declared, .. } => {
                d.with_secondary(declared, format!("`{rule}` is declared here"))
            }
            Self::GivenWhat { .. } => {
                d.with_note("`given data name = value` replaces a data item for one test")
            }
            Self::Misplaced { .. } => d,
            Self::NoExpect => d.with_help("add an `expect`"),
            Self::BadPointer { .. } => {
                d.with_note("a JSON Pointer is empty or starts with `/`: `/approvals/0/user`")
            }
            Self::SameName { first, .. } => d.with_secondary(first, "the first one"),
        }
    }
}
