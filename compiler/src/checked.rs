//! The checker's front door: sources in, typed representation and diagnostics out.

use std::sync::Arc;

use policy_syntax::ast::Ast;
use policy_syntax::{Diagnostic, FileId, Location, Severity};

use crate::constant;
use crate::hir::{Hir, Ty};
use crate::lint::{self, Levels};
use crate::names::Inputs;
use crate::world::World;

/// What [`check`] gives.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What the sources mean. Complete only where [`Checked::has_errors`] is false; otherwise it may hold error
    /// nodes and must not be compiled.
    pub hir: Hir,
    /// What is wrong, syntax errors included, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The modules that were looked at, in order of their names, the standard library's included.
    pub modules: Vec<CheckedModule>,
    /// What was learnt about places in the sources.
    pub resolutions: Resolutions,
}

/// One module with its tree.
#[derive(Clone, Debug)]
pub struct CheckedModule {
    /// The dotted name.
    pub name: String,
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: Arc<str>,
    /// Its tree.
    pub ast: Arc<Ast>,
    /// Whether it belongs to the standard library.
    pub std: bool,
}

/// What editors and lints ask about places in the sources.
#[derive(Clone, Debug, Default)]
pub struct Resolutions {
    /// Each use of a name, and where the name is bound; in source order.
    pub uses: Vec<(Location, Location)>,
    /// The type of each expression, in source order.
    pub types: Vec<(Location, Ty)>,
}

impl Checked {
    /// Whether anything stands in the way of compiling.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// The text of a file that a location of the result speaks of, where it belongs to a module.
    #[must_use]
    pub fn text(&self, file: FileId) -> Option<&str> {
        self.modules.iter().find(|m| m.file == file).map(|m| m.text.as_ref())
    }
}

/// The stack that checking the highest tree takes in a debug build, with room to spare.
const STACK: usize = 256 << 20;

/// Checks all sources of a world. Never fails and never panics: whatever is wrong is a diagnostic.
///
/// It runs on a thread of its own, whose stack is sized for the highest tree that the language allows, so that
/// the caller's stack does not matter.
#[must_use]
pub fn check(world: &dyn World) -> Checked {
    check_with(world, &Levels::default())
}

/// Checks all sources of a world as [`check`] does, with what a project says about lints.
#[must_use]
pub fn check_with(world: &dyn World, levels: &Levels) -> Checked {
    let inputs = crate::names::load(world);
    std::thread::scope(|scope| {
        let inputs = &inputs;
        let spawned = std::thread::Builder::new()
            .name("policy-check".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, || complete(inputs, levels));
        match spawned {
            Ok(handle) => handle.join().unwrap_or_else(|_| internal_error()),
            Err(_) => complete(inputs, levels),
        }
    })
}

/// Checks, then looks for what can only fail and for what is probably not meant.
fn complete(inputs: &Inputs, levels: &Levels) -> Checked {
    let mut checked = crate::check::run(inputs);
    let text = |file| checked.text(file);
    let mut found = checked.diagnostics.clone();
    found.extend(constant::check(&checked.hir, &text));
    let modules: Vec<lint::Source<'_>> = checked
        .modules
        .iter()
        .filter(|module| !module.std)
        .map(|module| lint::Source { file: module.file, text: &module.text, ast: &module.ast })
        .collect();
    let input = lint::Input { modules: &modules, hir: &checked.hir, found: &found, levels };
    let lints = lint::check(&input);
    found.extend(lints);
    policy_syntax::diagnostic::sort(&mut found);
    checked.diagnostics = found;
    checked
}

/// A bug in the checker is an error, never a program that passed.
fn internal_error() -> Checked {
    let diagnostic = Diagnostic::error(
        policy_syntax::Code(199),
        Location::default(),
        "the checker failed on these sources; this is a bug in policyc",
    );
    Checked { diagnostics: vec![diagnostic], ..Checked::default() }
}
