//! The types of generated programs: how they are written, their literals, and documents that fit them or not.

use super::rng::Rng;
use super::shapes::{SHAPES, Shape};

/// A type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum T {
    /// `Bool`.
    #[default]
    Bool,
    /// `Int`.
    Int,
    /// `Int 0..100`, in fields only.
    Ranged,
    /// `Decimal`.
    Decimal,
    /// `String`.
    Text,
    /// `Timestamp`.
    Timestamp,
    /// `Date`.
    Date,
    /// `TimeOfDay`.
    TimeOfDay,
    /// `Duration`.
    Duration,
    /// `Ip`.
    Ip,
    /// `Cidr`.
    Cidr,
    /// `SemVer`.
    SemVer,
    /// `Host`.
    Host,
    /// `Path`.
    Path,
    /// `Json`.
    Json,
    /// `T?`.
    Option(Box<T>),
    /// `List<T>`.
    List(Box<T>),
    /// `Set<T>`.
    Set(Box<T>),
    /// `Map<String, T>`.
    Map(Box<T>),
    /// `(A, B)`.
    Pair(Box<T>, Box<T>),
    /// An enum, by position.
    Enum(usize),
    /// A record, by position.
    Record(usize),
    /// `Name`, a text that is read in lower case.
    Name,
    /// A type that every program declares alike, by position in their table.
    Shape(usize),
    /// `Size`, a decimal that is read from text such as `2k`.
    Size,
    /// An entity of one of these types, by position.
    Entity(Vec<usize>),
    /// `Node`, a record that holds itself.
    Node,
}

/// How `Node` is declared.
pub const NODE: &str = "type Node = { n: Int, on: Bool = true, kids: List<Node> = [], next?: Node, named: Map<String, Node> = {} }";

impl T {
    /// `T?`, never twice.
    #[must_use]
    pub fn option(self) -> Self {
        if let Self::Option(_) = self { self } else { Self::Option(Box::new(self)) }
    }

    /// The type of an expression that has this type: ranges are `Int`s there.
    #[must_use]
    pub fn plain(&self) -> Self {
        if *self == Self::Ranged { Self::Int } else { self.clone() }
    }

    /// Whether it can be an element of a set.
    #[must_use]
    pub fn scalar(&self) -> bool {
        !matches!(
            self,
            Self::Json
                | Self::Option(_)
                | Self::List(_)
                | Self::Set(_)
                | Self::Map(_)
                | Self::Pair(..)
                | Self::Record(_)
                | Self::Node
                | Self::Shape(_)
        )
    }
}

/// How a field is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Always.
    Always,
    /// Perhaps: its type is an option.
    Perhaps,
    /// With a default.
    Default,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The type, without the option of [`Given::Perhaps`].
    pub ty: T,
    /// How it is given.
    pub given: Given,
}

impl Field {
    /// The type of reading it.
    #[must_use]
    pub fn read(&self) -> T {
        if self.given == Given::Perhaps { self.ty.plain().option() } else { self.ty.plain() }
    }
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Names and spellings.
    pub variants: Vec<(String, String)>,
    /// Whether it is ordered.
    pub ordered: bool,
}

/// The types that a program declares.
#[derive(Clone, Debug, Default)]
pub struct Types {
    /// Enums, `E0` and on.
    pub enums: Vec<Enum>,
    /// Records, `R0` and on.
    pub records: Vec<Vec<Field>>,
    /// What tells the entity types of this program from those of others; none where it has none.
    pub entities: Option<u64>,
}

const WORDS: [&str; 8] = ["main", "release/1.2", "", "Ann", "a.b@c", "ünïcode", "x\"y", "two words"];

impl Types {
    /// Whether a literal of the type is no constant: a `Json` comes from data.
    #[must_use]
    pub fn needs_data(&self, ty: &T) -> bool {
        match ty {
            T::Json | T::Shape(_) => true,
            T::Option(inner) | T::List(inner) | T::Set(inner) | T::Map(inner) => self.needs_data(inner),
            T::Pair(a, b) => self.needs_data(a) || self.needs_data(b),
            T::Record(index) => {
                self.records.get(*index).into_iter().flatten().any(|field| self.needs_data(&field.ty))
            }
            _ => false,
        }
    }

    /// The type as it is written.
    #[must_use]
    pub fn written(&self, ty: &T) -> String {
        match ty {
            T::Bool => "Bool".to_owned(),
            T::Int => "Int".to_owned(),
            T::Ranged => "Int 0..100".to_owned(),
            T::Decimal => "Decimal".to_owned(),
            T::Text => "String".to_owned(),
            T::Timestamp => "Timestamp".to_owned(),
            T::Date => "Date".to_owned(),
            T::TimeOfDay => "TimeOfDay".to_owned(),
            T::Duration => "Duration".to_owned(),
            T::Ip => "Ip".to_owned(),
            T::Cidr => "Cidr".to_owned(),
            T::SemVer => "SemVer".to_owned(),
            T::Host => "Host".to_owned(),
            T::Path => "Path".to_owned(),
            T::Json => "Json".to_owned(),
            T::Option(inner) => format!("{}?", self.written(inner)),
            T::List(elem) => format!("List<{}>", self.written(elem)),
            T::Set(elem) => format!("Set<{}>", self.written(elem)),
            T::Map(value) => format!("Map<String, {}>", self.written(value)),
            T::Pair(a, b) => format!("({}, {})", self.written(a), self.written(b)),
            T::Enum(index) => format!("E{index}"),
            T::Record(index) => format!("R{index}"),
            T::Name => "Name".to_owned(),
            T::Shape(at) => SHAPES.get(*at).map_or("?", |shape| shape.name).to_owned(),
            T::Size => "Size".to_owned(),
            T::Entity(kinds) => self.entity_written(kinds),
            T::Node => "Node".to_owned(),
        }
    }

    /// The declarations of enums and records.
    #[must_use]
    pub fn declarations(&self, rng: &mut Rng) -> String {
        let mut out = String::new();
        for (index, one) in self.enums.iter().enumerate() {
            let kind = if one.ordered { "ordered " } else { "" };
            let variants: Vec<String> = one
                .variants
                .iter()
                .map(
                    |(name, spelling)| {
                        if name == spelling { name.clone() } else { format!("{name} = \"{spelling}\"") }
                    },
                )
                .collect();
            out.push_str(&format!("{kind}enum E{index} {{ {} }}\n", variants.join(", ")));
        }
        for (index, fields) in self.records.iter().enumerate() {
            out.push_str(&format!("type R{index} = {{ {} }}\n", self.fields(rng, fields).join(", ")));
        }
        out
    }

    fn fields(&self, rng: &mut Rng, fields: &[Field]) -> Vec<String> {
        fields
            .iter()
            .map(|field| {
                let (name, ty) = (&field.name, self.written(&field.ty));
                match field.given {
                    Given::Always => format!("{name}: {ty}"),
                    Given::Perhaps => format!("{name}?: {ty}"),
                    Given::Default => format!("{name}: {ty} = {}", self.literal(rng, &field.ty)),
                }
            })
            .collect()
    }

    /// A literal of a type, where it is expected.
    #[must_use]
    pub fn literal(&self, rng: &mut Rng, ty: &T) -> String {
        match ty {
            T::Bool => rng.pick(&["true", "false"]).to_owned(),
            T::Int => {
                rng.pick(&["0", "1", "2", "-3", "7", "10", "1_000", "4_611_686_018_427_387_904"]).to_owned()
            }
            T::Ranged => rng.pick(&["0", "1", "42", "100"]).to_owned(),
            T::Decimal => rng
                .pick(&["0.0", "0.1", "0.2", "-1.5", "100.25", "0.3333333333333333333333333333"])
                .to_owned(),
            T::Text => format!("\"{}\"", rng.pick(&WORDS).replace('"', "\\\"")),
            T::Timestamp => rng
                .pick(&[
                    "@2026-01-31T12:00:00Z",
                    "@2024-02-29T00:00:00Z",
                    "@9999-12-31T00:00:00Z",
                    "@2026-11-02T00:00:00Z",
                ])
                .to_owned(),
            T::Date => rng.pick(&["@2026-01-31", "@2024-02-29", "@2026-11-02"]).to_owned(),
            T::TimeOfDay => rng.pick(&["@00:00", "@18:30", "@23:59:59"]).to_owned(),
            T::Duration => rng.pick(&["0s", "250ms", "30s", "15m", "48h", "30d"]).to_owned(),
            T::Ip => rng.pick(&["ip\"10.0.0.1\"", "ip\"192.168.7.9\"", "ip\"2001:db8::1\""]).to_owned(),
            T::Cidr => rng
                .pick(&["cidr\"10.0.0.0/8\"", "cidr\"192.168.0.0/16\"", "cidr\"2001:db8::/32\""])
                .to_owned(),
            T::SemVer => {
                rng.pick(&["semver\"1.4.0\"", "semver\"2.0.0-rc.1\"", "semver\"1.4.0+b7\""]).to_owned()
            }
            T::Host => rng.pick(&["\"example.com\"", "\"api.example.com\""]).to_owned(),
            T::Path => rng.pick(&["\"src/main.rs\"", "\"docs/a/b.md\""]).to_owned(),
            // No literal is a `Json` by itself; the one that every program has is.
            T::Json => "j0".to_owned(),
            T::Option(inner) => self.literal(rng, inner),
            T::List(elem) => {
                let count = 1 + rng.below(3);
                let elements: Vec<String> = (0..count).map(|_| self.literal(rng, elem)).collect();
                format!("[{}]", elements.join(", "))
            }
            T::Set(elem) => {
                let count = 1 + rng.below(3);
                let elements: Vec<String> = (0..count).map(|_| self.literal(rng, elem)).collect();
                format!("{{{}}}", elements.join(", "))
            }
            T::Map(value) => {
                let keys = ["a", "b", "main"];
                let count = 1 + rng.below(keys.len());
                let entries: Vec<String> = keys
                    .iter()
                    .take(count)
                    .map(|key| format!("\"{key}\": {}", self.literal(rng, value)))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            T::Pair(a, b) => format!("({}, {})", self.literal(rng, a), self.literal(rng, b)),
            T::Enum(index) => {
                let variants = self.enums.get(*index).map(|one| one.variants.clone()).unwrap_or_default();
                format!("E{index}.{}", rng.pick(&variants).0)
            }
            T::Record(index) => format!("{{ {} }}", self.field_literals(rng, *index).join(", ")),
            T::Name => rng.pick(&["\"Ann\"", "\"bob\"", "\"MAIN\""]).to_owned(),
            T::Shape(at) => Shape::literal(*at, rng.below(12)),
            T::Size => rng.pick(&["\"2k\"", "\"0.5\"", "\"100\""]).to_owned(),
            T::Entity(kinds) => self.entity_literal(rng, kinds),
            T::Node => rng
                .pick(&[
                    "{ n: 1 }",
                    "{ n: 2, kids: [{ n: 3 }, { n: 4, on: false, kids: [{ n: 0 }] }] }",
                    "{ n: 5, next: { n: 6, next: { n: 7 } }, named: {\"a\": { n: 8 }} }",
                ])
                .to_owned(),
        }
    }

    fn field_literals(&self, rng: &mut Rng, record: usize) -> Vec<String> {
        let mut literals = Vec::new();
        for field in self.records.get(record).cloned().unwrap_or_default() {
            if field.given == Given::Always || rng.one_in(2) {
                literals.push(format!("{}: {}", field.name, self.literal(rng, &field.ty)));
            }
        }
        literals
    }

    /// A JSON document of a type. `wrong` is how many of a thousand parts do not fit.
    #[must_use]
    pub fn document(&self, rng: &mut Rng, ty: &T, wrong: usize) -> String {
        if wrong > 0 && rng.below(1000) < wrong {
            return self.misfit(rng, ty);
        }
        let text = |rng: &mut Rng, items: &[&str]| format!("\"{}\"", rng.pick(items));
        match ty {
            T::Bool => rng.pick(&["true", "false"]).to_owned(),
            T::Int => rng
                .pick(&[
                    "0",
                    "1",
                    "2",
                    "-3",
                    "7",
                    "10",
                    "1e3",
                    "1.0",
                    "9007199254740993",
                    "9223372036854775807",
                    "-9223372036854775808",
                ])
                .to_owned(),
            T::Ranged => rng.pick(&["0", "1", "42", "100", "1e2"]).to_owned(),
            T::Decimal => rng
                .pick(&[
                    "0",
                    "0.1",
                    "0.2",
                    "-1.5",
                    "1e2",
                    "79228162514264337593543950335",
                    "0.0000000000000000000000000001",
                    "3",
                ])
                .to_owned(),
            T::Text => serde_json::Value::from(rng.pick(&WORDS)).to_string(),
            T::Timestamp => text(
                rng,
                &[
                    "2026-01-31T12:00:00Z",
                    "2026-01-31T13:00:00+01:00",
                    "0001-01-01T00:00:00Z",
                    "2026-10-30T00:00:00.25Z",
                ],
            ),
            T::Date => text(rng, &["2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"]),
            T::TimeOfDay => text(rng, &["00:00", "18:30:00", "23:59:59.999999999"]),
            T::Duration => text(rng, &["0s", "250ms", "30s", "48h", "30d"]),
            T::Ip => text(rng, &["10.0.0.1", "10.200.3.4", "::ffff:10.0.0.1", "2001:db8::2", "8.8.8.8"]),
            T::Cidr => text(rng, &["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "2001:db8::/48"]),
            T::SemVer => text(rng, &["1.4.0", "1.4.0+b7", "2.0.0-rc.1", "2.0.0"]),
            T::Host => text(rng, &["example.com", "API.example.com", "localhost"]),
            T::Path => text(rng, &["src/main.rs", "docs/a/b.md", "a"]),
            T::Json => rng
                .pick(&[
                    "null",
                    "true",
                    "1.50",
                    "\"main\"",
                    "[1, {\"a\": null}]",
                    "{\"a\": 1, \"b\": {\"c\": [\"x\"]}}",
                    "{}",
                ])
                .to_owned(),
            T::Option(inner) => {
                if rng.one_in(3) {
                    "null".to_owned()
                } else {
                    self.document(rng, inner, wrong)
                }
            }
            T::List(elem) | T::Set(elem) => {
                let count = rng.pick(&[0, 1, 2, 2, 3]);
                let elements: Vec<String> = (0..count).map(|_| self.document(rng, elem, wrong)).collect();
                format!("[{}]", elements.join(", "))
            }
            T::Map(value) => {
                let mut entries = Vec::new();
                for key in ["main", "a", "b", "a/b~c"] {
                    if rng.one_in(2) {
                        entries.push(format!("\"{key}\": {}", self.document(rng, value, wrong)));
                    }
                }
                format!("{{{}}}", entries.join(", "))
            }
            T::Pair(a, b) => format!("[{}, {}]", self.document(rng, a, wrong), self.document(rng, b, wrong)),
            T::Enum(index) => {
                let one = self.enums.get(*index);
                let variants = one.map(|one| one.variants.clone()).unwrap_or_default();
                format!("\"{}\"", rng.pick(&variants).1)
            }
            T::Record(index) => format!("{{{}}}", self.members(rng, *index, wrong).join(", ")),
            T::Name => text(rng, &["Ann", "ann", "BOB", "main"]),
            T::Shape(at) => rng.pick(SHAPES.get(*at).map_or(&["null"], |shape| shape.documents)).to_owned(),
            T::Size => text(rng, &["2k", "0.5", "100", "1e2"]),
            T::Entity(kinds) => self.entity_document(rng, kinds),
            T::Node => self.node(rng, 3, wrong),
        }
    }

    fn node(&self, rng: &mut Rng, depth: usize, wrong: usize) -> String {
        let mut members = vec![format!("\"n\": {}", self.document(rng, &T::Int, wrong))];
        if rng.one_in(3) {
            members.push("\"on\": false".to_owned());
        }
        if depth > 0 {
            let count = rng.below(3);
            let kids: Vec<String> = (0..count).map(|_| self.node(rng, depth - 1, wrong)).collect();
            members.push(format!("\"kids\": [{}]", kids.join(", ")));
            if rng.one_in(2) {
                members.push(format!("\"next\": {}", self.node(rng, depth - 1, wrong)));
            }
            if rng.one_in(3) {
                members.push(format!("\"named\": {{\"b\": {}, \"a\": null}}", self.node(rng, 0, 0)));
                if !rng.one_in(4)
                    && let Some(last) = members.last_mut()
                {
                    *last = format!("\"named\": {{\"b\": {}}}", self.node(rng, 0, wrong));
                }
            }
        }
        format!("{{{}}}", members.join(", "))
    }

    fn members(&self, rng: &mut Rng, record: usize, wrong: usize) -> Vec<String> {
        let mut members = Vec::new();
        for field in self.records.get(record).cloned().unwrap_or_default() {
            let name = &field.name;
            if field.given != Given::Always && rng.one_in(3) {
                if rng.one_in(3) {
                    members.push(format!("\"{name}\": null"));
                }
                continue;
            }
            // Once in a while a field is missing, or stands there twice.
            if wrong > 0 && rng.below(1000) < wrong / 4 {
                continue;
            }
            members.push(format!("\"{name}\": {}", self.document(rng, &field.ty, wrong)));
            if wrong > 0 && rng.below(1000) < wrong / 4 {
                members.push(format!("\"{name}\": {}", self.document(rng, &field.ty, 0)));
            }
        }
        if rng.one_in(3) {
            members.push("\"ignored\": [1, {\"x\": null}]".to_owned());
        }
        members
    }

    /// A document that does not fit.
    fn misfit(&self, rng: &mut Rng, ty: &T) -> String {
        let options: &[&str] = match ty {
            T::Bool => &["0", "\"true\"", "null"],
            T::Int => &["1.5", "9223372036854775808", "\"1\"", "1e400", "[]"],
            T::Ranged => &["-1", "101", "0.5", "{}"],
            T::Decimal => {
                &["\"0.1\"", "0.00000000000000000000000000001", "1e30", "12345678901234567890123456789.5"]
            }
            T::Text | T::Name => &["1", "null", "[\"a\"]"],
            T::Timestamp => {
                &["\"2026-02-29T00:00:00Z\"", "\"2026-01-01\"", "0", "\"2026-01-01T00:00:00.1234567890Z\""]
            }
            T::Date => &["\"2026-13-01\"", "\"2026-1-1\"", "\"10000-01-01\""],
            T::TimeOfDay => &["\"24:00\"", "\"9:00\"", "0"],
            T::Duration => &["\"1 hour\"", "\"\"", "5"],
            T::Ip => &["\"10.0.0.256\"", "\"010.0.0.1\"", "\"fe80::1%eth0\"", "1"],
            T::Cidr => &["\"10.0.0.1/8\"", "\"10.0.0.0/33\"", "\"10.0.0.0\""],
            T::SemVer => &["\"1.4\"", "\"v1.4.0\"", "1.4"],
            T::Host => &["\"a..b\"", "\"a b.com\"", "\"\""],
            T::Path => &["\"/etc/passwd\"", "\"a/../b\"", "\"a//b\"", "\"a\\\\b\""],
            T::Json => &["1e400", "{\"a\": 1, \"a\": 2}", "[0.00000000000000000000000000001]"],
            T::Option(inner) => return self.misfit(rng, inner),
            T::List(_) | T::Set(_) | T::Pair(..) => &["{}", "\"x\"", "null", "[[[]], 1, 2, 3, {}]"],
            T::Map(_) | T::Record(_) => &["[]", "\"x\"", "null"],
            T::Enum(_) => &["\"nobody\"", "0", "null"],
            T::Size => &["\"big\"", "true", "{}"],
            T::Entity(_) => &[
                "1",
                "null",
                "[]",
                "{\"id\": \"a\"}",
                "{\"type\": \"Nobody\", \"id\": \"a\"}",
                "{\"__entity\": {\"type\": 1}}",
            ],
            T::Node => &["[]", "{\"n\": 1, \"kids\": [{}]}", "{\"n\": 1, \"next\": {\"n\": \"x\"}}", "null"],
            T::Shape(at) => SHAPES.get(*at).map_or(&["null"], |shape| shape.misfits),
        };
        rng.pick(options).to_owned()
    }
}
