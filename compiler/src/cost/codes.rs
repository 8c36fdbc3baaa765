//! `P048x`: costs beyond the limits.

crate::code::codes! {
    DEGREE = 480, "cost that grows too fast";
    STEPS = 481, "too many steps";
}
