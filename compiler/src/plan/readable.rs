//! Which parts of an input a policy can read: every path that occurs in what it can reach, whatever guards it.
//!
//! This is part of the meaning of a program, not an optimisation: what is readable and does not fit its type is
//! a misfit. It is taken from the typed representation before anything is moved or folded.
//!
//! A path is read down to where it ends. What an operator, a library function, a message or the decision takes
//! as a value is read whole, and so is what becomes part of a new list, set, map or record. Going down a path,
//! going through elements, naming in a `let`, passing to a function of the language, choosing by `if`, `match`
//! and `??`, and asking whether something is present or empty are no such uses: they read that there is a
//! value of the right kind, and no more.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::alias::Alias;
use crate::hir::walk::{effect_parts, pattern_bindings, text_parts};
use crate::hir::{
    Convert, Effect, Exception, Expr, ExprKind, FunctionId, Gen, Hir, Include, IsTest, Let, LocalId,
    MatchPattern, Pattern, PatternKind, Policy, PolicyId, RecordId, Rule, Ty, TyKind, UnionId, UnionTag,
    WithStep,
};

/// One step down into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step<'h> {
    /// A field of a record.
    Field(&'h str),
    /// Any element of a list.
    Elem,
    /// Any value of a map.
    Value,
    /// A part of a tuple.
    Part(u32),
    /// The content of a variant of a union.
    Variant(u32),
}

/// A part of an input, and how much of it can be read.
#[derive(Clone, Debug, Default)]
pub struct Part<'h> {
    /// All of it.
    pub whole: bool,
    /// At least what kind of value it is.
    pub touched: bool,
    /// The parts below, as positions for [`Readable::part`].
    pub below: BTreeMap<Step<'h>, usize>,
}

/// The parts of an input that can be read: a tree, whose root is at position 0.
#[derive(Clone, Debug)]
pub struct Readable<'h> {
    parts: Vec<Part<'h>>,
}

impl Default for Readable<'_> {
    fn default() -> Self {
        Self { parts: vec![Part::default()] }
    }
}

impl<'h> Readable<'h> {
    /// The part at a position.
    #[must_use]
    pub fn part(&self, position: usize) -> Option<&Part<'h>> {
        self.parts.get(position)
    }

    /// The paths at which reading ends, as JSON Pointers in which `*` stands for any element or key; sorted.
    #[must_use]
    pub fn pointers(&self) -> Vec<String> {
        let mut pointers: Vec<String> = self.ends().into_iter().map(|(pointer, _)| pointer).collect();
        pointers.dedup();
        pointers
    }

    /// As [`Readable::pointers`], each with whether what stands there is read whole, and not only that there is something.
    pub(crate) fn ends(&self) -> Vec<(String, bool)> {
        let mut ends = Vec::new();
        self.collect(0, &mut String::new(), &mut ends);
        ends.sort();
        ends
    }

    fn collect(&self, position: usize, path: &mut String, pointers: &mut Vec<(String, bool)>) {
        let Some(part) = self.parts.get(position) else { return };
        if part.whole || (part.touched && part.below.is_empty()) {
            pointers.push((path.clone(), part.whole));
            return;
        }
        for (step, below) in &part.below {
            let length = path.len();
            match step {
                Step::Field(name) => {
                    path.push('/');
                    if name.contains(['~', '/']) {
                        path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                    } else {
                        path.push_str(name);
                    }
                }
                Step::Elem | Step::Value => path.push_str("/*"),
                Step::Part(index) => path.push_str(&format!("/{index}")),
                Step::Variant(_) => {}
            }
            self.collect(*below, path, pointers);
            path.truncate(length);
        }
    }

    fn step(&mut self, from: usize, step: Step<'h>) -> usize {
        let next = self.parts.len();
        let Some(part) = self.parts.get_mut(from) else { return from };
        let below = *part.below.entry(step).or_insert(next);
        if below == next {
            self.parts.push(Part::default());
        }
        below
    }
}

/// What of its input a policy can read.
#[must_use]
pub fn readable<'h>(hir: &'h Hir, policy: &'h Policy) -> Readable<'h> {
    let (mut walk, _) = Walk::new(hir, policy);
    walk.policy(policy, Alias::One(0));
    walk.readable
}

/// The parts of the input that are what an included policy decides on, as JSON Pointers.
pub(crate) fn include_pointers<'h>(
    hir: &'h Hir,
    policy: &'h Policy,
    rule: &'h Rule,
    include: &'h Include,
) -> Vec<String> {
    let (mut walk, mut scope) = Walk::new(hir, policy);
    walk.conditions(&mut scope, rule);
    let alias = walk.path(&mut scope, &include.input);
    // Only what the input is counts, not what was read on the way.
    for part in &mut walk.readable.parts {
        (part.whole, part.touched) = (false, false);
    }
    walk.take(&alias);
    walk.readable.pointers()
}

/// What the rules of one policy read, each on its own.
struct RuleReads<'h> {
    walk: Walk<'h>,
    scope: Scope<'h>,
}

impl<'h> RuleReads<'h> {
    fn new(hir: &'h Hir, policy: &'h Policy) -> Self {
        let (walk, scope) = Walk::new(hir, policy);
        Self { walk, scope }
    }

    /// The parts of the input that a rule's generators and conditions read, as [`Readable::pointers`] gives them.
    fn pointers(&mut self, rule: &'h Rule) -> Vec<String> {
        self.walk.conditions(&mut self.scope, rule);
        let pointers = self.walk.readable.pointers();
        self.walk.forget();
        self.scope.since.clear();
        pointers
    }
}

/// What a policy reads: all of it, and of each rule what its generators and conditions read.
#[derive(Debug)]
pub(crate) struct Reads<'h> {
    pub(crate) all: Readable<'h>,
    pub(crate) rules: Vec<Vec<String>>,
}

impl<'h> Reads<'h> {
    pub(crate) fn of(hir: &'h Hir, policy: &'h Policy) -> Self {
        let mut rules = RuleReads::new(hir, policy);
        Self {
            all: readable(hir, policy),
            rules: policy.rules.iter().map(|rule| rules.pointers(rule)).collect(),
        }
    }
}

/// As [`RuleReads::pointers`], each with whether what stands there is read whole, and not only that there is something.
pub(crate) fn rule_reads<'h>(hir: &'h Hir, policy: &'h Policy, rule: &'h Rule) -> Vec<(String, bool)> {
    let (mut walk, mut scope) = Walk::new(hir, policy);
    walk.conditions(&mut scope, rule);
    walk.readable.ends()
}

#[derive(Clone)]
enum Slot<'h> {
    Known(Alias),
    /// A `let` that was not used yet: what is never used is not read.
    Lazy(&'h Let),
}

/// What variables are. Those that say nothing are of no part of the input.
#[derive(Default)]
struct Scope<'h> {
    /// What stood at first.
    slots: FxHashMap<LocalId, Slot<'h>>,
    /// What was learnt since: it goes before.
    since: FxHashMap<LocalId, Slot<'h>>,
}

impl<'h> Scope<'h> {
    fn put(&mut self, local: LocalId, slot: Slot<'h>) {
        self.since.insert(local, slot);
    }

    fn get(&self, local: LocalId) -> Option<&Slot<'h>> {
        self.since.get(&local).or_else(|| self.slots.get(&local))
    }

    fn enter(&mut self, lets: &'h [Let]) {
        for item in lets {
            pattern_bindings(&item.pattern, &mut |local| self.put(local, Slot::Lazy(item)));
        }
    }
}

struct Walk<'h> {
    hir: &'h Hir,
    readable: Readable<'h>,
    /// Policies that were walked, each with the parts that it decides on.
    policies: FxHashSet<(PolicyId, Alias)>,
    /// What calls gave, so that a function is walked once for each set of parts that it is given.
    calls: FxHashMap<(FunctionId, Vec<Alias>), Alias>,
}

impl<'h> Walk<'h> {
    fn new(hir: &'h Hir, policy: &'h Policy) -> (Self, Scope<'h>) {
        let mut scope = Scope::default();
        scope.put(policy.input_local, Slot::Known(Alias::One(0)));
        scope.enter(&policy.lets);
        scope.slots = std::mem::take(&mut scope.since);
        let (policies, calls) = (FxHashSet::default(), FxHashMap::default());
        (Self { hir, readable: Readable::default(), policies, calls }, scope)
    }

    /// Begins anew.
    fn forget(&mut self) {
        self.readable.parts.truncate(1);
        if let Some(root) = self.readable.parts.first_mut() {
            *root = Part::default();
        }
        self.policies.clear();
        self.calls.clear();
    }

    /// All that a policy can read of what it decides on.
    fn policy(&mut self, policy: &'h Policy, input: Alias) {
        let hir = self.hir;
        let mut scope = Scope::default();
        scope.put(policy.input_local, Slot::Known(input.clone()));
        scope.enter(&policy.lets);
        if let Some(applies) = &policy.applies {
            self.used(&mut scope, applies);
        }
        for (index, rule) in policy.rules.iter().enumerate() {
            self.conditions(&mut scope, rule);
            for local in &rule.bindings {
                let alias = self.local(&mut scope, *local);
                self.take(&alias);
            }
            match &rule.effect {
                Effect::Include(include) => self.include(&mut scope, include),
                Effect::Deny
                | Effect::Require
                | Effect::Allow
                | Effect::Escalate(_)
                | Effect::Warn
                | Effect::Oblige { .. }
                | Effect::Transform { .. } => {
                    effect_parts(&rule.effect, &mut |value| self.used(&mut scope, value));
                }
            }
            for text in rule.because.iter().chain(&rule.fix) {
                text_parts(text, &mut |value| self.used(&mut scope, value));
            }
            for e in rule.details.iter().chain(&rule.mode) {
                self.used(&mut scope, e);
            }
            let names = |one: &&Exception| {
                one.rule.index() == index
                    && hir.policies.get(one.policy.index()).is_some_and(|of| std::ptr::eq(of, policy))
            };
            for exception in hir.exceptions.iter().filter(names) {
                let bound: Vec<Alias> =
                    rule.bindings.iter().map(|local| self.local(&mut scope, *local)).collect();
                self.exception(exception, input.clone(), &bound);
            }
        }
    }

    fn exception(&mut self, exception: &'h Exception, input: Alias, bound: &[Alias]) {
        let mut scope = Scope::default();
        scope.put(exception.input_local, Slot::Known(input));
        for (pattern, alias) in exception.bindings.iter().zip(bound) {
            self.bind(&mut scope, pattern, alias);
        }
        exception.when.iter().for_each(|e| self.used(&mut scope, e));
        exception.because.iter().for_each(|text| text_parts(text, &mut |e| self.used(&mut scope, e)));
    }

    /// An included policy reads of its input what it can; going there is no use of the whole.
    fn include(&mut self, scope: &mut Scope<'h>, include: &'h Include) {
        let hir = self.hir;
        include.params.iter().for_each(|(_, value)| self.used(scope, value));
        include.name.iter().for_each(|name| text_parts(name, &mut |value| self.used(scope, value)));
        let input = self.path(scope, &include.input);
        let Some(policy) = hir.policies.get(include.policy.index()) else { return };
        if self.policies.insert((include.policy, input.clone())) {
            self.policy(policy, input);
        }
    }

    fn conditions(&mut self, scope: &mut Scope<'h>, rule: &'h Rule) {
        self.generators(scope, &rule.generators);
        for e in rule.when.iter().chain(&rule.that) {
            self.used(scope, e);
        }
    }

    // Parts.

    fn step(&mut self, alias: &Alias, step: Step<'h>) -> Alias {
        match alias {
            Alias::Nothing => Alias::Nothing,
            Alias::One(part) => Alias::One(self.readable.step(*part, step)),
            Alias::Several(several) => {
                let parts = several.parts.iter().map(|p| self.readable.step(*p, step)).collect();
                Alias::new(parts, Vec::new())
            }
        }
    }

    fn touch(&mut self, alias: &Alias) {
        for &part in alias.parts() {
            if let Some(part) = self.readable.parts.get_mut(part) {
                part.touched = true;
            }
        }
    }

    fn take(&mut self, alias: &Alias) {
        for &part in alias.parts() {
            if let Some(part) = self.readable.parts.get_mut(part) {
                part.whole = true;
            }
        }
        alias.tuple().iter().for_each(|part| self.take(part));
    }

    fn tuple_part(&mut self, alias: &Alias, index: u32) -> Alias {
        let below = self.step(alias, Step::Part(index));
        self.touch(&below);
        below.join(alias.tuple().get(index as usize).cloned().unwrap_or_default())
    }

    fn field(&mut self, alias: &Alias, record: RecordId, rank: usize) -> Alias {
        let hir = self.hir;
        match hir.types.record(record).and_then(|r| r.fields.get(rank)) {
            Some(field) => self.step(alias, Step::Field(&field.name)),
            None => Alias::default(),
        }
    }

    fn payloads(&self, union: UnionId) -> Vec<Ty> {
        self.hir
            .types
            .union(union)
            .map(|u| u.variants.iter().map(|v| v.payload).collect())
            .unwrap_or_default()
    }

    fn present(&self, ty: Ty) -> &'h TyKind {
        self.hir.types.kind(self.hir.types.present(ty))
    }

    // Variables.

    fn local(&mut self, scope: &mut Scope<'h>, local: LocalId) -> Alias {
        match scope.get(local).cloned() {
            Some(Slot::Known(alias)) => alias,
            Some(Slot::Lazy(item)) => {
                let alias = self.path(scope, &item.value);
                self.bind(scope, &item.pattern, &alias);
                match scope.get(local) {
                    Some(Slot::Known(alias)) => alias.clone(),
                    Some(Slot::Lazy(_)) | None => Alias::default(),
                }
            }
            None => Alias::default(),
        }
    }

    fn bind(&mut self, scope: &mut Scope<'h>, pattern: &Pattern, alias: &Alias) {
        match &pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Bind(local) => scope.put(*local, Slot::Known(alias.clone())),
            PatternKind::Tuple(parts) => {
                for (index, part) in (0..).zip(parts) {
                    let below = self.tuple_part(alias, index);
                    self.bind(scope, part, &below);
                }
            }
            PatternKind::Record(record, fields) => {
                for (field, part) in fields {
                    let below = self.field(alias, *record, field.index());
                    self.touch(&below);
                    self.bind(scope, part, &below);
                }
            }
        }
    }

    fn generators(&mut self, scope: &mut Scope<'h>, generators: &'h [Gen]) {
        for generator in generators {
            let source = self.path(scope, &generator.source);
            let kind = self.present(generator.source.ty);
            let element = if matches!(kind, TyKind::Map { .. }) {
                let value = self.step(&source, Step::Value);
                Alias::new(Vec::new(), vec![Alias::default(), value])
            } else if matches!(kind, TyKind::List { .. }) {
                self.step(&source, Step::Elem)
            } else {
                // A set cannot be made without its elements.
                Alias::default()
            };
            self.bind(scope, &generator.pattern, &element);
        }
    }

    // Expressions.

    /// An expression whose value is used.
    fn used(&mut self, scope: &mut Scope<'h>, e: &'h Expr) {
        let alias = self.path(scope, e);
        self.take(&alias);
    }

    fn all_used(&mut self, scope: &mut Scope<'h>, es: &'h [Expr]) -> Alias {
        es.iter().for_each(|e| self.used(scope, e));
        Alias::default()
    }

    /// The path that an expression is, read to where it ends; what else it holds is used.
    fn path(&mut self, scope: &mut Scope<'h>, e: &'h Expr) -> Alias {
        let alias = self.walk(scope, e);
        self.touch(&alias);
        if matches!(self.present(e.ty), TyKind::Set { .. }) {
            self.take(&alias);
        }
        alias
    }

    fn walk(&mut self, scope: &mut Scope<'h>, e: &'h Expr) -> Alias {
        match &e.kind {
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Global(_)
            | ExprKind::Data(_)
            | ExprKind::Now
            | ExprKind::Fixture { .. }
            | ExprKind::Decide { .. } => Alias::default(),
            ExprKind::Local(local) => self.local(scope, *local),
            ExprKind::Let { lets, body } => {
                scope.enter(lets);
                self.path(scope, body)
            }
            ExprKind::If { branches, otherwise } => {
                let mut alias = Alias::default();
                for (condition, value) in branches {
                    self.used(scope, condition);
                    alias = alias.join(self.path(scope, value));
                }
                alias.join(self.path(scope, otherwise))
            }
            ExprKind::Match { scrutinee, arms } => {
                let scrutinee = self.path(scope, scrutinee);
                let mut alias = Alias::default();
                for arm in arms {
                    let mut content = scrutinee.clone();
                    for pattern in &arm.patterns {
                        content = self.matched(&scrutinee, pattern, content);
                    }
                    if let Some(bind) = &arm.bind {
                        self.bind(scope, bind, &content);
                    }
                    alias = alias.join(self.path(scope, &arm.body));
                }
                alias
            }
            ExprKind::Record { fields, .. } => {
                fields.iter().for_each(|(_, value)| self.used(scope, value));
                Alias::default()
            }
            ExprKind::Tuple(parts) => {
                Alias::new(Vec::new(), parts.iter().map(|part| self.path(scope, part)).collect())
            }
            ExprKind::List(parts) | ExprKind::Set(parts) | ExprKind::Logic { operands: parts, .. } => {
                self.all_used(scope, parts)
            }
            ExprKind::Map(entries) => {
                for (key, value) in entries {
                    self.used(scope, key);
                    self.used(scope, value);
                }
                Alias::default()
            }
            ExprKind::Interpolation(text) => {
                text_parts(text, &mut |value| self.used(scope, value));
                Alias::default()
            }
            ExprKind::Field { base, field } => self.field_path(scope, base, field.index()),
            ExprKind::Tag(base) => {
                let alias = self.path(scope, base);
                self.tag(&alias, base.ty);
                Alias::default()
            }
            ExprKind::Part { base, index } => {
                let alias = self.path(scope, base);
                self.tuple_part(&alias, *index)
            }
            // Of `Json` the parts are not told apart.
            ExprKind::JsonField { base, .. } => self.path(scope, base),
            ExprKind::Index { base, index } => {
                let alias = self.path(scope, base);
                self.used(scope, index);
                let kind = self.present(base.ty);
                if matches!(kind, TyKind::List { .. }) {
                    self.step(&alias, Step::Elem)
                } else if matches!(kind, TyKind::Map { .. }) {
                    self.step(&alias, Step::Value)
                } else {
                    alias
                }
            }
            ExprKind::WithPresent { base, local, body } => {
                let alias = self.path(scope, base);
                scope.put(*local, Slot::Known(alias));
                self.path(scope, body)
            }
            ExprKind::Narrow(value) => {
                let alias = self.path(scope, value);
                self.content(&alias, value.ty, e.ty)
            }
            ExprKind::With { base, updates } => {
                self.used(scope, base);
                for (steps, value) in updates {
                    for step in steps {
                        match step {
                            WithStep::Field(_) | WithStep::Variant(..) => {}
                            WithStep::Key(key) => self.used(scope, key),
                        }
                    }
                    self.used(scope, value);
                }
                Alias::default()
            }
            ExprKind::Not(value)
            | ExprKind::Negate(value)
            | ExprKind::Cast { value, .. }
            | ExprKind::Entity { id: value, .. }
            | ExprKind::EntityText { base: value, .. }
            | ExprKind::Attribute { base: value, .. } => {
                self.used(scope, value);
                Alias::default()
            }
            ExprKind::Coalesce(first, second) => {
                let alias = self.path(scope, first);
                alias.join(self.path(scope, second))
            }
            ExprKind::Compare { left, right, .. }
            | ExprKind::Arithmetic { left, right, .. }
            | ExprKind::In { elem: left, container: right, .. }
            | ExprKind::Matches { text: left, pattern: right }
            | ExprKind::Contains { text: left, what: right } => {
                self.used(scope, left);
                self.used(scope, right);
                Alias::default()
            }
            ExprKind::Is { value, test } => {
                let alias = self.path(scope, value);
                match test {
                    IsTest::Present | IsTest::Absent | IsTest::Empty | IsTest::Entity(_) => {}
                    IsTest::UnionVariant(..) => self.tag(&alias, value.ty),
                    IsTest::Equal(other) => {
                        self.take(&alias);
                        self.used(scope, other);
                    }
                    IsTest::JsonKind(_) => self.take(&alias),
                }
                Alias::default()
            }
            ExprKind::Convert { convert, value } => {
                let alias = self.path(scope, value);
                match convert {
                    // A narrower record is a view of the same parts.
                    Convert::Project => alias,
                    Convert::IntToDecimal
                    | Convert::ReadValue(_)
                    | Convert::ReadText(_)
                    | Convert::Read(_)
                    | Convert::ToJson
                    | Convert::ToUnion(..) => {
                        self.take(&alias);
                        Alias::default()
                    }
                }
            }
            ExprKind::Quantified { generators, body, .. } => {
                self.generators(scope, generators);
                self.used(scope, body);
                Alias::default()
            }
            ExprKind::Comprehension { generators, filter, elem, value, .. } => {
                self.generators(scope, generators);
                for e in filter.iter().chain(value) {
                    self.used(scope, e);
                }
                self.used(scope, elem);
                Alias::default()
            }
            ExprKind::Call { function, args } => {
                let args = args.iter().map(|arg| self.path(scope, arg)).collect();
                self.call(*function, args)
            }
            ExprKind::Intrinsic { args, .. } => self.all_used(scope, args),
            ExprKind::Then { patterns, source, without, body } => {
                let alias = self.path(scope, source);
                let element = self.step(&alias, Step::Elem);
                self.touch(&element);
                for pattern in patterns.iter().chain(without.iter().map(|without| &without.0)) {
                    self.bind(scope, pattern, &element);
                }
                self.used(scope, body);
                without.iter().for_each(|without| self.used(scope, &without.1));
                Alias::default()
            }
            ExprKind::Fold { generators, state, init, body } => {
                self.used(scope, init);
                self.generators(scope, generators);
                scope.put(*state, Slot::Known(Alias::default()));
                self.used(scope, body);
                Alias::default()
            }
            ExprKind::Score(parts) => {
                parts.iter().for_each(|part| self.used(scope, &part.condition));
                Alias::default()
            }
            ExprKind::Descend { base, local, children, .. } => {
                self.used(scope, base);
                scope.put(*local, Slot::Known(Alias::default()));
                self.used(scope, children);
                Alias::default()
            }
        }
    }

    /// The field that tells the variants of a union apart.
    fn tag(&mut self, alias: &Alias, ty: Ty) {
        let TyKind::Union(union) = self.present(ty) else { return };
        if let Some(UnionTag::Field(name)) = self.hir.types.union(*union).map(|def| &def.tag) {
            let tag = self.step(alias, Step::Field(name));
            self.touch(&tag);
        }
    }

    fn field_path(&mut self, scope: &mut Scope<'h>, base: &'h Expr, rank: usize) -> Alias {
        let alias = self.path(scope, base);
        if let TyKind::Record(record) = self.present(base.ty) {
            return self.field(&alias, *record, rank);
        }
        let TyKind::Union(union) = self.present(base.ty) else { return Alias::default() };
        // A field that all variants declare; the rank is the one in the first.
        let payloads = self.payloads(*union);
        let name = payloads.first().and_then(|ty| {
            let TyKind::Record(record) = self.present(*ty) else { return None };
            self.hir.types.record(*record)?.fields.get(rank).map(|f| f.name.as_str())
        });
        let step = Step::Field(name.unwrap_or_default());
        let mut all = Alias::default();
        for (variant, _) in (0..).zip(&payloads) {
            let content = self.step(&alias, Step::Variant(variant));
            self.touch(&content);
            all = all.join(self.step(&content, step));
        }
        all
    }

    fn call(&mut self, function: FunctionId, args: Vec<Alias>) -> Alias {
        let hir = self.hir;
        let Some(def) = hir.functions.get(function.index()) else { return Alias::default() };
        let key = (function, args);
        if let Some(known) = self.calls.get(&key) {
            return known.clone();
        }
        let mut scope = Scope::default();
        for (local, alias) in (0..).map(LocalId).zip(&key.1) {
            scope.put(local, Slot::Known(alias.clone()));
        }
        let alias = self.path(&mut scope, &def.body);
        self.calls.insert(key, alias.clone());
        alias
    }

    fn matched(&mut self, scrutinee: &Alias, pattern: &MatchPattern, content: Alias) -> Alias {
        match pattern {
            MatchPattern::Absent | MatchPattern::Any => content,
            MatchPattern::Const(_) | MatchPattern::Entity(_) => {
                self.take(scrutinee);
                content
            }
            MatchPattern::UnionVariant(_, variant) => {
                let below = self.step(scrutinee, Step::Variant(*variant));
                self.touch(&below);
                below
            }
            MatchPattern::Tuple(patterns) => {
                let mut parts = Vec::with_capacity(patterns.len());
                for (index, pattern) in (0..).zip(patterns) {
                    let part = self.tuple_part(scrutinee, index);
                    parts.push(self.matched(&part, pattern, part.clone()));
                }
                Alias::new(Vec::new(), parts)
            }
        }
    }

    /// The content of a union that is known to be one variant.
    fn content(&mut self, alias: &Alias, from: Ty, to: Ty) -> Alias {
        let TyKind::Union(union) = self.present(from) else { return alias.clone() };
        if self.present(from) == self.present(to) {
            return alias.clone();
        }
        let mut all = Alias::default();
        for (variant, payload) in (0..).zip(self.payloads(*union)) {
            if payload == to {
                let content = self.step(alias, Step::Variant(variant));
                self.touch(&content);
                all = all.join(content);
            }
        }
        let open = self.hir.types.union(*union).filter(|u| u.open);
        if let (true, Some(open), TyKind::Json) = (all.parts().is_empty(), open, self.present(to)) {
            // Of an unknown one the whole document.
            let unknown = u32::try_from(open.variants.len()).unwrap_or(u32::MAX);
            all = self.step(alias, Step::Variant(unknown));
            self.touch(&all);
        }
        if all.parts().is_empty() { alias.clone() } else { all }
    }
}
