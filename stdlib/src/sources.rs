//! Modules of the library that are written in the language, and where methods of built-in types are found.

/// A module of the library in the language.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The module, for example `std.k8s`.
    pub module: &'static str,
    /// The path to show in messages.
    pub path: &'static str,
    /// The source.
    pub text: &'static str,
}

/// The modules that are written in the language, in the order of their names.
///
/// A module may have both a source and rows of the table ([`crate::functions`]): its names are those of both,
/// and its source sees the rows of its own module without `use`.
#[must_use]
pub const fn sources() -> &'static [Source] {
    SOURCES
}

macro_rules! source {
    ($module:literal, $file:literal) => {
        Source {
            module: $module,
            path: concat!("std/", $file),
            text: include_str!(concat!("../std/", $file)),
        }
    };
}

const SOURCES: &[Source] = &[
    source!("std.agent", "agent.policy"),
    source!("std.json", "json.policy"),
    source!("std.k8s", "k8s.policy"),
    source!("std.list", "list.policy"),
    source!("std.time", "time.policy"),
];

/// The module that is searched for `f` in `x.f(y)` when no `f` is in scope and `x` is of a built-in type;
/// `type_name` is the bare name of the type, without arguments.
#[must_use]
pub fn home(type_name: &str) -> Option<&'static str> {
    HOMES.iter().find(|(name, _)| *name == type_name).map(|(_, module)| *module)
}

const HOMES: &[(&str, &str)] = &[
    ("String", "std.text"),
    ("List", "std.list"),
    ("Set", "std.set"),
    ("Map", "std.map"),
    ("Int", "std.math"),
    ("Decimal", "std.decimal"),
    ("Timestamp", "std.time"),
    ("Date", "std.time"),
    ("TimeOfDay", "std.time"),
    ("Duration", "std.time"),
    ("Ip", "std.net"),
    ("Cidr", "std.net"),
    ("SemVer", "std.semver"),
    ("SemVerRange", "std.semver"),
    ("Json", "std.json"),
    ("Bytes", "std.encoding"),
    ("Regex", "std.regex"),
    ("Glob", "std.glob"),
    ("Wildcard", "std.glob"),
    ("Path", "std.path"),
    ("Url", "std.url"),
    ("Host", "std.url"),
];
