//! A test from an input file: what the policy decides about it now is what is expected.

use std::path::{Path, PathBuf};

use gen_lsp_types::{CodeAction, CodeActionKind};
use policy_syntax::Span;

use super::Asked;
use crate::features::evaluate;
use crate::index::Kind;

/// Folders of a project whose documents are offered, and the most of them.
const FOLDERS: [&str; 3] = ["inputs", "fixtures", "examples"];
const MOST: usize = 12;

pub(super) fn actions(asked: &Asked<'_>) -> Vec<CodeAction> {
    let view = asked.view;
    let index = view.analysis.index();
    let Some(policy) = index.symbol_at(view.file, asked.span.lo).filter(|s| s.kind == Kind::Policy) else {
        return Vec::new();
    };
    let Some(module) = view.analysis.module(view.file) else { return Vec::new() };
    if view.analysis.workspace.has_errors() {
        return Vec::new();
    }
    let full = format!("{}.{}", module.name, policy.name);
    let input = input_type(asked, &full);
    let (Some(here), Some(input)) = (view.analysis.path(view.file), input) else { return Vec::new() };
    let folder = here.parent().map(Path::to_path_buf).unwrap_or_default();
    let end = u32::try_from(view.text.len()).unwrap_or(u32::MAX);
    let mut out = Vec::new();
    for path in documents(&view.analysis.project().root) {
        let Some(relative) = relative(&folder, &path) else { continue };
        let Ok(verdict) = evaluate::verdict(asked.server, view, &full, &path) else { continue };
        let name = path.file_stem().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let test = format!(
            "\ntest \"{name}\" at @{} {{\n  expect {}(fixture(\"{relative}\") as {input}) {verdict}\n}}\n",
            evaluate::today(),
            policy.name,
        );
        let newline = if view.text.ends_with('\n') { "" } else { "\n" };
        let edits = vec![(Span::at(end), format!("{newline}{test}"))];
        let title =
            format!("Generate a test from {}", path.file_name().unwrap_or_default().to_string_lossy());
        out.extend(asked.edit(title, CodeActionKind::Source, edits));
    }
    out
}

/// The name of the type of a policy's input, as it is written in its module.
fn input_type(asked: &Asked<'_>, full: &str) -> Option<String> {
    let hir = &asked.view.analysis.workspace.checked.hir;
    let policy = hir.policies.iter().find(|policy| policy.name == full)?;
    let shown = hir.types.shown(policy.input);
    shown.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(shown)
}

/// The documents of a project, in order.
fn documents(root: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for folder in FOLDERS {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        out.extend(entries.filter_map(|entry| entry.ok().map(|entry| entry.path())));
    }
    out.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    out.sort();
    out.truncate(MOST);
    out
}

/// The way from a folder to a file.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let ups = from.components().count() - common;
    let rest: PathBuf = to.components().skip(common).collect();
    let path = std::iter::repeat_n("..", ups).collect::<PathBuf>().join(rest);
    let text = policy_project::load::slashed(&path);
    (!text.contains(['"', '{', '\\'])).then_some(text)
}
