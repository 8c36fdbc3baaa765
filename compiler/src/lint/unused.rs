//! What is named and never used.

use policy_syntax::{Applicability, Code, Diagnostic, Severity, Span};

use super::allow::whole_line;
use super::report::Reporter;
use super::scope::{Binder, Kind, binders};
use super::{Input, Level, Lint, Source};
use crate::constant::Known;

const fn lint(name: &'static str, code: u16, title: &'static str) -> Lint {
    Lint { name, code: Code(code), level: Level::Warn, title }
}

pub(super) const LET: Lint = lint("unused_let", 610, "`let` that is never used");
pub(super) const IMPORT: Lint = lint("unused_import", 611, "import that is never used");
pub(super) const FUNCTION: Lint = lint("unused_function", 612, "function that is never used");
pub(super) const DATA: Lint = lint("unused_data", 613, "reference data that is never read");
pub(super) const PARAMETER: Lint = lint("unused_parameter", 614, "parameter that is never used");
pub(super) const TYPE: Lint = lint("unused_type", 615, "type that is never used");
pub(super) const VARIABLE: Lint = lint("unused_variable", 616, "variable that is never used");

/// Codes below this are of the syntax.
const SYNTAX: Code = Code(100);

pub(super) fn check<'h>(input: &Input<'h>, _known: &Known<'h>, out: &mut Reporter) {
    for source in input.modules {
        let damaged = damaged(input, source);
        for binder in binders(source.ast, source.text, &damaged) {
            // An import of what is not there was reported as that.
            let broken = binder.kind == Kind::Import && input.reported(source.file, binder.span);
            if !binder.used && !broken && !binder.name.is_empty() && !binder.name.starts_with('_') {
                report(source, &binder, out);
            }
        }
    }
}

/// The items that hold syntax errors: their trees may lack uses that the text has.
fn damaged(input: &Input<'_>, source: &Source<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    for diagnostic in input.found {
        let syntax = diagnostic.severity == Severity::Error && diagnostic.code < SYNTAX;
        if !syntax || diagnostic.primary.file != source.file {
            continue;
        }
        let at = diagnostic.primary.span;
        // Items stand in source order: the last one that begins before the mistake is the one around it.
        let after = source.ast.items.partition_point(|item| item.span.lo <= at.lo);
        let around = after.checked_sub(1).and_then(|last| source.ast.items.get(last));
        let around = around.map(|item| item.span).filter(|span| at.lo <= span.hi);
        // Outside of every item no part of the text can be trusted.
        spans.push(around.unwrap_or(Span::new(0, u32::try_from(source.text.len()).unwrap_or(u32::MAX))));
    }
    spans.sort_unstable();
    spans.dedup();
    spans
}

fn report(source: &Source<'_>, binder: &Binder, out: &mut Reporter) {
    let name = &binder.name;
    let at = source.at(binder.span);
    let line = source.at(whole_line(source.text, binder.whole));
    let mut say = |lint, message: String, more: &dyn Fn(Diagnostic) -> Diagnostic| {
        out.report(lint, at, message, |diagnostic| more(diagnostic.with_label("not used")));
    };
    match binder.kind {
        Kind::Other => {}
        Kind::Let => say(&LET, format!("`{name}` is never used"), &|diagnostic| {
            diagnostic.with_note("a `let` that nothing uses is never evaluated").with_fix(
                "remove the `let`",
                line,
                "",
                Applicability::MaybeWrong,
            )
        }),
        Kind::Import => say(&IMPORT, format!("the import `{name}` is never used"), &|diagnostic| {
            diagnostic.with_fix("remove the import", line, "", Applicability::Safe)
        }),
        Kind::Function => say(&FUNCTION, format!("the function `{name}` is never called"), &|diagnostic| {
            diagnostic.with_help("write `pub` before `fn` if it is meant for other modules")
        }),
        Kind::Data => say(&DATA, format!("the reference data `{name}` is never read"), &|diagnostic| {
            diagnostic
                .with_note("without a default it must be loaded all the same before anything is decided")
                .with_help("write `pub` before `data` if it is meant for other modules")
        }),
        Kind::Param => say(&PARAMETER, format!("the parameter `{name}` is never used"), &|diagnostic| {
            diagnostic.with_help(format!("name it `_{name}` if it must stay"))
        }),
        Kind::Type => say(&TYPE, format!("the type `{name}` is never used"), &|diagnostic| {
            diagnostic.with_help("write `pub` before it if it is meant for other modules")
        }),
        Kind::Bound => say(&VARIABLE, format!("the variable `{name}` is never used"), &|diagnostic| {
            if binder.shorthand {
                return diagnostic.with_help("leave the field out of the pattern");
            }
            diagnostic.with_fix("write `_`", at, "_", Applicability::Safe)
        }),
    }
}
