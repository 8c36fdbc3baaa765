//! Generators, quantifiers, comprehensions and aggregates.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{
    Aggregate, Expr, ExprKind, Gen, IntRange, LocalKind, Pattern, PatternKind, Quantifier, Ty, TyKind,
};
use crate::ty::fit;

impl Checker<'_> {
    /// Generators, outermost first; what they bind is in the environment that is given back.
    pub(crate) fn generators(&mut self, env: &Env, generators: &[ast::Generator]) -> (Env, Vec<Gen>) {
        let mut env = env.guarded(None);
        let mut out = Vec::new();
        for generator in generators {
            let source = self.expr(&env, generator.source, None);
            let source = self.iterable(&env, generator.source, source);
            let elem = self.generated(source.ty);
            let mut names = Vec::new();
            let pattern = self.pattern(&env, generator.pattern, elem, LocalKind::Bound, &mut names);
            env = env.bind(names);
            out.push(Gen { pattern, source });
        }
        (env, out)
    }

    /// A value that can be gone through.
    pub(crate) fn iterable(&mut self, env: &Env, id: ast::ExprId, typed: Typed) -> Expr {
        let at = typed.expr.location;
        if self.is_error(typed.ty()) {
            return typed.expr;
        }
        if self.is_option(typed.ty()) {
            let inner = self.present(typed.ty());
            if self.element(inner).is_some() {
                self.absent(env, id, &typed, Reason::here("a generator wants"));
                return Expr { ty: inner, ..self.error(at) };
            }
        }
        let expr = match *self.kind(typed.ty()) {
            TyKind::Read(read) => self.read_value(typed.expr, read),
            _ => typed.expr,
        };
        match self.kind(expr.ty) {
            TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. } | TyKind::Error => expr,
            kind => {
                let help = match kind {
                    TyKind::Json => {
                        let source = self.source_of(env, id);
                        vec![format!("say what it is: `({source} as (List<Json>))`")]
                    }
                    _ => Vec::new(),
                };
                let ty = self.show(expr.ty);
                self.report(at, Types::NotIterable { ty, help });
                self.error(at)
            }
        }
    }

    /// What a generator over a value of this type binds.
    pub(crate) fn generated(&mut self, ty: Ty) -> Ty {
        match self.kind(ty).clone() {
            TyKind::List { elem, .. } | TyKind::Set { elem, .. } => elem,
            TyKind::Map { key, value, .. } => self.ty(TyKind::Tuple(vec![key, value])),
            _ => self.ty(TyKind::Error),
        }
    }

    pub(crate) fn quantifier(&mut self, env: &Env, q: &ast::Quantified, at: Location) -> Typed {
        if q.without.is_some() || q.generators.iter().any(|g| !g.then.is_empty()) {
            return self.sequence(env, q, at);
        }
        let (inner, generators) = self.generators(env, &q.generators);
        let body = self.condition(&inner, q.body, "the body of a quantifier");
        let quantifier = match q.quantifier {
            ast::Quantifier::Any => Quantifier::Any,
            ast::Quantifier::All => Quantifier::All,
            ast::Quantifier::None => Quantifier::None,
            ast::Quantifier::ExactlyOne => Quantifier::ExactlyOne,
        };
        let ty = self.ty(TyKind::Bool);
        let kind = ExprKind::Quantified { quantifier, generators, body: Box::new(body.expr) };
        Typed::plain(self.node(kind, ty, at))
    }

    pub(crate) fn comprehension(
        &mut self,
        env: &Env,
        c: &ast::Comprehension,
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let (inner, generators, filter) = self.comprehension_head(env, c);
        let target = want.map(|w| self.written(self.present(w.ty)));
        match &c.yields {
            ast::Yield::List(elem) | ast::Yield::Set(elem) => {
                let set = matches!(c.yields, ast::Yield::Set(_));
                let elem_want = match target.map(|t| self.kind(t)) {
                    Some(TyKind::List { elem, .. } | TyKind::Set { elem, .. }) => want.map(|w| w.of(*elem)),
                    _ => None,
                };
                let elem = self.element_of(&inner, *elem, elem_want);
                let elem_ty = self.element_ty(&elem, elem_want);
                let (aggregate, ty) = if set {
                    self.set_element(elem_ty, at);
                    (Aggregate::Set, self.ty(TyKind::Set { elem: elem_ty, max: None }))
                } else {
                    (Aggregate::List, self.ty(TyKind::List { elem: elem_ty, max: None, or_one: false }))
                };
                let ty = self.bounded_like(ty, target, &generators);
                Typed::plain(self.comprehension_node(aggregate, generators, filter, elem, None, ty, at))
            }
            ast::Yield::Map(entry) => {
                let (key_want, value_want) = match target.map(|t| self.kind(t)) {
                    Some(TyKind::Map { key, value, .. }) => {
                        (want.map(|w| w.of(*key)), want.map(|w| w.of(*value)))
                    }
                    _ => (None, None),
                };
                let key = self.element_of(&inner, entry.key, key_want);
                let value = self.element_of(&inner, entry.value, value_want);
                self.map_key(key.ty, key.location);
                let value_ty = self.element_ty(&value, value_want);
                let ty = self.ty(TyKind::Map { key: key.ty, value: value_ty, max: None });
                let ty = self.bounded_like(ty, target, &generators);
                let value = Some(Box::new(value));
                Typed::plain(self.comprehension_node(Aggregate::Map, generators, filter, key, value, ty, at))
            }
            ast::Yield::Stream(_) => {
                self.report(
                    at,
                    Types::OnlyArgument {
                        what: "a generator without brackets",
                        of: "`count`, `sum`, `min`, `max` or `avg`",
                        help: "write a list: `[x for x in xs]`",
                    },
                );
                Typed::plain(self.error(at))
            }
        }
    }

    /// A comprehension over bounded lists is bounded by the product of their sizes.
    fn bounded_like(&mut self, ty: Ty, target: Option<Ty>, generators: &[Gen]) -> Ty {
        let wanted = target.is_some_and(|t| {
            matches!(
                self.kind(t),
                TyKind::List { max: Some(_), .. }
                    | TyKind::Set { max: Some(_), .. }
                    | TyKind::Map { max: Some(_), .. }
            )
        });
        if !wanted {
            return ty;
        }
        let bound = generators.iter().try_fold(1_u64, |n, g| match self.kind(g.source.ty) {
            TyKind::List { max, .. } | TyKind::Set { max, .. } | TyKind::Map { max, .. } => {
                n.checked_mul((*max)?)
            }
            _ => None,
        });
        let kind = match self.kind(ty).clone() {
            TyKind::List { elem, or_one, .. } => TyKind::List { elem, max: bound, or_one },
            TyKind::Set { elem, .. } => TyKind::Set { elem, max: bound },
            TyKind::Map { key, value, .. } => TyKind::Map { key, value, max: bound },
            other => other,
        };
        self.ty(kind)
    }

    /// The type of the elements: below a list a `T` is no `T?`, so where that is wanted they are made so.
    fn element_ty(&self, elem: &Expr, want: Option<Want<'_>>) -> Ty {
        match want {
            Some(want) if self.is_option(want.ty) && !self.is_error(elem.ty) => want.ty,
            _ => elem.ty,
        }
    }

    fn element_of(&mut self, env: &Env, id: ast::ExprId, want: Option<Want<'_>>) -> Expr {
        match want.filter(|w| !self.is_error(w.ty)) {
            Some(want) => self.check(env, id, want),
            None => self.expr(env, id, None).expr,
        }
    }

    fn comprehension_head(
        &mut self,
        env: &Env,
        c: &ast::Comprehension,
    ) -> (Env, Vec<Gen>, Option<Box<Expr>>) {
        let (mut inner, generators) = self.generators(env, &c.generators);
        let mut filter = None;
        if let Some(condition) = c.condition {
            let typed = self.condition(&inner, condition, "what follows `if`");
            inner = inner.knowing(typed.when_true());
            filter = Some(Box::new(typed.expr));
        }
        (inner, generators, filter)
    }

    #[allow(clippy::too_many_arguments)]
    fn comprehension_node(
        &mut self,
        aggregate: Aggregate,
        generators: Vec<Gen>,
        filter: Option<Box<Expr>>,
        elem: Expr,
        value: Option<Box<Expr>>,
        ty: Ty,
        at: Location,
    ) -> Expr {
        let kind = ExprKind::Comprehension { aggregate, generators, filter, elem: Box::new(elem), value };
        self.node(kind, ty, at)
    }

    /// `count(…)` and its kin.
    pub(crate) fn aggregate_call(
        &mut self,
        env: &Env,
        aggregate: Aggregate,
        name: &ast::Name,
        args: &[ast::Arg],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let [ast::Arg { name: None, value }] = args else {
            for arg in args {
                self.quietly_if_lambda(env, arg.value);
            }
            let more = matches!(aggregate, Aggregate::Min | Aggregate::Max) && args.len() == 2;
            let signature = if more {
                format!("{name}(List<T>) -> T?; of two values it is `least(a, b)` or `greatest(a, b)`")
            } else {
                format!("{name}(List<T>)")
            };
            let finding = Types::ArgumentCount {
                name: name.text.to_string(),
                takes: "1".to_owned(),
                given: args.len(),
                signature,
            };
            self.report(at, finding);
            return Typed::plain(self.error(at));
        };
        let tree = self.ast(env.module);
        if let ast::ExprKind::Comprehension(c) = &tree.exprs[*value].kind
            && let ast::Yield::Stream(elem) = c.yields
        {
            let (inner, generators, filter) = self.comprehension_head(env, c);
            let typed = self.expr(&inner, elem, None);
            return self.aggregated(&inner, aggregate, generators, filter, typed, elem, at);
        }
        let _ = want;
        let source = self.expr(env, *value, None);
        if self.is_option(source.ty()) {
            self.absent(env, *value, &source, Reason::here(format!("`{name}` wants")));
            return Typed::plain(self.error(at));
        }
        self.aggregate_of(env, aggregate, source, *value, at)
    }

    /// An aggregate over a list, set or map.
    pub(crate) fn aggregate_of(
        &mut self,
        env: &Env,
        aggregate: Aggregate,
        source: Typed,
        id: ast::ExprId,
        at: Location,
    ) -> Typed {
        let source = self.iterable(env, id, source);
        if self.is_error(source.ty) {
            return Typed::plain(self.error(at));
        }
        if !matches!(aggregate, Aggregate::Count) && matches!(self.kind(source.ty), TyKind::Map { .. }) {
            let ty = self.show(source.ty);
            let help = vec!["go through its values: `sum(v for (k, v) in m)`".to_owned()];
            self.report(at, Types::NotIterable { ty, help });
            return Typed::plain(self.error(at));
        }
        let elem = self.generated(source.ty);
        let place = source.location;
        let local = self.local("$element", elem, LocalKind::Bound, place);
        let pattern = Pattern { kind: PatternKind::Bind(local), location: place };
        let value = Typed::plain(self.node(ExprKind::Local(local), elem, place));
        self.aggregated(env, aggregate, vec![Gen { pattern, source }], None, value, id, at)
    }

    #[allow(clippy::too_many_arguments)]
    fn aggregated(
        &mut self,
        env: &Env,
        aggregate: Aggregate,
        generators: Vec<Gen>,
        filter: Option<Box<Expr>>,
        elem: Typed,
        id: ast::ExprId,
        at: Location,
    ) -> Typed {
        if self.is_error(elem.ty()) {
            return Typed::plain(self.error(at));
        }
        let name = match aggregate {
            Aggregate::Count => "count",
            Aggregate::Sum => "sum",
            Aggregate::Min => "min",
            Aggregate::Max => "max",
            Aggregate::Avg => "avg",
            Aggregate::List | Aggregate::Set | Aggregate::Map => "",
        };
        if aggregate != Aggregate::Count && self.is_option(elem.ty()) {
            let finding = Types::Operator {
                op: name.to_owned(),
                left: self.show(elem.ty()),
                right: None,
                takes: format!("`{name}` takes values that are present"),
                help: vec![format!(
                    "leave the absent ones out: `{name}(xs.compact())`, or `{name}(x for x in xs if x is present)`"
                )],
                fixes: Vec::new(),
            };
            self.report(at, finding);
            return Typed::plain(self.error(at));
        }
        let _ = (env, id);
        let elem = match *self.kind(elem.ty()) {
            TyKind::Read(read) if aggregate != Aggregate::Count => self.read_value(elem.expr, read),
            _ => elem.expr,
        };
        let kind = self.kind(elem.ty).clone();
        let bound = generators.iter().try_fold(1u64, |n, g| match self.kind(g.source.ty) {
            TyKind::List { max, .. } | TyKind::Set { max, .. } | TyKind::Map { max, .. } => {
                n.checked_mul((*max)?)
            }
            _ => None,
        });
        let bound = bound.and_then(|n| i64::try_from(n).ok());
        let (elem, ty) = match (aggregate, &kind) {
            (Aggregate::Count, _) => {
                let hi = bound.unwrap_or(i64::from(u32::MAX)).min(i64::from(u32::MAX));
                (elem, self.ty(TyKind::Int(IntRange { lo: 0, hi })))
            }
            (Aggregate::Sum, TyKind::Int(range)) => {
                let range = sum_range(*range, bound);
                (elem, self.ty(TyKind::Int(range)))
            }
            (Aggregate::Sum, TyKind::Decimal | TyKind::Duration) => {
                let ty = elem.ty;
                (elem, ty)
            }
            (Aggregate::Avg, TyKind::Int(_) | TyKind::Decimal) => {
                let ty = self.ty(TyKind::Decimal);
                let ty = self.optional(ty);
                (self.decimal_of(elem), ty)
            }
            (Aggregate::Min | Aggregate::Max, _) if fit::ordered(&self.hir.types, elem.ty) => {
                let ty = self.optional(elem.ty);
                (elem, ty)
            }
            _ => {
                let takes = match aggregate {
                    Aggregate::Sum => "`sum` adds `Int`s, `Decimal`s or `Duration`s",
                    Aggregate::Avg => "`avg` takes `Int`s or `Decimal`s",
                    _ => "`min` and `max` take numbers, times, versions or variants of an `ordered enum`",
                };
                let finding = Types::Operator {
                    op: name.to_owned(),
                    left: self.show(elem.ty),
                    right: None,
                    takes: takes.to_owned(),
                    help: Vec::new(),
                    fixes: Vec::new(),
                };
                self.report(at, finding);
                return Typed::plain(self.error(at));
            }
        };
        Typed::plain(self.comprehension_node(aggregate, generators, filter, elem, None, ty, at))
    }
}

/// The range of a sum of at most `most` values.
fn sum_range(range: IntRange, most: Option<i64>) -> IntRange {
    let Some(most) = most else {
        // Without a bound the sign is all that is known.
        let lo = if range.lo >= 0 { 0 } else { i64::MIN };
        let hi = if range.hi <= 0 { 0 } else { i64::MAX };
        return IntRange { lo, hi };
    };
    IntRange { lo: range.lo.saturating_mul(most).min(0), hi: range.hi.saturating_mul(most).max(0) }
}
