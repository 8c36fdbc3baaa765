//! The steps of one test or property.

use policy_bytecode::program::FunctionIndex;
use policy_compiler::hir::GivenTarget;
use policy_compiler::test_plan::{Expectation, Step, TestCase};
use policy_syntax::Location;
use policy_vm::decision::Outcome;
use policy_vm::{Evaluator, Program, Raise, Request, Value};

use super::host::Files;
use super::verdict::judge;
use super::watch::Watch;
use crate::result::Failure;
use crate::workspace::Workspace;

/// Why a test stops.
pub(super) enum Stop {
    /// Something is not as expected; values of sub-expressions would help.
    Failed(Failure),
    /// An expression has no value.
    Raised(Raise, Location),
}

/// The steps of one row.
pub(super) struct Run<'r, 'a> {
    pub(super) workspace: &'r Workspace,
    pub(super) evaluator: &'r mut Evaluator,
    pub(super) program: &'r Program,
    pub(super) files: &'r mut Files<'a>,
    pub(super) request: Request,
    /// The whole test.
    pub(super) test: Location,
    /// Counts what policies decide, where that is asked for.
    pub(super) outcomes: Option<&'r mut dyn FnMut(Outcome)>,
}

impl Run<'_, '_> {
    pub(super) fn steps<W: Watch>(
        &mut self,
        test: &TestCase,
        mut environment: Vec<Value>,
        watch: &mut W,
    ) -> Result<(), Stop> {
        for step in &test.steps {
            self.step(step, &mut environment, watch)?;
        }
        Ok(())
    }

    /// One step; the value of a `let` joins the environment.
    pub(super) fn step<W: Watch>(
        &mut self,
        step: &Step,
        environment: &mut Vec<Value>,
        watch: &mut W,
    ) -> Result<(), Stop> {
        match step {
            Step::Given { target, value: function, location } => {
                let value = self.value(*function, environment, *location, watch)?;
                let request = self.request;
                match target {
                    GivenTarget::Data(data) => self.evaluator.give_data(data.0, value, &request),
                    GivenTarget::Entities => {
                        let json = self.json(*function, value, *location)?;
                        self.evaluator.give_entities(&json, &request).map_err(|misfits| {
                            let notes = misfits.iter().map(ToString::to_string).collect();
                            let failure = Failure::new(*location, "these entities are no store");
                            Stop::Failed(Failure { notes, ..failure })
                        })?;
                    }
                }
            }
            Step::Let { value, location } => {
                let value = self.value(*value, environment, *location, watch)?;
                environment.push(value);
            }
            Step::Expect { what, location } => self.expect(what, environment, *location, watch)?,
        }
        Ok(())
    }

    pub(super) fn value<W: Watch>(
        &mut self,
        function: FunctionIndex,
        environment: &[Value],
        location: Location,
        watch: &mut W,
    ) -> Result<Value, Stop> {
        watch.begin();
        let request = self.request;
        self.evaluator
            .eval_function(function, environment, &request, watch, self.files)
            .map_err(|raise| Stop::Raised(raise, location))
    }

    fn expect<W: Watch>(
        &mut self,
        what: &Expectation,
        environment: &[Value],
        location: Location,
        watch: &mut W,
    ) -> Result<(), Stop> {
        match what {
            Expectation::Holds(function) => {
                let holds = self.value(*function, environment, location, watch)?;
                if matches!(holds, Value::Bool(true)) {
                    Ok(())
                } else {
                    Err(Stop::Failed(Failure::new(location, "this is false")))
                }
            }
            Expectation::Decision { policy, input, document, params, verb, by } => {
                let mut given = Vec::new();
                for (position, function) in params {
                    given.push((*position, self.value(*function, environment, location, watch)?));
                }
                let value = self.value(*input, environment, location, watch)?;
                let params = self.parameters(*policy, &given, location)?;
                let request = self.request;
                let decision = if *document {
                    let json = self.json(*input, value, location)?;
                    self.evaluator.decide_document(
                        *policy,
                        json.as_bytes(),
                        params.as_deref(),
                        &request,
                        watch,
                    )
                } else {
                    let params = params.as_deref();
                    self.evaluator.decide_value(*policy, value, params, &request, watch)
                };
                if let Some(count) = &mut self.outcomes {
                    count(decision.outcome);
                }
                let Some(described) = self.workspace.checked.hir.policies.get(*policy as usize) else {
                    return Err(Stop::Failed(Failure::new(location, "the policy is not there")));
                };
                match judge(&decision, described, verb, by) {
                    None => Ok(()),
                    Some(complaint) => Err(Stop::Failed(Failure {
                        notes: complaint.notes,
                        ..Failure::new(location, complaint.message)
                    })),
                }
            }
        }
    }

    /// All parameters of a policy, in order; none where none is given, so that those of the project hold.
    fn parameters(
        &self,
        policy: u32,
        given: &[(u32, Value)],
        location: Location,
    ) -> Result<Option<Vec<Value>>, Stop> {
        if given.is_empty() {
            return Ok(None);
        }
        let described = self.program.bytecode().policies.get(policy as usize);
        let mut out = Vec::new();
        for (position, param) in described.iter().flat_map(|policy| &policy.params).enumerate() {
            let value = given
                .iter()
                .find(|(at, _)| usize::try_from(*at) == Ok(position))
                .map(|(_, value)| *value)
                .or_else(|| param.default.and_then(|default| self.evaluator.constant(default)));
            let Some(value) = value else {
                let name = self.program.bytecode().texts.get(param.name.index()).map_or("?", String::as_str);
                let message = format!("the policy's parameter {name} has no value");
                return Err(Stop::Failed(Failure::new(location, message)));
            };
            out.push(value);
        }
        Ok(Some(out))
    }

    /// A `Json` value as the document that it is.
    fn json(&self, function: FunctionIndex, value: Value, location: Location) -> Result<String, Stop> {
        let ty = self.program.bytecode().functions.get(function.index()).and_then(|function| function.result);
        let printed = ty.and_then(|ty| self.evaluator.print_json(ty, value).ok());
        printed.ok_or_else(|| {
            let at = if self.test.span.hi > 0 { self.test } else { location };
            Stop::Failed(Failure::new(at, "the document is too large to be decided about"))
        })
    }
}
