//! `std.text`.

use super::{Given, Miss, number, within};
use crate::reference::decimal::Dec;
use crate::reference::value::Value;

/// The longest text that a function makes, in bytes.
const LONGEST: usize = 1 << 20;

fn made(text: String) -> Given {
    if text.len() > LONGEST { Err(Miss::Code("overflow")) } else { Ok(Value::text(&text)) }
}

fn maybe(text: Option<&str>) -> Value {
    text.map_or(Value::Absent, Value::text)
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> Value {
    Value::list(texts.map(Value::text).collect())
}

fn position(text: &str, byte: Option<usize>) -> Value {
    let before = byte.and_then(|byte| text.get(..byte));
    Value::option(before.map(|before| number(before.chars().count())))
}

pub(super) fn call(name: &str, args: &[Value]) -> Given {
    match args {
        [Value::String(text)] => one(name, text),
        [Value::String(text), Value::String(other)] => two(name, text, other),
        [Value::String(text), Value::Int(number)] => match name {
            "repeat" => repeat(text, *number),
            _ => Err(Miss::Unknown),
        },
        [Value::String(text), Value::Int(from), Value::Int(to)] if name == "slice" => {
            let chars: Vec<char> = text.chars().collect();
            let (from, to) = (within(*from, chars.len()), within(*to, chars.len()));
            Ok(Value::text(&chars.get(from..to).unwrap_or_default().iter().collect::<String>()))
        }
        [Value::String(text), Value::String(old), Value::String(new)] if name == "replace" => {
            if old.is_empty() { Ok(Value::text(text)) } else { made(text.replace(&**old, new)) }
        }
        [Value::String(text), Value::Int(width), Value::String(with)] => pad(name, text, *width, with),
        [Value::List(parts), Value::String(separator)] if name == "join" => {
            let parts: Vec<String> = parts
                .iter()
                .filter_map(|part| if let Value::String(part) = part { Some(part.to_string()) } else { None })
                .collect();
            made(parts.join(separator))
        }
        _ => Err(Miss::Unknown),
    }
}

fn repeat(text: &str, times: i64) -> Given {
    let times = usize::try_from(times.max(0)).unwrap_or(usize::MAX);
    match text.len().checked_mul(times) {
        Some(length) if length <= LONGEST => {
            Ok(Value::text(&text.repeat(if text.is_empty() { 0 } else { times })))
        }
        Some(_) | None => Err(Miss::Code("overflow")),
    }
}

fn pad(name: &str, text: &str, width: i64, with: &str) -> Given {
    let missing = usize::try_from(width.max(0)).unwrap_or(usize::MAX).saturating_sub(text.chars().count());
    if missing == 0 || with.is_empty() {
        return Ok(Value::text(text));
    }
    if missing > LONGEST {
        return Err(Miss::Code("overflow"));
    }
    let padding: String = with.chars().cycle().take(missing).collect();
    match name {
        "pad_start" => made(format!("{padding}{text}")),
        "pad_end" => made(format!("{text}{padding}")),
        _ => Err(Miss::Unknown),
    }
}

fn one(name: &str, text: &str) -> Given {
    Ok(match name {
        "length" => number(text.chars().count()),
        "byte_length" => number(text.len()),
        "trim" => Value::text(text.trim()),
        "trim_start" => Value::text(text.trim_start()),
        "trim_end" => Value::text(text.trim_end()),
        "lower_ascii" => Value::text(&text.to_ascii_lowercase()),
        "upper_ascii" => Value::text(&text.to_ascii_uppercase()),
        "lower" => return made(text.chars().flat_map(char::to_lowercase).collect()),
        "upper" => return made(text.chars().flat_map(char::to_uppercase).collect()),
        "lines" => list(text.lines()),
        "words" => list(text.split_whitespace()),
        "characters" => Value::list(text.chars().map(|c| Value::text(c.encode_utf8(&mut [0; 4]))).collect()),
        "is_blank" => Value::Bool(text.chars().all(char::is_whitespace)),
        "is_ascii" => Value::Bool(text.chars().all(|c| u32::from(c) < 128)),
        "parse_int" => Value::option(text.parse::<i64>().ok().map(Value::Int)),
        "parse_decimal" => parse_decimal(text),
        "parse_bool" => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::Absent,
        },
        _ => return Err(Miss::Unknown),
    })
}

fn parse_decimal(text: &str) -> Value {
    let number = text.strip_prefix('+').unwrap_or(text);
    let spelled = crate::reference::json::parse(number.as_bytes());
    match spelled {
        Ok(crate::reference::json::Doc::Number(spelled)) if spelled == number => {
            Value::option(Dec::from_json(number).ok().map(Value::Decimal))
        }
        Ok(_) | Err(_) => Value::Absent,
    }
}

fn two(name: &str, text: &str, other: &str) -> Given {
    Ok(match name {
        "starts_with" => Value::Bool(text.starts_with(other)),
        "ends_with" => Value::Bool(text.ends_with(other)),
        "strip_prefix" => maybe(text.strip_prefix(other)),
        "strip_suffix" => maybe(text.strip_suffix(other)),
        "before" => maybe(text.split_once(other).map(|(before, _)| before)),
        "after" => maybe(text.split_once(other).map(|(_, after)| after)),
        "before_last" => maybe(text.rsplit_once(other).map(|(before, _)| before)),
        "after_last" => maybe(text.rsplit_once(other).map(|(_, after)| after)),
        "equals_ignoring_case" => Value::Bool(text.eq_ignore_ascii_case(other)),
        "split" if other.is_empty() => list([text].into_iter()),
        "split" => list(text.split(other)),
        "index_of" => position(text, text.find(other)),
        "last_index_of" => position(text, text.rfind(other)),
        "count_of" if other.is_empty() => Value::Int(0),
        "count_of" => number(text.matches(other).count()),
        "compare_text" => Value::Int(match text.cmp(other) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        }),
        _ => return Err(Miss::Unknown),
    })
}
