//! Modes that are computed: of a policy, from its parameters; of a rule, for each finding.

use policy_bytecode::op::Op;
use policy_bytecode::program::{self as out, FunctionIndex};

use super::asm::Label;
use super::build::Builder;
use super::context::{Context, Item};
use super::lets::used_by;
use crate::hir::walk::{mentions, pattern_bindings};
use crate::hir::{Mode, PolicyId, Rule};

/// A mode of the program.
pub(super) fn mode(mode: Option<Mode>) -> out::Mode {
    match mode {
        Some(Mode::Observe) => out::Mode::Observe,
        Some(Mode::Advise) => out::Mode::Advise,
        Some(Mode::Enforce) | None => out::Mode::Enforce,
    }
}

impl<'h> Context<'h> {
    /// The function that computes the mode of a policy, where it is no constant.
    pub(super) fn mode_function(&mut self, id: PolicyId) -> Option<FunctionIndex> {
        let policy = self.hir.policies.get(id.index())?;
        policy.mode.as_ref().map(|_| self.item_index(Item::Mode(id)))
    }

    /// Writes that function: its parameters are those of the policy.
    pub(super) fn write_mode(&mut self, item: Item, id: PolicyId) {
        let hir = self.hir;
        let Some(policy) = hir.policies.get(id.index()) else { return };
        let Some(mode) = &policy.mode else { return };
        let mut builder = Builder::new(self, &policy.locals);
        for param in &policy.params {
            builder.bind_register(param.local);
        }
        let used = used_by(&mut std::iter::once(mode), &policy.lets);
        builder.define_lets(&policy.lets, &used);
        let value = builder.operand(mode);
        builder.emit(Op::Return, value.0, 0, 0, mode.location);
        let built = builder.finish();
        let params = u16::try_from(policy.params.len()).unwrap_or(u16::MAX);
        self.append(item, format!("{} mode", policy.name), built, params, Some(mode.ty));
    }
}

impl<'h> Builder<'_, 'h> {
    /// Says the mode of the finding, failure or include that comes next, where the rule computes it. A failure of that is one of
    /// the rule. Afterwards failures lead to `after`.
    pub(super) fn rule_mode(&mut self, index: u32, rule: &'h Rule, after: Option<Label>) {
        self.say_mode(index, rule, after, true);
    }

    fn say_mode(&mut self, index: u32, rule: &'h Rule, after: Option<Label>, bound: bool) {
        let Some(mode) = &rule.mode else { return };
        let mark = self.mark();
        self.perhaps(|this| {
            let (failed, end) = (this.asm.label(), this.asm.label());
            if !mode.total {
                this.emit_far(Op::Guard, 0, failed, mode.location);
            }
            let value = this.operand(mode);
            this.emit(Op::Mode, value.0, 0, 0, mode.location);
            if !mode.total {
                this.lead_to(after, rule);
                this.jump(end);
                this.asm.mark(failed);
                this.lead_to(after, rule);
                this.emit_of_rule(Op::ModeFailed, index, end, mode.location);
                if bound {
                    this.notes(rule);
                }
                this.emit(Op::Close, 0, 0, 0, mode.location);
                this.asm.mark(end);
            }
        });
        self.release(mark);
    }

    /// [`Builder::rule_mode`] where a generator has failed: what the generators bind is not there, so that a mode that mentions it
    /// is the strictest.
    pub(super) fn rule_mode_unbound(&mut self, index: u32, rule: &'h Rule) {
        let mut bound = Vec::new();
        for generator in &rule.generators {
            pattern_bindings(&generator.pattern, &mut |local| bound.push(local));
        }
        if rule.mode.as_ref().is_some_and(|mode| !mentions(mode, &bound)) {
            self.say_mode(index, rule, None, false);
        }
    }

    /// Leads failures to a place, or nowhere.
    pub(super) fn lead_to(&mut self, to: Option<Label>, rule: &'h Rule) {
        match to {
            Some(to) => self.emit_far(Op::Guard, 0, to, rule.location),
            None => self.emit(Op::Unguard, 0, 0, 0, rule.location),
        }
    }
}
