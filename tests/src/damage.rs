//! Damage to bundles, drawn from a seed.

use crate::bundles::Parts;
use crate::generate::Rng;

impl Parts {
    /// Damages something.
    pub fn damage(&mut self, rng: &mut Rng) {
        let which = rng.below(self.sections.len().max(1));
        if self.sections.is_empty() || rng.below(20) == 0 {
            return self.damage_table(rng, which);
        }
        let bytes = &mut self.sections[which].bytes;
        if bytes.is_empty() {
            bytes.push(rng.below(256) as u8);
            return;
        }
        let at = rng.below(bytes.len());
        let some = (at + 1 + rng.below(8)).min(bytes.len());
        match rng.below(8) {
            0 | 1 => bytes[at] ^= 1 << rng.below(8),
            2 => bytes[at] = rng.below(256) as u8,
            3 => bytes[at] = bytes[at].wrapping_add(1),
            // A length, or a position, past all there is.
            4 => {
                let huge = [0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
                bytes.splice(at..=at, huge.into_iter().take(1 + rng.below(9)));
            }
            5 => drop(bytes.drain(at..some)),
            6 => {
                let again = bytes[at..some].to_vec();
                let to = rng.below(bytes.len());
                bytes.splice(to..to, again);
            }
            _ => {
                let to = rng.below(bytes.len());
                bytes.swap(at, to);
            }
        }
    }

    fn damage_table(&mut self, rng: &mut Rng, which: usize) {
        let huge = [0, 1, 0xFFFF, 1 << 31, 1 << 40, u64::MAX];
        let number = huge[rng.below(huge.len())];
        match rng.below(10) {
            0 => self.format = rng.below(6) as u16,
            1 => self.reader = rng.below(6) as u16,
            2 => self.count = Some(number as u16),
            3 if self.sections.len() > 1 => drop(self.sections.remove(which)),
            4 => {
                let again = self.sections.get(which).cloned();
                self.sections.extend(again);
            }
            5 => self.sections.reverse(),
            _ => {
                let Some(section) = self.sections.get_mut(which) else { return };
                match rng.below(6) {
                    0 => section.flags ^= 1 << rng.below(8),
                    1 => section.packing = rng.below(3) as u8,
                    2 => section.place = rng.below(3) as u8,
                    3 => section.length = Some(number),
                    4 => section.stored = Some(number),
                    _ => {
                        let at = rng.below(section.name.len());
                        section.name[at] = rng.below(256) as u8;
                    }
                }
            }
        }
    }
}
