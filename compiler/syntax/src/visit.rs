//! Walks of the tree: the children of one node, and everything below an item or a statement.
//!
//! [`Child`] names a node of an arena. The functions here give direct children in source order; [`walk`] goes all the way down.
//! The tree's height is limited, so recursion over it is safe.

mod roots;

use crate::ast::*;

pub use roots::{item_roots, stmt_roots, test_stmt_roots};

/// A node in one of the arenas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Child {
    /// An expression.
    Expr(ExprId),
    /// A type.
    Type(TypeId),
    /// A pattern.
    Pattern(PatternId),
}

/// Calls `enter` for a node and everything below it, parents first, in source order. Where `enter` gives false, what is below
/// that node is left out.
pub fn walk(ast: &Ast, child: Child, enter: &mut dyn FnMut(Child) -> bool) {
    if !enter(child) {
        return;
    }
    let mut below = |next| walk(ast, next, enter);
    match child {
        Child::Expr(id) => expr_children(&ast.exprs[id].kind, &mut below),
        Child::Type(id) => type_children(&ast.types[id].kind, &mut below),
        Child::Pattern(id) => pattern_children(&ast.patterns[id].kind, &mut below),
    }
}

/// Calls `enter` for everything in a file; see [`walk`].
pub fn walk_file(ast: &Ast, enter: &mut dyn FnMut(Child) -> bool) {
    for item in &ast.items {
        item_roots(item, &mut |root| walk(ast, root, enter));
    }
}

/// The direct children of an expression.
pub fn expr_children(kind: &ExprKind, f: &mut dyn FnMut(Child)) {
    match kind {
        ExprKind::Error
        | ExprKind::Name(_)
        | ExprKind::Absent
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Decimal(_)
        | ExprKind::Checked(_)
        | ExprKind::Entity { .. }
        | ExprKind::EmptyBraces => {}
        ExprKind::String(literal) => {
            for part in &literal.parts {
                if let StringPart::Expr(id) = part {
                    f(Child::Expr(*id));
                }
            }
        }
        ExprKind::Tuple(list)
        | ExprKind::List(list)
        | ExprKind::Set(list)
        | ExprKind::Coalesce(list)
        | ExprKind::Implies(list)
        | ExprKind::Logic { operands: list, .. } => list.iter().for_each(|id| f(Child::Expr(*id))),
        ExprKind::Map(entries) => entries.iter().for_each(|entry| map_entry(entry, f)),
        ExprKind::Record(fields) => fields.iter().for_each(|field| f(Child::Expr(field.value))),
        ExprKind::Comprehension(c) => {
            match &c.yields {
                Yield::List(e) | Yield::Set(e) | Yield::Stream(e) => f(Child::Expr(*e)),
                Yield::Map(entry) => map_entry(entry, f),
            }
            generators(&c.generators, f);
            c.condition.iter().for_each(|id| f(Child::Expr(*id)));
        }
        ExprKind::Postfix { base, steps } => {
            f(Child::Expr(*base));
            steps.iter().for_each(|step| step_children(step, f));
        }
        ExprKind::Cast { value, ty, .. } => {
            f(Child::Expr(*value));
            f(Child::Type(*ty));
        }
        ExprKind::Neg(id) | ExprKind::Not(id) => f(Child::Expr(*id)),
        ExprKind::Arithmetic { first, rest } => {
            f(Child::Expr(*first));
            rest.iter().for_each(|step| f(Child::Expr(step.operand)));
        }
        ExprKind::Compare { left, right, .. } => {
            f(Child::Expr(*left));
            f(Child::Expr(*right));
        }
        ExprKind::Is { value, test, .. } => {
            f(Child::Expr(*value));
            if let IsTest::Value(id) = test {
                f(Child::Expr(*id));
            }
        }
        ExprKind::Quantifier(q) => {
            generators(&q.generators, f);
            f(Child::Expr(q.body));
            if let Some(without) = &q.without {
                f(Child::Pattern(without.pattern));
                f(Child::Expr(without.body));
            }
        }
        ExprKind::If { branches, otherwise } => {
            for (condition, then) in branches {
                f(Child::Expr(*condition));
                f(Child::Expr(*then));
            }
            f(Child::Expr(*otherwise));
        }
        ExprKind::Match { value, arms } => {
            f(Child::Expr(*value));
            for arm in arms {
                f(Child::Pattern(arm.pattern));
                f(Child::Expr(arm.body));
            }
        }
        ExprKind::Fold { generators: from, init, body, .. } => {
            generators(from, f);
            f(Child::Expr(*init));
            f(Child::Expr(*body));
        }
        ExprKind::Score(entries) => {
            for entry in entries {
                f(Child::Expr(entry.weight));
                f(Child::Expr(entry.condition));
            }
        }
        ExprKind::Lambda { params, body } => {
            params.iter().for_each(|id| f(Child::Pattern(*id)));
            f(Child::Expr(*body));
        }
    }
}

fn map_entry(entry: &MapEntry, f: &mut dyn FnMut(Child)) {
    f(Child::Expr(entry.key));
    f(Child::Expr(entry.value));
}

fn step_children(step: &Step, f: &mut dyn FnMut(Child)) {
    match &step.kind {
        StepKind::Field { .. } => {}
        StepKind::Method { args, .. } | StepKind::Call { args } => {
            args.iter().for_each(|arg| f(Child::Expr(arg.value)));
        }
        StepKind::Index { index, .. } => f(Child::Expr(*index)),
        StepKind::With(updates) => updates.iter().for_each(|update| f(Child::Expr(update.value))),
    }
}

/// The children of generators: patterns and sources.
pub fn generators(list: &[Generator], f: &mut dyn FnMut(Child)) {
    for generator in list {
        f(Child::Pattern(generator.pattern));
        generator.then.iter().for_each(|id| f(Child::Pattern(*id)));
        f(Child::Expr(generator.source));
    }
}

/// The direct children of a type.
pub fn type_children(kind: &TypeKind, f: &mut dyn FnMut(Child)) {
    match kind {
        TypeKind::Error | TypeKind::Range { .. } => {}
        TypeKind::Named { args, .. } => {
            for arg in args {
                match arg {
                    TypeArg::Type(id) => f(Child::Type(*id)),
                    TypeArg::Max { .. } | TypeArg::OrOne(_) => {}
                }
            }
        }
        TypeKind::Tuple(list) | TypeKind::Alternatives(list) => {
            list.iter().for_each(|id| f(Child::Type(*id)))
        }
        TypeKind::Optional(id) | TypeKind::Secret(id) => f(Child::Type(*id)),
        TypeKind::Function { params, result } => {
            params.iter().for_each(|id| f(Child::Type(*id)));
            f(Child::Type(*result));
        }
        TypeKind::Record(record) => {
            for field in &record.fields {
                f(Child::Type(field.ty));
                field.default.iter().for_each(|id| f(Child::Expr(*id)));
            }
            record.rest.iter().for_each(|rest| f(Child::Type(rest.ty)));
        }
        TypeKind::Union(union) => union.variants.iter().for_each(|v| f(Child::Type(v.payload))),
    }
}

/// The direct children of a pattern.
pub fn pattern_children(kind: &PatternKind, f: &mut dyn FnMut(Child)) {
    match kind {
        PatternKind::Error
        | PatternKind::Name(_)
        | PatternKind::Ignore
        | PatternKind::Absent
        | PatternKind::Else => {}
        PatternKind::Tuple(list) | PatternKind::Or(list) => list.iter().for_each(|id| f(Child::Pattern(*id))),
        PatternKind::Record(fields) => {
            fields.iter().filter_map(|p| p.pattern).for_each(|id| f(Child::Pattern(id)))
        }
        PatternKind::Variant { payload, .. } => payload.iter().for_each(|id| f(Child::Pattern(*id))),
        PatternKind::Literal(id) => f(Child::Expr(*id)),
    }
}
