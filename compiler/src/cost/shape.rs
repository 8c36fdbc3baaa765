//! Shapes: how large values can be, part by part.
//!
//! A shape is a bound, never a description: whatever a value of a type with this shape is asked, the answer here is at
//! least as large.

use std::rc::Rc;

use super::model::Model;
use super::path::{PathId, Step, default_of};
use super::poly::{Poly, Symbol};
use crate::hir::{FieldId, Makeup, Ty, TyKind, UnionId};

/// The text of a value of fixed size, at most.
pub(super) const SCALAR_TEXT: u64 = 64;

/// Shapes that are joined from more than these are bounded as a whole.
const MAX_EITHER: u32 = 6;

/// How large a value can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Shape {
    /// A value of fixed size, or absent.
    #[default]
    Flat,
    /// Text of so many bytes.
    Text(Poly),
    /// Whatever its type is, its JSON has so many bytes.
    Any(Poly),
    /// What stands at a path. `picked`: not met by a loop over the lists above it.
    At { path: PathId, picked: bool },
    /// A list or set.
    List { len: Poly, elem: Rc<Shape> },
    /// A map.
    Map { len: Poly, key: Rc<Shape>, value: Rc<Shape> },
    /// A record's fields by rank, a tuple's parts, or a `read by` value and its text.
    Parts(Rc<[Shape]>),
    /// A variant of a union, and its content.
    Variant(u32, Rc<Shape>),
    /// One of two.
    Either(Rc<Shape>, Rc<Shape>),
}

/// What is asked of a value as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weigh {
    /// The fuel of comparing it with another.
    Compare,
    /// The bytes of its JSON.
    Json,
}

impl Weigh {
    fn scalar(self) -> Poly {
        match self {
            Self::Compare => Poly::number(1),
            Self::Json => Poly::number(SCALAR_TEXT),
        }
    }

    fn text(self, bytes: &Poly) -> Poly {
        match self {
            Self::Compare => bytes.divided(64).plus_number(1),
            // An escape takes six bytes.
            Self::Json => bytes.scaled(6).plus_number(2),
        }
    }

    fn any(self, bytes: &Poly) -> Poly {
        match self {
            Self::Compare => bytes.clone().plus_number(1),
            Self::Json => bytes.scaled(6).plus_number(2),
        }
    }
}

impl Shape {
    fn either_depth(&self) -> u32 {
        match self {
            Self::Either(a, b) => 1 + a.either_depth().max(b.either_depth()),
            Self::Flat
            | Self::Text(_)
            | Self::Any(_)
            | Self::At { .. }
            | Self::List { .. }
            | Self::Map { .. }
            | Self::Parts(_)
            | Self::Variant(..) => 0,
        }
    }

    /// The same of values that loops did not meet one after the other.
    pub(super) fn picked(&self) -> Self {
        match self {
            Self::Flat => Self::Flat,
            Self::Text(bytes) => Self::Text(picked(bytes)),
            Self::Any(bytes) => Self::Any(picked(bytes)),
            Self::At { path, .. } => Self::At { path: *path, picked: true },
            Self::List { len, elem } => Self::List { len: picked(len), elem: Rc::new(elem.picked()) },
            Self::Map { len, key, value } => {
                let (key, value) = (Rc::new(key.picked()), Rc::new(value.picked()));
                Self::Map { len: picked(len), key, value }
            }
            Self::Parts(parts) => Self::Parts(parts.iter().map(Self::picked).collect()),
            Self::Variant(variant, content) => Self::Variant(*variant, Rc::new(content.picked())),
            Self::Either(a, b) => Self::Either(Rc::new(a.picked()), Rc::new(b.picked())),
        }
    }
}

/// A bound for values that loops did not meet one after the other.
pub(super) fn picked(poly: &Poly) -> Poly {
    poly.substituted(&mut |symbol| match symbol {
        Symbol::Text(path) => Some(Poly::symbol(Symbol::Picked(path))),
        Symbol::Count(_) | Symbol::Picked(_) | Symbol::Bytes(_) => None,
    })
}

impl Model<'_> {
    /// A shape that bounds both of two values of a type.
    pub(super) fn join(&mut self, a: Shape, b: Shape, ty: Ty) -> Shape {
        if a == b {
            return a;
        }
        match (a, b) {
            (Shape::Flat, other) | (other, Shape::Flat) => other,
            (Shape::Text(a), Shape::Text(b)) => Shape::Text(a.join(&b)),
            (Shape::Any(a), Shape::Any(b)) => Shape::Any(a.join(&b)),
            (a, b) => {
                let either = Shape::Either(Rc::new(a), Rc::new(b));
                if either.either_depth() > MAX_EITHER { Shape::Any(self.bytes(&either, ty)) } else { either }
            }
        }
    }

    /// Asks both shapes of a choice.
    fn both(&mut self, a: &Shape, b: &Shape, ask: &mut dyn FnMut(&mut Self, &Shape) -> Poly) -> Poly {
        let (a, b) = (ask(self, a), ask(self, b));
        a.join(&b)
    }

    fn split(&mut self, a: &Shape, b: &Shape, ask: &mut dyn FnMut(&mut Self, &Shape) -> Shape) -> Shape {
        let (a, b) = (ask(self, a), ask(self, b));
        if a == b { a } else { Shape::Either(Rc::new(a), Rc::new(b)) }
    }

    fn text_at(path: PathId, picked: bool) -> Poly {
        Poly::symbol(if picked { Symbol::Picked(path) } else { Symbol::Text(path) })
    }

    /// How many elements or entries there are.
    pub(super) fn len(&mut self, shape: &Shape) -> Poly {
        match shape {
            Shape::List { len, .. } | Shape::Map { len, .. } => len.clone(),
            Shape::At { path, picked } => {
                let kind = self.paths.ty(*path).map(|ty| self.hir.types.kind(ty));
                if matches!(kind, Some(TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. })) {
                    Poly::symbol(Symbol::Count(*path))
                } else {
                    Self::text_at(*path, *picked)
                }
            }
            Shape::Any(bytes) | Shape::Text(bytes) => bytes.clone(),
            Shape::Either(a, b) => self.both(a, b, &mut |this, shape| this.len(shape)),
            Shape::Variant(_, content) => self.len(content),
            Shape::Flat | Shape::Parts(_) => Poly::default(),
        }
    }

    fn step(&mut self, path: PathId, picked: bool, step: Step) -> Option<Shape> {
        let below = self.paths.below(self.hir, path, step)?;
        let shape = Shape::At { path: below, picked };
        let Step::Field(rank) = step else { return Some(shape) };
        let default = self.paths.ty(path).and_then(|ty| default_of(self.hir, ty, FieldId(rank)));
        let Some(default) = default else { return Some(shape) };
        let (constant, ty) = (self.constant(default), default.ty);
        Some(self.join(shape, constant, ty))
    }

    /// What is asked of the part at a step.
    fn below(&mut self, shape: &Shape, step: Step) -> Shape {
        match (shape, step) {
            (Shape::At { path, picked }, _) => match self.step(*path, *picked, step) {
                Some(shape) => shape,
                None => Shape::Any(Self::text_at(*path, *picked)),
            },
            (Shape::Any(bytes), _) => Shape::Any(bytes.clone()),
            (Shape::Text(bytes), _) => Shape::Text(bytes.clone()),
            (Shape::List { elem, .. }, Step::Element) => (**elem).clone(),
            (Shape::Map { key, .. }, Step::Key) => (**key).clone(),
            (Shape::Map { value, .. }, Step::Value) => (**value).clone(),
            (Shape::Parts(parts), Step::Field(rank) | Step::Part(rank)) => {
                parts.get(rank as usize).cloned().unwrap_or(Shape::Flat)
            }
            (Shape::Variant(at, content), Step::Variant(variant)) => {
                if *at == variant {
                    (**content).clone()
                } else {
                    Shape::Flat
                }
            }
            (Shape::Variant(_, content), _) => self.below(content, step),
            (Shape::Either(a, b), _) => {
                let (a, b) = (Rc::clone(a), Rc::clone(b));
                self.split(&a, &b, &mut |this, shape| this.below(shape, step))
            }
            (Shape::Flat | Shape::List { .. } | Shape::Map { .. } | Shape::Parts(_), _) => Shape::Flat,
        }
    }

    pub(super) fn field(&mut self, shape: &Shape, rank: u32) -> Shape {
        self.below(shape, Step::Field(rank))
    }

    pub(super) fn part(&mut self, shape: &Shape, rank: u32) -> Shape {
        self.below(shape, Step::Part(rank))
    }

    /// An element of a list or set, as a loop meets it.
    pub(super) fn elem(&mut self, shape: &Shape) -> Shape {
        self.below(shape, Step::Element)
    }

    pub(super) fn key(&mut self, shape: &Shape) -> Shape {
        self.below(shape, Step::Key)
    }

    pub(super) fn value(&mut self, shape: &Shape) -> Shape {
        self.below(shape, Step::Value)
    }

    pub(super) fn content(&mut self, shape: &Shape, variant: u32) -> Shape {
        self.below(shape, Step::Variant(variant))
    }

    /// The shape at the end of a way below a shape.
    pub(super) fn along(&mut self, shape: &Shape, way: &[Step]) -> Shape {
        way.iter().fold(shape.clone(), |shape, step| self.below(&shape, *step))
    }

    /// The bytes of a text.
    pub(super) fn text(&mut self, shape: &Shape) -> Poly {
        match shape {
            Shape::Flat => Poly::number(SCALAR_TEXT),
            Shape::Text(bytes) | Shape::Any(bytes) => bytes.clone(),
            Shape::At { path, picked } => Self::text_at(*path, *picked),
            Shape::Either(a, b) => self.both(a, b, &mut |this, shape| this.text(shape)),
            Shape::Variant(_, content) => self.text(content),
            // A `read by` value over text.
            Shape::Parts(parts) => parts.iter().fold(Poly::default(), |sum, part| sum.join(&self.text(part))),
            Shape::List { .. } | Shape::Map { .. } => Poly::default(),
        }
    }

    /// A bound of everything that a value holds, in bytes.
    pub(super) fn bytes(&mut self, shape: &Shape, ty: Ty) -> Poly {
        match shape {
            Shape::At { path, picked } => Self::text_at(*path, *picked),
            Shape::Any(bytes) | Shape::Text(bytes) => bytes.clone(),
            Shape::Either(a, b) => self.both(a, b, &mut |this, shape| this.bytes(shape, ty)),
            Shape::Flat | Shape::List { .. } | Shape::Map { .. } | Shape::Parts(_) | Shape::Variant(..) => {
                self.weigh(shape, ty, Weigh::Json)
            }
        }
    }

    /// What a value as a whole amounts to.
    pub(super) fn weigh(&mut self, shape: &Shape, ty: Ty, what: Weigh) -> Poly {
        self.weigh_within(shape, ty, what, &mut Vec::new())
    }

    fn weigh_within(&mut self, shape: &Shape, ty: Ty, what: Weigh, within: &mut Vec<PathId>) -> Poly {
        let hir = self.hir;
        if let Shape::Either(a, b) = shape {
            let a = self.weigh_within(a, ty, what, within);
            let b = self.weigh_within(b, ty, what, within);
            return a.join(&b);
        }
        if let Shape::At { path, picked } = shape
            && (within.contains(path) || self.paths.is_recursive(*path))
        {
            // All fields of all records for each byte that could be a record.
            let bytes = Self::text_at(*path, *picked);
            return self.spread(&bytes, ty, what);
        }
        let ty = hir.types.present(ty);
        if let Some(whole) = self.weigh_whole(shape, ty, what) {
            return whole;
        }
        let pushed = if let Shape::At { path, .. } = shape {
            within.push(*path);
            true
        } else {
            false
        };
        let found = self.weigh_kind(shape, ty, what, within);
        if pushed {
            within.pop();
        }
        found
    }

    /// What a structure amounts to that is only known as a whole.
    fn weigh_whole(&mut self, shape: &Shape, ty: Ty, what: Weigh) -> Option<Poly> {
        let elem = match self.hir.types.kind(ty).makeup() {
            Makeup::List(elem) | Makeup::Set(elem) => elem,
            Makeup::Map(_, value) => value,
            Makeup::Tuple(_) | Makeup::Record(_) | Makeup::Union(_) | Makeup::Read(_) => ty,
            Makeup::Scalar
            | Makeup::Text
            | Makeup::Json
            | Makeup::Enum(_)
            | Makeup::Entity(_)
            | Makeup::Option(_)
            | Makeup::Nothing => return None,
        };
        match shape {
            Shape::Flat => Some(what.scalar()),
            Shape::Any(bytes) | Shape::Text(bytes) => {
                let plain = matches!(
                    self.hir.types.kind(self.hir.types.present(elem)),
                    TyKind::Json | TyKind::String | TyKind::Int(_) | TyKind::Bool | TyKind::Decimal
                );
                Some(if plain { what.any(bytes) } else { self.spread(bytes, ty, what) })
            }
            Shape::At { .. }
            | Shape::List { .. }
            | Shape::Map { .. }
            | Shape::Parts(_)
            | Shape::Variant(..)
            | Shape::Either(..) => None,
        }
    }

    /// What a value of so many bytes amounts to: fields that are not given add to each record.
    fn spread(&mut self, bytes: &Poly, ty: Ty, what: Weigh) -> Poly {
        let width = self.width(ty);
        let each = match what {
            Weigh::Compare => width.fields,
            Weigh::Json => width.json,
        };
        // A record takes at least two bytes.
        what.any(bytes).plus(&bytes.scaled(each).divided(2)).plus_number(each)
    }

    fn weigh_kind(&mut self, shape: &Shape, ty: Ty, what: Weigh, within: &mut Vec<PathId>) -> Poly {
        let hir = self.hir;
        match hir.types.kind(ty).makeup() {
            Makeup::Scalar => what.scalar(),
            Makeup::Text | Makeup::Entity(_) => {
                let bytes = self.text(shape);
                what.text(&bytes).plus(&what.scalar())
            }
            Makeup::Enum(id) => {
                let spelled = hir.types.enumeration(id).map_or(0, |def| {
                    def.variants.iter().map(|variant| variant.spelling().len()).max().unwrap_or(0)
                });
                let open = hir.types.enumeration(id).is_some_and(|def| def.open);
                let unknown = if open { self.text(shape) } else { Poly::default() };
                what.scalar().plus(&what.text(&unknown.plus_number(spelled as u64)))
            }
            Makeup::Json | Makeup::Nothing => {
                match shape {
                    // Parts of `Json` are `Json`.
                    Shape::List { len, elem } => {
                        let one = self.weigh_within(elem, ty, what, within);
                        len.times(&one.plus_number(1)).plus_number(2)
                    }
                    Shape::Map { len, key, value } => {
                        let key = what.text(&self.text(key));
                        let value = self.weigh_within(value, ty, what, within);
                        len.times(&key.plus(&value).plus_number(2)).plus_number(2)
                    }
                    Shape::Parts(parts) => {
                        let mut sum = Poly::number(2);
                        for part in parts.iter() {
                            sum.add(&self.weigh_within(part, ty, what, within));
                        }
                        sum
                    }
                    Shape::Flat
                    | Shape::Text(_)
                    | Shape::Any(_)
                    | Shape::At { .. }
                    | Shape::Variant(..)
                    | Shape::Either(..) => what.any(&self.text(shape)),
                }
            }
            Makeup::Option(inner) => self.weigh_within(shape, inner, what, within),
            Makeup::List(elem) | Makeup::Set(elem) => {
                let (len, inner) = (self.len(shape), self.elem(shape));
                let inner = self.weigh_within(&inner, elem, what, within);
                len.times(&inner.plus_number(1)).plus_number(2)
            }
            Makeup::Map(key, value) => {
                let (len, k, v) = (self.len(shape), self.key(shape), self.value(shape));
                let k = self.weigh_within(&k, key, what, within);
                let v = self.weigh_within(&v, value, what, within);
                len.times(&k.plus(&v).plus_number(2)).plus_number(2)
            }
            Makeup::Tuple(parts) => {
                let mut sum = Poly::number(2);
                for (rank, part) in (0..).zip(parts) {
                    let inner = self.part(shape, rank);
                    sum.add(&self.weigh_within(&inner, *part, what, within).plus_number(1));
                }
                sum
            }
            Makeup::Record(id) => {
                let mut sum = Poly::number(2);
                let Some(def) = hir.types.record(id) else { return sum };
                for (rank, field) in (0..).zip(&def.fields) {
                    let inner = self.field(shape, rank);
                    let name = if what == Weigh::Json { field.name.len() as u64 * 6 + 4 } else { 0 };
                    sum.add(&self.weigh_within(&inner, field.ty, what, within).plus_number(name));
                }
                sum
            }
            Makeup::Union(id) => self.weigh_union(shape, id, what, within),
            Makeup::Read(id) => {
                let Some(def) = hir.types.read(id) else { return Poly::unbounded() };
                let (value, original) = self.read_parts(shape, id);
                let value = self.weigh_within(&value, def.base, what, within);
                let original = self.text(&original);
                value.plus(&what.text(&original))
            }
        }
    }

    fn weigh_union(&mut self, shape: &Shape, id: UnionId, what: Weigh, within: &mut Vec<PathId>) -> Poly {
        let mut most = Poly::default();
        let Some(def) = self.hir.types.union(id) else { return most };
        for (variant, info) in (0..).zip(&def.variants) {
            let inner = self.content(shape, variant);
            let tags = info.tags.iter().map(String::len).max().unwrap_or(0) as u64;
            let inner = self.weigh_within(&inner, info.payload, what, within).plus_number(2 + tags * 6);
            most = most.join(&inner);
        }
        if def.open {
            let any = self.text(shape);
            most = most.join(&what.any(&any));
        }
        most
    }
}
