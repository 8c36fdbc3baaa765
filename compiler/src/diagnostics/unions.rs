//! `P024x`: unions, and records that take what they do not name.

use policy_syntax::{Applicability, Code, Diagnostic, Location};

use super::{Finding, quoted_list};
use crate::code::codes;

codes! {
    SAME_SHAPE = 240, "union whose variants look alike";
    PAYLOAD = 241, "variant that cannot hold its tag";
    UNKNOWN_TAG = 242, "unknown tag";
    MISSING_TAG = 243, "union written without its tag";
    SOME_VARIANTS = 244, "field that not every variant has";
    WITH_VARIANT = 245, "change of a union that may be any variant";
    REST = 246, "rest that is no map of texts";
}

/// What is found about unions and rest fields.
#[derive(Clone, Debug)]
pub enum Unions {
    /// Two variants that JSON does not tell apart.
    SameShape {
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// What both are in JSON: "a text".
        shape: &'static str,
    },
    /// A variant whose content has a field of the tag's name.
    TagField {
        /// The tag.
        tag: String,
        /// Where the field is declared.
        field: Location,
    },
    /// A variant whose content is no object.
    Payload {
        /// Its type.
        ty: String,
    },
    /// A literal with a tag that no variant has.
    UnknownTag {
        /// The tag as written.
        tag: String,
        /// The union.
        of: String,
        /// The tags that there are.
        tags: Vec<String>,
        /// The nearest of them.
        nearest: Option<String>,
    },
    /// A literal without a tag, or whose tag is not written out.
    MissingTag {
        /// The field that tells variants apart.
        tag: String,
        /// The union.
        of: String,
        /// The tags that there are.
        tags: Vec<String>,
        /// Whether the field is there, but not as a text that is written out.
        computed: bool,
    },
    /// A field that is read although not every variant declares it with one type.
    SomeVariants {
        /// The field.
        name: String,
        /// The union.
        of: String,
        /// What is read, as written.
        source: String,
        /// The variants that declare it.
        having: Vec<String>,
        /// All variants.
        variants: Vec<String>,
        /// Whether all declare it, with different types.
        differs: bool,
        /// Whether unknown variants, which declare nothing, are all that stands in the way.
        unknown: bool,
        /// Where a test of the variant can be written in front.
        guard: Option<Location>,
    },
    /// `with` on a union of which the variant is not known.
    WithVariant {
        /// The union.
        of: String,
        /// What is changed, as written.
        source: String,
        /// All variants.
        variants: Vec<String>,
    },
    /// A rest field that is no `Map<String, T>`.
    Rest {
        /// Its type.
        ty: String,
    },
}

impl Unions {
    const fn code(&self) -> Code {
        match self {
            Self::SameShape { .. } => SAME_SHAPE,
            Self::TagField { .. } | Self::Payload { .. } => PAYLOAD,
            Self::UnknownTag { .. } => UNKNOWN_TAG,
            Self::MissingTag { .. } => MISSING_TAG,
            Self::SomeVariants { .. } => SOME_VARIANTS,
            Self::WithVariant { .. } => WITH_VARIANT,
            Self::Rest { .. } => REST,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::SameShape { first, second, shape } => {
                format!("nothing in a document tells `{first}` from `{second}`: both are {shape}")
            }
            Self::TagField { tag, .. } => {
                format!("this variant has a field `{tag}`, which is the union's tag")
            }
            Self::Payload { ty } => format!("`{ty}` has no room for the union's tag"),
            Self::UnknownTag { tag, of, .. } => format!("no variant of `{of}` has the tag \"{tag}\""),
            Self::MissingTag { tag, of, computed: false, .. } => {
                format!("`{tag}`, which tells the variants of `{of}` apart, is missing")
            }
            Self::MissingTag { tag, of, .. } => {
                format!("`{tag}`, which tells the variants of `{of}` apart, must be written out")
            }
            Self::SomeVariants { name, of, differs: true, .. } => {
                format!("the variants of `{of}` declare `{name}` with different types")
            }
            Self::SomeVariants { name, of, having, .. } if having.is_empty() => {
                format!("no variant of `{of}` has a field `{name}`")
            }
            Self::SomeVariants { name, of, unknown: true, .. } => {
                format!("an unknown kind of `{of}` may have no field `{name}`")
            }
            Self::SomeVariants { name, of, .. } => {
                format!("not every variant of `{of}` has a field `{name}`")
            }
            Self::WithVariant { of, .. } => {
                format!("`with` cannot change a `{of}` of which the variant is not known")
            }
            Self::Rest { ty } => format!("`..` takes what is not named as a map of texts, not as `{ty}`"),
        }
    }
}

/// `"Pod", "Job" and 3 more`.
fn tag_list(tags: &[String]) -> String {
    let quoted: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
    quoted_list(&quoted, 12)
}

impl Finding for Unions {
    fn render(self, at: Location) -> Diagnostic {
        let d = Diagnostic::error(self.code(), at, self.message());
        match self {
            Self::SameShape { shape, .. } => d.with_note(format!("both are {shape} in JSON")).with_help(
                "tell them apart by a field: `union by kind { … }`, or read one of them as `Json`",
            ),
            Self::TagField { tag, field } => {
                d.with_secondary(field, format!("`{tag}` is declared here")).with_help(format!(
                    "leave it out: `{tag}` can be read of the union itself, as it is spelled"
                ))
            }
            Self::Payload { .. } => d
                .with_note(
                    "the tag stands in the same object as the variant's fields, so a variant holds a record",
                )
                .with_help("write `{ ..fields: Map<String, Json> }` for an object of any fields"),
            Self::UnknownTag { tags, nearest, .. } => {
                let d = match nearest {
                    Some(near) => d.with_label(format!("did you mean \"{near}\"?")).with_fix(
                        format!("write \"{near}\""),
                        at,
                        format!("\"{near}\""),
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                };
                d.with_note(format!("its tags are {}", tag_list(&tags)))
            }
            Self::MissingTag { tag, tags, computed, .. } => {
                let d = d.with_note(format!("its tags are {}", tag_list(&tags)));
                match (computed, tags.first()) {
                    (false, Some(first)) => d.with_help(format!("write it: `{{ {tag}: \"{first}\", … }}`")),
                    (true, Some(_)) => {
                        d.with_help("write a literal for each tag, and choose with `if` or `match`")
                    }
                    (_, None) => d,
                }
            }
            Self::SomeVariants { source, having, variants, guard, differs, unknown, .. } => {
                let ask = match having.first() {
                    Some(one) if !unknown => format!("{source} is {one}"),
                    Some(_) => format!("{source} is not other"),
                    None => return d.with_note(format!("its variants are {}", quoted_list(&variants, 12))),
                };
                let d = if differs || unknown {
                    d
                } else {
                    d.with_note(format!(
                        "only {} declare{} it",
                        quoted_list(&having, 12),
                        if having.len() == 1 { "s" } else { "" }
                    ))
                };
                let d = d.with_help(format!(
                    "ask first which it is: `{ask} and …`, or take it apart with `match`"
                ));
                match guard {
                    Some(guard) => d.with_fix(
                        format!("ask `{ask}` first"),
                        guard,
                        format!("{ask} and "),
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                }
            }
            Self::WithVariant { source, variants, .. } => d
                .with_note(format!("its variants are {}", quoted_list(&variants, 12)))
                .with_help(format!("ask first which it is: `if {source} is … then {source} with …`")),
            Self::Rest { .. } => d.with_help("write `..more: Map<String, Json>`"),
        }
    }
}
