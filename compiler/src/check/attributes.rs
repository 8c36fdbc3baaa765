//! What is asked of entities: attributes, `in`, `is T`, and patterns of `match`.

use std::collections::BTreeSet;
use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::Typed;
use super::facts::{Branches, Fact, Known};
use crate::diagnostics::entities::Entities;
use crate::diagnostics::names::Nearest;
use crate::hir::{EntityId, EntityPart, Expr, ExprKind, FieldId, InKind, IsTest, MatchPattern, Ty, TyKind};
use crate::names::nearest::nearest;
use crate::names::{DefKind, Import};
use crate::ty::show;

impl Checker<'_> {
    /// `e.name` on an entity: an attribute, or its id or type.
    pub(crate) fn attribute(
        &mut self,
        env: &Env,
        base: Typed,
        entities: &[EntityId],
        name: &ast::Name,
        at: Location,
    ) -> Typed {
        let name_at = self.at(env.module, name.span);
        let mut found: Vec<(EntityId, FieldId, Ty, Location)> = Vec::new();
        let mut lacking: Vec<EntityId> = Vec::new();
        for &entity in entities {
            let record = self.hir.types.entity(entity).map(|e| e.attributes);
            let field = record.and_then(|r| Some((r, self.field_of(r, &name.text)?)));
            let def = field.and_then(|(r, f)| self.hir.types.record(r)?.fields.get(f.index()));
            match (field, def) {
                (Some((_, field)), Some(def)) => found.push((entity, field, def.ty, def.location)),
                _ => lacking.push(entity),
            }
        }
        let Some(&(_, _, ty, declared)) = found.first() else {
            return self.part_of_entity(base, entities, name, name_at, at);
        };
        for (_, _, _, declared) in &found {
            self.uses(name_at, *declared);
        }
        if !lacking.is_empty() {
            let finding = Entities::Attribute {
                name: name.text.to_string(),
                of: self.entity_names(entities),
                lacking: self.entity_names(&lacking),
                declared,
            };
            self.report(name_at, finding);
            return Typed::plain(self.error(at));
        }
        if let Some((_, _, other, other_at)) = found.iter().find(|(_, _, other, _)| *other != ty) {
            if !self.is_error(ty) && !self.is_error(*other) {
                let finding = Entities::AttributeTypes {
                    name: name.text.to_string(),
                    types: (self.show(ty), self.show(*other)),
                    declared: (declared, *other_at),
                };
                self.report(name_at, finding);
            }
            return Typed::plain(self.error(at));
        }
        self.no_store_in_constants(env, at);
        let path = Self::field_path(base.path.as_ref(), &name.text);
        let fields = found.iter().map(|(entity, field, ..)| (*entity, *field)).collect();
        let kind = ExprKind::Attribute { base: Box::new(base.expr), fields };
        let typed = Typed { path, via: base.via, ..Typed::plain(self.node(kind, ty, at)) };
        self.narrow(env, typed)
    }

    /// `e.id`, `e.type`, where no attribute has that name.
    fn part_of_entity(
        &mut self,
        base: Typed,
        entities: &[EntityId],
        name: &ast::Name,
        name_at: Location,
        at: Location,
    ) -> Typed {
        let part = match &*name.text {
            "id" => EntityPart::Id,
            "type" => EntityPart::Type,
            "" => return Typed::plain(self.error(at)),
            _ => {
                let mut attributes: Vec<String> = Vec::new();
                for entity in entities {
                    let record =
                        self.hir.types.entity(*entity).and_then(|e| self.hir.types.record(e.attributes));
                    for field in
                        record.iter().flat_map(|r| r.declared.iter().filter_map(|f| r.fields.get(f.index())))
                    {
                        if !attributes.contains(&field.name) {
                            attributes.push(field.name.clone());
                        }
                    }
                }
                let near = nearest(&name.text, attributes.iter().map(String::as_str));
                let nearest = near.map(|n| Nearest { name: n.to_owned(), declared: None });
                let declared = match entities {
                    [one] => self.hir.types.entity(*one).map(|e| e.location),
                    _ => None,
                };
                let finding = Entities::UnknownAttribute {
                    name: name.text.to_string(),
                    of: self.entity_names(entities),
                    attributes,
                    nearest,
                    declared,
                };
                self.report(name_at, finding);
                return Typed::plain(self.error(at));
            }
        };
        let string = self.ty(TyKind::String);
        let path = Self::field_path(base.path.as_ref(), &name.text);
        let kind = ExprKind::EntityText { base: Box::new(base.expr), part };
        Typed { path, via: base.via, ..Typed::plain(self.node(kind, string, at)) }
    }

    fn entity_names(&self, entities: &[EntityId]) -> Vec<String> {
        entities
            .iter()
            .map(|id| self.hir.types.entity(*id).map_or("?", |e| show::short(&e.name)).to_owned())
            .collect()
    }

    /// What kind of membership `in` asks for where an entity stands on the left; none where that is for others to say.
    pub(crate) fn entity_membership(&mut self, elem: Ty, container: Ty, at: Location) -> Option<InKind> {
        let TyKind::Entity(below) = self.kind(elem).clone() else { return None };
        let (kind, above) = match self.kind(container) {
            TyKind::Entity(above) => (InKind::Entity, above.clone()),
            TyKind::List { elem, .. } | TyKind::Set { elem, .. } => match self.kind(*elem) {
                TyKind::Entity(above) => (InKind::EntityIn, above.clone()),
                _ => return None,
            },
            _ => return None,
        };
        let reached = self.reached(&below);
        if !above.iter().any(|id| reached.contains(id)) {
            let others: Vec<EntityId> = reached.iter().copied().filter(|id| !below.contains(id)).collect();
            let finding = Entities::NeverIn {
                below: self.entity_names(&below),
                above: self.entity_names(&above),
                reached: self.entity_names(&others),
                declared: below.first().and_then(|id| self.hir.types.entity(*id)).map(|e| e.location),
            };
            self.report(at, finding);
        }
        Some(kind)
    }

    /// The types that entities of these can be in, their own included, by what is declared.
    fn reached(&self, from: &[EntityId]) -> BTreeSet<EntityId> {
        let mut all: BTreeSet<EntityId> = from.iter().copied().collect();
        let mut open: Vec<EntityId> = from.to_vec();
        while let Some(id) = open.pop() {
            for &parent in self.hir.types.entity(id).map_or(&[][..], |e| &e.parents) {
                if all.insert(parent) {
                    open.push(parent);
                }
            }
        }
        all
    }

    /// `x is User`; none where `x` is no entity.
    pub(crate) fn is_entity(&mut self, typed: &Typed, to: Ty, at: Location) -> Option<Typed> {
        let optional = self.is_option(typed.ty());
        let TyKind::Entity(ids) = self.kind(self.present(typed.ty())).clone() else { return None };
        let bool_ = self.ty(TyKind::Bool);
        let wanted = match self.kind(to).clone() {
            TyKind::Entity(wanted) => wanted,
            _ => {
                let finding = Entities::Test {
                    found: self.entity_names(&ids),
                    wanted: vec![self.show(to)],
                    always: false,
                };
                self.report(at, finding);
                return Some(self.failed(bool_, at));
            }
        };
        let common: Vec<EntityId> = ids.iter().copied().filter(|id| wanted.contains(id)).collect();
        let rest: Vec<EntityId> = ids.iter().copied().filter(|id| !wanted.contains(id)).collect();
        if common.is_empty() || (rest.is_empty() && !optional) {
            let finding = Entities::Test {
                found: self.entity_names(&ids),
                wanted: self.entity_names(&wanted),
                always: rest.is_empty(),
            };
            self.report(at, finding);
            return Some(self.failed(bool_, at));
        }
        let mut facts = Branches::default();
        facts.yes.extend(typed.paths().map(|p| Known { path: p.clone(), fact: Fact::Present }));
        if let Some(path) = &typed.path {
            facts.yes.push(Known { path: path.clone(), fact: Fact::Entities(common.clone()) });
            if !rest.is_empty() {
                facts.no.push(Known { path: path.clone(), fact: Fact::Entities(rest) });
            }
        }
        let tests: Vec<Expr> = common
            .iter()
            .map(|id| {
                let kind = ExprKind::Is { value: Box::new(typed.expr.clone()), test: IsTest::Entity(*id) };
                self.node(kind, bool_, at)
            })
            .collect();
        let node = self.one_of(tests, bool_, at);
        Some(Typed::plain(node).with_facts(facts))
    }

    /// Any of some tests.
    fn one_of(&mut self, mut tests: Vec<Expr>, bool_: Ty, at: Location) -> Expr {
        if tests.len() == 1
            && let Some(test) = tests.pop()
        {
            return test;
        }
        self.node(ExprKind::Logic { op: crate::hir::Logic::Or, operands: tests }, bool_, at)
    }

    /// The pattern `User` of an arm, looking at an entity.
    pub(crate) fn entity_pattern(
        &mut self,
        env: &Env,
        ids: &[EntityId],
        path: &ast::Path,
        at: Location,
    ) -> Option<(MatchPattern, EntityId)> {
        let known = match path.segments.as_slice() {
            [name] => self.entity_named(env, &name.text),
            _ => self.type_named(env.module, path).and_then(|def| self.entities.get(&def).copied()),
        };
        match known.filter(|id| ids.contains(id)) {
            Some(id) => {
                if let Some(entity) = self.hir.types.entity(id) {
                    let declared = entity.location;
                    self.uses(at, declared);
                }
                Some((MatchPattern::Entity(id), id))
            }
            None => {
                let finding = Entities::Pattern { pattern: path.to_string(), of: self.entity_names(ids) };
                self.report(at, finding);
                None
            }
        }
    }

    fn entity_named(&self, env: &Env, name: &Arc<str>) -> Option<EntityId> {
        match self.defs.lookup(env.module, name)? {
            Import::Defs(defs) => {
                let def = defs.iter().find(|&&d| self.defs.get(d).kind == DefKind::Entity)?;
                self.entities.get(def).copied()
            }
            Import::Module(_) | Import::Broken => None,
        }
    }

    /// What is known of an entity's type, applied to a value of `ty`.
    pub(crate) fn narrowed_entity(&mut self, expr: Expr, known: &[EntityId]) -> Expr {
        let inner = self.present(expr.ty);
        let TyKind::Entity(ids) = self.kind(inner).clone() else { return expr };
        let left: Vec<EntityId> = ids.iter().copied().filter(|id| known.contains(id)).collect();
        if left.is_empty() || left.len() == ids.len() {
            return expr;
        }
        let ty = self.ty(TyKind::Entity(left));
        let ty = if self.is_option(expr.ty) { self.optional(ty) } else { ty };
        self.narrowed(expr, ty)
    }
}
