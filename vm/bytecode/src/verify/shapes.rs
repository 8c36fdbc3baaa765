//! Types that are read, printed or told apart at one place of a document lead to an end.
//!
//! A record's field lies further in, and a document is only so deep. But what an option holds is read where the option
//! stands, and so are the variants of a union, what a `read by` type takes, and the one element of a list that may be lone.

use super::VerifyError;
use crate::makeup::Makeup;
use crate::program::{Program, TypeId};
use crate::types::Type;

/// The most types that are looked at for one place.
const MAX_AT_ONE_PLACE: u32 = 1 << 16;

#[derive(Clone, Copy)]
enum Mark {
    Unseen,
    Open,
    /// How many types it leads to at its place, itself included, and how deep.
    Done(u32, u32),
}

/// The deepest nesting of types at one place.
const MAX_DEPTH: u32 = 256;

pub(super) fn check(program: &Program) -> Result<(), VerifyError> {
    let mut marks = vec![Mark::Unseen; program.types.len()];
    let mut open: Vec<usize> = Vec::new();
    for start in 0..program.types.len() {
        open.push(start);
        while let Some(&at) = open.last() {
            let parts = program.types.get(at).map(at_its_place).unwrap_or_default();
            match marks.get(at).copied() {
                Some(Mark::Unseen) => {
                    set(&mut marks, at, Mark::Open);
                    for part in parts {
                        match marks.get(part.index()).copied() {
                            Some(Mark::Open) => {
                                return Err(VerifyError::new(format!(
                                    "type {at} leads to itself at one place"
                                )));
                            }
                            Some(Mark::Unseen) => open.push(part.index()),
                            Some(Mark::Done(..)) | None => {}
                        }
                    }
                }
                Some(Mark::Open) => {
                    let (mut count, mut depth) = (1_u32, 1_u32);
                    for part in parts {
                        match marks.get(part.index()).copied() {
                            Some(Mark::Done(more, below)) => {
                                count = count.saturating_add(more);
                                depth = depth.max(below + 1);
                            }
                            Some(Mark::Open | Mark::Unseen) => {
                                return Err(VerifyError::new(format!(
                                    "type {at} leads to itself at one place"
                                )));
                            }
                            None => {}
                        }
                    }
                    if count > MAX_AT_ONE_PLACE || depth > MAX_DEPTH {
                        return Err(VerifyError::new(format!("type {at} is too many types at one place")));
                    }
                    set(&mut marks, at, Mark::Done(count, depth));
                    open.pop();
                }
                Some(Mark::Done(..)) | None => {
                    open.pop();
                }
            }
        }
    }
    Ok(())
}

fn set(marks: &mut [Mark], at: usize, mark: Mark) {
    if let Some(slot) = marks.get_mut(at) {
        *slot = mark;
    }
}

fn at_its_place(ty: &Type) -> Vec<TypeId> {
    match ty.makeup() {
        Makeup::Option(inner) => vec![inner],
        Makeup::List { elem, or_one: true, .. } => vec![elem],
        Makeup::Union(union) => union.variants.iter().map(|variant| variant.content).collect(),
        Makeup::Read { base, from, .. } => vec![base, from],
        Makeup::Bool
        | Makeup::Number
        | Makeup::Text
        | Makeup::Time
        | Makeup::Spelled
        | Makeup::Json
        | Makeup::List { or_one: false, .. }
        | Makeup::Set { .. }
        | Makeup::Map { .. }
        | Makeup::Tuple(_)
        | Makeup::Record(_)
        | Makeup::Enum(_)
        | Makeup::Entity(_) => Vec::new(),
    }
}
