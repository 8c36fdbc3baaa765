//! The sizes of a document: what the symbols of a polynomial are for it.
//!
//! The text is walked as it stands, misfits and repeated keys included, so that the sizes bound whatever the machine
//! makes of it. What is no JSON ends the walk.

use std::collections::BTreeMap;

use super::path::{PathId, Root, Step};
use super::poly::{Poly, Symbol};
use super::report::Costs;
use crate::hir::{DataId, PolicyId, TyKind};

/// Deeper values are not looked at; the machine does not read them either.
const MAX_DEPTH: u32 = 400;

/// What sizes there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    known: BTreeMap<Symbol, u64>,
}

impl Sizes {
    /// Sets a size.
    pub fn set(&mut self, symbol: Symbol, size: u64) {
        self.known.insert(symbol, size);
    }

    /// A size; 0 where nothing is known of it.
    #[must_use]
    pub fn get(&self, symbol: Symbol) -> u64 {
        self.known.get(&symbol).copied().unwrap_or(0)
    }

    /// The value of a polynomial at these sizes, rounded up.
    #[must_use]
    pub fn value(&self, poly: &Poly) -> u64 {
        poly.at(&|symbol| self.get(symbol))
    }

    /// Takes the sizes of the input of a policy.
    pub fn input(&mut self, costs: &Costs<'_>, policy: PolicyId, json: &[u8]) {
        self.document(costs, Root::Input(policy.index()), json);
    }

    /// Takes the sizes of a data item.
    pub fn data(&mut self, costs: &Costs<'_>, item: DataId, json: &[u8]) {
        self.document(costs, Root::Data(item.index()), json);
    }

    /// Takes the sizes of a parameter of a policy, by position.
    pub fn parameter(&mut self, costs: &Costs<'_>, policy: PolicyId, at: usize, json: &[u8]) {
        self.document(costs, Root::Parameter(policy.index(), at), json);
    }

    fn document(&mut self, costs: &Costs<'_>, root: Root, json: &[u8]) {
        let Some(path) = costs.paths().find_root(root) else { return };
        self.known.insert(Symbol::Bytes(path), json.len() as u64);
        let mut walk = Walk { costs, text: json, at: 0, depth: 0, sizes: self };
        walk.value(&[path]);
    }

    fn at_least(&mut self, path: PathId, count: u64) {
        let size = self.known.entry(Symbol::Count(path)).or_insert(0);
        *size = (*size).max(count);
    }
}

struct Walk<'a> {
    costs: &'a Costs<'a>,
    text: &'a [u8],
    at: usize,
    depth: u32,
    sizes: &'a mut Sizes,
}

impl Walk<'_> {
    fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.text.get(self.at) {
            if !byte.is_ascii_whitespace() {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Passes over a string; gives what stands between its quotes.
    fn string(&mut self) -> &[u8] {
        self.at += 1;
        let start = self.at;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let end = self.at.min(self.text.len());
        self.at += 1;
        self.text.get(start..end).unwrap_or(&[])
    }

    /// With unions replaced by what their variants hold.
    fn expanded(&self, paths: &[PathId]) -> Vec<PathId> {
        let (hir, table) = (self.costs.hir(), self.costs.paths());
        let mut out: Vec<PathId> = Vec::new();
        let mut work = paths.to_vec();
        while let Some(path) = work.pop() {
            if out.contains(&path) {
                continue;
            }
            out.push(path);
            if let Some(ty) = table.ty(path)
                && let TyKind::Union(id) = hir.types.kind(ty)
                && let Some(def) = hir.types.union(*id)
            {
                let variants = (0..).take(def.variants.len());
                work.extend(variants.filter_map(|at| table.find_below(path, Step::Variant(at))));
            }
        }
        out
    }

    fn kind(&self, path: PathId) -> &TyKind {
        self.costs.paths().ty(path).map_or(&TyKind::Error, |ty| self.costs.hir().types.kind(ty))
    }

    fn value(&mut self, paths: &[PathId]) {
        if self.depth > MAX_DEPTH {
            self.at = self.text.len();
            return;
        }
        let mut paths = self.expanded(paths);
        let first = self.peek();
        // A lone value may stand for a list of one.
        if first != Some(b'[') {
            let lone: Vec<PathId> = paths
                .iter()
                .copied()
                .filter(|path| matches!(self.kind(*path), TyKind::List { or_one: true, .. }))
                .collect();
            for path in lone {
                self.sizes.at_least(path, 1);
                let elem = self.costs.paths().find_below(path, Step::Element);
                paths.extend(self.expanded(&elem.into_iter().collect::<Vec<_>>()));
            }
        }
        self.depth += 1;
        match first {
            Some(b'{') => self.object(&paths),
            Some(b'[') => self.array(&paths),
            Some(b'"') => {
                self.string();
            }
            Some(_) => {
                self.at += 1;
                while let Some(byte) = self.text.get(self.at) {
                    if matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace() {
                        break;
                    }
                    self.at += 1;
                }
            }
            None => {}
        }
        self.depth -= 1;
    }

    fn array(&mut self, paths: &[PathId]) {
        self.at += 1;
        let table = self.costs.paths();
        let mut count: u64 = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b']' => {
                    self.at += 1;
                    break;
                }
                b',' => self.at += 1,
                _ => {
                    let rank = u32::try_from(count).unwrap_or(u32::MAX);
                    let below: Vec<PathId> = paths
                        .iter()
                        .filter_map(|path| {
                            let tuple = matches!(self.kind(*path), TyKind::Tuple(_));
                            let step = if tuple { Step::Part(rank) } else { Step::Element };
                            table.find_below(*path, step)
                        })
                        .collect();
                    let before = self.at;
                    self.value(&below);
                    count += 1;
                    if self.at == before {
                        self.at += 1;
                    }
                }
            }
        }
        for path in paths {
            if matches!(self.kind(*path), TyKind::List { .. } | TyKind::Set { .. }) {
                self.sizes.at_least(*path, count);
            }
        }
    }

    fn object(&mut self, paths: &[PathId]) {
        self.at += 1;
        let mut counts: BTreeMap<PathId, u64> = BTreeMap::new();
        while let Some(byte) = self.peek() {
            match byte {
                b'}' => {
                    self.at += 1;
                    break;
                }
                b'"' => {
                    let raw = self.string().to_vec();
                    let key = unescaped(&raw);
                    let mut below = Vec::new();
                    for path in paths {
                        self.entry(*path, &key, &mut counts, &mut below);
                    }
                    if self.peek() == Some(b':') {
                        self.at += 1;
                        self.value(&below);
                    }
                }
                _ => self.at += 1,
            }
        }
        for (path, count) in counts {
            self.sizes.at_least(path, count);
        }
    }

    /// Where the value of a key belongs.
    fn entry(&self, path: PathId, key: &str, counts: &mut BTreeMap<PathId, u64>, below: &mut Vec<PathId>) {
        let (hir, table) = (self.costs.hir(), self.costs.paths());
        let kind = self.kind(path);
        if let TyKind::Map { .. } = kind {
            *counts.entry(path).or_insert(0) += 1;
            below.extend(table.find_below(path, Step::Value));
        } else if let TyKind::Record(id) = kind
            && let Some(def) = hir.types.record(*id)
        {
            let known = def.fields.iter().position(|field| field.name == key);
            match known.and_then(|rank| u32::try_from(rank).ok()) {
                Some(rank) if def.rest.is_none_or(|rest| rest.0 != rank) => {
                    below.extend(table.find_below(path, Step::Field(rank)));
                }
                Some(_) | None => {
                    let rest = def.rest.and_then(|rest| table.find_below(path, Step::Field(rest.0)));
                    if let Some(rest) = rest {
                        *counts.entry(rest).or_insert(0) += 1;
                        below.extend(table.find_below(rest, Step::Value));
                    }
                }
            }
        }
    }
}

/// A key without its escapes; what is no text is kept as it stands.
fn unescaped(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    if !text.contains('\\') {
        return text.into_owned();
    }
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = rest.by_ref().take(4).collect();
                let unit = u32::from_str_radix(&digits, 16).unwrap_or(0xFFFD);
                out.push(char::from_u32(unit).unwrap_or('\u{FFFD}'));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
