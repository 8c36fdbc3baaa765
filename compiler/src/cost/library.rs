//! The cost of functions of the machine's library, from the library's own table.
//!
//! The table says how a call grows; what its result can hold is told from the types: text is made of the texts that
//! are given, elements are elements of what is given.

use std::rc::Rc;

use policy_bytecode::IntrinsicId;
use policy_bytecode::op::Op;
use policy_vm::{Growth, Intrinsic};

use super::model::{Cost, Model};
use super::poly::Poly;
use super::price::{self, AROUND, of};
use super::shape::{Shape, Weigh};
use crate::hir::{Expr, Makeup, Ty, TyKind};

/// The longest text, and the longest list, that a function makes of shorter ones.
const MAX_TEXT: u64 = 1 << 20;
const MAX_ELEMENTS: u64 = 1_000_000;

/// The most working days that are counted one by one, each looked up among holidays.
const MAX_WORKING_DAYS: u64 = 15_000;

/// A call of functions that charge a little beside their table's price.
const EXTRA: u64 = 24;

/// A call's arguments.
type Args<'a, 'h> = [(&'a Shape, &'h Expr)];

impl<'h> Model<'h> {
    /// A call, beside the steps of its arguments.
    pub(super) fn library(&mut self, id: IntrinsicId, args: &Args<'_, 'h>, ty: Ty) -> Cost {
        let Some(row) = policy_stdlib::table().get(id) else {
            return Cost { steps: Poly::unbounded(), shape: Shape::Any(Poly::unbounded()) };
        };
        let base = of(&[Op::Intrinsic]) + u64::from(row.cost.base) + EXTRA + AROUND + args.len() as u64;
        let mut steps = Poly::number(base);
        let mut sum = Poly::default();
        for (shape, arg) in args {
            sum.add(&self.mass(shape, arg.ty));
        }
        match row.cost.growth {
            Growth::Constant => {}
            Growth::Linear => steps.add(&sum.scaled(LINEAR)),
            Growth::Sort => {
                steps.add(&sum.scaled(LINEAR));
                for (shape, arg) in args {
                    if self.is_collection(arg.ty) {
                        let (len, elem) = (self.len(shape), self.elem(shape));
                        let elem_ty = self.elem_type(arg.ty);
                        // Sorted, and then searched for each of the others.
                        let once = self.sorting(&len, &elem, elem_ty);
                        steps.add(&once.scaled(2));
                    }
                }
            }
            Growth::Product => {
                steps.add(&sum.scaled(LINEAR));
                if let [(a, x), (b, y), ..] = args {
                    let (a, b) = (self.mass(a, x.ty), self.mass(b, y.ty));
                    steps.add(&a.times(&b));
                } else {
                    steps.add(&sum.times(&sum));
                }
            }
        }
        let (more, shape) = self.result(row, args, ty);
        steps.add(&more);
        Cost {
            steps,
            shape: if args.iter().any(|(_, a)| self.is_collection(a.ty)) { shape.picked() } else { shape },
        }
    }

    fn is_collection(&self, ty: Ty) -> bool {
        matches!(
            self.hir.types.kind(self.hir.types.present(ty)),
            TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. }
        )
    }

    /// How much there is to look at in an argument.
    fn mass(&mut self, shape: &Shape, ty: Ty) -> Poly {
        let hir = self.hir;
        let ty = hir.types.present(ty);
        match hir.types.kind(ty).makeup() {
            Makeup::List(elem) | Makeup::Set(elem) => {
                let (len, inner) = (self.len(shape), self.elem(shape));
                let one = self.mass(&inner, elem).join(&self.weigh(&inner, elem, Weigh::Compare));
                len.times(&one.plus_number(1)).plus_number(1)
            }
            Makeup::Map(key, _) => {
                let (len, k) = (self.len(shape), self.key(shape));
                let one = self.weigh(&k, key, Weigh::Compare);
                len.times(&one.plus_number(2)).plus_number(1)
            }
            Makeup::Text | Makeup::Json => self.text(shape).plus_number(1),
            Makeup::Scalar
            | Makeup::Enum(_)
            | Makeup::Entity(_)
            | Makeup::Option(_)
            | Makeup::Tuple(_)
            | Makeup::Record(_)
            | Makeup::Union(_)
            | Makeup::Read(_)
            | Makeup::Nothing => self.weigh(shape, ty, Weigh::Compare),
        }
    }

    /// What a function gives, and what making it takes.
    fn result(&mut self, row: &Intrinsic, args: &Args<'_, 'h>, ty: Ty) -> (Poly, Shape) {
        let (mut texts, mut counts) = (Poly::default(), Poly::default());
        for (shape, arg) in args {
            let bytes = self.text_mass(shape, arg.ty);
            texts.add(&bytes);
            if self.is_collection(arg.ty) {
                counts.add(&self.len(shape));
            }
        }
        let lists = counts.clone();
        // Lists are made of lists, and where there are none of text.
        let collections = args.iter().any(|(_, arg)| self.is_collection(arg.ty));
        let mut most = if collections { counts.plus_number(1) } else { texts.clone().plus_number(1) };
        let mut text = texts.scaled(3).plus_number(2 * SCALAR);
        if collections {
            text = Poly::number(SCALAR);
            for (shape, arg) in args {
                text = text.join(&self.longest_text(shape, arg.ty, 0));
            }
        }
        let mut steps = Poly::default();
        match (row.module, row.name) {
            ("std.list", "range") => most = Poly::number(self.span(args)),
            ("std.list", "pairs") => {
                most = lists.times(&lists).divided(2).plus_number(1);
                steps = most.scaled(4);
            }
            ("std.list", "flatten") | ("std.set", "union_all") => {
                if let [(shape, arg)] = args {
                    let inner = self.elem(shape);
                    let (outer, each) = (self.len(shape), self.len(&inner));
                    most = outer.times(&each);
                    let inner_ty = self.elem_type(arg.ty);
                    let elem = self.elem(&inner);
                    let elem_ty = self.elem_type(inner_ty);
                    if row.module == "std.set" {
                        steps = self.sorting(&most, &elem, elem_ty);
                    }
                    steps.add(&most.scaled(2));
                }
            }
            ("std.list", "reachable" | "reachable_by_pairs") => {
                if let [(from, nodes), (edges, of)] = args {
                    // Both ends of each edge, and where it begins.
                    let targets = self.value(edges);
                    let each = self.len(&targets).plus_number(2);
                    most = self.len(from).plus(&self.len(edges).times(&each)).plus_number(1);
                    let node = self.elem(from);
                    let node_ty = self.elem_type(nodes.ty);
                    let (pair, key) = (self.elem(edges), self.key(edges));
                    let one = [&node, &pair, &key].into_iter().fold(Poly::default(), |sum, shape| {
                        sum.plus(&self.weigh(shape, node_ty, Weigh::Compare))
                    });
                    let target = self.elem(&targets);
                    let one = one.plus(&self.weigh(&target, node_ty, Weigh::Compare));
                    let pairs = self.weigh(&pair, self.elem_type(of.ty), Weigh::Compare);
                    let times = price::halvings(most.as_number()) + 4;
                    steps = most.times(&one.plus(&pairs).plus_number(1).scaled(times));
                }
            }
            ("std.text", "repeat" | "pad_start" | "pad_end") => text = Poly::number(MAX_TEXT),
            ("std.text", "replace") | ("std.text" | "std.pattern", "replace_all") => {
                let new = args.last().map(|(shape, _)| self.text(shape)).unwrap_or_default();
                text = texts.clone().plus_number(1).times(&new.plus_number(1)).plus(&texts);
            }
            ("std.text", "join") => {
                if let [(_, _), (separator, _)] = args {
                    let between = self.text(separator);
                    text = texts.clone().plus(&lists.times(&between));
                }
            }
            ("std.time", "format_timestamp") => text = texts.scaled(64).plus_number(SCALAR),
            ("std.time", "plus_working_days") => {
                let holidays = price::halvings(lists.as_number());
                steps = Poly::number(MAX_WORKING_DAYS * (holidays + 1));
            }
            (_, "to_json_text") => text = texts.scaled(8).plus_number(SCALAR),
            (_, _) => {}
        }
        let kind = self.hir.types.kind(self.hir.types.present(ty));
        if matches!(kind, TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. }) {
            steps.add(&most.scaled(4));
        } else if matches!(kind, TyKind::String | TyKind::Bytes) {
            steps.add(&text.divided(8));
        }
        let apart = matches!(
            row.name,
            "split"
                | "split_by"
                | "lines"
                | "words"
                | "characters"
                | "find_all"
                | "labels"
                | "segments"
                | "query_values"
                | "strings_within"
                | "elements"
        );
        if apart && !collections {
            // Parts that do not overlap: together no more than what they are parts of.
            return (steps, Shape::Any(texts.clone().plus_number(2)));
        }
        let shape = self.made(ty, args, &text, &most);
        (steps, shape)
    }

    /// How many whole numbers there are between two.
    fn span(&self, args: &Args<'_, 'h>) -> u64 {
        let range = |e: &Expr| {
            if let TyKind::Int(range) = self.hir.types.kind(e.ty) { Some(*range) } else { None }
        };
        let [(_, from), (_, to)] = args else { return MAX_ELEMENTS };
        let (Some(from), Some(to)) = (range(from), range(to)) else { return MAX_ELEMENTS };
        let widest = i128::from(to.hi) - i128::from(from.lo);
        u64::try_from(widest.max(0)).unwrap_or(MAX_ELEMENTS).min(MAX_ELEMENTS)
    }

    /// All text in an argument.
    fn text_mass(&mut self, shape: &Shape, ty: Ty) -> Poly {
        let hir = self.hir;
        let ty = hir.types.present(ty);
        match hir.types.kind(ty) {
            TyKind::List { elem, .. } | TyKind::Set { elem, .. } => {
                let (len, inner) = (self.len(shape), self.elem(shape));
                let one = self.text_mass(&inner, *elem);
                len.times(&one)
            }
            TyKind::String
            | TyKind::Host
            | TyKind::Url
            | TyKind::Path
            | TyKind::SemVer
            | TyKind::SemVerRange
            | TyKind::Regex
            | TyKind::Glob
            | TyKind::Wildcard
            | TyKind::Bytes
            | TyKind::Json
            | TyKind::Entity(_) => self.text(shape),
            TyKind::Error
            | TyKind::Bool
            | TyKind::Int(_)
            | TyKind::Decimal
            | TyKind::Timestamp
            | TyKind::Date
            | TyKind::TimeOfDay
            | TyKind::Duration
            | TyKind::Ip
            | TyKind::Cidr
            | TyKind::Option(_)
            | TyKind::Map { .. }
            | TyKind::Tuple(_)
            | TyKind::Record(_)
            | TyKind::Enum(_)
            | TyKind::Union(_)
            | TyKind::Read(_)
            | TyKind::Function { .. }
            | TyKind::Var(_) => Poly::default(),
        }
    }

    /// The longest text in an argument.
    fn longest_text(&mut self, shape: &Shape, ty: Ty, depth: u32) -> Poly {
        let hir = self.hir;
        let ty = hir.types.present(ty);
        if depth > 4 {
            return self.bytes(shape, ty);
        }
        let kind = hir.types.kind(ty);
        if let TyKind::List { elem, .. } | TyKind::Set { elem, .. } = kind {
            let inner = self.elem(shape);
            self.longest_text(&inner, *elem, depth + 1)
        } else if let TyKind::Map { key, value, .. } = kind {
            let (k, v) = (self.key(shape), self.value(shape));
            let k = self.longest_text(&k, *key, depth + 1);
            k.join(&self.longest_text(&v, *value, depth + 1))
        } else {
            self.text(shape)
        }
    }

    /// A result of a type, made of parts of the arguments.
    fn made(&mut self, ty: Ty, args: &Args<'_, 'h>, text: &Poly, most: &Poly) -> Shape {
        let hir = self.hir;
        let ty = hir.types.present(ty);
        match hir.types.kind(ty).makeup() {
            Makeup::Scalar => Shape::Flat,
            Makeup::Text => Shape::Text(text.clone()),
            Makeup::List(elem) | Makeup::Set(elem) => {
                // No function makes a list of longer texts than it is given.
                let mut longest = Poly::default();
                for (shape, arg) in args {
                    longest = longest.join(&self.longest_text(shape, arg.ty, 0));
                }
                let inner = self.made(elem, args, &longest, most);
                Shape::List { len: most.clone(), elem: Rc::new(inner) }
            }
            Makeup::Map(key, value) => {
                let key = Rc::new(self.made(key, args, text, most));
                let value = Rc::new(self.made(value, args, text, most));
                Shape::Map { len: most.clone(), key, value }
            }
            Makeup::Tuple(parts) => {
                let parts = parts.iter().map(|part| self.made(*part, args, text, most));
                Shape::Parts(parts.collect::<Vec<_>>().into())
            }
            Makeup::Json
            | Makeup::Enum(_)
            | Makeup::Entity(_)
            | Makeup::Option(_)
            | Makeup::Record(_)
            | Makeup::Union(_)
            | Makeup::Read(_)
            | Makeup::Nothing => {
                let mut found = Shape::Flat;
                for (shape, arg) in args {
                    if let Some(part) = self.holding(shape, arg.ty, ty, 0) {
                        found = self.join(found, part, ty);
                    }
                }
                if matches!(hir.types.kind(ty), TyKind::Json) {
                    let all = self.text(&found).join(text);
                    return Shape::Any(all);
                }
                found
            }
        }
    }

    /// The part of an argument that has a type.
    fn holding(&mut self, shape: &Shape, of: Ty, wanted: Ty, depth: u32) -> Option<Shape> {
        let hir = self.hir;
        let of = hir.types.present(of);
        if of == wanted {
            return Some(shape.clone());
        }
        if depth > 4 {
            return None;
        }
        match hir.types.kind(of).makeup() {
            Makeup::List(elem) | Makeup::Set(elem) => {
                let inner = self.elem(shape);
                self.holding(&inner, elem, wanted, depth + 1)
            }
            Makeup::Map(key, value) => {
                let (k, v) = (self.key(shape), self.value(shape));
                let k = self.holding(&k, key, wanted, depth + 1);
                let v = self.holding(&v, value, wanted, depth + 1);
                match (k, v) {
                    (Some(k), Some(v)) => Some(self.join(k, v, wanted)),
                    (k, v) => k.or(v),
                }
            }
            Makeup::Tuple(parts) => {
                let mut found = None;
                for (rank, part) in (0..).zip(parts) {
                    let inner = self.part(shape, rank);
                    let inner = self.holding(&inner, *part, wanted, depth + 1);
                    found = match (found, inner) {
                        (Some(a), Some(b)) => Some(self.join(a, b, wanted)),
                        (a, b) => a.or(b),
                    };
                }
                found
            }
            Makeup::Scalar
            | Makeup::Text
            | Makeup::Json
            | Makeup::Enum(_)
            | Makeup::Entity(_)
            | Makeup::Option(_)
            | Makeup::Record(_)
            | Makeup::Union(_)
            | Makeup::Read(_)
            | Makeup::Nothing => None,
        }
    }
}

/// How often a function that looks at its arguments once may look at a part of them.
const LINEAR: u64 = 6;

/// A short text.
const SCALAR: u64 = super::shape::SCALAR_TEXT;
