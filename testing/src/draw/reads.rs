//! What types that are read from texts take: not every text is a host, a path or a quantity.

use std::collections::{BTreeMap, BTreeSet};

use policy_bytecode::makeup::Makeup;
use policy_bytecode::program::TypeId;
use policy_bytecode::types::Type;
use policy_vm::{Evaluator, Request};

use super::doc::Doc;
use super::hints::{Hints, Pool};

/// Spellings that one type or another takes.
const SAMPLES: [&str; 36] = [
    "a",
    "b",
    "c",
    "a/b",
    "example.com",
    "other.example.org",
    "a.example.com",
    "https://example.com/",
    "https://other.example.org/a?b=c",
    "http://example.com:8080/",
    "10.0.0.1",
    "192.168.1.1",
    "8.8.8.8",
    "::1",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "192.168.0.0/16",
    "::/0",
    "1.0.0",
    "1.2.3",
    "2.0.0-rc.1",
    "0.1.0",
    "^1.0",
    "*",
    "a*",
    "**",
    "src/**",
    "YQ==",
    "",
    "1",
    "0",
    "2",
    "100",
    "1k",
    "1Mi",
    "500m",
];

/// Documents that types take, found by trying.
#[derive(Clone, Debug, Default)]
pub struct Readable {
    known: BTreeMap<u32, Known>,
}

/// Documents that a type takes, and where each text and number stands among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    docs: Vec<Doc>,
    texts: BTreeMap<String, usize>,
    numbers: BTreeMap<i64, usize>,
}

impl Known {
    fn new(docs: Vec<Doc>) -> Self {
        let mut known = Self::default();
        for (at, doc) in docs.iter().enumerate() {
            match doc {
                Doc::Text(text) => {
                    known.texts.entry(text.clone()).or_insert(at);
                }
                Doc::Number(number) => {
                    if let Ok(number) = number.parse() {
                        known.numbers.entry(number).or_insert(at);
                    }
                }
                Doc::Absent | Doc::Bool(_) | Doc::List(_) | Doc::Object(_) | Doc::Entity(..) => {}
            }
        }
        known.docs = docs;
        known
    }

    /// All of them.
    pub(super) fn docs(&self) -> &[Doc] {
        &self.docs
    }

    /// Those that are among what a field is compared with, in their order.
    pub(super) fn hinted(&self, pool: &Pool) -> Vec<&Doc> {
        let texts = pool.texts.iter().filter_map(|text| self.texts.get(text));
        let numbers = pool.ints.iter().filter_map(|number| self.numbers.get(number));
        self.at(texts.chain(numbers).copied().collect())
    }

    /// Those that are among some texts, in their order.
    pub(super) fn among(&self, texts: &[String]) -> Vec<&Doc> {
        self.at(texts.iter().filter_map(|text| self.texts.get(text)).copied().collect())
    }

    fn at(&self, places: BTreeSet<usize>) -> Vec<&Doc> {
        places.into_iter().filter_map(|at| self.docs.get(at)).collect()
    }
}

impl Readable {
    /// Tries all that policies compare with, and some more, on each type that refuses some texts.
    #[must_use]
    pub fn of(evaluator: &mut Evaluator, hints: &Hints, request: &Request) -> Self {
        let program = evaluator.program().clone();
        let mut texts: BTreeSet<&str> = hints.everything().texts.iter().map(String::as_str).collect();
        texts.extend(hints.pools().flat_map(|pool| &pool.texts).map(String::as_str));
        let mut known = BTreeMap::new();
        for (at, ty) in (0..).zip(&program.bytecode().types) {
            if !refuses(ty) {
                continue;
            }
            let numbers = hints.everything().ints.iter().map(|number| Doc::int(*number));
            let others = texts.iter().filter(|text| !SAMPLES.contains(text));
            let all = SAMPLES.iter().chain(others).map(|text| Doc::Text((*text).to_owned())).chain(numbers);
            let mut good = Vec::new();
            for doc in all {
                evaluator.reset(request);
                if evaluator.read_json(TypeId(at), &doc.json(), request).is_ok() {
                    good.push(doc);
                }
            }
            known.insert(at, Known::new(good));
        }
        evaluator.reset(request);
        Self { known }
    }

    /// What a type takes; none where it takes every text, or is not made of texts.
    pub(super) fn of_type(&self, ty: TypeId) -> Option<&Known> {
        self.known.get(&ty.0)
    }
}

/// Whether a type is spelled as texts and does not take all of them.
fn refuses(ty: &Type) -> bool {
    matches!(ty.makeup(), Makeup::Spelled | Makeup::Read { .. })
}
