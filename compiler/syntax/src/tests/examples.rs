//! Valid text: it parses without a word, and cutting it up first changes nothing.

use super::EXAMPLES;
use crate::parser::parse_whole;
use crate::{FileId, dump, parse};

#[test]
fn one_of_each_thing() {
    let (_, source) = EXAMPLES.iter().find(|(name, _)| *name == "everything").unwrap();
    insta::assert_snapshot!(dump(&parse(FileId(0), source).ast));
}

#[test]
fn examples_parse_without_diagnostics() {
    for (name, source) in EXAMPLES {
        let parsed = parse(FileId(0), source);
        assert!(parsed.diagnostics.is_empty(), "{name}: {:#?}", parsed.diagnostics);
    }
}

#[test]
fn cutting_up_changes_nothing() {
    for (name, source) in EXAMPLES {
        let parsed = parse(FileId(0), source);
        let whole = parse_whole(FileId(0), source);
        assert!(whole.diagnostics.is_empty(), "{name}: {:#?}", whole.diagnostics);
        assert_eq!(dump(&parsed.ast), dump(&whole.ast), "{name}");
    }
}
