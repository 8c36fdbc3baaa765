//! `+ - * / div %`, unary minus, `??`.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use crate::diagnostics::absence::Absence;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Arith, Const, Convert, Expr, ExprKind, IntRange, Ty, TyKind};
use crate::ty::{fit, range};

fn arith(op: ast::ArithmeticOp) -> Arith {
    match op {
        ast::ArithmeticOp::Add => Arith::Add,
        ast::ArithmeticOp::Sub => Arith::Sub,
        ast::ArithmeticOp::Mul => Arith::Mul,
        ast::ArithmeticOp::Div => Arith::Div,
        ast::ArithmeticOp::IntDiv => Arith::IntDiv,
        ast::ArithmeticOp::Rem => Arith::Rem,
    }
}

/// What an operator takes, for messages.
fn takes(op: Arith) -> &'static str {
    match op {
        Arith::Add => "`+` adds two `Int`s or `Decimal`s, two `Duration`s, or a `Duration` to a `Timestamp`",
        Arith::Sub => {
            "`-` takes two `Int`s or `Decimal`s, two `Duration`s, two `Timestamp`s, two `Date`s, or a `Timestamp` and a `Duration`"
        }
        Arith::Mul => "`*` takes two `Int`s or `Decimal`s, or a `Duration` and an `Int`",
        Arith::Div => "`/` takes two `Int`s or `Decimal`s and gives a `Decimal`",
        Arith::IntDiv => "`div` takes two `Int`s",
        Arith::Rem => "`%` takes two `Int`s",
    }
}

/// An operand with the place that it came from.
struct Operand {
    typed: Typed,
    id: ast::ExprId,
}

impl Checker<'_> {
    pub(crate) fn arithmetic(
        &mut self,
        env: &Env,
        first: ast::ExprId,
        rest: &[ast::ArithmeticStep],
        at: Location,
    ) -> Typed {
        // What is wanted of the result says nothing of the operands: a `Date` less a `Date` is an `Int`.
        let mut left = Operand { typed: self.expr(env, first, None), id: first };
        let start = left.typed.expr.location;
        for step in rest {
            let right = Operand { typed: self.expr(env, step.operand, None), id: step.operand };
            let end = right.typed.expr.location.span;
            let place = Location::new(at.file, start.span.to(end));
            let op_at = self.at(env.module, step.op_span);
            let typed = self.arithmetic_step(env, arith(step.op), op_at, left, right, place);
            left = Operand { typed, id: first };
        }
        left.typed
    }

    fn arithmetic_step(
        &mut self,
        env: &Env,
        op: Arith,
        op_at: Location,
        left: Operand,
        right: Operand,
        at: Location,
    ) -> Typed {
        let (Some(left), Some(right)) = (self.operand(env, left, op), self.operand(env, right, op)) else {
            return Typed::plain(self.error(at));
        };
        let (a, b) = (self.kind(left.ty).clone(), self.kind(right.ty).clone());
        let numbers = |k: &TyKind| matches!(k, TyKind::Int(_) | TyKind::Decimal);
        match (&a, op, &b) {
            (TyKind::Error, _, _) | (_, _, TyKind::Error) => Typed::plain(self.error(at)),
            (
                TyKind::Int(x),
                Arith::Add | Arith::Sub | Arith::Mul | Arith::IntDiv | Arith::Rem,
                TyKind::Int(y),
            ) => self.int_step(op, left, right, *x, *y, at),
            (_, Arith::Add | Arith::Sub | Arith::Mul | Arith::Div, _) if numbers(&a) && numbers(&b) => {
                if op == Arith::Div && is_zero(&right) {
                    self.report(at, Types::AlwaysFails { what: "division by zero".to_owned() });
                }
                let left = self.decimal_of(left);
                let right = self.decimal_of(right);
                let ty = self.ty(TyKind::Decimal);
                self.arith_node(op, left, right, ty, at)
            }
            (TyKind::Duration, Arith::Add | Arith::Sub, TyKind::Duration)
            | (TyKind::Duration, Arith::Mul, TyKind::Int(_))
            | (TyKind::Int(_), Arith::Mul, TyKind::Duration)
            | (TyKind::Timestamp, Arith::Sub, TyKind::Timestamp) => {
                let ty = self.ty(TyKind::Duration);
                self.arith_node(op, left, right, ty, at)
            }
            (TyKind::Timestamp, Arith::Add | Arith::Sub, TyKind::Duration) => {
                let ty = self.ty(TyKind::Timestamp);
                self.arith_node(op, left, right, ty, at)
            }
            (TyKind::Date, Arith::Sub, TyKind::Date) => {
                // Years 1 to 9999 are fewer than 3,652,060 days.
                let ty = self.ty(TyKind::Int(IntRange { lo: -3_652_059, hi: 3_652_059 }));
                self.arith_node(op, left, right, ty, at)
            }
            _ => {
                self.refuse_arithmetic(env, op, op_at, &left, &right, at);
                Typed::plain(self.error(at))
            }
        }
    }

    fn int_step(
        &mut self,
        op: Arith,
        left: Expr,
        right: Expr,
        a: IntRange,
        b: IntRange,
        at: Location,
    ) -> Typed {
        let outcome = range::arith(op, a, b);
        if outcome.must_fail {
            let what = if matches!(op, Arith::IntDiv | Arith::Rem) && b.lo == 0 && b.hi == 0 {
                "division by zero".to_owned()
            } else {
                "the result does not fit 64 bits".to_owned()
            };
            self.report(at, Types::AlwaysFails { what });
        }
        let ty = self.ty(TyKind::Int(outcome.range));
        self.arith_node(op, left, right, ty, at)
    }

    fn arith_node(&mut self, op: Arith, left: Expr, right: Expr, ty: Ty, at: Location) -> Typed {
        let kind = ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) };
        Typed::plain(self.node(kind, ty, at))
    }

    /// An operand that is present, a `read by` value as its base.
    fn operand(&mut self, env: &Env, operand: Operand, op: Arith) -> Option<Expr> {
        let Operand { typed, id } = operand;
        if self.is_option(typed.ty()) {
            self.absent(env, id, &typed, Reason::here(format!("`{}` wants", symbol(op))));
            return None;
        }
        Some(match *self.kind(typed.ty()) {
            TyKind::Read(read) => self.read_value(typed.expr, read),
            _ => typed.expr,
        })
    }

    /// An `Int` as a `Decimal`.
    pub(crate) fn decimal_of(&mut self, expr: Expr) -> Expr {
        if !matches!(self.kind(expr.ty), TyKind::Int(_)) {
            return expr;
        }
        let (ty, at) = (self.ty(TyKind::Decimal), expr.location);
        if let ExprKind::Const(Const::Int(n)) = expr.kind {
            return self.node(ExprKind::Const(Const::Decimal(n.into())), ty, at);
        }
        self.node(ExprKind::Convert { convert: Convert::IntToDecimal, value: Box::new(expr) }, ty, at)
    }

    fn refuse_arithmetic(
        &mut self,
        env: &Env,
        op: Arith,
        op_at: Location,
        left: &Expr,
        right: &Expr,
        at: Location,
    ) {
        let (mut help, mut fixes) = (Vec::new(), Vec::new());
        let _ = op_at;
        let source = |span: Location| self.text(env.module, span.span).to_owned();
        match (self.kind(left.ty), op, self.kind(right.ty)) {
            (TyKind::String, Arith::Add, _) | (_, Arith::Add, TyKind::String) => {
                let (a, b) = (source(left.location), source(right.location));
                let text = format!("\"{}{}\"", interpolated(left, &a), interpolated(right, &b));
                help.push(format!("text is put together by interpolation: `{text}`"));
                fixes.push(super::assign::fix(format!("write `{text}`"), at, text));
            }
            (TyKind::Duration, Arith::Add, TyKind::Timestamp) => {
                help.push(format!(
                    "write the time first: `{} + {}`",
                    source(right.location),
                    source(left.location)
                ));
            }
            (TyKind::List { .. }, Arith::Add, TyKind::List { .. }) => {
                help.push(format!(
                    "join lists with `{}.concat({})`",
                    source(left.location),
                    source(right.location)
                ));
            }
            (TyKind::Set { .. }, Arith::Add | Arith::Sub, TyKind::Set { .. }) => {
                help.push("join sets with `union`, take away with `difference`".to_owned());
            }
            (TyKind::Json, _, _) | (_, _, TyKind::Json) => {
                help.push("say what the `Json` is: `x as Int`".to_owned());
            }
            (TyKind::Date, _, TyKind::Duration) => {
                help.push("a `Date` has no hours: use `plus_days`, or a `Timestamp`".to_owned());
            }
            _ => {}
        }
        let finding = Types::Operator {
            op: symbol(op).to_owned(),
            left: self.show(left.ty),
            right: Some(self.show(right.ty)),
            takes: takes(op).to_owned(),
            help,
            fixes,
        };
        self.report(at, finding);
    }

    pub(crate) fn negate(
        &mut self,
        env: &Env,
        value: ast::ExprId,
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let tree = self.ast(env.module);
        if let ast::ExprKind::Int(digits) = &tree.exprs[value].kind {
            return self.int(digits, true, want, at);
        }
        let typed = self.expr(env, value, want);
        let literal = typed.literal;
        if let ExprKind::Const(Const::Decimal(d)) = typed.expr.kind {
            return self.constant(Const::Decimal(-d), at);
        }
        let Some(operand) = self.operand(env, Operand { typed, id: value }, Arith::Sub) else {
            return Typed::plain(self.error(at));
        };
        let ty = match *self.kind(operand.ty) {
            TyKind::Error => return Typed::plain(self.error(at)),
            TyKind::Int(r) => {
                let outcome = range::negate(r);
                self.ty(TyKind::Int(outcome.range))
            }
            TyKind::Decimal | TyKind::Duration => operand.ty,
            _ => {
                let finding = Types::Operator {
                    op: "-".to_owned(),
                    left: self.show(operand.ty),
                    right: None,
                    takes: "unary `-` takes an `Int`, a `Decimal` or a `Duration`".to_owned(),
                    help: Vec::new(),
                    fixes: Vec::new(),
                };
                self.report(at, finding);
                return Typed::plain(self.error(at));
            }
        };
        let typed = Typed::plain(self.node(ExprKind::Negate(Box::new(operand)), ty, at));
        Typed { literal, ..typed }
    }

    /// `a ?? b ?? c`, from the right: each stands in for what is before it.
    pub(crate) fn coalesce(
        &mut self,
        env: &Env,
        parts: &[ast::ExprId],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let Some((&first, rest)) = parts.split_first() else { return Typed::plain(self.error(at)) };
        let head = self.expr(env, first, want);
        if self.is_error(head.ty()) {
            // What stands in for a value of no known type has none either.
            for &part in rest {
                self.quietly_if_lambda(env, part);
            }
            return Typed::plain(self.error(at));
        }
        let mut chain = vec![head];
        for &part in rest {
            let before = chain.last().map(Typed::ty).unwrap_or_else(|| self.hir_error());
            if !self.is_option(before) {
                let fix = self.remove_fallback(env, chain.last(), part);
                let ty = self.show(before);
                let finding = Absence::NeverAbsent { what: "`??`", ty, fix };
                self.report(self.place(env, part), finding);
            }
            // The fallback may be optional itself: then the whole is.
            let inner = self.present(before);
            let words = format!("it stands in for a `{}`", self.show(inner));
            let why = || Reason::here(words.clone());
            let fallback = Want { ty: inner, why: &why };
            let typed = self.expr(env, part, Some(fallback));
            let typed = self.stand_in(env, part, typed, fallback);
            chain.push(typed);
        }
        let Some(mut value) = chain.pop() else { return Typed::plain(self.error(at)) };
        while let Some(before) = chain.pop() {
            let inner = self.present(before.ty());
            let ty = fit::join(&mut self.hir.types, inner, value.ty()).unwrap_or(inner);
            let place = Location::new(at.file, before.expr.location.span.to(at.span));
            let place = Location::new(at.file, policy_syntax::Span::new(place.span.lo, at.span.hi));
            let kind = ExprKind::Coalesce(Box::new(before.expr), Box::new(value.expr));
            value = Typed::plain(self.node(kind, ty, place));
        }
        value
    }

    /// A fallback, made to fit what it stands in for; an `Int` range may widen it.
    fn stand_in(&mut self, env: &Env, id: ast::ExprId, typed: Typed, want: Want<'_>) -> Typed {
        if fit::join(&mut self.hir.types, want.ty, typed.ty()).is_some() {
            return typed;
        }
        if self.is_option(typed.ty()) {
            let ty = self.optional(want.ty);
            return self.assign(env, id, typed, want.of(ty));
        }
        self.assign(env, id, typed, want)
    }

    fn remove_fallback(
        &self,
        env: &Env,
        before: Option<&Typed>,
        part: ast::ExprId,
    ) -> Option<(Location, String)> {
        let start = before?.expr.location.span.hi;
        let end = self.ast(env.module).exprs[part].span.hi;
        Some((self.at(env.module, policy_syntax::Span::new(start, end)), String::new()))
    }

    fn hir_error(&mut self) -> Ty {
        self.ty(TyKind::Error)
    }
}

/// An operand of `+` as a part of a text.
fn interpolated(operand: &Expr, source: &str) -> String {
    match &operand.kind {
        ExprKind::Const(Const::String(_)) | ExprKind::Interpolation(_) => {
            source.strip_prefix('"').and_then(|s| s.strip_suffix('"')).unwrap_or(source).to_owned()
        }
        _ => format!("{{{source}}}"),
    }
}

fn is_zero(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Const(Const::Int(n)) => *n == 0,
        ExprKind::Const(Const::Decimal(d)) => d.is_zero(),
        _ => false,
    }
}

/// An operator as written.
pub(crate) fn symbol(op: Arith) -> &'static str {
    match op {
        Arith::Add => "+",
        Arith::Sub => "-",
        Arith::Mul => "*",
        Arith::Div => "/",
        Arith::IntDiv => "div",
        Arith::Rem => "%",
    }
}
