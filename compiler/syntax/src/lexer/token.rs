//! The tokens: one table of kinds, with how each is written and what sort of thing it is.

use crate::span::Span;

/// What sort of thing a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenClass {
    /// A name: any word that has no meaning where it stands, and every backquoted one.
    Name,
    /// A word that is never a bare name.
    Reserved,
    /// A word with a meaning in some places, and a name in all others.
    Soft,
    /// A number, text or checked literal, or a part of one.
    Literal,
    /// Brackets, separators and operators made of signs.
    Sign,
    /// Never in a text: tells the parser what to read.
    Marker,
}

/// Declares the kinds of tokens.
macro_rules! tokens {
    ($($class:ident { $($variant:ident = $text:literal,)+ })+) => {
        /// The kind of a token.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TokenKind { $($(
            #[doc = concat!("`", $text, "`")]
            $variant,
        )+)+ }

        impl TokenKind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)+)+];

            /// The token as written; for names and literals a word that describes them.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $($(Self::$variant => $text,)+)+ }
            }

            /// What sort of thing it is.
            #[must_use]
            pub const fn class(self) -> TokenClass {
                match self { $($(Self::$variant => TokenClass::$class,)+)+ }
            }

            /// The reserved or soft word that is written `text`.
            #[must_use]
            pub fn word(text: &str) -> Option<Self> {
                let kind = match text { $($($text => Self::$variant,)+)+ _ => return None };
                matches!(kind.class(), TokenClass::Reserved | TokenClass::Soft).then_some(kind)
            }
        }
    };
}

tokens! {
    Name { Ident = "a name", }
    Literal {
        Int = "a whole number",
        Decimal = "a decimal number",
        Duration = "a duration",
        Timestamp = "a timestamp",
        Date = "a date",
        Time = "a time of day",
        Checked = "a checked literal",
        Str = "a text",
        StrHead = "a text with an expression inside",
        StrMid = "more text",
        StrTail = "the end of the text",
    }
    Reserved {
        And = "and", Or = "or", Not = "not", Implies = "implies", In = "in", Is = "is", Matches = "matches",
        Contains = "contains", IntDiv = "div", As = "as", With = "with", If = "if", Then = "then", Else = "else",
        Match = "match", Any = "any", All = "all", None = "none", Exactly = "exactly", For = "for", When = "when",
        That = "that", Let = "let", Return = "return", Because = "because", True = "true", False = "false",
        Absent = "absent", Present = "present", Empty = "empty",
        Policy = "policy", Entity = "entity", Enum = "enum", Fn = "fn", Module = "module", Use = "use", Pub = "pub",
        Exception = "exception", Obligation = "obligation", Property = "property",
        Require = "require", Warn = "warn", Oblige = "oblige", Transform = "transform", Applies = "applies",
        Include = "include", Expect = "expect", Assume = "assume", Given = "given",
        Fold = "fold", Score = "score",
    }
    Soft {
        One = "one", Without = "without",
        Allow = "allow", Deny = "deny", Escalate = "escalate", Default = "default", Mode = "mode", To = "to", Fix = "fix",
        Details = "details", Type = "type", Data = "data", Test = "test", At = "at", By = "by", On = "on", Open = "open",
        Closed = "closed", Union = "union", Secret = "secret", Max = "max", Age = "age", Ordered = "ordered", Read = "read",
        Resolve = "resolve", First = "first", Until = "until", Approved = "approved", Follow = "follow", Up = "up",
        Allows = "allows", Denies = "denies", Escalates = "escalates", Warns = "warns", Obliges = "obliges",
        Excepts = "excepts", Fails = "fails", Misfits = "misfits", Times = "times",
    }
    Sign {
        LParen = "(", RParen = ")", LBracket = "[", RBracket = "]", LBrace = "{", RBrace = "}",
        Comma = ",", Dot = ".", DotDot = "..", Colon = ":", ColonColon = "::", Question = "?", QuestionDot = "?.",
        QuestionBracket = "?[", QuestionColon = "?:", Coalesce = "??", Assign = "=", Eq = "==", Ne = "!=", Lt = "<", Le = "<=",
        Gt = ">", Ge = ">=", Plus = "+", Minus = "-", Star = "*", Slash = "/", Percent = "%", Arrow = "->", FatArrow = "=>",
        Pipe = "|", AtSign = "@",
    }
    Marker {
        StartFile = "<file>", StartItem = "<item>", StartStmt = "<statement>", StartTestStmt = "<test statement>",
        StartExpr = "<expression>",
    }
}

impl TokenKind {
    /// Whether a name may be written so where a name is expected.
    #[must_use]
    pub fn is_name(self) -> bool {
        matches!(self.class(), TokenClass::Name | TokenClass::Soft)
    }

    /// Whether it opens a bracket; an interpolation counts as one.
    #[must_use]
    pub fn opens(self) -> bool {
        self.closer().is_some()
    }

    /// What closes the bracket that it opens.
    #[must_use]
    pub fn closer(self) -> Option<Self> {
        if self == Self::LParen {
            Some(Self::RParen)
        } else if self == Self::LBrace {
            Some(Self::RBrace)
        } else if self == Self::StrHead {
            Some(Self::StrTail)
        } else if matches!(self, Self::LBracket | Self::QuestionBracket) {
            Some(Self::RBracket)
        } else {
            None
        }
    }

    /// Whether it closes a bracket.
    #[must_use]
    pub fn closes(self) -> bool {
        matches!(self, Self::RParen | Self::RBracket | Self::RBrace | Self::StrTail)
    }
}

/// A token and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where. Empty for what the lexer supplies itself (the end of an interpolated text that is never closed).
    pub span: Span,
    /// Whether nothing but blanks and comments stands before it on its line.
    pub first_on_line: bool,
}
