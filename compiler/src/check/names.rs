//! Bare names as expressions.

use std::rc::Rc;
use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::Checker;
use super::elsewhere;
use super::env::{Binding, Env, Place};
use super::expr::{Typed, Want};
use super::facts::{Fact, Path, PathStep, Root};
use crate::diagnostics::names::{Names, Nearest};
use crate::diagnostics::types::Types;
use crate::hir::{Const, EnumId, ExprKind, Ty, TyKind};
use crate::names::nearest::nearest;
use crate::names::{DefId, DefKind, Import, ModuleId};

impl Checker<'_> {
    pub(crate) fn name(
        &mut self,
        env: &Env,
        name: &ast::Name,
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        if name.is_missing() {
            return Typed::plain(self.error(at));
        }
        if self.asks_about(at) {
            self.probe_value(env, want);
        }
        let expected = match name.style {
            ast::NameStyle::Backquoted => None,
            ast::NameStyle::Plain | ast::NameStyle::Quoted => want.and_then(|w| self.enum_of(w.ty)),
        };
        let variant = expected.and_then(|id| self.variant(id, &name.text).map(|v| (id, v)));
        if let Some(binding) = env.lookup(&name.text).cloned() {
            if let (Some((id, _)), Some(local)) = (variant, binding.location()) {
                return self.ambiguous(name, id, local, at);
            }
            return self.binding(env, name, &binding, at);
        }
        if &*name.text == "now" {
            let ty = self.ty(TyKind::Timestamp);
            if !env.place.has_time() {
                self.report(at, Types::NotConstant { what: "this".to_owned(), mentions: "`now`".to_owned() });
            }
            return Typed::plain(self.node(ExprKind::Now, ty, at));
        }
        match self.defs.lookup(env.module, &name.text) {
            Some(Import::Broken) => Typed::plain(self.error(at)),
            Some(Import::Defs(defs)) => {
                let value = defs.iter().copied().find(|&d| {
                    matches!(self.defs.get(d).kind, DefKind::Let | DefKind::Data | DefKind::Damaged)
                });
                match (value, variant, defs.first().copied()) {
                    (Some(def), Some((id, _)), _) => {
                        let declared = self.defs.get(def).location;
                        self.ambiguous(name, id, declared, at)
                    }
                    (Some(def), None, _) => self.def_value(env, def, at),
                    (None, Some((id, variant)), _) => self.variant_value(id, variant, at),
                    (None, None, Some(def)) => self.not_a_value(def, &name.text, at),
                    (None, None, None) => Typed::plain(self.error(at)),
                }
            }
            Some(Import::Module(_)) if variant.is_none() => {
                let finding = Names::WrongKind {
                    name: name.text.to_string(),
                    is: "a module",
                    wanted: "a value",
                    declared: None,
                };
                self.report(at, finding);
                Typed::plain(self.error(at))
            }
            Some(Import::Module(_)) | None => match (variant, expected) {
                (Some((id, variant)), _) => self.variant_value(id, variant, at),
                (None, expected) => self.unknown(env, name, expected, at),
            },
        }
    }

    /// The enum that is wanted.
    pub(crate) fn enum_of(&self, ty: Ty) -> Option<EnumId> {
        match self.kind(self.present(ty)) {
            TyKind::Enum(id) => Some(*id),
            _ => None,
        }
    }

    /// The position of a variant.
    pub(crate) fn variant(&self, id: EnumId, name: &str) -> Option<u32> {
        let def = self.hir.types.enumeration(id)?;
        let at = def.variants.iter().position(|v| v.name == name)?;
        u32::try_from(at).ok()
    }

    pub(crate) fn variant_value(&mut self, id: EnumId, variant: u32, at: Location) -> Typed {
        let declared =
            self.hir.types.enumeration(id).and_then(|e| e.variants.get(variant as usize)).map(|v| v.location);
        if let Some(declared) = declared {
            self.uses(at, declared);
        }
        self.constant(Const::Variant(id, variant), at)
    }

    fn ambiguous(&mut self, name: &ast::Name, id: EnumId, local: Location, at: Location) -> Typed {
        let ty = self.ty(TyKind::Enum(id));
        let of = self.show(ty);
        self.report(at, Names::LocalOrVariant { name: name.text.to_string(), of, local });
        Typed::plain(self.error(at))
    }

    fn binding(&mut self, env: &Env, name: &ast::Name, binding: &Binding, at: Location) -> Typed {
        if let Some(location) = binding.location() {
            self.uses(at, location);
        }
        match binding {
            Binding::Local { id, facts, .. } => {
                let ty = self.local_ty(*id);
                let mut typed = Typed::plain(self.node(ExprKind::Local(*id), ty, at));
                typed.path = Some(Path::root(Root::Local(*id)));
                typed.facts.clone_from(facts);
                self.narrow(env, typed)
            }
            Binding::InputField { input, .. } => {
                let ty = self.local_ty(*input);
                let mut base = Typed::plain(self.node(ExprKind::Local(*input), ty, at));
                base.path = Some(Path::root(Root::Local(*input)));
                self.field(env, base, name, at)
            }
            Binding::Lambda(_) | Binding::Abstract { .. } => {
                let finding = Names::WrongKind {
                    name: name.text.to_string(),
                    is: "a function",
                    wanted: "a value",
                    declared: binding.location(),
                };
                self.report(at, finding);
                Typed::plain(self.error(at))
            }
            Binding::Damaged => Typed::plain(self.error(at)),
        }
    }

    /// The value of a module-level `let` or a data item.
    pub(crate) fn def_value(&mut self, env: &Env, id: DefId, at: Location) -> Typed {
        let def = self.defs.get(id);
        self.uses(at, def.location);
        let (kind, root, ty) = match def.kind {
            DefKind::Let => match self.global(id, at) {
                Some(global) => {
                    let ty = self.hir.globals.get(global.index()).map(|g| g.ty);
                    (ExprKind::Global(global), Root::Global(global), ty)
                }
                None => return Typed::plain(self.error(at)),
            },
            DefKind::Data => {
                if env.place == Place::Constant {
                    let mentions = format!("the data item `{}`", def.name);
                    self.report(at, Types::NotConstant { what: "this".to_owned(), mentions });
                }
                match self.data_item(id) {
                    Some(data) => {
                        let ty = self.hir.data.get(data.index()).map(|d| d.ty);
                        (ExprKind::Data(data), Root::Data(data), ty)
                    }
                    None => return Typed::plain(self.error(at)),
                }
            }
            DefKind::Type
            | DefKind::Enum
            | DefKind::Fn
            | DefKind::Policy
            | DefKind::Entity
            | DefKind::Obligation
            | DefKind::Exception => return self.not_a_value(id, &def.name.clone(), at),
            DefKind::Damaged => return Typed::plain(self.error(at)),
        };
        let Some(ty) = ty else { return Typed::plain(self.error(at)) };
        let mut typed = Typed::plain(self.node(kind, ty, at));
        typed.path = Some(Path::root(root));
        self.narrow(env, typed)
    }

    pub(crate) fn not_a_value(&mut self, def: DefId, name: &str, at: Location) -> Typed {
        let def = self.defs.get(def);
        if def.kind != DefKind::Damaged {
            let declared = Some(def.location).filter(|l| l.file.0 < crate::world::FIRST_STD_FILE);
            let finding =
                Names::WrongKind { name: name.to_owned(), is: def.kind.words(), wanted: "a value", declared };
            self.report(at, finding);
        }
        Typed::plain(self.error(at))
    }

    fn unknown(&mut self, env: &Env, name: &ast::Name, expected: Option<EnumId>, at: Location) -> Typed {
        if env.damaged {
            return Typed::plain(self.error(at));
        }
        if !self.may_suggest(env.module) {
            let name = name.text.to_string();
            self.report(at, Names::Unknown { name, nearest: None, import: None, note: None });
            return Typed::plain(self.error(at));
        }
        let locals = env.locals();
        if let Some(id) = expected {
            let ty = self.ty(TyKind::Enum(id));
            let of = self.show(ty);
            let variants: Vec<String> = self
                .hir
                .types
                .enumeration(id)
                .map(|e| e.variants.iter().map(|v| v.name.clone()).collect())
                .unwrap_or_default();
            let near_variant = nearest(&name.text, variants.iter().map(String::as_str)).map(str::to_owned);
            let near_local = nearest(&name.text, locals.iter().map(AsRef::as_ref));
            if near_variant.is_some() || near_local.is_none() {
                let nearest = near_variant.map(|n| Nearest { name: n, declared: None });
                let finding = Names::UnknownVariant { name: name.text.to_string(), of, variants, nearest };
                self.report(at, finding);
                return Typed::plain(self.error(at));
            }
        }
        let mut candidates: Vec<&str> = locals.iter().map(AsRef::as_ref).collect();
        candidates.extend(self.values_in(env.module));
        let near = nearest(&name.text, candidates).map(str::to_owned);
        let declared = near.as_deref().and_then(|n| self.declared_in(env, n));
        let near = near.map(|name| Nearest { name, declared });
        let note = self.variant_note(&name.text).or_else(|| elsewhere::value(&name.text).map(str::to_owned));
        let import = if near.is_none() { self.module_with(&name.text, false) } else { None };
        let finding = Names::Unknown { name: name.text.to_string(), nearest: near, import, note };
        self.report(at, finding);
        Typed::plain(self.error(at))
    }

    /// Where a name in scope is bound, if in the project.
    pub(crate) fn declared_in(&self, env: &Env, name: &str) -> Option<Location> {
        let local = env.lookup(name).and_then(Binding::location);
        local
            .or_else(|| match self.defs.lookup(env.module, name) {
                Some(Import::Defs(defs)) => defs.first().map(|&d| self.defs.get(d).location),
                Some(Import::Module(_) | Import::Broken) | None => None,
            })
            .filter(|l| l.file.0 < crate::world::FIRST_STD_FILE)
    }

    /// The names of values at module level.
    pub(crate) fn values_in(&self, module: ModuleId) -> Vec<&str> {
        let value = |name: &&str| match self.defs.lookup(module, name) {
            Some(Import::Defs(defs)) => defs.iter().any(|&d| !self.defs.get(d).kind.is_type()),
            Some(Import::Module(_) | Import::Broken) | None => false,
        };
        self.defs.names_in(module).into_iter().filter(value).collect()
    }

    /// A module that declares a public name.
    pub(crate) fn module_with(&self, name: &str, is_type: bool) -> Option<String> {
        self.inputs.sources.iter().enumerate().find_map(|(m, source)| {
            let module = ModuleId(u32::try_from(m).ok()?);
            let own = self.defs.own(module, name);
            own.iter()
                .any(|&d| self.defs.get(d).public && self.defs.get(d).kind.is_type() == is_type)
                .then(|| source.name.to_string())
        })
    }

    /// For a name that is a variant of some enum: how to write it.
    fn variant_note(&self, name: &str) -> Option<String> {
        let def = self.hir.types.enums.iter().find(|e| e.variants.iter().any(|v| v.name == name))?;
        let of = crate::ty::show::short(&def.name);
        Some(format!("`{name}` is a variant of `{of}`, but nothing here wants a `{of}`; write `{of}.{name}`"))
    }

    /// Applies what is known of a path to the value that is read from it.
    pub(crate) fn narrow(&mut self, env: &Env, mut typed: Typed) -> Typed {
        let Some(path) = &typed.path else { return typed };
        for fact in env.facts.of(path) {
            let ty = typed.expr.ty;
            match fact {
                Fact::Present => {
                    if let TyKind::Option(inner) = *self.kind(ty) {
                        typed.expr = self.narrowed(typed.expr, inner);
                    }
                }
                Fact::Kind(to) => {
                    if let TyKind::Option(inner) = *self.kind(ty) {
                        typed.expr = self.narrowed(typed.expr, inner);
                    }
                    if matches!(self.kind(typed.expr.ty), TyKind::Json) {
                        typed.expr = self.narrowed(typed.expr, *to);
                    }
                }
                Fact::Entities(known) => typed.expr = self.narrowed_entity(typed.expr, known),
                Fact::Absent | Fact::Variants(_) | Fact::NotVariants(_) => {}
            }
        }
        self.narrow_shape(env, typed)
    }

    pub(crate) fn narrowed(&mut self, expr: crate::hir::Expr, ty: Ty) -> crate::hir::Expr {
        let at = expr.location;
        self.node(ExprKind::Narrow(Box::new(expr)), ty, at)
    }

    /// Binds a name, and reports where that would hide another.
    pub(crate) fn binds(
        &mut self,
        env: &Env,
        name: &ast::Name,
        binding: Binding,
    ) -> Option<(Arc<str>, Binding)> {
        if name.is_missing() {
            return None;
        }
        let at = self.at(env.module, name.span);
        if &*name.text == "now" {
            self.report(at, Names::Hides { name: "now".to_owned(), first: None });
        } else if let Some(first) = env.lookup(&name.text) {
            let first = first.location();
            if first.is_some() {
                self.report(at, Names::Hides { name: name.text.to_string(), first });
            }
        }
        Some((Arc::clone(&name.text), binding))
    }

    /// A path one field further.
    pub(crate) fn field_path(path: Option<&Path>, name: &str) -> Option<Path> {
        path.map(|p| p.then(PathStep::Field(Arc::from(name))))
    }

    /// What a `Bool` `let` carries on.
    pub(crate) fn carried(&self, typed: &Typed) -> Option<Rc<super::facts::Branches>> {
        if matches!(self.kind(typed.ty()), TyKind::Bool) { typed.facts.clone() } else { None }
    }
}
