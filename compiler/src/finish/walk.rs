//! The parts of an expression, in order of evaluation.

use crate::hir::{Effect, Expr, ExprKind, IsTest, Let, LocalId, Text, TextPart, WithStep};

/// The walk over the parts of a node, once for shared and once for exclusive access.
macro_rules! parts {
    ($(#[$doc:meta])* $name:ident, $text:ident $(, $mut:tt)?) => {
        /// The values in a text.
        pub(crate) fn $text<'e>(text: &'e $($mut)? Text, each: &mut dyn FnMut(&'e $($mut)? Expr)) {
            for part in &$($mut)? text.parts {
                match part {
                    TextPart::Literal(_) => {}
                    TextPart::Value { value, .. } => each(value),
                }
            }
        }

        $(#[$doc])*
        pub(crate) fn $name<'e>(kind: &'e $($mut)? ExprKind, each: &mut dyn FnMut(&'e $($mut)? Expr)) {
            match kind {
                ExprKind::Error
                | ExprKind::Const(_)
                | ExprKind::Local(_)
                | ExprKind::Global(_)
                | ExprKind::Data(_)
                | ExprKind::Now => {}
                ExprKind::Let { lets, body } => {
                    for let_ in lets {
                        each(&$($mut)? let_.value);
                    }
                    each(body);
                }
                ExprKind::If { branches, otherwise } => {
                    for (condition, value) in branches {
                        each(condition);
                        each(value);
                    }
                    each(otherwise);
                }
                ExprKind::Match { scrutinee, arms } => {
                    each(scrutinee);
                    for arm in arms {
                        each(&$($mut)? arm.body);
                    }
                }
                ExprKind::Record { fields, .. } => {
                    for (_, value) in fields {
                        each(value);
                    }
                }
                ExprKind::Tuple(parts) | ExprKind::List(parts) | ExprKind::Set(parts) => {
                    for part in parts {
                        each(part);
                    }
                }
                ExprKind::Map(entries) => {
                    for (key, value) in entries {
                        each(key);
                        each(value);
                    }
                }
                ExprKind::Interpolation(text) => $text(text, each),
                ExprKind::Field { base, .. } | ExprKind::Part { base, .. } | ExprKind::JsonField { base, .. } => {
                    each(base);
                }
                ExprKind::Index { base, index } => {
                    each(base);
                    each(index);
                }
                ExprKind::WithPresent { base, body, .. } => {
                    each(base);
                    each(body);
                }
                ExprKind::Narrow(value) | ExprKind::Not(value) | ExprKind::Negate(value) => each(value),
                ExprKind::With { base, updates } => {
                    each(base);
                    for (steps, value) in updates {
                        for step in steps {
                            match step {
                                WithStep::Field(_) => {}
                                WithStep::Key(key) => each(key),
                            }
                        }
                        each(value);
                    }
                }
                ExprKind::Logic { operands, .. } => {
                    for operand in operands {
                        each(operand);
                    }
                }
                ExprKind::Coalesce(a, b) => {
                    each(a);
                    each(b);
                }
                ExprKind::Compare { left, right, .. } | ExprKind::Arithmetic { left, right, .. } => {
                    each(left);
                    each(right);
                }
                ExprKind::In { elem, container, .. } => {
                    each(elem);
                    each(container);
                }
                ExprKind::Matches { text, pattern } => {
                    each(text);
                    each(pattern);
                }
                ExprKind::Contains { text, what } => {
                    each(text);
                    each(what);
                }
                ExprKind::Is { value, test } => {
                    each(value);
                    match test {
                        IsTest::Equal(other) => each(other),
                        IsTest::Present
                        | IsTest::Absent
                        | IsTest::Empty
                        | IsTest::JsonKind(_)
                        | IsTest::UnionVariant(..) => {}
                    }
                }
                ExprKind::Cast { value, .. } | ExprKind::Convert { value, .. } => each(value),
                ExprKind::Quantified { generators, body, .. } => {
                    for generator in generators {
                        each(&$($mut)? generator.source);
                    }
                    each(body);
                }
                ExprKind::Comprehension { generators, filter, elem, value, .. } => {
                    for generator in generators {
                        each(&$($mut)? generator.source);
                    }
                    if let Some(filter) = filter {
                        each(filter);
                    }
                    each(elem);
                    if let Some(value) = value {
                        each(value);
                    }
                }
                ExprKind::Call { args, .. } | ExprKind::Intrinsic { args, .. } => {
                    for arg in args {
                        each(arg);
                    }
                }
                ExprKind::Decide { input, params, .. } => {
                    each(input);
                    for (_, value) in params {
                        each(value);
                    }
                }
                ExprKind::Fixture { path, pointer, .. } => {
                    each(path);
                    if let Some(pointer) = pointer {
                        each(pointer);
                    }
                }
            }
        }
    };
}

parts! {
    /// Calls `each` with every part of a node.
    parts, text_parts
}
parts! {
    /// Calls `each` with every part of a node, to be changed.
    parts_mut, text_parts_mut, mut
}

/// Calls `each` with a node and all below it, outer ones first.
pub(crate) fn all<'e>(expr: &'e Expr, each: &mut dyn FnMut(&'e Expr)) {
    each(expr);
    parts(&expr.kind, &mut |part| all(part, each));
}

/// Calls `each` with a node and all below it, inner ones first.
pub(crate) fn all_mut(expr: &mut Expr, each: &mut dyn FnMut(&mut Expr)) {
    parts_mut(&mut expr.kind, &mut |part| all_mut(part, each));
    each(expr);
}

/// Whether an expression mentions one of some variables.
pub(crate) fn mentions(expr: &Expr, locals: &[LocalId]) -> bool {
    let mut found = false;
    all(expr, &mut |e| {
        if let ExprKind::Local(local) = e.kind {
            found |= locals.contains(&local);
        }
    });
    found
}

/// The values of `let`s.
pub(crate) fn lets_mut(lets: &mut [Let], each: &mut dyn FnMut(&mut Expr)) {
    for let_ in lets {
        each(&mut let_.value);
    }
}

/// The values in what an effect says.
pub(crate) fn effect_mut(effect: &mut Effect, each: &mut dyn FnMut(&mut Expr)) {
    match effect {
        Effect::Escalate(text) => text_parts_mut(text, each),
        Effect::Deny | Effect::Require | Effect::Allow | Effect::Warn => {}
    }
}
