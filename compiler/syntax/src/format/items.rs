//! Items.

use super::lists::Style;
use super::printer::Printer;
use crate::ast::*;
use crate::lexer::TokenKind as T;

impl Printer<'_> {
    /// The whole file.
    pub(super) fn items(&mut self) {
        let ast = self.ast;
        if let Some(module) = &ast.module {
            self.expect(T::Module);
            self.space();
            self.tight(module.path.span.hi);
        }
        let mut before: Option<&Item> = None;
        for item in &ast.items {
            match before {
                None if ast.module.is_some() => self.hard_keeping_blank(),
                None => {}
                Some(last) if stands_alone(last) || stands_alone(item) => self.hard_blank(),
                Some(_) => self.hard_keeping_blank(),
            }
            self.item(item);
            before = Some(item);
        }
    }

    fn item(&mut self, item: &Item) {
        for annotation in &item.annotations {
            self.annotation(annotation);
            self.hard();
        }
        if item.public.is_some() {
            self.expect(T::Pub);
            self.space();
        }
        match &item.kind {
            ItemKind::Error(_) => self.tight(item.span.hi),
            ItemKind::Use(decl) => self.use_decl(decl),
            ItemKind::Type(decl) => self.type_decl(decl),
            ItemKind::Enum(decl) => self.enum_decl(decl),
            ItemKind::Entity(decl) => self.entity_decl(decl),
            ItemKind::Let(decl) => self.let_decl(decl),
            ItemKind::Data(decl) => self.data_decl(decl),
            ItemKind::Fn(decl) => self.fn_decl(decl),
            ItemKind::Policy(decl) => self.policy_decl(decl),
            ItemKind::Exception(decl) => self.exception_decl(decl),
            ItemKind::Obligation(decl) => {
                self.words(4);
                if let Some(fields) = decl.fields {
                    self.space();
                    self.ty(fields);
                }
            }
            ItemKind::Test(decl) => self.test_decl(decl),
            ItemKind::Property(decl) => self.property_decl(decl),
        }
    }

    /// Tokens with blanks between.
    pub(super) fn words(&mut self, n: usize) {
        for i in 0..n {
            if i > 0 {
                self.space();
            }
            self.tok();
        }
    }

    pub(super) fn annotation(&mut self, annotation: &Annotation) {
        self.expect(T::AtSign);
        self.tok();
        if let Some(args) = &annotation.args {
            self.args(args);
        }
    }

    fn use_decl(&mut self, decl: &UseDecl) {
        self.expect(T::Use);
        self.space();
        self.tight(decl.path.span.hi);
        match &decl.target {
            UseTarget::Whole { alias } => {
                if alias.is_some() {
                    self.space();
                    self.words(2);
                }
            }
            UseTarget::Names(names) => {
                self.expect(T::Dot);
                self.list(Style::ARGS, names, |p, name| {
                    p.tok();
                    if name.alias.is_some() {
                        p.space();
                        p.words(2);
                    }
                });
            }
        }
    }

    fn type_params(&mut self, params: &[TypeParam]) {
        if self.peek() != Some(T::Lt) {
            return;
        }
        self.list(Style::STRICT, params, |p, param| {
            p.tok();
            if param.bound.is_some() {
                p.expect(T::Colon);
                p.space();
                p.tok();
            }
        });
    }

    fn type_decl(&mut self, decl: &TypeDecl) {
        self.words(2);
        self.type_params(&decl.params);
        self.space();
        self.expect(T::Assign);
        self.space();
        self.ty(decl.ty);
        if let Some(reader) = &decl.reader {
            self.space();
            self.words(2);
            self.space();
            self.tight(reader.span.hi);
        }
    }

    fn enum_decl(&mut self, decl: &EnumDecl) {
        while matches!(self.peek(), Some(T::Open | T::Ordered)) {
            self.tok();
            self.space();
        }
        self.words(2);
        self.space();
        self.list(Style::BRACES, &decl.variants, |p, _| {
            p.tok();
            p.spellings();
        });
    }

    fn entity_decl(&mut self, decl: &EntityDecl) {
        self.words(2);
        if !decl.parents.is_empty() {
            self.space();
            self.expect(T::In);
            self.space();
            for (i, parent) in decl.parents.iter().enumerate() {
                if i > 0 {
                    self.separator();
                    self.space();
                }
                self.tight(parent.span.hi);
            }
        }
        if let Some(attributes) = decl.attributes {
            self.space();
            self.ty(attributes);
        }
    }

    pub(super) fn let_decl(&mut self, decl: &LetDecl) {
        self.words(2);
        if let Some(ty) = decl.ty {
            self.expect(T::Colon);
            self.space();
            self.ty(ty);
        }
        self.space();
        self.expect(T::Assign);
        self.value(decl.value);
    }

    fn data_decl(&mut self, decl: &DataDecl) {
        self.words(2);
        self.expect(T::Colon);
        self.space();
        self.ty(decl.ty);
        if let Some(default) = decl.default {
            self.space();
            self.expect(T::Assign);
            self.value(default);
        }
        if let Some(age) = decl.max_age {
            self.space();
            self.words(2);
            self.space();
            self.expr(age);
        }
    }

    /// `(a: T, b: U = e)`.
    fn params(&mut self, params: &[Param]) {
        self.list(Style::ARGS, params, Self::param);
    }

    fn param(&mut self, param: &Param) {
        self.tok();
        self.expect(T::Colon);
        self.space();
        self.ty(param.ty);
        if let Some(default) = param.default {
            self.space();
            self.expect(T::Assign);
            self.space();
            self.expr(default);
        }
    }

    fn fn_decl(&mut self, decl: &FnDecl) {
        self.words(2);
        self.type_params(&decl.type_params);
        self.params(&decl.params);
        if let Some(result) = decl.result {
            self.space();
            self.expect(T::Arrow);
            self.space();
            self.ty(result);
        }
        match &decl.body {
            FnBody::None => {}
            FnBody::Expr(id) => {
                self.space();
                self.expect(T::Assign);
                self.value(*id);
            }
            FnBody::Block { lets, result } => {
                self.space();
                self.expect(T::LBrace);
                self.indented(|p| {
                    for (i, decl) in lets.iter().enumerate() {
                        if i == 0 {
                            p.hard()
                        } else {
                            p.hard_keeping_blank()
                        }
                        p.let_decl(decl);
                    }
                    if lets.is_empty() {
                        p.hard()
                    } else {
                        p.hard_keeping_blank()
                    }
                    p.expect(T::Return);
                    p.value(*result);
                    p.closing_comments();
                });
                self.hard();
                self.expect(T::RBrace);
            }
        }
    }

    fn subject(&mut self, subject: &Subject) {
        if subject.name.is_some() {
            self.tok();
            self.expect(T::Colon);
            self.space();
        }
        self.ty(subject.ty);
    }

    fn policy_decl(&mut self, decl: &PolicyDecl) {
        self.words(2);
        if self.peek() == Some(T::LParen) {
            self.params(&decl.params);
        }
        self.space();
        self.expect(T::On);
        self.space();
        if let Some(subject) = &decl.subject {
            self.subject(subject);
        }
        if decl.resolve_first.is_some() {
            self.space();
            self.words(2);
        }
        self.space();
        self.block(&decl.body, Self::stmt);
    }

    /// Statements in braces, one a line.
    pub(super) fn block<S>(&mut self, statements: &[S], mut each: impl FnMut(&mut Self, &S)) {
        self.expect(T::LBrace);
        if statements.is_empty() && self.peek() == Some(T::RBrace) {
            self.indented(Self::closing_comments);
            self.soft_close();
            return;
        }
        self.indented(|p| {
            for (i, statement) in statements.iter().enumerate() {
                if i == 0 {
                    p.hard();
                } else {
                    p.hard_keeping_blank();
                }
                each(p, statement);
            }
            p.closing_comments();
        });
        self.hard();
        self.expect(T::RBrace);
    }

    /// The closing brace of an empty block: on its own line only below a comment.
    fn soft_close(&mut self) {
        self.group(false, |p| {
            p.soft();
            p.expect(T::RBrace);
        });
    }

    fn exception_decl(&mut self, decl: &ExceptionDecl) {
        self.words(2);
        self.space();
        self.expect(T::To);
        self.space();
        self.tight(decl.rule.span.hi);
        if let Some(bindings) = &decl.bindings {
            self.list(Style::ARGS, bindings, |p, id| p.pattern(*id));
        }
        if let Some(subject) = &decl.subject {
            self.space();
            self.expect(T::On);
            self.space();
            self.subject(subject);
        }
        self.indented(|p| {
            loop {
                let (words, clause) = match p.peek() {
                    Some(T::When) => (1, &decl.when),
                    Some(T::Until) => (1, &decl.until),
                    Some(T::Because) => (1, &decl.because),
                    Some(T::Approved) => (2, &decl.approved_by),
                    Some(T::Follow) => (2, &decl.follow_up),
                    _ => break,
                };
                let Some(clause) = clause else { break };
                p.hard();
                p.words(words);
                p.space();
                p.expr(clause.expr);
            }
        });
    }

    fn test_decl(&mut self, decl: &TestDecl) {
        self.group(false, |p| {
            p.expect(T::Test);
            p.space();
            p.string();
            p.indented(|p| {
                if let Some(at) = decl.at {
                    p.line();
                    p.expect(T::At);
                    p.space();
                    p.expr(at);
                }
                if !decl.generators.is_empty() {
                    p.line();
                    p.expect(T::For);
                    p.space();
                    p.generators(&decl.generators);
                }
            });
        });
        self.space();
        self.block(&decl.body, Self::test_stmt);
    }

    fn property_decl(&mut self, decl: &PropertyDecl) {
        self.expect(T::Property);
        self.space();
        self.string();
        self.space();
        self.words(2);
        self.group(false, |p| {
            p.indented(|p| {
                for (i, binder) in decl.binders.iter().enumerate() {
                    if i > 0 {
                        p.separator();
                    }
                    p.line();
                    match binder {
                        PropertyBinder::Value(param) => p.param(param),
                        PropertyBinder::Data(path) => {
                            p.expect(T::Data);
                            p.space();
                            p.tight(path.span.hi);
                        }
                    }
                }
            });
        });
        self.space();
        self.block(&decl.body, Self::test_stmt);
    }
}

/// Whether an item has empty lines around it.
fn stands_alone(item: &Item) -> bool {
    match &item.kind {
        ItemKind::Policy(_) | ItemKind::Test(_) | ItemKind::Property(_) | ItemKind::Exception(_) => true,
        ItemKind::Fn(decl) => match &decl.body {
            FnBody::Block { .. } => true,
            FnBody::Expr(_) | FnBody::None => false,
        },
        ItemKind::Error(_)
        | ItemKind::Use(_)
        | ItemKind::Type(_)
        | ItemKind::Enum(_)
        | ItemKind::Entity(_)
        | ItemKind::Let(_)
        | ItemKind::Data(_)
        | ItemKind::Obligation(_) => false,
    }
}
