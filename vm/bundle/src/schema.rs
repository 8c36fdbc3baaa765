//! Types as JSON Schema.

use std::collections::BTreeMap;

use policy_bytecode::program::{ConstId, Constant, Program, TextId, TypeId};
use policy_bytecode::types::{EnumType, Presence, RecordType, Type, UnionType};
use serde_json::{Map, Value, json};

/// The most types that a schema describes, one that stands at several places counted at each; past it a schema allows
/// anything.
const MAX_TYPES: u32 = 10_000;

/// The deepest nesting of types without a name; past it a schema allows anything.
const MAX_DEPTH: u32 = 32;

/// The schema of a type of a program, in the dialect of 2020-12. It accepts what a policy accepts where it reads all of its
/// input, and says nothing of limits that JSON Schema cannot express.
///
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// let code = program.bytecode();
/// let schema = policy_bundle::schema(code, code.policies[0].input);
/// assert_eq!(schema["$defs"]["gate.Change"]["required"][0], "size");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn schema(program: &Program, ty: TypeId) -> Value {
    let mut writer = Writer { program, defs: BTreeMap::new(), left: MAX_TYPES };
    let root = writer.of(ty, 0);
    let mut out = Map::new();
    out.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    if let Value::Object(root) = root {
        out.extend(root);
    }
    if !writer.defs.is_empty() {
        out.insert("$defs".to_owned(), writer.defs.into_values().collect::<Map<String, Value>>().into());
    }
    Value::Object(out)
}

struct Writer<'p> {
    program: &'p Program,
    /// Named types, by position: the name in `$defs`, and the schema.
    defs: BTreeMap<u32, (String, Value)>,
    left: u32,
}

impl Writer<'_> {
    fn text(&self, id: TextId) -> &str {
        self.program.texts.get(id.index()).map_or("", String::as_str)
    }

    fn texts<'a>(&'a self, ids: impl IntoIterator<Item = &'a TextId>) -> Vec<&'a str> {
        ids.into_iter().map(|id| self.text(*id)).collect()
    }

    fn of(&mut self, ty: TypeId, depth: u32) -> Value {
        if depth > MAX_DEPTH || self.left == 0 {
            return json!({});
        }
        self.left -= 1;
        let program = self.program;
        let Some(described) = program.types.get(ty.index()) else { return json!({}) };
        let formatted = |format: &str| json!({"type": "string", "format": format});
        match described {
            Type::Bool => json!({"type": "boolean"}),
            Type::Int { lo, hi } => {
                let mut out = Map::from_iter([("type".to_owned(), json!("integer"))]);
                if *lo != i64::MIN {
                    out.insert("minimum".to_owned(), json!(lo));
                }
                if *hi != i64::MAX {
                    out.insert("maximum".to_owned(), json!(hi));
                }
                Value::Object(out)
            }
            Type::Decimal => json!({"type": "number"}),
            Type::Timestamp => formatted("date-time"),
            Type::Date => formatted("date"),
            Type::TimeOfDay => formatted("time"),
            Type::Ip => json!({"anyOf": [formatted("ipv4"), formatted("ipv6")]}),
            Type::Host => formatted("hostname"),
            Type::Url => formatted("uri"),
            Type::Regex => formatted("regex"),
            Type::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
            Type::Text
            | Type::Duration
            | Type::Cidr
            | Type::Path
            | Type::SemVer
            | Type::SemVerRange
            | Type::Glob
            | Type::Wildcard => json!({"type": "string"}),
            Type::Json => json!({}),
            Type::Option(inner) => any_of(vec![self.of(*inner, depth + 1), json!({"type": "null"})]),
            Type::List { elem, max, or_one } => {
                let several = with("array", "items", self.of(*elem, depth + 1));
                let list = sized(several, "maxItems", *max);
                if *or_one { any_of(vec![list, self.of(*elem, depth + 1)]) } else { list }
            }
            Type::Set { elem, max } => {
                sized(with("array", "items", self.of(*elem, depth + 1)), "maxItems", *max)
            }
            Type::Map { value, max, .. } => {
                let value = self.of(*value, depth + 1);
                sized(with("object", "additionalProperties", value), "maxProperties", *max)
            }
            Type::Tuple(parts) => {
                let count = parts.len();
                let parts: Vec<Value> = parts.iter().map(|part| self.of(*part, depth + 1)).collect();
                let mut tuple = with("array", "prefixItems", Value::Array(parts));
                if let Value::Object(tuple) = &mut tuple {
                    tuple.insert("items".to_owned(), json!(false));
                    tuple.insert("minItems".to_owned(), json!(count));
                }
                tuple
            }
            Type::Record(record) => match record.name {
                Some(name) => self.named(ty, name, |this| this.record(record, depth)),
                None => self.record(record, depth),
            },
            Type::Enum(of) => self.named(ty, of.name, |this| this.enumeration(of)),
            Type::Union(union) => match union.name {
                Some(name) => self.named(ty, name, |this| this.union(union, depth)),
                None => self.union(union, depth),
            },
            Type::Entity(kinds) => {
                let kinds = kinds.iter().filter_map(|kind| program.entities.get(kind.index()));
                let names: Vec<&str> = kinds.map(|kind| self.text(kind.shown)).collect();
                let whole = json!({
                    "type": "object",
                    "properties": {"type": {"enum": names}, "id": {"type": "string"}},
                    "required": ["type", "id"],
                });
                json!({"anyOf": [{"type": "string"}, whole]})
            }
            Type::Read { from, .. } => self.of(*from, depth + 1),
        }
    }

    /// A reference to a type that has a name, which is described once.
    fn named(&mut self, ty: TypeId, name: TextId, describe: impl FnOnce(&mut Self) -> Value) -> Value {
        if let Some((name, _)) = self.defs.get(&ty.0) {
            return json!({"$ref": format!("#/$defs/{name}")});
        }
        let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { '_' };
        let mut name: String = self.text(name).chars().map(plain).collect();
        if self.defs.values().any(|(other, _)| *other == name) {
            name = format!("{name}_{}", ty.0);
        }
        // Entered first: a type may lead back to itself.
        self.defs.insert(ty.0, (name.clone(), json!({})));
        let described = describe(self);
        self.defs.insert(ty.0, (name.clone(), described));
        json!({"$ref": format!("#/$defs/{name}")})
    }

    fn record(&mut self, record: &RecordType, depth: u32) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        let mut rest = None;
        for (at, field) in record.fields.iter().enumerate() {
            let described = self.of(field.ty, depth + 1);
            if record.rest.map(usize::from) == Some(at) {
                rest = described.get("additionalProperties").cloned();
                continue;
            }
            let name = self.text(field.name).to_owned();
            let described = match field.presence {
                Presence::Required => {
                    required.push(json!(name));
                    described
                }
                Presence::Optional => described,
                Presence::Default(constant) => self.with_default(described, constant),
            };
            properties.insert(name, described);
        }
        let mut out = Map::new();
        out.insert("type".to_owned(), json!("object"));
        out.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            out.insert("required".to_owned(), Value::Array(required));
        }
        match (rest, record.open) {
            (Some(rest), _) => drop(out.insert("additionalProperties".to_owned(), rest)),
            (None, Some(false)) => drop(out.insert("additionalProperties".to_owned(), json!(false))),
            (None, Some(true) | None) => {}
        }
        Value::Object(out)
    }

    /// A schema with a default, where that is simple; null stands for it too.
    fn with_default(&self, described: Value, constant: ConstId) -> Value {
        let default = match self.program.consts.get(constant.index()) {
            Some(Constant::Bool(value)) => Some(json!(value)),
            Some(Constant::Int(value)) => Some(json!(value)),
            Some(Constant::Text(text)) => Some(json!(self.text(*text))),
            Some(Constant::List(parts) | Constant::Set(parts)) if parts.is_empty() => Some(json!([])),
            Some(Constant::Map(parts)) if parts.is_empty() => Some(json!({})),
            Some(_) | None => None,
        };
        let mut out = any_of(vec![described, json!({"type": "null"})]);
        if let (Some(default), Value::Object(out)) = (default, &mut out) {
            out.insert("default".to_owned(), default);
        }
        out
    }

    fn enumeration(&self, of: &EnumType) -> Value {
        let also = of.also.iter().map(|(text, _)| text);
        let spellings = self.texts(of.spellings.iter().chain(also));
        if of.open { json!({"type": "string", "examples": spellings}) } else { json!({"enum": spellings}) }
    }

    fn union(&mut self, union: &UnionType, depth: u32) -> Value {
        let mut variants = Vec::new();
        for variant in &union.variants {
            let content = self.of(variant.content, depth + 1);
            variants.push(match union.tag {
                None => content,
                Some(tag) => {
                    let tag = self.text(tag);
                    let tags = self.texts(&variant.tags);
                    json!({"properties": {tag: {"enum": tags}}, "required": [tag], "allOf": [content]})
                }
            });
        }
        if union.open {
            variants.push(match union.tag {
                Some(tag) => json!({"type": "object", "required": [self.text(tag)]}),
                None => json!({}),
            });
        }
        any_of(variants)
    }
}

// `json!` copies what stands in it; a type within types would be copied once for each of them.

fn any_of(of: Vec<Value>) -> Value {
    Value::Object(Map::from_iter([("anyOf".to_owned(), Value::Array(of))]))
}

fn with(ty: &str, key: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([("type".to_owned(), json!(ty)), (key.to_owned(), value)]))
}

fn sized(mut schema: Value, key: &str, max: Option<u64>) -> Value {
    if let (Some(max), Value::Object(schema)) = (max, &mut schema) {
        schema.insert(key.to_owned(), json!(max));
    }
    schema
}
