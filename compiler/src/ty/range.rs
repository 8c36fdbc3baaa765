//! The ranges of arithmetic on `Int`.

use crate::hir::{Arith, IntRange};

/// What an operation on ranges gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The values that it can give, cut to what 64 bits hold.
    pub(crate) range: IntRange,
    /// Whether some operands overflow, or divide by zero.
    pub(crate) may_fail: bool,
    /// Whether all do.
    pub(crate) must_fail: bool,
}

fn clamp(lo: i128, hi: i128) -> Outcome {
    let (min, max) = (i128::from(i64::MIN), i128::from(i64::MAX));
    let cut = |n: i128| i64::try_from(n.clamp(min, max)).unwrap_or(i64::MAX);
    Outcome {
        range: IntRange { lo: cut(lo), hi: cut(hi) },
        may_fail: lo < min || hi > max,
        must_fail: hi < min || lo > max,
    }
}

const FAILS: Outcome = Outcome { range: IntRange::FULL, may_fail: true, must_fail: true };

/// The range of `a op b`; `/` has none, it gives a `Decimal`.
pub(crate) fn arith(op: Arith, a: IntRange, b: IntRange) -> Outcome {
    let (alo, ahi) = (i128::from(a.lo), i128::from(a.hi));
    let (blo, bhi) = (i128::from(b.lo), i128::from(b.hi));
    match op {
        Arith::Add => clamp(alo + blo, ahi + bhi),
        Arith::Sub => clamp(alo - bhi, ahi - blo),
        Arith::Mul => {
            let corners = [alo * blo, alo * bhi, ahi * blo, ahi * bhi];
            clamp(corners.into_iter().min().unwrap_or(0), corners.into_iter().max().unwrap_or(0))
        }
        Arith::Div => {
            Outcome { range: IntRange::FULL, may_fail: blo <= 0 && 0 <= bhi, must_fail: blo == 0 && bhi == 0 }
        }
        Arith::IntDiv => {
            if blo == 0 && bhi == 0 {
                return FAILS;
            }
            // A quotient lies between those at the divisors nearest to and farthest from zero.
            let divisors = [blo, bhi, -1, 1].into_iter().filter(|d| *d != 0 && blo <= *d && *d <= bhi);
            let quotients: Vec<i128> =
                divisors.flat_map(|d| [alo.div_euclid(d), ahi.div_euclid(d)]).collect();
            let mut out = clamp(
                quotients.iter().copied().min().unwrap_or(0),
                quotients.iter().copied().max().unwrap_or(0),
            );
            out.may_fail |= blo <= 0 && 0 <= bhi;
            out
        }
        Arith::Rem => {
            if blo == 0 && bhi == 0 {
                return FAILS;
            }
            let most = blo.abs().max(bhi.abs()) - 1;
            let hi = if alo >= 0 { most.min(ahi) } else { most };
            let mut out = clamp(0, hi);
            out.may_fail |= blo <= 0 && 0 <= bhi;
            out
        }
    }
}

/// The range of `-a`.
pub(crate) fn negate(a: IntRange) -> Outcome {
    clamp(-i128::from(a.hi), -i128::from(a.lo))
}

#[cfg(test)]
mod tests {
    use super::{arith, negate};
    use crate::hir::{Arith, IntRange};

    fn r(lo: i64, hi: i64) -> IntRange {
        IntRange { lo, hi }
    }

    #[test]
    fn ranges_hold_every_result() {
        for (alo, ahi) in [(-3, 2), (0, 4), (-4, -1), (3, 3)] {
            for (blo, bhi) in [(-2, 3), (1, 3), (-3, -1), (2, 2)] {
                for op in [Arith::Add, Arith::Sub, Arith::Mul, Arith::IntDiv, Arith::Rem] {
                    let out = arith(op, r(alo, ahi), r(blo, bhi));
                    for a in alo..=ahi {
                        for b in (blo..=bhi).filter(|b| *b != 0 || !matches!(op, Arith::IntDiv | Arith::Rem))
                        {
                            let value = match op {
                                Arith::Add => a + b,
                                Arith::Sub => a - b,
                                Arith::Mul => a * b,
                                Arith::IntDiv => a.div_euclid(b),
                                Arith::Rem | Arith::Div => a.rem_euclid(b),
                            };
                            assert!(out.range.lo <= value && value <= out.range.hi, "{op:?} {a} {b}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn knows_what_fails() {
        assert!(arith(Arith::Add, IntRange::FULL, r(1, 1)).may_fail);
        assert!(!arith(Arith::Add, r(0, 10), r(0, 10)).may_fail);
        assert!(arith(Arith::IntDiv, r(1, 1), r(0, 0)).must_fail);
        assert!(arith(Arith::Rem, r(1, 1), r(-1, 1)).may_fail);
        assert!(arith(Arith::Mul, r(i64::MAX, i64::MAX), r(2, 2)).must_fail);
        assert!(negate(IntRange::FULL).may_fail);
    }
}
