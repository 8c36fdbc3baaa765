//! The cost of policies and rules.

use policy_bytecode::op::Op;
use policy_syntax::Location;

use super::model::{Cost, Model};
use super::path::Root;
use super::poly::Poly;
use super::price::{self, AROUND, of};
use super::shape::{Shape, Weigh};
use crate::hir::{Effect, Exception, Expr, Include, PathStep, Policy, PolicyId, Rule, RuleId, Text};

/// The cost of the body of a policy.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    /// All of it.
    pub(super) steps: Poly,
    /// What is evaluated beside rules: `applies when`, `let`s, `mode`.
    pub(super) shared: Poly,
    /// Each rule, with the loops in it.
    pub(super) rules: Vec<(Poly, Vec<Location>)>,
}

/// The parameter that stands for the path of what an included policy decides on.
pub(super) const ABOVE: usize = usize::MAX;

/// The names of the fields on a path, and the positions of elements.
const MAX_FIELDS: u64 = 4_096;

/// The name of a field, or the position of an element.
const MAX_NAME: u64 = 128;

/// What effects, exceptions and included rules take beside what they evaluate.
const EFFECT: u64 = 48;

impl<'h> Model<'h> {
    pub(super) fn policy_body(&mut self, id: PolicyId) -> Body {
        let hir = self.hir;
        let Some(policy) = hir.policies.get(id.index()) else { return Body::default() };
        let loops = self.loops.take();
        let open = self.pieces.len();
        let mut body = self.in_item(policy.locals.len(), Vec::new(), |this| this.body_of(id, policy));
        self.loops = loops;
        body.shared = self.closed(&body.shared, open);
        body.steps = body.shared.clone();
        for (steps, _) in &mut body.rules {
            *steps = self.closed(steps, open);
            body.steps.add(steps);
        }
        body
    }

    fn body_of(&mut self, id: PolicyId, policy: &'h Policy) -> Body {
        let input = self.at_root(Root::Input(id.index()), policy.input, "");
        self.bind(policy.input_local, input);
        for (at, param) in policy.params.iter().enumerate() {
            let Some(local) = policy.locals.get(param.local.index()) else { continue };
            let mut shape = self.at_root(Root::Parameter(id.index(), at), local.ty, &local.name);
            if let Some(default) = &param.default {
                let constant = self.constant(default);
                shape = self.join(shape, constant, local.ty);
            }
            self.bind(param.local, shape);
        }
        let mut shared =
            Poly::number(of(&[Op::Finish, Op::Guard, Op::Unguard, Op::Applies, Op::AppliesFailed]));
        shared.add(&self.lets(&policy.lets));
        if policy.mode.is_some() {
            // It is computed by a function of its own, with the `let`s that it uses.
            shared.add(&self.lets(&policy.lets));
        }
        for e in policy.applies.iter().chain(&policy.mode) {
            shared.add(&self.expr(e).steps.plus_number(AROUND + EFFECT));
        }
        let mut body = Body { steps: Poly::default(), shared, rules: Vec::with_capacity(policy.rules.len()) };
        for (at, rule) in (0..).zip(&policy.rules) {
            self.loops = Some(Vec::new());
            let steps = self.rule((id, RuleId(at)), policy, rule);
            body.rules.push((steps, self.loops.take().unwrap_or_default()));
        }
        body
    }

    fn rule(&mut self, id: (PolicyId, RuleId), policy: &'h Policy, rule: &'h Rule) -> Poly {
        let steps = self.each(&rule.generators, &mut |this| this.binding(id, policy, rule));
        let mode =
            rule.mode.as_ref().map(|mode| self.expr(mode).steps.plus_number(EFFECT)).unwrap_or_default();
        steps.plus(&mode).plus_number(price::RULE)
    }

    /// One evaluation of a rule.
    fn binding(&mut self, id: (PolicyId, RuleId), policy: &'h Policy, rule: &'h Rule) -> Poly {
        let mut steps = Poly::number(price::BINDING + 2 * price::NOTE * rule.bindings.len() as u64);
        for e in rule.when.iter().chain(&rule.that) {
            steps.add(&self.expr(e).steps.plus_number(AROUND));
        }
        for text in rule.because.iter().chain(&rule.fix) {
            steps.add(&self.message(text));
        }
        if let Some(details) = &rule.details {
            steps.add(&self.note(details));
        }
        if let Some(mode) = &rule.mode {
            // For a finding, for a failure, and for a failure of a generator.
            let one = self.note(mode).plus_number(EFFECT + 2 * price::NOTE * rule.bindings.len() as u64);
            steps.add(&one.scaled(3));
        }
        steps.add(&self.effect(id.0, policy, &rule.effect));
        let hir = self.hir;
        for exception in &hir.exceptions {
            if (exception.policy, exception.rule) == id {
                steps.add(&self.exception(policy, rule, exception));
            }
        }
        steps
    }

    fn note(&mut self, e: &'h Expr) -> Poly {
        self.expr(e).steps.plus_number(price::NOTE)
    }

    fn message(&mut self, text: &'h Text) -> Poly {
        let mut steps = Poly::default();
        crate::hir::walk::text_parts(text, &mut |value| steps.add(&self.note(value)));
        steps
    }

    fn effect(&mut self, id: PolicyId, policy: &'h Policy, effect: &'h Effect) -> Poly {
        match effect {
            Effect::Deny | Effect::Require | Effect::Allow | Effect::Warn => Poly::default(),
            Effect::Escalate(to) => self.message(to),
            Effect::Oblige { payload, .. } => self.note(payload).plus_number(EFFECT),
            Effect::Transform { path, value } => self.transform(id, path, value),
            Effect::Include(include) => self.include(id, policy, include),
        }
    }

    fn transform(&mut self, id: PolicyId, path: &'h [PathStep], value: &'h Expr) -> Poly {
        let new = self.expr(value);
        let mut steps = new.steps.plus_number(price::NOTE + EFFECT);
        let mut length = self.above(id);
        for step in path {
            match step {
                PathStep::Key(key) => {
                    let cost = self.expr(key);
                    steps.add(&cost.steps.plus_number(price::NOTE));
                    // A `/` in a key is written with two characters.
                    length.add(&self.weigh(&cost.shape, key.ty, Weigh::Json).scaled(2));
                }
                PathStep::Field(..) | PathStep::Variant(..) | PathStep::Element(_) => {}
            }
            steps.add(&Poly::number(EFFECT));
            length.add(&Poly::number(MAX_NAME));
        }
        // It is compared with the other transforms, and its value with that of one at the same place.
        let compared = self.weigh(&new.shape, value.ty, Weigh::Compare);
        steps.plus(&length.divided(16)).plus(&length).plus(&compared)
    }

    /// The length of the path of what a policy decides on, where another one includes it.
    fn above(&mut self, id: PolicyId) -> Poly {
        let Some(policy) = self.hir.policies.get(id.index()) else { return Poly::default() };
        let shape = self.at_root(Root::Parameter(id.index(), ABOVE), policy.input, "");
        self.text(&shape)
    }

    /// The rules of another policy, on a part of the input or on what is made of it.
    fn include(&mut self, id: PolicyId, includer: &'h Policy, include: &'h Include) -> Poly {
        let hir = self.hir;
        let input = self.expr(&include.input);
        let mut steps = input.steps.plus_number(EFFECT);
        if let Some(name) = &include.name {
            let (name_steps, bytes) = self.interpolation(name);
            steps = steps.plus(&name_steps).plus(&bytes.divided(16)).plus_number(EFFECT);
        }
        let Some(policy) = hir.policies.get(include.policy.index()) else { return steps };
        let mut params: Vec<Option<Shape>> = Vec::with_capacity(policy.params.len());
        for param in &policy.params {
            let given = include.params.iter().find(|(local, _)| *local == param.local);
            params.push(match given {
                Some((_, value)) => {
                    let cost = self.expr(value);
                    steps = steps.plus(&cost.steps).plus_number(AROUND);
                    Some(cost.shape)
                }
                None => param.default.as_ref().map(|default| self.constant(default)),
            });
        }
        // The path of what it decides on, which stands before the paths of its transforms.
        let whole = self.local(includer.input_local);
        let whole = self.text(&whole).scaled(2).plus_number(MAX_FIELDS);
        let above = super::shape::picked(&whole).plus(&self.above(id));
        steps.add(&above.divided(16));
        let above = Shape::Text(above);
        let body = self.policy(include.policy);
        let body = Cost { steps: body.steps.clone(), shape: Shape::Flat };
        let of = include.policy.index();
        let filled = self.filled_in(&body, &|root| match root {
            Root::Input(policy) if policy == of => Some(input.shape.clone()),
            Root::Parameter(policy, ABOVE) if policy == of => Some(above.clone()),
            Root::Parameter(policy, at) if policy == of => params.get(at).cloned().flatten(),
            Root::Input(_)
            | Root::Parameter(..)
            | Root::Argument(..)
            | Root::Data(_)
            | Root::Entity(_)
            | Root::Pieces(_) => None,
        });
        steps.plus(&filled.steps)
    }

    /// Whether an exception holds for a finding.
    fn exception(&mut self, policy: &'h Policy, rule: &'h Rule, exception: &'h Exception) -> Poly {
        let input = self.local(policy.input_local);
        let bound: Vec<Shape> = rule.bindings.iter().map(|local| self.local(*local)).collect();
        self.in_item(exception.locals.len(), Vec::new(), |this| {
            this.bind(exception.input_local, input);
            let mut steps = Poly::number(EFFECT + 2 * price::NOTE * rule.bindings.len() as u64);
            for (pattern, shape) in exception.bindings.iter().zip(&bound) {
                steps = steps.plus_number(1 + this.take_apart(pattern, shape));
            }
            if let Some(e) = &exception.when {
                steps.add(&this.expr(e).steps.plus_number(AROUND));
            }
            if let Some(text) = &exception.because {
                steps.add(&this.message(text));
            }
            steps
        })
    }
}
