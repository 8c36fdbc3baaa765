//! Entity stores: every entity that can be drawn, with attributes that fit and parents that lead in no circle.

use policy_bytecode::program::EntityIndex;

use super::doc::Doc;
use super::value::Drawing;

/// A store for all types of entities; none where the program has no entities.
#[must_use]
pub fn store(drawing: &mut Drawing<'_>) -> Option<Doc> {
    let program = drawing.program;
    if program.entities.is_empty() {
        return None;
    }
    let order = order(program);
    let place = |kind: EntityIndex| order.iter().position(|known| *known == kind).unwrap_or(usize::MAX);
    let mut entities = Vec::new();
    for (at, kind) in order.iter().enumerate() {
        let Some(described) = program.entities.get(kind.index()) else { continue };
        let shown = drawing.name(described.shown).to_owned();
        let ids = drawing.ids(*kind);
        for (number, id) in ids.iter().enumerate() {
            let attributes = drawing.value(described.attributes, &shown);
            let mut parents = Vec::new();
            for parent in &described.parents {
                // A parent of another type stands before it in the order of types; of its own type, before it among the ids.
                let known = drawing.ids(*parent);
                let open = if parent == kind {
                    known.get(..number).unwrap_or(&[]).to_vec()
                } else if place(*parent) < at {
                    known
                } else {
                    Vec::new()
                };
                if !open.is_empty() && drawing.choices.chance(1, 2) {
                    let id = drawing.one_of(&open).unwrap_or_default();
                    let name = program.entities.get(parent.index()).map_or("", |p| drawing.name(p.shown));
                    parents.push(Doc::Entity(name.to_owned(), id));
                }
            }
            entities.push(Doc::Object(vec![
                ("uid".to_owned(), Doc::Entity(shown.clone(), id.clone())),
                ("attrs".to_owned(), attributes),
                ("parents".to_owned(), Doc::List(parents)),
            ]));
        }
    }
    Some(Doc::List(entities))
}

/// Types of entities, those that can be parents before those that can be in them.
fn order(program: &policy_bytecode::Program) -> Vec<EntityIndex> {
    let mut order: Vec<EntityIndex> = Vec::new();
    let all = (0..program.entities.len()).filter_map(|at| u32::try_from(at).ok().map(EntityIndex));
    for root in all {
        let mut open = vec![(root, false)];
        let mut entered: Vec<EntityIndex> = Vec::new();
        while let Some((kind, done)) = open.pop() {
            if done {
                if !order.contains(&kind) {
                    order.push(kind);
                }
                continue;
            }
            if order.contains(&kind) || entered.contains(&kind) {
                continue;
            }
            entered.push(kind);
            open.push((kind, true));
            let parents = program.entities.get(kind.index()).map_or(&[][..], |entity| &entity.parents);
            open.extend(parents.iter().map(|parent| (*parent, false)));
        }
    }
    order
}
