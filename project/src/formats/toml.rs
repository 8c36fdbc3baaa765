//! TOML to JSON text. Dates and times become text in their TOML spelling.

use ::toml::de::{DeTable, DeValue};

use super::{Document, Format, FormatError, number, write};

/// The document that `text` holds.
pub(super) fn document(text: &str) -> Result<Document, FormatError> {
    let fail = |span: Option<std::ops::Range<usize>>, message: String| {
        let (line, column) = span.map_or((0, 0), |span| place(text, span.start));
        FormatError { format: Format::Toml, line, column, message }
    };
    let table = DeTable::parse(text).map_err(|e| fail(e.span(), one_line(e.message())))?;
    let mut json = Vec::with_capacity(text.len() + 2);
    let root = DeValue::Table(table.into_inner());
    value(&root, &mut json).map_err(|message| fail(None, message))?;
    Ok(Document { line: 1, json })
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// The parser bounds the depth, so that this may recurse.
fn value(value_: &DeValue<'_>, out: &mut Vec<u8>) -> Result<(), String> {
    match value_ {
        DeValue::String(text) => write::string(text, out),
        DeValue::Integer(integer) => {
            let digits: String = integer.as_str().chars().filter(|c| *c != '_').collect();
            let spelled = if integer.radix() == 10 {
                number::decimal(&digits)
            } else {
                number::based(&digits, integer.radix())
            };
            out.extend_from_slice(spelled.ok_or_else(|| format!("{digits} is no number"))?.as_bytes());
        }
        DeValue::Float(float) => {
            let digits: String = float.as_str().chars().filter(|c| *c != '_').collect();
            let spelled = number::decimal(&digits)
                .ok_or_else(|| format!("{digits} has no counterpart in JSON; numbers are finite"))?;
            out.extend_from_slice(spelled.as_bytes());
        }
        DeValue::Boolean(true) => out.extend_from_slice(b"true"),
        DeValue::Boolean(false) => out.extend_from_slice(b"false"),
        DeValue::Datetime(when) => write::string(&when.to_string(), out),
        DeValue::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                value(item.get_ref(), out)?;
            }
            out.push(b']');
        }
        DeValue::Table(table) => {
            out.push(b'{');
            for (index, (key, item)) in table.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write::string(key.get_ref(), out);
                out.push(b':');
                value(item.get_ref(), out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}
