//! `x is present`, `x is absent`, `x is empty`, `x is V`, `x is T`, and their negations.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use super::facts::{Branches, Fact, Known};
use crate::diagnostics::absence::Absence;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Expr, ExprKind, IsTest, Ty, TyKind};
use crate::names::{DefKind, Import};
use crate::ty::{builtin, fit};

impl Checker<'_> {
    pub(crate) fn is(
        &mut self,
        env: &Env,
        value: ast::ExprId,
        negated: bool,
        test: &ast::IsTest,
        at: Location,
    ) -> Typed {
        let typed = match test {
            ast::IsTest::Present => self.presence(env, value, true, at),
            ast::IsTest::Absent => self.presence(env, value, false, at),
            ast::IsTest::Empty => self.empty(env, value, at),
            ast::IsTest::Value(operand) => {
                let subject = self.expr(env, value, None);
                let subject = self.unnarrowed_union(subject);
                if self.asks_about(self.place(env, *operand)) {
                    self.probe_is(env, subject.ty());
                }
                if let Some(typed) = self.is_variant(env, &subject, *operand, at) {
                    typed
                } else if let Some(ty) = self.type_operand(env, *operand) {
                    self.is_type(subject, ty, at)
                } else {
                    self.is_value(env, (value, subject), *operand, at)
                }
            }
        };
        if negated { self.negated(typed, at) } else { typed }
    }

    fn is_node(&mut self, value: Expr, test: IsTest, at: Location) -> Typed {
        let ty = self.ty(TyKind::Bool);
        Typed::plain(self.node(ExprKind::Is { value: Box::new(value), test }, ty, at))
    }

    fn is_error_node(&mut self, at: Location) -> Typed {
        let ty = self.ty(TyKind::Bool);
        self.failed(ty, at)
    }

    /// Facts of presence for a value and all that it goes through.
    fn presence_facts(typed: &Typed) -> Branches {
        let yes = typed.paths().map(|p| Known { path: p.clone(), fact: Fact::Present }).collect();
        // Where it is absent, a step before may be what is absent.
        let no = if typed.via.is_empty() {
            typed.path.iter().map(|p| Known { path: p.clone(), fact: Fact::Absent }).collect()
        } else {
            Vec::new()
        };
        Branches { yes, no }
    }

    fn presence(&mut self, env: &Env, value: ast::ExprId, present: bool, at: Location) -> Typed {
        let typed = self.expr(env, value, None);
        if self.is_error(typed.ty()) {
            return self.is_error_node(at);
        }
        let facts = Self::presence_facts(&typed);
        if !self.is_option(typed.ty()) {
            let narrowed = matches!(&typed.expr.kind, ExprKind::Narrow(inner) if self.is_option(inner.ty));
            let finding = if narrowed {
                Absence::KnownPresent { source: self.source_of(env, value) }
            } else {
                let what = if present { "`is present`" } else { "`is absent`" };
                Absence::NeverAbsent { what, ty: self.show(typed.ty()), fix: None }
            };
            self.report(at, finding);
            let ty = self.ty(TyKind::Bool);
            // What can fail in the operand still does.
            if !matches!(self.kind(typed.ty()), TyKind::Option(_)) {
                let expr = Self::unnarrowed(typed.expr);
                if self.is_option(expr.ty) {
                    let test = if present { IsTest::Present } else { IsTest::Absent };
                    return self.is_node(expr, test, at);
                }
                return Typed::plain(self.node(ExprKind::Const(crate::hir::Const::Bool(present)), ty, at));
            }
        }
        let test = if present { IsTest::Present } else { IsTest::Absent };
        let node = self.is_node(typed.expr, test, at);
        node.with_facts(if present { facts } else { facts.swapped() })
    }

    fn unnarrowed(expr: Expr) -> Expr {
        match expr.kind {
            ExprKind::Narrow(inner) => *inner,
            _ => expr,
        }
    }

    fn empty(&mut self, env: &Env, value: ast::ExprId, at: Location) -> Typed {
        let typed = self.expr(env, value, None);
        if self.is_error(typed.ty()) {
            return self.is_error_node(at);
        }
        if self.is_option(typed.ty()) {
            self.absent(env, value, &typed, Reason::here("`is empty` wants"));
            return self.is_error_node(at);
        }
        let expr = match *self.kind(typed.ty()) {
            TyKind::Read(read) => self.read_value(typed.expr, read),
            _ => typed.expr,
        };
        match self.kind(expr.ty) {
            TyKind::String | TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. } => {
                self.is_node(expr, IsTest::Empty, at)
            }
            _ => {
                let found = self.show(expr.ty);
                let help = vec!["`is empty` asks a text, a list, a set or a map".to_owned()];
                self.report(at, Types::IsTest { test: "empty".to_owned(), found, help });
                self.is_error_node(at)
            }
        }
    }

    /// The type that an operand names, if it names one and no value.
    fn type_operand(&mut self, env: &Env, id: ast::ExprId) -> Option<Ty> {
        let tree = self.ast(env.module);
        let expr = &tree.exprs[id];
        let at = self.at(env.module, expr.span);
        match &expr.kind {
            ast::ExprKind::Name(name) if name.style == ast::NameStyle::Plain => {
                if env.lookup(&name.text).is_some() {
                    return None;
                }
                if let Some(kind) = builtin::scalar(&name.text) {
                    return Some(self.ty(kind.clone()));
                }
                match self.defs.lookup(env.module, &name.text)? {
                    Import::Defs(defs) => {
                        let def = defs.first().copied()?;
                        let named =
                            self.defs.get(def).kind.is_type() && self.defs.get(def).kind != DefKind::Damaged;
                        named.then(|| self.named_type(def, Vec::new(), at))
                    }
                    Import::Module(_) | Import::Broken => None,
                }
            }
            _ => None,
        }
    }

    fn is_type(&mut self, typed: Typed, to: Ty, at: Location) -> Typed {
        if self.is_error(typed.ty()) || self.is_error(to) {
            return self.is_error_node(at);
        }
        if let Some(test) = self.is_entity(&typed, to, at) {
            return test;
        }
        let json = matches!(self.kind(self.present(typed.ty())), TyKind::Json);
        let kind_ok = match self.kind(to) {
            TyKind::Bool | TyKind::String | TyKind::Int(_) | TyKind::Decimal => true,
            TyKind::List { elem, .. } => matches!(self.kind(*elem), TyKind::Json),
            TyKind::Map { key, value, .. } => {
                matches!((self.kind(*key), self.kind(*value)), (TyKind::String, TyKind::Json))
            }
            _ => false,
        };
        if !json || !kind_ok {
            let help = if json {
                let to = self.show(to);
                vec![format!("probe with `as?`: `(x as? {to}) is present`")]
            } else {
                vec![
                    "`is T` asks `Json` for its kind; any other value has the type that is declared"
                        .to_owned(),
                ]
            };
            let finding = Types::IsTest { test: self.article(to), found: self.show(typed.ty()), help };
            self.report(at, finding);
            return self.is_error_node(at);
        }
        let mut facts = Branches::default();
        facts.yes.extend(typed.via.iter().map(|p| Known { path: (**p).clone(), fact: Fact::Present }));
        facts.yes.extend(typed.path.iter().map(|p| Known { path: p.clone(), fact: Fact::Kind(to) }));
        self.is_node(typed.expr, IsTest::JsonKind(to), at).with_facts(facts)
    }

    fn article(&self, ty: Ty) -> String {
        format!("`{}`", self.show(ty))
    }

    fn is_value(
        &mut self,
        env: &Env,
        (value, typed): (ast::ExprId, Typed),
        operand: ast::ExprId,
        at: Location,
    ) -> Typed {
        let inner = self.present(typed.ty());
        if self.is_error(inner) {
            if !self.needs_guidance(env, operand) {
                self.expr(env, operand, None);
            }
            return self.is_error_node(at);
        }
        let why = || Reason::here("`is` asks whether both are equal");
        let json = matches!(self.kind(inner), TyKind::Json);
        let wide = crate::ty::fit::widen(&mut self.hir.types, inner);
        let want = (!json).then_some(Want { ty: wide, why: &why });
        let other = self.expr(env, operand, want);
        if self.is_error(other.ty()) {
            return self.is_error_node(at);
        }
        if self.is_option(other.ty()) {
            self.absent(env, operand, &other, Reason::here("`is` wants on its right"));
            return self.is_error_node(at);
        }
        if json {
            return self.json_is(typed, other, at);
        }
        let mut facts = Self::presence_facts(&typed);
        facts.no.clear();
        let equal = self.equal_facts(&typed, &other);
        facts.yes.extend(equal.yes);
        facts.no.extend(equal.no);
        // The left side as present, to find one type for both.
        let path = typed.path.clone();
        let probe = Typed {
            expr: Expr { ty: inner, ..typed.expr.clone() },
            path,
            ..Typed::plain(typed.expr.clone())
        };
        let Some((left, right)) = self.one_type(env, (value, operand), probe, other) else {
            return self.is_error_node(at);
        };
        if !fit::alike(&mut self.hir.types, left.ty, right.ty) {
            let (l, r) = (self.show(typed.ty()), self.show(right.ty));
            let mut help = Vec::new();
            let mut fixes = Vec::new();
            if let TyKind::Enum(id) = *self.kind(inner)
                && let Some(v) = self.variant_spelled(id, &right)
            {
                help.push(format!("a variant is a name, not a text: write `{v}`"));
                fixes.push(super::assign::fix(format!("write `{v}`"), right.location, v));
            }
            self.report(at, Types::NeverEqual { left: l, right: r, places: None, help, fixes });
            return self.is_error_node(at);
        }
        if !fit::comparable(&self.hir.types, inner) {
            let ty = self.show(inner);
            self.report(at, Types::NotComparable { ty });
            return self.is_error_node(at);
        }
        // An `Int?` beside a `Decimal` is compared as what is present.
        let subject = if matches!(left.kind, ExprKind::Convert { .. }) && self.is_option(typed.ty()) {
            self.converted_inside(typed.expr, left.ty)
        } else if matches!(left.kind, ExprKind::Convert { .. }) {
            left
        } else {
            typed.expr
        };
        self.is_node(subject, IsTest::Equal(Box::new(right)), at).with_facts(facts)
    }

    /// An optional `Int` as an optional `Decimal`.
    fn converted_inside(&mut self, expr: Expr, to: Ty) -> Expr {
        let (inner, at) = (self.present(expr.ty), expr.location);
        let local = self.local("$present", inner, crate::hir::LocalKind::Bound, at);
        let place = self.node(ExprKind::Local(local), inner, at);
        let body = self.decimal_of(place);
        let ty = self.optional(to);
        self.node(ExprKind::WithPresent { base: Box::new(expr), local, body: Box::new(body) }, ty, at)
    }

    /// `Json` beside a text, a number or a `Bool`: equal where it is of that kind and equal.
    fn json_is(&mut self, typed: Typed, other: Typed, at: Location) -> Typed {
        let right = match *self.kind(other.ty()) {
            TyKind::Read(read) => self.read_value(other.expr, read),
            _ => other.expr,
        };
        match self.kind(right.ty) {
            TyKind::String | TyKind::Int(_) | TyKind::Decimal | TyKind::Bool | TyKind::Json => {
                let mut facts = Self::presence_facts(&typed);
                facts.no.clear();
                self.is_node(typed.expr, IsTest::Equal(Box::new(right)), at).with_facts(facts)
            }
            _ => {
                let (left, ty) = (self.show(typed.ty()), self.show(right.ty));
                let help = vec![format!("read the `Json` first: `(x as {ty}) is …`")];
                self.report(at, Types::NeverEqual { left, right: ty, places: None, help, fixes: Vec::new() });
                self.is_error_node(at)
            }
        }
    }
}
