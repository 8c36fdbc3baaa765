//! `to_json(x)`: any value as `Json`.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::Typed;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Convert, ExprKind, TyKind};

impl Checker<'_> {
    /// A value as it would stand in a document of its type.
    pub(crate) fn json_of(&mut self, env: &Env, (value, id): (Typed, ast::ExprId), at: Location) -> Typed {
        let ty = value.ty();
        let json = self.ty(TyKind::Json);
        match self.kind(ty) {
            TyKind::Json | TyKind::Error => return Typed::plain(value.expr),
            TyKind::Option(_) => {
                self.absent(env, id, &value, Reason::here("`to_json` wants"));
                return self.failed(json, at);
            }
            TyKind::Function { .. } | TyKind::Var(_) => {
                let finding = Types::Operator {
                    op: "to_json".to_owned(),
                    left: self.show(ty),
                    right: None,
                    takes: "`to_json` takes a value of a type that documents can hold".to_owned(),
                    help: Vec::new(),
                    fixes: Vec::new(),
                };
                self.report(at, finding);
                return self.failed(json, at);
            }
            _ => {}
        }
        let kind = ExprKind::Convert { convert: Convert::ToJson, value: Box::new(value.expr) };
        Typed::plain(self.node(kind, json, at))
    }
}
