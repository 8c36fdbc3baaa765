use policy_syntax::Location;

use super::{Coverage, coverage};
use crate::hir::{
    Const, EnumDef, EnumId, IntRange, MatchPattern, Ty, TyKind, Types, UnionDef, UnionId, UnionTag,
    UnionVariant, VariantDef,
};

struct World {
    types: Types,
    bool: Ty,
    kind: Ty,
    status: Ty,
    call: Ty,
}

fn variants(names: &[&str]) -> Vec<VariantDef> {
    let make = |name: &&str| VariantDef {
        name: (*name).to_owned(),
        spellings: vec![(*name).to_owned()],
        location: Location::default(),
        doc: String::new(),
    };
    names.iter().map(make).collect()
}

fn world() -> World {
    let mut types = Types::default();
    let make = |name: &str, names: &[&str], open| EnumDef {
        name: name.to_owned(),
        variants: variants(names),
        ordered: false,
        open,
        location: Location::default(),
        doc: String::new(),
    };
    types.enums.push(make("m.Kind", &["human", "bot"], false));
    types.enums.push(make("m.Status", &["on", "off"], true));
    let bool = types.intern(TyKind::Bool);
    let variant = |name: &str| UnionVariant {
        name: name.to_owned(),
        tags: vec![name.to_owned()],
        payload: bool,
        location: Location::default(),
    };
    types.unions.push(UnionDef {
        name: Some("m.Call".to_owned()),
        tag: UnionTag::Field("tool".to_owned()),
        variants: vec![variant("transfer"), variant("fetch")],
        open: false,
        location: Location::default(),
        doc: String::new(),
    });
    let kind = types.intern(TyKind::Enum(EnumId(0)));
    let status = types.intern(TyKind::Enum(EnumId(1)));
    let call = types.intern(TyKind::Union(UnionId(0)));
    World { types, bool, kind, status, call }
}

fn variant(id: u32, variant: u32) -> MatchPattern {
    MatchPattern::Const(Const::Variant(EnumId(id), variant))
}

fn int(n: i64) -> MatchPattern {
    MatchPattern::Const(Const::Int(n))
}

fn boolean(b: bool) -> MatchPattern {
    MatchPattern::Const(Const::Bool(b))
}

fn look(types: &Types, ty: Ty, arms: &[MatchPattern]) -> Coverage {
    let arms: Vec<&[MatchPattern]> = arms.iter().map(std::slice::from_ref).collect();
    coverage(types, (ty, None), &arms)
}

#[test]
fn enums_name_what_is_missing() {
    let w = world();
    assert_eq!(look(&w.types, w.kind, &[variant(0, 0)]).missing, ["bot"]);
    assert_eq!(look(&w.types, w.kind, &[variant(0, 0), variant(0, 1)]), Coverage::default());
    assert_eq!(look(&w.types, w.kind, &[]).missing, ["human", "bot"]);
}

#[test]
fn open_enums_want_an_else() {
    let w = world();
    let found = look(&w.types, w.status, &[variant(1, 0), variant(1, 1)]);
    assert_eq!((found.missing, found.needs_else), (vec!["else".to_owned()], true));
    assert_eq!(look(&w.types, w.status, &[variant(1, 0), MatchPattern::Any]), Coverage::default());
}

#[test]
fn options_have_an_absent_value() {
    let mut w = world();
    let option = w.types.intern(TyKind::Option(w.kind));
    assert_eq!(look(&w.types, option, &[variant(0, 0), variant(0, 1)]).missing, ["absent"]);
    let all = [MatchPattern::Absent, variant(0, 0), variant(0, 1)];
    assert_eq!(look(&w.types, option, &all), Coverage::default());
}

#[test]
fn unions_name_their_variants() {
    let w = world();
    let found = look(&w.types, w.call, &[MatchPattern::UnionVariant(UnionId(0), 1)]);
    assert_eq!(found.missing, ["transfer"]);
}

#[test]
fn small_integer_ranges_can_be_exhausted() {
    let mut w = world();
    let small = w.types.intern(TyKind::Int(IntRange { lo: 0, hi: 2 }));
    assert_eq!(look(&w.types, small, &[int(0), int(1), int(2)]), Coverage::default());
    assert_eq!(look(&w.types, small, &[int(0), int(2)]).missing, ["1"]);
    let full = w.types.intern(TyKind::Int(IntRange::FULL));
    let found = look(&w.types, full, &[int(0)]);
    assert_eq!((found.missing, found.needs_else), (vec!["else".to_owned()], true));
}

#[test]
fn texts_want_an_else_and_repeat_no_constant() {
    let mut w = world();
    let string = w.types.intern(TyKind::String);
    let a = || MatchPattern::Const(Const::String("a".to_owned()));
    assert!(look(&w.types, string, &[a()]).needs_else);
    assert_eq!(look(&w.types, string, &[a(), a(), MatchPattern::Any]).unreachable, [(1, 0)]);
}

#[test]
fn tuples_are_looked_at_part_by_part() {
    let mut w = world();
    let pair = w.types.intern(TyKind::Tuple(vec![w.bool, w.kind]));
    let arms = [
        MatchPattern::Tuple(vec![boolean(true), MatchPattern::Any]),
        MatchPattern::Tuple(vec![MatchPattern::Any, variant(0, 0)]),
    ];
    assert_eq!(look(&w.types, pair, &arms).missing, ["(false, bot)"]);
    let option = w.types.intern(TyKind::Option(pair));
    assert_eq!(look(&w.types, option, &arms).missing, ["absent", "(false, bot)"]);
}

#[test]
fn what_comes_too_late_is_unreachable() {
    let w = world();
    let found = look(&w.types, w.kind, &[variant(0, 0), variant(0, 0), variant(0, 1), MatchPattern::Any]);
    assert_eq!(found.unreachable, [(1, 0), (3, 0)]);
    let both = [variant(0, 0), variant(0, 0)];
    let arms: [&[MatchPattern]; 2] = [&both, &[MatchPattern::Any]];
    assert_eq!(coverage(&w.types, (w.kind, None), &arms).unreachable, [(0, 1)]);
}

#[test]
fn what_could_not_be_checked_reports_nothing() {
    let mut w = world();
    let error = w.types.intern(TyKind::Error);
    assert_eq!(look(&w.types, error, &[]), Coverage::default());
}

#[test]
fn combinations_without_end_are_given_up() {
    let mut w = world();
    let wide = w.types.intern(TyKind::Tuple(vec![w.bool; 30]));
    let arms: Vec<MatchPattern> = (0..30)
        .map(|i| {
            let part = |j| if i == j { boolean(true) } else { MatchPattern::Any };
            MatchPattern::Tuple((0..30).map(part).collect())
        })
        .collect();
    let found = look(&w.types, wide, &arms);
    assert!(found.more || !found.missing.is_empty());
}
