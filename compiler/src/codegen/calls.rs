//! Calls: of functions, of the library, and of what only tests may call.

use policy_bytecode::IntrinsicId;
use policy_bytecode::op::{FixtureForm, Op};
use policy_syntax::Location;

use super::build::Builder;
use super::literal::Literal;
use crate::hir::{Expr, FixtureKind, FunctionId, LocalId, PolicyId, Ty};

/// A file that a test reads.
#[derive(Clone, Copy)]
pub(crate) struct Reads<'h> {
    pub(crate) kind: FixtureKind,
    pub(crate) path: &'h Expr,
    pub(crate) pointer: Option<&'h Expr>,
    /// What each document or row is read as.
    pub(crate) rows: Option<Ty>,
}

impl<'h> Builder<'_, 'h> {
    /// Evaluates arguments into consecutive registers.
    fn args(&mut self, args: &'h [Expr]) -> u16 {
        if let [only] = args {
            let src = self.operand(only);
            if src.is_register() {
                return src.0;
            }
            let register = self.temp();
            self.move_to(register, src);
            return register;
        }
        let first = self.temps(u32::try_from(args.len()).unwrap_or(u32::MAX));
        for (offset, arg) in args.iter().enumerate() {
            let register = first.saturating_add(u16::try_from(offset).unwrap_or(u16::MAX));
            self.put(arg, register);
        }
        first
    }

    pub(crate) fn call(&mut self, function: FunctionId, args: &'h [Expr], dst: u16, place: Location) {
        if self.is_inlined(function, args) {
            self.inlined(function, args, |this, body| this.put(body, dst));
            return;
        }
        let first = self.args(args);
        let index = self.cx.function_index(function);
        let index = self.narrow_index(index.index(), "a program of more than 65,535 functions");
        self.emit(Op::Call, dst, index, first, place);
    }

    pub(crate) fn intrinsic(&mut self, intrinsic: IntrinsicId, args: &'h [Expr], dst: u16, place: Location) {
        let first = self.args(args);
        let count = u8::try_from(args.len()).unwrap_or_else(|_| {
            self.cx.broken("a call with more than 255 arguments");
            0
        });
        self.emit_x(Op::Intrinsic, count, [dst, intrinsic.0, first], place);
    }

    pub(crate) fn decide(
        &mut self,
        policy: PolicyId,
        input: &'h Expr,
        params: &'h [(LocalId, Expr)],
        dst: u16,
        place: Location,
    ) {
        let hir = self.cx.hir;
        let Some(def) = hir.policies.get(policy.index()) else {
            self.cx.broken("a policy that is not declared");
            return;
        };
        let first = self.temps(u32::try_from(def.params.len() + 1).unwrap_or(u32::MAX));
        self.put(input, first);
        // Those that are given are evaluated in the order of the source.
        for (local, value) in params {
            let Some(position) = def.params.iter().position(|p| p.local == *local) else { continue };
            self.put(value, nth(first, position + 1));
        }
        for (position, param) in def.params.iter().enumerate() {
            if params.iter().any(|(local, _)| *local == param.local) {
                continue;
            }
            let literal = match &param.default {
                Some(default) => self.cx.literal_of(default),
                None => Literal::Absent,
            };
            self.load(nth(first, position + 1), &literal);
        }
        let index = self.narrow_index(policy.index(), "a program of more than 65,535 policies");
        self.emit(Op::Decide, dst, index, first, place);
    }

    pub(crate) fn fixture(&mut self, reads: Reads<'h>, dst: u16, place: Location) {
        let form = match reads.kind {
            FixtureKind::One => FixtureForm::One,
            FixtureKind::Documents => FixtureForm::Documents,
            FixtureKind::Many => FixtureForm::Many,
            FixtureKind::Table => FixtureForm::Table,
        };
        let path = self.operand(reads.path);
        let pointer = match (reads.pointer, reads.rows) {
            (Some(pointer), _) => self.operand(pointer),
            (None, Some(rows)) => {
                let rows = self.cx.type_id(rows);
                self.constant(&Literal::Int(i64::from(rows.0)))
            }
            (None, None) => self.constant(&Literal::Absent),
        };
        self.emit_x(Op::Fixture, form as u8, [dst, path.0, pointer.0], place);
    }
}

fn nth(first: u16, offset: usize) -> u16 {
    first.saturating_add(u16::try_from(offset).unwrap_or(u16::MAX))
}
