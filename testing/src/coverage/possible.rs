//! What can be seen of a decision at all: every way in which its conditions can hold together is tried.
//!
//! Conditions are taken apart only as far as it costs nothing: comparisons of one thing with constants, what is asked for twice, and
//! presence. All else may be true or false as it likes. So nothing that can be seen is ever said to be impossible.

#![expect(clippy::wildcard_enum_match_arm, reason = "most kinds of expression are conditions of their own")]

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use policy_compiler::hir::walk::all;
use policy_compiler::hir::{Compare, Const, Convert, Expr, ExprId, ExprKind, Hir, InKind, IsTest, TyKind};
use policy_syntax::Location;
use rust_decimal::Decimal;

use super::record::Vector;
use super::tree::Tree;

/// Past so many ways nothing is said to be impossible.
const MAX_WAYS: usize = 1 << 12;

/// What is possible of a decision.
#[derive(Clone, Debug, Default)]
pub(super) struct Possible {
    /// The evaluations.
    pub(super) vectors: Vec<Vector>,
    /// The truths that each expression of it can have: false, and true.
    pub(super) truths: BTreeMap<ExprId, [bool; 2]>,
    /// For each condition those that are about the same thing: the one cannot always change without the other.
    pub(super) coupled: Vec<u64>,
}

/// What a condition says of the thing that it is about.
enum Says {
    /// It is so, or it is not.
    Is(bool),
    /// How it compares with a constant.
    Compares(Compare, Const),
    /// It is one of these.
    OneOf(Vec<Const>),
}

/// A thing that conditions are about.
struct Thing {
    key: String,
    /// The constants that it is compared with, in order.
    constants: Vec<Const>,
    /// The whole numbers that it can be.
    range: Option<(i128, i128)>,
    /// Where it can stand among the constants: an odd place is a constant's, an even one lies between two.
    places: Vec<usize>,
}

/// What is possible of a decision with these conditions; none where that is not known, or everything is.
pub(super) fn possible(
    hir: &Hir,
    tree: &Tree,
    leaves: &[&Expr],
    text: &dyn Fn(Location) -> String,
) -> Option<Possible> {
    let mut things: Vec<Thing> = Vec::new();
    let mut atoms: Vec<(usize, Says)> = Vec::new();
    for (at, leaf) in leaves.iter().enumerate() {
        // Where two nodes stand at one place the text does not tell them apart.
        let alone = leaves.iter().filter(|other| other.location == leaf.location).count() == 1;
        let (key, says, range) =
            if alone { atom(hir, leaf, text) } else { (format!("alone {at}"), Says::Is(true), None) };
        let found = things.iter().position(|thing| thing.key == key);
        let thing = found.unwrap_or_else(|| {
            things.push(Thing { key, constants: Vec::new(), range, places: Vec::new() });
            things.len() - 1
        });
        if let Some(thing) = things.get_mut(thing) {
            match &says {
                Says::Is(_) => {}
                Says::Compares(_, constant) => thing.add(constant)?,
                Says::OneOf(constants) => constants.iter().try_for_each(|one| thing.add(one))?,
            }
        }
        atoms.push((thing, says));
    }
    let mut ways = 1usize;
    for thing in &mut things {
        thing.settle();
        ways = ways.checked_mul(thing.places.len()).filter(|ways| *ways <= MAX_WAYS)?;
    }
    let others = |at: usize, thing: usize| {
        let others = atoms.iter().enumerate().filter(move |(other, one)| *other != at && one.0 == thing);
        others.fold(0, |mask, (other, _)| mask | 1_u64 << other)
    };
    let coupled: Vec<u64> = atoms.iter().enumerate().map(|(at, (thing, _))| others(at, *thing)).collect();
    let open = |(thing, says): &(usize, Says)| {
        let Some(thing) = things.get(*thing) else { return false };
        let holds = |so: bool| thing.places.iter().any(|place| says.holds(thing, *place) == so);
        holds(false) && holds(true)
    };
    // Conditions that have nothing to do with each other can hold together in every way.
    if coupled.iter().all(|others| *others == 0) && atoms.iter().all(open) {
        return None;
    }
    let mut out = Possible { coupled, ..Possible::default() };
    let mut vectors: BTreeSet<Vector> = BTreeSet::new();
    let mut chosen = vec![0usize; things.len()];
    for way in 0..ways {
        let mut rest = way;
        for (slot, thing) in chosen.iter_mut().zip(&things) {
            let count = thing.places.len().max(1);
            *slot = thing.places.get(rest % count).copied().unwrap_or(0);
            rest /= count;
        }
        let truth = |leaf: usize| {
            let (thing, says) = atoms.get(leaf)?;
            Some(says.holds(things.get(*thing)?, *chosen.get(*thing)?))
        };
        vectors.insert(tree.evaluate(&truth, &mut out.truths)?);
    }
    out.vectors = vectors.into_iter().collect();
    Some(out)
}

/// The thing that a condition is about, what it says of it, and the whole numbers that it can be.
fn atom(hir: &Hir, leaf: &Expr, text: &dyn Fn(Location) -> String) -> (String, Says, Option<(i128, i128)>) {
    let about = |e: &Expr, says: Says| (format!("value {}", name(e, text)), says, range(hir, e));
    match &leaf.kind {
        ExprKind::Compare { op, left, right } => match (constant(left), constant(right)) {
            (None, Some(constant)) => about(left, Says::Compares(*op, constant)),
            (Some(constant), None) => about(right, Says::Compares(turned(*op), constant)),
            (_, _) => itself(leaf, text),
        },
        ExprKind::In { kind: InKind::List | InKind::Set, elem, container } => match &container.kind {
            ExprKind::List(parts) | ExprKind::Set(parts) => {
                match parts.iter().map(constant).collect::<Option<Vec<_>>>() {
                    Some(constants) if !constants.is_empty() => about(elem, Says::OneOf(constants)),
                    Some(_) | None => itself(leaf, text),
                }
            }
            _ => itself(leaf, text),
        },
        ExprKind::Is { value, test: test @ (IsTest::Present | IsTest::Absent) } => {
            let says = Says::Is(matches!(test, IsTest::Present));
            (format!("presence {}", name(value, text)), says, None)
        }
        _ => itself(leaf, text),
    }
}

fn itself(leaf: &Expr, text: &dyn Fn(Location) -> String) -> (String, Says, Option<(i128, i128)>) {
    (format!("truth {}", name(leaf, text)), Says::Is(true), None)
}

/// What two expressions have in common that have the same value: text, and all that the text names.
fn name(e: &Expr, text: &dyn Fn(Location) -> String) -> String {
    let mut out = text(e.location);
    all(stripped(e), &mut |node| match &node.kind {
        ExprKind::Local(id) => out.push_str(&format!(" {id:?}")),
        ExprKind::Global(id) => out.push_str(&format!(" {id:?}")),
        ExprKind::Data(id) => out.push_str(&format!(" {id:?}")),
        ExprKind::Const(constant) => out.push_str(&format!(" {constant:?}")),
        ExprKind::Call { function, .. } => out.push_str(&format!(" {function:?}")),
        ExprKind::Intrinsic { intrinsic, .. } => out.push_str(&format!(" {intrinsic:?}")),
        ExprKind::Field { field, .. } => out.push_str(&format!(" {field:?}")),
        _ => {}
    });
    out
}

/// Without what only makes a whole number a decimal.
fn stripped(e: &Expr) -> &Expr {
    match &e.kind {
        ExprKind::Convert { convert: Convert::IntToDecimal, value } => value,
        _ => e,
    }
}

fn constant(e: &Expr) -> Option<Const> {
    match &stripped(e).kind {
        ExprKind::Const(constant) => Some(constant.clone()),
        ExprKind::Negate(value) => match constant(value)? {
            Const::Int(number) => number.checked_neg().map(Const::Int),
            Const::Decimal(number) => Some(Const::Decimal(-number)),
            _ => None,
        },
        _ => None,
    }
}

fn range(hir: &Hir, e: &Expr) -> Option<(i128, i128)> {
    match hir.types.kind(stripped(e).ty) {
        TyKind::Int(range) => Some((i128::from(range.lo), i128::from(range.hi))),
        TyKind::Enum(id) => {
            let of = hir.types.enumeration(*id).filter(|of| !of.open)?;
            Some((0, i128::try_from(of.variants.len()).ok()? - 1))
        }
        _ => None,
    }
}

/// A comparison with its sides exchanged.
const fn turned(op: Compare) -> Compare {
    match op {
        Compare::Eq => Compare::Eq,
        Compare::Ne => Compare::Ne,
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
    }
}

/// The order of two constants of one type; none where it is not known.
fn order(a: &Const, b: &Const) -> Option<Ordering> {
    match (a, b) {
        (Const::Int(a), Const::Int(b)) => Some(a.cmp(b)),
        (Const::Int(a), Const::Decimal(b)) => Some(Decimal::from(*a).cmp(b)),
        (Const::Decimal(a), Const::Int(b)) => Some(a.cmp(&Decimal::from(*b))),
        (Const::Decimal(a), Const::Decimal(b)) => Some(a.cmp(b)),
        (Const::String(a), Const::String(b)) => Some(a.cmp(b)),
        (Const::Timestamp(a), Const::Timestamp(b)) => Some(a.cmp(b)),
        (Const::Date(a), Const::Date(b)) => Some(a.cmp(b)),
        (Const::TimeOfDay(a), Const::TimeOfDay(b)) => Some(a.cmp(b)),
        (Const::Duration(a), Const::Duration(b)) => Some(a.cmp(b)),
        (Const::Variant(of, a), Const::Variant(other, b)) if of == other => Some(a.cmp(b)),
        (_, _) => None,
    }
}

fn whole(constant: &Const) -> Option<i128> {
    match constant {
        Const::Int(number) => Some(i128::from(*number)),
        Const::Variant(_, at) => Some(i128::from(*at)),
        _ => None,
    }
}

impl Thing {
    /// Adds a constant that it is compared with; none where it cannot be put in order.
    fn add(&mut self, constant: &Const) -> Option<()> {
        let orders: Option<Vec<Ordering>> = self.constants.iter().map(|one| order(one, constant)).collect();
        let orders = orders.filter(|_| order(constant, constant).is_some())?;
        if !orders.contains(&Ordering::Equal) {
            let at = orders.iter().filter(|order| **order == Ordering::Less).count();
            self.constants.insert(at, constant.clone());
        }
        Some(())
    }

    /// Finds where it can stand.
    fn settle(&mut self) {
        if self.constants.is_empty() {
            self.places = vec![0, 1];
            return;
        }
        let numbers: Option<Vec<i128>> = self.constants.iter().map(whole).collect();
        let known = numbers.zip(self.range);
        let stands = |place: usize| {
            let Some((numbers, (lo, hi))) = &known else { return true };
            let at = |at: Option<usize>| at.and_then(|at| numbers.get(at)).copied();
            let (least, most) = match place % 2 {
                0 => {
                    let below = at((place / 2).checked_sub(1)).map_or(*lo, |number| number + 1);
                    (below, at(Some(place / 2)).map_or(*hi, |number| number - 1))
                }
                _ => {
                    let number = at(Some(place / 2)).unwrap_or(*lo);
                    (number, number)
                }
            };
            least.max(*lo) <= most.min(*hi)
        };
        self.places = (0..=2 * self.constants.len()).filter(|place| stands(*place)).collect();
    }

    /// The place of a constant.
    fn place(&self, constant: &Const) -> usize {
        let at = self.constants.iter().position(|one| order(one, constant) == Some(Ordering::Equal));
        at.map_or(usize::MAX, |at| 2 * at + 1)
    }
}

impl Says {
    fn holds(&self, thing: &Thing, place: usize) -> bool {
        match self {
            Self::Is(so) => (place == 1) == *so,
            Self::Compares(op, constant) => {
                let order = place.cmp(&thing.place(constant));
                match op {
                    Compare::Eq => order.is_eq(),
                    Compare::Ne => order.is_ne(),
                    Compare::Lt => order.is_lt(),
                    Compare::Le => order.is_le(),
                    Compare::Gt => order.is_gt(),
                    Compare::Ge => order.is_ge(),
                }
            }
            Self::OneOf(constants) => constants.iter().any(|constant| thing.place(constant) == place),
        }
    }
}
