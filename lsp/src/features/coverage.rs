//! What tests reach, to be shown where it stands.

use std::collections::BTreeMap;

use gen_lsp_types::{Range, Uri};
use policy_testing::TestOptions;
use policy_testing::coverage::{Coverage, Item, Kind};
use serde::Serialize;

use super::testing::{self, Asked, Results};
use crate::analysis::Analysis;
use crate::failure::Failure;
use crate::lines::Encoding;
use crate::server::{Server, View};

/// Which tests made which rules find something, in the last run that measured it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fired {
    by_rule: BTreeMap<(String, String), Vec<String>>,
}

impl Fired {
    fn of(analysis: &Analysis, coverage: &Coverage) -> Self {
        let mut by_rule: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        let items = coverage.files.iter().flat_map(|file| &file.items).filter(|item| item.kind == Kind::Rule);
        let rules: BTreeMap<_, _> = analysis
            .workspace
            .checked
            .hir
            .policies
            .iter()
            .flat_map(|policy| policy.rules.iter().map(|rule| (rule.location, (&policy.name, &rule.id))))
            .collect();
        for item in items {
            let Some((policy, rule)) = rules.get(&item.location) else { continue };
            let tests = item.tests.iter().filter_map(|n| coverage.tests.get(*n as usize)).cloned();
            by_rule.entry(((*policy).clone(), (*rule).clone())).or_default().extend(tests);
        }
        Self { by_rule }
    }

    /// Takes in what another run found: of the tests that ran, only that counts.
    fn take(&mut self, new: Self, ran: &[String]) {
        for known in self.by_rule.values_mut() {
            known.retain(|test| !ran.contains(test));
        }
        for (rule, tests) in new.by_rule {
            self.by_rule.entry(rule).or_default().extend(tests);
        }
    }

    /// The tests in which a rule found something.
    pub(crate) fn by(&self, policy: &str, rule: &str) -> &[String] {
        self.by_rule.get(&(policy.to_owned(), rule.to_owned())).map_or(&[], Vec::as_slice)
    }
}

/// Something that tests reach, or not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reached {
    kind: &'static str,
    name: String,
    range: Range,
    /// How often it was reached; of a condition how often it was false, and how often true.
    hits: [u64; 2],
    /// What is missing, in words.
    missing: Vec<String>,
    tests: Vec<String>,
}

/// The items of a file.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct File {
    uri: String,
    items: Vec<Reached>,
}

/// How much of a kind is reached.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Total {
    kind: &'static str,
    reached: u64,
    all: u64,
}

/// The answer to `policy/coverage`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Covered {
    pub(crate) results: Results,
    files: Vec<File>,
    totals: Vec<Total>,
}

pub(crate) fn coverage(server: &mut Server, asked: Asked) -> Result<Covered, Failure> {
    let view = server.view(&Uri(asked.uri.clone()))?;
    let encoding = server.encoding();
    let stop = Some(server.taken_back.flag());
    let options = TestOptions { coverage: true, stop, ..TestOptions::default() };
    let (results, outcome) = testing::ran(&view, &asked, &options, encoding);
    if server.taken_back.now() {
        return Err(Failure::cancelled());
    }
    let measured = outcome.and_then(|outcome| outcome.coverage).unwrap_or_default();
    let analysis = &view.analysis;
    if results.errors.is_empty() {
        remember(server, &view, &measured);
    }
    let files = measured.files.iter().filter_map(|file| {
        let items = file.items.iter().map(|item| reached(analysis, &measured, item, encoding)).collect();
        Some(File { uri: analysis.uri(file.file)?.0, items })
    });
    let totals = measured.totals().into_iter();
    Ok(Covered {
        results,
        files: files.collect(),
        totals: totals.map(|(kind, (all, reached))| Total { kind: kind.name(), reached, all }).collect(),
    })
}

/// Keeps which tests made which rules find something, for hover.
pub(super) fn remember(server: &mut Server, view: &View, measured: &Coverage) {
    let new = Fired::of(&view.analysis, measured);
    server.fired.entry(view.key.clone()).or_default().take(new, &measured.tests);
}

fn reached(analysis: &Analysis, coverage: &Coverage, item: &Item, encoding: Encoding) -> Reached {
    let tests = item.tests.iter().filter_map(|n| coverage.tests.get(*n as usize)).cloned();
    Reached {
        kind: item.kind.name(),
        name: item.name.clone(),
        range: analysis.range(item.location, encoding),
        hits: item.hits,
        missing: item.missing.clone(),
        tests: tests.collect(),
    }
}
