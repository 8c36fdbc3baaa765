//! The language's reading of regular expressions, in terms of the library below.
//!
//! `\d \w \s \b` are of ASCII, and so is the folding of case by `(?i)`, unless `(?iu)` asks for Unicode; classes
//! like `\p{Greek}` and everything else are of Unicode. The library has one switch for all of that, so the
//! expression is rewritten, part by part, into one that says the same without it.

use std::ops::Range;

use regex_syntax::ast::{
    AssertionKind, Ast, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem,
    Flag, Flags, FlagsItemKind, GroupKind, Span, parse,
};
use regex_syntax::hir::Hir;
use regex_syntax::hir::translate::TranslatorBuilder;

use super::PatternError;

/// Groups may nest this deep.
const NESTING: u32 = 250;

/// Which of the flags that matter here are set.
#[derive(Clone, Copy, Default)]
struct Set {
    fold: bool,
    unicode: bool,
}

/// The expression that a source means.
pub(super) fn parse(source: &str) -> Result<Hir, PatternError> {
    let ast = read(source)?;
    let mut rewrite = Rewrite { source, edits: Vec::new() };
    rewrite.ast(&ast, &mut Set::default());
    // Most say the same to the library as to the language, and are not read again.
    let (text, ast) = match rewrite.edits.is_empty() {
        true => (source.to_owned(), ast),
        false => {
            let text = rewrite.finish();
            let ast = read(&text)?;
            (text, ast)
        }
    };
    TranslatorBuilder::new()
        .dot_matches_new_line(true)
        .build()
        .translate(&text, &ast)
        .map_err(|error| PatternError { message: error.to_string(), at: 0..source.len() })
}

fn read(source: &str) -> Result<Ast, PatternError> {
    parse::ParserBuilder::new()
        .nest_limit(NESTING)
        .build()
        .parse(source)
        .map_err(|error| PatternError { message: error.kind().to_string(), at: range(error.span()) })
}

fn range(span: &Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

struct Rewrite<'s> {
    source: &'s str,
    /// Replacements, in the order of their places.
    edits: Vec<(Range<usize>, String)>,
}

impl Rewrite<'_> {
    fn finish(self) -> String {
        let mut out = String::with_capacity(self.source.len() + 16 * self.edits.len());
        let mut at = 0;
        for (place, text) in self.edits {
            out.push_str(self.source.get(at..place.start).unwrap_or(""));
            out.push_str(&text);
            at = place.end;
        }
        out.push_str(self.source.get(at..).unwrap_or(""));
        out
    }

    fn written(&self, span: &Span) -> &str {
        self.source.get(range(span)).unwrap_or("")
    }

    fn wrap(&mut self, flags: &str, span: &Span) {
        let text = format!("(?{flags}:{})", self.written(span));
        self.edits.push((range(span), text));
    }

    /// Rewrites a part; a flag that it sets holds for what comes after it in the same group.
    fn ast(&mut self, ast: &Ast, set: &mut Set) {
        match ast {
            Ast::Empty(_) | Ast::Dot(_) => {}
            Ast::Flags(flags) => apply(&flags.flags, set),
            Ast::Literal(literal) if set.fold && !set.unicode => {
                if literal.c.is_ascii_alphabetic() {
                    self.wrap("-u", &literal.span);
                } else if !literal.c.is_ascii() {
                    self.wrap("-i", &literal.span);
                }
            }
            Ast::Literal(_) => {}
            Ast::Assertion(assertion) => {
                let word = match assertion.kind {
                    AssertionKind::StartLine
                    | AssertionKind::EndLine
                    | AssertionKind::StartText
                    | AssertionKind::EndText => false,
                    AssertionKind::WordBoundary
                    | AssertionKind::NotWordBoundary
                    | AssertionKind::WordBoundaryStart
                    | AssertionKind::WordBoundaryEnd
                    | AssertionKind::WordBoundaryStartAngle
                    | AssertionKind::WordBoundaryEndAngle
                    | AssertionKind::WordBoundaryStartHalf
                    | AssertionKind::WordBoundaryEndHalf => true,
                };
                if word {
                    self.wrap("-u", &assertion.span);
                }
            }
            Ast::ClassUnicode(class) => {
                if set.fold && !set.unicode {
                    self.wrap("-i", &class.span);
                }
            }
            Ast::ClassPerl(class) => self.edits.push((range(&class.span), perl(class).to_owned())),
            Ast::ClassBracketed(class) => self.bracketed(class, *set),
            Ast::Repetition(repetition) => self.ast(&repetition.ast, set),
            Ast::Group(group) => {
                let mut inner = *set;
                if let GroupKind::NonCapturing(flags) = &group.kind {
                    apply(flags, &mut inner);
                }
                self.ast(&group.ast, &mut inner);
            }
            // A flag set in one branch holds in the branches after it.
            Ast::Alternation(alternation) => alternation.asts.iter().for_each(|ast| self.ast(ast, set)),
            Ast::Concat(concat) => concat.asts.iter().for_each(|ast| self.ast(ast, set)),
        }
    }

    fn bracketed(&mut self, class: &ClassBracketed, set: Set) {
        let fold = set.fold && !set.unicode;
        if fold {
            self.edits.push((class.span.start.offset..class.span.start.offset, "(?-i:".to_owned()));
        }
        self.class(&class.kind, fold);
        if fold {
            self.edits.push((class.span.end.offset..class.span.end.offset, ")".to_owned()));
        }
    }

    fn class(&mut self, class: &ClassSet, fold: bool) {
        match class {
            ClassSet::Item(item) => self.item(item, fold),
            ClassSet::BinaryOp(operation) => {
                self.class(&operation.lhs, fold);
                self.class(&operation.rhs, fold);
            }
        }
    }

    fn item(&mut self, item: &ClassSetItem, fold: bool) {
        match item {
            ClassSetItem::Empty(_) | ClassSetItem::Unicode(_) => {}
            ClassSetItem::Literal(literal) => {
                if fold && literal.c.is_ascii_alphabetic() {
                    self.add(&literal.span, swapped(literal.c).to_string());
                }
            }
            ClassSetItem::Range(between) => {
                if fold {
                    let text = folded(between.start.c, between.end.c);
                    self.add(&between.span, text);
                }
            }
            ClassSetItem::Ascii(class) => {
                let one_case = matches!(class.kind, ClassAsciiKind::Lower | ClassAsciiKind::Upper);
                if fold && one_case {
                    let text = if class.negated { "[:^alpha:]" } else { "[:alpha:]" };
                    self.edits.push((range(&class.span), text.to_owned()));
                }
            }
            ClassSetItem::Perl(class) => self.edits.push((range(&class.span), perl(class).to_owned())),
            ClassSetItem::Bracketed(class) => self.class(&class.kind, fold),
            ClassSetItem::Union(union) => union.items.iter().for_each(|item| self.item(item, fold)),
        }
    }

    /// Adds characters to a class, after one of its items.
    fn add(&mut self, item: &Span, text: String) {
        if !text.is_empty() {
            self.edits.push((item.end.offset..item.end.offset, text));
        }
    }
}

fn apply(flags: &Flags, set: &mut Set) {
    let mut on = true;
    for item in &flags.items {
        match item.kind {
            FlagsItemKind::Negation => on = false,
            FlagsItemKind::Flag(Flag::CaseInsensitive) => set.fold = on,
            FlagsItemKind::Flag(Flag::Unicode) => set.unicode = on,
            FlagsItemKind::Flag(
                Flag::MultiLine
                | Flag::DotMatchesNewLine
                | Flag::SwapGreed
                | Flag::CRLF
                | Flag::IgnoreWhitespace,
            ) => {}
        }
    }
}

fn perl(class: &ClassPerl) -> &'static str {
    match (&class.kind, class.negated) {
        (ClassPerlKind::Digit, false) => "[0-9]",
        (ClassPerlKind::Digit, true) => "[^0-9]",
        (ClassPerlKind::Space, false) => r"[\t\n\x0B\x0C\r\x20]",
        (ClassPerlKind::Space, true) => r"[^\t\n\x0B\x0C\r\x20]",
        (ClassPerlKind::Word, false) => "[0-9A-Za-z_]",
        (ClassPerlKind::Word, true) => "[^0-9A-Za-z_]",
    }
}

fn swapped(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

/// The letters of a range, in the other case.
fn folded(lo: char, hi: char) -> String {
    let mut text = String::new();
    for (first, last) in [('a', 'z'), ('A', 'Z')] {
        let (from, to) = (lo.max(first), hi.min(last));
        if from <= to {
            text.push(swapped(from));
            text.push('-');
            text.push(swapped(to));
        }
    }
    text
}

#[cfg(test)]
mod tests;
