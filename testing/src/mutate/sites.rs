//! Where policies can be changed.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of expressions and constants are not changed"
)]

use std::collections::BTreeSet;

use policy_compiler::hir::walk::{all, effect_parts, parts};
use policy_compiler::hir::{
    Compare, Const, DefaultOutcome, Effect, Expr, ExprId, ExprKind, Hir, Logic, Policy, Quantifier, TyKind,
};
use policy_project::Files;
use policy_syntax::{Location, Span};

use super::change::{Change, Place};
use super::facts::{self, Facts};
use crate::workspace::Workspace;

/// A place and a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub(super) place: Place,
    /// What is changed.
    pub change: Change,
    /// Where: the text that is replaced.
    pub location: Location,
    /// What stands there then.
    pub after: String,
    /// The rule, policy, function or exception that it stands in.
    pub within: String,
    /// The conditions around it, innermost first; tests that ask none of them do not reach it.
    pub(super) conditions: Vec<ExprId>,
    /// The rule that it stands in.
    pub(super) rule: Option<(u32, u32)>,
}

/// All places, in the order of sources.
pub(super) fn sites(workspace: &Workspace) -> Vec<Site> {
    let hir = &workspace.checked.hir;
    let mut finder = Finder {
        workspace,
        hir,
        files: &workspace.project.files,
        sites: Vec::new(),
        within: String::new(),
        rule: None,
        facts: Facts::default(),
        seen: BTreeSet::new(),
    };
    for (at, policy) in hir.policies.iter().enumerate().filter(|(_, one)| workspace.is_own(one.location.file))
    {
        finder.policy(at, policy);
    }
    for (at, exception) in hir.exceptions.iter().enumerate() {
        if workspace.is_own(exception.location.file) {
            finder.within.clone_from(&exception.name);
            let place = Place::Exception(at);
            finder.site(place, Change::RemovedException, exception.location, String::new(), &[]);
            finder.knows(exception.when.iter());
            exception.when.iter().for_each(|when| finder.control(when));
        }
    }
    for (name, location, body) in used(hir) {
        if workspace.is_own(location.file) {
            name.clone_into(&mut finder.within);
            finder.knows([body]);
            finder.expr(body, &[]);
        }
    }
    let mut sites = finder.sites;
    let path = |at: Location| workspace.project.files.get(at.file).map(|file| file.path.clone());
    sites.sort_by_key(|site| (path(site.location), site.location.span.lo, site.location.span.hi));
    sites
}

/// Functions and module-level `let`s that policies use.
fn used(hir: &Hir) -> Vec<(&str, Location, &Expr)> {
    let (mut open, _) = crate::coverage::reachable(hir);
    let mut functions = vec![false; hir.functions.len()];
    let mut globals = vec![false; hir.globals.len()];
    let mut out = Vec::new();
    while let Some(root) = open.pop() {
        all(root, &mut |e| match &e.kind {
            ExprKind::Call { function, .. } => {
                if let Some(function) = first(&mut functions, &hir.functions, function.index()) {
                    out.push((function.name.as_str(), function.location, &function.body));
                    open.push(&function.body);
                }
            }
            ExprKind::Global(global) => {
                if let Some(global) = first(&mut globals, &hir.globals, global.index()) {
                    out.push((global.name.as_str(), global.location, &global.value));
                    open.push(&global.value);
                }
            }
            _ => {}
        });
    }
    out
}

/// An item the first time that it is asked for.
fn first<'h, T>(seen: &mut [bool], items: &'h [T], at: usize) -> Option<&'h T> {
    let seen = seen.get_mut(at)?;
    if std::mem::replace(seen, true) { None } else { items.get(at) }
}

struct Finder<'h> {
    workspace: &'h Workspace,
    hir: &'h Hir,
    files: &'h Files,
    sites: Vec<Site>,
    within: String,
    rule: Option<(u32, u32)>,
    /// What the item at hand takes as known.
    facts: Facts,
    /// Instances of generic functions stand in one place: it is changed once.
    seen: BTreeSet<(Location, String)>,
}

impl<'h> Finder<'h> {
    fn policy(&mut self, at: usize, policy: &'h Policy) {
        self.within.clone_from(&policy.name);
        let default = match policy.default {
            DefaultOutcome::Allow | DefaultOutcome::Escalate(_) => "deny",
            DefaultOutcome::Deny => "allow",
        };
        let after = format!("{} with `default {default}`", self.text(policy.location));
        self.site(Place::Policy(at), Change::Default, policy.location, after, &[]);
        self.knows(policy.applies.iter().chain(facts::of_policy(policy)));
        policy.applies.iter().for_each(|applies| self.control(applies));
        for one in &policy.lets {
            self.knows([&one.value]);
            self.expr(&one.value, &[]);
        }
        for (number, rule) in policy.rules.iter().enumerate() {
            self.within = format!("{}.{}", policy.name, rule.id);
            let numbered = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            self.rule = Some((numbered(at), numbered(number)));
            let place = Place::Rule(at, number);
            self.knows(facts::of_rule(rule));
            self.site(place, Change::RemovedRule, rule.location, String::new(), &[]);
            let effect = match &rule.effect {
                Effect::Deny => Some("warn"),
                Effect::Allow | Effect::Warn | Effect::Escalate(_) => Some("deny"),
                Effect::Require | Effect::Oblige { .. } | Effect::Transform { .. } | Effect::Include(_) => {
                    None
                }
            };
            if let Some(effect) = effect {
                let after = format!("{} with `{effect}`", rule.id);
                self.site(place, Change::Effect, rule.location, after, &[]);
            }
            rule.generators.iter().for_each(|generator| self.expr(&generator.source, &[]));
            rule.when.iter().chain(&rule.that).for_each(|e| self.control(e));
            effect_parts(&rule.effect, &mut |part| self.expr(part, &[]));
        }
        self.rule = None;
    }

    /// What stands in the item at hand.
    fn knows(&mut self, roots: impl IntoIterator<Item = &'h Expr>) {
        self.facts = Facts::of(self.files, roots);
    }

    /// What a rule asks.
    fn control(&mut self, e: &'h Expr) {
        if !matches!(e.kind, ExprKind::Logic { .. }) && !self.facts.lean_on(self.files, e) {
            self.site(Place::Expr(e.id), Change::RemovedCondition(0), e.location, "true".to_owned(), &[e.id]);
            self.negation(e, &[e.id]);
        }
        self.expr(e, &[]);
    }

    fn site(
        &mut self,
        place: Place,
        change: Change,
        location: Location,
        after: String,
        conditions: &[ExprId],
    ) {
        let own = self.workspace.is_own(location.file) && self.files.get(location.file).is_some();
        if own && self.seen.insert((location, format!("{change:?}{after}"))) {
            let (within, rule, conditions) = (self.within.clone(), self.rule, conditions.to_vec());
            self.sites.push(Site { place, change, location, after, within, conditions, rule });
        }
    }

    fn negation(&mut self, e: &'h Expr, conditions: &[ExprId]) {
        // Comparisons for equality have a change of their own that does the same, and a negation is one already.
        let equality = matches!(&e.kind, ExprKind::Compare { op: Compare::Eq | Compare::Ne, .. });
        if equality || matches!(e.kind, ExprKind::Logic { .. } | ExprKind::Const(_)) {
            return;
        }
        let after = format!("not ({})", self.text(e.location));
        self.site(Place::Expr(e.id), Change::Negation, e.location, after, conditions);
    }

    fn text(&self, location: Location) -> String {
        self.files.text(location).to_owned()
    }

    fn expr(&mut self, e: &'h Expr, around: &[ExprId]) {
        let mut conditions = vec![e.id];
        conditions.extend_from_slice(around);
        let around = if *self.hir.types.kind(e.ty) == TyKind::Bool { conditions.as_slice() } else { around };
        let place = Place::Expr(e.id);
        match &e.kind {
            ExprKind::Compare { op, left, right } => {
                let (change, sign) = match op {
                    Compare::Lt => (Change::Boundary, "<="),
                    Compare::Le => (Change::Boundary, "<"),
                    Compare::Gt => (Change::Boundary, ">="),
                    Compare::Ge => (Change::Boundary, ">"),
                    Compare::Eq => (Change::Equality, "!="),
                    Compare::Ne => (Change::Equality, "=="),
                };
                let after = format!("{} {sign} {}", self.text(left.location), self.text(right.location));
                self.site(place, change, e.location, after, around);
            }
            ExprKind::Logic { op, operands } => self.logic(e, *op, operands, around),
            ExprKind::Quantified { quantifier, .. } => self.quantifier(e, *quantifier, around),
            ExprKind::Coalesce(_, default) => {
                let after = self.text(default.location);
                self.site(place, Change::AlwaysDefault, e.location, after, around);
            }
            ExprKind::Const(constant) => self.constant(e, constant, around),
            _ => {}
        }
        let mut next = Vec::new();
        parts(&e.kind, &mut |part| next.push(part));
        for part in next {
            self.expr(part, around);
        }
    }

    fn quantifier(&mut self, e: &'h Expr, quantifier: Quantifier, around: &[ExprId]) {
        let (word, after) = match quantifier {
            Quantifier::Any => ("any", "all"),
            Quantifier::None => ("none", "all"),
            Quantifier::ExactlyOne => ("exactly one", "all"),
            Quantifier::All => ("all", "any"),
        };
        // What the language makes into a quantifier on its own has no word to change.
        if let Some(rest) = self.text(e.location).strip_prefix(word) {
            self.site(Place::Expr(e.id), Change::Quantifier, e.location, format!("{after}{rest}"), around);
        }
    }

    fn logic(&mut self, e: &'h Expr, op: Logic, operands: &'h [Expr], around: &[ExprId]) {
        let place = Place::Expr(e.id);
        let texts: Vec<String> = operands.iter().map(|operand| self.operand(operand)).collect();
        let (word, other) = match op {
            Logic::And => (" and ", " or "),
            Logic::Or => (" or ", " and "),
            Logic::Implies => (" implies ", ""),
        };
        let needed: Vec<bool> = operands.iter().map(|one| self.facts.lean_on(self.files, one)).collect();
        if op != Logic::Implies && !needed.contains(&true) {
            self.site(place, Change::AndOr, e.location, texts.join(other), around);
        }
        for ((at, operand), needed) in operands.iter().enumerate().zip(needed) {
            if needed {
                continue;
            }
            let mut near = vec![operand.id];
            near.extend_from_slice(around);
            if op != Logic::Implies {
                let mut left = texts.clone();
                left.remove(at);
                self.site(place, Change::RemovedCondition(at), e.location, left.join(word), &near);
            }
            self.negation(operand, &near);
        }
    }

    fn operand(&self, e: &Expr) -> String {
        let text = self.text(e.location);
        if matches!(e.kind, ExprKind::Logic { .. }) && !text.starts_with('(') {
            format!("({text})")
        } else {
            text
        }
    }

    fn constant(&mut self, e: &'h Expr, constant: &Const, around: &[ExprId]) {
        let text = self.text(e.location);
        let digit = text.starts_with(|c: char| c.is_ascii_digit());
        let changes: Vec<(Change, String)> = match constant {
            Const::Int(number) if digit => {
                let moved = |by: i64| number.saturating_add(by).to_string();
                vec![(Change::More, moved(1)), (Change::Less, moved(-1))]
            }
            Const::Decimal(_) | Const::Duration(_) if digit => moved(&text),
            Const::Timestamp(_) | Const::Date(_) if text.starts_with('@') => moved(&text),
            Const::String(_) if text.len() > 2 && text.starts_with('"') && text.ends_with('"') => {
                let inner = text.get(..text.len() - 1).unwrap_or("");
                vec![(Change::More, format!("{inner}~\""))]
            }
            Const::Bool(truth) if text == truth.to_string() => vec![(Change::More, (!truth).to_string())],
            _ => Vec::new(),
        };
        for (change, after) in changes {
            self.site(Place::Expr(e.id), change, e.location, after, around);
        }
    }
}

/// A constant that is moved by the smallest step.
fn moved(text: &str) -> Vec<(Change, String)> {
    vec![(Change::More, format!("{text} and a step more")), (Change::Less, format!("{text} and a step less"))]
}

/// The lines of a place, without and with a change.
#[must_use]
pub fn lines(files: &Files, location: Location, after: &str) -> (String, String) {
    let Some(file) = files.get(location.file) else { return (String::new(), String::new()) };
    let Span { lo, hi } = location.span;
    let (first, last) = (file.position(lo).0, file.position(hi).0);
    let start = file.line_start(first);
    let end = file.line_start(last.saturating_add(1));
    let text = |from: usize, to: usize| file.text.get(from..to).unwrap_or("");
    let before = text(start, end).trim_end_matches('\n').to_owned();
    let changed = format!("{}{after}{}", text(start, lo as usize), text(hi as usize, end));
    (before, changed.trim_end_matches('\n').to_owned())
}
