//! Running mutants.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use policy_bytecode::Program as Code;
use policy_compiler::hir::Hir;
use policy_compiler::{Base, Options, SourceMap, compile};
use policy_syntax::{Diagnostic, Location};
use policy_vm::decision::Decision;
use policy_vm::{Limits, Quiet, Snapshot};

use super::change::{Place, make};
use super::kept::{Kept, Keys};
use super::owners::policies;
use super::sites::{Site, sites};
use super::{Fate, Mutant, Mutants};
use crate::TestOptions;
use crate::coverage::{Reached, reached_by_tests};
use crate::draw::choices::Random;
use crate::draw::shrink::shrink;
use crate::draw::{Choices, Hints};
use crate::link::{Documents, Linked};
use crate::probe::{Asked, Prober};
use crate::result::Status;
use crate::runner::{Progress, Shelf, first_failure, run_with, tested_snapshot};
use crate::workspace::Workspace;

/// What a test of a mutant may use at most.
const FUEL: u64 = 20_000_000;
/// The stack of a thread that compiles and runs mutants: that of the compiler.
const STACK: usize = 64 << 20;
/// So many inputs are drawn to tell a mutant that survives from the original.
const TRIES: u64 = 1500;

/// Whether a place is to be changed.
pub type Wanted<'a> = &'a (dyn Fn(Location) -> bool + Sync);

/// What is asked of a run.
#[derive(Clone, Copy, Default)]
pub struct MutateOptions<'a> {
    /// How many mutants run at once; none for as many as the machine has processors.
    pub threads: Option<usize>,
    /// Which places are changed; none for all.
    pub wanted: Option<Wanted<'a>>,
    /// Only what stands in rules, policies and functions whose name contains this.
    pub named: Option<&'a str>,
    /// At most so many of each kind of change, drawn by the seed; none for all.
    pub sample: Option<usize>,
    /// What is drawn to tell mutants from the original.
    pub seed: u64,
    /// What became of mutants in earlier runs; what becomes of them in this one is added.
    pub kept: Option<&'a Kept>,
}

impl std::fmt::Debug for MutateOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MutateOptions").field("threads", &self.threads).finish_non_exhaustive()
    }
}

/// Why no mutants are run.
#[derive(Clone, Debug)]
pub enum NoMutants {
    /// The project has errors.
    Errors(Vec<Diagnostic>),
    /// A test fails already, so that it can notice nothing.
    Failing(String),
}

/// Makes and runs mutants of a project.
///
/// # Errors
/// What stands in the way.
pub fn mutate(
    workspace: &Workspace,
    options: MutateOptions<'_>,
    progress: Progress<'_>,
) -> Result<Mutants, NoMutants> {
    let bench = Bench::new(workspace, options.seed)?;
    let mut all = sites(workspace);
    all.retain(|site| options.wanted.is_none_or(|wanted| wanted(site.location)));
    all.retain(|site| options.named.is_none_or(|name| site.within.contains(name)));
    if let Some(most) = options.sample {
        all = sample(all, most, options.seed);
    }
    let many = || std::thread::available_parallelism().map_or(2, usize::from);
    let threads = options.threads.unwrap_or_else(many).min(all.len()).max(1);
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Fate)>> = Mutex::new(Vec::new());
    let keys =
        options.kept.map(|kept| (kept, Keys::new(workspace, &bench.documents, &bench.shelf, options.seed)));
    let one = || {
        let mut maker = Maker { bench: &bench, base: None };
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(site) = all.get(at) else { return };
            let tests = bench.tests(site);
            let fate = match &keys {
                None => maker.fate(site, &tests),
                Some((kept, keys)) => {
                    let key = keys.of(site, &tests);
                    kept.fate(&key).unwrap_or_else(|| {
                        let fate = maker.fate(site, &tests);
                        kept.keep(key, &fate);
                        fate
                    })
                }
            };
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((at, fate));
            progress(done.len(), all.len());
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one);
            if spawned.is_err() {
                one();
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    let mutants = done.into_iter().filter_map(|(at, fate)| {
        let site = all.get(at)?;
        Some(Mutant {
            change: site.change,
            location: site.location,
            within: site.within.clone(),
            before: workspace.project.files.text(site.location).to_owned(),
            after: site.after.clone(),
            fate,
            explained: None,
        })
    });
    let mutants = mutants.filter(|mutant| mutant.fate != Fate::Invalid).collect();
    let mut mutants = Mutants { mutants, idle: Vec::new() };
    let whole = options.wanted.is_none() && options.named.is_none() && options.sample.is_none();
    explain(workspace, &mut mutants, whole);
    Ok(mutants)
}

/// At most so many sites of each kind of change, in their order.
fn sample(all: Vec<Site>, most: usize, seed: u64) -> Vec<Site> {
    let mut random = Random::new(seed);
    let mut drawn: Vec<(u64, usize)> = (0..all.len()).map(|at| (random.draw(), at)).collect();
    drawn.sort_unstable();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kept = vec![false; all.len()];
    for (_, at) in drawn {
        let Some(site) = all.get(at) else { continue };
        let count = counts.entry(site.change.name()).or_default();
        *count += 1;
        if let Some(kept) = kept.get_mut(at) {
            *kept = *count <= most;
        }
    }
    all.into_iter().zip(kept).filter_map(|(site, kept)| kept.then_some(site)).collect()
}

/// Adds what `policy.toml` explains.
fn explain(workspace: &Workspace, mutants: &mut Mutants, whole: bool) {
    for said in &workspace.project.manifest.test.mutants.explained {
        let mut about = false;
        for mutant in &mut mutants.mutants {
            let survived = matches!(mutant.fate, Fate::Survived(_));
            if survived && said.is_about(&mutant.within, mutant.change.name(), &mutant.before, &mutant.after)
            {
                mutant.explained.get_or_insert_with(|| said.because.clone());
                about = true;
            }
        }
        if whole && !about {
            mutants.idle.push(said.place);
        }
    }
}

/// What mutants share.
struct Bench<'a> {
    workspace: &'a Workspace,
    sources: SourceMap,
    original: Linked,
    snapshot: Snapshot,
    code: Option<Code>,
    hints: Hints,
    reached: Reached,
    /// The package without its tests and properties.
    bare: Hir,
    documents: Documents,
    shelf: Shelf,
    limits: Limits,
    seed: u64,
}

impl<'a> Bench<'a> {
    fn new(workspace: &'a Workspace, seed: u64) -> Result<Self, NoMutants> {
        let options = TestOptions { coverage: true, without_properties: true, ..TestOptions::default() };
        let shelf = Shelf::default();
        let results = run_with(workspace, &options, &|_, _| {}, &shelf).map_err(NoMutants::Errors)?;
        if let Some(failed) = results.tests.iter().find(|test| matches!(test.status, Status::Failed(_))) {
            return Err(NoMutants::Failing(format!("{}: {}", failed.module, failed.name)));
        }
        let original =
            workspace.link(Options { instrument: false, tests: true }).map_err(NoMutants::Errors)?;
        let snapshot = tested_snapshot(workspace, &original.program).map_err(NoMutants::Errors)?;
        let sources = workspace.source_map();
        let code = plain(&sources, &workspace.checked.hir);
        let hints = Hints::of(&workspace.checked.hir, &workspace.data_json(&original.program));
        let reached = results.coverage.as_ref().map(reached_by_tests).unwrap_or_default();
        let own = workspace.limits();
        let limits = Limits { fuel: own.fuel.min(FUEL), memory: own.memory };
        let documents = workspace.read_documents(&original.program);
        let mut bare = workspace.checked.hir.clone();
        bare.tests.clear();
        bare.properties.clear();
        Ok(Self {
            workspace,
            sources,
            original,
            snapshot,
            code,
            hints,
            reached,
            bare,
            documents,
            shelf,
            limits,
            seed,
        })
    }

    /// The tests that reach a place; all where that is not known.
    fn tests(&self, site: &Site) -> Vec<usize> {
        let all = || (0..self.original.tests.tests.len()).collect();
        let mut tests: Vec<usize> = match (site.place, site.rule) {
            (Place::Exception(at), _) => self.reached.exception(at),
            (Place::Policy(at), _) => self.reached.default_of(at),
            (Place::Rule(policy, rule), _) if site.after.is_empty() && self.is_include(policy, rule) => all(),
            (Place::Rule(..), Some((policy, rule))) => self.reached.rule(policy, rule),
            (Place::Rule(..), None) => all(),
            (Place::Expr(_), _) => {
                let known = site.conditions.iter().find_map(|id| self.reached.condition(*id));
                known.map_or_else(all, |tests| tests.iter().copied().collect())
            }
        };
        tests.retain(|at| {
            let test = self.original.tests.tests.get(*at);
            test.is_some_and(|test| self.workspace.is_own(test.location.file))
        });
        // What reaches little is about what it reaches.
        tests.sort_by_key(|at| (self.reached.parts_of(*at), *at));
        tests
    }

    /// Whether a rule includes a policy: it finds nothing itself.
    fn is_include(&self, policy: usize, rule: usize) -> bool {
        let policy = self.workspace.checked.hir.policies.get(policy);
        let rule = policy.and_then(|policy| policy.rules.get(rule));
        rule.is_some_and(|rule| matches!(rule.effect, policy_compiler::hir::Effect::Include(_)))
    }

    /// An input on which a mutant and the original differ, as a test of the original.
    fn witness(&self, mutant: &Linked, snapshot: &Snapshot, place: Place) -> Option<String> {
        let mut original =
            Prober::new(&self.original.program, &self.snapshot, self.hints.clone(), self.limits);
        let mut other = Prober::new(&mutant.program, snapshot, self.hints.clone(), self.limits);
        let hir = &self.workspace.checked.hir;
        let own = |at: &usize| {
            hir.policies.get(*at).is_some_and(|policy| self.workspace.is_own(policy.location.file))
        };
        let asked = policies(hir, place).into_iter().filter(own);
        for policy in asked.filter_map(|at| u32::try_from(at).ok()) {
            let mut random = Random::new(self.seed);
            for _ in 0..TRIES {
                let asked = original.draw(policy, &mut Choices::random(random.draw()));
                if !differ(&mut original, &mut other, &asked) {
                    continue;
                }
                let made = shrink(asked.made, &mut |made| {
                    let smaller = original.draw(policy, &mut Choices::replay(made));
                    differ(&mut original, &mut other, &smaller).then_some(smaller.made)
                });
                let small = original.draw(policy, &mut Choices::replay(made));
                let decision = original.decide(&small, &mut Quiet)?;
                return Some(original.block("the original and the mutant differ", &small, &decision));
            }
        }
        None
    }
}

/// Makes and runs mutants, one after the other.
struct Maker<'b, 'a> {
    bench: &'b Bench<'a>,
    /// Made for the first mutant; none where the constants of the original cannot be computed, which have been before.
    base: Option<Base>,
}

impl Maker<'_, '_> {
    fn fate(&mut self, site: &Site, wanted: &[usize]) -> Fate {
        let bench = self.bench;
        if self.base.is_none() {
            self.base = Base::of(&bench.workspace.checked.hir, &bench.sources).ok();
        }
        let Some(base) = &self.base else { return Fate::Invalid };
        let mut hir = bench.bare.clone();
        if !make(&mut hir, site.place, site.change) {
            return Fate::Invalid;
        }
        let tests = &bench.workspace.checked.hir.tests;
        hir.tests = wanted.iter().filter_map(|at| tests.get(*at).cloned()).collect();
        let changed = match site.place {
            Place::Expr(id) => Some(id),
            Place::Rule(..) | Place::Exception(_) | Place::Policy(_) => None,
        };
        let options = Options { instrument: false, tests: true };
        let Ok(compiled) = base.compile(&hir, &bench.sources, options, changed) else {
            return Fate::Invalid;
        };
        let Ok(linked) = bench.workspace.load(compiled) else { return Fate::Invalid };
        let Ok(snapshot) = bench.documents.builder(&linked.program).partial().build() else {
            return Fate::Invalid;
        };
        let failed = first_failure(bench.workspace, &linked, &snapshot, bench.limits, &bench.shelf);
        if let Some((test, limit)) = failed {
            return if limit { Fate::TimedOut(test) } else { Fate::Killed(test) };
        }
        let same = bench.code.is_some() && plain(&bench.sources, &hir) == bench.code;
        if same {
            return Fate::Equivalent;
        }
        // Nobody asks for an input that shows what is explained.
        let before = bench.workspace.project.files.text(site.location);
        let mut explained = bench.workspace.project.manifest.test.mutants.explained.iter();
        if explained.any(|said| said.is_about(&site.within, site.change.name(), before, &site.after)) {
            return Fate::Survived(None);
        }
        Fate::Survived(bench.witness(&linked, &snapshot, site.place))
    }
}

/// The program without tests and without what only tools read.
fn plain(sources: &SourceMap, hir: &Hir) -> Option<Code> {
    let compiled = compile(hir, sources, Options::default()).ok()?;
    Some(Code { debug: policy_bytecode::program::Debug::default(), ..compiled.program })
}

fn differ(a: &mut Prober, b: &mut Prober, asked: &Asked) -> bool {
    let (Some(a), Some(b)) = (a.decide(asked, &mut Quiet), b.decide(asked, &mut Quiet)) else { return false };
    seen(&a) != seen(&b)
}

/// What of a decision tests can tell apart.
pub(crate) fn seen(decision: &Decision) -> (u8, BTreeMap<String, usize>) {
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    let mut add = |what: String| *rules.entry(what).or_default() += 1;
    let findings = [&decision.reasons, &decision.warnings, &decision.exceptions];
    for finding in findings.into_iter().flatten() {
        add(format!("{} {}", finding.effect, finding.rule));
    }
    for duty in &decision.obligations {
        add(format!("oblige {} {}", duty.rule, duty.payload.get()));
    }
    for change in &decision.transforms {
        add(format!("transform {} {}", change.path, change.value.get()));
    }
    for error in &decision.errors {
        add(format!("error {}", error.code));
    }
    (decision.outcome as u8, rules)
}
