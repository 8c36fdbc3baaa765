//! What can be done to a piece of text: mends of what is wrong, and other ways to write it.

mod fixes;

use gen_lsp_types::{CodeActionKind, CodeActionParams, CodeActionResponse};
use policy_syntax::Span;

use crate::failure::Failure;
use crate::server::{Server, View};

/// What an action sees.
struct Asked<'a> {
    view: &'a View,
    span: Span,
    server: &'a Server,
}

pub(crate) fn actions(
    server: &mut Server,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionResponse>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let encoding = server.encoding();
    let Some(lines) = view.analysis.lines(view.file) else { return Ok(None) };
    let span = lines.span(&view.text, params.range, encoding);
    let asked = Asked { view: &view, span, server };
    let mut found = fixes::actions(&asked);
    if let Some(only) = &params.context.only {
        found.retain(|action| only.iter().any(|kind| within(action.kind.as_ref(), kind)));
    }
    Ok(Some(found.into_iter().map(CodeActionResponse::CodeAction).collect()))
}

/// Whether an action is of a kind, or of one below it.
fn within(kind: Option<&CodeActionKind>, wanted: &CodeActionKind) -> bool {
    let name =
        |kind: &CodeActionKind| serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned));
    let (Some(kind), Some(wanted)) = (kind.and_then(name), name(wanted)) else { return false };
    kind == wanted || wanted.is_empty() || kind.starts_with(&format!("{wanted}."))
}
