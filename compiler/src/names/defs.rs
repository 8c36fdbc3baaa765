//! The tables of modules and declarations.

use std::sync::Arc;

use crate::hash::HashMap;
use policy_bytecode::IntrinsicId;
use policy_syntax::{Location, Span};

/// A module, by position in the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ModuleId(pub(crate) u32);

impl ModuleId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A declaration, by position in [`Defs::defs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DefId(pub(crate) u32);

/// What a declaration declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefKind {
    /// `type`.
    Type,
    /// `enum`.
    Enum,
    /// `fn`.
    Fn,
    /// `let`.
    Let,
    /// `data`.
    Data,
    /// `policy`.
    Policy,
    /// `entity`.
    Entity,
    /// `obligation`: read, not carried yet.
    Obligation,
    /// `exception`: read, not carried yet.
    Exception,
    /// What a damaged item seems to declare: everything fits it, nothing is reported.
    Damaged,
}

impl DefKind {
    /// With its article, as messages say it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Type => "a type",
            Self::Enum => "an enum",
            Self::Fn => "a function",
            Self::Let => "a value",
            Self::Data => "a data item",
            Self::Policy => "a policy",
            Self::Entity => "an entity",
            Self::Obligation => "an obligation",
            Self::Exception => "an exception",
            Self::Damaged => "a damaged item",
        }
    }

    /// Whether it stands where a type stands.
    pub(crate) const fn is_type(self) -> bool {
        matches!(self, Self::Type | Self::Enum | Self::Entity | Self::Damaged)
    }
}

/// A declaration.
#[derive(Clone, Debug)]
pub(crate) struct Def {
    pub(crate) kind: DefKind,
    pub(crate) module: ModuleId,
    /// The position in the module's items.
    pub(crate) item: usize,
    pub(crate) name: Arc<str>,
    pub(crate) public: bool,
    /// Where the name stands.
    pub(crate) location: Location,
    /// For a function without a body.
    pub(crate) intrinsic: Option<IntrinsicId>,
}

/// What a `use` brings in under one name.
#[derive(Clone, Debug)]
pub(crate) enum Import {
    /// A module.
    Module(ModuleId),
    /// Something of a module; several only for overloaded functions of `std`.
    Defs(Vec<DefId>),
    /// Something that was reported: fits everything.
    Broken,
}

/// The names of one module.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModuleNames {
    /// What it declares. Only `std` declares functions of one name for several types.
    pub(crate) own: HashMap<Arc<str>, Vec<DefId>>,
    /// What it imports, with the place of the name.
    pub(crate) imports: HashMap<Arc<str>, (Import, Span)>,
    /// Which modules it uses, with the places of the `use`s, in source order.
    pub(crate) uses: Vec<(ModuleId, Span)>,
}

/// All declarations.
#[derive(Debug, Default)]
pub(crate) struct Defs {
    pub(crate) defs: Vec<Def>,
    /// By [`ModuleId`].
    pub(crate) modules: Vec<ModuleNames>,
    /// Modules by name.
    pub(crate) by_name: HashMap<Arc<str>, ModuleId>,
    /// Functions and types of `std` that need no `use`.
    pub(crate) core: HashMap<Arc<str>, Vec<DefId>>,
}

static NOWHERE: std::sync::LazyLock<Def> = std::sync::LazyLock::new(|| Def {
    kind: DefKind::Damaged,
    module: ModuleId(0),
    item: usize::MAX,
    name: Arc::from(""),
    public: true,
    location: Location::default(),
    intrinsic: None,
});

impl Defs {
    /// The declaration of an id.
    pub(crate) fn get(&self, id: DefId) -> &Def {
        self.defs.get(id.0 as usize).unwrap_or(&NOWHERE)
    }

    /// The names of a module.
    pub(crate) fn module(&self, id: ModuleId) -> Option<&ModuleNames> {
        self.modules.get(id.index())
    }

    /// What a module declares under a name.
    pub(crate) fn own(&self, module: ModuleId, name: &str) -> &[DefId] {
        self.module(module).and_then(|m| m.own.get(name)).map_or(&[], Vec::as_slice)
    }

    /// What a bare name means at module level: own, imported, core.
    pub(crate) fn lookup(&self, module: ModuleId, name: &str) -> Option<Import> {
        let names = self.module(module)?;
        if let Some(own) = names.own.get(name) {
            return Some(Import::Defs(own.clone()));
        }
        if let Some((import, _)) = names.imports.get(name) {
            return Some(import.clone());
        }
        self.core.get(name).map(|defs| Import::Defs(defs.clone()))
    }

    /// All bare names at module level, sorted.
    pub(crate) fn names_in(&self, module: ModuleId) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        if let Some(names) = self.module(module) {
            all.extend(names.own.keys().map(AsRef::as_ref));
            all.extend(names.imports.keys().map(AsRef::as_ref));
        }
        all.extend(self.core.keys().map(AsRef::as_ref));
        all.sort_unstable();
        all.dedup();
        all
    }
}
