//! What a compiled program compares with, where there are no sources: all its constants, for every name that its rules read.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use policy_bytecode::program::{Constant, PatternKind, Program, TextId};
use policy_bytecode::scalar::DecimalBits;
use policy_compiler::hir::Const;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Hints, Pool};
use crate::draw::pattern::{of_glob, of_regex};

impl Hints {
    /// What a program compares with, and what stands in its data, as JSON. Which constant belongs to which field is not known.
    #[must_use]
    pub fn of_program(program: &Program, data: &[(String, String)]) -> Self {
        let text = |id: TextId| program.texts.get(id.index()).map_or("", String::as_str);
        let mut hints = Self::default();
        for constant in &program.consts {
            constant_of(program, constant, &mut hints);
        }
        for pattern in &program.patterns {
            hints.everything.texts(match pattern.kind {
                PatternKind::Regex => of_regex(text(pattern.text)),
                PatternKind::Glob | PatternKind::Wildcard => of_glob(text(pattern.text)),
            });
        }
        for (_, json) in data {
            if let Ok(value) = serde_json::from_str::<Value>(json) {
                hints.everything.document(&value);
            }
        }
        let rules = program.policies.iter().flat_map(|policy| &policy.rules);
        let parts = rules.flat_map(|rule| &rule.reads).flat_map(|path| text(*path).split('/'));
        let names: BTreeSet<&str> = parts.filter(|part| !part.is_empty() && *part != "*").collect();
        for name in names {
            let name = name.replace("~1", "/").replace("~0", "~");
            hints.fields.insert(name, hints.everything.clone());
        }
        hints
    }
}

fn constant_of(program: &Program, constant: &Constant, hints: &mut Hints) {
    let text = |id: &TextId| program.texts.get(id.index()).cloned().unwrap_or_default();
    let pool: &mut Pool = &mut hints.everything;
    match constant {
        Constant::Int(number) => pool.constant(&Const::Int(*number)),
        Constant::Decimal(bits) => pool.constant(&Const::Decimal(decimal(*bits))),
        Constant::Text(id) => pool.constant(&Const::String(text(id))),
        Constant::Timestamp(at) => pool.constant(&Const::Timestamp(*at)),
        Constant::Date(date) => pool.constant(&Const::Date(*date)),
        Constant::TimeOfDay(at) => pool.constant(&Const::TimeOfDay(*at)),
        Constant::Duration(length) => pool.constant(&Const::Duration(*length)),
        Constant::Ip(bytes) => {
            if let Some(ip) = ip(bytes) {
                pool.constant(&Const::Ip(ip));
            }
        }
        Constant::Cidr(bytes, length) => {
            if let Some(ip) = ip(bytes) {
                pool.text(&format!("{ip}/{length}"));
                pool.text(&ip.to_string());
            }
        }
        Constant::SemVer(id) => pool.text(&text(id)),
        Constant::SemVerRange(id) => pool.constant(&Const::SemVerRange(text(id))),
        Constant::Entity(kind, id) => {
            let name = program.entities.get(kind.index()).map(|of| text(&of.name)).unwrap_or_default();
            let last = name.rsplit('.').next().unwrap_or(&name).to_owned();
            pool.text(&text(id));
            hints.ids.entry(last).or_default().insert(text(id));
        }
        // The parts of structures are constants too.
        Constant::Absent
        | Constant::Null
        | Constant::Bool(_)
        | Constant::Bytes(_)
        | Constant::Pattern(_)
        | Constant::Variant(_)
        | Constant::List(_)
        | Constant::Set(_)
        | Constant::Map(_)
        | Constant::Tuple(_)
        | Constant::Record(_)
        | Constant::Union(..)
        | Constant::Read(..) => {}
    }
}

fn decimal(bits: DecimalBits) -> Decimal {
    Decimal::from_parts(bits.lo, bits.mid, bits.hi, bits.negative, u32::from(bits.scale.min(28)))
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(|four| IpAddr::V4(Ipv4Addr::from(four)));
    four.or_else(|_| <[u8; 16]>::try_from(bytes).map(|sixteen| IpAddr::V6(Ipv6Addr::from(sixteen)))).ok()
}
