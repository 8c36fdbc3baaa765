//! The functions of the library, called as the machine calls them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use policy_vm::{Context, Growth, Heap, Intrinsic, Value};

use super::Unit;
use super::arguments::{Failed, parameters, value};
use crate::clock::{median, nanoseconds};

/// Far more than any call takes.
const FUEL: u64 = 1 << 60;

/// The memory that calls may fill before it is emptied.
const MEMORY: u64 = 256 << 20;

/// Every function at some sizes; and those that no arguments could be made for.
#[must_use]
pub fn library() -> (Vec<Unit>, Vec<String>) {
    let (mut units, mut left_out) = (Vec::new(), Vec::new());
    for (_, function) in policy_stdlib::table().iter() {
        for size in sizes(function) {
            match call(function, *size) {
                Ok(unit) => units.push(unit),
                Err(why) => left_out.push(format!("{}.{}: {why}", function.module, function.name)),
            }
        }
    }
    (units, left_out)
}

fn sizes(function: &Intrinsic) -> &'static [usize] {
    match function.cost.growth {
        Growth::Constant => &[8, 256],
        Growth::Linear | Growth::Sort => &[1, 64, 4_096],
        Growth::Product => &[1, 64, 256],
    }
}

fn call(function: &Intrinsic, size: usize) -> Result<Unit, String> {
    let mut heap = Heap::new(FUEL, MEMORY);
    let (mut samples, mut fuel) = (Vec::new(), 0);
    for _ in 0..5 {
        heap.reset(FUEL, MEMORY);
        let mut context = Context::alone(&mut heap, "");
        let arguments: Result<Vec<Value>, Failed> =
            parameters(function.signature).map(|(name, ty)| value(&mut context, name, ty, size)).collect();
        let arguments = arguments.map_err(|failed| failed.to_string())?;
        let (mut took, mut calls, mut used) = (Duration::ZERO, 0_u64, 0_u64);
        let begun = Instant::now();
        while took < Duration::from_micros(300) {
            let mut context = Context::alone(&mut heap, "");
            let fails = black_box((function.run)(&mut context, black_box(&arguments))).is_err();
            took = begun.elapsed();
            calls += 1;
            // Where memory is full, what follows only fails.
            if fails && calls > 1 {
                break;
            }
        }
        used += FUEL - heap.fuel() + calls * u64::from(function.cost.base.max(1));
        fuel = used / calls.max(1);
        samples.push(nanoseconds(took) / used as f64);
    }
    let what = format!("{}.{} of {size}", function.module, function.name);
    Ok(Unit { what, nanoseconds: median(samples), fuel })
}
