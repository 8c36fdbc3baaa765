//! Trees as no compiler writes them.

use super::*;
use crate::value::Region;

/// Texts `c000`, `c001`, and so on, as constants.
fn constants(count: usize) -> (Store, Vec<Value>) {
    let mut store = Store::default();
    let texts =
        (0..count).map(|at| Value::Text(store.push_text(Region::Constants, &format!("c{at:03}")).unwrap()));
    let values = texts.collect();
    (store, values)
}

fn shortcuts(code: Vec<Inst>, (store, consts): &(Store, Vec<Value>)) -> Shortcuts {
    let end = code.len() as u32;
    let functions = vec![Function { start: 0, end, params: 1, registers: 3, lets: 0, result: None }];
    Shortcuts::of(&Program { code, functions, ..Program::default() }, consts, store)
}

/// Where a constant leads to from the first instruction.
fn target(found: &Shortcuts, (store, consts): &(Store, Vec<Value>), constant: usize) -> Option<usize> {
    let nothing = Store::default();
    let memory = Memory { constants: store, data: &nothing, arena: &nothing, input: "" };
    found.find(0, consts[constant], memory, consts).map(|found| found.target)
}

const fn less(constant: u16, over: u16) -> Inst {
    Inst { x: 1, ..Inst::new(Op::JumpLt, 0, CONST_BASE + constant, over) }
}

/// Goes on below where the value is the constant, and to `finish` or the next comparison where it is not.
const fn equal(constant: u16) -> [Inst; 2] {
    [Inst { x: 0, ..Inst::new(Op::JumpEq, 0, CONST_BASE + constant, 1) }, Inst::new(Op::Finish, 0, 0, 0)]
}

const FINISH: Inst = Inst::new(Op::Finish, 0, 0, 0);

/// The comparison that a tree begins with at a place: what lies before all constants ends behind it.
fn root(at: usize) -> [Inst; 3] {
    [less(0, 1), Inst::wide(Op::Jump, 0, at as u32 + 3), FINISH]
}

#[test]
fn constants_lead_where_comparisons_lead_and_nowhere_else() {
    let pool = constants(80);
    // Those below c040 stand where no value below it comes: behind the comparison that leads it away.
    let mut code = vec![less(40, 80 * 2 + 1)];
    code.extend((0..80).flat_map(equal));
    code.extend([FINISH, FINISH]);
    let found = shortcuts(code, &pool);
    for constant in 40..80 {
        assert_eq!(target(&found, &pool, constant), Some(2 + constant * 2), "c{constant:03}");
    }
    for constant in 0..40 {
        assert_eq!(target(&found, &pool, constant), None, "c{constant:03}");
    }
}

#[test]
fn what_a_tree_leaves_in_a_register_is_read_by_nobody() {
    let pool = constants(80);
    for (reader, has_table) in [(Inst::new(Op::Move, 2, 0, 0), true), (Inst::new(Op::Move, 2, 1, 0), false)] {
        let mut code = root(0).to_vec();
        for constant in 0..80 {
            code.push(Inst::wide(Op::Const, 1, constant));
            code.push(Inst { x: 0, ..Inst::new(Op::JumpEq, 0, 1, 1) });
            code.push(FINISH);
        }
        code.extend([reader, FINISH]);
        assert_eq!(!shortcuts(code, &pool).is_empty(), has_table, "{reader:?}");
    }
}

/// A tree may begin with a constant that is loaded just before, if nothing leads between the two.
#[test]
fn a_first_constant_is_loaded_on_every_way() {
    let pool = constants(80);
    for (enters, has_table) in [(0, true), (1, false)] {
        let begins = Inst { x: 1, ..Inst::new(Op::JumpLt, 0, 1, 1) };
        let mut code = vec![Inst::wide(Op::Const, 1, 0), begins, Inst::wide(Op::Jump, 0, 4), FINISH];
        code.extend((0..80).flat_map(equal));
        code.extend([FINISH, Inst::wide(Op::Jump, 0, enters)]);
        let found = shortcuts(code, &pool);
        assert_eq!(!found.is_empty(), has_table, "{enters}");
        if has_table {
            let nothing = Store::default();
            let memory = Memory { constants: &pool.0, data: &nothing, arena: &nothing, input: "" };
            assert_eq!(found.find(1, pool.1[7], memory, &pool.1).map(|found| found.target), Some(5 + 7 * 2));
        }
    }
}

#[test]
fn long_chains_and_many_trees_are_gone_through_once() {
    let pool = constants(80);
    let mut chain = root(0).to_vec();
    chain.extend((0..400_000_u32).flat_map(|at| equal((at % 80) as u16)));
    chain.push(FINISH);
    assert!(!shortcuts(chain, &pool).is_empty());
    let mut trees = Vec::new();
    for _ in 0..4_000 {
        trees.extend(root(trees.len()));
        for constant in 0..40 {
            trees.push(Inst::wide(Op::Const, 1, constant));
            trees.push(Inst { x: 0, ..Inst::new(Op::JumpEq, 0, 1, 1) });
            trees.push(FINISH);
        }
        trees.push(FINISH);
    }
    assert_eq!(shortcuts(trees, &pool).roots.len(), 4_000);
}
