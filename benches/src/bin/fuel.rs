//! Tells what a unit of fuel takes at most on this machine: `fuel [--all]`. See `docs/performance.md`.

use std::io::{self, Write};

use policy_benches::fuel::{Unit, documents, instructions, library};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let all = std::env::args().any(|arg| arg == "--all");
    let (functions, left_out) = library();
    let mut out = io::stdout().lock();
    table(&mut out, "a function of the library", functions, all)?;
    for function in left_out {
        writeln!(out, "not measured: {function}")?;
    }
    table(&mut out, "a loop of instructions", instructions()?, all)?;
    let documents = documents()?;
    let greatest = documents.iter().map(|(_, a_byte)| *a_byte).fold(0.0, f64::max);
    table(&mut out, "reading", documents.into_iter().map(|(unit, _)| unit).collect(), all)?;
    writeln!(out, "\na byte of a document takes at most {greatest:.1} ns")?;
    Ok(())
}

/// The worst first, and the median of all.
fn table(out: &mut impl Write, title: &str, mut units: Vec<Unit>, all: bool) -> io::Result<()> {
    units.sort_by(|a, b| b.nanoseconds.total_cmp(&a.nanoseconds));
    let middle = units.get(units.len() / 2).map_or(0.0, |unit| unit.nanoseconds);
    writeln!(out, "\n| {title} | ns a unit | units |")?;
    writeln!(out, "| --- | --- | --- |")?;
    for unit in units.iter().take(if all { units.len() } else { 8 }) {
        writeln!(out, "| {} | {:.1} | {} |", unit.what, unit.nanoseconds, unit.fuel)?;
    }
    writeln!(out, "| the median of {} | {middle:.1} | |", units.len())
}
