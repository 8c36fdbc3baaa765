//! `policyc lsp`.

use crate::exit::Exit;
use crate::terminal::Terminal;

/// Serve an editor.
///
/// The editor starts this itself and speaks the Language Server Protocol on standard input and output.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("lsp"))]
pub(crate) struct Arguments {
    /// Accepted, as some editors pass it: standard input and output are all there is.
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let Arguments { stdio: _ } = arguments;
    match policy_lsp::serve_stdio() {
        Ok(()) => Exit::Good,
        Err(error) => {
            terminal.complain(&format!("the editor's connection broke: {error}"));
            Exit::NoAnswer
        }
    }
}
