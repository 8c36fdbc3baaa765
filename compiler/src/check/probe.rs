//! What could stand where an editor asks; nothing of it is done unless one asks.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::{Binding, Env};
use super::expr::{Typed, Want};
use super::heads::{Head, HeadKind, HeadParam};
use crate::hir::{EnumId, RecordId, Ty, TyKind, UnionId, UnionTag};
use crate::names::{DefId, DefKind, Import, ModuleId};
use crate::probe::{Candidate, CandidateKind, Position, Probed};
use crate::ty::{fit, parts};

/// Functions that are words of the language.
const WORDS: [&str; 6] = ["count", "sum", "min", "max", "avg", "to_json"];

impl Checker<'_> {
    /// Whether an editor asks about the name at a place.
    pub(crate) fn asks_about(&self, at: Location) -> bool {
        self.inputs
            .focus
            .probe
            .is_some_and(|p| p.file == at.file && at.span.lo <= p.span.lo && p.span.lo <= at.span.hi)
    }

    fn answer(&mut self, position: Position, ty: Option<Ty>, mut candidates: Vec<Candidate>) {
        // The same text may be looked at again, with less known of what is wanted.
        if self.probed.as_ref().is_some_and(|known| known.ty.is_some() || ty.is_none()) {
            return;
        }
        candidates.sort_by(|a, b| (&a.name, a.kind).cmp(&(&b.name, b.kind)));
        candidates.dedup_by(|a, b| a.name == b.name);
        self.probed = Some(Probed { position, ty, candidates });
    }

    fn fitting(&self, ty: Ty, wanted: Option<Ty>) -> bool {
        let types = &self.hir.types;
        wanted.is_some_and(|wanted| {
            !self.is_error(wanted)
                && !self.is_error(ty)
                && (fit::fits(types, ty, wanted)
                    || fit::fits(types, self.present(ty), self.present(wanted))
                    || matches!((self.kind(ty), self.kind(wanted)), (TyKind::Int(_), TyKind::Int(_))))
        })
    }

    fn candidate(
        &self,
        name: &str,
        kind: CandidateKind,
        ty: Option<Ty>,
        location: Option<Location>,
        wanted: Option<Ty>,
    ) -> Candidate {
        let shown = ty.map_or_else(String::new, |ty| self.show(ty));
        let fits = ty.is_some_and(|ty| self.fitting(ty, wanted));
        Candidate { name: name.to_owned(), kind, shown, location, fits }
    }

    /// A bare name where a value stands.
    pub(crate) fn probe_value(&mut self, env: &Env, want: Option<Want<'_>>) {
        let wanted = want.map(|w| w.ty).filter(|ty| !self.is_error(*ty));
        let mut out = Vec::new();
        for name in env.locals() {
            let Some(binding) = env.lookup(&name).cloned() else { continue };
            let location = binding.location();
            let ty = match &binding {
                Binding::Local { id, .. } => Some(self.local_ty(*id)),
                Binding::InputField { input, .. } => {
                    let ty = self.local_ty(*input);
                    self.field_type(ty, &name)
                }
                Binding::Abstract { ty, .. } => Some(*ty),
                Binding::Lambda(_) => None,
                Binding::Damaged => continue,
            };
            out.push(self.candidate(&name, CandidateKind::Local, ty, location, wanted));
        }
        if env.place.has_time() {
            let ty = self.ty(TyKind::Timestamp);
            out.push(self.candidate("now", CandidateKind::Local, Some(ty), None, wanted));
        }
        if let Some(ty) = wanted {
            out.extend(self.variants_of(ty));
        }
        let names: Vec<String> = self.defs.names_in(env.module).iter().map(|n| (*n).to_owned()).collect();
        for name in &names {
            let Some(import) = self.defs.lookup(env.module, name) else { continue };
            self.imported(name, &import, wanted, &mut out);
        }
        if wanted.is_none() {
            self.other_variants(env.module, &names, &mut out);
        }
        for word in WORDS {
            out.push(self.candidate(word, CandidateKind::Function, None, None, None));
        }
        out.append(&mut self.parameters);
        self.answer(Position::Value, wanted, out);
    }

    fn imported(&mut self, name: &str, import: &Import, wanted: Option<Ty>, out: &mut Vec<Candidate>) {
        match import {
            Import::Module(_) => out.push(self.candidate(name, CandidateKind::Module, None, None, None)),
            Import::Broken => {}
            Import::Defs(defs) => {
                for def in defs {
                    out.push(self.declared_candidate(name, *def, wanted));
                }
            }
        }
    }

    /// The variants of the enums that have names here: which one is meant may only be known by what follows.
    fn other_variants(&mut self, module: ModuleId, names: &[String], out: &mut Vec<Candidate>) {
        for name in names {
            let Some(Import::Defs(defs)) = self.defs.lookup(module, name) else { continue };
            let enums = defs.into_iter().filter(|def| self.defs.get(*def).kind == DefKind::Enum);
            for def in enums.collect::<Vec<_>>() {
                let Some(super::TypeState::Known(ty)) = self.named.get(&(def, Vec::new())).copied() else {
                    continue;
                };
                let known = self.variants_of(ty).into_iter().map(|c| Candidate { fits: false, ..c });
                out.extend(known.filter(|c| !out.iter().any(|o| o.name == c.name)).collect::<Vec<_>>());
            }
        }
    }

    /// A bare name among the arguments of a policy, which may become the name of a parameter.
    pub(crate) fn probe_parameters(&mut self, head: &Head) {
        let made = |param: &HeadParam| Candidate {
            name: param.name.to_string(),
            kind: CandidateKind::Parameter,
            shown: self.show(param.ty),
            location: Some(param.location),
            fits: true,
        };
        self.parameters = head.params.iter().map(made).collect();
    }

    /// Data that a test gives: by its name, or by that of its module as well.
    pub(crate) fn probe_data(&mut self, env: &Env, path: &ast::Path) {
        let Some((_, modules)) = path.segments.split_last().filter(|(_, modules)| !modules.is_empty()) else {
            return self.probe_items(env, DefKind::Data);
        };
        let full = modules.iter().map(|name| name.text.as_ref()).collect::<Vec<_>>().join(".");
        let by_name = self.defs.by_name.get(full.as_str()).copied();
        let imported = match modules {
            [one] => match self.defs.lookup(env.module, &one.text) {
                Some(Import::Module(module)) => Some(module),
                Some(Import::Defs(_) | Import::Broken) | None => None,
            },
            _ => None,
        };
        let Some(names) = imported.or(by_name).and_then(|module| self.defs.module(module)) else { return };
        let mut own: Vec<DefId> = names.own.values().flatten().copied().collect();
        own.sort_unstable();
        let data = own.into_iter().filter(|def| self.defs.get(*def).kind == DefKind::Data);
        let mut out = Vec::new();
        for def in data.collect::<Vec<_>>() {
            let name = self.defs.get(def).name.to_string();
            out.push(self.declared_candidate(&name, def, None));
        }
        self.answer(Position::Part, None, out);
    }

    fn declared_candidate(&mut self, name: &str, id: DefId, wanted: Option<Ty>) -> Candidate {
        let def = self.defs.get(id);
        let (kind, location) = (def.kind, Some(def.location));
        match kind {
            DefKind::Fn => {
                let Some(signature) = self.signature(id) else {
                    return self.candidate(name, CandidateKind::Function, None, location, None);
                };
                let mut made =
                    self.candidate(name, CandidateKind::Function, Some(signature.result), location, wanted);
                made.shown = signature.text.clone();
                made
            }
            DefKind::Let => {
                let ty = match self.globals.get(&id) {
                    Some(super::GlobalState::Known(global)) => {
                        self.hir.globals.get(global.index()).map(|g| g.ty)
                    }
                    Some(super::GlobalState::Busy) | None => None,
                };
                self.candidate(name, CandidateKind::Value, ty, location, wanted)
            }
            DefKind::Data => {
                let item = self.data_item(id);
                let ty = item.and_then(|data| self.hir.data.get(data.index())).map(|d| d.ty);
                self.candidate(name, CandidateKind::Data, ty, location, wanted)
            }
            DefKind::Type | DefKind::Enum | DefKind::Entity => {
                self.candidate(name, CandidateKind::Type, None, location, None)
            }
            DefKind::Policy => self.candidate(name, CandidateKind::Policy, None, location, None),
            DefKind::Obligation | DefKind::Exception | DefKind::Damaged => {
                self.candidate(name, CandidateKind::Other, None, location, None)
            }
        }
    }

    /// The variants of an enum or union.
    fn variants_of(&mut self, ty: Ty) -> Vec<Candidate> {
        let inner = self.present(ty);
        let variants: Vec<(String, Location)> = match self.kind(inner) {
            TyKind::Enum(id) => self.enum_variants(*id),
            TyKind::Union(id) => self.union_variants_of(*id),
            _ => Vec::new(),
        };
        let shown = self.show(inner);
        let made = |(name, location)| Candidate {
            name,
            kind: CandidateKind::Variant,
            shown: shown.clone(),
            location: Some(location),
            fits: true,
        };
        variants.into_iter().map(made).collect()
    }

    fn enum_variants(&self, id: EnumId) -> Vec<(String, Location)> {
        let def = self.hir.types.enumeration(id);
        def.into_iter().flat_map(|d| &d.variants).map(|v| (v.name.clone(), v.location)).collect()
    }

    fn union_variants_of(&self, id: UnionId) -> Vec<(String, Location)> {
        let def = self.hir.types.union(id);
        def.into_iter().flat_map(|d| &d.variants).map(|v| (v.name.clone(), v.location)).collect()
    }

    /// What follows the dot behind a value.
    pub(crate) fn probe_member(&mut self, env: &Env, value: &Typed) {
        let ty = value.ty();
        if self.is_error(ty) {
            return;
        }
        let present = self.present(ty);
        let mut out = Vec::new();
        let mut holder = present;
        if let (TyKind::Union(union), Some(variant)) =
            (self.kind(present).clone(), self.only_variant(env, value))
        {
            holder = self.payload(union, variant);
        }
        self.members_of(holder, &mut out);
        if let TyKind::Read(_) = self.kind(present) {
            let base = self.base(present);
            self.members_of(base, &mut out);
            let string = self.ty(TyKind::String);
            out.push(self.candidate("text", CandidateKind::Field, Some(string), None, None));
        }
        for part in parts::names(self.kind(present)) {
            out.push(self.candidate(&part, CandidateKind::Field, None, None, None));
        }
        self.methods(env, ty, present, &mut out);
        self.answer(Position::Member, Some(ty), out);
    }

    /// Fields of records, attributes of entities, and what all variants of a union have.
    fn members_of(&mut self, ty: Ty, out: &mut Vec<Candidate>) {
        match self.kind(ty).clone() {
            TyKind::Record(record) => self.fields_of(record, out),
            TyKind::Entity(ids) => {
                for id in ids {
                    let Some(record) = self.hir.types.entity(id).map(|e| e.attributes) else { continue };
                    self.fields_of(record, out);
                }
            }
            TyKind::Union(union) => {
                let Some(def) = self.hir.types.union(union).cloned() else { return };
                if let UnionTag::Field(tag) = &def.tag {
                    let string = self.ty(TyKind::String);
                    out.push(self.candidate(tag, CandidateKind::Field, Some(string), None, None));
                }
                let mut common: Option<Vec<Candidate>> = None;
                for variant in &def.variants {
                    let mut own = Vec::new();
                    if let TyKind::Record(record) = *self.kind(variant.payload) {
                        self.fields_of(record, &mut own);
                    }
                    common = Some(match common {
                        None => own,
                        Some(mut all) => {
                            all.retain(|c| own.iter().any(|o| o.name == c.name && o.shown == c.shown));
                            all
                        }
                    });
                }
                out.extend(common.unwrap_or_default());
            }
            _ => {}
        }
    }

    fn fields_of(&mut self, record: RecordId, out: &mut Vec<Candidate>) {
        let Some(def) = self.hir.types.record(record).cloned() else { return };
        for field in &def.fields {
            let location = Some(field.location);
            out.push(self.candidate(&field.name, CandidateKind::Field, Some(field.ty), location, None));
        }
    }

    fn field_type(&self, ty: Ty, name: &str) -> Option<Ty> {
        let TyKind::Record(record) = self.kind(ty) else { return None };
        let def = self.hir.types.record(*record)?;
        def.fields.iter().find(|f| f.name == name).map(|f| f.ty)
    }

    /// Functions that take a value of a type.
    fn methods(&mut self, env: &Env, ty: Ty, present: Ty, out: &mut Vec<Candidate>) {
        let mut found: Vec<(String, DefId)> = Vec::new();
        for name in self.defs.names_in(env.module) {
            if let Some(Import::Defs(defs)) = self.defs.lookup(env.module, name) {
                let own = defs.into_iter().filter(|d| self.defs.get(*d).kind == DefKind::Fn);
                found.extend(own.map(|d| (name.to_owned(), d)));
            }
        }
        let base = self.base(present);
        let homes: Vec<ModuleId> = [present, base].into_iter().filter_map(|ty| self.home(ty)).collect();
        for home in homes {
            let Some(names) = self.defs.module(home) else { continue };
            let mut own: Vec<DefId> = names.own.values().flatten().copied().collect();
            own.sort_unstable();
            let public = own.into_iter().filter(|d| {
                let def = self.defs.get(*d);
                def.kind == DefKind::Fn && (def.public || home == env.module)
            });
            found.extend(public.map(|d| (self.defs.get(d).name.to_string(), d)));
        }
        for (name, def) in found {
            if self.any_takes(&[def], ty) || self.any_takes(&[def], present) {
                let mut made = self.declared_candidate(&name, def, None);
                made.fits = true;
                out.push(made);
            }
        }
        let many =
            matches!(self.kind(present), TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. });
        let words = WORDS.iter().filter(|_| many).chain(["descend", "descend_paths"].iter());
        for word in words {
            out.push(self.candidate(word, CandidateKind::Function, None, None, None));
        }
    }

    /// What follows the dot behind a module's name.
    pub(crate) fn probe_module(&mut self, module: ModuleId) {
        let Some(names) = self.defs.module(module) else { return };
        let mut own: Vec<DefId> = names.own.values().flatten().copied().collect();
        own.sort_unstable();
        let mut out = Vec::new();
        for id in own {
            let def = self.defs.get(id);
            if def.public {
                let name = def.name.to_string();
                out.push(self.declared_candidate(&name, id, None));
            }
        }
        self.answer(Position::Part, None, out);
    }

    /// What follows the dot behind an enum's name.
    pub(crate) fn probe_variants(&mut self, ty: Ty) {
        let out = self.variants_of(ty);
        self.answer(Position::Part, Some(ty), out);
    }

    /// A field in a literal of a record, or a path of `with`.
    pub(crate) fn probe_fields(&mut self, ty: Ty, given: &[ast::FieldInit]) {
        let mut out = Vec::new();
        self.members_of(ty, &mut out);
        out.retain(|c| !given.iter().any(|f| *f.name.text == *c.name));
        self.answer(Position::Field, Some(ty), out);
    }

    /// A pattern of a `match`, or what is asked with `is`.
    pub(crate) fn probe_pattern(&mut self, ty: Ty) {
        let out = self.variants_of(ty);
        self.answer(Position::Pattern, Some(ty), out);
    }

    /// What is asked with `is`: a variant, or a value of the same type.
    pub(crate) fn probe_is(&mut self, env: &Env, ty: Ty) {
        let wanted = self.present(ty);
        if matches!(self.kind(wanted), TyKind::Union(_)) {
            return self.probe_pattern(wanted);
        }
        let why = || crate::diagnostics::types::Reason::here("`is` asks whether both are equal");
        self.probe_value(env, Some(Want { ty: wanted, why: &why }));
    }

    /// A rule of a policy, by its path so far.
    pub(crate) fn probe_rules(&mut self, head: &Head, before: &[ast::Name], fits: &dyn Fn(HeadKind) -> bool) {
        let mut head = head.clone();
        for name in before {
            let inner = head.instances.iter().find(|i| i.name.as_deref().is_none_or(|n| *n == *name.text));
            let inner = inner.and_then(|i| i.policy).and_then(|p| self.heads.get(p.index()));
            let Some(inner) = inner else { return };
            head = (**inner).clone();
        }
        let mut out = Vec::new();
        for rule in &head.rules {
            let mut made = self.candidate(&rule.id, CandidateKind::Rule, None, Some(rule.location), None);
            made.fits = fits(rule.kind);
            out.push(made);
        }
        for instance in &head.instances {
            if let Some(name) = &instance.name {
                out.push(self.candidate(name, CandidateKind::Module, None, None, None));
            }
        }
        self.answer(Position::Rule, None, out);
    }

    /// Something of one kind that a module declares.
    pub(crate) fn probe_items(&mut self, env: &Env, wanted: DefKind) {
        let names: Vec<String> = self.defs.names_in(env.module).iter().map(|n| (*n).to_owned()).collect();
        let mut out = Vec::new();
        for name in names {
            match self.defs.lookup(env.module, &name) {
                Some(Import::Defs(defs)) if defs.iter().any(|&d| self.defs.get(d).kind == wanted) => {
                    if let Some(def) = defs.first() {
                        out.push(self.declared_candidate(&name, *def, None));
                    }
                }
                Some(Import::Module(_)) => {
                    out.push(self.candidate(&name, CandidateKind::Module, None, None, None));
                }
                Some(Import::Defs(_) | Import::Broken) | None => {}
            }
        }
        self.answer(Position::Value, None, out);
    }

    /// A type.
    pub(crate) fn probe_type(&mut self, module: ModuleId) {
        let names: Vec<String> = self.defs.names_in(module).iter().map(|n| (*n).to_owned()).collect();
        let mut out = Vec::new();
        for name in names {
            if let Some(import) = self.defs.lookup(module, &name) {
                self.imported(&name, &import, None, &mut out);
            }
        }
        out.retain(|c| matches!(c.kind, CandidateKind::Type | CandidateKind::Module));
        for name in crate::ty::builtin::names() {
            out.push(self.candidate(name, CandidateKind::Type, None, None, None));
        }
        self.answer(Position::Type, None, out);
    }
}
