//! `policyc disasm`.

use std::path::PathBuf;

use policy_bytecode::disassemble::{disassemble, disassemble_policy};
use policy_compiler::Options;
use policy_project::Overlay;
use policy_testing::Workspace;

use crate::exit::Exit;
use crate::report;
use crate::shown;
use crate::terminal::Terminal;

/// Arguments of `disasm`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("disasm"))]
pub(crate) struct Arguments {
    /// The project, or a source that stands alone.
    #[arg(default_value = ".", value_name = "PATH")]
    project: PathBuf,

    /// Only this policy and what it calls: an entry of policy.toml, or a policy's name.
    #[arg(short, long, value_name = "NAME")]
    entry: Option<String>,

    /// With the probes that explanations need.
    #[arg(long)]
    instrument: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let workspace = match Workspace::open(&arguments.project, &Overlay::new()) {
        Ok(workspace) => workspace,
        Err(error) => {
            terminal.complain(&error.to_string());
            return Exit::NoAnswer;
        }
    };
    let policy = match arguments.entry.as_deref().map(|name| workspace.entry(Some(name))).transpose() {
        Ok(entry) => entry.map(|entry| entry.policy),
        Err(message) => {
            terminal.complain(&message);
            return Exit::NoAnswer;
        }
    };
    let options = Options { instrument: arguments.instrument, tests: false };
    match workspace.compile(options) {
        Ok(compiled) => {
            let text = match policy {
                Some(policy) => disassemble_policy(&compiled.program, policy),
                None => disassemble(&compiled.program),
            };
            terminal.out(&text);
            Exit::Good
        }
        Err(found) => {
            let files = shown::files(&workspace.project);
            let text = report::human::findings(
                &found,
                &files,
                terminal.err_colour(),
                terminal.width(),
                report::MAX_SHOWN,
            );
            terminal.err(&text);
            terminal.complain("there is no program: the project has errors");
            Exit::NoAnswer
        }
    }
}
