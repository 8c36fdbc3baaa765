//! The commands: one file each, and a row here.

mod build;
mod check;
mod completions;
mod cost;
mod diff;
mod disasm;
mod eval;
mod explain;
mod fmt;
mod fuzz;
mod inspect;
mod lock;
mod lsp;
mod mutate;
mod new;
mod sign;
mod strip;
mod test;
mod vendor;
mod verify;

pub(crate) use explain::page as explain_page;

use clap::Subcommand;

use crate::exit::Exit;
use crate::terminal::Terminal;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a small project to start from.
    New(new::Arguments),
    /// Find mistakes in policies.
    Check(check::Arguments),
    /// Put sources into the one style.
    Fmt(fmt::Arguments),
    /// Decide about documents.
    Eval(eval::Arguments),
    /// Run the tests of policies.
    Test(test::Arguments),
    /// Change policies in small ways, and see whether the tests notice.
    Mutate(mutate::Arguments),
    /// Look for inputs on which a policy fails or its rules disagree.
    Fuzz(fuzz::Arguments),
    /// Compare what two versions of policies say and decide.
    Diff(diff::Arguments),
    /// Show what decisions cost at most.
    Cost(cost::Arguments),
    /// Write the compiled project as a bundle.
    Build(build::Arguments),
    /// Record what the dependencies of a project hold.
    Lock(lock::Arguments),
    /// Copy the dependencies of a project into it.
    Vendor(vendor::Arguments),
    /// Show what is in a bundle.
    Inspect(inspect::Arguments),
    /// Say whether a bundle is whole, sound and signed by those who are trusted.
    Verify(verify::Arguments),
    /// Sign a bundle.
    Sign(sign::Arguments),
    /// Make a key to sign bundles with.
    Keygen(sign::KeyArguments),
    /// Take debug information out of a bundle.
    Strip(strip::Arguments),
    /// Print the page on a diagnostic.
    Explain(explain::Arguments),
    /// Print the compiled program.
    Disasm(disasm::Arguments),
    /// Serve an editor on standard input and output.
    Lsp(lsp::Arguments),
    /// Print the script that completes commands in a shell.
    Completions(completions::Arguments),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, terminal: &mut Terminal) -> Exit {
        match self {
            Self::New(arguments) => new::run(&arguments, terminal),
            Self::Check(arguments) => check::run(&arguments, terminal),
            Self::Fmt(arguments) => fmt::run(&arguments, terminal),
            Self::Eval(arguments) => eval::run(&arguments, terminal),
            Self::Cost(arguments) => cost::run(&arguments, terminal),
            Self::Test(arguments) => test::run(&arguments, terminal),
            Self::Build(arguments) => build::run(&arguments, terminal),
            Self::Lock(arguments) => lock::run(&arguments, terminal),
            Self::Vendor(arguments) => vendor::run(&arguments, terminal),
            Self::Inspect(arguments) => inspect::run(&arguments, terminal),
            Self::Verify(arguments) => verify::run(&arguments, terminal),
            Self::Sign(arguments) => sign::run(&arguments, terminal),
            Self::Keygen(arguments) => sign::keygen(&arguments, terminal),
            Self::Strip(arguments) => strip::run(&arguments, terminal),
            Self::Mutate(arguments) => mutate::run(&arguments, terminal),
            Self::Fuzz(arguments) => fuzz::run(&arguments, terminal),
            Self::Diff(arguments) => diff::run(&arguments, terminal),
            Self::Explain(arguments) => explain::run(&arguments, terminal),
            Self::Disasm(arguments) => disasm::run(&arguments, terminal),
            Self::Lsp(arguments) => lsp::run(&arguments, terminal),
            Self::Completions(arguments) => completions::run(&arguments, terminal),
        }
    }
}
