//! Module-level `let`s.

use policy_syntax::{Location, ast};

use super::env::{Env, Place};
use super::expr::Want;
use super::{Checker, GlobalState};
use crate::diagnostics::names::Names;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Global, GlobalId};
use crate::names::DefId;

/// The greatest number of `let`s without a written type that wait for each other.
const MAX_WAITING: usize = 60;

impl Checker<'_> {
    /// Checks all module-level `let`s of the project.
    pub(crate) fn globals(&mut self) {
        for (module, at, item) in self.items() {
            let ast::ItemKind::Let(decl) = &item.kind else { continue };
            self.no_annotations(module, &item.annotations, "a `let`", &["allow"]);
            if let Some(def) = self.def_of(module, at, &decl.name.text) {
                let location = self.defs.get(def).location;
                self.global(def, location);
            }
        }
        self.drain();
    }

    /// A module-level `let`; none where it needs itself.
    pub(crate) fn global(&mut self, id: DefId, at: Location) -> Option<GlobalId> {
        match self.globals.get(&id) {
            Some(GlobalState::Known(global)) => return Some(*global),
            Some(GlobalState::Busy) => {
                let name = self.qualified(id);
                let location = self.defs.get(id).location;
                let muted = std::mem::take(&mut self.muted);
                self.report(location, Names::Recursion { cycle: vec![name.clone(), name] });
                self.muted = muted;
                return None;
            }
            None => {}
        }
        let def = self.defs.get(id);
        let Some(ast::ItemKind::Let(decl)) = self.item_of(id).map(|i| &i.kind) else { return None };
        if self.waiting > MAX_WAITING {
            let what = format!("`{}`, needed through a long row of others,", def.name);
            self.report(at, Types::NeedsSignature { what });
            return None;
        }
        self.globals.insert(id, GlobalState::Busy);
        self.waiting += 1;
        let outer = std::mem::take(&mut self.body);
        let (muted, nesting) = (std::mem::take(&mut self.muted), std::mem::take(&mut self.nesting));
        let std = self.source(def.module).is_some_and(|s| s.std);
        // What only tests use may read fixtures; the last pass tells whether it is so.
        let place = if std { Place::Code } else { Place::Global };
        let env = Env::top(def.module, place);
        let (ty, value) = match decl.ty {
            Some(written) => {
                let written_at = self.at(def.module, self.ast(def.module).types[written].span);
                let ty = self.written_type(def.module, written, &env.type_vars);
                let words = format!("`{}` is declared so", decl.name);
                let why = || Reason::at(words.clone(), written_at);
                let value = self.check(&env, decl.value, Want { ty, why: &why });
                (ty, value)
            }
            None => {
                let value = self.expr(&env, decl.value, None).expr;
                (value.ty, value)
            }
        };
        let body = std::mem::replace(&mut self.body, outer);
        (self.muted, self.nesting) = (muted, nesting);
        let global = GlobalId(u32::try_from(self.hir.globals.len()).unwrap_or(u32::MAX));
        self.hir.globals.push(Global {
            name: self.qualified(id),
            ty,
            locals: body.locals,
            value,
            reads_data: false,
            tests_only: false,
            location: def.location,
        });
        self.waiting -= 1;
        self.globals.insert(id, GlobalState::Known(global));
        Some(global)
    }
}
