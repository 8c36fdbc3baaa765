//! Why each rule found something, or what stopped it.
//!
//! An instrumented program shows the value of every sub-expression. [`Recorder`] keeps those that belong to rules, one list for
//! each evaluation of a rule (a binding of its generators); [`Observed::stories`] puts them beside the rules of the policy.

mod observed;
mod scores;

use std::collections::BTreeMap;

pub use observed::Observed;
use policy_compiler::hir::{Effect, Expr, ExprKind, Logic, Policy, Rule};
use policy_syntax::Location;

/// How many values of one evaluation are kept.
const MAX_VALUES: usize = 400;
/// How many evaluations of one rule are kept; the first and those that found something matter.
const MAX_KEPT: usize = 8;

/// A value that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where the expression stands: the first byte and one past the last, in the rule's file.
    pub span: (u32, u32),
    /// The expression, among those that stand there.
    pub node: u32,
    /// The value, as it is shown.
    pub value: String,
    /// The value, where it is a `Bool`.
    pub truth: Option<bool>,
    /// The part of the input that the expression is.
    pub input: Option<String>,
}

/// How an evaluation of a rule ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It found something.
    Found,
    /// A condition stopped it.
    Stopped,
    /// It failed.
    Failed,
}

/// One evaluation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// How it ended.
    pub ending: Ending,
    /// What was seen, in the order of evaluation.
    pub seen: Vec<Seen>,
}

/// All evaluations of one rule.
#[derive(Clone, Debug, Default)]
struct Watched {
    open: Vec<Seen>,
    /// How many truths the condition that was asked last has shown.
    truths: u32,
    /// Whether that condition stops the evaluation, unless it shows another truth.
    stopping: bool,
    kept: Vec<Evaluation>,
    found: usize,
    stopped: usize,
    failed: usize,
}

impl Watched {
    fn close(&mut self, ending: Ending) {
        let count = match ending {
            Ending::Found => &mut self.found,
            Ending::Stopped => &mut self.stopped,
            Ending::Failed => &mut self.failed,
        };
        *count += 1;
        (self.truths, self.stopping) = (0, false);
        let seen = std::mem::take(&mut self.open);
        let alike = self.kept.iter().filter(|one| one.ending == ending).count();
        if alike < MAX_KEPT {
            self.kept.push(Evaluation { ending, seen });
        }
    }

    fn value(&mut self, seen: Seen, conditions: Conditions) {
        let asked = conditions.of(seen.span);
        match (asked, seen.truth) {
            (Some((truths, stops_on)), Some(truth)) => {
                // `x is not y` shows the truth of `x is y` first, at the same place.
                if self.stopping && self.truths >= truths {
                    self.close(Ending::Stopped);
                }
                self.truths += 1;
                self.stopping = truth == stops_on;
            }
            // Something else is evaluated: the condition has its answer.
            (_, _) => {
                if self.stopping {
                    self.close(Ending::Stopped);
                }
                self.truths = 0;
            }
        }
        if self.open.len() < MAX_VALUES {
            self.open.push(seen);
        }
    }
}

/// Where a condition stands, and how many truths one evaluation of it shows at that place.
#[derive(Clone, Copy, Debug)]
struct Asked {
    span: (u32, u32),
    truths: u32,
}

impl Asked {
    fn of(root: &Expr) -> Self {
        let span = (root.location.span.lo, root.location.span.hi);
        let mut truths = 1;
        let mut here = root;
        while let ExprKind::Not(inner) = &here.kind {
            if (inner.location.span.lo, inner.location.span.hi) != span {
                break;
            }
            truths += 1;
            here = inner;
        }
        Self { span, truths }
    }
}

/// The conditions of a rule.
#[derive(Clone, Copy, Debug)]
struct Conditions {
    when: Option<Asked>,
    that: Option<Asked>,
}

impl Conditions {
    /// The condition at a place: how many truths it shows, and the one that stops the rule.
    fn of(self, span: (u32, u32)) -> Option<(u32, bool)> {
        let at = |asked: Option<Asked>, stops_on: bool| {
            asked.filter(|asked| asked.span == span).map(|asked| (asked.truths, stops_on))
        };
        at(self.when, false).or_else(|| at(self.that, true))
    }
}

/// Keeps what an instrumented program shows of the rules of one policy.
#[derive(Clone, Debug)]
pub struct Recorder {
    conditions: Vec<Conditions>,
    rules: BTreeMap<usize, Watched>,
    applies: Vec<Seen>,
}

impl Recorder {
    /// A recorder for a policy.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        let conditions = policy
            .rules
            .iter()
            .map(|rule| Conditions {
                when: rule.when.as_ref().map(Asked::of),
                that: rule.that.as_ref().map(Asked::of),
            })
            .collect();
        Self { conditions, rules: BTreeMap::new(), applies: Vec::new() }
    }

    /// Whether values of a rule are not kept any more, so that they need not be written.
    #[must_use]
    pub fn full(&self, rule: Option<usize>) -> bool {
        match rule {
            None => self.applies.len() >= MAX_VALUES,
            Some(rule) => self.rules.get(&rule).is_some_and(|watched| {
                watched.open.len() >= MAX_VALUES || watched.kept.len() >= MAX_KEPT * 3
            }),
        }
    }

    /// A value of a rule, or of `applies when` where there is no rule.
    pub fn value(&mut self, rule: Option<usize>, seen: Seen) {
        let Some(rule) = rule else {
            if self.applies.len() < MAX_VALUES {
                self.applies.push(seen);
            }
            return;
        };
        let Some(conditions) = self.conditions.get(rule).copied() else { return };
        self.rules.entry(rule).or_default().value(seen, conditions);
    }

    /// Closes what is open: the decision is made.
    fn finish(&self) -> BTreeMap<usize, Watched> {
        let mut rules = self.rules.clone();
        for watched in rules.values_mut().filter(|watched| watched.stopping) {
            watched.close(Ending::Stopped);
        }
        rules
    }

    /// A rule found something, or failed.
    pub fn ended(&mut self, rule: usize, failed: bool) {
        self.rules.entry(rule).or_default().close(if failed { Ending::Failed } else { Ending::Found });
    }
}

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleStory {
    /// The rule.
    pub rule: String,
    /// `deny`, `require`, `allow`, `escalate` or `warn`.
    pub effect: &'static str,
    /// Where its name stands.
    pub location: Location,
    /// How many evaluations found something, were stopped, and failed.
    pub counts: (usize, usize, usize),
    /// An evaluation that shows why: one that found something or failed, otherwise the first that was stopped.
    pub shown: Option<Shown>,
}

/// One evaluation, cut down to what decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// How it ended.
    pub ending: Ending,
    /// What decided it, in the order of the source.
    pub conditions: Vec<Condition>,
}

/// A condition that was asked, its answer, and what it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Where it stands.
    pub location: Location,
    /// Its value, as it is shown; none where its evaluation failed.
    pub value: Option<String>,
    /// Whether it is what stopped the rule.
    pub stopped: bool,
    /// Parts of the input, and other parts, with their values.
    pub parts: Vec<Fact>,
}

/// A part of a condition and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Where it stands.
    pub location: Location,
    /// Its value, as it is shown.
    pub value: String,
    /// The part of the input that it is, as a JSON Pointer.
    pub input: Option<String>,
}

/// The story of every rule of the policy, in source order.
fn explain(policy: &Policy, recorder: &Recorder) -> Vec<RuleStory> {
    let none = Watched::default();
    let rules = recorder.finish();
    policy
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            let watched = rules.get(&index).unwrap_or(&none);
            let by = |ending: Ending| watched.kept.iter().find(|one| one.ending == ending);
            let one = by(Ending::Found).or_else(|| by(Ending::Failed)).or_else(|| by(Ending::Stopped));
            RuleStory {
                rule: rule.id.clone(),
                effect: effect(rule),
                location: rule.location,
                counts: (watched.found, watched.stopped, watched.failed),
                shown: one.map(|one| {
                    let mut shown = shown(rule, one);
                    scores::contributions(policy, rule, &mut shown, &[&one.seen, &recorder.applies]);
                    shown
                }),
            }
        })
        .collect()
}

/// The word that a rule begins with.
fn effect(rule: &Rule) -> &'static str {
    match rule.effect {
        Effect::Deny => "deny",
        Effect::Require => "require",
        Effect::Allow => "allow",
        Effect::Escalate(_) => "escalate",
        Effect::Warn => "warn",
        Effect::Oblige { .. } => "oblige",
        Effect::Transform { .. } => "transform",
        Effect::Include(_) => "include",
    }
}

fn shown(rule: &Rule, evaluation: &Evaluation) -> Shown {
    let mut conditions = Vec::new();
    for (root, stops_on) in [(&rule.when, false), (&rule.that, true)] {
        let Some(root) = root else { continue };
        let operands: Vec<&Expr> = if let ExprKind::Logic { op: Logic::And, operands } = &root.kind {
            operands.iter().collect()
        } else {
            vec![root]
        };
        for operand in operands {
            let Some(condition) = condition(operand, evaluation, stops_on) else { continue };
            conditions.push(condition);
        }
    }
    // With `and`, what stopped a `when` is the one operand that is false; the true ones before it did not.
    if evaluation.ending == Ending::Stopped && conditions.iter().any(|condition| condition.stopped) {
        conditions.retain(|condition| condition.stopped);
    }
    Shown { ending: evaluation.ending, conditions }
}

/// A condition, if it was asked.
fn condition(root: &Expr, evaluation: &Evaluation, stops_on: bool) -> Option<Condition> {
    let span = root.location.span;
    let inside = |seen: &&Seen| span.lo <= seen.span.0 && seen.span.1 <= span.hi;
    let all: Vec<&Seen> = evaluation.seen.iter().filter(inside).collect();
    let own = all.iter().rev().find(|seen| seen.span == (span.lo, span.hi));
    if all.is_empty() {
        return None;
    }
    let stopped = evaluation.ending == Ending::Stopped && own.and_then(|own| own.truth) == Some(stops_on);
    Some(Condition {
        location: root.location,
        value: own.map(|own| own.value.clone()),
        stopped,
        parts: facts(root, &all),
    })
}

/// The values inside a condition that say most: paths of the input, calls, and operands of comparisons; each place once, with
/// its last value, in the order of the source.
fn facts(root: &Expr, all: &[&Seen]) -> Vec<Fact> {
    const MAX_FACTS: usize = 12;
    // Where several expressions stand at one place, the one that was evaluated least often is told: of a loop its source,
    // not its elements.
    let mut often: BTreeMap<u32, usize> = BTreeMap::new();
    for seen in all {
        *often.entry(seen.node).or_default() += 1;
    }
    let mut last: BTreeMap<(u32, std::cmp::Reverse<u32>), &Seen> = BTreeMap::new();
    for seen in all {
        let told = last.entry((seen.span.0, std::cmp::Reverse(seen.span.1))).or_insert(seen);
        if often.get(&seen.node) <= often.get(&told.node) {
            *told = seen;
        }
    }
    let own = (root.location.span.lo, root.location.span.hi);
    let constants = places(root, &|e| matches!(e.kind, ExprKind::Const(_)));
    // What a score is made of is told beside it.
    let scores = places(root, &|e| matches!(e.kind, ExprKind::Score(_)));
    let mut out: Vec<Fact> = Vec::new();
    let mut covered: Option<(u32, u32)> = None;
    for seen in last.values() {
        let within = covered.is_some_and(|(lo, hi)| lo <= seen.span.0 && seen.span.1 <= hi);
        // Truths are told by the conditions themselves; what a told part is made of is not told again.
        if seen.span == own || within || constants.contains(&seen.span) {
            continue;
        }
        if seen.truth.is_some() && seen.input.is_none() {
            continue;
        }
        if !scores.contains(&seen.span) {
            covered = Some(seen.span);
        }
        out.push(Fact {
            location: Location {
                file: root.location.file,
                span: policy_syntax::Span { lo: seen.span.0, hi: seen.span.1 },
            },
            value: seen.value.clone(),
            input: seen.input.clone(),
        });
        if out.len() == MAX_FACTS {
            break;
        }
    }
    out
}

/// The places of some expressions.
fn places(root: &Expr, wanted: &dyn Fn(&Expr) -> bool) -> Vec<(u32, u32)> {
    let mut out = Vec::new();
    let mut stack = vec![root];
    while let Some(e) = stack.pop() {
        if wanted(e) {
            out.push((e.location.span.lo, e.location.span.hi));
        }
        policy_compiler::hir::walk::parts(&e.kind, &mut |child| stack.push(child));
    }
    out
}
