//! `if`, `match` and `let`.

use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::{Binding, Env, Place};
use super::expr::{Typed, Want};
use super::facts::{Fact, Known, Path};
use super::patterns::Bound;
use crate::diagnostics::names::Names;
use crate::diagnostics::types::{Reason, Types};
use crate::exhaustive;
use crate::hir::{
    Arm, Const, EntityId, Expr, ExprKind, Let, LocalKind, MatchPattern, Pattern, PatternKind, Ty, TyKind,
};
use crate::ty::fit;

/// What is given in one of several ways, so far.
#[derive(Default)]
struct Results {
    ty: Option<(Ty, Location)>,
}

impl Checker<'_> {
    /// Takes one more way to give a value: against what is wanted, or so that all have one type.
    fn result(&mut self, env: &Env, id: ast::ExprId, want: Option<Want<'_>>, results: &mut Results) -> Expr {
        if let Some(want) = want {
            let expr = self.check(env, id, want);
            let ty = match results.ty {
                Some((before, _)) => fit::join(&mut self.hir.types, before, expr.ty).unwrap_or(want.ty),
                None => expr.ty,
            };
            results.ty = Some((ty, expr.location));
            return expr;
        }
        // Wanted as an option, so that one way may give `absent`.
        let hint = results.ty.map(|(ty, _)| self.present(ty)).filter(|&ty| !self.is_error(ty));
        let hint = hint.map(|ty| fit::widen(&mut self.hir.types, ty)).map(|ty| self.ty(TyKind::Option(ty)));
        let why = || Reason::here("all ways through give one type");
        let typed = self.expr(env, id, hint.map(|ty| Want { ty, why: &why }));
        match results.ty {
            None => results.ty = Some((typed.ty(), typed.expr.location)),
            Some((before, at)) => match fit::join(&mut self.hir.types, before, typed.ty()) {
                Some(joined) => results.ty = Some((joined, at)),
                None => {
                    let decimal = |k: &TyKind| matches!(k, TyKind::Int(_) | TyKind::Decimal);
                    if decimal(self.kind(before)) && decimal(self.kind(typed.ty())) {
                        results.ty = Some((self.ty(TyKind::Decimal), at));
                        return typed.expr;
                    }
                    let why = || Reason::at("the first way through gives this", at);
                    return self.assign(env, id, typed, Want { ty: before, why: &why }).expr;
                }
            },
        }
        typed.expr
    }

    /// All ways through as one type.
    fn settle(&mut self, results: &Results, expr: Expr) -> Expr {
        match results.ty {
            Some((ty, _)) if matches!(self.kind(self.present(ty)), TyKind::Decimal) => self.decimal_of(expr),
            _ => expr,
        }
    }

    pub(crate) fn if_(
        &mut self,
        env: &Env,
        branches: &[(ast::ExprId, ast::ExprId)],
        otherwise: ast::ExprId,
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let want = want.filter(|w| !self.is_error(w.ty)).filter(|_| true);
        let mut env = env.guarded(None);
        let mut results = Results::default();
        let mut out = Vec::new();
        for &(condition, value) in branches {
            let condition = self.condition(&env, condition, "what follows `if`");
            let facts = condition.branches();
            let value = self.result(&env.knowing(&facts.yes), value, want, &mut results);
            env = env.knowing(&facts.no);
            out.push((condition.expr, value));
        }
        let otherwise = self.result(&env, otherwise, want, &mut results);
        let otherwise = self.settle(&results, otherwise);
        let branches = out.into_iter().map(|(c, v)| (c, self.settle(&results, v))).collect();
        let ty = results.ty.map_or_else(|| self.ty(TyKind::Error), |(ty, _)| ty);
        let kind = ExprKind::If { branches, otherwise: Box::new(otherwise) };
        Typed::plain(self.node(kind, ty, at))
    }

    pub(crate) fn match_(
        &mut self,
        env: &Env,
        value: ast::ExprId,
        arms: &[ast::Arm],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let env = &env.guarded(None);
        let subject = self.expr(env, value, None);
        let subject = self.unnarrowed_union(subject);
        let ty = subject.ty();
        let left = self.variants_left(env, subject.path.as_ref(), ty);
        let want = want.filter(|w| !self.is_error(w.ty));
        let mut results = Results::default();
        let mut out: Vec<Arm> = Vec::new();
        let mut fine = !self.is_error(ty);
        let mut known: Vec<Known> = Vec::new();
        for arm in arms {
            let location = self.at(env.module, self.ast(env.module).patterns[arm.pattern].span);
            let mut names = Bound::new();
            let (patterns, bind, sound) = self.arm(env, arm.pattern, ty, &mut names);
            fine &= sound;
            let (here, after) = Self::arm_facts(subject.path.as_ref(), &patterns);
            let inner = env.knowing(&known).knowing(&here).bind(names);
            Self::learn(&mut known, after);
            let body = self.result(&inner, arm.body, want, &mut results);
            out.push(Arm { patterns, bind, body, location });
        }
        for arm in &mut out {
            let body = std::mem::replace(&mut arm.body, self.error(at));
            arm.body = self.settle(&results, body);
        }
        if fine {
            self.coverage(env, (ty, left.as_deref()), value, &out, at);
        }
        let ty = results.ty.map_or_else(|| self.ty(TyKind::Error), |(ty, _)| ty);
        let kind = ExprKind::Match { scrutinee: Box::new(subject.expr), arms: out };
        Typed::plain(self.node(kind, ty, at))
    }

    /// Reports what the arms leave over, and arms that come too late.
    fn coverage(
        &mut self,
        env: &Env,
        (ty, left): (Ty, Option<&[u32]>),
        value: ast::ExprId,
        arms: &[Arm],
        at: Location,
    ) {
        let head = self.place(env, value);
        let place = Location::new(at.file, policy_syntax::Span::new(at.span.lo, head.span.hi));
        if let Some(diagnostic) = exhaustive::missing_arms(&self.hir.types, (ty, left), arms, place) {
            self.push(diagnostic);
        }
        let patterns: Vec<&[MatchPattern]> = arms.iter().map(|a| a.patterns.as_slice()).collect();
        let coverage = exhaustive::coverage(&self.hir.types, (ty, left), &patterns);
        for (arm, _) in coverage.unreachable {
            if let Some(arm) = arms.get(arm) {
                self.report(arm.location, Types::UselessArm);
            }
        }
    }

    /// Adds what an arm tells of what comes after it; what is excluded is one growing list.
    fn learn(known: &mut Vec<Known>, after: Vec<Known>) {
        for new in after {
            let excluded = match &new.fact {
                Fact::NotVariants(more) => known.iter_mut().find_map(|k| match &mut k.fact {
                    Fact::NotVariants(all) if k.path == new.path => Some((all, more)),
                    _ => None,
                }),
                _ => None,
            };
            match excluded {
                Some((all, more)) => all.extend(more),
                None => known.push(new),
            }
        }
    }

    /// What an arm tells of the subject inside it and after it.
    fn arm_facts(path: Option<&Path>, patterns: &[MatchPattern]) -> (Vec<Known>, Vec<Known>) {
        let Some(path) = path else { return (Vec::new(), Vec::new()) };
        let fact = |fact| vec![Known { path: path.clone(), fact }];
        let variants: Option<Vec<u32>> = patterns
            .iter()
            .map(|p| match p {
                MatchPattern::Const(Const::Variant(_, v)) | MatchPattern::UnionVariant(_, v) => Some(*v),
                _ => None,
            })
            .collect();
        let entities: Option<Vec<EntityId>> = patterns
            .iter()
            .map(|p| match p {
                MatchPattern::Entity(id) => Some(*id),
                _ => None,
            })
            .collect();
        if let Some(entities) = entities.filter(|ids| !ids.is_empty()) {
            let mut here = fact(Fact::Present);
            here.extend(fact(Fact::Entities(entities)));
            return (here, Vec::new());
        }
        match (patterns, variants) {
            ([MatchPattern::Absent], _) => (fact(Fact::Absent), fact(Fact::Present)),
            (_, Some(variants)) => {
                let mut here = fact(Fact::Present);
                here.extend(fact(Fact::Variants(variants.clone())));
                (here, fact(Fact::NotVariants(variants)))
            }
            _ => {
                let present = patterns.iter().all(|p| match p {
                    MatchPattern::Const(_)
                    | MatchPattern::UnionVariant(..)
                    | MatchPattern::Entity(_)
                    | MatchPattern::Tuple(_) => true,
                    MatchPattern::Absent | MatchPattern::Any => false,
                });
                (if present { fact(Fact::Present) } else { Vec::new() }, Vec::new())
            }
        }
    }

    /// Binds what an arm's pattern would bind of a value that could not be checked, so that its names are not unknown as well.
    fn bound_to_error(&mut self, env: &Env, kind: &ast::PatternKind, error: Ty, names: &mut Bound) {
        if let ast::PatternKind::Variant { payload: Some(payload), .. } = kind {
            self.pattern(env, *payload, error, LocalKind::Bound, names);
        }
    }

    /// What one pattern of an arm asks, and what it binds; none where it is wrong.
    pub(crate) fn asked(
        &mut self,
        env: &Env,
        id: ast::PatternId,
        ty: Ty,
        names: &mut Bound,
    ) -> Option<(MatchPattern, Option<Pattern>)> {
        let tree = self.ast(env.module);
        let pattern = &tree.patterns[id];
        let at = self.at(env.module, pattern.span);
        let inner = self.present(ty);
        if self.is_error(inner) {
            self.bound_to_error(env, &pattern.kind, inner, names);
        }
        if self.asks_about(at) {
            self.probe_pattern(inner);
        }
        match &pattern.kind {
            ast::PatternKind::Error => None,
            ast::PatternKind::Ignore | ast::PatternKind::Else => Some((MatchPattern::Any, None)),
            ast::PatternKind::Absent => {
                if !self.is_option(ty) && !self.is_error(ty) {
                    let found = self.show(ty);
                    self.report(at, Types::Pattern { pattern: "`absent`".to_owned(), found });
                    return None;
                }
                Some((MatchPattern::Absent, None))
            }
            ast::PatternKind::Name(name) => {
                if let TyKind::Entity(ids) = self.kind(inner).clone() {
                    let path = ast::Path { segments: vec![name.clone()], span: pattern.span };
                    return self.entity_pattern(env, &ids, &path, at).map(|(p, _)| (p, None));
                }
                match *self.kind(inner) {
                    TyKind::Union(union) => self.union_pattern(env, union, (&name.text, None), at, names),
                    _ => self.variant_pattern(inner, &name.text, at).map(|p| (p, None)),
                }
            }
            ast::PatternKind::Variant { path, payload } => {
                if let TyKind::Entity(ids) = self.kind(inner).clone() {
                    let (asked, id) = self.entity_pattern(env, &ids, path, at)?;
                    let ty = self.ty(TyKind::Entity(vec![id]));
                    let bind = payload.map(|p| self.pattern(env, p, ty, LocalKind::Bound, names));
                    return Some((asked, bind));
                }
                let last = path.last()?;
                if let Some(first) = path.segments.first()
                    && path.segments.len() > 1
                    && let TyKind::Enum(_) | TyKind::Union(_) = self.kind(inner)
                {
                    let named = self.show(inner);
                    let spelled = path.segments.iter().rev().nth(1).map_or(&first.text, |s| &s.text);
                    if **spelled != *named {
                        self.report(at, Types::Pattern { pattern: format!("`{path}`"), found: named });
                        return None;
                    }
                }
                match *self.kind(inner) {
                    TyKind::Union(union) => self.union_pattern(env, union, (&last.text, *payload), at, names),
                    _ if payload.is_some() && !self.is_error(inner) => {
                        let (pattern, found) = (format!("`{path}` with what it holds"), self.show(ty));
                        self.report(at, Types::Pattern { pattern, found });
                        None
                    }
                    _ => self.variant_pattern(inner, &last.text, at).map(|p| (p, None)),
                }
            }
            ast::PatternKind::Literal(literal) => {
                let why = || Reason::here("the patterns of a `match` are values of what it looks at");
                let value = self.check(env, *literal, Want { ty: inner, why: &why });
                match value.kind {
                    ExprKind::Const(value) => Some((MatchPattern::Const(value), None)),
                    ExprKind::Error => None,
                    _ => {
                        self.unsupported(at, "this literal as a pattern", Some("compare with `if`"));
                        None
                    }
                }
            }
            ast::PatternKind::Tuple(parts) => {
                let tys = match self.kind(inner) {
                    TyKind::Tuple(tys) if tys.len() == parts.len() => tys.clone(),
                    TyKind::Error => return None,
                    _ => {
                        let found = self.show(ty);
                        let what = format!("a pattern of {} parts", parts.len());
                        self.report(at, Types::Pattern { pattern: what, found });
                        return None;
                    }
                };
                let mut out = Vec::new();
                let mut binds = Vec::new();
                for (&part, ty) in parts.iter().zip(tys) {
                    let (pattern, bind) = self.asked(env, part, ty, names)?;
                    out.push(pattern);
                    binds.push(bind);
                }
                let bind = binds.iter().any(Option::is_some).then(|| {
                    let parts = binds
                        .into_iter()
                        .map(|b| b.unwrap_or(Pattern { kind: PatternKind::Ignore, location: at }))
                        .collect();
                    Pattern { kind: PatternKind::Tuple(parts), location: at }
                });
                Some((MatchPattern::Tuple(out), bind))
            }
            ast::PatternKind::Record(_)
                if let TyKind::Union(union) = *self.kind(inner)
                    && let Some(variant) = self.record_alternative(union) =>
            {
                let payload = self.payload(union, variant);
                let bind = self.pattern(env, id, payload, LocalKind::Bound, names);
                Some((MatchPattern::UnionVariant(union, variant), Some(bind)))
            }
            ast::PatternKind::Record(_) => {
                let bind = self.pattern(env, id, inner, LocalKind::Bound, names);
                if self.is_option(ty) {
                    let found = self.show(ty);
                    self.report(at, Types::Pattern { pattern: "a pattern of fields".to_owned(), found });
                    return None;
                }
                Some((MatchPattern::Any, Some(bind)))
            }
            ast::PatternKind::Or(alternatives) => self.alternative(env, id, alternatives, ty, names),
        }
    }

    fn variant_pattern(&mut self, ty: Ty, name: &Arc<str>, at: Location) -> Option<MatchPattern> {
        match *self.kind(ty) {
            TyKind::Enum(id) => match self.variant(id, name) {
                Some(v) => {
                    self.variant_value(id, v, at);
                    Some(MatchPattern::Const(Const::Variant(id, v)))
                }
                None => {
                    self.unknown_variant(id, name, at);
                    None
                }
            },
            TyKind::Error => None,
            _ => {
                let found = self.show(ty);
                let pattern = format!("the variant `{name}`");
                self.report(at, Types::Pattern { pattern, found });
                None
            }
        }
    }

    /// `let n: T = e` in a body.
    pub(crate) fn let_(&mut self, env: &Env, decl: &ast::LetDecl) -> (Env, Option<Let>) {
        let location = self.at(env.module, decl.span);
        let name_at = self.at(env.module, decl.name.span);
        let inner = env.guarded(None);
        let typed = match decl.ty {
            Some(ty) => {
                let written = self.at(env.module, self.ast(env.module).types[ty].span);
                let ty = self.written_type(env.module, ty, &env.type_vars);
                let words = format!("`{}` is declared so", decl.name);
                let why = || Reason::at(words.clone(), written);
                let want = Want { ty, why: &why };
                let typed = self.expr(&inner, decl.value, Some(want));
                (self.assign(&inner, decl.value, typed, want), Some(ty))
            }
            None => (self.expr(&inner, decl.value, None), None),
        };
        let (typed, declared) = typed;
        let facts = self.carried(&typed);
        let local = self.local(&decl.name.text, declared.unwrap_or(typed.ty()), LocalKind::Let, name_at);
        if let ExprKind::Decide { policy, .. } = typed.expr.kind {
            self.body.decisions.push((local, policy));
        }
        if let Some(variant) = Self::variant_made(&typed.expr) {
            self.body.made.insert(local, variant);
        }
        let value = (env.place == Place::Test).then(|| {
            self.body.values.push((decl.value, inner.clone()));
            self.body.values.len() - 1
        });
        let binding = Binding::Local { id: local, facts, value, location: name_at };
        if let Some(first) = env.lookup(&decl.name.text).and_then(Binding::location) {
            // A second `let` of one name is the same mistake as hiding.
            self.report(name_at, Names::Hides { name: decl.name.text.to_string(), first: Some(first) });
            return (
                env.bind([(Arc::clone(&decl.name.text), binding)]),
                Some(self.let_node(local, typed.expr, name_at, location)),
            );
        }
        let names: Vec<_> = self.binds(env, &decl.name, binding).into_iter().collect();
        let node = self.let_node(local, typed.expr, name_at, location);
        (env.bind(names), Some(node))
    }

    fn let_node(
        &mut self,
        local: crate::hir::LocalId,
        value: Expr,
        name_at: Location,
        location: Location,
    ) -> Let {
        Let { pattern: Pattern { kind: PatternKind::Bind(local), location: name_at }, value, location }
    }
}
