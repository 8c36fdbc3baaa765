//! From a checked project to a bundle.

use policy_bytecode::bundle::{Cost, Dependency, Document, DocumentKind, Entry, Limits, Manifest, Material};
use policy_bytecode::program::Mode;
use policy_compiler::Options;
use policy_compiler::cost::Costs;
use policy_project::manifest::ModeLevel;
use policy_project::problem::Problem;
use policy_syntax::Diagnostic;
use policy_vm::Program;
use sha2::{Digest as _, Sha256};

use crate::workspace::Workspace;

/// The compiler's name and version, as bundles tell it.
pub const COMPILER: &str = concat!("policyc ", env!("CARGO_PKG_VERSION"));

/// A bundle that was built.
#[derive(Clone, Debug)]
pub struct Built {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its bytes, without signatures.
    pub bytes: Vec<u8>,
}

impl Workspace {
    /// Builds a bundle of the project, with its data, entities and parameters. The same sources give the same bytes,
    /// wherever they stand.
    ///
    /// # Errors
    /// What stands in the way, as diagnostics.
    pub fn bundle(&self, packed: bool) -> Result<Built, Vec<Diagnostic>> {
        self.bundle_with(packed, false)
    }

    /// The bundle, which holds the project's files too where `sources` says so: then projects can depend on it.
    ///
    /// # Errors
    /// As [`Workspace::bundle`].
    pub fn bundle_with(&self, packed: bool, sources: bool) -> Result<Built, Vec<Diagnostic>> {
        let linked = self.link(Options::default())?;
        let problems = self.content_problems(&linked.program);
        if !problems.is_empty() {
            return Err(problems);
        }
        let (documents, texts): (Vec<Document>, Vec<String>) =
            self.documents(&linked.program).into_iter().unzip();
        let manifest = self.bundle_manifest(documents);
        let materials = self.project.source_digests().into_iter();
        let materials = materials.map(|(path, digest)| Material { path, digest }).collect();
        let sources = if sources { self.project.shipped_sources() } else { Vec::new() };
        let bytes = linked.program.to_bundle(manifest.clone(), texts, materials, sources, packed);
        Ok(Built { manifest, bytes })
    }

    /// A program of the project, written as a bundle and read as a stranger's.
    pub(crate) fn through_a_bundle(&self, program: &Program) -> Result<Program, Vec<Diagnostic>> {
        let manifest = self.bundle_manifest(Vec::new());
        let bytes = program.to_bundle(manifest, Vec::new(), Vec::new(), Vec::new(), true);
        Program::load(&bytes, policy_stdlib::table())
            .and_then(|program| program.within(self.limits()))
            .map_err(|error| {
                vec![Problem::NotLoaded { reason: error.to_string() }.at(self.project.own_place())]
            })
    }

    fn documents(&self, program: &Program) -> Vec<(Document, String)> {
        let document = |kind: DocumentKind, name: &str, text: String| {
            let (length, digest) = (text.len() as u64, Sha256::digest(text.as_bytes()).into());
            (Document { kind, name: name.to_owned(), length, digest }, text)
        };
        let mut out = Vec::new();
        for (item, json) in self.data_json(program) {
            let name = self.checked.hir.data.get(item).map_or("", |item| item.name.as_str());
            out.push(document(DocumentKind::Data, name, json));
        }
        for file in &self.project.entities {
            let json = String::from_utf8_lossy(&file.json).into_owned();
            out.push(document(DocumentKind::Entities, &file.path, json));
        }
        for entry in self.project.manifest.entries.keys() {
            for parameter in self.parameters(program, entry) {
                let kind = DocumentKind::Parameter { entry: entry.clone() };
                out.push(document(kind, &parameter.name, parameter.json));
            }
        }
        out
    }

    fn bundle_manifest(&self, documents: Vec<Document>) -> Manifest {
        let said = &self.project.manifest;
        let entries = said.entries.iter().map(|(name, entry)| Entry {
            name: name.clone(),
            policy: entry.policy.value.clone(),
            not_applicable_proceeds: entry.not_applicable_proceeds,
        });
        let modes = said.modes.iter().map(|(name, mode)| {
            let mode = match mode.value {
                ModeLevel::Observe => Mode::Observe,
                ModeLevel::Advise => Mode::Advise,
                ModeLevel::Enforce => Mode::Enforce,
            };
            (name.clone(), mode)
        });
        let packages = self.project.packages.iter().enumerate().skip(1);
        let mut dependencies: Vec<Dependency> = packages
            .map(|(at, package)| Dependency {
                name: package.name.clone(),
                version: package.manifest.version.clone(),
                digest: self.project.package_digest(at),
            })
            .collect();
        dependencies.sort_by(|left, right| left.name.cmp(&right.name));
        let costs = Costs::of(&self.checked.hir);
        let policies = self.checked.hir.policies.iter().zip(costs.promises());
        Manifest {
            name: said.name.clone(),
            version: said.version.clone(),
            edition: said.edition.clone(),
            compiler: COMPILER.to_owned(),
            entries: entries.collect(),
            modes: modes.collect(),
            limits: Limits { fuel: said.limits.fuel, memory: said.limits.memory, input: said.limits.input },
            dependencies,
            documents,
            costs: policies
                .map(|(policy, promise)| Cost {
                    policy: policy.name.clone(),
                    steps: costs.shown(&promise.steps),
                })
                .collect(),
        }
    }
}
