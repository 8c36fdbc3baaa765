//! Each kind of damage is refused, and where it is.

use super::verify;
use crate::inst::Inst;
use crate::op::Op;
use crate::program::{ConstId, Constant, Function, Program, TextId, TypeId};
use crate::types::Type;

fn program(code: Vec<Inst>) -> Program {
    let end = code.len() as u32;
    let functions = vec![Function { start: 0, end, params: 1, registers: 3, lets: 1, result: None }];
    Program { code, functions, consts: vec![Constant::Bool(true)], ..Program::default() }
}

fn refused(code: Vec<Inst>) -> Option<usize> {
    verify(&program(code), 2).expect_err("it is damaged").at
}

const FINISH: Inst = Inst::new(Op::Finish, 0, 0, 0);

#[test]
fn operands_lie_in_their_tables() {
    assert!(verify(&program(vec![Inst::new(Op::Move, 2, 0x8000, 0), FINISH]), 2).is_ok());
    for inst in [
        Inst::new(Op::Move, 3, 0, 0),
        Inst::new(Op::Move, 0, 3, 0),
        Inst::new(Op::Move, 0, 0x8001, 0),
        Inst::new(Op::Iter, 2, 0, 0),
        Inst::wide(Op::Const, 0, 1),
        Inst::wide(Op::Data, 0, 0),
        Inst::new(Op::Call, 0, 0, 0),
        Inst::new(Op::Intrinsic, 0, 2, 0),
        Inst { x: 4, ..Inst::new(Op::Intrinsic, 0, 1, 0) },
        Inst::new(Op::SetKey, 0, 0, 2),
        Inst::wide(Op::LetUse, 1, 0),
        Inst::wide(Op::LetReset, 0, 2),
        Inst::wide(Op::Found, 0, 1),
        Inst { x: 2, ..Inst::new(Op::JumpEq, 0, 0, 0) },
        Inst::wide(Op::Jump, 0, 2),
        Inst::new(Op::JumpEq, 0, 0, (-3_i16).cast_unsigned()),
    ] {
        assert_eq!(refused(vec![inst, FINISH]), Some(0), "{inst:?}");
    }
}

#[test]
fn ways_back_are_paid_for() {
    let back = Inst::wide(Op::Jump, 0, 0);
    assert_eq!(refused(vec![FINISH, back]), Some(1));
    assert_eq!(refused(vec![Inst::wide(Op::Charge, 0, 0), back]), Some(1));
    assert!(verify(&program(vec![Inst::wide(Op::Charge, 0, 1), back]), 2).is_ok());
    let head = Inst::new(Op::Next, 0, 1, 2);
    assert!(verify(&program(vec![head, Inst::wide(Op::Charge, 0, 1), back, FINISH]), 2).is_ok());
    assert_eq!(refused(vec![head, FINISH, back, FINISH]), Some(2));
    assert_eq!(refused(vec![Inst::wide(Op::Guard, 0, 0), FINISH]), Some(0));
}

#[test]
fn code_ends_and_lies_where_it_should() {
    assert!(verify(&program(vec![Inst::new(Op::Move, 0, 0, 0)]), 2).is_err());
    assert!(verify(&program(Vec::new()), 2).is_err());
    let mut overlapping = program(vec![FINISH]);
    overlapping.functions.push(Function { start: 0, end: 1, params: 0, registers: 0, lets: 0, result: None });
    assert!(verify(&overlapping, 2).is_err());
    let mut cramped = program(vec![FINISH]);
    cramped.functions[0].params = 9;
    assert!(verify(&cramped, 2).is_err());
}

#[test]
fn tables_refer_to_what_there_is() {
    let tables = |change: fn(&mut Program)| {
        let mut program = program(vec![FINISH]);
        change(&mut program);
        verify(&program, 2)
    };
    assert!(tables(|_| {}).is_ok());
    assert!(tables(|program| program.consts.push(Constant::List(vec![ConstId(1)]))).is_err());
    assert!(tables(|program| program.consts.push(Constant::List(vec![ConstId(0)]))).is_ok());
    assert!(tables(|program| program.consts.push(Constant::Map(vec![ConstId(0)]))).is_err());
    assert!(tables(|program| program.consts.push(Constant::Text(TextId(0)))).is_err());
    assert!(tables(|program| program.types.push(Type::Option(TypeId(1)))).is_err());
    assert!(tables(|program| program.types.push(Type::Option(TypeId(0)))).is_err());
}
