//! Which expressions cannot fail.

use rust_decimal::Decimal;

use super::roots;
use crate::hash::HashSet;
use crate::hir::walk::parts_mut;
use crate::hir::{
    Aggregate, Arith, Cast, Const, Convert, Expr, ExprKind, FieldId, Hir, InKind, IntRange, Let, Pattern,
    PatternKind, Policy, ScorePart, Ty, TyKind, Types, WithStep,
};
use crate::ty::range;

/// What is known of everything but the expression itself.
struct Known<'k> {
    types: &'k Types,
    functions: Vec<bool>,
    globals: Vec<bool>,
    data: Vec<bool>,
    intrinsics: Vec<bool>,
    /// By variable of the body at hand; all but `let`s are total.
    locals: Vec<bool>,
}

/// Marks every node.
pub(super) fn mark(hir: &mut Hir) {
    let types = std::mem::take(&mut hir.types);
    let mut known = Known {
        types: &types,
        functions: vec![false; hir.functions.len()],
        globals: vec![false; hir.globals.len()],
        data: hir.data.iter().map(|d| d.max_age.is_none()).collect(),
        intrinsics: policy_stdlib::functions().map(policy_stdlib::Function::total).collect(),
        locals: Vec::new(),
    };
    // Each stands after what it needs; what a `let` of a module needs may be a function and the other way round.
    loop {
        let before = (known.functions.clone(), known.globals.clone());
        for (n, function) in hir.functions.iter_mut().enumerate() {
            let total = known.body(function.locals.len(), &mut function.body);
            set(&mut known.functions, n, total);
        }
        for (n, global) in hir.globals.iter_mut().enumerate() {
            let total = known.body(global.locals.len(), &mut global.value);
            set(&mut known.globals, n, total);
        }
        if before == (known.functions.clone(), known.globals.clone()) {
            break;
        }
    }
    for data in &mut hir.data {
        data.default.iter_mut().for_each(|d| {
            known.body(0, d);
        });
    }
    for policy in &mut hir.policies {
        known.policy(policy);
    }
    for exception in &mut hir.exceptions {
        known.locals = vec![true; exception.locals.len()];
        roots::exception(exception, &mut |root| {
            known.expr(root);
        });
    }
    for test in &mut hir.tests {
        known.locals = vec![true; test.locals.len()];
        let lets: Vec<Let> = test_lets(&test.steps);
        known.lets_of(&lets);
        roots::test(test, &mut |root| {
            known.expr(root);
        });
    }
    for property in &mut hir.properties {
        known.locals = vec![true; property.locals.len()];
        let lets: Vec<Let> = test_lets(&property.steps);
        known.lets_of(&lets);
        roots::property(property, &mut |root| {
            known.expr(root);
        });
    }
    let (functions, globals, data, intrinsics) =
        (known.functions, known.globals, known.data, known.intrinsics);
    hir.types = types;
    // Defaults are constants of types, which could not be changed while they were looked at.
    let mut records = std::mem::take(&mut hir.types.records);
    let mut known = Known { types: &hir.types, functions, globals, data, intrinsics, locals: Vec::new() };
    for field in records.iter_mut().flat_map(|r| &mut r.fields) {
        match &mut field.presence {
            crate::hir::Presence::Required | crate::hir::Presence::Optional => {}
            crate::hir::Presence::Default(value) => {
                known.body(0, value);
            }
        }
    }
    hir.types.records = records;
}

/// The `let`s of a test, to know which of its variables can fail.
fn test_lets(steps: &[crate::hir::Step]) -> Vec<Let> {
    steps
        .iter()
        .filter_map(|step| match step {
            crate::hir::Step::Let(let_) => Some(let_.clone()),
            crate::hir::Step::Given(_) | crate::hir::Step::Expect(_) => None,
        })
        .collect()
}

fn set(values: &mut [bool], at: usize, value: bool) {
    if let Some(slot) = values.get_mut(at) {
        *slot = value;
    }
}

fn get(values: &[bool], at: usize) -> bool {
    values.get(at).copied().unwrap_or(false)
}

impl Known<'_> {
    /// A body with so many variables.
    fn body(&mut self, locals: usize, body: &mut Expr) -> bool {
        self.locals = vec![true; locals];
        self.expr(body)
    }

    fn policy(&mut self, policy: &mut Policy) {
        self.locals = vec![true; policy.locals.len()];
        for let_ in &mut policy.lets {
            self.let_(let_);
        }
        roots::policy(policy, &mut |root| {
            self.expr(root);
        });
    }

    fn lets_of(&mut self, lets: &[Let]) {
        for let_ in lets {
            self.let_(&mut let_.clone());
        }
    }

    fn let_(&mut self, let_: &mut Let) {
        let total = self.expr(&mut let_.value);
        self.bind(&let_.pattern, total);
    }

    fn bind(&mut self, pattern: &Pattern, total: bool) {
        match &pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Bind(local) => set(&mut self.locals, local.index(), total),
            PatternKind::Tuple(parts) => parts.iter().for_each(|p| self.bind(p, total)),
            PatternKind::Record(_, fields) => fields.iter().for_each(|(_, p)| self.bind(p, total)),
        }
    }

    /// Marks a node and all below it.
    fn expr(&mut self, expr: &mut Expr) -> bool {
        let mut total = true;
        if let ExprKind::Let { lets, body } = &mut expr.kind {
            for let_ in lets {
                // A `let` that fails but is never used does not: its uses tell.
                self.let_(let_);
            }
            total = self.expr(body);
        } else {
            parts_mut(&mut expr.kind, &mut |part| total &= self.expr(part));
        }
        total &= self.node(expr);
        expr.total = total;
        total
    }

    fn kind(&self, ty: Ty) -> &TyKind {
        self.types.kind(ty)
    }

    /// Whether the node itself cannot fail, whatever its parts do.
    fn node(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Local(local) => self.locals.get(local.index()).copied().unwrap_or(true),
            ExprKind::Global(global) => get(&self.globals, global.index()),
            ExprKind::Data(data) => get(&self.data, data.index()),
            ExprKind::Now
            | ExprKind::Decide { .. }
            | ExprKind::Fixture { .. }
            | ExprKind::Attribute { .. } => false,
            ExprKind::Score(parts) => score_fits(parts),
            ExprKind::In { kind, .. } => !matches!(kind, InKind::Entity | InKind::EntityIn),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left.ty, right.ty),
            ExprKind::Negate(value) => {
                let kind = self.kind(value.ty);
                matches!(kind, TyKind::Decimal)
                    || matches!(kind, TyKind::Int(r) if !range::negate(*r).may_fail)
            }
            ExprKind::Cast { cast, .. } => *cast == Cast::Probe,
            ExprKind::With { base, updates } => {
                updates.iter().all(|(steps, _)| self.path_holds(base.ty, steps))
            }
            ExprKind::Map(entries) => {
                let mut keys: HashSet<String> = HashSet::default();
                entries.len() <= 1
                    || entries.iter().all(|(key, _)| {
                        let ExprKind::Const(value) = &key.kind else { return false };
                        keys.insert(format!("{value:?}"))
                    })
            }
            ExprKind::Comprehension { aggregate, generators, elem, .. } => match aggregate {
                Aggregate::List | Aggregate::Set | Aggregate::Count | Aggregate::Min | Aggregate::Max => true,
                Aggregate::Map | Aggregate::Avg => false,
                Aggregate::Sum => {
                    let bound =
                        generators.iter().try_fold(1u64, |n, g| n.checked_mul(self.bound(g.source.ty)?));
                    match (self.kind(elem.ty), bound) {
                        (TyKind::Int(r), Some(n)) => sum_fits(*r, n),
                        _ => false,
                    }
                }
            },
            ExprKind::Call { function, .. } => get(&self.functions, function.index()),
            ExprKind::Intrinsic { intrinsic, .. } => get(&self.intrinsics, usize::from(intrinsic.0)),
            ExprKind::Convert { convert, .. } => match convert {
                Convert::IntToDecimal
                | Convert::Project
                | Convert::ReadValue(_)
                | Convert::ReadText(_)
                | Convert::Read(_)
                | Convert::ToJson
                | Convert::ToUnion(..) => true,
            },
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Let { .. }
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Record { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Set(_)
            | ExprKind::Interpolation(_)
            | ExprKind::Field { .. }
            | ExprKind::Part { .. }
            | ExprKind::Tag(_)
            | ExprKind::Entity { .. }
            | ExprKind::EntityText { .. }
            | ExprKind::Then { .. }
            | ExprKind::Fold { .. }
            | ExprKind::Descend { .. }
            | ExprKind::JsonField { .. }
            | ExprKind::Index { .. }
            | ExprKind::WithPresent { .. }
            | ExprKind::Narrow(_)
            | ExprKind::Logic { .. }
            | ExprKind::Not(_)
            | ExprKind::Coalesce(..)
            | ExprKind::Compare { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Contains { .. }
            | ExprKind::Is { .. }
            | ExprKind::Quantified { .. } => true,
        }
    }

    fn bound(&self, ty: Ty) -> Option<u64> {
        if let TyKind::List { max, .. } | TyKind::Set { max, .. } | TyKind::Map { max, .. } = self.kind(ty) {
            *max
        } else {
            None
        }
    }

    fn arithmetic(&self, op: Arith, left: Ty, right: Ty) -> bool {
        match (self.kind(left), op, self.kind(right)) {
            (TyKind::Int(_), Arith::Div, _) => false,
            (TyKind::Int(a), _, TyKind::Int(b)) => !range::arith(op, *a, *b).may_fail,
            (TyKind::Timestamp, Arith::Sub, TyKind::Timestamp) | (TyKind::Date, Arith::Sub, TyKind::Date) => {
                true
            }
            // Decimals can overflow or be inexact, durations and times can leave their range.
            _ => false,
        }
    }

    /// Whether a path of `with` goes through nothing that may be absent.
    fn path_holds(&self, base: Ty, steps: &[WithStep]) -> bool {
        let mut ty = base;
        for (n, step) in steps.iter().enumerate() {
            if n > 0
                && let TyKind::Option(_) = self.kind(ty)
            {
                return false;
            }
            ty = match (self.kind(ty), step) {
                (TyKind::Record(record), WithStep::Field(field)) => match self.field(*record, *field) {
                    Some(ty) => ty,
                    None => return false,
                },
                (TyKind::Union(union), WithStep::Variant(_, variant)) => {
                    let variants =
                        self.types.union(*union).map(|u| u.variants.as_slice()).unwrap_or_default();
                    match variants.get(*variant as usize) {
                        Some(variant) => variant.payload,
                        None => return false,
                    }
                }
                (TyKind::Map { value, .. }, WithStep::Key(_)) if n + 1 == steps.len() => *value,
                // A key on the way may be missing.
                _ => return false,
            };
        }
        true
    }

    fn field(&self, record: crate::hir::RecordId, field: FieldId) -> Option<Ty> {
        self.types.record(record)?.fields.get(field.index()).map(|f| f.ty)
    }
}

/// Whether every sum of some of the weights fits: where that of all, without their signs, does.
fn score_fits(parts: &[ScorePart]) -> bool {
    let mut int: i64 = 0;
    let mut decimal = Decimal::ZERO;
    parts.iter().all(|part| {
        if let ExprKind::Const(Const::Int(n)) = &part.weight.kind {
            let sum = n.checked_abs().and_then(|n| int.checked_add(n));
            int = sum.unwrap_or(int);
            sum.is_some()
        } else if let ExprKind::Const(Const::Decimal(n)) = &part.weight.kind {
            // An exact sum of 28 digits keeps the most digits that any weight has behind the point.
            let scale = decimal.scale().max(n.scale());
            let sum = decimal.checked_add(n.abs()).filter(|sum| sum.scale() == scale);
            decimal = sum.unwrap_or(decimal);
            sum.is_some()
        } else {
            false
        }
    })
}

/// Whether the sum of at most `n` values fits 64 bits, whatever order they come in.
fn sum_fits(range: IntRange, n: u64) -> bool {
    let fits = |value: i64| i64::try_from(i128::from(value) * i128::from(n)).is_ok();
    fits(range.lo) && fits(range.hi)
}
