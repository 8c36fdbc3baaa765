//! Text to tokens, in one pass: tokens for the parser, comments and blank lines for the formatter, and what is wrong.
//!
//! A text without interpolation is one token. `"a {x} b {y} c"` is a head (`"a {`), a middle (`} b {`) and a tail (`} c"`), with
//! the expressions' own tokens between; texts nest. In a one-line text everything ends with the line, interpolations included,
//! so that a brace left open cannot swallow the file: the lexer then supplies an empty tail.
//!
//! What other languages write (`&&`, `!`, `'text'`) is reported here and handed on as what was meant, so that it costs one
//! diagnostic and nothing of the tree.

mod raw;
mod text;
mod token;
mod words;

use logos::Logos;

use crate::span::Span;
use crate::trivia::{Comment, CommentKind, Trivia};
use raw::Raw;
use text::{PieceEnd, scan_piece, span};

pub(crate) use text::decode;
pub use token::{Token, TokenClass, TokenKind};

/// What is wrong with the characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LexError {
    /// Characters that stand nowhere in the language.
    Unexpected(Span),
    /// A text that does not end: its opening quotes, and the whole of it.
    UnclosedText { open: Span, whole: Span, multi: bool },
    /// An interpolation that does not end before its text must: its brace, and where it had to end.
    /// With quotes there, all that is missing is the closing brace.
    UnclosedInterpolation { open: Span, end: u32, quotes: bool },
    /// An unknown escape.
    BadEscape(Span),
    /// `}` alone in a text.
    LoneBrace(Span),
    /// A number that runs into letters.
    BadNumber(Span),
    /// `@` and something that is no time.
    BadTime(Span),
    /// A sign of another language, and what is written here instead.
    Foreign { span: Span, ours: TokenKind },
    /// `;`
    Semicolon(Span),
    /// `'text'`
    SingleQuoted(Span),
    /// `# …` or `/* … */`
    ForeignComment(Span),
    /// `` `…`` without a closing backquote, or nothing between the two.
    BadBackquotes(Span),
}

impl LexError {
    /// Where the literal begins whose value cannot be told.
    pub(crate) fn damaged_literal(&self) -> Option<u32> {
        match self {
            Self::UnclosedText { open, .. } => Some(open.lo),
            Self::BadNumber(span) | Self::BadTime(span) => Some(span.lo),
            Self::Unexpected(_)
            | Self::UnclosedInterpolation { .. }
            | Self::BadEscape(_)
            | Self::LoneBrace(_)
            | Self::Foreign { .. }
            | Self::Semicolon(_)
            | Self::SingleQuoted(_)
            | Self::ForeignComment(_)
            | Self::BadBackquotes(_) => None,
        }
    }
}

/// What the lexer gives.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) trivia: Trivia,
    pub(crate) errors: Vec<LexError>,
}

/// An interpolation that is open.
struct Frame {
    multi: bool,
    /// Braces open inside it.
    braces: u32,
    /// Its `{`.
    open: Span,
    /// Quotes inside of it that begin a text without an end: they were to end the text around it.
    quotes: Option<u32>,
}

struct Lexer<'s> {
    source: &'s str,
    out: Lexed,
    frames: Vec<Frame>,
    /// Where the last token or comment ended.
    end: usize,
    /// Whether a token stands on the current line already.
    line_begun: bool,
}

/// Cuts `source` into tokens. A byte order mark at its beginning is skipped.
pub(crate) fn lex(source: &str) -> Lexed {
    let mut out = Lexed::default();
    // Few texts have more; growing a long list takes the memory of two.
    out.tokens.reserve(source.len() / 4);
    let mut lexer = Lexer { source, out, frames: Vec::new(), end: 0, line_begun: false };
    lexer.run();
    let mut out = lexer.out;
    words::classify(source, &mut out.tokens);
    out
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut raw = Raw::lexer(self.source);
        if self.source.starts_with('\u{feff}') {
            raw.bump('\u{feff}'.len_utf8());
            self.end = '\u{feff}'.len_utf8();
        }
        while let Some(piece) = raw.next() {
            let at = raw.span();
            self.gap(at.start);
            let end = match piece {
                Ok(piece) => self.piece(piece, at.start, at.end),
                Err(()) => {
                    self.unexpected(at.start, at.end);
                    at.end
                }
            };
            if end > at.end {
                raw.bump(end - at.end);
            }
            self.end = end;
        }
        self.gap(self.source.len());
        self.close_frames(0);
    }

    /// Looks at the blanks before `start`: line ends close one-line texts, and empty lines are kept.
    fn gap(&mut self, start: usize) {
        let blanks = self.source.get(self.end..start).unwrap_or("");
        let mut line_start = None;
        // Most are short: not worth a search.
        for (i, _) in blanks.bytes().enumerate().filter(|(_, byte)| *byte == b'\n') {
            if let Some(begin) = line_start {
                self.out.trivia.blank_lines.push(clamp(begin));
            }
            line_start = Some(self.end + i + 1);
        }
        if line_start.is_some() {
            self.line_begun = false;
            if let Some(outermost) = self.frames.iter().position(|f| !f.multi) {
                self.close_frames(outermost);
            }
        }
    }

    /// Ends all interpolations from `keep` on, which their texts do not.
    fn close_frames(&mut self, keep: usize) {
        if let Some(frame) = self.frames.get(keep) {
            let (open, quotes) = (frame.open, frame.quotes);
            let end = quotes.unwrap_or(clamp(self.end));
            self.out.errors.push(LexError::UnclosedInterpolation { open, end, quotes: quotes.is_some() });
        }
        while self.frames.len() > keep {
            self.frames.pop();
            self.push(TokenKind::StrTail, self.end, self.end);
        }
    }

    fn push(&mut self, kind: TokenKind, lo: usize, hi: usize) {
        self.out.tokens.push(Token { kind, span: span(lo, hi), first_on_line: !self.line_begun });
        self.line_begun = true;
    }

    fn comment(&mut self, kind: CommentKind, lo: usize, hi: usize) {
        let text = self.source.get(lo..hi).unwrap_or("").trim_end();
        self.out.trivia.comments.push(Comment {
            kind,
            span: span(lo, lo + text.len()),
            own_line: !self.line_begun,
        });
    }

    /// Takes one piece; gives where it ends, which for texts is further on than logos saw.
    fn piece(&mut self, piece: Raw, lo: usize, hi: usize) -> usize {
        use TokenKind as T;
        let at = span(lo, hi);
        let text = self.source.get(lo..hi).unwrap_or("");
        let kind = match piece {
            Raw::Comment => {
                let kind = if text.starts_with("//!") {
                    CommentKind::ModuleDoc
                } else if text.starts_with("///") && !text.starts_with("////") {
                    CommentKind::Doc
                } else {
                    CommentKind::Line
                };
                self.comment(kind, lo, hi);
                return hi;
            }
            Raw::HashComment => {
                self.out.errors.push(LexError::ForeignComment(at));
                return hi;
            }
            Raw::BlockComment => {
                let end = self
                    .source
                    .get(hi..)
                    .and_then(|rest| rest.find("*/"))
                    .map_or(self.source.len(), |i| hi + i + 2);
                self.out.errors.push(LexError::ForeignComment(span(lo, end)));
                return end;
            }
            Raw::Semicolon => {
                self.out.errors.push(LexError::Semicolon(at));
                return hi;
            }
            Raw::Quote => return self.begin_text(lo, hi, false),
            Raw::TripleQuote => return self.begin_text(lo, hi, true),
            Raw::LBrace => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.braces += 1;
                }
                T::LBrace
            }
            Raw::RBrace => match self.frames.last_mut() {
                Some(frame) if frame.braces == 0 => {
                    let multi = frame.multi;
                    self.frames.pop();
                    return self.continue_text(lo, hi, multi, None);
                }
                Some(frame) => {
                    frame.braces -= 1;
                    T::RBrace
                }
                None => T::RBrace,
            },
            Raw::Word => T::Ident,
            Raw::Backquoted => {
                if text.len() <= 2 {
                    self.out.errors.push(LexError::BadBackquotes(at));
                }
                T::Ident
            }
            Raw::BackquotedOpen => {
                let name = text.trim_end();
                self.out.errors.push(LexError::BadBackquotes(span(lo, lo + name.len())));
                T::Ident
            }
            Raw::SingleQuoted => {
                self.out.errors.push(LexError::SingleQuoted(at));
                T::Str
            }
            Raw::PrefixedOpen => {
                let quote = text.find('"').unwrap_or(0);
                let whole = span(lo, lo + text.trim_end().len());
                let open = span(lo, lo + quote + 1);
                self.out.errors.push(LexError::UnclosedText { open, whole, multi: false });
                if quote == 1 { T::Str } else { T::Checked }
            }
            Raw::Suffixed => {
                let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
                if !matches!(unit, "ms" | "s" | "m" | "h" | "d") {
                    self.out.errors.push(LexError::BadNumber(at));
                }
                T::Duration
            }
            Raw::BadTime => {
                self.out.errors.push(LexError::BadTime(at));
                T::Timestamp
            }
            Raw::ForeignAnd => self.foreign(at, T::And),
            Raw::ForeignOr => self.foreign(at, T::Or),
            Raw::ForeignNot => self.foreign(at, T::Not),
            Raw::ForeignEq => self.foreign(at, T::Eq),
            Raw::ForeignNe => self.foreign(at, T::Ne),
            Raw::ForeignMatches => self.foreign(at, T::Matches),
            Raw::ForeignAssign => self.foreign(at, T::Assign),
            Raw::Int => T::Int,
            Raw::Decimal => T::Decimal,
            Raw::Timestamp => T::Timestamp,
            Raw::Date => T::Date,
            Raw::Time => T::Time,
            Raw::Verbatim => T::Str,
            Raw::Checked => T::Checked,
            Raw::LParen => T::LParen,
            Raw::RParen => T::RParen,
            Raw::LBracket => T::LBracket,
            Raw::RBracket => T::RBracket,
            Raw::Comma => T::Comma,
            Raw::Dot => T::Dot,
            Raw::DotDot => T::DotDot,
            Raw::Colon => T::Colon,
            Raw::ColonColon => T::ColonColon,
            Raw::Question => T::Question,
            Raw::QuestionDot => T::QuestionDot,
            Raw::QuestionBracket => T::QuestionBracket,
            Raw::QuestionColon => T::QuestionColon,
            Raw::Coalesce => T::Coalesce,
            Raw::Assign => T::Assign,
            Raw::Eq => T::Eq,
            Raw::Ne => T::Ne,
            Raw::Lt => T::Lt,
            Raw::Le => T::Le,
            Raw::Gt => T::Gt,
            Raw::Ge => T::Ge,
            Raw::Plus => T::Plus,
            Raw::Minus => T::Minus,
            Raw::Star => T::Star,
            Raw::Slash => T::Slash,
            Raw::Percent => T::Percent,
            Raw::Arrow => T::Arrow,
            Raw::FatArrow => T::FatArrow,
            Raw::Pipe => T::Pipe,
            Raw::AtSign => T::AtSign,
        };
        self.push(kind, lo, hi);
        hi
    }

    fn foreign(&mut self, span: Span, ours: TokenKind) -> TokenKind {
        self.out.errors.push(LexError::Foreign { span, ours });
        ours
    }

    /// Characters that stand nowhere: one report for all that stand together.
    fn unexpected(&mut self, lo: usize, hi: usize) {
        if let Some(LexError::Unexpected(last)) = self.out.errors.last_mut()
            && last.hi as usize == lo
        {
            last.hi = clamp(hi);
            return;
        }
        self.out.errors.push(LexError::Unexpected(span(lo, hi)));
    }

    /// Reads a text whose opening quotes stand from `lo` to `hi`.
    fn begin_text(&mut self, lo: usize, hi: usize, multi: bool) -> usize {
        // Inside an interpolation of a `"""` text, `"""` can only be the end of that text: the interpolation was left open.
        if multi && let Some(outer) = self.frames.iter().position(|f| f.multi) {
            self.close_frames(outer);
            return hi;
        }
        // A text that never ends is not searched for expressions: what looks like one is code.
        if multi && !self.source.get(hi..).unwrap_or("").contains("\"\"\"") {
            let end = self.end_of_unclosed(hi, self.source.len());
            self.out.errors.push(LexError::UnclosedText { open: span(lo, hi), whole: span(lo, end), multi });
            self.push(TokenKind::Str, lo, end);
            return end;
        }
        self.continue_text(lo, hi, multi, Some(span(lo, hi)))
    }

    /// Reads text on from `from`: after the opening quotes `open`, or after an interpolation. The token begins at `lo`.
    fn continue_text(&mut self, lo: usize, from: usize, multi: bool, open: Option<Span>) -> usize {
        let (mut end, why) = scan_piece(self.source, from, multi, &mut self.out.errors);
        let begins = open.is_some();
        let kind = match (why, begins) {
            (PieceEnd::Interpolation, true) => TokenKind::StrHead,
            (PieceEnd::Interpolation, false) => TokenKind::StrMid,
            (PieceEnd::Quotes | PieceEnd::Unclosed, true) => TokenKind::Str,
            (PieceEnd::Quotes | PieceEnd::Unclosed, false) => TokenKind::StrTail,
        };
        match why {
            PieceEnd::Interpolation => {
                self.frames.push(Frame { multi, braces: 0, open: span(end - 1, end), quotes: None });
            }
            PieceEnd::Unclosed => {
                if multi {
                    end = self.end_of_unclosed(from, end);
                }
                let open = open.unwrap_or(span(lo, from));
                match self.frames.iter_mut().find(|f| !f.multi) {
                    // Reported with the interpolation, when the line ends.
                    Some(frame) => frame.quotes = Some(open.lo),
                    None => {
                        self.out.errors.push(LexError::UnclosedText { open, whole: span(lo, end), multi })
                    }
                }
            }
            PieceEnd::Quotes => {}
        }
        self.push(kind, lo, end);
        end
    }

    /// Where to stop reading a `"""` text that never ends: before the first line that begins like an item.
    fn end_of_unclosed(&self, from: usize, end: usize) -> usize {
        let text = self.source.get(from..end).unwrap_or("");
        text.match_indices('\n')
            .find(|(i, _)| {
                let next = text.as_bytes().get(i + 1).copied().unwrap_or(b' ');
                next.is_ascii_alphabetic() || matches!(next, b'}' | b'@')
            })
            .map_or(end, |(i, _)| from + i)
    }
}

/// A byte position; sources are far smaller than 4 GiB.
fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
