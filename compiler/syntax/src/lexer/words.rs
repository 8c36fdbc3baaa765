//! Which words mean something where they stand.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of more than a hundred kinds of tokens")]

use super::token::{Token, TokenKind};

/// Gives every word its kind. Before, all words are names; backquoted ones stay so.
pub(super) fn classify(source: &str, tokens: &mut [Token]) {
    for i in 0..tokens.len() {
        let Some(token) = tokens.get(i).copied() else { return };
        if token.kind != TokenKind::Ident {
            continue;
        }
        let Some(word) = TokenKind::word(token.span.text(source)) else { continue };
        let before = i.checked_sub(1).and_then(|i| tokens.get(i)).copied();
        let after = tokens.get(i + 1).map(|t| t.kind);
        if means(word, token, before, after)
            && let Some(slot) = tokens.get_mut(i)
        {
            slot.kind = word;
        }
    }
}

/// Whether `word` has its meaning between these neighbours, rather than being a name.
fn means(word: TokenKind, token: Token, before: Option<Token>, after: Option<TokenKind>) -> bool {
    use TokenKind as T;
    let prev = before.map(|t| t.kind);
    // `r.type`. With a blank between (`r.` and on the next line `deny`) the author has not finished the name.
    let adjacent = before.is_some_and(|t| t.span.hi == token.span.lo);
    if adjacent && matches!(prev, Some(T::Dot | T::QuestionDot)) {
        return false;
    }
    // `{ default: 1 }`, `in?: Bool`. A value may stand before the colon of a quantifier or a fold (`s = true: …`), so the words
    // that are values are names only where a key can begin.
    if matches!(after, Some(T::Colon | T::QuestionColon)) {
        return match word {
            T::True | T::False | T::Absent | T::Present | T::Empty => {
                !matches!(prev, Some(T::LBrace | T::Comma | T::LParen) | None)
            }
            _ => false,
        };
    }
    match word {
        T::Fold => after == Some(T::LParen) && prev != Some(T::Fn),
        T::Score => after == Some(T::LBrace) && prev != Some(T::Match),
        _ => true,
    }
}
