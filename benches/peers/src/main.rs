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
    "native windows",
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
    peak: u64,
    held: u64,
    refused: Option<String>,
}

/// The workspaces that stand apart, and the workloads that only they have.
const APART: &[(&str, &[&str])] = &[("engines", &[]), ("histories", &["E"])];

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
    let (mut handed_on, mut file, mut only) = (Vec::new(), None, None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => handed_on.push(arg),
            "--only" => only = args.next(),
            "--json" => file = args.next(),
            other => {
                return Err(io::Error::other(format!(
                    "no option {other}; there are --quick, --only WORKLOAD and --json FILE"
                )));
            }
        }
    }
    if let Some(only) = &only {
        handed_on.extend(["--only".to_owned(), only.clone()]);
    }
    let (mut values, mut fine) = (Vec::new(), true);
    for (workspace, own) in APART {
        let theirs = |only: &String| match own.is_empty() {
            true => !APART.iter().any(|(_, own)| own.contains(&only.as_str())),
            false => own.contains(&only.as_str()),
        };
        if only.as_ref().is_none_or(theirs) {
            let (lines, success) = run_apart(workspace, &handed_on)?;
            values.extend(lines);
            fine &= success;
        }
    }
    let rows: Vec<Row> = values.iter().filter_map(row).collect();
    write_table(&rows)?;
    if let Some(file) = file {
        std::fs::write(file, Value::Array(values).to_string())?;
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds and runs what stands in a workspace of its own: its rows, and whether it ended well.
fn run_apart(workspace: &str, handed_on: &[String]) -> io::Result<(Vec<Value>, bool)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = here.join(workspace).join("Cargo.toml");
    let cargo = |verb: &str| {
        let mut command = Command::new(option_env!("CARGO").unwrap_or("cargo"));
        command.args([verb, "--release", "--locked", "--manifest-path"]).arg(&manifest);
        command.arg("--target-dir").arg(here.join("../../target/peers")).stderr(Stdio::inherit());
        command
    };
    // All that is run, and what it runs itself.
    if !cargo("build").arg("--bins").status()?.success() {
        return Ok((Vec::new(), false));
    }
    let output = cargo("run").arg("--").args(handed_on).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let values = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    Ok((values, output.status.success()))
}

fn row(value: &Value) -> Option<Row> {
    Some(Row {
        workload: value.get("workload")?.as_str()?.to_owned(),
        engine: value.get("engine")?.as_str()?.to_owned(),
        nanoseconds: value.get("nanoseconds")?.as_f64()?,
        allocations: value.get("allocations")?.as_f64()?,
        cases: value.get("cases")?.as_u64()?,
        allowed: value.get("allowed")?.as_u64(),
        peak: value.get("peak")?.as_u64()?,
        held: value.get("held")?.as_u64()?,
        refused: value.get("refused").and_then(Value::as_str).map(str::to_owned),
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
    writeln!(out, "| workload | engine | median | ratio | allocations | peak | stays | cases, allowed |")?;
    writeln!(out, "| --- | --- | --- | --- | --- | --- | --- | --- |")?;
    for row in rows {
        if let Some(why) = &row.refused {
            writeln!(out, "| {} | {} | refused: {why} | | | | | |", row.workload, row.engine)?;
            continue;
        }
        let ratio = match floors.get(row.workload.as_str()) {
            Some((floor, time)) => format!("{:.2} × {floor}", row.nanoseconds / time),
            None => String::new(),
        };
        let allowed = row.allowed.map_or_else(String::new, |allowed| format!(", {allowed}"));
        writeln!(
            out,
            "| {} | {} | {} | {ratio} | {:.1} | {} | {} | {}{allowed} |",
            row.workload,
            row.engine,
            time(row.nanoseconds),
            row.allocations,
            bytes(row.peak),
            bytes(row.held),
            row.cases,
        )?;
    }
    Ok(())
}

fn bytes(count: u64) -> String {
    match count {
        0 => String::new(),
        1..10_000 => format!("{count} B"),
        10_000..10_000_000 => format!("{} kB", count / 1_000),
        _ => format!("{} MB", count / 1_000_000),
    }
}

fn time(nanoseconds: f64) -> String {
    if nanoseconds >= 1e9 {
        format!("{:.2} s", nanoseconds / 1e9)
    } else if nanoseconds >= 1e6 {
        format!("{:.2} ms", nanoseconds / 1e6)
    } else if nanoseconds >= 1e3 {
        format!("{:.2} µs", nanoseconds / 1e3)
    } else {
        format!("{nanoseconds:.2} ns")
    }
}
