//! From a token that does not fit to what the author did, and how to read on.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of more than a hundred kinds of tokens")]

use super::expected::Expected;
use super::spelling::meant;
use crate::lexer::{Token, TokenClass, TokenKind as T};
use crate::problem::{Found, Meant, Place, Problem};
use crate::span::Span;

/// A change of the tokens that lets the parser go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    /// Reads the token as another.
    Replace(usize, T),
    /// Puts a token before this one.
    Insert(usize, T),
    /// Leaves the token out.
    Remove(usize),
    /// Reads this token and the next as one.
    Join(usize, T),
}

/// Where the parser stopped.
pub(super) struct Context<'a> {
    pub(super) source: &'a str,
    pub(super) tokens: &'a [Token],
    /// The token that does not fit; the number of tokens at the end.
    pub(super) at: usize,
    /// Just behind the last token.
    pub(super) end: Span,
    pub(super) expected: &'a Expected,
    pub(super) marker: T,
}

type Diagnosis = (Problem, Option<Repair>);

/// Words that begin a clause or a statement: no bracket of an expression goes on past them.
fn ends_expression(kind: T) -> bool {
    matches!(
        kind,
        T::When
            | T::That
            | T::Because
            | T::Fix
            | T::Details
            | T::Let
            | T::Return
            | T::Require
            | T::Warn
            | T::Oblige
            | T::Transform
            | T::Applies
            | T::Include
            | T::Expect
            | T::Assume
            | T::Given
            | T::Until
            | T::Denies
            | T::Allows
            | T::Escalates
            | T::Then
            | T::Else
    )
}

pub(super) fn diagnose(c: &Context<'_>) -> Diagnosis {
    let steps: [fn(&Context<'_>) -> Option<Diagnosis>; 13] = [
        wrong_place,
        cast_arguments,
        text,
        brackets,
        assign,
        arrow,
        missing_else,
        nameless_rule,
        misspelt,
        reserved_name,
        bracket_type,
        comma,
        closer_before,
    ];
    let absence = absence(c);
    if absence.is_none()
        && let Some(found) = steps.iter().find_map(|step| step(c))
    {
        return found;
    }
    let (at, found) = match c.found() {
        Some(token) => (token.span, Found::Token(token.kind)),
        None => (c.end, Found::End),
    };
    (Problem::Unexpected { at, found, expected: c.expected.describe(), meant: length(c).or(absence) }, None)
}

/// A length of time in words, `30 days`: where it stands, and how it is written.
fn length(c: &Context<'_>) -> Option<Meant> {
    let (number, word) = (c.before(1).filter(|t| t.kind == T::Int)?, c.found()?);
    let unit = match word.span.text(c.source) {
        "millisecond" | "milliseconds" | "millis" | "ms" => "ms",
        "second" | "seconds" | "secs" | "sec" | "s" => "s",
        "minute" | "minutes" | "mins" | "min" | "m" => "m",
        "hour" | "hours" | "hrs" | "h" => "h",
        "day" | "days" | "d" => "d",
        _ => return None,
    };
    Some(Meant::Length(number.span.to(word.span), format!("{}{unit}", number.span.text(c.source))))
}

/// `== none`, `!= none`, `is none` or `is not none` in place of a question for what is not there.
fn absence(c: &Context<'_>) -> Option<Meant> {
    let none = c.before(1).filter(|t| t.kind == T::None)?;
    let sign = c.before(2)?;
    let (first, written) = match sign.kind {
        T::Eq | T::Is => (sign, "is absent"),
        T::Ne => (sign, "is present"),
        T::Not => (c.before(3).filter(|t| t.kind == T::Is)?, "is present"),
        _ => return None,
    };
    Some(Meant::Absence(first.span.to(none.span), written))
}

impl Context<'_> {
    fn found(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn before(&self, n: usize) -> Option<Token> {
        self.at.checked_sub(n).and_then(|i| self.tokens.get(i)).copied()
    }

    /// The brackets that are open before the token that does not fit.
    fn open(&self) -> Vec<Token> {
        let mut open: Vec<Token> = Vec::new();
        for token in self.tokens.iter().take(self.at) {
            if token.kind.opens() {
                open.push(*token);
            } else if token.kind.closes() {
                open.pop();
            }
        }
        open
    }
}

/// How far back a cast is looked for.
const CAST: usize = 40;

/// `x as List<T>`, read as a comparison with `T` and then with what is not there.
fn cast_arguments(c: &Context<'_>) -> Option<Diagnosis> {
    if !c.expected.expression() && c.found().is_some() {
        return None;
    }
    let from = c.at.saturating_sub(CAST);
    let before = c.tokens.get(from..c.at)?;
    let mut at = before.iter().rposition(|t| t.kind == T::As)? + 1;
    if before.get(at).is_some_and(|t| t.kind == T::Question) {
        at += 1;
    }
    let first = before.get(at).filter(|t| t.kind == T::Ident)?.span;
    while before.get(at + 1).is_some_and(|t| t.kind == T::Dot) {
        at += 2;
    }
    before.get(at + 1).filter(|t| t.kind == T::Lt)?;
    let mut open = 0usize;
    for token in before.get(at + 1..)? {
        match token.kind {
            T::Lt => open += 1,
            T::Gt => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return Some((Problem::CastArguments(first.to(token.span)), None));
        }
    }
    None
}

/// A statement or an item where it cannot stand.
fn wrong_place(c: &Context<'_>) -> Option<Diagnosis> {
    // Annotations may stand before it.
    let first = c.tokens.iter().position(|t| t.first_on_line || t.kind != T::AtSign).unwrap_or(0);
    let at_start = c.at == 0 || c.at == first || c.before(1).is_some_and(|t| t.kind == T::Pub);
    let token = c.found()?;
    let after_annotation = c.tokens.first().is_some_and(|t| t.kind == T::AtSign) && token.first_on_line;
    if !at_start && !after_annotation {
        return None;
    }
    let next = c.tokens.get(c.at + 1).map(|t| t.kind);
    let named = next.is_some_and(|k| k.is_name() || k == T::When || k == T::For);
    let rule =
        matches!(token.kind, T::Require | T::Warn | T::Oblige | T::Transform | T::Applies | T::Include)
            || named && matches!(token.kind, T::Deny | T::Allow | T::Escalate | T::Default | T::Mode);
    let test = matches!(token.kind, T::Expect | T::Assume | T::Given);
    let item = matches!(
        token.kind,
        T::Policy
            | T::Entity
            | T::Enum
            | T::Fn
            | T::Module
            | T::Use
            | T::Exception
            | T::Obligation
            | T::Property
            | T::Pub
    ) || token.kind == T::Test && matches!(next, Some(T::Str | T::StrHead))
        || named && matches!(token.kind, T::Type | T::Data);
    let place = match c.marker {
        T::StartItem if rule || test => Place::Top,
        T::StartStmt if test || item => Place::Policy,
        T::StartTestStmt if rule || item => Place::Test,
        _ => return None,
    };
    Some((Problem::WrongPlace { at: token.span, place }, None))
}

/// What has to do with texts: a word before one, and nothing between braces.
fn text(c: &Context<'_>) -> Option<Diagnosis> {
    let token = c.found()?;
    let before = c.before(1)?;
    if matches!(token.kind, T::Str | T::StrHead) && before.kind == T::Ident && before.span.hi == token.span.lo
    {
        // As a literal of a kind that nobody knows.
        let repair = (token.kind == T::Str).then_some(Repair::Join(c.at - 1, T::Checked));
        return Some((Problem::UnknownPrefix { prefix: before.span }, repair));
    }
    if matches!(token.kind, T::StrMid | T::StrTail) && matches!(before.kind, T::StrHead | T::StrMid) {
        let at = Span::new(
            before.span.hi.saturating_sub(1),
            (token.span.lo + 1).min(token.span.hi.max(token.span.lo)),
        );
        let joined = match (before.kind, token.kind) {
            (T::StrHead, T::StrMid) => T::StrHead,
            (T::StrHead, _) => T::Str,
            (_, T::StrMid) => T::StrMid,
            _ => T::StrTail,
        };
        return Some((Problem::EmptyInterpolation(at), Some(Repair::Join(c.at - 1, joined))));
    }
    None
}

/// A bracket that is not closed, or closes nothing.
fn brackets(c: &Context<'_>) -> Option<Diagnosis> {
    let open = c.open();
    match c.found() {
        Some(token) if token.kind.closes() => {
            let Some(innermost) = open.last() else {
                return Some((
                    Problem::StrayCloser { at: token.span, kind: token.kind },
                    Some(Repair::Remove(c.at)),
                ));
            };
            if innermost.kind.closer() == Some(token.kind) {
                return None;
            }
            if open.iter().any(|t| t.kind.closer() == Some(token.kind)) {
                return Some(unclosed(c, *innermost, token.span));
            }
            Some((Problem::StrayCloser { at: token.span, kind: token.kind }, Some(Repair::Remove(c.at))))
        }
        Some(token) if ends_expression(token.kind) => {
            let innermost = open.last()?;
            // `@mode(warn)`: a word that is no argument, and not what stands behind the annotation.
            let annotation = c.before(1).is_some_and(|t| t.span == innermost.span)
                && c.before(3).is_some_and(|t| t.kind == T::AtSign);
            if annotation && !token.first_on_line {
                return None;
            }
            let closer = innermost.kind.closer()?;
            (c.expected.has(closer) && innermost.kind != T::StrHead)
                .then(|| unclosed(c, *innermost, token.span))
        }
        Some(_) => None,
        None => open.last().map(|innermost| unclosed(c, *innermost, c.end)),
    }
}

/// A bracket that something else ends; where the closer could have stood, it is put in.
fn unclosed(c: &Context<'_>, open: Token, before: Span) -> Diagnosis {
    let repair = open
        .kind
        .closer()
        .filter(|closer| c.expected.has(*closer))
        .map(|closer| Repair::Insert(c.at, closer));
    (Problem::Unclosed { open: open.span, kind: open.kind, before }, repair)
}

/// `=` for `==`, or for the `:` of a field or a named argument.
fn assign(c: &Context<'_>) -> Option<Diagnosis> {
    let token = c.found().filter(|t| t.kind == T::Assign)?;
    let key = c.before(1).is_some_and(|t| t.kind.is_name())
        && c.before(2).is_some_and(|t| matches!(t.kind, T::LParen | T::LBrace | T::Comma));
    let meant = if key && c.expected.has(T::Colon) {
        T::Colon
    } else if c.expected.has(T::Eq) {
        // `f(max = 5)`: a name in parentheses after a name is an argument.
        let argument = key
            && c.before(2).is_some_and(|t| t.kind == T::LParen)
            && c.before(3).is_some_and(|t| t.kind.is_name());
        if argument { T::Colon } else { T::Eq }
    } else {
        return None;
    };
    Some((Problem::AssignFor { at: token.span, meant }, Some(Repair::Replace(c.at, meant))))
}

/// `f(x) => …` in an argument.
fn arrow(c: &Context<'_>) -> Option<Diagnosis> {
    c.found().filter(|t| t.kind == T::FatArrow)?;
    // What stands between the last bracket or comma that is still open and the arrow.
    let mut depth = 0usize;
    let mut left: Option<Span> = None;
    for token in c.tokens.iter().take(c.at).rev() {
        if token.kind.closes() {
            depth += 1;
        } else if depth == 0 && (token.kind.opens() || token.kind == T::Comma) {
            break;
        } else if token.kind.opens() {
            depth -= 1;
        }
        left = Some(left.map_or(token.span, |span| token.span.to(span)));
    }
    let inside = !c.open().is_empty();
    left.filter(|_| inside).map(|span| (Problem::BadParam(span), None))
}

/// An `if` that ends without `else`.
fn missing_else(c: &Context<'_>) -> Option<Diagnosis> {
    let goes_on = c.found().is_none_or(|t| t.kind.closes() || ends_expression(t.kind) || t.kind == T::Comma);
    if !goes_on || !c.expected.has(T::Else) {
        return None;
    }
    let mut waiting: Vec<Token> = Vec::new();
    for token in c.tokens.iter().take(c.at) {
        match token.kind {
            T::If => waiting.push(*token),
            T::Else => {
                waiting.pop();
            }
            _ => {}
        }
    }
    let word = waiting.last()?.span;
    let at = c.found().map_or(c.end, |t| t.span);
    Some((Problem::IfWithoutElse { word, at }, None))
}

/// `deny when …`.
fn nameless_rule(c: &Context<'_>) -> Option<Diagnosis> {
    let token = c.found()?;
    let word = c.before(1)?;
    let effect = matches!(
        word.kind,
        T::Deny | T::Require | T::Allow | T::Escalate | T::Warn | T::Oblige | T::Transform
    );
    let clause = matches!(token.kind, T::When | T::For | T::That | T::Because | T::Colon);
    (c.marker == T::StartStmt && effect && clause && c.expected.name()).then(|| {
        let problem = Problem::RuleWithoutName { word: word.span, before: token.span };
        (problem, Some(Repair::Insert(c.at, T::Ident)))
    })
}

/// A word that is nearly one that could stand.
fn misspelt(c: &Context<'_>) -> Option<Diagnosis> {
    let token = c.found()?;
    if token.kind.class() != TokenClass::Name {
        return None;
    }
    let text = token.span.text(c.source);
    let word = meant(text, c.expected.words())?;
    if text == word.text() {
        // `default: deny`: the word stands where it may, and what follows makes a name of it.
        let next = c.tokens.get(c.at + 1).filter(|next| matches!(next.kind, T::Colon | T::Assign))?;
        let problem = Problem::NotBehind { at: next.span, word: word.text() };
        return Some((problem, Some(Repair::Join(c.at, word))));
    }
    Some((Problem::Misspelt { at: token.span, meant: word.text() }, Some(Repair::Replace(c.at, word))))
}

/// `let in = 5`.
fn reserved_name(c: &Context<'_>) -> Option<Diagnosis> {
    let token = c.found()?;
    let name = token.kind.class() == TokenClass::Reserved && c.expected.name() && !token.first_on_line;
    name.then_some((Problem::ReservedName { at: token.span }, Some(Repair::Replace(c.at, T::Ident))))
}

/// `S[]` or `List[S]` where a type stands.
fn bracket_type(c: &Context<'_>) -> Option<Diagnosis> {
    let token = c.found().filter(|t| t.kind == T::LBracket && c.expected.has(T::Lt))?;
    let before = c.before(1).filter(|t| t.kind == T::Ident)?;
    let mut depth = 0usize;
    let mut end = token.span;
    for token in c.tokens.get(c.at..)? {
        end = end.to(token.span);
        if token.kind.opens() {
            depth += 1;
        } else if token.kind.closes() {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            break;
        }
    }
    Some((Problem::BracketType { name: before.span, at: end }, None))
}

/// Two elements of a list, or two fields, without a comma between.
fn comma(c: &Context<'_>) -> Option<Diagnosis> {
    let token = c.found()?;
    let before = c.before(1)?;
    let element = matches!(token.kind.class(), TokenClass::Name | TokenClass::Soft | TokenClass::Literal)
        && !matches!(token.kind, T::StrMid | T::StrTail)
        || matches!(
            token.kind,
            T::LBrace | T::LParen | T::LBracket | T::Else | T::Absent | T::True | T::False | T::DotDot
        );
    // `deny last when`: two words side by side at the beginning of a line are a statement, not an element.
    let next = c.tokens.get(c.at + 1);
    let statement = token.first_on_line
        && token.kind.is_name()
        && next.is_some_and(|t| t.kind.is_name() && !t.first_on_line);
    let inside = !statement && c.open().last().is_some_and(|t| t.kind != T::StrHead);
    (element && inside && c.expected.has(T::Comma)).then(|| {
        (Problem::MissingComma { after: Span::at(before.span.hi) }, Some(Repair::Insert(c.at, T::Comma)))
    })
}

/// Something inside of brackets that should have been closed on an earlier line.
fn closer_before(c: &Context<'_>) -> Option<Diagnosis> {
    let token = c.found().filter(|t| t.first_on_line && (t.kind.is_name() || t.kind == T::AtSign))?;
    let open = c.open();
    let innermost = open.last().filter(|t| t.kind != T::StrHead)?;
    let closer = innermost.kind.closer()?;
    c.expected.has(closer).then(|| unclosed(c, *innermost, token.span))
}
