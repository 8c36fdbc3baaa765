//! What logos recognises. Words, literals and the inside of texts get their meaning in the modules beside this one.

use logos::Logos;

/// A piece of source text.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n]+")]
pub(super) enum Raw {
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
    Word,
    #[regex(r"`[^`\n]*`")]
    Backquoted,
    #[regex(r"`[^`\n]*", priority = 1, allow_greedy = true)]
    BackquotedOpen,
    #[regex(r"[0-9][0-9_]*")]
    Int,
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9_]*")]
    Decimal,
    /// A number that runs into letters: a duration, or a mistake.
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[A-Za-z][A-Za-z0-9_]*")]
    Suffixed,
    #[regex(r"@[0-9]+-[0-9]+-[0-9]+[Tt][0-9:]+(\.[0-9]+)?([Zz]|[+-][0-9:]+)?")]
    Timestamp,
    #[regex(r"@[0-9]+-[0-9]+-[0-9]+")]
    Date,
    #[regex(r"@[0-9]+:[0-9]+(:[0-9]+(\.[0-9]+)?)?")]
    Time,
    /// `@` and a digit, but none of the three.
    #[regex(r"@[0-9][0-9A-Za-z_:\-]*", priority = 1)]
    BadTime,
    #[regex(r#"r"[^"\n]*""#)]
    Verbatim,
    #[regex(r#"(re|glob|wild|cidr|ip|semver|range)"[^"\n]*""#)]
    Checked,
    #[regex(r#"(r|re|glob|wild|cidr|ip|semver|range)"[^"\n]*"#, priority = 1, allow_greedy = true)]
    PrefixedOpen,
    #[token("\"")]
    Quote,
    #[token("\"\"\"")]
    TripleQuote,
    #[regex(r"'[^'\n]*'")]
    SingleQuoted,

    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBracket,
    #[token("]")]
    RBracket,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    #[token(",")]
    Comma,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token(":")]
    Colon,
    #[token("::")]
    ColonColon,
    #[token("?")]
    Question,
    #[token("?.")]
    QuestionDot,
    #[token("?[")]
    QuestionBracket,
    #[token("?:")]
    QuestionColon,
    #[token("??")]
    Coalesce,
    #[token("=")]
    Assign,
    #[token("==")]
    Eq,
    #[token("!=")]
    Ne,
    #[token("<")]
    Lt,
    #[token("<=")]
    Le,
    #[token(">")]
    Gt,
    #[token(">=")]
    Ge,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("->")]
    Arrow,
    #[token("=>")]
    FatArrow,
    #[token("|")]
    Pipe,
    #[token("@")]
    AtSign,

    // What other languages write: reported, and then read as what was meant.
    #[token("&&")]
    #[token("&")]
    ForeignAnd,
    #[token("||")]
    ForeignOr,
    #[token("!")]
    ForeignNot,
    #[token("===")]
    ForeignEq,
    #[token("!==")]
    #[token("<>")]
    ForeignNe,
    #[token("=~")]
    ForeignMatches,
    #[token(":=")]
    ForeignAssign,
    #[token(";")]
    Semicolon,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    HashComment,
    #[token("/*")]
    BlockComment,
}
