//! Codes of what only shows when constants are computed, and of packages that cannot be compiled.

use crate::code::codes;

codes! {
    FAILS = 560, "constant without a value";
    REFUSED = 561, "literal that the reader of its type refuses";
    NOT_COMPILED = 590, "package that cannot be compiled";
}
