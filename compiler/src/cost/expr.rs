//! The cost of each kind of expression.

use std::rc::Rc;

use policy_bytecode::op::Op;

use super::model::{Cost, Model};
use super::poly::Poly;
use super::price::{self, AROUND, TRUTH, of};
use super::shape::{Shape, Weigh};
use crate::hir::{Aggregate, Const, Expr, ExprKind, Ty, TyKind};

impl<'h> Model<'h> {
    /// The fuel of evaluating an expression once, and how large its value is.
    pub(super) fn expr(&mut self, e: &'h Expr) -> Cost {
        let cost = self.kind(e);
        if self.seen.is_some() {
            let size = self.bytes(&cost.shape, e.ty);
            if let Some(seen) = &mut self.seen {
                seen.insert(e.id, (cost.steps.clone(), size));
            }
        }
        cost
    }

    /// The steps of several expressions, and their shapes.
    pub(super) fn exprs<'e>(&mut self, es: impl IntoIterator<Item = &'e Expr>) -> (Poly, Vec<Shape>)
    where
        'h: 'e,
        'e: 'h,
    {
        let mut steps = Poly::default();
        let mut shapes = Vec::new();
        for e in es {
            let cost = self.expr(e);
            steps.add(&cost.steps);
            shapes.push(cost.shape);
        }
        (steps, shapes)
    }

    /// A value of fixed size, made of some parts.
    pub(super) fn flat(&mut self, units: u64, parts: &[&'h Expr]) -> Cost {
        let (steps, _) = self.exprs(parts.iter().copied());
        Cost { steps: steps.plus_number(units), shape: Shape::Flat }
    }

    fn kind(&mut self, e: &'h Expr) -> Cost {
        match &e.kind {
            ExprKind::Error => Cost { steps: Poly::default(), shape: Shape::Any(Poly::default()) },
            ExprKind::Const(constant) => {
                Cost { steps: Poly::number(of(&[Op::Const, Op::Move])), shape: const_shape(constant) }
            }
            ExprKind::Local(local) => {
                let shape = self.local(*local);
                Cost { steps: Poly::number(of(&[Op::LetUse, Op::Move, Op::JumpIf])), shape }
            }
            ExprKind::Global(global) => {
                Cost { steps: Poly::number(of(&[Op::Global]) + AROUND), shape: self.global(*global) }
            }
            ExprKind::Data(data) => {
                Cost { steps: Poly::number(of(&[Op::Data]) + AROUND), shape: self.data(*data) }
            }
            ExprKind::Now => Cost { steps: Poly::number(of(&[Op::Now]) + AROUND), shape: Shape::Flat },
            ExprKind::Let { lets, body } => {
                let steps = self.lets(lets);
                let body = self.expr(body);
                Cost { steps: steps.plus(&body.steps), ..body }
            }
            ExprKind::If { branches, otherwise } => {
                let mut cost = self.expr(otherwise);
                for (condition, value) in branches {
                    let (condition, value) = (self.expr(condition), self.expr(value));
                    cost.steps = cost.steps.plus(&condition.steps).plus(&value.steps).plus_number(AROUND);
                    cost.shape = self.join(cost.shape, value.shape, e.ty);
                }
                cost
            }
            ExprKind::Match { scrutinee, arms } => self.match_(e, scrutinee, arms),
            ExprKind::Record { record, fields } => {
                let hir = self.hir;
                let Some(def) = hir.types.record(*record) else { return Cost::default() };
                let mut steps = Poly::number(of(&[Op::Begin, Op::MakeRecord]) + AROUND);
                steps.add(&Poly::number(of(&[Op::Push, Op::Const]) * def.fields.len() as u64));
                let mut parts = vec![Shape::Flat; def.fields.len()];
                for (at, field) in def.fields.iter().enumerate() {
                    if let crate::hir::Presence::Default(value) = &field.presence
                        && let Some(part) = parts.get_mut(at)
                    {
                        *part = self.constant(value);
                    }
                }
                for (field, value) in fields {
                    let cost = self.expr(value);
                    steps.add(&cost.steps);
                    if let Some(part) = parts.get_mut(field.index()) {
                        *part = cost.shape;
                    }
                }
                Cost { steps, shape: Shape::Parts(parts.into()) }
            }
            ExprKind::Tuple(parts) => {
                let (steps, shapes) = self.staged(parts, &[Op::MakeTuple]);
                Cost { steps, shape: Shape::Parts(shapes.into()) }
            }
            ExprKind::List(parts) => {
                let (steps, shapes) = self.staged(parts, &[Op::MakeList]);
                let elem = self.join_all(shapes, self.elem_type(e.ty));
                Cost { steps, shape: Shape::List { len: Poly::number(parts.len() as u64), elem } }
            }
            ExprKind::Set(parts) => {
                let (steps, shapes) = self.staged(parts, &[Op::MakeSet]);
                let ty = self.elem_type(e.ty);
                let elem = self.join_all(shapes, ty);
                let len = Poly::number(parts.len() as u64);
                let sorting = self.sorting(&len, &elem, ty);
                Cost { steps: steps.plus(&sorting), shape: Shape::List { len, elem } }
            }
            ExprKind::Map(entries) => self.map(e, entries),
            ExprKind::Interpolation(text) => {
                let (steps, bytes) = self.interpolation(text);
                let steps = steps.plus(&bytes.divided(16)).plus_number(of(&[Op::Begin, Op::Concat]) + AROUND);
                Cost { steps, shape: Shape::Text(bytes) }
            }
            ExprKind::Field { base, field } => self.field_of(base, field.0),
            ExprKind::Tag(base) => {
                let base_cost = self.expr(base);
                let (tags, longest) = self.tags(base.ty);
                let units = of(&[Op::JumpVariant, Op::Const, Op::Move, Op::Jump]) * (tags + 1) + AROUND;
                // An unknown tag of an open union is a member of its content.
                let open = super::shape::picked(&self.text(&base_cost.shape));
                let found = self.finding(None, &Poly::number(longest));
                let shape = Shape::Text(open.plus_number(longest));
                Cost { steps: base_cost.steps.plus(&found).plus_number(units + 16), shape }
            }
            ExprKind::Entity { id, .. } => {
                let id = self.expr(id);
                Cost { steps: id.steps.plus_number(8 + AROUND), shape: id.shape }
            }
            ExprKind::EntityText { base, .. } => {
                let base = self.expr(base);
                let text = self.text(&base.shape).plus_number(ENTITY_NAME);
                let steps = base.steps.plus_number(of(&[Op::EntityId, Op::EntityType]) + AROUND);
                Cost { steps, shape: Shape::Text(text) }
            }
            ExprKind::Attribute { base, fields } => self.attribute(base, fields, e.ty),
            ExprKind::Part { base, index } => {
                let base = self.expr(base);
                let shape = self.part(&base.shape, *index);
                Cost { steps: base.steps.plus_number(of(&[Op::Field]) + AROUND), shape }
            }
            ExprKind::JsonField { base, name } => {
                let base = self.expr(base);
                let found = self.finding(None, &Poly::number(name.len() as u64));
                let steps = base.steps.plus(&found).plus_number(of(&[Op::IndexJson, Op::Const]) + AROUND);
                Cost { steps, shape: Shape::Any(self.text(&base.shape)) }
            }
            ExprKind::Index { base, index } => self.index(base, index),
            ExprKind::WithPresent { base, local, body } => {
                let base = self.expr(base);
                self.bind(*local, base.shape);
                let body = self.expr(body);
                let units = of(&[Op::JumpAbsent, Op::Jump, Op::JumpPresent]) + TRUTH;
                Cost { steps: base.steps.plus(&body.steps).plus_number(units), ..body }
            }
            ExprKind::Narrow(value) => self.narrow(value, e.ty),
            ExprKind::With { base, updates } => self.with(e, base, updates),
            ExprKind::Logic { operands, .. } => {
                let (steps, _) = self.exprs(operands);
                let units = of(&[Op::JumpIf, Op::Move]) * operands.len() as u64 + TRUTH;
                Cost { steps: steps.plus_number(units), shape: Shape::Flat }
            }
            ExprKind::Not(value) => self.flat(of(&[Op::Not]) + AROUND, &[value]),
            ExprKind::Coalesce(left, right) => {
                let (left, right) = (self.expr(left), self.expr(right));
                let units = of(&[Op::JumpPresent, Op::JumpAbsent, Op::Jump, Op::Jump]) + AROUND;
                let steps = left.steps.plus(&right.steps).plus_number(units);
                Cost { steps, shape: self.join(left.shape, right.shape, e.ty) }
            }
            ExprKind::Compare { left, right, .. } => {
                let (l, r) = (self.expr(left), self.expr(right));
                let comparing = self.comparing((&l.shape, left.ty), (&r.shape, right.ty));
                let units = of(&[Op::Eq, Op::Not]) + AROUND;
                Cost { steps: l.steps.plus(&r.steps).plus(&comparing).plus_number(units), shape: Shape::Flat }
            }
            ExprKind::Arithmetic { left, right, .. } => {
                self.flat(of(&[Op::DivDecimal]) + AROUND, &[left, right])
            }
            ExprKind::Negate(value) => self.flat(of(&[Op::NegDecimal]) + AROUND, &[value]),
            ExprKind::In { kind, elem, container } => self.contained(*kind, elem, container),
            ExprKind::Matches { text, pattern } => self.matching(text, pattern, Op::Matches),
            ExprKind::Contains { text, what } => self.matching(text, what, Op::Contains),
            ExprKind::Is { value, test } => self.is(value, test),
            ExprKind::Cast { value, cast, to } => self.cast(value, *cast, *to),
            ExprKind::Convert { convert, value } => self.convert(*convert, value, e.ty),
            ExprKind::Quantified { generators, body, .. } => {
                let steps = self.each(generators, &mut |this| {
                    this.expr(body).steps.plus_number(of(&[Op::JumpIf, Op::Const, Op::Move]) + AROUND)
                });
                Cost { steps: steps.plus_number(TRUTH + AROUND), shape: Shape::Flat }
            }
            ExprKind::Comprehension { aggregate, generators, filter, elem, value } => {
                self.comprehension(e, *aggregate, (generators, filter.as_deref()), elem, value.as_deref())
            }
            ExprKind::Then { patterns, source, without, body } => {
                self.then(patterns, source, without.as_deref(), body)
            }
            ExprKind::Fold { generators, state, init, body } => {
                let init = self.expr(init);
                // The state is flat: numbers, enums, times, and records of them.
                self.bind(*state, init.shape.clone());
                let steps = self.each(generators, &mut |this| {
                    this.expr(body).steps.plus_number(of(&[Op::Move, Op::Move]) + AROUND)
                });
                Cost { steps: init.steps.plus(&steps).plus_number(4 + AROUND), shape: init.shape.picked() }
            }
            ExprKind::Score(parts) => {
                let mut steps = Poly::number(of(&[Op::AccBegin, Op::AccEnd]) + AROUND);
                for part in parts {
                    steps.add(&self.expr(&part.condition).steps);
                    steps.add(&self.expr(&part.weight).steps);
                    steps.add(&Poly::number(of(&[Op::AccAdd, Op::Jump, Op::AddDecimal]) + AROUND));
                }
                Cost { steps, shape: Shape::Flat }
            }
            ExprKind::Descend { base, local, children, paths } => {
                self.descend(base, *local, children, *paths)
            }
            ExprKind::Call { function, args } => {
                let (steps, shapes) = self.exprs(args);
                let call = self.call(*function, &shapes);
                let units = of(&[Op::Move]) * args.len() as u64;
                Cost { steps: steps.plus(&call.steps).plus_number(units), ..call }
            }
            ExprKind::Intrinsic { intrinsic, args } => {
                let (steps, shapes) = self.exprs(args);
                let args: Vec<(&Shape, &'h Expr)> = shapes.iter().zip(args).collect();
                let call = self.library(*intrinsic, &args, e.ty);
                Cost { steps: steps.plus(&call.steps), ..call }
            }
            ExprKind::Decide { policy, input, params } => {
                let (mut steps, _) = self.exprs(params.iter().map(|(_, value)| value));
                let given = self.expr(input);
                let inner = self.policy(*policy);
                steps = steps.plus(&given.steps).plus(&inner.steps);
                Cost { steps, shape: Shape::Any(Poly::unbounded()) }
            }
            ExprKind::Fixture { path, pointer, .. } => {
                let parts: Vec<&'h Expr> = std::iter::once(&**path).chain(pointer.as_deref()).collect();
                let cost = self.flat(of(&[Op::Fixture]) + AROUND, &parts);
                Cost { shape: Shape::Any(Poly::unbounded()), ..cost }
            }
        }
    }

    pub(super) fn staged(&mut self, parts: &'h [Expr], make: &[Op]) -> (Poly, Vec<Shape>) {
        let (steps, shapes) = self.exprs(parts);
        let units = of(&[Op::Begin]) + of(make) + of(&[Op::Push]) * parts.len() as u64 + AROUND;
        (steps.plus_number(units), shapes)
    }

    pub(super) fn elem_type(&self, ty: Ty) -> Ty {
        let kind = self.hir.types.kind(self.hir.types.present(ty));
        if let TyKind::List { elem: inner, .. }
        | TyKind::Set { elem: inner, .. }
        | TyKind::Map { key: inner, .. } = kind
        {
            *inner
        } else {
            ty
        }
    }

    pub(super) fn join_all(&mut self, shapes: Vec<Shape>, ty: Ty) -> Rc<Shape> {
        let mut all = Shape::Flat;
        for shape in shapes {
            all = self.join(all, shape, ty);
        }
        Rc::new(all)
    }

    /// Sorting values of which each is then there once.
    pub(super) fn sorting(&mut self, len: &Poly, elem: &Shape, ty: Ty) -> Poly {
        let one = self.weigh(elem, ty, Weigh::Compare);
        // Once to see whether they are in order, once to see which are equal.
        let times = price::halvings(len.as_number()) + 2;
        len.times(&one.scaled(times))
    }

    /// Finding a key among sorted ones.
    pub(super) fn finding(&mut self, most: Option<u64>, key: &Poly) -> Poly {
        key.divided(64).plus_number(1).scaled(price::halvings(most))
    }

    /// Comparing two values: no more than the lesser of them is looked at.
    pub(super) fn comparing(&mut self, left: (&Shape, Ty), right: (&Shape, Ty)) -> Poly {
        let l = self.weigh(left.0, left.1, Weigh::Compare);
        let r = self.weigh(right.0, right.1, Weigh::Compare);
        l.lesser(r)
    }

    /// The steps of evaluating the values of a text, and the bytes that it has.
    pub(super) fn interpolation(&mut self, text: &'h crate::hir::Text) -> (Poly, Poly) {
        let (mut steps, mut bytes) = (Poly::default(), Poly::default());
        for part in &text.parts {
            match part {
                crate::hir::TextPart::Literal(words) => bytes.add(&Poly::number(words.len() as u64)),
                crate::hir::TextPart::Value { value, .. } => {
                    let cost = self.expr(value);
                    steps.add(&cost.steps.plus_number(of(&[Op::Push, Op::Const])));
                    bytes.add(&self.weigh(&cost.shape, value.ty, Weigh::Json));
                }
            }
        }
        (steps, bytes)
    }

    fn comprehension(
        &mut self,
        e: &'h Expr,
        aggregate: Aggregate,
        from: (&'h [crate::hir::Gen], Option<&'h Expr>),
        elem: &'h Expr,
        value: Option<&'h Expr>,
    ) -> Cost {
        let (generators, filter) = from;
        let (mut one, mut other) = (Shape::Flat, Shape::Flat);
        let mut len = Poly::default();
        let steps = self.each_counted(generators, &mut |this, turns| {
            let mut steps =
                Poly::number(of(&[Op::Push, Op::Push, Op::AccAdd, Op::AddInt, Op::Const]) + AROUND);
            if let Some(filter) = filter {
                steps.add(&this.expr(filter).steps);
            }
            let cost = this.expr(elem);
            steps.add(&cost.steps);
            match aggregate {
                // The element is compared with the best so far.
                Aggregate::Min | Aggregate::Max => {
                    steps.add(&this.weigh(&cost.shape, elem.ty, Weigh::Compare));
                }
                Aggregate::List
                | Aggregate::Set
                | Aggregate::Map
                | Aggregate::Count
                | Aggregate::Sum
                | Aggregate::Avg => {}
            }
            one = cost.shape;
            if let Some(value) = value {
                let cost = this.expr(value);
                steps.add(&cost.steps);
                other = cost.shape;
            }
            len = turns.clone();
            steps
        });
        let ends = of(&[Op::Begin, Op::AccBegin, Op::AccEnd, Op::MakeMap, Op::Intrinsic]) + 8 + AROUND;
        let steps = steps.plus_number(ends);
        match aggregate {
            Aggregate::List => Cost { steps, shape: Shape::List { len, elem: Rc::new(one) } },
            Aggregate::Set => {
                let sorting = self.sorting(&len, &one, elem.ty);
                Cost { steps: steps.plus(&sorting), shape: Shape::List { len, elem: Rc::new(one) } }
            }
            Aggregate::Map => {
                let value_ty = value.map_or(e.ty, |value| value.ty);
                let sorting = self.entry_sorting(&len, (&one, elem.ty), (&other, value_ty));
                let (key, value) = (Rc::new(one), Rc::new(other));
                Cost { steps: steps.plus(&sorting), shape: Shape::Map { len, key, value } }
            }
            Aggregate::Min | Aggregate::Max => Cost { steps, shape: one.picked() },
            Aggregate::Count | Aggregate::Sum | Aggregate::Avg => Cost { steps, shape: Shape::Flat },
        }
    }
}

/// The longest name of a type of entities that is counted.
const ENTITY_NAME: u64 = 512;

/// How large a constant is.
pub(super) fn const_shape(constant: &Const) -> Shape {
    match constant {
        Const::Absent
        | Const::Bool(_)
        | Const::Int(_)
        | Const::Decimal(_)
        | Const::Timestamp(_)
        | Const::Date(_)
        | Const::TimeOfDay(_)
        | Const::Duration(_)
        | Const::Ip(_)
        | Const::Cidr(_)
        | Const::Variant(..) => Shape::Flat,
        Const::Bytes(bytes) => Shape::Text(Poly::number(bytes.len() as u64 * 2)),
        Const::String(text)
        | Const::SemVerRange(text)
        | Const::Regex(text)
        | Const::Glob(text)
        | Const::Wildcard(text)
        | Const::Url(text)
        | Const::Entity(_, text) => Shape::Text(Poly::number(text.len() as u64)),
        Const::SemVer(version) => Shape::Text(Poly::number(version.to_string().len() as u64)),
    }
}
