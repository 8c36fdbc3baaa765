//! Changes of the input: where, which of them agree, and what they make of it.

use std::collections::BTreeMap;
use std::rc::Rc;

use policy_compiler::hir::{PathStep, Ty, TyKind};

use super::super::eval::{Frame, World};
use super::super::fault::{Fault, Result, Stop};
use super::super::json;
use super::super::print;
use super::super::value::{Json, Value};
use super::gather::Place;
use super::{Change, Failed};

/// The step of a JSON Pointer that leads to an element.
pub(super) fn place(
    world: &World<'_>,
    source: &Value,
    ty: Ty,
    index: usize,
    element: &Value,
) -> Result<Place> {
    match (source, world.hir.types.kind(ty), element) {
        (Value::Map(_), TyKind::Map { key, .. }, Value::List(pair)) => {
            print::plain(world, pair.first().unwrap_or(&Value::Absent), *key)
        }
        _ => Ok(index.to_string()),
    }
}

/// The JSON Pointer that the path of a `transform` is.
pub(super) fn pointer<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    at: Option<&str>,
    path: &'a [PathStep],
    places: &[Place],
) -> Result<String> {
    let mut pointer = at.ok_or_else(|| Stop::bug("a transform of what is no part of the input"))?.to_owned();
    for step in path {
        let key = match step {
            PathStep::Field(record, field) => {
                let record = world.hir.types.record(*record).ok_or_else(|| Stop::bug("no such record"))?;
                record.fields.get(field.index()).map(|field| field.name.clone())
            }
            PathStep::Variant(..) => continue,
            PathStep::Key(key) => {
                let value = world.eval(frame, key)?;
                Some(print::plain(world, &value, key.ty)?)
            }
            PathStep::Element(generator) => places.get(*generator as usize).cloned(),
        };
        pointer = json::step(&pointer, &key.ok_or_else(|| Stop::bug("a step to nowhere"))?);
    }
    Ok(pointer)
}

/// Changes without those that were asked for before. A failure where two are of one place, or of a place and a part of it: of
/// the first two such, in the order of places, told with the later one and by its place among the failures.
pub(super) fn merge(changes: Vec<Change>) -> std::result::Result<Vec<Change>, (usize, Box<Failed>)> {
    let mut places: Vec<(Vec<&str>, usize)> =
        changes.iter().enumerate().map(|(at, change)| (change.pointer.split('/').collect(), at)).collect();
    places.sort();
    let mut kept: Option<&(Vec<&str>, usize)> = None;
    for one in &places {
        if let (Some(known), Some(change)) = (kept, changes.get(one.1)) {
            let same = known.0 == one.0;
            if same && changes.get(known.1).is_some_and(|other| other.value == change.value) {
                continue;
            }
            if same || one.0.starts_with(&known.0) {
                let later = changes.get(known.1.max(one.1)).unwrap_or(change);
                let fault = Fault { code: "conflict", location: later.location, operands: Vec::new() };
                let (rule, bindings) = (later.rules.first().cloned(), later.bindings.clone());
                let failed = Failed { rule, counts_as: "deny", bindings, fault };
                return Err((later.failures, Box::new(failed)));
            }
        }
        kept = Some(one);
    }
    let mut merged: Vec<Change> = Vec::new();
    for change in changes {
        match merged.iter_mut().find(|other| other.pointer == change.pointer) {
            Some(known) => {
                let more = change.rules.into_iter().filter(|rule| !known.rules.contains(rule));
                let more: Vec<String> = more.collect();
                known.rules.extend(more);
            }
            None => merged.push(change),
        }
    }
    Ok(merged)
}

/// The input with its changes.
pub(super) fn applied(input: &Json, changes: &[Change]) -> Json {
    let mut input = input.clone();
    for change in changes {
        let steps: Vec<String> = change
            .pointer
            .split('/')
            .skip(1)
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect();
        input = set(input, &steps, &change.value);
    }
    input
}

/// What is missing on the way is made.
fn set(json: Json, steps: &[String], value: &Json) -> Json {
    let Some((first, rest)) = steps.split_first() else { return value.clone() };
    match json {
        Json::Array(elements) => {
            let mut elements = elements.to_vec();
            if let Some(element) = first.parse().ok().and_then(|index: usize| elements.get_mut(index)) {
                *element = set(element.clone(), rest, value);
            }
            Json::Array(Rc::new(elements))
        }
        Json::Object(members) => {
            let mut members = (*members).clone();
            let below = members.get(first.as_str()).cloned().unwrap_or(Json::Null);
            members.insert(Rc::from(first.as_str()), set(below, rest, value));
            Json::Object(Rc::new(members))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            let below = set(Json::Null, rest, value);
            Json::Object(Rc::new(BTreeMap::from([(Rc::from(first.as_str()), below)])))
        }
    }
}
