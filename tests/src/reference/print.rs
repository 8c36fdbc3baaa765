//! Values as text: plain in computed text, quoted and cut in messages.

use policy_compiler::hir::{Text, TextPart, Ty, TyKind, UnionTag};

use super::convert;
use super::entities;
use super::eval::{Frame, World};
use super::fault::{Result, Stop};
use super::json;
use super::read;
use super::time;
use super::value::{Json, Value};

/// The most characters of an interpolated value.
const LONGEST: usize = 200;

/// What stands for a value that failed.
pub const FAILED: &str = "‹error›";

impl<'a> World<'a> {
    /// Text whose values stand plain: neither quoted nor cut.
    pub(super) fn plain_text(&self, frame: &mut Frame<'a>, text: &'a Text) -> Result<String> {
        let mut out = String::new();
        for part in &text.parts {
            match part {
                TextPart::Literal(literal) => out.push_str(literal),
                TextPart::Value { value: expr, .. } => {
                    let value = self.eval(frame, expr)?;
                    out.push_str(&plain(self, &value, expr.ty)?);
                }
            }
        }
        Ok(out)
    }

    /// A message: its text, the text of each value by source, and what failed.
    pub(super) fn message(&self, frame: &mut Frame<'a>, text: &'a Text) -> Result<Message> {
        let mut message = Message::default();
        for part in &text.parts {
            match part {
                TextPart::Literal(literal) => {
                    message.text.push_str(literal);
                    message.template.push_str(literal);
                }
                TextPart::Value { source, value: expr } => {
                    message.template.push_str(&format!("{{{source}}}"));
                    match self.eval(frame, expr) {
                        Ok(value) => {
                            let structured = structured(self, &value, expr.ty);
                            let text = quoted(&plain(self, &value, expr.ty)?, structured);
                            message.text.push_str(&text);
                        }
                        Err(Stop::Fault(fault)) => {
                            message.text.push_str(FAILED);
                            message.faults.push(fault);
                        }
                        Err(bug) => return Err(bug),
                    }
                }
            }
        }
        Ok(message)
    }
}

/// A message that was made.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The text.
    pub text: String,
    /// The text as written.
    pub template: String,
    /// Values that failed.
    pub faults: Vec<super::fault::Fault>,
}

/// A value as text.
///
/// # Errors
/// Never, of a checked program.
pub fn plain(world: &World<'_>, value: &Value, ty: Ty) -> Result<String> {
    Ok(match value {
        Value::Absent => "absent".to_owned(),
        Value::Unread => return Err(Stop::bug("a part of the input that was not read")),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::String(text) => text.to_string(),
        Value::Timestamp(value) => time::print_timestamp(*value),
        Value::Date(value) => time::print_date(*value),
        Value::TimeOfDay(value) => time::print_time_of_day(*value),
        Value::Duration(value) => time::print_duration(*value),
        Value::Ip(value) => value.to_string(),
        Value::Cidr(value) => value.to_string(),
        Value::SemVer(value) => value.to_string(),
        Value::SemVerRange(_, text) | Value::Pattern(_, text) => text.to_string(),
        Value::Read(value, text) => match world.hir.types.kind(present(world, ty)) {
            TyKind::Read(id) => match world.hir.types.read(*id) {
                Some(read) if read::stands_for_itself(world, read, text) => plain(world, value, read.base)?,
                Some(_) | None => text.to_string(),
            },
            _ => text.to_string(),
        },
        Value::Bytes(bytes) => super::net::print_base64(bytes),
        Value::Variant(variant) => convert::spelling(world, variant, present(world, ty)),
        Value::Json(Json::String(text)) => text.to_string(),
        Value::Json(json) => json::print(json),
        Value::Entity(entity, id) => entities::text(world, (*entity, id)),
        Value::Union(_, _, content) => match held(world, value, ty) {
            Some(held) => plain(world, content, held)?,
            None => convert::canonical(world, value, ty)?,
        },
        Value::List(_) | Value::Set(_) | Value::Map(_) | Value::Record(_) => {
            convert::canonical(world, value, ty)?
        }
    })
}

/// What a message shows of a value: of one that a reader made from a structure, what it made.
fn shown<'v>(world: &World<'_>, value: &'v Value, ty: Ty) -> &'v Value {
    match (value, world.hir.types.kind(present(world, ty))) {
        (Value::Read(inner, text), TyKind::Read(id)) => match world.hir.types.read(*id) {
            Some(read) if read::stands_for_itself(world, read, text) => inner,
            Some(_) | None => value,
        },
        _ => value,
    }
}

/// What a value of a union holds, where shapes tell apart: such a value prints as that.
fn held(world: &World<'_>, value: &Value, ty: Ty) -> Option<Ty> {
    let (Value::Union(Some(variant), ..), TyKind::Union(id)) =
        (value, world.hir.types.kind(present(world, ty)))
    else {
        return None;
    };
    let union = world.hir.types.union(*id).filter(|union| union.tag == UnionTag::Shape)?;
    union.variants.get(*variant as usize).map(|variant| variant.payload)
}

fn present(world: &World<'_>, ty: Ty) -> Ty {
    match world.hir.types.kind(ty) {
        TyKind::Option(inner) => *inner,
        _ => ty,
    }
}

/// Whether a value prints as JSON.
fn structured(world: &World<'_>, value: &Value, ty: Ty) -> bool {
    let value = shown(world, value, ty);
    match (value, held(world, value, ty)) {
        (Value::Union(_, _, content), Some(held)) => structured(world, content, held),
        _ => matches!(
            value,
            Value::List(_)
                | Value::Set(_)
                | Value::Map(_)
                | Value::Record(_)
                | Value::Union(..)
                | Value::Json(Json::Array(_) | Json::Object(_))
                | Value::Entity(..)
        ),
    }
}

/// As it is if it is made of letters, digits, spaces and `-_./:@+`, else quoted; cut at 200 characters.
fn quoted(text: &str, structured: bool) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | ':' | '@' | '+');
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    if structured || (!text.is_empty() && text.chars().all(plain)) {
        return format!("{cut}{more}");
    }
    format!("{}{more}", escape(&cut))
}

/// Quoted, with control, bidirectional and zero-width characters escaped.
fn escape(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if hidden(c) => out.push_str(&format!("\\u{{{:X}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
}

/// An operand of an error, for people.
#[must_use]
pub fn operand(value: &Value) -> String {
    match value {
        Value::Int(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::String(text) => text.to_string(),
        Value::Timestamp(value) => time::print_timestamp(*value),
        Value::Duration(value) => time::print_duration(*value),
        other => format!("{other:?}"),
    }
}
