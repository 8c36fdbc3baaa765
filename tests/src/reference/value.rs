//! Values, their equality and their order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

use ipnet::IpNet;
use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};

use super::decimal::Dec;

/// A value. Which kind of value stands where is what the static type says.
#[derive(Clone, Debug)]
pub enum Value {
    /// The absent value of an option.
    Absent,
    /// What ingest skipped because nothing reads it; reading it is a mistake of the analysis.
    Unread,
    /// `true` and `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An exact decimal.
    Decimal(Dec),
    /// Text, and a `Host`, `Url` or `Path` in its normal form.
    String(Rc<str>),
    /// An instant.
    Timestamp(Timestamp),
    /// A day.
    Date(Date),
    /// A time of day.
    TimeOfDay(TimeOfDay),
    /// A length of time.
    Duration(Duration),
    /// An address.
    Ip(IpAddr),
    /// A network.
    Cidr(IpNet),
    /// A version.
    SemVer(Rc<semver::Version>),
    /// A requirement on versions.
    SemVerRange(Rc<semver::VersionReq>, Rc<str>),
    /// A pattern and its text.
    Pattern(PatternKind, Rc<str>),
    /// Bytes.
    Bytes(Rc<[u8]>),
    /// Any JSON value.
    Json(Json),
    /// A variant of an enum, by position; an unknown one by spelling, after all others.
    Variant(Variant),
    /// A list or tuple.
    List(Rc<Vec<Value>>),
    /// A set.
    Set(Rc<BTreeSet<Value>>),
    /// A map.
    Map(Rc<BTreeMap<Value, Value>>),
    /// A record: values by rank of field.
    Record(Rc<Vec<Value>>),
    /// A union's variant (none for an unknown one), the tag as spelled, and the content.
    Union(Option<u32>, Rc<str>, Rc<Value>),
    /// A value of a `read by` type with its original text.
    Read(Rc<Value>, Rc<str>),
    /// An entity: the position of its type, and its id.
    Entity(u32, Rc<str>),
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// One that was declared.
    Known(u32),
    /// One that was not, by its spelling.
    Unknown(Rc<str>),
}

/// The kinds of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PatternKind {
    /// A regular expression.
    Regex,
    /// A glob.
    Glob,
    /// A wildcard.
    Wildcard,
}

/// A JSON value: numbers by value, objects without order. The derived order is the order of the language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` and `false`.
    Bool(bool),
    /// A number.
    Number(Dec),
    /// Text.
    String(Rc<str>),
    /// An array.
    Array(Rc<Vec<Json>>),
    /// An object.
    Object(Rc<BTreeMap<Rc<str>, Json>>),
}

impl Value {
    /// Text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::String(Rc::from(text))
    }

    /// A list.
    #[must_use]
    pub fn list(values: Vec<Self>) -> Self {
        Self::List(Rc::new(values))
    }

    /// `Absent` for none.
    #[must_use]
    pub fn option(value: Option<Self>) -> Self {
        value.unwrap_or(Self::Absent)
    }

    /// Whether this is no value of a `T?`.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent | Self::Json(Json::Null))
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Absent => 0,
            Self::Unread => 1,
            Self::Bool(_) => 2,
            Self::Int(_) => 3,
            Self::Decimal(_) => 4,
            Self::String(_) => 5,
            Self::Timestamp(_) => 6,
            Self::Date(_) => 7,
            Self::TimeOfDay(_) => 8,
            Self::Duration(_) => 9,
            Self::Ip(_) => 10,
            Self::Cidr(_) => 11,
            Self::SemVer(_) => 12,
            Self::SemVerRange(..) => 13,
            Self::Pattern(..) => 14,
            Self::Bytes(_) => 15,
            Self::Json(_) => 16,
            Self::Variant(_) => 17,
            Self::List(_) => 18,
            Self::Set(_) => 19,
            Self::Map(_) => 20,
            Self::Record(_) => 21,
            Self::Union(..) => 22,
            Self::Read(..) => 23,
            Self::Entity(..) => 24,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    /// The order of sorting, sets, maps and output. Values of different kinds never meet, but for absent.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Decimal(a), Self::Decimal(b)) => a.cmp(b),
            // UTF-8 orders as the code points do.
            (Self::String(a), Self::String(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Self::Timestamp(a), Self::Timestamp(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::TimeOfDay(a), Self::TimeOfDay(b)) => a.cmp(b),
            (Self::Duration(a), Self::Duration(b)) => a.cmp(b),
            (Self::Ip(a), Self::Ip(b)) => a.cmp(b),
            (Self::Cidr(a), Self::Cidr(b)) => {
                (a.network(), a.prefix_len()).cmp(&(b.network(), b.prefix_len()))
            }
            (Self::SemVer(a), Self::SemVer(b)) => a.cmp_precedence(b).then_with(|| a.build.cmp(&b.build)),
            (Self::SemVerRange(_, a), Self::SemVerRange(_, b)) => a.cmp(b),
            (Self::Pattern(k, a), Self::Pattern(l, b)) => (k, a).cmp(&(l, b)),
            (Self::Bytes(a), Self::Bytes(b)) => a.cmp(b),
            (Self::Json(a), Self::Json(b)) => a.cmp(b),
            (Self::Variant(a), Self::Variant(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => a.cmp(b),
            (Self::Set(a), Self::Set(b)) => a.iter().cmp(b.iter()),
            (Self::Map(a), Self::Map(b)) => a.iter().cmp(b.iter()),
            (Self::Record(a), Self::Record(b)) => a.cmp(b),
            (Self::Union(v, t, a), Self::Union(w, u, b)) => {
                // No variant is an unknown one: after all that were declared.
                let variants = v.map_or(u64::MAX, u64::from).cmp(&w.map_or(u64::MAX, u64::from));
                variants.then_with(|| t.cmp(u)).then_with(|| a.cmp(b))
            }
            (Self::Read(a, _), Self::Read(b, _)) => a.cmp(b),
            (Self::Entity(a, x), Self::Entity(b, y)) => a.cmp(b).then_with(|| x.as_bytes().cmp(y.as_bytes())),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }
}
