//! Types.

use super::Dumper;
use crate::ast::*;

impl Dumper<'_> {
    pub(super) fn ty(&mut self, id: TypeId) {
        let ast = self.ast;
        let ty = &ast.types[id];
        if ty.parens {
            self.node("parens", |d| d.type_kind(&ty.kind));
        } else {
            self.type_kind(&ty.kind);
        }
    }

    fn types(&mut self, list: &[TypeId]) {
        list.iter().for_each(|id| self.ty(*id));
    }

    fn type_kind(&mut self, kind: &TypeKind) {
        match kind {
            TypeKind::Error => self.word("(error)"),
            TypeKind::Named { path, args } if args.is_empty() => self.path(path),
            TypeKind::Named { path, args } => self.node("of", |d| {
                d.path(path);
                for arg in args {
                    match arg {
                        TypeArg::Type(id) => d.ty(*id),
                        TypeArg::Max { digits, .. } => d.node("max", |d| d.word(digits)),
                        TypeArg::OrOne(_) => d.word("(or one)"),
                    }
                }
            }),
            TypeKind::Range { base, lo, hi } => self.node("range", |d| {
                d.path(base);
                d.word(&lo.text);
                d.word(&hi.text);
            }),
            TypeKind::Tuple(list) => self.node("tuple", |d| d.types(list)),
            TypeKind::Optional(id) => self.node("?", |d| d.ty(*id)),
            TypeKind::Alternatives(list) => self.node("|", |d| d.types(list)),
            TypeKind::Function { params, result } => self.node("->", |d| {
                d.types(params);
                d.ty(*result);
            }),
            TypeKind::Secret(id) => self.node("secret", |d| d.ty(*id)),
            TypeKind::Record(record) => self.node("record", |d| d.record_type(record)),
            TypeKind::Union(union) => self.node(if union.open { "open-union" } else { "union" }, |d| {
                d.name(&union.tag);
                for variant in &union.variants {
                    d.node("variant", |d| {
                        d.docs(&variant.docs);
                        d.name(&variant.name);
                        variant.spellings.iter().for_each(|s| d.quoted(&s.value));
                        d.ty(variant.payload);
                    });
                }
            }),
        }
    }

    fn record_type(&mut self, record: &RecordType) {
        self.flag(record.openness == Openness::Open, "open");
        self.flag(record.openness == Openness::Closed, "closed");
        for field in &record.fields {
            self.node(if field.optional { "field?" } else { "field" }, |d| {
                d.docs(&field.docs);
                d.name(&field.name);
                d.ty(field.ty);
                d.optional_expr("=", field.default);
            });
        }
        if let Some(rest) = &record.rest {
            self.node("rest", |d| {
                d.docs(&rest.docs);
                d.name(&rest.name);
                d.ty(rest.ty);
            });
        }
    }
}
