//! Magnitudes of 256 bits, wide enough for every intermediate result of decimals.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::failure::Code;

/// The least number of 29 digits.
pub(super) const DIGITS_28: u128 = 10_u128.pow(28);

/// The greatest mantissa of a decimal.
pub(super) const GREATEST: u128 = (1 << 96) - 1;

/// What was cut off below the last digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remainder {
    None,
    Less,
    Half,
    More,
}

/// A magnitude, least word first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wide([u64; 4]);

#[expect(clippy::cast_possible_truncation, reason = "words are taken apart on purpose")]
const fn low(value: u128) -> u64 {
    value as u64
}

impl Wide {
    pub(super) const ZERO: Self = Self([0; 4]);

    pub(super) const fn new(value: u128) -> Self {
        Self([low(value), low(value >> 64), 0, 0])
    }

    /// The value, where it fits.
    const fn narrow(self) -> Option<u128> {
        let [a, b, c, d] = self.0;
        if c == 0 && d == 0 { Some(a as u128 | (b as u128) << 64) } else { None }
    }

    fn times_word(self, by: u64) -> Self {
        let mut carry = 0_u128;
        Self(self.0.map(|word| {
            let product = u128::from(word) * u128::from(by) + carry;
            carry = product >> 64;
            low(product)
        }))
    }

    /// Powers up to 10^38.
    pub(super) fn times_ten_to(self, power: u32) -> Self {
        let first = power.min(19);
        self.times_word(10_u64.pow(first)).times_word(10_u64.pow((power - first).min(19)))
    }

    pub(super) fn times(self, by: u128) -> Self {
        let [a, b, c, _] = self.times_word(low(by >> 64)).0;
        self.times_word(low(by)).plus(Self([0, a, b, c]))
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let mut carry = false;
        let [mut a, mut b, mut c, mut d] = self.0;
        for (word, by) in [&mut a, &mut b, &mut c, &mut d].into_iter().zip(other.0) {
            let (sum, first) = word.overflowing_add(by);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            carry = first || second;
            *word = sum;
        }
        Self([a, b, c, d])
    }

    /// The difference; the other is not the greater.
    pub(super) fn minus(self, other: Self) -> Self {
        let mut borrow = false;
        let [mut a, mut b, mut c, mut d] = self.0;
        for (word, by) in [&mut a, &mut b, &mut c, &mut d].into_iter().zip(other.0) {
            let (rest, first) = word.overflowing_sub(by);
            let (rest, second) = rest.overflowing_sub(u64::from(borrow));
            borrow = first || second;
            *word = rest;
        }
        Self([a, b, c, d])
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }

    fn divided(self, by: u64) -> (Self, u64) {
        let by = u128::from(by.max(1));
        let mut rest = 0_u128;
        let [mut a, mut b, mut c, mut d] = self.0;
        for word in [&mut d, &mut c, &mut b, &mut a] {
            let current = rest << 64 | u128::from(*word);
            *word = low(current / by);
            rest = current % by;
        }
        (Self([a, b, c, d]), low(rest))
    }

    /// The mantissa, where it is one.
    fn mantissa(self) -> Option<u128> {
        self.narrow().filter(|value| *value <= GREATEST)
    }

    /// The decimal of exactly this magnitude.
    pub(super) fn exact(mut self, mut scale: u32, negative: bool) -> Result<Decimal, Code> {
        while scale > 0 && (scale > 28 || self.mantissa().is_none()) {
            let (rest, digit) = self.divided(10);
            if digit != 0 {
                break;
            }
            self = rest;
            scale -= 1;
        }
        if let Some(mantissa) = self.mantissa()
            && scale <= 28
        {
            return decimal(mantissa, scale, negative);
        }
        let mut whole = self;
        for _ in 0..scale {
            whole = whole.divided(10).0;
        }
        Err(if whole.mantissa().is_some() { Code::Inexact } else { Code::Overflow })
    }

    /// The decimal of 28 digits that is nearest, half-even.
    pub(super) fn rounded(
        mut self,
        mut scale: u32,
        mut remainder: Remainder,
        negative: bool,
    ) -> Result<Decimal, Code> {
        while scale > 0 && self.narrow().is_none_or(|value| value >= DIGITS_28) {
            let (rest, digit) = self.divided(10);
            remainder = match (digit, remainder) {
                (0, Remainder::None) => Remainder::None,
                (0..5, _) => Remainder::Less,
                (5, Remainder::None) => Remainder::Half,
                (_, _) => Remainder::More,
            };
            self = rest;
            scale -= 1;
        }
        let mantissa = self.mantissa().ok_or(Code::Overflow)?;
        let up = match remainder {
            Remainder::None | Remainder::Less => false,
            Remainder::Half => mantissa % 2 == 1,
            Remainder::More => true,
        };
        decimal(mantissa + u128::from(up), scale, negative)
    }
}

/// A decimal of a mantissa and a scale up to 28, without needless zeros at the end.
fn decimal(mut mantissa: u128, mut scale: u32, negative: bool) -> Result<Decimal, Code> {
    while scale > 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
        scale -= 1;
    }
    if mantissa > GREATEST {
        return Err(Code::Overflow);
    }
    let signed = i128::try_from(mantissa).map_err(|_| Code::Overflow)?;
    Decimal::try_from_i128_with_scale(if negative { -signed } else { signed }, scale)
        .map_err(|_| Code::Overflow)
}

/// An exact sum of decimals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    above: Wide,
    below: Wide,
}

impl Sum {
    pub(crate) const ZERO: Self = Self { above: Wide::ZERO, below: Wide::ZERO };

    /// Adds a value. Sums of up to 2^60 values are exact.
    pub(crate) fn add(&mut self, value: Decimal) {
        let scaled =
            Wide::new(value.mantissa().unsigned_abs()).times_ten_to(28_u32.saturating_sub(value.scale()));
        let side = if value.is_sign_negative() { &mut self.below } else { &mut self.above };
        *side = side.plus(scaled);
    }

    fn magnitude(self) -> (Wide, bool) {
        if self.above.compare(self.below) == Ordering::Less {
            (self.below.minus(self.above), true)
        } else {
            (self.above.minus(self.below), false)
        }
    }

    /// The sum.
    pub(crate) fn total(self) -> Result<Decimal, crate::Failure> {
        let (magnitude, negative) = self.magnitude();
        magnitude.exact(28, negative).map_err(crate::Failure::new)
    }

    /// The sum divided by a count above 0.
    pub(crate) fn mean(self, count: u64) -> Result<Decimal, crate::Failure> {
        let (magnitude, negative) = self.magnitude();
        let (quotient, rest) = magnitude.divided(count);
        let twice = u128::from(rest) * 2;
        let remainder = match (rest, twice.cmp(&u128::from(count))) {
            (0, _) => Remainder::None,
            (_, Ordering::Less) => Remainder::Less,
            (_, Ordering::Equal) => Remainder::Half,
            (_, Ordering::Greater) => Remainder::More,
        };
        quotient.rounded(28, remainder, negative).map_err(crate::Failure::new)
    }
}
