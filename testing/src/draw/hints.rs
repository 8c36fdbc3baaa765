//! What policies compare with: constants, boundaries, patterns, and the project's data, by the names of the fields that they are
//! compared to.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of expression compare nothing and mention nothing of their own"
)]

mod shipped;

use std::collections::{BTreeMap, BTreeSet};

use policy_compiler::hir::walk::{all, effect_parts, own_bindings, parts, pattern_bindings};
use policy_compiler::hir::{
    Const, Expr, ExprKind, Gen, Hir, IsTest, LocalId, MatchPattern, Policy, Step, TyKind,
};
use rust_decimal::Decimal;
use serde_json::Value;

use super::pattern::{of_glob, of_regex};

/// So many values of a kind are kept in one pool.
const MAX_POOL: usize = 300;
/// So many nodes are looked at to learn what a side of a comparison mentions.
const MAX_NODES: usize = 3000;

/// Values worth trying, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// Texts, those that patterns match or nearly match among them.
    pub texts: BTreeSet<String>,
    /// Integers: below, at and above.
    pub ints: BTreeSet<i64>,
    /// Decimals, likewise.
    pub decimals: BTreeSet<Decimal>,
    /// Instants, in seconds.
    pub instants: BTreeSet<i64>,
    /// Lengths of time, in seconds.
    pub durations: BTreeSet<i64>,
    /// Times of day, in seconds since midnight.
    pub hours: BTreeSet<i64>,
}

impl Pool {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, other: &Self) {
        merge(&mut self.texts, &other.texts);
        merge(&mut self.ints, &other.ints);
        merge(&mut self.decimals, &other.decimals);
        merge(&mut self.instants, &other.instants);
        merge(&mut self.durations, &other.durations);
        merge(&mut self.hours, &other.hours);
    }

    fn text(&mut self, text: &str) {
        if self.texts.len() < MAX_POOL && text.len() <= 400 {
            self.texts.insert(text.to_owned());
        }
    }

    fn texts(&mut self, texts: Vec<String>) {
        texts.iter().for_each(|text| self.text(text));
    }

    fn int(&mut self, number: i64) {
        if self.ints.len() < MAX_POOL {
            self.ints.extend([number.saturating_sub(1), number, number.saturating_add(1)]);
            self.decimal(Decimal::from(number));
        }
    }

    fn decimal(&mut self, number: Decimal) {
        if self.decimals.len() < MAX_POOL {
            let step = Decimal::new(1, number.scale().clamp(2, 20));
            self.decimals.extend(
                [number.checked_sub(step), Some(number), number.checked_add(step)].into_iter().flatten(),
            );
        }
    }

    /// A text that was met: it may be the spelling of something else, or a pattern.
    fn spelled(&mut self, text: &str) {
        self.text(text);
        if text.contains('*') {
            self.texts(of_glob(text));
        }
        if let Some(at) = instant(text) {
            self.instants.extend([at - 1, at, at + 1]);
        }
        if let Ok(number) = text.parse::<Decimal>() {
            self.decimal(number);
        }
    }

    fn constant(&mut self, constant: &Const) {
        match constant {
            Const::Absent | Const::Bool(_) | Const::Variant(..) | Const::Bytes(_) => {}
            Const::TimeOfDay(at) => {
                let at = i64::try_from(at.0 / 1_000_000_000).unwrap_or(0);
                self.hours.extend([at - 1, at, at + 1].into_iter().filter(|at| (0..86_400).contains(at)));
            }
            Const::Int(number) => self.int(*number),
            Const::Decimal(number) => self.decimal(*number),
            Const::String(text) | Const::Url(text) => {
                self.spelled(text);
                self.text(&format!("{text}x"));
            }
            Const::Timestamp(at) => self.instants.extend([at.seconds - 1, at.seconds, at.seconds + 1]),
            Const::Date(date) => {
                let at = i64::from(date.0) * 86_400;
                self.instants.extend([at - 86_400, at, at + 86_400]);
            }
            Const::Duration(length) => {
                self.durations.extend([length.seconds - 1, length.seconds, length.seconds + 1]);
            }
            Const::Ip(ip) => self.text(&ip.to_string()),
            Const::Cidr(net) => {
                self.text(&net.to_string());
                self.text(&net.network().to_string());
                self.text(&net.broadcast().to_string());
            }
            Const::SemVer(version) => self.text(&version.to_string()),
            Const::SemVerRange(range) => {
                let bare = range.trim_start_matches(['^', '~', '=', '>', '<', ' ']);
                for text in [bare.to_owned(), format!("{bare}.0"), format!("{bare}.0.0")] {
                    self.text(&text);
                }
            }
            Const::Regex(pattern) => self.texts(of_regex(pattern)),
            Const::Glob(pattern) | Const::Wildcard(pattern) => self.texts(of_glob(pattern)),
            Const::Entity(_, id) => self.text(id),
        }
    }

    fn document(&mut self, value: &Value) {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::Null | Value::Bool(_) => {}
                Value::Number(number) => {
                    if let Some(number) = number.as_i64() {
                        self.int(number);
                    } else if let Ok(number) = number.to_string().parse() {
                        self.decimal(number);
                    }
                }
                Value::String(text) => self.spelled(text),
                Value::Array(elements) => open.extend(elements),
                Value::Object(members) => {
                    for (name, value) in members {
                        self.spelled(name);
                        open.push(value);
                    }
                }
            }
        }
    }
}

fn merge<T: Ord + Clone>(into: &mut BTreeSet<T>, from: &BTreeSet<T>) {
    let room = MAX_POOL.saturating_sub(into.len());
    into.extend(from.iter().take(room).cloned());
}

/// The seconds of an instant or day, as documents spell it.
fn instant(text: &str) -> Option<i64> {
    let at = policy_vm::time::read_timestamp(text).map(|at| at.seconds);
    at.or_else(|| policy_vm::time::read_date(text).map(|date| i64::from(date.0) * 86_400))
}

/// Pools by the names of fields and variables, and one of everything.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    fields: BTreeMap<String, Pool>,
    ids: BTreeMap<String, BTreeSet<String>>,
    everything: Pool,
}

impl Hints {
    /// What a package compares with. `data` holds the content of data items, by position, as JSON.
    #[must_use]
    pub fn of(hir: &Hir, data: &[(usize, String)]) -> Self {
        let mut finder = Finder::new(hir, data);
        finder.bodies();
        finder.find()
    }

    /// Adds what another package compares with.
    pub fn join(&mut self, other: Self) {
        for (name, pool) in other.fields {
            self.fields.entry(name).or_default().add(&pool);
        }
        for (name, ids) in other.ids {
            self.ids.entry(name).or_default().extend(ids);
        }
        self.everything.add(&other.everything);
    }

    /// What a field or variable of a name is compared with.
    #[must_use]
    pub fn of_name(&self, name: &str) -> Option<&Pool> {
        self.fields.get(name)
    }

    /// The names of fields and variables that are compared.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// All pools of names.
    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.fields.values()
    }

    /// Ids of entities of a type, by the last part of its name, that sources name.
    pub fn ids_of<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let last = name.rsplit('.').next().unwrap_or(name);
        self.ids.get(last).into_iter().flatten().map(String::as_str)
    }

    /// All that is compared with anything.
    #[must_use]
    pub fn everything(&self) -> &Pool {
        &self.everything
    }
}

/// Expressions that share variables.
struct Body<'h> {
    roots: Vec<&'h Expr>,
    names: Vec<&'h str>,
    /// What gives each variable its value, with the body in which that stands.
    sources: Vec<Vec<(usize, &'h Expr)>>,
}

struct Finder<'h> {
    hir: &'h Hir,
    data: BTreeMap<usize, Pool>,
    bodies: Vec<Body<'h>>,
}

/// What an expression mentions.
#[derive(Default)]
struct Found {
    fields: BTreeSet<String>,
    pool: Pool,
    nodes: usize,
    seen: BTreeSet<(usize, u32)>,
    functions: BTreeSet<u32>,
}

impl<'h> Finder<'h> {
    fn new(hir: &'h Hir, data: &[(usize, String)]) -> Self {
        let mut pools = BTreeMap::new();
        for (item, json) in data {
            if let Ok(value) = serde_json::from_str::<Value>(json) {
                let mut pool = Pool::default();
                pool.document(&value);
                pools.insert(*item, pool);
            }
        }
        Self { hir, data: pools, bodies: Vec::new() }
    }

    fn bodies(&mut self) {
        let hir = self.hir;
        // Functions come first, so that their bodies have their numbers.
        for function in &hir.functions {
            let names = function.locals.iter().map(|local| local.name.as_str()).collect();
            self.body(vec![&function.body], names, &[]);
        }
        for global in &hir.globals {
            let names = global.locals.iter().map(|local| local.name.as_str()).collect();
            self.body(vec![&global.value], names, &[]);
        }
        for policy in &hir.policies {
            let mut roots: Vec<&'h Expr> = policy.applies.iter().collect();
            let mut generators: Vec<&'h Gen> = Vec::new();
            for rule in &policy.rules {
                roots.extend(rule.generators.iter().map(|generator| &generator.source));
                roots.extend(rule.when.iter().chain(&rule.that));
                effect_parts(&rule.effect, &mut |part| roots.push(part));
                generators.extend(&rule.generators);
            }
            let lets = policy.lets.iter().map(|one| (&one.pattern, &one.value));
            roots.extend(policy.lets.iter().map(|one| &one.value));
            let bound: Vec<_> =
                generators.iter().map(|one| (&one.pattern, &one.source)).chain(lets).collect();
            let names = names_of(policy);
            self.body(roots, names, &bound);
        }
        for exception in &hir.exceptions {
            let names = exception.locals.iter().map(|local| local.name.as_str()).collect();
            self.body(exception.when.iter().collect(), names, &[]);
        }
        for property in &hir.properties {
            let mut roots: Vec<&'h Expr> = property.assumes.iter().collect();
            let mut lets = Vec::new();
            for step in &property.steps {
                match step {
                    Step::Given(given) => roots.push(&given.value),
                    Step::Let(one) => {
                        roots.push(&one.value);
                        lets.push((&one.pattern, &one.value));
                    }
                    Step::Expect(expect) => match &expect.kind {
                        policy_compiler::hir::ExpectKind::Holds(e) => roots.push(e),
                        policy_compiler::hir::ExpectKind::Decision { input, .. } => roots.push(input),
                    },
                }
            }
            let names = property.locals.iter().map(|local| local.name.as_str()).collect();
            self.body(roots, names, &lets);
        }
        self.arguments();
    }

    fn body(
        &mut self,
        roots: Vec<&'h Expr>,
        names: Vec<&'h str>,
        bound: &[(&'h policy_compiler::hir::Pattern, &'h Expr)],
    ) {
        let number = self.bodies.len();
        let mut sources: Vec<Vec<(usize, &'h Expr)>> = vec![Vec::new(); names.len()];
        let mut bind = |local: LocalId, source: &'h Expr| {
            if let Some(slot) = sources.get_mut(local.index()) {
                slot.push((number, source));
            }
        };
        for (pattern, source) in bound {
            pattern_bindings(pattern, &mut |local| bind(local, source));
        }
        for root in &roots {
            all(root, &mut |e| {
                // What an expression binds comes out of its own parts: the first of them says most.
                let mut first = None;
                parts(&e.kind, &mut |part| {
                    first.get_or_insert(part);
                });
                let Some(first) = first else { return };
                match &e.kind {
                    ExprKind::Let { lets, .. } => {
                        for one in lets {
                            pattern_bindings(&one.pattern, &mut |local| bind(local, &one.value));
                        }
                    }
                    ExprKind::Quantified { generators, .. }
                    | ExprKind::Comprehension { generators, .. }
                    | ExprKind::Fold { generators, .. } => {
                        for one in generators {
                            pattern_bindings(&one.pattern, &mut |local| bind(local, &one.source));
                        }
                    }
                    _ => own_bindings(e, &mut |local| bind(local, first)),
                }
            });
        }
        self.bodies.push(Body { roots, names, sources });
    }

    /// Gives parameters of functions the arguments of all calls.
    fn arguments(&mut self) {
        let mut given: Vec<(usize, usize, (usize, &'h Expr))> = Vec::new();
        for (number, body) in self.bodies.iter().enumerate() {
            for root in &body.roots {
                all(root, &mut |e| {
                    if let ExprKind::Call { function, args } = &e.kind {
                        for (at, argument) in args.iter().enumerate() {
                            given.push((function.index(), at, (number, argument)));
                        }
                    }
                });
            }
        }
        for (function, at, argument) in given {
            if let Some(slot) = self.bodies.get_mut(function).and_then(|body| body.sources.get_mut(at)) {
                slot.push(argument);
            }
        }
    }

    fn find(&self) -> Hints {
        let mut hints = Hints::default();
        for pool in self.data.values() {
            hints.everything.add(pool);
        }
        for (number, body) in self.bodies.iter().enumerate() {
            for root in &body.roots {
                all(root, &mut |e| {
                    if let ExprKind::Const(constant) = &e.kind {
                        hints.everything.constant(constant);
                        if let Const::Entity(kind, id) = constant
                            && let Some(entity) = self.hir.types.entity(*kind)
                        {
                            let last = entity.name.rsplit('.').next().unwrap_or(&entity.name);
                            hints.ids.entry(last.to_owned()).or_default().insert(id.clone());
                        }
                    }
                    // What is asked of any JSON is worth having in it.
                    if let ExprKind::JsonField { name, .. } = &e.kind {
                        hints.fields.entry(name.clone()).or_default();
                    }
                    self.compared(number, e, &mut hints);
                });
            }
        }
        hints
    }

    /// Joins what the sides of a comparison mention.
    fn compared(&self, body: usize, e: &'h Expr, hints: &mut Hints) {
        let mut arms = Pool::default();
        let sides: Vec<&'h Expr> = match &e.kind {
            ExprKind::Compare { left, right, .. } => vec![left, right],
            ExprKind::In { elem, container, .. } => vec![elem, container],
            ExprKind::Matches { text, pattern } => vec![text, pattern],
            ExprKind::Contains { text, what } => vec![text, what],
            ExprKind::Is { value, test: IsTest::Equal(other) } => vec![value, other],
            ExprKind::Index { base, index } => vec![base, index],
            ExprKind::Intrinsic { args, .. } => args.iter().collect(),
            ExprKind::Match { scrutinee, arms: all } => {
                all.iter().flat_map(|arm| &arm.patterns).for_each(|pattern| asked(pattern, &mut arms));
                vec![scrutinee]
            }
            _ => return,
        };
        if arms.is_empty() && sides.len() < 2 {
            return;
        }
        let found: Vec<Found> = sides.iter().map(|side| self.mentioned(body, side)).collect();
        for (at, side) in found.iter().enumerate() {
            for name in &side.fields {
                let pool = hints.fields.entry(name.clone()).or_default();
                pool.add(&arms);
                let others = found.iter().enumerate().filter(|(other, _)| *other != at);
                others.for_each(|(_, other)| pool.add(&other.pool));
                // `a - b > 30d`: what stands beside a field counts for it too.
                pool.add(&Pool { texts: BTreeSet::new(), ..side.pool.clone() });
            }
        }
    }

    fn mentioned(&self, body: usize, e: &'h Expr) -> Found {
        let mut found = Found::default();
        let mut open = vec![(body, e)];
        while let Some((body, e)) = open.pop() {
            found.nodes += 1;
            if found.nodes > MAX_NODES {
                break;
            }
            match &e.kind {
                ExprKind::Const(constant) => found.pool.constant(constant),
                ExprKind::Field { base, field } => {
                    if let Some(name) = self.field(base, field.index()) {
                        found.fields.insert(name.to_owned());
                    }
                }
                ExprKind::JsonField { name, .. } => {
                    found.fields.insert(name.clone());
                }
                ExprKind::Attribute { fields, .. } => {
                    for (entity, field) in fields {
                        let of =
                            self.hir.types.entity(*entity).and_then(|e| self.hir.types.record(e.attributes));
                        if let Some(def) = of.and_then(|of| of.fields.get(field.index())) {
                            found.fields.insert(def.name.clone());
                        }
                    }
                }
                ExprKind::Local(local) => {
                    let Some(of) = self.bodies.get(body) else { continue };
                    let sources = of.sources.get(local.index()).map_or(&[][..], Vec::as_slice);
                    if sources.is_empty() {
                        found.fields.extend(of.names.get(local.index()).map(|name| (*name).to_owned()));
                    }
                    if found.seen.insert((body, local.0)) {
                        open.extend(sources.iter().copied());
                    }
                }
                ExprKind::Global(global) => {
                    let at = self.hir.functions.len() + global.index();
                    if found.functions.insert(u32::try_from(at).unwrap_or(u32::MAX)) {
                        open.extend(
                            self.bodies
                                .get(at)
                                .into_iter()
                                .flat_map(|b| b.roots.iter().map(move |r| (at, *r))),
                        );
                    }
                }
                ExprKind::Data(data) => {
                    if let Some(pool) = self.data.get(&data.index()) {
                        found.pool.add(pool);
                    } else if let Some(default) =
                        self.hir.data.get(data.index()).and_then(|d| d.default.as_ref())
                    {
                        all(default, &mut |e| {
                            if let ExprKind::Const(constant) = &e.kind {
                                found.pool.constant(constant);
                            }
                        });
                    }
                }
                ExprKind::Call { function, .. } if found.functions.insert(function.0) => {
                    let at = function.index();
                    open.extend(
                        self.bodies.get(at).into_iter().flat_map(|b| b.roots.iter().map(move |r| (at, *r))),
                    );
                }
                _ => {}
            }
            parts(&e.kind, &mut |part| open.push((body, part)));
        }
        found
    }

    fn field(&self, base: &Expr, rank: usize) -> Option<&'h str> {
        let types = &self.hir.types;
        let ty = match types.kind(base.ty) {
            TyKind::Option(inner) => *inner,
            _ => base.ty,
        };
        match types.kind(ty) {
            TyKind::Record(record) => Some(types.record(*record)?.fields.get(rank)?.name.as_str()),
            TyKind::Union(union) => {
                let first = types.union(*union)?.variants.first()?;
                match types.kind(first.payload) {
                    TyKind::Record(record) => Some(types.record(*record)?.fields.get(rank)?.name.as_str()),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn names_of(policy: &Policy) -> Vec<&str> {
    policy.locals.iter().map(|local| local.name.as_str()).collect()
}

/// The constants that an arm asks for.
fn asked(pattern: &MatchPattern, pool: &mut Pool) {
    match pattern {
        MatchPattern::Const(constant) => pool.constant(constant),
        MatchPattern::Tuple(parts) => parts.iter().for_each(|part| asked(part, pool)),
        MatchPattern::Absent
        | MatchPattern::UnionVariant(..)
        | MatchPattern::Entity(_)
        | MatchPattern::Any => {}
    }
}
