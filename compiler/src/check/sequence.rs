//! `any a then b in xs: e`: elements in their order.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::Typed;
use super::patterns::Bound;
use crate::diagnostics::expressions::Expressions;
use crate::hir::{Expr, ExprKind, LocalKind, Quantifier, TyKind};

impl Checker<'_> {
    /// A quantifier with `then` or `without`.
    pub(crate) fn sequence(&mut self, env: &Env, q: &ast::Quantified, at: Location) -> Typed {
        let sequences = q.generators.iter().filter(|g| !g.then.is_empty()).count();
        if let Some(without) = &q.without
            && sequences != 1
        {
            let what = if sequences == 0 {
                "`without` says what must not stand between `a` and `b`, but there is no `a then b` here"
            } else {
                "`without` could belong to each of these sequences"
            };
            let finding = Expressions::Sequence {
                what: what.to_owned(),
                help: "write `any a then b in xs: … without c: …`, one quantifier for each sequence",
            };
            self.report(self.at(env.module, without.span), finding);
        }
        let negated = match q.quantifier {
            ast::Quantifier::Any => false,
            ast::Quantifier::None => true,
            ast::Quantifier::All | ast::Quantifier::ExactlyOne => {
                let word = q.quantifier.text();
                let length = u32::try_from(word.len()).unwrap_or(0);
                let place = Location::new(at.file, policy_syntax::Span::new(at.span.lo, at.span.lo + length));
                let finding = Expressions::Sequence {
                    what: format!("`{word}` cannot be asked of a sequence"),
                    help: "ask whether there is one, `any a then b in xs: …`, or that there is none, `none a then b in xs: …`",
                };
                self.report(place, finding);
                false
            }
        };
        let found = self.some_sequence(&env.guarded(None), q, &q.generators, at);
        if !negated {
            return Typed::plain(found);
        }
        let ty = found.ty;
        Typed::plain(self.node(ExprKind::Not(Box::new(found)), ty, at))
    }

    /// Whether some binding of the generators makes the body true.
    fn some_sequence(
        &mut self,
        env: &Env,
        q: &ast::Quantified,
        generators: &[ast::Generator],
        at: Location,
    ) -> Expr {
        let bool_ = self.ty(TyKind::Bool);
        let Some(first) = generators.first() else {
            return self.condition(env, q.body, "the body of a quantifier").expr;
        };
        let plain = generators.iter().take_while(|g| g.then.is_empty()).count();
        if plain > 0 {
            let (here, rest) = generators.split_at(plain);
            let (inner, generators) = self.generators(env, here);
            let body = Box::new(self.some_sequence(&inner, q, rest, at));
            let kind = ExprKind::Quantified { quantifier: Quantifier::Any, generators, body };
            return self.node(kind, bool_, at);
        }
        let source = self.expr(env, first.source, None);
        let source = self.iterable(env, first.source, source);
        if !matches!(self.kind(source.ty), TyKind::List { .. } | TyKind::Error) {
            let ty = self.show(source.ty);
            let finding = Expressions::Sequence {
                what: format!("the elements of `{ty}` came in no order"),
                help: "`then` asks which of two elements stands first, so it goes through a list",
            };
            self.report(source.location, finding);
        }
        let elem = self.generated(source.ty);
        let mut names = Bound::new();
        let patterns = std::iter::once(&first.pattern)
            .chain(&first.then)
            .map(|&pattern| self.pattern(env, pattern, elem, LocalKind::Bound, &mut names))
            .collect();
        let inner = env.bind(names);
        let rest = generators.get(1..).unwrap_or(&[]);
        let body = Box::new(self.some_sequence(&inner, q, rest, at));
        let without = q.without.as_ref().map(|without| {
            let mut names = Bound::new();
            let pattern = self.pattern(&inner, without.pattern, elem, LocalKind::Bound, &mut names);
            let condition = self.condition(&inner.bind(names), without.body, "what follows `without`");
            Box::new((pattern, condition.expr))
        });
        self.node(ExprKind::Then { patterns, source: Box::new(source), without, body }, bool_, at)
    }
}
