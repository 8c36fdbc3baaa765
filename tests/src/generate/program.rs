//! Whole programs: one module, one policy, and documents for it.

use super::expr::{Fun, Maker, Var};
use super::features::Used;
use super::rng::Rng;
use super::types::{Enum, Field, Given, T, Types};

/// A generated program.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The parts of the source: declarations, and then the statements of the policy, each of which can be
    /// left out on its own when a failing case is made smaller.
    pub items: Vec<String>,
    /// The head of the policy.
    pub head: String,
    /// The statements of the policy.
    pub statements: Vec<String>,
    /// What was used.
    pub used: Used,
    /// The types, for documents.
    types: Types,
}

impl Generated {
    /// The source, as a module of a name.
    #[must_use]
    pub fn module(&self, name: &str) -> String {
        let statements: Vec<String> = self.statements.iter().map(|s| format!("  {s}")).collect();
        format!(
            "module {name}\n\n{}\n\n{} {{\n{}\n}}\n",
            self.items.join("\n"),
            self.head,
            statements.join("\n")
        )
    }

    /// The source, as a module of its own.
    #[must_use]
    pub fn source(&self) -> String {
        self.module("gen")
    }

    /// A document for the policy. `wrong` is how many of a thousand parts do not fit.
    #[must_use]
    pub fn document(&self, rng: &mut Rng, wrong: usize) -> String {
        let last = self.types.records.len().saturating_sub(1);
        self.types.document(rng, &T::Record(last), wrong)
    }
}

/// The program of a seed.
#[must_use]
pub fn program(seed: u64) -> Generated {
    let mut rng = Rng::new(seed);
    let mut used = Used::default();
    let types = declare(&mut rng, &mut used);
    let mut items = prelude(&types, &mut rng, &mut used);
    let input = types.records.len().saturating_sub(1);
    let mut maker = Maker {
        rng,
        types,
        functions: Vec::new(),
        scope: vec![Var { text: "j0".to_owned(), ty: T::Json }],
        used,
        names: 0,
        has_now: false,
    };
    for index in 0..maker.rng.below(2) {
        let ty = maker.any_type(1);
        maker.used.mark("data");
        maker.used.mark("data default");
        let literal = maker.types.literal(&mut maker.rng, &ty);
        items.push(format!("data d{index}: {} = {literal}", maker.types.written(&ty)));
        maker.scope.push(Var { text: format!("d{index}"), ty });
    }
    for index in 0..maker.rng.below(2) {
        let ty = maker.any_type(1);
        maker.used.mark("global let");
        // What fails in one is reported where it is used, until the machine keeps the place.
        let value = maker.expr(&ty, 0);
        items.push(format!("let g{index}: {} = {value}", maker.types.written(&ty)));
        maker.scope.push(Var { text: format!("g{index}"), ty });
    }
    for index in 0..maker.rng.below(3) {
        let function = function(&mut maker, index);
        items.push(function);
    }
    maker.has_now = true;
    maker.scope.push(Var { text: "x".to_owned(), ty: T::Record(input) });
    let head = format!("policy p on x: R{input}");
    let statements = statements(&mut maker);
    Generated { items, head, statements, used: maker.used, types: maker.types }
}

fn declare(rng: &mut Rng, used: &mut Used) -> Types {
    let mut types = Types::default();
    for index in 0..1 + rng.below(2) {
        let count = 2 + rng.below(3);
        let ordered = rng.one_in(3);
        used.mark(if ordered { "type ordered enum" } else { "type enum" });
        let variants = (0..count)
            .map(|at| {
                let name = format!("e{index}{}", ["a", "b", "c", "d"][at % 4]);
                let spelling = if rng.one_in(3) { name.to_uppercase() } else { name.clone() };
                (name, spelling)
            })
            .collect();
        types.enums.push(Enum { variants, ordered });
    }
    let count = 2 + rng.below(2);
    for index in 0..count {
        used.mark("type record");
        let fields = record(rng, used, &types, index, if index + 1 == count { 6 } else { 3 });
        types.records.push(fields);
    }
    types
}

fn record(rng: &mut Rng, used: &mut Used, types: &Types, index: usize, most: usize) -> Vec<Field> {
    let scalars = [
        T::Bool,
        T::Int,
        T::Int,
        T::Ranged,
        T::Decimal,
        T::Text,
        T::Text,
        T::Timestamp,
        T::Date,
        T::TimeOfDay,
        T::Duration,
        T::Ip,
        T::Cidr,
        T::SemVer,
        T::Host,
        T::Path,
        T::Name,
        T::Size,
    ];
    let mut fields = Vec::new();
    for at in 0..2 + rng.below(most) {
        let scalar = rng.pick(&scalars);
        let inner = if index > 0 && rng.one_in(3) { T::Record(rng.below(index)) } else { scalar.clone() };
        let inner = if inner == T::Ranged { T::Int } else { inner };
        let ty = match rng.below(10) {
            0 | 1 => T::List(Box::new(inner)),
            2 if inner.scalar() => T::Set(Box::new(inner)),
            3 => T::Map(Box::new(inner)),
            4 => T::Enum(rng.below(types.enums.len())),
            5 if index > 0 => T::Record(rng.below(index)),
            7 if index > 0 => T::Json,
            _ => scalar,
        };
        let given = match rng.below(5) {
            0 | 1 => Given::Perhaps,
            2 if !types.needs_data(&ty) => Given::Default,
            _ => Given::Always,
        };
        match given {
            Given::Perhaps => used.mark("field optional"),
            Given::Default => used.mark("field default"),
            Given::Always => {}
        }
        fields.push(Field {
            name: format!("f{index}{}", ["a", "b", "c", "d", "e", "f", "g", "h"][at % 8]),
            ty,
            given,
        });
    }
    fields
}

fn prelude(types: &Types, rng: &mut Rng, used: &mut Used) -> Vec<String> {
    used.mark("type read by text");
    used.mark("type read by json");
    let mut items = vec![
        "use std.text.{lower_ascii, upper_ascii, equals_ignoring_case}".to_owned(),
        "data j0: Json".to_owned(),
        "type Name = String read by lower_ascii".to_owned(),
        "fn size(j: Json) -> Decimal? = if j is Decimal then j else kilo((j as? String) ?? \"\")".to_owned(),
        "fn kilo(s: String) -> Decimal? = if s.ends_with(\"k\") then (s.strip_suffix(\"k\") ?? \"\").parse_decimal() else s.parse_decimal()".to_owned(),
        "type Size = Decimal read by size".to_owned(),
    ];
    items.extend(types.declarations(rng).lines().map(str::to_owned));
    items
}

fn function(maker: &mut Maker, index: usize) -> String {
    let params: Vec<T> = (0..1 + maker.rng.below(2)).map(|_| maker.any_type(1)).collect();
    let result = if maker.rng.one_in(3) { T::Bool } else { maker.any_type(1) };
    let names: Vec<String> = params.iter().map(|_| maker.name()).collect();
    let before = maker.scope.len();
    for (name, ty) in names.iter().zip(&params) {
        maker.scope.push(Var { text: name.clone(), ty: ty.clone() });
    }
    let body = if maker.rng.one_in(3) {
        maker.used.mark("function lets");
        let (name, ty) = (maker.name(), maker.scalar());
        let value = maker.expr(&ty, 2);
        let body = maker.inside(&name, ty.clone(), |maker| maker.expr(&result, 2));
        format!("{{ let {name}: {} = {value} return {body} }}", maker.types.written(&ty))
    } else {
        format!("= {}", maker.expr(&result, 2))
    };
    maker.scope.truncate(before);
    let written: Vec<String> =
        names.iter().zip(&params).map(|(name, ty)| format!("{name}: {}", maker.types.written(ty))).collect();
    let name = format!("h{index}");
    let text = format!("fn {name}({}) -> {} {body}", written.join(", "), maker.types.written(&result));
    maker.functions.push(Fun { name, params, result });
    text
}

fn statements(maker: &mut Maker) -> Vec<String> {
    let default = maker.rng.below(3);
    maker.used.mark(["default allow", "default deny", "default escalate"][default]);
    let mut out = vec![["default allow", "default deny", "default escalate to \"ops\""][default].to_owned()];
    if maker.rng.one_in(4) {
        maker.used.mark("applies when");
        out.push(format!("applies when {}", maker.expr(&T::Bool, 2)));
    }
    let before = maker.scope.len();
    for _ in 0..maker.rng.below(3) {
        maker.used.mark("policy let");
        let (name, ty) = (maker.name(), maker.any_type(1));
        let value = maker.expr(&ty, 3);
        out.push(format!("let {name}: {} = {value}", maker.types.written(&ty)));
        maker.scope.push(Var { text: name, ty });
    }
    for index in 0..1 + maker.rng.below(4) {
        let rule = rule(maker, index);
        out.push(rule);
    }
    maker.scope.truncate(before);
    out
}

fn rule(maker: &mut Maker, index: usize) -> String {
    let kind = maker.rng.below(6);
    let (word, feature) = [
        ("deny", "deny"),
        ("require", "require"),
        ("require", "require when that"),
        ("allow", "allow"),
        ("escalate", "escalate"),
        ("warn", "warn"),
    ][kind];
    maker.used.mark(feature);
    let mut annotation = String::new();
    if maker.rng.one_in(10) {
        let mode = maker.rng.below(2);
        maker.used.mark(["mode observe", "mode advise"][mode]);
        annotation = format!("@mode({}) ", ["observe", "advise"][mode]);
    }
    let skip = (kind < 3 || kind == 4) && maker.rng.one_in(8);
    if skip {
        maker.used.mark("on_error skip");
        annotation.push_str("@on_error(skip) ");
    }
    let before = maker.scope.len();
    let generators = if maker.rng.one_in(3) { rule_generators(maker) } else { String::new() };
    let condition = match kind {
        1 => format!("that {}", maker.expr(&T::Bool, 3)),
        2 => format!("when {} that {}", maker.expr(&T::Bool, 2), maker.expr(&T::Bool, 3)),
        _ => format!("when {}", maker.expr(&T::Bool, 3)),
    };
    let to = if kind == 4 { " to \"security\"" } else { "" };
    let mut text = format!("{annotation}{word} r{index}{generators}{to} {condition}");
    if skip || maker.rng.one_in(2) {
        maker.used.mark("because");
        let ty = maker.any_type(2);
        let value = message_value(maker, &ty);
        text.push_str(&format!(" because \"because {value}.\""));
    }
    if maker.rng.one_in(5) {
        maker.used.mark("fix");
        text.push_str(" fix \"mend it\"");
    }
    if maker.rng.one_in(3) {
        maker.used.mark("details");
        let ty = maker.any_type(2);
        let value = maker.expr(&ty, 3);
        // A let gives the value its type, where a literal alone would have none.
        text.push_str(&format!(" details {{ v: {value} }}"));
    }
    maker.scope.truncate(before);
    text
}

/// An interpolation that stands on one line and has no quotes in it.
fn message_value(maker: &mut Maker, ty: &T) -> String {
    let wanted = ty.clone();
    let paths = maker.paths(&move |other| *other == wanted);
    if !paths.is_empty() {
        return format!("{{{}}}", maker.rng.pick(&paths));
    }
    let numbers = maker.expr(&T::Int, 2);
    if numbers.contains(['"', '{', '}']) { "no value".to_owned() } else { format!("{{{numbers}}}") }
}

fn rule_generators(maker: &mut Maker) -> String {
    maker.used.mark("rule for");
    if maker.rng.one_in(4) {
        maker.used.mark("rule for pattern");
        let (a, b) = (maker.name(), maker.name());
        let source = maker.expr(&T::List(Box::new(T::Text)), 1);
        maker.scope.push(Var { text: a.clone(), ty: T::Int });
        maker.scope.push(Var { text: b.clone(), ty: T::Text });
        return format!(" for ({a}, {b}) in numbered({source})");
    }
    let mut generators = Vec::new();
    let count = if maker.rng.one_in(4) { 2 } else { 1 };
    if count == 2 {
        maker.used.mark("rule for two");
    }
    for _ in 0..count {
        let maps = maker.paths(&|ty| matches!(ty, T::Map(inner) if **inner == T::Text));
        if !maps.is_empty() && maker.rng.one_in(2) {
            maker.used.mark("rule for map");
            let (key, value) = (maker.name(), maker.name());
            generators.push(format!("({key}, {value}) in {}", maker.rng.pick(&maps)));
            maker.scope.push(Var { text: key, ty: T::Text });
            maker.scope.push(Var { text: value, ty: T::Text });
            continue;
        }
        let (source, elem) = maker.source(1);
        let name = maker.name();
        generators.push(format!("{name} in {source}"));
        maker.scope.push(Var { text: name, ty: elem });
    }
    format!(" for {}", generators.join(", "))
}
