//! Half a statement made whole, so that the checker can look at it.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of many kinds of tokens and of syntax")]

use policy_syntax::{Span, Token, TokenKind};

use super::context::Here;
use crate::quick::areas::blank;

/// The name that stands for what is being typed.
pub(crate) const MARK: &str = "policyc_typed_here";

/// Whether a name is one that was put into the text here.
pub(crate) fn is_mark(name: &str) -> bool {
    const ALL: &str = "policyc_typed";
    name.get(..ALL.len()).is_some_and(|start| start.eq_ignore_ascii_case(ALL))
}

/// What a construct still needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// `any x in xs` … `: true`
    Colon,
    /// A generator … `in xs`
    In,
    /// `if c` … `then a else b`
    Then,
    /// `then a` … `else b`
    Else,
    /// `match x` … `{ … }`
    Arms,
    /// `pattern` … `=> e`
    Arrow,
    /// `let x` … `= e`
    Value,
}

/// An open delimiter, and what stands unfinished in it.
#[derive(Clone, Debug)]
struct Frame {
    opener: Option<TokenKind>,
    arms: bool,
    generates: bool,
    /// Whether it is the body of a function, which has to end with a `return`.
    body: bool,
    needs: Vec<Need>,
    last: Option<TokenKind>,
    count: usize,
}

/// What is open at a place.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    frames: Vec<Frame>,
    /// Whether a brace would begin the body of a function.
    function: bool,
}

impl Open {
    pub(crate) fn of(tokens: &[Token]) -> Self {
        let mut open = Self { frames: vec![Frame::new(None)], function: false };
        let function =
            tokens.iter().map(|t| t.kind).find(|kind| *kind != TokenKind::Pub) == Some(TokenKind::Fn);
        open.function = function;
        for (n, token) in tokens.iter().enumerate() {
            open.token(token.kind, tokens.get(n + 1).map(|t| t.kind));
        }
        open
    }

    fn token(&mut self, kind: TokenKind, next: Option<TokenKind>) {
        use TokenKind as T;
        if kind.opens() {
            let top = self.frames.last_mut();
            let arms =
                kind == T::LBrace && top.is_some_and(|f| f.needs.pop_if(|n| *n == Need::Arms).is_some());
            let mut frame = Frame::new(Some(kind));
            frame.arms = arms;
            if self.function && kind == T::LBrace && self.frames.len() == 1 {
                frame.body = true;
                self.function = false;
            }
            if arms {
                frame.needs.push(Need::Arrow);
            }
            self.frames.push(frame);
            return;
        }
        if kind.closes() {
            if self.frames.len() > 1 {
                self.frames.pop();
            }
            if let Some(frame) = self.frames.last_mut() {
                frame.last = Some(kind);
                frame.count += 1;
            }
            return;
        }
        let Some(frame) = self.frames.last_mut() else { return };
        match kind {
            T::Any | T::All | T::None | T::One
                if next.is_none_or(|k| k.is_name() || k == T::LParen || k == T::LBrace) =>
            {
                frame.needs.extend([Need::Colon, Need::In]);
            }
            T::For => {
                frame.generates = true;
                frame.needs.push(Need::In);
            }
            T::In => {
                frame.needs.pop_if(|n| *n == Need::In);
            }
            T::Colon => {
                frame.needs.pop_if(|n| *n == Need::Colon);
            }
            T::If if !frame.generates || frame.opener.is_none() => frame.needs.push(Need::Then),
            T::Then => {
                let asked = frame.needs.pop_if(|n| *n == Need::Then);
                frame.needs.extend(asked.map(|_| Need::Else));
            }
            T::Else => {
                frame.needs.pop_if(|n| *n == Need::Else);
            }
            T::Match => frame.needs.push(Need::Arms),
            T::FatArrow => {
                frame.needs.pop_if(|n| *n == Need::Arrow);
            }
            T::Let | T::Transform => frame.needs.push(Need::Value),
            T::Assign => {
                frame.needs.pop_if(|n| *n == Need::Value);
                // A function whose body is an expression has no other one.
                self.function = false;
            }
            T::Return => frame.body = false,
            T::Comma if frame.arms => frame.needs = vec![Need::Arrow],
            T::Comma if frame.opener.is_some() => {
                // A generator may follow another one before the colon of a quantifier.
                let open = frame.needs.contains(&Need::Colon);
                frame.needs.retain(|n| open && *n == Need::Colon);
            }
            T::When | T::That | T::Because | T::Fix | T::Details => frame.needs.clear(),
            _ => {}
        }
        frame.last = Some(kind);
        frame.count += 1;
    }

    /// How many delimiters are open.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len() - 1
    }

    fn top(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// Whether something unfinished goes on.
    pub(crate) fn waits(&self) -> bool {
        self.top().is_some_and(|f| f.needs.iter().any(|n| *n != Need::Else || f.opener.is_some()))
    }

    /// Whether no delimiter of the statement is open.
    pub(crate) fn is_closed_in_body(&self) -> bool {
        self.depth() == 0
    }

    /// Whether a field of a record could begin here.
    pub(crate) fn at_key(&self) -> bool {
        self.top().is_some_and(|f| {
            f.opener == Some(TokenKind::LBrace) && !f.arms && matches!(f.last, None | Some(TokenKind::Comma))
        })
    }

    pub(crate) fn quantifies(&self) -> bool {
        self.top().is_some_and(|f| f.needs.last() == Some(&Need::In))
    }

    pub(crate) fn wants_then(&self) -> bool {
        self.top().is_some_and(|f| f.needs.last() == Some(&Need::Then))
    }

    pub(crate) fn wants_else(&self) -> bool {
        self.top().is_some_and(|f| f.needs.last() == Some(&Need::Else))
    }

    /// Whether a comprehension could be written here.
    pub(crate) fn in_brackets(&self) -> bool {
        self.top().is_some_and(|f| {
            let opens = [TokenKind::LBracket, TokenKind::LParen, TokenKind::LBrace];
            f.opener.is_some_and(|o| opens.contains(&o)) && !f.arms
        })
    }

    /// What makes everything that is open whole.
    fn tail(&self) -> String {
        let mut out = String::new();
        for frame in self.frames.iter().rev() {
            for need in frame.needs.iter().rev() {
                out.push_str(match need {
                    Need::Colon => ": true",
                    Need::In => " in []",
                    Need::Then => " then true else true",
                    Need::Else => " else true",
                    Need::Arms => " { else => true }",
                    Need::Arrow => " => true",
                    Need::Value => " = true",
                });
            }
            if frame.body {
                out.push_str("\n  return true\n");
            }
            if frame.arms {
                out.push_str(", else => true");
            }
            out.push_str(match frame.opener {
                Some(TokenKind::LParen) => ")",
                Some(TokenKind::LBracket | TokenKind::QuestionBracket) => "]",
                Some(TokenKind::LBrace) => "}",
                Some(TokenKind::StrHead) => "}\"",
                _ => "",
            });
        }
        out
    }
}

impl Frame {
    fn new(opener: Option<TokenKind>) -> Self {
        Self { opener, arms: false, generates: false, body: false, needs: Vec::new(), last: None, count: 0 }
    }
}

/// The text with the name put in and the statement around it mended, in the ways that may work, the best first; and
/// where the name stands.
pub(crate) fn statement(text: &str, here: &Here, key: bool) -> Vec<(String, u32)> {
    let before = text.get(..here.replaces.lo as usize).unwrap_or("");
    let behind = text.get(here.replaces.hi as usize..).unwrap_or("");
    let next = text.get((here.around.hi.max(here.replaces.hi)) as usize..).unwrap_or("");
    let at = here.replaces.lo;
    let mut out = Vec::new();
    let rest_len = (here.around.hi as usize).saturating_sub(here.replaces.hi as usize);
    let rest = behind.get(..rest_len.min(behind.len())).unwrap_or("");
    let more = rest.trim_start_matches([' ', '\t']);
    let tail = here.open.tail();
    let end = here.unclosed;
    let cut = |middle: &str| format!("{before}{MARK}{middle}{tail}{end}\n{next}");
    if key {
        out.push((cut(": true"), at));
    }
    // Where more stands on the line, the statement may be whole already.
    if !more.is_empty() && !more.starts_with('\n') {
        out.push((format!("{before}{MARK}{behind}{end}"), at));
    }
    out.push((cut(""), at));
    if more.starts_with('\n') && !rest.trim().is_empty() {
        out.push((format!("{before}{MARK}{behind}"), at));
    }
    out
}

/// The text without what the place does not depend on, byte for byte: other rules, and tests.
pub(crate) fn alone(text: &str, here: &Here) -> String {
    let around = Span::new(here.around.lo.min(here.replaces.lo), here.around.hi.max(here.replaces.hi));
    let others = here.areas.iter().filter(|area| {
        let elsewhere = area.span.hi <= around.lo || around.hi <= area.span.lo;
        // A test names rules.
        area.apart && elsewhere && (!here.tests || area.test)
    });
    blank(text, others.map(|area| area.span)).unwrap_or_else(|| text.to_owned())
}

/// The text without the item around the place, and a type with the name behind it.
pub(crate) fn as_type(text: &str, here: &Here) -> Option<(String, u32)> {
    instead(text, here, "type Policyc_typed = ")
}

/// The same with a value.
pub(crate) fn as_value(text: &str, here: &Here) -> Option<(String, u32)> {
    instead(text, here, "let policyc_typed = ")
}

fn instead(text: &str, here: &Here, item: &str) -> Option<(String, u32)> {
    let before = text.get(..here.item.lo as usize)?;
    let next = text.get(here.item.hi.max(here.replaces.hi) as usize..).unwrap_or("");
    // The item itself may be what is named.
    let head = format!("{before}{next}\n{item}");
    let at = u32::try_from(head.len()).ok()?;
    Some((format!("{head}{MARK}\n"), at))
}
