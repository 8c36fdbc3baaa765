//! What is expected on the command line, as a property of the policy's module.

use policy_project::Overlay;
use policy_testing::{TestOptions, Workspace, run};

use super::Arguments;

/// How many cases are tried before the time is looked at.
const CHUNK: u64 = 2000;
/// The name of the property.
const NAME: &str = "what the command line expects";

/// Looks for an input that breaks it, as a test; none where there was none in time.
pub(super) fn look(
    arguments: &Arguments,
    workspace: &Workspace,
    policy: usize,
    until: &dyn Fn() -> bool,
    most: u64,
) -> Result<Option<String>, String> {
    let expect = arguments.expect.as_deref().unwrap_or("true");
    let described = workspace.checked.hir.policies.get(policy).ok_or("the policy is not there")?;
    let file = workspace.project.files.get(described.location.file).ok_or("the policy has no source")?;
    let header = file.text.get(described.location.span.lo as usize..).unwrap_or("");
    let ty = input_type(header).ok_or("the type of the policy's input cannot be read")?;
    let source =
        format!("{}\n\nproperty \"{NAME}\" for any input: {ty} {{\n  expect {expect}\n}}\n", file.text);
    let mut overlay = Overlay::new();
    let path = workspace.project.root.join(&file.path);
    overlay.insert(path, source);
    let changed = Workspace::open(&arguments.project, &overlay).map_err(|error| error.to_string())?;
    let mut tried = 0;
    let mut seed = arguments.seed;
    loop {
        let options = TestOptions {
            filter: Some(NAME.to_owned()),
            threads: Some(1),
            seed,
            cases: Some(CHUNK.min(most)),
            ..TestOptions::default()
        };
        let results = run(&changed, &options).map_err(|found| {
            let first = found.first().map_or_else(String::new, |one| one.message.clone());
            format!("`{expect}` cannot be expected: {first}")
        })?;
        let property = results.properties.first().ok_or("the property did not run")?;
        if let Some(test) = &property.counter_example {
            return Ok(Some(test.clone()));
        }
        tried += CHUNK;
        seed = seed.wrapping_add(1);
        if tried >= most || !until() {
            return Ok(None);
        }
    }
}

/// The type behind `on` in the header of a policy, from its name on.
fn input_type(header: &str) -> Option<&str> {
    let mut depth = 0_i32;
    let mut start = None;
    for (at, c) in header.char_indices() {
        let rest = header.get(at..)?;
        match c {
            '{' if depth == 0
                && start.is_some_and(|from: usize| !header.get(from..at).unwrap_or("").trim().is_empty()) =>
            {
                let text = header.get(start?..at)?.trim();
                let text = text.strip_suffix("resolve first").unwrap_or(text).trim();
                return Some(
                    text.split_once(':').filter(|(name, _)| is_name(name)).map_or(text, |(_, ty)| ty.trim()),
                );
            }
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            ' ' | '\n' if depth == 0 && start.is_none() && rest.trim_start().starts_with("on") => {
                let after = rest.trim_start();
                if after.get(2..3).is_some_and(|next| next.trim().is_empty()) {
                    start = Some(at + (rest.len() - after.len()) + 2);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::input_type;

    #[test]
    fn the_type_of_an_input_is_found_in_the_header() {
        assert_eq!(input_type("p on i: In {\n default allow"), Some("In"));
        assert_eq!(input_type("p on In resolve first { default deny"), Some("In"));
        assert_eq!(
            input_type("p(max: Int, on_call: List<String> = []) on s: List<Map<String, In>> {"),
            Some("List<Map<String, In>>")
        );
        assert_eq!(input_type("p on { a: Int, b: { c: Bool } } {\n"), Some("{ a: Int, b: { c: Bool } }"));
    }
}
