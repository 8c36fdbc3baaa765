//! Writing counter-examples next to their properties.

use policy_testing::{Results, Workspace};

use crate::terminal::Terminal;

/// Writes the smallest case of each property that failed behind the property, unless it stands there already.
pub(super) fn save(workspace: &Workspace, results: &Results, terminal: &mut Terminal) {
    let mut found: Vec<_> = results
        .properties
        .iter()
        .filter_map(|property| Some((property.location, property.counter_example.as_deref()?)))
        .collect();
    // From the end of each file, so that places before stay what they are.
    found.sort_by_key(|(location, _)| (location.file, std::cmp::Reverse(location.span.hi)));
    let mut edited: Vec<(policy_syntax::FileId, String)> = Vec::new();
    for (location, block) in found {
        let Some(file) = workspace.project.files.get(location.file) else { continue };
        if edited.last().is_none_or(|(last, _)| *last != location.file) {
            edited.push((location.file, file.text.to_string()));
        }
        let Some((_, text)) = edited.last_mut() else { continue };
        if text.contains(block) {
            continue;
        }
        let head = block.split(" at @").next().unwrap_or(block);
        // A counter-example of an earlier run keeps its name.
        let number = (2..).find(|number| !text.contains(&numbered(head, *number))).unwrap_or(2);
        let block = if text.contains(&format!("{head} at")) {
            block.replacen(head, &numbered(head, number), 1)
        } else {
            block.to_owned()
        };
        let at = (location.span.hi as usize).min(text.len());
        text.insert_str(at, &format!("\n\n{}", block.trim_end()));
    }
    for (file, text) in edited {
        let Some(source) = workspace.project.files.get(file) else { continue };
        let path = workspace.project.root.join(&source.path);
        match std::fs::write(&path, text) {
            Ok(()) => terminal.err(&format!("wrote a counter-example to {}\n", source.path)),
            Err(error) => terminal.complain(&format!("{} cannot be written: {error}", path.display())),
        }
    }
}

/// `test "name: counter-example 2"`.
fn numbered(head: &str, number: u32) -> String {
    format!("{} {number}\"", head.trim_end_matches('"'))
}
