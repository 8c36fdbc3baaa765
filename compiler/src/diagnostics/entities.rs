//! `P046x`: entities.

use policy_syntax::{Applicability, Code, Diagnostic, Location, Severity};

use super::{Finding, names::Nearest, quoted_list};
use crate::code::codes;

codes! {
    NEVER_IN = 460, "`in` that never holds";
    ATTRIBUTE = 461, "attribute that only some types have";
    ATTRIBUTE_TYPES = 462, "attribute of several types";
    UNKNOWN_ATTRIBUTE = 463, "unknown attribute";
    ENTITY_TEST = 464, "test of an entity's type with one answer";
    ENTITY_PATTERN = 465, "pattern of a type that an entity cannot have";
    STORE = 466, "entities that are no store";
}

/// What is wrong with entities.
#[derive(Clone, Debug)]
pub enum Entities {
    /// `a in b` where nothing that is declared puts the one in the other.
    NeverIn {
        /// The types on the left.
        below: Vec<String>,
        /// The types on the right.
        above: Vec<String>,
        /// What those on the left can be in.
        reached: Vec<String>,
        /// Where the first type on the left is declared.
        declared: Option<Location>,
    },
    /// An attribute that only some of the possible types have.
    Attribute {
        /// The attribute.
        name: String,
        /// The types.
        of: Vec<String>,
        /// Those that lack it.
        lacking: Vec<String>,
        /// Where it is declared.
        declared: Location,
    },
    /// An attribute that the possible types declare differently.
    AttributeTypes {
        /// The attribute.
        name: String,
        /// Two of its types.
        types: (String, String),
        /// Where these are declared.
        declared: (Location, Location),
    },
    /// An attribute that no possible type has.
    UnknownAttribute {
        /// The attribute.
        name: String,
        /// The types.
        of: Vec<String>,
        /// Their attributes.
        attributes: Vec<String>,
        /// The nearest one.
        nearest: Option<Nearest>,
        /// Where the type is declared, if it is one.
        declared: Option<Location>,
    },
    /// `x is T` that is always true, or always false.
    Test {
        /// The types that it can have.
        found: Vec<String>,
        /// The type that is asked for.
        wanted: Vec<String>,
        /// Which of both.
        always: bool,
    },
    /// An arm for a type that the entity cannot have.
    Pattern {
        /// The pattern.
        pattern: String,
        /// The types that it can have.
        of: Vec<String>,
    },
    /// `given entities` of what is no store.
    Store {
        /// What is wrong.
        what: String,
    },
}

fn alternatives(names: &[String]) -> String {
    format!("`{}`", names.join(" | "))
}

impl Entities {
    const fn code(&self) -> Code {
        match self {
            Self::NeverIn { .. } => NEVER_IN,
            Self::Attribute { .. } => ATTRIBUTE,
            Self::AttributeTypes { .. } => ATTRIBUTE_TYPES,
            Self::UnknownAttribute { .. } => UNKNOWN_ATTRIBUTE,
            Self::Test { .. } => ENTITY_TEST,
            Self::Pattern { .. } => ENTITY_PATTERN,
            Self::Store { .. } => STORE,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::NeverIn { below, above, .. } => {
                format!("no {} is ever in a {}", alternatives(below), alternatives(above))
            }
            Self::Attribute { name, lacking, .. } => {
                format!("{} has no attribute `{name}`", alternatives(lacking))
            }
            Self::AttributeTypes { name, types: (a, b), .. } => {
                format!("the attribute `{name}` is `{a}` on one of these types and `{b}` on another")
            }
            Self::UnknownAttribute { name, of, .. } => {
                format!("{} has no attribute `{name}`", alternatives(of))
            }
            Self::Test { found, wanted, always: true } => {
                format!("a {} is always a {}", alternatives(found), alternatives(wanted))
            }
            Self::Test { found, wanted, always: false } => {
                format!("a {} is never a {}", alternatives(found), alternatives(wanted))
            }
            Self::Pattern { pattern, of } => format!("a {} is never a `{pattern}`", alternatives(of)),
            Self::Store { what } => what.clone(),
        }
    }
}

impl Finding for Entities {
    fn render(self, at: Location) -> Diagnostic {
        let d = Diagnostic::new(self.code(), Severity::Error, at, self.message());
        match self {
            Self::NeverIn { below, above, reached, declared } => {
                let d = match declared {
                    Some(declared) => d.with_secondary(declared, "what it can be in is declared here"),
                    None => d,
                };
                let d = if reached.is_empty() {
                    d.with_note(format!("{} is declared to be in nothing", alternatives(&below)))
                } else {
                    d.with_note(format!("by what is declared it can be in {}", quoted_list(&reached, 10)))
                };
                match (below.as_slice(), above.as_slice()) {
                    ([below], [above]) => {
                        d.with_help(format!("if it can be, declare `entity {below} in {above}`"))
                    }
                    _ => d,
                }
            }
            Self::Attribute { of, declared, name, .. } => {
                let with = d.with_secondary(declared, format!("`{name}` is declared here"));
                let first = of.first().cloned().unwrap_or_default();
                with.with_help(format!("ask for the type first: `x is {first} and x.{name} …`, or `match`"))
            }
            Self::AttributeTypes { declared: (first, second), .. } => d
                .with_secondary(first, "one")
                .with_secondary(second, "the other")
                .with_help("ask for the type first with `is` or `match`, or declare both alike"),
            Self::UnknownAttribute { of, attributes, nearest, declared, .. } => {
                let d = match nearest {
                    Some(n) => d.with_label(format!("did you mean `{}`?", n.name)).with_fix(
                        format!("write `{}`", n.name),
                        at,
                        n.name,
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                };
                let d = match declared {
                    Some(declared) => {
                        d.with_secondary(declared, format!("{} is declared here", alternatives(&of)))
                    }
                    None => d,
                };
                if attributes.is_empty() {
                    d.with_note("it has no attributes; `.id` and `.type` are texts that every entity has")
                } else {
                    d.with_note(format!("its attributes are {}", quoted_list(&attributes, 20)))
                }
            }
            Self::Test { always: true, .. } => {
                d.with_help("leave the test out; it tells types apart where several can stand")
            }
            Self::Test { always: false, .. } => {
                d.with_help("if it can be one, say so where its type is written: `A | B`")
            }
            Self::Pattern { of, .. } => d.with_note(format!("it can be {}", quoted_list(&of, 20))),
            Self::Store { .. } => d.with_help(
                "give `fixture(\"store.json\")`, or a list: `[{ uid: User::\"ann\", attrs: { … }, parents: [Team::\"a\"] }]`",
            ),
        }
    }
}
