//! Types.

use super::lists::Style;
use super::printer::Printer;
use crate::ast::*;
use crate::lexer::TokenKind as T;

impl Printer<'_> {
    pub(super) fn ty(&mut self, id: TypeId) {
        let ast = self.ast;
        let ty = &ast.types[id];
        if ty.parens {
            self.parens(ty.span.lo, |p| p.type_kind(ty));
        } else {
            self.type_kind(ty);
        }
    }

    fn type_kind(&mut self, ty: &Type) {
        match &ty.kind {
            TypeKind::Error => self.tight(ty.span.hi),
            TypeKind::Named { path, args } => {
                self.tight(path.span.hi);
                if self.peek() == Some(T::Lt) && self.position() < ty.span.hi {
                    self.list(Style::ARGS, args, Self::type_arg);
                }
            }
            TypeKind::Range { base, .. } => {
                self.tight(base.span.hi);
                self.space();
                self.tight(ty.span.hi);
            }
            TypeKind::Tuple(parts) => self.list(Style::ARGS, parts, |p, part| p.ty(*part)),
            TypeKind::Optional(inner) => {
                self.ty(*inner);
                if self.half_coalesce {
                    self.half_coalesce = false;
                } else {
                    self.half_coalesce = self.peek() == Some(T::Coalesce);
                    self.tok();
                }
            }
            TypeKind::Alternatives(parts) => self.group(false, |p| {
                p.indented(|p| {
                    for (i, part) in parts.iter().enumerate() {
                        if i > 0 {
                            p.line();
                            p.expect(T::Pipe);
                            p.space();
                        }
                        p.ty(*part);
                    }
                });
            }),
            TypeKind::Function { params, result } => {
                match params.as_slice() {
                    [one] => self.ty(*one),
                    many => self.list(Style::ARGS, many, |p, param| p.ty(*param)),
                }
                self.space();
                self.expect(T::Arrow);
                self.space();
                self.ty(*result);
            }
            TypeKind::Secret(inner) => {
                self.expect(T::Secret);
                self.space();
                self.ty(*inner);
            }
            TypeKind::Record(record) => self.record_type(record),
            TypeKind::Union(union) => self.union_type(union),
        }
    }

    fn type_arg(&mut self, arg: &TypeArg) {
        match arg {
            TypeArg::Type(id) => self.ty(*id),
            TypeArg::Max { .. } | TypeArg::OrOne(_) => {
                self.tok();
                self.space();
                self.tok();
            }
        }
    }

    /// A record's fields; `..rest` stands wherever the author put it.
    fn record_type(&mut self, record: &RecordType) {
        if record.openness != Openness::Default {
            self.tok();
            self.space();
        }
        let mut members: Vec<Member<'_>> = record.fields.iter().map(Member::Field).collect();
        if let Some(rest) = &record.rest {
            let at = members.iter().take_while(|m| m.begin() < rest.span.lo).count();
            members.insert(at, Member::Rest(rest));
        }
        self.list(Style::BRACES, &members, |p, member| match member {
            Member::Field(field) => {
                p.tok();
                while matches!(p.peek(), Some(T::Question | T::QuestionColon | T::Colon)) {
                    p.tok();
                }
                p.space();
                p.ty(field.ty);
                if let Some(default) = field.default {
                    p.space();
                    p.expect(T::Assign);
                    p.value(default);
                }
            }
            Member::Rest(rest) => {
                p.tight(rest.name.span.hi);
                p.expect(T::Colon);
                p.space();
                p.ty(rest.ty);
            }
        });
    }

    fn union_type(&mut self, union: &UnionType) {
        if union.open {
            self.tok();
            self.space();
        }
        self.expect(T::Union);
        self.space();
        self.expect(T::By);
        self.space();
        self.tok();
        self.space();
        self.list(Style::BRACES, &union.variants, |p, variant| {
            p.tok();
            p.spellings();
            p.expect(T::Colon);
            p.space();
            p.ty(variant.payload);
        });
    }

    /// `= "a" | "b"`, where it stands.
    pub(super) fn spellings(&mut self) {
        if self.peek() != Some(T::Assign) {
            return;
        }
        self.space();
        self.tok();
        self.space();
        self.tok();
        while self.peek() == Some(T::Pipe) {
            self.space();
            self.tok();
            self.space();
            self.tok();
        }
    }
}

/// What stands in the braces of a record type.
enum Member<'a> {
    Field(&'a FieldDecl),
    Rest(&'a RestDecl),
}

impl Member<'_> {
    fn begin(&self) -> u32 {
        match self {
            Self::Field(field) => field.span.lo,
            Self::Rest(rest) => rest.span.lo,
        }
    }
}
