//! The parts of an expression, in the order in which they are evaluated: the one place that knows them.

use super::{
    Effect, Expr, ExprKind, Gen, IsTest, Let, LocalId, PathStep, Pattern, PatternKind, Text, TextPart,
    WithStep,
};

/// The walk over the parts of a node, once for shared and once for exclusive access.
macro_rules! parts {
    ($(#[$doc:meta])* $name:ident, $text:ident $(, $mut:tt)?) => {
        /// The values in a text.
        pub fn $text<'e>(text: &'e $($mut)? Text, each: &mut dyn FnMut(&'e $($mut)? Expr)) {
            for part in &$($mut)? text.parts {
                match part {
                    TextPart::Literal(_) => {}
                    TextPart::Value { value, .. } => each(value),
                }
            }
        }

        $(#[$doc])*
        pub fn $name<'e>(kind: &'e $($mut)? ExprKind, each: &mut dyn FnMut(&'e $($mut)? Expr)) {
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
                ExprKind::Field { base, .. }
                | ExprKind::Part { base, .. }
                | ExprKind::JsonField { base, .. }
                | ExprKind::Attribute { base, .. }
                | ExprKind::EntityText { base, .. }
                | ExprKind::Entity { id: base, .. } => {
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
                ExprKind::Narrow(value) | ExprKind::Not(value) | ExprKind::Negate(value) | ExprKind::Tag(value) => {
                    each(value);
                }
                ExprKind::With { base, updates } => {
                    each(base);
                    for (steps, value) in updates {
                        for step in steps {
                            match step {
                                WithStep::Field(_) | WithStep::Variant(..) => {}
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
                        | IsTest::UnionVariant(..)
                        | IsTest::Entity(_) => {}
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
                ExprKind::Then { source, without, body, .. } => {
                    each(source);
                    each(body);
                    if let Some(without) = without {
                        each(&$($mut)? without.1);
                    }
                }
                ExprKind::Fold { generators, init, body, .. } => {
                    each(init);
                    for generator in generators {
                        each(&$($mut)? generator.source);
                    }
                    each(body);
                }
                ExprKind::Score(parts) => {
                    for part in parts {
                        each(&$($mut)? part.condition);
                        each(&$($mut)? part.weight);
                    }
                }
                ExprKind::Descend { base, children, .. } => {
                    each(base);
                    each(children);
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
pub fn all<'e>(expr: &'e Expr, each: &mut dyn FnMut(&'e Expr)) {
    each(expr);
    parts(&expr.kind, &mut |part| all(part, each));
}

/// Calls `each` with a node and all below it, inner ones first.
pub fn all_mut(expr: &mut Expr, each: &mut dyn FnMut(&mut Expr)) {
    parts_mut(&mut expr.kind, &mut |part| all_mut(part, each));
    each(expr);
}

/// Whether an expression mentions one of some variables.
pub fn mentions(expr: &Expr, locals: &[LocalId]) -> bool {
    let mut found = false;
    all(expr, &mut |e| {
        if let ExprKind::Local(local) = e.kind {
            found |= locals.contains(&local);
        }
    });
    found
}

/// Calls `bind` with every variable that a pattern binds.
pub fn pattern_bindings(pattern: &Pattern, bind: &mut dyn FnMut(LocalId)) {
    match &pattern.kind {
        PatternKind::Ignore => {}
        PatternKind::Bind(local) => bind(*local),
        PatternKind::Tuple(parts) => parts.iter().for_each(|part| pattern_bindings(part, bind)),
        PatternKind::Record(_, fields) => fields.iter().for_each(|(_, part)| pattern_bindings(part, bind)),
    }
}

/// Calls `bind` with every variable that an expression itself binds in its parts.
pub fn own_bindings(e: &Expr, bind: &mut dyn FnMut(LocalId)) {
    let of_lets = |lets: &[Let], bind: &mut dyn FnMut(LocalId)| {
        lets.iter().for_each(|l| pattern_bindings(&l.pattern, bind));
    };
    let of_generators = |generators: &[Gen], bind: &mut dyn FnMut(LocalId)| {
        generators.iter().for_each(|g| pattern_bindings(&g.pattern, bind));
    };
    match &e.kind {
        ExprKind::Let { lets, .. } => of_lets(lets, bind),
        ExprKind::Match { arms, .. } => {
            arms.iter().filter_map(|arm| arm.bind.as_ref()).for_each(|p| pattern_bindings(p, bind));
        }
        ExprKind::WithPresent { local, .. } | ExprKind::Descend { local, .. } => bind(*local),
        ExprKind::Quantified { generators, .. } | ExprKind::Comprehension { generators, .. } => {
            of_generators(generators, bind);
        }
        ExprKind::Then { patterns, without, .. } => {
            patterns.iter().for_each(|p| pattern_bindings(p, bind));
            without.iter().for_each(|without| pattern_bindings(&without.0, bind));
        }
        ExprKind::Fold { generators, state, .. } => {
            bind(*state);
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
        | ExprKind::Tag(_)
        | ExprKind::Entity { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::EntityText { .. }
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
        | ExprKind::Score(_)
        | ExprKind::Call { .. }
        | ExprKind::Intrinsic { .. }
        | ExprKind::Decide { .. }
        | ExprKind::Fixture { .. } => {}
    }
}

/// The walk over what an effect evaluates, once for shared and once for exclusive access.
macro_rules! effect_parts {
    ($(#[$doc:meta])* $name:ident, $text:ident $(, $mut:tt)?) => {
        $(#[$doc])*
        pub fn $name<'e>(effect: &'e $($mut)? Effect, each: &mut dyn FnMut(&'e $($mut)? Expr)) {
            match effect {
                Effect::Escalate(text) => $text(text, each),
                Effect::Oblige { payload, .. } => each(payload),
                Effect::Transform { path, value } => {
                    for step in path {
                        match step {
                            PathStep::Key(key) => each(key),
                            PathStep::Field(..) | PathStep::Variant(..) | PathStep::Element(_) => {}
                        }
                    }
                    each(value);
                }
                Effect::Include(include) => {
                    let include: &'e $($mut)? super::Include = include;
                    each(&$($mut)? include.input);
                    for (_, value) in &$($mut)? include.params {
                        each(value);
                    }
                    if let Some(name) = &$($mut)? include.name {
                        $text(name, each);
                    }
                }
                Effect::Deny | Effect::Require | Effect::Allow | Effect::Warn => {}
            }
        }
    };
}

effect_parts! {
    /// Calls `each` with what an effect evaluates.
    effect_parts, text_parts
}
effect_parts! {
    /// Calls `each` with what an effect evaluates, to be changed.
    effect_parts_mut, text_parts_mut, mut
}

/// Calls `each` with the values of `let`s, to be changed.
pub fn lets_mut(lets: &mut [Let], each: &mut dyn FnMut(&mut Expr)) {
    for let_ in lets {
        each(&mut let_.value);
    }
}
