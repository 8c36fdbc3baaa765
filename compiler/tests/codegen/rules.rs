//! Rules, from conditions to findings.

use policy_compiler::hir::*;
use policy_compiler::{Options, SourceMap, compile};
use policy_syntax::Location;

use crate::build::{Ids, bind, deny, failing, field, local, record};
use crate::listing::listing;

fn package(observed: bool) -> String {
    let ids = Ids::default();
    let mut types = Types::default();
    let int = types.intern(TyKind::Int(IntRange::FULL));
    let bool = types.intern(TyKind::Bool);
    let string = types.intern(TyKind::String);
    let strings = types.intern(TyKind::List { elem: string, max: None, or_one: false });
    let (_, pr) = record(
        &mut types,
        "m.Pr",
        vec![field("additions", int), field("author", string), field("files", strings)],
    );
    let locals = vec![
        local("pr", pr, LocalKind::Input),
        local("f", string, LocalKind::Bound),
        local("size", int, LocalKind::Let),
    ];
    let input = || ids.boxed(ExprKind::Local(LocalId(0)), pr);
    let of = |rank: u32, ty: Ty| ids.expr(ExprKind::Field { base: input(), field: FieldId(rank) }, ty);
    let int_of = |n: i64| ids.expr(ExprKind::Const(Const::Int(n)), int);
    let text_of = |s: &str| ids.expr(ExprKind::Const(Const::String(s.to_owned())), string);
    let compare = |op: Compare, l: Expr, r: Expr| {
        ids.expr(ExprKind::Compare { op, left: Box::new(l), right: Box::new(r) }, bool)
    };
    let size = failing(ids.expr(
        ExprKind::Arithmetic { op: Arith::Add, left: Box::new(of(0, int)), right: Box::new(int_of(1)) },
        int,
    ));
    let large = compare(Compare::Gt, of(0, int), int_of(100));
    let author = compare(Compare::Eq, of(1, string), text_of("ann"));
    let both = ids.expr(ExprKind::Logic { op: Logic::And, operands: vec![large, author] }, bool);
    let listed = ids.expr(
        ExprKind::In {
            kind: InKind::List,
            elem: ids.boxed(ExprKind::Local(LocalId(1)), string),
            container: ids.boxed(ExprKind::List(vec![text_of("b"), text_of("a"), text_of("c")]), strings),
        },
        bool,
    );
    let mut each = deny("each", listed);
    each.generators = vec![Gen { pattern: bind(1), source: of(2, strings) }];
    each.bindings = vec![LocalId(1)];
    let lazy =
        deny("lazy", failing(compare(Compare::Lt, ids.expr(ExprKind::Local(LocalId(2)), int), int_of(0))));
    let hir = Hir {
        types,
        policies: vec![Policy {
            name: "m.gate".to_owned(),
            input: pr,
            input_local: LocalId(0),
            params: Vec::new(),
            locals,
            default: DefaultOutcome::Allow,
            applies: None,
            mode: None,
            lets: vec![Let { pattern: bind(2), value: size, location: Location::default() }],
            rules: vec![deny("both", both), each, lazy],
            resolve_first: false,
            annotations: Annotations::default(),
            location: Location::default(),
            doc: String::new(),
        }],
        ..Hir::default()
    };
    let compiled =
        compile(&hir, &SourceMap::default(), Options { instrument: observed, tests: false }).unwrap();
    listing(&compiled.program)
}

#[test]
fn a_policy() {
    insta::assert_snapshot!(package(false));
}

#[test]
fn a_policy_that_is_observed() {
    insta::assert_snapshot!(package(true));
}
