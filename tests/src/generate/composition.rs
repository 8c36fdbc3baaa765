//! What policies are composed of: modes, obligations, transforms, policies within policies, exceptions.

use super::expr::{Maker, Var};
use super::program::Written;
use super::rules::{self, Excepted};
use super::types::{Given, T};

/// The policies of a program.
pub(super) struct Composed {
    pub(super) policies: Vec<Written>,
    pub(super) after: Vec<String>,
    pub(super) apart: bool,
}

/// A policy that can be included.
#[derive(Clone, Debug, Default)]
struct Known {
    name: String,
    /// The record that it decides on.
    record: usize,
    /// The default: 0 allow, 1 escalate, 2 deny.
    strictness: usize,
    /// Parameters, and whether they have a default.
    params: Vec<(String, T, bool)>,
}

#[derive(Default)]
struct Composer {
    known: Vec<Known>,
    obligations: Vec<(String, Vec<(String, T)>)>,
    /// What can be written for a mode.
    modes: Vec<String>,
    after: Vec<String>,
}

/// Whether programs are composed: not before the machine knows how.
pub const COMPOSED: bool = true;

const DEFAULTS: [&str; 3] = ["default allow", "default escalate to \"ops\"", "default deny"];

/// The policies of a program, of which the last one, `p`, decides on a record.
pub(super) fn program(maker: &mut Maker, input: usize, items: &mut Vec<String>) -> Composed {
    let mut composer = Composer::default();
    let mut policies = Vec::new();
    let composed = COMPOSED && maker.rng.one_in(2);
    if composed {
        composer.declare(maker, items);
        for index in 0..maker.rng.below(3) {
            // Mostly on what the policy that decides has: the whole, or a record in it.
            let record = if maker.rng.one_in(2) { input } else { maker.rng.below(input + 1) };
            policies.push(composer.policy(maker, &format!("b{index}"), record));
        }
    }
    policies.push(composer.policy(maker, "p", input));
    let apart = composed && maker.rng.one_in(3);
    if apart {
        maker.used.mark("several modules");
    }
    Composed { policies, after: composer.after, apart }
}

impl Composer {
    fn declare(&mut self, maker: &mut Maker, items: &mut Vec<String>) {
        let pick = |maker: &mut Maker| maker.rng.pick(&["observe", "advise", "enforce", "enforce"]);
        items.push("enum Mo { observe, advise, enforce }".to_owned());
        items.push(format!("data m0: Mo = Mo.{}", pick(maker)));
        items.push(format!("data n0: Int = {}", maker.rng.below(3)));
        items.push("fn fm(n: Int) -> Mo = if 2 div n > 1 then Mo.advise else m0".to_owned());
        items.push("type K = { name: String, mode: Mo, n: Int }".to_owned());
        let rows: Vec<String> = (0..1 + maker.rng.below(3))
            .map(|_| {
                let name = maker.rng.pick(&["a", "b", "c d", "e.f"]);
                format!("{{ name: \"{name}\", mode: Mo.{}, n: {} }}", pick(maker), maker.rng.below(3))
            })
            .collect();
        items.push(format!("data ks: List<K> = [{}]", rows.join(", ")));
        self.modes = vec!["m0".to_owned(), "fm(n0)".to_owned()];
        for index in 0..maker.rng.below(3) {
            let on = maker.rng.pick(&["allow", "deny", "any", "any"]);
            maker.used.mark(match on {
                "allow" => "obligation on allow",
                "deny" => "obligation on deny",
                _ => "obligation on any",
            });
            let fields: Vec<(String, T)> = ["a", "b"]
                .iter()
                .take(maker.rng.below(3))
                .map(|name| ((*name).to_owned(), maker.any_type(1)))
                .collect();
            let written: Vec<String> =
                fields.iter().map(|(name, ty)| format!("{name}: {}", maker.types.written(ty))).collect();
            items.push(format!("obligation o{index} on {on} {{ {} }}", written.join(", ")));
            self.obligations.push((format!("o{index}"), fields));
        }
    }

    fn policy(&mut self, maker: &mut Maker, name: &str, record: usize) -> Written {
        let before = maker.scope.len();
        let strictness = maker.rng.below(3);
        maker.used.mark(["default allow", "default escalate", "default deny"][strictness]);
        let mut known = Known { name: name.to_owned(), record, strictness, params: Vec::new() };
        let mut params = Vec::new();
        if name != "p" {
            for index in 0..maker.rng.below(3) {
                maker.used.mark("policy parameter");
                let ty = if index == 0 { T::Int } else { maker.any_type(1) };
                let default = maker.rng.one_in(2) && !maker.types.needs_data(&ty);
                let written = format!("q{index}: {}", maker.types.written(&ty));
                let literal = if default {
                    format!(" = {}", maker.types.literal(&mut maker.rng, &ty))
                } else {
                    String::new()
                };
                params.push(format!("{written}{literal}"));
                maker.scope.push(Var { text: format!("q{index}"), ty: ty.clone() });
                known.params.push((format!("q{index}"), ty, default));
            }
        }
        maker.scope.push(Var { text: "x".to_owned(), ty: T::Record(record) });
        let mut statements = vec![DEFAULTS[strictness].to_owned()];
        if maker.rng.one_in(12) {
            let mode = if !self.modes.is_empty() && maker.rng.one_in(2) {
                maker.used.mark("policy mode computed");
                maker.rng.pick(&self.modes)
            } else {
                maker.used.mark("policy mode");
                maker.rng.pick(&["observe", "advise", "enforce"]).to_owned()
            };
            statements.push(format!("mode {mode}"));
        }
        if maker.rng.one_in(4) {
            maker.used.mark("applies when");
            statements.push(format!("applies when {}", maker.expr(&T::Bool, 2)));
        }
        for _ in 0..maker.rng.below(3) {
            maker.used.mark("policy let");
            let (name, ty) = (maker.name(), maker.any_type(1));
            let value = maker.expr(&ty, 3);
            statements.push(format!("let {name}: {} = {value}", maker.types.written(&ty)));
            maker.scope.push(Var { text: name, ty });
        }
        for index in 0..1 + maker.rng.below(4) {
            let statement = self.statement(maker, &known, index);
            statements.push(statement);
        }
        maker.scope.truncate(before);
        let first = maker.rng.one_in(4);
        if first {
            maker.used.mark("resolve first");
        }
        let params = if params.is_empty() { String::new() } else { format!("({})", params.join(", ")) };
        let first = if first { " resolve first" } else { "" };
        self.known.push(known);
        Written { head: format!("policy {name}{params} on x: R{record}{first}"), statements }
    }

    fn statement(&mut self, maker: &mut Maker, policy: &Known, index: usize) -> String {
        let special = match maker.rng.below(8) {
            0 => self.oblige(maker, index),
            1 if !self.modes.is_empty() => transform(maker, policy.record, index),
            2 | 3 => self.include(maker, policy, index),
            _ => None,
        };
        if let Some(text) = special {
            return text;
        }
        let (text, excepted) = rules::rule(maker, index, &self.modes);
        if let Some(rule) = excepted
            && !self.modes.is_empty()
        {
            while maker.rng.one_in(3) {
                self.exception(maker, policy, &rule);
            }
        }
        text
    }

    fn oblige(&self, maker: &mut Maker, index: usize) -> Option<String> {
        if self.obligations.is_empty() {
            return None;
        }
        let chosen = maker.rng.below(self.obligations.len());
        let (name, fields) = self.obligations.get(chosen)?;
        maker.used.mark("oblige");
        let before = maker.scope.len();
        let annotation = if maker.rng.one_in(8) { rules::mode(maker, &self.modes) } else { String::new() };
        let generators = if maker.rng.one_in(4) {
            maker.used.mark("oblige for");
            rules::rule_generators(maker)
        } else {
            String::new()
        };
        let values: Vec<String> =
            fields.iter().map(|(name, ty)| format!("{name}: {}", maker.expr(ty, 2))).collect();
        let when = when(maker);
        maker.scope.truncate(before);
        Some(format!("{annotation}oblige r{index}{generators}: {name} {{ {} }}{when}", values.join(", ")))
    }

    /// `include p(e, …) as n`, `require r: p(e)`.
    fn include(&self, maker: &mut Maker, policy: &Known, index: usize) -> Option<String> {
        let whole = maker.rng.one_in(3);
        let fitting: Vec<Known> = self
            .known
            .iter()
            .filter(|other| whole || other.strictness <= policy.strictness)
            .cloned()
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let other = maker.rng.pick(&fitting);
        let before = maker.scope.len();
        let annotation = if maker.rng.one_in(6) { rules::mode(maker, &self.modes) } else { String::new() };
        let mut name = format!("i{index}");
        let mut generators = String::new();
        let mut mode = annotation;
        if !whole && maker.rng.one_in(2) {
            maker.used.mark("include for");
            let key = maker.name();
            if maker.rng.one_in(2) {
                generators = format!(" for {key} in ks");
                if maker.rng.one_in(2) {
                    maker.used.mark("mode of a generator");
                    mode = format!("@mode({key}.mode) ");
                }
                name = format!("\"{{{key}.name}}\"");
                maker.scope.push(Var { text: format!("{key}.n"), ty: T::Int });
            } else if let Some((path, T::List(elem))) = records(maker, other.record) {
                let position = maker.name();
                generators = format!(" for ({position}, {key}) in numbered({path})");
                name = format!("\"n{{{position}}}\"");
                maker.scope.push(Var { text: key.clone(), ty: *elem });
            } else {
                generators = format!(" for {key} in [1, n0, 2]");
                name = format!("\"n{{{key}}}\"");
                maker.scope.push(Var { text: key, ty: T::Int });
            }
        }
        let wanted = other.record;
        let paths = maker.paths(&move |ty| *ty == T::Record(wanted));
        if paths.is_empty() {
            maker.scope.truncate(before);
            return None;
        }
        let input = maker.rng.pick(&paths);
        let mut args = vec![input];
        for (param, ty, default) in &other.params {
            if !default || maker.rng.one_in(2) {
                // Parameters mention no input.
                let value = match ty {
                    T::Int if generators.ends_with(" in ks") => {
                        maker.scope.last().map(|var| var.text.clone()).unwrap_or_default()
                    }
                    T::Int => maker.rng.pick(&["1", "n0", "1 div n0", "7"]).to_owned(),
                    ty => maker.types.literal(&mut maker.rng, ty),
                };
                args.push(format!("{param}: {value}"));
            }
        }
        let when = if whole { String::new() } else { when(maker) };
        maker.scope.truncate(before);
        let call = format!("{}({})", other.name, args.join(", "));
        if whole {
            maker.used.mark("require policy");
            return Some(format!("{mode}require r{index}: {call}"));
        }
        maker.used.mark("include");
        Some(format!("{mode}include {call} as {name}{generators}{when}"))
    }

    fn exception(&mut self, maker: &mut Maker, policy: &Known, rule: &Excepted) {
        maker.used.mark("exception");
        let scope = maker.scope.clone();
        // It sees the input and the bindings, not the policy's lets or parameters.
        maker.scope.retain(|var| var.text.starts_with(['j', 'd', 'g']));
        maker.scope.push(Var { text: "x".to_owned(), ty: T::Record(policy.record) });
        let mut bindings = String::new();
        if !rule.bindings.is_empty() && maker.rng.one_in(2) {
            maker.used.mark("exception bindings");
            let names: Vec<String> = rule
                .bindings
                .iter()
                .map(|var| {
                    let name = maker.name();
                    maker.scope.push(Var { text: name.clone(), ty: var.ty.clone() });
                    name
                })
                .collect();
            bindings = format!("({})", names.join(", "));
        }
        let condition = maker.expr(&T::Bool, 2);
        let until = match maker.rng.below(3) {
            0 => String::new(),
            1 => {
                maker.used.mark("exception until");
                " until @2027-01-31".to_owned()
            }
            _ => {
                maker.used.mark("exception lapsed");
                maker.rng.pick(&[" until @2026-11-20", " until @2026-11-21T00:00:00Z"]).to_owned()
            }
        };
        let because = if maker.rng.one_in(2) {
            let ty = maker.scalar();
            format!(" because \"until {}.\"", rules::message_value(maker, &ty))
        } else {
            String::new()
        };
        let more = if maker.rng.one_in(2) { " approved by \"ciso\" follow up 48h" } else { "" };
        maker.scope = scope;
        self.after.push(format!(
            "exception x{} to {}.{}{bindings} on x: R{} when {condition}{until}{because}{more}",
            self.after.len(),
            policy.name,
            rule.id,
            policy.record
        ));
    }
}

fn when(maker: &mut Maker) -> String {
    if maker.rng.one_in(2) { format!(" when {}", maker.expr(&T::Bool, 2)) } else { String::new() }
}

/// A list of records of a type.
fn records(maker: &mut Maker, record: usize) -> Option<(String, T)> {
    let wanted = T::List(Box::new(T::Record(record)));
    let paths = maker.paths(&|ty| *ty == wanted);
    if paths.is_empty() { None } else { Some((maker.rng.pick(&paths), T::List(Box::new(T::Record(record))))) }
}

/// `transform r [for …]: x.a.b = e [when C]`.
fn transform(maker: &mut Maker, record: usize, index: usize) -> Option<String> {
    let before = maker.scope.len();
    let (mut path, mut at, mut generators) = ("x".to_owned(), record, String::new());
    if maker.rng.one_in(2)
        && let Some((list, key, elem)) = elements(maker, record)
    {
        maker.used.mark("transform for");
        generators = list;
        path.clone_from(&key);
        maker.scope.push(Var { text: key, ty: T::Record(elem) });
        at = elem;
    }
    let ty = loop {
        let fields = maker.types.records.get(at)?.clone();
        let chosen = maker.rng.below(fields.len());
        let field = fields.get(chosen)?;
        path = format!("{path}.{}", field.name);
        match &field.ty {
            T::Record(inner) if field.given != Given::Perhaps && maker.rng.one_in(2) => at = *inner,
            T::Map(value) if field.given != Given::Perhaps && maker.rng.one_in(2) => {
                maker.used.mark("transform key");
                path = format!("{path}[{}]", maker.rng.pick(&["\"a\"", "\"b/c~d\"", "\"main\""]));
                break (**value).clone();
            }
            ty => break ty.clone(),
        }
    };
    maker.used.mark("transform");
    let value = if ty == T::Ranged { "7".to_owned() } else { maker.expr(&ty, 2) };
    let when = when(maker);
    maker.scope.truncate(before);
    Some(format!("transform r{index}{generators}: {path} = {value}{when}"))
}

/// A generator over a list or map of records that stands in a record's fields: how it is written, what it binds.
fn elements(maker: &mut Maker, record: usize) -> Option<(String, String, usize)> {
    let fields = maker.types.records.get(record)?.clone();
    let mut found = Vec::new();
    for field in fields.iter().filter(|field| field.given != Given::Perhaps) {
        if let T::List(elem) | T::Map(elem) = &field.ty
            && let T::Record(inner) = **elem
        {
            found.push((field.name.clone(), matches!(field.ty, T::Map(_)), inner));
        }
    }
    if found.is_empty() {
        return None;
    }
    let (name, map, inner) = maker.rng.pick(&found);
    let (key, value) = (maker.name(), maker.name());
    let generator =
        if map { format!(" for ({key}, {value}) in x.{name}") } else { format!(" for {value} in x.{name}") };
    Some((generator, value, inner))
}
