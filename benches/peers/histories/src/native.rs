//! Windows by hand: what a monitor written in Rust would have at the moment of a call.

use std::collections::HashMap;

use policy_benches::histories::{Call, Kind, Rule, TOOLS, Workload, label};

/// Where events of a label stand, by tool.
type Places = HashMap<String, HashMap<usize, Vec<i64>>>;

/// What is kept of histories, and the rules by tool.
pub struct Windows {
    histories: Vec<(i64, Places)>,
    rules: Vec<Vec<(String, Rule)>>,
}

impl Windows {
    /// What is kept once all events were seen.
    pub fn of(work: &Workload) -> Self {
        let histories = work.histories.iter().map(|history| {
            let mut places = Places::new();
            for event in &history.events {
                places.entry(event.label.clone()).or_default().entry(event.tool).or_default().push(event.at);
            }
            (history.now, places)
        });
        let mut rules = vec![Vec::new(); TOOLS];
        for (at, rule) in work.rules.iter().enumerate() {
            rules[rule.call].push((label(at), *rule));
        }
        Self { histories: histories.collect(), rules }
    }

    /// How many rules a call breaks.
    pub fn broken(&self, _: &Workload, call: &Call) -> usize {
        let (now, places) = &self.histories[call.history];
        let none = Vec::new();
        let breaks = |(label, rule): &&(String, Rule)| {
            let Some(tools) = places.get(label) else { return false };
            let since = now - rule.hours * 3_600;
            let times = |tool: usize| tools.get(&tool).unwrap_or(&none);
            match rule.kind {
                Kind::Count { most } => {
                    let times = times(rule.first);
                    times.len() - times.partition_point(|at| *at < since) > most
                }
                Kind::Sequence => match (times(rule.first).first(), times(rule.second).last()) {
                    (Some(first), Some(last)) => first < last && *last >= since,
                    _ => false,
                },
                Kind::Taint => tools.values().any(|times| times.last().is_some_and(|at| *at >= since)),
            }
        };
        self.rules[call.tool].iter().filter(breaks).count()
    }
}
