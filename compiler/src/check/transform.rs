//! `transform ID [for …]: a.b["k"] = e [when C]`.

use policy_syntax::ast;

use super::Checker;
use super::annotations::Target;
use super::env::{Binding, Env};
use super::expr::{Typed, Want};
use super::facts::{Path, Root};
use super::rule::{Around, Opening, named};
use crate::diagnostics::composition::Composition;
use crate::diagnostics::types::Reason;
use crate::hir::{
    Effect, Expr, ExprKind, LocalId, LocalKind, PathStep, Pattern, PatternKind, Presence, Rule, Ty, TyKind,
};

/// How far a path has come.
struct Walk {
    steps: Vec<PathStep>,
    /// What is read there, as far as the rule's condition tells.
    value: Typed,
    /// The type that is declared for what stands there.
    declared: Ty,
}

/// Why a path is none; nothing where that was reported.
type Stop = Option<(ast::ExprId, Composition)>;

impl Checker<'_> {
    pub(crate) fn transform(
        &mut self,
        env: &Env,
        transform: &ast::Transform,
        stmt: &ast::Stmt,
        around: Around<'_>,
        input: LocalId,
    ) -> Rule {
        let generators = (transform.generators.as_slice(), transform.when.as_ref());
        let mut opening = self.opening(env, stmt, around, Target::Transform, generators);
        opening.env = opening.env.guarded(None);
        let mut finder = Finder { opening: &mut opening, generators: &transform.generators, input };
        let found = self.place_of(&mut finder, transform.target);
        let scope = opening.env.clone();
        let effect = match found {
            Ok(Walk { steps, .. }) if steps.is_empty() => {
                let finding = Composition::NotAPath {
                    source: self.source_of(&scope, transform.target),
                    why: "it is the input as a whole",
                    help: Some("name the part that changes: `x.field = …`".to_owned()),
                };
                self.report(self.place(&scope, transform.target), finding);
                None
            }
            Ok(Walk { steps, declared, .. }) => {
                let words =
                    format!("`{}` is `{}`", self.source_of(&scope, transform.target), self.show(declared));
                let why = || Reason::here(words.clone());
                let value = self.check(&scope, transform.value, Want { ty: declared, why: &why });
                Some(Effect::Transform { path: steps, value })
            }
            Err(stop) => {
                if let Some((id, finding)) = stop {
                    self.report(self.place(&scope, id), finding);
                }
                self.quietly_if_lambda(&scope, transform.value);
                None
            }
        };
        self.closing(env.module, opening, named(&transform.id), stmt, effect.unwrap_or(Effect::Warn))
    }

    /// The place of the input that an expression names.
    fn place_of(&mut self, finder: &mut Finder<'_>, id: ast::ExprId) -> Result<Walk, Stop> {
        let env = finder.opening.env.clone();
        let tree = self.ast(env.module);
        match &tree.exprs[id].kind {
            ast::ExprKind::Name(name) => self.place_of_name(finder, name, id),
            ast::ExprKind::Postfix { base, steps } => {
                let ast::ExprKind::Name(name) = &tree.exprs[*base].kind else {
                    return Err(self.no_place(&env, id, "it is computed", None));
                };
                if matches!(steps.first().map(|s| &s.kind), Some(ast::StepKind::Call { .. })) {
                    return Err(self.computed(&env, id));
                }
                let mut walk = self.place_of_name(finder, name, *base)?;
                let start = self.place(&env, *base);
                for step in steps {
                    let span = policy_syntax::Span::new(start.span.lo, step.span.lo);
                    let before = self.text(env.module, span).to_owned();
                    walk = match &step.kind {
                        ast::StepKind::Field { name, .. } => {
                            self.place_of_field(&env, walk, name, id, &before)?
                        }
                        ast::StepKind::Index { index, .. } => {
                            self.place_of_key(&env, walk, *index, id, &before)?
                        }
                        ast::StepKind::Method { .. }
                        | ast::StepKind::Call { .. }
                        | ast::StepKind::With(_) => return Err(self.computed(&env, id)),
                    };
                }
                Ok(walk)
            }
            ast::ExprKind::Error => Err(None),
            _ => Err(self.computed(&env, id)),
        }
    }

    fn computed(&self, env: &Env, id: ast::ExprId) -> Stop {
        let help = "write where it comes from: a field of the input, or what `for` binds; what is computed belongs into `when`";
        self.no_place(env, id, "it is computed", Some(help.to_owned()))
    }

    fn no_place(&self, env: &Env, id: ast::ExprId, why: &'static str, help: Option<String>) -> Stop {
        Some((id, Composition::NotAPath { source: self.source_of(env, id), why, help }))
    }

    fn place_of_name(
        &mut self,
        finder: &mut Finder<'_>,
        name: &ast::Name,
        id: ast::ExprId,
    ) -> Result<Walk, Stop> {
        let env = finder.opening.env.clone();
        let at = self.at(env.module, name.span);
        if self.asks_about(at) {
            self.probe_value(&env, None);
        }
        match env.lookup(&name.text).cloned() {
            Some(Binding::InputField { input, .. }) => {
                let whole = self.place_of_local(&env, input, Vec::new(), id);
                let whole_text = String::new();
                self.place_of_field(&env, whole, name, id, &whole_text)
            }
            Some(Binding::Local { id: local, location, .. }) if local == finder.input => {
                self.uses(at, location);
                Ok(self.place_of_local(&env, local, Vec::new(), id))
            }
            Some(Binding::Local { id: local, location, .. }) => {
                self.uses(at, location);
                match finder.generator_of(local) {
                    Some(n) => self.place_of_element(finder, n, local, id),
                    None => {
                        let kind = self.body.locals.get(local.index()).map(|l| l.kind);
                        let why = match kind {
                            Some(LocalKind::Let) => "it is a `let`, which has no place of its own",
                            Some(LocalKind::Param) => "it is a parameter",
                            Some(LocalKind::Input | LocalKind::Bound) | None => "it is a variable",
                        };
                        Err(self.no_place(&env, id, why, Some("write the path from the input on".to_owned())))
                    }
                }
            }
            Some(Binding::Damaged) => Err(None),
            Some(Binding::Lambda(_) | Binding::Abstract { .. }) => Err(self.computed(&env, id)),
            None => {
                let known = self.expr(&env, id, None);
                if self.is_error(known.ty()) {
                    return Err(None);
                }
                Err(self.no_place(&env, id, "it does not come from the input", None))
            }
        }
    }

    fn place_of_local(&mut self, env: &Env, local: LocalId, steps: Vec<PathStep>, id: ast::ExprId) -> Walk {
        let ty = self.local_ty(local);
        let at = self.place(env, id);
        let mut value = Typed::plain(self.node(ExprKind::Local(local), ty, at));
        value.path = Some(Path::root(Root::Local(local)));
        let value = self.narrow(env, value);
        Walk { steps, value, declared: ty }
    }

    /// What a generator of the rule binds: an element of a list, or the value of a map's entry.
    fn place_of_element(
        &mut self,
        finder: &mut Finder<'_>,
        n: usize,
        local: LocalId,
        id: ast::ExprId,
    ) -> Result<Walk, Stop> {
        let env = finder.opening.env.clone();
        let Some(source) = finder.generators.get(n).map(|g| g.source) else { return Err(None) };
        let Some(pattern) = finder.opening.generators.get(n).map(|g| g.pattern.clone()) else {
            return Err(None);
        };
        // A generator sees what stands before it only, so this comes to an end.
        let list = self.place_of(finder, source)?;
        let mut steps = list.steps;
        match self.kind(list.value.ty()).clone() {
            TyKind::List { .. } => {
                steps.push(PathStep::Element(u32::try_from(n).unwrap_or(u32::MAX)));
                match steps_to(&pattern, local) {
                    Some(more) => steps.extend(more),
                    None => return Err(self.no_place(&env, id, "it is a part of a tuple", None)),
                }
            }
            TyKind::Map { key, .. } => {
                let PatternKind::Tuple(parts) = &pattern.kind else {
                    let help = "take key and value apart: `for (key, value) in …`".to_owned();
                    return Err(self.no_place(&env, id, "it is a pair of key and value", Some(help)));
                };
                let [key_part, value_part] = parts.as_slice() else { return Err(None) };
                if steps_to(key_part, local).is_some() {
                    return Err(self.no_place(&env, id, "a key is no place of its own", None));
                }
                let Some(more) = steps_to(value_part, local) else { return Err(None) };
                let key = match key_part.kind {
                    PatternKind::Bind(key) => key,
                    _ => {
                        let made = self.local("$key", key, LocalKind::Bound, key_part.location);
                        finder.bind_key(n, made);
                        made
                    }
                };
                let at = self.place(&env, id);
                let key_ty = self.local_ty(key);
                steps.push(PathStep::Key(self.node(ExprKind::Local(key), key_ty, at)));
                steps.extend(more);
            }
            TyKind::Set { .. } => {
                let help = "make it a `List`, or name the field that holds the set".to_owned();
                let why = "the elements of a set have no place of their own";
                return Err(self.no_place(&env, id, why, Some(help)));
            }
            _ => return Err(None),
        }
        Ok(self.place_of_local(&env, local, steps, id))
    }

    /// Goes through what may be missing: it is made, if it can be made of nothing but what is set in it.
    fn made(&mut self, walk: Walk, field: Option<&str>, id: ast::ExprId, before: &str) -> Result<Walk, Stop> {
        let TyKind::Option(inner) = *self.kind(walk.value.ty()) else { return Ok(walk) };
        let lacks: Vec<String> = match self.kind(inner) {
            TyKind::Record(record) => self
                .hir
                .types
                .record(*record)
                .map(|def| {
                    def.declared
                        .iter()
                        .filter_map(|f| def.fields.get(f.index()))
                        .filter(|f| {
                            matches!(f.presence, Presence::Required) && Some(f.name.as_str()) != field
                        })
                        .map(|f| f.name.clone())
                        .collect()
                })
                .unwrap_or_default(),
            TyKind::Union(_) => vec!["a kind".to_owned()],
            _ => Vec::new(),
        };
        if !lacks.is_empty() {
            let ty = self.show(inner);
            return Err(Some((id, Composition::CannotMake { source: before.to_owned(), ty, lacks })));
        }
        let value = Typed { expr: self.narrowed(walk.value.expr, inner), ..walk.value };
        Ok(Walk { value, ..walk })
    }

    fn place_of_field(
        &mut self,
        env: &Env,
        walk: Walk,
        name: &ast::Name,
        id: ast::ExprId,
        before: &str,
    ) -> Result<Walk, Stop> {
        let walk = self.made(walk, Some(&name.text), id, before)?;
        let mut walk = self.within_variant(env, walk);
        let ty = walk.value.ty();
        if self.asks_about(self.at(env.module, name.span)) {
            self.probe_member(env, &walk.value);
        }
        match *self.kind(ty) {
            TyKind::Record(record) => {
                let at = self.at(env.module, name.span);
                let Some(field) = self.field_of(record, &name.text) else {
                    self.unknown_field(env, record, ty, name);
                    return Err(None);
                };
                let def = self.hir.types.record(record);
                if def.and_then(|d| d.rest) == Some(field) {
                    let why = "it gathers the fields that have no name of their own";
                    return Err(self.no_place(env, id, why, None));
                }
                let declared = def.and_then(|d| d.fields.get(field.index())).map_or(ty, |f| f.ty);
                walk.steps.push(PathStep::Field(record, field));
                let value = self.field(env, walk.value, name, at);
                Ok(Walk { steps: walk.steps, value, declared })
            }
            TyKind::Error => Err(None),
            TyKind::Union(_) => {
                let help = format!("ask which it is: `when {before} is …`");
                let why = "what it is made of depends on its kind, which is not known here";
                Err(self.no_place(env, id, why, Some(help)))
            }
            TyKind::Json => {
                let help = "declare a type for what is changed".to_owned();
                Err(self.no_place(env, id, "the parts of `Json` have no declared type", Some(help)))
            }
            TyKind::Read(_) => {
                let why = "it lies within a value that a function has read";
                Err(self.no_place(env, id, why, Some(format!("replace the whole: `{before} = …`"))))
            }
            TyKind::Entity(_) => {
                Err(self.no_place(env, id, "attributes of entities do not come from the input", None))
            }
            _ => {
                // Says what is wrong with the field.
                let at = self.at(env.module, name.span);
                self.field(env, walk.value, name, at);
                Err(None)
            }
        }
    }

    fn place_of_key(
        &mut self,
        env: &Env,
        walk: Walk,
        index: ast::ExprId,
        id: ast::ExprId,
        before: &str,
    ) -> Result<Walk, Stop> {
        let walk = self.made(walk, None, id, before)?;
        let mut walk = self.within_variant(env, walk);
        match *self.kind(walk.value.ty()) {
            TyKind::Map { key, value, .. } => {
                let words = format!("the keys of `{before}` are `{}`", self.show(key));
                let why = || Reason::here(words.clone());
                let want = Want { ty: key, why: &why };
                let typed = self.expr(env, index, Some(want));
                let key = self.assign(env, index, typed, want);
                let path = walk.value.path.as_ref().zip(Self::key_step(&key)).map(|(p, step)| p.then(step));
                walk.steps.push(PathStep::Key(key.expr));
                let ty = self.optional(value);
                let read = Expr { ty, ..walk.value.expr };
                let read = self.narrow(env, Typed { path, ..Typed::plain(read) });
                Ok(Walk { steps: walk.steps, value: read, declared: value })
            }
            TyKind::List { .. } => {
                self.expr(env, index, None);
                let help = format!("say which elements: `for e in {before}: e.field = … when …`");
                let why = "what stands at a position may be something else tomorrow";
                Err(self.no_place(env, id, why, Some(help)))
            }
            TyKind::Error => Err(None),
            _ => {
                self.expr(env, index, None);
                let help = "declare a type for what is changed".to_owned();
                Err(self.no_place(env, id, "it has no parts that can be named by a key", Some(help)))
            }
        }
    }

    /// Where a union is known to be one of its variants, the place is within its content.
    fn within_variant(&mut self, env: &Env, mut walk: Walk) -> Walk {
        walk.value = self.unnarrowed_union(walk.value);
        // A union may hold another; each step leads into a smaller type.
        while let TyKind::Union(union) = *self.kind(walk.value.ty()) {
            let Some(variant) = self.only_variant(env, &walk.value) else { break };
            walk.steps.push(PathStep::Variant(union, variant));
            walk.value = self.content(walk.value, union, variant);
        }
        walk
    }
}

/// What a path can begin with.
struct Finder<'f> {
    opening: &'f mut Opening,
    generators: &'f [ast::Generator],
    input: LocalId,
}

impl Finder<'_> {
    /// The generator that binds a variable.
    fn generator_of(&self, local: LocalId) -> Option<usize> {
        self.opening.generators.iter().position(|g| binds(&g.pattern, local))
    }

    /// Gives the key of a map's entry, which the author left out, a name.
    fn bind_key(&mut self, n: usize, key: LocalId) {
        if let Some(generator) = self.opening.generators.get_mut(n)
            && let PatternKind::Tuple(parts) = &mut generator.pattern.kind
            && let Some(part) = parts.first_mut()
        {
            part.kind = PatternKind::Bind(key);
        }
    }
}

fn binds(pattern: &Pattern, local: LocalId) -> bool {
    let mut found = false;
    crate::hir::walk::pattern_bindings(pattern, &mut |bound| found |= bound == local);
    found
}

/// The steps from what a pattern takes apart to what it binds to a variable.
fn steps_to(pattern: &Pattern, local: LocalId) -> Option<Vec<PathStep>> {
    match &pattern.kind {
        PatternKind::Bind(bound) if *bound == local => Some(Vec::new()),
        PatternKind::Bind(_) | PatternKind::Ignore | PatternKind::Tuple(_) => None,
        PatternKind::Record(record, fields) => fields.iter().find_map(|(field, part)| {
            let mut steps = vec![PathStep::Field(*record, *field)];
            steps.extend(steps_to(part, local)?);
            Some(steps)
        }),
    }
}
