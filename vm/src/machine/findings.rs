//! What rules found, before it becomes a decision.

use policy_bytecode::program::{DefaultOutcome, Effect, Joins, Mode, Policy};

use crate::decision::MAX_LISTED;
use crate::value::Value;

/// A value that a finding carries, or the failure of evaluating it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Note {
    /// The value.
    Value(Value),
    /// It failed, by the position in the list of failures.
    Failed(u32),
}

/// What an evaluation of a rule came to. Failures are given by their position in the list of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It found something.
    Finding,
    /// It failed.
    Failed(u32),
    /// Its mode could not be computed.
    ModeFailed(u32),
    /// The condition of one of its exceptions failed: the exception, and the failure.
    ExceptionFailed(u32, u32),
    /// An included policy, whose outcome joins, gave its default.
    Default,
    /// `applies when` or `mode` of an included policy failed.
    InstanceFailed(u32),
}

impl Kind {
    /// Whether the rule failed, and did not find something.
    pub(crate) const fn is_failure(self) -> bool {
        match self {
            Self::Finding | Self::Default => false,
            Self::Failed(_) | Self::ModeFailed(_) | Self::ExceptionFailed(..) | Self::InstanceFailed(_) => {
                true
            }
        }
    }
}

/// One evaluation of a rule that found something or failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// The evaluation of a policy that the rule belongs to.
    pub(crate) instance: u32,
    pub(crate) rule: u32,
    pub(crate) kind: Kind,
    pub(crate) mode: Mode,
    /// Its notes: a run of [`Findings::notes`].
    pub(crate) notes: (u32, u32),
    /// The exceptions that hold for it: a run of [`Findings::holding`].
    pub(crate) excepted: (u32, u32),
}

/// Whether the policy speaks of the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Applies {
    /// It does.
    #[default]
    Yes,
    /// It does not.
    No,
    /// The condition failed.
    Failed(u32),
}

/// How far towards deny an outcome lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    Allow,
    Escalate,
    Deny,
}

/// One evaluation of a policy: the one that was asked for, or one that it includes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instance {
    pub(crate) policy: u32,
    /// The instance that includes it, and the rule that does so; of the first, itself.
    pub(crate) parent: (u32, u32),
    pub(crate) joins: Joins,
    /// Its name, a text; absent where it is the policy's own.
    pub(crate) name: Value,
    /// Where its input stands in the document, a JSON Pointer; absent where it is no part of it.
    pub(crate) pointer: Value,
    /// The weaker of the includer's mode and the policy's.
    pub(crate) mode: Mode,
    pub(crate) applies: Applies,
    /// Why the policy's mode could not be computed.
    pub(crate) mode_failed: Option<u32>,
    /// The strictest of what decides.
    pub(crate) strictest: Option<Weight>,
    /// Whether a rule has decided, so that with `resolve first` no other does.
    pub(crate) decided: bool,
    /// How often the rule that was last heard of is listed.
    pub(super) current: (u32, u32),
}

impl Instance {
    pub(crate) fn new(policy: u32, mode: Mode) -> Self {
        Self {
            policy,
            parent: (0, u32::MAX),
            joins: Joins::Rules,
            name: Value::Absent,
            pointer: Value::Absent,
            mode,
            applies: Applies::Yes,
            mode_failed: None,
            strictest: None,
            decided: false,
            current: (u32::MAX, 0),
        }
    }

    /// What its rules come to, without the default. With `resolve first` they are those up to the first that decides.
    pub(crate) fn decides(&self) -> Option<Weight> {
        if self.applies == Applies::No {
            return None;
        }
        if self.mode_failed.is_some() {
            return Some(Weight::Deny);
        }
        match self.applies {
            Applies::Failed(_) => (self.mode == Mode::Enforce).then_some(Weight::Deny),
            Applies::Yes | Applies::No => self.strictest,
        }
    }

    /// Counts what a rule decides; of one that asks something of the host, its failure denies but ends nothing.
    fn count(&mut self, weight: Weight, ends: bool) {
        self.strictest = self.strictest.max(Some(weight));
        self.decided |= ends;
    }
}

/// What a rule said ahead of its next finding.
#[derive(Clone, Copy, Debug, Default)]
struct Ahead {
    mode: Option<Mode>,
    /// The default that an included policy gave, and its mode.
    default: Option<(Mode, Weight)>,
    /// Where the exceptions begin that hold for it.
    holding: u32,
}

/// What the rules of one policy found on one input.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Found>,
    pub(crate) notes: Vec<Note>,
    /// Evaluations of policies; the first is the one that was asked for.
    pub(crate) instances: Vec<Instance>,
    /// Positions of instances, ordered by includer and name.
    pub(crate) names: Vec<u32>,
    /// Exceptions that hold for findings.
    pub(crate) holding: Vec<u32>,
    /// Findings and failures that are counted only.
    pub(crate) omitted: u64,
    /// Whether a transform was found that counts.
    pub(crate) transforms: bool,
    /// Two transforms that cannot both be made: the failure, and the second of the two.
    pub(crate) conflict: Option<(u32, u32)>,
    ahead: Ahead,
    open: bool,
}

/// A finding or failure that is about to be listed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened {
    pub(crate) instance: u32,
    pub(crate) rule: u32,
    pub(crate) kind: Kind,
    pub(crate) mode: Mode,
    /// What it counts where nothing takes it away.
    pub(crate) weight: Option<Weight>,
    /// Whether a rule that decides is done then, with `resolve first`.
    pub(crate) ends: bool,
    /// Whether it is listed however many there are: what the host must do.
    pub(crate) always: bool,
}

impl Findings {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.notes.clear();
        self.instances.clear();
        self.names.clear();
        self.holding.clear();
        self.omitted = 0;
        self.transforms = false;
        self.conflict = None;
        self.ahead = Ahead::default();
        self.open = false;
    }

    pub(crate) fn instance(&self, at: u32) -> Option<&Instance> {
        self.instances.get(at as usize)
    }

    /// The evaluation of the policy that was asked for.
    pub(crate) fn root(&self) -> Option<&Instance> {
        self.instances.first()
    }

    /// Counts a finding or failure of a rule towards the outcome, and opens it; false where it is only counted.
    pub(crate) fn open(&mut self, opened: Opened) -> bool {
        let Opened { instance: at, rule, kind, mode, weight, ends, always } = opened;
        let end = short(self.holding.len());
        // Exceptions are for findings; what holds is told with a failure too, but takes nothing away.
        let finds = matches!(kind, Kind::Finding | Kind::Default);
        let excepted = if finds { (self.ahead.holding, end) } else { (end, end) };
        if finds {
            self.ahead = Ahead { mode: None, default: None, holding: end };
        }
        let Some(instance) = self.instances.get_mut(at as usize) else { return false };
        if let Some(weight) = weight.filter(|_| excepted.0 == excepted.1) {
            instance.count(weight, ends);
        }
        if instance.current.0 != rule {
            instance.current = (rule, 0);
        }
        if instance.current.1 as usize >= MAX_LISTED && !always {
            self.omitted += 1;
            if finds {
                self.holding.truncate(excepted.0 as usize);
                self.ahead.holding = excepted.0;
            }
            return false;
        }
        instance.current.1 = instance.current.1.saturating_add(1);
        let start = short(self.notes.len());
        self.list.push(Found { instance: at, rule, kind, mode, notes: (start, start), excepted });
        self.open = true;
        true
    }

    /// Adds a note to the open finding; false where none is open.
    pub(crate) fn note(&mut self, note: Note) -> bool {
        if !self.open {
            return false;
        }
        self.notes.push(note);
        if let Some(last) = self.list.last_mut() {
            last.notes.1 += 1;
        }
        true
    }

    pub(crate) fn close(&mut self) {
        self.open = false;
    }

    /// What a rule said of the mode of its next finding.
    pub(crate) fn own_mode(&self) -> Option<Mode> {
        self.ahead.mode
    }

    pub(crate) fn set_mode(&mut self, mode: Mode) {
        self.ahead.mode = Some(mode);
    }

    /// Forgets what was said ahead of a finding that did not come: it failed, or it was an include.
    pub(crate) fn forget_ahead(&mut self) {
        self.holding.truncate(self.ahead.holding as usize);
        (self.ahead.mode, self.ahead.default) = (None, None);
    }

    /// The default that the included policy gave which ended last, and its mode.
    pub(crate) fn given_default(&self) -> Option<(Mode, Weight)> {
        self.ahead.default
    }

    pub(crate) fn hold(&mut self, exception: u32) {
        self.holding.push(exception);
    }

    /// Ends an included policy: what it comes to is what the rule that includes it comes to.
    pub(crate) fn finish_instance(&mut self, at: u32, policy: &Policy) {
        let Some(instance) = self.instance(at).copied() else { return };
        self.ahead.default = None;
        let failures = [
            match instance.applies {
                Applies::Failed(raised) => Some((raised, instance.mode)),
                Applies::Yes | Applies::No => None,
            },
            instance
                .mode_failed
                .filter(|_| instance.applies != Applies::No)
                .map(|raised| (raised, Mode::Enforce)),
        ];
        for (raised, mode) in failures.into_iter().flatten() {
            let kind = Kind::InstanceFailed(raised);
            let opened =
                Opened { instance: at, rule: u32::MAX, kind, mode, weight: None, ends: false, always: false };
            self.open(opened);
            self.close();
        }
        let weight = match (instance.joins, instance.decides()) {
            (_, None) if instance.applies == Applies::No => None,
            (Joins::Rules, weight) => weight,
            (Joins::Outcome, Some(Weight::Allow)) => None,
            (Joins::Outcome, Some(weight)) => Some(weight),
            // The rule itself finds, where no exception to it holds: its code goes on with that.
            (Joins::Outcome, None) => {
                self.ahead.default = match policy.default {
                    DefaultOutcome::Allow => None,
                    DefaultOutcome::Deny => Some((instance.mode, Weight::Deny)),
                    DefaultOutcome::Escalate(_) => Some((instance.mode, Weight::Escalate)),
                };
                None
            }
        };
        if let (Some(weight), Some(parent)) = (weight, self.instances.get_mut(instance.parent.0 as usize)) {
            parent.count(weight, true);
        }
    }
}

fn short(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// What a finding or failure of a rule counts towards the outcome.
pub(crate) const fn weight(effect: Effect, mode: Mode, failed: bool, skip: bool) -> Option<Weight> {
    match (mode, effect) {
        (Mode::Observe | Mode::Advise, _) | (Mode::Enforce, Effect::Warn) => None,
        (Mode::Enforce, Effect::Deny | Effect::Require | Effect::Escalate) if failed && skip => None,
        (Mode::Enforce, Effect::Deny | Effect::Require) => Some(Weight::Deny),
        (Mode::Enforce, Effect::Escalate) => {
            if failed {
                Some(Weight::Deny)
            } else {
                Some(Weight::Escalate)
            }
        }
        (Mode::Enforce, Effect::Allow) => {
            if failed {
                None
            } else {
                Some(Weight::Allow)
            }
        }
        (Mode::Enforce, Effect::Oblige { .. } | Effect::Transform | Effect::Include { .. }) => {
            if failed {
                Some(Weight::Deny)
            } else {
                None
            }
        }
    }
}
