//! Patterns.

use super::lists::Style;
use super::printer::Printer;
use crate::ast::*;
use crate::lexer::TokenKind as T;

impl Printer<'_> {
    pub(super) fn pattern(&mut self, id: PatternId) {
        let ast = self.ast;
        let pattern = &ast.patterns[id];
        // `(x) => …`: parentheses around one parameter.
        let mut extra = 0usize;
        while self.peek() == Some(T::LParen) && self.position() < pattern.span.lo {
            self.skip();
            extra += 1;
        }
        match &pattern.kind {
            PatternKind::Error
            | PatternKind::Name(_)
            | PatternKind::Ignore
            | PatternKind::Absent
            | PatternKind::Else => {
                self.tok();
            }
            PatternKind::Tuple(parts) => self.list(Style::ARGS, parts, |p, part| p.pattern(*part)),
            PatternKind::Record(fields) => self.list(Style::STRICT, fields, |p, field| {
                p.tok();
                if let Some(pattern) = field.pattern {
                    p.expect(T::Colon);
                    p.space();
                    p.pattern(pattern);
                }
            }),
            PatternKind::Variant { path, payload } => {
                self.tight(path.span.hi);
                if let Some(payload) = payload {
                    self.space();
                    self.pattern(*payload);
                }
            }
            PatternKind::Literal(_) => {
                if self.peek() == Some(T::Minus) {
                    self.tok();
                }
                self.tight(pattern.span.hi);
            }
            PatternKind::Or(parts) => self.group(false, |p| {
                p.indented(|p| {
                    for (i, part) in parts.iter().enumerate() {
                        if i > 0 {
                            p.line();
                            p.expect(T::Pipe);
                            p.space();
                        }
                        p.pattern(*part);
                    }
                });
            }),
        }
        for _ in 0..extra {
            self.skip();
        }
    }
}
