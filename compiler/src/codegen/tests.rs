//! Tests as the runner drives them: what to call, in which order, and what is expected.
//!
//! Every expression of a test is a function of the program. Its parameters are the *environment*: first the row
//! that is tested, where the test has rows, then the value of each `let` before it, in order. So the runner
//! keeps a list of values: it begins with the row (or empty), and every [`Step::Let`] appends one. In an
//! instrumented program the functions show the values of their sub-expressions to the observer.

use policy_bytecode::program::FunctionIndex;
use policy_bytecode::scalar::Timestamp;
use policy_syntax::Location;

use super::build::{Builder, Src};
use super::context::{Context, Item, placed};
use super::literal::Literal;
use crate::hir::{self, ExpectBy, ExpectKind, Expr, Gen, Let, Local, PolicyId, Text, Verb};

/// The tests of a program, in order of module and source.
#[derive(Clone, Debug, Default)]
pub struct TestPlan {
    /// The tests.
    pub tests: Vec<TestCase>,
}

impl TestPlan {
    /// Gives functions their final indices.
    pub(crate) fn place(&mut self, order: &[FunctionIndex]) {
        let place = |function: &mut FunctionIndex| *function = placed(order, *function);
        for test in &mut self.tests {
            place(&mut test.name);
            test.rows.iter_mut().for_each(place);
            for step in &mut test.steps {
                match step {
                    Step::Given { value, .. } | Step::Let { value, .. } => place(value),
                    Step::Expect { what: Expectation::Holds(function), .. } => place(function),
                    Step::Expect { what: Expectation::Decision { input, params, .. }, .. } => {
                        place(input);
                        params.iter_mut().for_each(|(_, function)| place(function));
                    }
                }
            }
        }
    }
}

/// One `test`. With rows, each row is a test of its own.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// The module that it stands in.
    pub module: String,
    /// Gives the name, a `String`, from the row.
    pub name: FunctionIndex,
    /// The name where it interpolates nothing.
    pub fixed_name: Option<String>,
    /// Gives the rows: a list or set, whose elements are the rows, or a map, whose entries are, as pairs.
    pub rows: Option<FunctionIndex>,
    /// The value of `now`; without one, reaching `now` fails.
    pub at: Option<Timestamp>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// `@skip("reason")`.
    pub skip: Option<String>,
    /// The whole test.
    pub location: Location,
}

/// One statement of a test.
#[derive(Clone, Debug)]
pub enum Step {
    /// `given`: replaces an item, or the entities, for what follows.
    Given {
        /// What it replaces; positions of data are those in [`policy_bytecode::Program::data`].
        target: hir::GivenTarget,
        /// Gives its value.
        value: FunctionIndex,
        /// The statement.
        location: Location,
    },
    /// `let`: evaluated where it stands; its value joins the environment.
    Let {
        /// Gives its value.
        value: FunctionIndex,
        /// The statement.
        location: Location,
    },
    /// `expect`.
    Expect {
        /// What is expected.
        what: Expectation,
        /// The statement.
        location: Location,
    },
}

/// What an `expect` asks for.
#[derive(Clone, Debug)]
pub enum Expectation {
    /// A `Bool` that is true.
    Holds(FunctionIndex),
    /// Something of a decision.
    Decision {
        /// The policy, a position in [`policy_bytecode::Program::policies`].
        policy: u32,
        /// Gives the input.
        input: FunctionIndex,
        /// Whether the input is `Json`, to be read as a document is.
        document: bool,
        /// Parameters that are given: the position among those of the policy, and what gives the value.
        params: Vec<(u32, FunctionIndex)>,
        /// The verb.
        verb: Verb,
        /// Which rules.
        by: ExpectBy,
    },
}

/// A part of a test that is a function of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Part {
    test: usize,
    role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Role {
    Name,
    Rows,
    /// The expression of a step.
    Step(usize),
    /// A parameter of the decision that a step expects something of.
    Param(usize, usize),
}

/// What a part computes.
enum Computes<'h> {
    Text(&'h Text),
    Value(&'h Expr),
}

impl<'h> Context<'h> {
    /// What the runner needs; the functions that it names are written when their turn comes.
    pub(crate) fn test_plan(&mut self) -> TestPlan {
        let hir = self.hir;
        let tests = hir.tests.iter().enumerate().map(|(index, test)| self.test_case(index, test)).collect();
        TestPlan { tests }
    }

    fn part(&mut self, test: usize, role: Role) -> FunctionIndex {
        self.item_index(Item::Test(Part { test, role }))
    }

    fn test_case(&mut self, index: usize, test: &'h hir::Test) -> TestCase {
        let at = test.at.as_ref().and_then(|at| {
            let Literal::Timestamp(at) = self.literal_of(at) else {
                self.broken("a time of a test that is no constant");
                return None;
            };
            Some(at)
        });
        let steps = test
            .steps
            .iter()
            .enumerate()
            .map(|(position, step)| {
                let function = self.part(index, Role::Step(position));
                match step {
                    hir::Step::Given(given) => {
                        Step::Given { target: given.target, value: function, location: given.location }
                    }
                    hir::Step::Let(item) => Step::Let { value: function, location: item.location },
                    hir::Step::Expect(expect) => Step::Expect {
                        what: self.expectation(index, position, function, &expect.kind),
                        location: expect.location,
                    },
                }
            })
            .collect();
        TestCase {
            module: test.module.clone(),
            name: self.part(index, Role::Name),
            fixed_name: fixed(&test.name),
            rows: test.rows.as_ref().map(|_| self.part(index, Role::Rows)),
            at,
            steps,
            skip: test.skip.clone(),
            location: test.location,
        }
    }

    fn expectation(
        &mut self,
        test: usize,
        step: usize,
        function: FunctionIndex,
        kind: &'h ExpectKind,
    ) -> Expectation {
        match kind {
            ExpectKind::Holds(_) => Expectation::Holds(function),
            ExpectKind::Decision { policy, input, params, verb, by } => {
                let given = params.iter().enumerate().filter_map(|(position, (local, _))| {
                    let def = self.hir.policies.get(policy.index())?;
                    let there = def.params.iter().position(|p| p.local == *local)?;
                    let function = self.part(test, Role::Param(step, position));
                    Some((u32::try_from(there).ok()?, function))
                });
                Expectation::Decision {
                    policy: policy.0,
                    params: given.collect(),
                    input: function,
                    document: self.reads_document(*policy, input),
                    verb: verb.clone(),
                    by: by.clone(),
                }
            }
        }
    }

    /// Whether an input is `Json` for a policy on another type.
    fn reads_document(&self, policy: PolicyId, input: &Expr) -> bool {
        let json = |ty| matches!(self.hir.types.kind(self.present(ty)), hir::TyKind::Json);
        json(input.ty) && self.hir.policies.get(policy.index()).is_some_and(|p| !json(p.input))
    }

    /// Writes a part of a test.
    pub(crate) fn write_part(&mut self, part: Part) {
        let hir = self.hir;
        let Some(test) = hir.tests.get(part.test) else { return };
        let (before, computes, what) = match part.role {
            Role::Name => (0, Computes::Text(&test.name), "name"),
            Role::Rows => match &test.rows {
                Some(rows) => (0, Computes::Value(&rows.source), "rows"),
                None => return,
            },
            Role::Step(step) => match test.steps.get(step) {
                Some(hir::Step::Given(given)) => (step, Computes::Value(&given.value), "given"),
                Some(hir::Step::Let(item)) => (step, Computes::Value(&item.value), "let"),
                Some(hir::Step::Expect(expect)) => match &expect.kind {
                    ExpectKind::Holds(e) => (step, Computes::Value(e), "expect"),
                    ExpectKind::Decision { input, .. } => (step, Computes::Value(input), "input"),
                },
                None => return,
            },
            Role::Param(step, position) => match test.steps.get(step) {
                Some(hir::Step::Expect(hir::Expect {
                    kind: ExpectKind::Decision { params, .. }, ..
                })) => match params.get(position) {
                    Some((_, value)) => (step, Computes::Value(value), "param"),
                    None => return,
                },
                Some(hir::Step::Given(_) | hir::Step::Let(_) | hir::Step::Expect(_)) | None => return,
            },
        };
        let row = if part.role == Role::Rows { None } else { test.rows.as_ref() };
        let lets = test.steps.iter().take(before).filter_map(|step| match step {
            hir::Step::Let(item) => Some(item),
            hir::Step::Given(_) | hir::Step::Expect(_) => None,
        });
        let name = format!("{} test {what}", test.module);
        self.write_test_function(Item::Test(part), name, &test.locals, row, lets.collect(), &computes);
    }

    fn write_test_function(
        &mut self,
        item: Item,
        name: String,
        locals: &'h [Local],
        row: Option<&'h Gen>,
        lets: Vec<&'h Let>,
        computes: &Computes<'h>,
    ) {
        let mut builder = Builder::new(self, locals);
        let params = usize::from(row.is_some()) + lets.len();
        let first = builder.temps(u32::try_from(params).unwrap_or(u32::MAX));
        let patterns = row.iter().map(|g| &g.pattern).chain(lets.iter().map(|l| &l.pattern));
        for (offset, pattern) in patterns.enumerate() {
            let register = first.saturating_add(u16::try_from(offset).unwrap_or(u16::MAX));
            builder.destructure(pattern, Src(register));
        }
        let dst = builder.temp();
        let result = match computes {
            Computes::Text(text) => {
                builder.interpolation(text, dst, text.location);
                None
            }
            Computes::Value(e) => {
                builder.put(e, dst);
                Some(e.ty)
            }
        };
        builder.emit(policy_bytecode::op::Op::Return, dst, 0, 0, Location::default());
        let built = builder.finish();
        let params = u16::try_from(params).unwrap_or(u16::MAX);
        self.append(item, name, built, params, result);
    }
}

/// A text that interpolates nothing.
fn fixed(text: &Text) -> Option<String> {
    text.parts
        .iter()
        .map(|part| match part {
            hir::TextPart::Literal(words) => Some(words.as_str()),
            hir::TextPart::Value { .. } => None,
        })
        .collect()
}
