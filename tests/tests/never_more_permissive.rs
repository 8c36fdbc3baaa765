//! A failure never makes an outcome more permissive than its condition would have, were it true or were it false;
//! nor does an input that does not fit.
//!
//! Exhaustively: policies of up to four deciding rules with every default and resolution, each condition true,
//! false and failing. The machine and the reference evaluator are both asked, and have to agree.

#![expect(clippy::print_stdout, reason = "what the suite says is for whoever runs it")]

use std::rc::Rc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use policy_tests::both::{Package, build};
use policy_tests::failing::shapes::DEFAULTS;
use policy_tests::failing::{Law, Shape, Truth, composed, extended, plain, shapes};
use policy_tests::reference::decide;
use policy_tests::reference::eval::World;
use policy_tests::reference::value::Value;
use policy_vm::{Evaluator, Outcome, Request};

/// How many conditions an input steers.
const CONDITIONS: usize = 9;

/// How many policies are compiled together.
const TOGETHER: usize = 400;

fn package(shapes: &[Shape]) -> Package {
    let fields: Vec<String> = (0..CONDITIONS).map(|c| format!("c{c}: Int")).collect();
    let mut source = format!("module m\ntype In = {{ {}, t: Int }}\n", fields.join(", "));
    source.push_str("obligation log on any {}\nobligation say on any { n: Int }\n");
    shapes.iter().for_each(|shape| source.push_str(&shape.source()));
    match build(&[("m.policy".to_owned(), source.clone())], false, "null") {
        Ok(package) => package,
        Err(diagnostics) => panic!("{diagnostics:#?}\n{source}"),
    }
}

/// How much a host may do.
fn permission(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Deny => 0,
        Outcome::Escalate => 1,
        Outcome::NotApplicable => 2,
        Outcome::Allow => 3,
    }
}

fn same(machine: Outcome, reference: decide::Outcome) -> bool {
    machine.name() == reference.name()
}

/// Inputs of a shape by their number: a digit a condition, the first one the highest.
fn digits(mut number: usize, count: usize) -> Vec<Truth> {
    let mut truths = vec![Truth::True; count];
    for truth in truths.iter_mut().rev() {
        *truth = Truth::ALL[number % 3];
        number /= 3;
    }
    truths
}

fn document(truths: &[Truth]) -> String {
    let number = |c| truths.get(c).map_or(2, |truth: &Truth| truth.number());
    let members: Vec<String> = (0..CONDITIONS).map(|c| format!("\"c{c}\":{}", number(c))).collect();
    format!("{{{},\"t\":0}}", members.join(","))
}

struct Side<'a> {
    evaluator: Evaluator,
    package: &'a Package,
    world: World<'a>,
}

impl Side<'_> {
    /// The outcome for each input, asked of both sides.
    fn outcomes(&mut self, shape: &Shape, conditions: usize) -> Vec<Outcome> {
        let name = format!("m.p{}", shape.number);
        let policy = self.package.program.policy(&name).unwrap();
        let meant = self.package.checked.hir.policies.iter().find(|policy| policy.name == name).unwrap();
        let count = 3_usize.pow(u32::try_from(conditions).unwrap());
        let mut outcomes = Vec::with_capacity(count);
        for number in 0..count {
            let truths = digits(number, conditions);
            let text = document(&truths);
            let outcome = self.evaluator.judge_json(policy, text.as_bytes(), &Request::default()).outcome();
            let value = |c| Value::Int(truths.get(c).map_or(2, |truth: &Truth| truth.number()));
            let input = Value::Record(Rc::new((0..CONDITIONS).map(value).chain([Value::Int(0)]).collect()));
            let reference = decide::decide(&self.world, meant, input, &[]).unwrap();
            assert!(
                same(outcome, reference.outcome),
                "{} on {truths:?}: {outcome:?} by the machine, {:?} by the reference",
                shape.name(),
                reference.outcome
            );
            outcomes.push(outcome);
        }
        for wrong in 0..conditions {
            let text = document(&[]).replace(&format!("\"c{wrong}\":2"), &format!("\"c{wrong}\":\"2\""));
            let verdict = self.evaluator.judge_json(policy, text.as_bytes(), &Request::default());
            assert_eq!(verdict.outcome(), Outcome::Deny, "{} with a misfit at /c{wrong}", shape.name());
            assert!(verdict.misfits().is_some() && !verdict.proceed());
        }
        outcomes
    }

    /// Looks at a shape. Gives how many decisions were made of it.
    fn look_at(&mut self, shape: &Shape) -> usize {
        let laws = shape.laws();
        let outcomes = self.outcomes(shape, laws.len());
        for (number, failing) in outcomes.iter().enumerate() {
            let truths = digits(number, laws.len());
            for (c, law) in laws.iter().enumerate() {
                if truths[c] != Truth::Fails {
                    continue;
                }
                // `Truth::ALL` has failing last, true two and false one before it.
                let step = 3_usize.pow(u32::try_from(laws.len() - 1 - c).unwrap());
                let (yes, no) = (outcomes[number - 2 * step], outcomes[number - step]);
                let held = match law {
                    Law::Strict => permission(*failing) <= permission(yes).min(permission(no)),
                    Law::As(true) => *failing == yes,
                    Law::As(false) => *failing == no,
                    Law::Inert => *failing == yes && *failing == no,
                };
                assert!(
                    held,
                    "{} on {truths:?}: condition {c} is held to {law:?}, but {failing:?} where it fails, \
                     {yes:?} where it is true, {no:?} where it is false",
                    shape.name()
                );
            }
        }
        outcomes.len()
    }
}

fn run(mut all: Vec<Shape>) {
    for (index, shape) in all.iter_mut().enumerate() {
        shape.number = index % TOGETHER;
    }
    let (next, decisions) = (AtomicUsize::new(0), AtomicU64::new(0));
    let batches: Vec<&[Shape]> = all.chunks(TOGETHER).collect();
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let package = package(batch);
                    let evaluator = package.evaluator();
                    let world = World::new(&package.checked.hir, None).unwrap();
                    let mut side = Side { evaluator, package: &package, world };
                    for shape in *batch {
                        let count = side.look_at(shape);
                        decisions.fetch_add(count as u64, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    println!("{} policies, {} decisions", all.len(), decisions.into_inner());
}

fn with_every_default_and_resolution(
    kinds: Vec<Vec<policy_tests::failing::Kind>>,
    applies: bool,
) -> Vec<Shape> {
    let mut all = Vec::new();
    for kinds in kinds {
        for (default, first) in DEFAULTS.into_iter().flat_map(|default| [(default, false), (default, true)]) {
            all.push(Shape { number: 0, kinds: kinds.clone(), default, first, applies });
        }
    }
    all
}

/// `deny`, `require`, `allow` and `escalate`, each with and without `@on_error(skip)` where it may stand.
#[test]
fn up_to_four_deciding_rules() {
    let mut all = Vec::new();
    for length in 0..=4 {
        all.extend(with_every_default_and_resolution(shapes(&plain(), length), false));
    }
    run(all);
}

/// What else a policy is made of, beside deciding rules.
#[test]
fn what_stands_beside_deciding_rules() {
    let kinds: Vec<_> = plain().into_iter().chain(extended()).collect();
    let mut all = Vec::new();
    for length in 1..=2 {
        for applies in [false, true] {
            all.extend(with_every_default_and_resolution(shapes(&kinds, length), applies));
        }
    }
    run(all);
}

/// Policies within policies, exceptions, obligations and transforms: alone, and beside a deciding rule or one another.
#[test]
fn what_policies_are_composed_of() {
    let kinds: Vec<_> = plain().into_iter().take(4).chain(composed()).collect();
    let mut all = with_every_default_and_resolution(shapes(&composed(), 1), true);
    all.extend(with_every_default_and_resolution(shapes(&kinds, 2), false));
    run(all);
}
