//! Code: operands lie in their tables, jumps in their function, and every way backwards passes a charge.

use super::{VerifyError, within};
use crate::inst::Inst;
use crate::op::{CONST_BASE, Kind, Op};
use crate::program::{Effect, Function, Program, Rule};

pub(super) fn check(program: &Program, intrinsics: usize) -> Result<(), VerifyError> {
    let mut last = 0;
    for (index, function) in program.functions.iter().enumerate() {
        let (start, end) = (function.start as usize, function.end as usize);
        if start < last || end < start || end > program.code.len() {
            return Err(VerifyError::new(format!("the code of function {index} lies elsewhere")));
        }
        last = end;
        if function.params > function.registers || function.registers > CONST_BASE {
            return Err(VerifyError::new(format!("function {index} has no room for its parameters")));
        }
        let policy = program.policies.iter().find(|policy| policy.body.index() == index);
        let rules = policy.map_or(&[][..], |policy| &policy.rules);
        let body = Body { program, function, index, rules, intrinsics };
        for (offset, inst) in program.code.get(start..end).unwrap_or(&[]).iter().enumerate() {
            body.inst(start + offset, *inst)
                .map_err(|error| VerifyError { at: Some(start + offset), ..error })?;
        }
        let ends = end.checked_sub(1).filter(|at| *at >= start).and_then(|at| program.code.get(at));
        if !ends.is_some_and(|inst| leaves(inst.op)) {
            return Err(VerifyError::new(format!("function {index} runs past its end")));
        }
    }
    Ok(())
}

/// Whether control never goes on to the instruction below.
pub(super) fn leaves(op: Op) -> bool {
    matches!(op, Op::Jump | Op::Return | Op::Finish | Op::LetDone | Op::AppliesFailed)
}

struct Body<'a> {
    program: &'a Program,
    function: &'a Function,
    index: usize,
    rules: &'a [Rule],
    intrinsics: usize,
}

impl Body<'_> {
    fn inst(&self, at: usize, inst: Inst) -> Result<(), VerifyError> {
        for operand in inst.op.info().operands {
            self.operand(at, operand.kind, inst.operand(operand.place) as usize, inst)?;
        }
        let args = usize::from(inst.c);
        if inst.op == Op::Call {
            let callee = self.program.functions.get(usize::from(inst.b));
            self.registers(args, callee.map_or(0, |callee| usize::from(callee.params)))?;
            if usize::from(inst.b) >= self.index {
                return Err(VerifyError::new("a call of this or a later function"));
            }
        } else if inst.op == Op::Decide {
            let policy = self.program.policies.get(usize::from(inst.b));
            self.registers(args, policy.map_or(0, |policy| policy.params.len()) + 1)?;
            if policy.is_none_or(|policy| policy.body.index() >= self.index) {
                return Err(VerifyError::new("a decision of this or a later policy"));
            }
        } else if inst.op == Op::Include {
            self.include(inst, args)?;
        } else if inst.op == Op::Intrinsic {
            self.registers(args, usize::from(inst.x))?;
        } else if inst.op == Op::SetKey {
            self.registers(args, 2)?;
        } else if inst.op == Op::LetReset && inst.bc() > u32::from(self.function.lets) {
            return Err(VerifyError::new("more `let`s than there are"));
        }
        Ok(())
    }

    fn include(&self, inst: Inst, args: usize) -> Result<(), VerifyError> {
        let policy = self.program.policies.get(usize::from(inst.b));
        self.registers(args, policy.map_or(0, |policy| policy.params.len()) + 3)?;
        if policy.is_none_or(|policy| policy.body.index() >= self.index) {
            return Err(VerifyError::new("an include of this or a later policy"));
        }
        match self.rules.get(usize::from(inst.a)).map(|rule| rule.effect) {
            Some(Effect::Include { policy, .. }) if policy == u32::from(inst.b) => Ok(()),
            _ => Err(VerifyError::new("an include that its rule does not speak of")),
        }
    }

    fn registers(&self, first: usize, count: usize) -> Result<(), VerifyError> {
        if first + count <= usize::from(self.function.registers) {
            Ok(())
        } else {
            Err(VerifyError::new(format!("registers {first} to {} are too many", first + count)))
        }
    }

    /// A place to go on: in this function, and backwards only to a charge, or to a `next` before one.
    fn target(&self, at: usize, to: usize) -> Result<(), VerifyError> {
        if to < self.function.start as usize || to >= self.function.end as usize {
            return Err(VerifyError::new(format!("a jump to {to}, out of its function")));
        }
        // The head of a loop pays where it ends, so that only going on must be charged for.
        let is_head =
            self.program.code.get(to).is_some_and(|inst| matches!(inst.op, Op::Next | Op::NextEntry));
        let pays = self
            .program
            .code
            .get(to + usize::from(is_head))
            .is_some_and(|inst| inst.op == Op::Charge && inst.bc() > 0);
        if to <= at && !pays {
            return Err(VerifyError::new(format!("a jump back to {to}, which charges nothing")));
        }
        Ok(())
    }

    fn operand(&self, at: usize, kind: Kind, value: usize, inst: Inst) -> Result<(), VerifyError> {
        let program = self.program;
        match kind {
            Kind::Dst => self.registers(value, 1),
            Kind::DstPair | Kind::Iter => self.registers(value, 2),
            Kind::Src => match value.checked_sub(usize::from(CONST_BASE)) {
                Some(constant) => within("constant", constant, program.consts.len()),
                None => self.registers(value, 1),
            },
            Kind::Args => self.registers(value, 0),
            // A `let`'s code goes back to its use by itself.
            Kind::Target if inst.op == Op::LetUse => {
                let inside = value >= self.function.start as usize && value < self.function.end as usize;
                if inside { Ok(()) } else { Err(VerifyError::new("a `let` out of its function")) }
            }
            Kind::Target => self.target(at, value),
            Kind::Near => {
                let to = (at + 1).checked_add_signed(isize::from(inst.near()));
                self.target(at, to.unwrap_or(usize::MAX))
            }
            Kind::Number | Kind::Field => Ok(()),
            Kind::Sense | Kind::Probe => within("case", value, 2),
            Kind::Const => within("constant", value, program.consts.len()),
            Kind::Text => within("text", value, program.texts.len()),
            Kind::Type => within("type", value, program.types.len()),
            Kind::Entity => within("entity type", value, program.entities.len()),
            Kind::Function => within("function", value, program.functions.len()),
            Kind::Data => within("data item", value, program.data.len()),
            Kind::Global => within("global", value, program.globals.len()),
            Kind::Policy => within("policy", value, program.policies.len()),
            Kind::Rule => within("rule", value, self.rules.len()),
            Kind::Exception => within("exception", value, program.exceptions.len()),
            Kind::Let => within("`let`", value, usize::from(self.function.lets)),
            Kind::Intrinsic => within("function of the library", value, self.intrinsics),
            Kind::Format => within("format", value, program.formats.len()),
            Kind::Projection => within("projection", value, program.projections.len()),
            // Debug information can be stripped, and a missing node is only not shown.
            Kind::Node => Ok(()),
            Kind::JsonKind | Kind::Accumulator => within("kind", value, 6),
            Kind::Fixture => within("form", value, 4),
        }
    }
}
