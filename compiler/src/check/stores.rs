//! `given entities`: an entity store in a test.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::Want;
use crate::diagnostics::entities::Entities;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Const, Convert, EntityId, Expr, ExprKind, Given, GivenTarget, TyKind};

/// The parts of an entity as they are written.
#[derive(Default)]
struct Written {
    uid: Option<Expr>,
    attributes: Option<Expr>,
    parents: Option<Expr>,
}

impl Checker<'_> {
    /// `given entities = e`: a `Json`, or entities written out, which are checked here and read as any store is.
    pub(crate) fn given_entities(&mut self, env: &Env, value: ast::ExprId, at: Location) -> Option<Given> {
        let tree = self.ast(env.module);
        let value = match &tree.exprs[value].kind {
            ast::ExprKind::List(elems) => self.written_store(env, elems, at),
            _ => self.read_store(env, value),
        }?;
        Some(Given { target: GivenTarget::Entities, value, location: at })
    }

    /// A store that is computed: `Json`, or a list of it.
    fn read_store(&mut self, env: &Env, value: ast::ExprId) -> Option<Expr> {
        let typed = self.expr(env, value, None);
        let expr = typed.expr;
        match *self.kind(expr.ty) {
            TyKind::Json => Some(expr),
            TyKind::List { elem, .. } if matches!(self.kind(elem), TyKind::Json) => Some(self.as_json(expr)),
            TyKind::Error => None,
            _ => {
                let what = format!("`{}` is no entity store", self.show(expr.ty));
                self.report(expr.location, Entities::Store { what });
                None
            }
        }
    }

    fn as_json(&mut self, value: Expr) -> Expr {
        let (json, at) = (self.ty(TyKind::Json), value.location);
        self.node(ExprKind::Convert { convert: Convert::ToJson, value: Box::new(value) }, json, at)
    }

    /// `[{ uid: …, attrs: { … }, parents: [ … ] }, …]`.
    fn written_store(&mut self, env: &Env, elems: &[ast::ExprId], at: Location) -> Option<Expr> {
        let tree = self.ast(env.module);
        let mut out = Vec::new();
        let mut sound = true;
        for &elem in elems {
            let place = self.place(env, elem);
            let entity = match &tree.exprs[elem].kind {
                ast::ExprKind::Record(fields) => self.written_entity(env, fields, place),
                _ => {
                    let what =
                        "an entity of a store is written `{ uid: …, attrs: { … }, parents: […] }`".to_owned();
                    self.report(place, Entities::Store { what });
                    None
                }
            };
            match entity {
                Some(entity) => out.push(entity),
                None => sound = false,
            }
        }
        if !sound {
            return None;
        }
        let json = self.ty(TyKind::Json);
        let ty = self.ty(TyKind::List { elem: json, max: None, or_one: false });
        let list = self.node(ExprKind::List(out), ty, at);
        Some(self.as_json(list))
    }

    fn written_entity(&mut self, env: &Env, fields: &[ast::FieldInit], at: Location) -> Option<Expr> {
        let find = |name: &str| fields.iter().find(|f| *f.name.text == *name);
        let Some(uid) = find("uid") else {
            let what = "this entity has no `uid`".to_owned();
            self.report(at, Entities::Store { what });
            return None;
        };
        let uid = self.expr(env, uid.value, None).expr;
        let entity = match self.kind(uid.ty).clone() {
            TyKind::Entity(ids) => match ids.as_slice() {
                [one] => *one,
                _ => {
                    let what = format!("this `uid` may be a {}", self.show(uid.ty));
                    self.report(uid.location, Entities::Store { what });
                    return None;
                }
            },
            TyKind::Error => return None,
            _ => {
                let what = format!("a `uid` is an entity, not {}", self.show(uid.ty));
                self.report(uid.location, Entities::Store { what });
                return None;
            }
        };
        let mut written = Written { uid: Some(uid), ..Written::default() };
        for field in fields {
            match &*field.name.text {
                "uid" => {}
                "attrs" => written.attributes = Some(self.attributes_of(env, entity, field.value)),
                "parents" => written.parents = Some(self.parents_of(env, entity, field.value)),
                "" => return None,
                name => {
                    let what = format!("an entity has uid, attrs and parents, and no `{name}`");
                    self.report(self.at(env.module, field.name.span), Entities::Store { what });
                    return None;
                }
            }
        }
        if written.attributes.is_none() {
            let record = self.hir.types.entity(entity).map(|e| e.attributes)?;
            let ty = self.ty(TyKind::Record(record));
            self.missing_fields(record, ty, &[], at);
        }
        Some(self.entity_object(written, at))
    }

    fn attributes_of(&mut self, env: &Env, entity: EntityId, value: ast::ExprId) -> Expr {
        let record = self.hir.types.entity(entity).map(|e| (e.attributes, e.location));
        let Some((record, declared)) = record else { return self.error(self.place(env, value)) };
        let ty = self.ty(TyKind::Record(record));
        let why = || Reason::at("these are its attributes", declared);
        self.check(env, value, Want { ty, why: &why })
    }

    /// Parents, of the types that the entity is declared to be in.
    fn parents_of(&mut self, env: &Env, entity: EntityId, value: ast::ExprId) -> Expr {
        let place = self.place(env, value);
        let Some((parents, declared)) =
            self.hir.types.entity(entity).map(|e| (e.parents.clone(), e.location))
        else {
            return self.error(place);
        };
        if parents.is_empty() {
            let empty =
                matches!(&self.ast(env.module).exprs[value].kind, ast::ExprKind::List(l) if l.is_empty());
            if !empty {
                let what = "this entity is declared to be in nothing, so it has no parents".to_owned();
                self.report(
                    place,
                    Types::BadType { what, help: vec!["declare it: `entity A in B`".to_owned()] },
                );
            }
            let json = self.ty(TyKind::Json);
            let ty = self.ty(TyKind::List { elem: json, max: None, or_one: false });
            return self.node(ExprKind::List(Vec::new()), ty, place);
        }
        let elem = self.ty(TyKind::Entity(parents));
        let ty = self.ty(TyKind::List { elem, max: None, or_one: false });
        let why = || Reason::at("what it can be in is declared here", declared);
        self.check(env, value, Want { ty, why: &why })
    }

    /// The `Json` of an entity as a store has it.
    fn entity_object(&mut self, written: Written, at: Location) -> Expr {
        let (json, string) = (self.ty(TyKind::Json), self.ty(TyKind::String));
        let map = self.ty(TyKind::Map { key: string, value: json, max: None });
        let parts = [("uid", written.uid), ("attrs", written.attributes), ("parents", written.parents)];
        let mut entries = Vec::new();
        for (name, value) in parts {
            let Some(value) = value else { continue };
            let key = self.node(ExprKind::Const(Const::String(name.to_owned())), string, at);
            let value = self.as_json(value);
            entries.push((key, value));
        }
        let object = self.node(ExprKind::Map(entries), map, at);
        self.as_json(object)
    }

    /// Reports the entity store where a constant is wanted.
    pub(crate) fn no_store_in_constants(&mut self, env: &Env, at: Location) {
        if env.place == super::env::Place::Constant {
            let mentions = "the entity store".to_owned();
            self.report(at, Types::NotConstant { what: "this".to_owned(), mentions });
        }
    }
}
