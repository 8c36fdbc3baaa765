use policy_bytecode::Op;
use policy_bytecode::op::Accumulator;
use policy_bytecode::program::{Constant, Format, FormatPart, PatternKind, Projection};
use policy_bytecode::scalar::{Date, DecimalBits, Duration, Timestamp};
use policy_bytecode::types::Type;

use crate::testkit::{Kit, far, inst, with_x};
use crate::{Code, Evaluator, Value};

/// The value of one instruction on two constants.
fn binary(op: Op, make: impl Fn(&mut Kit) -> [u16; 2]) -> (Evaluator, Result<Value, Code>) {
    let mut kit = Kit::new();
    let [left, right] = make(&mut kit);
    let (evaluator, result) = kit.run(1, 0, &[inst(op, 0, left, right), inst(Op::Return, 0, 0, 0)]);
    (evaluator, result.map_err(|raise| raise.failure.code))
}

fn ints(op: Op, left: i64, right: i64) -> Result<i64, Code> {
    let (_, result) = binary(op, |kit| [kit.int(left), kit.int(right)]);
    result.map(|value| value.as_bool().map_or_else(|| value.as_int().expect("an Int"), i64::from))
}

fn decimal(text: &str) -> Constant {
    let value: rust_decimal::Decimal = text.parse().expect("a decimal");
    let parts = value.unpack();
    Constant::Decimal(DecimalBits {
        lo: parts.lo,
        mid: parts.mid,
        hi: parts.hi,
        negative: parts.negative,
        scale: parts.scale as u8,
    })
}

fn decimals(op: Op, left: &str, right: &str) -> Result<String, Code> {
    let (_, result) = binary(op, |kit| [kit.constant(decimal(left)), kit.constant(decimal(right))]);
    result.map(|value| value.as_decimal().expect("a Decimal").to_string())
}

#[test]
fn ints_are_checked() {
    assert_eq!(ints(Op::AddInt, 2, 3), Ok(5));
    assert_eq!(ints(Op::AddInt, i64::MAX, 1), Err(Code::Overflow));
    assert_eq!(ints(Op::SubInt, i64::MIN, 1), Err(Code::Overflow));
    assert_eq!(ints(Op::MulInt, i64::MIN, -1), Err(Code::Overflow));
    assert_eq!(ints(Op::DivInt, -7, 2), Ok(-4));
    assert_eq!(ints(Op::RemInt, -7, 2), Ok(1));
    assert_eq!(ints(Op::DivInt, 7, -2), Ok(-3));
    assert_eq!(ints(Op::RemInt, 7, -2), Ok(1));
    assert_eq!(ints(Op::DivInt, 1, 0), Err(Code::DivisionByZero));
    assert_eq!(ints(Op::RemInt, 1, 0), Err(Code::DivisionByZero));
    assert_eq!(ints(Op::DivInt, i64::MIN, -1), Err(Code::Overflow));
    assert_eq!(ints(Op::RemInt, i64::MIN, -1), Ok(0));
    assert_eq!(ints(Op::LtInt, 1, 2), Ok(1));
    assert_eq!(ints(Op::LeInt, 2, 2), Ok(1));
    assert_eq!(ints(Op::EqInt, 1, 2), Ok(0));
}

#[test]
fn decimals_are_exact_or_fail() {
    assert_eq!(decimals(Op::AddDecimal, "0.1", "0.2"), Ok("0.3".to_owned()));
    assert_eq!(decimals(Op::SubDecimal, "0.3", "0.1"), Ok("0.2".to_owned()));
    assert_eq!(decimals(Op::MulDecimal, "1.50", "2"), Ok("3".to_owned()));
    let most = "79228162514264337593543950335";
    assert_eq!(decimals(Op::AddDecimal, most, "1"), Err(Code::Overflow));
    assert_eq!(decimals(Op::AddDecimal, most, "0.1"), Err(Code::Inexact));
    assert_eq!(decimals(Op::MulDecimal, most, "2"), Err(Code::Overflow));
    assert_eq!(decimals(Op::MulDecimal, "0.00000000000001", "0.000000000000001"), Err(Code::Inexact));
    assert_eq!(
        decimals(Op::MulDecimal, "0.00000000000002", "0.000000000000005"),
        Ok("0.0000000000000000000000000001".to_owned())
    );
    assert_eq!(decimals(Op::DivDecimal, "1", "4"), Ok("0.25".to_owned()));
    assert_eq!(decimals(Op::DivDecimal, "1", "3"), Ok("0.3333333333333333333333333333".to_owned()));
    assert_eq!(decimals(Op::DivDecimal, "2", "3"), Ok("0.6666666666666666666666666667".to_owned()));
    assert_eq!(decimals(Op::DivDecimal, "100", "3"), Ok("33.33333333333333333333333333".to_owned()));
    assert_eq!(decimals(Op::DivDecimal, "1", "0"), Err(Code::DivisionByZero));
}

#[test]
fn time_is_added_and_taken_apart() {
    let day = Duration { seconds: 86_400, nanos: 0 };
    let start = Timestamp { seconds: 0, nanos: 5 };
    let (_, sum) = binary(Op::AddTime, |kit| {
        [kit.constant(Constant::Timestamp(start)), kit.constant(Constant::Duration(day))]
    });
    let later = Timestamp { seconds: 86_400, nanos: 5 };
    assert_eq!(sum.ok().and_then(Value::as_timestamp), Some(later));
    let (_, difference) = binary(Op::SubTime, |kit| {
        [kit.constant(Constant::Timestamp(start)), kit.constant(Constant::Timestamp(later))]
    });
    assert_eq!(difference.ok().and_then(Value::as_duration), Some(Duration { seconds: -86_400, nanos: 0 }));
    let (_, days) = binary(Op::SubTime, |kit| {
        [kit.constant(Constant::Date(Date(10))), kit.constant(Constant::Date(Date(3)))]
    });
    assert_eq!(days.ok().and_then(Value::as_int), Some(7));
    let last = Timestamp { seconds: crate::time::LAST_SECOND, nanos: 0 };
    let (_, past) = binary(Op::AddTime, |kit| {
        [kit.constant(Constant::Timestamp(last)), kit.constant(Constant::Duration(day))]
    });
    assert_eq!(past.err(), Some(Code::Overflow));
    let (_, product) = binary(Op::MulTime, |kit| [kit.constant(Constant::Duration(day)), kit.int(i64::MAX)]);
    assert_eq!(product.err(), Some(Code::Overflow));
}

#[test]
fn sets_and_maps_are_sorted_once() {
    let mut kit = Kit::new();
    let operands = [kit.int(3), kit.int(1), kit.int(3), kit.int(2)];
    let (evaluator, set) = kit.run(
        1,
        0,
        &[
            inst(Op::Begin, 0, 0, 0),
            inst(Op::Push, operands[0], 0, 0),
            inst(Op::Push, operands[1], 0, 0),
            inst(Op::Push, operands[2], 0, 0),
            inst(Op::Push, operands[3], 0, 0),
            inst(Op::MakeSet, 0, 0, 0),
            inst(Op::Return, 0, 0, 0),
        ],
    );
    let set = set.expect("a set");
    let elements: Vec<Option<i64>> =
        evaluator.memory().elements(set).expect("elements").iter().map(|value| value.as_int()).collect();
    assert_eq!(elements, [Some(1), Some(2), Some(3)]);

    let entries = |second: i64| {
        let mut kit = Kit::new();
        let (key, one, two) = (kit.string("k"), kit.int(1), kit.int(second));
        let code = [
            inst(Op::Begin, 0, 0, 0),
            inst(Op::Push, key, 0, 0),
            inst(Op::Push, one, 0, 0),
            inst(Op::Push, key, 0, 0),
            inst(Op::Push, two, 0, 0),
            inst(Op::MakeMap, 0, 0, 0),
            inst(Op::Return, 0, 0, 0),
        ];
        kit.run(1, 0, &code).1.map_err(|raise| raise.failure.code)
    };
    assert_eq!(entries(2).err(), Some(Code::DuplicateKey));
    assert!(matches!(entries(1), Ok(Value::Map(span)) if span.len() == 1));
}

#[test]
fn maps_take_entries_in_their_places() {
    for (key, expected) in
        [("a", "{\"a\":9,\"b\":1,\"d\":2}"), ("b", "{\"b\":9,\"d\":2}"), ("e", "{\"b\":1,\"d\":2,\"e\":9}")]
    {
        let mut kit = Kit::new();
        let (b, d) = (kit.text("b"), kit.text("d"));
        let (b, d) = (kit.const_id(Constant::Text(b)), kit.const_id(Constant::Text(d)));
        let (one, two) = (kit.const_id(Constant::Int(1)), kit.const_id(Constant::Int(2)));
        let map = kit.constant(Constant::Map(vec![b, one, d, two]));
        let (key, nine) = (kit.string(key), kit.int(9));
        let (evaluator, result) = kit.run(
            3,
            0,
            &[
                inst(Op::Move, 0, key, 0),
                inst(Op::Move, 1, nine, 0),
                inst(Op::SetKey, 2, map, 0),
                inst(Op::Return, 2, 0, 0),
            ],
        );
        let mut out = String::new();
        let value = result.expect("a map");
        crate::print::json_value(evaluator.memory(), value, &mut out).expect("it prints");
        assert_eq!(out, expected);
    }
}

#[test]
fn records_are_copied_with_a_field_replaced() {
    let mut kit = Kit::new();
    let (one, two) = (kit.const_id(Constant::Int(1)), kit.const_id(Constant::Int(2)));
    let record = kit.constant(Constant::Record(vec![one, two]));
    let nine = kit.int(9);
    let (evaluator, result) =
        kit.run(1, 0, &[with_x(Op::SetField, 1, 0, record, nine), inst(Op::Return, 0, 0, 0)]);
    let value = result.expect("a record");
    assert_eq!(evaluator.memory().field(value, 0).ok().and_then(Value::as_int), Some(1));
    assert_eq!(evaluator.memory().field(value, 1).ok().and_then(Value::as_int), Some(9));
}

/// A loop that adds up a list.
#[test]
fn loops_accumulate() {
    let mut kit = Kit::new();
    let values: Vec<_> = [5, 6, 7].map(|value| kit.const_id(Constant::Int(value))).into();
    let list = kit.constant(Constant::List(values));
    let (_, sum) = kit.run(
        4,
        0,
        &[
            inst(Op::AccBegin, Accumulator::SumInt as u16, 0, 0),
            inst(Op::Iter, 0, list, 0),
            with_x(Op::Next, 0, 2, 0, 3),
            far(Op::Charge, 0, 3),
            inst(Op::AccAdd, 2, 0, 0),
            far(Op::Jump, 0, 2),
            inst(Op::AccEnd, 3, 0, 0),
            inst(Op::Return, 3, 0, 0),
        ],
    );
    assert_eq!(sum.ok().and_then(Value::as_int), Some(18));
}

#[test]
fn extremes_of_nothing_are_absent() {
    for what in [Accumulator::Min, Accumulator::Max, Accumulator::Avg] {
        let kit = Kit::new();
        let code =
            [inst(Op::AccBegin, what as u16, 0, 0), inst(Op::AccEnd, 0, 0, 0), inst(Op::Return, 0, 0, 0)];
        assert!(!kit.run(1, 0, &code).1.expect("a value").is_present());
    }
}

#[test]
fn sums_are_exact_whatever_lies_between() {
    let mut kit = Kit::new();
    let values = ["79228162514264337593543950335", "1", "-1", "0.5", "-79228162514264337593543950335"]
        .map(|text| kit.constant(decimal(text)));
    let mut code = vec![inst(Op::AccBegin, Accumulator::SumDecimal as u16, 0, 0)];
    code.extend(values.map(|value| inst(Op::AccAdd, value, 0, 0)));
    code.extend([inst(Op::AccEnd, 0, 0, 0), inst(Op::Return, 0, 0, 0)]);
    let sum = kit.run(1, 0, &code).1.expect("a sum").as_decimal().expect("a Decimal");
    assert_eq!(sum.to_string(), "0.5");
}

#[test]
fn membership_asks_lists_sets_maps_and_networks() {
    let contained = |make: &dyn Fn(&mut Kit) -> [u16; 2]| {
        binary(Op::In, make).1.expect("a Bool").as_bool().expect("a Bool")
    };
    for elem in 0..6 {
        let set = |kit: &mut Kit| {
            let parts: Vec<_> = [1, 3, 5].map(|value| kit.const_id(Constant::Int(value))).into();
            [kit.int(elem), kit.constant(Constant::Set(parts))]
        };
        let list = |kit: &mut Kit| {
            let parts: Vec<_> = [5, 1, 3].map(|value| kit.const_id(Constant::Int(value))).into();
            [kit.int(elem), kit.constant(Constant::List(parts))]
        };
        assert_eq!(contained(&set), elem % 2 == 1);
        assert_eq!(contained(&list), elem % 2 == 1);
    }
    let net = Constant::Cidr(vec![10, 0, 0, 0], 8);
    assert!(contained(&|kit| [kit.constant(Constant::Ip(vec![10, 1, 2, 3])), kit.constant(net.clone())]));
    assert!(!contained(&|kit| [kit.constant(Constant::Ip(vec![11, 1, 2, 3])), kit.constant(net.clone())]));
    let six = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let net = Constant::Cidr([&six[..4], &[0; 12]].concat(), 32);
    assert!(contained(&|kit| [kit.constant(Constant::Ip(six.to_vec())), kit.constant(net.clone())]));
}

#[test]
fn text_is_matched_and_searched() {
    let holds = |op, text: &str, kind, pattern: &str| {
        let (_, result) = binary(op, |kit| [kit.string(text), kit.pattern(kind, pattern)]);
        result.expect("a Bool").as_bool().expect("a Bool")
    };
    assert!(holds(Op::Matches, "v12", PatternKind::Regex, r"v\d+"));
    assert!(!holds(Op::Matches, "v12x", PatternKind::Regex, r"v\d+"));
    assert!(holds(Op::Contains, "xv12x", PatternKind::Regex, r"v\d+"));
    assert!(holds(Op::MatchesHost, "a.example.com", PatternKind::Glob, "*.example.com"));
    assert!(!holds(Op::MatchesHost, "a.b.example.com", PatternKind::Glob, "*.example.com"));
    assert!(holds(Op::MatchesHost, "a.b.example.com", PatternKind::Glob, "**.example.com"));
    assert!(holds(Op::Matches, "arn:x", PatternKind::Wildcard, "arn:*"));
    let (_, found) = binary(Op::Contains, |kit| [kit.string("haystack"), kit.string("yst")]);
    assert_eq!(found.ok().and_then(Value::as_bool), Some(true));
}

#[test]
fn text_is_made_by_a_format() {
    let mut kit = Kit::new();
    let (text, int) = (kit.ty(Type::Text), kit.ty(Type::Int { lo: i64::MIN, hi: i64::MAX }));
    let literal = kit.text("/");
    let parts = vec![FormatPart::Value(text), FormatPart::Literal(literal), FormatPart::Value(int)];
    kit.0.formats.push(Format { parts });
    let (name, seven) = (kit.string("a b\""), kit.int(7));
    let (evaluator, result) = kit.run(
        1,
        0,
        &[
            inst(Op::Begin, 0, 0, 0),
            inst(Op::Push, name, 0, 0),
            inst(Op::Push, seven, 0, 0),
            far(Op::Concat, 0, 0),
            inst(Op::Return, 0, 0, 0),
        ],
    );
    assert_eq!(evaluator.memory().text(result.expect("text")).ok(), Some("a b\"/7"));
}

#[test]
fn casts_read_json_as_types() {
    let cast = |probe: u8, ty: &dyn Fn(&mut Kit) -> Type, value: &dyn Fn(&mut Kit) -> u16| {
        let mut kit = Kit::new();
        let ty = ty(&mut kit);
        let ty = kit.ty(ty);
        let value = value(&mut kit);
        let code = [with_x(Op::Cast, probe, 0, value, ty.0 as u16), inst(Op::Return, 0, 0, 0)];
        let (evaluator, result) = kit.run(1, 0, &code);
        result.map(|value| {
            let mut out = String::new();
            crate::print::json_value(evaluator.memory(), value, &mut out).expect("it prints");
            out
        })
    };
    let small = |_: &mut Kit| Type::Int { lo: 0, hi: 9 };
    assert_eq!(cast(0, &small, &|kit| kit.int(7)).ok().as_deref(), Some("7"));
    assert_eq!(
        cast(0, &small, &|kit| kit.int(70)).map_err(|raise| raise.failure.code).err(),
        Some(Code::Mismatch)
    );
    assert_eq!(cast(1, &small, &|kit| kit.int(70)).ok().as_deref(), Some("null"));
    assert_eq!(cast(0, &small, &|kit| kit.constant(Constant::Absent)).ok().as_deref(), Some("null"));
    let list = |kit: &mut Kit| {
        let elem = kit.ty(Type::Date);
        Type::List { elem, max: None, or_one: false }
    };
    let dates = |kit: &mut Kit| {
        let text = kit.text("2026-11-21");
        let day = kit.const_id(Constant::Text(text));
        kit.constant(Constant::List(vec![day, day]))
    };
    assert_eq!(cast(0, &list, &dates).ok().as_deref(), Some(r#"["2026-11-21","2026-11-21"]"#));
}

#[test]
fn projections_drop_fields_at_any_depth() {
    let mut kit = Kit::new();
    let (one, two) = (kit.const_id(Constant::Int(1)), kit.const_id(Constant::Int(2)));
    let record = kit.const_id(Constant::Record(vec![one, two]));
    let list = kit.constant(Constant::List(vec![record, record]));
    kit.0.projections = vec![Projection::Same, Projection::Record(vec![(1, 0)]), Projection::Elements(1)];
    let (evaluator, result) = kit.run(1, 0, &[inst(Op::Project, 0, list, 2), inst(Op::Return, 0, 0, 0)]);
    let mut out = String::new();
    crate::print::json_value(evaluator.memory(), result.expect("a list"), &mut out).expect("it prints");
    assert_eq!(out, "[[2],[2]]");
}
