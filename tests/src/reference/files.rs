//! Files that tests read: fixtures of a project.

use std::rc::Rc;

use policy_compiler::hir::FixtureKind;

use super::eval::World;
use super::fault::{Result, Stop};
use super::json::{self, Doc};
use super::value::{Json, Value};

/// The files that tests may read.
pub trait Files {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
}

impl World<'_> {
    /// `fixture(path)`, `fixture(path, pointer)`: JSON documents. The other forms are held by tests of the
    /// test runner; the programs that this evaluator runs do not use them.
    pub(super) fn fixture(&self, kind: FixtureKind, path: &Value, pointer: Option<&Value>) -> Result<Value> {
        let (FixtureKind::One, Value::String(path)) = (kind, path) else {
            return Err(Stop::bug("a kind of fixture that is not read here"));
        };
        let bytes = self.files.and_then(|files| files.read(path)).ok_or_else(|| Stop::bug("no such file"))?;
        let doc = json::parse(&bytes).map_err(|_| Stop::bug("a fixture that is no JSON"))?;
        let part = match pointer {
            Some(Value::String(pointer)) => resolve(&doc, pointer),
            Some(_) | None => Some(&doc),
        };
        let part = part.ok_or_else(|| Stop::bug("no such part of the fixture"))?;
        let mut misfits = Vec::new();
        let json = json::to_json(part, "", &mut misfits);
        if misfits.is_empty() { Ok(Value::Json(json)) } else { Err(Stop::bug("a fixture with misfits")) }
    }
}

fn resolve<'d>(doc: &'d Doc, pointer: &str) -> Option<&'d Doc> {
    let mut part = doc;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        part = match part {
            Doc::Array(elements) => elements.get(step.parse::<usize>().ok()?)?,
            Doc::Object(members) => &members.iter().find(|(key, _)| *key == step)?.1,
            Doc::Null | Doc::Bool(_) | Doc::Number(_) | Doc::String(_) | Doc::Broken => return None,
        };
    }
    Some(part)
}

/// A text as `Json`.
#[must_use]
pub fn text(text: &str) -> Json {
    Json::String(Rc::from(text))
}
