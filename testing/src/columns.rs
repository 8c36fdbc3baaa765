//! What the columns of CSV and TSV are read as, by the type that their rows have.

use policy_bytecode::Program;
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
    match ty {
        Type::Text if required => Cell::Text,
        Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::TimeOfDay
        | Type::Duration
        | Type::Ip
        | Type::Cidr
        | Type::Host
        | Type::Url
        | Type::Path
        | Type::SemVer
        | Type::SemVerRange
        | Type::Regex
        | Type::Glob
        | Type::Wildcard
        | Type::Bytes
        | Type::Enum(_) => Cell::TextOrAbsent,
        // The id, where one type is possible.
        Type::Entity(kinds) if kinds.len() == 1 => Cell::TextOrAbsent,
        Type::Int { .. } | Type::Decimal => Cell::Number,
        Type::Bool => Cell::Bool,
        Type::Option(inner) => cell(program, *inner, false),
        Type::List { .. } | Type::Set { .. } | Type::Map { .. } | Type::Tuple(_) | Type::Record(_) => {
            Cell::Json
        }
        Type::Read { from, .. } => cell(program, *from, required),
        Type::Json | Type::Entity(_) | Type::Union(_) => Cell::Any,
    }
}
