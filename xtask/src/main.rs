//! `cargo xtask laws` holds the repository to its laws; `cargo xtask generate` writes the generated documents;
//! `cargo xtask editors` tries the editors that are installed, `cargo xtask reports` the tools that read reports, and
//! `cargo xtask size` weighs what a service pays.

mod api;
mod editors;
mod generate;
mod laws;
mod reports;
mod size;
mod tree;

use std::io::Write;
use std::process::ExitCode;

use tree::Tree;

const USAGE: &str = "usage: cargo xtask laws | generate | editors | reports | size";

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let Some(tree) = Tree::find() else {
        let _ = writeln!(out, "xtask: run it inside the repository");
        return ExitCode::from(2);
    };
    let mut arguments = std::env::args().skip(1);
    let lines = match (arguments.next().as_deref(), arguments.next()) {
        (Some("laws"), None) => laws::check(&tree),
        (Some("generate"), None) => generate::write(&tree),
        (Some("editors"), None) => editors::run(&tree, &mut |line| {
            let _ = writeln!(out, "{line}");
        }),
        (Some("reports"), None) => reports::run(&tree, &mut |line| {
            let _ = writeln!(out, "{line}");
        }),
        (Some("size"), None) => size::run(&tree, &mut |line| {
            let _ = writeln!(out, "{line}");
        }),
        (_, _) => {
            let _ = writeln!(out, "{USAGE}");
            return ExitCode::from(2);
        }
    };
    for line in &lines {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out, "{}", if lines.is_empty() { "xtask: all is well" } else { "xtask: see above" });
    if lines.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
