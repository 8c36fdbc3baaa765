//! What can be reached along edges.

use policy_vm::{Context, Value};

use super::order::groups;
use super::{Result, pay, take};

/// Nodes at places of `all`, an edge from one place to another, and how many places at the front are where it begins.
struct Graph {
    all: Vec<Value>,
    begins: usize,
    edges: Vec<(usize, usize)>,
}

impl Graph {
    fn new(context: &mut Context<'_>, from: Value) -> Result<Self> {
        pay(context, &[from])?;
        let all = context.elements(from)?.to_vec();
        Ok(Self { begins: all.len(), all, edges: Vec::new() })
    }

    /// A node's place.
    fn place(&mut self, context: &mut Context<'_>, node: Value) -> Result<usize> {
        context.charge(1)?;
        self.all.push(node);
        Ok(self.all.len() - 1)
    }

    /// The set of nodes that can be reached, those where it begins included.
    fn reached(self, context: &mut Context<'_>) -> Result {
        // Equal nodes are one: each is known by its group.
        let groups = groups(context, &self.all)?;
        let mut group_of = vec![0usize; self.all.len()];
        for (number, places) in groups.iter().enumerate() {
            for place in places {
                if let Some(slot) = group_of.get_mut(*place) {
                    *slot = number;
                }
            }
        }
        let group = |place: usize| group_of.get(place).copied().unwrap_or(0);
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
        for &(from, to) in &self.edges {
            if let Some(out) = next.get_mut(group(from)) {
                out.push(group(to));
            }
        }
        let mut reached = vec![false; groups.len()];
        let mut waiting: Vec<usize> = (0..self.begins).map(group).collect();
        while let Some(node) = waiting.pop() {
            let Some(seen) = reached.get_mut(node).filter(|seen| !**seen) else { continue };
            *seen = true;
            waiting.extend(next.get(node).into_iter().flatten());
        }
        let mark = context.begin();
        for (places, reached) in groups.iter().zip(reached) {
            if let Some(node) = places.first().and_then(|&place| self.all.get(place)).filter(|_| reached) {
                context.push(*node)?;
            }
        }
        context.finish_set(mark)
    }
}

pub(crate) fn reachable(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [from, edges] = take(args)?;
    let mut graph = Graph::new(context, from)?;
    pay(context, &[edges])?;
    let entries = context.entries(edges)?.to_vec();
    let (pairs, _) = entries.as_chunks::<2>();
    for &[node, targets] in pairs {
        let node = graph.place(context, node)?;
        for target in context.elements(targets)?.to_vec() {
            let target = graph.place(context, target)?;
            graph.edges.push((node, target));
        }
    }
    graph.reached(context)
}

pub(crate) fn reachable_by_pairs(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [from, edges] = take(args)?;
    let mut graph = Graph::new(context, from)?;
    pay(context, &[edges])?;
    for pair in context.elements(edges)?.to_vec() {
        if let &[node, target] = context.elements(pair)? {
            let (node, target) = (graph.place(context, node)?, graph.place(context, target)?);
            graph.edges.push((node, target));
        }
    }
    graph.reached(context)
}
