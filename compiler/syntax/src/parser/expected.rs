//! What the parser wanted, in an author's words: the generated lists have dozens of tokens.

use std::collections::HashMap;

use crate::lexer::{TokenClass, TokenKind};

/// The tokens that could have stood at some place.
pub(super) struct Expected(Vec<TokenKind>);

/// The most alternatives that a message names.
const SHOWN: usize = 6;

impl Expected {
    /// Reads LALRPOP's list: terminals as the grammar writes them.
    pub(super) fn new(names: &[String], kinds: &HashMap<String, TokenKind>) -> Self {
        Self(names.iter().filter_map(|name| kinds.get(name.as_str()).copied()).collect())
    }

    pub(super) fn has(&self, kind: TokenKind) -> bool {
        self.0.contains(&kind)
    }

    /// Whether an expression could begin.
    pub(super) fn expression(&self) -> bool {
        self.has(TokenKind::Int) && self.has(TokenKind::LParen) && self.has(TokenKind::Ident)
    }

    /// Whether a name could stand, and no expression.
    pub(super) fn name(&self) -> bool {
        self.has(TokenKind::Ident) && !self.has(TokenKind::Int)
    }

    /// The words of the language that could stand.
    pub(super) fn words(&self) -> impl Iterator<Item = TokenKind> {
        // Where a name may stand all soft words are expected, as names; none of them can have been meant.
        let name = self.has(TokenKind::Ident);
        self.0.iter().copied().filter(move |kind| match kind.class() {
            TokenClass::Reserved => true,
            TokenClass::Soft => !name,
            TokenClass::Name | TokenClass::Literal | TokenClass::Sign | TokenClass::Marker => false,
        })
    }

    /// The alternatives, grouped: `an expression`, `a name`, `` `when` ``.
    pub(super) fn describe(&self) -> Vec<String> {
        use TokenKind as T;
        let mut out = Vec::new();
        let beginnings = [
            (T::Require, T::Include, "a statement of a policy"),
            (T::Expect, T::Given, "a statement of a test"),
            (T::Entity, T::Enum, "an item"),
        ];
        if let Some((_, _, what)) = beginnings.iter().find(|(a, b, _)| self.has(*a) && self.has(*b)) {
            return vec![(*what).to_owned()];
        }
        let expression = self.expression();
        if expression {
            out.push("an expression".to_owned());
        } else if self.has(TokenKind::Secret) && self.has(TokenKind::Union) && self.has(TokenKind::LParen) {
            out.push("a type".to_owned());
        } else if self.has(TokenKind::Ident) {
            out.push("a name".to_owned());
        }
        // After a complete expression an operator could always follow: naming them all helps nobody.
        let operand_done = self.has(TokenKind::Eq) && self.has(TokenKind::And);
        let grouped = !out.is_empty();
        let mut more = Vec::new();
        for kind in &self.0 {
            let goes_on = operand_done && operator(*kind);
            let shown = match kind.class() {
                TokenClass::Name | TokenClass::Marker => false,
                TokenClass::Literal => !(expression || *kind == T::StrMid),
                TokenClass::Soft => !(grouped || operand_done && *kind == T::Without),
                TokenClass::Reserved => !(expression || goes_on || grouped && type_word(*kind)),
                TokenClass::Sign => !(grouped && begins(*kind) || goes_on),
            };
            if shown {
                more.push(match kind.class() {
                    TokenClass::Literal => kind.text().to_owned(),
                    TokenClass::Name
                    | TokenClass::Reserved
                    | TokenClass::Soft
                    | TokenClass::Sign
                    | TokenClass::Marker => format!("`{}`", kind.text()),
                });
            }
        }
        let room = SHOWN.saturating_sub(out.len());
        if more.len() > room {
            if out.is_empty() && !operand_done {
                more.truncate(room);
                out.extend(more);
                out.push("another word".to_owned());
            }
        } else {
            out.extend(more);
        }
        if out.is_empty() {
            out.push(if operand_done { "an operator or the end".to_owned() } else { "the end".to_owned() });
        }
        out
    }
}

/// Words that stand in types only.
fn type_word(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Secret | TokenKind::Union | TokenKind::Open | TokenKind::Closed)
}

/// Signs that begin an expression, a type or a pattern.
fn begins(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace | TokenKind::Minus)
}

/// What goes on with a complete expression.
fn operator(kind: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        kind,
        T::And
            | T::Or
            | T::Not
            | T::Implies
            | T::In
            | T::Is
            | T::Matches
            | T::Contains
            | T::IntDiv
            | T::As
            | T::With
            | T::Eq
            | T::Ne
            | T::Lt
            | T::Le
            | T::Gt
            | T::Ge
            | T::Plus
            | T::Minus
            | T::Star
            | T::Slash
            | T::Percent
            | T::Coalesce
            | T::Dot
            | T::QuestionDot
            | T::QuestionBracket
            | T::LBracket
            | T::LParen
            | T::ColonColon
            | T::FatArrow
            | T::Question
    )
}

/// The names that LALRPOP gives to terminals: quoted texts, and the bare names of the grammar.
pub(super) fn terminal_names() -> HashMap<String, TokenKind> {
    use TokenKind as T;
    let mut names: HashMap<String, TokenKind> = TokenKind::ALL
        .iter()
        .filter(|kind| !matches!(kind.class(), TokenClass::Name | TokenClass::Literal))
        .map(|kind| (format!("\"{}\"", kind.text()), *kind))
        .collect();
    let bare = [
        ("IDENT", T::Ident),
        ("INT", T::Int),
        ("DECIMAL", T::Decimal),
        ("DURATION", T::Duration),
        ("TIMESTAMP", T::Timestamp),
        ("DATE", T::Date),
        ("TIME", T::Time),
        ("CHECKED", T::Checked),
        ("STR", T::Str),
        ("HEAD", T::StrHead),
        ("MID", T::StrMid),
        ("TAIL", T::StrTail),
    ];
    names.extend(bare.map(|(name, kind)| (name.to_owned(), kind)));
    names
}
