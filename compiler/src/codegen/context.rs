//! What the functions of one program share while it is made.

use std::sync::mpsc::Receiver;

use policy_bytecode::inst::Inst;
use policy_bytecode::op::Op;
use policy_bytecode::program::{ConstId, Function, FunctionIndex, Node, Place, TypeId};
use policy_bytecode::types::Type;
use policy_syntax::Location;
use rustc_hash::FxHashMap;

use super::Options;
use super::build::Built;
use super::fold::Folded;
use super::literal::Literal;
use super::pool::Pools;
use super::projection::Projections;
use super::source::SourceMap;
use super::types::TypeTable;
use crate::hir::{
    Effect, Expr, ExprId, FunctionId, GlobalId, Hir, Local, Policy, PolicyId, Rule, Ty, TyKind,
};
use crate::plan;

/// What a function of the program is made of.
/// Their order is that of the program: what is called stands before what calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Item {
    /// A function of the language.
    Function(FunctionId),
    /// A constant expression, to be computed at compile time, by its position among the candidates.
    Constant(u32),
    /// A module-level `let` that is computed at run time.
    Global(GlobalId),
    /// The mode of a policy.
    Mode(crate::hir::PolicyId),
    /// The body of a policy. Those that it includes stand before it.
    Policy(crate::hir::PolicyId),
    /// A part of a test.
    Test(super::tests::Part),
}

/// A function that was written and has no place yet.
struct Written {
    item: Item,
    index: FunctionIndex,
    name: String,
    built: Built,
    params: u16,
    result: Option<TypeId>,
}

/// The final index of a function.
pub(crate) fn placed(order: &[FunctionIndex], function: FunctionIndex) -> FunctionIndex {
    order.get(function.index()).copied().unwrap_or(function)
}

/// A program in the making.
pub(crate) struct Context<'h> {
    pub(crate) hir: &'h Hir,
    pub(crate) options: Options,
    pub(crate) pools: Pools,
    pub(crate) types: TypeTable,
    pub(crate) projections: Projections,
    pub(crate) folded: &'h Folded,
    /// What is computed at compile time, in the program that does so.
    pub(crate) candidates: Vec<(&'h Expr, &'h [Local])>,
    /// The sizes of functions that are written in place of their calls.
    pub(crate) sizes: Vec<Option<usize>>,
    pub(crate) code: Vec<Inst>,
    pub(crate) functions: Vec<Function>,
    pub(crate) names: Vec<String>,
    pub(crate) places: Vec<(u32, Place)>,
    pub(crate) nodes: Vec<Node>,
    /// The expression of each node.
    pub(crate) node_exprs: Vec<ExprId>,
    node_ids: FxHashMap<(ExprId, Option<u32>), u32>,
    /// Functions in the order of their indices; those past what was written are still to be.
    pub(crate) items: Vec<Item>,
    written: Vec<Written>,
    indices: FxHashMap<Item, FunctionIndex>,
    globals: Vec<Option<u32>>,
    /// How functions, and module-level `let`s behind them, ask the host; see [`super::hosted::asking`].
    asking: Vec<u32>,
    files: FxHashMap<policy_syntax::FileId, u32>,
    pub(crate) file_paths: Vec<String>,
    sources: &'h SourceMap,
    broken: Option<String>,
    /// What policies read, where another thread tells.
    coming: Option<Coming<'h>>,
    /// The same, once it was told.
    reads: Vec<Option<plan::Reads<'h>>>,
}

/// What policies read, by their positions, from another thread.
pub(crate) type Coming<'h> = Receiver<Vec<Option<plan::Reads<'h>>>>;

impl<'h> Context<'h> {
    pub(crate) fn new(hir: &'h Hir, sources: &'h SourceMap, folded: &'h Folded, options: Options) -> Self {
        Self {
            hir,
            options,
            pools: Pools::default(),
            types: TypeTable::default(),
            projections: Projections::default(),
            folded,
            candidates: Vec::new(),
            sizes: super::inline::sizes(hir),
            code: Vec::new(),
            functions: Vec::new(),
            names: Vec::new(),
            places: Vec::new(),
            nodes: Vec::new(),
            node_exprs: Vec::new(),
            node_ids: FxHashMap::default(),
            items: Vec::new(),
            written: Vec::new(),
            indices: FxHashMap::default(),
            globals: vec![None; hir.globals.len()],
            asking: super::hosted::asking(hir),
            files: FxHashMap::default(),
            file_paths: Vec::new(),
            sources,
            broken: None,
            coming: None,
            reads: Vec::new(),
        }
    }

    /// With what another thread tells of what policies read.
    pub(crate) fn told(self, coming: Option<Coming<'h>>) -> Self {
        Self { coming, ..self }
    }

    /// Notes that a program cannot be made of this package; the first reason is told.
    pub(crate) fn broken(&mut self, why: &str) {
        self.broken.get_or_insert_with(|| why.to_owned());
    }

    pub(crate) fn why_broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    // Functions.

    /// The index of a function; it is written when its turn comes.
    pub(crate) fn item_index(&mut self, item: Item) -> FunctionIndex {
        if let Some(&index) = self.indices.get(&item) {
            return index;
        }
        let index = FunctionIndex(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
        self.items.push(item);
        self.indices.insert(item, index);
        index
    }

    pub(crate) fn function_index(&mut self, function: FunctionId) -> FunctionIndex {
        self.item_index(Item::Function(function))
    }

    /// Gives module-level `let`s their positions among those of the program.
    pub(crate) fn place_globals(&mut self, globals: &[GlobalId]) {
        for (position, global) in globals.iter().enumerate() {
            if let Some(slot) = self.globals.get_mut(global.index()) {
                *slot = u32::try_from(position).ok();
            }
        }
    }

    /// Whether a module-level `let` reads files or asks policies, itself or through what it calls.
    pub(crate) fn asks_host(&self, global: GlobalId) -> bool {
        self.rank(Item::Global(global)) > 0
    }

    pub(crate) fn global_index(&mut self, global: GlobalId) -> u32 {
        match self.globals.get(global.index()).copied().flatten() {
            Some(position) => position,
            None => {
                self.broken("a `let` of a test in what is no test");
                0
            }
        }
    }

    /// Takes a function that was written; it gets its place when all are.
    pub(crate) fn append(&mut self, item: Item, name: String, built: Built, params: u16, result: Option<Ty>) {
        let result = result.map(|ty| self.type_id(ty));
        let index = self.item_index(item);
        self.written.push(Written { item, index, name, built, params, result });
    }

    /// What stands before what where the kinds of functions do not tell: what asks policies, behind them.
    fn rank(&self, item: Item) -> u32 {
        let of = |at: usize| self.asking.get(at).copied().unwrap_or(0);
        match item {
            Item::Function(id) => of(id.index()),
            Item::Global(id) => of(self.hir.functions.len() + id.index()),
            Item::Policy(_) | Item::Mode(_) | Item::Constant(_) => 0,
            Item::Test(_) => u32::MAX,
        }
    }

    /// Places all functions, callees before callers; gives the final index of each by the one that it had.
    pub(crate) fn place_functions(&mut self) -> Vec<FunctionIndex> {
        let mut written = std::mem::take(&mut self.written);
        let policies = inclusion_ranks(self.hir);
        written.sort_by_key(|w| match w.item {
            Item::Policy(id) => {
                (0, Item::Policy(PolicyId(0)), policies.get(id.index()).copied().unwrap_or(0))
            }
            Item::Function(_) | Item::Constant(_) | Item::Global(_) | Item::Mode(_) | Item::Test(_) => {
                (self.rank(w.item), w.item, 0)
            }
        });
        let mut order = vec![FunctionIndex::default(); self.items.len()];
        for (position, w) in (0..).zip(&written) {
            if let Some(slot) = order.get_mut(w.index.index()) {
                *slot = FunctionIndex(position);
            }
        }
        for w in written {
            self.place_function(w, &order);
        }
        for ty in &mut self.types.types {
            if let policy_bytecode::types::Type::Read { function, .. } = ty {
                *function = placed(&order, *function);
            }
        }
        order
    }

    fn place_function(&mut self, written: Written, order: &[FunctionIndex]) {
        let Written { name, built, params, result, .. } = written;
        let start = u32::try_from(self.code.len()).unwrap_or(u32::MAX);
        let Some(assembled) = built.asm.finish(start) else {
            self.broken("a program of more than 4,294,967,295 instructions");
            return;
        };
        self.code.reserve(assembled.code.len());
        for inst in assembled.code {
            let callee = FunctionIndex(u32::from(inst.b));
            let called = (inst.op == Op::Call).then(|| u16::try_from(placed(order, callee).0).ok()).flatten();
            self.code.push(Inst { b: called.unwrap_or(inst.b), ..inst });
        }
        for (at, location) in assembled.places {
            let place = self.place(location);
            self.places.push((at, place));
        }
        self.functions.push(Function {
            start,
            end: u32::try_from(self.code.len()).unwrap_or(u32::MAX),
            params,
            registers: built.registers.max(params),
            lets: built.memos,
            result,
        });
        self.names.push(name);
    }

    // Constants.

    /// The value of an expression, where it is known.
    pub(crate) fn constant_of(&self, e: &Expr) -> Option<Literal> {
        self.folded.value(e, self.options.instrument)
    }

    /// The value of an expression that must be constant.
    pub(crate) fn literal_of(&mut self, e: &Expr) -> Literal {
        match self.folded.value(e, false) {
            Some(literal) => literal,
            None => {
                self.broken("a constant that was not computed");
                Literal::Absent
            }
        }
    }

    pub(crate) fn required_constant(&mut self, e: &Expr) -> ConstId {
        let literal = self.literal_of(e);
        self.pools.literal(&literal)
    }

    // Types.

    /// What is present of an option; any other type itself.
    pub(crate) fn present(&self, ty: Ty) -> Ty {
        self.hir.types.present(ty)
    }

    pub(crate) fn is_option(&self, ty: Ty) -> bool {
        matches!(self.hir.types.kind(ty), TyKind::Option(_))
    }

    /// A type that a program needs on its own.
    pub(crate) fn plain_type(&mut self, ty: Type) -> TypeId {
        let types = &mut self.types.types;
        let at = types.iter().position(|known| *known == ty).unwrap_or_else(|| {
            types.push(ty);
            types.len() - 1
        });
        TypeId(u32::try_from(at).unwrap_or(u32::MAX))
    }

    // Places.

    /// A place in a source, with its line and column.
    pub(crate) fn place(&mut self, location: Location) -> Place {
        let file = match self.files.get(&location.file) {
            Some(file) => *file,
            None => {
                let file = u32::try_from(self.file_paths.len()).unwrap_or(u32::MAX);
                self.file_paths.push(self.sources.path(location.file).to_owned());
                self.files.insert(location.file, file);
                file
            }
        };
        let (line, column) = self.sources.line_and_column(location);
        Place { file, lo: location.span.lo, hi: location.span.hi, line, column }
    }

    /// The position of a node that is shown to observers.
    pub(crate) fn node(&mut self, id: ExprId, node: Node) -> u32 {
        let key = (id, node.rule);
        if let Some(&position) = self.node_ids.get(&key) {
            return position;
        }
        let position = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(node);
        self.node_exprs.push(id);
        self.node_ids.insert(key, position);
        position
    }

    /// The parts of the input that an included policy decides on, as JSON Pointers.
    pub(crate) fn include_reads(
        &mut self,
        policy: &'h Policy,
        rule: &'h Rule,
    ) -> Vec<policy_bytecode::program::TextId> {
        let Effect::Include(include) = &rule.effect else { return Vec::new() };
        let pointers = plan::include_pointers(self.hir, policy, rule, include);
        pointers.iter().map(|pointer| self.pools.text(pointer)).collect()
    }

    // Plans.

    /// What a policy reads.
    pub(crate) fn reads_of(&mut self, id: PolicyId, policy: &'h Policy) -> plan::Reads<'h> {
        if let Some(coming) = self.coming.take() {
            self.reads = coming.recv().unwrap_or_default();
        }
        let known = self.reads.get_mut(id.index()).and_then(Option::take);
        known.unwrap_or_else(|| plan::Reads::of(self.hir, policy))
    }
}

/// Positions of policies in an order in which included ones stand before their includers.
fn inclusion_ranks(hir: &Hir) -> Vec<u32> {
    let mut ranks: Vec<Option<u32>> = vec![None; hir.policies.len()];
    let mut seen = vec![false; hir.policies.len()];
    let mut next = 0;
    for root in 0..hir.policies.len() {
        // A policy stands on the stack once to open what it includes, and once more to be placed.
        let mut open = vec![(root, false)];
        while let Some((at, opened)) = open.pop() {
            let Some(policy) = hir.policies.get(at) else { continue };
            if opened {
                if let Some(slot) = ranks.get_mut(at) {
                    *slot = Some(next);
                }
                next += 1;
                continue;
            }
            match seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                Some(_) | None => continue,
            }
            open.push((at, true));
            for rule in policy.rules.iter().rev() {
                if let Effect::Include(include) = &rule.effect {
                    open.push((include.policy.index(), false));
                }
            }
        }
    }
    ranks.into_iter().map(|rank| rank.unwrap_or(u32::MAX)).collect()
}
