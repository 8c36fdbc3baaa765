//! `P01xx`: names and modules.

use policy_syntax::{Applicability, Code, Diagnostic, Location, Severity};

use super::{Finding, quoted_list};
use crate::code::codes;

codes! {
    UNKNOWN = 101, "unknown name";
    UNKNOWN_TYPE = 102, "unknown type";
    UNKNOWN_FUNCTION = 103, "unknown function";
    UNKNOWN_MODULE = 104, "unknown module";
    NOT_IN_MODULE = 105, "name that a module does not have";
    UNKNOWN_VARIANT = 106, "unknown variant";
    PRIVATE = 107, "private name";
    DUPLICATE = 108, "duplicate declaration";
    HIDES = 109, "hidden local";
    LOCAL_OR_VARIANT = 110, "local or variant";
    IMPORT_CYCLE = 111, "import cycle";
    RECURSION = 112, "recursion";
    DUPLICATE_MODULE = 113, "duplicate module";
    MODULE_NAME = 114, "module name that does not follow from the path";
    BUILTIN = 115, "name of the language";
    WRONG_KIND = 116, "name of the wrong kind";
}

/// Where a name should be replaced by the nearest one.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// The name that exists.
    pub name: String,
    /// Where it is declared, if in the project.
    pub declared: Option<Location>,
}

/// What is wrong with a name or a module.
#[derive(Clone, Debug)]
pub enum Names {
    /// A bare name that means nothing.
    Unknown {
        /// The name.
        name: String,
        /// The nearest one in scope.
        nearest: Option<Nearest>,
        /// A module that would have it.
        import: Option<String>,
        /// Why it may look as if it existed.
        note: Option<String>,
    },
    /// A type that does not exist.
    UnknownType {
        /// The name.
        name: String,
        /// The nearest one.
        nearest: Option<Nearest>,
        /// A module that would have it.
        import: Option<String>,
    },
    /// A function or method that does not exist.
    UnknownFunction {
        /// The name.
        name: String,
        /// The type of the receiver, for a method.
        receiver: Option<String>,
        /// The nearest one.
        nearest: Option<Nearest>,
        /// A module that would have it.
        import: Option<String>,
        /// What is written instead of what other languages call so.
        instead: Option<&'static str>,
    },
    /// A `use` of a module that does not exist.
    UnknownModule {
        /// The name.
        name: String,
        /// The nearest one.
        nearest: Option<Nearest>,
        /// The project that has it, and that is no dependency of the one that asks.
        package: Option<String>,
    },
    /// A module has nothing of this name.
    NotInModule {
        /// The name.
        name: String,
        /// The module.
        module: String,
        /// The nearest one.
        nearest: Option<Nearest>,
    },
    /// A variant that an enum does not have.
    UnknownVariant {
        /// The name.
        name: String,
        /// The enum.
        of: String,
        /// All variants.
        variants: Vec<String>,
        /// The nearest one.
        nearest: Option<Nearest>,
    },
    /// Something that is not `pub`.
    Private {
        /// The name.
        name: String,
        /// The module that keeps it.
        module: String,
        /// Where it is declared.
        declared: Location,
    },
    /// Declared twice.
    Duplicate {
        /// The name.
        name: String,
        /// The first declaration.
        first: Location,
    },
    /// A local that hides another, or `now`.
    Hides {
        /// The name.
        name: String,
        /// The one that is hidden; none for `now`.
        first: Option<Location>,
    },
    /// A bare name that is a local and a variant of the expected enum.
    LocalOrVariant {
        /// The name.
        name: String,
        /// The enum.
        of: String,
        /// The local.
        local: Location,
    },
    /// Modules that import each other.
    ImportCycle {
        /// The modules, the first again at the end.
        cycle: Vec<String>,
    },
    /// Functions or lets that need themselves.
    Recursion {
        /// The names, the first again at the end.
        cycle: Vec<String>,
    },
    /// Two files with one module name.
    DuplicateModule {
        /// The name.
        name: String,
        /// The other file's path.
        other: String,
    },
    /// A module whose name does not follow from its path.
    ModuleName {
        /// The name that is written; none where there is no `module` line.
        written: Option<String>,
        /// The name that the path asks for.
        expected: String,
    },
    /// A name of the language itself cannot be declared.
    Builtin {
        /// The name.
        name: String,
    },
    /// A name of one kind where another is wanted.
    WrongKind {
        /// The name.
        name: String,
        /// What it is: "a type".
        is: &'static str,
        /// What is wanted: "a value".
        wanted: &'static str,
        /// Where it is declared.
        declared: Option<Location>,
    },
}

impl Names {
    const fn code(&self) -> Code {
        match self {
            Self::Unknown { .. } => UNKNOWN,
            Self::UnknownType { .. } => UNKNOWN_TYPE,
            Self::UnknownFunction { .. } => UNKNOWN_FUNCTION,
            Self::UnknownModule { .. } => UNKNOWN_MODULE,
            Self::NotInModule { .. } => NOT_IN_MODULE,
            Self::UnknownVariant { .. } => UNKNOWN_VARIANT,
            Self::Private { .. } => PRIVATE,
            Self::Duplicate { .. } => DUPLICATE,
            Self::Hides { .. } => HIDES,
            Self::LocalOrVariant { .. } => LOCAL_OR_VARIANT,
            Self::ImportCycle { .. } => IMPORT_CYCLE,
            Self::Recursion { .. } => RECURSION,
            Self::DuplicateModule { .. } => DUPLICATE_MODULE,
            Self::ModuleName { .. } => MODULE_NAME,
            Self::Builtin { .. } => BUILTIN,
            Self::WrongKind { .. } => WRONG_KIND,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Unknown { name, .. } => format!("there is no `{name}` here"),
            Self::UnknownType { name, .. } => format!("there is no type `{name}`"),
            Self::UnknownFunction { name, receiver: None, .. } => format!("there is no function `{name}`"),
            Self::UnknownFunction { name, receiver: Some(of), .. } => {
                format!("there is no function `{name}` for a value of type `{of}`")
            }
            Self::UnknownModule { name, package: None, .. } => format!("there is no module `{name}`"),
            Self::UnknownModule { name, package: Some(package), .. } => {
                format!("module `{name}` belongs to `{package}`, which is no dependency of this project")
            }
            Self::NotInModule { name, module, .. } => format!("module `{module}` has no `{name}`"),
            Self::UnknownVariant { name, of, .. } => format!("`{of}` has no variant `{name}`"),
            Self::Private { name, module, .. } => format!("`{name}` is private to module `{module}`"),
            Self::Duplicate { name, .. } => format!("`{name}` is declared twice"),
            Self::Hides { name, first: Some(_) } => {
                format!("`{name}` would hide the `{name}` that is already in scope")
            }
            Self::Hides { name, first: None } => format!("`{name}` would hide the time of the decision"),
            Self::LocalOrVariant { name, of, .. } => {
                format!("`{name}` is both a name in scope and a variant of `{of}`")
            }
            Self::ImportCycle { cycle } => format!("modules use each other: {}", cycle.join(" → ")),
            Self::Recursion { cycle } => match cycle.as_slice() {
                [one, _] => format!("`{one}` needs itself"),
                _ => format!("these need each other: {}", cycle.join(" → ")),
            },
            Self::DuplicateModule { name, other } => format!("module `{name}` is also in {other}"),
            Self::ModuleName { written: Some(written), expected } => {
                format!("this file is module `{expected}` by its path, not `{written}`")
            }
            Self::ModuleName { written: None, expected } => {
                format!("this file does not say that it is module `{expected}`")
            }
            Self::Builtin { name } => format!("`{name}` belongs to the language and cannot be declared"),
            Self::WrongKind { name, is, wanted, .. } => format!("`{name}` is {is}, not {wanted}"),
        }
    }
}

/// Offers the nearest name.
fn offer(d: Diagnostic, at: Location, nearest: Option<Nearest>) -> Diagnostic {
    let Some(nearest) = nearest else { return d };
    let d = d.with_label(format!("did you mean `{}`?", nearest.name));
    let d = match nearest.declared {
        Some(declared) => d.with_secondary(declared, format!("`{}` is declared here", nearest.name)),
        None => d,
    };
    d.with_fix(format!("write `{}`", nearest.name), at, nearest.name, Applicability::MaybeWrong)
}

/// Offers an import.
fn offer_import(d: Diagnostic, name: &str, import: Option<String>) -> Diagnostic {
    match import {
        Some(module) => d.with_help(format!("add `use {module}.{name}` at the top of the module")),
        None => d,
    }
}

impl Finding for Names {
    fn render(self, at: Location) -> Diagnostic {
        let d = Diagnostic::new(self.code(), Severity::Error, at, self.message());
        match self {
            Self::Unknown { name, nearest, import, note } => {
                let d = offer_import(offer(d, at, nearest), &name, import);
                match note {
                    Some(note) => d.with_note(note),
                    None => d,
                }
            }
            Self::UnknownType { name, nearest, import } => offer_import(offer(d, at, nearest), &name, import),
            Self::UnknownFunction { instead: Some(instead), .. } => d.with_help(instead),
            Self::UnknownFunction { name, nearest, import, receiver, instead: None } => {
                let d = offer_import(offer(d, at, nearest), &name, import);
                match receiver {
                    Some(_) => d.with_note(
                        "`x.f(y)` finds `f` in scope, in the module that declares x's type, and in the core of `std`",
                    ),
                    None => d,
                }
            }
            Self::UnknownModule { package: Some(package), .. } => d.with_help(format!(
                "add `{package} = {{ path = \"…\" }}` to `[dependencies]` of policy.toml"
            )),
            Self::UnknownModule { nearest, .. } | Self::NotInModule { nearest, .. } => offer(d, at, nearest),
            Self::UnknownVariant { variants, of, nearest, .. } => {
                let d = offer(d, at, nearest);
                d.with_note(format!("the variants of `{of}` are {}", quoted_list(&variants, 20)))
            }
            Self::Private { name, declared, .. } => d
                .with_secondary(declared, format!("`{name}` is declared here, without `pub`"))
                .with_help(format!("write `pub` before the declaration of `{name}`")),
            Self::Duplicate { name, first } => d
                .with_label("the second declaration")
                .with_secondary(first, format!("`{name}` is first declared here"))
                .with_help("give one of them another name"),
            Self::Hides { name, first } => {
                let d = d.with_help("choose another name: no local may hide a local, or `now`");
                match first {
                    Some(first) => d.with_secondary(first, format!("`{name}` is bound here")),
                    None => d,
                }
            }
            Self::LocalOrVariant { name, of, local } => d
                .with_secondary(local, format!("`{name}` is bound here"))
                .with_help(format!("write `{of}.{name}` for the variant, or `` `{name}` `` for the other"))
                .with_fix(
                    format!("write `{of}.{name}`"),
                    at,
                    format!("{of}.{name}"),
                    Applicability::MaybeWrong,
                )
                .with_fix(
                    format!("write `` `{name}` ``"),
                    at,
                    format!("`{name}`"),
                    Applicability::MaybeWrong,
                ),
            Self::ImportCycle { .. } => d
                .with_note(
                    "a module can be understood, checked and tested with what it uses and nothing more",
                )
                .with_help("move what both need into a module of its own"),
            Self::Recursion { .. } => {
                d.with_note("every evaluation ends because nothing is recursive").with_help(
                    "go over a list with a quantifier or comprehension, or down a tree with `descend`",
                )
            }
            Self::DuplicateModule { .. } => d.with_help("give one of them another name"),
            Self::ModuleName { expected, .. } => {
                let d = d.with_note("a module's name is its path below a source root");
                d.with_help(format!("write `module {expected}`")).with_fix(
                    format!("write `{expected}`"),
                    at,
                    expected,
                    Applicability::MaybeWrong,
                )
            }
            Self::Builtin { .. } => d.with_help("choose another name"),
            Self::WrongKind { name, is, declared, .. } => match declared {
                Some(declared) => d.with_secondary(declared, format!("`{name}` is declared here")),
                None => d.with_note(format!("`{name}` is {is} of the language")),
            },
        }
    }
}
