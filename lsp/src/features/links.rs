//! What leads somewhere: imports to modules, fixtures to files, links to pages.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of many kinds of tokens and of syntax")]

use gen_lsp_types::{DocumentLink, DocumentLinkParams, Uri};
use policy_syntax::ast::{Ast, ExprKind, ItemKind};
use policy_syntax::visit::{Child, walk_file};
use policy_syntax::{Location, Span};

use crate::failure::Failure;
use crate::server::{Server, View};
use crate::uri;

/// Calls whose first argument is a path.
const READERS: [&str; 3] = ["fixture", "fixtures", "rows"];

pub(crate) fn links(
    server: &mut Server,
    params: DocumentLinkParams,
) -> Result<Option<Vec<DocumentLink>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let (encoding, tooltips) = (server.encoding(), server.client.tooltips);
    let Some(ast) = view.analysis.ast(view.file).cloned() else { return Ok(None) };
    let mut found: Vec<(Span, Uri, String)> = Vec::new();
    modules(&view, &ast, &mut found);
    texts(&view, &ast, &mut found);
    found.sort_by_key(|(span, _, _)| *span);
    let made = found.into_iter().map(|(span, target, tooltip)| DocumentLink {
        range: view.analysis.range(Location::new(view.file, span), encoding),
        target: Some(target),
        tooltip: tooltips.then_some(tooltip),
        data: None,
    });
    Ok(Some(made.collect()))
}

fn modules(view: &View, ast: &Ast, out: &mut Vec<(Span, Uri, String)>) {
    let index = view.analysis.index();
    for item in &ast.items {
        let ItemKind::Use(decl) = &item.kind else { continue };
        let name = decl.path.to_string();
        let whole = index.module(&name).map(|file| (file, name.clone()));
        let module = whole.or_else(|| {
            let (parent, _) = name.rsplit_once('.')?;
            index.module(parent).map(|file| (file, parent.to_owned()))
        });
        if let Some((file, name)) = module
            && let Some(uri) = view.analysis.uri(file)
        {
            out.push((decl.path.span, uri, format!("module {name}")));
        }
    }
}

fn texts(view: &View, ast: &Ast, out: &mut Vec<(Span, Uri, String)>) {
    let folder =
        view.analysis.path(view.file).and_then(|path| path.parent().map(std::path::Path::to_path_buf));
    let plain = |id| match &ast.exprs[id].kind {
        ExprKind::String(text) => text.plain().map(str::to_owned),
        _ => None,
    };
    for item in &ast.items {
        let statements = match &item.kind {
            ItemKind::Policy(policy) => policy.body.iter().flat_map(|stmt| &stmt.annotations).collect(),
            _ => Vec::new(),
        };
        for annotation in item.annotations.iter().chain(statements).filter(|a| *a.name.text == *"link") {
            for arg in annotation.args.iter().flatten() {
                if let Some(target) = plain(arg.value).filter(|text| text.starts_with("http")) {
                    out.push((ast.exprs[arg.value].span, Uri(target.clone()), target));
                }
            }
        }
    }
    walk_file(ast, &mut |child| {
        if let Child::Expr(id) = child
            && let ExprKind::Postfix { base, steps } = &ast.exprs[id].kind
            && let ExprKind::Name(name) = &ast.exprs[*base].kind
            && READERS.contains(&&*name.text)
            && let Some(policy_syntax::ast::StepKind::Call { args }) = steps.first().map(|s| &s.kind)
            && let Some(first) = args.first()
            && let Some(path) = plain(first.value)
            && let Some(folder) = &folder
        {
            let target = uri::real_path(&folder.join(&path));
            if target.exists() {
                out.push((ast.exprs[first.value].span, uri::of(&target), path));
            }
        }
        true
    });
}
