//! Names that patterns bind.

use policy_syntax::ast::{Ast, Name, PatternId, PatternKind};

/// Calls `each` with every name that a pattern binds.
pub(super) fn bound<'a>(ast: &'a Ast, id: PatternId, each: &mut dyn FnMut(&'a Name)) {
    let Some(pattern) = ast.patterns.get(id) else { return };
    match &pattern.kind {
        PatternKind::Name(name) => each(name),
        PatternKind::Tuple(parts) | PatternKind::Or(parts) => parts.iter().for_each(|p| bound(ast, *p, each)),
        PatternKind::Record(fields) => {
            for field in fields {
                match field.pattern {
                    Some(inner) => bound(ast, inner, each),
                    None => each(&field.name),
                }
            }
        }
        PatternKind::Variant { payload, .. } => payload.iter().for_each(|p| bound(ast, *p, each)),
        PatternKind::Error
        | PatternKind::Ignore
        | PatternKind::Literal(_)
        | PatternKind::Absent
        | PatternKind::Else => {}
    }
}
