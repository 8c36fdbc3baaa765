//! JSON documents as they are written: numbers as text, keys in order and as often as they occur.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::decimal::Dec;
use super::value::Json;

/// The deepest nesting that a document may have.
pub const DEEPEST: usize = 128;

/// A document, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Doc {
    /// `null`.
    Null,
    /// `true` and `false`.
    Bool(bool),
    /// A number, as spelled.
    Number(String),
    /// Text.
    String(String),
    /// Text with an unpaired surrogate in it.
    Broken,
    /// An array.
    Array(Vec<Doc>),
    /// An object: members as they stand.
    Object(Vec<(String, Doc)>),
}

impl Doc {
    /// The name of the kind of value.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) | Self::Broken => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }
}

/// Why bytes are no document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// They are no JSON.
    Syntax,
    /// An escape for half of a surrogate pair stands alone.
    Surrogate,
    /// It is nested too deep.
    Depth,
}

/// Reads a document from bytes: UTF-8 JSON, with or without a byte order mark.
///
/// # Errors
/// Where they are none.
pub fn parse(bytes: &[u8]) -> Result<Doc, Broken> {
    let text = std::str::from_utf8(bytes).map_err(|_| Broken::Syntax)?;
    let mut reader = Reader { rest: text.as_bytes(), text };
    reader.space();
    let doc = reader.value(0)?;
    reader.space();
    if reader.rest.is_empty() { Ok(doc) } else { Err(Broken::Syntax) }
}

struct Reader<'a> {
    rest: &'a [u8],
    text: &'a str,
}

impl<'a> Reader<'a> {
    fn space(&mut self) {
        while let Some((b' ' | b'\t' | b'\n' | b'\r', rest)) = self.rest.split_first() {
            self.rest = rest;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((&first, rest)) if first == byte => {
                self.rest = rest;
                true
            }
            Some(_) | None => false,
        }
    }

    fn word(&mut self, word: &str, doc: Doc) -> Result<Doc, Broken> {
        self.rest = self.rest.strip_prefix(word.as_bytes()).ok_or(Broken::Syntax)?;
        Ok(doc)
    }

    fn value(&mut self, depth: usize) -> Result<Doc, Broken> {
        match self.rest.first() {
            Some(b'n') => self.word("null", Doc::Null),
            Some(b't') => self.word("true", Doc::Bool(true)),
            Some(b'f') => self.word("false", Doc::Bool(false)),
            Some(b'"') => self.string().map(|text| text.map_or(Doc::Broken, Doc::String)),
            Some(b'[') => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                self.array(depth + 1)
            }
            Some(b'{') => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                self.object(depth + 1)
            }
            Some(_) => self.number(),
            None => Err(Broken::Syntax),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Doc, Broken> {
        if depth > DEEPEST {
            return Err(Broken::Depth);
        }
        let mut elements = Vec::new();
        self.space();
        if self.eat(b']') {
            return Ok(Doc::Array(elements));
        }
        loop {
            self.space();
            elements.push(self.value(depth)?);
            self.space();
            if self.eat(b']') {
                return Ok(Doc::Array(elements));
            }
            if !self.eat(b',') {
                return Err(Broken::Syntax);
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Doc, Broken> {
        if depth > DEEPEST {
            return Err(Broken::Depth);
        }
        let mut members = Vec::new();
        self.space();
        if self.eat(b'}') {
            return Ok(Doc::Object(members));
        }
        loop {
            self.space();
            if self.rest.first() != Some(&b'"') {
                return Err(Broken::Syntax);
            }
            let key = self.string()?.ok_or(Broken::Surrogate)?;
            self.space();
            if !self.eat(b':') {
                return Err(Broken::Syntax);
            }
            self.space();
            members.push((key, self.value(depth)?));
            self.space();
            if self.eat(b'}') {
                return Ok(Doc::Object(members));
            }
            if !self.eat(b',') {
                return Err(Broken::Syntax);
            }
        }
    }

    /// The text of a string, or none where a surrogate in it stands alone.
    fn string(&mut self) -> Result<Option<String>, Broken> {
        self.eat(b'"');
        let mut units: Vec<u16> = Vec::new();
        loop {
            let start = self.text.len() - self.rest.len();
            let next = self.text.get(start..).and_then(|t| t.chars().next()).ok_or(Broken::Syntax)?;
            self.rest = self.rest.get(next.len_utf8()..).unwrap_or_default();
            match next {
                '"' => return Ok(String::from_utf16(&units).ok()),
                '\\' => {
                    let (&escape, rest) = self.rest.split_first().ok_or(Broken::Syntax)?;
                    self.rest = rest;
                    let unit = match escape {
                        b'"' | b'\\' | b'/' => u16::from(escape),
                        b'b' => 8,
                        b'f' => 12,
                        b'n' => 10,
                        b'r' => 13,
                        b't' => 9,
                        b'u' => self.hex()?,
                        _ => return Err(Broken::Syntax),
                    };
                    units.push(unit);
                }
                '\0'..='\u{1f}' => return Err(Broken::Syntax),
                other => units.extend(other.encode_utf16(&mut [0; 2]).iter()),
            }
        }
    }

    fn hex(&mut self) -> Result<u16, Broken> {
        let (four, rest) = self.rest.split_at_checked(4).ok_or(Broken::Syntax)?;
        let text = std::str::from_utf8(four).map_err(|_| Broken::Syntax)?;
        if !four.iter().all(u8::is_ascii_hexdigit) {
            return Err(Broken::Syntax);
        }
        self.rest = rest;
        u16::from_str_radix(text, 16).map_err(|_| Broken::Syntax)
    }

    fn digits(&mut self) -> Result<(), Broken> {
        let length = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if length == 0 {
            return Err(Broken::Syntax);
        }
        self.rest = self.rest.get(length..).unwrap_or_default();
        Ok(())
    }

    fn number(&mut self) -> Result<Doc, Broken> {
        let start = self.rest;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        let length = start.len() - self.rest.len();
        let text = start.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok());
        Ok(Doc::Number(text.unwrap_or_default().to_owned()))
    }
}

/// The value of a part that holds no misfit of its own: exact numbers, no key twice.
///
/// # Errors
/// Pushes the pointer of everything that is no value.
pub fn to_json(doc: &Doc, pointer: &str, misfits: &mut Vec<String>) -> Json {
    match doc {
        Doc::Null => Json::Null,
        Doc::Bool(value) => Json::Bool(*value),
        Doc::Number(text) => Dec::from_json(text).map_or_else(
            |_| {
                misfits.push(pointer.to_owned());
                Json::Null
            },
            Json::Number,
        ),
        Doc::String(text) => Json::String(Rc::from(text.as_str())),
        Doc::Broken => {
            misfits.push(pointer.to_owned());
            Json::Null
        }
        Doc::Array(elements) => Json::Array(Rc::new(
            elements
                .iter()
                .enumerate()
                .map(|(index, element)| to_json(element, &format!("{pointer}/{index}"), misfits))
                .collect(),
        )),
        Doc::Object(members) => {
            let mut object = BTreeMap::new();
            for (key, member) in members {
                let below = step(pointer, key);
                let value = to_json(member, &below, misfits);
                if object.insert(Rc::from(key.as_str()), value).is_some() {
                    misfits.push(below);
                }
            }
            Json::Object(Rc::new(object))
        }
    }
}

/// A JSON Pointer, one step longer.
#[must_use]
pub fn step(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// JSON text, in the canonical form: sorted keys, shortest numbers.
#[must_use]
pub fn print(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(value) => value.to_string(),
        Json::String(text) => quote(text),
        Json::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(print).collect();
            format!("[{}]", elements.join(","))
        }
        Json::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(key, value)| format!("{}:{}", quote(key), print(value))).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

/// A JSON string.
#[must_use]
pub fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
