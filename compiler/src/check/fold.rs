//! `fold` and `score`.

use policy_syntax::{Location, ast};
use rust_decimal::Decimal;

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use super::patterns::Bound;
use crate::diagnostics::expressions::Expressions;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Const, Convert, Expr, ExprKind, IntRange, LocalKind, RecordId, ScorePart, Ty, TyKind};
use crate::ty::fit;

/// `fold(generators, state = init: body)` as written.
#[derive(Clone, Copy)]
pub(crate) struct Fold<'a> {
    pub(crate) generators: &'a [ast::Generator],
    pub(crate) state: &'a ast::Name,
    pub(crate) init: ast::ExprId,
    pub(crate) body: ast::ExprId,
}

impl Checker<'_> {
    pub(crate) fn fold(&mut self, env: &Env, fold: Fold<'_>, want: Option<Want<'_>>, at: Location) -> Typed {
        let env = env.guarded(None);
        let (init, ty) = self.first_state(&env, fold, want);
        let (inner, generators) = self.generators(&env, fold.generators);
        let mut names = Bound::new();
        let state = self.bind_local(&inner, fold.state, ty, LocalKind::Bound, &mut names);
        let inner = inner.bind(names);
        let words = format!("the state `{}` begins as this, and is of one type in every step", fold.state);
        let begins = init.location;
        let why = || Reason::at(words.clone(), begins);
        let body = if self.is_error(ty) {
            self.expr(&inner, fold.body, None).expr
        } else {
            self.check(&inner, fold.body, Want { ty, why: &why })
        };
        let kind = ExprKind::Fold { generators, state, init: Box::new(init), body: Box::new(body) };
        Typed::plain(self.node(kind, ty, at))
    }

    /// The state at first, and its type: that of the first value, of plain `Int`s.
    fn first_state(&mut self, env: &Env, fold: Fold<'_>, want: Option<Want<'_>>) -> (Expr, Ty) {
        let place = self.place(env, fold.init);
        let literal = match &self.ast(env.module).exprs[fold.init].kind {
            ast::ExprKind::List(elems) if elems.is_empty() => Some("[]"),
            ast::ExprKind::EmptyBraces => Some("{}"),
            _ => None,
        };
        if let (Some(literal), None) = (literal, want) {
            let state = fold.state.text.to_string();
            self.report(place, Expressions::StateGrows { state, ty: literal.to_owned(), part: None });
            let error = self.error(place);
            let ty = error.ty;
            return (error, ty);
        }
        let absent = matches!(self.ast(env.module).exprs[fold.init].kind, ast::ExprKind::Absent);
        let optional = want.filter(|w| self.is_option(w.ty)).map(|w| w.ty);
        // `absent` alone says nothing of what comes: the steps do.
        let guessed = match (absent, optional) {
            (true, None) if self.guessing == 0 => self.guessed_state(env, fold),
            _ => None,
        };
        let why = || Reason::here("that is what the steps give");
        let want = guessed.map(|ty| Want { ty, why: &why }).or(want.filter(|w| !self.is_error(w.ty)));
        let typed = self.expr(env, fold.init, want);
        let ty = self.base(typed.ty());
        let ty = fit::widen(&mut self.hir.types, ty);
        if self.is_error(ty) {
            return (typed.expr, ty);
        }
        if let Some(part) = self.growing(ty, &mut Vec::new()) {
            let part = (part != ty).then(|| self.show(part));
            let finding =
                Expressions::StateGrows { state: fold.state.text.to_string(), ty: self.show(ty), part };
            self.report(place, finding);
            let error = self.ty(TyKind::Error);
            return (self.error(place), error);
        }
        let why = || Reason::here("the state is of the type of its first value");
        let init = self.assign(env, fold.init, typed, Want { ty, why: &why }).expr;
        (init, ty)
    }

    /// The type that a state which is absent at first has later.
    fn guessed_state(&mut self, env: &Env, fold: Fold<'_>) -> Option<Ty> {
        self.guessing += 1;
        self.muted += 1;
        let (inner, _) = self.generators(env, fold.generators);
        let mut names = Bound::new();
        let unknown = self.ty(TyKind::Error);
        self.bind_local(&inner, fold.state, unknown, LocalKind::Bound, &mut names);
        let inner = inner.bind(names);
        let ty = self.expr(&inner, fold.body, None).ty();
        self.muted -= 1;
        self.guessing -= 1;
        let ty = fit::widen(&mut self.hir.types, ty);
        (!self.is_error(self.present(ty))).then(|| self.optional(ty))
    }

    /// The part of a type whose values can be of any size; none where all are as large.
    fn growing(&self, ty: Ty, above: &mut Vec<RecordId>) -> Option<Ty> {
        match self.kind(ty) {
            TyKind::Error
            | TyKind::Bool
            | TyKind::Int(_)
            | TyKind::Decimal
            | TyKind::Timestamp
            | TyKind::Date
            | TyKind::TimeOfDay
            | TyKind::Duration
            | TyKind::Enum(_) => None,
            TyKind::Option(inner) => self.growing(*inner, above),
            TyKind::Read(_) => self.growing(self.base(ty), above),
            TyKind::Tuple(parts) => parts.iter().find_map(|part| self.growing(*part, above)),
            TyKind::Record(record) => {
                if above.contains(record) {
                    return Some(ty);
                }
                above.push(*record);
                let fields = self.hir.types.record(*record).map(|r| r.fields.as_slice()).unwrap_or_default();
                let found = fields.iter().find_map(|field| self.growing(field.ty, above));
                above.pop();
                found
            }
            _ => Some(ty),
        }
    }

    pub(crate) fn score(&mut self, env: &Env, entries: &[ast::ScoreEntry], at: Location) -> Typed {
        let mut parts: Vec<ScorePart> = Vec::new();
        let mut sound = true;
        for entry in entries {
            let location = self.at(env.module, entry.span);
            let weight = self.weight(env, entry.weight);
            let condition = self.condition(env, entry.condition, "what follows `when`").expr;
            match weight {
                Some(weight) => parts.push(ScorePart { weight, condition, location }),
                None => sound = false,
            }
        }
        if !sound {
            return Typed::plain(self.error(at));
        }
        let decimal = parts.iter().any(|part| matches!(part.weight.kind, ExprKind::Const(Const::Decimal(_))));
        let mut range = IntRange { lo: 0, hi: 0 };
        for part in &mut parts {
            let ExprKind::Const(Const::Int(n)) = part.weight.kind else { continue };
            if decimal {
                let value = Const::Decimal(Decimal::from(n));
                part.weight = self.constant(value, part.weight.location).expr;
            } else if n < 0 {
                range.lo = range.lo.saturating_add(n);
            } else {
                range.hi = range.hi.saturating_add(n);
            }
        }
        let ty = self.ty(if decimal { TyKind::Decimal } else { TyKind::Int(range) });
        Typed::plain(self.node(ExprKind::Score(parts), ty, at))
    }

    /// A weight: a number that is known.
    fn weight(&mut self, env: &Env, id: ast::ExprId) -> Option<Expr> {
        let typed = self.expr(env, id, None);
        if self.is_error(typed.ty()) {
            return None;
        }
        let at = typed.expr.location;
        if !matches!(self.kind(typed.ty()), TyKind::Int(_) | TyKind::Decimal) {
            let finding = Types::Operator {
                op: "score".to_owned(),
                left: self.show(typed.ty()),
                right: None,
                takes: "a weight is an `Int` or a `Decimal`".to_owned(),
                help: Vec::new(),
                fixes: Vec::new(),
            };
            self.report(at, finding);
            return None;
        }
        let Some(value) = self.written_number(&typed.expr) else {
            let mentions = format!("`{}`", self.source_of(env, id));
            self.report(at, Types::NotConstant { what: "a weight".to_owned(), mentions });
            return None;
        };
        Some(self.constant(value, at).expr)
    }

    /// The number that an expression is, where it is written out or named by a module-level `let`.
    fn written_number(&self, expr: &Expr) -> Option<Const> {
        match &expr.kind {
            ExprKind::Const(value @ (Const::Int(_) | Const::Decimal(_))) => Some(value.clone()),
            ExprKind::Global(global) => self.written_number(&self.hir.globals.get(global.index())?.value),
            ExprKind::Convert { convert: Convert::IntToDecimal, value } => {
                match self.written_number(value)? {
                    Const::Int(n) => Some(Const::Decimal(Decimal::from(n))),
                    other => Some(other),
                }
            }
            _ => None,
        }
    }
}
