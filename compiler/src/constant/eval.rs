//! What can be known of an expression before any input is seen.
//!
//! Every expression is looked at once, parts before wholes. What fails is remembered with its place and has no
//! value, so that one mistake is reported once.

use std::borrow::Cow;
use std::rc::Rc;

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::arith::{self, Why};
use super::value::{Value, order};
use super::walk::bodies;
use crate::hash::HashMap;
use crate::hir::walk;
use crate::hir::{
    Compare, Const, Convert, Expr, ExprId, ExprKind, GlobalId, Hir, InKind, IsTest, Let, LocalId, Logic,
    PatternKind,
};

/// Collections of more parts than this are not looked into.
const LARGE: usize = 2_000;

/// Something that goes wrong whatever the input.
#[derive(Clone, Debug)]
pub enum Problem<'h> {
    /// An operation on constants that fails.
    Fails(&'h Expr, Why),
    /// A division by a constant that is zero.
    DivisionByZero(&'h Expr),
    /// A position or key that a literal does not have.
    NoSuchElement(&'h Expr, usize),
    /// A key that a map literal gives two values; the second time.
    DuplicateKey(&'h Expr, &'h Expr),
}

/// What is known of the expressions of a package.
#[derive(Default)]
pub struct Known<'h> {
    values: FxHashMap<ExprId, Value>,
    globals: FxHashMap<GlobalId, Value>,
    /// Whether constants themselves, of which there are most, are left where they stand.
    brief: bool,
    /// In the order in which they were met.
    pub problems: Vec<Problem<'h>>,
}

impl<'h> Known<'h> {
    /// Looks at everything that a decision can evaluate.
    #[must_use]
    pub fn of(hir: &'h Hir) -> Self {
        Self::default().with(hir)
    }

    /// The same where only [`Known::problems`] are of interest, and scalars: [`Known::value`] does not tell those that are
    /// written as such.
    pub(super) fn problems_of(hir: &'h Hir) -> Self {
        Self { brief: true, ..Self::default() }.with(hir)
    }

    fn with(mut self, hir: &'h Hir) -> Self {
        let known = &mut self;
        for (i, global) in hir.globals.iter().enumerate() {
            let mut locals = FxHashMap::default();
            known.look(hir, &global.value, &mut locals);
            if let (Some(value), Ok(i)) = (known.get(&global.value).map(Cow::into_owned), u32::try_from(i)) {
                known.globals.insert(GlobalId(i), value);
            }
        }
        known.problems.clear();
        for body in bodies(hir) {
            let mut locals = FxHashMap::default();
            let lets: FxHashMap<ExprId, &Let> =
                body.lets.iter().map(|binding| (binding.value.id, binding)).collect();
            for root in &body.roots {
                known.look(hir, root, &mut locals);
                if let Some(binding) = lets.get(&root.id) {
                    known.bind(binding, &mut locals);
                }
            }
        }
        self
    }

    /// The value of an expression, where it is constant.
    #[must_use]
    pub fn value(&self, expr: &Expr) -> Option<&Value> {
        self.values.get(&expr.id)
    }

    /// The scalar value of an expression, where it is constant.
    #[must_use]
    pub fn scalar<'e>(&'e self, expr: &'e Expr) -> Option<&'e Const> {
        if let ExprKind::Const(value) = &expr.kind {
            return Some(value);
        }
        self.value(expr).and_then(Value::scalar)
    }

    /// The same of constants that were not kept.
    fn get(&self, expr: &Expr) -> Option<Cow<'_, Value>> {
        if let (true, ExprKind::Const(value)) = (self.brief, &expr.kind) {
            return Some(Cow::Owned(Value::Const(value.clone())));
        }
        self.value(expr).map(Cow::Borrowed)
    }

    fn bind(&self, binding: &Let, locals: &mut FxHashMap<LocalId, Value>) {
        if let PatternKind::Bind(local) = binding.pattern.kind
            && let Some(value) = self.get(&binding.value)
        {
            locals.insert(local, value.into_owned());
        }
    }

    fn look(&mut self, hir: &'h Hir, expr: &'h Expr, locals: &mut FxHashMap<LocalId, Value>) {
        if let (true, ExprKind::Const(_)) = (self.brief, &expr.kind) {
            return;
        }
        if let ExprKind::Let { lets, body } = &expr.kind {
            for binding in lets {
                self.look(hir, &binding.value, locals);
                self.bind(binding, locals);
            }
            self.look(hir, body, locals);
        } else {
            walk::parts(&expr.kind, &mut |part| self.look(hir, part, locals));
        }
        if let Some(value) = self.whole(hir, expr, locals)
            && value.len() <= LARGE
        {
            self.values.insert(expr.id, value);
        }
    }

    /// The value of an expression whose parts have been looked at.
    fn whole(&mut self, hir: &'h Hir, expr: &'h Expr, locals: &FxHashMap<LocalId, Value>) -> Option<Value> {
        let scalar = |value: Const| Some(Value::Const(value));
        match &expr.kind {
            ExprKind::Const(value) => scalar(value.clone()),
            ExprKind::Local(local) => locals.get(local).cloned(),
            ExprKind::Global(global) => self.globals.get(global).cloned(),
            ExprKind::Let { body, .. } => self.get(body).map(Cow::into_owned),
            ExprKind::Narrow(inner) => self.get(inner).map(Cow::into_owned),
            ExprKind::If { branches, otherwise } => {
                for (condition, value) in branches {
                    match self.scalar(condition) {
                        Some(Const::Bool(true)) => return self.get(value).map(Cow::into_owned),
                        Some(Const::Bool(false)) => {}
                        Some(_) | None => return None,
                    }
                }
                self.get(otherwise).map(Cow::into_owned)
            }
            ExprKind::Tuple(parts) | ExprKind::List(parts) => self.all(parts).map(Value::Sequence),
            ExprKind::Set(parts) => self.all(parts).map(Value::Set),
            ExprKind::Map(entries) => self.map(expr, entries),
            ExprKind::Record { record, fields } => {
                let fields: Option<Vec<_>> = fields
                    .iter()
                    .map(|(field, value)| Some((*field, self.get(value)?.into_owned())))
                    .collect();
                Some(Value::Record(*record, fields?.into()))
            }
            ExprKind::Field { base, field } => {
                let Value::Record(_, fields) = &*self.get(base)? else { return None };
                fields.iter().find(|(f, _)| f == field).map(|(_, value)| value.clone())
            }
            ExprKind::Part { base, index } => {
                let Value::Sequence(parts) = &*self.get(base)? else { return None };
                parts.get(*index as usize).cloned()
            }
            ExprKind::Index { base, index } => self.index(expr, base, index),
            ExprKind::Logic { op, operands } => {
                self.logic(*op, operands).map(|b| Value::Const(Const::Bool(b)))
            }
            ExprKind::Not(inner) => {
                let Const::Bool(value) = self.scalar(inner)? else { return None };
                scalar(Const::Bool(!value))
            }
            ExprKind::Coalesce(left, right) => {
                let left = self.get(left)?;
                let absent = matches!(*left, Value::Const(Const::Absent));
                if absent { self.get(right).map(Cow::into_owned) } else { Some(left.into_owned()) }
            }
            ExprKind::Compare { op, left, right } => {
                self.compare(hir, *op, left, right).map(|b| Value::Const(Const::Bool(b)))
            }
            ExprKind::Arithmetic { op, left, right } => {
                let divisor = self.scalar(right);
                if arith::divides(*op) && divisor.is_some_and(arith::is_zero) {
                    self.problems.push(Problem::DivisionByZero(expr));
                    return None;
                }
                let result = arith::binary(*op, self.scalar(left)?, divisor?);
                self.settle(expr, result)
            }
            ExprKind::Negate(inner) => {
                let result = arith::negate(self.scalar(inner)?);
                self.settle(expr, result)
            }
            ExprKind::In { kind, elem, container } => {
                self.member(*kind, elem, container).map(|b| Value::Const(Const::Bool(b)))
            }
            ExprKind::Is { value, test } => self.is(value, test).map(|b| Value::Const(Const::Bool(b))),
            ExprKind::Convert { convert: Convert::IntToDecimal, value } => {
                let Const::Int(value) = self.scalar(value)? else { return None };
                scalar(Const::Decimal(Decimal::from(*value)))
            }
            ExprKind::Error
            | ExprKind::Data(_)
            | ExprKind::Now
            | ExprKind::Match { .. }
            | ExprKind::Interpolation(_)
            | ExprKind::JsonField { .. }
            | ExprKind::WithPresent { .. }
            | ExprKind::With { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Contains { .. }
            | ExprKind::Cast { .. }
            | ExprKind::Convert { .. }
            | ExprKind::Quantified { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Call { .. }
            | ExprKind::Intrinsic { .. }
            | ExprKind::Decide { .. }
            | ExprKind::Fixture { .. }
            | ExprKind::Tag(_)
            | ExprKind::Entity { .. }
            | ExprKind::EntityText { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Then { .. }
            | ExprKind::Fold { .. }
            | ExprKind::Score(_)
            | ExprKind::Descend { .. } => None,
        }
    }

    fn settle(&mut self, expr: &'h Expr, result: Result<Option<Const>, Why>) -> Option<Value> {
        match result {
            Ok(value) => value.map(Value::Const),
            Err(why) => {
                self.problems.push(Problem::Fails(expr, why));
                None
            }
        }
    }

    fn all(&self, parts: &[Expr]) -> Option<Rc<[Value]>> {
        if parts.len() > LARGE {
            return None;
        }
        parts
            .iter()
            .map(|part| self.get(part).map(Cow::into_owned))
            .collect::<Option<Vec<_>>>()
            .map(Into::into)
    }

    fn map(&mut self, expr: &'h Expr, entries: &'h [(Expr, Expr)]) -> Option<Value> {
        if entries.len() > LARGE {
            return None;
        }
        let mut seen: HashMap<String, &Expr> = HashMap::default();
        for (key, value) in entries {
            let Some(constant) = self.scalar(key) else { continue };
            let Some(before) = seen.insert(format!("{constant:?}"), value) else { continue };
            let same = matches!((self.get(before), self.get(value)), (Some(a), Some(b)) if a.equals(&b));
            if !same {
                self.problems.push(Problem::DuplicateKey(expr, key));
            }
        }
        let known: Option<Vec<_>> = entries
            .iter()
            .map(|(key, value)| Some((self.get(key)?.into_owned(), self.get(value)?.into_owned())))
            .collect();
        known.map(|entries| Value::Map(entries.into()))
    }

    fn index(&mut self, expr: &'h Expr, base: &Expr, index: &Expr) -> Option<Value> {
        let literal = matches!(base.kind, ExprKind::List(_) | ExprKind::Map(_) | ExprKind::Global(_));
        let index = self.get(index)?.into_owned();
        let base = self.get(base)?;
        let (found, count) = match &*base {
            Value::Sequence(parts) => {
                let Value::Const(Const::Int(at)) = index else { return None };
                (usize::try_from(at).ok().and_then(|at| parts.get(at)).cloned(), parts.len())
            }
            Value::Map(entries) => (
                entries.iter().find(|(key, _)| key.equals(&index)).map(|(_, value)| value.clone()),
                entries.len(),
            ),
            Value::Const(_) | Value::Set(_) | Value::Record(..) => return None,
        };
        if found.is_none() && literal {
            self.problems.push(Problem::NoSuchElement(expr, count));
        }
        Some(found.unwrap_or(Value::Const(Const::Absent)))
    }

    fn logic(&self, op: Logic, operands: &[Expr]) -> Option<bool> {
        let truth = |expr: &Expr| match self.scalar(expr) {
            Some(Const::Bool(value)) => Some(*value),
            Some(_) | None => None,
        };
        // Only what stands before the deciding operand must be known too: an unknown one may fail.
        let deciding = |wanted: bool| {
            for operand in operands {
                match truth(operand) {
                    Some(value) if value == wanted => return Some(wanted),
                    Some(_) => {}
                    None => return None,
                }
            }
            Some(!wanted)
        };
        match op {
            Logic::And => deciding(false),
            Logic::Or => deciding(true),
            Logic::Implies => {
                let (left, right) = (operands.first()?, operands.get(1)?);
                if truth(left)? { truth(right) } else { Some(true) }
            }
        }
    }

    fn compare(&self, hir: &Hir, op: Compare, left: &Expr, right: &Expr) -> Option<bool> {
        let (left, right) = (self.get(left)?, self.get(right)?);
        let ordering = || order(&hir.types, left.scalar()?, right.scalar()?);
        match op {
            Compare::Eq => Some(left.equals(&right)),
            Compare::Ne => Some(!left.equals(&right)),
            Compare::Lt => ordering().map(|o| o.is_lt()),
            Compare::Le => ordering().map(|o| o.is_le()),
            Compare::Gt => ordering().map(|o| o.is_gt()),
            Compare::Ge => ordering().map(|o| o.is_ge()),
        }
    }

    fn member(&self, kind: InKind, elem: &Expr, container: &Expr) -> Option<bool> {
        let (elem, container) = (self.get(elem)?, self.get(container)?);
        match (kind, &*container) {
            (InKind::List | InKind::Set, Value::Sequence(parts) | Value::Set(parts)) => {
                Some(parts.iter().any(|part| part.equals(&elem)))
            }
            (InKind::MapKey, Value::Map(entries)) => Some(entries.iter().any(|(key, _)| key.equals(&elem))),
            (InKind::IpInCidr, Value::Const(Const::Cidr(net))) => {
                let Value::Const(Const::Ip(ip)) = &*elem else { return None };
                Some(net.contains(ip))
            }
            (InKind::CidrInCidr, Value::Const(Const::Cidr(net))) => {
                let Value::Const(Const::Cidr(inner)) = &*elem else { return None };
                Some(net.contains(inner))
            }
            (
                InKind::List
                | InKind::Set
                | InKind::MapKey
                | InKind::IpInCidr
                | InKind::CidrInCidr
                | InKind::Entity
                | InKind::EntityIn,
                _,
            ) => None,
        }
    }

    fn is(&self, value: &Expr, test: &IsTest) -> Option<bool> {
        let value = self.get(value)?;
        let absent = matches!(*value, Value::Const(Const::Absent));
        match test {
            IsTest::Present => Some(!absent),
            IsTest::Absent => Some(absent),
            IsTest::Empty => match &*value {
                Value::Const(Const::String(text)) => Some(text.is_empty()),
                Value::Const(_) | Value::Record(..) => None,
                Value::Sequence(_) | Value::Set(_) | Value::Map(_) => Some(value.is_empty()),
            },
            IsTest::Equal(other) => Some(value.equals(&*self.get(other)?)),
            IsTest::JsonKind(_) | IsTest::UnionVariant(..) | IsTest::Entity(_) => None,
        }
    }
}
