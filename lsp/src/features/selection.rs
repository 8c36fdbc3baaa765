//! Growing a selection: from a name to its expression, statement, item and file.

use gen_lsp_types::{SelectionRange, SelectionRangeParams};
use policy_syntax::ast::{Ast, ExprKind, ItemKind};
use policy_syntax::visit::{Child, item_roots, stmt_roots, test_stmt_roots, walk};
use policy_syntax::{Span, Token};

use crate::failure::Failure;
use crate::server::Server;

pub(crate) fn ranges(
    server: &mut Server,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let encoding = server.encoding();
    let Some(lines) = view.analysis.lines(view.file) else { return Ok(None) };
    let Some(ast) = view.analysis.ast(view.file) else { return Ok(None) };
    let tokens = policy_syntax::lex(&view.text);
    let mut out = Vec::new();
    for position in &params.positions {
        let offset = lines.offset(&view.text, *position, encoding);
        let spans = around(ast, &tokens, &view.text, offset);
        let mut made: Option<SelectionRange> = None;
        for span in spans {
            let range = lines.range(&view.text, span, encoding);
            made = Some(SelectionRange { range, parent: made.map(Box::new) });
        }
        let here = gen_lsp_types::Range { start: *position, end: *position };
        out.push(made.unwrap_or(SelectionRange { range: here, parent: None }));
    }
    Ok(Some(out))
}

/// The spans around an offset, from the file inwards.
fn around(ast: &Ast, tokens: &[Token], text: &str, offset: u32) -> Vec<Span> {
    let mut spans = vec![Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX))];
    let mut add = |span: Span| {
        if span.lo <= offset && offset <= span.hi {
            spans.push(span);
        }
    };
    for token in tokens {
        add(token.span);
    }
    for item in &ast.items {
        if !(item.span.lo <= offset && offset <= item.span.hi) {
            continue;
        }
        add(item.span);
        match &item.kind {
            ItemKind::Policy(policy) => {
                add(policy.body_span);
                for stmt in &policy.body {
                    add(stmt.span);
                    stmt_roots(stmt, &mut |root| below(ast, root, &mut add));
                }
            }
            ItemKind::Test(test) => {
                add(test.body_span);
                for stmt in &test.body {
                    add(stmt.span);
                    test_stmt_roots(stmt, &mut |root| below(ast, root, &mut add));
                }
            }
            ItemKind::Error(_)
            | ItemKind::Use(_)
            | ItemKind::Type(_)
            | ItemKind::Enum(_)
            | ItemKind::Entity(_)
            | ItemKind::Let(_)
            | ItemKind::Data(_)
            | ItemKind::Fn(_)
            | ItemKind::Exception(_)
            | ItemKind::Obligation(_)
            | ItemKind::Property(_) => {}
        }
        item_roots(item, &mut |root| below(ast, root, &mut add));
    }
    spans.sort_by_key(|span| (std::cmp::Reverse(span.len()), span.lo));
    spans.dedup();
    // Each holds the next.
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        if nested.last().is_none_or(|last| last.encloses(span)) {
            nested.push(span);
        }
    }
    nested
}

fn below(ast: &Ast, root: Child, add: &mut dyn FnMut(Span)) {
    walk(ast, root, &mut |child| {
        let span = match child {
            Child::Expr(id) => {
                let expr = &ast.exprs[id];
                if let ExprKind::Postfix { base, steps } = &expr.kind {
                    let start = ast.exprs[*base].span;
                    steps.iter().for_each(|step| add(start.to(step.span)));
                }
                expr.span
            }
            Child::Type(id) => ast.types[id].span,
            Child::Pattern(id) => ast.patterns[id].span,
        };
        add(span);
        true
    });
}
