//! `console` blocks: commands after `$ `, and the output that they give.

use std::path::Path;
use std::process::Command;

/// A command, and what it is expected to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The command, without `$ `.
    pub command: String,
    /// Standard output and standard error, one after the other. A line `...` stands for any number of lines, and
    /// `...` within a line for any text.
    pub output: String,
}

/// The steps of a block.
#[must_use]
pub fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command: command.to_owned(), output: String::new() }),
            (None, Some(step)) => {
                step.output.push_str(line);
                step.output.push('\n');
            }
            (None, None) => {}
        }
    }
    steps
}

/// Whether an output is as expected: line by line, without spaces at the ends of lines and of the whole.
#[must_use]
pub fn matches(expected: &str, given: &str) -> bool {
    let tidy = |text: &str| -> Vec<String> {
        let text = text.replace("\r\n", "\n");
        let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    };
    lines_match(&tidy(expected), &tidy(given))
}

fn lines_match(expected: &[String], given: &[String]) -> bool {
    match expected.split_first() {
        None => given.is_empty(),
        Some((first, rest)) if first.trim() == "..." => {
            (0..=given.len()).any(|skip| given.get(skip..).is_some_and(|given| lines_match(rest, given)))
        }
        Some((first, rest)) => given
            .split_first()
            .is_some_and(|(line, given)| line_matches(first, line) && lines_match(rest, given)),
    }
}

fn line_matches(expected: &str, given: &str) -> bool {
    let Some((head, tail)) = expected.split_once("...") else { return expected == given };
    let Some(rest) = given.strip_prefix(head) else { return false };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.into_iter().any(|at| rest.get(at..).is_some_and(|rest| line_matches(tail, rest)))
}

/// Runs a command with a shell in a folder, `policyc` found first; its output, then what it printed as errors, then
/// a line with its exit code where that is not zero.
///
/// # Errors
/// Where there is no shell to run it.
pub fn run(command: &str, folder: &Path, tools: &Path) -> std::io::Result<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![tools.to_owned()];
    folders.extend(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).unwrap_or(path);
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let code = output.status.code().map_or_else(|| "signal".to_owned(), |code| code.to_string());
        text.push_str(&format!("[exit {code}]\n"));
    }
    Ok(text)
}
