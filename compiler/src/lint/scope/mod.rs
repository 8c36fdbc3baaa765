//! Which names of a module are used: a walk over its tree that knows what every bare name can mean.
//!
//! It is made to err on one side only: a name that might be used counts as used. A name of the module that a local
//! hides is not used by it; what a damaged part holds is used wherever it is spelled like a name.

mod bind;
mod exprs;
mod items;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use policy_syntax::Span;
use policy_syntax::ast::{Ast, ExprId, Name, Path};

/// What a name is bound by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A `use`.
    Import,
    /// A function.
    Function,
    /// A type or enum.
    Type,
    /// Reference data.
    Data,
    /// A `let`, of a module or anywhere else.
    Let,
    /// A parameter of a function or policy.
    Param,
    /// A generator, a pattern or a lambda.
    Bound,
    /// Something that is never reported: a policy, an input, an entity.
    Other,
}

/// A name and whether it is used.
#[derive(Clone, Debug)]
pub(super) struct Binder {
    pub(super) name: String,
    /// Where the name stands.
    pub(super) span: Span,
    /// What would go with it: the whole `let`, the whole `use`, the field of a pattern.
    pub(super) whole: Span,
    pub(super) kind: Kind,
    pub(super) used: bool,
    /// Whether it stands in a pattern as `{ name }`, where `_` cannot stand for it.
    pub(super) shorthand: bool,
    /// Whether it names a type.
    pub(super) ty: bool,
}

/// The names of a module, in the order in which they are met.
pub(super) fn binders(ast: &Ast, text: &str, damaged: &[Span]) -> Vec<Binder> {
    let mut walk = Walk::new(ast);
    walk.module();
    let words: BTreeSet<&str> = damaged.iter().flat_map(|span| words(span.text(text))).collect();
    for binder in &mut walk.binders {
        binder.used |= words.contains(binder.name.as_str());
    }
    walk.binders
}

/// Everything in a text that is spelled like a name.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

struct Walk<'a> {
    ast: &'a Ast,
    binders: Vec<Binder>,
    /// What is in scope, innermost last.
    locals: Vec<Arc<str>>,
    /// The binders of a name in scope, innermost last.
    by_name: BTreeMap<Arc<str>, Vec<usize>>,
    /// The names of the module.
    globals: BTreeMap<&'a str, Vec<usize>>,
    /// The binder of the item that is being looked at: it does not use itself.
    item: Option<usize>,
    /// Every bare name, where it is asked for.
    seen: Option<BTreeSet<String>>,
}

impl<'a> Walk<'a> {
    fn new(ast: &'a Ast) -> Self {
        Self {
            ast,
            binders: Vec::new(),
            locals: Vec::new(),
            by_name: BTreeMap::new(),
            globals: BTreeMap::new(),
            item: None,
            seen: None,
        }
    }

    fn add(&mut self, name: &Name, kind: Kind, whole: Span) -> usize {
        self.binders.push(Binder {
            name: name.text.to_string(),
            span: name.span,
            whole,
            kind,
            used: false,
            shorthand: false,
            ty: kind == Kind::Type,
        });
        self.binders.len() - 1
    }

    fn local(&mut self, name: &Name, kind: Kind, whole: Span) {
        let binder = self.add(name, kind, whole);
        self.locals.push(Arc::clone(&name.text));
        self.by_name.entry(Arc::clone(&name.text)).or_default().push(binder);
    }

    fn global(&mut self, name: &'a Name, kind: Kind, whole: Span) {
        let binder = self.add(name, kind, whole);
        self.globals.entry(&name.text).or_default().push(binder);
    }

    /// What `body` binds is in scope in it only.
    fn scoped(&mut self, body: impl FnOnce(&mut Self)) {
        let depth = self.locals.len();
        body(self);
        for name in self.locals.drain(depth..) {
            if let Some(binders) = self.by_name.get_mut(&name) {
                binders.pop();
            }
        }
    }

    /// A bare name stands here.
    fn name(&mut self, name: &str) {
        if let Some(seen) = &mut self.seen {
            seen.insert(name.to_owned());
        }
        let found = self.by_name.get(name).and_then(|binders| binders.last().copied());
        match found.and_then(|i| self.binders.get_mut(i)) {
            Some(binder) => binder.used = true,
            None => self.module_name(name),
        }
    }

    /// A name stands here that no local can have: of a type, a method, a policy.
    fn module_name(&mut self, name: &str) {
        for &i in self.globals.get(name).into_iter().flatten() {
            if let Some(binder) = self.binders.get_mut(i)
                && self.item != Some(i)
            {
                binder.used = true;
            }
        }
    }

    /// A dotted name of the module stands here.
    fn path(&mut self, path: &Path) {
        if let Some(first) = path.segments.first() {
            self.module_name(&first.text);
        }
    }
}

impl Walk<'_> {
    /// `given data` names an item here. That does not read it, so it is no use of the item; of an import it is one.
    fn given(&mut self, path: &Path) {
        let Some(first) = path.segments.first() else { return };
        let bare = path.segments.len() == 1;
        for &i in self.globals.get(&*first.text).into_iter().flatten() {
            if let Some(binder) = self.binders.get_mut(i)
                && (!bare || binder.kind == Kind::Import)
            {
                binder.used = true;
            }
        }
    }
}

/// The bare names that occur in an expression, those that it binds itself included.
pub(super) fn names_in(ast: &Ast, expr: ExprId) -> BTreeSet<String> {
    let mut walk = Walk::new(ast);
    walk.seen = Some(BTreeSet::new());
    walk.expr(expr);
    walk.seen.unwrap_or_default()
}
