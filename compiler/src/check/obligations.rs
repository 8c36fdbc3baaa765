//! Obligations, and `oblige`.

use policy_syntax::ast;

use super::Checker;
use super::annotations::Target;
use super::env::{Env, Place};
use super::expr::Want;
use super::rule::{Around, named};
use crate::diagnostics::types::Reason;
use crate::hir::{Effect, Expr, ExprKind, Obligation, ObligationId, ObligationOn, Rule, Ty, TyKind};
use crate::names::DefKind;

impl Checker<'_> {
    /// Gives every obligation its id and the type of what it says.
    pub(crate) fn declare_obligations(&mut self) {
        for (module, at, item) in self.all_items() {
            let ast::ItemKind::Obligation(decl) = &item.kind else { continue };
            self.no_annotations(
                module,
                &item.annotations,
                "an obligation",
                &["allow", "owner", "tags", "link"],
            );
            let Some(def) = self.def_of(module, at, &decl.name.text) else { continue };
            let env = Env::top(module, Place::Constant);
            let payload = match decl.fields {
                Some(fields) => self.written_type(module, fields, &env.type_vars),
                None => {
                    let at = self.at(module, decl.name.span);
                    let record = self.anonymous_record(Vec::new(), None, None, at);
                    self.ty(TyKind::Record(record))
                }
            };
            let id = ObligationId(u32::try_from(self.hir.obligations.len()).unwrap_or(u32::MAX));
            self.hir.obligations.push(Obligation {
                name: self.qualified(def),
                on: match decl.on {
                    ast::ObligationOn::Allow => ObligationOn::Allow,
                    ast::ObligationOn::Deny => ObligationOn::Deny,
                    ast::ObligationOn::Any => ObligationOn::Any,
                },
                payload,
                location: self.defs.get(def).location,
                doc: super::docs(&item.docs),
            });
            self.obligations.insert(def, id);
        }
    }

    /// `oblige ID [for …]: mask { … } [when C]`.
    pub(crate) fn oblige(
        &mut self,
        env: &Env,
        oblige: &ast::Oblige,
        stmt: &ast::Stmt,
        around: Around<'_>,
    ) -> Rule {
        let opening =
            self.opening(env, stmt, around, Target::Oblige, (&oblige.generators, oblige.when.as_ref()));
        let found = self.item_named(env, &oblige.obligation, DefKind::Obligation);
        let obligation = found.and_then(|def| self.obligations.get(&def).copied());
        let declared = obligation
            .and_then(|id| self.hir.obligations.get(id.index()).map(|o| (id, o.payload, o.location)));
        let effect = match declared {
            Some((obligation, ty, location)) => {
                let words = format!("`{}` is declared as `{}`", oblige.obligation, self.show(ty));
                let why = || Reason::at(words.clone(), location);
                let payload = match oblige.payload {
                    Some(payload) => self.check(&opening.env.guarded(None), payload, Want { ty, why: &why }),
                    None => self.nothing_said(ty, self.at(env.module, oblige.obligation.span)),
                };
                Effect::Oblige { obligation, payload }
            }
            None => {
                if let Some(payload) = oblige.payload {
                    self.quietly_if_lambda(&opening.env, payload);
                }
                Effect::Warn
            }
        };
        self.closing(env.module, opening, named(&oblige.id), stmt, effect)
    }

    /// The payload of an obligation that is named alone.
    fn nothing_said(&mut self, ty: Ty, at: policy_syntax::Location) -> Expr {
        match *self.kind(ty) {
            TyKind::Record(record) => {
                self.missing_fields(record, ty, &[], at);
                self.node(ExprKind::Record { record, fields: Vec::new() }, ty, at)
            }
            _ => self.error(at),
        }
    }
}
