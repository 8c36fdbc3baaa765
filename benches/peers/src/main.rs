//! `cargo run --release -p policy-peers [-- --quick] [--json FILE] [--only WORKLOAD]`
//!
//! Builds and runs the engines beside ours and writes a table of medians with ratios. The engines are built in a workspace
//! and with a lock file of their own, so that what they need is no part of ours, of its checks or of its builds.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

/// What rows are told as multiples of: the first of these that a workload has.
const FLOORS: &[&str] = &[
    "hand-written",
    "hand-written, sonic-rs",
    "hash set",
    "hash maps",
    "wirefilter",
    "cedar",
    "serde_json::IgnoredAny",
];

struct Row {
    workload: String,
    engine: String,
    nanoseconds: f64,
    allocations: f64,
    cases: u64,
    allowed: Option<u64>,
}

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "policy-peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<ExitCode> {
    let mut args = std::env::args().skip(1);
    let (mut handed_on, mut file) = (Vec::new(), None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => handed_on.push(arg),
            "--only" => handed_on.extend([arg].into_iter().chain(args.next())),
            "--json" => file = args.next(),
            other => {
                return Err(io::Error::other(format!(
                    "no option {other}; there are --quick, --only WORKLOAD and --json FILE"
                )));
            }
        }
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(option_env!("CARGO").unwrap_or("cargo"))
        .args(["run", "--release", "--locked", "--manifest-path"])
        .arg(here.join("engines/Cargo.toml"))
        .arg("--target-dir")
        .arg(here.join("../../target/peers"))
        .arg("--")
        .args(&handed_on)
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let values: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let rows: Vec<Row> = values.iter().filter_map(row).collect();
    write_table(&rows)?;
    if let Some(file) = file {
        std::fs::write(file, Value::Array(values).to_string())?;
    }
    Ok(if output.status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn row(value: &Value) -> Option<Row> {
    Some(Row {
        workload: value.get("workload")?.as_str()?.to_owned(),
        engine: value.get("engine")?.as_str()?.to_owned(),
        nanoseconds: value.get("nanoseconds")?.as_f64()?,
        allocations: value.get("allocations")?.as_f64()?,
        cases: value.get("cases")?.as_u64()?,
        allowed: value.get("allowed")?.as_u64(),
    })
}

fn write_table(rows: &[Row]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut floors: BTreeMap<&str, (&str, f64)> = BTreeMap::new();
    for floor in FLOORS {
        for row in rows.iter().filter(|row| row.engine == *floor) {
            floors.entry(&row.workload).or_insert((floor, row.nanoseconds));
        }
    }
    writeln!(out, "| workload | engine | median | ratio | allocations | cases, allowed |")?;
    writeln!(out, "| --- | --- | --- | --- | --- | --- |")?;
    for row in rows {
        let ratio = match floors.get(row.workload.as_str()) {
            Some((floor, time)) => format!("{:.2} × {floor}", row.nanoseconds / time),
            None => String::new(),
        };
        let allowed = row.allowed.map_or_else(String::new, |allowed| format!(", {allowed}"));
        writeln!(
            out,
            "| {} | {} | {} | {ratio} | {:.1} | {}{allowed} |",
            row.workload,
            row.engine,
            time(row.nanoseconds),
            row.allocations,
            row.cases,
        )?;
    }
    Ok(())
}

fn time(nanoseconds: f64) -> String {
    if nanoseconds >= 1e6 {
        format!("{:.2} ms", nanoseconds / 1e6)
    } else if nanoseconds >= 1e3 {
        format!("{:.2} µs", nanoseconds / 1e3)
    } else {
        format!("{nanoseconds:.2} ns")
    }
}
