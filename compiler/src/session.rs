//! Checking the same sources again and again, as an editor does between two key presses.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use policy_syntax::ast::Ast;
use policy_syntax::{Diagnostic, FileId, Location};

use crate::checked::{Checked, run};
use crate::probe::Probed;
use crate::world::World;

/// A file as it was read last.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    pub(crate) text: Arc<str>,
    pub(crate) ast: Arc<Ast>,
    pub(crate) diagnostics: Arc<[Diagnostic]>,
}

/// Keeps what it read of files for as long as their texts stay the same. What it answers is what
/// [`crate::check`] answers; it only gets there sooner. Clones share what was read.
#[derive(Clone, Debug, Default)]
pub struct Session {
    read: Arc<Mutex<HashMap<FileId, Read>>>,
    /// Where this is set, nobody waits for what is being checked any more.
    stop: Option<Arc<AtomicBool>>,
    /// Whether what is learnt about places in the sources is kept.
    places: bool,
}

/// What of the sources is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Focus {
    /// The only file whose items are looked at; of the others just what these need.
    pub(crate) file: Option<FileId>,
    /// Where something is being typed.
    pub(crate) probe: Option<Location>,
}

impl Session {
    /// One that also tells what was learnt about places in the sources; see [`Checked::resolutions`].
    #[must_use]
    pub fn of_places() -> Self {
        Self { places: true, ..Self::default() }
    }

    /// The same, but what it checks can be given up: once `stop` is set, what comes out is of no use.
    #[must_use]
    pub fn until(&self, stop: Arc<AtomicBool>) -> Self {
        Self { read: Arc::clone(&self.read), stop: Some(stop), places: self.places }
    }

    /// Whether nobody waits any more for what is being checked.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Gives up what was read of a file that is about to be read again.
    pub fn forget(&self, file: FileId) {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).remove(&file);
    }

    /// Checks all sources of a world.
    #[must_use]
    pub fn check(&self, world: &dyn World) -> Checked {
        self.focused(world, Focus::default())
    }

    /// Checks the items of one file, and of the others what these use: what is found in the file is found, and
    /// little else.
    #[must_use]
    pub fn check_file(&self, world: &dyn World, file: FileId) -> Checked {
        self.focused(world, Focus { file: Some(file), probe: None })
    }

    /// What could stand at a place, where the text has some name.
    #[must_use]
    pub fn probe(&self, world: &dyn World, at: Location) -> (Checked, Option<Probed>) {
        let mut checked = self.focused(world, Focus { file: Some(at.file), probe: Some(at) });
        let probed = checked.probed.take();
        (checked, probed)
    }

    fn focused(&self, world: &dyn World, focus: Focus) -> Checked {
        let mut inputs = crate::names::load_with(world, self, focus);
        inputs.stop.clone_from(&self.stop);
        inputs.places = self.places;
        run(&inputs)
    }

    /// Reads a file, unless it was read before. One that is looked at by itself is on its way to another text, and is not kept.
    pub(crate) fn read(&self, file: FileId, text: &Arc<str>, focus: Focus) -> Read {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&file).cloned();
        if let Some(read) = known
            && (Arc::ptr_eq(&read.text, text) || read.text == *text)
        {
            return read;
        }
        let parsed = policy_syntax::parse(file, text);
        let read = Read {
            text: Arc::clone(text),
            ast: Arc::new(parsed.ast),
            diagnostics: parsed.diagnostics.into(),
        };
        if focus.file != Some(file) {
            self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(file, read.clone());
        }
        read
    }
}
