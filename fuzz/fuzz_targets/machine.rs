#![no_main]

#[path = "../../tests/src/bundles.rs"]
#[allow(dead_code)]
mod bundles;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use policy_bytecode::bundle::{Caps, Container};
use bundles::Parts;
use policy_vm::{Entry, Limits, Program};

#[global_allocator]
static ALLOCATOR: policy_allocations::Counting = policy_allocations::Counting;

const CAPS: Caps = Caps { bytes: 1 << 20, unpacked: 4 << 20 };

fn original() -> &'static Parts {
    static ORIGINAL: OnceLock<Parts> = OnceLock::new();
    ORIGINAL.get_or_init(|| Parts::of(include_bytes!("../../vm/examples/gate.pbundle")))
}

fn run(bytes: &[u8]) {
    let Ok(container) = Container::open(bytes, CAPS) else { return };
    let _ = policy_bundle::inspect(&container, &[]);
    let Ok(program) = Program::of_container(&container, &[], policy_stdlib::table()) else { return };
    let _ = policy_bytecode::disassemble::disassemble(program.bytecode());
    let Ok(mut entry) = Entry::open(&program, "gate") else { return };
    entry.request().limits = Limits { fuel: 100_000, memory: 1 << 22 };
    for input in [r#"{"size": 12}"#, "[[[[1]]]]", "\"text\"", "no JSON"] {
        let _ = entry.decide_json(input.as_bytes()).to_json();
    }
}

// The first byte chooses a section, the next two a place in it, and the rest is laid over what stands there.
fuzz_target!(|bytes: &[u8]| {
    let [section, low, high, patch @ ..] = bytes else { return };
    let mut parts = original().clone();
    let count = parts.sections.len();
    if let Some(section) = parts.sections.get_mut(usize::from(*section) % count) {
        let at = usize::from(u16::from_le_bytes([*low, *high])) % (section.bytes.len() + 1);
        let end = (at + patch.len()).min(section.bytes.len());
        section.bytes.splice(at..end, patch.iter().copied());
    }
    let sealed = parts.seal(None);
    let ((), peak) = policy_allocations::peak(|| run(&sealed));
    assert!(peak < 64 << 20, "{peak} bytes are held at once");
});
