//! The choices that a value is made of.

/// SplitMix64: small, and the same everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw().checked_rem(end).unwrap_or(0)
    }
}

/// So many choices make one value at most; what comes after is the simplest there is.
const MAX_CHOICES: usize = 6000;

/// Choices, made at random or as they were made before. A smaller number is always the simpler choice.
#[derive(Clone, Debug)]
pub struct Choices {
    made: Vec<u64>,
    before: Vec<u64>,
    random: Option<Random>,
}

impl Choices {
    /// Choices at random.
    #[must_use]
    pub fn random(seed: u64) -> Self {
        Self { made: Vec::new(), before: Vec::new(), random: Some(Random::new(seed)) }
    }

    /// The choices that were made before, and the simplest behind them.
    #[must_use]
    pub fn replay(before: Vec<u64>) -> Self {
        Self { made: Vec::new(), before, random: None }
    }

    /// The choices that were made before, and behind them others at random.
    #[must_use]
    pub fn varied(before: Vec<u64>, seed: u64) -> Self {
        Self { made: Vec::new(), before, random: Some(Random::new(seed)) }
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        if end <= 1 {
            return 0;
        }
        let at = self.made.len();
        let chosen = match (self.before.get(at), &mut self.random) {
            (Some(known), _) => (*known).min(end - 1),
            (None, Some(random)) if at < MAX_CHOICES => random.below(end),
            (None, _) => 0,
        };
        self.made.push(chosen);
        chosen
    }

    /// A position in a list of so many; 0 where it is empty.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(u64::try_from(len).unwrap_or(0))).unwrap_or(0)
    }

    /// True `times` in `of`; false is the simpler choice.
    pub fn chance(&mut self, times: u64, of: u64) -> bool {
        self.below(of) >= of.saturating_sub(times)
    }

    /// The choices that were made.
    #[must_use]
    pub fn made(&self) -> &[u64] {
        &self.made
    }
}

/// Choices near some that were made: a few of them are made anew.
#[must_use]
pub fn vary(made: &[u64], random: &mut Random) -> Vec<u64> {
    let mut varied = made.to_vec();
    let length = u64::try_from(varied.len()).unwrap_or(0);
    for _ in 0..=random.below(3) {
        let at = usize::try_from(random.below(length)).unwrap_or(0);
        let fresh = random.draw();
        let Some(slot) = varied.get_mut(at) else { continue };
        *slot = match random.below(4) {
            0 => 0,
            1 => slot.wrapping_add(1),
            2 => fresh % 8,
            _ => fresh >> 16,
        };
    }
    varied
}
