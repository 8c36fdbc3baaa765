//! A checked project, with what is looked up in it again and again.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use gen_lsp_types::{Location as Place, Range, Uri};
use policy_compiler::cost::Costs;
use policy_compiler::hir::Hir;
use policy_compiler::{CheckedModule, Resolutions, Session};
use policy_project::Project;
use policy_syntax::ast::Ast;
use policy_syntax::{FileId, Location};
use policy_testing::Workspace;

use crate::index::Index;
use crate::lines::{Encoding, Lines};
use crate::uri;

/// A checked project. It never changes.
#[derive(Debug)]
pub(crate) struct Analysis {
    /// Of large projects without the bodies; see [`Analysis::whole`].
    pub(crate) workspace: Workspace,
    shed: bool,
    /// Whether it has no trees any more of what changed; see [`Analysis::thin`].
    pub(crate) thin: bool,
    index: OnceLock<Index>,
    lines: OnceLock<BTreeMap<FileId, Lines>>,
    costs: OnceLock<BTreeMap<Location, String>>,
}

/// A checked project with all its bodies.
pub(crate) enum Whole<'a> {
    /// As it was kept.
    Kept(&'a Workspace),
    /// Made again.
    Again(Box<Workspace>),
}

impl Deref for Whole<'_> {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        match self {
            Self::Kept(workspace) => workspace,
            Self::Again(workspace) => workspace,
        }
    }
}

impl Analysis {
    /// Checks a project, of whose bodies no more than `keep` expressions are kept.
    pub(crate) fn new(project: Project, session: &Session, keep: u32) -> Self {
        let mut workspace = Workspace::check_again(project, session);
        let shed = workspace.checked.hir.expr_count > keep;
        if shed {
            workspace.checked.hir.shed();
        }
        Self {
            workspace,
            shed,
            thin: false,
            index: OnceLock::new(),
            lines: OnceLock::new(),
            costs: OnceLock::new(),
        }
    }

    /// Gives up, of a large project, what is about to be made again: the trees of texts that changed, and what was learnt about
    /// places and names. Two of each would take more memory than anything else.
    pub(crate) fn thin(&mut self, changed: &BTreeMap<FileId, Arc<str>>) {
        if self.shed {
            let modules = self.workspace.checked.modules.iter_mut();
            modules
                .filter(|module| changed.contains_key(&module.file))
                .for_each(|module| module.ast = Arc::default());
            self.workspace.checked.resolutions = Resolutions::default();
            self.workspace.checked.hir = Hir::default();
            self.thin = true;
        }
    }

    /// With the bodies, for what compiles or prices them.
    pub(crate) fn whole(&self) -> Whole<'_> {
        if self.shed {
            Whole::Again(Box::new(Workspace::check(self.project().clone())))
        } else {
            Whole::Kept(&self.workspace)
        }
    }

    /// What policies and rules cost at most, by where their names stand; nothing where something is wrong.
    pub(crate) fn cost(&self, at: Location) -> Option<&str> {
        let costs = self.costs.get_or_init(|| {
            if self.workspace.has_errors() {
                return BTreeMap::new();
            }
            let whole = self.whole();
            let hir = &whole.checked.hir;
            let costs = Costs::of(hir);
            let mut all = BTreeMap::new();
            for promise in costs.promises() {
                let policy = hir.policies.get(promise.policy.index());
                all.extend(policy.map(|policy| (policy.location, costs.shown(&promise.steps))));
                all.extend(promise.rules.iter().map(|rule| (rule.location, costs.shown(&rule.steps))));
            }
            all
        });
        costs.get(&at).map(String::as_str)
    }

    pub(crate) fn project(&self) -> &Project {
        &self.workspace.project
    }

    /// What names mean.
    pub(crate) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.workspace))
    }

    /// The file at a real path.
    pub(crate) fn file(&self, path: &Path) -> Option<FileId> {
        let project = self.project();
        project.file_at(path).or_else(|| {
            project.files.iter().find(|(id, _)| self.path(*id).as_deref() == Some(path)).map(|(id, _)| id)
        })
    }

    pub(crate) fn module(&self, file: FileId) -> Option<&CheckedModule> {
        self.workspace.checked.modules.iter().find(|module| module.file == file)
    }

    pub(crate) fn ast(&self, file: FileId) -> Option<&Arc<Ast>> {
        self.module(file).map(|module| &module.ast)
    }

    pub(crate) fn text(&self, file: FileId) -> Option<&Arc<str>> {
        let own = self.project().files.get(file).map(|file| &file.text);
        own.or_else(|| self.module(file).map(|module| &module.text))
    }

    /// The text of a location.
    pub(crate) fn source(&self, at: Location) -> &str {
        self.text(at.file).map_or("", |text| at.span.text(text))
    }

    /// The path of a file of the project, or of one of the standard library, which is written to a folder of its own.
    pub(crate) fn path(&self, file: FileId) -> Option<PathBuf> {
        let project = self.project();
        if let Some(file) = project.files.get(file) {
            return Some(uri::real_path(&project.root.join(&file.path)));
        }
        let module = self.module(file).filter(|module| module.std)?;
        crate::features::library::written(&module.name, &module.text)
    }

    pub(crate) fn uri(&self, file: FileId) -> Option<Uri> {
        self.path(file).map(|path| uri::of(&path))
    }

    pub(crate) fn lines(&self, file: FileId) -> Option<&Lines> {
        let all = self.lines.get_or_init(|| {
            let own = self.project().files.iter().map(|(id, file)| (id, Lines::new(&file.text)));
            let modules = self.workspace.checked.modules.iter().filter(|module| module.std);
            own.chain(modules.map(|module| (module.file, Lines::new(&module.text)))).collect()
        });
        all.get(&file)
    }

    pub(crate) fn range(&self, at: Location, encoding: Encoding) -> Range {
        match (self.lines(at.file), self.text(at.file)) {
            (Some(lines), Some(text)) => lines.range(text, at.span, encoding),
            (_, _) => Range::default(),
        }
    }

    pub(crate) fn place(&self, at: Location, encoding: Encoding) -> Option<Place> {
        Some(Place { uri: self.uri(at.file)?, range: self.range(at, encoding) })
    }
}
