//! Values of expressions that are known at compile time.
//!
//! Structures of constants are put together here; what needs a computation is left to the machine.

use std::cell::Cell;

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::candidates::Candidate;
use super::literal::Literal;
use crate::hir::walk::parts;
use crate::hir::{
    Convert, ExpectKind, Expr, ExprId, ExprKind, GlobalId, Hir, Let, Presence, RecordId, Rule, Step, Text,
    TextPart, TyKind, Types, UnionTag,
};

/// What is known of the expressions of a package.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    values: FxHashMap<ExprId, Value>,
    /// Whether looking at everything once more could find more: what stands first may need what stands later.
    again: bool,
    globals: Vec<Option<Literal>>,
}

#[derive(Debug)]
struct Value {
    literal: Literal,
    /// Whether it took a computation, which an instrumented build repeats for all to see.
    computed: bool,
}

impl Folded {
    /// The value of an expression where it is known; `seen` leaves out what an observer is to see computed.
    pub(crate) fn value(&self, e: &Expr, seen: bool) -> Option<Literal> {
        if let ExprKind::Const(constant) = &e.kind {
            return Some(Literal::of(constant));
        }
        if let ExprKind::Global(global) = e.kind {
            return self.global(global).cloned();
        }
        let value = self.values.get(&e.id)?;
        (!seen || !value.computed).then(|| value.literal.clone())
    }

    /// Whether [`natively`] could find more than it did.
    pub(crate) fn unsettled(&self) -> bool {
        self.again
    }

    pub(crate) fn global(&self, global: GlobalId) -> Option<&Literal> {
        self.globals.get(global.index())?.as_ref()
    }

    /// Notes a value that the machine computed.
    pub(crate) fn computed(&mut self, candidate: &Candidate<'_>, literal: Literal) {
        if let Some(global) = candidate.global
            && let Some(slot) = self.globals.get_mut(global.index())
        {
            *slot = Some(literal.clone());
        }
        // How a literal is read is no step of the policy.
        let shown = !matches!(candidate.expr.kind, ExprKind::Convert { convert: Convert::Read(_), .. });
        self.values.insert(candidate.expr.id, Value { literal, computed: shown });
    }
}

/// Puts together all structures of constants of a package, with what is known already.
pub(crate) fn natively(hir: &Hir, mut known: Folded) -> Folded {
    known.globals.resize(hir.globals.len(), None);
    let mut fold = Fold { types: &hir.types, folded: known, again: Cell::new(false) };
    for record in &hir.types.records {
        for field in &record.fields {
            match &field.presence {
                Presence::Default(value) => fold.walk(value),
                Presence::Required | Presence::Optional => {}
            }
        }
    }
    for (index, global) in hir.globals.iter().enumerate() {
        fold.walk(&global.value);
        let value = fold.folded.value(&global.value, false);
        if let Some(slot @ None) = fold.folded.globals.get_mut(index) {
            *slot = value;
        }
    }
    for_each_root(hir, &mut |e| fold.walk(e));
    fold.folded.again = fold.again.get();
    fold.folded
}

struct Fold<'h> {
    types: &'h Types,
    folded: Folded,
    /// See [`Folded::again`].
    again: Cell<bool>,
}

impl Fold<'_> {
    fn walk(&mut self, e: &Expr) {
        parts(&e.kind, &mut |part| self.walk(part));
        if !self.folded.values.contains_key(&e.id)
            && let Some(literal) = self.structure(e)
        {
            self.folded.values.insert(e.id, Value { literal, computed: false });
        }
    }

    fn of(&self, e: &Expr) -> Option<Literal> {
        let value = self.folded.value(e, false);
        if value.is_none()
            && let ExprKind::Global(_) = e.kind
        {
            self.again.set(true);
        }
        value
    }

    fn all(&self, es: &[Expr]) -> Option<Vec<Literal>> {
        es.iter().map(|e| self.of(e)).collect()
    }

    /// The value of a node whose parts are known, where nothing is computed.
    fn structure(&self, e: &Expr) -> Option<Literal> {
        if let ExprKind::List(parts) = &e.kind {
            Some(Literal::List(self.all(parts)?.into()))
        } else if let ExprKind::Tuple(parts) = &e.kind {
            Some(Literal::Tuple(self.all(parts)?.into()))
        } else if let ExprKind::Set(parts) = &e.kind {
            Literal::set(self.all(parts)?)
        } else if let ExprKind::Map(entries) = &e.kind {
            let entries = entries.iter().map(|(key, value)| Some((self.of(key)?, self.of(value)?)));
            Literal::map(entries.collect::<Option<Vec<_>>>()?)
        } else if let ExprKind::Record { record, fields } = &e.kind {
            let fields = fields.iter().map(|(field, value)| Some((field.index(), self.of(value)?)));
            self.record(*record, fields.collect::<Option<Vec<_>>>()?)
        } else if let ExprKind::Interpolation(text) = &e.kind {
            plain(text)
        } else if let ExprKind::Negate(value) = &e.kind {
            negated(&self.of(value)?)
        } else if let ExprKind::Convert { convert, value } = &e.kind {
            self.converted(*convert, value)
        } else {
            None
        }
    }

    fn record(&self, record: RecordId, given: Vec<(usize, Literal)>) -> Option<Literal> {
        let mut given: Vec<(usize, Literal)> = given;
        let mut values = Vec::new();
        for (rank, field) in self.types.record(record)?.fields.iter().enumerate() {
            let value = given.iter().rposition(|(at, _)| *at == rank).map(|at| given.swap_remove(at).1);
            values.push(match (value, &field.presence) {
                (Some(value), _) => value,
                (None, Presence::Default(default)) => match self.of(default) {
                    Some(value) => value,
                    None => {
                        self.again.set(true);
                        return None;
                    }
                },
                (None, Presence::Required | Presence::Optional) => Literal::Absent,
            });
        }
        Some(Literal::Record(values.into()))
    }

    fn converted(&self, convert: Convert, value: &Expr) -> Option<Literal> {
        let literal = self.of(value)?;
        match convert {
            Convert::IntToDecimal => {
                let Literal::Int(value) = literal else { return None };
                Some(Literal::Decimal(Decimal::from(value)))
            }
            Convert::ToUnion(union, variant, tag) => {
                let def = self.types.union(union)?;
                let tag = match (def.variants.get(variant as usize), &def.tag) {
                    (Some(variant), _) => variant.tags.get(tag as usize).map(|tag| tag.as_str().into()),
                    (None, UnionTag::Field(name)) => Some(literal.member(name)?),
                    (None, UnionTag::Shape) => return None,
                };
                Some(Literal::Union(variant, literal.into(), tag))
            }
            Convert::ToJson => {
                let plain = matches!(
                    self.types.kind(value.ty),
                    TyKind::Bool | TyKind::String | TyKind::Int(_) | TyKind::Decimal
                );
                plain.then_some(literal)
            }
            Convert::Project | Convert::ReadValue(_) | Convert::ReadText(_) | Convert::Read(_) => None,
        }
    }
}

/// A text that interpolates nothing.
pub(crate) fn plain(text: &Text) -> Option<Literal> {
    let mut whole = String::new();
    for part in &text.parts {
        match part {
            TextPart::Literal(words) => whole.push_str(words),
            TextPart::Value { .. } => return None,
        }
    }
    Some(Literal::Text(whole.into()))
}

fn negated(literal: &Literal) -> Option<Literal> {
    if let Literal::Int(value) = literal {
        value.checked_neg().map(Literal::Int)
    } else if let Literal::Decimal(value) = literal {
        Some(Literal::Decimal(-*value))
    } else {
        None
    }
}

/// Calls `visit` with every expression that stands in no other, those of record defaults and module-level `let`s apart.
pub(crate) fn for_each_root<'h>(hir: &'h Hir, visit: &mut dyn FnMut(&'h Expr)) {
    hir.functions.iter().for_each(|f| visit(&f.body));
    hir.data.iter().filter_map(|d| d.default.as_ref()).for_each(&mut *visit);
    for policy in &hir.policies {
        policy.params.iter().filter_map(|p| p.default.as_ref()).for_each(&mut *visit);
        policy.applies.iter().chain(&policy.mode).for_each(&mut *visit);
        of_lets(&policy.lets, visit);
        for rule in &policy.rules {
            for_each_rule_part(rule, visit);
        }
    }
    for exception in &hir.exceptions {
        exception.when.iter().for_each(&mut *visit);
        exception.because.iter().for_each(|text| crate::hir::walk::text_parts(text, visit));
    }
    for test in &hir.tests {
        crate::hir::walk::text_parts(&test.name, visit);
        test.at.iter().for_each(&mut *visit);
        test.rows.iter().for_each(|g| visit(&g.source));
        of_steps(&test.steps, visit);
    }
    for property in &hir.properties {
        property.assumes.iter().for_each(&mut *visit);
        of_steps(&property.steps, visit);
    }
}

/// Calls `visit` with every expression of a rule that stands in no other.
pub(crate) fn for_each_rule_part<'h>(rule: &'h Rule, visit: &mut dyn FnMut(&'h Expr)) {
    rule.generators.iter().for_each(|g| visit(&g.source));
    rule.when.iter().chain(&rule.that).chain(&rule.details).for_each(&mut *visit);
    for text in rule.because.iter().chain(&rule.fix) {
        crate::hir::walk::text_parts(text, visit);
    }
    rule.mode.iter().for_each(&mut *visit);
    crate::hir::walk::effect_parts(&rule.effect, visit);
}

fn of_lets<'h>(lets: &'h [Let], visit: &mut dyn FnMut(&'h Expr)) {
    lets.iter().for_each(|l| visit(&l.value));
}

fn of_steps<'h>(steps: &'h [Step], visit: &mut dyn FnMut(&'h Expr)) {
    for step in steps {
        match step {
            Step::Given(given) => visit(&given.value),
            Step::Let(item) => visit(&item.value),
            Step::Expect(expect) => match &expect.kind {
                ExpectKind::Holds(e) => visit(e),
                ExpectKind::Decision { input, params, .. } => {
                    visit(input);
                    params.iter().for_each(|(_, value)| visit(value));
                }
            },
        }
    }
}
