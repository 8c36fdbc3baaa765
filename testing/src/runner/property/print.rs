//! A case as a `test` that is ready to stand beside its property.

use policy_compiler::hir::{Property, Step};
use policy_compiler::test_plan::PropertyCase;
use policy_syntax::Location;
use policy_vm::Program;

use super::Drawn;
use crate::draw::{Source, source, store_source};
use crate::workspace::Workspace;

/// The test. Of the `expect`s only the one that fails is kept.
pub(super) fn block(
    workspace: &Workspace,
    program: &Program,
    case: &PropertyCase,
    described: &Property,
    drawn: &Drawn,
    failed: Location,
) -> String {
    let files = &workspace.project.files;
    let mut now = String::new();
    policy_vm::time::timestamp_text(drawn.now, &mut now);
    let name = case.name.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "{{").replace('}', "}}");
    let mut out = format!("test \"{name}: counter-example\" at @{now} {{\n");
    if let Some(store) = &drawn.store {
        let text = store_source(program.bytecode(), store);
        out.push_str(&format!("  given entities = {text}\n"));
    }
    let header = header(files.text(case.location));
    for (at, (ty, doc)) in case.any.iter().zip(&drawn.values).enumerate() {
        let Some(local) = described.locals.get(at) else { continue };
        let written = written_type(&header, at).unwrap_or_else(|| "_".to_owned());
        match source(program.bytecode(), *ty, doc) {
            Source::Literal(text) => out.push_str(&format!("  let {}: {written} = {text}\n", local.name)),
            Source::Json(text) => {
                out.push_str(&format!("  let {0}_json: Json = {text}\n", local.name));
                out.push_str(&format!("  let {0} = {0}_json as {written}\n", local.name));
            }
        }
    }
    for step in &described.steps {
        match step {
            Step::Given(given) => out.push_str(&format!("  {}\n", files.text(given.location))),
            Step::Let(one) => {
                let text = files.text(one.location);
                let text = if text.starts_with("let") { text.to_owned() } else { format!("let {text}") };
                out.push_str(&format!("  {text}\n"));
            }
            Step::Expect(expect) => {
                let within =
                    expect.location.span.lo <= failed.span.lo && failed.span.hi <= expect.location.span.hi;
                if within {
                    out.push_str(&format!("  {}\n", files.text(expect.location)));
                    break;
                }
            }
        }
    }
    out.push_str("}\n");
    crate::probe::styled(out)
}

/// What stands between `for any` and the body, one entry a variable.
fn header(text: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once("for any ") else { return Vec::new() };
    let mut out = vec![String::new()];
    let (mut depth, mut angle) = (0_i32, 0_i32);
    // A `{` after a type begins the body; at the beginning of one it is a record's.
    let mut typed = false;
    for c in rest.chars() {
        match c {
            '{' if depth == 0 && angle == 0 && typed => break,
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            '<' => angle += 1,
            '>' => angle -= 1,
            ',' if depth == 0 && angle == 0 => {
                out.push(String::new());
                typed = false;
                continue;
            }
            ':' if depth == 0 => {
                if let Some(last) = out.last_mut() {
                    last.push(c);
                }
                typed = false;
                continue;
            }
            _ => {}
        }
        typed |= !c.is_whitespace();
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

/// The type of a variable as written.
fn written_type(header: &[String], at: usize) -> Option<String> {
    let (_, ty) = header.get(at)?.split_once(':')?;
    Some(ty.trim().to_owned())
}
