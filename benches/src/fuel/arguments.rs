//! Arguments for functions of the library, made from their signatures.

use std::fmt::Write as _;

use policy_bytecode::program::PatternKind;
use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};
use policy_vm::{Context, Failure, Value};

/// Why there is no argument.
pub(super) enum Failed {
    /// Nothing is known of the type.
    Type(String),
    /// A limit, or text that does not fit.
    Making,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Type(ty) => write!(f, "no argument of type {ty}"),
            Self::Making => f.write_str("its argument could not be made"),
        }
    }
}

impl From<Failure> for Failed {
    fn from(_: Failure) -> Self {
        Self::Making
    }
}

/// Names and types of a signature's parameters.
pub(super) fn parameters(signature: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = signature.split_once('(').map_or("", |(_, rest)| rest);
    let inside = inside.rsplit_once(") ->").map_or("", |(inside, _)| inside);
    parts(inside).filter_map(|part| part.split_once(": "))
}

/// The parts between commas that stand outside of all brackets.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |c| {
        depth += i32::from(matches!(c, '<' | '(')) - i32::from(matches!(c, '>' | ')'));
        c == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

fn inside<'a>(ty: &'a str, name: &str) -> Option<&'a str> {
    ty.strip_prefix(name)?.strip_prefix('<')?.strip_suffix('>')
}

/// A value of a type, as large as `size` says where it can be.
pub(super) fn value(context: &mut Context<'_>, name: &str, ty: &str, size: usize) -> Result<Value, Failed> {
    if let Some(of) = ty.strip_suffix('?') {
        return value(context, name, of, size);
    }
    if let Some(of) = inside(ty, "List") {
        let values = many(context, of, size)?;
        return Ok(context.make_list(&values)?);
    }
    if let Some(of) = inside(ty, "Set") {
        let values = many(context, of, size)?;
        return Ok(context.make_set(&values)?);
    }
    if let Some((key, of)) = inside(ty, "Map").and_then(|inside| inside.split_once(", ")) {
        let mut entries = Vec::new();
        for (key, of) in many(context, key, size)?.into_iter().zip(many(context, of, size)?) {
            entries.extend([key, of]);
        }
        let mark = context.begin();
        entries.into_iter().try_for_each(|value| context.push(value))?;
        return Ok(context.finish_map(mark)?);
    }
    if let Some(of) = ty.strip_prefix('(').and_then(|ty| ty.strip_suffix(')')) {
        let mut values = Vec::new();
        for part in parts(of) {
            values.push(value(context, name, part, size)?);
        }
        let mark = context.begin();
        values.into_iter().try_for_each(|value| context.push(value))?;
        return Ok(context.finish_tuple(mark)?);
    }
    plain(context, name, ty, size)
}

/// Different values of a type; what stands in them is small.
fn many(context: &mut Context<'_>, ty: &str, size: usize) -> Result<Vec<Value>, Failed> {
    (0..size).map(|at| value(context, "element", ty, at % 97 * 31 % 89 + usize::from(at > 97) * at)).collect()
}

fn plain(context: &mut Context<'_>, name: &str, ty: &str, size: usize) -> Result<Value, Failed> {
    let number = i64::try_from(size).unwrap_or(i64::MAX);
    let base = ty.split_once(' ').map_or(ty, |(base, _)| base);
    Ok(match base {
        // Type variables stand for anything.
        "Int" | "T" | "K" | "V" | "A" | "B" | "R" if name == "base" => Value::Int(10),
        "Int" | "T" | "K" | "V" | "A" | "B" | "R" => Value::Int(number),
        "Bool" => Value::Bool(true),
        "Decimal" => {
            let json = format!("{}.{size:020}7", size % 1_000);
            let value = context.parse_json(&json)?.ok_or(Failed::Making)?;
            context.decimal(value).map(Value::decimal)?
        }
        "String" if name == "element" => context.make_text(&format!("element-{size:04}"))?,
        "String" => text(context, name, size)?,
        "Bytes" => context.make_bytes(&vec![7; size])?,
        "Json" => {
            let json = json(size);
            context.parse_json(&json)?.ok_or(Failed::Making)?
        }
        "Regex" => pattern(context, PatternKind::Regex, "[a-z]+([0-9]+)(?P<rest>-x)?")?,
        "Glob" => pattern(context, PatternKind::Glob, "**/a*b/*.rs")?,
        "Wildcard" => pattern(context, PatternKind::Wildcard, "*a*b*c")?,
        "SemVerRange" => context.make_range(">=1.4, <3")?.ok_or(Failed::Making)?,
        "SemVer" => {
            let version = semver::Version::new(1, 4, u64::try_from(size).unwrap_or(0));
            context.make_semver(&version)?
        }
        "Ip" => context.make_ip("2001:db8::1".parse().map_err(|_| Failed::Making)?)?,
        "Cidr" => context.make_cidr("2001:db8::/32".parse().map_err(|_| Failed::Making)?)?,
        "Path" => context.make_text(&"/ab".repeat(size.max(1)))?,
        "Host" => context.make_text(&format!("{}example.com", "a.".repeat(size.min(100))))?,
        "Url" => context.make_text(&format!("https://example.com/{}?a=1&b=2", "ab/".repeat(size)))?,
        "Date" => Value::date(Date(20_000 + i32::try_from(size % 1_000).unwrap_or(0))),
        "Timestamp" => Value::timestamp(Timestamp { seconds: 1_793_491_200 + number, nanos: 7 }),
        "TimeOfDay" => Value::time_of_day(TimeOfDay(number.unsigned_abs() * 1_000)),
        "Duration" => Value::duration(Duration { seconds: number * 60, nanos: 0 }),
        _ => return Err(Failed::Type(ty.to_owned())),
    })
}

fn pattern(context: &mut Context<'_>, kind: PatternKind, text: &str) -> Result<Value, Failed> {
    context.make_pattern(kind, text)?.map_err(|_| Failed::Making)
}

fn text(context: &mut Context<'_>, name: &str, size: usize) -> Result<Value, Failed> {
    let made = match name {
        "zone" => "Europe/Berlin".to_owned(),
        "separator" | "mark" | "what" | "old" => ",".to_owned(),
        "new" | "with" => "xy".to_owned(),
        "path" => "/a/b".to_owned(),
        _ => {
            // Words, capitals, letters that are not ASCII, and what separates.
            let mut text = "Ab,é c4-/x\n".repeat(size / 11 + 1);
            text.truncate((0..=size).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
            text
        }
    };
    Ok(context.make_text(&made)?)
}

fn json(size: usize) -> String {
    let mut text = String::from("{\"a\":{\"b\":[");
    for at in 0..size {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{{\"k{at}\":\"v{at}\",\"n\":{at}}}");
    }
    text.push_str("]}}");
    text
}
