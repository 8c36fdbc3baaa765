//! The formatter: one style, no options.
//!
//! The tree says where lines may end and what is indented; what is written are the source's own tokens, taken one after the other,
//! so nothing can be lost. Comments travel with the tokens: one behind a token stays behind it, one on a line of its own stands
//! before what follows. At the end the result is parsed again: if its tree differs, the text is left as it was.
//!
//! Lines are at most 100 columns wide where that is possible, blank lines between statements are kept (one at most), and what
//! the author has spread over lines right after its opening bracket (or, in a rule, before its first clause) stays spread.

mod exprs;
mod items;
mod layout;
mod lists;
mod patterns;
mod printer;
mod statements;
mod types;

use crate::dump::ast_eq;
use crate::{Diagnostic, FileId, Parsed, parse};
use printer::Printer;

/// The widest line that the formatter writes if it has a choice, in characters.
pub(crate) const WIDTH: usize = 100;

pub(crate) fn format(source: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(FileId(0), source);
    if !parsed.diagnostics.is_empty() {
        return Err(parsed.diagnostics);
    }
    Ok(checked(source, &parsed).unwrap_or_else(|| source.to_owned()))
}

/// The formatted text, if it means the same and holds the same comments.
pub(crate) fn checked(source: &str, parsed: &Parsed) -> Option<String> {
    let out = Printer::new(source, parsed).file()?;
    let again = parse(FileId(0), &out);
    let comments = |source: &str, parsed: &Parsed| -> Vec<String> {
        parsed.trivia.comments.iter().map(|c| c.span.text(source).to_owned()).collect()
    };
    let same = again.diagnostics.is_empty()
        && ast_eq(&parsed.ast, &again.ast)
        && comments(source, parsed) == comments(&out, &again);
    same.then_some(out)
}
