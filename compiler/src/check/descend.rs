//! `m.descend(x => x.children)`: a value and all values of its type below it.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::Typed;
use super::patterns::Bound;
use crate::diagnostics::expressions::Expressions;
use crate::diagnostics::types::Reason;
use crate::hash::HashMap;
use crate::hir::walk::{all, mentions, pattern_bindings};
use crate::hir::{
    Aggregate, Const, Convert, Expr, ExprKind, FieldId, Gen, LocalId, LocalKind, Pattern, PatternKind, Ty,
    TyKind,
};
use crate::ty::fit;

/// How to write it.
const HELP: &str = "name the field that holds the values below: `m.descend(x => x.children)`";

/// Functions of the library that give parts of what they are given.
const PARTS: [(&str, &str); 11] = [
    ("std.list", "concat"),
    ("std.list", "flatten"),
    ("std.list", "compact"),
    ("std.list", "reverse"),
    ("std.list", "first"),
    ("std.list", "last"),
    ("std.list", "take"),
    ("std.list", "drop"),
    ("std.list", "slice"),
    ("std.map", "values"),
    ("std.map", "get"),
];

/// Whether a call is a descent, and whether to paths.
pub(crate) fn descent(name: &str) -> Option<bool> {
    match name {
        "descend" => Some(false),
        "descend_paths" => Some(true),
        _ => None,
    }
}

impl Checker<'_> {
    /// `value.descend(x => …)`; `args` are those behind the value.
    pub(crate) fn descend(
        &mut self,
        env: &Env,
        (value, id): (Typed, ast::ExprId),
        args: &[ast::Arg],
        paths: bool,
        at: Location,
    ) -> Typed {
        let base = match *self.kind(value.ty()) {
            TyKind::Read(read) => Typed::plain(self.read_value(value.expr, read)),
            _ => value,
        };
        let ty = base.ty();
        if self.is_option(ty) {
            self.absent(env, id, &base, Reason::here("`descend` wants"));
            return Typed::plain(self.error(at));
        }
        let lambda = match args {
            [ast::Arg { name: None, value }] => match &self.ast(env.module).exprs[*value].kind {
                ast::ExprKind::Lambda { params, body } if params.len() == 1 => {
                    params.first().map(|param| (*param, *body))
                }
                _ => None,
            },
            _ => None,
        };
        let Some((param, body)) = lambda else {
            for arg in args {
                self.quietly_if_lambda(env, arg.value);
            }
            let what = "`descend` takes a lambda that gives what stands directly below a value".to_owned();
            self.report(at, Expressions::Projection { what, help: HELP });
            return Typed::plain(self.error(at));
        };
        if self.is_error(ty) {
            return Typed::plain(self.error(at));
        }
        let mut names = Bound::new();
        let pattern = self.pattern(env, param, ty, LocalKind::Bound, &mut names);
        let place = pattern.location;
        let inner = env.guarded(None).bind(names);
        let children = self.expr(&inner, body, None).expr;
        let (local, children) = match pattern.kind {
            PatternKind::Bind(local) => (local, children),
            PatternKind::Ignore | PatternKind::Tuple(_) | PatternKind::Record(..) => {
                let local = self.local("$node", ty, LocalKind::Bound, place);
                let node = self.node(ExprKind::Local(local), ty, place);
                (local, self.taken_apart(pattern, node, children))
            }
        };
        let Some(children) = self.children(children, ty) else { return Typed::plain(self.error(at)) };
        let mut known = HashMap::from_iter([(local, false)]);
        if part(&children, &mut known) != Some(true) {
            let what = format!("this gives no part of the `{}` that it is given", self.show(ty));
            self.report(children.location, Expressions::Projection { what, help: HELP });
            return Typed::plain(self.error(at));
        }
        let mut elem = ty;
        if paths {
            elem = self.ty(TyKind::List { elem: ty, max: None, or_one: false });
        }
        let list = self.ty(TyKind::List { elem, max: None, or_one: false });
        let kind =
            ExprKind::Descend { base: Box::new(base.expr), local, children: Box::new(children), paths };
        Typed::plain(self.node(kind, list, at))
    }

    /// What stands below a node as a list of nodes, or as one that may be absent.
    fn children(&mut self, e: Expr, node: Ty) -> Option<Expr> {
        let at = e.location;
        if self.is_error(e.ty) {
            return None;
        }
        let inner = self.present(e.ty);
        let list = self.ty(TyKind::List { elem: node, max: None, or_one: false });
        let nodes = |this: &Self, elem: Ty| fit::fits(&this.hir.types, elem, node);
        let is_option = self.is_option(e.ty);
        match self.kind(inner).clone() {
            TyKind::List { elem, .. } if nodes(self, elem) => Some(self.or_none(e, list)),
            TyKind::Set { elem, .. } if nodes(self, elem) => {
                let e = self.or_none(e, inner);
                Some(self.listed(e, elem, list, false))
            }
            TyKind::Map { value, .. } if nodes(self, value) => {
                let e = self.or_none(e, inner);
                Some(self.listed(e, value, list, true))
            }
            _ if is_option && nodes(self, inner) => Some(e),
            _ => {
                let what = format!(
                    "what stands below a `{}` here is `{}`, not values of its own type",
                    self.show(node),
                    self.show(e.ty)
                );
                self.report(at, Expressions::Projection { what, help: HELP });
                None
            }
        }
    }

    /// A collection that may be absent as one that is empty then.
    fn or_none(&mut self, e: Expr, ty: Ty) -> Expr {
        let at = e.location;
        if !self.is_option(e.ty) {
            return e;
        }
        let none = match self.kind(ty) {
            TyKind::Map { .. } => ExprKind::Map(Vec::new()),
            TyKind::Set { .. } => ExprKind::Set(Vec::new()),
            _ => ExprKind::List(Vec::new()),
        };
        let none = self.node(none, ty, at);
        self.node(ExprKind::Coalesce(Box::new(e), Box::new(none)), ty, at)
    }

    /// The elements of a set, or the values of a map, as a list.
    fn listed(&mut self, source: Expr, elem: Ty, list: Ty, map: bool) -> Expr {
        let at = source.location;
        let local = self.local("$below", elem, LocalKind::Bound, at);
        let bind = Pattern { kind: PatternKind::Bind(local), location: at };
        let ignore = Pattern { kind: PatternKind::Ignore, location: at };
        let kind = if map { PatternKind::Tuple(vec![ignore, bind]) } else { bind.kind };
        let generators = vec![Gen { pattern: Pattern { kind, location: at }, source }];
        let elem = Box::new(self.node(ExprKind::Local(local), elem, at));
        let aggregate = Aggregate::List;
        let kind = ExprKind::Comprehension { aggregate, generators, filter: None, elem, value: None };
        self.node(kind, list, at)
    }
}

/// Whether an expression is a part of a value that is known to be one: `true` where it lies at least one field down.
fn part(e: &Expr, known: &mut HashMap<LocalId, bool>) -> Option<bool> {
    match &e.kind {
        ExprKind::Local(local) => known.get(local).copied(),
        ExprKind::Const(Const::Absent) => Some(true),
        ExprKind::Field { base, .. } | ExprKind::Part { base, .. } | ExprKind::Index { base, .. } => {
            part(base, known).map(|_| true)
        }
        ExprKind::Narrow(value)
        | ExprKind::Convert { convert: Convert::Project | Convert::ReadValue(_), value } => {
            part(value, known)
        }
        ExprKind::WithPresent { base, local, body } => {
            let base = part(base, known)?;
            known.insert(*local, base);
            part(body, known)
        }
        ExprKind::Coalesce(a, b) => Some(part(a, known)? && part(b, known)?),
        ExprKind::If { branches, otherwise } => {
            let values = branches.iter().map(|(_, value)| value).chain([&**otherwise]);
            values.map(|value| part(value, known)).try_fold(true, |all, one| Some(all && one?))
        }
        ExprKind::Match { scrutinee, arms } => {
            let whole = part(scrutinee, known);
            let mut all = true;
            for arm in arms {
                if let (Some(bind), Some(whole)) = (&arm.bind, whole) {
                    let below = whole || !matches!(bind.kind, PatternKind::Bind(_));
                    pattern_bindings(bind, &mut |local| {
                        known.insert(local, below);
                    });
                }
                all &= part(&arm.body, known)?;
            }
            Some(all)
        }
        ExprKind::Let { lets, body } => {
            for let_ in lets {
                if let (PatternKind::Bind(local), Some(below)) =
                    (&let_.pattern.kind, part(&let_.value, known))
                {
                    known.insert(*local, below);
                }
            }
            part(body, known)
        }
        ExprKind::List(parts) | ExprKind::Set(parts) => {
            apart(&parts.iter().collect::<Vec<_>>())?;
            parts.iter().map(|e| part(e, known)).try_fold(true, |all, one| Some(all && one?))
        }
        ExprKind::Map(entries) => {
            entries.iter().map(|(_, e)| part(e, known)).try_fold(true, |all, one| Some(all && one?))
        }
        ExprKind::Comprehension { generators, elem, .. } => {
            let mut before: Option<Vec<LocalId>> = None;
            for generator in generators {
                part(&generator.source, known)?;
                // Elements of elements: otherwise each would come once for each of the others.
                if before.as_ref().is_some_and(|before| !mentions(&generator.source, before)) {
                    return None;
                }
                let bound = before.insert(Vec::new());
                pattern_bindings(&generator.pattern, &mut |local| {
                    known.insert(local, true);
                    bound.push(local);
                });
            }
            part(elem, known)
        }
        ExprKind::Intrinsic { intrinsic, args } => {
            let table = policy_stdlib::table();
            let gives = PARTS
                .iter()
                .any(|(module, name)| table.find(module, name).is_some_and(|(id, _)| id == *intrinsic));
            if !gives {
                return None;
            }
            let collections: Vec<&Expr> =
                args.iter().filter(|arg| !matches!(arg.kind, ExprKind::Const(Const::Int(_)))).collect();
            apart(&collections)?;
            collections.into_iter().map(|arg| part(arg, known)).try_fold(true, |_, one| one.map(|_| true))
        }
        _ => None,
    }
}

/// None where two parts may hold the same value, which then would be visited twice: each must come from fields of its own.
fn apart(parts: &[&Expr]) -> Option<()> {
    if parts.len() < 2 {
        return Some(());
    }
    let mut taken: Vec<FieldId> = Vec::new();
    for part in parts {
        let mut own: Vec<FieldId> = Vec::new();
        all(part, &mut |e| {
            if let ExprKind::Field { base, field } = &e.kind
                && matches!(base.kind, ExprKind::Local(_))
            {
                own.push(*field);
            }
        });
        if own.is_empty() || own.iter().any(|field| taken.contains(field)) {
            return None;
        }
        taken.extend(own);
    }
    Some(())
}
