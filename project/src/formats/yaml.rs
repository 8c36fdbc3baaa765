//! YAML 1.2 (core schema) to JSON text.
//!
//! Plain scalars are resolved as the core schema says and numbers keep their digits. Keys are the text that
//! stands there; a key that occurs twice is handed on twice, so that it is judged as in JSON. What JSON cannot say
//! is refused, never dropped: merge keys (`<<`), tags of one's own, collections as keys, `.inf` and `.nan`.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{Document, Format, FormatError, MAX_DEPTH, number, write};

/// How much text aliases may add to a document, in bytes.
const MAX_ALIAS_BYTES: usize = 16 << 20;

/// The documents that `text` holds; empty ones (`---` and nothing) are none.
pub(super) fn documents(text: &str) -> Vec<Result<Document, FormatError>> {
    let mut options = granit_parser::Options::default();
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut out = Vec::new();
    let mut builder = Builder::new(1);
    while let Some(next) = parser.next_event() {
        let failed = match next {
            Ok((event, span)) => match builder.event(&event, span) {
                Ok(None) => continue,
                Ok(Some(document)) => {
                    out.push(Ok(document));
                    continue;
                }
                Err(error) => error,
            },
            Err(error) => syntax(&error),
        };
        out.push(Err(failed));
        builder = Builder::new(1);
        if !matches!(parser.proceed_next_document(), Ok(true)) {
            break;
        }
    }
    out
}

fn syntax(error: &ScanError) -> FormatError {
    fail(error.marker().line(), error.marker().col(), error.info())
}

fn fail(line: usize, column: usize, message: String) -> FormatError {
    FormatError { format: Format::Yaml, line, column: column + 1, message }
}

/// A collection that is not finished.
enum Open {
    Sequence { items: usize },
    Mapping { items: usize, key_next: bool },
}

struct Frame {
    open: Open,
    anchor: usize,
    start: usize,
}

struct Builder {
    line: usize,
    json: Vec<u8>,
    frames: Vec<Frame>,
    /// Where the text of each anchored node stands in `json`.
    anchors: BTreeMap<usize, (usize, usize)>,
    alias_bytes: usize,
    empty: bool,
}

impl Builder {
    fn new(line: usize) -> Self {
        Self {
            line,
            json: Vec::new(),
            frames: Vec::new(),
            anchors: BTreeMap::new(),
            alias_bytes: 0,
            empty: true,
        }
    }

    fn event(&mut self, event: &Event<'_>, span: Span) -> Result<Option<Document>, FormatError> {
        let here = |message: String| fail(span.start.line(), span.start.col(), message);
        match event {
            Event::DocumentStart(..) => *self = Self::new(span.start.line()),
            Event::DocumentEnd => {
                let done = std::mem::replace(self, Self::new(span.start.line()));
                return Ok((!done.empty).then_some(Document { line: done.line, json: done.json }));
            }
            Event::Scalar(text, style, anchor, tag) => {
                if self.at_key() {
                    self.key(text, *style, tag.as_deref()).map_err(here)?;
                    self.forget(*anchor);
                } else {
                    self.begin_value();
                    let start = self.json.len();
                    let root = self.frames.is_empty();
                    self.empty = root && span.is_empty() && *style == ScalarStyle::Plain && tag.is_none();
                    scalar(text, *style, tag.as_deref(), &mut self.json).map_err(here)?;
                    self.anchor(*anchor, start);
                }
            }
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) => {
                self.collection(event, *anchor, tag.as_deref()).map_err(here)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(frame) = self.frames.pop() {
                    self.json.push(match frame.open {
                        Open::Sequence { .. } => b']',
                        Open::Mapping { .. } => b'}',
                    });
                    self.anchor(frame.anchor, frame.start);
                }
            }
            Event::Alias(anchor) => self.alias(*anchor).map_err(here)?,
            Event::UnresolvedAlias(name) => return Err(here(format!("no anchor is named &{name}"))),
            Event::StreamStart | Event::StreamEnd | Event::Anchor(..) => {}
            // The parser may learn to emit more; what is not a node says nothing about values.
            _ => {}
        }
        Ok(None)
    }

    fn at_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { open: Open::Mapping { key_next: true, .. }, .. }))
    }

    /// Writes the comma that separates a list's items and notes that a mapping's value is there.
    fn begin_value(&mut self) {
        match self.frames.last_mut().map(|frame| &mut frame.open) {
            Some(Open::Sequence { items }) => {
                if *items > 0 {
                    self.json.push(b',');
                }
                *items += 1;
            }
            Some(Open::Mapping { key_next, .. }) => *key_next = true,
            None => {}
        }
    }

    fn key(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<(), String> {
        if text == "<<" && style == ScalarStyle::Plain {
            return Err("merge keys (<<) are not part of YAML 1.2; write the entries out".to_owned());
        }
        if let Some(tag) = tag
            && tag.core_suffix().is_none()
        {
            return Err(format!("the tag {} has no counterpart in JSON", tag.original()));
        }
        if let Some(Frame { open: Open::Mapping { items, key_next }, .. }) = self.frames.last_mut() {
            if *items > 0 {
                self.json.push(b',');
            }
            *items += 1;
            *key_next = false;
        }
        write::string(text, &mut self.json);
        self.json.push(b':');
        Ok(())
    }

    fn collection(&mut self, event: &Event<'_>, anchor: usize, tag: Option<&Tag>) -> Result<(), String> {
        let mapping = matches!(event, Event::MappingStart(..));
        if self.at_key() {
            return Err("a key is text; here it is a list or mapping".to_owned());
        }
        if self.frames.len() >= MAX_DEPTH {
            return Err(format!("the document nests deeper than {MAX_DEPTH} levels"));
        }
        let wanted = if mapping { "map" } else { "seq" };
        if let Some(tag) = tag
            && tag.core_suffix() != Some(wanted)
        {
            return Err(format!("the tag {} has no counterpart in JSON", tag.original()));
        }
        self.begin_value();
        self.empty = false;
        let start = self.json.len();
        self.json.push(if mapping { b'{' } else { b'[' });
        let open =
            if mapping { Open::Mapping { items: 0, key_next: true } } else { Open::Sequence { items: 0 } };
        self.forget(anchor);
        self.frames.push(Frame { open, anchor, start });
        Ok(())
    }

    fn alias(&mut self, anchor: usize) -> Result<(), String> {
        let Some(&(start, end)) = self.anchors.get(&anchor) else {
            return Err("an alias stands inside what it names, or names a key".to_owned());
        };
        self.alias_bytes = self.alias_bytes.saturating_add(end.saturating_sub(start));
        if self.alias_bytes > MAX_ALIAS_BYTES {
            return Err(format!(
                "aliases make the document longer by more than {} MiB",
                MAX_ALIAS_BYTES >> 20
            ));
        }
        if self.at_key() {
            let text: Option<String> =
                self.json.get(start..end).and_then(|json| serde_json::from_slice(json).ok());
            let text = text.ok_or("an alias used as a key names no text")?;
            return self.key(&text, ScalarStyle::DoubleQuoted, None);
        }
        self.begin_value();
        self.empty = false;
        self.json.extend_from_within(start..end.min(self.json.len()));
        Ok(())
    }

    fn anchor(&mut self, anchor: usize, start: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, (start, self.json.len()));
        }
    }

    fn forget(&mut self, anchor: usize) {
        if anchor != 0 {
            self.anchors.remove(&anchor);
        }
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, out: &mut Vec<u8>) -> Result<(), String> {
    let plain = style == ScalarStyle::Plain;
    let Some(tag) = tag else {
        if plain {
            resolve(text, out)?;
        } else {
            write::string(text, out);
        }
        return Ok(());
    };
    let mut resolved = Vec::new();
    let kind = resolve(text, &mut resolved).unwrap_or("float");
    match tag.core_suffix() {
        Some("str") => write::string(text, out),
        Some(wanted) if wanted == kind || (wanted == "float" && kind == "int") => {
            resolve(text, out)?;
        }
        Some(wanted @ ("null" | "bool" | "int" | "float")) => {
            return Err(format!("{text:?} is tagged !!{wanted} and is none"));
        }
        // `! text`: not resolved, so text.
        _ if tag.parts() == ("!", "") || tag.parts() == ("", "!") => write::string(text, out),
        _ => return Err(format!("the tag {} has no counterpart in JSON", tag.original())),
    }
    Ok(())
}

/// Writes what a plain scalar is in the core schema, and says which kind that is.
fn resolve(text: &str, out: &mut Vec<u8>) -> Result<&'static str, String> {
    let word = match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(("null", "null")),
        "true" | "True" | "TRUE" => Some(("true", "bool")),
        "false" | "False" | "FALSE" => Some(("false", "bool")),
        _ => None,
    };
    if let Some((json, kind)) = word {
        out.extend_from_slice(json.as_bytes());
        return Ok(kind);
    }
    let based = match text.get(..2) {
        Some("0x") => text.get(2..).map(|digits| (digits, 16)),
        Some("0o") => text.get(2..).map(|digits| (digits, 8)),
        _ => None,
    };
    if let Some((digits, base)) = based
        && !digits.is_empty()
        && digits.chars().all(|c| c.is_digit(base))
    {
        let json = number::based(digits, base).ok_or_else(|| format!("{text} is beyond 128 bits"))?;
        out.extend_from_slice(json.as_bytes());
        return Ok("int");
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(format!("{text} has no counterpart in JSON; numbers are finite"));
    }
    if let Some(json) = number::decimal(text) {
        out.extend_from_slice(json.as_bytes());
        let int = unsigned.bytes().all(|byte| byte.is_ascii_digit());
        return Ok(if int { "int" } else { "float" });
    }
    write::string(text, out);
    Ok("str")
}
