//! What the columns of CSV and TSV are read as, by the type that their rows have.

use policy_bytecode::Program;
use policy_bytecode::makeup::Makeup;
use policy_bytecode::program::TypeId;
use policy_bytecode::types::{Presence, RecordType, Type};
use policy_project::formats::{Cell, Columns};

/// The columns of a table whose rows are read as a type: the fields of a record.
#[must_use]
pub fn of_rows(program: &Program, row: TypeId) -> Columns {
    let Some(record) = record(program, row) else { return Columns::default() };
    let name = |id: policy_bytecode::program::TextId| program.texts.get(id.index()).cloned();
    record
        .fields
        .iter()
        .filter_map(|field| {
            Some((name(field.name)?, cell(program, field.ty, field.presence == Presence::Required)))
        })
        .collect()
}

/// The columns of a table that is read as one value: the list of its rows.
#[must_use]
pub fn of_list(program: &Program, list: TypeId) -> Columns {
    match program.types.get(list.index()) {
        Some(Type::List { elem, .. } | Type::Set { elem, .. }) => of_rows(program, *elem),
        Some(Type::Option(inner)) => of_list(program, *inner),
        Some(_) | None => Columns::default(),
    }
}

/// The record that a row is.
fn record(program: &Program, row: TypeId) -> Option<&RecordType> {
    let row = program.types.get(row.index())?;
    if let Type::Option(inner) = row {
        return record(program, *inner);
    }
    if let Type::Record(record) = row { Some(record) } else { None }
}

/// What a field's cells are read as.
fn cell(program: &Program, ty: TypeId, required: bool) -> Cell {
    let Some(ty) = program.types.get(ty.index()) else { return Cell::Any };
    match ty.makeup() {
        Makeup::Text if required => Cell::Text,
        Makeup::Text | Makeup::Time | Makeup::Spelled | Makeup::Enum(_) => Cell::TextOrAbsent,
        // The id, where one type is possible.
        Makeup::Entity(kinds) if kinds.len() == 1 => Cell::TextOrAbsent,
        Makeup::Number => Cell::Number,
        Makeup::Bool => Cell::Bool,
        Makeup::Option(inner) => cell(program, inner, false),
        Makeup::List { .. }
        | Makeup::Set { .. }
        | Makeup::Map { .. }
        | Makeup::Tuple(_)
        | Makeup::Record(_) => Cell::Json,
        Makeup::Read { from, .. } => cell(program, from, required),
        Makeup::Json | Makeup::Entity(_) | Makeup::Union(_) => Cell::Any,
    }
}
