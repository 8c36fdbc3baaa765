//! `P02xx`: types.

use policy_syntax::{Applicability, Code, Diagnostic, Fix, Location, Severity};

use super::{Finding, names::Nearest, quoted_list};
use crate::code::codes;

codes! {
    MISMATCH = 201, "type mismatch";
    RANGE = 202, "range that may not fit";
    UNKNOWN_FIELD = 203, "unknown field";
    NO_FIELDS = 204, "field of a value without fields";
    MISSING_FIELDS = 205, "missing field";
    DUPLICATE_FIELD = 206, "field given twice";
    OPERATOR = 207, "operator that does not take these operands";
    NEVER_EQUAL = 208, "comparison that is never true";
    NOT_COMPARABLE = 209, "values without equality";
    ARGUMENT_COUNT = 210, "wrong number of arguments";
    UNKNOWN_ARGUMENT = 211, "unknown parameter";
    DUPLICATE_ARGUMENT = 212, "argument given twice";
    NOT_CALLABLE = 213, "call of what is no function";
    NEEDS_TYPE = 214, "literal without a type";
    ELEMENTS = 215, "elements of different types";
    NOT_ITERABLE = 216, "nothing to go through";
    PATTERN = 217, "pattern that does not fit";
    USELESS_ARM = 218, "arm that is never reached";
    CAST = 219, "cast that cannot be";
    IS_TEST = 220, "test that cannot be asked";
    TYPE_ARGUMENTS = 221, "wrong number of type arguments";
    ENDLESS_TYPE = 222, "type that stands for itself";
    BAD_TYPE = 223, "type that cannot be here";
    BAD_KEY = 224, "type that cannot be a key";
    TYPE_VARIABLE = 225, "type variable that nothing decides";
    READER = 226, "reader that cannot read";
    ALWAYS_FAILS = 227, "expression that always fails";
    TOO_HIGH = 228, "expression that is nested too deep";
    NEEDS_SIGNATURE = 229, "missing type";
    NOT_CONSTANT = 230, "constant that is not constant";
    UNSUPPORTED = 231, "part of the language that is not supported yet";
    ONLY_ARGUMENT = 232, "misplaced lambda or generator";
    ONLY_IN_TESTS = 233, "what only tests may do";
}

/// Why a type is wanted at a place.
#[derive(Clone, Debug)]
pub struct Reason {
    /// In words that follow "because": "`additions` is declared as `Int`".
    pub words: String,
    /// Where that is said.
    pub at: Option<Location>,
}

impl Reason {
    /// A reason that no other place explains.
    #[must_use]
    pub fn here(words: impl Into<String>) -> Self {
        Self { words: words.into(), at: None }
    }

    /// A reason with its place.
    #[must_use]
    pub fn at(words: impl Into<String>, at: Location) -> Self {
        Self { words: words.into(), at: Some(at) }
    }
}

/// What is wrong with types.
#[derive(Clone, Debug)]
pub enum Types {
    /// A value of one type where another is wanted.
    Mismatch {
        /// The type that is wanted.
        wanted: String,
        /// The type that is there.
        found: String,
        /// Why it is wanted.
        reason: Reason,
        /// Ways to mend it.
        help: Vec<String>,
        /// Ways to mend it, as edits.
        fixes: Vec<Fix>,
    },
    /// An `Int` whose range does not fit a narrower one.
    Range {
        /// The number, where it is one alone.
        value: Option<i64>,
        /// The type that is wanted.
        wanted: String,
        /// The type that is there.
        found: String,
        /// Why it is wanted.
        reason: Reason,
    },
    /// A field that a record does not have.
    UnknownField {
        /// The name.
        name: String,
        /// The type.
        of: String,
        /// All fields.
        fields: Vec<String>,
        /// The nearest one.
        nearest: Option<Nearest>,
        /// Where the type is declared.
        declared: Option<Location>,
    },
    /// A field of what has no fields.
    NoFields {
        /// The name.
        name: String,
        /// The type.
        of: String,
        /// The names of its parts, where it has some.
        parts: Vec<String>,
    },
    /// A record literal that leaves out fields.
    MissingFields {
        /// Their names.
        names: Vec<String>,
        /// The type.
        of: String,
        /// Where the type is declared.
        declared: Option<Location>,
    },
    /// A field that is given twice.
    DuplicateField {
        /// The name.
        name: String,
        /// The first one.
        first: Location,
    },
    /// An operator that does not take these operands.
    Operator {
        /// The operator.
        op: String,
        /// The type on the left.
        left: String,
        /// The type on the right; none for an operator with one operand.
        right: Option<String>,
        /// What it takes.
        takes: String,
        /// Ways to mend it.
        help: Vec<String>,
        /// Ways to mend it, as edits.
        fixes: Vec<Fix>,
    },
    /// A comparison of what can never be equal.
    NeverEqual {
        /// The type on the left.
        left: String,
        /// The type on the right.
        right: String,
        /// Where the two operands stand.
        places: Option<(Location, Location)>,
        /// Ways to mend it.
        help: Vec<String>,
        /// Ways to mend it, as edits.
        fixes: Vec<Fix>,
    },
    /// A type that has no equality.
    NotComparable {
        /// The type.
        ty: String,
    },
    /// The wrong number of arguments.
    ArgumentCount {
        /// What is called.
        name: String,
        /// How many it takes: "2", "1 to 3".
        takes: String,
        /// How many are given.
        given: usize,
        /// The signature.
        signature: String,
    },
    /// A named argument that is none.
    UnknownArgument {
        /// The name.
        name: String,
        /// What is called.
        function: String,
        /// The parameters.
        params: Vec<String>,
        /// The nearest one.
        nearest: Option<Nearest>,
    },
    /// An argument given twice.
    DuplicateArgument {
        /// The name.
        name: String,
    },
    /// Something called that is no function.
    NotCallable {
        /// What it is.
        what: String,
    },
    /// Empty brackets or braces whose type nothing says.
    NeedsType {
        /// `[]` or `{}`, or a bare literal.
        what: String,
    },
    /// Elements of different types.
    Elements {
        /// The type of the first.
        first: String,
        /// Where it is.
        first_at: Location,
        /// The type of this one.
        found: String,
    },
    /// A generator over what cannot be gone through.
    NotIterable {
        /// The type.
        ty: String,
        /// Ways to mend it.
        help: Vec<String>,
    },
    /// A pattern that does not fit what it takes apart.
    Pattern {
        /// What the pattern takes.
        pattern: String,
        /// The type that is there.
        found: String,
    },
    /// An arm that never fits.
    UselessArm,
    /// A cast that is none.
    Cast {
        /// The type that is there.
        found: String,
        /// The type asked for.
        to: String,
        /// Ways to mend it.
        help: Vec<String>,
    },
    /// `is` that cannot be.
    IsTest {
        /// What is asked.
        test: String,
        /// The type that is there.
        found: String,
        /// Ways to mend it.
        help: Vec<String>,
    },
    /// A type with the wrong number of type arguments.
    TypeArguments {
        /// The type.
        name: String,
        /// How many it takes.
        takes: usize,
        /// How many are given.
        given: usize,
    },
    /// A type that stands for itself.
    EndlessType {
        /// The name.
        name: String,
    },
    /// A type that cannot be here.
    BadType {
        /// What is wrong.
        what: String,
        /// Ways to mend it.
        help: Vec<String>,
    },
    /// A type that cannot be the key of a map or the element of a set.
    BadKey {
        /// The type.
        ty: String,
        /// "the key of a map", "an element of a set".
        role: &'static str,
        /// Which types can be.
        takes: &'static str,
    },
    /// A type variable that nothing decides, or two arguments decide differently.
    TypeVariable {
        /// What is wrong.
        what: String,
    },
    /// `read by` a function that cannot read.
    Reader {
        /// The function.
        function: String,
        /// Its signature.
        signature: String,
        /// The base type.
        base: String,
    },
    /// An operation that fails whenever it is evaluated.
    AlwaysFails {
        /// What fails and why.
        what: String,
    },
    /// An expression whose tree is too high.
    TooHigh,
    /// A signature that leaves a type out.
    NeedsSignature {
        /// What is missing.
        what: String,
    },
    /// A constant is wanted.
    NotConstant {
        /// What must be constant.
        what: String,
        /// What it mentions.
        mentions: String,
    },
    /// Part of the language that this version does not carry.
    Unsupported {
        /// What.
        what: String,
        /// What can be done instead.
        instead: Option<String>,
    },
    /// A lambda, or a generator, where none can be.
    OnlyArgument {
        /// What.
        what: &'static str,
        /// Of what it can be an argument.
        of: &'static str,
        /// How to write it.
        help: &'static str,
    },
    /// Something that only tests may do.
    OnlyInTests {
        /// What.
        what: String,
    },
}

impl Types {
    const fn code(&self) -> Code {
        match self {
            Self::Mismatch { .. } => MISMATCH,
            Self::Range { .. } => RANGE,
            Self::UnknownField { .. } => UNKNOWN_FIELD,
            Self::NoFields { .. } => NO_FIELDS,
            Self::MissingFields { .. } => MISSING_FIELDS,
            Self::DuplicateField { .. } => DUPLICATE_FIELD,
            Self::Operator { .. } => OPERATOR,
            Self::NeverEqual { .. } => NEVER_EQUAL,
            Self::NotComparable { .. } => NOT_COMPARABLE,
            Self::ArgumentCount { .. } => ARGUMENT_COUNT,
            Self::UnknownArgument { .. } => UNKNOWN_ARGUMENT,
            Self::DuplicateArgument { .. } => DUPLICATE_ARGUMENT,
            Self::NotCallable { .. } => NOT_CALLABLE,
            Self::NeedsType { .. } => NEEDS_TYPE,
            Self::Elements { .. } => ELEMENTS,
            Self::NotIterable { .. } => NOT_ITERABLE,
            Self::Pattern { .. } => PATTERN,
            Self::UselessArm => USELESS_ARM,
            Self::Cast { .. } => CAST,
            Self::IsTest { .. } => IS_TEST,
            Self::TypeArguments { .. } => TYPE_ARGUMENTS,
            Self::EndlessType { .. } => ENDLESS_TYPE,
            Self::BadType { .. } => BAD_TYPE,
            Self::BadKey { .. } => BAD_KEY,
            Self::TypeVariable { .. } => TYPE_VARIABLE,
            Self::Reader { .. } => READER,
            Self::AlwaysFails { .. } => ALWAYS_FAILS,
            Self::TooHigh => TOO_HIGH,
            Self::NeedsSignature { .. } => NEEDS_SIGNATURE,
            Self::NotConstant { .. } => NOT_CONSTANT,
            Self::Unsupported { .. } => UNSUPPORTED,
            Self::OnlyArgument { .. } => ONLY_ARGUMENT,
            Self::OnlyInTests { .. } => ONLY_IN_TESTS,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Mismatch { wanted, found, .. } => {
                format!("this is {}, but {} is wanted", tick(found), tick(wanted))
            }
            Self::Range { value: Some(value), wanted, .. } => {
                format!("`{value}` lies outside {}", tick(wanted))
            }
            Self::Range { value: None, wanted, found, .. } => {
                format!("this is {}, which may lie outside {}", tick(found), tick(wanted))
            }
            Self::UnknownField { name, of, .. } => format!("{} has no field `{name}`", tick(of)),
            Self::NoFields { name, of, parts } if !parts.is_empty() => {
                format!("{} has no part `{name}`", tick(of))
            }
            Self::NoFields { name, of, .. } => format!("{} has no fields, so no `{name}`", tick(of)),
            Self::MissingFields { names, of, .. } => match names.as_slice() {
                [one] => format!("{} needs the field `{one}`", tick(of)),
                _ => format!("{} needs the fields {}", tick(of), quoted_list(names, 10)),
            },
            Self::DuplicateField { name, .. } => format!("the field `{name}` is given twice"),
            Self::Operator { op, left, right: Some(right), .. } => {
                format!("`{op}` does not take {} and {}", tick(left), tick(right))
            }
            Self::Operator { op, left, right: None, .. } => format!("`{op}` does not take {}", tick(left)),
            Self::NeverEqual { left, right, .. } => {
                format!("{} and {} can never be equal", tick(left), tick(right))
            }
            Self::NotComparable { ty } => format!("values of type {} cannot be compared", tick(ty)),
            Self::ArgumentCount { name, takes, given, .. } => {
                let s = if takes == "1" { "" } else { "s" };
                format!("`{name}` takes {takes} argument{s}, not {given}")
            }
            Self::UnknownArgument { name, function, .. } => format!("`{function}` has no parameter `{name}`"),
            Self::DuplicateArgument { name } => format!("the argument `{name}` is given twice"),
            Self::NotCallable { what } => format!("{what} cannot be called"),
            Self::NeedsType { what } => format!("nothing says what `{what}` holds"),
            Self::Elements { first, found, .. } => {
                format!("this is {}, but the first element is {}", tick(found), tick(first))
            }
            Self::NotIterable { ty, .. } => format!("there is nothing to go through in {}", tick(ty)),
            Self::Pattern { pattern, found } => format!("{pattern} does not fit {}", tick(found)),
            Self::UselessArm => "this arm is never reached: the arms before it take everything".to_owned(),
            Self::Cast { found, to, .. } => format!("{} cannot be read as {}", tick(found), tick(to)),
            Self::IsTest { test, found, .. } => {
                format!("{} cannot be asked whether it is {test}", tick(found))
            }
            Self::TypeArguments { name, takes: 0, .. } => {
                format!("the type `{name}` takes no type arguments")
            }
            Self::TypeArguments { name, takes, given } => {
                format!("the type `{name}` takes {takes} type argument{}, not {given}", plural(*takes))
            }
            Self::EndlessType { name } => format!("the type `{name}` stands for itself"),
            Self::BadType { what, .. } | Self::TypeVariable { what } => what.clone(),
            Self::BadKey { ty, role, .. } => format!("{} cannot be {role}", tick(ty)),
            Self::Reader { function, base, .. } => format!("`{function}` cannot read {}", tick(base)),
            Self::AlwaysFails { what } => format!("this always fails: {what}"),
            Self::TooHigh => "this expression is nested too deep".to_owned(),
            Self::NeedsSignature { what } => format!("{what} needs a written type"),
            Self::NotConstant { what, mentions } => {
                format!("{what} must be constant, but this mentions {mentions}")
            }
            Self::Unsupported { what, .. } => format!("{what} is not supported yet"),
            Self::OnlyArgument { what, of, .. } => format!("{what} can stand only as an argument of {of}"),
            Self::OnlyInTests { what } => format!("{what} can stand only in a test"),
        }
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn tick(ty: &str) -> String {
    format!("`{ty}`")
}

fn helped(mut d: Diagnostic, help: Vec<String>) -> Diagnostic {
    d.help.extend(help);
    d
}

fn fixed(mut d: Diagnostic, fixes: Vec<Fix>) -> Diagnostic {
    d.fixes.extend(fixes);
    d
}

fn reasoned(d: Diagnostic, reason: Reason) -> Diagnostic {
    match reason.at {
        Some(at) => d.with_secondary(at, reason.words),
        None => d.with_note(reason.words),
    }
}

/// Shows both operands with their types.
fn operands(d: Diagnostic, places: Option<(Location, Location)>, left: &str, right: &str) -> Diagnostic {
    match places {
        Some((l, r)) => d.with_secondary(l, tick(left)).with_secondary(r, tick(right)),
        None => d,
    }
}

impl Finding for Types {
    fn render(self, at: Location) -> Diagnostic {
        let severity = if matches!(self, Self::UselessArm) { Severity::Warning } else { Severity::Error };
        let d = Diagnostic::new(self.code(), severity, at, self.message());
        match self {
            Self::Mismatch { found, reason, help, fixes, .. } => {
                fixed(helped(reasoned(d.with_label(tick(&found)), reason), help), fixes)
            }
            Self::Range { value: Some(_), reason, .. } => reasoned(d, reason),
            Self::Range { value: None, wanted, reason, .. } => reasoned(d, reason)
                .with_help(format!("if it always fits, say so: `x as ({wanted})` fails where it does not")),
            Self::UnknownField { of, fields, nearest, declared, .. } => {
                let d = match &nearest {
                    Some(n) => d.with_label(format!("did you mean `{}`?", n.name)).with_fix(
                        format!("write `{}`", n.name),
                        at,
                        n.name.clone(),
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                };
                let d = match declared {
                    Some(declared) => d.with_secondary(declared, format!("`{of}` is declared here")),
                    None => d,
                };
                if fields.is_empty() {
                    d.with_note(format!("`{of}` has no fields"))
                } else {
                    d.with_note(format!("its fields are {}", quoted_list(&fields, 20)))
                }
            }
            Self::NoFields { parts, .. } if !parts.is_empty() => {
                d.with_note(format!("its parts are {}", quoted_list(&parts, 20)))
            }
            Self::NoFields { .. } | Self::OnlyInTests { .. } | Self::NeedsSignature { .. } => d,
            Self::MissingFields { of, declared, .. } => match declared {
                Some(declared) => d.with_secondary(declared, format!("`{of}` is declared here")),
                None => d,
            }
            .with_note("a field without `?` and without a default must be given"),
            Self::DuplicateField { first, .. } => d.with_secondary(first, "first given here"),
            Self::Operator { takes, help, fixes, .. } => fixed(helped(d.with_note(takes), help), fixes),
            Self::NeverEqual { left, right, places, help, fixes } => {
                fixed(helped(operands(d, places, &left, &right), help), fixes).with_note(
                    "`==` is defined on two values of one type; a comparison of others is always false",
                )
            }
            Self::NotComparable { .. } => {
                d.with_note("patterns, version ranges and functions have no equality; use `matches` or `in`")
            }
            Self::ArgumentCount { signature, .. } => d.with_note(format!("its signature is `{signature}`")),
            Self::UnknownArgument { params, nearest, .. } => {
                let d = match &nearest {
                    Some(n) => d.with_label(format!("did you mean `{}`?", n.name)).with_fix(
                        format!("write `{}`", n.name),
                        at,
                        n.name.clone(),
                        Applicability::MaybeWrong,
                    ),
                    None => d,
                };
                if params.is_empty() {
                    d
                } else {
                    d.with_note(format!("its parameters are {}", quoted_list(&params, 20)))
                }
            }
            Self::DuplicateArgument { .. } => d.with_help("give it once, by position or by name"),
            Self::NotCallable { .. } => {
                d.with_note("what can be called is a function, and in a test a policy")
            }
            Self::NeedsType { .. } => {
                d.with_help("write a type: `let xs: List<String> = []`, or `[] as (List<String>)`")
            }
            Self::Elements { first_at, .. } => d.with_secondary(first_at, "the first element"),
            Self::NotIterable { help, .. } => {
                helped(d.with_note("a generator goes through a list, a set or a map"), help)
            }
            Self::Pattern { .. } => d.with_note(
                "an arm is a variant, a constant, `absent`, parts in parentheses, fields in braces, or `else`; none gives the whole value another name",
            ),
            Self::UselessArm => d,
            Self::Cast { help, .. } => helped(
                d.with_note("`as` reads `Json` as a type, and holds an `Int` against a narrower range"),
                help,
            ),
            Self::IsTest { help, .. } | Self::BadType { help, .. } => helped(d, help),
            Self::TypeArguments { .. } => d,
            Self::EndlessType { .. } => d.with_note(
                "a type may hold itself only inside a record: `type Tree = { children: List<Tree> = [] }`",
            ),
            Self::BadKey { takes, .. } => d.with_note(takes),
            Self::TypeVariable { .. } => d,
            Self::Reader { signature, base, .. } => {
                d.with_note(format!("its signature is `{signature}`")).with_note(format!(
                    "a reader is `fn(Json) -> {base}?`, `fn({base}) -> {base}` or `fn({base}) -> {base}?`"
                ))
            }
            Self::AlwaysFails { .. } => d.with_label("evaluated, this is an error"),
            Self::TooHigh => d.with_help("give parts of it a name with `let`, or make them functions"),
            Self::NotConstant { .. } => d,
            Self::Unsupported { instead, .. } => match instead {
                Some(instead) => d.with_help(instead),
                None => d.with_note("the syntax is read, but this version of policyc cannot check or run it"),
            },
            Self::OnlyArgument { help, .. } => d.with_help(help),
        }
    }
}
