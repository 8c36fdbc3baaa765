//! The tables of a program while it is made: each entry once, in the order of first use.

use std::hash::Hash;
use std::rc::Rc;

use indexmap::{Equivalent, IndexSet};
use policy_bytecode::program::{
    ConstId, Constant, EntityIndex, Format, FormatId, PatternId, PatternKind, PatternSource, Plan, PlanId,
    TextId,
};
use policy_bytecode::scalar::DecimalBits;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::literal::Literal;
use crate::hash::State;

/// Entries that are found again by their content; positions are those of first use.
#[derive(Debug)]
pub(crate) struct Interned<T>(IndexSet<T, State>);

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self(IndexSet::default())
    }
}

impl<T: Eq + Hash> Interned<T> {
    pub(crate) fn intern(&mut self, entry: T) -> u32 {
        u32::try_from(self.0.insert_full(entry).0).unwrap_or(u32::MAX)
    }

    /// The same for what need not be made where it is known.
    pub(crate) fn intern_ref<Q: Equivalent<T> + Hash + ToOwned<Owned = T> + ?Sized>(
        &mut self,
        entry: &Q,
    ) -> u32 {
        match self.0.get_index_of(entry) {
            Some(position) => u32::try_from(position).unwrap_or(u32::MAX),
            None => self.intern(entry.to_owned()),
        }
    }

    pub(crate) fn into_entries(self) -> Vec<T> {
        self.0.into_iter().collect()
    }
}

/// All tables that are filled by content.
#[derive(Debug, Default)]
pub(crate) struct Pools {
    texts: Interned<String>,
    consts: Interned<Constant>,
    patterns: Interned<PatternSource>,
    formats: Interned<Format>,
    plans: Interned<Plan>,
    /// Structures that have entered, by where their parts lie: one that holds another twice holds it once in memory, and is
    /// gone through once. They are kept, so that no other lies there.
    entered: FxHashMap<(Structure, *const Literal), Entered>,
}

/// The parts of a structure, and the constant that it is.
type Entered = (Rc<[Literal]>, ConstId);

/// What parts make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Structure {
    List,
    Set,
    Tuple,
    Record,
}

/// The tables of [`Pools`] when the program is complete.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) texts: Vec<String>,
    pub(crate) consts: Vec<Constant>,
    pub(crate) patterns: Vec<PatternSource>,
    pub(crate) formats: Vec<Format>,
    pub(crate) plans: Vec<Plan>,
}

impl Pools {
    pub(crate) fn finish(self) -> Filled {
        Filled {
            texts: self.texts.into_entries(),
            consts: self.consts.into_entries(),
            patterns: self.patterns.into_entries(),
            formats: self.formats.into_entries(),
            plans: self.plans.into_entries(),
        }
    }

    pub(crate) fn text(&mut self, text: &str) -> TextId {
        TextId(self.texts.intern_ref(text))
    }

    pub(crate) fn format(&mut self, format: Format) -> FormatId {
        FormatId(self.formats.intern(format))
    }

    pub(crate) fn plan(&mut self, plan: Plan) -> PlanId {
        PlanId(self.plans.intern(plan))
    }

    fn pattern(&mut self, kind: PatternKind, text: &str) -> Constant {
        let text = self.text(text);
        Constant::Pattern(PatternId(self.patterns.intern(PatternSource { kind, text })))
    }

    fn structure(&mut self, structure: Structure, parts: &Rc<[Literal]>) -> ConstId {
        let key = (structure, parts.as_ptr());
        if let Some((_, known)) = self.entered.get(&key) {
            return *known;
        }
        let ids = parts.iter().map(|part| self.literal(part)).collect();
        let constant = match structure {
            Structure::List => Constant::List(ids),
            Structure::Set => Constant::Set(ids),
            Structure::Tuple => Constant::Tuple(ids),
            Structure::Record => Constant::Record(ids),
        };
        let id = ConstId(self.consts.intern(constant));
        // All that is empty may lie at one place.
        if !parts.is_empty() {
            self.entered.insert(key, (Rc::clone(parts), id));
        }
        id
    }

    /// The constant of a literal; its parts stand before it.
    pub(crate) fn literal(&mut self, literal: &Literal) -> ConstId {
        let constant = match literal {
            Literal::Absent => Constant::Absent,
            Literal::Null => Constant::Null,
            Literal::Bool(value) => Constant::Bool(*value),
            Literal::Int(value) => Constant::Int(*value),
            Literal::Decimal(value) => Constant::Decimal(decimal_bits(*value)),
            Literal::Text(text) => Constant::Text(self.text(text)),
            Literal::Timestamp(value) => Constant::Timestamp(*value),
            Literal::Date(value) => Constant::Date(*value),
            Literal::TimeOfDay(value) => Constant::TimeOfDay(*value),
            Literal::Duration(value) => Constant::Duration(*value),
            Literal::Ip(address) => Constant::Ip(address_bytes(*address)),
            Literal::Cidr(network) => Constant::Cidr(address_bytes(network.network()), network.prefix_len()),
            Literal::SemVer(version) => Constant::SemVer(self.text(&version.to_string())),
            Literal::SemVerRange(text) => Constant::SemVerRange(self.text(text)),
            Literal::Regex(text) => self.pattern(PatternKind::Regex, text),
            Literal::Glob(text) => self.pattern(PatternKind::Glob, text),
            Literal::Wildcard(text) => self.pattern(PatternKind::Wildcard, text),
            Literal::Bytes(bytes) => Constant::Bytes(bytes.to_vec()),
            Literal::Variant(position) => Constant::Variant(*position),
            Literal::List(parts) => return self.structure(Structure::List, parts),
            Literal::Set(parts) => return self.structure(Structure::Set, parts),
            Literal::Map(entries) => {
                let mut parts = Vec::with_capacity(entries.len() * 2);
                for (key, value) in entries.iter() {
                    parts.push(self.literal(key));
                    parts.push(self.literal(value));
                }
                Constant::Map(parts)
            }
            Literal::Tuple(parts) => return self.structure(Structure::Tuple, parts),
            Literal::Record(parts) => return self.structure(Structure::Record, parts),
            Literal::Union(variant, content, tag) => {
                let content = self.literal(content);
                let tag = tag.as_ref().map_or(Literal::Absent, |tag| Literal::Text(Rc::clone(tag)));
                Constant::Union(*variant, content, self.literal(&tag))
            }
            Literal::Entity(entity, id) => Constant::Entity(EntityIndex(*entity), self.text(id)),
            Literal::Read(value, text) => {
                let value = self.literal(value);
                Constant::Read(value, text.as_deref().map(|text| self.text(text)))
            }
        };
        ConstId(self.consts.intern(constant))
    }
}

/// The parts of a decimal as programs carry them.
pub(crate) fn decimal_bits(value: Decimal) -> DecimalBits {
    let parts = value.unpack();
    DecimalBits {
        lo: parts.lo,
        mid: parts.mid,
        hi: parts.hi,
        negative: parts.negative && !value.is_zero(),
        scale: u8::try_from(parts.scale).unwrap_or(0),
    }
}

fn address_bytes(address: std::net::IpAddr) -> Vec<u8> {
    match address {
        std::net::IpAddr::V4(v4) => v4.octets().to_vec(),
        std::net::IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}
