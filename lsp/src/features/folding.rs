//! What can be folded away: items, statements, braces, imports and comments.

use gen_lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};
use policy_syntax::ast::ItemKind;
use policy_syntax::{Span, TokenKind};

use crate::failure::Failure;
use crate::lines::Lines;
use crate::server::Server;

pub(crate) fn ranges(
    server: &mut Server,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let Some(lines) = view.analysis.lines(view.file) else { return Ok(None) };
    let Some(ast) = view.analysis.ast(view.file) else { return Ok(None) };
    let (tokens, trivia) = policy_syntax::scan(&view.text);
    let mut spans: Vec<(Span, Option<FoldingRangeKind>)> = Vec::new();
    let mut open = Vec::new();
    for token in &tokens {
        if token.kind.opens() && token.kind != TokenKind::StrHead {
            open.push(token.span.lo);
        } else if token.kind.closes()
            && token.kind != TokenKind::StrTail
            && let Some(lo) = open.pop()
        {
            // The line of the closing brace stays.
            let line = lines.line(token.span.lo);
            let before = lines.start(&view.text, line).saturating_sub(1);
            spans.push((Span::new(lo, before.max(lo)), None));
        } else if matches!(token.kind, TokenKind::Str) {
            spans.push((token.span, None));
        }
    }
    for item in &ast.items {
        if let ItemKind::Policy(policy) = &item.kind {
            spans.extend(policy.body.iter().map(|stmt| (stmt.span, None)));
        }
    }
    let imports = ast.items.iter().filter(|item| matches!(item.kind, ItemKind::Use(_)));
    let imports: Vec<Span> = imports.map(|item| item.span).collect();
    spans.extend(runs(lines, &imports, 2).map(|span| (span, Some(FoldingRangeKind::Imports))));
    let comments: Vec<Span> = trivia.comments.iter().filter(|c| c.own_line).map(|c| c.span).collect();
    spans.extend(runs(lines, &comments, 2).map(|span| (span, Some(FoldingRangeKind::Comment))));
    let mut out: Vec<FoldingRange> = Vec::new();
    spans.sort_by_key(|(span, _)| (span.lo, std::cmp::Reverse(span.hi)));
    for (span, kind) in spans {
        let (start_line, end_line) = (lines.line(span.lo), lines.line(span.hi));
        if start_line < end_line && out.last().is_none_or(|last| last.start_line != start_line) {
            out.push(FoldingRange {
                start_line,
                end_line,
                start_character: None,
                end_character: None,
                kind,
                collapsed_text: None,
            });
        }
    }
    Ok(Some(out))
}

/// Spans on neighbouring lines, taken together.
fn runs<'a>(lines: &'a Lines, spans: &'a [Span], least: usize) -> impl Iterator<Item = Span> + 'a {
    let near = |a: &Span, b: &Span| lines.line(b.lo).saturating_sub(lines.line(a.hi.saturating_sub(1))) <= 1;
    spans
        .chunk_by(near)
        .filter(move |run| run.len() >= least)
        .filter_map(|run| Some(run.first()?.to(*run.last()?)))
}
