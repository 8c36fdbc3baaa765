//! The rows of all sections, field by field, in the order in which they are written. `docs/bundle-format.md` has the same
//! as a grammar. A field that is added to a type does not compile until it has its place here, which is a new format.

use super::imports::Imports;
use super::manifest::{Cost, Dependency, Document, DocumentKind, Entry, Limits, Manifest, Material};
use super::sources::{Package, Source};
use super::wire::{choice, numbers, row};
use crate::duties::{Exception, Joins, Obligation, ObligationOn};
use crate::program::{
    Annotations, ConstId, Constant, DataItem, Debug, DefaultOutcome, Effect, EntityIndex, Format, FormatId,
    FormatPart, Function, FunctionIndex, GlobalItem, Message, MessagePart, Mode, Node, NoteType, Parameter,
    PatternId, PatternKind, PatternSource, Plan, PlanId, Policy, Projection, Read, Rule, TextId, TypeId,
};
use crate::scalar::{Date, DecimalBits, Duration, TimeOfDay, Timestamp};
use crate::types::{EntityType, EnumType, FieldType, Presence, RecordType, Type, UnionType, VariantType};

// What a bundle says of itself.

row!(Manifest { name, version, edition, compiler, entries, modes, limits, dependencies, documents, costs });
row!(Entry { name, policy, not_applicable_proceeds });
row!(Limits { fuel, memory, input });
row!(Dependency { name, version, digest });
row!(Document { kind, name, length, digest });
choice!(DocumentKind { 0 Data, 1 Entities, 2 Parameter { entry } });
row!(Cost { policy, steps });
row!(Material { path, digest });
row!(Package { name, files });
row!(Imports { instructions, functions });

// Positions.

numbers!(TextId, TypeId, ConstId, PatternId, FunctionIndex, PlanId, FormatId, EntityIndex);

// Types.

choice!(Type {
    0 Bool, 1 Text, 2 Int { lo, hi }, 3 Decimal, 4 Timestamp, 5 Date, 6 TimeOfDay, 7 Duration, 8 Ip, 9 Cidr,
    10 Host, 11 Url, 12 Path, 13 SemVer, 14 SemVerRange, 15 Regex, 16 Glob, 17 Wildcard, 18 Bytes, 19 Json,
    20 Option(of), 21 List { elem, max, or_one }, 22 Set { elem, max }, 23 Map { key, value, max },
    24 Tuple(parts), 25 Record(of), 26 Enum(of), 27 Union(of), 28 Entity(kinds),
    29 Read { name, base, function, from },
});
row!(RecordType { name, fields, open, rest });
row!(FieldType { name, ty, presence });
choice!(Presence { 0 Required, 1 Optional, 2 Default(value) });
row!(EnumType { name, spellings, also, names, open });
row!(UnionType { name, tag, variants, open });
row!(VariantType { name, tags, content });
row!(EntityType { name, shown, parents, attributes });

// Constants.

choice!(Constant {
    0 Absent, 1 Null, 2 Bool(value), 3 Int(value), 4 Decimal(value), 5 Text(text), 6 Timestamp(value),
    7 Date(value), 8 TimeOfDay(value), 9 Duration(value), 10 Ip(address), 11 Cidr(address, prefix),
    12 SemVer(text), 13 SemVerRange(text), 14 Bytes(bytes), 15 Pattern(pattern), 16 Variant(position),
    17 List(parts), 18 Set(parts), 19 Map(parts), 20 Tuple(parts), 21 Record(parts),
    22 Union(variant, content, tag), 23 Read(value, text), 24 Entity(kind, id),
});
row!(DecimalBits { lo, mid, hi, negative, scale });
row!(Timestamp { seconds, nanos });
row!(Duration { seconds, nanos });
numbers!(Date, TimeOfDay);

// What code refers to.

row!(PatternSource { kind, text });
choice!(PatternKind { 0 Regex, 1 Glob, 2 Wildcard });
row!(Format { parts });
choice!(FormatPart { 0 Literal(text), 1 Value(kind) });
choice!(Projection {
    0 Same, 1 Record(fields), 2 Elements(how), 3 Values(how), 4 Parts(how), 5 Option(how),
});
row!(Plan { ty, read });
choice!(Read { 0 Skip, 1 Whole, 2 Parts(parts) });

// Items.

row!(Function { start, end, params, registers, lets, result });
row!(DataItem { name, ty, default, max_age });
row!(GlobalItem { name, function });
row!(Obligation { name, on, payload, place, doc });
choice!(ObligationOn { 0 Allow, 1 Deny, 2 Any });
row!(Exception { name, values, because, until, approved_by, follow_up, place });
row!(Policy {
    name,
    input,
    plan,
    params,
    body,
    default,
    resolve_first,
    bound,
    rules,
    mode,
    mode_of,
    annotations
});
row!(Parameter { name, ty, default });
choice!(DefaultOutcome { 0 Allow, 1 Deny, 2 Escalate(to) });
choice!(Mode { 0 Observe, 1 Advise, 2 Enforce });
row!(Rule {
    name,
    effect,
    bindings,
    values,
    because,
    fix,
    details,
    given,
    to,
    mode,
    on_error_skip,
    no_exceptions,
    exceptions,
    on,
    annotations,
    reads,
    place
});
choice!(Effect {
    0 Deny, 1 Require, 2 Allow, 3 Escalate, 4 Warn, 5 Oblige { obligation }, 6 Transform,
    7 Include { policy, joins },
});
choice!(Joins { 0 Rules, 1 Outcome });
row!(NoteType { name, ty });
row!(Message { parts });
choice!(MessagePart { 0 Literal(text), 1 Value(at) });
row!(Annotations { owner, severity, controls, links, tags, doc });

// What only explanations need.

// A place is written in [`super::wire`].
row!(Debug { files, functions, places, nodes });
row!(Node { place, ty, input, policy, rule });
row!(Source { path, bytes });
