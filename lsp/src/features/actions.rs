//! What can be done to a piece of text: mends of what is wrong, and other ways to write it.

mod arms;
mod condition;
mod extract;
mod fixes;
mod generate;
mod import;
mod inline;

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse};
use policy_syntax::ast::{Ast, Expr, ExprId};
use policy_syntax::visit::{Child, walk_file};
use policy_syntax::{Location, Span};

use crate::convert;
use crate::failure::Failure;
use crate::server::{Server, View};

/// What an action sees.
struct Asked<'a> {
    view: &'a View,
    ast: &'a Ast,
    span: Span,
    server: &'a Server,
}

/// The actions, one file each.
const ALL: [fn(&Asked<'_>) -> Vec<CodeAction>; 7] = [
    fixes::actions,
    import::actions,
    arms::actions,
    condition::actions,
    extract::actions,
    inline::actions,
    generate::actions,
];

/// The diagnostics that an editor sends along are not looked at, so that they need not be whole: what is wrong is
/// known better here.
pub(crate) fn actions(
    server: &mut Server,
    mut params: serde_json::Value,
) -> Result<Option<Vec<CodeActionResponse>>, Failure> {
    if let Some(sent) = params.pointer_mut("/context/diagnostics") {
        *sent = serde_json::Value::Array(Vec::new());
    }
    let params: CodeActionParams =
        serde_json::from_value(params).map_err(|error| Failure::params(error.to_string()))?;
    let view = server.view(&params.text_document.uri)?;
    let encoding = server.encoding();
    let Some(lines) = view.analysis.lines(view.file) else { return Ok(None) };
    let Some(ast) = view.analysis.ast(view.file) else { return Ok(None) };
    let span = lines.span(&view.text, params.range, encoding);
    let asked = Asked { view: &view, ast, span, server };
    let mut found: Vec<CodeAction> = ALL.iter().flat_map(|actions| actions(&asked)).collect();
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

impl Asked<'_> {
    fn at(&self, span: Span) -> Location {
        Location::new(self.view.file, span)
    }

    fn text(&self, span: Span) -> &str {
        span.text(&self.view.text)
    }

    /// An action that edits this document.
    fn edit(
        &self,
        title: impl Into<String>,
        kind: CodeActionKind,
        edits: Vec<(Span, String)>,
    ) -> Vec<CodeAction> {
        let edits: Vec<(Location, String)> =
            edits.into_iter().map(|(span, text)| (self.at(span), text)).collect();
        let Some(edit) = convert::edits(&edits, &self.view.analysis, self.server) else { return Vec::new() };
        vec![CodeAction { title: title.into(), kind: Some(kind), edit: Some(edit), ..CodeAction::default() }]
    }

    /// The smallest expression that is one, around the place that is asked about.
    fn expression(&self, is: &dyn Fn(&Expr) -> bool) -> Option<(ExprId, &Expr)> {
        let mut best: Option<(ExprId, &Expr)> = None;
        walk_file(self.ast, &mut |child| {
            if let Child::Expr(id) = child {
                let expr = &self.ast.exprs[id];
                let around = expr.span.encloses(self.span) && is(expr);
                if around && best.is_none_or(|(_, b)| expr.span.len() <= b.span.len()) {
                    best = Some((id, expr));
                }
            }
            true
        });
        best
    }

    /// The column at which the line of an offset begins to say something.
    fn indentation(&self, offset: u32) -> String {
        let before = self.view.text.get(..offset as usize).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = self.view.text.get(start..).unwrap_or("");
        line.chars().take_while(|c| *c == ' ').collect()
    }
}
