//! Values of unions: literals, fields, `is`, patterns, and where a variant's content stands for its union.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::{Binding, Env};
use super::expr::{Typed, Want};
use super::facts::{Branches, Fact, Known};
use super::patterns::Bound;
use super::union_types::OTHER;
use crate::diagnostics::names::{Names, Nearest};
use crate::diagnostics::types::Types;
use crate::diagnostics::unions::Unions;
use crate::hir::{
    Convert, Expr, ExprKind, IsTest, LocalKind, MatchPattern, Pattern, Ty, TyKind, UnionDef, UnionId,
    UnionTag,
};
use crate::names::nearest::nearest;
use crate::ty::shape::shapes;

/// The most alternatives of unions in unions that a value is tried as.
const MAX_TRIES: usize = 64;

/// The position in a table as the HIR has it.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Checker<'_> {
    pub(crate) fn union_def(&self, id: UnionId) -> Option<&UnionDef> {
        self.hir.types.union(id)
    }

    /// The names of a union's variants, as `match` and `is` name them.
    fn variant_names(&self, id: UnionId) -> Vec<String> {
        let Some(def) = self.union_def(id) else { return Vec::new() };
        let mut names: Vec<String> = def.variants.iter().map(|v| v.name.clone()).collect();
        if def.open {
            names.push(OTHER.to_owned());
        }
        names
    }

    fn tags(&self, id: UnionId) -> Vec<String> {
        self.union_def(id)
            .map(|u| u.variants.iter().flat_map(|v| v.tags.clone()).collect())
            .unwrap_or_default()
    }

    /// The position of a variant by its name, or by the name of the type that it holds.
    pub(crate) fn union_variant(&self, id: UnionId, name: &str) -> Option<u32> {
        let def = self.union_def(id)?;
        let named = def.variants.iter().position(|v| v.name == name);
        let held = || {
            let mut held = def.variants.iter().enumerate().filter(|(_, v)| {
                matches!(
                    self.kind(v.payload),
                    TyKind::Record(_) | TyKind::Union(_) | TyKind::Enum(_) | TyKind::Read(_)
                ) && self.show(v.payload) == name
            });
            let first = held.next().map(|(at, _)| at);
            first.filter(|_| held.next().is_none())
        };
        if let Some(at) = named.or_else(held) {
            return Some(number(at));
        }
        (def.open && name == OTHER).then(|| number(def.variants.len()))
    }

    pub(crate) fn unknown_union_variant(&mut self, id: UnionId, name: &str, at: Location) {
        let ty = self.ty(TyKind::Union(id));
        let (of, variants) = (self.show(ty), self.variant_names(id));
        let near = nearest(name, variants.iter().map(String::as_str)).map(str::to_owned);
        let nearest = near.map(|name| Nearest { name, declared: None });
        self.report(at, Names::UnknownVariant { name: name.to_owned(), of, variants, nearest });
    }

    /// Notes that a name means a variant.
    fn uses_variant(&mut self, id: UnionId, variant: u32, at: Location) {
        if let Some(declared) =
            self.union_def(id).and_then(|u| u.variants.get(variant as usize)).map(|v| v.location)
        {
            self.uses(at, declared);
        }
    }

    // Literals.

    /// The node that makes a union of a variant's content.
    fn union_of(&mut self, value: Expr, union: UnionId, variant: u32, tag: u32) -> Expr {
        let (ty, at) = (self.ty(TyKind::Union(union)), value.location);
        let kind =
            ExprKind::Convert { convert: Convert::ToUnion(union, variant, tag), value: Box::new(value) };
        self.node(kind, ty, at)
    }

    /// `{ kind: "Pod", … }` where a union is wanted that a field tells apart.
    pub(crate) fn tagged_literal(
        &mut self,
        env: &Env,
        union: UnionId,
        fields: &[ast::FieldInit],
        at: Location,
    ) -> Typed {
        let ty = self.ty(TyKind::Union(union));
        let Some(def) = self.union_def(union).cloned() else { return self.failed(ty, at) };
        let UnionTag::Field(tag_name) = &def.tag else { return self.failed(ty, at) };
        let given = fields.iter().find(|f| *f.name.text == **tag_name);
        let tree = self.ast(env.module);
        let written = given.and_then(|f| match &tree.exprs[f.value].kind {
            ast::ExprKind::String(lit) => lit.plain(),
            _ => None,
        });
        let Some(spelled) = written else {
            let place = given.map_or(at, |f| self.place(env, f.value));
            let damaged = given.is_some_and(|f| matches!(tree.exprs[f.value].kind, ast::ExprKind::Error));
            if !damaged {
                let (of, tags) = (self.show(ty), self.tags(union));
                let computed = given.is_some();
                self.report(place, Unions::MissingTag { tag: tag_name.clone(), of, tags, computed });
            }
            for field in fields {
                self.quietly_if_lambda(env, field.value);
            }
            return self.failed(ty, at);
        };
        let chosen = def.variants.iter().enumerate().find_map(|(v, variant)| {
            let tag = variant.tags.iter().position(|t| t == spelled)?;
            Some((number(v), number(tag), variant.payload, variant.location))
        });
        let Some((variant, tag, payload, declared)) = chosen else {
            if def.open {
                return self.unknown_literal(env, union, fields, at);
            }
            let place = given.map_or(at, |f| self.place(env, f.value));
            let (of, tags) = (self.show(ty), self.tags(union));
            let nearest = nearest(spelled, tags.iter().map(String::as_str)).map(str::to_owned);
            self.report(place, Unions::UnknownTag { tag: spelled.to_owned(), of, tags, nearest });
            return self.failed(ty, at);
        };
        if let Some(field) = given {
            self.uses(self.place(env, field.value), declared);
        }
        let rest: Vec<ast::FieldInit> =
            fields.iter().filter(|f| *f.name.text != **tag_name).cloned().collect();
        let tags_given = fields.len() - rest.len();
        if tags_given > 1
            && let (Some(first), Some(again)) = (given, fields.iter().rfind(|f| *f.name.text == **tag_name))
        {
            let first = self.at(env.module, first.name.span);
            let again = self.at(env.module, again.name.span);
            self.report(again, Types::DuplicateField { name: tag_name.clone(), first });
        }
        let content = match *self.kind(payload) {
            TyKind::Record(record) => self.known_record(env, record, payload, &rest, at),
            TyKind::Union(inner) => self.tagged_literal(env, inner, &rest, at),
            _ => return self.failed(ty, at),
        };
        let literal = content.literal;
        Typed { literal, ..Typed::plain(self.union_of(content.expr, union, variant, tag)) }
    }

    /// A literal of a kind that an open union does not name: the whole of it as `Json`.
    fn unknown_literal(
        &mut self,
        env: &Env,
        union: UnionId,
        fields: &[ast::FieldInit],
        at: Location,
    ) -> Typed {
        let json = self.ty(TyKind::Json);
        let object = self.json_object(env, fields, json, at);
        let kind = ExprKind::Convert { convert: Convert::ToJson, value: Box::new(object.expr) };
        let value = self.node(kind, json, at);
        let unknown = number(self.union_def(union).map_or(0, |u| u.variants.len()));
        Typed::literal(self.union_of(value, union, unknown, 0))
    }

    /// The alternative that a literal is meant to be, by how it is written.
    pub(crate) fn shape_guide(&self, env: &Env, id: ast::ExprId, union: UnionId) -> Option<u32> {
        let def = self.union_def(union).filter(|def| def.tag == UnionTag::Shape)?;
        let fits = |ty: Ty| {
            let shapes = shapes(&self.hir.types, ty);
            match &self.ast(env.module).exprs[id].kind {
                ast::ExprKind::List(_) | ast::ExprKind::Tuple(_) | ast::ExprKind::Set(_) => {
                    shapes.has_array()
                }
                ast::ExprKind::Comprehension(_) => shapes.has_array(),
                ast::ExprKind::Record(_) | ast::ExprKind::Map(_) | ast::ExprKind::EmptyBraces => {
                    shapes.has_object()
                }
                ast::ExprKind::String(_) => shapes.has_text(),
                ast::ExprKind::Int(_) | ast::ExprKind::Decimal(_) => shapes.has_number(),
                ast::ExprKind::Name(name) => {
                    env.lookup(&name.text).is_none()
                        && matches!(*self.kind(ty), TyKind::Enum(e) if self.variant(e, &name.text).is_some())
                }
                _ => false,
            }
        };
        def.variants.iter().position(|v| fits(v.payload)).map(number)
    }

    /// An expression where a union is wanted that shapes tell apart: checked as the alternative that it is written as.
    pub(crate) fn guided_by_shape(&mut self, env: &Env, id: ast::ExprId, want: Want<'_>) -> Option<Typed> {
        let TyKind::Union(union) = *self.kind(self.present(want.ty)) else { return None };
        let variant = self.shape_guide(env, id, union)?;
        let payload = self.payload(union, variant);
        let typed = self.expr(env, id, Some(want.of(payload)));
        let typed = self.assign(env, id, typed, want.of(payload));
        if matches!(typed.expr.kind, ExprKind::Error) {
            let ty = self.ty(TyKind::Union(union));
            return Some(self.failed(ty, typed.expr.location));
        }
        let literal = typed.literal;
        Some(Typed { literal, ..Typed::plain(self.union_of(typed.expr, union, variant, 0)) })
    }

    /// A value of one of the alternatives as the union, where exactly that is wanted.
    pub(crate) fn as_alternative(&mut self, typed: &Typed, union: UnionId) -> Option<Expr> {
        let def = self.union_def(union).filter(|def| def.tag == UnionTag::Shape)?;
        let payloads: Vec<Ty> = def.variants.iter().map(|v| v.payload).take(MAX_TRIES).collect();
        let fitting = payloads.iter().position(|&ty| crate::ty::fit::fits(&self.hir.types, typed.ty(), ty));
        if let Some(at) = fitting {
            return Some(self.union_of(typed.expr.clone(), union, number(at), 0));
        }
        for (at, payload) in payloads.into_iter().enumerate() {
            if let Some(value) = self.converted(typed, payload) {
                return Some(self.union_of(value, union, number(at), 0));
            }
        }
        None
    }

    // Reading.

    /// `base.name` on a union.
    pub(crate) fn union_field(
        &mut self,
        env: &Env,
        base: Typed,
        union: UnionId,
        name: &ast::Name,
        at: Location,
    ) -> Typed {
        let Some(def) = self.union_def(union).cloned() else { return Typed::plain(self.error(at)) };
        if matches!(&def.tag, UnionTag::Field(tag) if **tag == *name.text) {
            let path = Self::field_path(base.path.as_ref(), &name.text);
            let string = self.ty(TyKind::String);
            let node = self.node(ExprKind::Tag(Box::new(base.expr)), string, at);
            return Typed { path, via: base.via, ..Typed::plain(node) };
        }
        if let Some(variant) = self.only_variant(env, &base) {
            let content = self.content(base, union, variant);
            return self.field(env, content, name, at);
        }
        if name.is_missing() {
            return Typed::plain(self.error(at));
        }
        let declared: Vec<Option<Ty>> =
            def.variants.iter().map(|v| self.declared_field(v.payload, &name.text)).collect();
        let first = declared.first().copied().flatten();
        let all = first.filter(|ty| declared.iter().all(|d| *d == Some(*ty)));
        let rank = match def.variants.first().map(|v| self.kind(v.payload)) {
            Some(TyKind::Record(record)) => self.field_of(*record, &name.text),
            _ => None,
        };
        if let (Some(ty), Some(field), false) = (all, rank, def.open) {
            let path = Self::field_path(base.path.as_ref(), &name.text);
            let kind = ExprKind::Field { base: Box::new(base.expr), field };
            let typed = Typed { path, via: base.via, ..Typed::plain(self.node(kind, ty, at)) };
            return self.narrow(env, typed);
        }
        let having: Vec<String> = def
            .variants
            .iter()
            .zip(&declared)
            .filter(|(_, d)| d.is_some())
            .map(|(v, _)| v.name.clone())
            .collect();
        let source =
            self.text(env.module, base.expr.location.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let finding = Unions::SomeVariants {
            name: name.text.to_string(),
            of: self.show(base.ty()),
            differs: having.len() == def.variants.len() && all.is_none(),
            unknown: all.is_some() && def.open,
            source,
            having,
            variants: self.variant_names(union),
            guard: base.path.as_ref().and(env.guard),
        };
        self.report(self.at(env.module, name.span), finding);
        Typed::plain(self.error(at))
    }

    /// The type of a field of a variant's record.
    fn declared_field(&self, payload: Ty, name: &str) -> Option<Ty> {
        let TyKind::Record(record) = self.kind(payload) else { return None };
        let field = self.field_of(*record, name)?;
        self.hir.types.record(*record)?.fields.get(field.index()).map(|f| f.ty)
    }

    // Tests.

    /// `x is variant` on a union; none where the operand is no name, so that it is a value.
    pub(crate) fn is_variant(
        &mut self,
        env: &Env,
        typed: &Typed,
        operand: ast::ExprId,
        at: Location,
    ) -> Option<Typed> {
        let TyKind::Union(union) = *self.kind(self.present(typed.ty())) else { return None };
        let tree = self.ast(env.module);
        let place = self.place(env, operand);
        let local =
            matches!(&tree.exprs[operand].kind, ast::ExprKind::Name(n) if env.lookup(&n.text).is_some());
        let postfix = matches!(tree.exprs[operand].kind, ast::ExprKind::Postfix { .. });
        if !local && !postfix && !self.needs_guidance(env, operand) {
            // A value of the module; where its name is a variant's too, nothing says which is meant.
            let ast::ExprKind::Name(name) = &tree.exprs[operand].kind else { return None };
            self.union_variant(union, &name.text)?;
            let local = self.declared_in(env, &name.text)?;
            let of = self.show(self.present(typed.ty()));
            self.report(place, Names::LocalOrVariant { name: name.text.to_string(), of, local });
            let bool_ = self.ty(TyKind::Bool);
            return Some(self.failed(bool_, at));
        }
        let name = match &tree.exprs[operand].kind {
            ast::ExprKind::Name(name) if name.style == ast::NameStyle::Plain => name,
            ast::ExprKind::Postfix { base, steps } => {
                // `Call.fetch`
                let (ast::ExprKind::Name(head), [ast::Step { kind: ast::StepKind::Field { name, .. }, .. }]) =
                    (&tree.exprs[*base].kind, steps.as_slice())
                else {
                    return None;
                };
                let inner = self.present(typed.ty());
                if env.lookup(&head.text).is_some() || *head.text != *self.show(inner) {
                    return None;
                }
                name
            }
            _ => return None,
        };
        let variant = self.union_variant(union, &name.text);
        let bool_ = self.ty(TyKind::Bool);
        if let Some(local) = env.lookup(&name.text).map(Binding::location) {
            let (Some(_), Some(local)) = (variant, local) else { return None };
            let of = self.show(self.present(typed.ty()));
            self.report(place, Names::LocalOrVariant { name: name.text.to_string(), of, local });
            return Some(self.failed(bool_, at));
        }
        let Some(variant) = variant else {
            if !name.is_missing() {
                self.unknown_union_variant(union, &name.text, place);
            }
            return Some(self.failed(bool_, at));
        };
        self.uses_variant(union, variant, place);
        let mut facts = Branches::default();
        facts.yes.extend(typed.paths().map(|p| Known { path: p.clone(), fact: Fact::Present }));
        if let Some(path) = &typed.path {
            facts.yes.push(Known { path: path.clone(), fact: Fact::Variants(vec![variant]) });
            facts.no.push(Known { path: path.clone(), fact: Fact::NotVariants(vec![variant]) });
        }
        let test = IsTest::UnionVariant(union, variant);
        let node = self.node(ExprKind::Is { value: Box::new(typed.expr.clone()), test }, bool_, at);
        Some(Typed::plain(node).with_facts(facts))
    }

    // Patterns.

    /// A pattern of an arm that names a variant, and what it binds of its content.
    pub(crate) fn union_pattern(
        &mut self,
        env: &Env,
        union: UnionId,
        (name, payload): (&str, Option<ast::PatternId>),
        at: Location,
        names: &mut Bound,
    ) -> Option<(MatchPattern, Option<Pattern>)> {
        let Some(variant) = self.union_variant(union, name) else {
            self.unknown_union_variant(union, name, at);
            return None;
        };
        self.uses_variant(union, variant, at);
        let bind = payload.map(|id| {
            let ty = self.payload(union, variant);
            self.pattern(env, id, ty, LocalKind::Bound, names)
        });
        Some((MatchPattern::UnionVariant(union, variant), bind))
    }

    /// `{ name }` where shapes tell apart: the one alternative that is a record.
    pub(crate) fn record_alternative(&self, union: UnionId) -> Option<u32> {
        let def = self.union_def(union).filter(|def| def.tag == UnionTag::Shape)?;
        let mut records = def
            .variants
            .iter()
            .enumerate()
            .filter(|(_, v)| matches!(self.kind(v.payload), TyKind::Record(_)));
        let first = records.next().map(|(at, _)| number(at));
        first.filter(|_| records.next().is_none())
    }

    /// A union as the record that `with` changes; the step that leads to it.
    pub(crate) fn with_variant(
        &mut self,
        env: &Env,
        base: &Typed,
        union: UnionId,
        at: Location,
    ) -> Option<(u32, Ty)> {
        if let Some(variant) = self.only_variant(env, base) {
            let payload = self.payload(union, variant);
            return Some((variant, payload));
        }
        let source =
            self.text(env.module, base.expr.location.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let finding =
            Unions::WithVariant { of: self.show(base.ty()), source, variants: self.variant_names(union) };
        self.report(at, finding);
        None
    }
}
