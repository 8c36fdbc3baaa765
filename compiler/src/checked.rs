//! The checker's front door: sources in, typed representation and diagnostics out.

use std::sync::Arc;

use policy_syntax::ast::Ast;
use policy_syntax::{Code, Diagnostic, FileId, Location, Severity};

use crate::constant;
use crate::deep;
use crate::hir::{Hir, Ty};
use crate::names::Inputs;
use crate::world::World;

crate::code::codes! {
    INTERNAL = 199, "a mistake in the checker";
}

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
    /// What was learnt about places in the sources, where a [`crate::Session::of_places`] checked them.
    pub resolutions: Resolutions,
    /// What could stand where an editor asked.
    pub(crate) probed: Option<crate::probe::Probed>,
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

impl Resolutions {
    /// Puts everything in order, each once.
    pub(crate) fn settle(&mut self) {
        self.uses.sort_unstable_by_key(|(from, to)| (packed(*from), packed(*to)));
        self.uses.dedup();
        self.types.sort_unstable_by_key(|(at, ty)| (packed(*at) << 32) | u128::from(ty.0));
        self.types.dedup();
        self.uses.shrink_to_fit();
        self.types.shrink_to_fit();
    }
}

/// A place as one number in the order of places: there are many to sort.
fn packed(at: Location) -> u128 {
    (u128::from(at.file.0) << 64) | (u128::from(at.span.lo) << 32) | u128::from(at.span.hi)
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

/// Checks all sources of a world. Never fails and never panics: whatever is wrong is a diagnostic.
///
/// It runs on a thread whose stack is sized for the highest tree that the language allows, so that the caller's stack
/// does not matter.
#[must_use]
pub fn check(world: &dyn World) -> Checked {
    run(&crate::names::load(world))
}

/// Checks the standard library itself, every function of it; for its own tests.
#[must_use]
pub fn check_library() -> Checked {
    let mut inputs = crate::names::load(&crate::world::Sources::default());
    inputs.with_std = true;
    run(&inputs)
}

pub(crate) fn run(inputs: &Inputs) -> Checked {
    deep::run("policy-check", || complete(inputs), internal_error)
}

/// Checks, then looks for constant expressions that can only fail.
fn complete(inputs: &Inputs) -> Checked {
    let mut checked = crate::check::run(inputs);
    if inputs.stopped() {
        return checked;
    }
    let mut fails = constant::check(&checked.hir, &|file| checked.text(file));
    // What the types alone say has been reported.
    let mut said: Vec<Location> = checked.diagnostics.iter().map(|d| d.primary).collect();
    said.sort_unstable();
    fails.retain(|new| !touches_one(&said, new.primary));
    checked.diagnostics.append(&mut fails);
    quiet_below_damage(&mut checked.diagnostics);
    policy_syntax::diagnostic::sort(&mut checked.diagnostics);
    checked
}

/// Drops what expressions are said to be where their text was not understood: that was reported.
fn quiet_below_damage(diagnostics: &mut Vec<Diagnostic>) {
    /// Codes below this are of the syntax.
    const SYNTAX: Code = Code(100);
    let mut damaged: Vec<Location> =
        diagnostics.iter().filter(|d| d.code < SYNTAX).map(|d| d.primary).collect();
    damaged.sort_unstable();
    diagnostics.retain(|d| {
        let of_expressions = matches!(d.code.0, 200..=399 | 500..=599);
        !of_expressions || !touches_one(&damaged, d.primary)
    });
}

/// Whether a place lies within one of some sorted places, or one of them within it.
fn touches_one(places: &[Location], at: Location) -> bool {
    let behind = places.partition_point(|p| (p.file, p.span.lo) < (at.file, at.span.lo));
    let inside = places.get(behind..).unwrap_or_default();
    // Those that begin within `at`, and the nearest that begin before it; damage is not nested.
    let within = inside.iter().take_while(|p| p.file == at.file && p.span.lo <= at.span.hi).take(100);
    let around = places.get(behind.saturating_sub(4)..behind).unwrap_or_default();
    within.chain(around).any(|p| touches(*p, at))
}

/// Whether one place lies within the other.
fn touches(a: Location, b: Location) -> bool {
    a.file == b.file && (a.span.encloses(b.span) || b.span.encloses(a.span))
}

/// A bug in the checker is an error, never a program that passed.
fn internal_error() -> Checked {
    let diagnostic = Diagnostic::error(
        INTERNAL,
        Location::default(),
        "the checker failed on these sources; this is a bug in policyc",
    );
    Checked { diagnostics: vec![diagnostic], ..Checked::default() }
}
