//! `std.math` and `std.decimal`: functions of `Int` and `Decimal`.

use crate::function::Failure::Overflow;
use policy_vm::Run;

use crate::function::Function;
use crate::run;

const fn i(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.math", signature, doc, run)
}

const fn d(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.decimal", signature, doc, run)
}

const NO_FIT: (crate::Failure, &str) = (Overflow, "if the result does not fit");

/// The functions of whole numbers, in the order in which the library's pages show them.
pub(crate) const MATH: &[Function] = &[
    i("fn abs(n: Int) -> Int", "`n` without its sign.", run::math::abs).constant().fails(&[NO_FIT]).examples(&[("(-4).abs()", "4")]),
    i("fn sign(n: Int) -> Int -1..1", "-1, 0 or 1, as `n` is below, at or above 0.", run::math::sign).constant()
        .examples(&[("(-4).sign()", "-1")]),
    i("fn clamp(n: Int, least: Int, most: Int) -> Int", "`n`, but `least` where it is below that, and `most` where it is above that; `most` where the two cross.", run::math::clamp).constant()
    .examples(&[("12.clamp(0, 10)", "10")]),
    i("fn least<T: ordered>(a: T, b: T) -> T", "The lesser of two values; `a` where they are equal.", run::math::least)
        .core()
        .examples(&[("least(4, 5)", "4")]),
    i("fn greatest<T: ordered>(a: T, b: T) -> T", "The greater of two values; `a` where they are equal.", run::math::greatest)
        .core()
        .examples(&[("greatest(4, 5)", "5")]),
    i("fn power(base: Int, exponent: Int) -> Int", "`base` times itself, `exponent` times; 1 for 0.", run::math::power).constant()
        .fails(&[(Overflow, "if the result does not fit, or `exponent` is below 0")])
        .examples(&[("2.power(10)", "1_024")]),
    i("fn bit_and(a: Int, b: Int) -> Int", "The bits that are set in both, in two's complement.", run::math::bit_and).constant()
        .examples(&[("6.bit_and(3)", "2")]),
    i("fn bit_or(a: Int, b: Int) -> Int", "The bits that are set in either, in two's complement.", run::math::bit_or).constant()
        .examples(&[("6.bit_or(3)", "7")]),
    i("fn bit_xor(a: Int, b: Int) -> Int", "The bits that are set in one only, in two's complement.", run::math::bit_xor).constant()
        .examples(&[("6.bit_xor(3)", "5")]),
    i("fn to_decimal(n: Int) -> Decimal", "`n` as a `Decimal`.", run::math::to_decimal).constant().examples(&[("3.to_decimal() / 40.to_decimal()", "0.075")]),
    i("fn to_text(n: Int) -> String", "`n` in decimal digits.", run::math::to_text).constant().examples(&[("(-42).to_text()", r#""-42""#)]),
    i("fn to_text_base(n: Int, base: Int) -> String", "`n` in digits of `base`; a base below 2 counts as 2, one above 36 as 36.", run::math::to_text_base).constant()
        .examples(&[("420.to_text_base(8)", r#""644""#)]),
];

/// The functions of decimals, in the order in which the library's pages show them.
pub(crate) const DECIMAL: &[Function] = &[
    d("fn abs(d: Decimal) -> Decimal", "`d` without its sign.", run::decimal::abs).examples(&[("(-0.5).abs()", "0.5")]),
    d("fn sign(d: Decimal) -> Int -1..1", "-1, 0 or 1, as `d` is below, at or above 0.", run::decimal::sign)
        .examples(&[("(-0.5).sign()", "-1")]),
    d("fn clamp(d: Decimal, least: Decimal, most: Decimal) -> Decimal", "`d`, but `least` where it is below that, and `most` where it is above that; `most` where the two cross.", run::decimal::clamp)
    .examples(&[("1.5.clamp(0.0, 1.0)", "1.0")]),
    d("fn round(d: Decimal, places: Int) -> Decimal", "`d` to `places` digits behind the point, 0 to 28; a half goes to the even neighbour.", run::decimal::round)
    .examples(&[("2.345.round(2)", "2.34"), ("2.5.round(0)", "2.0")]),
    d("fn round_half_up(d: Decimal, places: Int) -> Decimal", "`d` to `places` digits behind the point, 0 to 28; a half goes away from 0.", run::decimal::round_half_up)
    .examples(&[("2.345.round_half_up(2)", "2.35")]),
    d("fn floor(d: Decimal) -> Int", "The greatest whole number that is not above `d`.", run::decimal::floor)
        .fails(&[NO_FIT])
        .examples(&[("(-1.5).floor()", "-2")]),
    d("fn ceiling(d: Decimal) -> Int", "The least whole number that is not below `d`.", run::decimal::ceiling)
        .fails(&[NO_FIT])
        .examples(&[("(-1.5).ceiling()", "-1")]),
    d("fn truncate(d: Decimal) -> Int", "`d` without what stands behind the point.", run::decimal::truncate)
        .fails(&[NO_FIT])
        .examples(&[("(-1.5).truncate()", "-1")]),
    d("fn to_int(d: Decimal) -> Int?", "`d` as an `Int`; absent where it is no whole number, or does not fit.", run::decimal::to_int)
        .examples(&[("4.0.to_int()", "4"), ("4.5.to_int() is absent", "true")]),
    d("fn to_text(d: Decimal) -> String", "`d` in digits, without zeros at the end.", run::decimal::to_text)
        .examples(&[("1.50.to_text()", r#""1.5""#)]),
];
