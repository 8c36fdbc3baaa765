//! JSON Pointers into JSON text, numbers and texts left as they are spelled.

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object, a key that occurs twice included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// The keys of an object, in the order in which they are written.
///
/// # Errors
/// Where the text is no object, or has a key twice.
pub fn keys(json: &[u8]) -> Result<Vec<String>, String> {
    let Members(members) = serde_json::from_slice(json).map_err(|_| "it is something else".to_owned())?;
    let mut keys: Vec<String> = Vec::with_capacity(members.len());
    for (key, _) in members {
        if keys.contains(&key) {
            return Err(format!("{key} occurs twice"));
        }
        keys.push(key);
    }
    Ok(keys)
}

/// The part of a JSON text at a pointer (RFC 6901).
///
/// # Errors
/// A sentence that says where the pointer leads to nothing.
pub fn resolve<'a>(json: &'a [u8], pointer: &str) -> Result<&'a [u8], String> {
    if pointer.is_empty() {
        return Ok(json);
    }
    let Some(steps) = pointer.strip_prefix('/') else {
        return Err(format!("{pointer:?} is no JSON Pointer: it begins with `/`"));
    };
    let mut here = std::str::from_utf8(json).map_err(|_| "the document is not UTF-8".to_owned())?;
    let mut done = String::new();
    for step in steps.split('/') {
        let name = step.replace("~1", "/").replace("~0", "~");
        let nothing = || format!("there is nothing at {done}/{step}");
        let next: Option<&RawValue> = match here.trim_ascii_start().as_bytes().first() {
            Some(b'{') => {
                let Members(members) = serde_json::from_str(here).map_err(|error| error.to_string())?;
                let mut found = members.into_iter().filter(|(key, _)| *key == name).map(|(_, value)| value);
                let first = found.next();
                if found.next().is_some() {
                    return Err(format!("{done}/{step} stands there twice"));
                }
                first
            }
            Some(b'[') => {
                let list: Vec<&RawValue> = serde_json::from_str(here).map_err(|error| error.to_string())?;
                let canonical = name == "0" || !name.starts_with(['0', '+']);
                name.parse::<usize>().ok().filter(|_| canonical).and_then(|at| list.get(at).copied())
            }
            Some(_) | None => None,
        };
        here = next.ok_or_else(nothing)?.get();
        done.push('/');
        done.push_str(step);
    }
    Ok(here.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_into_documents() {
        let json = br#"{"a": [1.10, {"b/c": {"~": 9007199254740993}}], "": 0}"#;
        let ask =
            |pointer: &str| resolve(json, pointer).map(|part| String::from_utf8(part.to_vec()).unwrap());
        assert_eq!(ask("/a/0").unwrap(), "1.10");
        assert_eq!(ask("/a/1/b~1c/~0").unwrap(), "9007199254740993");
        assert_eq!(ask("/").unwrap(), "0");
        assert_eq!(ask("").unwrap().as_bytes(), json);
        for wrong in ["/b", "/a/2", "/a/00", "/a/-1", "/a/0/x", "a", "/a/+0"] {
            assert!(ask(wrong).is_err(), "{wrong}");
        }
        assert_eq!(ask("/a/7").unwrap_err(), "there is nothing at /a/7");
        assert_eq!(resolve(b"{\"a\": 1, \"a\": 2}", "/a").unwrap_err(), "/a stands there twice");
    }
}
