//! Expressions: the one place that tells kinds of syntax apart.

use std::rc::Rc;

use policy_syntax::{Location, ast};

use super::env::Env;
use super::facts::{Branches, Known, Path};
use super::fold::Fold;
use super::{Checker, MAX_NESTING};
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Const, Expr, ExprKind, IntRange, Ty, TyKind};
use crate::literal;

/// A checked expression and what the checker knows of it beyond its type.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) expr: Expr,
    /// The stable path that it is.
    pub(crate) path: Option<Path>,
    /// Paths that are present where this is.
    pub(crate) via: Vec<Rc<Path>>,
    /// What its being true or false tells.
    pub(crate) facts: Option<Rc<Branches>>,
    /// Whether it is a literal as written, so that a reader can run on it at compile time.
    pub(crate) literal: bool,
}

impl Typed {
    pub(crate) fn plain(expr: Expr) -> Self {
        Self { expr, path: None, via: Vec::new(), facts: None, literal: false }
    }

    pub(crate) fn literal(expr: Expr) -> Self {
        Self { literal: true, ..Self::plain(expr) }
    }

    pub(crate) fn with_facts(mut self, facts: Branches) -> Self {
        if !facts.yes.is_empty() || !facts.no.is_empty() {
            self.facts = Some(Rc::new(facts));
        }
        self
    }

    /// The type.
    pub(crate) fn ty(&self) -> Ty {
        self.expr.ty
    }

    /// What its being true or false tells.
    pub(crate) fn branches(&self) -> Branches {
        self.facts.as_deref().cloned().unwrap_or_default()
    }

    /// The same, and the expression by itself.
    pub(crate) fn into_branches(self) -> (Expr, Branches) {
        (self.expr, self.facts.map(Rc::unwrap_or_clone).unwrap_or_default())
    }

    /// What its being true tells.
    pub(crate) fn when_true(&self) -> &[Known] {
        self.facts.as_ref().map_or(&[], |facts| &facts.yes)
    }

    /// What its being false tells.
    pub(crate) fn when_false(&self) -> &[Known] {
        self.facts.as_ref().map_or(&[], |facts| &facts.no)
    }

    /// Its path and all that is present with it.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.path.iter().chain(self.via.iter().map(Rc::as_ref))
    }
}

/// The type that is wanted of an expression, and why.
#[derive(Clone, Copy)]
pub(crate) struct Want<'w> {
    pub(crate) ty: Ty,
    pub(crate) why: &'w dyn Fn() -> Reason,
}

impl<'w> Want<'w> {
    /// The same reason for another type, as for the elements of a list.
    pub(crate) fn of(self, ty: Ty) -> Self {
        Self { ty, ..self }
    }
}

impl Checker<'_> {
    /// Checks an expression against the type that is wanted.
    pub(crate) fn check(&mut self, env: &Env, id: ast::ExprId, want: Want<'_>) -> Expr {
        let typed = self.expr(env, id, Some(want));
        self.assign(env, id, typed, want).expr
    }

    /// Checks a condition: a `Bool`, with what it tells.
    pub(crate) fn condition(&mut self, env: &Env, id: ast::ExprId, what: &'static str) -> Typed {
        let guard = super::logic::start(self.place(env, id));
        let env = env.guarded(Some(guard));
        let bool_ = self.ty(TyKind::Bool);
        let why = move || Reason::here(format!("{what} is a condition: it is true or false"));
        let want = Want { ty: bool_, why: &why };
        let typed = self.expr(&env, id, Some(want));
        self.assign(&env, id, typed, want)
    }

    /// Where an expression stands.
    pub(crate) fn place(&self, env: &Env, id: ast::ExprId) -> Location {
        let module = self.ast(env.module);
        self.at(env.module, module.exprs[id].span)
    }

    /// The text of an expression.
    pub(crate) fn source_of(&self, env: &Env, id: ast::ExprId) -> String {
        let expr = &self.ast(env.module).exprs[id];
        let text = self.text(env.module, expr.span);
        let mut out = String::new();
        for word in text.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        out
    }

    /// Checks an expression. `want` guides what has no type of its own; the result need not fit it.
    pub(crate) fn expr(&mut self, env: &Env, id: ast::ExprId, want: Option<Want<'_>>) -> Typed {
        let location = self.place(env, id);
        if self.nesting >= MAX_NESTING {
            self.report(location, Types::TooHigh);
            return Typed::plain(self.error(location));
        }
        if !self.body.inlining.is_empty() {
            self.body.inlined += 1;
        }
        self.nesting += 1;
        let typed = self.expr_kind(env, id, want, location);
        self.nesting -= 1;
        if self.muted == 0 && self.inputs.places {
            self.resolutions.types.push((location, typed.ty()));
        }
        typed
    }

    fn expr_kind(&mut self, env: &Env, id: ast::ExprId, want: Option<Want<'_>>, at: Location) -> Typed {
        if let Some(want) = want
            && let Some(typed) = self.guided_by_shape(env, id, want)
        {
            return typed;
        }
        let tree = self.ast(env.module);
        let expr = &tree.exprs[id];
        match &expr.kind {
            ast::ExprKind::Error => Typed::plain(self.error(at)),
            ast::ExprKind::Name(name) => self.name(env, name, want, at),
            ast::ExprKind::Absent => self.absent_value(want, at),
            ast::ExprKind::Bool(value) => self.constant(Const::Bool(*value), at),
            ast::ExprKind::Int(digits) => self.int(digits, false, want, at),
            ast::ExprKind::Decimal(digits) => self.decimal(digits, at),
            ast::ExprKind::String(text) => self.string(env, text, want, at),
            ast::ExprKind::Checked(lit) => match literal::check(lit, at.file) {
                Ok(value) => self.constant(value, at),
                Err(diagnostic) => {
                    self.push(*diagnostic);
                    let ty = self.checked_ty(lit.kind);
                    Typed::plain(self.node(ExprKind::Error, ty, at))
                }
            },
            ast::ExprKind::Entity { ty, id } => self.entity_literal(env, ty, &id.value, at),
            ast::ExprKind::Tuple(parts) => self.tuple(env, parts, want, at),
            ast::ExprKind::List(elems) => self.list(env, elems, want, at),
            ast::ExprKind::Set(elems) => self.set(env, elems, want, at),
            ast::ExprKind::Map(entries) => self.map(env, entries, want, at),
            ast::ExprKind::Record(fields) => self.record(env, fields, want, at),
            ast::ExprKind::EmptyBraces => self.empty_braces(want, at),
            ast::ExprKind::Comprehension(c) => self.comprehension(env, c, want, at),
            ast::ExprKind::Postfix { base, steps } => self.postfix(env, *base, steps, want, at),
            ast::ExprKind::Cast { value, probe, ty } => self.cast(env, *value, *probe, *ty, at),
            ast::ExprKind::Neg(value) => self.negate(env, *value, want, at),
            ast::ExprKind::Coalesce(parts) => self.coalesce(env, parts, want, at),
            ast::ExprKind::Arithmetic { first, rest } => self.arithmetic(env, *first, rest, at),
            ast::ExprKind::Compare { op, op_span, left, right } => {
                self.compare(env, *op, *op_span, *left, *right, at)
            }
            ast::ExprKind::Is { value, negated, test, .. } => self.is(env, *value, *negated, test, at),
            ast::ExprKind::Not(value) => self.not(env, *value, at),
            ast::ExprKind::Logic { op, operands } => self.logic(env, *op, operands, at),
            ast::ExprKind::Implies(operands) => self.implies(env, operands, at),
            ast::ExprKind::Quantifier(q) => self.quantifier(env, q, at),
            ast::ExprKind::If { branches, otherwise } => self.if_(env, branches, *otherwise, want, at),
            ast::ExprKind::Match { value, arms } => self.match_(env, *value, arms, want, at),
            ast::ExprKind::Fold { generators, state, init, body } => {
                self.fold(env, Fold { generators, state, init: *init, body: *body }, want, at)
            }
            ast::ExprKind::Score(entries) => self.score(env, entries, at),
            ast::ExprKind::Lambda { .. } => {
                self.report(
                    at,
                    Types::OnlyArgument {
                        what: "a lambda",
                        of: "a function that takes one",
                        help: "write it as an argument: `xs.sort_by(x => x.name)`",
                    },
                );
                Typed::plain(self.error(at))
            }
        }
    }

    /// `absent`, where an optional is wanted.
    fn absent_value(&mut self, want: Option<Want<'_>>, at: Location) -> Typed {
        match want.map(|w| w.ty) {
            Some(ty) if self.is_option(ty) => Typed::plain(self.node(ExprKind::Const(Const::Absent), ty, at)),
            Some(ty) if self.is_error(ty) => Typed::plain(self.error(at)),
            Some(ty) => {
                let finding = Types::Mismatch {
                    wanted: self.show(ty),
                    found: "absent".to_owned(),
                    reason: Reason::here("only an optional (`T?`) can be absent"),
                    help: vec!["ask with `x is absent`, or declare it optional".to_owned()],
                    fixes: Vec::new(),
                };
                self.report(at, finding);
                self.failed(ty, at)
            }
            None => {
                self.report(at, Types::NeedsType { what: "absent".to_owned() });
                Typed::plain(self.error(at))
            }
        }
    }

    /// What this version does not carry.
    pub(crate) fn unsupported(&mut self, at: Location, what: &str, instead: Option<&str>) -> Typed {
        self.report(at, Types::Unsupported { what: what.to_owned(), instead: instead.map(str::to_owned) });
        Typed::plain(self.error(at))
    }

    /// A constant, with its type.
    pub(crate) fn constant(&mut self, value: Const, at: Location) -> Typed {
        let kind = match &value {
            Const::Absent => TyKind::Error,
            Const::Bool(_) => TyKind::Bool,
            Const::Int(n) => TyKind::Int(IntRange { lo: *n, hi: *n }),
            Const::Decimal(_) => TyKind::Decimal,
            Const::String(_) => TyKind::String,
            Const::Timestamp(_) => TyKind::Timestamp,
            Const::Date(_) => TyKind::Date,
            Const::TimeOfDay(_) => TyKind::TimeOfDay,
            Const::Duration(_) => TyKind::Duration,
            Const::Ip(_) => TyKind::Ip,
            Const::Cidr(_) => TyKind::Cidr,
            Const::SemVer(_) => TyKind::SemVer,
            Const::SemVerRange(_) => TyKind::SemVerRange,
            Const::Regex(_) => TyKind::Regex,
            Const::Glob(_) => TyKind::Glob,
            Const::Wildcard(_) => TyKind::Wildcard,
            Const::Url(_) => TyKind::Url,
            Const::Bytes(_) => TyKind::Bytes,
            Const::Variant(id, _) => TyKind::Enum(*id),
            Const::Entity(id, _) => TyKind::Entity(vec![*id]),
        };
        let ty = self.ty(kind);
        Typed::literal(self.node(ExprKind::Const(value), ty, at))
    }

    fn checked_ty(&mut self, kind: ast::CheckedKind) -> Ty {
        let kind = match kind {
            ast::CheckedKind::Regex => TyKind::Regex,
            ast::CheckedKind::Glob => TyKind::Glob,
            ast::CheckedKind::Wildcard => TyKind::Wildcard,
            ast::CheckedKind::Cidr => TyKind::Cidr,
            ast::CheckedKind::Ip => TyKind::Ip,
            ast::CheckedKind::SemVer => TyKind::SemVer,
            ast::CheckedKind::SemVerRange => TyKind::SemVerRange,
            ast::CheckedKind::Duration => TyKind::Duration,
            ast::CheckedKind::Timestamp => TyKind::Timestamp,
            ast::CheckedKind::Date => TyKind::Date,
            ast::CheckedKind::TimeOfDay => TyKind::TimeOfDay,
        };
        self.ty(kind)
    }

    /// A whole number; a `Decimal` where that is wanted.
    pub(crate) fn int(
        &mut self,
        digits: &str,
        negative: bool,
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let decimal = want.is_some_and(|w| matches!(self.kind(self.present(w.ty)), TyKind::Decimal));
        let value = if decimal {
            literal::decimal(digits).map(|c| match c {
                Const::Decimal(d) if negative => Const::Decimal(-d),
                other => other,
            })
        } else {
            literal::int(digits, negative)
        };
        match value {
            Ok(value) => self.constant(value, at),
            Err(error) => {
                self.push(error.into_diagnostic(at.file, at.span));
                let ty = self.ty(if decimal { TyKind::Decimal } else { TyKind::Int(IntRange::FULL) });
                Typed::plain(self.node(ExprKind::Error, ty, at))
            }
        }
    }

    fn decimal(&mut self, digits: &str, at: Location) -> Typed {
        match literal::decimal(digits) {
            Ok(value) => self.constant(value, at),
            Err(error) => {
                self.push(error.into_diagnostic(at.file, at.span));
                let ty = self.ty(TyKind::Decimal);
                Typed::plain(self.node(ExprKind::Error, ty, at))
            }
        }
    }

    /// `ty` without its `?`.
    pub(crate) fn present(&self, ty: Ty) -> Ty {
        self.hir.types.present(ty)
    }

    /// Whether a type has a `?`.
    pub(crate) fn is_option(&self, ty: Ty) -> bool {
        matches!(self.kind(ty), TyKind::Option(_))
    }

    /// What a literal of a `read by` type is written as; any other type is itself.
    pub(crate) fn written(&self, ty: Ty) -> Ty {
        match self.kind(ty) {
            TyKind::Read(id) => self.hir.types.read(*id).map_or(ty, |r| match self.kind(r.from) {
                TyKind::Json => r.base,
                _ => r.from,
            }),
            _ => ty,
        }
    }

    /// The base of a `read by` type, any other type itself.
    pub(crate) fn base(&self, ty: Ty) -> Ty {
        match self.kind(ty) {
            TyKind::Read(id) => self.hir.types.read(*id).map_or(ty, |r| r.base),
            _ => ty,
        }
    }
}
