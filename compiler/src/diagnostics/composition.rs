//! `P042x`: modes, obligations, transforms, and policies within policies.

use policy_syntax::{Applicability, Code, Diagnostic, Location, Severity};

use super::{Finding, names::Nearest, quoted_list};
use crate::code::codes;

codes! {
    NOT_AMODE = 420, "what is no mode";
    MODE_OF_INPUT = 421, "mode that the input decides";
    NOT_APATH = 422, "transform of what is no place of the input";
    CANNOT_MAKE = 423, "transform below what may be missing";
    PARAMETER_OF_INPUT = 424, "parameter that the input decides";
    INCLUSION_CYCLE = 425, "policies that include each other";
    STRICTER_DEFAULT = 426, "included policy with a stricter default";
    SAME_INSTANCE = 427, "instances of one name";
    NO_INPUT = 428, "included policy without an input";
    UNKNOWN_ITEM = 429, "unknown policy or obligation";
    TRANSFORM_OF_NO_PART = 436, "included policy that would change what is no part of the input";
}

/// What is wrong with how a policy is put together.
#[derive(Clone, Debug)]
pub enum Composition {
    /// A value that is no mode.
    NotAMode {
        /// Its type.
        found: String,
        /// The modes that an enum lacks.
        lacks: Vec<String>,
        /// What it has besides.
        more: Vec<String>,
    },
    /// A mode that depends on the input.
    ModeOfInput {
        /// The expression.
        source: String,
    },
    /// The path of a `transform` goes where the input has no place.
    NotAPath {
        /// The part that is none.
        source: String,
        /// Why it is none.
        why: &'static str,
        /// What to write instead.
        help: Option<String>,
    },
    /// A record on the way that may be missing and cannot be made of nothing.
    CannotMake {
        /// The record.
        source: String,
        /// Its type.
        ty: String,
        /// The fields that it would lack.
        lacks: Vec<String>,
    },
    /// An argument for a parameter that depends on the input.
    ParameterOfInput {
        /// The parameter.
        name: String,
        /// The argument.
        source: String,
        /// Where it is declared.
        declared: Location,
    },
    /// An included policy transforms, but decides on what is no part of the includer's input.
    TransformOfNoPart {
        /// The included policy.
        policy: String,
        /// Where it is declared.
        declared: Location,
    },
    /// Policies that include each other.
    InclusionCycle {
        /// Their names, the first one again at the end.
        cycle: Vec<String>,
    },
    /// An included policy denies more by default than its includer does.
    StricterDefault {
        /// The included policy.
        policy: String,
        /// Its default.
        default: &'static str,
        /// Where it is declared.
        declared: Location,
        /// The includer's default.
        own: &'static str,
    },
    /// Two instances of one constant name.
    SameInstance {
        /// The name.
        name: String,
        /// The first.
        first: Location,
    },
    /// An included policy that is given nothing to decide on.
    NoInput {
        /// The policy.
        policy: String,
        /// How it is called.
        signature: String,
    },
    /// A policy or an obligation that does not exist.
    UnknownItem {
        /// Which of the two.
        what: &'static str,
        /// The name.
        name: String,
        /// The nearest one.
        nearest: Option<Nearest>,
        /// A module that would have it.
        import: Option<String>,
    },
}

impl Composition {
    const fn code(&self) -> Code {
        match self {
            Self::NotAMode { .. } => NOT_AMODE,
            Self::ModeOfInput { .. } => MODE_OF_INPUT,
            Self::NotAPath { .. } => NOT_APATH,
            Self::CannotMake { .. } => CANNOT_MAKE,
            Self::ParameterOfInput { .. } => PARAMETER_OF_INPUT,
            Self::InclusionCycle { .. } => INCLUSION_CYCLE,
            Self::StricterDefault { .. } => STRICTER_DEFAULT,
            Self::SameInstance { .. } => SAME_INSTANCE,
            Self::NoInput { .. } => NO_INPUT,
            Self::UnknownItem { .. } => UNKNOWN_ITEM,
            Self::TransformOfNoPart { .. } => TRANSFORM_OF_NO_PART,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::NotAMode { found, .. } => format!("`{found}` is no mode"),
            Self::ModeOfInput { source } => format!("the mode depends on the input: `{source}`"),
            Self::NotAPath { source, why, .. } => format!("`{source}` is no place of the input: {why}"),
            Self::CannotMake { source, ty, .. } => {
                format!("`{source}` may be missing, and no `{ty}` can be made of nothing")
            }
            Self::ParameterOfInput { name, source, .. } => {
                format!("the parameter `{name}` depends on the input: `{source}`")
            }
            Self::InclusionCycle { cycle } => match cycle.as_slice() {
                [one, _] => format!("policy `{one}` includes itself"),
                _ => format!("policies include each other: {}", cycle.join(" → ")),
            },
            Self::StricterDefault { policy, default, own, .. } => format!(
                "`{policy}` {default} by default, this policy {own}: what it allows only by name would be let through here"
            ),
            Self::SameInstance { name, .. } => format!("two instances are called `{name}`"),
            Self::NoInput { policy, .. } => format!("`{policy}` is given nothing to decide on"),
            Self::UnknownItem { what, name, .. } => format!("there is no {what} `{name}`"),
            Self::TransformOfNoPart { policy, .. } => {
                format!("`{policy}` transforms what it decides on, but this is no part of the input")
            }
        }
    }
}

impl Finding for Composition {
    fn render(self, at: Location) -> Diagnostic {
        let d = Diagnostic::new(self.code(), Severity::Error, at, self.message());
        match self {
            Self::NotAMode { lacks, more, .. } => {
                let d = if lacks.is_empty() {
                    d
                } else {
                    d.with_note(format!("it has no variant {}", quoted_list(&lacks, 3)))
                };
                let d = if more.is_empty() {
                    d
                } else {
                    d.with_note(format!("it has {} besides, which is no mode", quoted_list(&more, 5)))
                };
                d.with_note("modes are `observe`, `advise` and `enforce`")
                    .with_help("write one of them, or a value of an enum with these variants and no others; `= \"…\"` gives a variant the spelling that the data has")
            }
            Self::ModeOfInput { .. } => d
                .with_label("follows from the input")
                .with_note("whoever writes the input could then switch the rule off")
                .with_help(
                    "take the mode from `data` or a parameter; what the input says belongs into `when`",
                ),
            Self::NotAPath { help, .. } => {
                let d = d.with_note("a transform changes a field, the entry of a map, or the element that its own `for` is at");
                match help {
                    Some(help) => d.with_help(help),
                    None => d,
                }
            }
            Self::CannotMake { source, lacks, .. } => d
                .with_label("may be missing")
                .with_note(format!("it would lack {}", quoted_list(&lacks, 5)))
                .with_help(format!("change it only where it is there: `when {source} is present`")),
            Self::ParameterOfInput { name, declared, .. } => d
                .with_label("follows from the input")
                .with_secondary(declared, format!("`{name}` is a parameter"))
                .with_note(
                    "parameters set what a policy asks for; whoever writes the input could then choose it",
                )
                .with_help("take it from `data`, a constant or a parameter of this policy"),
            Self::InclusionCycle { .. } => {
                d.with_help("put the rules that both need into a policy of their own, which both include")
            }
            Self::StricterDefault { policy, default, declared, own } => {
                let d = d
                    .with_secondary(declared, format!("`{policy}` {default} by default"))
                    .with_note("`include` takes the rules of a policy, not its default");
                if own == "escalates" {
                    d.with_help("write `require ID: …`, with which its whole outcome joins")
                } else {
                    d.with_help("write `require ID: …`, with which its whole outcome joins, or make this policy's default as strict")
                }
            }
            Self::SameInstance { first, .. } => d
                .with_secondary(first, "the first one")
                .with_note("reasons name the rules of an instance by its name: `instance.rule`")
                .with_help("give one of them another name"),
            Self::TransformOfNoPart { policy, declared } => d
                .with_label("computed, or from elsewhere: there is no place to change")
                .with_secondary(
                    declared,
                    format!("`{policy}` has a `transform`, of its own or of what it includes"),
                )
                .with_help("pass a part of this policy's input, by its path or by what `for` binds")
                .with_help(
                    "or move the rules that do not transform into a policy of their own, and include that",
                ),
            Self::NoInput { signature, .. } => {
                d.with_help(format!("write `{signature}`")).with_label("the input comes first")
            }
            Self::UnknownItem { what, nearest, import, .. } => {
                let d = match (&nearest, import) {
                    (None, Some(module)) => {
                        d.with_help(format!("`{module}` declares one of this name: add `use {module}`"))
                    }
                    (None, None) | (Some(_), _) => d,
                };
                match nearest {
                    Some(n) => d.with_label(format!("did you mean `{}`?", n.name)).with_fix(
                        format!("write `{}`", n.name),
                        at,
                        n.name,
                        Applicability::MaybeWrong,
                    ),
                    None => d.with_label(format!("no {what} of this name is known here")),
                }
            }
        }
    }
}
