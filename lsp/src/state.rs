//! What the server knows of a project.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use policy_compiler::Session;
use policy_project::load::find_root;
use policy_project::{Files, LoadError, Project, SourceFile};
use policy_syntax::FileId;

use crate::analysis::Analysis;
use crate::convert::{self, Places};
use crate::documents::{Document, Documents};
use crate::lines::Encoding;
use crate::quick::Quick;
use crate::quick::areas::{self, Area, blank};
use crate::uri;
use crate::worker::{Done, Job, Worker};

/// Texts of fewer bytes are looked at as a whole.
const LARGE: usize = 64 << 10;

/// What is within so many bytes of a place is near it.
const NEAR: u32 = 16 << 10;

/// What the server knows of a project.
#[derive(Debug)]
pub(crate) struct State {
    /// What was found of the texts of `done`.
    pub(crate) analysis: Arc<Analysis>,
    /// Counts the changes of its texts.
    pub(crate) generation: u64,
    /// The generation that `analysis` is of.
    pub(crate) done: u64,
    /// What the worker was last asked for.
    pub(crate) asked: Option<Asked>,
    /// How long it took to check everything.
    pub(crate) took: Duration,
    /// What was read of its files.
    pub(crate) session: Session,
    /// What is known of files that changed since `done`.
    pub(crate) quick: BTreeMap<FileId, Quick>,
    /// Files of which the editor was told something, with what.
    pub(crate) told: BTreeMap<String, u64>,
    /// Texts that changed since `done`.
    pub(crate) texts: BTreeMap<FileId, Arc<str>>,
    /// The files that changed, but for which nothing was looked for yet.
    pub(crate) touched: BTreeSet<FileId>,
    /// Whether the editor asked before everything was looked at.
    pub(crate) answered: bool,
}

/// What the worker was asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) generation: u64,
    pub(crate) ticket: u64,
    /// Whether somebody waits for it.
    pub(crate) urgent: bool,
    /// Set as soon as nobody waits any more.
    pub(crate) stop: Arc<AtomicBool>,
}

impl State {
    pub(crate) fn open(
        key: &Path,
        documents: &Documents,
        worker: &Worker,
        ticket: u64,
    ) -> Result<Self, LoadError> {
        let project = load(key, documents)?;
        let session = Session::of_places();
        let begun = Instant::now();
        let done = worker.first(key, ticket, &project, &session).map(|done| (done.analysis, done.took));
        let (analysis, took) = done.unwrap_or_else(|| {
            let analysis = Arc::new(Analysis::new(project, &session, worker.keep));
            (analysis, begun.elapsed())
        });
        Ok(Self {
            analysis,
            generation: 0,
            done: 0,
            asked: None,
            took,
            session,
            quick: BTreeMap::new(),
            told: BTreeMap::new(),
            texts: BTreeMap::new(),
            touched: BTreeSet::new(),
            answered: false,
        })
    }

    /// The project with the texts as they are now.
    pub(crate) fn project(&self) -> Project {
        let mut project = self.analysis.project().clone();
        for (file, text) in &self.texts {
            project.files.set_text(*file, Arc::clone(text));
        }
        project
    }

    /// The text of a file as it is now.
    pub(crate) fn text(&self, file: FileId) -> Option<Arc<str>> {
        let analysed = || self.analysis.text(file).map(Arc::clone);
        self.texts.get(&file).map(Arc::clone).or_else(analysed)
    }

    /// The text of a file around a place, as long as all of it: of a large one, the rules and tests far away are blank.
    pub(crate) fn near(&self, file: FileId, text: &Arc<str>, offset: u32) -> Arc<str> {
        if text.len() < LARGE {
            return Arc::clone(text);
        }
        let far = |area: &&Area| {
            area.apart
                && (area.span.hi.saturating_add(NEAR) < offset || offset.saturating_add(NEAR) < area.span.lo)
        };
        let blanked = |areas: &[Area]| blank(text, areas.iter().filter(far).map(|area| area.span));
        let near = match self.quick.get(&file) {
            Some(quick) => quick.areas().and_then(blanked),
            None if self.texts.contains_key(&file) => None,
            None => self.analysis.ast(file).and_then(|ast| blanked(&areas::of(ast))),
        };
        near.map_or_else(|| Arc::clone(text), Arc::from)
    }

    /// What is known of a file that changed, while all the rest is still being looked at.
    pub(crate) fn found(
        &self,
        file: FileId,
        document: &Document,
        encoding: Encoding,
    ) -> Option<Vec<gen_lsp_types::Diagnostic>> {
        let quick = self.quick.get(&file).filter(|_| !self.touched.contains(&file))?;
        let text = self.texts.get(&file)?;
        let lines = Some((file, &document.lines));
        let places = Places { analysis: &self.analysis, texts: &self.texts, encoding, lines };
        let range = |span| document.lines.range(text, span, encoding);
        Some(
            quick
                .diagnostics
                .iter()
                .map(|d| convert::diagnostic(d, range(d.primary.span), &places))
                .collect(),
        )
    }

    /// Takes what the worker found, where it is still of use; gives what is not needed any more.
    pub(crate) fn take(&mut self, done: Done) -> Result<Arc<Analysis>, Arc<Analysis>> {
        let wanted = |asked: &Asked| asked.ticket == done.ticket && asked.generation == self.generation;
        if !self.asked.as_ref().is_some_and(wanted) || self.done == self.generation {
            return Err(done.analysis);
        }
        Ok(self.settled(done.analysis, done.took))
    }

    fn settled(&mut self, analysis: Arc<Analysis>, took: Duration) -> Arc<Analysis> {
        let old = std::mem::replace(&mut self.analysis, analysis);
        self.took = took;
        self.done = self.generation;
        self.give_up();
        self.texts.clear();
        self.quick.clear();
        self.touched.clear();
        old
    }

    /// What the worker is to do about the texts as they are now, unless it was asked for that before. `ticket` is the number of
    /// new work.
    pub(crate) fn order(&mut self, key: &Path, ticket: u64, urgent: bool) -> Option<Job> {
        let current = self.asked.take().filter(|asked| asked.generation == self.generation);
        let asked = match current {
            Some(asked) if asked.urgent || !urgent => {
                self.asked = Some(asked);
                return None;
            }
            Some(asked) => Asked { urgent, ..asked },
            None => Asked { generation: self.generation, ticket, urgent, stop: Arc::default() },
        };
        if let Some(old) = Arc::get_mut(&mut self.analysis) {
            old.thin(&self.texts);
            self.texts.keys().for_each(|file| self.session.forget(*file));
        }
        let session = self.session.until(Arc::clone(&asked.stop));
        let job = Job {
            key: key.to_path_buf(),
            ticket: asked.ticket,
            project: self.project(),
            session,
            urgent,
            to: None,
        };
        self.asked = Some(asked);
        Some(job)
    }

    /// Tells the worker that nobody waits for what it does any more.
    pub(crate) fn give_up(&mut self) {
        if let Some(asked) = self.asked.take() {
            asked.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Checks everything here and now, unless nothing changed.
    pub(crate) fn settle(&mut self, keep: u32) -> bool {
        if self.done == self.generation {
            return false;
        }
        let begun = Instant::now();
        let project = self.project();
        let analysis = Arc::new(Analysis::new(project, &self.session, keep));
        self.settled(analysis, begun.elapsed());
        true
    }
}

/// What a file belongs to: the folder of its project, or itself.
pub(crate) fn key_of(path: &Path, documents: &Documents) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let Some(root) = existing(folder).and_then(|folder| find_root(&folder)) else {
        return path.to_path_buf();
    };
    if path.is_dir() || path.file_name().is_some_and(|name| name == policy_project::manifest::FILE_NAME) {
        return root;
    }
    match load(&root, documents) {
        Ok(project) if project.file_at(path).is_some() => root,
        Ok(_) | Err(_) => path.to_path_buf(),
    }
}

/// The nearest folder that exists.
fn existing(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.is_dir()).map(Path::to_path_buf)
}

fn load(key: &Path, documents: &Documents) -> Result<Project, LoadError> {
    let overlay = documents.overlay();
    if key.is_dir() {
        let mut project = Project::open(key, &overlay)?;
        project.take_unsaved(&overlay);
        return Ok(project);
    }
    let text = documents.get(key).map(|document| Arc::clone(&document.text));
    let Some(text) = text else { return Project::open(key, &overlay) };
    let root = key.parent().map_or_else(|| uri::real_path(key), Path::to_path_buf);
    let name = key.file_name().map_or_else(|| key.to_path_buf(), PathBuf::from);
    let mut files = Files::default();
    let file = files.add(SourceFile::new(policy_project::load::slashed(&name), text));
    Ok(Project::of_files(root, files, &[file]))
}
