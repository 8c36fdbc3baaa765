use super::*;
use crate::op::Op;
use crate::program::Debug;

fn function(start: u32, end: u32) -> Function {
    Function { start, end, params: 1, registers: 3, lets: 0, result: None }
}

fn program() -> Program {
    Program {
        edition: "2027".to_owned(),
        texts: vec!["hello \"you\"".to_owned()],
        consts: vec![Constant::Text(TextId(0)), Constant::List(vec![ConstId(0), ConstId(9)])],
        code: vec![
            Inst::new(Op::EqText, 1, 0, CONST_BASE),
            Inst::wide(Op::JumpUnless, 1, 3),
            Inst::new(Op::Move, 2, CONST_BASE + 1, 0),
            Inst::new(Op::Return, 1, 0, 0),
            Inst::new(Op::Call, 0, 7, 1),
        ],
        functions: vec![function(0, 4), function(4, 5)],
        debug: Debug {
            functions: vec!["a.f".to_owned()],
            files: vec!["a.policy".to_owned()],
            places: vec![(0, Place { file: 0, lo: 0, hi: 1, line: 3, column: 9 })],
            ..Debug::default()
        },
        ..Program::default()
    }
}

#[test]
fn code_is_shown_with_constants_labels_and_places() {
    let shown = disassemble(&program());
    assert!(shown.contains("fn a.f  ; parameters 1, registers 3, lets 0"), "{shown}");
    assert!(shown.contains("eq.text        r1, r0, \"hello \\\"you\\\"\""), "{shown}");
    assert!(shown.contains("; a.policy:3:9"), "{shown}");
    assert!(shown.contains("jump.unless    r1, @3") && shown.contains("    3: return         r1"), "{shown}");
    assert!(shown.contains("move           r2, [\"hello \\\"you\\\"\", ?]"), "{shown}");
}

#[test]
fn damaged_programs_are_shown_too() {
    let mut damaged = program();
    damaged.functions.push(function(2, 900));
    damaged.code.push(Inst { x: 9, ..Inst::new(Op::Found, 60_000, 60_000, 60_000) });
    for op in Op::ALL {
        damaged.code.push(Inst { x: 255, ..Inst::new(*op, u16::MAX, u16::MAX, u16::MAX) });
    }
    damaged.functions.push(function(0, u32::try_from(damaged.code.len()).unwrap()));
    assert!(disassemble(&damaged).contains('?'));
    assert_eq!(disassemble_policy(&damaged, 7), "");
    damaged.consts.push(Constant::List(vec![ConstId(2)]));
    damaged.code.push(Inst::new(Op::Return, CONST_BASE + 2, 0, 0));
    let end = u32::try_from(damaged.code.len()).unwrap();
    damaged.functions.push(function(end - 1, end));
    assert!(disassemble(&damaged).contains("[[[[…]]]]"));
}
