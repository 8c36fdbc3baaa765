//! Programs as bundles: loading one, and what it brings besides code.

use policy_bytecode::bundle::{self, Bundle, Container, DocumentKind, Manifest};

use crate::intrinsic::Intrinsics;
use crate::program::{LoadError, Program};
use crate::request::{Limits, Request};
use crate::snapshot::{Snapshot, SnapshotBuilder, SnapshotError};

/// What a bundle brought besides code.
#[derive(Debug)]
pub(crate) struct Shipped {
    pub(crate) manifest: Manifest,
    documents: Option<Vec<String>>,
    /// The digest of the program.
    pub(crate) digest: [u8; 32],
}

impl Program {
    /// Loads a bundle: size, bounds, digests, decoding within limits, the functions that it needs, and the verifier, in
    /// this order. Whether anybody signed it is not asked; the crate `policy-bundle` does that.
    ///
    /// ```
    /// use policy_vm::{LoadError, Program};
    ///
    /// let bundle = std::fs::read("examples/gate.pbundle")?;
    /// let program = Program::load(&bundle, policy_stdlib::table())?;
    /// assert!(program.policy("gate.changes").is_some());
    /// let cut = &bundle[..bundle.len() - 1];
    /// assert!(matches!(Program::load(cut, policy_stdlib::table()), Err(LoadError::Bytes(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Why it does not load; nothing of it has run.
    pub fn load(bytes: &[u8], intrinsics: &'static Intrinsics) -> Result<Self, LoadError> {
        let container = Container::open(bytes, bundle::Caps::default()).map_err(LoadError::Bytes)?;
        Self::of_container(&container, &[], intrinsics)
    }

    /// Loads a bundle with sections that lie in files beside it, data for example.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_bytecode::bundle::{Caps, Container};
    ///
    /// // Debug information lies in a file of its own.
    /// let container = Container::open(&bundle, Caps::default())?;
    /// let stripped = container.keeping(|section| section != "debug");
    /// let beside = container.keeping(|section| section == "debug");
    /// let caps = Caps { bytes: 1 << 20, unpacked: 4 << 20 };
    /// let program = policy_vm::Program::load_with(&stripped, &[&beside], caps, policy_stdlib::table())?;
    /// assert_eq!(program.digest(), policy_vm::Program::load(&bundle, policy_stdlib::table())?.digest());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Why it does not load; nothing of it has run.
    pub fn load_with(
        bytes: &[u8],
        beside: &[&[u8]],
        caps: bundle::Caps,
        intrinsics: &'static Intrinsics,
    ) -> Result<Self, LoadError> {
        let container = Container::open(bytes, caps).map_err(LoadError::Bytes)?;
        let mut others = Vec::with_capacity(beside.len());
        for bytes in beside {
            others.push(Container::open(bytes, caps).map_err(LoadError::Bytes)?);
        }
        Self::of_container(&container, &others, intrinsics)
    }

    /// Loads a bundle whose outside was looked at already.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// use policy_bytecode::bundle::{Caps, Container};
    /// use policy_vm::Program;
    ///
    /// let container = Container::open(&bundle, Caps::default())?;
    /// assert!(container.signatures.is_empty());
    /// let program = Program::of_container(&container, &[], policy_stdlib::table())?;
    /// assert!(program.manifest().is_some_and(|manifest| manifest.name == "gate"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Why it does not load; nothing of it has run.
    pub fn of_container(
        container: &Container<'_>,
        beside: &[Container<'_>],
        intrinsics: &'static Intrinsics,
    ) -> Result<Self, LoadError> {
        let (mut bundle, digest) = bundle::read_with_digest(container, beside).map_err(LoadError::Bytes)?;
        bundle::link(&mut bundle.program, &bundle.functions, |name| intrinsics.named(name))
            .map_err(|missing| missing.map_or(LoadError::Library, LoadError::Function))?;
        let shipped = Shipped { manifest: bundle.manifest, documents: bundle.documents, digest };
        Self::linked(bundle.program, intrinsics, Some(shipped))
    }

    /// What the bundle says of itself; none for a program that was just compiled.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// let manifest = program.manifest().expect("a bundle says what it is");
    /// assert_eq!((manifest.name.as_str(), manifest.entries[0].name.as_str()), ("gate", "gate"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        self.loaded.shipped.as_ref().map(|shipped| &shipped.manifest)
    }

    /// The data that the bundle brings: names of items, and JSON. Nothing where it lies beside the bundle and was not given.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// // The bundle brings entities and a parameter; its data has the defaults of the sources.
    /// assert!(program.shipped_data().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn shipped_data(&self) -> Vec<(String, String)> {
        let Some(shipped) = &self.loaded.shipped else { return Vec::new() };
        let documents = shipped.manifest.documents.iter().zip(shipped.documents.iter().flatten());
        let data = documents.filter(|(document, _)| document.kind == DocumentKind::Data);
        data.map(|(document, json)| (document.name.clone(), json.clone())).collect()
    }

    /// The bytes of a bundle of this program, packed or not. Its documents stand in the order of the manifest. It holds the
    /// files that it was made from only where they are given.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Program;
    ///
    /// // The same program under another name, without the data that it brought.
    /// let mut manifest = program.manifest().ok_or("no manifest")?.clone();
    /// manifest.name = "renamed".to_owned();
    /// manifest.documents.clear();
    /// let bundle = program.to_bundle(manifest, Vec::new(), Vec::new(), Vec::new(), true);
    /// assert_eq!(Program::load(&bundle, policy_stdlib::table())?.digest(), program.digest());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_bundle(
        &self,
        manifest: Manifest,
        documents: Vec<String>,
        materials: Vec<bundle::Material>,
        sources: Vec<bundle::Package>,
        packed: bool,
    ) -> Vec<u8> {
        let bundle = Bundle {
            manifest,
            program: self.loaded.code.clone(),
            functions: Vec::new(),
            documents: Some(documents),
            materials,
            sources,
            has_debug: true,
        };
        bundle::write(&bundle, self.loaded.intrinsics.names(), packed)
    }

    /// The policy that hosts ask for by the name of an entry, or by its qualified name; and whether they may go on where it
    /// does not apply.
    pub(crate) fn asked(&self, name: &str) -> Option<(u32, bool)> {
        let entries = self.manifest().map_or(&[][..], |manifest| &manifest.entries);
        match entries.iter().find(|entry| entry.name == name) {
            Some(entry) => Some((self.policy(&entry.policy)?, entry.not_applicable_proceeds)),
            None => Some((self.policy(name)?, false)),
        }
    }

    /// A request with what the bundle says of limits.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Limits;
    /// // Its `policy.toml` says nothing of limits.
    /// assert_eq!(program.request().limits, Limits::default());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn request(&self) -> Request {
        let own = Limits::default();
        let said = self.manifest().map(|manifest| manifest.limits).unwrap_or_default();
        let limits =
            Limits { fuel: said.fuel.unwrap_or(own.fuel), memory: said.memory.unwrap_or(own.memory) };
        Request { limits, ..Request::default() }
    }
}

impl Snapshot {
    /// A snapshot of the data, the entities and the parameters that a bundle brings.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("gate"))?;
    /// let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// let policy = program.policy("gate.changes").expect("it has the policy");
    /// assert!(evaluator.decide_json(policy, br#"{"size": 3}"#, &program.request()).proceed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// They lie beside the bundle and were not given, or do not fit.
    pub fn of_bundle(program: &Program, entry: Option<&str>) -> Result<Self, SnapshotError> {
        Self::builder(program).shipped(entry)?.build()
    }
}

impl SnapshotBuilder {
    /// Adds what the bundle brings: data, entities, and the parameters of an entry.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Snapshot;
    ///
    /// let snapshot = Snapshot::builder(&program).shipped(Some("read"))?.data("records.purposes", r#"["audit"]"#).build()?;
    /// assert_eq!(snapshot.entities(), Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// It lies beside the bundle and was not given.
    pub fn shipped(mut self, entry: Option<&str>) -> Result<Self, SnapshotError> {
        let loaded = std::sync::Arc::clone(&self.program().loaded);
        let Some(shipped) = &loaded.shipped else { return Ok(self) };
        let documents = shipped.documents.as_ref().ok_or(SnapshotError::Beside)?;
        for (document, text) in shipped.manifest.documents.iter().zip(documents) {
            self = match &document.kind {
                DocumentKind::Data => self.data(&document.name, text),
                DocumentKind::Entities => self.entities(&document.name, text),
                DocumentKind::Parameter { entry: of } if Some(of.as_str()) == entry => {
                    let entries = shipped.manifest.entries.iter();
                    let policy =
                        entries.filter(|entry| entry.name == *of).map(|entry| entry.policy.clone()).next();
                    match policy {
                        Some(policy) => self.parameter(&policy, &document.name, text),
                        None => self,
                    }
                }
                DocumentKind::Parameter { .. } => self,
            };
        }
        Ok(self)
    }
}
