//! Types and found values, in words for misfits.

use policy_bytecode::program::TypeId;
use policy_bytecode::types::Type;

use crate::program::Loaded;

/// The most characters that a found value shows.
const SHOWN: usize = 60;

/// A type, as an author writes it.
pub(crate) fn type_name(loaded: &Loaded, ty: TypeId) -> String {
    let mut out = String::new();
    write(loaded, ty, &mut out, 0);
    out
}

fn write(loaded: &Loaded, id: TypeId, out: &mut String, depth: u32) {
    let Some(ty) = loaded.code.types.get(id.index()) else { return };
    // Types may refer to themselves, and a stranger's to many others.
    if depth > 4 || out.len() > 400 {
        out.push('…');
        return;
    }
    let mut inner = |before: &str, parts: &[TypeId], after: &str| {
        out.push_str(before);
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            write(loaded, *part, out, depth + 1);
        }
        out.push_str(after);
    };
    match ty {
        Type::Bool => out.push_str("Bool"),
        Type::Text => out.push_str("String"),
        Type::Int { lo: i64::MIN, hi: i64::MAX } => out.push_str("Int"),
        Type::Int { lo, hi } => out.push_str(&format!("Int {lo}..{hi}")),
        Type::Decimal => out.push_str("Decimal"),
        Type::Timestamp => out.push_str("Timestamp"),
        Type::Date => out.push_str("Date"),
        Type::TimeOfDay => out.push_str("TimeOfDay"),
        Type::Duration => out.push_str("Duration"),
        Type::Ip => out.push_str("Ip"),
        Type::Cidr => out.push_str("Cidr"),
        Type::Host => out.push_str("Host"),
        Type::Url => out.push_str("Url"),
        Type::Path => out.push_str("Path"),
        Type::SemVer => out.push_str("SemVer"),
        Type::SemVerRange => out.push_str("SemVerRange"),
        Type::Regex => out.push_str("Regex"),
        Type::Glob => out.push_str("Glob"),
        Type::Wildcard => out.push_str("Wildcard"),
        Type::Bytes => out.push_str("Bytes (base64)"),
        Type::Json => out.push_str("Json"),
        Type::Option(of) => inner("", &[*of], "?"),
        Type::List { elem, max, .. } => match max {
            Some(max) => inner("List<", &[*elem], &format!(", max {max}>")),
            None => inner("List<", &[*elem], ">"),
        },
        Type::Set { elem, max } => match max {
            Some(max) => inner("Set<", &[*elem], &format!(", max {max}>")),
            None => inner("Set<", &[*elem], ">"),
        },
        Type::Map { key, value, max } => match max {
            Some(max) => inner("Map<", &[*key, *value], &format!(", max {max}>")),
            None => inner("Map<", &[*key, *value], ">"),
        },
        Type::Tuple(parts) => inner("(", parts, ")"),
        Type::Record(record) => match record.name {
            Some(name) => out.push_str(short(loaded.text(name))),
            None => out.push_str("a record"),
        },
        Type::Enum(of) => {
            let spellings: Vec<&str> = of.spellings.iter().map(|spelling| loaded.text(*spelling)).collect();
            if spellings.len() <= 8 {
                out.push_str(
                    &spellings.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(" | "),
                );
            } else {
                out.push_str(short(loaded.text(of.name)));
            }
        }
        Type::Entity(kinds) => {
            let names: Vec<&str> = kinds
                .iter()
                .filter_map(|kind| loaded.code.entities.get(kind.index()))
                .map(|entity| loaded.text(entity.shown))
                .collect();
            match names.as_slice() {
                [one] => out.push_str(&format!("{one} (its id, or an object with type and id)")),
                _ => out.push_str(&format!("{} (an object with type and id)", names.join(" | "))),
            }
        }
        Type::Union(union) => match union.name {
            Some(name) => out.push_str(short(loaded.text(name))),
            None => {
                for (at, variant) in union.variants.iter().enumerate() {
                    if at > 0 {
                        out.push_str(" | ");
                    }
                    write(loaded, variant.content, out, depth + 1);
                }
            }
        },
        Type::Read { name, .. } => out.push_str(short(loaded.text(*name))),
    }
}

/// The last part of a qualified name.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A JSON value, shortened.
pub(super) fn found(json: &str) -> String {
    let json = json.trim();
    match json.as_bytes().first() {
        Some(b'"') => format!("the string {}", cut(json)),
        Some(b'{') => "an object".to_owned(),
        Some(b'[') => "an array".to_owned(),
        Some(b'-' | b'0'..=b'9') => format!("the number {}", cut(json)),
        Some(_) => cut(json),
        None => "nothing".to_owned(),
    }
}

/// A text cut to what is shown, with what could hide in a terminal escaped.
fn cut(text: &str) -> String {
    let mut out = String::new();
    for (at, character) in text.chars().enumerate() {
        if at == SHOWN {
            out.push('…');
            break;
        }
        crate::print::push_visible(character, &mut out);
    }
    out
}
