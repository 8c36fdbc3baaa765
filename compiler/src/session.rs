//! Checking the same sources again and again, as an editor does between two key presses.

use std::collections::HashMap;
use std::sync::Arc;

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
/// [`crate::check`] answers; it only gets there sooner.
#[derive(Clone, Debug, Default)]
pub struct Session {
    read: HashMap<FileId, Read>,
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
    /// Checks all sources of a world.
    #[must_use]
    pub fn check(&mut self, world: &dyn World) -> Checked {
        self.focused(world, Focus::default())
    }

    /// Checks the items of one file, and of the others what these use: what is found in the file is found, and
    /// little else.
    #[must_use]
    pub fn check_file(&mut self, world: &dyn World, file: FileId) -> Checked {
        self.focused(world, Focus { file: Some(file), probe: None })
    }

    /// What could stand at a place, where the text has some name.
    #[must_use]
    pub fn probe(&mut self, world: &dyn World, at: Location) -> (Checked, Option<Probed>) {
        let mut checked = self.focused(world, Focus { file: Some(at.file), probe: Some(at) });
        let probed = checked.probed.take();
        (checked, probed)
    }

    /// The tree of a file as it was read last.
    #[must_use]
    pub fn tree(&self, file: FileId) -> Option<Arc<Ast>> {
        self.read.get(&file).map(|read| Arc::clone(&read.ast))
    }

    fn focused(&mut self, world: &dyn World, focus: Focus) -> Checked {
        let mut inputs = crate::names::load_with(world, self);
        inputs.focus = focus;
        run(&inputs)
    }

    /// Reads a file, unless it was read before.
    pub(crate) fn read(&mut self, file: FileId, text: &Arc<str>) -> Read {
        if let Some(read) = self.read.get(&file)
            && (Arc::ptr_eq(&read.text, text) || read.text == *text)
        {
            return read.clone();
        }
        let parsed = policy_syntax::parse(file, text);
        let read = Read {
            text: Arc::clone(text),
            ast: Arc::new(parsed.ast),
            diagnostics: parsed.diagnostics.into(),
        };
        self.read.insert(file, read.clone());
        read
    }
}
