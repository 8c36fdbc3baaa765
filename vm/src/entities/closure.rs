//! Who lies below whom, through any number of parents.

use crate::failure::Failure;
use crate::store::{Meter, position};

/// Up to so many entities each has a bit for each.
const FEW: usize = 2_048;

/// The transitive closure of parents, computed once.
#[derive(Debug)]
pub(crate) enum Closure {
    /// A row of bits for each entity.
    Bits { words: usize, bits: Vec<u64> },
    /// For each entity a sorted run of those above it, which begins where that before it ends.
    Runs { ends: Vec<u32>, all: Vec<u32> },
}

impl Default for Closure {
    fn default() -> Self {
        Self::Bits { words: 0, bits: Vec::new() }
    }
}

impl Closure {
    /// The closure of `parents`, of which each entity's stand before it in `order`.
    pub(super) fn of(parents: &[Vec<u32>], order: &[u32], meter: &mut Meter) -> Result<Self, Failure> {
        if parents.len() <= FEW {
            Self::bits(parents, order, meter)
        } else {
            Self::runs(parents, order, meter)
        }
    }

    fn bits(parents: &[Vec<u32>], order: &[u32], meter: &mut Meter) -> Result<Self, Failure> {
        let words = parents.len().div_ceil(64);
        let size = words.saturating_mul(parents.len());
        meter.allocate(size.saturating_mul(size_of::<u64>()))?;
        let mut bits = vec![0_u64; size];
        for &slot in order {
            let row = slot as usize * words;
            for &parent in parents.get(slot as usize).map_or(&[][..], Vec::as_slice) {
                let from = parent as usize * words;
                for word in 0..words {
                    let above = bits.get(from + word).copied().unwrap_or(0);
                    if let Some(own) = bits.get_mut(row + word) {
                        *own |= above;
                    }
                }
                if let Some(own) = bits.get_mut(row + parent as usize / 64) {
                    *own |= 1 << (parent % 64);
                }
            }
        }
        Ok(Self::Bits { words, bits })
    }

    fn runs(parents: &[Vec<u32>], order: &[u32], meter: &mut Meter) -> Result<Self, Failure> {
        Self::beside(parents, order, (0, &Self::default()), meter)
    }

    /// The closure of those who come beside a store: `parents` and what is above them are positions of both, those of the
    /// store first, of which there are `base`.
    pub(super) fn beside(
        parents: &[Vec<u32>],
        order: &[u32],
        (base, store): (u32, &Self),
        meter: &mut Meter,
    ) -> Result<Self, Failure> {
        let mut above: Vec<Vec<u32>> = vec![Vec::new(); parents.len()];
        let mut total: usize = 0;
        for &slot in order {
            let mut all: Vec<u32> = Vec::new();
            let mut distinct: usize = 0;
            for &parent in parents.get(slot as usize).map_or(&[][..], Vec::as_slice) {
                all.push(parent);
                match parent.checked_sub(base) {
                    Some(own) => {
                        let more = above.get(own as usize).map_or(&[][..], Vec::as_slice);
                        meter.charge(more.len() as u64)?;
                        all.extend_from_slice(more);
                    }
                    None => {
                        meter.charge(store.width())?;
                        store.those_above(parent, &mut all);
                    }
                }
                // Parents have much above them in common.
                if all.len() > distinct.saturating_mul(2).saturating_add(FEW) {
                    all.sort_unstable();
                    all.dedup();
                    distinct = all.len();
                }
            }
            all.sort_unstable();
            all.dedup();
            // Counted twice: once here, once in the runs.
            meter.allocate(all.len().saturating_mul(2 * size_of::<u32>()))?;
            total = total.saturating_add(all.len());
            if let Some(own) = above.get_mut(slot as usize) {
                *own = all;
            }
        }
        let mut ends = Vec::with_capacity(above.len());
        let mut all = Vec::with_capacity(total);
        for run in above {
            all.extend(run);
            ends.push(position(all.len())?);
        }
        Ok(Self::Runs { ends, all })
    }

    /// What going through those above one takes.
    fn width(&self) -> u64 {
        match self {
            Self::Bits { words, .. } => *words as u64,
            Self::Runs { .. } => 1,
        }
    }

    /// Adds those above one of them.
    fn those_above(&self, below: u32, all: &mut Vec<u32>) {
        match self {
            Self::Bits { words, bits } => {
                let row = (below as usize).saturating_mul(*words);
                for (at, word) in (0_u32..).zip(bits.get(row..row.saturating_add(*words)).unwrap_or(&[])) {
                    all.extend((0..64).filter(|bit| word >> bit & 1 == 1).map(|bit| at * 64 + bit));
                }
            }
            Self::Runs { .. } => all.extend_from_slice(self.run(below)),
        }
    }

    /// The run of those above one.
    fn run(&self, below: u32) -> &[u32] {
        let Self::Runs { ends, all } = self else { return &[] };
        let start = match below.checked_sub(1) {
            Some(before) => ends.get(before as usize).copied().unwrap_or(0),
            None => 0,
        };
        let end = ends.get(below as usize).copied().unwrap_or(start);
        all.get(start as usize..end as usize).unwrap_or(&[])
    }

    /// Whether `above` is one of those above `below`.
    #[inline]
    pub(super) fn holds(&self, below: u32, above: u32) -> bool {
        match self {
            Self::Bits { words, bits } => {
                let word = bits.get(below as usize * words + above as usize / 64).copied().unwrap_or(0);
                (above as usize / 64) < *words && word >> (above % 64) & 1 == 1
            }
            Self::Runs { .. } => self.run(below).binary_search(&above).is_ok(),
        }
    }
}
