//! `== != < <= > >=`, `in`, `matches`, `contains`.

use policy_syntax::{Location, Span, ast};

use super::Checker;
use super::assign::fix;
use super::env::Env;
use super::expr::{Typed, Want};
use super::facts::{Branches, Fact, Known};
use crate::diagnostics::absence::Absence;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Compare, Const, Expr, ExprKind, InKind, Ty, TyKind};
use crate::names::{DefKind, Import};
use crate::ty::fit;

/// A comparison that is being checked.
struct Comparison<'e> {
    env: &'e Env,
    op: ast::CompareOp,
    op_at: Location,
    ids: (ast::ExprId, ast::ExprId),
    at: Location,
}

impl Checker<'_> {
    pub(crate) fn compare(
        &mut self,
        env: &Env,
        op: ast::CompareOp,
        op_span: Span,
        left: ast::ExprId,
        right: ast::ExprId,
        at: Location,
    ) -> Typed {
        let op_at = self.at(env.module, op_span);
        let c = Comparison { env, op, op_at, ids: (left, right), at };
        let order = match op {
            ast::CompareOp::Eq => Compare::Eq,
            ast::CompareOp::Ne => Compare::Ne,
            ast::CompareOp::Lt => Compare::Lt,
            ast::CompareOp::Le => Compare::Le,
            ast::CompareOp::Gt => Compare::Gt,
            ast::CompareOp::Ge => Compare::Ge,
            ast::CompareOp::In | ast::CompareOp::NotIn => return self.membership(&c),
            ast::CompareOp::Matches => return self.matches(&c),
            ast::CompareOp::Contains => return self.contains(&c),
        };
        self.ordinary(&c, order)
    }

    /// Both operands, the one that has a type of its own first as far as guidance goes.
    fn operands(&mut self, c: &Comparison<'_>) -> (Typed, Typed) {
        let (left, right) = c.ids;
        let why = || Reason::here("both sides of a comparison have one type");
        if self.needs_guidance(c.env, left) && !self.needs_guidance(c.env, right) {
            let typed = self.expr(c.env, right, None);
            let ty = self.present(typed.ty());
            let ty = fit::widen(&mut self.hir.types, ty);
            let want = (!self.is_error(ty)).then_some(Want { ty, why: &why });
            let other = self.guided(c.env, left, want);
            return (other, typed);
        }
        let typed = self.expr(c.env, left, None);
        // Ranges of the two sides need not meet: what cannot be equal is a lint's to say.
        let ty = self.present(typed.ty());
        let ty = fit::widen(&mut self.hir.types, ty);
        let want = (!self.is_error(ty)).then_some(Want { ty, why: &why });
        let other = self.guided(c.env, right, want);
        (typed, other)
    }

    /// Checks an operand beside one whose type is known, or (where that is an error) quietly.
    fn guided(&mut self, env: &Env, id: ast::ExprId, want: Option<Want<'_>>) -> Typed {
        if want.is_none() && self.needs_guidance(env, id) {
            return Typed::plain(self.error(self.place(env, id)));
        }
        self.expr(env, id, want)
    }

    /// Whether an expression has its type from what stands around it: a bare name that is nothing but a variant,
    /// braces, a list of such.
    pub(crate) fn needs_guidance(&self, env: &Env, id: ast::ExprId) -> bool {
        let tree = self.ast(env.module);
        match &tree.exprs[id].kind {
            ast::ExprKind::EmptyBraces | ast::ExprKind::Record(_) | ast::ExprKind::Absent => true,
            ast::ExprKind::Name(name) => {
                &*name.text != "now"
                    && env.lookup(&name.text).is_none()
                    && match self.defs.lookup(env.module, &name.text) {
                        Some(Import::Defs(defs)) => !defs.iter().any(|&d| {
                            matches!(self.defs.get(d).kind, DefKind::Let | DefKind::Data | DefKind::Damaged)
                        }),
                        Some(Import::Broken) => false,
                        Some(Import::Module(_)) | None => true,
                    }
            }
            ast::ExprKind::List(elems) | ast::ExprKind::Set(elems) => {
                elems.first().is_none_or(|&first| self.needs_guidance(env, first))
            }
            ast::ExprKind::String(_) | ast::ExprKind::Int(_) => true,
            _ => false,
        }
    }

    fn ordinary(&mut self, c: &Comparison<'_>, op: Compare) -> Typed {
        let (left, right) = self.operands(c);
        if self.is_error(left.ty()) || self.is_error(right.ty()) {
            return self.bool_error(c.at);
        }
        let equality = matches!(op, Compare::Eq | Compare::Ne);
        let absent_left = self.is_option(left.ty());
        if absent_left || self.is_option(right.ty()) {
            let (side, id, other) =
                if absent_left { (&left, c.ids.0, &right) } else { (&right, c.ids.1, &left) };
            self.compare_absent(c, side, id, absent_left, equality.then_some(other));
            return self.bool_error(c.at);
        }
        let facts = self.equal_facts(&left, &right);
        let Some((left, right)) = self.one_type(c.env, c.ids, left, right) else {
            return self.bool_error(c.at);
        };
        let (a, b) = (left.ty, right.ty);
        if !fit::alike(&mut self.hir.types, a, b) {
            self.never_equal(c, &left, &right, equality);
            return self.bool_error(c.at);
        }
        if equality && !fit::comparable(&self.hir.types, a) {
            let ty = self.show(a);
            self.report(c.at, Types::NotComparable { ty });
            return self.bool_error(c.at);
        }
        if !equality && !fit::ordered(&self.hir.types, a) {
            self.not_ordered(c, &left, &right);
            return self.bool_error(c.at);
        }
        let ty = self.ty(TyKind::Bool);
        let kind = ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) };
        let typed = Typed::plain(self.node(kind, ty, c.at));
        match op {
            Compare::Eq => typed.with_facts(facts),
            Compare::Ne => typed.with_facts(facts.swapped()),
            Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => typed,
        }
    }

    /// What the equality of a path and a variant tells.
    pub(crate) fn equal_facts(&self, left: &Typed, right: &Typed) -> Branches {
        let variant = |t: &Typed| match t.expr.kind {
            ExprKind::Const(Const::Variant(_, v)) => Some(v),
            _ => None,
        };
        let mut facts = Branches::default();
        for (path, value) in [(left, right), (right, left)] {
            if let (Some(p), Some(v)) = (&path.path, variant(value)) {
                facts.yes.push(Known { path: p.clone(), fact: Fact::Variants(vec![v]) });
                facts.no.push(Known { path: p.clone(), fact: Fact::NotVariants(vec![v]) });
            }
        }
        facts
    }

    /// Two operands as one type: an `Int` beside a `Decimal`, a literal beside a `read by` type.
    pub(crate) fn one_type(
        &mut self,
        env: &Env,
        ids: (ast::ExprId, ast::ExprId),
        left: Typed,
        right: Typed,
    ) -> Option<(Expr, Expr)> {
        if left.ty() == right.ty() && !matches!(self.kind(left.ty()), TyKind::Read(_)) {
            return Some((left.expr, right.expr));
        }
        let (a, b) = (self.kind(left.ty()).clone(), self.kind(right.ty()).clone());
        let why = || Reason::here("both sides of a comparison have one type");
        match (&a, &b) {
            (TyKind::Int(_), TyKind::Decimal) => {
                let left = self.decimal_of(left.expr);
                Some((left, right.expr))
            }
            (TyKind::Decimal, TyKind::Int(_)) => {
                let right = self.decimal_of(right.expr);
                Some((left.expr, right))
            }
            (TyKind::Read(_), _)
            | (TyKind::Host | TyKind::Path | TyKind::Url | TyKind::Bytes, TyKind::String)
                if right.literal && self.written_as(right.ty(), left.ty()) =>
            {
                let want = Want { ty: left.ty(), why: &why };
                let right = self.assign(env, ids.1, right, want);
                (!matches!(right.expr.kind, ExprKind::Error)).then_some((left.expr, right.expr))
            }
            (_, TyKind::Read(_))
            | (TyKind::String, TyKind::Host | TyKind::Path | TyKind::Url | TyKind::Bytes)
                if left.literal && self.written_as(left.ty(), right.ty()) =>
            {
                let want = Want { ty: right.ty(), why: &why };
                let left = self.assign(env, ids.0, left, want);
                (!matches!(left.expr.kind, ExprKind::Error)).then_some((left.expr, right.expr))
            }
            (TyKind::Read(read), _) if right.literal => {
                let left = self.read_value(left.expr, *read);
                let right = self.assign(env, ids.1, right, Want { ty: left.ty, why: &why });
                (!matches!(right.expr.kind, ExprKind::Error)).then_some((left, right.expr))
            }
            (_, TyKind::Read(read)) if left.literal => {
                let right = self.read_value(right.expr, *read);
                let left = self.assign(env, ids.0, left, Want { ty: right.ty, why: &why });
                (!matches!(left.expr.kind, ExprKind::Error)).then_some((left.expr, right))
            }
            (TyKind::Read(read), _) if self.stands_for_base(left.ty(), right.ty()) => {
                let left = self.read_value(left.expr, *read);
                self.one_type(env, ids, Typed::plain(left), right)
            }
            (_, TyKind::Read(read)) if self.stands_for_base(right.ty(), left.ty()) => {
                let right = self.read_value(right.expr, *read);
                self.one_type(env, ids, left, Typed::plain(right))
            }
            _ => Some((left.expr, right.expr)),
        }
    }

    /// Whether what a type reads is compared with a value of its base: a moment with an instant, a quantity with a number. Not a
    /// text, which nothing says was read in the same way.
    fn stands_for_base(&self, read: Ty, other: Ty) -> bool {
        let base = self.base(read);
        let number = |ty: Ty| matches!(self.kind(ty), TyKind::Int(_) | TyKind::Decimal);
        let plain =
            matches!(self.kind(base), TyKind::String | TyKind::Json | TyKind::Read(_) | TyKind::Error);
        !plain && (base == other || number(base) && number(other))
    }

    /// Whether a literal is one of what a type that reads takes; one of its base is compared with what was read.
    fn written_as(&self, literal: Ty, ty: Ty) -> bool {
        let written = self.written(ty);
        written == self.base(ty) || fit::fits(&self.hir.types, literal, written)
    }

    fn bool_error(&mut self, at: Location) -> Typed {
        let ty = self.ty(TyKind::Bool);
        self.failed(ty, at)
    }

    /// Reports a comparison with what may be absent.
    fn compare_absent(
        &mut self,
        c: &Comparison<'_>,
        side: &Typed,
        id: ast::ExprId,
        left_side: bool,
        equal_to: Option<&Typed>,
    ) {
        let present = self.present(side.ty());
        let both = equal_to.is_some_and(|other| self.is_option(other.ty()));
        let is = equal_to.filter(|_| left_side && !both).map(|_| {
            let word = if c.op == ast::CompareOp::Eq { "is" } else { "is not" };
            (c.op_at, word.to_owned())
        });
        let fallback = if equal_to.is_some() { None } else { self.number_fallback(present) };
        let finding = Absence::Unchecked {
            source: self.source_of(c.env, id),
            present: self.show(present),
            wanted: Reason::here(format!("`{}` wants", c.op.text())),
            fallback,
            is,
            truth: None,
            guard: side.path.as_ref().and(c.env.guard),
            declared: self.optional_declared(&side.expr),
        };
        self.report(side.expr.location, finding);
    }

    fn number_fallback(&self, ty: Ty) -> Option<String> {
        matches!(self.kind(ty), TyKind::Int(_) | TyKind::Decimal).then(|| "0".to_owned())
    }

    fn never_equal(&mut self, c: &Comparison<'_>, left: &Expr, right: &Expr, equality: bool) {
        let (mut help, mut fixes) = (Vec::new(), Vec::new());
        match (self.kind(left.ty).clone(), self.kind(right.ty).clone()) {
            (TyKind::Enum(id), TyKind::String) => {
                if let Some(v) = self.variant_spelled(id, right) {
                    help.push(format!("a variant is a name, not a text: write `{v}`"));
                    fixes.push(fix(format!("write `{v}`"), right.location, v));
                }
            }
            (TyKind::String, TyKind::Enum(id)) => {
                if let Some(v) = self.variant_spelled(id, left) {
                    help.push(format!("a variant is a name, not a text: write `{v}`"));
                    fixes.push(fix(format!("write `{v}`"), left.location, v));
                }
            }
            (TyKind::Json, _) if equality => {
                help.push(format!(
                    "compare `Json` with a text, a number or a `Bool` by `is`: `{} is {}`",
                    self.source_of(c.env, c.ids.0),
                    self.source_of(c.env, c.ids.1)
                ));
                let word = if c.op == ast::CompareOp::Eq { "is" } else { "is not" };
                fixes.push(fix(format!("write `{word}`"), c.op_at, word.to_owned()));
            }
            (TyKind::Json, _) | (_, TyKind::Json) => {
                help.push("say what the `Json` is: `x as Int`".to_owned());
            }
            (TyKind::String, TyKind::Regex | TyKind::Glob | TyKind::Wildcard) => {
                help.push("hold a text against a pattern with `matches`".to_owned());
                fixes.push(fix("write `matches`".to_owned(), c.op_at, "matches".to_owned()));
            }
            (TyKind::Ip, TyKind::Cidr) => help.push("ask whether an address lies in a network with `in`".to_owned()),
            (TyKind::SemVer, TyKind::SemVerRange) => {
                help.push("ask whether a version fits a range with `satisfies`".to_owned());
            }
            (TyKind::Timestamp, TyKind::Date) | (TyKind::Date, TyKind::Timestamp) => {
                help.push("an instant is on a day only in a zone: `t.date_in(\"UTC\")`".to_owned());
            }
            (TyKind::Read(_), TyKind::String) | (TyKind::String, TyKind::Read(_)) => help.push(
                "values that were read differently do not mix: declare both with the same type, or compare the `.text`"
                    .to_owned(),
            ),
            (TyKind::List { .. } | TyKind::Set { .. }, _) => {
                help.push(format!("ask for an element with `in`: `{} in …`", self.source_of(c.env, c.ids.1)));
            }
            _ => {}
        }
        if fixes.is_empty() {
            let sides = [(c.ids.0, left, right), (c.ids.1, right, left)];
            for (id, side, other) in sides {
                if let Some(meant) = self.meant(&self.source_of(c.env, id), other.ty) {
                    fixes.push(meant.fix(side.location));
                    help = vec![meant.help];
                }
            }
        }
        if equality {
            let places = Some((left.location, right.location));
            let (left, right) = (self.show(left.ty), self.show(right.ty));
            return self.report(c.at, Types::NeverEqual { left, right, places, help, fixes });
        }
        let finding = Types::Operator {
            op: c.op.text().to_owned(),
            left: self.show(left.ty),
            right: Some(self.show(right.ty)),
            takes: "both sides have one type: numbers, times of one kind, versions, or variants of an `ordered enum`"
                .to_owned(),
            help,
            fixes,
        };
        self.report(c.at, finding);
    }

    fn not_ordered(&mut self, c: &Comparison<'_>, left: &Expr, right: &Expr) {
        let help = match self.kind(left.ty) {
            TyKind::String => vec![format!(
                "texts have no order of their own; by code point it is `compare_text({}, {}) {} 0`",
                self.source_of(c.env, c.ids.0),
                self.source_of(c.env, c.ids.1),
                c.op.text()
            )],
            TyKind::Enum(_) => {
                vec!["write `ordered enum` where it is declared, if its variants rise".to_owned()]
            }
            TyKind::Json => vec!["say what it is: `x as Int`".to_owned()],
            _ => Vec::new(),
        };
        let finding = Types::Operator {
            op: c.op.text().to_owned(),
            left: self.show(left.ty),
            right: Some(self.show(right.ty)),
            takes: "an order have numbers, times, durations, versions and variants of an `ordered enum`"
                .to_owned(),
            help,
            fixes: Vec::new(),
        };
        self.report(c.at, finding);
    }

    /// `x in xs`, `x not in xs`.
    fn membership(&mut self, c: &Comparison<'_>) -> Typed {
        let (elem_id, container_id) = c.ids;
        let elem_first = !self.needs_guidance(c.env, elem_id);
        let why = || Reason::here("`in` asks for an element of the list, set or map on the right");
        let (elem, container) = if elem_first {
            let elem = self.expr(c.env, elem_id, None);
            let inner = self.present(elem.ty());
            let container = if self.is_error(inner) {
                self.guided(c.env, container_id, None)
            } else {
                let elem = fit::widen(&mut self.hir.types, inner);
                // Only what is written out takes its type from the element; anything else has its own.
                // An entity is in entities of other types too.
                let entity = matches!(self.kind(elem), TyKind::Entity(_));
                let kind = match &self.ast(c.env.module).exprs[container_id].kind {
                    ast::ExprKind::Set(elems) | ast::ExprKind::List(elems) if entity && !elems.is_empty() => {
                        None
                    }
                    ast::ExprKind::Set(_) | ast::ExprKind::EmptyBraces => {
                        Some(TyKind::Set { elem, max: None })
                    }
                    ast::ExprKind::List(_) => Some(TyKind::List { elem, max: None, or_one: false }),
                    _ => None,
                };
                let ty = kind.map(|kind| self.ty(kind));
                self.expr(c.env, container_id, ty.map(|ty| Want { ty, why: &why }))
            };
            (elem, container)
        } else {
            let container = self.expr(c.env, container_id, None);
            let inner = self.element(container.ty());
            let want = inner.map(|ty| Want { ty, why: &why });
            let elem = if self.is_error(container.ty()) {
                self.guided(c.env, elem_id, want)
            } else {
                self.expr(c.env, elem_id, want)
            };
            (elem, container)
        };
        if self.is_error(elem.ty()) || self.is_error(container.ty()) {
            return self.bool_error(c.at);
        }
        for (side, id) in [(&elem, elem_id), (&container, container_id)] {
            if self.is_option(side.ty()) {
                self.absent(c.env, id, side, Reason::here(format!("`{}` wants", c.op.text())));
                return self.bool_error(c.at);
            }
        }
        let container = match *self.kind(container.ty()) {
            TyKind::Read(read) => Typed::plain(self.read_value(container.expr, read)),
            _ => container,
        };
        if let Some(kind) = self.entity_membership(elem.ty(), container.ty(), c.at) {
            self.no_store_in_constants(c.env, c.at);
            let ty = self.ty(TyKind::Bool);
            let node = ExprKind::In { kind, elem: Box::new(elem.expr), container: Box::new(container.expr) };
            let typed = Typed::plain(self.node(node, ty, c.at));
            return if c.op == ast::CompareOp::NotIn { self.negated(typed, c.at) } else { typed };
        }
        let (kind, inner) = match (self.kind(elem.ty()), self.kind(container.ty())) {
            (_, TyKind::List { elem, .. }) => (InKind::List, *elem),
            (_, TyKind::Set { elem, .. }) => (InKind::Set, *elem),
            (_, TyKind::Map { key, .. }) => (InKind::MapKey, *key),
            (TyKind::Ip, TyKind::Cidr) => (InKind::IpInCidr, elem.ty()),
            (TyKind::Cidr, TyKind::Cidr) => (InKind::CidrInCidr, elem.ty()),
            _ => {
                self.refuse_membership(c, &elem, &container);
                return self.bool_error(c.at);
            }
        };
        let Some(elem) = self.element_as(c, elem, inner) else { return self.bool_error(c.at) };
        if !fit::comparable(&self.hir.types, inner) {
            let ty = self.show(inner);
            self.report(c.at, Types::NotComparable { ty });
            return self.bool_error(c.at);
        }
        let facts = self.in_facts(&elem, &container);
        let ty = self.ty(TyKind::Bool);
        let node = ExprKind::In { kind, elem: Box::new(elem.expr), container: Box::new(container.expr) };
        let typed = Typed::plain(self.node(node, ty, c.at)).with_facts(facts);
        if c.op == ast::CompareOp::NotIn { self.negated(typed, c.at) } else { typed }
    }

    /// The type of the elements that `in` asks for.
    pub(crate) fn element(&self, ty: Ty) -> Option<Ty> {
        match self.kind(self.base(self.present(ty))) {
            TyKind::List { elem, .. } | TyKind::Set { elem, .. } => Some(*elem),
            TyKind::Map { key, .. } => Some(*key),
            TyKind::Cidr => None,
            _ => None,
        }
    }

    /// The element of `in` as the type of the container's.
    fn element_as(&mut self, c: &Comparison<'_>, elem: Typed, inner: Ty) -> Option<Typed> {
        let wanted = self.present(inner);
        if fit::alike(&mut self.hir.types, elem.ty(), wanted) {
            return Some(elem);
        }
        let literal = elem.literal;
        let convertible =
            matches!((self.kind(elem.ty()), self.kind(wanted)), (TyKind::Int(_), TyKind::Decimal));
        if literal || convertible {
            let why = || Reason::here("that is what the elements on the right are");
            let typed = self.assign(c.env, c.ids.0, elem, Want { ty: wanted, why: &why });
            return (!matches!(typed.expr.kind, ExprKind::Error)).then_some(typed);
        }
        let (left, right) = (self.show(elem.ty()), self.show(wanted));
        let help = match self.kind(wanted) {
            TyKind::Glob | TyKind::Wildcard | TyKind::Regex => {
                let (x, xs) = (self.source_of(c.env, c.ids.0), self.source_of(c.env, c.ids.1));
                vec![format!("hold a text against patterns one by one: `any p in {xs}: {x} matches p`")]
            }
            TyKind::Cidr => {
                let (x, xs) = (self.source_of(c.env, c.ids.0), self.source_of(c.env, c.ids.1));
                vec![format!("ask each network: `any n in {xs}: {x} in n`")]
            }
            _ => Vec::new(),
        };
        let places = Some((elem.expr.location, self.place(c.env, c.ids.1)));
        self.report(c.at, Types::NeverEqual { left, right, places, help, fixes: Vec::new() });
        None
    }

    /// What membership in a list of variants tells.
    fn in_facts(&self, elem: &Typed, container: &Typed) -> Branches {
        let mut facts = Branches::default();
        let (Some(path), ExprKind::List(elems) | ExprKind::Set(elems)) = (&elem.path, &container.expr.kind)
        else {
            return facts;
        };
        let variants: Option<Vec<u32>> = elems
            .iter()
            .map(|e| match e.kind {
                ExprKind::Const(Const::Variant(_, v)) => Some(v),
                _ => None,
            })
            .collect();
        if let Some(mut variants) = variants {
            variants.sort_unstable();
            variants.dedup();
            facts.yes.push(Known { path: path.clone(), fact: Fact::Variants(variants.clone()) });
            facts.no.push(Known { path: path.clone(), fact: Fact::NotVariants(variants) });
        }
        facts
    }

    fn refuse_membership(&mut self, c: &Comparison<'_>, elem: &Typed, container: &Typed) {
        let (x, xs) = (self.source_of(c.env, c.ids.0), self.source_of(c.env, c.ids.1));
        let mut help = Vec::new();
        let mut fixes = Vec::new();
        match (self.kind(elem.ty()), self.kind(container.ty())) {
            (TyKind::String, TyKind::String) => {
                let not = if c.op == ast::CompareOp::NotIn { "not " } else { "" };
                let text = format!("{not}{xs} contains {x}");
                help.push(format!("text in text is `{text}`"));
                fixes.push(fix(format!("write `{text}`"), c.at, text));
            }
            (_, TyKind::Json) => help.push(format!("say what it is: `{x} in ({xs} as (List<String>))`")),
            _ => {}
        }
        let finding = Types::Operator {
            op: c.op.text().to_owned(),
            left: self.show(elem.ty()),
            right: Some(self.show(container.ty())),
            takes: "`in` asks for an element of a list or set, a key of a map, or an address in a network"
                .to_owned(),
            help,
            fixes,
        };
        self.report(c.at, finding);
    }

    /// A text to search or match: a `String`, or what reads as text.
    fn subject(&mut self, c: &Comparison<'_>, typed: Typed) -> Option<Expr> {
        if self.is_error(typed.ty()) {
            return None;
        }
        if self.is_option(typed.ty()) {
            self.absent(c.env, c.ids.0, &typed, Reason::here(format!("`{}` wants", c.op.text())));
            return None;
        }
        let expr = match *self.kind(typed.ty()) {
            TyKind::Read(read) => self.read_value(typed.expr, read),
            _ => typed.expr,
        };
        Some(expr)
    }

    fn matches(&mut self, c: &Comparison<'_>) -> Typed {
        let text = self.expr(c.env, c.ids.0, None);
        let pattern = self.expr(c.env, c.ids.1, None);
        let text = self.subject(c, text);
        if self.is_option(pattern.ty()) {
            self.absent(c.env, c.ids.1, &pattern, Reason::here("`matches` wants"));
            return self.bool_error(c.at);
        }
        let Some(text) = text.filter(|_| !self.is_error(pattern.ty())) else { return self.bool_error(c.at) };
        let good = matches!(self.kind(text.ty), TyKind::String | TyKind::Host | TyKind::Path | TyKind::Url)
            && matches!(self.kind(pattern.ty()), TyKind::Regex | TyKind::Glob | TyKind::Wildcard);
        if !good {
            self.refuse_pattern(
                c,
                &text,
                &pattern,
                "`matches` holds a text against a `Regex`, `Glob` or `Wildcard`",
            );
            return self.bool_error(c.at);
        }
        let ty = self.ty(TyKind::Bool);
        let kind = ExprKind::Matches { text: Box::new(text), pattern: Box::new(pattern.expr) };
        Typed::plain(self.node(kind, ty, c.at))
    }

    fn contains(&mut self, c: &Comparison<'_>) -> Typed {
        let text = self.expr(c.env, c.ids.0, None);
        let what = self.expr(c.env, c.ids.1, None);
        let text = self.subject(c, text);
        if self.is_option(what.ty()) {
            self.absent(c.env, c.ids.1, &what, Reason::here("`contains` wants"));
            return self.bool_error(c.at);
        }
        let Some(text) = text.filter(|_| !self.is_error(what.ty())) else { return self.bool_error(c.at) };
        let what = match *self.kind(what.ty()) {
            TyKind::Read(read) => Typed::plain(self.read_value(what.expr, read)),
            _ => what,
        };
        let good = matches!(self.kind(text.ty), TyKind::String | TyKind::Host | TyKind::Path | TyKind::Url)
            && matches!(self.kind(what.ty()), TyKind::String | TyKind::Regex);
        if !good {
            self.refuse_pattern(c, &text, &what, "`contains` finds a text or a `Regex` anywhere in a text");
            return self.bool_error(c.at);
        }
        let ty = self.ty(TyKind::Bool);
        let kind = ExprKind::Contains { text: Box::new(text), what: Box::new(what.expr) };
        Typed::plain(self.node(kind, ty, c.at))
    }

    fn refuse_pattern(&mut self, c: &Comparison<'_>, text: &Expr, pattern: &Typed, takes: &str) {
        let (mut help, mut fixes) = (Vec::new(), Vec::new());
        let source = self.source_of(c.env, c.ids.1);
        match (self.kind(text.ty), self.kind(pattern.ty())) {
            (TyKind::String, TyKind::String) if pattern.literal => {
                help.push(format!(
                    "say which kind of pattern it is: `re{source}`, `glob{source}` or `wild{source}`"
                ));
                for prefix in ["re", "glob", "wild"] {
                    fixes.push(fix(
                        format!("write `{prefix}{source}`"),
                        pattern.expr.location,
                        format!("{prefix}{source}"),
                    ));
                }
            }
            (TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. }, _) => {
                let x = self.source_of(c.env, c.ids.0);
                help.push(format!("an element of a list is asked for with `in`: `{source} in {x}`"));
                fixes.push(fix(format!("write `{source} in {x}`"), c.at, format!("{source} in {x}")));
            }
            (TyKind::Json, _) => help.push("say what it is: `x as String`".to_owned()),
            _ => {}
        }
        let finding = Types::Operator {
            op: c.op.text().to_owned(),
            left: self.show(text.ty),
            right: Some(self.show(pattern.ty())),
            takes: takes.to_owned(),
            help,
            fixes,
        };
        self.report(c.at, finding);
    }
}
