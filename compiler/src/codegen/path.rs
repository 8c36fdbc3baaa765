//! Paths into the input as JSON Pointers that are made at run time: those of transforms, and those of what an included policy
//! decides on.

use policy_bytecode::op::Op;
use policy_bytecode::program::{Format, FormatPart};
use policy_bytecode::types::Type;
use policy_syntax::Location;

use super::build::{Builder, Src};
use super::literal::Literal;
use super::pointers::below;
use crate::hir::places::{Piece, field_piece};
use crate::hir::{Expr, ExprId, PathStep, Rule, TyKind};

/// Where the generator of a loop stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stands {
    /// One past the position in a list.
    Behind(u16),
    /// The key of a map's entry.
    Key(u16),
}

impl<'h> Builder<'_, 'h> {
    /// The path of a transform.
    pub(super) fn transform_path(&mut self, rule: &'h Rule, path: &'h [PathStep]) -> Vec<Piece<'h>> {
        let mut pieces = Vec::with_capacity(path.len());
        for step in path {
            match step {
                PathStep::Field(record, field) => pieces.extend(field_piece(self.cx.hir, *record, *field)),
                PathStep::Variant(..) => {}
                PathStep::Key(key) => pieces.push(Piece::Key(key)),
                PathStep::Element(position) => match rule.generators.get(*position as usize) {
                    Some(generator) => pieces.push(Piece::Element(&generator.source)),
                    None => self.cx.broken("a path through a generator that is not there"),
                },
            }
        }
        pieces
    }

    /// Makes a JSON Pointer of a path, below that of the policy's input.
    pub(super) fn pointer_value(&mut self, path: &[Piece<'h>], dst: u16, place: Location) {
        let mark = self.mark();
        self.emit(Op::Begin, 0, 0, 0, place);
        let mut parts = Vec::new();
        let mut names = String::new();
        for piece in path {
            let (value, ty) = match piece {
                Piece::Name(name) => {
                    names = below(&names, name);
                    continue;
                }
                Piece::Key(key) => (self.operand(key), self.cx.type_id(key.ty)),
                Piece::Element(source) => self.element(source, place),
            };
            if !names.is_empty() {
                parts.push(FormatPart::Literal(self.cx.pools.text(&names)));
                names.clear();
            }
            self.emit(Op::Push, value.0, 0, 0, place);
            parts.push(FormatPart::Value(ty));
        }
        if !names.is_empty() {
            parts.push(FormatPart::Literal(self.cx.pools.text(&names)));
        }
        let format = self.cx.pools.format(Format { parts });
        self.emit_wide(Op::Pointer, dst, format.0, place);
        self.release(mark);
    }

    /// Where the generator over a source stands.
    fn element(&mut self, source: &'h Expr, place: Location) -> (Src, policy_bytecode::program::TypeId) {
        let hir = self.cx.hir;
        let stands = self.stands.iter().rev().find(|(id, _)| *id == source.id).map(|(_, stands)| *stands);
        match (stands, hir.types.kind(self.cx.present(source.ty))) {
            (Some(Stands::Key(key)), TyKind::Map { key: ty, .. }) => (Src(key), self.cx.type_id(*ty)),
            (Some(Stands::Behind(behind)), _) => {
                let position = self.temp();
                let one = self.constant(&Literal::Int(1));
                self.emit(Op::SubInt, position, behind, one.0, place);
                let ty = self.cx.plain_type(Type::Int { lo: i64::MIN, hi: i64::MAX });
                (Src(position), ty)
            }
            _ => {
                self.cx.broken("a path through a generator that is not there");
                (Src(0), policy_bytecode::program::TypeId(0))
            }
        }
    }

    /// Remembers where a generator stands, until [`Builder::forget_stands`].
    pub(crate) fn stand(&mut self, source: ExprId, stands: Stands) {
        self.stands.push((source, stands));
    }

    pub(crate) fn forget_stands(&mut self, before: usize) {
        self.stands.truncate(before);
    }
}
