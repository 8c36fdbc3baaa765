//! Which parts of an input a policy can read: every path that occurs in what it can reach, whatever guards it.
//!
//! A path is read to where it ends. What an operator, a library function, a message or the decision takes as
//! a value is read whole; passing it to a function of the language, naming it in a `let`, going through
//! its elements and asking whether it is present are not.

use std::collections::{BTreeMap, BTreeSet};

use policy_compiler::hir::{
    Effect, Expr, ExprKind, Gen, Hir, IsTest, Let, LocalId, MatchPattern, PathStep, Pattern, PatternKind,
    Policy, Text, TextPart, Ty, TyKind, WithStep,
};

/// One step down into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field of a record.
    Field(String),
    /// Any element of a list.
    Elem,
    /// Any value of a map.
    Value,
    /// A part of a tuple.
    Part(usize),
    /// The content of a variant.
    Variant(usize),
}

/// How much of a value is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    whole: bool,
    touched: bool,
    parts: BTreeMap<Step, Reach>,
}

impl Reach {
    /// All of it.
    #[must_use]
    pub fn whole() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Whether any of it is read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.whole || self.touched || !self.parts.is_empty()
    }

    /// How much of a part is read.
    #[must_use]
    pub fn below(&self, step: &Step) -> Self {
        if self.whole { Self::whole() } else { self.parts.get(step).cloned().unwrap_or_default() }
    }

    /// At least the kind of value.
    #[must_use]
    pub fn touched(self) -> Self {
        Self { touched: true, ..self }
    }
}

/// What of its input a policy reads, with what it includes and what is excepted of it.
#[must_use]
pub fn readable(hir: &Hir, policy: &Policy) -> Reach {
    let mut walk = Walk { hir, nodes: vec![Node::default()] };
    walk.rules(policy, &Alias::node(0));
    walk.reach(0)
}

#[derive(Default)]
struct Node {
    whole: bool,
    touched: bool,
    parts: BTreeMap<Step, usize>,
}

/// The parts of the input that a value may be.
#[derive(Clone, Debug, Default)]
struct Alias {
    nodes: BTreeSet<usize>,
    /// Of a pair that a generator over a map binds.
    parts: Vec<Alias>,
}

impl Alias {
    fn node(node: usize) -> Self {
        Self { nodes: BTreeSet::from([node]), parts: Vec::new() }
    }

    fn join(mut self, other: Self) -> Self {
        self.nodes.extend(other.nodes);
        for (index, part) in other.parts.into_iter().enumerate() {
            match self.parts.get_mut(index) {
                Some(there) => *there = std::mem::take(there).join(part),
                None => self.parts.push(part),
            }
        }
        self
    }
}

#[derive(Clone)]
enum Slot<'a> {
    Known(Alias),
    Lazy(&'a Let),
}

#[derive(Clone)]
struct Scope<'a> {
    slots: Vec<Slot<'a>>,
}

impl<'a> Scope<'a> {
    fn new(count: usize) -> Self {
        Self { slots: vec![Slot::Known(Alias::default()); count] }
    }

    fn put(&mut self, local: LocalId, slot: Slot<'a>) {
        if let Some(there) = self.slots.get_mut(local.index()) {
            *there = slot;
        }
    }

    fn set(&mut self, local: LocalId, alias: Alias) {
        self.put(local, Slot::Known(alias));
    }

    fn enter(&mut self, lets: &'a [Let]) {
        for one in lets {
            let mut locals = Vec::new();
            bound(&one.pattern, &mut locals);
            for local in locals {
                self.put(local, Slot::Lazy(one));
            }
        }
    }
}

fn bound(pattern: &Pattern, locals: &mut Vec<LocalId>) {
    match &pattern.kind {
        PatternKind::Ignore => {}
        PatternKind::Bind(local) => locals.push(*local),
        PatternKind::Tuple(parts) => parts.iter().for_each(|part| bound(part, locals)),
        PatternKind::Record(_, fields) => fields.iter().for_each(|(_, part)| bound(part, locals)),
    }
}

struct Walk<'a> {
    hir: &'a Hir,
    nodes: Vec<Node>,
}

impl<'a> Walk<'a> {
    /// The rules of a policy on a part of the input.
    fn rules(&mut self, policy: &'a Policy, input: &Alias) {
        let mut scope = Scope::new(policy.locals.len());
        scope.set(policy.input_local, input.clone());
        scope.enter(&policy.lets);
        if let Some(applies) = &policy.applies {
            self.whole(&mut scope, applies);
        }
        for (index, rule) in policy.rules.iter().enumerate() {
            self.generators(&mut scope, &rule.generators);
            let mut bindings = Vec::new();
            for local in &rule.bindings {
                let alias = self.local(&mut scope, *local);
                self.take(&alias);
                bindings.push(alias);
            }
            for expr in rule.when.iter().chain(&rule.that).chain(&rule.details) {
                self.whole(&mut scope, expr);
            }
            for text in rule.because.iter().chain(&rule.fix) {
                self.text(&mut scope, text);
            }
            self.effect(&mut scope, &rule.effect);
            for exception in &self.hir.exceptions {
                let excepted = self.hir.policies.get(exception.policy.index());
                if exception.rule.index() != index || excepted.is_none_or(|other| other.name != policy.name) {
                    continue;
                }
                let mut scope = Scope::new(exception.locals.len());
                scope.set(exception.input_local, input.clone());
                for (pattern, alias) in exception.bindings.iter().zip(&bindings) {
                    self.bind(&mut scope, pattern, alias);
                }
                if let Some(when) = &exception.when {
                    self.whole(&mut scope, when);
                }
                if let Some(because) = &exception.because {
                    self.text(&mut scope, because);
                }
            }
        }
    }

    fn effect(&mut self, scope: &mut Scope<'a>, effect: &'a Effect) {
        match effect {
            Effect::Deny | Effect::Require | Effect::Allow | Effect::Warn => {}
            Effect::Escalate(to) => self.text(scope, to),
            Effect::Oblige { payload, .. } => self.whole(scope, payload),
            Effect::Transform { path, value } => {
                for step in path {
                    if let PathStep::Key(key) = step {
                        self.whole(scope, key);
                    }
                }
                self.whole(scope, value);
            }
            Effect::Include(include) => {
                if let Some(name) = &include.name {
                    self.text(scope, name);
                }
                let input = self.path(scope, &include.input);
                include.params.iter().for_each(|(_, value)| self.whole(scope, value));
                if let Some(policy) = self.hir.policies.get(include.policy.index()) {
                    self.rules(policy, &input);
                }
            }
        }
    }

    fn reach(&self, node: usize) -> Reach {
        let Some(node) = self.nodes.get(node) else { return Reach::default() };
        Reach {
            whole: node.whole,
            touched: node.touched,
            parts: node.parts.iter().map(|(step, part)| (step.clone(), self.reach(*part))).collect(),
        }
    }

    fn step(&mut self, alias: &Alias, step: &Step) -> Alias {
        let mut below = Alias::default();
        for &node in &alias.nodes {
            let next = self.nodes.len();
            let Some(there) = self.nodes.get_mut(node) else { continue };
            let part = *there.parts.entry(step.clone()).or_insert(next);
            if part == next {
                self.nodes.push(Node::default());
            }
            below.nodes.insert(part);
        }
        below
    }

    fn touch(&mut self, alias: &Alias) {
        for &node in &alias.nodes {
            if let Some(node) = self.nodes.get_mut(node) {
                node.touched = true;
            }
        }
    }

    fn take(&mut self, alias: &Alias) {
        for &node in &alias.nodes {
            if let Some(node) = self.nodes.get_mut(node) {
                node.whole = true;
            }
        }
        for part in &alias.parts {
            self.take(part);
        }
    }

    /// An expression whose value is used.
    fn whole(&mut self, scope: &mut Scope<'a>, expr: &'a Expr) {
        let alias = self.path(scope, expr);
        self.take(&alias);
    }

    fn text(&mut self, scope: &mut Scope<'a>, text: &'a Text) {
        for part in &text.parts {
            if let TextPart::Value { value, .. } = part {
                self.whole(scope, value);
            }
        }
    }

    fn local(&mut self, scope: &mut Scope<'a>, local: LocalId) -> Alias {
        match scope.slots.get(local.index()).cloned() {
            Some(Slot::Known(alias)) => alias,
            Some(Slot::Lazy(one)) => {
                let alias = self.path(scope, &one.value);
                self.bind(scope, &one.pattern, &alias);
                match scope.slots.get(local.index()) {
                    Some(Slot::Known(alias)) => alias.clone(),
                    Some(Slot::Lazy(_)) | None => Alias::default(),
                }
            }
            None => Alias::default(),
        }
    }

    fn bind(&mut self, scope: &mut Scope<'a>, pattern: &Pattern, alias: &Alias) {
        match &pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Bind(local) => scope.set(*local, alias.clone()),
            PatternKind::Tuple(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let below = self.part(alias, index);
                    self.bind(scope, part, &below);
                }
            }
            PatternKind::Record(record, fields) => {
                for (field, part) in fields {
                    let name = self.hir.types.record(*record).and_then(|r| r.fields.get(field.index()));
                    let name = name.map(|field| field.name.clone()).unwrap_or_default();
                    let below = self.step(alias, &Step::Field(name));
                    self.touch(&below);
                    self.bind(scope, part, &below);
                }
            }
        }
    }

    fn part(&mut self, alias: &Alias, index: usize) -> Alias {
        let below = self.step(&Alias { nodes: alias.nodes.clone(), parts: Vec::new() }, &Step::Part(index));
        self.touch(&below);
        below.join(alias.parts.get(index).cloned().unwrap_or_default())
    }

    fn generators(&mut self, scope: &mut Scope<'a>, generators: &'a [Gen]) {
        for generator in generators {
            let source = self.path(scope, &generator.source);
            self.touch(&source);
            let element = match self.hir.types.kind(generator.source.ty) {
                TyKind::List { .. } => self.step(&source, &Step::Elem),
                TyKind::Map { .. } => {
                    let value = self.step(&source, &Step::Value);
                    Alias { nodes: BTreeSet::new(), parts: vec![Alias::default(), value] }
                }
                // A set cannot be made without its elements.
                _ => {
                    self.take(&source);
                    Alias::default()
                }
            };
            self.bind(scope, &generator.pattern, &element);
        }
    }

    /// The path that an expression is, read to where it ends; what else it holds is used.
    fn path(&mut self, scope: &mut Scope<'a>, expr: &'a Expr) -> Alias {
        let alias = self.walk(scope, expr);
        self.touch(&alias);
        // A set cannot be made without its elements, also where it may be absent.
        let ty = match self.hir.types.kind(expr.ty) {
            TyKind::Option(inner) => *inner,
            _ => expr.ty,
        };
        if matches!(self.hir.types.kind(ty), TyKind::Set { .. }) {
            self.take(&alias);
        }
        alias
    }

    #[allow(clippy::too_many_lines, reason = "one arm a node")]
    fn walk(&mut self, scope: &mut Scope<'a>, expr: &'a Expr) -> Alias {
        match &expr.kind {
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Global(_)
            | ExprKind::Data(_)
            | ExprKind::Now
            | ExprKind::Fixture { .. }
            | ExprKind::Decide { .. } => {}
            ExprKind::Local(local) => return self.local(scope, *local),
            ExprKind::Let { lets, body } => {
                scope.enter(lets);
                return self.path(scope, body);
            }
            ExprKind::If { branches, otherwise } => {
                let mut alias = Alias::default();
                for (condition, value) in branches {
                    self.whole(scope, condition);
                    alias = alias.join(self.path(scope, value));
                }
                return alias.join(self.path(scope, otherwise));
            }
            ExprKind::Match { scrutinee, arms } => {
                let looked_at = self.path(scope, scrutinee);
                let mut alias = Alias::default();
                for arm in arms {
                    let mut content = looked_at.clone();
                    for pattern in &arm.patterns {
                        content = self.matched(&looked_at, pattern, content);
                    }
                    if let Some(bind) = &arm.bind {
                        self.bind(scope, bind, &content);
                    }
                    alias = alias.join(self.path(scope, &arm.body));
                }
                return alias;
            }
            ExprKind::Record { fields, .. } => {
                fields.iter().for_each(|(_, value)| self.whole(scope, value));
            }
            ExprKind::Tuple(parts) => {
                let parts = parts.iter().map(|part| self.path(scope, part)).collect();
                return Alias { nodes: BTreeSet::new(), parts };
            }
            ExprKind::List(parts) | ExprKind::Set(parts) | ExprKind::Logic { operands: parts, .. } => {
                parts.iter().for_each(|part| self.whole(scope, part));
            }
            ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
                self.whole(scope, key);
                self.whole(scope, value);
            }),
            ExprKind::Interpolation(text) => self.text(scope, text),
            ExprKind::Field { base, field } => {
                let alias = self.path(scope, base);
                return self.field(&alias, base.ty, field.index());
            }
            ExprKind::Part { base, index } => {
                let alias = self.path(scope, base);
                return self.part(&alias, *index as usize);
            }
            ExprKind::JsonField { base, .. } => return self.path(scope, base),
            ExprKind::Index { base, index } => {
                let alias = self.path(scope, base);
                self.whole(scope, index);
                return match self.hir.types.kind(base.ty) {
                    TyKind::List { .. } => self.step(&alias, &Step::Elem),
                    TyKind::Map { .. } => self.step(&alias, &Step::Value),
                    _ => alias,
                };
            }
            ExprKind::WithPresent { base, local, body } => {
                let alias = self.path(scope, base);
                scope.set(*local, alias);
                return self.path(scope, body);
            }
            ExprKind::Narrow(inner) => {
                let alias = self.path(scope, inner);
                return self.content(&alias, inner.ty, expr.ty);
            }
            ExprKind::With { base, updates } => {
                self.whole(scope, base);
                for (path, value) in updates {
                    for step in path {
                        if let WithStep::Key(key) = step {
                            self.whole(scope, key);
                        }
                    }
                    self.whole(scope, value);
                }
            }
            ExprKind::Not(inner) | ExprKind::Negate(inner) => self.whole(scope, inner),
            ExprKind::Coalesce(first, second) => {
                let first = self.path(scope, first);
                return first.join(self.path(scope, second));
            }
            ExprKind::Compare { left, right, .. } | ExprKind::Arithmetic { left, right, .. } => {
                self.whole(scope, left);
                self.whole(scope, right);
            }
            ExprKind::In { elem, container, .. } => {
                self.whole(scope, elem);
                self.whole(scope, container);
            }
            ExprKind::Matches { text, pattern } | ExprKind::Contains { text, what: pattern } => {
                self.whole(scope, text);
                self.whole(scope, pattern);
            }
            ExprKind::Is { value, test } => {
                let alias = self.path(scope, value);
                match test {
                    IsTest::Present
                    | IsTest::Absent
                    | IsTest::Empty
                    | IsTest::UnionVariant(..)
                    | IsTest::Entity(_) => {}
                    IsTest::Equal(wanted) => {
                        self.take(&alias);
                        self.whole(scope, wanted);
                    }
                    IsTest::JsonKind(_) => self.take(&alias),
                }
            }
            ExprKind::Cast { value, .. }
            | ExprKind::Entity { id: value, .. }
            | ExprKind::EntityText { base: value, .. }
            | ExprKind::Attribute { base: value, .. } => self.whole(scope, value),
            ExprKind::Tag(union) => {
                self.path(scope, union);
            }
            ExprKind::Then { patterns, source, without, body } => {
                let alias = self.path(scope, source);
                let element = self.step(&alias, &Step::Elem);
                self.touch(&element);
                for pattern in patterns.iter().chain(without.iter().map(|without| &without.0)) {
                    self.bind(scope, pattern, &element);
                }
                self.whole(scope, body);
                without.iter().for_each(|without| self.whole(scope, &without.1));
            }
            ExprKind::Fold { generators, state, init, body } => {
                self.whole(scope, init);
                self.generators(scope, generators);
                scope.set(*state, Alias::default());
                self.whole(scope, body);
            }
            ExprKind::Score(parts) => parts.iter().for_each(|part| self.whole(scope, &part.condition)),
            ExprKind::Descend { base, local, children, .. } => {
                self.whole(scope, base);
                scope.set(*local, Alias::default());
                self.whole(scope, children);
            }
            ExprKind::Convert { convert, value } => {
                let alias = self.path(scope, value);
                // A narrower record is a view of the same parts.
                if matches!(convert, policy_compiler::hir::Convert::Project) {
                    return alias;
                }
                self.take(&alias);
            }
            ExprKind::Quantified { generators, body, .. } => {
                self.generators(scope, generators);
                self.whole(scope, body);
            }
            ExprKind::Comprehension { generators, filter, elem, value, .. } => {
                self.generators(scope, generators);
                for part in filter.iter().chain(value) {
                    self.whole(scope, part);
                }
                self.whole(scope, elem);
            }
            ExprKind::Call { function, args } => {
                let args: Vec<Alias> = args.iter().map(|arg| self.path(scope, arg)).collect();
                let Some(function) = self.hir.functions.get(function.index()) else {
                    return Alias::default();
                };
                let mut inner = Scope::new(function.locals.len());
                for (slot, alias) in inner.slots.iter_mut().zip(args) {
                    *slot = Slot::Known(alias);
                }
                return self.path(&mut inner, &function.body);
            }
            ExprKind::Intrinsic { args, .. } => args.iter().for_each(|arg| self.whole(scope, arg)),
        }
        Alias::default()
    }

    fn matched(&mut self, looked_at: &Alias, pattern: &MatchPattern, content: Alias) -> Alias {
        match pattern {
            MatchPattern::Absent | MatchPattern::Any => content,
            MatchPattern::Const(_) | MatchPattern::Entity(_) => {
                self.take(looked_at);
                content
            }
            MatchPattern::UnionVariant(_, variant) => {
                let below = self.step(looked_at, &Step::Variant(*variant as usize));
                self.touch(&below);
                below
            }
            MatchPattern::Tuple(patterns) => {
                let mut parts = Vec::new();
                for (index, pattern) in patterns.iter().enumerate() {
                    let part = self.part(looked_at, index);
                    parts.push(self.matched(&part, pattern, part.clone()));
                }
                Alias { nodes: BTreeSet::new(), parts }
            }
        }
    }

    fn field(&mut self, alias: &Alias, ty: Ty, field: usize) -> Alias {
        let types = &self.hir.types;
        match types.kind(ty) {
            TyKind::Record(record) => {
                let name = types.record(*record).and_then(|record| record.fields.get(field));
                let name = name.map(|field| field.name.clone()).unwrap_or_default();
                self.step(alias, &Step::Field(name))
            }
            TyKind::Union(union) => {
                let payloads: Vec<Ty> = types
                    .union(*union)
                    .map(|u| u.variants.iter().map(|v| v.payload).collect())
                    .unwrap_or_default();
                let name = match payloads.first().map(|ty| types.kind(*ty)) {
                    Some(TyKind::Record(record)) => {
                        types.record(*record).and_then(|record| record.fields.get(field))
                    }
                    Some(_) | None => None,
                };
                let name = name.map(|field| field.name.clone()).unwrap_or_default();
                let mut all = Alias::default();
                for variant in 0..payloads.len() {
                    let content = self.step(alias, &Step::Variant(variant));
                    all = all.join(self.step(&content, &Step::Field(name.clone())));
                }
                all
            }
            _ => Alias::default(),
        }
    }

    fn content(&mut self, alias: &Alias, from: Ty, to: Ty) -> Alias {
        let types = &self.hir.types;
        let from = match types.kind(from) {
            TyKind::Option(inner) => *inner,
            _ => from,
        };
        let (TyKind::Union(union), false) = (types.kind(from), from == to) else { return alias.clone() };
        let payloads: Vec<Ty> =
            types.union(*union).map(|u| u.variants.iter().map(|v| v.payload).collect()).unwrap_or_default();
        let mut all = Alias::default();
        for (variant, payload) in payloads.into_iter().enumerate() {
            if payload == to {
                let content = self.step(alias, &Step::Variant(variant));
                self.touch(&content);
                all = all.join(content);
            }
        }
        let declared = types.union(*union).filter(|u| u.open).map(|u| u.variants.len());
        if let (true, Some(unknown), TyKind::Json) = (all.nodes.is_empty(), declared, types.kind(to)) {
            all = self.step(alias, &Step::Variant(unknown));
            self.touch(&all);
        }
        if all.nodes.is_empty() { alias.clone() } else { all }
    }
}
