//! What is not written: the types of variables, and the parameters that arguments are for.

use gen_lsp_types::{InlayHint, InlayHintKind, InlayHintParams, Label};
use policy_syntax::ast::{Arg, Ast, ExprKind, StepKind};
use policy_syntax::visit::{Child, walk_file};
use policy_syntax::{Location, Span};

use super::hover::show;
use super::signature;
use crate::failure::Failure;
use crate::index::Kind;
use crate::server::{Server, View};

pub(crate) fn hints(server: &mut Server, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let encoding = server.encoding();
    let Some(lines) = view.analysis.lines(view.file) else { return Ok(None) };
    let within = lines.span(&view.text, params.range, encoding);
    let mut found: Vec<(u32, String, InlayHintKind)> = Vec::new();
    types(&view, within, &mut found);
    if let Some(ast) = view.analysis.ast(view.file) {
        parameters(&view, ast, within, &mut found);
    }
    found.sort_by_key(|(at, _, _)| *at);
    let made = found.into_iter().map(|(at, label, kind)| InlayHint {
        position: lines.position(&view.text, at, encoding),
        label: Label::String(label),
        padding_left: Some(false),
        padding_right: Some(kind == InlayHintKind::Parameter),
        kind: Some(kind),
        text_edits: None,
        tooltip: None,
        data: None,
    });
    Ok(Some(made.collect()))
}

/// The types of variables whose declarations do not say them.
fn types(view: &View, within: Span, out: &mut Vec<(u32, String, InlayHintKind)>) {
    let index = view.analysis.index();
    for symbol in index.in_file(view.file) {
        let unsaid = matches!(symbol.kind, Kind::Let | Kind::Local) && !symbol.head.contains(':');
        if !unsaid || !within.encloses(symbol.at.span) {
            continue;
        }
        if let Some(ty) = index.local_type(symbol.at) {
            let shown = show(&view.analysis, ty);
            let told = !shown.is_empty() && shown.chars().count() <= 60 && !shown.contains("‹");
            if told {
                out.push((symbol.at.span.hi, format!(": {shown}"), InlayHintKind::Type));
            }
        }
    }
}

/// The names of parameters before arguments that are no names themselves.
fn parameters(view: &View, ast: &Ast, within: Span, out: &mut Vec<(u32, String, InlayHintKind)>) {
    walk_file(ast, &mut |child| {
        let Child::Expr(id) = child else { return true };
        let ExprKind::Postfix { base, steps } = &ast.exprs[id].kind else { return true };
        for step in steps {
            let (name, args, skip): (Span, &[Arg], usize) = match &step.kind {
                StepKind::Call { args } => (ast.exprs[*base].span, args, 0),
                StepKind::Method { name, args, .. } => (name.span, args, 1),
                StepKind::Field { .. } | StepKind::Index { .. } | StepKind::With(_) => continue,
            };
            if within.encloses(step.span) {
                arguments(view, ast, name, args, skip, out);
            }
        }
        true
    });
}

fn arguments(
    view: &View,
    ast: &Ast,
    name: Span,
    args: &[Arg],
    skip: usize,
    out: &mut Vec<(u32, String, InlayHintKind)>,
) {
    let index = view.analysis.index();
    let Some((_, to)) = index.name_at(view.file, name.lo) else { return };
    let Some(symbol) = index.declared(to).filter(|s| s.kind == Kind::Fn || s.kind == Kind::Policy) else {
        return;
    };
    let mut params = signature::parameters(&view.analysis, symbol);
    // Of a member of a module nothing stands before the dot.
    let method = skip == 1 && params.len() > args.len();
    if method {
        params.remove(0);
    }
    // One argument says what it is for by the function's name.
    if params.len() < 2 {
        return;
    }
    for (arg, param) in args.iter().zip(&params) {
        let expr = &ast.exprs[arg.value];
        let plain = matches!(
            expr.kind,
            ExprKind::Bool(_)
                | ExprKind::Int(_)
                | ExprKind::Decimal(_)
                | ExprKind::String(_)
                | ExprKind::Checked(_)
        );
        if arg.name.is_none() && plain {
            let at = Location::new(view.file, expr.span);
            out.push((at.span.lo, format!("{}:", param.name), InlayHintKind::Parameter));
        }
    }
}
