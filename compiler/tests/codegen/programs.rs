//! Programs from sources.

use policy_compiler::{Compiled, Options, SourceMap, Sources, World, check, compile};

use crate::listing::listing;

pub(crate) fn compiled(source: &str, options: Options) -> Compiled {
    let mut sources = Sources::default();
    sources.add("test.policy", source);
    let checked = check(&sources);
    assert!(!checked.has_errors(), "{:#?}", checked.diagnostics);
    let map = SourceMap::of(&checked, |file| sources.path(file));
    compile(&checked.hir, &map, options).unwrap()
}

fn shown(source: &str) -> String {
    format!("{source}\n----\n{}", listing(&compiled(source, Options::default()).program))
}

#[test]
fn the_gate() {
    let source = include_str!("../../../benches/src/gate/gate.policy");
    insta::assert_snapshot!(shown(source));
}
