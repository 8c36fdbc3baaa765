//! Many documents, one a line: time a line and memory, which must not grow with their number.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use policy_benches::clock::{Row, make};
use policy_benches::{bundle, engine, gate};

/// The same lines over and over.
struct Again<'a> {
    lines: &'a [u8],
    at: usize,
    left: usize,
}

impl Read for Again<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut from = self.fill_buf()?;
        let count = from.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Again<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.lines.len() && self.left > 0 {
            self.left -= 1;
            self.at = 0;
        }
        // As a file would be read.
        Ok(&self.lines[self.at..(self.at + 65_536).min(self.lines.len())])
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}

/// Measures a thousand documents and many times as many.
pub fn run(quick: bool) -> Vec<Row> {
    let program = engine::program(gate::POLICY).expect("the policy compiles");
    let bytes = bundle::of(&program, "gate.gate", &gate::data(), false);
    let lines: String = gate::inputs::mixed(1_000).iter().map(|input| format!("{input}\n")).collect();
    let mut rows = Vec::new();
    for rounds in [1, if quick { 20 } else { 200 }] {
        let name = format!("JSON Lines, {} gates, a line", rounds * 1_000);
        let mut entry = bundle::open(&bytes).expect("it loads");
        let (mut row, proceed) = make(&name, "ours, decide_many", 3, || {
            let from = Again { lines: lines.as_bytes(), at: 0, left: rounds - 1 };
            let mut proceed = 0;
            entry.decide_many(from, |_, decision| {
                proceed += usize::from(decision.proceed);
                ControlFlow::Continue(())
            })?;
            Ok::<_, io::Error>(proceed)
        })
        .expect("it reads");
        let count = rounds * 1_000;
        row.nanoseconds /= count as f64;
        row.allocations /= count as f64;
        row.cases = count;
        row.allowed = Some(proceed);
        // What the evaluator keeps from one document to the next is no cost of a line.
        row.held = 0;
        rows.push(row);
    }
    rows
}
