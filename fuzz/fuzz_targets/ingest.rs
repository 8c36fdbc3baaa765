#![no_main]

use std::cell::RefCell;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use policy_vm::{Entry, Limits, Program};

fn program() -> &'static Program {
    static PROGRAM: OnceLock<Program> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let bundle = include_bytes!("../../vm/examples/gate.pbundle");
        Program::load(bundle, policy_stdlib::table()).expect("the bundle loads")
    })
}

thread_local! {
    static ENTRY: RefCell<Entry> = RefCell::new(Entry::open(program(), "gate").expect("it has the entry"));
}

fuzz_target!(|bytes: &[u8]| {
    ENTRY.with_borrow_mut(|entry| {
        entry.request().limits = Limits { fuel: 1_000_000, memory: 1 << 24 };
        entry.request().strict_input = bytes.first().is_some_and(|byte| byte % 2 == 0);
        let decision = entry.decide_json(bytes);
        assert_eq!(decision.proceed, entry.allowed(bytes));
    });
});
