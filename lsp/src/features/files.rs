//! Files that come, go and change their names.

use gen_lsp_types::{RenameFilesParams, Uri, WorkspaceEdit};
use policy_syntax::Location;
use policy_syntax::ast::ItemKind;
use serde_json::Value;

use crate::analysis::Analysis;
use crate::convert;
use crate::failure::Failure;
use crate::server::Server;
use crate::uri;

/// Takes in what happened on disk: what is open in the editor is not looked at, the rest is read again.
pub(crate) fn on_disk(server: &mut Server, method: &str, params: &Value) {
    let changes = params.get("changes").and_then(Value::as_array);
    let uris: Vec<Uri> = changes
        .into_iter()
        .flatten()
        .filter_map(|change| change.get("uri").and_then(Value::as_str))
        .map(|uri| Uri(uri.to_owned()))
        .collect();
    let created = |change: &Value| change.get("type").and_then(Value::as_u64) != Some(2);
    let news = changes.is_some_and(|list| list.iter().any(created));
    let open = |uri: &Uri| server.documents.get(&uri::real(uri)).is_some();
    // A save tells of nothing that is not known of the buffer, but of data files.
    let saved = method == "textDocument/didSave";
    let mine = saved || (!news && !uris.is_empty() && uris.iter().all(open));
    if !mine {
        server.reload();
    }
}

/// A module whose file gets another name gets that name, in its file and in all that use it.
pub(crate) fn will_rename(
    server: &mut Server,
    params: RenameFilesParams,
) -> Result<Option<WorkspaceEdit>, Failure> {
    let mut edits: Vec<(Location, String)> = Vec::new();
    let mut of = None;
    for file in &params.files {
        let (old, new) = (file.old_uri.clone(), file.new_uri.clone());
        let (Some(from), Some(to)) = (uri::path(&old), uri::path(&new)) else { continue };
        let (from, to) = (uri::real_path(&from), uri::real_path(&to));
        let keys: Vec<_> = server.projects.keys().filter(|key| from.starts_with(key)).cloned().collect();
        for key in keys {
            let Some(analysis) = server.settled(&key) else { continue };
            for (before, after) in moved(&analysis, &from, &to) {
                renamed(&analysis, &before, &after, &mut edits);
            }
            of = Some(analysis);
        }
    }
    edits.sort_unstable();
    edits.dedup();
    let Some(analysis) = of.filter(|_| !edits.is_empty()) else { return Ok(None) };
    Ok(convert::edits(&edits, &analysis, server))
}

/// The modules that move with a file or a folder: their names before and after.
fn moved(analysis: &Analysis, from: &std::path::Path, to: &std::path::Path) -> Vec<(String, String)> {
    let project = analysis.project();
    let roots: Vec<_> = project.manifest.sources.iter().map(|s| project.root.join(&s.value)).collect();
    let mut out = Vec::new();
    for module in project.modules.iter().filter(|module| module.package == 0) {
        let (Some(name), Some(path)) = (&module.name, analysis.path(module.file)) else { continue };
        let Ok(below) = path.strip_prefix(from) else { continue };
        let new = if below.as_os_str().is_empty() { to.to_path_buf() } else { to.join(below) };
        let Some(relative) = roots.iter().find_map(|root| new.strip_prefix(root).ok()) else { continue };
        let relative = relative.with_extension("");
        out.push((name.clone(), policy_project::load::slashed(&relative).replace('/', ".")));
    }
    out
}

/// The edits that give a module another name.
fn renamed(analysis: &Analysis, before: &str, after: &str, edits: &mut Vec<(Location, String)>) {
    if before == after {
        return;
    }
    for module in analysis.workspace.checked.modules.iter().filter(|module| !module.std) {
        let at = |span| Location::new(module.file, span);
        if module.name == before
            && let Some(decl) = &module.ast.module
        {
            edits.push((at(decl.path.span), after.to_owned()));
        }
        for item in &module.ast.items {
            let ItemKind::Use(decl) = &item.kind else { continue };
            let path = decl.path.to_string();
            let rest = match path.strip_prefix(before) {
                Some("") => "",
                // `use module.name`
                Some(rest) if rest.starts_with('.') && analysis.index().module(&path).is_none() => rest,
                Some(_) | None => continue,
            };
            edits.push((at(decl.path.span), format!("{after}{rest}")));
        }
    }
    for entry in analysis.project().manifest.entries.values() {
        if let Some(rest) = entry.policy.value.strip_prefix(before)
            && rest.starts_with('.')
        {
            edits.push((entry.policy.place, format!("\"{after}{rest}\"")));
        }
    }
}
