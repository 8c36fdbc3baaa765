//! Literals: what their text stands for.

use std::borrow::Cow;
use std::sync::Arc;

use super::Builder;
use crate::ast::*;
use crate::lexer::decode;
use crate::span::Span;

/// A part of an interpolated text, as the grammar reads it; text pieces with their delimiters.
pub(crate) enum Piece {
    Text(Span),
    Expr(ExprId),
}

impl<'s> Builder<'s> {
    /// A number's digits without `_`.
    pub(crate) fn digits(&mut self, lo: u32, hi: u32) -> Arc<str> {
        let text = self.slice(lo, hi);
        if text.contains('_') { Arc::from(text.replace('_', "")) } else { self.shared(text) }
    }

    /// A number with its sign, without `_` and blanks.
    pub(crate) fn signed(&mut self, lo: u32, hi: u32) -> Arc<str> {
        let text: String =
            self.slice(lo, hi).chars().filter(|c| c.is_ascii_digit() || matches!(c, '-' | '.')).collect();
        Arc::from(text)
    }

    /// A negative number in a pattern; the digits stand from `mid` on.
    pub(crate) fn negative(&mut self, lo: u32, mid: u32, hi: u32) -> ExprId {
        let digits = self.digits(mid, hi);
        let kind = if digits.contains('.') { ExprKind::Decimal(digits) } else { ExprKind::Int(digits) };
        let number = self.expr(mid, hi, kind);
        self.expr(lo, hi, ExprKind::Neg(number))
    }

    /// A duration, or a time with its `@`.
    pub(crate) fn checked(&mut self, lo: u32, hi: u32, kind: CheckedKind) -> ExprId {
        let begin = if kind == CheckedKind::Duration { lo } else { lo + 1 };
        let body = self.shared(self.slice(begin, hi));
        let body_span = Span::new(begin, hi);
        self.literal(lo, hi, ExprKind::Checked(CheckedLit { kind, body, body_span }))
    }

    /// `re"…"` and its siblings.
    pub(crate) fn prefixed(&mut self, lo: u32, hi: u32) -> ExprId {
        let text = self.slice(lo, hi);
        let (prefix, rest) = text.split_once('"').unwrap_or((text, ""));
        let kind = match prefix {
            "glob" => CheckedKind::Glob,
            "wild" => CheckedKind::Wildcard,
            "cidr" => CheckedKind::Cidr,
            "ip" => CheckedKind::Ip,
            "semver" => CheckedKind::SemVer,
            "range" => CheckedKind::SemVerRange,
            "re" => CheckedKind::Regex,
            // Reported when the word and the text were joined.
            _ => return self.expr(lo, hi, ExprKind::Error),
        };
        let begin = lo + u32::try_from(prefix.len()).unwrap_or(0) + 1;
        let body = rest.strip_suffix('"').unwrap_or(rest);
        let body_span = Span::new(begin, begin + u32::try_from(body.len()).unwrap_or(0));
        let body = self.shared(body);
        self.literal(lo, hi, ExprKind::Checked(CheckedLit { kind, body, body_span }))
    }

    /// A text literal without interpolation.
    pub(crate) fn text(&mut self, lo: u32, hi: u32) -> Text {
        let (_, inner) = self.inner(Span::new(lo, hi), true, true);
        let value = self.decoded(Span::new(lo, hi), inner);
        Text { value: Arc::from(&*value), span: Span::new(lo, hi) }
    }

    /// A text literal without interpolation, as an expression.
    pub(crate) fn string(&mut self, lo: u32, hi: u32, mut parts: Vec<StringPart>) -> ExprId {
        let (quotes, inner) = self.inner(Span::new(lo, hi), true, true);
        let value = self.decoded(Span::new(lo, hi), inner);
        if !value.is_empty() {
            parts.push(StringPart::Text(Text { value: Arc::from(&*value), span: inner }));
        }
        self.literal(lo, hi, ExprKind::String(StringLit { quotes, parts }))
    }

    /// What one whole literal stands for; `inner` is what stands between its quotes.
    fn decoded(&self, whole: Span, inner: Span) -> Cow<'s, str> {
        match quotes(whole.text(self.source)) {
            Quotes::Raw => Cow::Borrowed(inner.text(self.source)),
            Quotes::Plain => decode(inner.text(self.source)),
            Quotes::Multi => {
                let pieces = dedent(&[inner.text(self.source)]);
                pieces.first().map_or(Cow::Borrowed(""), |piece| Cow::Owned(decode(piece).into_owned()))
            }
        }
    }

    /// A text literal with interpolation.
    pub(crate) fn interpolated(&mut self, lo: u32, hi: u32, pieces: Vec<Piece>, tail: Span) -> ExprId {
        let quotes = quotes(self.slice(lo, hi));
        let mut spans = Vec::with_capacity(pieces.len() / 2 + 1);
        let mut exprs = Vec::with_capacity(pieces.len() / 2);
        for piece in pieces {
            match piece {
                Piece::Text(span) => spans.push(self.inner(span, spans.is_empty(), false).1),
                Piece::Expr(id) => exprs.push(id),
            }
        }
        // An empty tail was supplied by the lexer: the text was never closed.
        spans.push(if tail.is_empty() {
            tail
        } else {
            let width = if quotes == Quotes::Multi { 3 } else { 1 };
            let closed = tail.text(self.source).ends_with(if width == 3 { "\"\"\"" } else { "\"" });
            Span::new(tail.lo + 1, if closed { (tail.hi - width).max(tail.lo + 1) } else { tail.hi })
        });
        let dedented = if quotes == Quotes::Multi {
            let texts: Vec<&str> = spans.iter().map(|s| s.text(self.source)).collect();
            dedent(&texts)
        } else {
            Vec::new()
        };
        let mut parts = Vec::with_capacity(spans.len() + exprs.len());
        let mut exprs = exprs.into_iter();
        for (at, span) in spans.into_iter().enumerate() {
            let text = dedented.get(at).map_or_else(|| span.text(self.source), String::as_str);
            let value = decode(text);
            if !value.is_empty() {
                parts.push(StringPart::Text(Text { value: Arc::from(&*value), span }));
            }
            parts.extend(exprs.next().map(StringPart::Expr));
        }
        self.expr(lo, hi, ExprKind::String(StringLit { quotes, parts }))
    }

    /// What stands between the delimiters of a token: the opening quotes (or the brace that ends an interpolation), and the
    /// closing quotes (or the brace that begins one).
    fn inner(&self, token: Span, begins: bool, ends: bool) -> (Quotes, Span) {
        let text = token.text(self.source);
        let style = quotes(text);
        let (open, close) = match style {
            Quotes::Plain => (1, "\""),
            Quotes::Raw => (2, "\""),
            Quotes::Multi => (3, "\"\"\""),
        };
        let open = if begins { open } else { 1 };
        let close = if ends { close } else { "{" };
        let close = if ends && text.starts_with('\'') { "'" } else { close };
        let lo = token.lo + open;
        let rest = text.get(open as usize..).unwrap_or("");
        let hi =
            if rest.ends_with(close) { token.hi - u32::try_from(close.len()).unwrap_or(0) } else { token.hi };
        (style, Span::new(lo.min(hi), hi))
    }
}

/// How a literal is written, by its beginning.
fn quotes(text: &str) -> Quotes {
    if text.starts_with("\"\"\"") {
        Quotes::Multi
    } else if text.starts_with('r') {
        Quotes::Raw
    } else {
        Quotes::Plain
    }
}

/// Removes from the pieces of a multi-line text (what stands between its interpolations) the line end after the opening quotes,
/// the line of the closing quotes where nothing else stands on it, and the blanks that all lines begin with.
fn dedent(pieces: &[&str]) -> Vec<String> {
    let mut pieces: Vec<String> = pieces.iter().map(|p| p.replace("\r\n", "\n")).collect();
    let mut begins_line = false;
    if let Some(first) = pieces.first_mut() {
        let blanks = first.len() - first.trim_start_matches([' ', '\t']).len();
        if first.as_bytes().get(blanks) == Some(&b'\n') {
            first.drain(..=blanks);
            begins_line = true;
        }
    }
    if let Some(last) = pieces.last_mut() {
        let line = last.rfind('\n');
        if let Some(at) = line
            && last.get(at + 1..).unwrap_or("").chars().all(|c| c == ' ' || c == '\t')
        {
            last.truncate(at);
        }
    }
    let indent = common_indent(&pieces, begins_line);
    if indent.is_empty() {
        return pieces;
    }
    let mut at_line = begins_line;
    for piece in &mut pieces {
        let mut out = String::with_capacity(piece.len());
        for (i, line) in piece.split('\n').enumerate() {
            if i > 0 {
                out.push('\n');
            }
            let starts = i > 0 || at_line;
            let cut = if starts { shared_prefix(line, &indent) } else { 0 };
            out.push_str(line.get(cut..).unwrap_or(""));
        }
        at_line = false;
        *piece = out;
    }
    pieces
}

/// The blanks that all lines begin with; lines of nothing but blanks do not count.
fn common_indent(pieces: &[String], begins_line: bool) -> String {
    let mut common: Option<String> = None;
    let last = pieces.len().saturating_sub(1);
    for (p, piece) in pieces.iter().enumerate() {
        let lines = piece.split('\n').count();
        for (i, line) in piece.split('\n').enumerate() {
            let starts = i > 0 || (p == 0 && begins_line);
            let text = line.trim_start_matches([' ', '\t']);
            // The last line of a piece goes on with an interpolation.
            let blank = text.is_empty() && (i + 1 < lines || p == last);
            if !starts || blank {
                continue;
            }
            let indent = line.get(..line.len() - text.len()).unwrap_or("");
            common = Some(match common {
                None => indent.to_owned(),
                Some(before) => before.get(..shared_prefix(indent, &before)).unwrap_or("").to_owned(),
            });
        }
    }
    common.unwrap_or_default()
}

/// How many bytes two texts have in common at their beginning.
fn shared_prefix(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count()
}
