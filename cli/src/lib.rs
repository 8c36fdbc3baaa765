//! The policyc command line.
//!
//! The one crate that prints. Each command is a file below `commands`.

mod bundles;
mod clock;
mod commands;
mod decision;
mod draw;
mod exit;
mod inputs;
mod reference;
mod report;
mod shown;
mod terminal;

use std::ffi::OsString;

use clap::Parser;

pub use exit::{Exit, table as exit_codes};
pub use reference::reference;

use crate::terminal::Terminal;

/// Policies as code: check them, test them, and decide with them.
#[derive(Debug, Parser)]
#[command(name = "policyc", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "`policyc help COMMAND` says more, the exit codes included.")]
struct Arguments {
    /// Colours: where the output is a terminal and NO_COLOR is not set, or always, or never.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: terminal::When,

    #[command(subcommand)]
    command: commands::Command,
}

/// Runs the command line and gives the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, everything else is a mistake in the call.
            let code = if error.use_stderr() { Exit::NoAnswer } else { Exit::Good };
            let _ = error.print();
            return code.code();
        }
    };
    let mut terminal = Terminal::new(arguments.color);
    arguments.command.run(&mut terminal).code()
}
