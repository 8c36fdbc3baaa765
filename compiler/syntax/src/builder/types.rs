//! Types.

use super::Builder;
use crate::ast::*;
use crate::problem::Problem;
use crate::span::Span;

/// What stands in the braces of a record type.
pub(crate) enum RecordMember {
    Field(FieldDecl),
    Rest(RestDecl),
}

impl Builder<'_> {
    /// `(T)`, `(A, B)`.
    pub(crate) fn type_parens(&mut self, lo: u32, hi: u32, types: Vec<TypeId>) -> TypeId {
        match types.as_slice() {
            [] => {
                self.problems.push(Problem::EmptyTupleType(Span::new(lo, hi)));
                self.ty(lo, hi, TypeKind::Error)
            }
            [one] => {
                if let Some(ty) = self.ast.types.get_mut(*one) {
                    ty.parens = true;
                }
                *one
            }
            _ => self.ty(lo, hi, TypeKind::Tuple(types)),
        }
    }

    /// `T -> U`, where a tuple on the left is the list of the parameters.
    pub(crate) fn function_type(&mut self, lo: u32, hi: u32, left: TypeId, result: TypeId) -> TypeId {
        let ty = &self.ast.types[left];
        let params = if let TypeKind::Tuple(params) = &ty.kind { params.clone() } else { vec![left] };
        self.ty(lo, hi, TypeKind::Function { params, result })
    }

    /// `A | B`, or the only one.
    pub(crate) fn alternatives(&mut self, lo: u32, hi: u32, types: Vec<TypeId>) -> TypeId {
        match types.as_slice() {
            [one] => *one,
            _ => self.ty(lo, hi, TypeKind::Alternatives(types)),
        }
    }

    #[allow(clippy::vec_box, reason = "what the parser moves is kept small")]
    pub(crate) fn union_type(
        &mut self,
        lo: u32,
        hi: u32,
        open: bool,
        tag: Name,
        variants: Vec<Box<UnionVariant>>,
    ) -> TypeId {
        let variants = super::unboxed(variants);
        self.ty(lo, hi, TypeKind::Union(UnionType { open, tag, variants }))
    }

    #[allow(clippy::vec_box, reason = "what the parser moves is kept small")]
    pub(crate) fn record_type(
        &mut self,
        lo: u32,
        hi: u32,
        openness: Openness,
        members: Vec<Box<RecordMember>>,
    ) -> TypeId {
        let mut fields = Vec::new();
        let mut rest: Option<RestDecl> = None;
        for member in members {
            match (*member, &rest) {
                (RecordMember::Field(field), _) => fields.push(field),
                (RecordMember::Rest(new), None) => rest = Some(new),
                (RecordMember::Rest(new), Some(first)) => {
                    let problem =
                        Problem::Repeated { what: "..name".to_owned(), first: first.span, again: new.span };
                    self.problems.push(problem);
                }
            }
        }
        self.ty(lo, hi, TypeKind::Record(RecordType { openness, fields, rest }))
    }
}
