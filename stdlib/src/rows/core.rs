//! `std.core`: functions of values of any type.

use policy_vm::intrinsic::Run;

use crate::function::Function;
use crate::run;

const fn f(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.core", signature, doc, run)
}

/// The functions, in the order in which the library's pages show them.
pub(crate) const ROWS: &[Function] = &[f(
    "fn only_if<T>(value: T, condition: Bool) -> T?",
    "`value` where `condition` holds; absent otherwise.",
    run::core::only_if,
)
.core()
.constant()
.examples(&[(r#""a".only_if(true)"#, r#""a""#), (r#""a".only_if(false) is absent"#, "true")])];
