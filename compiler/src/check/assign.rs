//! Where a value of one type stands and another is wanted: what the language converts on its own, and what it says
//! where it does not.

use policy_syntax::{Applicability, Fix, Location, ast};

use super::env::Env;
use super::expr::{Typed, Want};
use super::{Checker, constants};
use crate::diagnostics::absence::Absence;
use crate::diagnostics::spelling::Spelling;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Cast, Const, Convert, Expr, ExprKind, ReadId, Ty, TyKind};
use crate::ty::fit;

impl Checker<'_> {
    /// Makes a value fit what is wanted, or reports that it does not.
    pub(crate) fn assign(&mut self, env: &Env, id: ast::ExprId, typed: Typed, want: Want<'_>) -> Typed {
        let found = typed.ty();
        if fit::fits(&self.hir.types, found, want.ty) {
            return typed;
        }
        // What was narrowed is still what it was; and what it is known to be.
        if let ExprKind::Narrow(inner) = &typed.expr.kind
            && fit::fits(&self.hir.types, inner.ty, want.ty)
        {
            let expr = (**inner).clone();
            return Typed { expr, ..typed };
        }
        if let TyKind::Union(union) = *self.kind(found)
            && let Some(variant) = self.only_variant(env, &typed)
        {
            let payload = self.payload(union, variant);
            if fit::fits(&self.hir.types, payload, want.ty) {
                return self.content(typed, union, variant);
            }
        }
        if let Some(converted) = self.converted(&typed, want.ty) {
            return Typed { expr: converted, ..typed };
        }
        let at = typed.expr.location;
        if !self.is_option(want.ty) && self.is_option(found) {
            let present = self.present(found);
            let probe = Typed { expr: Expr { ty: present, ..typed.expr.clone() }, ..typed.clone() };
            let would =
                fit::fits(&self.hir.types, present, want.ty) || self.converted(&probe, want.ty).is_some();
            if would {
                let reason = (want.why)();
                self.absent(
                    env,
                    id,
                    &typed,
                    Reason { words: format!("{} wants", lead(&reason.words)), at: reason.at },
                );
                return self.failed(want.ty, at);
            }
        }
        self.mismatch(env, id, &typed, want);
        self.failed(want.ty, at)
    }

    /// An error node of the type that was wanted, so that nothing is reported twice.
    pub(crate) fn failed(&mut self, ty: Ty, at: Location) -> Typed {
        Typed::plain(self.node(ExprKind::Error, ty, at))
    }

    /// The conversion that the language makes on its own, where it makes one.
    pub(crate) fn converted(&mut self, typed: &Typed, want: Ty) -> Option<Expr> {
        let expr = &typed.expr;
        let (target, found) = (self.present(want), expr.ty);
        let at = expr.location;
        match (self.kind(found).clone(), self.kind(target).clone()) {
            (TyKind::Int(_), TyKind::Decimal) => {
                let kind =
                    ExprKind::Convert { convert: Convert::IntToDecimal, value: Box::new(expr.clone()) };
                Some(self.node(kind, target, at))
            }
            (TyKind::Read(read), _) if self.base(found) != found => {
                let base = self.base(found);
                let value = self.read_value(expr.clone(), read);
                if fit::fits(&self.hir.types, base, target) {
                    return Some(value);
                }
                self.converted(&Typed::plain(value), want)
            }
            (_, TyKind::Union(union)) if found != target => self.as_alternative(typed, union),
            (_, TyKind::Read(read)) if typed.literal => self.read_literal(expr, found, target, read),
            (TyKind::String, kind) if typed.literal && constants::spelled(&kind).is_some() => {
                self.text_literal(expr, target)
            }
            (_, TyKind::Json) if typed.literal && self.is_json_like(found) => {
                let kind = ExprKind::Convert { convert: Convert::ToJson, value: Box::new(expr.clone()) };
                Some(self.node(kind, target, at))
            }
            _ => None,
        }
    }

    /// A value of a `read by` type as its base.
    pub(crate) fn read_value(&mut self, expr: Expr, read: ReadId) -> Expr {
        let (base, at) = (self.base(expr.ty), expr.location);
        let kind = ExprKind::Convert { convert: Convert::ReadValue(read), value: Box::new(expr) };
        self.node(kind, base, at)
    }

    /// A literal where a `read by` type is wanted: its reader runs on it.
    fn read_literal(&mut self, expr: &Expr, found: Ty, target: Ty, read: ReadId) -> Option<Expr> {
        let from = self.hir.types.read(read).map(|r| r.from)?;
        let from_json = *self.kind(from) == TyKind::Json;
        let scalar =
            matches!(self.kind(found), TyKind::String | TyKind::Int(_) | TyKind::Decimal | TyKind::Bool);
        let value = if (from_json && scalar) || fit::fits(&self.hir.types, found, from) {
            expr.clone()
        } else {
            self.converted(&Typed::literal(expr.clone()), from)?
        };
        let at = expr.location;
        let kind = ExprKind::Convert { convert: Convert::Read(read), value: Box::new(value) };
        Some(self.node(kind, target, at))
    }

    /// A text literal where a host, a path or a URL is wanted.
    fn text_literal(&mut self, expr: &Expr, target: Ty) -> Option<Expr> {
        let ExprKind::Const(Const::String(text)) = &expr.kind else { return None };
        let value = constants::text(self.kind(target), text)?;
        Some(self.node(ExprKind::Const(value), target, expr.location))
    }

    /// Whether a literal of this type can be written as JSON.
    fn is_json_like(&self, ty: Ty) -> bool {
        match self.kind(ty) {
            TyKind::Bool
            | TyKind::String
            | TyKind::Int(_)
            | TyKind::Decimal
            | TyKind::Record(_)
            | TyKind::Json => true,
            TyKind::List { elem, .. } => self.is_json_like(*elem),
            TyKind::Map { key, value, .. } => {
                matches!(self.kind(*key), TyKind::String) && self.is_json_like(*value)
            }
            _ => false,
        }
    }

    /// As [`Checker::assign`], for an argument: a wider record may be passed where a narrower one is wanted.
    pub(crate) fn assign_argument(
        &mut self,
        env: &Env,
        id: ast::ExprId,
        typed: Typed,
        want: Want<'_>,
    ) -> Typed {
        let (found, at) = (typed.ty(), typed.expr.location);
        let types = &self.hir.types;
        if !fit::fits(types, found, want.ty) && fit::projects(types, found, want.ty) {
            let kind = ExprKind::Convert { convert: Convert::Project, value: Box::new(typed.expr) };
            return Typed::plain(self.node(kind, want.ty, at));
        }
        self.assign(env, id, typed, want)
    }

    /// Reports an optional where a present value is wanted; `wanted` says what wants it, ending in "wants".
    pub(crate) fn absent(&mut self, env: &Env, id: ast::ExprId, typed: &Typed, wanted: Reason) {
        let present = self.present(typed.ty());
        let fallback = self.fallback(present);
        let finding = Absence::Unchecked {
            source: self.source_of(env, id),
            present: self.show(present),
            wanted,
            fallback,
            is: None,
            truth: matches!(self.kind(present), TyKind::Bool).then(|| {
                let at = typed.expr.location;
                Location::new(at.file, policy_syntax::Span::at(at.span.hi))
            }),
            guard: typed.path.as_ref().and(env.guard),
            declared: self.optional_declared(&typed.expr),
        };
        self.report(typed.expr.location, finding);
    }

    /// A literal that can stand in for an absent value.
    fn fallback(&self, ty: Ty) -> Option<String> {
        let text = match self.kind(ty) {
            TyKind::Bool => "false",
            TyKind::String => "\"\"",
            TyKind::Int(range) if range.lo <= 0 && 0 <= range.hi => "0",
            TyKind::Decimal => "0",
            TyKind::List { .. } => "[]",
            TyKind::Set { .. } | TyKind::Map { .. } => "{}",
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// Where the field is declared whose `?` makes a value optional.
    pub(crate) fn optional_declared(&self, expr: &Expr) -> Option<Location> {
        match &expr.kind {
            ExprKind::Field { base, field } => {
                let TyKind::Record(id) = self.kind(base.ty) else { return None };
                let field = self.hir.types.record(*id)?.fields.get(field.index())?;
                self.is_option(field.ty)
                    .then_some(field.location)
                    .filter(|l| l.file.0 < crate::world::FIRST_STD_FILE)
            }
            ExprKind::WithPresent { base, body, .. } => {
                self.optional_declared(body).or_else(|| self.optional_declared(base))
            }
            _ => None,
        }
    }

    fn has_error(&self, expr: &Expr) -> bool {
        let mut found = false;
        crate::hir::walk::all(expr, &mut |part| found |= matches!(part.kind, ExprKind::Error));
        found
    }

    /// Whether a kind is `Json`, or that where it is there.
    fn is_json(&self, kind: &TyKind) -> bool {
        match kind {
            TyKind::Option(inner) => matches!(self.kind(*inner), TyKind::Json),
            kind => matches!(kind, TyKind::Json),
        }
    }

    fn mismatch(&mut self, env: &Env, id: ast::ExprId, typed: &Typed, want: Want<'_>) {
        // What is wrong inside of a literal was said there.
        if typed.literal && self.has_error(&typed.expr) {
            return;
        }
        let found = typed.ty();
        let at = typed.expr.location;
        let (wanted_kind, found_kind) = (self.kind(self.present(want.ty)).clone(), self.kind(found).clone());
        if let (TyKind::Int(_), TyKind::Int(_)) = (&wanted_kind, &found_kind) {
            let value = match found_kind {
                TyKind::Int(range) if range.lo == range.hi => Some(range.lo),
                _ => None,
            };
            let (wanted, found) = (self.show(want.ty), self.show(found));
            let finding = Types::Range { value, wanted, found, reason: (want.why)() };
            return self.report(at, finding);
        }
        if let (ExprKind::Const(Const::String(text)), Some(spelled), true) =
            (&typed.expr.kind, constants::spelled(&wanted_kind), typed.literal)
        {
            let finding = Spelling {
                text: text.clone(),
                what: spelled.what,
                looks: spelled.looks,
                reason: (want.why)(),
            };
            return self.report(at, finding);
        }
        let (mut help, mut fixes) = (Vec::new(), Vec::new());
        let source = self.source_of(env, id);
        match (self.meant(&source, want.ty), &found_kind, &wanted_kind) {
            (Some(meant), _, _) => {
                fixes.push(meant.fix(at));
                help.push(meant.help);
            }
            (None, TyKind::String, TyKind::Enum(id)) if typed.literal => {
                if let Some(variant) = self.variant_spelled(*id, &typed.expr) {
                    help.push(format!("a variant is a name, not a text: write `{variant}`"));
                    fixes.push(fix(format!("write `{variant}`"), at, variant));
                }
            }
            (None, kind, _) if self.is_json(kind) => {
                let to = self.show(self.present(want.ty));
                let to = if to.contains('<') { format!("({to})") } else { to };
                help.push(format!(
                    "say what it is: `{source} as {to}` fails where it is something else, `as?` is absent"
                ));
            }
            (None, _, TyKind::Json) if !matches!(found_kind, TyKind::Option(_) | TyKind::Function { .. }) => {
                help.push(format!("nothing becomes `Json` by itself: write `to_json({source})`"));
                fixes.push(fix(format!("write `to_json({source})`"), at, format!("to_json({source})")));
            }
            (None, TyKind::List { elem: a, .. }, TyKind::List { elem: b, .. })
            | (None, TyKind::Set { elem: a, .. }, TyKind::Set { elem: b, .. })
            | (None, TyKind::Map { value: a, .. }, TyKind::Map { value: b, .. }) => {
                help.extend(self.each_anew(&source, &found_kind, *a, *b));
            }
            (None, TyKind::Decimal, TyKind::Int(_)) => {
                help.push(
                    "a `Decimal` becomes an `Int` only by rounding: `floor`, `ceiling` or `truncate`"
                        .to_owned(),
                );
            }
            (None, _, TyKind::String) if self.has_text(found) => {
                help.push(format!("make it text: `\"{{{source}}}\"`"));
            }
            (None, _, TyKind::Read(read)) => {
                let name = self.hir.types.read(*read).map(|r| crate::ty::show::short(&r.name).to_owned());
                help.push(format!(
                    "values of `{}` are read at the border: declare this with that type too",
                    name.unwrap_or_default()
                ));
            }
            (None, TyKind::Option(_), TyKind::Bool) => {
                help.push(format!("ask whether it is there: `{source} is present`"));
                let end = Location::new(at.file, policy_syntax::Span::at(at.span.hi));
                fixes.push(fix(format!("write `{source} is present`"), end, " is present".to_owned()));
            }
            (None, TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. }, TyKind::Bool) => {
                help.push(format!("ask whether there is something in it: `{source} is not empty`"));
                let end = Location::new(at.file, policy_syntax::Span::at(at.span.hi));
                fixes.push(fix(format!("write `{source} is not empty`"), end, " is not empty".to_owned()));
            }
            _ => {}
        }
        let (mut wanted, mut found) = (self.show(want.ty), self.show(found));
        if wanted == found {
            wanted = crate::ty::show::show_exact(&self.hir.types, want.ty);
            found = crate::ty::show::show_exact(&self.hir.types, typed.ty());
        }
        let finding = Types::Mismatch { wanted, found, reason: (want.why)(), help, fixes };
        self.report(at, finding);
    }

    /// How elements of one type become elements of another, where each of them alone would fit.
    fn each_anew(&self, source: &str, collection: &TyKind, found: Ty, wanted: Ty) -> Option<String> {
        let (list, set) =
            (matches!(collection, TyKind::List { .. }), matches!(collection, TyKind::Set { .. }));
        if list && self.is_option(found) && fit::fits(&self.hir.types, self.present(found), wanted) {
            return Some(format!("leave the absent ones out: `{source}.compact()`"));
        }
        let decimal =
            matches!((self.kind(found), self.kind(self.present(wanted))), (TyKind::Int(_), TyKind::Decimal));
        if !decimal && !fit::fits(&self.hir.types, found, wanted) {
            return None;
        }
        let each = if list {
            format!("[x for x in {source}]")
        } else if set {
            format!("{{x for x in {source}}}")
        } else {
            format!("{{[k]: v for (k, v) in {source}}}")
        };
        Some(format!("each element alone would fit, all of them as they stand do not: write `{each}`"))
    }

    /// The variant of an enum whose name or spelling is the text of a literal.
    pub(crate) fn variant_spelled(&self, id: crate::hir::EnumId, expr: &Expr) -> Option<String> {
        let ExprKind::Const(Const::String(text)) = &expr.kind else { return None };
        let def = self.hir.types.enumeration(id)?;
        def.variants.iter().find(|v| v.name == *text || v.spellings.contains(text)).map(|v| v.name.clone())
    }

    /// Whether interpolation gives the text that an author would expect.
    fn has_text(&self, ty: Ty) -> bool {
        matches!(
            self.kind(ty),
            TyKind::Int(_)
                | TyKind::Decimal
                | TyKind::Bool
                | TyKind::Enum(_)
                | TyKind::Host
                | TyKind::Path
                | TyKind::Url
        )
    }

    /// `x as T` where the types are already checked.
    pub(crate) fn cast_node(&mut self, value: Expr, cast: Cast, to: Ty, ty: Ty, at: Location) -> Expr {
        self.node(ExprKind::Cast { value: Box::new(value), cast, to }, ty, at)
    }
}

/// The first words of a reason, up to its first colon or "is declared".
fn lead(words: &str) -> &str {
    let end = words
        .find([':', ','])
        .into_iter()
        .chain(words.find(" is "))
        .chain(words.find(" takes "))
        .chain(words.find(" decides "))
        .min();
    words.get(..end.unwrap_or(words.len())).unwrap_or(words)
}

pub(crate) fn fix(title: String, at: Location, text: String) -> Fix {
    Fix { title, edits: vec![(at, text)], applicability: Applicability::MaybeWrong }
}
