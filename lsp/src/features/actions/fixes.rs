//! The mends that diagnostics know.

use gen_lsp_types::{CodeAction, CodeActionKind};
use policy_syntax::{Applicability, Diagnostic};

use super::Asked;
use crate::convert::{self, Places};

pub(super) fn actions(asked: &Asked<'_>) -> Vec<CodeAction> {
    let view = asked.view;
    let near = |d: &&Diagnostic| {
        d.primary.file == view.file
            && d.primary.span.lo <= asked.span.hi
            && asked.span.lo <= d.primary.span.hi
    };
    let all = &view.analysis.workspace.diagnostics;
    let mut out: Vec<CodeAction> = all.iter().filter(near).flat_map(|d| of(asked, d)).collect();
    out.extend(every(asked, all));
    out
}

fn of(asked: &Asked<'_>, found: &Diagnostic) -> Vec<CodeAction> {
    let analysis = &asked.view.analysis;
    let none = std::collections::BTreeMap::new();
    let encoding = asked.server.encoding();
    let places = Places { analysis, texts: &none, encoding, lines: None };
    let told = convert::diagnostic(found, analysis.range(found.primary, encoding), &places);
    let made = found.fixes.iter().filter_map(|fix| {
        let edit = convert::edits(&fix.edits, analysis, asked.server)?;
        Some(CodeAction {
            title: fix.title.clone(),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![told.clone()]),
            is_preferred: Some(fix.applicability == Applicability::Safe),
            edit: Some(edit),
            ..CodeAction::default()
        })
    });
    made.collect()
}

/// All safe mends of the file at once.
fn every(asked: &Asked<'_>, all: &[Diagnostic]) -> Option<CodeAction> {
    let own = all.iter().filter(|d| d.primary.file == asked.view.file);
    let fixes = own.filter_map(|d| d.fixes.iter().find(|fix| fix.applicability == Applicability::Safe));
    let mut edits: Vec<(policy_syntax::Location, String)> = Vec::new();
    for fix in fixes {
        let clear = fix.edits.iter().all(|(at, _)| {
            at.file == asked.view.file
                && edits.iter().all(|(other, _)| at.span.hi < other.span.lo || other.span.hi < at.span.lo)
        });
        if clear {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    if edits.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: "Mend all that can be mended safely".to_owned(),
        kind: Some(CodeActionKind::SourceFixAll),
        edit: convert::edits(&edits, &asked.view.analysis, asked.server),
        ..CodeAction::default()
    })
}
