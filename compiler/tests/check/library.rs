//! The standard library's own sources.

use crate::support::rendered;

#[test]
fn checks_without_diagnostics() {
    let checked = policy_compiler::check_library();
    assert!(checked.diagnostics.is_empty(), "{}", rendered(&checked));
}

#[test]
fn every_row_is_declared() {
    let checked = policy_compiler::check_library();
    let names: Vec<&str> = checked.modules.iter().map(|m| m.name.as_str()).collect();
    for function in policy_stdlib::functions() {
        assert!(names.contains(&function.module), "{}", function.module);
    }
}
