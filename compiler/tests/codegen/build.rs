//! Typed representations built by hand.

use std::cell::Cell;

use policy_compiler::hir::*;
use policy_syntax::Location;

/// Numbers for expressions.
#[derive(Default)]
pub(crate) struct Ids(Cell<u32>);

impl Ids {
    pub(crate) fn expr(&self, kind: ExprKind, ty: Ty) -> Expr {
        let id = self.0.get();
        self.0.set(id + 1);
        Expr { id: ExprId(id), kind, ty, total: true, location: Location::default() }
    }

    pub(crate) fn boxed(&self, kind: ExprKind, ty: Ty) -> Box<Expr> {
        Box::new(self.expr(kind, ty))
    }
}

pub(crate) fn failing(e: Expr) -> Expr {
    Expr { total: false, ..e }
}

pub(crate) fn field(name: &str, ty: Ty) -> FieldDef {
    FieldDef {
        name: name.to_owned(),
        ty,
        presence: Presence::Required,
        location: Location::default(),
        doc: String::new(),
    }
}

pub(crate) fn record(types: &mut Types, name: &str, fields: Vec<FieldDef>) -> (RecordId, Ty) {
    let id = RecordId(u32::try_from(types.records.len()).unwrap());
    types.records.push(RecordDef {
        name: Some(name.to_owned()),
        declared: (0..fields.len()).map(|i| FieldId(u32::try_from(i).unwrap())).collect(),
        fields,
        open: None,
        rest: None,
        location: Location::default(),
        doc: String::new(),
    });
    (id, types.intern(TyKind::Record(id)))
}

pub(crate) fn local(name: &str, ty: Ty, kind: LocalKind) -> Local {
    Local { name: name.to_owned(), ty, kind, location: Location::default() }
}

pub(crate) fn bind(local: u32) -> Pattern {
    Pattern { kind: PatternKind::Bind(LocalId(local)), location: Location::default() }
}

pub(crate) fn text(words: &str) -> Text {
    Text { parts: vec![TextPart::Literal(words.to_owned())], location: Location::default() }
}

pub(crate) fn deny(id: &str, when: Expr) -> Rule {
    Rule {
        id: id.to_owned(),
        effect: Effect::Deny,
        generators: Vec::new(),
        bindings: Vec::new(),
        when: Some(when),
        that: None,
        because: Some(text("it is so")),
        fix: None,
        details: None,
        mode: None,
        annotations: Annotations::default(),
        location: Location::default(),
        extent: Location::default(),
        doc: String::new(),
    }
}
