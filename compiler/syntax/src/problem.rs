//! What can be wrong with a text: kinds with their data, each rendered to a diagnostic in one place.

mod expressions;
mod lexical;
mod parsing;
mod rules;

use crate::ast::{CompareOp, Effect};
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::lexer::{LexError, TokenKind};
use crate::span::{FileId, Location, Span};

/// What the parser met where it wanted something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A token.
    Token(TokenKind),
    /// The end of the item or statement.
    End,
}

/// Where a statement or item stands that belongs elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Top,
    Policy,
    Test,
}

/// What an author meant who wrote what the grammar does not have: where it stands, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// A length of time in words.
    Length(Span, String),
    /// A question for what is not there, as other languages put it.
    Absence(Span, &'static str),
}

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Lex(LexError),
    /// `foo"…"`
    UnknownPrefix {
        prefix: Span,
    },
    /// `{}` in a text.
    EmptyInterpolation(Span),

    Unexpected {
        at: Span,
        found: Found,
        expected: Vec<String>,
        /// What was meant, where that can be told.
        meant: Option<Meant>,
    },
    /// A bracket that is never closed, and where it had to be.
    Unclosed {
        open: Span,
        kind: TokenKind,
        before: Span,
    },
    /// A closing bracket without an opening one; `instead` is what the innermost open bracket wants.
    StrayCloser {
        at: Span,
        kind: TokenKind,
    },
    Misspelt {
        at: Span,
        meant: &'static str,
    },
    /// A reserved word where a name must stand.
    ReservedName {
        at: Span,
    },
    TooDeep(Span),
    TooLarge(Span),
    WrongPlace {
        at: Span,
        place: Place,
    },
    /// `=` where `==` or `:` is meant.
    AssignFor {
        at: Span,
        meant: TokenKind,
    },
    MissingComma {
        after: Span,
    },
    /// `deny when …`
    RuleWithoutName {
        word: Span,
        before: Span,
    },

    ChainedComparison {
        first: Span,
        second: Span,
        middle: Span,
        both_order: bool,
    },
    AndBesideOr {
        and_part: Span,
    },
    /// `not a == b`: the word `not`, the operator, and where the operand begins.
    NotEquals {
        not: Span,
        op_span: Span,
        op: CompareOp,
        operand: u32,
    },
    NeedsParens {
        at: Span,
    },
    /// `present`, `absent`, `empty` without `is`; `comparison` is the `==` or `!=` beside it.
    StrayTest {
        word: &'static str,
        at: Span,
        comparison: Option<(CompareOp, Span)>,
    },
    BadParam(Span),
    MixedBraces {
        at: Span,
    },
    BadKey(Span),
    PositionalAfterNamed {
        at: Span,
        named: Span,
    },
    StrayWithout(Span),
    /// `x as List<T>`: the type.
    CastArguments(Span),
    /// `S[]` or `List[S]`: the name before the brackets, and these.
    BracketType {
        name: Span,
        at: Span,
    },
    /// A `:` or `=` behind a word that takes none.
    NotBehind {
        at: Span,
        word: &'static str,
    },
    TupleOfOne(Span),
    EmptyTupleType(Span),
    BadEntityType(Span),
    IfWithoutElse {
        word: Span,
        at: Span,
    },

    MissingWhen {
        head: Span,
        effect: Effect,
        that: Option<Span>,
    },
    MissingThat {
        head: Span,
        when: Option<Span>,
    },
    MissingTo {
        head: Span,
    },
    WrongClause {
        at: Span,
        effect: Effect,
        belongs: Effect,
    },
    Repeated {
        what: String,
        first: Span,
        again: Span,
    },
    OnlyRequire {
        at: Span,
        effect: Effect,
    },
    IncludeWithoutName {
        at: Span,
        suggestion: String,
    },
    BadGiven {
        at: Span,
        name: String,
    },
    MisplacedModule {
        at: Span,
        first: Option<Span>,
    },
    ModuleDecorated(Span),
}

/// The codes of this crate, in order. Each has a page `docs/diagnostics/CODE.md`.
pub const CODES: &[Code] = &{
    let numbers = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
        34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 50, 51, 52, 53, 54, 55, 56, 57, 58,
    ];
    let mut codes = [Code(0); 48];
    let mut i = 0;
    while i < codes.len() {
        codes[i] = Code(numbers[i]);
        i += 1;
    }
    codes
};

impl Problem {
    /// The stable code.
    pub(crate) fn code(&self) -> Code {
        Code(match self {
            Self::Lex(error) => match error {
                LexError::Unexpected(_) => 1,
                LexError::UnclosedText { .. } => 2,
                LexError::UnclosedInterpolation { .. } => 3,
                LexError::BadEscape(_) => 4,
                LexError::LoneBrace(_) => 5,
                LexError::BadNumber(_) => 6,
                LexError::BadTime(_) => 7,
                LexError::Foreign { .. } | LexError::Semicolon(_) => 8,
                LexError::SingleQuoted(_) => 9,
                LexError::ForeignComment(_) => 10,
                LexError::BadBackquotes(_) => 11,
            },
            Self::UnknownPrefix { .. } => 12,
            Self::EmptyInterpolation(_) => 13,
            Self::Unexpected { .. } => 20,
            Self::Unclosed { .. } => 21,
            Self::StrayCloser { .. } => 22,
            Self::Misspelt { .. } => 23,
            Self::ReservedName { .. } => 24,
            Self::TooDeep(_) | Self::TooLarge(_) => 25,
            Self::WrongPlace { .. } => 26,
            Self::AssignFor { .. } => 27,
            Self::MissingComma { .. } => 28,
            Self::RuleWithoutName { .. } => 29,
            Self::ChainedComparison { .. } => 30,
            Self::AndBesideOr { .. } => 31,
            Self::NotEquals { .. } => 32,
            Self::NeedsParens { .. } => 33,
            Self::StrayTest { .. } => 34,
            Self::BadParam(_) => 35,
            Self::MixedBraces { .. } => 36,
            Self::BadKey(_) => 37,
            Self::PositionalAfterNamed { .. } => 38,
            Self::StrayWithout(_) => 39,
            Self::TupleOfOne(_) | Self::EmptyTupleType(_) => 40,
            Self::BadEntityType(_) => 41,
            Self::IfWithoutElse { .. } => 42,
            Self::CastArguments(_) => 43,
            Self::BracketType { .. } => 44,
            Self::NotBehind { .. } => 45,
            Self::MissingWhen { .. } => 50,
            Self::MissingThat { .. } => 51,
            Self::MissingTo { .. } => 52,
            Self::WrongClause { .. } => 53,
            Self::Repeated { .. } => 54,
            Self::OnlyRequire { .. } => 55,
            Self::IncludeWithoutName { .. } => 56,
            Self::BadGiven { .. } => 57,
            Self::MisplacedModule { .. } | Self::ModuleDecorated(_) => 58,
        })
    }

    /// The diagnostic that tells of it.
    pub(crate) fn render(&self, file: FileId, source: &str) -> Diagnostic {
        let d = Draft { code: self.code(), file, source };
        match self {
            Self::Lex(error) => lexical::render(&d, error),
            Self::UnknownPrefix { prefix } => lexical::unknown_prefix(&d, *prefix),
            Self::EmptyInterpolation(at) => lexical::empty_interpolation(&d, *at),
            Self::Unexpected { at, found, expected, meant } => {
                let diagnostic = parsing::unexpected(&d, *at, found, expected);
                match meant {
                    Some(meant) => parsing::meant(&d, diagnostic, meant),
                    None => diagnostic,
                }
            }
            Self::Unclosed { open, kind, before } => parsing::unclosed(&d, *open, *kind, *before),
            Self::StrayCloser { at, kind } => parsing::stray_closer(&d, *at, *kind),
            Self::Misspelt { at, meant } => parsing::misspelt(&d, *at, meant),
            Self::ReservedName { at } => parsing::reserved_name(&d, *at),
            Self::TooDeep(at) => parsing::too_deep(&d, *at),
            Self::TooLarge(at) => parsing::too_large(&d, *at),
            Self::WrongPlace { at, place } => parsing::wrong_place(&d, *at, *place),
            Self::AssignFor { at, meant } => parsing::assign_for(&d, *at, *meant),
            Self::MissingComma { after } => parsing::missing_comma(&d, *after),
            Self::RuleWithoutName { word, before } => parsing::rule_without_name(&d, *word, *before),
            Self::IfWithoutElse { word, at } => parsing::if_without_else(&d, *word, *at),
            Self::ChainedComparison { first, second, middle, both_order } => {
                expressions::chained(&d, *first, *second, *middle, *both_order)
            }
            Self::AndBesideOr { and_part } => expressions::and_beside_or(&d, *and_part),
            Self::NotEquals { not, op_span, op, operand } => {
                expressions::not_equals(&d, *not, *op_span, *op, *operand)
            }
            Self::NeedsParens { at } => expressions::needs_parens(&d, *at),
            Self::StrayTest { word, at, comparison } => expressions::stray_test(&d, word, *at, *comparison),
            Self::BadParam(at) => expressions::bad_param(&d, *at),
            Self::MixedBraces { at } => expressions::mixed_braces(&d, *at),
            Self::BadKey(at) => expressions::bad_key(&d, *at),
            Self::PositionalAfterNamed { at, named } => expressions::positional_after_named(&d, *at, *named),
            Self::StrayWithout(at) => expressions::stray_without(&d, *at),
            Self::CastArguments(at) => expressions::cast_arguments(&d, *at),
            Self::BracketType { name, at } => parsing::bracket_type(&d, *name, *at),
            Self::NotBehind { at, word } => parsing::not_behind(&d, *at, word),
            Self::TupleOfOne(at) => expressions::tuple_of_one(&d, *at),
            Self::EmptyTupleType(at) => expressions::empty_tuple_type(&d, *at),
            Self::BadEntityType(at) => expressions::bad_entity_type(&d, *at),
            Self::MissingWhen { head, effect, that } => rules::missing_when(&d, *head, *effect, *that),
            Self::MissingThat { head, when } => rules::missing_that(&d, *head, *when),
            Self::MissingTo { head } => rules::missing_to(&d, *head),
            Self::WrongClause { at, effect, belongs } => rules::wrong_clause(&d, *at, *effect, *belongs),
            Self::Repeated { what, first, again } => rules::repeated(&d, what, *first, *again),
            Self::OnlyRequire { at, effect } => rules::only_require(&d, *at, *effect),
            Self::IncludeWithoutName { at, suggestion } => rules::include_without_name(&d, *at, suggestion),
            Self::BadGiven { at, name } => rules::bad_given(&d, *at, name),
            Self::MisplacedModule { at, first } => rules::misplaced_module(&d, *at, *first),
            Self::ModuleDecorated(at) => rules::module_decorated(&d, *at),
        }
    }
}

/// What every rendering needs.
struct Draft<'s> {
    code: Code,
    file: FileId,
    source: &'s str,
}

impl Draft<'_> {
    fn at(&self, span: Span) -> Location {
        Location::new(self.file, span)
    }

    fn error(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.code, self.at(span), message)
    }

    /// The text below `span`, cut where it is long, on one line.
    fn quote(&self, span: Span) -> String {
        let text = span.text(self.source);
        let line = text.lines().next().unwrap_or("");
        let short: String = line.chars().take(40).collect();
        if short.len() < text.len() { format!("{short}…") } else { short }
    }
}

/// A fix that certainly gives what was meant.
const SAFE: Applicability = Applicability::Safe;
/// A fix that gives valid text, perhaps not what was meant.
const MAYBE: Applicability = Applicability::MaybeWrong;
