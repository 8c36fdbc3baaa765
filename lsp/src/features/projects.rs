//! The projects that the server has read, for views of an editor.

use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::server::Server;
use crate::uri;

/// A project.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Project {
    uri: String,
    name: String,
    files: usize,
    policies: Vec<String>,
    errors: usize,
    warnings: usize,
}

pub(crate) fn projects(server: &mut Server, _: Value) -> Result<Vec<Project>, Failure> {
    let keys: Vec<_> = server.projects.keys().cloned().collect();
    let mut out = Vec::new();
    for key in keys {
        let Some(analysis) = server.settled(&key) else { continue };
        let workspace = &analysis.workspace;
        let count = |severity| workspace.diagnostics.iter().filter(|d| d.severity == severity).count();
        out.push(Project {
            uri: uri::of(&key).0,
            name: workspace.project.manifest.name.clone(),
            files: workspace.project.modules.len(),
            policies: workspace.checked.hir.policies.iter().map(|policy| policy.name.clone()).collect(),
            errors: count(policy_syntax::Severity::Error),
            warnings: count(policy_syntax::Severity::Warning),
        });
    }
    Ok(out)
}
