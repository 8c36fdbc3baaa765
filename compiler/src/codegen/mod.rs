//! From the typed representation to programs.
//!
//! [`compile`] is the front door. Constants are folded first; then every function, policy and test
//! that can be reached becomes a function of the program, in the order in which they are first named, and all
//! tables are filled as they are used, so that one package always gives the same bytes.

mod again;
mod asm;
mod build;
mod calls;
mod candidates;
pub(crate) mod codes;
mod compare;
pub(crate) mod context;
mod convert;
mod entities;
mod exception;
mod expr;
mod fold;
mod fuse;
mod hoist;
mod hosted;
mod include;
mod index;
mod inline;
mod lets;
mod literal;
mod logic;
mod loops;
mod machine;
mod matching;
mod mode;
mod path;
mod pointers;
mod policy;
mod pool;
mod projection;
mod rule;
mod sequence;
mod source;
mod structure;
pub mod tests;
mod types;

use policy_bytecode::Program;
use policy_bytecode::op::Op;
use policy_bytecode::program::{self as out, DataItem, Debug, FunctionIndex, GlobalItem};
use policy_bytecode::scalar::Duration;
use policy_syntax::{Diagnostic, Location};

pub use again::Base;
pub use codes::NOT_COMPILED;
pub use source::SourceMap;
pub use tests::TestPlan;

use crate::hir::{ExprId, FunctionId, GlobalId, Hir, LocalId, ObligationOn, Policy, PolicyId};
use build::{Builder, Slot, Src};
use context::{Coming, Context, Item, placed};
use fold::Folded;
use rule::Described;

/// The semantics that programs are compiled for.
pub const EDITION: &str = "2027";

/// What is asked of [`compile`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Show the value of every sub-expression to the observer, and fuse or reorder nothing. Decisions are the same.
    pub instrument: bool,
    /// Compile tests too.
    pub tests: bool,
}

/// A compiled package.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program. Its policies and data items stand in the order of those of the [`Hir`].
    pub program: Program,
    /// Its tests; none unless they were asked for.
    pub tests: TestPlan,
    /// The expression of each node that an instrumented program shows; those of an arm of `match` are of its body.
    pub nodes: Vec<ExprId>,
}

/// Compiles a package that was checked without errors.
///
/// It runs on a thread of its own, whose stack is sized for the highest tree that the language allows.
///
/// # Errors
/// Diagnostics for constant expressions that fail, in source order, and for what is past the limits of the
/// program's format.
pub fn compile(hir: &Hir, sources: &SourceMap, options: Options) -> Result<Compiled, Vec<Diagnostic>> {
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new()
            .name("policy-compile".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, || run(hir, sources, options));
        match spawned {
            Ok(handle) => handle
                .join()
                .unwrap_or_else(|_| Err(vec![refused("the compiler failed; this is a bug in policyc")])),
            Err(_) => run(hir, sources, options),
        }
    })
}

/// The stack that compiling the highest tree takes in a debug build, with room to spare.
const STACK: usize = 64 << 20;

fn refused(why: &str) -> Diagnostic {
    Diagnostic::error(NOT_COMPILED, Location::default(), format!("this package cannot be compiled: {why}"))
}

fn run(hir: &Hir, sources: &SourceMap, options: Options) -> Result<Compiled, Vec<Diagnostic>> {
    let folded = std::cell::OnceCell::new();
    // What policies read and what they cost is taken from the same representation, not from code.
    let (compiled, bounds) = std::thread::scope(|scope| {
        let (sender, receiver) = std::sync::mpsc::channel();
        let beside = crate::deep::start(scope, "policy-cost", move || {
            let reads = hir.policies.iter().map(|policy| Some(crate::plan::Reads::of(hir, policy)));
            // Nobody listens where a constant has no value.
            let _ = sender.send(reads.collect());
            crate::cost::Costs::bounds(hir)
        });
        let compiled = match folded.get_or_init(|| machine::constants(hir, sources)) {
            Ok(folded) => generate(hir, sources, folded, options, Some(receiver)),
            Err(found) => Err(found.clone()),
        };
        (compiled, beside.map(|beside| beside.join()))
    });
    let mut compiled = compiled?;
    let bounds = match bounds {
        Some(Ok(bounds)) => bounds,
        Some(Err(_)) => Vec::new(),
        None => crate::cost::Costs::bounds(hir),
    };
    for (policy, bound) in compiled.program.policies.iter_mut().zip(bounds) {
        policy.bound = bound;
    }
    Ok(compiled)
}

/// Writes a program with constants that are known.
fn generate<'h>(
    hir: &'h Hir,
    sources: &'h SourceMap,
    folded: &'h Folded,
    options: Options,
    reads: Option<Coming<'h>>,
) -> Result<Compiled, Vec<Diagnostic>> {
    let mut cx = Context::new(hir, sources, folded, options).told(reads);
    let mut globals = runtime_globals(hir, folded, options.tests);
    globals.retain(|global| !cx.asks_host(*global));
    for id in 0..hir.policies.len() {
        cx.item_index(Item::Policy(PolicyId(u32::try_from(id).unwrap_or(u32::MAX))));
    }
    let mut tests = if options.tests { cx.test_plan() } else { TestPlan::default() };
    let data = cx.data_items();
    let obligations = cx.obligations();
    let exceptions = cx.exception_entries();
    match write(&mut cx, &globals, data) {
        Some((mut program, order)) => {
            (program.obligations, program.exceptions) = (obligations, exceptions);
            tests.place(&order);
            Ok(Compiled { program, tests, nodes: std::mem::take(&mut cx.node_exprs) })
        }
        None => Err(vec![refused(cx.why_broken().unwrap_or("its tables are too large"))]),
    }
}

/// Module-level `let`s that a program computes: those over data, and those whose value no constant can hold.
fn runtime_globals(hir: &Hir, folded: &Folded, tests: bool) -> Vec<GlobalId> {
    let known = (0..).map(GlobalId).zip(&hir.globals);
    let needed = known.filter(|(id, g)| folded.global(*id).is_none() && (tests || !g.tests_only));
    needed.map(|(id, _)| id).collect()
}

/// Writes all that was asked for, and fills the program's tables; gives the final index of each function by its
/// first one. None where the package cannot be compiled.
fn write(
    cx: &mut Context<'_>,
    globals: &[GlobalId],
    data: Vec<DataItem>,
) -> Option<(Program, Vec<FunctionIndex>)> {
    let hir = cx.hir;
    let entities = cx.entity_types();
    cx.place_globals(globals);
    let functions: Vec<FunctionIndex> = globals.iter().map(|id| cx.item_index(Item::Global(*id))).collect();
    let mut policies = cx.write_all();
    let order = cx.place_functions();
    for policy in &mut policies {
        policy.body = placed(&order, policy.body);
        policy.mode_of = policy.mode_of.map(|function| placed(&order, function));
    }
    let mut items = Vec::with_capacity(globals.len());
    for (id, function) in globals.iter().zip(functions) {
        let name = hir.globals.get(id.index()).map_or("", |g| g.name.as_str());
        items.push(GlobalItem { name: cx.pools.text(name), function: placed(&order, function) });
    }
    if cx.why_broken().is_some() {
        return None;
    }
    let pools = std::mem::take(&mut cx.pools).finish();
    let program = Program {
        edition: EDITION.to_owned(),
        intrinsics: policy_stdlib::table().digest(),
        texts: pools.texts,
        types: std::mem::take(&mut cx.types.types),
        entities,
        consts: pools.consts,
        patterns: pools.patterns,
        formats: pools.formats,
        projections: std::mem::take(&mut cx.projections.entries),
        plans: pools.plans,
        code: std::mem::take(&mut cx.code),
        functions: std::mem::take(&mut cx.functions),
        data,
        globals: items,
        obligations: Vec::new(),
        exceptions: Vec::new(),
        policies,
        debug: Debug {
            files: std::mem::take(&mut cx.file_paths),
            functions: std::mem::take(&mut cx.names),
            places: std::mem::take(&mut cx.places),
            nodes: std::mem::take(&mut cx.nodes),
        },
    };
    Some((program, order))
}

impl<'h> Context<'h> {
    fn data_items(&mut self) -> Vec<DataItem> {
        let hir = self.hir;
        let mut items = Vec::with_capacity(hir.data.len());
        for data in &hir.data {
            items.push(DataItem {
                name: self.pools.text(&data.name),
                ty: self.type_id(data.ty),
                default: data.default.as_ref().map(|value| self.required_constant(value)),
                max_age: data.max_age.map(|(seconds, nanos)| Duration { seconds, nanos }),
            });
        }
        items
    }

    fn obligations(&mut self) -> Vec<out::Obligation> {
        let hir = self.hir;
        let mut obligations = Vec::with_capacity(hir.obligations.len());
        for obligation in &hir.obligations {
            obligations.push(out::Obligation {
                name: self.pools.text(&obligation.name),
                on: match obligation.on {
                    ObligationOn::Allow => out::ObligationOn::Allow,
                    ObligationOn::Deny => out::ObligationOn::Deny,
                    ObligationOn::Any => out::ObligationOn::Any,
                },
                payload: self.type_id(obligation.payload),
                place: self.place(obligation.location),
                doc: (!obligation.doc.is_empty()).then(|| self.pools.text(&obligation.doc)),
            });
        }
        obligations
    }

    /// Writes all functions, those included that others name on the way. Entries of the tables of the program may
    /// name functions too, so that they are made before the last is written.
    fn write_all(&mut self) -> Vec<policy_bytecode::program::Policy> {
        let hir = self.hir;
        let mut bodies: Vec<(PolicyId, &'h Policy, FunctionIndex, Vec<Described>)> = Vec::new();
        let mut entries = Vec::new();
        let mut at = 0;
        loop {
            while let Some(item) = self.items.get(at).copied() {
                let index = FunctionIndex(u32::try_from(at).unwrap_or(u32::MAX));
                at += 1;
                match item {
                    Item::Function(id) => self.write_function(item, id),
                    Item::Global(id) => self.write_global(item, id),
                    Item::Policy(id) => {
                        let Some(policy) = hir.policies.get(id.index()) else { continue };
                        let (built, described) = self.policy_body(id, policy);
                        let params = u16::try_from(policy.params.len() + 1).unwrap_or(u16::MAX);
                        self.append(item, policy.name.clone(), built, params, None);
                        bodies.push((id, policy, index, described));
                    }
                    Item::Mode(id) => self.write_mode(item, id),
                    Item::Test(part) => self.write_part(part),
                    Item::Constant(at) => self.write_candidate(item, at),
                }
            }
            if bodies.is_empty() {
                return entries;
            }
            for (id, policy, index, described) in std::mem::take(&mut bodies) {
                entries.push(self.policy_entry(id, policy, index, described));
            }
        }
    }

    fn write_function(&mut self, item: Item, id: FunctionId) {
        let hir = self.hir;
        let Some(function) = hir.functions.get(id.index()) else {
            self.broken("a function that is not declared");
            return;
        };
        let mut builder = Builder::new(self, &function.locals);
        let first = builder.temps(function.params);
        for param in 0..function.params {
            let register = first.saturating_add(u16::try_from(param).unwrap_or(u16::MAX));
            builder.bind(LocalId(param), Slot::Ready(Src(register)));
        }
        let value = builder.operand(&function.body);
        builder.emit(Op::Return, value.0, 0, 0, function.location);
        let built = builder.finish();
        let params = u16::try_from(function.params).unwrap_or(u16::MAX);
        self.append(item, function.name.clone(), built, params, Some(function.result));
    }

    fn write_global(&mut self, item: Item, id: GlobalId) {
        let hir = self.hir;
        let Some(global) = hir.globals.get(id.index()) else {
            self.broken("a `let` that is not declared");
            return;
        };
        let mut builder = Builder::new(self, &global.locals);
        let value = builder.operand(&global.value);
        builder.emit(Op::Return, value.0, 0, 0, global.location);
        let built = builder.finish();
        self.append(item, global.name.clone(), built, 0, Some(global.ty));
    }
}
