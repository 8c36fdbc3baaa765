//! The model: what is known of a package while its costs are computed.

use std::collections::HashMap;
use std::rc::Rc;

use policy_syntax::Location;
use rustc_hash::FxHashMap;

use super::path::{PathId, Paths, Root, Step};
use super::poly::{Poly, Symbol};
use super::shape::Shape;
use crate::hir::{
    DataId, Expr, ExprId, FunctionId, GlobalId, Hir, Let, LocalId, Pattern, PatternKind, PolicyId, Presence,
    ReadId, Ty, TyKind,
};

/// The cost of an expression, or of an item.
#[derive(Clone, Debug, Default)]
pub(super) struct Cost {
    /// The fuel of evaluating it once.
    pub(super) steps: Poly,
    /// How large its value is.
    pub(super) shape: Shape,
}

/// What a variable holds.
#[derive(Clone, Debug)]
pub(super) enum Slot<'h> {
    /// It is not bound yet.
    Unset,
    /// Its shape.
    Ready(Shape),
    /// A `let` that nobody has looked at.
    Pending(&'h Let),
    /// A `let` whose value is being looked at.
    Busy,
}

/// What is known of a function.
#[derive(Clone, Debug)]
enum Known {
    /// Nothing yet.
    No,
    /// It is being looked at.
    Busy,
    /// Its cost, over its own parameters.
    Cost(Rc<Cost>),
}

/// The model of a package.
pub(super) struct Model<'h> {
    pub(super) hir: &'h Hir,
    pub(super) paths: Paths,
    functions: Vec<Known>,
    pub(super) globals: Vec<Shape>,
    policies: FxHashMap<usize, Rc<super::policy::Body>>,
    /// Variables of the item that is looked at.
    pub(super) locals: Vec<Slot<'h>>,
    /// Steps of `let`s that were looked at since they were bound, by the address of their values.
    let_steps: FxHashMap<ExprId, Poly>,
    constants: FxHashMap<ExprId, Shape>,
    /// The steps and sizes of expressions, by their ids; kept only where they are asked for.
    pub(super) seen: Option<HashMap<ExprId, (Poly, Poly)>>,
    /// Where the loops of the rule that is looked at stand.
    pub(super) loops: Option<Vec<Location>>,
    /// How many bytes the lists have that loops go through piece by piece.
    pub(super) pieces: Vec<Poly>,
    widths: FxHashMap<Ty, Width>,
}

/// What one value of a type holds at least that is not in its document: fields that are not given.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Width {
    /// How many fields.
    pub(super) fields: u64,
    /// As JSON.
    pub(super) json: u64,
    /// The constants that fields default to, as JSON.
    pub(super) defaults: u64,
}

impl<'h> Model<'h> {
    pub(super) fn new(hir: &'h Hir) -> Self {
        Self {
            hir,
            paths: Paths::default(),
            functions: vec![Known::No; hir.functions.len()],
            globals: Vec::with_capacity(hir.globals.len()),
            policies: FxHashMap::default(),
            locals: Vec::new(),
            let_steps: FxHashMap::default(),
            constants: FxHashMap::default(),
            seen: None,
            loops: None,
            pieces: Vec::new(),
            widths: FxHashMap::default(),
        }
    }

    /// What all records that a value of a type can hold add to what its document says.
    pub(super) fn width(&mut self, ty: Ty) -> Width {
        if let Some(known) = self.widths.get(&ty) {
            return *known;
        }
        let mut width = Width { fields: 1, json: SCALAR, defaults: 0 };
        let mut seen = Vec::new();
        let mut work = vec![ty];
        while let Some(ty) = work.pop() {
            let ty = self.hir.types.present(ty);
            if seen.contains(&ty) {
                continue;
            }
            seen.push(ty);
            work.extend(super::path::parts_of(self.hir, ty));
            let TyKind::Record(id) = self.hir.types.kind(ty) else { continue };
            for field in self.hir.types.record(*id).map_or(&[][..], |def| def.fields.as_slice()) {
                let default = match &field.presence {
                    Presence::Default(value) => texts(value),
                    Presence::Required | Presence::Optional => 0,
                };
                width.fields = width.fields.saturating_add(1 + default);
                width.json = width.json.saturating_add(field.name.len() as u64 * 6 + SCALAR + default * 6);
                width.defaults = width.defaults.saturating_add(default);
            }
        }
        self.widths.insert(ty, width);
        width
    }

    /// Looks at every function and global.
    pub(super) fn prepare(&mut self) {
        let hir = self.hir;
        for index in 0..hir.functions.len() {
            self.function(index);
        }
        for global in &hir.globals {
            let cost = self.in_item(global.locals.len(), Vec::new(), |this| this.expr(&global.value));
            let shape = self.closed_shape(&cost.shape, 0);
            self.globals.push(shape.picked());
        }
    }

    /// The cost of a call of a function, over its own parameters.
    pub(super) fn function(&mut self, index: usize) -> Option<Rc<Cost>> {
        let hir = self.hir;
        match self.functions.get(index)? {
            Known::Cost(cost) => return Some(Rc::clone(cost)),
            Known::Busy => return None,
            Known::No => {}
        }
        let function = hir.functions.get(index)?;
        if let Some(known) = self.functions.get_mut(index) {
            *known = Known::Busy;
        }
        let params = function.locals.iter().take(function.params as usize).enumerate();
        let shapes: Vec<Shape> = params
            .map(|(at, local)| self.at_root(Root::Argument(index, at), local.ty, &local.name))
            .collect();
        let open = self.pieces.len();
        let cost = self.in_item(function.locals.len(), shapes, |this| this.expr(&function.body));
        let steps = self.closed(&cost.steps, open).plus_number(super::price::CALL);
        let shape = self.closed_shape(&cost.shape, open);
        let cost = Rc::new(Cost { steps, shape });
        if let Some(known) = self.functions.get_mut(index) {
            *known = Known::Cost(Rc::clone(&cost));
        }
        Some(cost)
    }

    /// Runs `work` with variables of its own; the first have shapes.
    pub(super) fn in_item<T>(
        &mut self,
        locals: usize,
        bound: Vec<Shape>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let mut slots: Vec<Slot<'h>> = bound.into_iter().map(Slot::Ready).collect();
        slots.resize(locals.max(slots.len()), Slot::Unset);
        let outer = std::mem::replace(&mut self.locals, slots);
        let outer_steps = std::mem::take(&mut self.let_steps);
        let result = work(self);
        self.locals = outer;
        self.let_steps = outer_steps;
        result
    }

    pub(super) fn at_root(&mut self, root: Root, ty: Ty, shown: &str) -> Shape {
        Shape::At { path: self.paths.root(self.hir, root, ty, shown), picked: false }
    }

    /// The shape of a constant.
    pub(super) fn constant(&mut self, e: &'h Expr) -> Shape {
        if let Some(known) = self.constants.get(&e.id) {
            return known.clone();
        }
        // A default may be of a type whose own defaults are looked at meanwhile.
        self.constants.insert(e.id, Shape::Flat);
        let seen = self.seen.take();
        let open = self.pieces.len();
        let shape = self.in_item(0, Vec::new(), |this| this.expr(e)).shape;
        let shape = self.closed_shape(&shape, open);
        self.seen = seen;
        self.constants.insert(e.id, shape.clone());
        shape
    }

    pub(super) fn data(&mut self, id: DataId) -> Shape {
        let hir = self.hir;
        let Some(data) = hir.data.get(id.index()) else { return Shape::Flat };
        let shape = self.at_root(Root::Data(id.index()), data.ty, &data.name);
        match &data.default {
            Some(default) => {
                let constant = self.constant(default);
                self.join(shape, constant, data.ty)
            }
            None => shape,
        }
    }

    pub(super) fn global(&self, id: GlobalId) -> Shape {
        self.globals.get(id.index()).cloned().unwrap_or(Shape::Flat)
    }

    // Variables.

    pub(super) fn bind(&mut self, local: LocalId, shape: Shape) {
        self.set(local, Slot::Ready(shape));
    }

    fn set(&mut self, local: LocalId, slot: Slot<'h>) {
        if local.index() >= self.locals.len() {
            self.locals.resize(local.index() + 1, Slot::Unset);
        }
        if let Some(entry) = self.locals.get_mut(local.index()) {
            *entry = slot;
        }
    }

    pub(super) fn local(&mut self, local: LocalId) -> Shape {
        match self.locals.get(local.index()).cloned() {
            Some(Slot::Ready(shape)) => shape,
            Some(Slot::Pending(item)) => {
                self.look_at(item);
                match self.locals.get(local.index()) {
                    Some(Slot::Ready(shape)) => shape.clone(),
                    Some(Slot::Unset | Slot::Pending(_) | Slot::Busy) | None => Shape::Any(Poly::unbounded()),
                }
            }
            Some(Slot::Unset | Slot::Busy) | None => Shape::Any(Poly::unbounded()),
        }
    }

    /// Brings `let`s into scope; gives the fuel of evaluating each once.
    pub(super) fn lets(&mut self, lets: &'h [Let]) -> Poly {
        for item in lets {
            crate::hir::walk::pattern_bindings(&item.pattern, &mut |local| {
                self.set(local, Slot::Pending(item));
            });
            self.let_steps.remove(&item.value.id);
        }
        let mut steps = Poly::default();
        for item in lets {
            if !self.let_steps.contains_key(&item.value.id) {
                self.look_at(item);
            }
            if let Some(of) = self.let_steps.get(&item.value.id) {
                steps.add(of);
            }
        }
        steps
    }

    fn look_at(&mut self, item: &'h Let) {
        crate::hir::walk::pattern_bindings(&item.pattern, &mut |local| self.set(local, Slot::Busy));
        let cost = self.expr(&item.value);
        let taken = self.take_apart(&item.pattern, &cost.shape);
        self.let_steps.insert(item.value.id, cost.steps.plus_number(taken + super::price::LET));
    }

    /// Binds a pattern; gives the fuel of taking the value apart.
    pub(super) fn take_apart(&mut self, pattern: &Pattern, shape: &Shape) -> u64 {
        match &pattern.kind {
            PatternKind::Ignore => 0,
            PatternKind::Bind(local) => {
                self.bind(*local, shape.clone());
                0
            }
            PatternKind::Tuple(parts) => (0..)
                .zip(parts)
                .map(|(rank, part)| {
                    let inner = self.part(shape, rank);
                    1 + self.take_apart(part, &inner)
                })
                .sum(),
            PatternKind::Record(_, fields) => fields
                .iter()
                .map(|(field, part)| {
                    let inner = self.field(shape, field.0);
                    1 + self.take_apart(part, &inner)
                })
                .sum(),
        }
    }

    // Calls.

    /// A call of a function of the language with arguments of some shapes.
    pub(super) fn call(&mut self, function: FunctionId, args: &[Shape]) -> Cost {
        let Some(summary) = self.function(function.index()) else {
            return Cost { steps: Poly::unbounded(), shape: Shape::Any(Poly::unbounded()) };
        };
        self.filled_in(&summary, &|root| match root {
            Root::Argument(of, at) if of == function.index() => args.get(at).cloned(),
            Root::Argument(..)
            | Root::Input(_)
            | Root::Parameter(..)
            | Root::Data(_)
            | Root::Entity(_)
            | Root::Pieces(_) => None,
        })
    }

    /// A cost with the roots of paths replaced by shapes.
    pub(super) fn filled_in(&mut self, cost: &Cost, of: &dyn Fn(Root) -> Option<Shape>) -> Cost {
        Cost { steps: self.fill_poly(&cost.steps, of), shape: self.fill_shape(&cost.shape, of) }
    }

    fn fill_poly(&mut self, poly: &Poly, of: &dyn Fn(Root) -> Option<Shape>) -> Poly {
        poly.substituted(&mut |symbol| match symbol {
            Symbol::Count(path) => {
                let shape = self.fill_path(path, of)?;
                Some(self.len(&shape))
            }
            Symbol::Text(path) => {
                let shape = self.fill_path(path, of)?;
                Some(self.bytes_at(path, &shape))
            }
            Symbol::Picked(path) => {
                let shape = self.fill_path(path, of)?;
                Some(super::shape::picked(&self.bytes_at(path, &shape)))
            }
            Symbol::Bytes(_) => None,
        })
    }

    fn bytes_at(&mut self, path: PathId, shape: &Shape) -> Poly {
        let Some(ty) = self.paths.ty(path) else { return Poly::unbounded() };
        if is_text(self.hir.types.kind(ty)) { self.text(shape) } else { self.bytes(shape, ty) }
    }

    /// What stands at a path whose root is given as a shape.
    fn fill_path(&mut self, path: PathId, of: &dyn Fn(Root) -> Option<Shape>) -> Option<Shape> {
        let root = self.paths.root_of(path)?;
        let mut shape = of(root)?;
        let top = self.paths.find_root(root)?;
        // A path of a type that holds itself stands for all depths, which only another path can do as well.
        if self.holds_itself(path) && !matches!(shape, Shape::At { .. } | Shape::Any(_)) {
            let ty = self.paths.ty(top)?;
            shape = Shape::Any(self.bytes(&shape, ty));
        }
        let way: Vec<Step> = self.paths.way(path);
        Some(self.along(&shape, &way))
    }

    /// Whether a path, or one above it, is of a type that holds itself.
    fn holds_itself(&self, path: PathId) -> bool {
        self.paths.is_recursive(path) || self.paths.above(path).iter().any(|at| self.paths.is_recursive(*at))
    }

    fn fill_shape(&mut self, shape: &Shape, of: &dyn Fn(Root) -> Option<Shape>) -> Shape {
        match shape {
            Shape::Flat => Shape::Flat,
            Shape::Text(bytes) => Shape::Text(self.fill_poly(bytes, of)),
            Shape::Any(bytes) => Shape::Any(self.fill_poly(bytes, of)),
            Shape::At { path, picked } => match self.fill_path(*path, of) {
                Some(filled) if *picked => filled.picked(),
                Some(filled) => filled,
                None => shape.clone(),
            },
            Shape::List { len, elem } => {
                let (len, elem) = (self.fill_poly(len, of), self.fill_shape(elem, of));
                Shape::List { len, elem: Rc::new(elem) }
            }
            Shape::Map { len, key, value } => {
                let len = self.fill_poly(len, of);
                let (key, value) = (self.fill_shape(key, of), self.fill_shape(value, of));
                Shape::Map { len, key: Rc::new(key), value: Rc::new(value) }
            }
            Shape::Parts(parts) => Shape::Parts(parts.iter().map(|part| self.fill_shape(part, of)).collect()),
            Shape::Variant(variant, content) => {
                Shape::Variant(*variant, Rc::new(self.fill_shape(content, of)))
            }
            Shape::Either(a, b) => {
                let (a, b) = (self.fill_shape(a, of), self.fill_shape(b, of));
                Shape::Either(Rc::new(a), Rc::new(b))
            }
        }
    }

    // Values that a function reads.

    /// The value and the original text of a `read by` value.
    pub(super) fn read_parts(&mut self, shape: &Shape, id: ReadId) -> (Shape, Shape) {
        if let Shape::Parts(parts) = shape
            && let [value, text] = &**parts
        {
            return (value.clone(), text.clone());
        }
        let text = self.text(shape);
        let given = Shape::Any(text.clone());
        (self.read_result(id, &given).shape, Shape::Text(text))
    }

    /// What the function of a `read by` type gives for a value.
    pub(super) fn read_result(&mut self, id: ReadId, given: &Shape) -> Cost {
        let Some(def) = self.hir.types.read(id) else { return Cost::default() };
        self.call(def.function, std::slice::from_ref(given))
    }

    /// The cost of the body of a policy, over its own input and parameters.
    pub(super) fn policy(&mut self, id: PolicyId) -> Rc<super::policy::Body> {
        if let Some(known) = self.policies.get(&id.index()) {
            return Rc::clone(known);
        }
        let body = Rc::new(self.policy_body(id));
        self.policies.insert(id.index(), Rc::clone(&body));
        body
    }
}

/// What a scalar takes as JSON.
const SCALAR: u64 = super::shape::SCALAR_TEXT + 16;

/// A bound of the JSON of a constant.
fn texts(e: &Expr) -> u64 {
    let mut bytes: u64 = 0;
    crate::hir::walk::all(e, &mut |part| {
        bytes += SCALAR;
        if let crate::hir::ExprKind::Const(crate::hir::Const::String(text)) = &part.kind {
            bytes += text.len() as u64;
        }
    });
    bytes
}

/// Whether values of a kind are text.
fn is_text(kind: &TyKind) -> bool {
    matches!(
        kind,
        TyKind::String
            | TyKind::Host
            | TyKind::Url
            | TyKind::Path
            | TyKind::SemVer
            | TyKind::SemVerRange
            | TyKind::Regex
            | TyKind::Glob
            | TyKind::Wildcard
            | TyKind::Bytes
            | TyKind::Json
            | TyKind::Entity(_)
            | TyKind::Read(_)
    )
}
