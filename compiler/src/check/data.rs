//! Data items.

use policy_syntax::ast;

use super::Checker;
use super::env::{Env, Place};
use super::expr::Want;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Const, Data, DataId, ExprKind, TyKind};
use crate::names::DefId;

impl Checker<'_> {
    /// Checks all data items of the project.
    pub(crate) fn all_data(&mut self) {
        for (module, at, item) in self.items() {
            let ast::ItemKind::Data(decl) = &item.kind else { continue };
            self.no_annotations(
                module,
                &item.annotations,
                "a data item",
                &["allow", "owner", "tags", "link"],
            );
            let Some(def) = self.def_of(module, at, &decl.name.text) else { continue };
            let Some(data) = self.data_item(def) else { continue };
            let Some((ty, location)) = self.hir.data.get(data.index()).map(|d| (d.ty, d.location)) else {
                continue;
            };
            let env = Env::top(module, Place::Constant);
            let outer = std::mem::take(&mut self.body);
            let words = format!("`{}` is declared as `{}`", decl.name, self.show(ty));
            let why = || Reason::at(words.clone(), location);
            let default = decl.default.map(|d| self.check(&env, d, Want { ty, why: &why }));
            let duration = self.ty(TyKind::Duration);
            let age_why = || Reason::here("`max age` is a length of time");
            let age = decl.max_age.map(|d| self.check(&env, d, Want { ty: duration, why: &age_why }));
            self.body = outer;
            let max_age = age.and_then(|age| match age.kind {
                ExprKind::Const(Const::Duration(d)) if d.seconds > 0 || d.nanos > 0 => {
                    Some((d.seconds, d.nanos))
                }
                ExprKind::Const(Const::Duration(_)) => {
                    let what = format!("data `{}` that may be no time old is always too old", decl.name);
                    let help = vec!["write how old it may be: `max age 10m`".to_owned()];
                    self.report(age.location, Types::BadType { what, help });
                    None
                }
                ExprKind::Error => None,
                _ => {
                    let finding = Types::NotConstant {
                        what: "`max age`".to_owned(),
                        mentions: "more than a duration".to_owned(),
                    };
                    self.report(age.location, finding);
                    None
                }
            });
            if let Some(slot) = self.hir.data.get_mut(data.index()) {
                slot.default = default;
                slot.max_age = max_age;
            }
        }
        self.drain();
    }

    /// A data item.
    pub(crate) fn data_item(&mut self, id: DefId) -> Option<DataId> {
        if let Some(&data) = self.data.get(&id) {
            return Some(data);
        }
        let def = self.defs.get(id);
        let item = self.item_of(id)?;
        let ast::ItemKind::Data(decl) = &item.kind else { return None };
        let env = Env::top(def.module, Place::Constant);
        let ty = self.written_type(def.module, decl.ty, &env.type_vars);
        let data = DataId(u32::try_from(self.hir.data.len()).unwrap_or(u32::MAX));
        self.hir.data.push(Data {
            name: self.qualified(id),
            ty,
            default: None,
            max_age: None,
            location: def.location,
            doc: super::docs(&item.docs),
        });
        self.data.insert(id, data);
        Some(data)
    }
}
