//! Text to tree: cuts the tokens into items and statements, parses each alone, and puts the tree together.

mod ahead;
mod diagnose;
mod expected;
mod run;
mod spelling;
mod split;

use std::ops::Range;

use crate::ast::*;
use crate::builder::{Builder, FileItem, Root};
use crate::diagnostic;
use crate::lexer::{Lexed, Token, TokenKind as T, lex};
use crate::problem::Problem;
use crate::span::{FileId, Span};
use crate::{Parsed, ParsedExpression};
use ahead::{Ahead, Coming};
use run::Runner;
use split::{Body, Splitter};

/// The largest source that is read, in bytes.
pub(crate) const MAX_SOURCE: usize = 16 << 20;

/// Reads one file.
pub(crate) fn parse(file: FileId, source: &str) -> Parsed {
    if source.len() > MAX_SOURCE {
        let problem = Problem::TooLarge(Span::at(0));
        return Parsed { diagnostics: vec![problem.render(file, source)], ..Parsed::default() };
    }
    let mut lexed = lex(source);
    let many = lexed.tokens.len() >= ahead::MANY;
    let halves = if many { ahead::file(source, &lexed) } else { None };
    let (ast, problems, splits) = halves.unwrap_or_else(|| Parser::new(source, &lexed).file());
    split_tokens(&mut lexed.tokens, splits);
    finish(file, source, lexed, ast, problems)
}

/// Reads one file in a single run, without cutting it up. On a valid file the tree is the same.
#[cfg(test)]
pub(crate) fn parse_whole(file: FileId, source: &str) -> Parsed {
    let lexed = lex(source);
    let mut parser = Parser::new(source, &lexed);
    let end = parser.end_of(0..lexed.tokens.len());
    if let Some(Root::File(items)) = parser.runner.run(&mut parser.builder, T::StartFile, &lexed.tokens, end)
    {
        items.into_iter().for_each(|item| parser.add(item));
    }
    let (ast, problems) = parser.builder.finish();
    finish(file, source, lexed, ast, problems)
}

/// Reads one file on this thread alone. The tree is the same.
#[cfg(test)]
pub(crate) fn parse_alone(file: FileId, source: &str) -> Parsed {
    let mut lexed = lex(source);
    let (ast, problems, splits) = Parser::new(source, &lexed).file();
    split_tokens(&mut lexed.tokens, splits);
    finish(file, source, lexed, ast, problems)
}

/// Reads one expression.
pub(crate) fn parse_expression(file: FileId, source: &str) -> ParsedExpression {
    if source.len() > MAX_SOURCE {
        let parsed = parse(file, source);
        return ParsedExpression { ast: parsed.ast, expr: ExprId(0), diagnostics: parsed.diagnostics };
    }
    let lexed = lex(source);
    let mut parser = Parser::new(source, &lexed);
    let end = parser.end_of(0..lexed.tokens.len());
    let expr = match parser.runner.run(&mut parser.builder, T::StartExpr, &lexed.tokens, end) {
        Some(Root::Expr(id)) => id,
        Some(Root::File(_) | Root::Item(_) | Root::Stmt(_) | Root::TestStmt(_)) | None => {
            parser.builder.expr(0, end.hi, ExprKind::Error)
        }
    };
    let (ast, problems) = parser.builder.finish();
    let parsed = finish(file, source, lexed, ast, problems);
    ParsedExpression { ast: parsed.ast, expr, diagnostics: parsed.diagnostics }
}

/// Puts `>` and `=` in place of each `>=` that was read as such.
fn split_tokens(tokens: &mut Vec<Token>, mut splits: Vec<u32>) {
    splits.sort_unstable();
    if splits.is_empty() {
        return;
    }
    let old = std::mem::take(tokens);
    for token in old {
        let Span { lo, hi } = token.span;
        if token.kind == T::Ge && splits.binary_search(&lo).is_ok() {
            tokens.push(Token { kind: T::Gt, span: Span::new(lo, lo + 1), ..token });
            tokens.push(Token { kind: T::Assign, span: Span::new(lo + 1, hi), first_on_line: false });
        } else {
            tokens.push(token);
        }
    }
}

/// Renders what was found, in source order and each only once.
fn finish(file: FileId, source: &str, lexed: Lexed, ast: Ast, problems: Vec<Problem>) -> Parsed {
    let lexical = lexed.errors.into_iter().map(Problem::Lex);
    let mut diagnostics: Vec<_> =
        lexical.chain(problems).map(|problem| problem.render(file, source)).collect();
    diagnostic::sort(&mut diagnostics);
    diagnostics.dedup_by(|a, b| a.code == b.code && a.primary == b.primary);
    Parsed { ast, trivia: lexed.trivia, tokens: lexed.tokens, diagnostics }
}

struct Parser<'s> {
    source: &'s str,
    tokens: &'s [Token],
    builder: Builder<'s>,
    runner: Runner<'s>,
    /// What another thread parses.
    coming: Option<Coming>,
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, lexed: &'s Lexed) -> Self {
        Self {
            source,
            tokens: &lexed.tokens,
            builder: Builder::new(source, lexed),
            runner: Runner::new(source, &lexed.errors),
            coming: None,
        }
    }

    fn splitter(&self) -> Splitter<'s> {
        Splitter { source: self.source, tokens: self.tokens }
    }

    fn slice(&self, range: Range<usize>) -> &'s [Token] {
        self.tokens.get(range).unwrap_or_default()
    }

    /// The place just behind the tokens of `range`.
    fn end_of(&self, range: Range<usize>) -> Span {
        Span::at(self.slice(range).last().map_or(0, |t| t.span.hi))
    }

    /// From the first token of `range` to the last.
    fn span_of(&self, range: Range<usize>) -> Span {
        let tokens = self.slice(range);
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::at(0),
        }
    }

    fn file(self) -> (Ast, Vec<Problem>, Vec<u32>) {
        let (ast, problems, splits, _) = self.items();
        (ast, problems, splits)
    }

    /// Parses the file; with what another thread has parsed of it.
    fn items(mut self) -> (Ast, Vec<Problem>, Vec<u32>, Option<Ahead>) {
        for range in self.splitter().items() {
            let item = self.item(range);
            self.add(item);
        }
        let splits = self.runner.split.take();
        let ahead = self.coming.take().and_then(Coming::into_here);
        let (ast, problems) = self.builder.finish();
        (ast, problems, splits, ahead)
    }

    /// Puts an item into the tree.
    fn add(&mut self, item: FileItem) {
        let ast = &mut self.builder.ast;
        match item {
            FileItem::Item(item) => ast.items.push(*item),
            FileItem::Module(module) => {
                let first = ast.module.as_ref().map(|m| m.span);
                if first.is_some() || !ast.items.is_empty() {
                    self.builder.problems.push(Problem::MisplacedModule { at: module.span, first });
                }
                let ast = &mut self.builder.ast;
                ast.module.get_or_insert(module);
            }
        }
    }

    fn item(&mut self, range: Range<usize>) -> FileItem {
        let (head, body) = self.shape(&range);
        match body {
            Some((body, open, close)) => self.item_with_body(range, head, body, open, close),
            None => self.plain_item(range, head),
        }
    }

    /// Where an item's own word stands, and the braces of its body if it holds statements.
    fn shape(&self, range: &Range<usize>) -> (usize, Option<(Body, usize, Option<usize>)>) {
        let split = self.splitter();
        let mut head = split.after_annotations(range.start, None);
        if split.kind(head) == Some(T::Pub) {
            head += 1;
        }
        let word = self.item_word(head);
        let body = match word {
            Some(T::Policy) => Body::Policy,
            Some(T::Test | T::Property) => Body::Test,
            _ => return (head, None),
        };
        (head, split.body(head..range.end).map(|(open, close)| (body, open, close)))
    }

    /// The head of an item with an empty body.
    fn head_tokens(&self, start: usize, open: usize, close: Option<usize>, end: Span) -> Vec<Token> {
        let mut tokens = self.slice(start..open + 1).to_vec();
        let closer = close.and_then(|i| self.tokens.get(i)).copied();
        tokens.push(closer.unwrap_or(Token { kind: T::RBrace, span: end, first_on_line: false }));
        tokens
    }

    /// The word that begins an item, also where it is misspelt.
    fn item_word(&self, head: usize) -> Option<T> {
        let token = self.tokens.get(head)?;
        if token.kind != T::Ident {
            return Some(token.kind);
        }
        spelling::meant(token.span.text(self.source), [T::Policy, T::Test, T::Property].into_iter())
    }

    /// An item that is parsed in one go.
    fn plain_item(&mut self, range: Range<usize>, head: usize) -> FileItem {
        let end = self.end_of(range.clone());
        let tokens = self.slice(range.clone());
        match self.run(T::StartItem, range.start, tokens, end) {
            Some(Root::Item(item)) => item,
            Some(Root::File(_) | Root::Stmt(_) | Root::TestStmt(_) | Root::Expr(_)) | None => {
                let names = self.names_of_item(range.clone(), head);
                self.error_item(range, ItemKind::Error(names))
            }
        }
    }

    fn error_item(&mut self, range: Range<usize>, kind: ItemKind) -> FileItem {
        let span = self.span_of(range);
        let docs = self.builder.docs(span.lo);
        FileItem::Item(Box::new(Item { docs, annotations: Vec::new(), public: None, kind, span }))
    }

    /// A policy, a test or a property: the head with an empty body, then the statements.
    fn item_with_body(
        &mut self,
        range: Range<usize>,
        head: usize,
        body: Body,
        open: usize,
        close: Option<usize>,
    ) -> FileItem {
        let end = self.end_of(range.clone());
        let tokens = self.head_tokens(range.start, open, close, end);
        let parsed = self.run(T::StartItem, range.start, &tokens, end);

        let inside = open + 1..close.unwrap_or(range.end);
        let before = self.builder.problems.len();
        let statements = self.splitter().statements(inside, body);
        let (of_policy, of_test) =
            if body == Body::Policy { (statements.len(), 0) } else { (0, statements.len()) };
        let mut rules = Vec::with_capacity(of_policy);
        let mut tests = Vec::with_capacity(of_test);
        for statement in statements {
            match body {
                Body::Policy => rules.push(self.statement(statement)),
                Body::Test => tests.push(self.test_statement(statement)),
            }
        }
        let silent = self.builder.problems.len() == before;
        match close {
            None => self.unclosed_body(open, end),
            Some(close) => {
                // The braces inside do not balance, and no statement has said why.
                if silent && !self.balanced(open..close + 1) {
                    self.unclosed_body(open, end);
                }
                if close + 1 < range.end {
                    self.leftover(close + 1..range.end);
                }
            }
        }
        let Some(Root::Item(FileItem::Item(mut item))) = parsed else {
            let kind = self.damaged_head(range.clone(), head, body, rules, tests);
            return self.error_item(range, kind);
        };
        match &mut item.kind {
            ItemKind::Policy(decl) => decl.body = rules,
            ItemKind::Test(decl) => decl.body = tests,
            ItemKind::Property(decl) => decl.body = tests,
            ItemKind::Error(_)
            | ItemKind::Use(_)
            | ItemKind::Type(_)
            | ItemKind::Enum(_)
            | ItemKind::Entity(_)
            | ItemKind::Let(_)
            | ItemKind::Data(_)
            | ItemKind::Fn(_)
            | ItemKind::Exception(_)
            | ItemKind::Obligation(_) => {}
        }
        FileItem::Item(item)
    }

    /// What is left of an item whose head is damaged: of a policy its name and statements.
    fn damaged_head(
        &mut self,
        range: Range<usize>,
        head: usize,
        body: Body,
        rules: Vec<Stmt>,
        tests: Vec<TestStmt>,
    ) -> ItemKind {
        drop(tests);
        let names = self.names_of_item(range.clone(), head);
        match (body, names.first()) {
            (Body::Policy, Some(name)) => ItemKind::Policy(PolicyDecl {
                name: name.clone(),
                params: Vec::new(),
                subject: None,
                resolve_first: None,
                body: rules,
                body_span: self.span_of(range),
            }),
            _ => ItemKind::Error(names),
        }
    }

    fn unclosed_body(&mut self, open: usize, end: Span) {
        if let Some(token) = self.tokens.get(open) {
            let problem = Problem::Unclosed { open: token.span, kind: token.kind, before: end };
            self.builder.problems.push(problem);
        }
    }

    /// What stands behind the closing brace of a body and begins no item.
    fn leftover(&mut self, range: Range<usize>) {
        let end = self.end_of(range.clone());
        let tokens = self.slice(range);
        self.runner.run(&mut self.builder, T::StartItem, tokens, end);
    }

    fn balanced(&self, range: Range<usize>) -> bool {
        let mut open: Vec<T> = Vec::new();
        for token in self.slice(range) {
            if token.kind.opens() {
                open.push(token.kind);
            } else if token.kind.closes() && open.pop().and_then(T::closer) != Some(token.kind) {
                return false;
            }
        }
        open.is_empty()
    }

    fn statement(&mut self, range: Range<usize>) -> Stmt {
        let end = self.end_of(range.clone());
        let tokens = self.slice(range.clone());
        match self.run(T::StartStmt, range.start, tokens, end) {
            Some(Root::Stmt(stmt)) => *stmt,
            Some(Root::File(_) | Root::Item(_) | Root::TestStmt(_) | Root::Expr(_)) | None => {
                let span = self.span_of(range.clone());
                let docs = self.builder.docs(span.lo);
                let begin = self.splitter().after_annotations(range.start, Some(Body::Policy));
                let names = self.second_name(begin..range.end);
                Stmt { docs, annotations: Vec::new(), kind: StmtKind::Error(names), span }
            }
        }
    }

    fn test_statement(&mut self, range: Range<usize>) -> TestStmt {
        let end = self.end_of(range.clone());
        let tokens = self.slice(range.clone());
        match self.run(T::StartTestStmt, range.start, tokens, end) {
            Some(Root::TestStmt(stmt)) => *stmt,
            Some(Root::File(_) | Root::Item(_) | Root::Stmt(_) | Root::Expr(_)) | None => {
                let span = self.span_of(range.clone());
                let docs = self.builder.docs(span.lo);
                let is_let = self.tokens.get(range.start).is_some_and(|t| t.kind == T::Let);
                let names = if is_let { self.second_name(range) } else { Vec::new() };
                TestStmt { docs, annotations: Vec::new(), kind: TestStmtKind::Error(names), span }
            }
        }
    }

    /// The name that follows the first word of `range`.
    fn second_name(&mut self, range: Range<usize>) -> Vec<Name> {
        self.name_at(range.start + 1, range.end).into_iter().collect()
    }

    fn name_at(&mut self, i: usize, end: usize) -> Option<Name> {
        let token = self.tokens.get(i).filter(|t| i < end && t.kind.is_name())?;
        Some(self.builder.name(token.span.lo, token.span.hi))
    }

    /// The names that a damaged item seems to introduce.
    fn names_of_item(&mut self, range: Range<usize>, head: usize) -> Vec<Name> {
        let split = self.splitter();
        if split.kind(head) == Some(T::Use) {
            // Any name of it could be what it brings in.
            return (head + 1..range.end).filter_map(|i| self.name_at(i, range.end)).collect();
        }
        let mut at = head;
        while matches!(split.kind(at), Some(T::Ordered | T::Open)) {
            at += 1;
        }
        self.second_name(at..range.end)
    }
}
