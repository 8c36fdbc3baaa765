//! The policyc command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(policyc::run(std::env::args_os()))
}
