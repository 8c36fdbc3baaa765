//! The cost of each kind of expression.

use std::rc::Rc;

use policy_bytecode::op::Op;

use super::model::{Cost, Model};
use super::poly::Poly;
use super::price::{self, AROUND, TRUTH, of};
use super::shape::{Shape, Weigh};
use crate::hir::{
    Aggregate, Cast, Const, Convert, Expr, ExprKind, InKind, IsTest, MatchPattern, Ty, TyKind, WithStep,
};

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
    fn flat(&mut self, units: u64, parts: &[&'h Expr]) -> Cost {
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
                self.then(patterns, source, without.as_ref(), body)
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

    fn staged(&mut self, parts: &'h [Expr], make: &[Op]) -> (Poly, Vec<Shape>) {
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

    fn join_all(&mut self, shapes: Vec<Shape>, ty: Ty) -> Rc<Shape> {
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
    fn comparing(&mut self, left: (&Shape, Ty), right: (&Shape, Ty)) -> Poly {
        let l = self.weigh(left.0, left.1, Weigh::Compare);
        let r = self.weigh(right.0, right.1, Weigh::Compare);
        l.lesser(r)
    }

    fn map(&mut self, e: &'h Expr, entries: &'h [(Expr, Expr)]) -> Cost {
        let (mut steps, keys) = self.exprs(entries.iter().map(|(key, _)| key));
        let (more, values) = self.exprs(entries.iter().map(|(_, value)| value));
        steps.add(&more);
        let (key_ty, value_ty) = self.entry_types(e.ty);
        let (key, value) = (self.join_all(keys, key_ty), self.join_all(values, value_ty));
        let len = Poly::number(entries.len() as u64);
        steps.add(&self.entry_sorting(&len, (&key, key_ty), (&value, value_ty)));
        let units = of(&[Op::Begin, Op::MakeMap]) + of(&[Op::Push, Op::Push]) * entries.len() as u64 + AROUND;
        Cost { steps: steps.plus_number(units), shape: Shape::Map { len, key, value } }
    }

    pub(super) fn entry_types(&self, ty: Ty) -> (Ty, Ty) {
        let kind = self.hir.types.kind(self.hir.types.present(ty));
        if let TyKind::Map { key, value, .. } = kind { (*key, *value) } else { (ty, ty) }
    }

    /// Sorting the entries of a map, values of equal keys compared.
    fn entry_sorting(&mut self, len: &Poly, key: (&Shape, Ty), value: (&Shape, Ty)) -> Poly {
        let keys = self.sorting(len, key.0, key.1);
        let value = self.weigh(value.0, value.1, Weigh::Compare);
        keys.plus(&len.times(&value))
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

    fn tags(&self, ty: Ty) -> (u64, u64) {
        let TyKind::Union(id) = self.hir.types.kind(self.hir.types.present(ty)) else {
            return (0, 0);
        };
        let Some(def) = self.hir.types.union(*id) else { return (0, 0) };
        let tags = def.variants.iter().flat_map(|variant| &variant.tags);
        (tags.clone().count() as u64, tags.map(String::len).max().unwrap_or(0) as u64)
    }

    fn field_of(&mut self, base: &'h Expr, rank: u32) -> Cost {
        let hir = self.hir;
        let cost = self.expr(base);
        let TyKind::Union(union) = hir.types.kind(hir.types.present(base.ty)) else {
            let shape = self.field(&cost.shape, rank);
            return Cost { steps: cost.steps.plus_number(of(&[Op::Field]) + AROUND), shape };
        };
        // All variants have the field, each at a rank of its own.
        let mut shape = Shape::Flat;
        let mut variants = 0;
        if let Some(def) = hir.types.union(*union) {
            variants = def.variants.len() as u64;
            let record = |ty: Ty| {
                if let TyKind::Record(id) = hir.types.kind(ty) { hir.types.record(*id) } else { None }
            };
            let first = def.variants.first().and_then(|v| record(v.payload));
            let name = first.and_then(|r| r.fields.get(rank as usize)).map(|f| f.name.as_str());
            for (variant, info) in (0..).zip(&def.variants) {
                let fields = record(info.payload).map(|r| &r.fields);
                let at = fields.and_then(|f| f.iter().position(|f| Some(f.name.as_str()) == name));
                let Some(at) = at.and_then(|at| u32::try_from(at).ok()) else { continue };
                let content = self.content(&cost.shape, variant);
                let field = self.field(&content, at);
                shape = self.join(shape, field, info.payload);
            }
        }
        let units = of(&[Op::JumpVariant, Op::Field, Op::Jump]) * variants + of(&[Op::Content]) + TRUTH;
        Cost { steps: cost.steps.plus_number(units), shape }
    }

    fn index(&mut self, base: &'h Expr, index: &'h Expr) -> Cost {
        let (b, i) = (self.expr(base), self.expr(index));
        let key = self.weigh(&i.shape, index.ty, Weigh::Compare);
        let most = self.len(&b.shape).as_number();
        let found = key.scaled(price::halvings(most));
        let steps = b.steps.plus(&i.steps).plus(&found).plus_number(of(&[Op::IndexMap]) + AROUND);
        let kind = self.hir.types.kind(self.hir.types.present(base.ty));
        let shape = if matches!(kind, TyKind::Map { .. }) {
            self.value(&b.shape)
        } else if matches!(kind, TyKind::Json) {
            Shape::Any(self.text(&b.shape))
        } else {
            self.elem(&b.shape)
        };
        Cost { steps, shape: shape.picked() }
    }

    fn narrow(&mut self, value: &'h Expr, to: Ty) -> Cost {
        let hir = self.hir;
        let cost = self.expr(value);
        let from = hir.types.kind(hir.types.present(value.ty));
        let target = hir.types.present(to);
        if let TyKind::Union(id) = from
            && !matches!(hir.types.kind(target), TyKind::Union(_))
        {
            let mut shape = Shape::Flat;
            if let Some(def) = hir.types.union(*id) {
                for (variant, info) in (0..).zip(&def.variants) {
                    if info.payload == target {
                        let content = self.content(&cost.shape, variant);
                        shape = self.join(shape, content, target);
                    }
                }
                if def.open && matches!(hir.types.kind(target), TyKind::Json) {
                    shape = Shape::Any(self.text(&cost.shape));
                }
            }
            let units = of(&[Op::Content, Op::JumpAbsent]) + AROUND;
            return Cost { steps: cost.steps.plus_number(units), shape };
        }
        if matches!(from, TyKind::Json) && !matches!(hir.types.kind(target), TyKind::Json) {
            let bytes = self.text(&cost.shape);
            let reading = self.reading(&bytes, target);
            let steps = cost.steps.plus(&reading).plus_number(of(&[Op::Cast]) + AROUND);
            return Cost { steps, shape: self.document_of(bytes, target) };
        }
        Cost { steps: cost.steps.plus_number(AROUND), ..cost }
    }

    fn with(&mut self, e: &'h Expr, base: &'h Expr, updates: &'h [(Vec<WithStep>, Expr)]) -> Cost {
        let base = self.expr(base);
        let mut steps = base.steps.plus_number(AROUND);
        let mut size = self.bytes(&base.shape, e.ty);
        let mut shape = base.shape.clone();
        let all = self.weigh(&base.shape, e.ty, Weigh::Compare);
        for (path, value) in updates {
            let given = self.expr(value);
            steps.add(&given.steps);
            let plain = path.iter().all(|step| matches!(step, WithStep::Field(_)));
            for step in path {
                let mut units = of(&[Op::Field, Op::RequirePresent, Op::SetField, Op::Move]);
                match step {
                    WithStep::Field(field) if field.0 > u32::from(u8::MAX) => {
                        units += self.width(e.ty).fields * of(&[Op::Field, Op::Push]);
                    }
                    WithStep::Field(_) => {}
                    WithStep::Variant(..) => units += 16,
                    WithStep::Key(key) => {
                        let cost = self.expr(key);
                        steps.add(&cost.steps);
                        let found = self.weigh(&cost.shape, key.ty, Weigh::Compare).scaled(2 * 33);
                        // The whole map is copied.
                        steps.add(&found.plus(&all));
                        units += of(&[Op::IndexMap, Op::SetKey, Op::Move, Op::Move]);
                        size.add(&self.bytes(&cost.shape, key.ty));
                    }
                }
                steps.add(&Poly::number(units + AROUND));
            }
            size.add(&self.bytes(&given.shape, value.ty));
            shape = match (plain, path.as_slice()) {
                (true, [WithStep::Field(field)]) => self.with_field(&shape, e.ty, field.0, given.shape),
                (_, _) => Shape::Any(size.clone()),
            };
        }
        Cost { steps, shape }
    }

    /// A record with another value in one field.
    fn with_field(&mut self, shape: &Shape, ty: Ty, rank: u32, value: Shape) -> Shape {
        let hir = self.hir;
        let TyKind::Record(id) = hir.types.kind(hir.types.present(ty)) else { return Shape::Flat };
        let count = hir.types.record(*id).map_or(0, |def| def.fields.len());
        let fields = (0..u32::try_from(count).unwrap_or(u32::MAX))
            .map(|at| if at == rank { value.clone() } else { self.field(shape, at) });
        Shape::Parts(fields.collect::<Vec<_>>().into())
    }

    fn contained(&mut self, kind: InKind, elem: &'h Expr, container: &'h Expr) -> Cost {
        let (x, xs) = (self.expr(elem), self.expr(container));
        let one = self.weigh(&x.shape, elem.ty, Weigh::Compare);
        let len = self.len(&xs.shape);
        let searching = match kind {
            InKind::List => len.times(&one.plus_number(1)),
            InKind::Set | InKind::MapKey => one.scaled(price::halvings(len.as_number())),
            InKind::IpInCidr | InKind::CidrInCidr => Poly::default(),
            InKind::Entity => self.ancestry(),
            InKind::EntityIn => len.plus_number(1).times(&self.ancestry().plus_number(8)),
        };
        let steps = x.steps.plus(&xs.steps).plus(&searching).plus_number(of(&[Op::In]) + AROUND);
        Cost { steps, shape: Shape::Flat }
    }

    fn matching(&mut self, text: &'h Expr, pattern: &'h Expr, op: Op) -> Cost {
        let (t, p) = (self.expr(text), self.expr(pattern));
        let bytes = self.text(&t.shape);
        let steps = t.steps.plus(&p.steps).plus(&bytes.divided(4)).plus_number(of(&[op]) + AROUND);
        Cost { steps, shape: Shape::Flat }
    }

    fn is(&mut self, value: &'h Expr, test: &'h IsTest) -> Cost {
        let cost = self.expr(value);
        let mut steps = cost.steps.plus_number(of(&[Op::JumpAbsent, Op::Present, Op::Not]) + TRUTH);
        match test {
            IsTest::Present | IsTest::Absent | IsTest::Empty | IsTest::JsonKind(_) => {}
            IsTest::Equal(other) => {
                let given = self.expr(other);
                let comparing = self.comparing((&cost.shape, value.ty), (&given.shape, other.ty));
                steps = steps.plus(&given.steps).plus(&comparing).plus_number(of(&[Op::Eq]));
            }
            IsTest::UnionVariant(..) | IsTest::Entity(_) => steps = steps.plus_number(8),
        }
        Cost { steps, shape: Shape::Flat }
    }

    fn cast(&mut self, value: &'h Expr, _: Cast, to: Ty) -> Cost {
        let cost = self.expr(value);
        let bytes = self.weigh(&cost.shape, value.ty, Weigh::Json);
        let reading = self.reading(&bytes, to);
        let steps = cost.steps.plus(&reading).plus_number(of(&[Op::Cast]) + AROUND);
        let shape = match (&cost.shape, self.hir.types.kind(self.hir.types.present(to))) {
            (_, TyKind::Bool | TyKind::Int(_) | TyKind::Decimal) => Shape::Flat,
            (shape, TyKind::String) => Shape::Text(self.text(shape)),
            (_, TyKind::Json) => cost.shape.clone(),
            (shape, _) => {
                let text = self.bytes(shape, value.ty);
                self.document_of(text, to)
            }
        };
        Cost { steps, shape }
    }

    /// Reading JSON of so many bytes as a type: printing it, reading it, and what readers of parts of it take.
    pub(super) fn reading(&mut self, bytes: &Poly, to: Ty) -> Poly {
        // Each field of a record is looked up among the keys of its object, of which there is one for five bytes at most.
        let fields = self.width(to).fields;
        let looked_up = bytes.scaled(fields).divided(5).plus_number(fields);
        let plain = bytes.divided(2).plus_number(2).plus(&looked_up);
        let whole = self.document_of(bytes.clone(), to);
        plain.plus(&self.document(&whole, to))
    }

    fn convert(&mut self, convert: Convert, value: &'h Expr, ty: Ty) -> Cost {
        let cost = self.expr(value);
        match convert {
            Convert::IntToDecimal => {
                Cost { steps: cost.steps.plus_number(of(&[Op::ToDecimal, Op::JumpAbsent]) + AROUND), ..cost }
            }
            Convert::Project => {
                // Each part is looked at, and sets are sorted anew.
                let all = self.weigh(&cost.shape, value.ty, Weigh::Compare).scaled(price::halvings(None) + 2);
                let shape = self.projected(&cost.shape, value.ty, ty, 0);
                Cost { steps: cost.steps.plus(&all).plus_number(of(&[Op::Project]) + AROUND), shape }
            }
            Convert::ReadValue(id) => {
                let (inner, _) = self.read_parts(&cost.shape, id);
                let steps = cost.steps.plus_number(of(&[Op::ReadValue, Op::JumpAbsent]) + AROUND);
                Cost { steps, shape: inner }
            }
            Convert::ReadText(id) => {
                let (_, text) = self.read_parts(&cost.shape, id);
                // A text that is not kept is written anew.
                let written = self.text(&text).divided(4);
                let steps =
                    cost.steps.plus(&written).plus_number(of(&[Op::ReadText, Op::JumpAbsent]) + AROUND);
                Cost { steps, shape: text }
            }
            Convert::Read(id) => {
                let given = Shape::Any(self.weigh(&cost.shape, value.ty, Weigh::Json));
                let read = self.read_result(id, &given);
                let text = Shape::Text(self.text(&given));
                let steps = cost.steps.plus(&read.steps).plus_number(of(&[Op::MakeRead]) + AROUND);
                Cost { steps, shape: Shape::Parts(vec![read.shape, text].into()) }
            }
            Convert::ToJson => {
                let bytes = self.weigh(&cost.shape, value.ty, Weigh::Json);
                let json = self.json_reading(&bytes);
                let steps = cost.steps.plus(&json).plus_number(of(&[Op::ToJson]) + AROUND);
                Cost { steps, shape: Shape::Any(bytes) }
            }
            Convert::ToUnion(_, variant, _) => {
                let steps =
                    cost.steps.plus_number(of(&[Op::MakeUnion, Op::JumpAbsent, Op::Jump]) + 8 + AROUND);
                Cost { steps, shape: Shape::Variant(variant, Rc::new(cost.shape)) }
            }
        }
    }

    /// The shape of a value with the fields of a narrower type.
    fn projected(&mut self, shape: &Shape, from: Ty, to: Ty, depth: u32) -> Shape {
        let hir = self.hir;
        let (from, to) = (hir.types.present(from), hir.types.present(to));
        if from == to || depth > 32 {
            return if from == to { shape.clone() } else { Shape::Any(self.bytes(shape, from)) };
        }
        match (hir.types.kind(from), hir.types.kind(to)) {
            (TyKind::Record(wide), TyKind::Record(narrow)) => {
                let (Some(wide), Some(narrow)) = (hir.types.record(*wide), hir.types.record(*narrow)) else {
                    return shape.clone();
                };
                let fields = narrow.fields.iter().map(|field| {
                    let rank = wide.fields.iter().position(|f| f.name == field.name);
                    let Some((rank, from)) =
                        rank.and_then(|r| Some((u32::try_from(r).ok()?, wide.fields.get(r)?.ty)))
                    else {
                        return Shape::Flat;
                    };
                    let inner = self.field(shape, rank);
                    self.projected(&inner, from, field.ty, depth + 1)
                });
                Shape::Parts(fields.collect::<Vec<_>>().into())
            }
            (
                TyKind::List { elem: a, .. } | TyKind::Set { elem: a, .. },
                TyKind::List { elem: b, .. } | TyKind::Set { elem: b, .. },
            ) => {
                let (len, inner) = (self.len(shape), self.elem(shape));
                Shape::List { len, elem: Rc::new(self.projected(&inner, *a, *b, depth + 1)) }
            }
            (TyKind::Map { value: a, .. }, TyKind::Map { value: b, .. }) => {
                let (len, key, inner) = (self.len(shape), self.key(shape), self.value(shape));
                let value = Rc::new(self.projected(&inner, *a, *b, depth + 1));
                Shape::Map { len, key: Rc::new(key), value }
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) => {
                let parts = (0..).zip(a.iter().zip(b)).map(|(rank, (a, b))| {
                    let inner = self.part(shape, rank);
                    self.projected(&inner, *a, *b, depth + 1)
                });
                Shape::Parts(parts.collect::<Vec<_>>().into())
            }
            (_, _) => shape.clone(),
        }
    }

    fn match_(&mut self, e: &'h Expr, scrutinee: &'h Expr, arms: &'h [crate::hir::Arm]) -> Cost {
        let value = self.expr(scrutinee);
        let mut steps = value.steps.plus_number(AROUND);
        let mut shape = Shape::Flat;
        for arm in arms {
            let mut bound = value.shape.clone();
            for pattern in &arm.patterns {
                steps.add(&self.fitting(pattern, &value.shape));
                if let MatchPattern::UnionVariant(id, variant) = pattern {
                    let known = self.hir.types.union(*id).map_or(0, |def| def.variants.len());
                    bound = if (*variant as usize) < known {
                        self.content(&value.shape, *variant)
                    } else {
                        Shape::Any(self.text(&value.shape))
                    };
                }
            }
            if arm.patterns.len() > 1
                && arm.patterns.iter().any(|p| matches!(p, MatchPattern::UnionVariant(..)))
            {
                bound = Shape::Any(self.bytes(&value.shape, scrutinee.ty));
            }
            let taken = arm.bind.as_ref().map_or(0, |pattern| self.take_apart(pattern, &bound));
            let body = self.expr(&arm.body);
            steps.add(&body.steps.plus_number(taken + of(&[Op::Content, Op::Jump]) + AROUND));
            shape = self.join(shape, body.shape, e.ty);
        }
        Cost { steps, shape }
    }

    /// Finding out whether a pattern fits.
    fn fitting(&mut self, pattern: &MatchPattern, value: &Shape) -> Poly {
        let units = of(&[Op::JumpEq, Op::JumpAbsent, Op::Jump, Op::Field]) + AROUND;
        match pattern {
            MatchPattern::Absent
            | MatchPattern::UnionVariant(..)
            | MatchPattern::Entity(_)
            | MatchPattern::Any => Poly::number(units),
            MatchPattern::Const(constant) => {
                let bytes = self.text(&const_shape(constant));
                bytes.divided(64).plus_number(units + 1)
            }
            MatchPattern::Tuple(parts) => {
                let mut sum = Poly::number(units);
                for (rank, part) in (0..).zip(parts) {
                    let inner = self.part(value, rank);
                    sum.add(&self.fitting(part, &inner));
                }
                sum
            }
        }
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
fn const_shape(constant: &Const) -> Shape {
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
