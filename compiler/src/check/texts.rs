//! Texts with interpolations.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Const, ExprKind, Text, TextPart, TyKind};

impl Checker<'_> {
    /// A string literal as an expression.
    pub(crate) fn string(
        &mut self,
        env: &Env,
        lit: &ast::StringLit,
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let _ = want;
        if let Some(text) = lit.plain() {
            return self.constant(Const::String(text.to_owned()), at);
        }
        let parts = self.text_parts(env, lit);
        let ty = self.ty(TyKind::String);
        Typed::plain(self.node(ExprKind::Interpolation(Text { parts, location: at }), ty, at))
    }

    fn text_parts(&mut self, env: &Env, lit: &ast::StringLit) -> Vec<TextPart> {
        let env = &env.guarded(None);
        let mut out = Vec::with_capacity(lit.parts.len());
        for part in &lit.parts {
            match part {
                ast::StringPart::Text(text) => out.push(TextPart::Literal(text.value.to_string())),
                ast::StringPart::Expr(id) => {
                    let typed = self.expr(env, *id, None);
                    let source = self.source_of(env, *id);
                    if matches!(self.kind(self.base(self.present(typed.ty()))), TyKind::Function { .. }) {
                        let finding = Types::NotComparable { ty: self.show(typed.ty()) };
                        self.report(typed.expr.location, finding);
                    }
                    out.push(TextPart::Value { source, value: typed.expr });
                }
            }
        }
        out
    }

    /// A message: the text of `because`, `fix`, `to` or a test's name.
    pub(crate) fn message(&mut self, env: &Env, id: ast::ExprId, what: &'static str) -> Text {
        let tree = self.ast(env.module);
        let expr = &tree.exprs[id];
        let location = self.at(env.module, expr.span);
        if let ast::ExprKind::String(lit) = &expr.kind {
            let parts = self.text_parts(env, lit);
            return Text { parts, location };
        }
        let string = self.ty(TyKind::String);
        let why = move || Reason::here(format!("{what} is a text"));
        let value = self.check(&env.guarded(None), id, Want { ty: string, why: &why });
        let source = self.source_of(env, id);
        Text { parts: vec![TextPart::Value { source, value }], location }
    }

    /// A text without interpolation; none where it is something else, which is reported.
    pub(crate) fn plain_text(&mut self, env: &Env, id: ast::ExprId, what: &str) -> Option<String> {
        let tree = self.ast(env.module);
        let expr = &tree.exprs[id];
        let at = self.at(env.module, expr.span);
        match &expr.kind {
            ast::ExprKind::String(lit) => match lit.plain() {
                Some(text) => Some(text.to_owned()),
                None => {
                    let mentions = "an interpolation".to_owned();
                    self.report(at, Types::NotConstant { what: what.to_owned(), mentions });
                    None
                }
            },
            ast::ExprKind::Error => None,
            _ => {
                let finding = Types::NotConstant {
                    what: what.to_owned(),
                    mentions: "something else than a text".to_owned(),
                };
                self.report(at, finding);
                None
            }
        }
    }
}
