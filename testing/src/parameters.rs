//! Parameters of the policies that hosts ask: `policy.toml` binds them to files of the project.

use policy_bytecode::program::Policy;
use policy_compiler::hir;
use policy_project::formats::Columns;
use policy_project::nearest::nearest;
use policy_project::problem::Problem;
use policy_project::{ParameterFile, pointer};
use policy_syntax::Diagnostic;
use policy_vm::{Program, Snapshot};

use crate::columns;
use crate::link::reasons;
use crate::workspace::Workspace;

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value, as JSON text.
    pub json: String,
    /// The file that it comes from.
    pub path: String,
}

/// The names of a policy's parameters, with whether each has a default.
#[must_use]
pub fn names(policy: &hir::Policy) -> Vec<(&str, bool)> {
    let name = |param: &hir::Param| {
        let local = policy.locals.get(param.local.index())?;
        Some((local.name.as_str(), param.default.is_some()))
    };
    policy.params.iter().filter_map(name).collect()
}

/// What of entries' parameters does not belong to their policies, and what is missing.
pub(crate) fn check(workspace: &Workspace) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (entry, said) in &workspace.project.manifest.entries {
        let policies = &workspace.checked.hir.policies;
        let Some(policy) = policies.iter().find(|policy| policy.name == said.policy.value) else { continue };
        let known = names(policy);
        let mut bound: Vec<String> = Vec::new();
        for file in workspace.project.parameters.iter().filter(|file| file.entry == *entry) {
            let given = match &file.name {
                Some(name) => vec![name.clone()],
                None => match pointer::keys(&file.file.json) {
                    Ok(keys) => keys,
                    Err(reason) => {
                        let path = file.file.path.clone();
                        let reason = format!("it must be an object of parameters by their names: {reason}");
                        found.push(Problem::BadData { path, reason }.at(file.place));
                        continue;
                    }
                },
            };
            for name in given {
                if known.iter().any(|(known, _)| *known == name) {
                    bound.push(name);
                    continue;
                }
                let nearest = nearest(&name, known.iter().map(|(name, _)| *name)).map(str::to_owned);
                // What it seems to mean is not missing as well.
                bound.extend(nearest.clone());
                let known = known.iter().map(|(name, _)| (*name).to_owned()).collect();
                let policy = policy.name.clone();
                found.push(Problem::UnknownParameter { policy, name, nearest, known }.at(file.place));
            }
        }
        // A file that could not be read is reported already.
        let unread = !workspace.project.diagnostics.is_empty();
        for (name, has_default) in known {
            if !has_default && !bound.iter().any(|bound| bound == name) && !unread {
                let problem = Problem::MissingParameter {
                    entry: entry.clone(),
                    policy: policy.name.clone(),
                    name: name.to_owned(),
                };
                found.push(problem.at(said.place));
            }
        }
    }
    found
}

impl Workspace {
    /// The parameters that `policy.toml` binds for an entry, those that its policy does not have left out.
    #[must_use]
    pub fn parameters(&self, program: &Program, entry: &str) -> Vec<Parameter> {
        let files = self.project.parameters.iter().filter(|file| file.entry == entry);
        files.flat_map(|file| self.bound(program, entry, file)).map(|(parameter, _)| parameter).collect()
    }

    fn bound<'f>(
        &self,
        program: &Program,
        entry: &str,
        file: &'f ParameterFile,
    ) -> Vec<(Parameter, &'f ParameterFile)> {
        let code = program.bytecode();
        let text =
            |id: policy_bytecode::program::TextId| code.texts.get(id.index()).map_or("", String::as_str);
        let asked = self.project.manifest.entries.get(entry).map_or("", |entry| entry.policy.value.as_str());
        let policy: Option<&Policy> = code.policies.iter().find(|policy| text(policy.name) == asked);
        let mut out = Vec::new();
        for param in policy.iter().flat_map(|policy| &policy.params) {
            let name = text(param.name);
            let json = match &file.name {
                Some(own) if own == name => file.file.json_as(&columns::of_list(code, param.ty)).into_owned(),
                Some(_) => continue,
                None => {
                    let step = name.replace('~', "~0").replace('/', "~1");
                    let json = file.file.json_as(&Columns::default());
                    match pointer::resolve(&json, &format!("/{step}")) {
                        Ok(json) => json.to_vec(),
                        Err(_) => continue,
                    }
                }
            };
            let parameter = Parameter {
                name: name.to_owned(),
                json: String::from_utf8_lossy(&json).into_owned(),
                path: file.file.path.clone(),
            };
            out.push((parameter, file));
        }
        out
    }

    /// What is wrong with the content of files of parameters, each held against its parameter's type.
    pub(crate) fn parameter_problems(&self, program: &Program) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for file in &self.project.parameters {
            let Some(entry) = self.project.manifest.entries.get(&file.entry) else { continue };
            let policy = entry.policy.value.as_str();
            for (parameter, file) in self.bound(program, &file.entry, file) {
                let Parameter { name, json, path } = parameter;
                let built = Snapshot::builder(program).partial().parameter(policy, &name, &json).build();
                if let Err(error) = built {
                    let policy = policy.to_owned();
                    let problem = Problem::ParameterMisfit { path, policy, name, reasons: reasons(&error) };
                    found.push(problem.at(file.place));
                }
            }
        }
        found
    }
}
