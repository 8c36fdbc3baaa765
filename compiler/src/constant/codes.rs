//! The codes of constant expressions that go wrong.

use crate::code::codes;

codes! {
    FAILS = 550, "constant expression that fails";
    DIVISION_BY_ZERO = 551, "division by zero";
    NO_SUCH_ELEMENT = 552, "element that a literal does not have";
    DUPLICATE_KEY = 553, "key given twice";
}
