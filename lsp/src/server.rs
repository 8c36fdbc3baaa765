//! The state and the loop.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, select};
use gen_lsp_types::{MessageType, PublishDiagnosticsParams, Uri};
use lsp_server::{ErrorCode, Message, RequestId, Response};
use policy_syntax::FileId;
use serde_json::{Value, json};

use crate::analysis::Analysis;
use crate::capabilities::{self, Client};
use crate::convert;
use crate::convert::Places;
use crate::dispatch;
use crate::documents::{Change, Document, Documents};
use crate::failure::Failure;
use crate::lines::Encoding;
use crate::quick::Quick;
use crate::state::{State, key_of};
use crate::uri;
use crate::wire::{Out, TakenBack, Wire};
use crate::worker::{Done, Worker};

/// Projects that are checked in less than this are checked as a whole after each change.
const SMALL: Duration = Duration::from_micros(1500);

/// How often it is looked whether somebody still waits for what takes long.
const PATIENCE: Duration = Duration::from_millis(5);

/// The state.
pub(crate) struct Server {
    pub(crate) out: Out,
    /// What the editor does not wait for any more.
    pub(crate) taken_back: TakenBack,
    pub(crate) client: Client,
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) documents: Documents,
    /// Projects, by their folders, and files that belong to none, by themselves.
    pub(crate) projects: BTreeMap<PathBuf, State>,
    /// Which of `projects` each open document belongs to.
    keys: BTreeMap<PathBuf, PathBuf>,
    worker: Worker,
    /// Messages that have come and were not looked at yet.
    inbox: VecDeque<Message>,
    /// Documents whose editor asks for diagnostics itself.
    pub(crate) pulls: BTreeSet<String>,
    /// The last semantic tokens of each document, for differences.
    pub(crate) tokens: BTreeMap<String, (u64, Vec<u32>)>,
    pub(crate) counter: u64,
    /// Which rules found something in the tests that were run, by project.
    pub(crate) fired: BTreeMap<PathBuf, crate::features::coverage::Fired>,
    shut: bool,
}

/// A document as a request sees it.
pub(crate) struct View {
    pub(crate) key: PathBuf,
    pub(crate) file: FileId,
    pub(crate) text: Arc<str>,
    pub(crate) analysis: Arc<Analysis>,
}

/// Serves until the editor says goodbye, or is gone.
pub(crate) fn run(wire: &Wire) {
    let Some((client, first)) = greeted(wire) else { return };
    let mut server = Server {
        out: wire.out.clone(),
        taken_back: wire.taken_back.clone(),
        folders: client.folders.clone(),
        worker: Worker::start(client.keep),
        client,
        documents: Documents::default(),
        projects: BTreeMap::new(),
        keys: BTreeMap::new(),
        inbox: VecDeque::from([first]),
        pulls: BTreeSet::new(),
        tokens: BTreeMap::new(),
        counter: 0,
        fired: BTreeMap::new(),
        shut: false,
    };
    server.watch();
    server.open_folders();
    server.serve(wire);
}

/// Says what the server can do to an editor that says what it can; gives this, and the first message after that.
fn greeted(wire: &Wire) -> Option<(Client, Message)> {
    for message in &wire.messages {
        wire.taken_back.forget(&message);
        match message {
            Message::Request(request) if request.method == "initialize" => {
                let client = Client::new(&request.params);
                let result = serde_json::to_string(&capabilities::initialized(&client)).unwrap_or_default();
                wire.out.answer(request.id, &result);
                return wire.messages.recv().ok().map(|first| (client, first));
            }
            Message::Request(request) => {
                let words = "the server was not told yet what the editor can do".to_owned();
                let code = ErrorCode::ServerNotInitialized as i32;
                wire.out.send(Message::Response(Response::new_err(request.id, code, words)));
            }
            Message::Notification(notification) if notification.method == "exit" => return None,
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
    None
}

impl Server {
    fn serve(&mut self, wire: &Wire) {
        loop {
            self.inbox.extend(wire.messages.try_iter());
            if let Some(message) = self.inbox.pop_front() {
                if !self.message(message) {
                    return;
                }
                continue;
            }
            self.look();
            let done = self.worker.done.clone();
            select! {
                recv(wire.messages) -> message => match message {
                    Ok(message) => self.inbox.push_back(message),
                    Err(_) => return,
                },
                recv(done) -> done => if let Ok(done) = done {
                    self.done(done);
                },
            }
        }
    }

    /// Takes what the worker has found.
    fn done(&mut self, done: Done) {
        let key = done.key.clone();
        match self.projects.get_mut(&key).map(|state| state.take(done)) {
            Some(Ok(old)) => {
                self.worker.forget(old);
                self.publish(&key);
                self.refresh(&key);
            }
            Some(Err(of_no_use)) => self.worker.forget(of_no_use),
            None => {}
        }
    }

    /// Waits until everything is known of a project as it is now, or nobody waits for it any more.
    fn settle(&mut self, key: &Path) {
        while let Some(state) = self.projects.get_mut(key).filter(|state| state.done != state.generation) {
            let small = state.took < SMALL;
            if small || !self.order(key, true) {
                if let Some(state) = self.projects.get_mut(key) {
                    state.settle(self.worker.keep);
                }
                return self.publish(key);
            }
            if self.taken_back.now() {
                return;
            }
            match self.worker.done.recv_timeout(PATIENCE) {
                Ok(done) => self.done(done),
                Err(RecvTimeoutError::Timeout) => {}
                // Nobody is left to wait for.
                Err(RecvTimeoutError::Disconnected) => self.worker.gone(),
            }
        }
    }

    /// Has the worker look at a project; false where it cannot.
    fn order(&mut self, key: &Path, urgent: bool) -> bool {
        self.counter += 1;
        let Some(state) = self.projects.get_mut(key) else { return false };
        let job = state.order(key, self.counter, urgent);
        job.is_none_or(|job| self.worker.check(job))
    }

    /// Handles a message; false where it is the last one.
    fn message(&mut self, message: Message) -> bool {
        self.taken_back.forget(&message);
        match message {
            Message::Request(request) => {
                if request.method == "shutdown" {
                    self.shut = true;
                    self.out.answer(request.id, "null");
                } else if self.shut {
                    let failure = Failure::refused("the server was told to shut down");
                    self.send(Message::Response(failure.response(request.id)));
                } else {
                    dispatch::request(self, request);
                }
                true
            }
            Message::Notification(notification) => {
                let last = notification.method == "exit";
                if !last {
                    dispatch::notification(self, notification);
                }
                !last
            }
            Message::Response(_) => true,
        }
    }

    pub(crate) fn send(&self, message: Message) {
        self.out.send(message);
    }

    pub(crate) fn notify(&self, method: &str, params: impl serde::Serialize) {
        self.out.notify(method, params);
    }

    pub(crate) fn ask(&mut self, method: &str, params: impl serde::Serialize) {
        self.counter += 1;
        let id = RequestId::from(format!("policy-{}", self.counter));
        self.send(Message::Request(lsp_server::Request::new(id, method.to_owned(), params)));
    }

    pub(crate) fn log(&self, kind: MessageType, message: &str) {
        self.notify("window/logMessage", json!({ "type": kind, "message": message }));
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.client.encoding
    }

    /// Asks to be told of files that change on disk.
    fn watch(&mut self) {
        if self.client.watches {
            let globs = ["**/*.policy", "**/policy.toml", "**/*.{json,yaml,yml,toml,csv,tsv,jsonl}"];
            let watchers: Vec<Value> = globs.iter().map(|glob| json!({ "globPattern": glob })).collect();
            let registration = json!({ "registrations": [{
                "id": "policy-files", "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": watchers },
            }]});
            self.ask("client/registerCapability", registration);
        }
    }

    /// Opens the projects of the folders that the editor shows, so that all of them are looked at from the beginning.
    pub(crate) fn open_folders(&mut self) {
        for folder in self.folders.clone() {
            let folder = uri::real_path(&folder);
            if folder.join(policy_project::manifest::FILE_NAME).is_file() {
                self.open_project(&folder);
            }
        }
    }

    /// Gives up the project of a folder that is not shown any more, unless something of it is open.
    pub(crate) fn close_folder(&mut self, folder: &Path) {
        let folder = uri::real_path(folder);
        let used = |key: &PathBuf| *key == folder;
        if self.documents.iter().any(|(path, _)| self.keys.get(path).is_some_and(used)) {
            return;
        }
        self.keys.retain(|_, key| *key != folder);
        if let Some(state) = self.projects.remove(&folder) {
            for uri in state.told.into_keys() {
                self.tell(Uri(uri), None, Vec::new());
            }
        }
    }

    fn open_project(&mut self, key: &Path) -> bool {
        if self.projects.contains_key(key) {
            return true;
        }
        let progress = self.client.progress && key.is_dir();
        if progress {
            self.ask("window/workDoneProgress/create", json!({ "token": "policy-open" }));
            let begin = json!({ "kind": "begin", "title": "Reading policies" });
            self.notify("$/progress", json!({ "token": "policy-open", "value": begin }));
        }
        self.counter += 1;
        let opened = State::open(key, &self.documents, &self.worker, self.counter);
        if progress {
            self.notify("$/progress", json!({ "token": "policy-open", "value": { "kind": "end" } }));
        }
        match opened {
            Ok(state) => {
                self.projects.insert(key.to_path_buf(), state);
                self.publish(key);
                true
            }
            Err(error) => {
                self.log(MessageType::Warning, &error.to_string());
                false
            }
        }
    }

    /// Reads projects from disk again, as after a file came or went.
    pub(crate) fn reload(&mut self) {
        let told: Vec<(PathBuf, BTreeMap<String, u64>)> =
            std::mem::take(&mut self.projects).into_iter().map(|(key, state)| (key, state.told)).collect();
        self.keys.clear();
        let open: Vec<PathBuf> = self.documents.iter().map(|(path, _)| path.clone()).collect();
        let keys: BTreeSet<PathBuf> = open.iter().map(|path| self.key(path)).collect();
        let kept = told.iter().map(|(key, _)| key.clone()).filter(|key| key.is_dir());
        for key in keys.into_iter().chain(kept.collect::<Vec<_>>()) {
            self.open_project(&key);
        }
        let known: BTreeSet<&String> = self.projects.values().flat_map(|state| state.told.keys()).collect();
        let told = told.into_iter().flat_map(|(_, told)| told.into_keys());
        let gone: BTreeSet<String> = told.filter(|uri| !known.contains(uri)).collect();
        for uri in gone {
            self.tell(Uri(uri), None, Vec::new());
        }
    }

    fn key(&mut self, path: &Path) -> PathBuf {
        if let Some(key) = self.keys.get(path) {
            return key.clone();
        }
        // A project that is open knows its files.
        let own = |(key, state): &(&PathBuf, &State)| {
            key.is_dir()
                && state.analysis.file(path).is_some_and(|file| state.analysis.workspace.is_own(file))
        };
        let known = self.projects.iter().find(own);
        let key = known.map_or_else(|| key_of(path, &self.documents), |(key, _)| key.clone());
        self.keys.insert(path.to_path_buf(), key.clone());
        key
    }

    pub(crate) fn opened(&mut self, path: &Path, document: Document) {
        let text = Arc::clone(&document.text);
        self.documents.open(path.to_path_buf(), document);
        let key = self.key(path);
        let fresh = !self.projects.contains_key(&key);
        if !self.open_project(&key) {
            return;
        }
        self.share(&key, path);
        if fresh {
            return;
        }
        let known = self.projects.get(&key).and_then(|state| state.analysis.file(path));
        match known {
            Some(_) => {
                self.changed(path, &[], &text);
                // What was found before is told again, of this version of the text.
                if self.projects.get(&key).is_some_and(|state| state.done == state.generation) {
                    self.publish(&key);
                }
            }
            // A file that was not there when the project was read.
            None => {
                self.projects.remove(&key);
                self.open_project(&key);
            }
        }
    }

    /// Keeps the text of a document once, where its project has the same.
    fn share(&mut self, key: &Path, path: &Path) {
        let known = self.projects.get(key).and_then(|state| state.text(state.analysis.file(path)?));
        if let (Some(known), Some(document)) = (known, self.documents.get_mut(path))
            && document.text == known
        {
            document.text = known;
        }
    }

    pub(crate) fn closed(&mut self, path: &Path) {
        let Some(document) = self.documents.close(path) else { return };
        self.pulls.remove(&document.uri.0);
        self.tokens.remove(&document.uri.0);
        let key = self.keys.remove(path);
        // What is on disk counts again.
        match std::fs::read_to_string(path) {
            Ok(text) if key.as_ref().is_some_and(|key| key.is_dir()) => self.changed(path, &[], &text.into()),
            Ok(_) | Err(_) => {
                let whole = key.as_ref().is_some_and(|key| key.is_dir());
                if whole {
                    self.reload();
                } else if let Some(key) = key {
                    self.projects.remove(&key);
                    self.tell(document.uri, None, Vec::new());
                }
            }
        }
    }

    /// Notes that a text changed; what that means is looked for when the inbox is empty, or when somebody asks.
    pub(crate) fn changed(&mut self, path: &Path, changes: &[Change], text: &Arc<str>) {
        if path.file_name().is_some_and(|name| name == policy_project::manifest::FILE_NAME) {
            return self.reload();
        }
        // Of all projects: a module may belong to what others depend on.
        let keys: Vec<PathBuf> = self.projects.keys().cloned().collect();
        for key in keys {
            self.changed_in(&key, path, changes, text);
        }
    }

    fn changed_in(&mut self, key: &Path, path: &Path, changes: &[Change], text: &Arc<str>) {
        let Some(state) = self.projects.get_mut(key) else { return };
        let Some(file) = state.analysis.file(path) else { return };
        let Some(before) = state.text(file).filter(|before| before != text) else { return };
        state.generation += 1;
        state.give_up();
        state.texts.insert(file, Arc::clone(text));
        let State { analysis, quick, texts, session, took, touched, .. } = state;
        touched.insert(file);
        if *took < SMALL {
            return;
        }
        if !analysis.workspace.is_own(file) {
            return;
        }
        let known = quick.entry(file).or_insert_with(|| match analysis.module(file) {
            Some(module) => Quick::new(module, &analysis.workspace.diagnostics),
            None => Quick::default(),
        });
        let fine = match changes {
            [change] => known.change(*change, (&before, &**text), file, analysis.project(), texts, session),
            _ => false,
        };
        if !fine {
            *known = Quick::default();
        } else {
            touched.remove(&file);
            self.publish_quick(key, file);
        }
    }

    /// Looks at what changed.
    fn look(&mut self) {
        let keys: Vec<PathBuf> = self.projects.keys().cloned().collect();
        for key in keys {
            let Some(state) = self.projects.get_mut(&key) else { continue };
            if state.done == state.generation {
                continue;
            }
            if state.took < SMALL {
                state.settle(self.worker.keep);
                self.publish(&key);
            } else {
                let urgent = !state.touched.is_empty();
                if !self.order(&key, urgent) {
                    self.settle(&key);
                }
            }
        }
    }

    /// A document with everything known of its project as it is now.
    pub(crate) fn view(&mut self, uri: &Uri) -> Result<View, Failure> {
        let path = uri::real(uri);
        let key = self.key(&path);
        let unknown = || Failure::params(format!("{uri} is no file of a project"));
        if !self.open_project(&key) {
            return Err(unknown());
        }
        self.settle(&key);
        let state = self.projects.get(&key).ok_or_else(unknown)?;
        if state.done != state.generation {
            return Err(Failure::cancelled());
        }
        let analysis = Arc::clone(&state.analysis);
        let file = analysis.file(&path).or_else(|| crate::features::library::file(&analysis, &path));
        let file = file.ok_or_else(unknown)?;
        let text = analysis.text(file).map(Arc::clone).ok_or_else(unknown)?;
        Ok(View { key, file, text, analysis })
    }

    /// Makes sure that what is known of the declarations of a document's project is there, though it may be of older texts.
    pub(crate) fn remember(&mut self, uri: &Uri) {
        let key = self.key(&uri::real(uri));
        if self.projects.get(&key).is_some_and(|state| state.analysis.thin) {
            self.settle(&key);
        }
    }

    /// The project of a document, as it was checked last, with its texts as they are now.
    pub(crate) fn state(&mut self, uri: &Uri) -> Result<(&mut State, FileId), Failure> {
        let path = uri::real(uri);
        let key = self.key(&path);
        let unknown = || Failure::params(format!("{uri} is no file of a project"));
        if !self.open_project(&key) {
            return Err(unknown());
        }
        let state = self.projects.get_mut(&key).ok_or_else(unknown)?;
        let file = state.analysis.file(&path).ok_or_else(unknown)?;
        Ok((state, file))
    }

    /// Everything known of a project as it is now; nothing where nobody waits for it any more.
    pub(crate) fn settled(&mut self, key: &Path) -> Option<Arc<Analysis>> {
        self.settle(key);
        let state = self.projects.get(key).filter(|state| state.done == state.generation)?;
        Some(Arc::clone(&state.analysis))
    }

    /// What was found in a document while all the rest is still being looked at: where the editor can be told later that
    /// there is more, or nothing else can be wrong because of what changed.
    pub(crate) fn quick(&mut self, uri: &Uri) -> Option<Vec<gen_lsp_types::Diagnostic>> {
        let refreshes = self.client.refreshes;
        let (encoding, path) = (self.encoding(), uri::real(uri));
        let key = self.keys.get(&path)?;
        let state = self.projects.get_mut(key).filter(|state| state.done != state.generation)?;
        let file = state.analysis.file(&path)?;
        let local = state.texts.len() == 1 && state.quick.get(&file).is_some_and(|quick| quick.local);
        if !refreshes && !local {
            return None;
        }
        let document = self.documents.get(&path)?;
        let found = state.found(file, document, encoding)?;
        state.answered = true;
        Some(found)
    }

    /// Asks the editor to ask again, where it was told less than is known now.
    fn refresh(&mut self, key: &Path) {
        let answered = self.projects.get_mut(key).is_some_and(|state| std::mem::take(&mut state.answered));
        if answered {
            self.ask("workspace/diagnostic/refresh", Value::Null);
        }
    }

    /// Tells what was found in a file while all the rest is still being looked at.
    fn publish_quick(&mut self, key: &Path, file: FileId) {
        let encoding = self.encoding();
        let Some(state) = self.projects.get_mut(key) else { return };
        let Some(path) = state.analysis.path(file) else { return };
        let Some(document) = self.documents.get(&path) else { return };
        let Some(found) = state.found(file, document, encoding) else { return };
        let (uri, version) = (document.uri.clone(), document.version);
        state.told.insert(uri.0.clone(), 0);
        self.tell(uri, Some(version), found);
    }

    /// Tells what was found in a project, of each file for which it is new.
    pub(crate) fn publish(&mut self, key: &Path) {
        let encoding = self.encoding();
        let Some(analysis) = self.projects.get(key).map(|state| Arc::clone(&state.analysis)) else { return };
        let foreign: BTreeSet<FileId> = self.foreign(key, &analysis);
        let Some(state) = self.projects.get_mut(key) else { return };
        let none = BTreeMap::new();
        let places = Places { analysis: &analysis, texts: &none, encoding, lines: None };
        let mut by_file: BTreeMap<FileId, Vec<gen_lsp_types::Diagnostic>> = BTreeMap::new();
        for (file, _) in analysis.project().files.iter() {
            by_file.insert(file, Vec::new());
        }
        for found in &analysis.workspace.diagnostics {
            let made = convert::diagnostic(found, analysis.range(found.primary, encoding), &places);
            by_file.entry(found.primary.file).or_default().push(made);
        }
        let mut news = Vec::new();
        for (file, found) in by_file.into_iter().filter(|(file, _)| !foreign.contains(file)) {
            let Some(path) = analysis.path(file) else { continue };
            let document = self.documents.get(&path);
            let uri = document.map_or_else(|| uri::of(&path), |document| document.uri.clone());
            let version = document.map(|document| document.version);
            let fingerprint = fingerprint(version, &found);
            let before = state.told.get(&uri.0);
            let nothing = before.is_none() && found.is_empty() && version.is_none();
            if nothing || before == Some(&fingerprint) {
                continue;
            }
            state.told.insert(uri.0.clone(), fingerprint);
            news.push((uri, version, found));
        }
        for (uri, version, found) in news {
            self.tell(uri, version, found);
        }
    }

    /// The files of a project that belong to another one, which is open too and tells of them.
    fn foreign(&self, key: &Path, analysis: &Analysis) -> BTreeSet<FileId> {
        let others: Vec<&State> =
            self.projects.iter().filter(|(other, _)| *other != key).map(|(_, state)| state).collect();
        let files = analysis.project().files.iter().map(|(file, _)| file);
        let dependencies = files.filter(|file| !analysis.workspace.is_own(*file));
        dependencies
            .filter(|file| {
                let path = analysis.path(*file);
                path.is_some_and(|path| others.iter().any(|other| other.analysis.file(&path).is_some()))
            })
            .collect()
    }

    fn tell(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<gen_lsp_types::Diagnostic>) {
        if !self.pulls.contains(&uri.0) {
            let params = PublishDiagnosticsParams { uri, version, diagnostics };
            self.notify("textDocument/publishDiagnostics", params);
        }
    }

    /// From now on the editor asks for the diagnostics of a document; what it was told is taken back.
    pub(crate) fn pulled(&mut self, uri: &Uri) {
        if !self.pulls.contains(&uri.0) {
            self.tell(uri.clone(), None, Vec::new());
            self.pulls.insert(uri.0.clone());
        }
    }
}

/// Names what is told of a version of a text: the same has the same name, which is never that of nothing.
fn fingerprint(version: Option<i32>, found: &[gen_lsp_types::Diagnostic]) -> u64 {
    let mut hasher = DefaultHasher::new();
    version.hash(&mut hasher);
    for diagnostic in found {
        serde_json::to_string(diagnostic).unwrap_or_default().hash(&mut hasher);
    }
    hasher.finish().max(1)
}
