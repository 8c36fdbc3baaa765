//! Unsigned integers of 256 bits: wide enough for every exact intermediate of decimal arithmetic.

#![expect(clippy::should_implement_trait, reason = "operators that fail have no trait")]

use std::cmp::Ordering;

/// `hi * 2^128 + lo`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wide {
    hi: u128,
    lo: u128,
}

const LOW: u128 = u64::MAX as u128;

impl Wide {
    /// Zero.
    pub const ZERO: Self = Self { hi: 0, lo: 0 };

    /// A small value.
    #[must_use]
    pub fn new(lo: u128) -> Self {
        Self { hi: 0, lo }
    }

    /// The value where it fits 128 bits.
    #[must_use]
    pub fn narrow(self) -> Option<u128> {
        (self.hi == 0).then_some(self.lo)
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// The exact product of two values of 128 bits.
    #[must_use]
    pub fn product(a: u128, b: u128) -> Self {
        let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
        let low = a0 * b0;
        let (mid, carry) = (a1 * b0).overflowing_add(a0 * b1);
        let hi = a1 * b1 + (mid >> 64) + (u128::from(carry) << 64);
        let (lo, carry) = low.overflowing_add(mid << 64);
        Self { hi: hi + u128::from(carry), lo }
    }

    /// The sum, where it fits.
    #[must_use]
    pub fn add(self, other: Self) -> Option<Self> {
        let (lo, carry) = self.lo.overflowing_add(other.lo);
        let hi = self.hi.checked_add(other.hi)?.checked_add(u128::from(carry))?;
        Some(Self { hi, lo })
    }

    /// The difference, where it is not below zero.
    #[must_use]
    pub fn sub(self, other: Self) -> Option<Self> {
        let (lo, borrow) = self.lo.overflowing_sub(other.lo);
        let hi = self.hi.checked_sub(other.hi)?.checked_sub(u128::from(borrow))?;
        Some(Self { hi, lo })
    }

    /// Multiplied by ten, `times` times, where that fits.
    #[must_use]
    pub fn shift_ten(self, times: u32) -> Option<Self> {
        let mut value = self;
        for _ in 0..times {
            let lo = Self::product(value.lo, 10);
            let hi = value.hi.checked_mul(10)?.checked_add(lo.hi)?;
            value = Self { hi, lo: lo.lo };
        }
        Some(value)
    }

    /// Quotient and remainder of a division by a value that is not zero, bit by bit.
    #[must_use]
    pub fn divide(self, by: Self) -> (Self, Self) {
        let mut quotient = Self::ZERO;
        let mut rest = Self::ZERO;
        for bit in (0..256).rev() {
            let top = rest.hi >> 127;
            rest = Self { hi: (rest.hi << 1) | (rest.lo >> 127), lo: rest.lo << 1 };
            rest.lo |= if bit >= 128 { (self.hi >> (bit - 128)) & 1 } else { (self.lo >> bit) & 1 };
            if top == 1 || rest.cmp(&by) != Ordering::Less {
                let (lo, borrow) = rest.lo.overflowing_sub(by.lo);
                rest = Self { hi: rest.hi.wrapping_sub(by.hi).wrapping_sub(u128::from(borrow)), lo };
                if bit >= 128 {
                    quotient.hi |= 1 << (bit - 128);
                } else {
                    quotient.lo |= 1 << bit;
                }
            }
        }
        (quotient, rest)
    }
}
