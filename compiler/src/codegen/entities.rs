//! Entities: making them, their attributes, tests of their types, and membership.

use policy_bytecode::op::Op;
use policy_bytecode::program::EntityIndex;
use policy_bytecode::types::EntityType;
use policy_syntax::Location;

use super::asm::Label;
use super::build::{Builder, Src};
use super::context::Context;
use super::literal::Literal;
use crate::hir::{EntityId, EntityPart, Expr, FieldId, TyKind};
use crate::ty::show::short;

impl Context<'_> {
    /// The table of entity types: all of the package, since a store may hold any of them.
    pub(crate) fn entity_types(&mut self) -> Vec<EntityType> {
        let hir = self.hir;
        let mut all = Vec::with_capacity(hir.types.entities.len());
        for entity in &hir.types.entities {
            let alike = hir.types.entities.iter().filter(|e| short(&e.name) == short(&entity.name)).count();
            let shown = if alike == 1 { short(&entity.name) } else { &entity.name };
            let attributes = hir.types.find(&TyKind::Record(entity.attributes));
            let Some(attributes) = attributes else {
                self.broken("an entity whose attributes are no record");
                return all;
            };
            all.push(EntityType {
                name: self.pools.text(&entity.name),
                shown: self.pools.text(shown),
                parents: entity.parents.iter().map(|id| EntityIndex(id.0)).collect(),
                attributes: self.type_id(attributes),
            });
        }
        if all.len() > usize::from(u16::MAX) {
            self.broken("more than 65,535 entity types");
        }
        all
    }
}

impl<'h> Builder<'_, 'h> {
    fn kind(&mut self, entity: EntityId) -> u16 {
        self.narrow_index(entity.index(), "more than 65,535 entity types")
    }

    /// `User(id)`.
    pub(crate) fn entity(&mut self, entity: EntityId, id: &'h Expr, dst: u16, place: Location) {
        let id = self.operand(id);
        let kind = self.kind(entity);
        self.emit(Op::MakeEntity, dst, id.0, kind, place);
    }

    /// `e.id`, `e.type`.
    pub(crate) fn entity_text(&mut self, base: &'h Expr, part: EntityPart, dst: u16, place: Location) {
        let base = self.operand_quiet(base);
        let op = match part {
            EntityPart::Id => Op::EntityId,
            EntityPart::Type => Op::EntityType,
        };
        self.emit(op, dst, base.0, 0, place);
    }

    /// An attribute, whose rank may differ from type to type.
    pub(crate) fn attribute(
        &mut self,
        base: &'h Expr,
        fields: &'h [(EntityId, FieldId)],
        dst: u16,
        place: Location,
    ) {
        let entity = self.operand(base);
        let record = self.temp();
        self.emit(Op::Attributes, record, entity.0, 0, place);
        let Some(((_, first), rest)) = fields.split_first() else {
            self.cx.broken("an attribute of no entity");
            return;
        };
        let rank = |this: &mut Self, field: FieldId| {
            this.narrow_index(field.index(), "an entity of more than 65,535 attributes")
        };
        if rest.iter().all(|(_, field)| field == first) {
            let rank = rank(self, *first);
            self.emit(Op::Field, dst, record, rank, place);
            return;
        }
        let end = self.asm.label();
        for (entity_type, field) in fields {
            let next = self.asm.label();
            let kind = self.kind(*entity_type);
            self.emit_near(Op::JumpEntity, false, entity.0, kind, next);
            let rank = rank(self, *field);
            self.emit(Op::Field, dst, record, rank, place);
            self.jump(end);
            self.asm.mark(next);
        }
        self.load(dst, &Literal::Absent);
        self.asm.mark(end);
    }

    /// `in` between entities.
    pub(crate) fn in_entity(&mut self, elem: &'h Expr, container: &'h Expr, dst: u16, place: Location) {
        let (elem, container) = (self.operand(elem), self.operand(container));
        self.emit(Op::InEntity, dst, elem.0, container.0, place);
    }

    /// Goes on at `to` if a value, which may be absent, is an entity of a type, or is not.
    pub(crate) fn branch_entity(&mut self, value: &'h Expr, entity: EntityId, to: Label, sense: bool) {
        let different = self.asm.label();
        let known = self.known.len();
        let value = self.present_operand(value, if sense { different } else { to });
        let kind = self.kind(entity);
        self.emit_near(Op::JumpEntity, sense, value.0, kind, to);
        self.known.truncate(known);
        self.asm.mark(different);
    }

    /// Goes on at `next` unless a value is an entity of a type.
    pub(crate) fn fits_entity(&mut self, value: Src, entity: EntityId, next: Label) {
        let kind = self.kind(entity);
        self.emit_near(Op::JumpEntity, false, value.0, kind, next);
    }
}
