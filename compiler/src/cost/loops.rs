//! The cost of what goes round: generators, `then`, `descend`, and the reading of documents.

use std::collections::BTreeMap;
use std::rc::Rc;

use policy_bytecode::op::Op;
use policy_bytecode::program::PatternKind;

use super::model::{Cost, Model};
use super::path::{PathId, Paths, Root};
use super::poly::{Monomial, Poly, Symbol};
use super::price::{self, AROUND, of};
use super::shape::Shape;
use crate::hir::{EntityId, Expr, FieldId, Gen, LocalId, Makeup, Pattern, Ty, TyKind};

/// What a walk over a document looks at: paths and types that it is within.
type Within = Vec<Ty>;

impl<'h> Model<'h> {
    /// A loop over generators: a turn more than there are elements is paid for, and what `body` reads may be read
    /// before it.
    pub(super) fn each(&mut self, generators: &'h [Gen], body: &mut dyn FnMut(&mut Self) -> Poly) -> Poly {
        self.each_counted(generators, &mut |this, _| body(this))
    }

    /// The same; `body` is told how often it runs, at most.
    pub(super) fn each_counted(
        &mut self,
        generators: &'h [Gen],
        body: &mut dyn FnMut(&mut Self, &Poly) -> Poly,
    ) -> Poly {
        self.nested(generators, &Poly::number(1), body)
    }

    fn nested(
        &mut self,
        generators: &'h [Gen],
        turns: &Poly,
        body: &mut dyn FnMut(&mut Self, &Poly) -> Poly,
    ) -> Poly {
        let Some((generator, inner)) = generators.split_first() else { return body(self, turns) };
        let source = self.expr(&generator.source);
        if let Some(loops) = &mut self.loops {
            loops.push(generator.source.location);
        }
        let shape = if let Shape::Any(bytes) | Shape::Text(bytes) = source.shape {
            self.document_of(bytes, generator.source.ty)
        } else {
            source.shape
        };
        let times = self.len(&shape).plus_number(1);
        let taken = self.bind_element(&generator.pattern, &shape, generator.source.ty);
        let inner = self.nested(inner, &turns.times(&times), body);
        let turn = inner.plus_number(price::TURN + taken);
        source.steps.plus(&times.times(&turn)).plus_number(price::LOOP)
    }

    /// A value of a type of which only the bytes are known, as a document of its own: all that is in it together is no more
    /// than it. [`Model::closed`] replaces its sizes by its bytes.
    pub(super) fn document_of(&mut self, bytes: Poly, ty: Ty) -> Shape {
        if bytes.is_unbounded() || bytes.is_zero() {
            return Shape::Any(bytes);
        }
        let at = self.pieces.len();
        self.pieces.push(bytes);
        self.at_root(Root::Pieces(at), ty, "")
    }

    /// A polynomial over the bytes of a document in place of the sizes of what is in it.
    fn put_together(&mut self, at: usize, poly: &Poly) -> Poly {
        let root = Root::Pieces(at);
        let Some(top) = self.paths.find_root(root) else { return poly.clone() };
        let bytes = self.pieces.get(at).cloned().unwrap_or_default();
        let paths = &self.paths;
        let together = poly.rewritten(&|monomial| together(paths, root, top, monomial));
        together.substituted(&mut |symbol| {
            let path = match symbol {
                Symbol::Count(path) | Symbol::Text(path) | Symbol::Picked(path) | Symbol::Bytes(path) => path,
            };
            (self.paths.root_of(path) == Some(root)).then(|| bytes.clone())
        })
    }

    /// Without documents that were met since there were so many of them.
    pub(super) fn closed(&mut self, poly: &Poly, from: usize) -> Poly {
        // Later ones may be parts of earlier ones.
        (from..self.pieces.len()).rev().fold(poly.clone(), |poly, at| self.put_together(at, &poly))
    }

    pub(super) fn closed_shape(&mut self, shape: &Shape, from: usize) -> Shape {
        let mut cost = Cost { steps: Poly::default(), shape: shape.clone() };
        for at in (from..self.pieces.len()).rev() {
            let whole = Shape::Any(self.pieces.get(at).cloned().unwrap_or_default());
            cost = self.filled_in(&cost, &|root| (root == Root::Pieces(at)).then(|| whole.clone()));
        }
        cost.shape
    }

    /// Binds a pattern to an element of a list or set, or to an entry of a map.
    fn bind_element(&mut self, pattern: &Pattern, shape: &Shape, ty: Ty) -> u64 {
        let kind = self.hir.types.kind(self.hir.types.present(ty));
        let elem = if matches!(kind, TyKind::Map { .. }) {
            let (key, value) = (self.key(shape), self.value(shape));
            Shape::Parts(vec![key, value].into())
        } else {
            self.elem(shape)
        };
        self.take_apart(pattern, &elem)
    }

    /// `any a then b in xs: e`: each tuple of elements in their order, and between them `without`.
    pub(super) fn then(
        &mut self,
        patterns: &'h [Pattern],
        source: &'h Expr,
        without: Option<&'h (Pattern, Expr)>,
        body: &'h Expr,
    ) -> Cost {
        let from = self.expr(source);
        let times = self.len(&from.shape).plus_number(1);
        let mut taken = 0;
        for pattern in patterns {
            taken += self.bind_element(pattern, &from.shape, source.ty);
        }
        let mut steps = self.expr(body).steps;
        if let Some((pattern, condition)) = without {
            let bound = self.bind_element(pattern, &from.shape, source.ty);
            let one = self.expr(condition).steps.plus_number(price::TURN + THEN + bound);
            steps.add(&times.times(&one).plus_number(price::LOOP));
        }
        for _ in patterns {
            steps = times.times(&steps.plus_number(price::TURN + THEN + taken)).plus_number(price::LOOP);
        }
        Cost { steps: from.steps.plus(&steps).plus_number(price::TRUTH), shape: Shape::Flat }
    }

    /// `m.descend(x => x.children)`: every node once, its children made anew.
    pub(super) fn descend(
        &mut self,
        base: &'h Expr,
        local: LocalId,
        children: &'h Expr,
        paths: bool,
    ) -> Cost {
        let root = self.expr(base);
        // No more nodes than bytes; each is a value of the type of the root, whichever it is.
        let whole = self.bytes(&root.shape, base.ty);
        let nodes = whole.clone().plus_number(1);
        let node = match &root.shape {
            Shape::At { path, .. } => Shape::At { path: *path, picked: true },
            Shape::Flat
            | Shape::Text(_)
            | Shape::Any(_)
            | Shape::List { .. }
            | Shape::Map { .. }
            | Shape::Parts(_)
            | Shape::Variant(..)
            | Shape::Either(..) => Shape::Any(super::shape::picked(&whole)),
        };
        self.bind(local, node.clone());
        let below = self.expr(children);
        let each = below.steps.plus_number(price::TURN * 2 + DESCEND);
        let mut steps = root.steps.plus(&nodes.times(&each)).plus_number(price::LOOP + DESCEND);
        let elem = if paths {
            // A list of the nodes above each.
            steps.add(&nodes.times(&nodes).scaled(4));
            Shape::List { len: nodes.clone(), elem: Rc::new(node) }
        } else {
            node
        };
        Cost { steps, shape: Shape::List { len: nodes, elem: Rc::new(elem) } }
    }

    // Entities.

    /// An attribute of an entity of one of some types.
    pub(super) fn attribute(&mut self, base: &'h Expr, fields: &[(EntityId, FieldId)], ty: Ty) -> Cost {
        let cost = self.expr(base);
        let mut shape = Shape::Flat;
        let mut steps = cost.steps;
        for (entity, field) in fields {
            let attributes = self.entity_root(*entity);
            let found = self.field(&attributes, field.0);
            shape = self.join(shape, found.picked(), ty);
            steps = steps.plus_number(8 + AROUND);
        }
        let id = self.text(&cost.shape);
        let found = self.finding(None, &id).scaled(2);
        Cost { steps: steps.plus(&found).plus_number(8 + AROUND), shape }
    }

    /// The attributes of all entities of a type, wherever they come from.
    fn entity_root(&mut self, entity: EntityId) -> Shape {
        let hir = self.hir;
        let Some(def) = hir.types.entity(entity) else { return Shape::Flat };
        match hir.types.find(&TyKind::Record(def.attributes)) {
            Some(ty) => self.at_root(Root::Entity(entity.index()), ty, &def.name),
            None => Shape::Any(Poly::unbounded()),
        }
    }

    /// Finding out whether one entity is below another.
    pub(super) fn ancestry(&self) -> Poly {
        Poly::number(price::halvings(None) * 4)
    }

    // Documents.

    /// What reading a document of a type takes beside its bytes: sorting, and the functions that read parts.
    pub(super) fn document(&mut self, shape: &Shape, ty: Ty) -> Poly {
        self.read_part(shape, ty, &mut Vec::new())
    }

    /// Reading JSON of so many bytes as any value: objects are sorted.
    pub(super) fn json_reading(&mut self, bytes: &Poly) -> Poly {
        // An entry takes at least five bytes, and is compared with others as often as its place has bits; keys that
        // are long take more each time.
        let halvings = price::halvings(None) + 2;
        let entries = bytes.scaled(halvings).divided(5);
        let keys = bytes.scaled(halvings * 2).divided(64);
        entries.plus(&keys).plus(&bytes.divided(2)).plus_number(4)
    }

    fn read_part(&mut self, shape: &Shape, ty: Ty, within: &mut Within) -> Poly {
        let hir = self.hir;
        let ty = hir.types.present(ty);
        if within.contains(&ty) {
            return Poly::default();
        }
        within.push(ty);
        let steps = self.read_kind(shape, ty, within);
        within.pop();
        let recursive = within.is_empty() && holds_itself(hir, ty, &mut Vec::new());
        if recursive {
            // As often as there can be such values.
            let bytes = self.text(shape);
            return bytes.plus_number(1).times(&steps);
        }
        steps
    }

    fn read_kind(&mut self, shape: &Shape, ty: Ty, within: &mut Within) -> Poly {
        let hir = self.hir;
        match hir.types.kind(ty).makeup() {
            Makeup::Json => {
                let bytes = self.text(shape);
                self.json_reading(&bytes)
            }
            Makeup::List(elem) => {
                let (len, inner) = (self.len(shape), self.elem(shape));
                let one = self.read_part(&inner, elem, within);
                if one.is_zero() { one } else { len.plus_number(1).times(&one) }
            }
            Makeup::Set(elem) => {
                let (len, inner) = (self.len(shape), self.elem(shape));
                let one = self.read_part(&inner, elem, within);
                let sorting = self.sorting(&len, &inner, elem);
                len.times(&one).plus(&sorting)
            }
            Makeup::Map(key, value) => {
                let (len, k, v) = (self.len(shape), self.key(shape), self.value(shape));
                let mut one = self.read_part(&k, key, within);
                one.add(&self.read_part(&v, value, within));
                let sorting = self.sorting(&len, &k, key);
                len.times(&one).plus(&sorting)
            }
            Makeup::Tuple(parts) => {
                let mut sum = Poly::default();
                for (rank, part) in (0..).zip(parts) {
                    let inner = self.part(shape, rank);
                    sum.add(&self.read_part(&inner, *part, within));
                }
                sum
            }
            Makeup::Record(id) => {
                let mut sum = Poly::default();
                let Some(def) = hir.types.record(id) else { return sum };
                for (rank, field) in (0..).zip(&def.fields) {
                    let inner = self.field(shape, rank);
                    sum.add(&self.read_part(&inner, field.ty, within));
                }
                sum
            }
            Makeup::Union(id) => {
                // The tag is looked for before the rest is read.
                let mut sum = self.text(shape).divided(16).plus_number(1);
                let Some(def) = hir.types.union(id) else { return sum };
                for (variant, info) in (0..).zip(&def.variants) {
                    let inner = self.content(shape, variant);
                    sum.add(&self.read_part(&inner, info.payload, within));
                }
                if def.open {
                    let bytes = self.text(shape);
                    sum.add(&self.json_reading(&bytes));
                }
                sum
            }
            Makeup::Read(id) => {
                let bytes = self.text(shape);
                let given = Shape::Any(bytes.clone());
                let read = self.read_result(id, &given);
                let json = self.json_reading(&bytes);
                read.steps.plus(&json).plus_number(price::CALL)
            }
            // Patterns are compiled as they are read.
            Makeup::Text if is_pattern(hir.types.kind(ty)) => {
                let bytes = self.text(shape).scaled(PatternKind::COMPILE_A_BYTE);
                bytes.plus_number(PatternKind::COMPILE + PatternKind::COMPILE_STATES)
            }
            Makeup::Scalar
            | Makeup::Text
            | Makeup::Enum(_)
            | Makeup::Entity(_)
            | Makeup::Option(_)
            | Makeup::Nothing => Poly::default(),
        }
    }
}

const fn is_pattern(kind: &TyKind) -> bool {
    matches!(kind, TyKind::Regex | TyKind::Glob | TyKind::Wildcard)
}

/// One size in a piece for each of the pieces: together no more than the whole, whose bytes stand for it.
fn together(paths: &Paths, root: Root, top: PathId, monomial: &Monomial) -> Monomial {
    let mut powers: BTreeMap<Symbol, u32> = monomial.iter().copied().collect();
    let within = |symbol: &Symbol| match symbol {
        Symbol::Count(path) | Symbol::Text(path) => (paths.root_of(*path) == Some(root)).then_some(*path),
        Symbol::Picked(_) | Symbol::Bytes(_) => None,
    };
    let deepest = powers
        .keys()
        .filter_map(|symbol| Some((*symbol, paths.lists_above(within(symbol)?))))
        .filter(|(_, lists)| {
            !lists.is_empty() && lists.iter().all(|list| powers.contains_key(&Symbol::Count(*list)))
        })
        .max_by_key(|(_, lists)| lists.len());
    let Some((symbol, lists)) = deepest else { return monomial.clone() };
    for used in lists.into_iter().map(Symbol::Count).chain([symbol]) {
        if let Some(power) = powers.get_mut(&used) {
            *power = power.saturating_sub(1);
        }
    }
    *powers.entry(Symbol::Bytes(top)).or_insert(0) += 1;
    powers.into_iter().filter(|(_, power)| *power > 0).collect()
}

/// What a step of `then` takes beside a turn.
const THEN: u64 = of(&[Op::IndexList, Op::AddInt, Op::LtInt, Op::JumpIf, Op::Jump, Op::Move, Op::Const]);

/// What a node of `descend` takes beside turns of loops.
const DESCEND: u64 = of(&[
    Op::Begin,
    Op::Push,
    Op::Push,
    Op::MakeList,
    Op::Iter,
    Op::IndexList,
    Op::AddInt,
    Op::JumpIf,
    Op::Call,
    Op::Return,
    Op::Intrinsic,
]) + 16;

/// Whether values of a type can hold values of some type that they are within.
fn holds_itself(hir: &crate::hir::Hir, ty: Ty, within: &mut Vec<Ty>) -> bool {
    let ty = hir.types.present(ty);
    if within.contains(&ty) {
        return true;
    }
    within.push(ty);
    let parts = super::path::parts_of(hir, ty);
    let found = parts.into_iter().any(|part| holds_itself(hir, part, within));
    within.pop();
    found
}
