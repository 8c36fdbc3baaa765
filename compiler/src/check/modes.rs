//! Modes: `mode observe`, `@mode(constraint.enforcement)`.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::Want;
use crate::diagnostics::composition::Composition;
use crate::diagnostics::types::Reason;
use crate::hir::walk;
use crate::hir::{Arm, Const, EnumId, Expr, ExprKind, LocalId, MatchPattern, Mode, TyKind};

/// The names of the modes, in their order.
const NAMES: [(&str, Mode); 3] =
    [("observe", Mode::Observe), ("advise", Mode::Advise), ("enforce", Mode::Enforce)];

/// What is said of a mode: nothing, a constant, or what to compute.
pub(crate) type Said = (Option<Mode>, Option<Expr>);

impl Checker<'_> {
    /// The mode that annotations say, if they do, with the place of the annotation.
    pub(crate) fn mode_annotation(
        &mut self,
        env: &Env,
        written: &[ast::Annotation],
        input: &[LocalId],
    ) -> Option<(Said, Location)> {
        let annotation = written.iter().find(|a| &*a.name.text == "mode")?;
        let at = self.at(env.module, annotation.span);
        match annotation.args.as_deref() {
            Some([ast::Arg { name: None, value }]) => Some((self.mode(env, *value, input), at)),
            _ => {
                self.wrong_arguments(env.module, annotation, "one of `observe`, `advise`, `enforce`");
                None
            }
        }
    }

    /// A mode: one of the language's own, or a value of an enum that has the same variants. `input` are the variables that
    /// follow from the input, which must have no say in it.
    pub(crate) fn mode(&mut self, env: &Env, id: ast::ExprId, input: &[LocalId]) -> Said {
        let Some(builtins) = self.hir.types.builtins else { return (None, None) };
        let ty = self.ty(TyKind::Enum(builtins.mode));
        let why = || Reason::here("a mode is `observe`, `advise` or `enforce`");
        let want = Want { ty, why: &why };
        let typed = self.expr(env, id, Some(want));
        let at = typed.expr.location;
        if self.is_option(typed.ty()) {
            self.absent(env, id, &typed, Reason::here("a mode wants"));
            return (None, None);
        }
        let expr = match *self.kind(typed.ty()) {
            TyKind::Error => return (None, None),
            TyKind::Enum(own) if own == builtins.mode => typed.expr,
            TyKind::Enum(other) => match self.mode_of_enum(other, builtins.mode, typed.expr) {
                Some(expr) => expr,
                None => return (None, None),
            },
            _ => {
                let found = self.show(typed.ty());
                self.report(at, Composition::NotAMode { found, lacks: Vec::new(), more: Vec::new() });
                return (None, None);
            }
        };
        if let ExprKind::Const(Const::Variant(_, n)) = expr.kind {
            return (NAMES.get(n as usize).map(|(_, mode)| *mode), None);
        }
        if walk::mentions(&expr, input) {
            let source = self.source_of(env, id);
            self.report(at, Composition::ModeOfInput { source });
            return (None, None);
        }
        (None, Some(expr))
    }

    /// A value of another enum as a mode.
    fn mode_of_enum(&mut self, other: EnumId, mode: EnumId, expr: Expr) -> Option<Expr> {
        let def = self.hir.types.enumeration(other)?;
        let at = expr.location;
        let has = |name: &str| def.variants.iter().any(|v| v.name == name);
        let lacks: Vec<String> =
            NAMES.iter().filter(|(n, _)| !has(n)).map(|(n, _)| (*n).to_owned()).collect();
        let known = |name: &str| NAMES.iter().position(|(n, _)| *n == name);
        let mut more: Vec<String> =
            def.variants.iter().filter(|v| known(&v.name).is_none()).map(|v| v.name.clone()).collect();
        if def.open {
            more.push("a spelling that nobody knows yet".to_owned());
        }
        // The position of each variant among the modes.
        let modes: Vec<Option<usize>> = def.variants.iter().map(|v| known(&v.name)).collect();
        if !lacks.is_empty() || !more.is_empty() {
            let found = self.show(expr.ty);
            self.report(at, Composition::NotAMode { found, lacks, more });
            return None;
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        if let ExprKind::Const(Const::Variant(_, n)) = expr.kind {
            let to = modes.get(n as usize).copied().flatten()?;
            return Some(self.constant(Const::Variant(mode, number(to)), at).expr);
        }
        let mut arms = Vec::new();
        for (n, to) in modes.into_iter().enumerate() {
            let body = self.constant(Const::Variant(mode, number(to?)), at).expr;
            let patterns = vec![MatchPattern::Const(Const::Variant(other, number(n)))];
            arms.push(Arm { patterns, bind: None, body, location: at });
        }
        let ty = self.ty(TyKind::Enum(mode));
        Some(self.node(ExprKind::Match { scrutinee: Box::new(expr), arms }, ty, at))
    }
}
