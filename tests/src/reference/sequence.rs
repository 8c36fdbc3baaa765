//! `fold`, `score`, and `any a then b`.

use policy_compiler::hir::{Expr, Gen, LocalId, Pattern, ScorePart};

use super::aggregate;
use super::eval::{Frame, World, elements};
use super::fault::Result;
use super::value::Value;

/// The parts of `any a then b in xs: body without c: e`.
#[derive(Clone, Copy)]
pub struct Sequence<'a> {
    /// What the elements are bound to.
    pub patterns: &'a [Pattern],
    /// What must hold for none between the first and the last.
    pub without: Option<&'a (Pattern, Expr)>,
    /// What must hold of them.
    pub body: &'a Expr,
}

/// Whether there is such a sequence; positions are tried in lexicographic order.
///
/// # Errors
/// As the first part that fails in that order.
pub fn found<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    source: &'a Expr,
    sequence: Sequence<'a>,
) -> Result<bool> {
    let all = elements(&world.eval(frame, source)?)?;
    let mut places = Vec::new();
    from(world, frame, &all, sequence, &mut places)
}

fn from<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    all: &[Value],
    sequence: Sequence<'a>,
    places: &mut Vec<usize>,
) -> Result<bool> {
    let Some(pattern) = sequence.patterns.get(places.len()) else {
        return Ok(world.truth(frame, sequence.body)? && unbroken(world, frame, all, sequence, places)?);
    };
    let start = places.last().map_or(0, |last| last + 1);
    for (place, element) in all.iter().enumerate().skip(start) {
        frame.bind(pattern, element)?;
        places.push(place);
        let found = from(world, frame, all, sequence, places)?;
        places.pop();
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether nothing stands between the first and the last that must not.
fn unbroken<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    all: &[Value],
    sequence: Sequence<'a>,
    places: &[usize],
) -> Result<bool> {
    let Some((pattern, condition)) = sequence.without else { return Ok(true) };
    let (first, last) = (places.first().copied().unwrap_or(0), places.last().copied().unwrap_or(0));
    for element in all.iter().take(last).skip(first + 1) {
        frame.bind(pattern, element)?;
        if world.truth(frame, condition)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The last state.
///
/// # Errors
/// As its parts fail.
pub fn fold<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    generators: &'a [Gen],
    state: LocalId,
    init: &'a Expr,
    body: &'a Expr,
) -> Result<Value> {
    let mut current = world.eval(frame, init)?;
    world.each(frame, generators, &mut |frame| {
        frame.set(state, current.clone());
        current = world.eval(frame, body)?;
        Ok(true)
    })?;
    Ok(current)
}

/// The sum of the weights whose condition holds.
///
/// # Errors
/// As a condition fails; a sum that does not fit.
pub fn score<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    parts: &'a [ScorePart],
    expr: &'a Expr,
) -> Result<Value> {
    let mut weights = Vec::new();
    for part in parts {
        if world.truth(frame, &part.condition)? {
            weights.push(world.eval(frame, &part.weight)?);
        }
    }
    aggregate::sum(&weights, world.hir.types.kind(expr.ty), expr)
}

/// A value and all of its type below it, the root first and each before those below it.
///
/// # Errors
/// As what stands below a node fails.
pub fn descend<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    base: &'a Expr,
    local: LocalId,
    children: &'a Expr,
    paths: bool,
) -> Result<Value> {
    let root = world.eval(frame, base)?;
    let mut found = Vec::new();
    let mut waiting = vec![vec![root]];
    while let Some(path) = waiting.pop() {
        let Some(node) = path.last().cloned() else { continue };
        found.push(if paths { Value::list(path.clone()) } else { node.clone() });
        frame.set(local, node);
        let below = match world.eval(frame, children)? {
            Value::List(values) => values.to_vec(),
            Value::Absent => Vec::new(),
            one => vec![one],
        };
        for child in below.into_iter().rev() {
            let mut path = path.clone();
            path.push(child);
            waiting.push(path);
        }
    }
    Ok(Value::list(found))
}
