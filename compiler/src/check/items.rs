//! Policies and obligations by their names.

use policy_syntax::ast;

use super::Checker;
use super::env::Env;
use crate::diagnostics::composition::Composition;
use crate::diagnostics::names::{Names, Nearest};
use crate::names::nearest::nearest;
use crate::names::{DefId, DefKind, Import, ModuleId};

impl Checker<'_> {
    /// What a path names at the top of a module: a name in scope, one of a module in scope, or a full name.
    /// None where there is no such thing, or where it was reported that there is none.
    pub(crate) fn item_at(&self, env: &Env, path: &ast::Path) -> Option<Import> {
        let near = match path.segments.as_slice() {
            [name] => self.defs.lookup(env.module, &name.text),
            [head, name] => match self.defs.lookup(env.module, &head.text) {
                Some(Import::Module(target)) => {
                    let own = self.defs.own(target, &name.text).to_vec();
                    (!own.is_empty()).then_some(Import::Defs(own))
                }
                Some(Import::Broken) => Some(Import::Broken),
                Some(Import::Defs(_)) | None => None,
            },
            _ => None,
        };
        near.or_else(|| {
            let full = path.to_string();
            let (module, name) = full.rsplit_once('.')?;
            let module = *self.defs.by_name.get(module)?;
            let own = self.defs.own(module, name).to_vec();
            (!own.is_empty() && self.sees(env.module, module)).then_some(Import::Defs(own))
        })
    }

    /// Whether a module may name another by its full name: of its package, of one that it depends on, or, in the root package,
    /// any.
    fn sees(&self, from: ModuleId, to: ModuleId) -> bool {
        let (from, to) = (self.package(from), self.package(to));
        from == 0 || !self.inputs.hidden.contains_key(&(from, to))
    }

    /// The package of a module; that of the project itself is 0.
    pub(crate) fn package(&self, module: ModuleId) -> u32 {
        self.source(module).map_or(0, |source| source.package)
    }

    /// The declaration of a kind that a path names; reports where it names none.
    pub(crate) fn item_named(&mut self, env: &Env, path: &ast::Path, wanted: DefKind) -> Option<DefId> {
        let at = self.at(env.module, path.span);
        let what = if wanted == DefKind::Policy { "policy" } else { "obligation" };
        if self.asks_about(at) {
            self.probe_items(env, wanted);
        }
        match self.item_at(env, path) {
            Some(Import::Broken) => None,
            Some(Import::Defs(defs)) => {
                let def = defs.first().copied()?;
                let (kind, declared) = (self.defs.get(def).kind, self.defs.get(def).location);
                self.uses(at, declared);
                if kind == wanted {
                    return Some(def);
                }
                if kind != DefKind::Damaged {
                    let finding = Names::WrongKind {
                        name: path.to_string(),
                        is: kind.words(),
                        wanted: wanted.words(),
                        declared: Some(declared).filter(|l| l.file.0 < crate::world::FIRST_STD_FILE),
                    };
                    self.report(at, finding);
                }
                None
            }
            Some(Import::Module(_)) | None => {
                if path.segments.iter().any(|s| s.text.is_empty()) {
                    return None;
                }
                let name = path.to_string();
                let (nearest, import) = if self.may_suggest(env.module) {
                    self.items_like(env, &name, wanted)
                } else {
                    (None, None)
                };
                self.report(at, Composition::UnknownItem { what, name, nearest, import });
                None
            }
        }
    }

    /// The item of a kind whose name is nearest, and a module that declares one of just this name.
    fn items_like(&self, env: &Env, name: &str, wanted: DefKind) -> (Option<Nearest>, Option<String>) {
        let of_kind = |name: &&str| match self.defs.lookup(env.module, name) {
            Some(Import::Defs(defs)) => defs.iter().any(|&d| self.defs.get(d).kind == wanted),
            Some(Import::Module(_) | Import::Broken) | None => false,
        };
        let candidates: Vec<&str> = self.defs.names_in(env.module).into_iter().filter(of_kind).collect();
        let near = nearest(name, candidates).map(|n| Nearest { name: n.to_owned(), declared: None });
        let import = self.inputs.sources.iter().enumerate().find_map(|(m, source)| {
            let module = ModuleId(u32::try_from(m).ok()?);
            let own = self.defs.own(module, name);
            own.iter().any(|&d| self.defs.get(d).kind == wanted).then(|| format!("{}.{name}", source.name))
        });
        (near, import)
    }
}
