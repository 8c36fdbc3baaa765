//! Whole programs: a module or two, a policy with those that it includes, and documents for it.

use super::composition;
use super::entities;
use super::expr::{Fun, Maker, Var};
use super::features::Used;
use super::rng::Rng;
use super::types::{Enum, Field, Given, T, Types};

/// A generated program.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Declarations, each of which can be left out on its own when a failing case is made smaller.
    pub items: Vec<String>,
    /// Policies that others include, and last the one that decides; of each every statement but the first can be
    /// left out.
    pub policies: Vec<Written>,
    /// Declarations that speak of the policies: exceptions.
    pub after: Vec<String>,
    /// Whether the last policy stands in a module of its own, with what comes after it.
    pub apart: bool,
    /// What was used.
    pub used: Used,
    /// The entity store, as JSON; none where there are no entities.
    pub store: Option<String>,
    /// The types, for documents.
    types: Types,
}

/// A policy as it is written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// `policy p on x: R`.
    pub head: String,
    /// Its statements.
    pub statements: Vec<String>,
}

impl Written {
    fn source(&self) -> String {
        let statements: Vec<String> = self.statements.iter().map(|s| format!("  {s}")).collect();
        format!("{} {{\n{}\n}}", self.head, statements.join("\n"))
    }
}

impl Generated {
    /// The sources: names of modules and their texts. The policy that decides is `p`, in the last of them.
    #[must_use]
    pub fn modules(&self, name: &str) -> Vec<(String, String)> {
        let Some((last, others)) = self.policies.split_last() else { return Vec::new() };
        let mut here: Vec<String> = vec![format!("module {name}\n")];
        here.extend(self.items.iter().cloned());
        here.extend(others.iter().map(Written::source));
        let mut there = vec![last.source()];
        there.extend(self.after.iter().cloned());
        if !self.apart {
            here.append(&mut there);
            return vec![(name.to_owned(), here.join("\n") + "\n")];
        }
        // What stands in a module of its own takes all that it may need.
        let mut names: Vec<&str> =
            here.iter().filter_map(|item| declared(item)).filter(|name| *name != "Name").collect();
        names.sort_unstable();
        names.dedup();
        let uses = format!(
            "use {name}.{{{}}}\nuse std.text.{{lower_ascii, upper_ascii, equals_ignoring_case}}",
            names.join(", ")
        );
        let mut other = vec![format!("module {name}_org\n"), uses];
        other.append(&mut there);
        vec![(name.to_owned(), here.join("\n") + "\n"), (format!("{name}_org"), other.join("\n") + "\n")]
    }

    /// The sources of the program alone.
    #[must_use]
    pub fn source(&self) -> String {
        let texts: Vec<String> = self.modules("gen").into_iter().map(|(_, text)| text).collect();
        texts.join("\n")
    }

    /// A document for the policy. `wrong` is how many of a thousand parts do not fit.
    #[must_use]
    pub fn document(&self, rng: &mut Rng, wrong: usize) -> String {
        let last = self.types.records.len().saturating_sub(1);
        self.types.document(rng, &T::Record(last), wrong)
    }
}

/// The name that an item declares for other modules.
fn declared(item: &str) -> Option<&str> {
    let item = item.strip_prefix("pub ").unwrap_or(item);
    let item = item.strip_prefix("ordered ").unwrap_or(item);
    let item = item.strip_prefix("open ").unwrap_or(item);
    let (word, rest) = item.split_once(' ')?;
    let declares = ["type", "enum", "data", "let", "fn", "policy", "obligation", "entity"];
    declares
        .contains(&word)
        .then(|| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(rest))
}

/// The program of a seed.
#[must_use]
pub fn program(seed: u64) -> Generated {
    let mut rng = Rng::new(seed);
    let mut used = Used::default();
    let mut types = declare(&mut rng, &mut used);
    if rng.one_in(2) {
        types.entities = Some(seed);
        with_entities(&mut types, &mut rng);
    }
    let store = types.store(&mut Rng::new(seed ^ 0x5709E));
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
        let depth = maker.rng.below(2);
        let value = maker.expr(&ty, depth);
        items.push(format!("let g{index}: {} = {value}", maker.types.written(&ty)));
        maker.scope.push(Var { text: format!("g{index}"), ty });
    }
    for index in 0..maker.rng.below(3) {
        let function = function(&mut maker, index);
        items.push(function);
    }
    maker.has_now = true;
    let composed = composition::program(&mut maker, input, &mut items);
    // Everything but policies says that others may use it.
    if composed.apart {
        for item in &mut items {
            if declared(item).is_some() && !item.starts_with("obligation") && !item.starts_with("entity") {
                item.insert_str(0, "pub ");
            }
        }
    }
    Generated {
        items,
        policies: composed.policies,
        after: composed.after,
        apart: composed.apart,
        used: maker.used,
        types: maker.types,
        store,
    }
}

/// Gives the input, and perhaps another record, fields that are entities.
fn with_entities(types: &mut Types, rng: &mut Rng) {
    let (person, either) = (T::Entity(vec![entities::PERSON]), entities::either());
    let choices = [
        person.clone(),
        either.clone(),
        T::Entity(vec![entities::GROUP]),
        T::List(Box::new(T::Entity(vec![entities::GROUP]))),
        T::Set(Box::new(person)),
        either,
    ];
    let last = types.records.len().saturating_sub(1);
    for (index, fields) in types.records.iter_mut().enumerate() {
        let count = if index == last { 2 } else { rng.below(2) };
        for at in 0..count {
            let ty = rng.pick(&choices);
            let given = if rng.one_in(3) { Given::Perhaps } else { Given::Always };
            fields.push(Field { name: format!("e{index}{}", ["x", "y"][at % 2]), ty, given });
        }
    }
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
        T::Node,
        T::Node,
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
            8 if index > 0 => T::Shape(rng.below(super::shapes::SHAPES.len())),
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
        super::types::NODE.to_owned(),
    ];
    items.extend(types.entity_declarations(used));
    items.extend(super::shapes::declarations());
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
