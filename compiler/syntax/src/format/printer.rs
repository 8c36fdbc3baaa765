//! Takes the source's tokens one by one and turns them, with the comments between, into operations.

use super::layout::{Gap, Op, render};
use crate::Parsed;
use crate::ast::Ast;
use crate::lexer::{Token, TokenKind as T};
use crate::span::Span;
use crate::trivia::Comment;

/// Where the printer stands in the source, and what it has written.
pub(super) struct Printer<'a> {
    pub(super) source: &'a str,
    pub(super) ast: &'a Ast,
    tokens: &'a [Token],
    comments: &'a [Comment],
    blank_lines: &'a [u32],
    ops: Vec<Op>,
    /// The next token.
    at: usize,
    /// The next comment.
    comment: usize,
    /// Where the last token or comment ended in the source.
    end: u32,
    /// Comments behind the last token, not written yet: a separator may still go before them.
    trailing: Vec<Span>,
    /// A `??` of a type has been written for its inner option; its outer one has no token left.
    pub(super) half_coalesce: bool,
    /// The tree and the tokens do not go together: a mistake of the formatter.
    lost: bool,
}

impl<'a> Printer<'a> {
    pub(super) fn new(source: &'a str, parsed: &'a Parsed) -> Self {
        Self {
            source,
            ast: &parsed.ast,
            tokens: &parsed.tokens,
            comments: &parsed.trivia.comments,
            blank_lines: &parsed.trivia.blank_lines,
            ops: Vec::new(),
            at: 0,
            comment: 0,
            end: 0,
            trailing: Vec::new(),
            half_coalesce: false,
            lost: false,
        }
    }

    /// The whole file; `None` where the printer got lost.
    pub(super) fn file(mut self) -> Option<String> {
        self.items();
        if self.at < self.tokens.len() {
            self.lost = true;
        }
        self.comments_before(u32::MAX);
        self.write_trailing();
        (!self.lost).then(|| render(self.ops))
    }

    // ---- looking ahead ----

    pub(super) fn peek(&self) -> Option<T> {
        self.tokens.get(self.at).map(|t| t.kind)
    }

    pub(super) fn peek_at(&self, n: usize) -> Option<T> {
        self.tokens.get(self.at + n).map(|t| t.kind)
    }

    /// Where the next token begins.
    pub(super) fn position(&self) -> u32 {
        self.tokens.get(self.at).map_or(u32::MAX, |t| t.span.lo)
    }

    /// Where the token `n` after the next begins.
    pub(super) fn position_at(&self, n: usize) -> u32 {
        self.tokens.get(self.at + n).map_or(u32::MAX, |t| t.span.lo)
    }

    /// Where the token before the next one ended.
    pub(super) fn last_end(&self) -> u32 {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| t.span.hi)
    }

    /// Whether the token that begins at `lo` begins a line in the source.
    pub(super) fn begins_line_at(&self, lo: u32) -> bool {
        let i = self.tokens.partition_point(|t| t.span.lo < lo);
        self.tokens.get(i).is_some_and(|t| t.first_on_line)
    }

    /// Gives up: the tree and the tokens do not go together.
    pub(super) fn get_lost(&mut self) {
        self.lost = true;
    }

    /// Whether the token `n` after the next begins a line in the source.
    pub(super) fn begins_line(&self, n: usize) -> bool {
        self.tokens.get(self.at + n).is_some_and(|t| t.first_on_line)
    }

    /// Whether an empty line stands before what comes next, be it a comment or a token.
    fn blank_before(&self, next: u32) -> bool {
        let first = self.blank_lines.partition_point(|line| *line < self.end);
        self.blank_lines.get(first).is_some_and(|line| *line < next)
    }

    /// Whether an empty line stands before the next comment or token.
    fn blank_next(&self) -> bool {
        let comment = self.comments.get(self.comment).map_or(u32::MAX, |c| c.span.lo);
        self.blank_before(comment.min(self.position()))
    }

    // ---- tokens ----

    /// Writes the next token.
    pub(super) fn tok(&mut self) {
        self.comments_before(self.position());
        self.write_trailing();
        if let Some(token) = self.tokens.get(self.at).copied() {
            self.ops.push(Op::Text(token.span.text(self.source).to_owned()));
        }
        self.step();
    }

    /// Writes the next token, which must be of this kind.
    pub(super) fn expect(&mut self, kind: T) {
        if self.peek() == Some(kind) {
            self.tok();
        } else {
            self.lost = true;
        }
    }

    /// Writes a separator: it goes before comments that stand behind the last token.
    pub(super) fn separator(&mut self) {
        if self.peek() != Some(T::Comma) {
            self.lost = true;
            return;
        }
        let trailing = self.trailing_to_move();
        self.comments_before(self.position());
        self.write_trailing();
        self.ops.push(Op::Text(",".to_owned()));
        self.step();
        self.trailing.splice(0..0, trailing);
    }

    /// Leaves the next token out; comments around it stay.
    pub(super) fn skip(&mut self) {
        let trailing = self.trailing_to_move();
        self.comments_before(self.position());
        self.step();
        self.trailing.splice(0..0, trailing);
    }

    /// The comments behind the last token, if they may move behind the next one: no other comment stands between.
    fn trailing_to_move(&mut self) -> Vec<Span> {
        let next = self.comments.get(self.comment).map_or(u32::MAX, |c| c.span.lo);
        if next < self.position() {
            self.write_trailing();
        }
        std::mem::take(&mut self.trailing)
    }

    /// Goes past the next token and collects the comments behind it on its line.
    fn step(&mut self) {
        let Some(token) = self.tokens.get(self.at) else {
            self.lost = true;
            return;
        };
        self.end = token.span.hi;
        self.at += 1;
        let next = self.position();
        while let Some(comment) = self.comments.get(self.comment) {
            if comment.own_line || comment.span.lo >= next {
                break;
            }
            self.trailing.push(comment.span);
            self.end = comment.span.hi;
            self.comment += 1;
        }
    }

    /// Writes tokens without blanks between, up to `end` in the source.
    pub(super) fn tight(&mut self, end: u32) {
        while self.position() < end {
            self.tok();
        }
    }

    /// Writes a text literal as it stands, interpolations included.
    pub(super) fn string(&mut self) {
        if self.peek() != Some(T::StrHead) {
            self.tok();
            return;
        }
        self.comments_before(self.position());
        self.write_trailing();
        let begin = self.position();
        let mut depth = 0usize;
        let mut last = self.at;
        for (i, token) in self.tokens.iter().enumerate().skip(self.at) {
            if token.kind == T::StrHead {
                depth += 1;
            } else if token.kind == T::StrTail {
                depth = depth.saturating_sub(1);
            }
            last = i;
            if depth == 0 {
                break;
            }
        }
        let end = self.tokens.get(last).map_or(begin, |t| t.span.hi);
        let text = Span::new(begin, end).text(self.source).replace("\r\n", "\n");
        self.ops.push(Op::Text(text));
        // Comments inside are part of what has been written.
        while self.comments.get(self.comment).is_some_and(|c| c.span.lo < end) {
            self.comment += 1;
        }
        self.at = last;
        self.step();
    }

    // ---- comments ----

    /// Writes the comments that stand before `end` in the source.
    pub(super) fn comments_before(&mut self, end: u32) {
        while let Some(comment) = self.comments.get(self.comment).copied() {
            if comment.span.lo >= end {
                break;
            }
            self.write_trailing();
            let blank = self.blank_before(comment.span.lo);
            let text = comment.span.text(self.source).to_owned();
            self.ops.push(Op::Comment { text, blank });
            self.end = comment.span.hi;
            self.comment += 1;
        }
    }

    /// Writes the comments before the next token.
    pub(super) fn comments(&mut self) {
        self.comments_before(self.position());
    }

    /// Writes the comments before a closing bracket, on lines of their own.
    pub(super) fn closing_comments(&mut self) {
        if self.comments.get(self.comment).is_some_and(|c| c.span.lo < self.position()) {
            self.hard_keeping_blank();
            self.comments();
        }
    }

    fn write_trailing(&mut self) {
        for span in std::mem::take(&mut self.trailing) {
            self.ops.push(Op::Trailing(span.text(self.source).to_owned()));
        }
    }

    // ---- layout ----

    pub(super) fn space(&mut self) {
        self.write_trailing();
        self.ops.push(Op::Space);
    }

    fn gap(&mut self, gap: Gap, blank: bool) {
        self.write_trailing();
        self.ops.push(Op::Line { gap, blank });
    }

    /// A blank, or a new line if the group breaks.
    pub(super) fn line(&mut self) {
        self.gap(Gap::Space, false);
    }

    /// Nothing, or a new line if the group breaks.
    pub(super) fn soft(&mut self) {
        self.gap(Gap::Soft, false);
    }

    /// Between elements: like [`Self::line`], and keeps an empty line of the author's.
    pub(super) fn line_keeping_blank(&mut self) {
        let blank = self.blank_next();
        self.gap(Gap::Space, blank);
    }

    pub(super) fn hard(&mut self) {
        self.gap(Gap::Hard, false);
    }

    /// A new line, after an empty one where the author left one.
    pub(super) fn hard_keeping_blank(&mut self) {
        let blank = self.blank_next();
        self.gap(Gap::Hard, blank);
    }

    /// A new line after an empty one.
    pub(super) fn hard_blank(&mut self) {
        self.gap(Gap::Hard, true);
    }

    pub(super) fn if_broken(&mut self, text: &'static str) {
        self.ops.push(Op::IfBroken(text));
    }

    /// Breaks all of its lines, or none if it fits.
    pub(super) fn group(&mut self, broken: bool, inside: impl FnOnce(&mut Self)) {
        // Comments before the group's first token do not break it.
        self.comments();
        self.write_trailing();
        self.ops.push(Op::Group { broken });
        inside(self);
        self.ops.push(Op::End);
    }

    pub(super) fn indented(&mut self, inside: impl FnOnce(&mut Self)) {
        self.ops.push(Op::Indent);
        inside(self);
        self.ops.push(Op::Dedent);
    }
}
