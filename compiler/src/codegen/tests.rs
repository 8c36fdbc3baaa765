//! Tests as the runner drives them: what to call, in which order, and what is expected.
//!
//! Every expression of a test is a function of the program. Its parameters are the *environment*: first the row
//! that is tested, where the test has rows, then the value of each `let` before it, in order. So the runner
//! keeps a list of values: it begins with the row (or empty), and every [`Step::Let`] appends one. In an
//! instrumented program the functions show the values of their sub-expressions to the observer.

use policy_bytecode::program::{FunctionIndex, TypeId};
use policy_bytecode::scalar::Timestamp;
use policy_syntax::Location;

use super::build::{Builder, Slot, Src};
use super::context::{Context, Item, placed};
use super::literal::Literal;
use crate::hir::{self, ExpectBy, ExpectKind, Expr, Gen, Let, Local, LocalId, PolicyId, Text, Verb};

/// The tests of a program, in order of module and source.
#[derive(Clone, Debug, Default)]
pub struct TestPlan {
    /// The tests.
    pub tests: Vec<TestCase>,
    /// The properties.
    pub properties: Vec<PropertyCase>,
}

impl TestPlan {
    /// Gives functions their final indices.
    pub(crate) fn place(&mut self, order: &[FunctionIndex]) {
        let place = |function: &mut FunctionIndex| *function = placed(order, *function);
        for test in &mut self.tests {
            place(&mut test.name);
            test.rows.iter_mut().for_each(place);
            test.steps.iter_mut().for_each(|step| step.place(order));
        }
        for property in &mut self.properties {
            for step in &mut property.steps {
                match step {
                    PropertyStep::Assume { condition, .. } => place(condition),
                    PropertyStep::Step(step) => step.place(order),
                }
            }
        }
    }
}

/// One `property`. The environment begins with the values that are drawn.
#[derive(Clone, Debug)]
pub struct PropertyCase {
    /// The module that it stands in.
    pub module: String,
    /// The name.
    pub name: String,
    /// What is drawn: types of the program.
    pub any: Vec<TypeId>,
    /// What is done, in the order of the source.
    pub steps: Vec<PropertyStep>,
    /// `@cases(n)`.
    pub cases: Option<u64>,
    /// The whole property.
    pub location: Location,
}

/// One statement of a property.
#[derive(Clone, Debug)]
pub enum PropertyStep {
    /// `assume`: what is drawn counts only where this is true.
    Assume {
        /// Gives the `Bool`.
        condition: FunctionIndex,
        /// The condition.
        location: Location,
    },
    /// `let` or `expect`.
    Step(Step),
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

impl Step {
    /// Gives functions their final indices.
    fn place(&mut self, order: &[FunctionIndex]) {
        let place = |function: &mut FunctionIndex| *function = placed(order, *function);
        match self {
            Self::Given { value, .. } | Self::Let { value, .. } => place(value),
            Self::Expect { what: Expectation::Holds(function), .. } => place(function),
            Self::Expect { what: Expectation::Decision { input, params, .. }, .. } => {
                place(input);
                params.iter_mut().for_each(|(_, function)| place(function));
            }
        }
    }
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

/// A part of a test or property that is a function of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Part {
    of: Block,
    role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Block {
    Test(usize),
    Property(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Role {
    Name,
    Rows,
    /// The expression of a step.
    Step(usize),
    /// A parameter of the decision that a step expects something of.
    Param(usize, usize),
    /// What a property assumes.
    Assume(usize),
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
        let properties = hir.properties.iter().enumerate();
        let properties = properties.map(|(index, property)| self.property_case(index, property)).collect();
        TestPlan { tests, properties }
    }

    fn part(&mut self, of: Block, role: Role) -> FunctionIndex {
        self.item_index(Item::Test(Part { of, role }))
    }

    fn test_case(&mut self, index: usize, test: &'h hir::Test) -> TestCase {
        let at = test.at.as_ref().and_then(|at| {
            let Literal::Timestamp(at) = self.literal_of(at) else {
                self.broken("a time of a test that is no constant");
                return None;
            };
            Some(at)
        });
        let of = Block::Test(index);
        TestCase {
            module: test.module.clone(),
            name: self.part(of, Role::Name),
            fixed_name: fixed(&test.name),
            rows: test.rows.as_ref().map(|_| self.part(of, Role::Rows)),
            at,
            steps: test.steps.iter().enumerate().map(|(at, step)| self.step(of, at, step)).collect(),
            skip: test.skip.clone(),
            location: test.location,
        }
    }

    fn property_case(&mut self, index: usize, property: &'h hir::Property) -> PropertyCase {
        let of = Block::Property(index);
        let drawn = property.locals.iter().take(property.any as usize);
        let any = drawn.map(|local| self.type_id(local.ty)).collect();
        let mut steps: Vec<(Location, PropertyStep)> = Vec::new();
        for (at, condition) in property.assumes.iter().enumerate() {
            let (function, location) = (self.part(of, Role::Assume(at)), condition.location);
            steps.push((location, PropertyStep::Assume { condition: function, location }));
        }
        for (at, step) in property.steps.iter().enumerate() {
            steps.push((place_of(step), PropertyStep::Step(self.step(of, at, step))));
        }
        steps.sort_by_key(|(location, _)| location.span.lo);
        PropertyCase {
            module: property.module.clone(),
            name: property.name.clone(),
            any,
            steps: steps.into_iter().map(|(_, step)| step).collect(),
            cases: property.cases,
            location: property.location,
        }
    }

    fn step(&mut self, of: Block, position: usize, step: &'h hir::Step) -> Step {
        let function = self.part(of, Role::Step(position));
        match step {
            hir::Step::Given(given) => {
                Step::Given { target: given.target, value: function, location: given.location }
            }
            hir::Step::Let(item) => Step::Let { value: function, location: item.location },
            hir::Step::Expect(expect) => Step::Expect {
                what: self.expectation(of, position, function, &expect.kind),
                location: expect.location,
            },
        }
    }

    fn expectation(
        &mut self,
        of: Block,
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
                    let function = self.part(of, Role::Param(step, position));
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

    /// Writes a part of a test or property.
    pub(crate) fn write_part(&mut self, part: Part) {
        let hir = self.hir;
        let (module, locals, steps, rows, drawn) = match part.of {
            Block::Test(at) => match hir.tests.get(at) {
                Some(test) => (&test.module, &test.locals, &test.steps, test.rows.as_ref(), 0),
                None => return,
            },
            Block::Property(at) => match hir.properties.get(at) {
                Some(one) => (&one.module, &one.locals, &one.steps, None, one.any),
                None => return,
            },
        };
        let Some((before, computes, what)) = self.part_of(part, steps, rows) else { return };
        let row = if part.role == Role::Rows { None } else { rows };
        let lets = steps.iter().take(before).filter_map(|step| match step {
            hir::Step::Let(item) => Some(item),
            hir::Step::Given(_) | hir::Step::Expect(_) => None,
        });
        let name = format!("{module} test {what}");
        self.write_test_function(Item::Test(part), name, locals, (drawn, row, lets.collect()), &computes);
    }

    /// How many steps come before a part, what it computes, and what it is called.
    fn part_of(
        &self,
        part: Part,
        steps: &'h [hir::Step],
        rows: Option<&'h Gen>,
    ) -> Option<(usize, Computes<'h>, &'static str)> {
        let hir = self.hir;
        match (part.role, part.of) {
            (Role::Name, Block::Test(at)) => Some((0, Computes::Text(&hir.tests.get(at)?.name), "name")),
            (Role::Rows, _) => Some((0, Computes::Value(&rows?.source), "rows")),
            (Role::Step(step), _) => Some(match steps.get(step)? {
                hir::Step::Given(given) => (step, Computes::Value(&given.value), "given"),
                hir::Step::Let(item) => (step, Computes::Value(&item.value), "let"),
                hir::Step::Expect(expect) => match &expect.kind {
                    ExpectKind::Holds(e) => (step, Computes::Value(e), "expect"),
                    ExpectKind::Decision { input, .. } => (step, Computes::Value(input), "input"),
                },
            }),
            (Role::Param(step, position), _) => match steps.get(step)? {
                hir::Step::Expect(hir::Expect { kind: ExpectKind::Decision { params, .. }, .. }) => {
                    let (_, value) = params.get(position)?;
                    Some((step, Computes::Value(value), "param"))
                }
                hir::Step::Given(_) | hir::Step::Let(_) | hir::Step::Expect(_) => None,
            },
            (Role::Assume(at), Block::Property(property)) => {
                let condition = hir.properties.get(property)?.assumes.get(at)?;
                let before = |step: &&hir::Step| place_of(step).span.lo < condition.location.span.lo;
                let before = steps.iter().take_while(before).count();
                Some((before, Computes::Value(condition), "assume"))
            }
            (Role::Name, Block::Property(_)) | (Role::Assume(_), Block::Test(_)) => None,
        }
    }

    fn write_test_function(
        &mut self,
        item: Item,
        name: String,
        locals: &'h [Local],
        (drawn, row, lets): (u32, Option<&'h Gen>, Vec<&'h Let>),
        computes: &Computes<'h>,
    ) {
        let mut builder = Builder::new(self, locals);
        let drawn_count = drawn as usize;
        let params = drawn_count + usize::from(row.is_some()) + lets.len();
        let first = builder.temps(u32::try_from(params).unwrap_or(u32::MAX));
        let register = |offset: usize| first.saturating_add(u16::try_from(offset).unwrap_or(u16::MAX));
        for local in 0..drawn {
            builder.bind(LocalId(local), Slot::Ready(Src(register(local as usize))));
        }
        let patterns = row.iter().map(|g| &g.pattern).chain(lets.iter().map(|l| &l.pattern));
        for (offset, pattern) in patterns.enumerate() {
            builder.destructure(pattern, Src(register(drawn_count + offset)));
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

/// Where a step stands.
fn place_of(step: &hir::Step) -> Location {
    match step {
        hir::Step::Given(given) => given.location,
        hir::Step::Let(item) => item.location,
        hir::Step::Expect(expect) => expect.location,
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
