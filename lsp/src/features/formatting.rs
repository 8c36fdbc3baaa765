//! The one style: of a document, of a part of it, and while typing.

use gen_lsp_types::{
    DocumentFormattingParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, Range, TextEdit,
};
use policy_syntax::Span;

use crate::failure::Failure;
use crate::lines::Lines;
use crate::server::{Server, View};

/// A replacement of whole lines: which, and by what.
struct Hunk {
    lines: std::ops::Range<usize>,
    new: String,
}

pub(crate) fn full(
    server: &mut Server,
    params: DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    Ok(edits(server, &view, None))
}

pub(crate) fn range(
    server: &mut Server,
    params: DocumentRangeFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    Ok(edits(server, &view, Some(params.range)))
}

/// Puts the item that ends here into style, as after its closing brace.
pub(crate) fn on_type(
    server: &mut Server,
    params: DocumentOnTypeFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let Some(lines) = view.analysis.lines(view.file) else { return Ok(None) };
    let encoding = server.encoding();
    let offset = lines.offset(&view.text, params.position, encoding);
    if params.ch == "\n" {
        return Ok(indent(lines, &view.text, offset).map(|(span, new_text)| {
            vec![TextEdit { range: lines.range(&view.text, span, encoding), new_text }]
        }));
    }
    let ast = view.analysis.ast(view.file);
    let item =
        ast.and_then(|ast| ast.items.iter().find(|item| item.span.lo < offset && offset <= item.span.hi + 1));
    let Some(item) = item else { return Ok(None) };
    let range = lines.range(&view.text, item.span, encoding);
    Ok(edits(server, &view, Some(range)))
}

/// The indentation of a new line: that of the line before, one step further behind an open brace.
fn indent(lines: &Lines, text: &str, offset: u32) -> Option<(Span, String)> {
    let line = lines.line(offset);
    let before = lines.text(text, line.checked_sub(1)?);
    let own = lines.text(text, line);
    let blanks = own.len() - own.trim_start().len();
    let mut width = before.len() - before.trim_start().len();
    if before.trim_end().ends_with(['{', '(', '[']) {
        width += 2;
    }
    if own.trim_start().starts_with(['}', ')', ']']) {
        width = width.saturating_sub(2);
    }
    let start = lines.start(text, line);
    let span = Span::new(start, start + u32::try_from(blanks).ok()?);
    (width != blanks).then(|| (span, " ".repeat(width)))
}

/// The edits that put a document into style; of a part, those that touch it. None where there are syntax errors.
fn edits(server: &Server, view: &View, within: Option<Range>) -> Option<Vec<TextEdit>> {
    let formatted = policy_syntax::format(&view.text).ok()?;
    let lines = view.analysis.lines(view.file)?;
    let encoding = server.encoding();
    let old: Vec<&str> = view.text.split_inclusive('\n').collect();
    let new: Vec<&str> = formatted.split_inclusive('\n').collect();
    let mut out = Vec::new();
    for hunk in difference(&old, &new) {
        let line = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let touches = within.is_none_or(|range| {
            line(hunk.lines.start) <= range.end.line
                && range.start.line < line(hunk.lines.end).max(line(hunk.lines.start) + 1)
        });
        if touches {
            let lo = lines.start(&view.text, line(hunk.lines.start));
            let hi = lines.start(&view.text, line(hunk.lines.end));
            let range = lines.range(&view.text, Span::new(lo, hi), encoding);
            out.push(TextEdit { range, new_text: hunk.new });
        }
    }
    Some(out)
}

/// The most cells of the table that finds the longest common lines; beyond that everything between is replaced.
const MOST: usize = 4_000_000;

/// What to replace to come from the old lines to the new ones.
fn difference(old: &[&str], new: &[&str]) -> Vec<Hunk> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) = (old.get(start..old.len() - end), new.get(start..new.len() - end));
    let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
    if a.is_empty() && b.is_empty() {
        return Vec::new();
    }
    if a.len().saturating_mul(b.len()) > MOST {
        return vec![Hunk { lines: start..old.len() - end, new: b.concat() }];
    }
    // How many lines the ends from each pair of places on have in common.
    let width = b.len() + 1;
    let mut common = vec![0u32; (a.len() + 1) * width];
    let at = |common: &[u32], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let value = if a.get(i) == b.get(j) {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a.get(i) == b.get(j) {
            i += 1;
            j += 1;
            continue;
        }
        let (from, first) = (i, j);
        while (i < a.len() || j < b.len()) && !(i < a.len() && j < b.len() && a.get(i) == b.get(j)) {
            if j >= b.len() || (i < a.len() && at(&common, i + 1, j) >= at(&common, i, j + 1)) {
                i += 1;
            } else {
                j += 1;
            }
        }
        let new = b.get(first..j).unwrap_or_default().concat();
        hunks.push(Hunk { lines: start + from..start + i, new });
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_lead_from_the_old_lines_to_the_new_ones() {
        for (old, new) in [("abcdef", "abXdef"), ("", "ab"), ("ab", ""), ("abc", "cba"), ("aXbXc", "abc")] {
            let letters = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
            let (old, new) = (letters(old), letters(new));
            let (a, b): (Vec<&str>, Vec<&str>) =
                (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            let mut made = old.clone();
            for hunk in difference(&a, &b).into_iter().rev() {
                made.splice(hunk.lines, [hunk.new]);
            }
            assert_eq!(made.concat(), new.concat());
        }
    }
}
