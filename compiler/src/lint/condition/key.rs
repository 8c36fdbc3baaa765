//! A spelling for an expression that two expressions share only where they always have the same value.

use std::collections::HashMap;

use crate::hir::{Cast, Compare, Const, Expr, ExprKind, IsTest, LocalId};

/// Longer spellings are not made.
const LONGEST: usize = 400;

/// What the variables of `?.` stand for.
pub(super) type Aliases = HashMap<LocalId, String>;

/// The spelling of an expression; none where it binds something or is too long.
pub(super) fn key(expr: &Expr, aliases: &Aliases) -> Option<String> {
    let k = |inner: &Expr| key(inner, aliases);
    let all = |parts: &[Expr]| parts.iter().map(k).collect::<Option<Vec<_>>>().map(|keys| keys.join(","));
    let spelled = match &expr.kind {
        ExprKind::Const(value) => constant(value),
        ExprKind::Local(local) => aliases.get(local).cloned().unwrap_or_else(|| format!("l{}", local.0)),
        ExprKind::Global(global) => format!("g{}", global.0),
        ExprKind::Data(data) => format!("d{}", data.0),
        ExprKind::Now => "now".to_owned(),
        ExprKind::Narrow(inner) => k(inner)?,
        ExprKind::Field { base, field } => format!("{}.{}", k(base)?, field.0),
        ExprKind::Part { base, index } => format!("{}.p{index}", k(base)?),
        ExprKind::JsonField { base, name } => format!("{}.j{name:?}", k(base)?),
        ExprKind::Entity { entity, id } => format!("e{}({})", entity.0, k(id)?),
        ExprKind::EntityText { base, part } => format!("{}.{part:?}", k(base)?),
        ExprKind::Attribute { base, fields } => format!("{}.a{fields:?}", k(base)?),
        ExprKind::Index { base, index } => format!("{}[{}]", k(base)?, k(index)?),
        ExprKind::WithPresent { base, local, body } => {
            let mut inner = aliases.clone();
            // `a?.b` is `a.b` wherever both have a value.
            inner.insert(*local, k(base)?);
            key(body, &inner)?
        }
        ExprKind::Tuple(parts) | ExprKind::List(parts) => format!("[{}]", all(parts)?),
        ExprKind::Set(parts) => format!("{{{}}}", all(parts)?),
        ExprKind::Not(inner) => format!("not({})", k(inner)?),
        ExprKind::Negate(inner) => format!("-({})", k(inner)?),
        ExprKind::Coalesce(left, right) => format!("({}??{})", k(left)?, k(right)?),
        ExprKind::Compare { op, left, right } => compare(*op, &k(left)?, &k(right)?),
        ExprKind::Arithmetic { op, left, right } => format!("({} {op:?} {})", k(left)?, k(right)?),
        ExprKind::In { kind, elem, container } => format!("({} in {kind:?} {})", k(elem)?, k(container)?),
        ExprKind::Matches { text, pattern } => format!("({} matches {})", k(text)?, k(pattern)?),
        ExprKind::Contains { text, what } => format!("({} contains {})", k(text)?, k(what)?),
        ExprKind::Is { value, test } => format!("({} is {})", k(value)?, is(test, aliases)?),
        ExprKind::Cast { value, cast, to } => {
            let how = if *cast == Cast::Must { "as" } else { "as?" };
            format!("({} {how} {})", k(value)?, to.0)
        }
        ExprKind::Convert { convert, value } => format!("{convert:?}({})", k(value)?),
        ExprKind::Call { function, args } => format!("f{}({})", function.0, all(args)?),
        ExprKind::Intrinsic { intrinsic, args } => format!("i{}({})", intrinsic.0, all(args)?),
        ExprKind::Error
        | ExprKind::Let { .. }
        | ExprKind::If { .. }
        | ExprKind::Match { .. }
        | ExprKind::Record { .. }
        | ExprKind::Map(_)
        | ExprKind::Interpolation(_)
        | ExprKind::With { .. }
        | ExprKind::Logic { .. }
        | ExprKind::Quantified { .. }
        | ExprKind::Comprehension { .. }
        | ExprKind::Decide { .. }
        | ExprKind::Fixture { .. }
        | ExprKind::Tag(_)
        | ExprKind::Then { .. }
        | ExprKind::Fold { .. }
        | ExprKind::Score(_)
        | ExprKind::Descend { .. } => return None,
    };
    (spelled.len() <= LONGEST).then_some(spelled)
}

fn constant(value: &Const) -> String {
    if let Const::Decimal(value) = value { format!("{}", value.normalize()) } else { format!("{value:?}") }
}

/// `a > b` is `b < a`.
fn compare(op: Compare, left: &str, right: &str) -> String {
    match op {
        Compare::Eq | Compare::Ne if right < left => format!("({right} {op:?} {left})"),
        Compare::Gt => format!("({right} Lt {left})"),
        Compare::Ge => format!("({right} Le {left})"),
        Compare::Eq | Compare::Ne | Compare::Lt | Compare::Le => format!("({left} {op:?} {right})"),
    }
}

fn is(test: &IsTest, aliases: &Aliases) -> Option<String> {
    Some(match test {
        IsTest::Present => "present".to_owned(),
        IsTest::Absent => "absent".to_owned(),
        IsTest::Empty => "empty".to_owned(),
        IsTest::Equal(value) => format!("={}", key(value, aliases)?),
        IsTest::JsonKind(ty) => format!("json {}", ty.0),
        IsTest::UnionVariant(union, variant) => format!("variant {} {variant}", union.0),
        IsTest::Entity(entity) => format!("entity {}", entity.0),
    })
}
