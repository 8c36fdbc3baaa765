//! The values that an expression can have at a place, as far as conditions before it and its type tell.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::constant::{order, shown};
use crate::hir::{Compare, Const, Ty, TyKind, Types};

/// So many excluded values are remembered; to forget one only makes less certain.
const MOST_EXCLUDED: usize = 64;

/// An end of an interval, and whether the end itself belongs to it.
type End = (Const, bool);

/// What a present value can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Domain {
    /// One of these, where they can be listed.
    one_of: Option<Vec<Const>>,
    /// None of these.
    not: Vec<Const>,
    lo: Option<End>,
    hi: Option<End>,
}

impl Domain {
    /// Everything that a type (or the type below an option) has.
    pub(super) fn of(types: &Types, ty: Ty) -> Self {
        let inner = if let TyKind::Option(inner) = types.kind(ty) { *inner } else { ty };
        let kind = types.kind(inner);
        if *kind == TyKind::Bool {
            return Self::only([true, false].map(Const::Bool).to_vec());
        }
        if let TyKind::Int(range) = kind {
            return Self {
                lo: Some((Const::Int(range.lo), true)),
                hi: Some((Const::Int(range.hi), true)),
                ..Self::default()
            };
        }
        if let TyKind::Enum(id) = kind
            && let Some(def) = types.enumeration(*id)
            && !def.open
        {
            let count = u32::try_from(def.variants.len()).unwrap_or(0);
            return Self::only((0..count).map(|variant| Const::Variant(*id, variant)).collect());
        }
        Self::default()
    }

    pub(super) fn only(values: Vec<Const>) -> Self {
        Self { one_of: Some(values), ..Self::default() }
    }

    /// The same values as decimals.
    pub(super) fn to_decimal(&self) -> Self {
        let convert = |value: &Const| {
            if let Const::Int(n) = value { Const::Decimal(Decimal::from(*n)) } else { value.clone() }
        };
        Self {
            one_of: self.one_of.as_ref().map(|values| values.iter().map(convert).collect()),
            not: self.not.iter().map(convert).collect(),
            lo: self.lo.as_ref().map(|(value, closed)| (convert(value), *closed)),
            hi: self.hi.as_ref().map(|(value, closed)| (convert(value), *closed)),
        }
    }

    /// What belongs to both.
    pub(super) fn and(mut self, types: &Types, other: &Self) -> Self {
        if let Some(values) = &other.one_of {
            self.restrict_to(types, values);
        }
        self.not.extend(other.not.iter().cloned());
        for (op, end) in [(Compare::Ge, &other.lo), (Compare::Le, &other.hi)] {
            if let Some((value, closed)) = end {
                let strict = if op == Compare::Ge { Compare::Gt } else { Compare::Lt };
                self.restrict(types, if *closed { op } else { strict }, value);
            }
        }
        self
    }

    fn holds(&self, types: &Types, value: &Const) -> bool {
        let above = self.lo.as_ref().is_none_or(|(lo, closed)| match order(types, value, lo) {
            Some(Ordering::Greater) | None => true,
            Some(Ordering::Equal) => *closed,
            Some(Ordering::Less) => false,
        });
        let below = self.hi.as_ref().is_none_or(|(hi, closed)| match order(types, value, hi) {
            Some(Ordering::Less) | None => true,
            Some(Ordering::Equal) => *closed,
            Some(Ordering::Greater) => false,
        });
        above
            && below
            && !self.not.contains(value)
            && self.one_of.as_ref().is_none_or(|values| values.contains(value))
    }

    /// Keeps those of `values`.
    pub(super) fn restrict_to(&mut self, types: &Types, values: &[Const]) {
        let kept = values.iter().filter(|value| self.holds(types, value)).cloned().collect();
        self.one_of = Some(kept);
    }

    /// Drops a value.
    pub(super) fn exclude(&mut self, value: &Const) {
        if let Some(values) = &mut self.one_of {
            values.retain(|other| other != value);
        } else if self.not.len() < MOST_EXCLUDED && !self.not.contains(value) {
            self.not.push(value.clone());
        }
    }

    /// Keeps what compares so with a constant.
    pub(super) fn restrict(&mut self, types: &Types, op: Compare, value: &Const) {
        match op {
            Compare::Eq => self.restrict_to(types, std::slice::from_ref(value)),
            Compare::Ne => self.exclude(value),
            Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => {
                if let Some(values) = &mut self.one_of {
                    values.retain(|other| order(types, other, value).is_none_or(|o| fits(op, o)));
                    return;
                }
                self.bound(types, op, value);
            }
        }
    }

    fn bound(&mut self, types: &Types, op: Compare, value: &Const) {
        let upper = matches!(op, Compare::Lt | Compare::Le);
        let closed = matches!(op, Compare::Le | Compare::Ge);
        let end = closed_int(value, upper, closed).unwrap_or((value.clone(), closed));
        let slot = if upper { &mut self.hi } else { &mut self.lo };
        let wanted = if upper { Ordering::Less } else { Ordering::Greater };
        let tighter = slot.as_ref().is_none_or(|(old, old_closed)| {
            let found = order(types, &end.0, old);
            found == Some(wanted) || (found == Some(Ordering::Equal) && *old_closed && !end.1)
        });
        if tighter {
            *slot = Some(end);
        }
    }

    /// Whether all values, or none of them, compare so with a constant.
    pub(super) fn compare(&self, types: &Types, op: Compare, value: &Const) -> Option<bool> {
        match op {
            Compare::Eq => self.equals(types, value),
            Compare::Ne => self.equals(types, value).map(|equal| !equal),
            Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => {
                if let Some(values) = self.listed(types) {
                    let all: Option<Vec<bool>> =
                        values.iter().map(|other| order(types, other, value).map(|o| fits(op, o))).collect();
                    return uniform(&all?);
                }
                self.within(types, op, value)
            }
        }
    }

    fn equals(&self, types: &Types, value: &Const) -> Option<bool> {
        if !self.holds(types, value) {
            return Some(false);
        }
        (self.single(types).as_ref() == Some(value)).then_some(true)
    }

    /// The only value left.
    fn single(&self, types: &Types) -> Option<Const> {
        if let Some(values) = self.listed(types) {
            let mut values = values.into_iter();
            return values.next().filter(|_| values.next().is_none());
        }
        let ((lo, true), (hi, true)) = (self.lo.as_ref()?, self.hi.as_ref()?) else { return None };
        (order(types, lo, hi) == Some(Ordering::Equal)).then(|| lo.clone())
    }

    fn within(&self, types: &Types, op: Compare, value: &Const) -> Option<bool> {
        // The greatest and the least value that can occur decide between them.
        let upper = matches!(op, Compare::Lt | Compare::Le);
        let (far, near) = if upper { (&self.hi, &self.lo) } else { (&self.lo, &self.hi) };
        let all = far.as_ref().is_some_and(|(end, closed)| match order(types, end, value) {
            Some(Ordering::Equal) => !closed || fits(op, Ordering::Equal),
            Some(found) => fits(op, found),
            None => false,
        });
        if all {
            return Some(true);
        }
        let none = near.as_ref().is_some_and(|(end, closed)| match order(types, end, value) {
            Some(Ordering::Equal) => !closed || !fits(op, Ordering::Equal),
            Some(found) => !fits(op, found),
            None => false,
        });
        none.then_some(false)
    }

    /// Whether all values, or none of them, are among some.
    pub(super) fn member(&self, types: &Types, values: &[Const]) -> Option<bool> {
        if let Some(own) = self.listed(types) {
            return uniform(&own.iter().map(|value| values.contains(value)).collect::<Vec<_>>());
        }
        let possible = values.iter().any(|value| self.holds(types, value));
        (!possible).then_some(false)
    }

    /// How two values that are not known compare.
    pub(super) fn against(&self, types: &Types, op: Compare, other: &Self) -> Option<bool> {
        if let Some(value) = other.single(types) {
            return self.compare(types, op, &value);
        }
        if let (Some(left), Some(right)) = (self.listed(types), other.listed(types)) {
            let disjoint = !left.iter().any(|value| right.contains(value));
            return match op {
                Compare::Eq if disjoint => Some(false),
                Compare::Ne if disjoint => Some(true),
                Compare::Eq | Compare::Ne | Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => None,
            };
        }
        // Every value at the left lies on one side of every value at the right.
        let below = self.before(types, other);
        let above = other.before(types, self);
        match op {
            Compare::Eq if below || above => Some(false),
            Compare::Ne if below || above => Some(true),
            Compare::Lt | Compare::Le if below => Some(true),
            Compare::Gt | Compare::Ge if above => Some(true),
            Compare::Lt | Compare::Le if above => Some(false),
            Compare::Gt | Compare::Ge if below => Some(false),
            Compare::Eq | Compare::Ne | Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => None,
        }
    }

    fn before(&self, types: &Types, other: &Self) -> bool {
        let (Some((hi, a)), Some((lo, b))) = (&self.hi, &other.lo) else { return false };
        match order(types, hi, lo) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => !(*a && *b),
            Some(Ordering::Greater) | None => false,
        }
    }

    fn listed(&self, types: &Types) -> Option<Vec<Const>> {
        let values = self.one_of.as_ref()?;
        Some(values.iter().filter(|value| self.holds(types, value)).cloned().collect())
    }

    /// The values in words, where they can be said shortly.
    pub(super) fn shown(&self, types: &Types) -> Option<String> {
        /// So many values are listed.
        const MOST: usize = 5;
        if let Some(values) = self.listed(types) {
            let names: Vec<String> =
                values.iter().map(|value| format!("`{}`", shown(types, value))).collect();
            let (last, rest) = names.split_last()?;
            return match rest {
                [] => Some(last.clone()),
                _ if names.len() <= MOST => Some(format!("{} or {last}", rest.join(", "))),
                _ => None,
            };
        }
        let end = |end: &Option<End>| end.as_ref().filter(|(value, _)| !extreme(value)).cloned();
        let say = |(value, closed): &End, inside: &str, outside: &str| {
            format!("{} `{}`", if *closed { inside } else { outside }, shown(types, value))
        };
        match (end(&self.lo), end(&self.hi)) {
            (Some(lo), Some(hi)) => Some(format!(
                "{} and {}",
                say(&lo, "at least", "more than"),
                say(&hi, "at most", "less than")
            )),
            (Some(lo), None) => Some(say(&lo, "at least", "more than")),
            (None, Some(hi)) => Some(say(&hi, "at most", "less than")),
            (None, None) => {
                let names: Vec<String> =
                    self.not.iter().map(|value| format!("`{}`", shown(types, value))).collect();
                (!names.is_empty() && names.len() <= MOST)
                    .then(|| format!("anything but {}", names.join(" and ")))
            }
        }
    }
}

/// Ends of `Int` itself say nothing.
fn extreme(value: &Const) -> bool {
    matches!(value, Const::Int(i64::MIN | i64::MAX))
}

/// An open end of integers as the closed one next to it.
fn closed_int(value: &Const, upper: bool, closed: bool) -> Option<End> {
    let Const::Int(n) = value else { return None };
    if closed {
        return None;
    }
    let next = if upper { n.checked_sub(1) } else { n.checked_add(1) };
    next.map(|n| (Const::Int(n), true))
}

/// Whether an order is one that a comparison asks for.
fn fits(op: Compare, order: Ordering) -> bool {
    match op {
        Compare::Eq => order.is_eq(),
        Compare::Ne => order.is_ne(),
        Compare::Lt => order.is_lt(),
        Compare::Le => order.is_le(),
        Compare::Gt => order.is_gt(),
        Compare::Ge => order.is_ge(),
    }
}

fn uniform(all: &[bool]) -> Option<bool> {
    let first = *all.first()?;
    all.iter().all(|&one| one == first).then_some(first)
}
