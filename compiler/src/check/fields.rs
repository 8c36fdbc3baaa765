//! Chains of `.f`, `?.f`, `[i]`, `f(…)` and `with`.

use policy_syntax::{Location, Span, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use super::facts::{Key, PathStep};
use crate::diagnostics::absence::Absence;
use crate::diagnostics::names::Nearest;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Cast, Const, Expr, ExprKind, FieldId, LocalKind, RecordId, Ty, TyKind};
use crate::names::nearest::nearest;
use crate::ty::parts;

/// The steps of a chain that are left, with the chain's beginning.
#[derive(Clone, Copy)]
pub(crate) struct Chain<'s> {
    pub(crate) base: ast::ExprId,
    pub(crate) start: Location,
    pub(crate) steps: &'s [ast::Step],
    /// Whether a `?.` stands before: a second one may follow.
    pub(crate) after_question: bool,
}

impl<'s> Chain<'s> {
    /// Behind the first step.
    pub(crate) fn rest(self) -> Self {
        Self { steps: self.steps.get(1..).unwrap_or_default(), ..self }
    }

    /// From the beginning of the chain to the end of a step.
    pub(crate) fn to(self, span: Span) -> Location {
        Location::new(self.start.file, self.start.span.to(span))
    }
}

impl Checker<'_> {
    pub(crate) fn postfix(
        &mut self,
        env: &Env,
        base: ast::ExprId,
        steps: &[ast::Step],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        // With the parenthesis that may stand before the base.
        let base_at = self.place(env, base);
        let start = Location::new(at.file, Span::new(at.span.lo, base_at.span.hi));
        let chain = Chain { base, start, steps, after_question: false };
        if let Some((value, rest)) = self.static_prefix(env, chain, want) {
            return self.steps(env, value, rest);
        }
        let value = self.expr(env, base, None);
        self.steps(env, value, chain)
    }

    /// Applies the steps that are left.
    pub(crate) fn steps(&mut self, env: &Env, mut value: Typed, mut chain: Chain<'_>) -> Typed {
        while let Some(step) = chain.steps.first() {
            let at = chain.to(step.span);
            if self.is_error(value.ty()) {
                // The arguments may hold mistakes of their own.
                self.step_arguments(env, step);
                value = Typed::plain(self.error(at));
                chain = chain.rest();
                continue;
            }
            let question = match &step.kind {
                ast::StepKind::Field { optional, .. }
                | ast::StepKind::Method { optional, .. }
                | ast::StepKind::Index { optional, .. } => *optional,
                ast::StepKind::Call { .. } | ast::StepKind::With(_) => false,
            };
            if question && self.is_option(value.ty()) {
                return self.with_present(env, value, chain);
            }
            if question && !chain.after_question && value.path.is_none() {
                self.superfluous(env, &value, step);
            }
            value = self.step(env, value, chain, step, at);
            chain = chain.rest();
        }
        value
    }

    fn superfluous(&mut self, env: &Env, value: &Typed, step: &ast::Step) {
        let at = self.at(env.module, Span::new(step.span.lo, step.span.lo + 1));
        let ty = self.show(value.ty());
        let finding = Absence::NeverAbsent { what: "`?`", ty, fix: Some((at, String::new())) };
        self.report(at, finding);
    }

    /// The steps behind `?.`: absent where the base is.
    fn with_present(&mut self, env: &Env, base: Typed, chain: Chain<'_>) -> Typed {
        let inner = self.present(base.ty());
        let location = base.expr.location;
        let local = self.local("$present", inner, LocalKind::Bound, location);
        let mut present = Typed::plain(self.node(ExprKind::Local(local), inner, location));
        present.path.clone_from(&base.path);
        present.via.clone_from(&base.via);
        present.via.extend(base.path.clone().map(std::rc::Rc::new));
        let Some(step) = chain.steps.first() else { return base };
        let at = chain.to(step.span);
        self.nesting += 1;
        let first = if self.nesting > super::MAX_NESTING {
            self.report(at, Types::TooHigh);
            Typed::plain(self.error(at))
        } else {
            self.step(env, present, chain, step, at)
        };
        let rest = Chain { after_question: true, ..chain.rest() };
        let body = self.steps(env, first, rest);
        self.nesting -= 1;
        if self.is_error(body.ty()) {
            return body;
        }
        let ty = self.optional(body.ty());
        let end = body.expr.location;
        let kind = ExprKind::WithPresent { base: Box::new(base.expr), local, body: Box::new(body.expr) };
        let typed = Typed {
            expr: self.node(kind, ty, end),
            path: body.path,
            via: body.via,
            facts: None,
            literal: false,
        };
        self.narrow(env, typed)
    }

    fn step(&mut self, env: &Env, value: Typed, chain: Chain<'_>, step: &ast::Step, at: Location) -> Typed {
        match &step.kind {
            ast::StepKind::Field { name, .. } => {
                if self.asks_about(self.at(env.module, name.span)) {
                    self.probe_member(env, &value);
                }
                if self.refuse_option(env, &value, chain, step, name) {
                    return Typed::plain(self.error(at));
                }
                let kind = self.kind(self.base(value.ty()));
                if let Some(function) = parts::function(kind, &name.text) {
                    return self.scalar_part(env, value, chain, (function, name), at);
                }
                let mut field = self.field(env, value, name, at);
                field.expr.location = at;
                field
            }
            ast::StepKind::Method { name, args, .. } => self.method(env, value, chain, name, args, at),
            ast::StepKind::Index { index, .. } => self.index(env, value, chain, step, *index, at),
            ast::StepKind::Call { args } => {
                for arg in args {
                    self.expr(env, arg.value, None);
                }
                let what = format!("a value of type `{}`", self.show(value.ty()));
                self.report(at, Types::NotCallable { what });
                Typed::plain(self.error(at))
            }
            ast::StepKind::With(updates) => self.with(env, value, chain, updates, at),
        }
    }

    /// `url.host`: a part of a scalar, which a function of the library reads.
    fn scalar_part(
        &mut self,
        env: &Env,
        value: Typed,
        chain: Chain<'_>,
        (function, name): (&'static str, &ast::Name),
        at: Location,
    ) -> Typed {
        let (path, via) = (Self::field_path(value.path.as_ref(), &name.text), value.via.clone());
        let called = ast::Name { text: function.into(), ..name.clone() };
        let typed = self.method(env, value, chain, &called, &[], at);
        self.narrow(env, Typed { path, via, ..typed })
    }

    fn step_arguments(&mut self, env: &Env, step: &ast::Step) {
        match &step.kind {
            ast::StepKind::Field { .. } => {}
            ast::StepKind::Method { args, .. } | ast::StepKind::Call { args } => {
                for arg in args {
                    self.quietly_if_lambda(env, arg.value);
                }
            }
            ast::StepKind::Index { index, .. } => {
                self.expr(env, *index, None);
            }
            // What is updated is unknown, so nothing can be said about the values.
            ast::StepKind::With(_) => {}
        }
    }

    /// Looks for mistakes in an argument of what is not known; of a lambda nothing can be said.
    pub(crate) fn quietly_if_lambda(&mut self, env: &Env, id: ast::ExprId) {
        let tree = self.ast(env.module);
        let context = matches!(
            tree.exprs[id].kind,
            ast::ExprKind::Lambda { .. }
                | ast::ExprKind::Name(_)
                | ast::ExprKind::EmptyBraces
                | ast::ExprKind::List(_)
                | ast::ExprKind::Set(_)
                | ast::ExprKind::Record(_)
                | ast::ExprKind::Map(_)
        );
        if !context {
            self.expr(env, id, None);
        } else if self.asks_about(self.place(env, id)) {
            self.muted += 1;
            self.expr(env, id, None);
            self.muted -= 1;
        }
    }

    /// Reports a field, an index or a method of an optional.
    fn refuse_option(
        &mut self,
        env: &Env,
        value: &Typed,
        chain: Chain<'_>,
        step: &ast::Step,
        name: &ast::Name,
    ) -> bool {
        let _ = name;
        if !self.is_option(value.ty()) {
            return false;
        }
        self.optional_step(env, value, chain, step);
        true
    }

    pub(crate) fn optional_step(&mut self, env: &Env, value: &Typed, chain: Chain<'_>, step: &ast::Step) {
        let before = Span::new(chain.start.span.lo, step.span.lo);
        let source: String =
            self.text(env.module, before).split_whitespace().collect::<Vec<&str>>().join(" ");
        let text = self.text(env.module, step.span);
        let step_text = text.split(['(', '{']).next().unwrap_or(text).to_owned();
        let finding = Absence::Step {
            source,
            step: step_text,
            question: Some(self.at(env.module, Span::at(step.span.lo))),
            guard: value.path.as_ref().and(env.guard),
            declared: self.optional_declared(&value.expr),
        };
        self.report(chain.to(step.span), finding);
    }

    /// `base.name` on a value that is present.
    pub(crate) fn field(&mut self, env: &Env, base: Typed, name: &ast::Name, at: Location) -> Typed {
        let ty = base.ty();
        match self.kind(ty).clone() {
            TyKind::Error => Typed::plain(self.error(at)),
            TyKind::Record(record) => self.record_field(env, base, record, name, at),
            TyKind::Entity(entities) => self.attribute(env, base, &entities, name, at),
            TyKind::Union(union) => self.union_field(env, base, union, name, at),
            TyKind::Json => {
                let path = Self::field_path(base.path.as_ref(), &name.text);
                let json = self.ty(TyKind::Json);
                let ty = self.optional(json);
                let kind = ExprKind::JsonField { base: Box::new(base.expr), name: name.text.to_string() };
                let typed = Typed { path, via: base.via, ..Typed::plain(self.node(kind, ty, at)) };
                self.narrow(env, typed)
            }
            TyKind::Read(read) => {
                let inner = self.base(ty);
                let has = matches!(self.kind(inner), TyKind::Record(id) if self.field_of(*id, &name.text).is_some());
                if &*name.text == "text" && !has {
                    let string = self.ty(TyKind::String);
                    let convert = crate::hir::Convert::ReadText(read);
                    let kind = ExprKind::Convert { convert, value: Box::new(base.expr) };
                    return Typed::plain(self.node(kind, string, at));
                }
                let (path, via) = (base.path.clone(), base.via.clone());
                let value = self.read_value(base.expr, read);
                let base = Typed { path, via, ..Typed::plain(value) };
                self.field(env, base, name, at)
            }
            _ => {
                let of = self.show(ty);
                if !name.is_missing() {
                    self.report(
                        self.at(env.module, name.span),
                        Types::NoFields {
                            name: name.text.to_string(),
                            of,
                            parts: parts::names(self.kind(ty)),
                        },
                    );
                }
                Typed::plain(self.error(at))
            }
        }
    }

    /// A field of a record by its name.
    pub(crate) fn field_of(&self, record: RecordId, name: &str) -> Option<FieldId> {
        let def = self.hir.types.record(record)?;
        let at = def.fields.iter().position(|f| f.name == name)?;
        u32::try_from(at).ok().map(FieldId)
    }

    fn record_field(
        &mut self,
        env: &Env,
        base: Typed,
        record: RecordId,
        name: &ast::Name,
        at: Location,
    ) -> Typed {
        let Some(field) = self.field_of(record, &name.text) else {
            self.unknown_field(env, record, base.ty(), name);
            return Typed::plain(self.error(at));
        };
        let def = self.hir.types.record(record).and_then(|r| r.fields.get(field.index()));
        let (ty, declared) = match def {
            Some(def) => (def.ty, def.location),
            None => return Typed::plain(self.error(at)),
        };
        self.uses(self.at(env.module, name.span), declared);
        let transformed = (&*name.text == "transformed").then(|| self.decided_on(&base.expr)).flatten();
        let path = Self::field_path(base.path.as_ref(), &name.text);
        let kind = ExprKind::Field { base: Box::new(base.expr), field };
        if let Some(input) = transformed {
            let json = self.node(kind, ty, at);
            return Typed::plain(self.cast_node(json, Cast::Must, input, input, at));
        }
        let typed = Typed { path, via: base.via, ..Typed::plain(self.node(kind, ty, at)) };
        self.narrow(env, typed)
    }

    /// The type of the input that a decision was made on: what it was transformed to is of that type.
    fn decided_on(&self, decision: &Expr) -> Option<Ty> {
        let policy = match &decision.kind {
            ExprKind::Decide { policy, .. } => *policy,
            ExprKind::Local(local) => self.body.decisions.iter().find(|(l, _)| l == local)?.1,
            _ => return None,
        };
        self.heads.get(policy.index()).map(|head| head.input)
    }

    pub(crate) fn unknown_field(&mut self, env: &Env, record: RecordId, ty: Ty, name: &ast::Name) {
        if name.is_missing() {
            return;
        }
        let Some(def) = self.hir.types.record(record) else { return };
        let fields: Vec<String> =
            def.declared.iter().filter_map(|f| def.fields.get(f.index())).map(|f| f.name.clone()).collect();
        let near = nearest(&name.text, fields.iter().map(String::as_str)).map(str::to_owned);
        let declared =
            def.name.as_ref().map(|_| def.location).filter(|l| l.file.0 < crate::world::FIRST_STD_FILE);
        let declared = declared.filter(|l| !l.span.is_empty());
        let finding = Types::UnknownField {
            name: name.text.to_string(),
            of: self.show(ty),
            fields,
            nearest: near.map(|name| Nearest { name, declared: None }),
            declared,
        };
        self.report(self.at(env.module, name.span), finding);
    }

    /// `base[index]`.
    fn index(
        &mut self,
        env: &Env,
        base: Typed,
        chain: Chain<'_>,
        step: &ast::Step,
        index: ast::ExprId,
        at: Location,
    ) -> Typed {
        if self.is_option(base.ty()) {
            self.optional_step(env, &base, chain, step);
            self.expr(env, index, None);
            return Typed::plain(self.error(at));
        }
        let base_ty = base.ty();
        let base = match *self.kind(base_ty) {
            TyKind::Union(union) => match self.only_variant(env, &base) {
                Some(variant) => self.content(base, union, variant),
                None => base,
            },
            TyKind::Read(read) => Typed {
                path: base.path.clone(),
                via: base.via.clone(),
                ..Typed::plain(self.read_value(base.expr, read))
            },
            _ => base,
        };
        let (key, result) = match *self.kind(base.ty()) {
            TyKind::List { elem, .. } => (Some(self.ty(TyKind::Int(crate::hir::IntRange::FULL))), elem),
            TyKind::Map { key, value, .. } => (Some(key), value),
            TyKind::Json => (None, base.ty()),
            _ => {
                self.expr(env, index, None);
                let ty = self.show(base.ty());
                let finding = Types::Operator {
                    op: "[…]".to_owned(),
                    left: ty,
                    right: None,
                    takes: "`[…]` reads an element of a list, a key of a map, or a part of `Json`".to_owned(),
                    help: Vec::new(),
                    fixes: Vec::new(),
                };
                self.report(at, finding);
                return Typed::plain(self.error(at));
            }
        };
        let key_expr = match key {
            Some(ty) => {
                let shown = self.show(base.ty());
                let why = move || Reason::here(format!("`[…]` on `{shown}` takes its key"));
                let want = Want { ty, why: &why };
                let typed = self.expr(env, index, Some(want));
                self.assign(env, index, typed, want)
            }
            None => self.json_key(env, index),
        };
        let step = Self::key_step(&key_expr);
        let path = match (&base.path, step) {
            (Some(path), Some(step)) => Some(path.then(step)),
            _ => None,
        };
        let ty = self.optional(result);
        let kind = ExprKind::Index { base: Box::new(base.expr), index: Box::new(key_expr.expr) };
        let typed = Typed { path, via: base.via, ..Typed::plain(self.node(kind, ty, at)) };
        self.narrow(env, typed)
    }

    /// A key into `Json`: an `Int` or a `String`.
    fn json_key(&mut self, env: &Env, index: ast::ExprId) -> Typed {
        let typed = self.expr(env, index, None);
        match self.kind(typed.ty()) {
            TyKind::Int(_) | TyKind::String | TyKind::Error => typed,
            _ => {
                let string = self.ty(TyKind::String);
                let why = || Reason::here("`[…]` on `Json` takes an `Int` or a `String`");
                self.assign(env, index, typed, Want { ty: string, why: &why })
            }
        }
    }

    /// A key as a step of a stable path.
    pub(crate) fn key_step(key: &Typed) -> Option<PathStep> {
        fn constant(expr: &Expr) -> Option<Key> {
            match &expr.kind {
                ExprKind::Const(Const::Int(n)) => Some(Key::Int(*n)),
                ExprKind::Const(Const::String(s)) => Some(Key::Text(s.as_str().into())),
                ExprKind::Const(value) => Some(Key::Other(format!("{value:?}"))),
                _ => None,
            }
        }
        let key = constant(&key.expr).or_else(|| key.path.clone().map(Key::Path))?;
        Some(PathStep::Key(Box::new(key)))
    }
}
