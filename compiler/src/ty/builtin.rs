//! The types that the language itself names.

use crate::hir::{
    Builtins, EnumDef, EnumId, FieldDef, FieldId, IntRange, Presence, RecordDef, RecordId, Ty, TyKind, Types,
    VariantDef,
};
use policy_syntax::Location;

/// Types without arguments.
const SCALARS: &[(&str, TyKind)] = &[
    ("Bool", TyKind::Bool),
    ("String", TyKind::String),
    ("Int", TyKind::Int(IntRange::FULL)),
    ("Decimal", TyKind::Decimal),
    ("Timestamp", TyKind::Timestamp),
    ("Date", TyKind::Date),
    ("TimeOfDay", TyKind::TimeOfDay),
    ("Duration", TyKind::Duration),
    ("Ip", TyKind::Ip),
    ("Cidr", TyKind::Cidr),
    ("Host", TyKind::Host),
    ("Url", TyKind::Url),
    ("Path", TyKind::Path),
    ("SemVer", TyKind::SemVer),
    ("SemVerRange", TyKind::SemVerRange),
    ("Regex", TyKind::Regex),
    ("Glob", TyKind::Glob),
    ("Wildcard", TyKind::Wildcard),
    ("Bytes", TyKind::Bytes),
    ("Json", TyKind::Json),
];

/// The names that are resolved otherwise.
const OTHERS: &[&str] = &["List", "Set", "Map", "Outcome", "Decision", "Finding"];

/// The scalar of a name.
pub(crate) fn scalar(name: &str) -> Option<&'static TyKind> {
    SCALARS.iter().find(|(n, _)| *n == name).map(|(_, kind)| kind)
}

/// Whether a module may not declare the name.
pub(crate) fn is_reserved(name: &str) -> bool {
    name == "now" || scalar(name).is_some() || OTHERS.contains(&name)
}

/// All names of types, for suggestions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    SCALARS.iter().map(|(name, _)| *name).chain(OTHERS.iter().copied())
}

fn field(name: &str, ty: Ty) -> FieldDef {
    FieldDef {
        name: name.to_owned(),
        ty,
        presence: Presence::Required,
        location: Location::default(),
        doc: String::new(),
    }
}

/// Adds a record of the language; `fields` in order of their names.
fn record(types: &mut Types, name: &str, fields: Vec<FieldDef>) -> RecordId {
    let id = RecordId(u32::try_from(types.records.len()).unwrap_or(u32::MAX));
    let declared = (0..fields.len()).map(|n| FieldId(u32::try_from(n).unwrap_or(u32::MAX))).collect();
    types.records.push(RecordDef {
        name: Some(name.to_owned()),
        fields,
        declared,
        open: Some(true),
        rest: None,
        location: Location::default(),
        doc: String::new(),
    });
    id
}

/// Adds an enum of the language, whose variants are spelled as they are named.
fn enumeration(types: &mut Types, name: &str, variants: &[&str], ordered: bool, doc: &str) -> EnumId {
    let id = EnumId(u32::try_from(types.enums.len()).unwrap_or(u32::MAX));
    let variant = |name: &&str| VariantDef {
        name: (*name).to_owned(),
        spellings: vec![(*name).to_owned()],
        location: Location::default(),
        doc: String::new(),
    };
    types.enums.push(EnumDef {
        name: name.to_owned(),
        variants: variants.iter().map(variant).collect(),
        ordered,
        open: false,
        location: Location::default(),
        doc: doc.to_owned(),
    });
    id
}

/// Declares `Outcome`, `Decision` and the record of a finding.
pub(crate) fn declare(types: &mut Types) -> Builtins {
    // The error type is the first of all, so that an unknown index is one.
    types.intern(TyKind::Error);
    let outcome = enumeration(
        types,
        "Outcome",
        &["allow", "deny", "escalate", "not_applicable"],
        false,
        "What a policy decides.",
    );
    let mode = enumeration(types, "Mode", &["observe", "advise", "enforce"], true, "How much a rule counts.");
    let string = types.intern(TyKind::String);
    let maybe = types.intern(TyKind::Option(string));
    let bool_ = types.intern(TyKind::Bool);
    let json = types.intern(TyKind::Json);
    let finding = record(
        types,
        "Finding",
        vec![field("effect", string), field("fix", maybe), field("message", string), field("rule", string)],
    );
    let finding_ty = types.intern(TyKind::Record(finding));
    let findings = types.intern(TyKind::List { elem: finding_ty, max: None, or_one: false });
    let strings = types.intern(TyKind::List { elem: string, max: None, or_one: false });
    let jsons = types.intern(TyKind::List { elem: json, max: None, or_one: false });
    let outcome_ty = types.intern(TyKind::Enum(outcome));
    let decision = record(
        types,
        "Decision",
        vec![
            field("errors", strings),
            field("obligations", jsons),
            field("observed", findings),
            field("outcome", outcome_ty),
            field("proceed", bool_),
            field("reasons", findings),
            field("transformed", json),
            field("warnings", findings),
        ],
    );
    let builtins = Builtins { outcome, mode, decision, finding };
    types.builtins = Some(builtins);
    builtins
}

/// The name of a scalar.
pub(crate) fn name(kind: &TyKind) -> Option<&'static str> {
    SCALARS.iter().find(|(_, k)| k == kind).map(|(name, _)| *name)
}
