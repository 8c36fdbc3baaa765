//! Running properties: cases drawn from types, towards what has not been reached, and the smallest one that fails.

mod guide;
mod print;
#[cfg(test)]
mod tests;

use policy_bytecode::scalar::Timestamp;
use policy_compiler::hir;
use policy_compiler::test_plan::{PropertyCase, PropertyStep};
use policy_syntax::Location;
use policy_vm::decision::Outcome;
use policy_vm::{Evaluator, Snapshot, Value};

use self::guide::Guide;
use super::Shared;
use super::host::Files;
use super::steps::{Run, Stop};
use super::watch::{Values, Watch};
use crate::draw::choices::{Random, vary};
use crate::draw::shrink::shrink;
use crate::draw::{Choices, Doc, Drawing, Readable, store};
use crate::link::Linked;
use crate::modes;
use crate::result::{Failure, PropertyResult, Status};

/// So many cases are tried where nothing else is said.
const CASES: u64 = 256;
/// Fewer cases than these prove nothing.
const FEWEST: u64 = 100;
/// For each case that counts so many may be rejected.
const PATIENCE: u64 = 40;
/// So many sequences of choices that reached something new are kept, to be varied.
const MAX_KEPT: usize = 200;

/// Runs properties, one after the other.
pub(super) struct Trial<'a> {
    shared: &'a Shared<'a>,
    linked: &'a Linked,
    snapshot: &'a Snapshot,
    evaluator: Evaluator,
    files: Files<'a>,
    readable: Readable,
}

/// One case.
struct Drawn {
    now: Timestamp,
    store: Option<Doc>,
    values: Vec<Doc>,
    made: Vec<u64>,
}

/// What came of a case.
enum Tried {
    /// It does not fit its types after all, or what is assumed does not hold.
    Rejected,
    Passed,
    Failed(Stop),
}

impl<'a> Trial<'a> {
    /// None where the project has no program that shows values.
    pub(super) fn new(shared: &'a Shared<'a>) -> Option<Self> {
        let (linked, snapshot) = shared.observed()?;
        let mut evaluator = Evaluator::new(&linked.program, snapshot);
        modes::apply(&mut evaluator, shared.modes);
        let readable = Readable::of(&mut evaluator, shared.hints(), &shared.request(None));
        let files = shared.files();
        Some(Self { shared, linked, snapshot, evaluator, files, readable })
    }

    /// Runs a property, by position; nothing where it is not asked for.
    pub(super) fn property(&mut self, at: usize) -> Option<PropertyResult> {
        let case = self.linked.tests.properties.get(at)?;
        let described = self.shared.workspace.checked.hir.properties.get(at)?;
        if !self.shared.wanted(&case.module, &case.name) {
            return None;
        }
        let began = self.shared.clock.map(|clock| clock());
        let mut result = PropertyResult {
            module: case.module.clone(),
            name: case.name.clone(),
            location: case.location,
            status: Status::Passed,
            cases: 0,
            rejected: 0,
            outcomes: std::collections::BTreeMap::new(),
            implied: (0, 0),
            seed: self.shared.seed,
            counter_example: None,
            time: None,
        };
        self.cases(case, described, &mut result);
        let now = self.shared.clock.map(|clock| clock());
        result.time = now.zip(began).map(|(now, began)| now.saturating_sub(began));
        Some(result)
    }

    fn cases(&mut self, case: &PropertyCase, described: &hir::Property, result: &mut PropertyResult) {
        let said = self.shared.cases.or(case.cases).or(self.shared.workspace.project.manifest.test.cases);
        let wanted = said.unwrap_or(CASES).max(1);
        let mut random = Random::new(seed_of(self.shared.seed, &case.module, &case.name));
        let mut guide = Guide::new(self.linked, described);
        let mut kept: Vec<Vec<u64>> = Vec::new();
        let most = wanted.saturating_mul(PATIENCE);
        while result.cases < wanted && result.cases + result.rejected < most {
            let seed = random.draw();
            // Every other case is near one that reached something for the first time.
            let near = if kept.is_empty() || seed.is_multiple_of(2) {
                None
            } else {
                kept.get(usize::try_from(random.below(kept.len() as u64)).unwrap_or(0))
            };
            let mut choices = match near {
                Some(near) => Choices::varied(vary(near, &mut random), seed),
                None => Choices::random(seed),
            };
            let drawn = self.draw(case, described, &mut choices);
            guide.begin_case();
            let mut outcomes: Vec<Outcome> = Vec::new();
            let tried = self.attempt(case, &drawn, &mut guide, &mut |outcome| outcomes.push(outcome));
            if guide.reached_more() && kept.len() < MAX_KEPT {
                kept.push(drawn.made.clone());
            }
            match tried {
                Tried::Rejected => result.rejected += 1,
                Tried::Passed => {
                    result.cases += 1;
                    guide.count(&outcomes, result);
                }
                Tried::Failed(_) => {
                    result.cases += 1;
                    guide.count(&outcomes, result);
                    self.fail(case, described, drawn, result);
                    return;
                }
            }
        }
        let fewest = FEWEST.min(wanted);
        if result.cases < fewest {
            let all = result.cases + result.rejected;
            let message = format!(
                "only {} of {all} cases passed what is assumed, and fewer than {fewest} prove nothing: assume less, or say more in the types",
                result.cases
            );
            result.status = Status::Failed(vec![Failure::new(case.location, message)]);
        }
    }

    fn draw(&self, case: &PropertyCase, described: &hir::Property, choices: &mut Choices) -> Drawn {
        let program = self.linked.program.bytecode();
        let mut drawing = Drawing::new(program, self.shared.hints(), &self.readable, choices);
        let now = drawing.instant_of_now();
        let values = case
            .any
            .iter()
            .enumerate()
            .map(|(at, ty)| {
                let name = described.locals.get(at).map_or("", |local| local.name.as_str());
                drawing.value(*ty, name)
            })
            .collect();
        // Entities come last, so that a smaller store does not change what was drawn.
        let store = store(&mut drawing);
        Drawn { now, store, values, made: choices.made().to_vec() }
    }

    fn attempt<W: Watch>(
        &mut self,
        case: &PropertyCase,
        drawn: &Drawn,
        watch: &mut W,
        count: &mut dyn FnMut(Outcome),
    ) -> Tried {
        let request = self.shared.request(Some(drawn.now));
        self.evaluator.reset(&request);
        self.evaluator.use_snapshot(self.snapshot);
        if let Some(store) = &drawn.store
            && self.evaluator.give_entities(&store.json(), &request).is_err()
        {
            return Tried::Rejected;
        }
        let mut environment: Vec<Value> = Vec::with_capacity(case.any.len());
        for (ty, doc) in case.any.iter().zip(&drawn.values) {
            match self.evaluator.read_json(*ty, &doc.json(), &request) {
                Ok(value) => environment.push(value),
                Err(_) => return Tried::Rejected,
            }
        }
        let mut run = Run {
            workspace: self.shared.workspace,
            evaluator: &mut self.evaluator,
            program: &self.linked.program,
            files: &mut self.files,
            request,
            test: Location::default(),
            outcomes: Some(count),
        };
        for step in &case.steps {
            let stopped = match step {
                PropertyStep::Assume { condition, location } => {
                    match run.value(*condition, &environment, *location, watch) {
                        Ok(Value::Bool(true)) => continue,
                        Ok(_) => return Tried::Rejected,
                        Err(stop) => stop,
                    }
                }
                PropertyStep::Step(step) => match run.step(step, &mut environment, watch) {
                    Ok(()) => continue,
                    Err(stop) => stop,
                },
            };
            return Tried::Failed(stopped);
        }
        Tried::Passed
    }

    /// Finds the smallest case that fails at the same place, and says what is wrong with it.
    fn fail(
        &mut self,
        case: &PropertyCase,
        described: &hir::Property,
        first: Drawn,
        result: &mut PropertyResult,
    ) {
        let mut quiet = policy_vm::Quiet;
        let Tried::Failed(stop) = self.attempt(case, &first, &mut quiet, &mut |_| {}) else { return };
        let place = place_of(&stop);
        let made = shrink(first.made, &mut |made| {
            let drawn = self.draw(case, described, &mut Choices::replay(made));
            match self.attempt(case, &drawn, &mut policy_vm::Quiet, &mut |_| {}) {
                Tried::Failed(stop) if place_of(&stop) == place => Some(drawn.made),
                Tried::Failed(_) | Tried::Passed | Tried::Rejected => None,
            }
        });
        let smallest = self.draw(case, described, &mut Choices::replay(made));
        let mut values = Values::new(&self.linked.program);
        let explain = self.shared.explain(&self.linked.program);
        let mut failure = match self.attempt(case, &smallest, &mut values, &mut |_| {}) {
            Tried::Failed(Stop::Failed(failure)) => failure,
            Tried::Failed(Stop::Raised(raise, location)) => explain.raised(&raise, location),
            Tried::Passed | Tried::Rejected => {
                Failure::new(place, "a case failed that passes when it is tried again")
            }
        };
        explain.show(&described.steps, &mut failure, &values);
        result.counter_example = Some(print::block(
            self.shared.workspace,
            &self.linked.program,
            case,
            described,
            &smallest,
            place,
        ));
        result.status = Status::Failed(vec![failure]);
    }
}

/// The step that stopped a case.
fn place_of(stop: &Stop) -> Location {
    match stop {
        Stop::Failed(failure) => failure.location,
        Stop::Raised(_, location) => *location,
    }
}

/// A seed of its own for each property, so that others beside it do not change what it is tried on.
fn seed_of(seed: u64, module: &str, name: &str) -> u64 {
    let text = module.bytes().chain([0]).chain(name.bytes());
    text.fold(0xCBF2_9CE4_8422_2325 ^ seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
