//! Entities: their declarations, and making them.

use std::collections::BTreeSet;
use std::rc::Rc;

use policy_syntax::{Location, ast};

use super::env::Env;
use super::expr::{Typed, Want};
use super::{Checker, docs};
use crate::diagnostics::names::Names;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Const, EntityDef, EntityId, ExprKind, FieldId, RecordDef, RecordId, Ty, TyKind};
use crate::names::{DefId, DefKind, ModuleId};

impl Checker<'_> {
    /// Gives every entity type its id, in the order of their full names: that is the order of entities of different
    /// types, so that it does not depend on which file declares them.
    pub(crate) fn declare_entities(&mut self) {
        let mut found: Vec<(String, DefId, ModuleId, &ast::Item)> = Vec::new();
        for (module, at, item) in self.all_items() {
            let ast::ItemKind::Entity(decl) = &item.kind else { continue };
            self.no_annotations(module, &item.annotations, "an entity", &["allow"]);
            if let Some(def) = self.def_of(module, at, &decl.name.text) {
                found.push((self.qualified(def), def, module, item));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, def, module, item) in found {
            let id = EntityId(u32::try_from(self.hir.types.entities.len()).unwrap_or(u32::MAX));
            let location = self.defs.get(def).location;
            let attributes = RecordId(u32::try_from(self.hir.types.records.len()).unwrap_or(u32::MAX));
            self.hir.types.records.push(RecordDef {
                name: Some(name.clone()),
                fields: Vec::new(),
                declared: Vec::new(),
                open: None,
                rest: None,
                location,
                doc: String::new(),
            });
            self.hir.types.entities.push(EntityDef {
                name,
                parents: Vec::new(),
                attributes,
                location,
                doc: docs(&item.docs),
            });
            // Everyone who reads a store needs its type.
            self.ty(TyKind::Record(attributes));
            self.homes.insert(TyKind::Entity(vec![id]), module);
            self.entities.insert(def, id);
        }
    }

    /// What entities can be in, and their attributes.
    pub(crate) fn entity_bodies(&mut self) {
        let mut all: Vec<(DefId, EntityId)> = self.entities.iter().map(|(def, id)| (*def, *id)).collect();
        all.sort_unstable_by_key(|(_, id)| *id);
        for (def, id) in all {
            let module = self.defs.get(def).module;
            let Some(ast::ItemKind::Entity(decl)) = self.item_of(def).map(|i| &i.kind) else { continue };
            let parents: BTreeSet<EntityId> =
                decl.parents.iter().flat_map(|path| self.entity_types(module, path)).collect();
            let Some(record) = self.hir.types.entity(id).map(|e| e.attributes) else { continue };
            if let Some(entity) = self.hir.types.entities.get_mut(id.index()) {
                entity.parents = parents.into_iter().collect();
            }
            let tree = self.ast(module);
            let Some(ast::TypeKind::Record(written)) = decl.attributes.map(|a| &tree.types[a].kind) else {
                continue;
            };
            let (mut fields, defaults, open, rest) = self.record_parts(module, written, &Rc::default());
            let names: Vec<String> = fields.iter().map(|f| f.name.clone()).collect();
            fields.sort_by(|a, b| a.name.cmp(&b.name));
            let rank = |name: &String| {
                let at = fields.iter().position(|f| f.name == *name)?;
                u32::try_from(at).ok().map(FieldId)
            };
            let declared: Vec<FieldId> = names.iter().filter_map(rank).collect();
            let rest = rest.as_ref().and_then(rank);
            if let Some(def) = self.hir.types.records.get_mut(record.index()) {
                def.fields = fields;
                def.declared = declared;
                def.open = open;
                def.rest = rest;
            }
            self.queue_defaults(module, record, written, &defaults);
        }
    }

    /// The type of a declared entity.
    pub(crate) fn entity_type(&mut self, def: DefId) -> Ty {
        match self.entities.get(&def) {
            Some(&id) => self.ty(TyKind::Entity(vec![id])),
            None => self.ty(TyKind::Error),
        }
    }

    /// `User | Service`: the type of an entity of any of these; none where one of them is no entity.
    pub(crate) fn entity_alternatives(&mut self, parts: &[Ty]) -> Option<Ty> {
        let mut all = BTreeSet::new();
        for &part in parts {
            match self.kind(part) {
                TyKind::Entity(ids) => all.extend(ids.iter().copied()),
                TyKind::Error => {}
                _ => return None,
            }
        }
        if all.is_empty() {
            return None;
        }
        Some(self.ty(TyKind::Entity(all.into_iter().collect())))
    }

    /// The entity types that a path names, reported where it names something else.
    fn entity_types(&mut self, module: ModuleId, path: &ast::Path) -> Vec<EntityId> {
        let Some(def) = self.type_named(module, path) else { return Vec::new() };
        let at = self.at(module, path.span);
        let generic = matches!(self.item_of(def).map(|i| &i.kind), Some(ast::ItemKind::Type(d)) if !d.params.is_empty());
        let ty = if generic { self.ty(TyKind::String) } else { self.named_type(def, Vec::new(), at) };
        match self.kind(ty).clone() {
            TyKind::Entity(ids) => ids,
            TyKind::Error => Vec::new(),
            _ => {
                self.no_entity_type(def, path, at);
                Vec::new()
            }
        }
    }

    fn no_entity_type(&mut self, def: DefId, path: &ast::Path, at: Location) {
        let info = self.defs.get(def);
        if info.kind != DefKind::Damaged {
            let finding = Names::WrongKind {
                name: path.to_string(),
                is: info.kind.words(),
                wanted: "an entity type",
                declared: Some(info.location).filter(|l| l.file.0 < crate::world::FIRST_STD_FILE),
            };
            self.report(at, finding);
        }
    }

    /// `User::"alice"`.
    pub(crate) fn entity_literal(&mut self, env: &Env, path: &ast::Path, id: &str, at: Location) -> Typed {
        let place = self.at(env.module, path.span);
        match self.entity_types(env.module, path).as_slice() {
            [entity] => self.constant(Const::Entity(*entity, id.to_owned()), at),
            [] => Typed::plain(self.error(at)),
            _ => {
                self.of_several(path, place);
                Typed::plain(self.error(at))
            }
        }
    }

    fn of_several(&mut self, path: &ast::Path, at: Location) {
        let what = format!("`{path}` stands for several entity types, and an entity has one");
        self.report(at, Types::BadType { what, help: vec!["write the type that it has".to_owned()] });
    }

    /// `User(id)`.
    pub(crate) fn entity_call(&mut self, env: &Env, def: DefId, args: &[ast::Arg], at: Location) -> Typed {
        let ty = self.entity_type(def);
        let name = self.defs.get(def).name.to_string();
        let TyKind::Entity(ids) = self.kind(ty).clone() else { return Typed::plain(self.error(at)) };
        let ([arg], [entity]) = (args, ids.as_slice()) else {
            for arg in args {
                self.quietly_if_lambda(env, arg.value);
            }
            let finding = Types::ArgumentCount {
                signature: format!("{name}(id: String)"),
                name,
                takes: "1".to_owned(),
                given: args.len(),
            };
            self.report(at, finding);
            return self.failed(ty, at);
        };
        if let Some(given) = arg.name.as_ref().filter(|given| *given.text != *"id") {
            let finding = Types::UnknownArgument {
                name: given.text.to_string(),
                function: name.clone(),
                params: vec!["id".to_owned()],
                nearest: None,
            };
            self.report(self.at(env.module, given.span), finding);
        }
        let words = format!("the id of a `{name}` is a text");
        let why = || Reason::here(words.clone());
        let string = self.ty(TyKind::String);
        let id = self.check(env, arg.value, Want { ty: string, why: &why });
        match &id.kind {
            ExprKind::Const(Const::String(text)) => {
                let value = Const::Entity(*entity, text.clone());
                self.constant(value, at)
            }
            _ => Typed::plain(self.node(ExprKind::Entity { entity: *entity, id: Box::new(id) }, ty, at)),
        }
    }
}
