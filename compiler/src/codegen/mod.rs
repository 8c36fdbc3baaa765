//! From the typed representation to programs.
//!
//! [`compile`] is the front door. Constants are folded first; then every function, policy and test
//! that can be reached becomes a function of the program, in the order in which they are first named, and all
//! tables are filled as they are used, so that one package always gives the same bytes.

mod asm;
mod build;
mod calls;
mod compare;
pub(crate) mod context;
mod convert;
mod expr;
mod fold;
mod fuse;
mod hoist;
mod inline;
mod lets;
mod literal;
mod logic;
mod loops;
mod matching;
mod pointers;
mod policy;
mod pool;
mod projection;
mod rule;
mod source;
mod structure;
pub mod tests;
mod types;
pub(crate) mod walk;

use policy_bytecode::Program;
use policy_bytecode::op::Op;
use policy_bytecode::program::{DataItem, Debug, FunctionIndex, GlobalItem};
use policy_bytecode::scalar::Duration;
use policy_syntax::{Code, Diagnostic, Location};

pub use source::SourceMap;
pub use tests::TestPlan;

use crate::hir::{FunctionId, GlobalId, Hir, LocalId, Policy, PolicyId};
use build::{Builder, Slot, Src};
use context::{Context, Item, placed};
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
}

/// The package is too large or damaged to be compiled.
pub const NOT_COMPILED: Code = Code(501);

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
    let folded = fold::natively(hir);
    let mut cx = Context::new(hir, sources, &folded, options);
    let globals: Vec<GlobalId> = (0..)
        .map(GlobalId)
        .zip(&hir.globals)
        .filter(|(id, global)| folded.global(*id).is_none() && (options.tests || !global.tests_only))
        .map(|(id, _)| id)
        .collect();
    cx.place_globals(&globals);
    for id in 0..hir.policies.len() {
        cx.item_index(Item::Policy(PolicyId(u32::try_from(id).unwrap_or(u32::MAX))));
    }
    let functions: Vec<FunctionIndex> = globals.iter().map(|id| cx.item_index(Item::Global(*id))).collect();
    let mut tests = if options.tests { cx.test_plan() } else { TestPlan::default() };
    let data = cx.data_items();
    let mut policies = cx.write_all();
    let order = cx.place_functions();
    tests.place(&order);
    policies.iter_mut().for_each(|policy| policy.body = placed(&order, policy.body));

    let global_items = globals
        .iter()
        .zip(functions)
        .filter_map(|(id, function)| {
            let global = hir.globals.get(id.index())?;
            Some(GlobalItem { name: cx.pools.text(&global.name), function: placed(&order, function) })
        })
        .collect();
    if let Some(why) = cx.why_broken() {
        return Err(vec![refused(why)]);
    }
    let pools = cx.pools.finish();
    let program = Program {
        edition: EDITION.to_owned(),
        intrinsics: policy_stdlib::table().digest(),
        texts: pools.texts,
        types: cx.types.types,
        consts: pools.consts,
        patterns: pools.patterns,
        formats: pools.formats,
        projections: cx.projections.entries,
        plans: pools.plans,
        code: cx.code,
        functions: cx.functions,
        data,
        globals: global_items,
        policies,
        debug: Debug { files: cx.file_paths, functions: cx.names, places: cx.places, nodes: cx.nodes },
    };
    Ok(Compiled { program, tests })
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

    /// Writes all functions, those included that others name on the way. Entries of the tables of the program may
    /// name functions too, so that they are made before the last is written.
    fn write_all(&mut self) -> Vec<policy_bytecode::program::Policy> {
        let hir = self.hir;
        let mut bodies: Vec<(&'h Policy, FunctionIndex, Vec<Described>)> = Vec::new();
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
                        bodies.push((policy, index, described));
                    }
                    Item::Test(part) => self.write_part(part),
                    Item::Constant(_) => {}
                }
            }
            if bodies.is_empty() {
                return entries;
            }
            for (policy, index, described) in std::mem::take(&mut bodies) {
                entries.push(self.policy_entry(policy, index, described));
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
