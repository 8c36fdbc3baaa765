//! The parts of an expression, in the order in which they are evaluated.

use crate::hir::{Expr, ExprKind, Gen, IsTest, Let, Pattern, PatternKind, TextPart, WithStep};
use crate::hir::{LocalId, Text};

/// Calls `visit` with every direct part of an expression.
pub(crate) fn for_each_part<'h>(e: &'h Expr, visit: &mut dyn FnMut(&'h Expr)) {
    match &e.kind {
        ExprKind::Error
        | ExprKind::Const(_)
        | ExprKind::Local(_)
        | ExprKind::Global(_)
        | ExprKind::Data(_)
        | ExprKind::Now => {}
        ExprKind::Let { lets, body } => {
            lets.iter().for_each(|l| visit(&l.value));
            visit(body);
        }
        ExprKind::If { branches, otherwise } => {
            for (condition, value) in branches {
                visit(condition);
                visit(value);
            }
            visit(otherwise);
        }
        ExprKind::Match { scrutinee, arms } => {
            visit(scrutinee);
            arms.iter().for_each(|arm| visit(&arm.body));
        }
        ExprKind::Record { fields, .. } => fields.iter().for_each(|(_, value)| visit(value)),
        ExprKind::Tuple(parts) | ExprKind::List(parts) | ExprKind::Set(parts) => parts.iter().for_each(visit),
        ExprKind::Map(entries) => {
            for (key, value) in entries {
                visit(key);
                visit(value);
            }
        }
        ExprKind::Interpolation(text) => for_each_value(text, visit),
        ExprKind::Field { base, .. } | ExprKind::Part { base, .. } | ExprKind::JsonField { base, .. } => {
            visit(base);
        }
        ExprKind::Index { base, index } => {
            visit(base);
            visit(index);
        }
        ExprKind::WithPresent { base, body, .. } => {
            visit(base);
            visit(body);
        }
        ExprKind::Narrow(value) | ExprKind::Not(value) | ExprKind::Negate(value) => visit(value),
        ExprKind::With { base, updates } => {
            visit(base);
            for (steps, value) in updates {
                for step in steps {
                    match step {
                        WithStep::Field(_) => {}
                        WithStep::Key(key) => visit(key),
                    }
                }
                visit(value);
            }
        }
        ExprKind::Logic { operands, .. } => operands.iter().for_each(visit),
        ExprKind::Coalesce(left, right)
        | ExprKind::Compare { left, right, .. }
        | ExprKind::Arithmetic { left, right, .. } => {
            visit(left);
            visit(right);
        }
        ExprKind::In { elem, container, .. } => {
            visit(elem);
            visit(container);
        }
        ExprKind::Matches { text, pattern } => {
            visit(text);
            visit(pattern);
        }
        ExprKind::Contains { text, what } => {
            visit(text);
            visit(what);
        }
        ExprKind::Is { value, test } => {
            visit(value);
            match test {
                IsTest::Equal(other) => visit(other),
                IsTest::Present
                | IsTest::Absent
                | IsTest::Empty
                | IsTest::JsonKind(_)
                | IsTest::UnionVariant(..) => {}
            }
        }
        ExprKind::Cast { value, .. } | ExprKind::Convert { value, .. } => visit(value),
        ExprKind::Quantified { generators, body, .. } => {
            generators.iter().for_each(|g| visit(&g.source));
            visit(body);
        }
        ExprKind::Comprehension { generators, filter, elem, value, .. } => {
            generators.iter().for_each(|g| visit(&g.source));
            filter.iter().for_each(|e| visit(e));
            visit(elem);
            value.iter().for_each(|e| visit(e));
        }
        ExprKind::Call { args, .. } | ExprKind::Intrinsic { args, .. } => args.iter().for_each(visit),
        ExprKind::Decide { input, params, .. } => {
            visit(input);
            params.iter().for_each(|(_, value)| visit(value));
        }
        ExprKind::Fixture { path, pointer, .. } => {
            visit(path);
            pointer.iter().for_each(|e| visit(e));
        }
    }
}

/// Calls `visit` with every value of a text.
pub(crate) fn for_each_value<'h>(text: &'h Text, visit: &mut dyn FnMut(&'h Expr)) {
    for part in &text.parts {
        match part {
            TextPart::Literal(_) => {}
            TextPart::Value { value, .. } => visit(value),
        }
    }
}

/// Calls `bind` with every variable that a pattern binds.
pub(crate) fn for_each_binding(pattern: &Pattern, bind: &mut dyn FnMut(LocalId)) {
    match &pattern.kind {
        PatternKind::Ignore => {}
        PatternKind::Bind(local) => bind(*local),
        PatternKind::Tuple(parts) => parts.iter().for_each(|part| for_each_binding(part, bind)),
        PatternKind::Record(_, fields) => fields.iter().for_each(|(_, part)| for_each_binding(part, bind)),
    }
}

/// Calls `bind` with every variable that an expression itself binds in its parts.
pub(crate) fn for_each_own_binding(e: &Expr, bind: &mut dyn FnMut(LocalId)) {
    let of_lets = |lets: &[Let], bind: &mut dyn FnMut(LocalId)| {
        lets.iter().for_each(|l| for_each_binding(&l.pattern, bind));
    };
    let of_generators = |generators: &[Gen], bind: &mut dyn FnMut(LocalId)| {
        generators.iter().for_each(|g| for_each_binding(&g.pattern, bind));
    };
    match &e.kind {
        ExprKind::Let { lets, .. } => of_lets(lets, bind),
        ExprKind::Match { arms, .. } => {
            arms.iter().filter_map(|arm| arm.bind.as_ref()).for_each(|p| for_each_binding(p, bind));
        }
        ExprKind::WithPresent { local, .. } => bind(*local),
        ExprKind::Quantified { generators, .. } | ExprKind::Comprehension { generators, .. } => {
            of_generators(generators, bind);
        }
        ExprKind::Error
        | ExprKind::Const(_)
        | ExprKind::Local(_)
        | ExprKind::Global(_)
        | ExprKind::Data(_)
        | ExprKind::Now
        | ExprKind::If { .. }
        | ExprKind::Record { .. }
        | ExprKind::Tuple(_)
        | ExprKind::List(_)
        | ExprKind::Set(_)
        | ExprKind::Map(_)
        | ExprKind::Interpolation(_)
        | ExprKind::Field { .. }
        | ExprKind::Part { .. }
        | ExprKind::JsonField { .. }
        | ExprKind::Index { .. }
        | ExprKind::Narrow(_)
        | ExprKind::With { .. }
        | ExprKind::Logic { .. }
        | ExprKind::Not(_)
        | ExprKind::Coalesce(..)
        | ExprKind::Compare { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::Negate(_)
        | ExprKind::In { .. }
        | ExprKind::Matches { .. }
        | ExprKind::Contains { .. }
        | ExprKind::Is { .. }
        | ExprKind::Cast { .. }
        | ExprKind::Convert { .. }
        | ExprKind::Call { .. }
        | ExprKind::Intrinsic { .. }
        | ExprKind::Decide { .. }
        | ExprKind::Fixture { .. } => {}
    }
}
