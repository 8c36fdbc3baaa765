//! Constants that take a computation: the machine itself runs them, so that a constant means at compile time what
//! it would mean at run time.
//!
//! First the literals of `read by` types are read, since other constants hold them; then every greatest
//! expression that depends on nothing but itself. Tests are left alone: what they compute is what they show.

use policy_bytecode::Program;
use policy_bytecode::op::Op;
use policy_bytecode::program::FunctionIndex;
use policy_syntax::{Diagnostic, Location};
use policy_vm::{Code, Evaluator, Limits, Memory, NoHost, Quiet, Request, Snapshot, Value};

use super::build::Builder;
use super::candidates::{Candidate, Wanted, candidates};
use super::context::{Context, Item};
use super::fold::{self, Folded};
use super::literal::Literal;
use super::{Options, SourceMap, codes};
use crate::hir::{Convert, Expr, ExprKind, Hir, ReadId, Ty, TyKind};

/// What a constant may use; one that needs more is computed when it is needed, if it may be.
const LIMITS: Limits = Limits { fuel: 1_000_000, memory: 1 << 24 };

/// Everything that is known at compile time.
pub(crate) fn constants(hir: &Hir, sources: &SourceMap) -> Result<Folded, Vec<Diagnostic>> {
    let mut folded = fold::natively(hir, Folded::default());
    let mut diagnostics = Vec::new();
    for wanted in [Wanted::Readings, Wanted::Computations] {
        if wanted == Wanted::Readings && hir.types.reads.is_empty() {
            if folded.unsettled() {
                folded = fold::natively(hir, folded);
            }
            continue;
        }
        // What is read within what is read takes another round, and so does what holds a record whose defaults take a
        // computation.
        let mut progress = true;
        while progress {
            progress = false;
            let candidates = candidates(hir, &folded, wanted);
            let results = compute(hir, sources, &folded, &candidates);
            for (candidate, result) in candidates.iter().zip(results) {
                match result {
                    Ok(Some(literal)) => {
                        folded.computed(candidate, literal);
                        progress = true;
                    }
                    Ok(None) => {}
                    Err(diagnostic) => diagnostics.push(*diagnostic),
                }
            }
            if progress || folded.unsettled() {
                folded = fold::natively(hir, folded);
            }
        }
    }
    if diagnostics.is_empty() {
        return Ok(folded);
    }
    policy_syntax::diagnostic::sort(&mut diagnostics);
    diagnostics.dedup();
    Err(diagnostics)
}

type Computed = Result<Option<Literal>, Box<Diagnostic>>;

/// Runs candidates; none for each that has no value that a program can hold, or that leans on what is not known yet.
fn compute(hir: &Hir, sources: &SourceMap, folded: &Folded, candidates: &[Candidate<'_>]) -> Vec<Computed> {
    if candidates.is_empty() {
        return Vec::new();
    }
    let unknown = || candidates.iter().map(|_| Ok(None)).collect();
    let Some((program, functions)) = program(hir, sources, folded, candidates) else {
        // One that cannot be written yet does not hold up the others.
        let (left, right) = candidates.split_at(candidates.len() / 2);
        if left.is_empty() {
            return unknown();
        }
        let mut all = compute(hir, sources, folded, left);
        all.extend(compute(hir, sources, folded, right));
        return all;
    };
    let Ok(program) = policy_vm::Program::new(program, policy_stdlib::table()) else { return unknown() };
    let Ok(snapshot) = Snapshot::builder(&program).partial().build() else { return unknown() };
    let mut evaluator = Evaluator::new(&program, &snapshot);
    let request = Request { limits: LIMITS, ..Request::default() };
    candidates
        .iter()
        .zip(functions)
        .map(|(candidate, function)| {
            let result = evaluator.eval_function(function, &[], &request, &mut Quiet, &mut NoHost);
            match result {
                Ok(value) => finished(hir, candidate, value, evaluator.memory()),
                Err(raise) if raise.failure.code.is_limit() || raise.failure.code == Code::NoNow => Ok(None),
                Err(raise) => Err(Box::new(fails(candidate.expr, raise.failure.code.says()))),
            }
        })
        .collect()
}

/// The program of candidates: a function for each, and no policies.
fn program(
    hir: &Hir,
    sources: &SourceMap,
    folded: &Folded,
    candidates: &[Candidate<'_>],
) -> Option<(Program, Vec<FunctionIndex>)> {
    let mut cx = Context::new(hir, sources, folded, Options::default());
    cx.candidates = candidates.iter().map(|c| (c.expr, c.locals)).collect();
    let functions: Vec<FunctionIndex> =
        (0..).zip(candidates).map(|(at, _)| cx.item_index(Item::Constant(at))).collect();
    let order = super::write(&mut cx, &[], Vec::new())?;
    let (program, order) = order;
    let functions = functions.into_iter().map(|f| super::context::placed(&order, f)).collect();
    Some((program, functions))
}

impl<'h> Context<'h> {
    /// Writes the function of a candidate.
    pub(crate) fn write_candidate(&mut self, item: Item, at: u32) {
        let Some(&(e, locals)) = self.candidates.get(at as usize) else { return };
        let mut builder = Builder::new(self, locals);
        let dst = builder.temp();
        let mut result = e.ty;
        if let ExprKind::Convert { convert: Convert::Read(read), value } = &e.kind {
            result = builder.reading(*read, value, dst);
        } else {
            builder.put(e, dst);
        }
        builder.emit(Op::Return, dst, 0, 0, e.location);
        let built = builder.finish();
        self.append(item, format!("constant {at}"), built, 0, Some(result));
    }
}

impl<'h> Builder<'_, 'h> {
    /// Runs the reader of a type on a literal; gives the type of what it gives.
    fn reading(&mut self, read: ReadId, value: &'h Expr, dst: u16) -> Ty {
        let hir = self.cx.hir;
        let Some(def) = hir.types.read(read) else {
            self.cx.broken("a reader that is not declared");
            return value.ty;
        };
        let argument = self.temp();
        self.put(value, argument);
        let index = self.cx.function_index(def.function);
        let index = self.narrow_index(index.index(), "a program of more than 65,535 functions");
        self.emit(Op::Call, dst, index, argument, value.location);
        hir.functions.get(def.function.index()).map_or(value.ty, |f| f.result)
    }
}

/// The value of a candidate as the pool has it.
fn finished(hir: &Hir, candidate: &Candidate<'_>, value: Value, memory: Memory<'_>) -> Computed {
    let e = candidate.expr;
    let ExprKind::Convert { convert: Convert::Read(read), .. } = &e.kind else {
        return Ok(literal(hir, e.ty, value, memory));
    };
    let Some(def) = hir.types.read(*read) else { return Ok(None) };
    if let Value::Absent = value {
        return Err(Box::new(refused(e.location, &def.name, candidate.text.as_deref())));
    }
    let text = candidate.text.clone();
    Ok(literal(hir, def.base, value, memory).map(|value| Literal::Read(value.into(), text)))
}

fn fails(e: &Expr, why: &str) -> Diagnostic {
    Diagnostic::error(codes::FAILS, e.location, format!("this constant has no value: {why}"))
        .with_label("fails whatever the input")
        .with_help(
            "a constant is computed once, when the policy is compiled; change it so that it has a value",
        )
}

fn refused(at: Location, name: &str, text: Option<&str>) -> Diagnostic {
    let short = name.rsplit('.').next().unwrap_or(name);
    let shown = text.map_or_else(|| "this value".to_owned(), |text| format!("`{text}`"));
    Diagnostic::error(codes::REFUSED, at, format!("{shown} is no `{short}`: the type's reader refuses it"))
        .with_label(format!("is no `{short}`"))
        .with_help("write a value that the function behind `read by` reads")
}

/// A value of a type as a literal; none for what only a document can hold.
fn literal(hir: &Hir, ty: Ty, value: Value, memory: Memory<'_>) -> Option<Literal> {
    let kind = hir.types.kind(ty);
    if let TyKind::Option(inner) = kind {
        return literal(hir, *inner, value, memory);
    }
    let all = |tys: &mut dyn Iterator<Item = Ty>, value: Value| -> Option<Vec<Literal>> {
        let values = memory.elements(value).ok()?;
        values.iter().map(|value| literal(hir, tys.next()?, *value, memory)).collect()
    };
    Some(match value {
        Value::Absent => Literal::Absent,
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(value),
        Value::Int(value) => Literal::Int(value),
        Value::Decimal { .. } => Literal::Decimal(value.as_decimal()?),
        Value::Text(span) => Literal::Text(memory.span_text(span).into()),
        Value::Bytes(_) => Literal::Bytes(memory.bytes(value).ok()?.into()),
        Value::Timestamp { .. } => Literal::Timestamp(value.as_timestamp()?),
        Value::Date(_) => Literal::Date(value.as_date()?),
        Value::TimeOfDay(_) => Literal::TimeOfDay(value.as_time_of_day()?),
        Value::Duration { .. } => Literal::Duration(value.as_duration()?),
        Value::Ip4(_) | Value::Ip6(_) => Literal::Ip(memory.ip(value).ok()?),
        Value::Cidr4 { .. } | Value::Cidr6 { .. } => Literal::Cidr(memory.cidr(value).ok()?),
        Value::SemVer(_) => Literal::SemVer(memory.semver(value).ok()?.into()),
        Value::Pattern(_) => pattern(kind, memory.pattern(value).ok()?.source())?,
        Value::Variant(position) => Literal::Variant(position),
        Value::List(_) => {
            let elem = element(kind, ty);
            Literal::List(all(&mut std::iter::repeat(elem), value)?.into())
        }
        Value::Set(_) => Literal::Set(all(&mut std::iter::repeat(element(kind, ty)), value)?.into()),
        Value::Tuple(_) => {
            let TyKind::Tuple(tys) = kind else { return None };
            Literal::Tuple(all(&mut tys.iter().copied(), value)?.into())
        }
        Value::Record(_) => {
            let TyKind::Record(record) = kind else { return None };
            let fields = &hir.types.record(*record)?.fields;
            Literal::Record(all(&mut fields.iter().map(|f| f.ty), value)?.into())
        }
        Value::Map(_) => {
            let (key_ty, value_ty) =
                if let TyKind::Map { key, value, .. } = kind { (*key, *value) } else { (ty, ty) };
            let (pairs, _) = memory.entries(value).ok()?.as_chunks::<2>();
            let entries = pairs.iter().map(|[key, value]| {
                Some((literal(hir, key_ty, *key, memory)?, literal(hir, value_ty, *value, memory)?))
            });
            Literal::Map(entries.collect::<Option<Vec<_>>>()?.into())
        }
        Value::Union { variant, .. } => {
            let TyKind::Union(union) = kind else { return None };
            // Of a kind that was not declared the content is `Json`, of which the type tells nothing.
            let payload = hir.types.union(*union)?.variants.get(variant as usize).map_or(ty, |v| v.payload);
            let content = memory.content(value).ok()?;
            let tag = memory.tag(value).ok()?;
            let tag = if tag.is_present() { Some(memory.text(tag).ok()?.into()) } else { None };
            Literal::Union(variant, literal(hir, payload, content, memory)?.into(), tag)
        }
        Value::Read(_) => {
            let TyKind::Read(read) = kind else { return None };
            let base = hir.types.read(*read)?.base;
            let text = memory.text(memory.read_text(value).ok()?).ok().map(Into::into);
            let inner = literal(hir, base, memory.read_value(value).ok()?, memory)?;
            Literal::Read(inner.into(), text)
        }
        Value::Entity { kind, .. } => {
            let (_, id) = value.as_entity()?;
            Literal::Entity(u32::from(kind), memory.span_text(id).into())
        }
        Value::Unknown(_) => return None,
    })
}

/// The type of elements; within `Json` all parts are `Json`.
fn element(kind: &TyKind, ty: Ty) -> Ty {
    if let TyKind::List { elem, .. } | TyKind::Set { elem, .. } = kind { *elem } else { ty }
}

fn pattern(kind: &TyKind, source: &str) -> Option<Literal> {
    if matches!(kind, TyKind::Regex) {
        Some(Literal::Regex(source.into()))
    } else if matches!(kind, TyKind::Glob) {
        Some(Literal::Glob(source.into()))
    } else if matches!(kind, TyKind::Wildcard) {
        Some(Literal::Wildcard(source.into()))
    } else if matches!(kind, TyKind::SemVerRange) {
        Some(Literal::SemVerRange(source.into()))
    } else {
        None
    }
}
