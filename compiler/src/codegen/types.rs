//! Types of the checked package as types of the program.

use policy_bytecode::program::{EntityIndex, TypeId};
use policy_bytecode::types::{EnumType, FieldType, Presence, RecordType, Type, UnionType, VariantType};
use rustc_hash::FxHashMap;

use super::context::Context;
use crate::hir::{self, EnumId, ReadId, RecordId, Ty, TyKind, UnionId, UnionTag};

/// The table of types while it is made: what a type refers to stands before it, except where types are recursive.
#[derive(Debug, Default)]
pub(crate) struct TypeTable {
    pub(crate) types: Vec<Type>,
    states: FxHashMap<Ty, State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// It is being made, and has no position yet.
    Open,
    /// It has a position.
    At(TypeId),
}

impl Context<'_> {
    /// The position of a type in the program.
    pub(crate) fn type_id(&mut self, ty: Ty) -> TypeId {
        match self.types.states.get(&ty).copied() {
            Some(State::At(id)) => return id,
            // A type that holds itself: it gets its position before what it holds.
            Some(State::Open) => return self.place_type(ty, Type::Bool),
            None => {}
        }
        self.types.states.insert(ty, State::Open);
        let made = self.make_type(ty);
        match self.types.states.get(&ty).copied() {
            Some(State::At(id)) => {
                if let Some(slot) = self.types.types.get_mut(id.index()) {
                    *slot = made;
                }
                id
            }
            Some(State::Open) | None => self.place_type(ty, made),
        }
    }

    fn place_type(&mut self, ty: Ty, made: Type) -> TypeId {
        let id = TypeId(u32::try_from(self.types.types.len()).unwrap_or(u32::MAX));
        self.types.types.push(made);
        self.types.states.insert(ty, State::At(id));
        id
    }

    fn make_type(&mut self, ty: Ty) -> Type {
        match self.hir.types.kind(ty).clone() {
            TyKind::Bool => Type::Bool,
            TyKind::String => Type::Text,
            TyKind::Int(range) => Type::Int { lo: range.lo, hi: range.hi },
            TyKind::Decimal => Type::Decimal,
            TyKind::Timestamp => Type::Timestamp,
            TyKind::Date => Type::Date,
            TyKind::TimeOfDay => Type::TimeOfDay,
            TyKind::Duration => Type::Duration,
            TyKind::Ip => Type::Ip,
            TyKind::Cidr => Type::Cidr,
            TyKind::Host => Type::Host,
            TyKind::Url => Type::Url,
            TyKind::Path => Type::Path,
            TyKind::SemVer => Type::SemVer,
            TyKind::SemVerRange => Type::SemVerRange,
            TyKind::Regex => Type::Regex,
            TyKind::Glob => Type::Glob,
            TyKind::Wildcard => Type::Wildcard,
            TyKind::Bytes => Type::Bytes,
            TyKind::Json => Type::Json,
            TyKind::Option(inner) => Type::Option(self.type_id(inner)),
            TyKind::List { elem, max, or_one } => Type::List { elem: self.type_id(elem), max, or_one },
            TyKind::Set { elem, max } => Type::Set { elem: self.type_id(elem), max },
            TyKind::Map { key, value, max } => {
                Type::Map { key: self.type_id(key), value: self.type_id(value), max }
            }
            TyKind::Tuple(parts) => Type::Tuple(parts.into_iter().map(|part| self.type_id(part)).collect()),
            TyKind::Record(id) => self.record_type(id),
            TyKind::Enum(id) => self.enum_type(id),
            TyKind::Union(id) => self.union_type(id),
            TyKind::Read(id) => self.read_type(id),
            TyKind::Entity(ids) => Type::Entity(ids.into_iter().map(|id| EntityIndex(id.0)).collect()),
            // None of these is left in a package without errors.
            TyKind::Error | TyKind::Function { .. } | TyKind::Var(_) => {
                self.broken("a type that was not resolved");
                Type::Bool
            }
        }
    }

    fn record_type(&mut self, id: RecordId) -> Type {
        let hir = self.hir;
        let Some(def) = hir.types.record(id) else {
            self.broken("a record that is not declared");
            return Type::Bool;
        };
        let mut fields = Vec::with_capacity(def.fields.len());
        for field in &def.fields {
            let name = self.pools.text(&field.name);
            let ty = self.type_id(field.ty);
            let presence = match &field.presence {
                hir::Presence::Required => Presence::Required,
                hir::Presence::Optional => Presence::Optional,
                hir::Presence::Default(value) => Presence::Default(self.required_constant(value)),
            };
            fields.push(FieldType { name, ty, presence });
        }
        Type::Record(RecordType {
            name: def.name.as_deref().map(|name| self.pools.text(name)),
            fields,
            open: def.open,
            rest: def.rest.and_then(|field| u16::try_from(field.0).ok()),
        })
    }

    fn enum_type(&mut self, id: EnumId) -> Type {
        let hir = self.hir;
        let Some(def) = hir.types.enumeration(id) else {
            self.broken("an enum that is not declared");
            return Type::Bool;
        };
        Type::Enum(EnumType {
            name: self.pools.text(&def.name),
            spellings: def.variants.iter().map(|v| self.pools.text(v.spelling())).collect(),
            also: (0..)
                .zip(&def.variants)
                .flat_map(|(at, v)| v.spellings.iter().skip(1).map(move |spelling| (at, spelling)))
                .map(|(at, spelling)| (self.pools.text(spelling), at))
                .collect(),
            names: def.variants.iter().map(|v| self.pools.text(&v.name)).collect(),
            open: def.open,
        })
    }

    fn union_type(&mut self, id: UnionId) -> Type {
        let hir = self.hir;
        let Some(def) = hir.types.union(id) else {
            self.broken("a union that is not declared");
            return Type::Bool;
        };
        let mut variants = Vec::with_capacity(def.variants.len());
        for variant in &def.variants {
            variants.push(VariantType {
                name: self.pools.text(&variant.name),
                tags: variant.tags.iter().map(|tag| self.pools.text(tag)).collect(),
                content: self.type_id(variant.payload),
            });
        }
        Type::Union(UnionType {
            name: def.name.as_deref().map(|name| self.pools.text(name)),
            tag: match &def.tag {
                UnionTag::Field(name) => Some(self.pools.text(name)),
                UnionTag::Shape => None,
            },
            variants,
            open: def.open,
        })
    }

    /// The field with the tag, where a variant is one that an open union does not declare.
    pub(crate) fn unknown_tag(&self, union: UnionId, variant: u32) -> Option<&str> {
        let def = self.hir.types.union(union)?;
        match &def.tag {
            UnionTag::Field(name) if variant as usize >= def.variants.len() => Some(name),
            UnionTag::Field(_) | UnionTag::Shape => None,
        }
    }

    fn read_type(&mut self, id: ReadId) -> Type {
        let hir = self.hir;
        let Some(def) = hir.types.read(id) else {
            self.broken("a reader that is not declared");
            return Type::Bool;
        };
        Type::Read {
            name: self.pools.text(&def.name),
            base: self.type_id(def.base),
            function: self.function_index(def.function),
            from: self.type_id(def.from),
        }
    }
}
