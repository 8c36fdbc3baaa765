//! What the grammar's actions call: makes the nodes, keeps the tree low, and collects what is wrong beyond the grammar.

mod atoms;
mod braces;
mod items;
mod operators;
mod patterns;
mod statements;
mod strings;
mod types;

use std::collections::HashMap;
use std::sync::Arc;

use crate::ast::*;
use crate::lexer::{LexError, Lexed, Token};
use crate::problem::Problem;
use crate::span::Span;
use crate::trivia::{CommentKind, Trivia};
use crate::visit::{Child, expr_children, pattern_children, type_children};

pub(crate) use atoms::{NewStep, Postfix};
pub(crate) use braces::BraceItem;
pub(crate) use items::{EnumWord, ExceptionClause, FileItem, NewItem, new_item};
pub(crate) use operators::{InfixOp, PrefixOp, Sequence, SequenceItem, Stacks, TestWord};
pub(crate) use statements::{RuleClause, stmt};
pub(crate) use strings::Piece;
pub(crate) use types::RecordMember;

/// What one run of the parser gives; which one, its marker token says.
pub(crate) enum Root {
    /// Only in tests: files are cut up first.
    #[cfg_attr(not(test), allow(dead_code, reason = "what tests hold the cut-up tree against"))]
    File(Vec<FileItem>),
    Item(FileItem),
    Stmt(Box<Stmt>),
    TestStmt(Box<TestStmt>),
    Expr(ExprId),
}

/// What is kept of an expression beside the tree.
#[derive(Clone, Copy)]
struct ExprMeta {
    height: u32,
    /// Its place with the parentheses around it.
    outer: Span,
}

/// How far the builder has come; see [`Builder::back_to`].
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    problems: usize,
}

/// Makes the tree of one file.
pub(crate) struct Builder<'s> {
    source: &'s str,
    tokens: &'s [Token],
    trivia: &'s Trivia,
    /// Where literals begin that the lexer has reported as damaged, in order.
    damaged: Vec<u32>,
    pub(crate) ast: Ast,
    pub(crate) problems: Vec<Problem>,
    /// The number of the first node of each kind.
    base: u32,
    exprs: Vec<ExprMeta>,
    types: Vec<u32>,
    patterns: Vec<u32>,
    /// `without c: e` that no quantifier has taken yet, by the body it follows.
    withouts: HashMap<ExprId, Without>,
    texts: HashMap<&'s str, Arc<str>>,
    stacks: Stacks,
    /// Whether too deep nesting has been reported in what is being parsed.
    too_deep: bool,
}

impl<'s> Builder<'s> {
    pub(crate) fn new(source: &'s str, lexed: &'s Lexed) -> Self {
        let mut damaged: Vec<u32> = lexed.errors.iter().filter_map(LexError::damaged_literal).collect();
        damaged.sort_unstable();
        // About every second token is one; growing a long list takes the memory of two.
        let likely = lexed.tokens.len() / 2;
        let mut ast = Ast::default();
        ast.exprs.reserve(likely);
        Self {
            source,
            tokens: &lexed.tokens,
            trivia: &lexed.trivia,
            damaged,
            ast,
            problems: Vec::new(),
            base: 0,
            exprs: Vec::with_capacity(likely),
            types: Vec::new(),
            patterns: Vec::new(),
            withouts: HashMap::new(),
            texts: HashMap::new(),
            stacks: Stacks::default(),
            too_deep: false,
        }
    }

    /// Numbers nodes from `base` on: those before are of another builder. To be said before any is made.
    pub(crate) fn number_from(&mut self, base: u32) {
        self.base = base;
        self.ast.exprs.skip(base);
        self.ast.types.skip(base);
        self.ast.patterns.skip(base);
    }

    /// The position of a node among those of its kind.
    fn at(&self, id: u32) -> usize {
        id.wrapping_sub(self.base) as usize
    }

    /// Where the builder stands before a run of the parser.
    pub(crate) fn mark(&mut self) -> Mark {
        self.too_deep = false;
        self.withouts.clear();
        Mark { problems: self.problems.len() }
    }

    /// Forgets what a failed run has reported. Its nodes stay in the arenas, unreachable.
    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.problems.truncate(mark.problems);
        self.withouts.clear();
        self.too_deep = false;
    }

    /// Ends a run that succeeded.
    pub(crate) fn settle(&mut self) {
        let mut stray: Vec<Span> = std::mem::take(&mut self.withouts).into_values().map(|w| w.span).collect();
        stray.sort_unstable();
        self.problems.extend(stray.into_iter().map(Problem::StrayWithout));
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> (Ast, Vec<Problem>) {
        let first = self.tokens.first().map_or(u32::MAX, |t| t.span.lo);
        let docs =
            self.trivia.comments.iter().filter(|c| c.kind == CommentKind::ModuleDoc && c.span.lo < first);
        self.ast.docs = docs.map(|c| doc(c.span, self.source)).collect();
        // The branches of an `if` were collected from the last to the first.
        for expr in self.ast.exprs.iter_mut() {
            if let ExprKind::If { branches, .. } = &mut expr.kind {
                branches.reverse();
                branches.shrink_to_fit();
            }
        }
        self.ast.tighten();
        (self.ast, self.problems)
    }

    /// The source between two positions.
    pub(crate) fn slice(&self, lo: u32, hi: u32) -> &'s str {
        self.source.get(lo as usize..hi as usize).unwrap_or("")
    }

    /// A text that may occur often, kept once.
    fn shared(&mut self, text: &'s str) -> Arc<str> {
        self.texts.entry(text).or_insert_with(|| Arc::from(text)).clone()
    }

    /// The `///` lines between the token before `at` and `at`.
    pub(crate) fn docs(&self, at: u32) -> Vec<Doc> {
        let comments = &self.trivia.comments;
        let end = comments.partition_point(|c| c.span.lo < at);
        if comments.get(..end).and_then(<[_]>::last).is_none_or(|c| c.kind != CommentKind::Doc) {
            return Vec::new();
        }
        let before = self.tokens.partition_point(|t| t.span.lo < at);
        let floor = before.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| t.span.hi);
        let begin = comments.partition_point(|c| c.span.lo < floor);
        let between = comments.get(begin..end).unwrap_or_default();
        between
            .iter()
            .filter(|c| c.kind == CommentKind::Doc && c.own_line)
            .map(|c| doc(c.span, self.source))
            .collect()
    }

    /// Adds an expression, or an error where the tree would get too high.
    pub(crate) fn expr(&mut self, lo: u32, hi: u32, kind: ExprKind) -> ExprId {
        let mut height = 0;
        expr_children(&kind, &mut |child| height = height.max(self.height(child)));
        self.expr_of_height(Span::new(lo, hi), kind, height + 1)
    }

    /// Adds a literal, or an error where the lexer has reported it.
    fn literal(&mut self, lo: u32, hi: u32, kind: ExprKind) -> ExprId {
        let damaged = self.damaged.binary_search(&lo).is_ok();
        self.expr(lo, hi, if damaged { ExprKind::Error } else { kind })
    }

    /// Adds an expression whose height is known.
    fn expr_of_height(&mut self, span: Span, kind: ExprKind, height: u32) -> ExprId {
        let (height, mut kind) = match self.limit(height, span) {
            Some(height) => (height, kind),
            None => (MAX_DEPTH + 1, ExprKind::Error),
        };
        kind.tighten();
        self.exprs.push(ExprMeta { height, outer: span });
        self.ast.exprs.push(Expr { kind, span, parens: false })
    }

    /// Adds a type, or an error where the tree would get too high.
    pub(crate) fn ty(&mut self, lo: u32, hi: u32, kind: TypeKind) -> TypeId {
        let mut height = 0;
        type_children(&kind, &mut |child| height = height.max(self.height(child)));
        let span = Span::new(lo, hi);
        let (height, kind) = match self.limit(height + 1, span) {
            Some(height) => (height, kind),
            None => (MAX_DEPTH + 1, TypeKind::Error),
        };
        self.types.push(height);
        self.ast.types.push(Type { kind, span, parens: false })
    }

    /// Adds a pattern, or an error where the tree would get too high.
    pub(crate) fn pattern(&mut self, lo: u32, hi: u32, kind: PatternKind) -> PatternId {
        let mut height = 0;
        pattern_children(&kind, &mut |child| height = height.max(self.height(child)));
        let span = Span::new(lo, hi);
        let (height, kind) = match self.limit(height + 1, span) {
            Some(height) => (height, kind),
            None => (MAX_DEPTH + 1, PatternKind::Error),
        };
        self.patterns.push(height);
        self.ast.patterns.push(Pattern { kind, span })
    }

    /// The height, where it is allowed. The first node that is too high is reported; all above it are silent errors.
    fn limit(&mut self, height: u32, span: Span) -> Option<u32> {
        if height <= MAX_DEPTH {
            return Some(height);
        }
        if !self.too_deep {
            self.too_deep = true;
            self.problems.push(Problem::TooDeep(Span::new(span.lo, span.lo.saturating_add(1).min(span.hi))));
        }
        None
    }

    fn height(&self, child: Child) -> u32 {
        let height = match child {
            Child::Expr(id) => self.exprs.get(self.at(id.0)).map(|m| m.height),
            Child::Type(id) => self.types.get(self.at(id.0)).copied(),
            Child::Pattern(id) => self.patterns.get(self.at(id.0)).copied(),
        };
        height.unwrap_or(0)
    }

    /// The place of an expression with the parentheses around it.
    fn outer(&self, id: ExprId) -> Span {
        self.exprs.get(self.at(id.0)).map_or(Span::at(0), |m| m.outer)
    }

    /// `name` or `` `name` ``.
    pub(crate) fn name(&mut self, lo: u32, hi: u32) -> Name {
        let text = self.slice(lo, hi);
        let (text, style) = match text.strip_prefix('`') {
            Some(rest) => (rest.strip_suffix('`').unwrap_or(rest.trim_end()), NameStyle::Backquoted),
            None => (text, NameStyle::Plain),
        };
        Name { text: self.shared(text), span: Span::new(lo, hi), style }
    }

    /// `"name"`.
    pub(crate) fn quoted_name(&mut self, lo: u32, hi: u32) -> Name {
        let text = self.text(lo, hi);
        Name { text: text.value, span: text.span, style: NameStyle::Quoted }
    }

    /// A dotted name's first segment.
    pub(crate) fn path(&mut self, name: Name) -> Path {
        Path { span: name.span, segments: vec![name] }
    }

    /// A dotted name's next segment.
    pub(crate) fn path_step(&mut self, mut path: Path, name: Name) -> Path {
        path.span = path.span.to(name.span);
        path.segments.push(name);
        path
    }

    /// A clause whose words stand from `lo` to `mid`.
    pub(crate) fn clause(&mut self, lo: u32, mid: u32, expr: ExprId) -> Clause {
        let keyword = Span::new(lo, mid);
        Clause { keyword, expr, span: keyword.to(self.outer(expr)) }
    }
}

/// What was boxed while it was read.
#[allow(clippy::vec_box, reason = "the parser moves what it reads with every step")]
pub(crate) fn unboxed<T>(boxed: Vec<Box<T>>) -> Vec<T> {
    boxed.into_iter().map(|one| *one).collect()
}

/// A comment's text without its slashes.
fn doc(span: Span, source: &str) -> Doc {
    let text = span.text(source).get(3..).unwrap_or("");
    let text = text.strip_prefix(' ').unwrap_or(text).trim_end();
    Doc { text: Arc::from(text), span }
}
