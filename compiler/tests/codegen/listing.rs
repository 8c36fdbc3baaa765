//! Disassembly for snapshots: stable, and with jumps as distances to labels.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use policy_bytecode::Program;
use policy_bytecode::op::{CONST_BASE, Kind};
use policy_bytecode::program::Constant;

/// A constant in a few characters.
fn constant(program: &Program, index: u32) -> String {
    let parts = |parts: &[policy_bytecode::program::ConstId]| {
        parts.iter().map(|p| constant(program, p.0)).collect::<Vec<_>>().join(", ")
    };
    match &program.consts[index as usize] {
        Constant::Absent => "absent".to_owned(),
        Constant::Bool(b) => b.to_string(),
        Constant::Int(i) => i.to_string(),
        Constant::Text(t) => format!("{:?}", program.texts[t.index()]),
        Constant::Variant(v) => format!("#{v}"),
        Constant::List(elements) => format!("[{}]", parts(elements)),
        Constant::Set(elements) => format!("{{{}}}", parts(elements)),
        Constant::Pattern(p) => {
            let pattern = &program.patterns[p.index()];
            format!("{:?} {:?}", pattern.kind, program.texts[pattern.text.index()])
        }
        other => format!("{other:?}"),
    }
}

/// All functions, one instruction a line.
pub(crate) fn listing(program: &Program) -> String {
    let mut out = String::new();
    for (index, function) in program.functions.iter().enumerate() {
        let name = &program.debug.functions[index];
        let _ = writeln!(
            out,
            "fn {name}({}) registers {} lets {}",
            function.params, function.registers, function.lets
        );
        let range = function.start as usize..function.end as usize;
        let mut targets = BTreeSet::new();
        for at in range.clone() {
            let inst = program.code[at];
            for operand in inst.op.info().operands {
                match operand.kind {
                    Kind::Target => {
                        targets.insert(inst.bc() as usize);
                    }
                    Kind::Near => {
                        targets.insert((at + 1).wrapping_add_signed(isize::from(inst.near())));
                    }
                    _ => {}
                }
            }
        }
        for at in range {
            let inst = program.code[at];
            let label = if targets.contains(&at) {
                format!("{}:", at - function.start as usize)
            } else {
                String::new()
            };
            let mut line = format!("{label:>5} {}", inst.op.info().name);
            for operand in inst.op.info().operands {
                let value = inst.operand(operand.place);
                let shown = match operand.kind {
                    Kind::Dst | Kind::DstPair | Kind::Args | Kind::Iter => format!("r{value}"),
                    Kind::Src if value >= u32::from(CONST_BASE) => {
                        constant(program, value - u32::from(CONST_BASE))
                    }
                    Kind::Src => format!("r{value}"),
                    Kind::Target => format!("@{}", value - function.start),
                    Kind::Near => format!(
                        "@{}",
                        (at + 1).wrapping_add_signed(isize::from(inst.near())) - function.start as usize
                    ),
                    Kind::Sense => {
                        if value == 1 {
                            "if".to_owned()
                        } else {
                            "unless".to_owned()
                        }
                    }
                    Kind::Text => format!("{:?}", program.texts[value as usize]),
                    Kind::Const => constant(program, value),
                    Kind::Function => program.debug.functions[value as usize].clone(),
                    _ => value.to_string(),
                };
                let _ = write!(line, " {shown}");
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    out
}
