//! What names mean: declarations, and every use of each, across a project and the standard library.

mod collect;
mod locals;
mod names;
mod uses;

use std::collections::BTreeMap;

use policy_compiler::hir::Ty;
use policy_syntax::{FileId, Location, Span};
use policy_testing::Workspace;

/// What is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Module,
    Type,
    TypeParam,
    Enum,
    Entity,
    Let,
    Data,
    Fn,
    Policy,
    Exception,
    Obligation,
    Test,
    Property,
    Field,
    Variant,
    Param,
    Rule,
    Local,
}

/// A declaration.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Where its name stands.
    pub(crate) at: Location,
    /// All of it, without its comments.
    pub(crate) extent: Location,
    /// The declaration around it, by position in [`Index::symbols`].
    pub(crate) container: Option<usize>,
    pub(crate) doc: String,
    /// What stands before its body.
    pub(crate) head: String,
    pub(crate) public: bool,
}

/// What names mean.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// All declarations, in the order of files and places.
    pub(crate) symbols: Vec<Symbol>,
    /// Each use with the place of what it means, in order.
    uses: Vec<(Location, Location)>,
    /// The same the other way round.
    used: Vec<(Location, Location)>,
    /// The types of variables, by where they are bound.
    locals: BTreeMap<Location, Ty>,
    /// Modules by name.
    modules: BTreeMap<String, FileId>,
}

impl Index {
    pub(crate) fn new(workspace: &Workspace) -> Self {
        let mut index = Self::default();
        for module in &workspace.checked.modules {
            index.modules.entry(module.name.clone()).or_insert(module.file);
            collect::module(&mut index, module);
        }
        index.symbols.sort_by_key(|s| (s.at.file, s.at.span.lo, std::cmp::Reverse(s.extent.span.hi)));
        index.containers();
        index.locals = locals::types(&workspace.checked.hir);
        uses::collect(&mut index, workspace);
        index.used = index.uses.iter().map(|(from, to)| (*to, *from)).collect();
        index.used.sort_unstable();
        index.symbols.shrink_to_fit();
        index
    }

    /// Finds the declaration around each.
    fn containers(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        let mut found = Vec::with_capacity(self.symbols.len());
        for (n, symbol) in self.symbols.iter().enumerate() {
            while let Some(last) = open.last().and_then(|o| self.symbols.get(*o)) {
                let within =
                    last.extent.file == symbol.at.file && last.extent.span.encloses(symbol.extent.span);
                if within {
                    break;
                }
                open.pop();
            }
            found.push(open.last().copied());
            open.push(n);
        }
        for (symbol, container) in self.symbols.iter_mut().zip(found) {
            symbol.container = container;
        }
    }

    /// The name at an offset: where it stands, and where what it means is declared.
    pub(crate) fn name_at(&self, file: FileId, offset: u32) -> Option<(Location, Location)> {
        let used = self.use_at(file, offset);
        used.or_else(|| self.symbol_at(file, offset).map(|symbol| (symbol.at, symbol.at)))
    }

    fn use_at(&self, file: FileId, offset: u32) -> Option<(Location, Location)> {
        let end = self.uses.partition_point(|(from, _)| (from.file, from.span.lo) <= (file, offset));
        let before = self.uses.get(end.saturating_sub(8)..end)?;
        let covers = |(from, _): &&(Location, Location)| {
            from.file == file && from.span.lo <= offset && offset <= from.span.hi
        };
        before.iter().rev().find(covers).copied()
    }

    /// The declaration whose name stands at an offset.
    pub(crate) fn symbol_at(&self, file: FileId, offset: u32) -> Option<&Symbol> {
        let end = self.symbols.partition_point(|s| (s.at.file, s.at.span.lo) <= (file, offset));
        let before = self.symbols.get(end.saturating_sub(4)..end)?;
        before.iter().rev().find(|s| s.at.file == file && s.at.span.lo <= offset && offset <= s.at.span.hi)
    }

    /// What is declared at a place.
    pub(crate) fn declared(&self, at: Location) -> Option<&Symbol> {
        let first = self.symbols.partition_point(|s| (s.at.file, s.at.span.lo) < (at.file, at.span.lo));
        let here = self.symbols.get(first..).unwrap_or_default();
        let begins = |s: &&Symbol| s.at.file == at.file && s.at.span.lo == at.span.lo;
        here.iter().take_while(begins).find(|s| s.at == at)
    }

    /// The places that mean what is declared at a place, in order; without the declaration.
    pub(crate) fn uses_of(&self, at: Location) -> impl Iterator<Item = Location> + Clone + use<'_> {
        let lo = self.used.partition_point(|(to, _)| *to < at);
        let hi = self.used.partition_point(|(to, _)| *to <= at);
        self.used.get(lo..hi).unwrap_or_default().iter().map(|(_, from)| *from)
    }

    /// The uses in a part of a file, in order.
    pub(crate) fn uses_in(&self, file: FileId, span: Span) -> &[(Location, Location)] {
        let lo = self.uses.partition_point(|(from, _)| (from.file, from.span.lo) < (file, span.lo));
        let hi = self.uses.partition_point(|(from, _)| (from.file, from.span.lo) < (file, span.hi));
        self.uses.get(lo..hi.max(lo)).unwrap_or_default()
    }

    /// The declarations of a file, in order.
    pub(crate) fn in_file(&self, file: FileId) -> &[Symbol] {
        let lo = self.symbols.partition_point(|s| s.at.file < file);
        let hi = self.symbols.partition_point(|s| s.at.file <= file);
        self.symbols.get(lo..hi).unwrap_or_default()
    }

    pub(crate) fn container(&self, symbol: &Symbol) -> Option<&Symbol> {
        symbol.container.and_then(|n| self.symbols.get(n))
    }

    /// The innermost declaration of a kind around an offset.
    pub(crate) fn around(&self, file: FileId, offset: u32, kinds: &[Kind]) -> Option<&Symbol> {
        let inside = |s: &&Symbol| s.extent.span.lo <= offset && offset <= s.extent.span.hi;
        self.in_file(file).iter().rev().filter(|s| kinds.contains(&s.kind)).find(inside)
    }

    /// The type of the variable that is bound at a place.
    pub(crate) fn local_type(&self, at: Location) -> Option<Ty> {
        self.locals.get(&at).copied()
    }

    /// The file of a module.
    pub(crate) fn module(&self, name: &str) -> Option<FileId> {
        self.modules.get(name).copied()
    }

    /// What a module declares at its top under a name.
    pub(crate) fn top(&self, file: FileId, name: &str) -> Option<&Symbol> {
        self.in_file(file).iter().find(|s| s.name == name && s.kind.is_item())
    }
}

impl Kind {
    /// Whether it stands at the top of a module and has a name that others can use.
    pub(crate) const fn is_item(self) -> bool {
        match self {
            Self::Type
            | Self::Enum
            | Self::Entity
            | Self::Let
            | Self::Data
            | Self::Fn
            | Self::Policy
            | Self::Exception
            | Self::Obligation => true,
            Self::Module
            | Self::TypeParam
            | Self::Test
            | Self::Property
            | Self::Field
            | Self::Variant
            | Self::Param
            | Self::Rule
            | Self::Local => false,
        }
    }

    /// As it is called.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Type => "type",
            Self::TypeParam => "type parameter",
            Self::Enum => "enum",
            Self::Entity => "entity",
            Self::Let => "value",
            Self::Data => "data",
            Self::Fn => "function",
            Self::Policy => "policy",
            Self::Exception => "exception",
            Self::Obligation => "obligation",
            Self::Test => "test",
            Self::Property => "property",
            Self::Field => "field",
            Self::Variant => "variant",
            Self::Param => "parameter",
            Self::Rule => "rule",
            Self::Local => "variable",
        }
    }
}
