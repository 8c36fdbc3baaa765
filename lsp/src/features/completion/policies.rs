//! Policies that can be named, and their rules: behind `include`, and behind `to` of an exception.

use gen_lsp_types::CompletionItemKind;
use policy_syntax::FileId;
use policy_syntax::ast::{ItemKind, UseTarget};

use super::item::Offer;
use crate::index::{Index, Kind, Symbol};
use crate::state::State;

/// What can follow a path of names: policies and modules that have some, or the rules of the policy that it names.
pub(super) fn named(state: &State, file: FileId, before: &str, rules: bool) -> Vec<Offer> {
    let index = state.analysis.index();
    let known = known(state, index, file);
    let mut path = before.split('.').filter(|name| !name.is_empty());
    let Some(first) = path.next() else { return known.iter().filter_map(Known::offer).collect() };
    let found = known.iter().find(|known| known.name == first).map(|known| &known.what);
    match (found, path.next()) {
        (Some(What::Policy(policy)), None) if rules => rules_of(index, policy),
        (Some(What::Module(module)), None) => {
            let inside = policies(index, *module).filter(|policy| policy.public);
            inside.map(|policy| interface(&policy.name, policy)).collect()
        }
        (Some(What::Module(module)), Some(name)) if rules => {
            let policy = policies(index, *module).find(|policy| policy.name == name);
            policy.map(|policy| rules_of(index, policy)).unwrap_or_default()
        }
        (_, _) => Vec::new(),
    }
}

/// A name that leads to policies.
struct Known<'i> {
    name: String,
    what: What<'i>,
}

enum What<'i> {
    Policy(&'i Symbol),
    Module(FileId),
}

impl Known<'_> {
    fn offer(&self) -> Option<Offer> {
        Some(match self.what {
            What::Policy(policy) => interface(&self.name, policy),
            What::Module(_) => Offer::named(&self.name, CompletionItemKind::Module, None),
        })
    }
}

fn interface(name: &str, policy: &Symbol) -> Offer {
    Offer::named(name, CompletionItemKind::Interface, Some(policy.at))
}

fn policies(index: &Index, module: FileId) -> impl Iterator<Item = &Symbol> {
    index.in_file(module).iter().filter(|symbol| symbol.kind == Kind::Policy)
}

fn rules_of(index: &Index, policy: &Symbol) -> Vec<Offer> {
    let all = index.in_file(policy.at.file).iter().filter(|symbol| symbol.kind == Kind::Rule);
    let own = all.filter(|rule| index.container(rule).is_some_and(|around| around.at == policy.at));
    own.map(|rule| Offer::named(&rule.name, CompletionItemKind::Method, Some(rule.at))).collect()
}

/// The policies of a module, and those that it imports, itself or with their modules.
fn known<'i>(state: &State, index: &'i Index, file: FileId) -> Vec<Known<'i>> {
    let own = policies(index, file);
    let mut out: Vec<Known<'i>> =
        own.map(|policy| Known { name: policy.name.clone(), what: What::Policy(policy) }).collect();
    let imports = state.analysis.ast(file).into_iter().flat_map(|ast| &ast.items);
    for item in imports {
        let ItemKind::Use(decl) = &item.kind else { continue };
        let path = decl.path.to_string();
        let mut take = |module: &str, name: &str, alias: &str| {
            let policy =
                index.module(module).and_then(|module| policies(index, module).find(|p| p.name == name));
            out.extend(policy.map(|policy| Known { name: alias.to_owned(), what: What::Policy(policy) }));
        };
        match &decl.target {
            UseTarget::Names(list) => {
                for one in list {
                    take(&path, &one.name.text, &one.alias.as_ref().unwrap_or(&one.name).text);
                }
            }
            UseTarget::Whole { alias } => {
                let Some(last) = decl.path.last() else { continue };
                let alias = &alias.as_ref().unwrap_or(last).text;
                match index.module(&path).filter(|module| policies(index, *module).next().is_some()) {
                    Some(module) => {
                        out.push(Known { name: alias.to_string(), what: What::Module(module) });
                    }
                    None => {
                        let module = path.rsplit_once('.').map_or("", |(module, _)| module);
                        take(module, &last.text, alias);
                    }
                }
            }
        }
    }
    out
}
