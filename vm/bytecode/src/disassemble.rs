//! Programs as text, for people: one instruction a line, with constants, names and places of the source.

use std::collections::{BTreeMap, BTreeSet};

use crate::inst::Inst;
use crate::op::{CONST_BASE, Kind, Operand};
use crate::program::{ConstId, Constant, Function, PatternKind, Place, Policy, Program, TextId};
use crate::scalar::DecimalBits;

/// How deep constants are written out, and how many parts of one.
const MAX_DEPTH: usize = 4;
const MAX_PARTS: usize = 8;
/// The longest text of a constant, in characters.
const MAX_TEXT: usize = 60;

/// The whole program. Damaged programs are shown too, with `?` where something refers to nothing.
#[must_use]
pub fn disassemble(program: &Program) -> String {
    let all: Vec<usize> = (0..program.functions.len()).collect();
    let mut out = format!(
        "; edition {}, {} functions, {} instructions, {} constants, {} texts, {} types, {} plans\n",
        program.edition,
        program.functions.len(),
        program.code.len(),
        program.consts.len(),
        program.texts.len(),
        program.types.len(),
        program.plans.len(),
    );
    for item in &program.data {
        out.push_str(&format!("; data {}\n", text(program, item.name)));
    }
    functions(program, &all, &mut out);
    out
}

/// The code of one policy, and of the functions that it calls, directly or not.
#[must_use]
pub fn disassemble_policy(program: &Program, policy: usize) -> String {
    let mut wanted: BTreeSet<usize> = BTreeSet::new();
    let mut open: Vec<usize> =
        program.policies.get(policy).map(|policy| policy.body.index()).into_iter().collect();
    while let Some(function) = open.pop() {
        if wanted.insert(function) {
            let code = program.functions.get(function).map_or(&[][..], |function| code(program, function));
            for inst in code {
                for operand in inst.op.info().operands {
                    let index = inst.operand(operand.place) as usize;
                    if operand.kind == Kind::Function {
                        open.push(index);
                    } else if operand.kind == Kind::Policy {
                        open.extend(program.policies.get(index).map(|policy| policy.body.index()));
                    }
                }
            }
        }
    }
    let mut out = String::new();
    functions(program, &wanted.into_iter().collect::<Vec<_>>(), &mut out);
    out
}

fn code<'p>(program: &'p Program, function: &Function) -> &'p [Inst] {
    program.code.get(function.start as usize..function.end as usize).unwrap_or(&[])
}

fn functions(program: &Program, wanted: &[usize], out: &mut String) {
    let policies: BTreeMap<usize, &Policy> =
        program.policies.iter().map(|policy| (policy.body.index(), policy)).collect();
    let places: BTreeMap<u32, Place> = program.debug.places.iter().copied().collect();
    for index in wanted {
        let Some(function) = program.functions.get(*index) else { continue };
        let policy = policies.get(index).copied();
        let kind = if policy.is_some() { "policy" } else { "fn" };
        out.push_str(&format!(
            "\n{kind} {}  ; parameters {}, registers {}, lets {}\n",
            function_name(program, *index),
            function.params,
            function.registers,
            function.lets
        ));
        body(program, function, policy, &places, out);
    }
}

fn body(
    program: &Program,
    function: &Function,
    policy: Option<&Policy>,
    places: &BTreeMap<u32, Place>,
    out: &mut String,
) {
    let code = code(program, function);
    let mut targets: BTreeSet<usize> = BTreeSet::new();
    for (at, inst) in code.iter().enumerate() {
        for operand in inst.op.info().operands {
            if let Some(target) = target(function, at, *inst, operand) {
                targets.insert(target);
            }
        }
    }
    for (at, inst) in code.iter().enumerate() {
        let label = if targets.contains(&at) { format!("{at}:") } else { String::new() };
        let operands: Vec<String> = inst
            .op
            .info()
            .operands
            .iter()
            .map(|one| operand(program, function, policy, at, *inst, one))
            .collect();
        let mut line = format!("{label:>6} {:<14} {}", inst.op.info().name, operands.join(", "));
        let place = u32::try_from(at).ok().and_then(|at| places.get(&function.start.saturating_add(at)));
        if let Some(place) = place {
            let file = program.debug.files.get(place.file as usize).map_or("?", String::as_str);
            line = format!("{line:<56} ; {file}:{}:{}", place.line, place.column);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Where in the function an operand leads, if it is a place in the code.
fn target(function: &Function, at: usize, inst: Inst, operand: &Operand) -> Option<usize> {
    match operand.kind {
        Kind::Target => (inst.operand(operand.place) as usize).checked_sub(function.start as usize),
        Kind::Near => (at + 1).checked_add_signed(isize::from(inst.near())),
        Kind::Dst
        | Kind::DstPair
        | Kind::Src
        | Kind::Args
        | Kind::Iter
        | Kind::Number
        | Kind::Sense
        | Kind::Const
        | Kind::Text
        | Kind::Field
        | Kind::Type
        | Kind::Entity
        | Kind::Function
        | Kind::Data
        | Kind::Global
        | Kind::Policy
        | Kind::Rule
        | Kind::Exception
        | Kind::Let
        | Kind::Intrinsic
        | Kind::Format
        | Kind::Projection
        | Kind::Node
        | Kind::JsonKind
        | Kind::Probe
        | Kind::Accumulator
        | Kind::Fixture => None,
    }
}

fn operand(
    program: &Program,
    function: &Function,
    policy: Option<&Policy>,
    at: usize,
    inst: Inst,
    operand: &Operand,
) -> String {
    let value = inst.operand(operand.place);
    let index = value as usize;
    match operand.kind {
        Kind::Dst | Kind::DstPair | Kind::Args | Kind::Iter => format!("r{value}"),
        Kind::Src => match value.checked_sub(u32::from(CONST_BASE)) {
            Some(constant) => self::constant(program, ConstId(constant), 0),
            None => format!("r{value}"),
        },
        Kind::Target | Kind::Near => {
            target(function, at, inst, operand).map_or_else(|| "@?".to_owned(), |target| format!("@{target}"))
        }
        Kind::Sense => if value == 0 { "unless" } else { "if" }.to_owned(),
        Kind::Const => constant(program, ConstId(value), 0),
        Kind::Text => quoted(text(program, TextId(value))),
        Kind::Function => function_name(program, index).to_owned(),
        Kind::Data => named(program.data.get(index).map(|item| text(program, item.name))),
        Kind::Global => named(program.globals.get(index).map(|item| text(program, item.name))),
        Kind::Policy => named(program.policies.get(index).map(|policy| text(program, policy.name))),
        Kind::Rule => {
            named(policy.and_then(|policy| policy.rules.get(index)).map(|rule| text(program, rule.name)))
        }
        Kind::Exception => named(program.exceptions.get(index).map(|one| text(program, one.name))),
        Kind::Node => program
            .debug
            .nodes
            .get(index)
            .map_or_else(|| "?".to_owned(), |node| format!("{}:{}", node.place.line, node.place.column)),
        Kind::Entity => entity_name(program, index).to_owned(),
        Kind::Field => format!(".{value}"),
        Kind::Let => format!("let{value}"),
        Kind::Type => format!("type{value}"),
        Kind::Intrinsic => format!("intrinsic{value}"),
        Kind::Format => format!("format{value}"),
        Kind::Projection => format!("projection{value}"),
        Kind::Probe => if value == 0 { "must" } else { "probe" }.to_owned(),
        Kind::Number | Kind::JsonKind | Kind::Accumulator | Kind::Fixture => value.to_string(),
    }
}

fn named(name: Option<&str>) -> String {
    name.unwrap_or("?").to_owned()
}

fn entity_name(program: &Program, index: usize) -> &str {
    program.entities.get(index).map_or("?", |entity| text(program, entity.shown))
}

fn function_name(program: &Program, index: usize) -> &str {
    program.debug.functions.get(index).map_or("?", String::as_str)
}

fn text(program: &Program, id: TextId) -> &str {
    program.texts.get(id.index()).map_or("?", String::as_str)
}

fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((at, _)) => format!("{:?}…", text.get(..at).unwrap_or("")),
        None => format!("{text:?}"),
    }
}

/// The word that stands before a literal of the pattern.
fn kind_word(kind: PatternKind) -> &'static str {
    match kind {
        PatternKind::Regex => "re",
        PatternKind::Glob => "glob",
        PatternKind::Wildcard => "wild",
    }
}

/// The digits of a decimal.
fn decimal(bits: DecimalBits) -> String {
    let mantissa = u128::from(bits.hi) << 64 | u128::from(bits.mid) << 32 | u128::from(bits.lo);
    let scale = usize::from(bits.scale);
    let digits = format!("{mantissa:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if bits.negative { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A constant in the language's words, cut to a readable size.
fn constant(program: &Program, id: ConstId, depth: usize) -> String {
    let Some(constant) = program.consts.get(id.index()) else { return "?".to_owned() };
    let parts = |ids: &[ConstId]| {
        if depth >= MAX_DEPTH {
            return "…".to_owned();
        }
        let mut shown: Vec<String> =
            ids.iter().take(MAX_PARTS).map(|id| self::constant(program, *id, depth + 1)).collect();
        if ids.len() > MAX_PARTS {
            shown.push(format!("… {} more", ids.len() - MAX_PARTS));
        }
        shown.join(", ")
    };
    match constant {
        Constant::Absent => "absent".to_owned(),
        Constant::Null => "null".to_owned(),
        Constant::Bool(value) => value.to_string(),
        Constant::Int(value) => value.to_string(),
        Constant::Text(id) => quoted(text(program, *id)),
        Constant::SemVer(id) => format!("semver{}", quoted(text(program, *id))),
        Constant::SemVerRange(id) => format!("range{}", quoted(text(program, *id))),
        Constant::Pattern(id) => program.patterns.get(id.index()).map_or_else(
            || "?".to_owned(),
            |pattern| format!("{}{}", kind_word(pattern.kind), quoted(text(program, pattern.text))),
        ),
        Constant::Variant(position) => format!("#{position}"),
        Constant::List(ids) => format!("[{}]", parts(ids)),
        Constant::Set(ids) => format!("{{{}}}", parts(ids)),
        Constant::Map(ids) => format!("map {{{}}}", parts(ids)),
        Constant::Tuple(ids) => format!("({})", parts(ids)),
        Constant::Record(ids) => format!("record {{{}}}", parts(ids)),
        Constant::Union(variant, id, tag) => format!("#{variant}({})", parts(&[*id, *tag])),
        Constant::Read(id, original) => {
            let from = original.map_or_else(|| "a structure".to_owned(), |id| quoted(text(program, id)));
            format!("{} read from {from}", parts(std::slice::from_ref(id)))
        }
        Constant::Entity(entity, id) => {
            format!("{}::{}", entity_name(program, entity.index()), quoted(text(program, *id)))
        }
        Constant::Decimal(bits) => decimal(*bits),
        Constant::Timestamp(_)
        | Constant::Date(_)
        | Constant::TimeOfDay(_)
        | Constant::Duration(_)
        | Constant::Ip(_)
        | Constant::Cidr(_, _)
        | Constant::Bytes(_) => format!("{constant:?}"),
    }
}

#[cfg(test)]
mod tests;
