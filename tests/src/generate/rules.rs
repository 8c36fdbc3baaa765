//! The rules of generated policies.

use super::expr::{Maker, Var};
use super::types::T;

/// A rule that an exception may name.
pub(super) struct Excepted {
    /// Its id.
    pub(super) id: String,
    /// What its generators bind.
    pub(super) bindings: Vec<Var>,
}

/// A rule; `modes` are what can be written for its mode.
pub(super) fn rule(maker: &mut Maker, index: usize, modes: &[String]) -> (String, Option<Excepted>) {
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
        annotation = mode(maker, modes);
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
    let bindings = maker.scope.split_off(before);
    let excepted = matches!(kind, 0 | 1 | 2 | 4).then(|| Excepted { id: format!("r{index}"), bindings });
    (text, excepted)
}

/// `@mode(…)`.
pub(super) fn mode(maker: &mut Maker, modes: &[String]) -> String {
    if !modes.is_empty() && maker.rng.one_in(2) {
        maker.used.mark("mode computed");
        return format!("@mode({}) ", maker.rng.pick(modes));
    }
    let mode = maker.rng.below(2);
    maker.used.mark(["mode observe", "mode advise"][mode]);
    format!("@mode({}) ", ["observe", "advise"][mode])
}

/// An interpolation that stands on one line and has no quotes in it.
pub(super) fn message_value(maker: &mut Maker, ty: &T) -> String {
    let wanted = ty.clone();
    let paths = maker.paths(&move |other| *other == wanted);
    if !paths.is_empty() {
        return format!("{{{}}}", maker.rng.pick(&paths));
    }
    let numbers = maker.expr(&T::Int, 2);
    if numbers.contains(['"', '{', '}']) { "no value".to_owned() } else { format!("{{{numbers}}}") }
}

pub(super) fn rule_generators(maker: &mut Maker) -> String {
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
