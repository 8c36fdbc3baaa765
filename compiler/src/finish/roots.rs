//! The expressions that a package holds, each at its top.

use crate::hir::walk::{effect_parts_mut, lets_mut, text_parts_mut};
use crate::hir::{Exception, ExpectKind, Expr, Hir, Policy, Presence, Property, Step, Test};

/// Calls `each` with every expression that stands at a top.
pub(super) fn each_mut(hir: &mut Hir, each: &mut dyn FnMut(&mut Expr)) {
    for record in &mut hir.types.records {
        for field in &mut record.fields {
            match &mut field.presence {
                Presence::Required | Presence::Optional => {}
                Presence::Default(value) => each(value),
            }
        }
    }
    for function in &mut hir.functions {
        each(&mut function.body);
    }
    for global in &mut hir.globals {
        each(&mut global.value);
    }
    for data in &mut hir.data {
        data.default.iter_mut().for_each(&mut *each);
    }
    for policy in &mut hir.policies {
        self::policy(policy, each);
    }
    for exception in &mut hir.exceptions {
        self::exception(exception, each);
    }
    for test in &mut hir.tests {
        self::test(test, each);
    }
    for property in &mut hir.properties {
        self::property(property, each);
    }
}

/// The expressions of a policy, in order of what they may refer to.
pub(super) fn policy(policy: &mut Policy, each: &mut dyn FnMut(&mut Expr)) {
    for param in &mut policy.params {
        param.default.iter_mut().for_each(&mut *each);
    }
    lets_mut(&mut policy.lets, each);
    policy.applies.iter_mut().for_each(&mut *each);
    policy.mode.iter_mut().for_each(&mut *each);
    for rule in &mut policy.rules {
        for generator in &mut rule.generators {
            each(&mut generator.source);
        }
        rule.when.iter_mut().for_each(&mut *each);
        rule.that.iter_mut().for_each(&mut *each);
        effect_parts_mut(&mut rule.effect, each);
        rule.mode.iter_mut().for_each(&mut *each);
        for text in rule.because.iter_mut().chain(&mut rule.fix) {
            text_parts_mut(text, each);
        }
        rule.details.iter_mut().for_each(&mut *each);
    }
}

/// The expressions of an exception.
pub(super) fn exception(exception: &mut Exception, each: &mut dyn FnMut(&mut Expr)) {
    exception.when.iter_mut().for_each(&mut *each);
    exception.because.iter_mut().for_each(|text| text_parts_mut(text, each));
}

fn steps(steps: &mut [Step], each: &mut dyn FnMut(&mut Expr)) {
    for step in steps {
        match step {
            Step::Given(given) => each(&mut given.value),
            Step::Let(let_) => each(&mut let_.value),
            Step::Expect(expect) => match &mut expect.kind {
                ExpectKind::Holds(condition) => each(condition),
                ExpectKind::Decision { input, params, .. } => {
                    each(input);
                    params.iter_mut().for_each(|(_, value)| each(value));
                }
            },
        }
    }
}

/// The expressions of a test.
pub(super) fn test(test: &mut Test, each: &mut dyn FnMut(&mut Expr)) {
    if let Some(rows) = &mut test.rows {
        each(&mut rows.source);
    }
    text_parts_mut(&mut test.name, each);
    test.at.iter_mut().for_each(&mut *each);
    steps(&mut test.steps, each);
}

/// The expressions of a property.
pub(super) fn property(property: &mut Property, each: &mut dyn FnMut(&mut Expr)) {
    property.assumes.iter_mut().for_each(&mut *each);
    steps(&mut property.steps, each);
}
