//! Polynomials over sizes, with coefficients that saturate.
//!
//! A coefficient counts 64ths of a unit, because text is paid for by the piece. All coefficients are positive, so
//! that a greater size never makes a polynomial smaller, and replacing a size by a bound of it gives a bound.

use std::collections::BTreeMap;

use super::path::PathId;

/// What a coefficient of 1 is.
pub(super) const ONE: u64 = 64;

/// More terms than this are no answer that anyone reads: the polynomial is without bound.
const MAX_TERMS: usize = 4_096;

/// A size that a polynomial depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symbol {
    /// The greatest number of elements or entries of a list, set or map at a path.
    Count(PathId),
    /// The greatest number of bytes of JSON of one value at a path, met where loops over the lists above it stand.
    Text(PathId),
    /// The same of a value that was picked from its list in another way.
    Picked(PathId),
    /// The bytes of a whole document, by the path of its root.
    Bytes(PathId),
}

/// Symbols with their powers, sorted.
pub(super) type Monomial = Vec<(Symbol, u32)>;

/// A polynomial over sizes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Poly {
    /// What depends on no size: most polynomials are that and nothing else.
    constant: u64,
    /// The terms with sizes, in the order of their symbols. There are few: a list takes less room than a tree.
    terms: Vec<(Monomial, u64)>,
    unbounded: bool,
}

/// The symbols of a number.
static NO_SYMBOLS: Monomial = Monomial::new();

impl Poly {
    /// A number.
    #[must_use]
    pub const fn number(units: u64) -> Self {
        Self::parts(units.saturating_mul(ONE))
    }

    /// A number of 64ths.
    pub(super) const fn parts(parts: u64) -> Self {
        Self { constant: parts, terms: Vec::new(), unbounded: false }
    }

    /// A size itself.
    #[must_use]
    pub fn symbol(symbol: Symbol) -> Self {
        Self { terms: vec![(vec![(symbol, 1)], ONE)], ..Self::default() }
    }

    /// What has no bound.
    #[must_use]
    pub const fn unbounded() -> Self {
        Self { constant: 0, terms: Vec::new(), unbounded: true }
    }

    /// Whether it has no bound.
    #[must_use]
    pub const fn is_unbounded(&self) -> bool {
        self.unbounded
    }

    fn insert(&mut self, monomial: Monomial, parts: u64) {
        if monomial.is_empty() {
            self.constant = self.constant.saturating_add(parts);
            return;
        }
        match self.position(&monomial) {
            Ok(at) => {
                if let Some((_, known)) = self.terms.get_mut(at) {
                    *known = known.saturating_add(parts);
                }
            }
            Err(at) => {
                self.terms.reserve_exact(usize::from(self.terms.is_empty()));
                self.terms.insert(at, (monomial, parts));
            }
        }
        if self.terms.len() > MAX_TERMS {
            *self = Self::unbounded();
        }
    }

    /// Where a term is, or belongs.
    fn position(&self, monomial: &Monomial) -> Result<usize, usize> {
        self.terms.binary_search_by(|(known, _)| known.cmp(monomial))
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.unbounded |= other.unbounded;
        self.constant = self.constant.saturating_add(other.constant);
        for (monomial, parts) in &other.terms {
            self.insert(monomial.clone(), *parts);
        }
    }

    /// The sum with another.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.add(other);
        self
    }

    /// The sum with a number.
    #[must_use]
    pub const fn plus_number(mut self, units: u64) -> Self {
        self.constant = self.constant.saturating_add(units.saturating_mul(ONE));
        self
    }

    /// The product with another.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        if self.is_zero() || other.is_zero() {
            return Self::default();
        }
        let mut product = Self { unbounded: self.unbounded || other.unbounded, ..Self::default() };
        for (left, a) in self.all() {
            for (right, b) in other.all() {
                let parts = u128::from(a) * u128::from(b);
                let parts = u64::try_from(parts.div_ceil(u128::from(ONE))).unwrap_or(u64::MAX);
                product.insert(joined(left, right), parts);
            }
        }
        product
    }

    /// All terms, with the number first where it is not 0.
    fn all(&self) -> impl Iterator<Item = (&Monomial, u64)> {
        let number = (self.constant > 0).then_some((&NO_SYMBOLS, self.constant));
        number.into_iter().chain(self.terms.iter().map(|(monomial, parts)| (monomial, *parts)))
    }

    /// The product with a number.
    #[must_use]
    pub fn scaled(&self, factor: u64) -> Self {
        if factor == 0 {
            return Self::default();
        }
        let mut scaled = self.clone();
        scaled.constant = scaled.constant.saturating_mul(factor);
        scaled.terms.iter_mut().for_each(|(_, parts)| *parts = parts.saturating_mul(factor));
        scaled
    }

    /// A bound of the quotient by a number above 0.
    #[must_use]
    pub fn divided(&self, by: u64) -> Self {
        let mut divided = self.clone();
        divided.constant = divided.constant.div_ceil(by.max(1));
        divided.terms.iter_mut().for_each(|(_, parts)| *parts = parts.div_ceil(by.max(1)));
        divided
    }

    /// A bound of the greater of two.
    #[must_use]
    pub fn join(mut self, other: &Self) -> Self {
        self.unbounded |= other.unbounded;
        self.constant = self.constant.max(other.constant);
        for (monomial, parts) in &other.terms {
            let at = self.position(monomial).ok().and_then(|at| self.terms.get(at));
            let known = at.map_or(0, |(_, parts)| *parts);
            if *parts > known {
                self.insert(monomial.clone(), parts - known);
            }
        }
        self
    }

    /// The lesser of two, where it can be told; otherwise the one of lower degree.
    #[must_use]
    pub fn lesser(self, other: Self) -> Self {
        let all = |p: &Self| p.all().map(|(m, _)| m.iter().map(|(_, power)| power).sum::<u32>()).max();
        let key = |p: &Self| (p.unbounded, all(p), p.degree(), p.all().count(), p.constant);
        if key(&other) < key(&self) { other } else { self }
    }

    /// With each symbol replaced where `by` gives something.
    #[must_use]
    pub fn substituted(&self, by: &mut dyn FnMut(Symbol) -> Option<Self>) -> Self {
        let mut known: BTreeMap<Symbol, Option<Self>> = BTreeMap::new();
        if self.terms.is_empty() {
            return self.clone();
        }
        for symbol in self.symbols() {
            known.entry(symbol).or_insert_with(|| by(symbol));
        }
        if known.values().all(Option::is_none) {
            return self.clone();
        }
        let mut sum = Self { unbounded: self.unbounded, ..Self::default() };
        for (monomial, parts) in self.all() {
            let mut product = Self::parts(parts);
            let mut kept = Monomial::new();
            for (symbol, power) in monomial {
                match known.get(symbol).and_then(Option::as_ref) {
                    Some(value) => (0..*power).for_each(|_| product = product.times(value)),
                    None => kept.push((*symbol, *power)),
                }
            }
            let mut rest = Self::default();
            rest.insert(kept, ONE);
            sum.add(&product.times(&rest));
        }
        sum
    }

    /// With each term's symbols replaced as a whole.
    #[must_use]
    pub(super) fn rewritten(&self, by: &dyn Fn(&Monomial) -> Monomial) -> Self {
        let mut out = Self { unbounded: self.unbounded, ..Self::default() };
        for (monomial, parts) in self.all() {
            out.insert(by(monomial), parts);
        }
        out
    }

    /// Its value at some sizes, rounded up; saturates.
    #[must_use]
    pub fn at(&self, size: &dyn Fn(Symbol) -> u64) -> u64 {
        if self.unbounded {
            return u64::MAX;
        }
        let mut sum: u128 = 0;
        for (monomial, parts) in self.all() {
            let mut product = u128::from(parts);
            for (symbol, power) in monomial {
                for _ in 0..*power {
                    product = product.saturating_mul(u128::from(size(*symbol)));
                }
            }
            sum = sum.saturating_add(product);
        }
        u64::try_from(sum.div_ceil(u128::from(ONE))).unwrap_or(u64::MAX)
    }

    /// The greatest number of lists, sets and maps whose sizes are multiplied with each other. Text does not count: its
    /// length is a matter of the document as a whole, which hosts limit.
    #[must_use]
    pub fn degree(&self) -> u32 {
        self.terms.iter().map(|(monomial, _)| counted(monomial)).max().unwrap_or(0)
    }

    /// The sizes that it depends on.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.terms.iter().flat_map(|(monomial, _)| monomial).map(|(symbol, _)| *symbol)
    }

    /// Whether it is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.constant == 0 && self.terms.is_empty() && !self.unbounded
    }

    /// The number that it is, where it depends on no size.
    #[must_use]
    pub fn as_number(&self) -> Option<u64> {
        let plain = self.terms.is_empty() && !self.unbounded;
        plain.then(|| self.constant.div_ceil(ONE))
    }

    /// The term that grows fastest.
    #[must_use]
    pub fn leading(&self) -> Self {
        let fastest = self.terms().into_iter().max_by_key(|(_, monomial)| counted(monomial));
        let mut leading = Self { unbounded: self.unbounded, ..Self::default() };
        if let Some((parts, monomial)) = fastest {
            leading.insert(monomial.clone(), parts);
        }
        leading
    }

    /// Its terms, low degrees first: coefficient in 64ths, and symbols with powers.
    pub(super) fn terms(&self) -> Vec<(u64, &Monomial)> {
        let mut terms: Vec<(u64, &Monomial)> =
            self.all().map(|(monomial, parts)| (parts, monomial)).collect();
        let all = |monomial: &Monomial| monomial.iter().map(|(_, power)| power).sum::<u32>();
        terms.sort_by_key(|(_, monomial)| (all(monomial), counted(monomial), *monomial));
        terms
    }
}

/// How many sizes of lists, sets and maps there are.
fn counted(monomial: &Monomial) -> u32 {
    let powers = monomial.iter().map(|(symbol, power)| match symbol {
        Symbol::Count(_) => *power,
        Symbol::Text(_) | Symbol::Picked(_) | Symbol::Bytes(_) => 0,
    });
    powers.sum()
}

/// The product of two runs of powers.
fn joined(left: &Monomial, right: &Monomial) -> Monomial {
    let mut out = left.clone();
    for (symbol, power) in right {
        match out.binary_search_by_key(symbol, |(symbol, _)| *symbol) {
            Ok(at) => {
                if let Some((_, known)) = out.get_mut(at) {
                    *known = known.saturating_add(*power);
                }
            }
            Err(at) => out.insert(at, (*symbol, *power)),
        }
    }
    out
}
