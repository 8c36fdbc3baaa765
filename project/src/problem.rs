//! What can be wrong with a project, as diagnostics.
//!
//! Codes `P0900` to `P0999` belong to this crate.

use policy_syntax::{Applicability, Code, Diagnostic, Location};

/// A problem of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// `policy.toml` is not TOML.
    NotToml {
        /// What the reader of TOML says.
        reason: String,
    },
    /// A key that `policy.toml` does not have.
    UnknownKey {
        /// The key.
        key: String,
        /// The section, as a user names it.
        section: String,
        /// The key that was probably meant.
        nearest: Option<String>,
        /// All keys of the section.
        known: Vec<String>,
    },
    /// A value of a wrong kind, or out of its range.
    WrongValue {
        /// The key.
        key: String,
        /// What the key wants.
        wanted: String,
        /// What stands there.
        found: String,
    },
    /// A key that must be there is not.
    MissingKey {
        /// The key.
        key: String,
        /// The section, as a user names it.
        section: String,
        /// What could be written.
        example: String,
    },
    /// A path leads out of the project.
    Outside {
        /// The path as written.
        path: String,
    },
    /// A file or folder cannot be used.
    Unreadable {
        /// The path as written or found.
        path: String,
        /// Why.
        reason: String,
    },
    /// Two files hold one module.
    SameModule {
        /// The module.
        module: String,
        /// The paths of both files.
        paths: [String; 2],
    },
    /// The path of a source cannot name a module.
    NoModuleName {
        /// The path.
        path: String,
        /// The part that is no name.
        part: String,
    },
    /// Two files hold one data item.
    SameData {
        /// The item, as the files name it.
        name: String,
        /// The paths of both files.
        paths: [String; 2],
    },
    /// A data file cannot be read as its format.
    BadData {
        /// The path.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A data file belongs to no `data` item.
    UnusedData {
        /// The path.
        path: String,
        /// The name that it would have.
        name: String,
        /// The item that was probably meant.
        nearest: Option<String>,
    },
    /// A data file belongs to several `data` items of one short name.
    AmbiguousData {
        /// The path.
        path: String,
        /// Their qualified names.
        items: Vec<String>,
    },
    /// An entry names a policy that the project does not have.
    UnknownPolicy {
        /// The policy as written.
        policy: String,
        /// The policy that was probably meant.
        nearest: Option<String>,
        /// All policies.
        known: Vec<String>,
    },
    /// A lint level for a lint that does not exist.
    UnknownLint {
        /// The name as written.
        lint: String,
        /// The lint that was probably meant.
        nearest: Option<String>,
    },
    /// A data file does not fit the type of its item.
    DataMisfit {
        /// The path.
        path: String,
        /// The qualified name of the item.
        name: String,
        /// What does not fit, a line each.
        reasons: Vec<String>,
    },
    /// The files of the entity store hold no store.
    NoStore {
        /// The path.
        path: String,
        /// What does not fit, a line each.
        reasons: Vec<String>,
    },
    /// The compiled program does not load.
    NotLoaded {
        /// Why.
        reason: String,
    },
    /// Two entries have one name.
    SameEntry {
        /// The name.
        name: String,
    },
    /// A dependency's folder is no project that can be read.
    NoDependency {
        /// The name under which it is used.
        name: String,
        /// The path as written.
        path: String,
        /// Why.
        reason: String,
    },
    /// `policy.lock` is not what `policyc lock` writes.
    BadLock {
        /// Why.
        reason: String,
    },
    /// A dependency that `policy.lock` does not have.
    NotLocked {
        /// The dependency.
        name: String,
    },
    /// A dependency of which `policy.lock` says something else.
    DependencyChanged {
        /// The dependency.
        name: String,
        /// What is different.
        changes: Vec<String>,
    },
    /// A row of `policy.lock` for nothing.
    LockedInVain {
        /// The dependency that there was.
        name: String,
    },
    /// A dependency calls itself otherwise.
    DependencyName {
        /// The name under which it is used.
        key: String,
        /// What its own `policy.toml` says.
        name: String,
    },
    /// A dependency has another version than is asked for.
    DependencyVersion {
        /// Its name.
        name: String,
        /// The versions that would do.
        wanted: String,
        /// The version that it has.
        found: Option<String>,
    },
    /// Projects that depend on each other.
    DependencyCycle {
        /// Their names; the last is the first.
        names: Vec<String>,
    },
    /// Two projects of one name are used.
    SamePackage {
        /// The name.
        name: String,
        /// Where both stand.
        paths: [String; 2],
    },
    /// An entry binds a parameter that its policy does not have.
    UnknownParameter {
        /// The policy.
        policy: String,
        /// The parameter as written.
        name: String,
        /// The parameter that was probably meant.
        nearest: Option<String>,
        /// All parameters.
        known: Vec<String>,
    },
    /// An entry leaves a parameter of its policy without a value.
    MissingParameter {
        /// The entry.
        entry: String,
        /// The policy.
        policy: String,
        /// The parameter.
        name: String,
    },
    /// A file does not fit the type of the parameter that it is bound to.
    ParameterMisfit {
        /// The file.
        path: String,
        /// The policy.
        policy: String,
        /// The parameter.
        name: String,
        /// What does not fit, a line each.
        reasons: Vec<String>,
    },
    /// A mode for what is neither a policy nor a rule.
    UnknownMode {
        /// The name as written.
        name: String,
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// The project holds no source.
    NoSources {
        /// The folders that were looked at.
        folders: Vec<String>,
    },
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(match self {
            Self::NotToml { .. } => 900,
            Self::UnknownKey { .. } => 901,
            Self::WrongValue { .. } => 902,
            Self::MissingKey { .. } => 903,
            Self::Outside { .. } => 904,
            Self::Unreadable { .. } => 905,
            Self::SameModule { .. } => 906,
            Self::NoModuleName { .. } => 907,
            Self::SameData { .. } => 908,
            Self::BadData { .. } => 909,
            Self::UnusedData { .. } => 910,
            Self::AmbiguousData { .. } => 911,
            Self::UnknownPolicy { .. } => 912,
            Self::UnknownLint { .. } => 913,
            Self::NoSources { .. } => 914,
            Self::DataMisfit { .. } => 915,
            Self::NotLoaded { .. } => 916,
            Self::NoStore { .. } => 917,
            Self::NoDependency { .. } => 918,
            Self::DependencyName { .. } => 919,
            Self::DependencyVersion { .. } => 920,
            Self::DependencyCycle { .. } => 921,
            Self::SamePackage { .. } => 922,
            Self::UnknownParameter { .. } => 923,
            Self::MissingParameter { .. } => 924,
            Self::ParameterMisfit { .. } => 925,
            Self::UnknownMode { .. } => 926,
            Self::SameEntry { .. } => 927,
            Self::BadLock { .. } => 928,
            Self::NotLocked { .. } => 929,
            Self::DependencyChanged { .. } => 930,
            Self::LockedInVain { .. } => 931,
        })
    }

    /// Whether a code is of a problem with `policy.lock`.
    #[must_use]
    pub fn is_of_lock(code: Code) -> bool {
        matches!(code.0, 928..=931)
    }

    /// The diagnostic for it at a place.
    #[must_use]
    pub fn at(self, place: Location) -> Diagnostic {
        let code = self.code();
        let error = |message: String| Diagnostic::error(code, place, message);
        match self {
            Self::NotToml { reason } => error(format!("policy.toml is not TOML: {reason}")),
            Self::UnknownKey { key, section, nearest, known } => {
                let found = error(format!("{section} has no key `{key}`"))
                    .with_note(format!("it has {}", list(&known)));
                meant(found, nearest, place)
            }
            Self::WrongValue { key, wanted, found } => {
                error(format!("`{key}` is {wanted}, not {found}")).with_label(format!("write {wanted}"))
            }
            Self::MissingKey { key, section, example } => {
                error(format!("{section} lacks `{key}`")).with_help(format!("add {example}"))
            }
            Self::Outside { path } => error(format!("{path} leads out of the project"))
                .with_note("what a project reads stays below its policy.toml, symbolic links included"),
            Self::Unreadable { path, reason } => error(format!("{path} cannot be used: {reason}")),
            Self::SameModule { module, paths: [first, second] } => {
                error(format!("{first} and {second} are both module {module}"))
                    .with_help("rename one of them, or list fewer folders as `sources`")
            }
            Self::NoModuleName { path, part } => {
                error(format!("{path} cannot hold a module: `{part}` is no name"))
                    .with_note(
                        "a module is named after its path: ci/ai_changes.policy is module ci.ai_changes",
                    )
                    .with_help("use letters, digits and `_`, and no digit first")
            }
            Self::SameData { name, paths: [first, second] } => {
                error(format!("{first} and {second} both hold data {name}")).with_help("remove one of them")
            }
            Self::BadData { path, reason } => error(format!("{path} cannot be read: {reason}")),
            Self::UnusedData { path, name, nearest } => {
                let found = Diagnostic::warning(code, place, format!("{path} belongs to no data item"))
                    .with_note(format!(
                        "a module would say `data {name}: TYPE`, or the file would have the item's name"
                    ));
                match nearest {
                    Some(nearest) => found.with_help(format!("rename it if `{nearest}` was meant")),
                    None => found,
                }
            }
            Self::AmbiguousData { path, items } => error(format!("{path} could hold {}", list(&items)))
                .with_help("name the file after the qualified name of one of them"),
            Self::UnknownPolicy { policy, nearest, known } => {
                let mut found = error(format!("the project has no policy {policy}"));
                if !known.is_empty() {
                    found = found.with_note(format!("it has {}", list(&known)));
                }
                meant(found, nearest.map(|name| format!("\"{name}\"")), place)
            }
            Self::UnknownLint { lint, nearest } => {
                meant(error(format!("there is no lint `{lint}`")), nearest, place)
            }
            Self::DataMisfit { path, name, reasons } => {
                let mut found = error(format!("{path} does not fit the type of data {name}"))
                    .with_label("the type that the file is held against");
                for reason in reasons {
                    found = found.with_note(reason);
                }
                found
            }
            Self::NoStore { path, reasons } => {
                let found = error(format!("{path} does not fit the entities that are declared"));
                reasons.into_iter().fold(found, Diagnostic::with_note)
            }
            Self::NotLoaded { reason } => error(format!("the compiled program does not load: {reason}")),
            Self::SameEntry { name } => {
                error(format!("two entries are named {name}")).with_help("rename one of them")
            }
            Self::NoDependency { name, path, reason } => error(format!(
                "the dependency {name} cannot be read from {path}: {reason}"
            ))
            .with_help(
                "`path` leads from this policy.toml to the folder of the other one, `bundle` to its bundle",
            ),
            Self::BadLock { reason } => error(format!("policy.lock cannot be read: {reason}"))
                .with_help("`policyc lock` writes it anew, with what the dependencies hold now"),
            Self::NotLocked { name } => error(format!("the dependency {name} is not in policy.lock"))
                .with_help("look at it, and accept it with `policyc lock`"),
            Self::DependencyChanged { name, changes } => {
                let found = error(format!("the dependency {name} is not what policy.lock says"));
                let found = changes.into_iter().fold(found, Diagnostic::with_note);
                found.with_help("look at what changed, and accept it with `policyc lock`")
            }
            Self::LockedInVain { name } => {
                error(format!("policy.lock has {name}, and nothing depends on it"))
                    .with_help("`policyc lock` writes what there is")
            }
            Self::DependencyName { key, name } => {
                let found = error(format!("the dependency {key} calls itself {name}"))
                    .with_note("a project is used under the name that its policy.toml gives it");
                meant(found, Some(name), place)
            }
            Self::DependencyVersion { name, wanted, found } => error(match found {
                Some(found) => {
                    format!("the dependency {name} has version {found}, and {wanted} is asked for")
                }
                None => format!("the dependency {name} says no version, and {wanted} is asked for"),
            })
            .with_help("take a version of it that fits, or ask for the one that is there"),
            Self::DependencyCycle { names } => {
                error(format!("projects depend on each other: {}", names.join(" → ")))
                    .with_help("move what both need to a project of its own")
            }
            Self::SamePackage { name, paths: [first, second] } => {
                error(format!("two projects are named {name}: {first} and {second}"))
                    .with_help("let all dependencies lead to one of them")
            }
            Self::UnknownParameter { policy, name, nearest, known } => {
                let found = error(format!("the policy {policy} has no parameter {name}"));
                let found = match known.as_slice() {
                    [] => found.with_note("it has no parameters"),
                    known => found.with_note(format!("it has {}", list(known))),
                };
                meant(found, nearest, place)
            }
            Self::MissingParameter { entry, policy, name } => error(format!(
                "the entry {entry} leaves the parameter {name} of {policy} without a value"
            ))
            .with_note(
                "parameters of a policy that hosts ask come from files of the project, never from the input",
            )
            .with_help(format!("add parameters = {{ {name} = \"data/{name}.yaml\" }}, and the file")),
            Self::ParameterMisfit { path, policy, name, reasons } => {
                let mut found =
                    error(format!("{path} does not fit the type of the parameter {name} of {policy}"));
                for reason in reasons {
                    found = found.with_note(reason);
                }
                found
            }
            Self::UnknownMode { name, nearest } => {
                let found = error(format!("there is no policy and no rule {name}"))
                    .with_note("a policy is named MODULE.POLICY and a rule MODULE.POLICY.RULE, in quotes");
                meant(found, nearest.map(|name| format!("\"{name}\"")), place)
            }
            Self::NoSources { folders } => {
                error(format!("there is no .policy file below {}", list(&folders)))
                    .with_help("`sources` in policy.toml lists the folders that hold modules")
            }
        }
    }
}

fn meant(found: Diagnostic, nearest: Option<String>, place: Location) -> Diagnostic {
    match nearest {
        Some(nearest) => {
            let title = format!("write {nearest}");
            found.with_help(format!("did you mean {nearest}?")).with_fix(
                title,
                place,
                nearest,
                Applicability::MaybeWrong,
            )
        }
        None => found,
    }
}

/// `a`, `a and b`, `a, b and c`; past eight only their number.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 8;
    if names.len() > SHOWN {
        let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
        return format!("{} and {} more", shown.join(", "), names.len() - SHOWN);
    }
    match names {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
