use std::collections::BTreeSet;

use super::*;

#[test]
fn names_are_unique_in_each_module_and_core_names_over_all() {
    let mut names = BTreeSet::new();
    let mut core = BTreeSet::new();
    for function in functions() {
        assert!(names.insert((function.module, function.name())), "{} twice", function.name());
        assert!(!function.core || core.insert(function.name()), "core {} twice", function.name());
    }
}

// As in every build of the workspace, whose compiler wants the texts.
#[cfg(feature = "docs")]
#[test]
fn every_row_is_documented_and_has_an_example_that_calls_it() {
    for function in functions() {
        assert!(function.signature.starts_with("fn "), "{}", function.signature);
        assert!(function.doc.ends_with('.'), "{}", function.signature);
        let call = format!("{}(", function.name());
        assert!(function.examples.iter().any(|(code, _)| code.contains(&call)), "{}", function.signature);
    }
}

#[test]
fn homes_are_modules_of_the_table() {
    for function in functions() {
        assert!(function.module.starts_with("std."));
    }
    assert_eq!(home("String"), Some("std.text"));
    assert_eq!(home("PullRequest"), None);
}

mod hostile;
mod readers;
