//! The tree as text, without places: for tests, and to tell whether two texts mean the same.

mod exprs;
mod items;
mod types;

use crate::ast::*;

/// The tree as nested parentheses, one item or statement a line. Two texts have the same dump exactly if they have the same tree:
/// places and comments are left out, docs are not.
#[must_use]
pub fn dump(ast: &Ast) -> String {
    let mut d = Dumper { ast, out: String::new() };
    d.file();
    d.out
}

/// Whether two trees are the same but for places and comments.
#[must_use]
pub fn ast_eq(a: &Ast, b: &Ast) -> bool {
    dump(a) == dump(b)
}

/// One expression as nested parentheses.
#[must_use]
pub fn dump_expr(ast: &Ast, id: ExprId) -> String {
    let mut d = Dumper { ast, out: String::new() };
    d.expr(id);
    d.out
}

struct Dumper<'a> {
    ast: &'a Ast,
    out: String,
}

impl Dumper<'_> {
    fn word(&mut self, text: &str) {
        if !self.out.is_empty() && !self.out.ends_with(['(', '\n', ' ']) {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    /// A text with quotes and escapes.
    fn quoted(&mut self, text: &str) {
        self.word(&format!("{text:?}"));
    }

    fn open(&mut self, head: &str) {
        self.word("(");
        self.out.push_str(head);
    }

    fn close(&mut self) {
        self.out.push(')');
    }

    /// `(head …)`.
    fn node(&mut self, head: &str, inside: impl FnOnce(&mut Self)) {
        self.open(head);
        inside(self);
        self.close();
    }

    fn line(&mut self) {
        self.out.push('\n');
    }

    fn flag(&mut self, set: bool, text: &str) {
        if set {
            self.word(text);
        }
    }

    fn name(&mut self, name: &Name) {
        match name.style {
            NameStyle::Plain => self.word(&name.text),
            NameStyle::Backquoted => self.word(&format!("`{}`", name.text)),
            NameStyle::Quoted => self.quoted(&name.text),
        }
    }

    fn path(&mut self, path: &Path) {
        for (i, segment) in path.segments.iter().enumerate() {
            if i > 0 {
                self.out.push('.');
                let mut inner = Dumper { ast: self.ast, out: String::new() };
                inner.name(segment);
                self.out.push_str(&inner.out);
            } else {
                self.name(segment);
            }
        }
    }

    fn docs(&mut self, docs: &[Doc]) {
        for doc in docs {
            self.node("doc", |d| d.quoted(&doc.text));
        }
    }

    fn exprs(&mut self, list: &[ExprId]) {
        list.iter().for_each(|id| self.expr(*id));
    }

    fn optional_expr(&mut self, head: &str, id: Option<ExprId>) {
        if let Some(id) = id {
            self.node(head, |d| d.expr(id));
        }
    }

    fn optional_type(&mut self, head: &str, id: Option<TypeId>) {
        if let Some(id) = id {
            self.node(head, |d| d.ty(id));
        }
    }

    fn args(&mut self, args: &[Arg]) {
        for arg in args {
            match &arg.name {
                Some(name) => self.node("named", |d| {
                    d.name(name);
                    d.expr(arg.value);
                }),
                None => self.expr(arg.value),
            }
        }
    }

    fn generators(&mut self, list: &[Generator]) {
        for generator in list {
            self.node("in", |d| {
                d.pattern(generator.pattern);
                for then in &generator.then {
                    d.node("then", |d| d.pattern(*then));
                }
                d.expr(generator.source);
            });
        }
    }
}
