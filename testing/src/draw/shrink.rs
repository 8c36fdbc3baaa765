//! Making what fails smaller.

/// So often a smaller sequence is tried.
const MAX_TRIES: usize = 3000;

/// The smallest sequence of choices found for which `fails` holds, beginning with one for which it does.
///
/// `fails` gives the choices that were really made, which may be fewer; none where the case does not fail.
pub fn shrink(made: Vec<u64>, fails: &mut dyn FnMut(Vec<u64>) -> Option<Vec<u64>>) -> Vec<u64> {
    let mut search = Search { best: trimmed(made), fails, tries: 0 };
    loop {
        let before = search.best.clone();
        search.delete();
        search.zero();
        search.lower();
        search.swap();
        if search.best == before || search.tries >= MAX_TRIES {
            return search.best;
        }
    }
}

/// Without the zeros at the end, which stand there anyway.
fn trimmed(mut made: Vec<u64>) -> Vec<u64> {
    while made.last() == Some(&0) {
        made.pop();
    }
    made
}

struct Search<'f> {
    best: Vec<u64>,
    fails: &'f mut dyn FnMut(Vec<u64>) -> Option<Vec<u64>>,
    tries: usize,
}

impl Search<'_> {
    /// Takes a sequence if it fails too and is smaller: shorter, or equally long and earlier in order.
    fn take(&mut self, candidate: Vec<u64>) -> bool {
        if self.tries >= MAX_TRIES || candidate == self.best {
            return false;
        }
        self.tries += 1;
        let Some(made) = (self.fails)(candidate) else { return false };
        let made = trimmed(made);
        let smaller = (made.len(), &made) < (self.best.len(), &self.best);
        if smaller {
            self.best = made;
        }
        smaller
    }

    fn delete(&mut self) {
        for size in [64, 32, 16, 8, 6, 5, 4, 3, 2, 1] {
            let mut at = self.best.len().saturating_sub(size);
            loop {
                let end = (at + size).min(self.best.len());
                if at < end {
                    let mut candidate = self.best.clone();
                    candidate.drain(at..end);
                    // A list that says before each element that one comes needs one fewer of them.
                    if self.take(candidate) {
                        at = at.min(self.best.len());
                        continue;
                    }
                }
                if at == 0 || self.tries >= MAX_TRIES {
                    break;
                }
                at = at.saturating_sub(if size > 8 { size / 2 } else { 1 });
            }
        }
    }

    fn zero(&mut self) {
        for size in [16, 4, 1] {
            let mut at = 0;
            while at < self.best.len() {
                let end = (at + size).min(self.best.len());
                let mut candidate = self.best.clone();
                let mut changed = false;
                for slot in candidate.get_mut(at..end).into_iter().flatten() {
                    changed |= *slot != 0;
                    *slot = 0;
                }
                if changed {
                    self.take(candidate);
                }
                at += size;
            }
        }
    }

    /// Each number as low as it goes, by halves.
    fn lower(&mut self) {
        let mut at = 0;
        while at < self.best.len() {
            let high = self.best.get(at).copied().unwrap_or(0);
            let (mut low, mut high) = (0, high);
            while low < high {
                let middle = low + (high - low) / 2;
                let mut candidate = self.best.clone();
                if let Some(slot) = candidate.get_mut(at) {
                    *slot = middle;
                }
                if self.take(candidate) {
                    high = self.best.get(at).copied().unwrap_or(0).min(middle);
                } else {
                    low = middle + 1;
                }
                if self.tries >= MAX_TRIES {
                    return;
                }
            }
            at += 1;
        }
    }

    /// Neighbours in order.
    fn swap(&mut self) {
        for at in 1..self.best.len() {
            if let (Some(a), Some(b)) = (self.best.get(at - 1).copied(), self.best.get(at).copied())
                && a > b
            {
                let mut candidate = self.best.clone();
                candidate.swap(at - 1, at);
                self.take(candidate);
            }
        }
    }
}
