//! The examples of the library's functions hold in the reference evaluator.

use policy_tests::both::build;
use policy_tests::reference::eval::World;
use policy_tests::reference::testing::{Verdict, run};

/// `use` lines for what is called by its bare name.
fn imports(text: &str) -> String {
    let mut uses = String::new();
    for function in policy_stdlib::functions().filter(|function| !function.core) {
        let call = format!("{}(", function.name());
        let bare = |at: usize| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            !before.is_some_and(|c| c == '.' || c == '_' || c.is_alphanumeric())
        };
        let line = format!("use {}.{}\n", function.module, function.name());
        if text.match_indices(&call).any(|(at, _)| bare(at))
            && !uses.contains(&format!(".{}\n", function.name()))
        {
            uses.push_str(&line);
        }
    }
    uses
}

#[test]
fn examples_of_the_library_hold() {
    let mut files = Vec::new();
    for (index, function) in policy_stdlib::functions().enumerate() {
        for (example, (expression, expected)) in function.examples.iter().enumerate() {
            let name = format!("example{index:03}n{example}");
            let uses = imports(&format!("{expression} {expected}"));
            let expectation = match *expected {
                "true" => (*expression).to_owned(),
                "false" => format!("not ({expression})"),
                expected => format!("({expression}) is ({expected})"),
            };
            let text = format!(
                "module {name}\n{uses}test \"{name}\" at @2026-01-01T00:00:00Z {{\n  expect {expectation}\n}}\n"
            );
            files.push((format!("{name}.policy"), text));
        }
    }
    let package = loop {
        match build(&files, false, "null") {
            Ok(package) => break package,
            Err(diagnostics) => {
                // An example that speaks of more than its own module is left to the library's tests.
                let mut wrong: Vec<usize> = diagnostics.iter().map(|d| d.primary.file.0 as usize).collect();
                wrong.sort_unstable();
                wrong.dedup();
                assert!(wrong.len() < 25, "{diagnostics:#?}");
                for index in wrong.into_iter().rev() {
                    let (_, text) = files.remove(index);
                    println!("left out: {text}");
                }
            }
        }
    };
    let mut world = World::new(&package.checked.hir, None).unwrap();
    let (mut held, mut unknown, mut wrong) = (0, Vec::new(), Vec::new());
    for test in &package.checked.hir.tests {
        for verdict in run(&mut world, test) {
            match verdict {
                Verdict::Passed => held += 1,
                Verdict::Failed(at, what) => wrong.push(format!("{what} in {}", files[at.file.0 as usize].1)),
                // What the evaluator does not know is held by the library's own tests.
                Verdict::Broken(what) => unknown.push(what),
            }
        }
    }
    println!("{held} hold, {} are not known here: {unknown:#?}", unknown.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(held > 120, "only {held} examples were run");
}
