//! Brackets with elements between commas.

use super::printer::Printer;
use crate::lexer::TokenKind as T;

/// How a list in brackets looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Whether blanks stand inside the brackets.
    pad: bool,
    /// Whether the author's line end after the opening bracket is kept.
    keep: bool,
    /// Whether a comma may stand behind the last element.
    trailing: bool,
}

impl Style {
    /// `{ a: 1 }`
    pub(super) const BRACES: Self = Self { pad: true, keep: true, trailing: true };
    /// `[1, 2]`, `{1, 2}`
    pub(super) const LIST: Self = Self { pad: false, keep: true, trailing: true };
    /// `(x, y)`
    pub(super) const ARGS: Self = Self { pad: false, keep: false, trailing: true };
    /// `<T, U>`, where no comma may stand at the end
    pub(super) const STRICT: Self = Self { pad: false, keep: false, trailing: false };
}

impl Printer<'_> {
    /// Writes a bracket, elements with commas between, and the closing bracket.
    pub(super) fn list<E>(&mut self, style: Style, elements: &[E], mut each: impl FnMut(&mut Self, &E)) {
        let broken = style.keep && self.begins_line(1) && !elements.is_empty();
        self.group(broken, |p| {
            p.tok();
            p.ops_between(style, elements.is_empty(), |p| {
                for (i, element) in elements.iter().enumerate() {
                    if i > 0 {
                        p.line_keeping_blank();
                    }
                    each(p, element);
                    if i + 1 < elements.len() {
                        p.separator();
                        continue;
                    }
                    if p.peek() == Some(T::Comma) {
                        p.skip();
                    }
                    if style.trailing {
                        p.if_broken(",");
                    }
                }
            });
            p.tok();
        });
    }

    /// What stands inside of brackets, indented where it breaks.
    fn ops_between(&mut self, style: Style, empty: bool, inside: impl FnOnce(&mut Self)) {
        if empty {
            self.indented(Self::closing_comments);
            self.soft();
            return;
        }
        self.indented(|p| {
            if style.pad {
                p.line();
            } else {
                p.soft();
            }
            inside(p);
            p.closing_comments();
        });
        if style.pad {
            self.line();
        } else {
            self.soft();
        }
    }

    /// Writes `(`, something, `)`; extra pairs around it are left out. `inner` is where it begins without parentheses.
    pub(super) fn parens(&mut self, inner: u32, inside: impl FnOnce(&mut Self)) {
        let mut extra = 0usize;
        self.group(false, |p| {
            p.expect(T::LParen);
            while p.peek() == Some(T::LParen) && p.position() < inner {
                p.skip();
                extra += 1;
            }
            p.indented(|p| {
                p.soft();
                inside(p);
                for _ in 0..extra {
                    p.skip();
                }
                p.closing_comments();
            });
            p.soft();
            p.expect(T::RParen);
        });
    }
}
