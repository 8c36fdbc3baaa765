//! What patterns, generators and types bind and use.

use policy_syntax::ast::{Generator, PatternId, PatternKind, RecordType, TypeArg, TypeId, TypeKind};

use super::{Kind, Walk};

impl Walk<'_> {
    /// Binds the names of a pattern; in a `match` a bare name is a variant.
    pub(super) fn bind(&mut self, pattern: PatternId, in_match: bool) {
        let ast = self.ast;
        let node = &ast.patterns[pattern];
        match &node.kind {
            PatternKind::Error | PatternKind::Ignore | PatternKind::Absent | PatternKind::Else => {}
            PatternKind::Name(_) if in_match => {}
            PatternKind::Name(name) => self.local(name, Kind::Bound, node.span),
            PatternKind::Tuple(parts) | PatternKind::Or(parts) => {
                parts.iter().for_each(|&part| self.bind(part, in_match));
            }
            PatternKind::Record(fields) => {
                for field in fields {
                    match field.pattern {
                        Some(inner) => self.bind(inner, false),
                        None => {
                            self.local(&field.name, Kind::Bound, field.span);
                            if let Some(binder) = self.binders.last_mut() {
                                binder.shorthand = true;
                            }
                        }
                    }
                }
            }
            PatternKind::Variant { path, payload } => {
                self.path(path);
                if let Some(payload) = payload {
                    self.bind(*payload, false);
                }
            }
            PatternKind::Literal(literal) => self.expr(*literal),
        }
    }

    /// Walks the sources and binds what they give, each for those after it.
    pub(super) fn generators(&mut self, generators: &[Generator]) {
        for generator in generators {
            self.expr(generator.source);
            self.bind(generator.pattern, false);
            generator.then.iter().for_each(|&later| self.bind(later, false));
        }
    }

    pub(super) fn ty(&mut self, ty: TypeId) {
        let ast = self.ast;
        match &ast.types[ty].kind {
            TypeKind::Error => {}
            TypeKind::Named { path, args } => {
                self.path(path);
                for arg in args {
                    if let TypeArg::Type(arg) = arg {
                        self.ty(*arg);
                    }
                }
            }
            TypeKind::Range { base, .. } => self.path(base),
            TypeKind::Tuple(parts) | TypeKind::Alternatives(parts) => {
                parts.iter().for_each(|&part| self.ty(part));
            }
            TypeKind::Optional(inner) | TypeKind::Secret(inner) => self.ty(*inner),
            TypeKind::Function { params, result } => {
                params.iter().for_each(|&param| self.ty(param));
                self.ty(*result);
            }
            TypeKind::Record(record) => self.record(record),
            TypeKind::Union(union) => {
                union.variants.iter().for_each(|variant| self.ty(variant.payload));
            }
        }
    }

    fn record(&mut self, record: &RecordType) {
        for field in &record.fields {
            self.ty(field.ty);
            if let Some(default) = field.default {
                self.expr(default);
            }
        }
        if let Some(rest) = &record.rest {
            self.ty(rest.ty);
        }
    }
}
