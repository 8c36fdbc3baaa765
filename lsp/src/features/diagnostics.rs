//! Diagnostics for editors that ask for them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use gen_lsp_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDocumentDiagnosticReport as Report, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};
use policy_syntax::FileId;

use crate::analysis::Analysis;
use crate::convert::{self, Places};
use crate::failure::Failure;
use crate::lines::Encoding;
use crate::server::Server;
use crate::uri;

fn of_file(analysis: &Arc<Analysis>, file: FileId, encoding: Encoding) -> Vec<Diagnostic> {
    let none = BTreeMap::new();
    let places = Places { analysis, texts: &none, encoding, lines: None };
    let found = analysis.workspace.diagnostics.iter().filter(|d| d.primary.file == file);
    found.map(|d| convert::diagnostic(d, analysis.range(d.primary, encoding), &places)).collect()
}

/// Names a list of diagnostics: equal lists have equal names.
fn id_of(found: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(found).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

pub(crate) fn document(
    server: &mut Server,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReport, Failure> {
    let uri = &params.text_document.uri;
    let items = match server.quick(uri) {
        Some(items) => items,
        None => {
            let view = server.view(uri)?;
            of_file(&view.analysis, view.file, server.encoding())
        }
    };
    server.pulled(uri);
    let result_id = id_of(&items);
    if params.previous_result_id.as_ref() == Some(&result_id) {
        let report = RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        };
        return Ok(DocumentDiagnosticReport::RelatedUnchangedDocumentDiagnosticReport(report));
    }
    let full = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
    let report = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: full,
    };
    Ok(DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(report))
}

pub(crate) fn workspace(
    server: &mut Server,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReport, Failure> {
    let known: BTreeMap<String, String> =
        params.previous_result_ids.into_iter().map(|known| (known.uri.0, known.value)).collect();
    let encoding = server.encoding();
    let keys: Vec<_> = server.projects.keys().cloned().collect();
    let mut items = Vec::new();
    for key in keys {
        let Some(analysis) = server.settled(&key) else { continue };
        for (file, _) in analysis.project().files.iter() {
            let Some(path) = analysis.path(file) else { continue };
            let document = server.documents.get(&path);
            let uri = document.map_or_else(|| uri::of(&path), |document| document.uri.clone());
            let version = document.map(|document| document.version);
            let found = of_file(&analysis, file, encoding);
            let result_id = id_of(&found);
            if known.get(&uri.0) == Some(&result_id) {
                let same = WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version,
                    unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
                };
                items.push(Report::WorkspaceUnchangedDocumentDiagnosticReport(same));
                continue;
            }
            let full = FullDocumentDiagnosticReport { result_id: Some(result_id), items: found };
            let report =
                WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report: full };
            items.push(Report::WorkspaceFullDocumentDiagnosticReport(report));
        }
    }
    Ok(WorkspaceDiagnosticReport { items })
}
