//! What can be done where something is declared: run a test or all of them, show coverage, decide about an input.

use gen_lsp_types::{CodeLens, CodeLensParams, Command};
use policy_syntax::Location;
use serde_json::{Value, json};

use super::{evaluate, testing};
use crate::failure::Failure;
use crate::index::Kind;
use crate::server::Server;

pub(crate) fn lenses(server: &mut Server, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>, Failure> {
    let uri = params.text_document.uri;
    let view = server.view(&uri)?;
    let encoding = server.encoding();
    let index = view.analysis.index();
    let Some(module) = view.analysis.module(view.file).filter(|m| !m.std) else { return Ok(None) };
    let lens = |at: Location, title: &str, command: &str, argument: Value| CodeLens {
        range: view.analysis.range(at, encoding),
        command: Some(Command {
            title: title.to_owned(),
            tooltip: None,
            command: command.to_owned(),
            arguments: Some(vec![argument]),
        }),
        data: None,
    };
    let symbols = index.in_file(view.file);
    let tests = symbols.iter().filter(|s| matches!(s.kind, Kind::Test | Kind::Property));
    let tests: Vec<_> = tests.collect();
    let mut out = Vec::new();
    if let (Some(first), true) = (symbols.iter().find(|s| s.kind == Kind::Module), !tests.is_empty()) {
        let all = json!({ "uri": uri, "module": module.name });
        out.push(lens(first.at, &format!("▶ Run {} tests", tests.len()), testing::RUN_ALL, all.clone()));
        out.push(lens(first.at, "Run with coverage", testing::COVERAGE, all));
    }
    for test in tests {
        let one = json!({ "uri": uri, "module": module.name, "name": test.name });
        out.push(lens(test.at, "▶ Run test", testing::RUN, one));
    }
    for policy in symbols.iter().filter(|s| s.kind == Kind::Policy) {
        let name = format!("{}.{}", module.name, policy.name);
        let asked = json!({ "uri": uri, "policy": name });
        out.push(lens(policy.at, "Evaluate on an input…", evaluate::EVALUATE, asked));
    }
    Ok(Some(out))
}
