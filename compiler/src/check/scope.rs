//! Names in scope, shared: binding one more makes a new scope and leaves the one before as it was.
//!
//! A trie over hashes of names. Looking a name up and binding one take the same few steps however many names there
//! are; a chain of frames would take one for each `let` of a policy.

use std::hash::BuildHasher as _;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use super::env::Binding;
use crate::hash::State;

/// Bits of the hash that one level of the trie tells apart.
const BITS: u32 = 4;

/// What the names in scope are bound to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope(Option<Rc<Node>>);

#[derive(Debug)]
enum Node {
    /// Names of one hash.
    Leaf(u64, Vec<(Arc<str>, Binding)>),
    /// By the next bits of the hash.
    Branch([Option<Rc<Node>>; 1 << BITS]),
}

impl Scope {
    /// What a name is bound to.
    pub(crate) fn get(&self, name: &str) -> Option<&Binding> {
        let hash = hash(name);
        let mut node = self.0.as_deref()?;
        let mut level = 0;
        loop {
            match node {
                Node::Leaf(of, names) => {
                    return (*of == hash).then(|| names.iter().find(|(n, _)| **n == *name))?.map(|(_, b)| b);
                }
                Node::Branch(below) => {
                    node = below.get(slot(hash, level))?.as_deref()?;
                    level += 1;
                }
            }
        }
    }

    /// With a name bound, which hides what it was bound to.
    pub(crate) fn with(&self, name: Arc<str>, binding: Binding) -> Self {
        let hash = hash(&name);
        Self(Some(insert(self.0.as_ref(), hash, 0, name, binding)))
    }

    /// Calls `each` with every name, in no order that means anything.
    pub(crate) fn each(&self, each: &mut dyn FnMut(&Arc<str>)) {
        self.0.iter().for_each(|node| visit(node, each));
    }
}

/// The same for one name as long as the process lives.
fn hash(name: &str) -> u64 {
    static STATE: LazyLock<State> = LazyLock::new(State::default);
    STATE.hash_one(name)
}

fn slot(hash: u64, level: u32) -> usize {
    usize::try_from(hash.checked_shr(level * BITS).unwrap_or(0) & ((1 << BITS) - 1)).unwrap_or(0)
}

fn insert(node: Option<&Rc<Node>>, hash: u64, level: u32, name: Arc<str>, binding: Binding) -> Rc<Node> {
    let Some(node) = node else { return Rc::new(Node::Leaf(hash, vec![(name, binding)])) };
    let mut below = match &**node {
        Node::Leaf(of, names) if *of == hash => {
            let mut names: Vec<_> = names.iter().filter(|(n, _)| *n != name).cloned().collect();
            names.push((name, binding));
            return Rc::new(Node::Leaf(hash, names));
        }
        Node::Leaf(of, _) => {
            let mut below: [Option<Rc<Node>>; 1 << BITS] = std::array::from_fn(|_| None);
            if let Some(there) = below.get_mut(slot(*of, level)) {
                *there = Some(Rc::clone(node));
            }
            below
        }
        Node::Branch(below) => below.clone(),
    };
    if let Some(there) = below.get_mut(slot(hash, level)) {
        *there = Some(insert(there.as_ref(), hash, level + 1, name, binding));
    }
    Rc::new(Node::Branch(below))
}

fn visit(node: &Node, each: &mut dyn FnMut(&Arc<str>)) {
    match node {
        Node::Leaf(_, names) => names.iter().for_each(|(name, _)| each(name)),
        Node::Branch(below) => below.iter().flatten().for_each(|node| visit(node, each)),
    }
}
