//! Types as an author writes them.

use crate::hir::{Presence, Ty, TyKind, Types, UnionTag};

/// The greatest depth that is written out; below it stands `…`.
const DEPTH: usize = 6;

/// The text of a type, without the bounds on sizes, which literals have too.
pub(crate) fn show(types: &Types, ty: Ty) -> String {
    let mut out = String::new();
    Show { types, bounds: false }.write(ty, 0, &mut out);
    out
}

/// The text of a type with all that tells it from another.
pub(crate) fn show_exact(types: &Types, ty: Ty) -> String {
    let mut out = String::new();
    Show { types, bounds: true }.write(ty, 0, &mut out);
    out
}

impl Types {
    /// The text of a type, as messages show it.
    #[must_use]
    pub fn shown(&self, ty: Ty) -> String {
        show(self, ty)
    }
}

/// The last segment of a qualified name.
pub(crate) fn short(name: &str) -> &str {
    // A generic type has its arguments behind its name, and they have dots of their own.
    let end = name.find('<').unwrap_or(name.len());
    let start = name.get(..end).and_then(|head| head.rfind('.')).map_or(0, |dot| dot + 1);
    name.get(start..).unwrap_or(name)
}

/// How types are written.
struct Show<'t> {
    types: &'t Types,
    bounds: bool,
}

impl Show<'_> {
    fn write(&self, ty: Ty, depth: usize, out: &mut String) {
        let types = self.types;
        if depth > DEPTH {
            out.push('…');
            return;
        }
        let word = match types.kind(ty) {
            TyKind::Error => "?",
            TyKind::Bool => "Bool",
            TyKind::String => "String",
            TyKind::Int(range) if !self.bounds && range.lo == range.hi => "Int",
            TyKind::Int(range) => return int(*range, out),
            TyKind::Decimal => "Decimal",
            TyKind::Timestamp => "Timestamp",
            TyKind::Date => "Date",
            TyKind::TimeOfDay => "TimeOfDay",
            TyKind::Duration => "Duration",
            TyKind::Ip => "Ip",
            TyKind::Cidr => "Cidr",
            TyKind::Host => "Host",
            TyKind::Url => "Url",
            TyKind::Path => "Path",
            TyKind::SemVer => "SemVer",
            TyKind::SemVerRange => "SemVerRange",
            TyKind::Regex => "Regex",
            TyKind::Glob => "Glob",
            TyKind::Wildcard => "Wildcard",
            TyKind::Bytes => "Bytes",
            TyKind::Json => "Json",
            TyKind::Option(inner) => {
                let inside = types.kind(*inner);
                let range = matches!(inside, TyKind::Int(r) if *r != crate::hir::IntRange::FULL)
                    || matches!(inside, TyKind::Union(id) if types.union(*id).is_some_and(|u| u.name.is_none()));
                if range {
                    out.push('(');
                }
                self.write(*inner, depth + 1, out);
                out.push_str(if range { ")?" } else { "?" });
                return;
            }
            TyKind::List { elem, max, or_one } => {
                out.push_str("List<");
                self.write(*elem, depth + 1, out);
                self.bound(*max, out);
                out.push_str(if *or_one { ", or one>" } else { ">" });
                return;
            }
            TyKind::Set { elem, max } => {
                out.push_str("Set<");
                self.write(*elem, depth + 1, out);
                self.bound(*max, out);
                out.push('>');
                return;
            }
            TyKind::Map { key, value, max } => {
                out.push_str("Map<");
                self.list(&[*key, *value], depth, out);
                self.bound(*max, out);
                out.push('>');
                return;
            }
            TyKind::Tuple(parts) => {
                out.push('(');
                self.list(parts, depth, out);
                out.push(')');
                return;
            }
            TyKind::Record(id) => return self.record(*id, depth, out),
            TyKind::Enum(id) => types.enumeration(*id).map_or("?", |e| short(&e.name)),
            TyKind::Union(id) => return self.union(*id, depth, out),
            TyKind::Entity(ids) => {
                let names = ids.iter().map(|id| types.entity(*id).map_or("?", |e| short(&e.name)));
                out.push_str(&names.collect::<Vec<_>>().join(" | "));
                return;
            }
            TyKind::Read(id) => types.read(*id).map_or("?", |r| short(&r.name)),
            TyKind::Function { params, result } => {
                let one = matches!(params.as_slice(), [_]);
                out.push_str(if one { "" } else { "(" });
                self.list(params, depth, out);
                out.push_str(if one { " -> " } else { ") -> " });
                self.write(*result, depth + 1, out);
                return;
            }
            TyKind::Var(n) => {
                out.push_str(&variable(*n));
                return;
            }
        };
        out.push_str(word);
    }

    fn bound(&self, max: Option<u64>, out: &mut String) {
        if let Some(max) = max.filter(|_| self.bounds) {
            out.push_str(&format!(", max {max}"));
        }
    }

    fn list(&self, tys: &[Ty], depth: usize, out: &mut String) {
        for (n, ty) in tys.iter().enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            self.write(*ty, depth + 1, out);
        }
    }

    fn union(&self, id: crate::hir::UnionId, depth: usize, out: &mut String) {
        let Some(def) = self.types.union(id) else {
            out.push('?');
            return;
        };
        match (&def.name, &def.tag) {
            (Some(name), _) => out.push_str(short(name)),
            (None, UnionTag::Field(tag)) => out.push_str(&format!("union by {tag}")),
            (None, UnionTag::Shape) => {
                for (n, variant) in def.variants.iter().enumerate() {
                    if n > 0 {
                        out.push_str(" | ");
                    }
                    self.write(variant.payload, depth + 1, out);
                }
            }
        }
    }

    fn record(&self, id: crate::hir::RecordId, depth: usize, out: &mut String) {
        let types = self.types;
        let Some(def) = types.record(id) else {
            out.push('?');
            return;
        };
        if let Some(name) = &def.name {
            out.push_str(short(name));
            return;
        }
        out.push_str("{ ");
        for (n, field) in def.declared.iter().filter_map(|f| def.fields.get(f.index())).enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            if n == 8 {
                out.push('…');
                break;
            }
            out.push_str(&field.name);
            let ty = match (&field.presence, types.kind(field.ty)) {
                (Presence::Optional, TyKind::Option(inner)) => {
                    out.push('?');
                    *inner
                }
                _ => field.ty,
            };
            out.push_str(": ");
            self.write(ty, depth + 1, out);
        }
        out.push_str(" }");
    }
}

/// A name for a type variable: `T`, `U`, `V`, …
fn variable(n: u32) -> String {
    match n % super::subst::RIGID {
        0 => "T".to_owned(),
        1 => "U".to_owned(),
        2 => "V".to_owned(),
        n => format!("T{n}"),
    }
}

fn int(range: crate::hir::IntRange, out: &mut String) {
    out.push_str("Int");
    if range != crate::hir::IntRange::FULL {
        out.push_str(&format!(" {}..{}", number(range.lo), number(range.hi)));
    }
}

/// A number with its digits in groups of three.
fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) && digits.len() > 4 {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    if n < 0 { format!("-{grouped}") } else { grouped }
}
