//! Large files, which two threads parse: what comes out is what one thread makes of them.

use std::fmt::Write as _;

use crate::dump::dump;
use crate::parser::{parse_alone, parse_whole};
use crate::visit::walk_file;
use crate::{FileId, parse};

/// A file of more tokens than one thread is given, with a mistake in every so many rules.
fn large(policies: usize, rules: usize, mistake_every: usize) -> String {
    let mut source = "module large\ntype T = { size: Int, tags: List<String> }\n".to_owned();
    let mut count = 0;
    for policy in 0..policies {
        let _ = writeln!(
            source,
            "policy p{policy} on T {{\n  default allow\n  let a = if size > 1 then 2 else if size > 2 then 3 else 4"
        );
        for rule in 0..rules {
            count += 1;
            let damage = if count % mistake_every == 0 { "== )" } else { "" };
            let _ = writeln!(
                source,
                "  deny r{rule} for t in tags when size > -{rule} {damage} and t.length() > a or any x in tags: x == \"n{rule}\"\n    because \"{{size}} of {{t}}\""
            );
        }
        source.push_str("}\n");
    }
    source
}

fn same(source: &str) {
    let (halves, alone) = (parse(FileId(0), source), parse_alone(FileId(0), source));
    assert!(halves.tokens.len() > 1 << 14, "as many tokens as two threads are given");
    assert_eq!(halves.diagnostics, alone.diagnostics);
    assert!(dump(&halves.ast) == dump(&alone.ast), "the trees are the same");
    let count = |ast| {
        let mut nodes = 0;
        walk_file(ast, &mut |_| {
            nodes += 1;
            true
        });
        nodes
    };
    assert_eq!(count(&halves.ast), count(&alone.ast));
    let named: Vec<_> =
        halves.ast.exprs.iter().map(|(id, expr)| (halves.ast.exprs[id].span, expr.span)).collect();
    assert!(named.iter().all(|(by_id, own)| by_id == own), "ids name their nodes");
    assert_eq!(halves.ast.exprs.len(), alone.ast.exprs.len());
}

#[test]
fn many_policies_in_halves() {
    let source = large(20, 30, usize::MAX);
    same(&source);
    let (halves, whole) = (parse(FileId(0), &source), parse_whole(FileId(0), &source));
    assert!(dump(&halves.ast) == dump(&whole.ast), "the trees are the same");
}

#[test]
fn one_policy_in_halves() {
    same(&large(1, 600, usize::MAX));
}

#[test]
fn mistakes_in_halves() {
    same(&large(10, 60, 7));
    // The brace that is missing is looked for across the middle.
    let broken = large(2, 300, usize::MAX).replace("r100 for t in tags when", "r100 for t in tags when {");
    same(&broken);
}

#[test]
fn more_mistakes_than_are_told() {
    same(&large(40, 40, 1));
}
