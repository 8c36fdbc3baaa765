//! Where the cursor stands, from the tokens before it.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of many kinds of tokens and of syntax")]

use std::collections::BTreeMap;

use policy_syntax::ast::{Ast, ItemKind};
use policy_syntax::{FileId, Span, Token, TokenClass, TokenKind};

use super::mend::Open;
use crate::quick::areas::{self, Area};

/// What kind of place it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// A comment or a text: nothing is offered.
    Nothing,
    /// A new name is being written.
    Name,
    Annotation,
    AnnotationArgument(String),
    /// The top of a module.
    Item,
    /// Behind `module`.
    Module,
    /// Behind `use`, with what stands there already.
    Import(String),
    /// In the braces of `use module.{`.
    ImportNames(String),
    /// Behind `include`, or `to` of an exception: the name of a policy, or, where rules are meant, of one of its rules; with
    /// what stands there already.
    Policy {
        before: String,
        rules: bool,
    },
    /// Where a statement of a policy begins.
    Statement,
    /// Where a statement of a test begins.
    TestStatement,
    /// Behind `default`.
    Outcome,
    /// Behind the decision of an `expect`.
    Verdict,
    Type,
    /// A function that reads the values of a type.
    Reader,
    /// Behind a whole expression: operators, and the words of the statement.
    After(After),
    /// An expression; `key` where a field could begin.
    Value {
        key: bool,
    },
}

/// What a whole expression is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct After {
    /// The first word of the statement.
    pub(crate) statement: Option<TokenKind>,
    /// Whether it stands in parentheses or braces of the statement.
    pub(crate) nested: bool,
    /// Whether an `if` has no `then` yet, or a `then` no `else`.
    pub(crate) then: bool,
    pub(crate) otherwise: bool,
    /// Whether a generator could follow.
    pub(crate) generator: bool,
}

/// Where the cursor stands.
#[derive(Clone, Debug)]
pub(crate) struct Here {
    pub(crate) context: Context,
    /// What was typed of the name.
    pub(crate) typed: String,
    /// The name that stands at the cursor, all of it.
    pub(crate) replaces: Span,
    /// Whether a dot stands before it.
    pub(crate) behind_dot: bool,
    /// Whether `(` follows it.
    pub(crate) called: bool,
    /// Whether `:` follows it.
    pub(crate) keyed: bool,
    /// The item or statement around it: where it begins, and where the next one does.
    pub(crate) around: Span,
    /// The item around it, likewise.
    pub(crate) item: Span,
    /// What is open at the cursor.
    pub(crate) open: Open,
    /// What the item around it lacks at its end.
    pub(crate) unclosed: &'static str,
    /// The name of the item around it, where that is a type of its own.
    pub(crate) own_type: Option<String>,
    /// The parts of the text.
    pub(crate) areas: Vec<Area>,
    /// Whether the cursor stands in a test, which may name any rule.
    pub(crate) tests: bool,
    /// How often names stand in the text.
    pub(crate) names: BTreeMap<String, u32>,
}

impl Here {
    pub(crate) fn at(file: FileId, text: &str, offset: u32) -> Option<Self> {
        let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let before = text.get(..offset as usize)?;
        let after = text.get(offset as usize..)?;
        let typed = before.get(before.trim_end_matches(name).len()..)?.to_owned();
        let rest = after.len() - after.trim_start_matches(name).len();
        let start = offset - u32::try_from(typed.len()).ok()?;
        let replaces = Span::new(start, offset + u32::try_from(rest).ok()?);
        let parsed = policy_syntax::parse(file, text);
        let inside = |span: Span| span.lo < offset && offset < span.hi;
        let comment = parsed.trivia.comments.iter().any(|c| c.span.lo < offset && offset <= c.span.hi);
        let literal = parsed.tokens.iter().find(|t| inside(t.span) && t.kind.class() == TokenClass::Literal);
        let split = parsed.tokens.partition_point(|t| t.span.hi <= start);
        let tokens = parsed.tokens.get(..split).unwrap_or_default();
        let (item, around) = pieces(&parsed.ast, text, start);
        let first = tokens.partition_point(|t| t.span.lo < around.lo);
        let own = tokens.get(first..).unwrap_or_default();
        let own = own.get(annotations(own)..).unwrap_or_default();
        let open = Open::of(own);
        let whole = parsed.tokens.iter().filter(|t| item.lo <= t.span.lo && t.span.hi <= item.hi);
        let unclosed = unclosed(whole.copied(), start, around.lo);
        let last = tokens.last().copied();
        let behind_dot = last
            .is_some_and(|t| matches!(t.kind, TokenKind::Dot | TokenKind::QuestionDot) && t.span.hi == start);
        let digits = typed.starts_with(|c: char| c.is_ascii_digit());
        let nothing = comment || literal.is_some() || digits;
        let context = if nothing {
            Context::Nothing
        } else {
            Place { text, tokens, own, open: &open, ast: &parsed.ast, start, item }.context()
        };
        let mut names: BTreeMap<String, u32> = BTreeMap::new();
        for token in parsed.tokens.iter().filter(|t| t.kind.is_name() && t.span != replaces) {
            *names.entry(token.span.text(text).to_owned()).or_default() += 1;
        }
        let follows = after.get(rest..).unwrap_or("").trim_start_matches([' ', '\t']);
        Some(Self {
            context,
            typed,
            replaces,
            behind_dot,
            called: follows.starts_with('('),
            keyed: follows.starts_with(':'),
            around,
            item,
            open,
            unclosed,
            own_type: own_type(own, text),
            areas: areas::of(&parsed.ast),
            tests: own_item(&parsed.ast, start).is_some_and(|kind| {
                matches!(kind, ItemKind::Test(_) | ItemKind::Property(_) | ItemKind::Exception(_))
            }),
            names,
        })
    }

    /// A bonus for names that the text has already.
    pub(crate) fn seen(&self, name: &str) -> u32 {
        match self.names.get(name).copied().unwrap_or(0) {
            0 => 0,
            1 => 2,
            2..=4 => 3,
            _ => 4,
        }
    }
}

/// How many tokens are annotations that are whole.
fn annotations(tokens: &[Token]) -> usize {
    let mut at = 0;
    while tokens.get(at).is_some_and(|t| t.kind == TokenKind::AtSign) {
        let rest = tokens.get(at + 2..).unwrap_or_default();
        let mut length = 2;
        if rest.first().is_some_and(|t| t.kind == TokenKind::LParen) {
            let mut depth = 0i32;
            let close = rest.iter().position(|t| {
                depth += i32::from(t.kind.opens()) - i32::from(t.kind.closes());
                depth == 0
            });
            let Some(close) = close else { return at };
            length += close + 1;
        }
        // Arguments may still be coming.
        if tokens.len() <= at + length {
            return at;
        }
        at += length;
    }
    at
}

fn own_item(ast: &Ast, start: u32) -> Option<&ItemKind> {
    ast.items.iter().rev().find(|i| i.span.lo <= start).map(|item| &item.kind)
}

/// The name of the type that is being declared.
fn own_type(own: &[Token], text: &str) -> Option<String> {
    let declares = [TokenKind::Type, TokenKind::Entity, TokenKind::Enum];
    let at = own.iter().position(|t| declares.contains(&t.kind))?;
    own.get(at + 1).filter(|t| t.kind.is_name()).map(|t| t.span.text(text).to_owned())
}

/// What an item lacks at its end: the brace of its body, or, of a test whose head is being typed, the body.
fn unclosed(tokens: impl Iterator<Item = Token>, start: u32, statement: u32) -> &'static str {
    let (mut depth, mut body) = (0i32, false);
    let all: Vec<Token> = tokens.collect();
    let own = all.get(annotations(&all)..).unwrap_or_default();
    let first = own.iter().map(|t| t.kind).find(|kind| *kind != TokenKind::Pub);
    let others = |t: &&Token| t.span.hi <= statement || t.span.lo >= start || statement >= start;
    for token in all.iter().filter(others) {
        if token.kind == TokenKind::LBrace {
            depth += 1;
            body = true;
        } else if token.kind == TokenKind::RBrace {
            depth -= 1;
        }
    }
    let bodies = [TokenKind::Policy, TokenKind::Test, TokenKind::Property];
    match first.is_some_and(|kind| bodies.contains(&kind)) {
        true if depth > 0 => "\n}",
        true if !body => " {}",
        _ => "",
    }
}

/// The item and the statement that a place stands in, each to the beginning of the next.
fn pieces(ast: &Ast, text: &str, start: u32) -> (Span, Span) {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut item = Span::new(0, end);
    let mut around = item;
    let mut following = ast.items.iter().map(|i| i.span.lo).filter(|lo| *lo > start);
    item.hi = following.next().unwrap_or(end);
    let Some(own) = ast.items.iter().rev().find(|i| i.span.lo <= start) else { return (item, item) };
    item.lo = own.span.lo;
    around.lo = item.lo;
    around.hi = item.hi;
    let (spans, body): (Vec<Span>, Span) = match &own.kind {
        ItemKind::Policy(policy) => (policy.body.iter().map(|s| s.span).collect(), policy.body_span),
        ItemKind::Test(test) => (test.body.iter().map(|s| s.span).collect(), test.body_span),
        ItemKind::Property(test) => (test.body.iter().map(|s| s.span).collect(), test.body_span),
        _ => return (item, around),
    };
    if start <= body.lo
        || (start >= body.hi && text.as_bytes().get(body.hi.saturating_sub(1) as usize) == Some(&b'}'))
    {
        return (item, around);
    }
    around.lo = spans.iter().rev().map(|s| s.lo).find(|lo| *lo <= start).unwrap_or(body.lo + 1);
    let close =
        if text.get(..body.hi as usize).is_some_and(|t| t.ends_with('}')) { body.hi - 1 } else { item.hi };
    around.hi = spans.iter().map(|s| s.lo).find(|lo| *lo > start).unwrap_or(close.max(start));
    (item, around)
}

struct Place<'a> {
    text: &'a str,
    /// All tokens before the name.
    tokens: &'a [Token],
    /// Those of the item or statement around it.
    own: &'a [Token],
    open: &'a Open,
    ast: &'a Ast,
    start: u32,
    item: Span,
}

impl Place<'_> {
    fn kind(&self, back: usize) -> Option<TokenKind> {
        let at = self.own.len().checked_sub(back)?;
        self.own.get(at).map(|t| t.kind)
    }

    fn word(&self, back: usize) -> &str {
        let at = self.own.len().checked_sub(back);
        at.and_then(|at| self.own.get(at)).map_or("", |t| t.span.text(self.text))
    }

    /// Whether the cursor stands on a line of its own so far.
    fn first_on_line(&self) -> bool {
        let before = self.text.get(..self.start as usize).unwrap_or("");
        before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
    }

    fn in_body(&self) -> Option<&ItemKind> {
        let own = self.ast.items.iter().rev().find(|i| i.span.lo <= self.start)?;
        let body = match &own.kind {
            ItemKind::Policy(policy) => policy.body_span,
            ItemKind::Test(test) => test.body_span,
            ItemKind::Property(test) => test.body_span,
            _ => return None,
        };
        let closed = self.text.get(..body.hi as usize).is_some_and(|t| t.ends_with('}'));
        (body.lo < self.start && (!closed || self.start < body.hi)).then_some(&own.kind)
    }

    fn context(&self) -> Context {
        use TokenKind as T;
        if let Some(context) = self.header() {
            return context;
        }
        let last = self.tokens.last().map(|t| t.kind);
        let body = self.in_body();
        let fresh = self.first_on_line() && !self.open.waits() && !self.continues();
        if fresh && body.is_some() && self.open.is_closed_in_body() {
            // A word of the statement before goes on, a word of a new one begins.
            return match body {
                Some(ItemKind::Policy(_)) => Context::Statement,
                _ => Context::TestStatement,
            };
        }
        if body.is_some() && self.own.is_empty() {
            return match body {
                Some(ItemKind::Policy(_)) => Context::Statement,
                _ => Context::TestStatement,
            };
        }
        let top = body.is_none() && self.open.depth() == 0;
        if top && (self.tokens.is_empty() || (fresh && self.ended())) {
            return Context::Item;
        }
        if last.is_some_and(|kind| self.ends_operand(kind)) {
            return self.behind();
        }
        let key = self.open.at_key();
        let _ = T::Dot;
        Context::Value { key }
    }

    /// Whether the tokens before are whole, so that something new can begin.
    fn ended(&self) -> bool {
        self.tokens.last().is_some_and(|t| self.ends_operand(t.kind) || t.kind == TokenKind::Question)
    }

    /// Whether what stands before asks for more: an operator, a comma, a word.
    fn continues(&self) -> bool {
        match self.tokens.last() {
            None => false,
            Some(t) => {
                !self.ends_operand(t.kind) && t.kind != TokenKind::LBrace && t.kind != TokenKind::Question
            }
        }
    }

    fn ends_operand(&self, kind: TokenKind) -> bool {
        use TokenKind as T;
        let words = [T::True, T::False, T::Absent, T::Present, T::Empty];
        let closers = [T::RParen, T::RBracket, T::RBrace];
        let literal = kind.class() == TokenClass::Literal && !matches!(kind, T::StrHead | T::StrMid);
        kind == T::Ident || words.contains(&kind) || closers.contains(&kind) || literal || self.soft_name()
    }

    /// Whether the token before is a word that stands as a name.
    fn soft_name(&self) -> bool {
        use TokenKind as T;
        let Some(last) = self.tokens.last() else { return false };
        let names = [T::Allow, T::Deny, T::Escalate, T::Data, T::Test, T::Type, T::Mode, T::Max, T::First];
        let plain = last.kind.class() == TokenClass::Soft && names.contains(&last.kind);
        // `allow` at the start of a statement is its word; behind an operator it is a variant.
        plain && !last.first_on_line && self.own.len() > 1
    }

    /// Places that a few tokens before them settle.
    fn header(&self) -> Option<Context> {
        use TokenKind as T;
        let last = self.kind(1);
        let adjacent = self.own.last().is_some_and(|t| t.span.hi == self.start);
        if last == Some(T::AtSign) && adjacent {
            return Some(Context::Annotation);
        }
        if last == Some(T::LParen) && self.kind(3) == Some(T::AtSign) {
            return Some(Context::AnnotationArgument(self.word(2).to_owned()));
        }
        let first = self.own.iter().find(|t| t.kind != T::Pub).map(|t| t.kind);
        if first == Some(T::Use) && !(self.first_on_line() && self.ended()) {
            return Some(self.import());
        }
        if first == Some(T::Module) && !(self.first_on_line() && self.ended()) {
            return Some(Context::Module);
        }
        let names =
            [T::Policy, T::Fn, T::Enum, T::Entity, T::Type, T::Let, T::Property, T::Exception, T::Obligation];
        if last.is_some_and(|k| names.contains(&k)) && !adjacent {
            return Some(Context::Name);
        }
        if last == Some(T::Data) && self.own.len() <= 2 {
            return Some(Context::Name);
        }
        let effects = [T::Deny, T::Require, T::Allow, T::Escalate, T::Warn, T::Oblige, T::Transform];
        if self.own.len() == 1 && last.is_some_and(|k| effects.contains(&k)) && self.in_body().is_some() {
            return Some(Context::Name);
        }
        if last == Some(T::Default) && self.in_body().is_some() {
            return Some(Context::Outcome);
        }
        if let Some(context) = self.policy(first) {
            return Some(context);
        }
        if self.binds() {
            return Some(Context::Name);
        }
        if last == Some(T::By) && first == Some(T::Type) {
            return Some(Context::Reader);
        }
        if self.wants_type(first) {
            return Some(Context::Type);
        }
        None
    }

    /// The name of a policy, from the word before it on.
    fn policy(&self, first: Option<TokenKind>) -> Option<Context> {
        use TokenKind as T;
        let (word, rules) = match first? {
            T::Exception => (T::To, true),
            T::Include => (T::Include, false),
            _ => return None,
        };
        let at = self.own.iter().position(|t| t.kind == word)?;
        let path = self.own.get(at + 1..)?;
        let dotted = path.iter().all(|t| t.kind.is_name() || t.kind == T::Dot);
        let wants = path.last().is_none_or(|t| t.kind == T::Dot);
        let before = path.iter().map(|t| t.span.text(self.text)).collect();
        (dotted && wants).then_some(Context::Policy { before, rules })
    }

    /// Whether a generator is naming what it binds.
    fn binds(&self) -> bool {
        use TokenKind as T;
        let last = self.kind(1);
        matches!(last, Some(T::For))
            || matches!(last, Some(T::One)) && self.kind(2) == Some(T::Exactly)
            || matches!(last, Some(T::Any | T::All | T::None)) && self.open.quantifies()
            || last == Some(T::Without)
    }

    fn wants_type(&self, first: Option<TokenKind>) -> bool {
        use TokenKind as T;
        let last = self.kind(1);
        if matches!(last, Some(T::As | T::Arrow | T::Secret)) {
            return true;
        }
        if last == Some(T::Question) && self.kind(2) == Some(T::As) {
            return true;
        }
        let items = [T::Type, T::Entity, T::Obligation, T::Data];
        let declares = first.is_some_and(|k| items.contains(&k)) && self.in_body().is_none();
        let parameters = matches!(first, Some(T::Fn | T::Policy | T::Property)) && self.in_body().is_none();
        match last {
            Some(T::Colon | T::QuestionColon) => {
                declares
                    || (parameters && !self.own.iter().any(|t| t.kind == T::Assign))
                    || (self.kind(3) == Some(T::Let) && self.own.len() <= 3 + 1)
            }
            Some(T::Assign) => first == Some(T::Type) && self.open.depth() == 0,
            Some(T::On) => first == Some(T::Policy) && self.in_body().is_none(),
            Some(T::Lt | T::Pipe) => declares || parameters,
            Some(T::Comma) => (declares || parameters) && self.in_type_arguments(),
            Some(T::In) => first == Some(T::Entity),
            _ => false,
        }
    }

    /// Whether the comma before stands between the arguments of a type.
    fn in_type_arguments(&self) -> bool {
        let mut depth = 0;
        for token in self.own.iter().rev() {
            match token.kind {
                TokenKind::Gt => depth += 1,
                TokenKind::Lt if depth == 0 => return true,
                TokenKind::Lt => depth -= 1,
                kind if kind.opens() || kind.closes() => return false,
                TokenKind::Colon => return false,
                _ => {}
            }
        }
        false
    }

    fn import(&self) -> Context {
        let from = self.own.iter().position(|t| t.kind == TokenKind::Use).map_or(0, |n| n + 1);
        let rest = self.own.get(from..).unwrap_or_default();
        let brace = rest.iter().position(|t| t.kind == TokenKind::LBrace);
        let path = rest.get(..brace.unwrap_or(rest.len())).unwrap_or_default();
        let path: String = path.iter().map(|t| t.span.text(self.text)).collect();
        if self.kind(1) == Some(TokenKind::As) {
            return Context::Name;
        }
        match brace {
            Some(_) => Context::ImportNames(path.trim_end_matches('.').to_owned()),
            None => Context::Import(path),
        }
    }

    /// Behind a whole expression.
    fn behind(&self) -> Context {
        use TokenKind as T;
        let statement = self.own.iter().map(|t| t.kind).find(|k| !matches!(k, T::AtSign));
        if statement == Some(T::Expect) && self.kind(1) == Some(T::RParen) && self.open.depth() == 0 {
            return Context::Verdict;
        }
        let _ = self.item;
        Context::After(After {
            statement,
            nested: self.open.depth() > 0,
            then: self.open.wants_then(),
            otherwise: self.open.wants_else(),
            generator: self.open.in_brackets(),
        })
    }
}
