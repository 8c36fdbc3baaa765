//! Runs the generated parser over one item or statement, and mends what can be mended so that the rest of it is read too.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::LazyLock;

use lalrpop_util::ParseError;

use super::diagnose::{Context, Repair, diagnose};
use super::expected::{Expected, terminal_names};
use crate::builder::{Builder, Root};
use crate::grammar::StartParser;
use crate::lexer::{LexError, Token, TokenKind};
use crate::problem::Problem;
use crate::span::Span;

/// How many mistakes of one item or statement are mended and read past.
const MAX_REPAIRS: usize = 8;

/// How many `>=` of one item or statement are read as `>` and `=`.
const MAX_SPLITS: usize = 8;

/// How many mistakes of one file are told. Nobody reads more, and each costs far more time than text without mistakes does.
pub(super) const MAX_PROBLEMS: usize = 1_000;

/// The names of tokens, as the generated parser tells them.
static TERMINALS: LazyLock<HashMap<String, TokenKind>> = LazyLock::new(terminal_names);

/// The generated parser and what it needs.
pub(super) struct Runner<'s> {
    pub(super) source: &'s str,
    parser: StartParser,
    terminals: &'static HashMap<String, TokenKind>,
    /// Where the lexer lost text, in source order: a parser that stumbles behind such a place has nothing new to say.
    lost: Vec<u32>,
    /// Where a `>=` was read as `>` and `=`.
    pub(super) split: RefCell<Vec<u32>>,
}

impl<'s> Runner<'s> {
    pub(super) fn new(source: &'s str, errors: &[LexError]) -> Self {
        let mut lost: Vec<u32> = errors.iter().filter_map(loses_text).collect();
        lost.sort_unstable();
        Self { source, parser: StartParser::new(), terminals: &TERMINALS, lost, split: RefCell::default() }
    }

    /// Parses `tokens` as what `marker` says. Whatever is wrong goes to the builder; `None` where no tree could be made.
    pub(super) fn run(
        &self,
        b: &mut Builder<'s>,
        marker: TokenKind,
        tokens: &[Token],
        end: Span,
    ) -> Option<Root> {
        if b.problems.len() >= MAX_PROBLEMS {
            return None;
        }
        if let Some(at) = too_deep(tokens) {
            b.problems.push(Problem::TooDeep(at));
            return None;
        }
        let mark = b.mark();
        let mut found: Vec<Problem> = Vec::new();
        let mut mended: Option<Vec<Token>> = None;
        let mut last_at = None;
        let mut splits: Vec<u32> = Vec::new();
        for _ in 0..=MAX_REPAIRS + MAX_SPLITS {
            let current = mended.as_deref().unwrap_or(tokens);
            let (at, expected) = match self.attempt(b, marker, current) {
                Ok(root) => {
                    self.split.borrow_mut().extend(splits);
                    b.settle();
                    b.problems.extend(found);
                    return Some(root);
                }
                Err(error) => error,
            };
            b.back_to(mark);
            let place = current.get(at).map_or(end.lo, |t| t.span.lo);
            let begin = tokens.first().map_or(end.lo, |t| t.span.lo);
            let lost = self.lost.partition_point(|p| *p < begin);
            if self.lost.get(lost).is_some_and(|p| *p <= place) {
                break;
            }
            let expected = Expected::new(&expected, self.terminals);
            // `List<Int>= []`: two tokens that stand side by side.
            if let Some(joined) = current.get(at).filter(|t| t.kind == TokenKind::Ge)
                && expected.has(TokenKind::Gt)
                && splits.len() < MAX_SPLITS
            {
                let mut copy = current.to_vec();
                let (lo, hi) = (joined.span.lo, joined.span.hi);
                let middle = lo.saturating_add(1);
                let halves =
                    [(TokenKind::Gt, Span::new(lo, middle)), (TokenKind::Assign, Span::new(middle, hi))];
                let halves = halves.map(|(kind, span)| Token { kind, span, first_on_line: false });
                copy.splice(at..=at, halves);
                mended = Some(copy);
                splits.push(lo);
                continue;
            }
            let context =
                Context { source: self.source, tokens: current, at, end, expected: &expected, marker };
            let (problem, repair) = diagnose(&context);
            // What is found right behind a mend may be the mend's fault.
            let fresh = last_at.is_none_or(|last: u32| place > last) && !found.contains(&problem);
            if fresh {
                found.push(problem);
            } else if !found.is_empty() {
                break;
            }
            last_at = Some(place);
            let Some(repair) = repair else { break };
            let mut copy = mended.take().unwrap_or_else(|| tokens.to_vec());
            repair.apply(&mut copy);
            mended = Some(copy);
        }
        b.problems.extend(found);
        None
    }

    /// One run. On failure, the index of the offending token (the number of tokens at the end) and what could have stood there.
    fn attempt(
        &self,
        b: &mut Builder<'s>,
        marker: TokenKind,
        tokens: &[Token],
    ) -> Result<Root, (usize, Vec<String>)> {
        let begin = tokens.first().map_or(0, |t| t.span.lo);
        let taken = Cell::new(0usize);
        let stream = std::iter::once((begin, marker, begin)).chain(tokens.iter().map(|t| {
            taken.set(taken.get() + 1);
            (t.span.lo, t.kind, t.span.hi)
        }));
        let stream = stream.map(Ok::<_, ()>);
        match self.parser.parse(b, stream) {
            Ok(root) => Ok(root),
            Err(ParseError::UnrecognizedToken { expected, .. }) => {
                Err((taken.get().saturating_sub(1), expected))
            }
            Err(ParseError::UnrecognizedEof { expected, .. }) => Err((tokens.len(), expected)),
            Err(ParseError::ExtraToken { .. }) => Err((taken.get().saturating_sub(1), Vec::new())),
            Err(ParseError::InvalidToken { .. } | ParseError::User { .. }) => Err((tokens.len(), Vec::new())),
        }
    }
}

/// How many brackets may be open at one place. Far more than a tree may be high: this only saves the parser the work.
const MAX_OPEN: usize = 5_000;

/// The bracket that is one too many, if there is one.
fn too_deep(tokens: &[Token]) -> Option<Span> {
    let mut open = 0usize;
    for token in tokens {
        if token.kind.opens() {
            open += 1;
        } else if token.kind.closes() {
            open = open.saturating_sub(1);
        }
        if open > MAX_OPEN {
            return Some(token.span);
        }
    }
    None
}

/// Where the lexer dropped or guessed text that the parser would have needed.
fn loses_text(error: &LexError) -> Option<u32> {
    match error {
        LexError::Unexpected(span) => Some(span.lo),
        LexError::UnclosedText { open, .. } | LexError::UnclosedInterpolation { open, .. } => Some(open.lo),
        LexError::BadBackquotes(span) => Some(span.lo),
        LexError::Semicolon(_)
        | LexError::BadEscape(_)
        | LexError::LoneBrace(_)
        | LexError::BadNumber(_)
        | LexError::BadTime(_)
        | LexError::Foreign { .. }
        | LexError::SingleQuoted(_)
        | LexError::ForeignComment(_) => None,
    }
}

impl Repair {
    fn apply(self, tokens: &mut Vec<Token>) {
        match self {
            Self::Replace(at, kind) => {
                if let Some(token) = tokens.get_mut(at) {
                    token.kind = kind;
                }
            }
            Self::Insert(at, kind) => {
                let at = at.min(tokens.len());
                let lo = match tokens.get(at) {
                    Some(next) => next.span.lo,
                    None => tokens.last().map_or(0, |t| t.span.hi),
                };
                tokens.insert(at, Token { kind, span: Span::at(lo), first_on_line: false });
            }
            Self::Remove(at) => {
                if at < tokens.len() {
                    tokens.remove(at);
                }
            }
            Self::Join(at, kind) => {
                if at + 1 < tokens.len() {
                    let next = tokens.remove(at + 1);
                    if let Some(token) = tokens.get_mut(at) {
                        token.kind = kind;
                        token.span = token.span.to(next.span);
                    }
                }
            }
        }
    }
}
