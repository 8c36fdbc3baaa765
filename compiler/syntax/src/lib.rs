//! Lexer, grammar, syntax tree and formatter of the policy language.
//!
//! [`parse`] never fails: damaged parts become error nodes, and each has one diagnostic. [`format`] gives the one style, and
//! refuses text with syntax errors. [`diagnostic::Diagnostic`] is the diagnostic type of the whole project.
//!
//! ```
//! use policy_syntax::{FileId, parse};
//!
//! let parsed = parse(FileId(0), "policy p on x: Int {\n  default allow\n  deny big when x = 3\n}\n");
//! assert_eq!(parsed.ast.items.len(), 1);
//! assert_eq!(parsed.diagnostics.len(), 1);
//! assert_eq!(parsed.diagnostics[0].code.to_string(), "P0027");
//! ```

pub mod ast;
mod builder;
pub mod diagnostic;
mod dump;
mod format;
mod lexer;
mod parser;
mod problem;
pub mod span;
mod trivia;
pub mod visit;

#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    missing_docs,
    unreachable_pub,
    unused,
    reason = "generated from grammar.lalrpop"
)]
mod grammar {
    lalrpop_util::lalrpop_mod!(generated, "/grammar.rs");
    pub(crate) use generated::*;
}

pub use ast::Ast;
pub use diagnostic::{Applicability, Code, Diagnostic, Fix, Severity};
pub use dump::{ast_eq, dump, dump_expr};
pub use lexer::{Token, TokenClass, TokenKind};
pub use problem::CODES;
pub use span::{FileId, Location, Span};
pub use trivia::{Comment, CommentKind, Trivia};

/// What [`parse`] gives.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The tree; damaged parts are error nodes.
    pub ast: Ast,
    /// Comments and blank lines.
    pub trivia: Trivia,
    /// All tokens, in source order.
    pub tokens: Vec<Token>,
    /// What is wrong, in source order; all of them errors.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one file. Never fails and never panics, whatever the text.
#[must_use]
pub fn parse(file: FileId, source: &str) -> Parsed {
    parser::parse(file, source)
}

/// Cuts a source into tokens, without looking at how they stand together; whatever is wrong with them is left to [`parse`].
///
/// ```
/// assert_eq!(policy_syntax::lex("deny big when x > 3").len(), 6);
/// ```
#[must_use]
pub fn lex(source: &str) -> Vec<Token> {
    lexer::lex(source).tokens
}

/// The tokens of a source, its comments and its blank lines, without looking at how they stand together.
///
/// ```
/// let (tokens, trivia) = policy_syntax::scan("deny big // too big\n");
/// assert_eq!((tokens.len(), trivia.comments.len()), (2, 1));
/// ```
#[must_use]
pub fn scan(source: &str) -> (Vec<Token>, Trivia) {
    let lexed = lexer::lex(source);
    (lexed.tokens, lexed.trivia)
}

/// What [`parse_expression`] gives.
#[derive(Clone, Debug)]
pub struct ParsedExpression {
    /// Holds the expression's nodes, and no items.
    pub ast: Ast,
    /// The expression; an error node where it is damaged.
    pub expr: ast::ExprId,
    /// What is wrong, in source order; all of them errors.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one expression that stands alone, as in a debugger or on a command line. Never fails and never panics.
#[must_use]
pub fn parse_expression(file: FileId, source: &str) -> ParsedExpression {
    parser::parse_expression(file, source)
}

/// Writes `source` in the one style of the language.
///
/// # Errors
/// The diagnostics, where `source` has syntax errors; it is then left alone.
pub fn format(source: &str) -> Result<String, Vec<Diagnostic>> {
    format::format(source)
}

#[cfg(test)]
mod tests;
