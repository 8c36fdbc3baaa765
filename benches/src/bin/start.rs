//! From the bytes of a bundle to the first decision, by stages: `start BUNDLE ENTRY INPUT [TIMES]`.
//!
//! The first row is the first time in a process: library table, caches and all. The others are medians, each time with a
//! program and an entry of their own.

use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::{Duration, Instant, SystemTime};

use policy_bytecode::bundle::{Caps, Container};
use policy_bytecode::verify::verify;
use policy_vm::{Entry, Program};

const STAGES: [&str; 6] = [
    "size, bounds, digests",
    "decode",
    "the same, link, verify, make ready",
    "verify",
    "open the entry",
    "first decision",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(bundle), Some(name), Some(input)) = (args.next(), args.next(), args.next()) else {
        return Err("start BUNDLE ENTRY INPUT [TIMES]".into());
    };
    let times: usize = args.next().and_then(|times| times.parse().ok()).unwrap_or(500);
    let (bytes, input) = (std::fs::read(bundle)?, std::fs::read(input)?);
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:>9.1?}  bundle to first decision, the first time in a process",
        whole(&bytes, &name, &input)?
    )?;
    let mut wholes = Vec::with_capacity(times);
    let mut stages = vec![Vec::with_capacity(times); STAGES.len()];
    for _ in 0..times {
        wholes.push(whole(&bytes, &name, &input)?);
        for (stage, took) in stages.iter_mut().zip(parts(&bytes, &name, &input)?) {
            stage.push(took);
        }
    }
    writeln!(out, "{:>9.1?}  bundle to first decision", median(&mut wholes))?;
    for (stage, took) in STAGES.iter().zip(&mut stages) {
        writeln!(out, "{:>9.1?}    {stage}", median(took))?;
    }
    Ok(())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn whole(bytes: &[u8], name: &str, input: &[u8]) -> Result<Duration, Box<dyn std::error::Error>> {
    let began = Instant::now();
    let program = Program::load(black_box(bytes), policy_stdlib::table())?;
    let mut entry = Entry::open(&program, name)?.at(SystemTime::UNIX_EPOCH);
    black_box(entry.decide_json(black_box(input)));
    Ok(began.elapsed())
}

/// Each stage alone; making ready holds decoding and verifying once more.
fn parts(
    bytes: &[u8],
    name: &str,
    input: &[u8],
) -> Result<[Duration; STAGES.len()], Box<dyn std::error::Error>> {
    let mut took = [Duration::ZERO; STAGES.len()];
    let mut began = Instant::now();
    let mut stages = took.iter_mut();
    let mut lap = || {
        if let Some(stage) = stages.next() {
            *stage = began.elapsed();
        }
        began = Instant::now();
    };
    let container = Container::open(black_box(bytes), Caps::default())?;
    lap();
    black_box(policy_bytecode::bundle::read(&container, &[])?);
    lap();
    let program = Program::of_container(&container, &[], policy_stdlib::table())?;
    lap();
    black_box(verify(program.bytecode(), policy_stdlib::table().len()))?;
    lap();
    let mut entry = Entry::open(&program, name)?.at(SystemTime::UNIX_EPOCH);
    lap();
    black_box(entry.decide_json(black_box(input)));
    lap();
    Ok(took)
}
