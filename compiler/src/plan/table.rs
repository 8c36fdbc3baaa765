//! What can be read, as the table of plans that the machine reads documents by.

use policy_bytecode::program::{Plan, PlanId, Read};

use super::readable::{Part, Readable, Step};
use crate::codegen::context::Context;
use crate::hir::{Makeup, Ty};

/// The plan of a whole input.
pub(crate) fn lower(cx: &mut Context<'_>, ty: Ty, readable: &Readable<'_>) -> PlanId {
    plan(cx, ty, readable, readable.part(0))
}

fn plan(cx: &mut Context<'_>, ty: Ty, readable: &Readable<'_>, part: Option<&Part<'_>>) -> PlanId {
    let id = cx.type_id(ty);
    let read = match part {
        Some(part) if part.whole => Read::Whole,
        Some(part) if part.touched || !part.below.is_empty() => parts(cx, ty, readable, part),
        Some(_) | None => Read::Skip,
    };
    cx.pools.plan(Plan { ty: id, read })
}

fn parts(cx: &mut Context<'_>, ty: Ty, readable: &Readable<'_>, part: &Part<'_>) -> Read {
    let hir = cx.hir;
    let below = |step: &Step<'_>| part.below.get(step).and_then(|position| readable.part(*position));
    Read::Parts(match hir.types.kind(ty).makeup() {
        // What may be absent is no step of its own.
        Makeup::Option(inner) => vec![plan(cx, inner, readable, Some(part))],
        Makeup::List(elem) => vec![plan(cx, elem, readable, below(&Step::Elem))],
        Makeup::Map(key, value) => {
            // Entries are told apart by their keys.
            let key = cx.type_id(key);
            let key = cx.pools.plan(Plan { ty: key, read: Read::Whole });
            vec![key, plan(cx, value, readable, below(&Step::Value))]
        }
        Makeup::Tuple(parts) => {
            let mut plans = Vec::with_capacity(parts.len());
            for (index, ty) in (0..).zip(parts) {
                plans.push(plan(cx, *ty, readable, below(&Step::Part(index))));
            }
            plans
        }
        Makeup::Record(record) => {
            let fields = hir.types.record(record).map(|r| r.fields.as_slice()).unwrap_or_default();
            let mut plans = Vec::with_capacity(fields.len());
            for field in fields {
                plans.push(plan(cx, field.ty, readable, below(&Step::Field(&field.name))));
            }
            plans
        }
        Makeup::Union(union) => {
            let variants = hir.types.union(union).map(|u| u.variants.as_slice()).unwrap_or_default();
            let mut plans = Vec::with_capacity(variants.len() + 1);
            // Each variant is at least an object in which no key stands twice.
            let looked_at = Part { touched: true, ..Part::default() };
            for (index, variant) in (0..).zip(variants) {
                let part = below(&Step::Variant(index)).unwrap_or(&looked_at);
                plans.push(plan(cx, variant.payload, readable, Some(part)));
            }
            // What is kept of an unknown one stands last.
            let unknown = u32::try_from(variants.len()).unwrap_or(u32::MAX);
            let unknown = below(&Step::Variant(unknown)).filter(|part| part.whole || part.touched);
            let read = if unknown.is_some() { Read::Whole } else { Read::Skip };
            let id = cx.type_id(ty);
            plans.push(cx.pools.plan(Plan { ty: id, read }));
            plans
        }
        Makeup::Scalar
        | Makeup::Text
        | Makeup::Json
        | Makeup::Enum(_)
        | Makeup::Entity(_)
        | Makeup::Set(_)
        | Makeup::Read(_)
        | Makeup::Nothing => return Read::Whole,
    })
}
