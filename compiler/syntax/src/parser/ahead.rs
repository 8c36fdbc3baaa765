//! A large file on two threads: while one parses from its beginning, another parses what begins farther on. What comes
//! out is the same in every respect but the numbers of nodes.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::Parser;
use super::run::MAX_PROBLEMS;
use super::split::Body;
use crate::ast::Ast;
use crate::builder::Root;
use crate::lexer::{Lexed, Token, TokenKind as T};
use crate::problem::Problem;
use crate::span::Span;

/// Files of fewer tokens are parsed sooner than a thread is there.
pub(super) const MANY: usize = 1 << 14;

/// How many nodes of a kind a token may come to, with what mended mistakes leave behind.
const NODES: usize = 4;

/// An item or a statement that was parsed ahead, by the position of its first token.
struct Made {
    start: usize,
    marker: T,
    root: Option<Root>,
    problems: Vec<Problem>,
}

/// What is being parsed ahead, as its own thread sees it.
struct Making {
    /// The first token of it.
    from: usize,
    made: VecDeque<Made>,
    /// How many mistakes were found.
    problems: usize,
}

/// All that was parsed ahead.
pub(super) struct Ahead {
    made: VecDeque<Made>,
    pub(super) ast: Ast,
    pub(super) splits: Vec<u32>,
}

/// What is being parsed ahead.
pub(super) struct Coming {
    /// The first token of it.
    from: usize,
    receiver: Receiver<Ahead>,
    here: Option<Ahead>,
}

impl Coming {
    /// What was made of the tokens from `start` on, if that was parsed ahead.
    fn take(&mut self, marker: T, start: usize) -> Option<Made> {
        if start < self.from {
            return None;
        }
        if self.here.is_none() {
            // None where the other thread came to nothing: then it is parsed here.
            self.here = self.receiver.recv().ok();
        }
        let made = &mut self.here.as_mut()?.made;
        while made.front().is_some_and(|next| next.start < start) {
            made.pop_front();
        }
        made.pop_front_if(|next| next.start == start && next.marker == marker)
    }

    /// All of it, where any of it was asked for.
    pub(super) fn into_here(self) -> Option<Ahead> {
        self.here
    }
}

/// Parses a large file. None where that has to be done on one thread.
pub(super) fn file(source: &str, lexed: &Lexed) -> Option<(Ast, Vec<Problem>, Vec<u32>)> {
    // This thread puts the tree together as well.
    let from = lexed.tokens.len() / 5 * 2;
    let base = u32::try_from(from * NODES).ok()?;
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        let behind = move || {
            // Nobody listens any more where the other half was given up.
            let _ = sender.send(Parser::new(source, lexed).behind(from, base));
        };
        let builder = thread::Builder::new().name("policy-parse".to_owned());
        let helper = builder.spawn_scoped(scope, behind).ok()?;
        let mut parser = Parser::new(source, lexed);
        parser.coming = Some(Coming { from, receiver, here: None });
        let (mut ast, problems, mut splits, ahead) = parser.items();
        // Whether it came to something was told by what it sent.
        let _ = helper.join();
        if problems.len() >= MAX_PROBLEMS {
            return None;
        }
        if let Some(ahead) = ahead {
            splits.extend(ahead.splits);
            ast = ast.followed_by(ahead.ast, base)?;
        }
        Some((ast, problems, splits))
    })
}

impl Parser<'_> {
    /// Parses an item or a statement, unless that was done ahead.
    pub(super) fn run(&mut self, marker: T, start: usize, tokens: &[Token], end: Span) -> Option<Root> {
        match self.coming.as_mut().and_then(|coming| coming.take(marker, start)) {
            Some(made) => {
                self.builder.problems.extend(made.problems);
                made.root
            }
            None => self.runner.run(&mut self.builder, marker, tokens, end),
        }
    }

    /// Parses the items and statements that begin at or behind a token, in the order in which they will be asked for. Their nodes
    /// are numbered from `base` on.
    fn behind(mut self, from: usize, base: u32) -> Ahead {
        self.builder.number_from(base);
        let mut making = Making { from, made: VecDeque::new(), problems: 0 };
        for range in self.splitter().items() {
            if range.end <= from {
                continue;
            }
            let end = self.end_of(range.clone());
            let Some((body, open, close)) = self.shape(&range).1 else {
                let tokens = self.slice(range.clone());
                self.make(&mut making, T::StartItem, range.start, tokens, end);
                continue;
            };
            let head = self.head_tokens(range.start, open, close, end);
            self.make(&mut making, T::StartItem, range.start, &head, end);
            let marker = match body {
                Body::Policy => T::StartStmt,
                Body::Test => T::StartTestStmt,
            };
            for statement in self.splitter().statements(open + 1..close.unwrap_or(range.end), body) {
                let (start, end) = (statement.start, self.end_of(statement.clone()));
                let tokens = self.slice(statement);
                self.make(&mut making, marker, start, tokens, end);
            }
        }
        let splits = self.runner.split.take();
        let (ast, _) = self.builder.finish();
        Ahead { made: making.made, ast, splits }
    }

    fn make(&mut self, making: &mut Making, marker: T, start: usize, tokens: &[Token], end: Span) {
        // With so many mistakes what was done here is of no use.
        if start >= making.from && making.problems < MAX_PROBLEMS {
            let root = self.runner.run(&mut self.builder, marker, tokens, end);
            let problems = std::mem::take(&mut self.builder.problems);
            making.problems += problems.len();
            making.made.push_back(Made { start, marker, root, problems });
        }
    }
}
