//! Floors of coverage, and what is missing below them.

use policy_project::Files;
use policy_testing::coverage::{self, Coverage};
use policy_testing::{Results, Workspace};

use super::Arguments;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// So many places that tests do not reach are told.
const MAX_MISSING: usize = 40;
/// So many tests that would reach them are written out.
const MAX_SUGGESTED: usize = 12;

/// Holds the floors of `policy.toml`; tells what is missing below one, and inputs that would cover it.
pub(super) fn hold(
    arguments: &Arguments,
    workspace: &Workspace,
    results: &Results,
    files: &Files,
    terminal: &mut Terminal,
) -> Exit {
    let Some(reached) = &results.coverage else { return Exit::Good };
    let mut below = false;
    // A part of the tests reaches a part of the policies: floors are for all of them.
    if arguments.filter.is_none() && results.not_run == 0 {
        for (name, floor) in &workspace.project.manifest.test.coverage {
            let share = reached.share(name);
            if share < floor.value {
                below = true;
                terminal.complain(&format!(
                    "tests reach {share} % of {name}; policy.toml asks for {} %",
                    floor.value
                ));
            }
        }
    }
    if below || arguments.suggest {
        missing(workspace, reached, files, arguments.seed, terminal);
    }
    if below { Exit::Found } else { Exit::Good }
}

fn missing(workspace: &Workspace, reached: &Coverage, files: &Files, seed: u64, terminal: &mut Terminal) {
    let suggested = coverage::suggest(workspace, reached, seed);
    let mut text = String::new();
    for (at, item) in reached.missing().enumerate() {
        if at == MAX_MISSING {
            text.push_str(&format!("… and {} more\n", reached.missing().count() - at));
            break;
        }
        text.push_str(&format!(
            "{}: {}: {}\n",
            files.show(item.location),
            item.name,
            item.missing.join(", ")
        ));
    }
    if !suggested.is_empty() {
        text.push_str("\nThese tests would reach more. Read what they expect before you keep them:\n");
    }
    for one in suggested.iter().take(MAX_SUGGESTED) {
        text.push('\n');
        text.push_str(&one.test);
    }
    if suggested.len() > MAX_SUGGESTED {
        text.push_str(&format!("\n… and {} more\n", suggested.len() - MAX_SUGGESTED));
    }
    terminal.err(&text);
}
