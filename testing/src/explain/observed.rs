//! The observer that feeds a recorder.

use std::collections::BTreeMap;

use policy_compiler::hir::Policy;
use policy_vm::{Memory, Observer, Program, Value, print_observed};

use super::{Recorder, RuleStory, Seen, explain};

/// The longest value that is kept, in characters.
const MAX_VALUE: usize = 300;

/// How many evaluations of included policies are watched.
const MAX_INSTANCES: usize = 100;

/// One evaluation of a policy: the one that was asked for, or one that it includes.
#[derive(Debug)]
struct Instance {
    /// Its number among all of the decision.
    number: u32,
    /// The policy, by position.
    policy: usize,
    /// The number of the includer, and its rule that includes; none of the first.
    within: Option<(u32, u32)>,
    /// What rules' names begin with; empty for the first.
    name: String,
    recorder: Recorder,
}

/// Watches a policy of an instrumented program, and those that it includes.
#[derive(Debug)]
pub struct Observed<'p> {
    program: Program,
    policies: &'p [Policy],
    instances: Vec<Instance>,
    /// The evaluation that runs of each policy. Inclusion has no cycles, so that there is one at a time.
    running: BTreeMap<u32, usize>,
}

impl<'p> Observed<'p> {
    /// Watches the policy at a position of `policies`, which are those of the program as they were checked.
    #[must_use]
    pub fn new(program: &Program, policy: u32, policies: &'p [Policy]) -> Self {
        let mut this =
            Self { program: program.clone(), policies, instances: Vec::new(), running: BTreeMap::new() };
        this.watch(0, None, policy, String::new());
        this
    }

    /// The story of every rule of the policy, in source order; of a rule that includes a policy, the stories of that
    /// policy's rules follow.
    #[must_use]
    pub fn stories(&self) -> Vec<RuleStory> {
        self.instances.first().map_or_else(Vec::new, |first| self.stories_of(first, Some("")))
    }

    /// The stories of an evaluation whose input stands at a place of the document, where it has one place.
    fn stories_of(&self, instance: &Instance, at: Option<&str>) -> Vec<RuleStory> {
        let Some(policy) = self.policies.get(instance.policy) else { return Vec::new() };
        let mut all = Vec::new();
        for (index, mut story) in (0..).zip(explain(policy, &instance.recorder)) {
            story.rule.insert_str(0, &instance.name);
            for condition in story.shown.iter_mut().flat_map(|shown| &mut shown.conditions) {
                for part in &mut condition.parts {
                    part.input = part.input.take().and_then(|input| at.map(|at| format!("{at}{input}")));
                }
            }
            all.push(story);
            let within = Some((instance.number, index));
            let on = self.decides_on(instance.policy, index);
            let on = at.zip(on).map(|(at, on)| format!("{at}{on}"));
            for included in self.instances.iter().filter(|one| one.within == within) {
                all.extend(self.stories_of(included, on.as_deref()));
            }
        }
        all
    }

    /// The place that a policy decides on which a rule includes, below the includer's; none where there are several.
    fn decides_on(&self, policy: usize, rule: u32) -> Option<&str> {
        let code = self.program.bytecode();
        match code.policies.get(policy)?.rules.get(rule as usize)?.on.as_slice() {
            [one] => code.texts.get(one.index()).map(String::as_str),
            [] | [_, ..] => None,
        }
    }

    fn watch(&mut self, number: u32, within: Option<(u32, u32)>, policy: u32, name: String) {
        let position = policy as usize;
        match self.policies.get(position).filter(|_| self.instances.len() < MAX_INSTANCES) {
            Some(described) => {
                self.running.insert(policy, self.instances.len());
                let recorder = Recorder::new(described);
                self.instances.push(Instance { number, policy: position, within, name, recorder });
            }
            None => {
                self.running.remove(&policy);
            }
        }
    }

    fn recorder(&mut self, policy: u32) -> Option<&mut Recorder> {
        let running = *self.running.get(&policy)?;
        self.instances.get_mut(running).map(|instance| &mut instance.recorder)
    }
}

impl Observer for Observed<'_> {
    fn probe(&mut self, node: u32, value: Value, memory: Memory<'_>) {
        let number = node;
        let Some(node) = self.program.bytecode().debug.nodes.get(number as usize) else { return };
        let Some(running) = node.policy.and_then(|policy| self.running.get(&policy)) else { return };
        let Some(instance) = self.instances.get_mut(*running) else { return };
        let rule = node.rule.map(|rule| rule as usize);
        let truth = if let Value::Bool(truth) = value { Some(truth) } else { None };
        let shown = if instance.recorder.full(rule) {
            String::new()
        } else {
            let text = print_observed(&self.program, memory, node.ty, value);
            cut(text.unwrap_or_else(|_| "‹too long to show›".to_owned()))
        };
        let input = node.input.and_then(|text| self.program.bytecode().texts.get(text.index())).cloned();
        let span = (node.place.lo, node.place.hi);
        instance.recorder.value(rule, Seen { span, node: number, value: shown, truth, input });
    }

    fn include(&mut self, instance: u32, parent: u32, rule: u32, policy: u32, name: &str) {
        let includer = self.instances.iter_mut().find(|one| one.number == parent);
        // Of one that is not watched, what it includes is not either.
        let Some(includer) = includer else {
            self.running.remove(&policy);
            return;
        };
        includer.recorder.ended(rule as usize, false);
        let includer = includer.name.clone();
        self.watch(instance, Some((parent, rule)), policy, format!("{includer}{name}."));
    }

    fn rule(&mut self, policy: u32, rule: u32, failed: bool) {
        if let Some(recorder) = self.recorder(policy) {
            recorder.ended(rule as usize, failed);
        }
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text,
    }
}
