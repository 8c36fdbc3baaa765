//! `P043x`: exceptions.

use policy_syntax::{Applicability, Code, Diagnostic, Location, Severity};

use super::{Finding, names::Nearest, quoted_list};
use crate::code::codes;

codes! {
    UNKNOWN_RULE = 430, "exception to an unknown rule";
    NOT_EXCEPTABLE = 431, "exception to what denies nothing";
    REFUSED = 432, "exception to a rule that allows none";
    OTHER_INPUT = 433, "exception on another input";
    BINDINGS = 434, "exception with other bindings than its rule";
    UNTIL = 435, "end of an exception that is no time";
}

/// What is wrong with an exception.
#[derive(Clone, Debug)]
pub enum Exceptions {
    /// No policy of the name.
    UnknownPolicy {
        /// The path.
        name: String,
        /// The nearest policy.
        nearest: Option<String>,
    },
    /// The policy has no such rule.
    UnknownRule {
        /// The id.
        id: String,
        /// The policy.
        policy: String,
        /// Its rules that can be excepted.
        rules: Vec<String>,
        /// The nearest one.
        nearest: Option<Nearest>,
    },
    /// A rule that is named through an instance.
    Instance {
        /// The rule.
        rule: String,
        /// Its full name; empty where there is none.
        help: String,
    },
    /// A statement that makes nothing stricter.
    NotExceptable {
        /// The statement.
        rule: String,
        /// What it is.
        what: &'static str,
        /// Where it stands.
        declared: Location,
    },
    /// `@no_exceptions`.
    Refused {
        /// The rule.
        rule: String,
        /// Who says so.
        who: String,
        /// Where.
        declared: Location,
        /// The policy that includes the rule's.
        via: Option<String>,
    },
    /// An exception in another package than its rule, and not in the root package.
    Foreign {
        /// The rule.
        rule: String,
        /// Where it stands.
        declared: Location,
    },
    /// `on x: T` with another type than the policy's.
    OtherInput {
        /// The policy.
        policy: String,
        /// The type that it decides on.
        wanted: String,
        /// The type that is written.
        found: String,
        /// Where the policy is declared.
        declared: Location,
    },
    /// Not the rule's bindings.
    Bindings {
        /// The rule.
        rule: String,
        /// What it binds.
        binds: Vec<String>,
        /// How many are named.
        given: usize,
        /// Where the rule stands.
        declared: Location,
    },
    /// `until` of what is no constant time.
    Until {
        /// Its type.
        found: String,
    },
}

impl Exceptions {
    const fn code(&self) -> Code {
        match self {
            Self::UnknownPolicy { .. } | Self::UnknownRule { .. } => UNKNOWN_RULE,
            Self::Instance { .. } | Self::NotExceptable { .. } => NOT_EXCEPTABLE,
            Self::Refused { .. } | Self::Foreign { .. } => REFUSED,
            Self::OtherInput { .. } => OTHER_INPUT,
            Self::Bindings { .. } => BINDINGS,
            Self::Until { .. } => UNTIL,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::UnknownPolicy { name, .. } => format!("`{name}` names no rule of a policy"),
            Self::UnknownRule { id, policy, .. } if id.is_empty() => {
                format!("an exception is to a rule; `{policy}` is a policy")
            }
            Self::UnknownRule { id, policy, .. } => format!("policy `{policy}` has no rule `{id}`"),
            Self::Instance { rule, .. } => {
                format!("`{rule}` is a rule of an included policy, and is excepted there")
            }
            Self::NotExceptable { rule, what, .. } => {
                format!("`{rule}` is {what}; an exception is to a `deny`, `require` or `escalate`")
            }
            Self::Refused { rule, who, via: None, .. } => {
                format!("there can be no exception to `{rule}`: {who} refuses them")
            }
            Self::Refused { rule, who, via: Some(via), .. } => {
                format!("there can be no exception to `{rule}`: `{via}` includes it, and {who} refuses them")
            }
            Self::Foreign { rule, .. } => {
                format!(
                    "`{rule}` belongs to another package, and exceptions to it are not this package's to make"
                )
            }
            Self::OtherInput { policy, wanted, found, .. } => {
                format!("`{policy}` decides on `{wanted}`, not on `{found}`")
            }
            Self::Bindings { rule, binds, given, .. } => match binds.as_slice() {
                [] => format!("`{rule}` binds nothing, but {given} are named"),
                _ => format!("`{rule}` binds {}, but {given} are named", quoted_list(binds, 10)),
            },
            Self::Until { found } => format!("an exception ends at a constant time, not at a `{found}`"),
        }
    }
}

impl Finding for Exceptions {
    fn render(self, at: Location) -> Diagnostic {
        let d = Diagnostic::new(self.code(), Severity::Error, at, self.message());
        match self {
            Self::UnknownPolicy { nearest, .. } => {
                let d = d.with_note("it is written as `module.policy.rule`, or `policy.rule` within the module");
                match nearest {
                    Some(policy) => d.with_help(format!("there is a policy `{policy}`")),
                    None => d,
                }
            }
            Self::UnknownRule { id, rules, nearest, .. } => {
                let d = match nearest {
                    Some(n) => d.with_label(format!("did you mean `{}`?", n.name)).with_fix(
                        format!("write `{}`", n.name),
                        at,
                        n.name,
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                };
                match (rules.as_slice(), id.is_empty()) {
                    ([], _) => d.with_note("it has no `deny`, `require` or `escalate`"),
                    (rules, _) => {
                        d.with_note(format!("there can be exceptions to {}", quoted_list(rules, 20)))
                    }
                }
            }
            Self::Instance { help, .. } => {
                let d = d.with_note("an exception holds for the rule wherever its policy is included");
                if help.is_empty() { d } else { d.with_help(format!("write `{help}`")) }
            }
            Self::NotExceptable { rule, declared, .. } => {
                d.with_secondary(declared, format!("`{rule}` is declared here"))
            }
            Self::Refused { declared, .. } => d
                .with_secondary(declared, "refused here, with `@no_exceptions`")
                .with_help("say in the rule's own `when` where it does not apply, or have its owner take `@no_exceptions` back"),
            Self::Foreign { declared, .. } => d
                .with_secondary(declared, "the rule")
                .with_help("write the exception in the rule's package, or in the root package of the project"),
            Self::OtherInput { declared, wanted, .. } => d
                .with_secondary(declared, format!("decides on `{wanted}`"))
                .with_help("write the policy's type"),
            Self::Bindings { declared, binds, .. } => {
                let d = d.with_secondary(declared, "the rule");
                if binds.is_empty() {
                    d.with_help("leave the parentheses out")
                } else {
                    d.with_help(format!("write `({})`, or `_` for what is not needed", binds.join(", ")))
                }
            }
            Self::Until { .. } => {
                d.with_help("write a date, to whose end it holds (UTC), or a timestamp: `until @2027-01-31`")
            }
        }
    }
}
