//! The page `docs/cli.md`, made from the definitions of the commands.

use clap::{Arg, Command, CommandFactory};

use crate::exit::table;

const HEAD: &str = "# The command line

Generated from the definitions in `cli/src` by `cargo xtask generate`.

`policyc` prints what was asked for on standard output, and what stands in the way on standard error. Colours appear on a
terminal and stay away where `NO_COLOR` is set, in a pipe, or with `--color never`. Control characters that come from files
are shown, never sent to the terminal.

";

/// The page, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut root = crate::Arguments::command();
    root.build();
    let mut out = String::from(HEAD);
    out.push_str("| command | what it does |\n| --- | --- |\n");
    for command in commands(&root) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        out.push_str(&format!("| [`{0}`](#policyc-{0}) | {about} |\n", command.get_name()));
    }
    out.push_str("\nEvery command takes:\n\n| option | meaning |\n| --- | --- |\n");
    for argument in root.get_arguments().filter(|argument| argument.is_global_set()) {
        out.push_str(&row(argument));
    }
    for command in commands(&root) {
        section(command, &mut out);
    }
    out.push_str(include_str!("reference/tail.md"));
    out
}

fn commands(root: &Command) -> impl Iterator<Item = &Command> {
    root.get_subcommands().filter(|command| command.get_name() != "help")
}

fn section(command: &Command, out: &mut String) {
    let name = command.get_name();
    out.push_str(&format!("\n## policyc {name}\n\n"));
    if let Some(about) = command.get_long_about().or(command.get_about()) {
        out.push_str(&format!("{about}.\n\n"));
    }
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim().trim_start_matches("Usage:").trim();
    out.push_str(&format!("```text\n{usage}\n```\n\n"));
    let own: Vec<&Arg> = command
        .get_arguments()
        .filter(|argument| {
            !argument.is_global_set() && !matches!(argument.get_id().as_str(), "help" | "version")
        })
        .collect();
    if !own.is_empty() {
        out.push_str("| argument | meaning |\n| --- | --- |\n");
        for argument in own {
            out.push_str(&row(argument));
        }
        out.push('\n');
    }
    out.push_str("| exit code | meaning |\n| --- | --- |\n");
    for (_, code, meaning) in table().iter().filter(|(of, _, _)| *of == name) {
        out.push_str(&format!("| {code} | {meaning} |\n"));
    }
}

fn row(argument: &Arg) -> String {
    let mut names = Vec::new();
    if let Some(short) = argument.get_short() {
        names.push(format!("-{short}"));
    }
    if let Some(long) = argument.get_long() {
        names.push(format!("--{long}"));
    }
    let value = argument
        .get_value_names()
        .filter(|_| argument.get_action().takes_values())
        .and_then(|names| names.first())
        .map(ToString::to_string);
    let written = match (names.is_empty(), value) {
        (true, value) => value.unwrap_or_else(|| argument.get_id().to_string()),
        (false, Some(value)) => format!("{} {value}", names.join(", ")),
        (false, None) => names.join(", "),
    };
    let mut meaning = argument.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
    if !meaning.is_empty() && !meaning.ends_with(['.', ':']) {
        meaning.push('.');
    }
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if !possible.is_empty() {
        meaning.push_str(&format!(" One of {}.", possible.join(", ")));
    }
    let default: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if !default.is_empty() && argument.get_action().takes_values() {
        meaning.push_str(&format!(" Default: `{}`.", default.join(" ")));
    }
    format!("| `{written}` | {meaning} |\n")
}
