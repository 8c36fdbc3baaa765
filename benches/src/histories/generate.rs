//! Makes rules, histories and calls.

use super::{Call, Event, History, Kind, Rule, STEP, TOOLS, Workload, label};
use crate::random::Random;

const CALLS: usize = 1_000;

/// So many rules over histories of so many events.
#[must_use]
pub fn workload(rules: usize, events: usize) -> Workload {
    // Rules come in pairs for one tool, so that a call may break two.
    let pairs = (rules / 2).max(1);
    let tool_of = |pair: usize| pair * TOOLS / pairs;
    let rules: Vec<Rule> = (0..rules).map(|at| rule(at, tool_of(at / 2))).collect();
    // A few long histories are each followed by many calls; so that documents fit into memory.
    let histories = (40_000 / events.max(1)).clamp(4, CALLS);
    let each = CALLS.div_ceil(histories);
    let mut random = Random::new(41);
    let mut made = Workload { rules, histories: Vec::new(), calls: Vec::new() };
    for history in 0..histories {
        let mut broken: Vec<usize> = Vec::new();
        for call in history * each..(history + 1) * each {
            let pair = (call / 2) * pairs / (CALLS / 2).max(1) % pairs;
            broken.push(pair);
            // The other calls are of a tool whose rules find nothing here.
            let other = (pair + pairs / 2) % pairs;
            let tool = tool_of(if call % 2 == 0 { pair } else { other });
            made.calls.push(Call { history, tool, target: call });
        }
        broken.dedup();
        let broken = broken.iter().flat_map(|pair| [pair * 2, pair * 2 + 1]);
        made.histories.push(past(events, &made.rules, broken, &mut random));
    }
    made
}

fn rule(at: usize, call: usize) -> Rule {
    let kind = match at % 3 {
        0 => Kind::Count { most: 1 + at % 2 },
        1 => Kind::Sequence,
        _ => Kind::Taint,
    };
    let hours = [1, 6, 24].get(at / 3 % 3).copied().unwrap_or(1);
    Rule { call, kind, first: at * 7 % TOOLS, second: (at * 7 + 3) % TOOLS, hours }
}

/// A history in which some rules find what they look for.
fn past(count: usize, rules: &[Rule], broken: impl Iterator<Item = usize>, random: &mut Random) -> History {
    let mut at = 0;
    let mut events: Vec<Event> = (0..count)
        .map(|_| {
            at += STEP;
            Event {
                at,
                tool: random.to(TOOLS),
                label: format!("x{}", random.to(50)),
                target: random.to(1_000),
            }
        })
        .collect();
    let mut taken = vec![false; count];
    for index in broken {
        let Some(rule) = rules.get(index) else { continue };
        let wanted = match rule.kind {
            Kind::Count { most } => most + 1,
            Kind::Sequence => 2,
            Kind::Taint => 1,
        };
        let seen = usize::try_from(rule.hours * 3_600 / STEP).unwrap_or(0).min(count);
        let mut places = Vec::new();
        // Somewhere there is room; a history that is full shows in the calls, which would all be allowed.
        for _ in 0..10_000 {
            if places.len() == wanted {
                break;
            }
            let place = count - 1 - random.to(seen.max(1));
            if taken.get(place) == Some(&false) {
                taken[place] = true;
                places.push(place);
            }
        }
        places.sort_unstable();
        for (rank, place) in places.into_iter().enumerate() {
            if let Some(event) = events.get_mut(place) {
                event.tool = if rank == 1 && rule.kind == Kind::Sequence { rule.second } else { rule.first };
                event.label = label(index);
            }
        }
    }
    History { events, now: at + 3 }
}
