//! `policyc completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::exit::Exit;
use crate::terminal::Terminal;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Put the output where the shell looks for it, for example:\n  \
    policyc completions bash > ~/.local/share/bash-completion/completions/policyc")]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::Arguments::command(), "policyc", &mut script);
    terminal.out(&String::from_utf8_lossy(&script));
    Exit::Good
}
