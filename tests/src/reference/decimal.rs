//! Exact decimals: a result is exact, or there is none.

#![expect(clippy::should_implement_trait, reason = "operators that fail have no trait")]

use std::cmp::Ordering;
use std::fmt;

use super::wide::Wide;

/// The greatest mantissa: 96 bits.
const GREATEST: u128 = (1 << 96) - 1;
/// The most digits after the point.
const DEEPEST: u32 = 28;

/// Why arithmetic has no exact result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inexact {
    /// The result is too large.
    Overflow,
    /// The result has too many digits.
    Digits,
    /// A division by zero.
    Zero,
}

/// `(-1)^negative * mantissa / 10^scale`, without zeros at the end and without a negative zero, so that
/// equal values are equal structures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dec {
    negative: bool,
    mantissa: u128,
    scale: u32,
}

impl Dec {
    /// A value from its parts, brought into normal form.
    ///
    /// # Errors
    /// Where it cannot be held exactly.
    pub fn new(negative: bool, mantissa: Wide, scale: u32) -> Result<Self, Inexact> {
        let (mut mantissa, mut scale) = (mantissa, scale);
        if mantissa.is_zero() {
            return Ok(Self::default());
        }
        let ten = Wide::new(10);
        while scale > 0 {
            let (quotient, rest) = mantissa.divide(ten);
            if !rest.is_zero() {
                break;
            }
            mantissa = quotient;
            scale -= 1;
        }
        // A fraction that is too long is another failure than a value that is too large.
        let unit = Wide::new(1).shift_ten(scale);
        let whole = unit.map_or(Wide::ZERO, |unit| mantissa.divide(unit).0);
        let too_large = whole.narrow().is_none_or(|whole| whole > GREATEST);
        let mantissa = mantissa.narrow().filter(|&m| m <= GREATEST && scale <= DEEPEST);
        match mantissa {
            Some(mantissa) => Ok(Self { negative, mantissa, scale }),
            None if too_large => Err(Inexact::Overflow),
            None => Err(Inexact::Digits),
        }
    }

    /// An integer.
    #[must_use]
    pub fn from_int(value: i64) -> Self {
        Self { negative: value < 0, mantissa: u128::from(value.unsigned_abs()), scale: 0 }
    }

    /// The same value as the compiler holds it.
    #[must_use]
    pub fn from_constant(value: rust_decimal::Decimal) -> Self {
        let mantissa = Wide::new(value.mantissa().unsigned_abs());
        Self::new(value.is_sign_negative(), mantissa, value.scale()).unwrap_or_default()
    }

    /// Reads a JSON number exactly: sign, digits, point, digits, exponent.
    ///
    /// # Errors
    /// Where it cannot be held exactly.
    pub fn from_json(text: &str) -> Result<Self, Inexact> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (number, exponent) = match rest.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, Some(exponent)),
            None => (rest, None),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits: String = [whole, fraction].concat();
        let significant = digits.trim_start_matches('0').trim_end_matches('0');
        if significant.is_empty() {
            return Ok(Self::default());
        }
        let dropped = digits.len() - digits.trim_end_matches('0').len();
        // An exponent that no i64 holds leaves every range; so does one that saturates.
        let exponent = exponent.map_or(0, saturating_exponent);
        let power = exponent
            .saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX))
            .saturating_add(i64::try_from(dropped).unwrap_or(i64::MAX));
        if significant.len() > 40 {
            return Err(if power >= 0 { Inexact::Overflow } else { Inexact::Digits });
        }
        let mut mantissa = Wide::ZERO;
        for digit in significant.bytes() {
            mantissa = mantissa
                .shift_ten(1)
                .and_then(|m| m.add(Wide::new(u128::from(digit - b'0'))))
                .ok_or(Inexact::Overflow)?;
        }
        if power >= 0 {
            let times = u32::try_from(power).map_err(|_| Inexact::Overflow)?;
            if times > 40 {
                return Err(Inexact::Overflow);
            }
            let mantissa = mantissa.shift_ten(times).ok_or(Inexact::Overflow)?;
            Self::new(negative, mantissa, 0)
        } else {
            let scale = u32::try_from(-power).map_err(|_| Inexact::Digits)?;
            if scale > 80 {
                return Err(Inexact::Digits);
            }
            Self::new(negative, mantissa, scale)
        }
    }

    /// The value as an integer, where it is one of 64 bits.
    #[must_use]
    pub fn to_int(self) -> Option<i64> {
        if self.scale != 0 {
            return None;
        }
        let magnitude = i128::try_from(self.mantissa).ok()?;
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    /// The value as a whole number of any size, where it is one.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.scale == 0
    }

    /// `-self`.
    #[must_use]
    pub fn negate(self) -> Self {
        Self { negative: !self.negative && self.mantissa != 0, ..self }
    }

    /// `|self|`.
    #[must_use]
    pub fn magnitude(self) -> Self {
        Self { negative: false, ..self }
    }

    /// `self + other`.
    ///
    /// # Errors
    /// Where the sum cannot be held exactly.
    pub fn add(self, other: Self) -> Result<Self, Inexact> {
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.aligned(scale)?, other.aligned(scale)?);
        if self.negative == other.negative {
            return Self::new(self.negative, a.add(b).ok_or(Inexact::Overflow)?, scale);
        }
        match a.sub(b) {
            Some(rest) => Self::new(self.negative, rest, scale),
            None => Self::new(other.negative, b.sub(a).ok_or(Inexact::Overflow)?, scale),
        }
    }

    /// `self - other`.
    ///
    /// # Errors
    /// Where the difference cannot be held exactly.
    pub fn sub(self, other: Self) -> Result<Self, Inexact> {
        self.add(other.negate())
    }

    /// `self * other`.
    ///
    /// # Errors
    /// Where the product cannot be held exactly.
    pub fn mul(self, other: Self) -> Result<Self, Inexact> {
        let product = Wide::product(self.mantissa, other.mantissa);
        Self::new(self.negative != other.negative, product, self.scale + other.scale)
    }

    /// `self / other`, rounded half to even at 28 significant digits.
    ///
    /// # Errors
    /// Where `other` is zero or the quotient is too large.
    pub fn div(self, other: Self) -> Result<Self, Inexact> {
        if other.mantissa == 0 {
            return Err(Inexact::Zero);
        }
        round_quotient(
            self.negative != other.negative,
            Wide::new(self.mantissa),
            Wide::new(other.mantissa),
            i64::from(self.scale) - i64::from(other.scale),
        )
    }

    fn aligned(self, scale: u32) -> Result<Wide, Inexact> {
        Wide::new(self.mantissa).shift_ten(scale - self.scale).ok_or(Inexact::Overflow)
    }

    /// The nearest whole number in the direction that `pick` says from (negative, rest over divisor).
    #[must_use]
    pub fn whole(self, direction: Direction) -> Self {
        let divisor = Wide::new(1).shift_ten(self.scale).unwrap_or(Wide::new(1));
        let (quotient, rest) = Wide::new(self.mantissa).divide(divisor);
        let up = match direction {
            Direction::Floor => self.negative && !rest.is_zero(),
            Direction::Ceiling => !self.negative && !rest.is_zero(),
            Direction::HalfEven => goes_up(quotient, rest, divisor),
        };
        let quotient = if up { quotient.add(Wide::new(1)).unwrap_or(quotient) } else { quotient };
        Self::new(self.negative, quotient, 0).unwrap_or_default()
    }

    /// Rounded half to even at `digits` after the point.
    #[must_use]
    pub fn rounded(self, digits: u32) -> Self {
        if digits >= self.scale {
            return self;
        }
        let divisor = Wide::new(1).shift_ten(self.scale - digits).unwrap_or(Wide::new(1));
        let (quotient, rest) = Wide::new(self.mantissa).divide(divisor);
        let up = goes_up(quotient, rest, divisor);
        let quotient = if up { quotient.add(Wide::new(1)).unwrap_or(quotient) } else { quotient };
        Self::new(self.negative, quotient, digits).unwrap_or_default()
    }
}

/// A direction of rounding to a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Down.
    Floor,
    /// Up.
    Ceiling,
    /// To the nearest, the even one of two.
    HalfEven,
}

fn saturating_exponent(text: &str) -> i64 {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let magnitude = digits
        .bytes()
        .fold(0i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    if negative { magnitude.saturating_neg() } else { magnitude }
}

fn goes_up(quotient: Wide, rest: Wide, divisor: Wide) -> bool {
    let Some(twice) = rest.add(rest) else { return true };
    match twice.cmp(&divisor) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => !quotient.divide(Wide::new(2)).1.is_zero(),
    }
}

/// `a / b / 10^scale` with 28 significant digits, half to even.
fn round_quotient(negative: bool, a: Wide, b: Wide, scale: i64) -> Result<Dec, Inexact> {
    if a.is_zero() {
        return Ok(Dec::default());
    }
    let limit = Wide::new(1).shift_ten(28).ok_or(Inexact::Overflow)?;
    // Grow the dividend until the quotient has at least 28 digits, then cut back while it has more.
    // Digits before the point are never cut: a whole quotient that fits is exact.
    let (mut a, mut b, mut scale) = (a, b, scale);
    while scale < 0 {
        a = a.shift_ten(1).ok_or(Inexact::Overflow)?;
        scale += 1;
    }
    while scale < i64::from(DEEPEST) && a.divide(b).0.shift_ten(1).is_some_and(|q| q < limit) {
        a = a.shift_ten(1).ok_or(Inexact::Overflow)?;
        scale += 1;
    }
    while (a.divide(b).0 >= limit && scale > 0) || scale > i64::from(DEEPEST) {
        b = b.shift_ten(1).ok_or(Inexact::Overflow)?;
        scale -= 1;
    }
    let (quotient, rest) = a.divide(b);
    let quotient = if goes_up(quotient, rest, b) {
        quotient.add(Wide::new(1)).ok_or(Inexact::Overflow)?
    } else {
        quotient
    };
    Dec::new(negative, quotient, u32::try_from(scale).map_err(|_| Inexact::Overflow)?)
}

impl PartialOrd for Dec {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Dec {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.negative != other.negative {
            return if self.negative { Ordering::Less } else { Ordering::Greater };
        }
        let scale = self.scale.max(other.scale);
        let magnitude = match (self.aligned(scale), other.aligned(scale)) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => Ordering::Equal,
        };
        if self.negative { magnitude.reverse() } else { magnitude }
    }
}

impl fmt::Display for Dec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.mantissa.to_string();
        let scale = self.scale as usize;
        let sign = if self.negative { "-" } else { "" };
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

/// A sum that is exact on the way, however large.
#[derive(Clone, Copy, Debug, Default)]
pub struct Total {
    /// What was above zero and what was below, in units of the last of 28 digits after the point.
    above: Wide,
    below: Wide,
}

impl Total {
    /// Adds a value.
    pub fn add(&mut self, value: Dec) {
        let units = value.aligned(DEEPEST).unwrap_or_default();
        let side = if value.negative { &mut self.below } else { &mut self.above };
        // 2^96 * 10^28 leaves room for 2^66 values.
        *side = side.add(units).unwrap_or(*side);
    }

    fn parts(self) -> (bool, Wide) {
        match self.above.sub(self.below) {
            Some(rest) => (false, rest),
            None => (true, self.below.sub(self.above).unwrap_or_default()),
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// Where it cannot be held exactly.
    pub fn value(self) -> Result<Dec, Inexact> {
        let (negative, units) = self.parts();
        Dec::new(negative, units, DEEPEST)
    }

    /// The sum divided by a whole number above zero, half to even at 28 digits.
    ///
    /// # Errors
    /// Where the quotient is too large.
    pub fn over(self, count: Dec) -> Result<Dec, Inexact> {
        let (negative, units) = self.parts();
        round_quotient(negative, units, Wide::new(count.mantissa), i64::from(DEEPEST))
    }
}
