//! Record literals.

use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use crate::diagnostics::types::{Reason, Types};
use crate::hash::HashMap;
use crate::hir::{Expr, ExprKind, FieldDef, FieldId, Presence, RecordDef, RecordId, Ty, TyKind};
use crate::ty::fit;

impl Checker<'_> {
    pub(crate) fn record(
        &mut self,
        env: &Env,
        fields: &[ast::FieldInit],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let target = want.map(|w| self.written(self.present(w.ty)));
        match target.map(|t| (t, self.kind(t).clone())) {
            Some((ty, TyKind::Record(record))) => self.known_record(env, record, ty, fields, at),
            Some((_, TyKind::Union(union))) => self.tagged_literal(env, union, fields, at),
            Some((json, TyKind::Json)) => self.json_object(env, fields, json, at),
            Some((ty, TyKind::Map { key, .. })) if matches!(self.kind(key), TyKind::String) => {
                for field in fields {
                    self.quietly_if_lambda(env, field.value);
                }
                let finding = Types::Mismatch {
                    wanted: self.show(ty),
                    found: "record".to_owned(),
                    reason: Reason::here(
                        "the keys of a map are texts, the names of a record's fields are not",
                    ),
                    help: vec!["write the keys in quotes: `{ \"a\": 1 }`".to_owned()],
                    fixes: Vec::new(),
                };
                self.report(at, finding);
                self.failed(ty, at)
            }
            _ => self.new_record(env, fields, at),
        }
    }

    /// Reports a field that is given twice; gives the first place of each name.
    fn once(&mut self, env: &Env, fields: &[ast::FieldInit]) {
        let mut seen: HashMap<Arc<str>, Location> = HashMap::default();
        for field in fields {
            let at = self.at(env.module, field.name.span);
            if let Some(&first) = seen.get(&field.name.text) {
                self.report(at, Types::DuplicateField { name: field.name.text.to_string(), first });
            }
            seen.entry(Arc::clone(&field.name.text)).or_insert(at);
        }
    }

    /// A literal of a record type that is known.
    pub(crate) fn known_record(
        &mut self,
        env: &Env,
        record: RecordId,
        ty: Ty,
        fields: &[ast::FieldInit],
        at: Location,
    ) -> Typed {
        self.once(env, fields);
        let mut out: Vec<(FieldId, Expr)> = Vec::new();
        let mut literal = true;
        for init in fields {
            if self.asks_about(self.at(env.module, init.name.span)) {
                self.probe_fields(ty, fields);
            }
            let Some(field) = self.field_of(record, &init.name.text) else {
                self.unknown_field(env, record, ty, &init.name);
                self.quietly_if_lambda(env, init.value);
                continue;
            };
            let Some((wanted, declared)) = self
                .hir
                .types
                .record(record)
                .and_then(|r| r.fields.get(field.index()))
                .map(|f| (f.ty, f.location))
            else {
                continue;
            };
            self.uses(self.at(env.module, init.name.span), declared);
            let words = format!("`{}` is declared as `{}`", init.name, self.show(wanted));
            let why = || Reason::at(words.clone(), declared);
            let want = Want { ty: wanted, why: &why };
            let typed = self.expr(env, init.value, Some(want));
            literal &= typed.literal;
            let typed = self.assign(env, init.value, typed, want);
            if !out.iter().any(|(f, _)| *f == field) {
                out.push((field, typed.expr));
            }
        }
        let given: Vec<FieldId> = out.iter().map(|(f, _)| *f).collect();
        self.missing_fields(record, ty, &given, at);
        let typed = Typed::plain(self.node(ExprKind::Record { record, fields: out }, ty, at));
        Typed { literal, ..typed }
    }

    /// Reports fields that a literal must give and does not.
    pub(crate) fn missing_fields(&mut self, record: RecordId, ty: Ty, given: &[FieldId], at: Location) {
        let Some(def) = self.hir.types.record(record) else { return };
        let names: Vec<String> = def
            .declared
            .iter()
            .filter(|f| !given.contains(f))
            .filter_map(|f| def.fields.get(f.index()))
            .filter(|f| !Self::may_lack(&f.presence))
            .map(|f| f.name.clone())
            .collect();
        if names.is_empty() {
            return;
        }
        let declared = def
            .name
            .as_ref()
            .map(|_| def.location)
            .filter(|l| l.file.0 < crate::world::FIRST_STD_FILE && !l.span.is_empty());
        let finding = Types::MissingFields { names, of: self.show(ty), declared };
        self.report(at, finding);
    }

    /// A literal whose type follows from its fields.
    fn new_record(&mut self, env: &Env, fields: &[ast::FieldInit], at: Location) -> Typed {
        self.once(env, fields);
        let mut values: Vec<(String, Expr, Location)> = Vec::new();
        let mut literal = true;
        for init in fields {
            let typed = self.expr(env, init.value, None);
            literal &= typed.literal;
            let place = self.at(env.module, init.name.span);
            if !values.iter().any(|(name, _, _)| **name == *init.name.text) {
                values.push((init.name.text.to_string(), typed.expr, place));
            }
        }
        let mut defs: Vec<FieldDef> = Vec::new();
        for (name, expr, location) in &values {
            let ty = fit::widen(&mut self.hir.types, expr.ty);
            let presence = if self.is_option(ty) { Presence::Optional } else { Presence::Required };
            defs.push(FieldDef { name: name.clone(), ty, presence, location: *location, doc: String::new() });
        }
        let record = self.anonymous_record(defs, None, None, at);
        let out = values
            .into_iter()
            .filter_map(|(name, expr, _)| self.field_of(record, &name).map(|f| (f, expr)))
            .collect();
        let ty = self.ty(TyKind::Record(record));
        let typed = Typed::plain(self.node(ExprKind::Record { record, fields: out }, ty, at));
        Typed { literal, ..typed }
    }

    /// A literal where `Json` is wanted.
    pub(crate) fn json_object(
        &mut self,
        env: &Env,
        fields: &[ast::FieldInit],
        json: Ty,
        at: Location,
    ) -> Typed {
        self.once(env, fields);
        let string = self.ty(TyKind::String);
        let mut pairs = Vec::new();
        for init in fields {
            let place = self.at(env.module, init.name.span);
            let key = self.constant(crate::hir::Const::String(init.name.text.to_string()), place);
            let why = || Reason::here("the parts of `Json` are `Json`");
            let want = Want { ty: json, why: &why };
            let value = self.check(env, init.value, want);
            pairs.push((key.expr, value));
        }
        let max = u64::try_from(pairs.len()).ok();
        let ty = self.ty(TyKind::Map { key: string, value: json, max });
        Typed::literal(self.node(ExprKind::Map(pairs), ty, at))
    }

    /// The record type with these fields: one for all places that write the same.
    pub(crate) fn anonymous_record(
        &mut self,
        mut fields: Vec<FieldDef>,
        open: Option<bool>,
        rest: Option<String>,
        at: Location,
    ) -> RecordId {
        let names: Vec<String> = fields.iter().map(|f| f.name.clone()).collect();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        fields.dedup_by(|a, b| a.name == b.name);
        let plain = open.is_none()
            && rest.is_none()
            && !fields.iter().any(|f| matches!(f.presence, Presence::Default(_)));
        let key: Vec<(String, Ty, bool)> =
            fields.iter().map(|f| (f.name.clone(), f.ty, matches!(f.presence, Presence::Optional))).collect();
        if plain && let Some(&id) = self.anonymous.get(&key) {
            return id;
        }
        let rank = |name: &String| {
            fields.iter().position(|f| f.name == *name).and_then(|n| u32::try_from(n).ok()).map(FieldId)
        };
        let mut declared: Vec<FieldId> = names.iter().filter_map(rank).collect();
        let mut seen = Vec::new();
        declared.retain(|f| {
            let new = !seen.contains(f);
            seen.push(*f);
            new
        });
        let rest = rest.as_ref().and_then(rank);
        let id = RecordId(u32::try_from(self.hir.types.records.len()).unwrap_or(u32::MAX));
        self.hir.types.records.push(RecordDef {
            name: None,
            fields,
            declared,
            open,
            rest,
            location: at,
            doc: String::new(),
        });
        if plain {
            self.anonymous.insert(key, id);
        }
        id
    }
}
