//! Paths of input and data: what sizes are sizes of.
//!
//! A path names all values that stand at one place of a type: `files.owners` is every list of owners of every file. A
//! type that holds itself has no path of its own below itself, so that there are finitely many.

use rustc_hash::FxHashMap;

use crate::hir::{FieldId, Hir, Makeup, Presence, Ty, TyKind};

/// A path, as an index into the table of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(pub(super) u32);

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// The input of a policy.
    Input(usize),
    /// A parameter of a policy, by position.
    Parameter(usize, usize),
    /// A parameter of a function, by position.
    Argument(usize, usize),
    /// Reference data.
    Data(usize),
    /// Attributes of entities of a type.
    Entity(usize),
    /// A list that is only known as a whole, while a loop goes through it.
    Pieces(usize),
}

/// A step down a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Field(u32),
    Part(u32),
    Element,
    Key,
    Value,
    Variant(u32),
}

#[derive(Clone, Debug)]
struct Path {
    root: Root,
    /// The way to it: from what, and by which step.
    above: Option<(PathId, Step)>,
    ty: Ty,
    /// As people write it.
    shown: String,
    /// Whether values of its type hold values of its type.
    recursive: bool,
}

/// All paths that were looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    all: Vec<Path>,
    roots: FxHashMap<Root, PathId>,
    below: FxHashMap<(PathId, Step), PathId>,
}

impl Paths {
    /// The path of a root.
    pub(super) fn root(&mut self, hir: &Hir, root: Root, ty: Ty, shown: &str) -> PathId {
        if let Some(&id) = self.roots.get(&root) {
            return id;
        }
        let path =
            Path { root, above: None, ty: hir.types.present(ty), shown: shown.to_owned(), recursive: false };
        let id = self.push(path);
        self.roots.insert(root, id);
        id
    }

    pub(super) fn find_root(&self, root: Root) -> Option<PathId> {
        self.roots.get(&root).copied()
    }

    fn push(&mut self, path: Path) -> PathId {
        let id = PathId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(path);
        id
    }

    fn get(&self, id: PathId) -> Option<&Path> {
        self.all.get(id.0 as usize)
    }

    pub(super) fn ty(&self, id: PathId) -> Option<Ty> {
        self.get(id).map(|path| path.ty)
    }

    pub(super) fn root_of(&self, id: PathId) -> Option<Root> {
        self.get(id).map(|path| path.root)
    }

    pub(super) fn shown(&self, id: PathId) -> &str {
        self.get(id).map_or("", |path| path.shown.as_str())
    }

    pub(super) fn is_recursive(&self, id: PathId) -> bool {
        self.get(id).is_some_and(|path| path.recursive)
    }

    /// The way from the root: its path, then each path with the step that leads to it.
    pub(super) fn way(&self, id: PathId) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = id;
        while let Some((above, step)) = self.get(at).and_then(|path| path.above) {
            steps.push(step);
            at = above;
        }
        steps.reverse();
        steps
    }

    /// The paths above a path.
    pub(super) fn above(&self, id: PathId) -> Vec<PathId> {
        let mut above = Vec::new();
        let mut at = id;
        while let Some((next, _)) = self.get(at).and_then(|path| path.above) {
            above.push(next);
            at = next;
        }
        above
    }

    /// The paths of the lists, sets and maps whose elements a path is in, outermost last.
    pub(super) fn lists_above(&self, id: PathId) -> Vec<PathId> {
        let mut lists = Vec::new();
        let mut at = id;
        while let Some((above, step)) = self.get(at).and_then(|path| path.above) {
            if matches!(step, Step::Element | Step::Key | Step::Value) {
                lists.push(above);
            }
            at = above;
        }
        lists
    }

    /// Where the field stands that a path goes through last.
    pub(super) fn declared(&self, hir: &Hir, id: PathId) -> Option<policy_syntax::Location> {
        let mut at = id;
        loop {
            let (above, step) = self.get(at)?.above?;
            if let Step::Field(rank) = step {
                let TyKind::Record(record) = hir.types.kind(self.ty(above)?) else { return None };
                return hir.types.record(*record)?.fields.get(rank as usize).map(|field| field.location);
            }
            at = above;
        }
    }

    /// The greatest number of elements that the type at a path allows.
    pub(super) fn max(&self, hir: &Hir, id: PathId) -> Option<u64> {
        let kind = hir.types.kind(self.ty(id)?);
        if let TyKind::List { max, .. } | TyKind::Set { max, .. } | TyKind::Map { max, .. } = kind {
            *max
        } else {
            None
        }
    }

    /// The path below another, where somebody asked for it.
    pub(super) fn find_below(&self, id: PathId, step: Step) -> Option<PathId> {
        self.below.get(&(id, step)).copied()
    }

    /// The path below another; none where its type has no such part.
    pub(super) fn below(&mut self, hir: &Hir, id: PathId, step: Step) -> Option<PathId> {
        if let Some(&below) = self.below.get(&(id, step)) {
            return Some(below);
        }
        let (ty, name) = self.part(hir, id, step)?;
        let ty = hir.types.present(ty);
        let below = match self.holder(hir, id, ty) {
            Some(above) => {
                if let Some(path) = self.all.get_mut(above.0 as usize) {
                    path.recursive = true;
                }
                above
            }
            None => {
                let path = self.get(id)?;
                let shown = match (path.shown.is_empty(), name.is_empty()) {
                    (_, true) => path.shown.clone(),
                    (true, false) => name,
                    (false, false) => format!("{}.{name}", path.shown),
                };
                let path = Path { root: path.root, above: Some((id, step)), ty, shown, recursive: false };
                self.push(path)
            }
        };
        self.below.insert((id, step), below);
        Some(below)
    }

    /// The path at or above one that has a type which can hold itself.
    fn holder(&self, hir: &Hir, id: PathId, ty: Ty) -> Option<PathId> {
        if !matches!(hir.types.kind(ty), TyKind::Record(_) | TyKind::Union(_)) {
            return None;
        }
        let mut at = Some(id);
        while let Some(path) = at {
            if self.ty(path) == Some(ty) {
                return at;
            }
            at = self.get(path).and_then(|path| path.above).map(|(above, _)| above);
        }
        None
    }

    /// The type of a part, and what its step adds to the path as people write it.
    fn part(&self, hir: &Hir, id: PathId, step: Step) -> Option<(Ty, String)> {
        let ty = self.ty(id)?;
        let kind = hir.types.kind(ty);
        match step {
            Step::Field(rank) => {
                let TyKind::Record(record) = kind else { return None };
                let field = hir.types.record(*record)?.fields.get(rank as usize)?;
                Some((field.ty, field.name.clone()))
            }
            Step::Part(rank) => {
                let TyKind::Tuple(parts) = kind else { return None };
                Some((*parts.get(rank as usize)?, rank.to_string()))
            }
            Step::Element => {
                let (TyKind::List { elem, .. } | TyKind::Set { elem, .. }) = kind else { return None };
                Some((*elem, String::new()))
            }
            Step::Key => {
                let TyKind::Map { key, .. } = kind else { return None };
                Some((*key, "keys".to_owned()))
            }
            Step::Value => {
                let TyKind::Map { value, .. } = kind else { return None };
                Some((*value, String::new()))
            }
            Step::Variant(variant) => {
                let TyKind::Union(union) = kind else { return None };
                Some((hir.types.union(*union)?.variants.get(variant as usize)?.payload, String::new()))
            }
        }
    }
}

/// What stands in a field that is not given.
pub(super) fn default_of(hir: &Hir, ty: Ty, field: FieldId) -> Option<&crate::hir::Expr> {
    let TyKind::Record(record) = hir.types.kind(ty) else { return None };
    match &hir.types.record(*record)?.fields.get(field.index())?.presence {
        Presence::Default(value) => Some(value),
        Presence::Required | Presence::Optional => None,
    }
}

/// The types of what a value of a type holds directly.
pub(super) fn parts_of(hir: &Hir, ty: Ty) -> Vec<Ty> {
    match hir.types.kind(ty).makeup() {
        Makeup::List(elem) | Makeup::Set(elem) => vec![elem],
        Makeup::Map(key, value) => vec![key, value],
        Makeup::Tuple(parts) => parts.to_vec(),
        Makeup::Record(id) => {
            hir.types.record(id).map(|def| def.fields.iter().map(|f| f.ty).collect()).unwrap_or_default()
        }
        Makeup::Union(id) => hir
            .types
            .union(id)
            .map(|def| def.variants.iter().map(|v| v.payload).collect())
            .unwrap_or_default(),
        Makeup::Scalar
        | Makeup::Text
        | Makeup::Json
        | Makeup::Enum(_)
        | Makeup::Entity(_)
        | Makeup::Option(_)
        | Makeup::Read(_)
        | Makeup::Nothing => Vec::new(),
    }
}
