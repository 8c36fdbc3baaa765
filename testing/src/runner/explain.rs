//! What to say of a failure: the place, the values of the parts, and the difference of what was compared.

use policy_bytecode::program::Place;
use policy_compiler::hir::{Compare, ExpectKind, Expr, ExprKind, IsTest, Step as HirStep};
use policy_syntax::{Location, Span};
use policy_vm::{Program, Raise};

use super::watch::Values;
use crate::diff;
use crate::result::{Failure, Part};
use crate::workspace::Workspace;

/// The longest value that is kept of a part, in characters.
const MAX_VALUE: usize = 2000;

/// Explains failures of what a program ran.
#[derive(Clone, Copy)]
pub(super) struct Explain<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) program: &'a Program,
}

impl<'a> Explain<'a> {
    /// The failure of an expression.
    pub(super) fn raised(&self, raise: &Raise, step: Location) -> Failure {
        let place = raise.place.and_then(|place| self.location(place));
        let mut failure = Failure::new(place.unwrap_or(step), raise.to_string());
        let text = place.map_or("", |place| self.workspace.project.files.text(place));
        if raise.failure.code == policy_vm::Code::MissingData
            && let Some(name) = self.missing(text)
        {
            failure.message = format!(
                "data {name} has no value: say `given data {text} = …`, or add a file of its name below data/"
            );
        }
        if raise.failure.code == policy_vm::Code::MissingEntities {
            failure.message = "no entities were given: say `given entities = …`, or list files below [entities] in policy.toml".to_owned();
        }
        for place in &raise.trace {
            if let Some(location) = self.location(*place) {
                failure.notes.push(format!("from {}", self.workspace.project.files.show(location)));
            }
        }
        failure
    }

    /// The data item that a text names, if it has neither a file nor a default.
    fn missing(&self, text: &str) -> Option<&'a str> {
        let workspace = self.workspace;
        let position = workspace.checked.hir.data.iter().position(|item| {
            item.name == text || item.name.strip_suffix(text).is_some_and(|module| module.ends_with('.'))
        })?;
        let item = workspace.checked.hir.data.get(position)?;
        let has_file = workspace.data.iter().any(|(at, _)| *at == position);
        (!has_file && item.default.is_none()).then_some(item.name.as_str())
    }

    /// The location of a place of the program, where it is in a file of the project.
    fn location(&self, place: Place) -> Option<Location> {
        let path = self.program.bytecode().debug.files.get(place.file as usize)?;
        let (file, _) = self.workspace.project.files.iter().find(|(_, file)| file.path == *path)?;
        Some(Location { file, span: Span { lo: place.lo, hi: place.hi } })
    }

    /// Puts the values of sub-expressions, and the difference of a comparison, into a failure.
    pub(super) fn show(&self, steps: &'a [HirStep], failure: &mut Failure, values: &Values) {
        let workspace = self.workspace;
        let Some(file) = workspace.project.files.get(failure.location.file) else { return };
        let number = self.program.bytecode().debug.files.iter().position(|path| *path == file.path);
        let Some(number) = number.and_then(|number| u32::try_from(number).ok()) else { return };
        let step = step(steps, failure.location);
        let outer = step.map_or(failure.location, |step| step.location);
        let constants = step.map(constants).unwrap_or_default();
        let seen = values.seen();
        for ((in_file, lo, hi), value) in &seen {
            let hi = hi.0;
            let inside = *in_file == number && outer.span.lo <= *lo && hi <= outer.span.hi;
            let whole =
                step.is_some_and(|step| matches!(step.root, Root::Condition(e) if span(e) == (*lo, hi)));
            if inside && !whole && !constants.contains(&(*lo, hi)) {
                let location = Location { file: outer.file, span: Span { lo: *lo, hi } };
                failure.parts.push(Part { location, value: cut(value) });
            }
        }
        if let Some((left, right)) = step.and_then(|step| step.sides()) {
            let value = |e: &Expr| {
                let (lo, hi) = span(e);
                seen.get(&(number, lo, std::cmp::Reverse(hi)))
            };
            if let (Some(left), Some(right)) = (value(left), value(right)) {
                failure.diff = diff::json(left, right).unwrap_or_default();
            }
        }
    }
}

/// The `expect` that a place belongs to.
fn step(steps: &[HirStep], place: Location) -> Option<Expected<'_>> {
    steps.iter().find_map(|step| match step {
        HirStep::Expect(expect)
            if expect.location.file == place.file
                && expect.location.span.lo <= place.span.lo
                && place.span.hi <= expect.location.span.hi =>
        {
            let root = match &expect.kind {
                ExpectKind::Holds(e) => Root::Condition(e),
                ExpectKind::Decision { input, .. } => Root::Input(input),
            };
            Some(Expected { root, location: expect.location })
        }
        HirStep::Expect(_) | HirStep::Given(_) | HirStep::Let(_) => None,
    })
}

/// An `expect` and its expression.
#[derive(Clone, Copy)]
struct Expected<'a> {
    root: Root<'a>,
    location: Location,
}

#[derive(Clone, Copy)]
enum Root<'a> {
    /// What must be true.
    Condition(&'a Expr),
    /// What the policy is asked about.
    Input(&'a Expr),
}

impl<'a> Expected<'a> {
    /// The sides of a comparison for equality.
    fn sides(self) -> Option<(&'a Expr, &'a Expr)> {
        let Root::Condition(e) = self.root else { return None };
        if let ExprKind::Compare { op: Compare::Eq, left, right } = &e.kind {
            return Some((left, right));
        }
        if let ExprKind::Is { value, test: IsTest::Equal(other) } = &e.kind {
            return Some((value, other));
        }
        None
    }
}

fn span(e: &Expr) -> (u32, u32) {
    (e.location.span.lo, e.location.span.hi)
}

/// Places of constants in an `expect`: the source shows their values.
fn constants(step: Expected<'_>) -> Vec<(u32, u32)> {
    let mut out = Vec::new();
    let mut open = match step.root {
        Root::Condition(e) | Root::Input(e) => vec![e],
    };
    while let Some(e) = open.pop() {
        if matches!(e.kind, ExprKind::Const(_)) {
            out.push(span(e));
        }
        policy_compiler::hir::walk::parts(&e.kind, &mut |child| open.push(child));
    }
    out
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(MAX_VALUE) {
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or("")),
        None => value.to_owned(),
    }
}
