//! Checking sources in tests.

use std::fmt::Write;

use policy_compiler::{Checked, Sources};

/// Checks one file.
pub(crate) fn check(text: &str) -> Checked {
    let mut sources = Sources::default();
    sources.add("test.policy", text);
    policy_compiler::check(&sources)
}

/// The codes of the diagnostics of one file, in order.
pub(crate) fn codes(text: &str) -> Vec<String> {
    check(text).diagnostics.iter().map(|d| d.code.to_string()).collect()
}

/// The diagnostics as plain text.
pub(crate) fn rendered(checked: &Checked) -> String {
    let mut out = String::new();
    for d in &checked.diagnostics {
        let text = checked.text(d.primary.file).unwrap_or_default();
        let line = |lo: u32| text.get(..lo as usize).unwrap_or("").matches('\n').count() + 1;
        let _ = writeln!(
            out,
            "{} {}:{} `{}`: {}",
            d.severity,
            d.code,
            line(d.primary.span.lo),
            d.primary.span.text(text).lines().next().unwrap_or(""),
            d.message
        );
        for (at, words) in &d.secondary {
            let text = checked.text(at.file).unwrap_or_default();
            let _ = writeln!(out, "  at `{}`: {words}", at.span.text(text).lines().next().unwrap_or(""));
        }
        if let Some(label) = &d.label {
            let _ = writeln!(out, "  label: {label}");
        }
        for note in &d.notes {
            let _ = writeln!(out, "  note: {note}");
        }
        for help in &d.help {
            let _ = writeln!(out, "  help: {help}");
        }
        for fix in &d.fixes {
            let _ = writeln!(out, "  fix: {}", fix.title);
        }
    }
    out
}

/// Asserts that a file has no diagnostics.
#[track_caller]
pub(crate) fn clean(text: &str) -> Checked {
    let checked = check(text);
    assert!(checked.diagnostics.is_empty(), "{}", rendered(&checked));
    checked
}
