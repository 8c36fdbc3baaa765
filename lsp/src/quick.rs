//! What is wrong where something is being typed.
//!
//! A file keeps the places of its items and statements and what was found in each. After an edit, those around it are
//! checked with the rules and tests elsewhere taken out of the text, byte for byte, so that places stay what they are;
//! what was found elsewhere moves with the text. An edit that changes how the rest is read is left to the check of
//! everything, which follows anyway and tells what only it can know.

pub(crate) mod areas;
mod local;

use std::collections::BTreeMap;
use std::sync::Arc;

use policy_compiler::{CheckedModule, Session, lint};
use policy_project::Project;
use policy_syntax::{Code, Diagnostic, FileId, Location, Severity, Span};
use policy_testing::workspace::{Sources, levels};

use self::areas::{Area, around, blank, moved};
use self::local::Here;
use crate::documents::Change;

/// What is known of a file while it changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quick {
    /// None where the file was changed in a way that could not be followed.
    areas: Option<Vec<Area>>,
    /// What stands between them.
    heads: Vec<String>,
    /// Whether nothing that was changed can have made a mistake of something elsewhere, or mended one.
    pub(crate) local: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Codes below this are of the syntax.
const SYNTAX: Code = Code(100);

/// The most areas that are looked at after one edit.
const MOST: usize = 40;

/// Where an edit is followed: what is checked again, before and after it.
#[derive(Clone, Copy, Debug)]
struct Window {
    change: Change,
    before: Span,
    now: Span,
    /// The end of the token behind, where something unfinished is noticed.
    reach: u32,
}

impl Quick {
    /// What is known of a file that was checked.
    pub(crate) fn new(module: &CheckedModule, diagnostics: &[Diagnostic]) -> Self {
        let own = diagnostics.iter().filter(|d| d.primary.file == module.file).cloned().collect();
        Self {
            areas: Some(areas::of(&module.ast)),
            heads: areas::heads(module),
            local: true,
            diagnostics: own,
        }
    }

    /// The parts of the text as it is now; none where it was not followed.
    pub(crate) fn areas(&self) -> Option<&[Area]> {
        self.areas.as_deref()
    }

    /// Follows a change, and finds what is wrong where it was made. False where more has to be looked at.
    pub(crate) fn change(
        &mut self,
        change: Change,
        (before, text): (&str, &str),
        file: FileId,
        project: &Project,
        instead: &BTreeMap<FileId, Arc<str>>,
        session: &Session,
    ) -> bool {
        let Some(areas) = self.areas.take() else { return false };
        let (from, to) = around(&areas, change.old);
        let (Some(head), Some(inner), Some(tail)) = (areas.get(..from), areas.get(from..to), areas.get(to..))
        else {
            return false;
        };
        if inner.len() > MOST {
            return false;
        }
        let window = window(change, text, head, inner, tail);
        let follow = |area: &Area| {
            let Span { lo, hi } = area.span;
            Area { span: Span::new(moved(change, lo), moved(change, hi)), ..*area }
        };
        // What lies behind the change moves with it; what lies before stays.
        let mut outside: Vec<Area> = head.to_vec();
        outside.extend(tail.iter().map(follow));
        let Some(alone) = blank(text, outside.iter().filter(|a| a.apart).map(|a| a.span)) else {
            return false;
        };
        let mut instead = instead.clone();
        instead.insert(file, alone.into());
        let mut checked = session.check_file(&Sources { project, instead: &instead }, file);
        checked.modules.retain(|module| module.std || module.file == file);
        let Some(module) = checked.modules.iter().find(|m| m.file == file) else { return false };
        let heads = areas::heads(module);
        let same_heads = heads == self.heads;
        let (mut inside, others): (Vec<Area>, Vec<Area>) = areas::of(&module.ast)
            .into_iter()
            .partition(|a| window.now.lo <= a.span.lo && a.span.hi <= window.now.hi);
        // Nothing else may be read in another way, nor be damaged.
        if !outside.iter().filter(|a| !a.apart).eq(others.iter())
            || self.damage_elsewhere(file, &window, &areas)
                != window.damage_elsewhere(file, &checked.diagnostics)
        {
            return false;
        }
        let lints = lint::run(&checked, &levels(project).0);
        let found = checked.diagnostics.into_iter().chain(lints).filter(|d| window.tells(d, file, &inside));
        let found: Vec<Diagnostic> = found.collect();
        self.diagnostics.retain(|d| window.keeps(d, file, inner));
        for diagnostic in &mut self.diagnostics {
            shift(diagnostic, file, change);
        }
        self.diagnostics.extend(found);
        policy_syntax::diagnostic::sort(&mut self.diagnostics);
        self.diagnostics.dedup();
        self.local = self.local && {
            let here = Here { before, text, window: &window, old: inner, new: &inside, same_heads };
            here.same_tokens() || here.apart() && here.unheard_of(project, file, &instead)
        };
        self.heads = heads;
        inside.extend(outside);
        inside.sort_by_key(|area| area.span.lo);
        self.areas = Some(inside);
        true
    }

    /// How much damage is known outside of the window, in what is not taken out of the text.
    fn damage_elsewhere(&self, file: FileId, window: &Window, areas: &[Area]) -> usize {
        let taken_out = |d: &&Diagnostic| {
            let before = areas.partition_point(|area| area.span.lo <= d.primary.span.lo).checked_sub(1);
            let area = before.and_then(|at| areas.get(at));
            area.is_some_and(|area| area.apart && d.primary.span.lo < area.span.hi)
        };
        let damage = self.diagnostics.iter().filter(|d| d.primary.file == file && d.code < SYNTAX);
        damage.filter(|d| !window.had(d)).filter(|d| !taken_out(d)).count()
    }
}

fn window(change: Change, text: &str, head: &[Area], inner: &[Area], tail: &[Area]) -> Window {
    let lo = if head.is_empty() { 0 } else { inner.first().map_or(change.old.lo, |area| area.span.lo) };
    let lo = lo.min(change.old.lo);
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let (hi, now) = if tail.is_empty() {
        (u32::MAX, length)
    } else {
        let hi = inner.last().map_or(change.old.hi, |area| area.span.hi).max(change.old.hi);
        (hi, moved(change, hi))
    };
    let behind = text.get(now as usize..).unwrap_or("");
    let blank = behind.len() - behind.trim_start().len();
    let token = behind.trim_start().find(char::is_whitespace).unwrap_or_else(|| behind.trim_start().len());
    let reach = now.saturating_add(u32::try_from(blank + token).unwrap_or(u32::MAX));
    Window { change, before: Span::new(lo, hi), now: Span::new(lo, now), reach }
}

impl Window {
    /// Whether something was found in the window before the change.
    fn had(&self, found: &Diagnostic) -> bool {
        let at = found.primary.span.lo;
        let reach = self.before.hi.saturating_add(self.reach - self.now.hi);
        self.before.lo <= at && (at <= self.before.hi || (found.code < SYNTAX && at <= reach))
    }

    /// Whether something is found in the window now.
    fn has(&self, found: &Diagnostic) -> bool {
        let at = found.primary.span.lo;
        self.now.lo <= at && (at <= self.now.hi || (found.code < SYNTAX && at <= self.reach))
    }

    fn damage_elsewhere(&self, file: FileId, found: &[Diagnostic]) -> usize {
        let damage = found.iter().filter(|d| d.primary.file == file && d.code < SYNTAX);
        damage.filter(|d| !self.has(d)).count()
    }

    /// Whether what was found is told. What is not used may be used by what was taken out.
    fn tells(&self, found: &Diagnostic, file: FileId, areas: &[Area]) -> bool {
        found.primary.file == file
            && self.has(found)
            && (found.severity == Severity::Error || apart(areas, found.primary.span.lo))
    }

    /// Whether what was found before still holds: elsewhere, and what only the whole tells, unless it was changed.
    fn keeps(&self, found: &Diagnostic, file: FileId, areas: &[Area]) -> bool {
        let Span { lo, hi } = found.primary.span;
        let changed = lo <= self.change.old.hi && self.change.old.lo <= hi;
        let whole = found.severity != Severity::Error && !apart(areas, lo);
        found.primary.file != file || !self.had(found) || (whole && !changed)
    }
}

/// Whether a place is in an area that nothing hangs on.
fn apart(areas: &[Area], at: u32) -> bool {
    areas.iter().any(|area| area.apart && area.span.lo <= at && at <= area.span.hi)
}

/// Moves a diagnostic with the text.
fn shift(diagnostic: &mut Diagnostic, file: FileId, change: Change) {
    let follow = |at: &mut Location| {
        if at.file == file {
            let lo = if at.span.lo >= change.old.hi { moved(change, at.span.lo) } else { at.span.lo };
            at.span = Span::new(lo, moved(change, at.span.hi).max(lo));
        }
    };
    follow(&mut diagnostic.primary);
    diagnostic.secondary.iter_mut().for_each(|(at, _)| follow(at));
    diagnostic.fixes.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|(at, _)| follow(at));
}
