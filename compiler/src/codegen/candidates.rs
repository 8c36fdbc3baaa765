//! Which expressions are computed at compile time.

use std::rc::Rc;

use super::fold::Folded;
use super::literal::Literal;
use crate::hir::walk::{effect_parts, own_bindings, parts, pattern_bindings, text_parts};
use crate::hir::{
    Convert, Expr, ExprKind, FunctionId, GlobalId, Hir, InKind, Local, LocalId, Presence, Step,
};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Literals of `read by` types, wherever they stand.
    Readings,
    /// The greatest expressions that depend on nothing but themselves, outside of tests.
    Computations,
}

/// An expression to compute.
pub(crate) struct Candidate<'h> {
    pub(crate) expr: &'h Expr,
    /// The variables of what it stands in.
    pub(crate) locals: &'h [Local],
    /// The module-level `let` whose value it is.
    pub(crate) global: Option<GlobalId>,
    /// The original text of a literal that is read; none for a structure.
    pub(crate) text: Option<Rc<str>>,
}

/// The search for them.
struct Candidates<'h, 'f> {
    hir: &'h Hir,
    folded: &'f Folded,
    wanted: Wanted,
    pure_functions: Vec<bool>,
    pure_globals: Vec<bool>,
    /// How deep the node stands that binds each variable of the current item.
    binders: Vec<u32>,
    locals: &'h [Local],
    list: Vec<Candidate<'h>>,
}

/// What is known of a node once its parts were seen.
#[derive(Clone, Copy)]
struct Seen {
    /// The least depth at which a variable that it uses is bound.
    least: u32,
    /// Whether it depends on nothing outside of the package.
    pure: bool,
}

/// The expressions to compute, in the order of the package; of literals that are read those that hold no other.
pub(crate) fn candidates<'h>(hir: &'h Hir, folded: &Folded, wanted: Wanted) -> Vec<Candidate<'h>> {
    let mut this = Candidates {
        hir,
        folded,
        wanted,
        pure_functions: Vec::with_capacity(hir.functions.len()),
        pure_globals: vec![false; hir.globals.len()],
        binders: Vec::new(),
        locals: &[],
        list: Vec::new(),
    };
    this.purity();
    this.collect();
    this.list
}

impl<'h> Candidates<'h, '_> {
    /// Which functions and module-level `let`s depend on nothing outside of the package. Either may use the other:
    /// until nothing changes.
    fn purity(&mut self) {
        let hir = self.hir;
        loop {
            let before = self.pure_globals.iter().filter(|pure| **pure).count();
            self.pure_functions.clear();
            for function in &hir.functions {
                let pure = self.is_pure(&function.body);
                self.pure_functions.push(pure);
            }
            for (index, global) in hir.globals.iter().enumerate() {
                let pure = !global.reads_data && self.is_pure(&global.value);
                if let Some(slot) = self.pure_globals.get_mut(index) {
                    *slot = pure;
                }
            }
            if self.pure_globals.iter().filter(|pure| **pure).count() == before {
                return;
            }
        }
    }

    fn is_pure(&self, e: &Expr) -> bool {
        let mut pure = self.is_pure_node(e);
        parts(&e.kind, &mut |part| pure = pure && self.is_pure(part));
        pure
    }

    fn is_pure_node(&self, e: &Expr) -> bool {
        if let ExprKind::Global(global) = e.kind {
            self.folded.global(global).is_some() || self.pure_globals.get(global.index()).is_some_and(|p| *p)
        } else if let ExprKind::Call { function, .. } = e.kind {
            self.is_pure_function(function)
        } else if let ExprKind::Convert { convert: Convert::Read(_), .. } = e.kind {
            // Until it was read, only the reading itself is computed.
            self.folded.value(e, false).is_some()
        } else {
            !matches!(
                e.kind,
                ExprKind::Error
                    | ExprKind::Data(_)
                    | ExprKind::Now
                    | ExprKind::Attribute { .. }
                    | ExprKind::In { kind: InKind::Entity | InKind::EntityIn, .. }
                    | ExprKind::Decide { .. }
                    | ExprKind::Fixture { .. }
            )
        }
    }

    fn is_pure_function(&self, function: FunctionId) -> bool {
        self.pure_functions.get(function.index()).is_some_and(|pure| *pure)
    }

    fn collect(&mut self) {
        let hir = self.hir;
        for record in &hir.types.records {
            for field in &record.fields {
                match &field.presence {
                    Presence::Default(value) => self.item(&[], &[value], 0),
                    Presence::Required | Presence::Optional => {}
                }
            }
        }
        for (index, global) in (0..).zip(&hir.globals) {
            let before = self.list.len();
            self.item(&global.locals, &[&global.value], 0);
            for candidate in self.list.iter_mut().skip(before) {
                if candidate.expr.id == global.value.id {
                    candidate.global = Some(GlobalId(index));
                }
            }
        }
        for function in &hir.functions {
            self.item(&function.locals, &[&function.body], 1);
        }
        for data in &hir.data {
            let default: Vec<&Expr> = data.default.iter().collect();
            self.item(&[], &default, 0);
        }
        for policy in &hir.policies {
            let mut es: Vec<&'h Expr> = Vec::new();
            let mut bound = Vec::new();
            es.extend(policy.params.iter().filter_map(|p| p.default.as_ref()).chain(&policy.applies));
            es.extend(&policy.mode);
            for item in &policy.lets {
                pattern_bindings(&item.pattern, &mut |local| bound.push(local));
                es.push(&item.value);
            }
            for rule in &policy.rules {
                es.extend(rule.generators.iter().map(|g| &g.source));
                es.extend(rule.when.iter().chain(&rule.that).chain(&rule.details));
                es.extend(&rule.mode);
                effect_parts(&rule.effect, &mut |value| es.push(value));
                for text in rule.because.iter().chain(&rule.fix) {
                    text_parts(text, &mut |value| es.push(value));
                }
            }
            self.item(&policy.locals, &es, 1);
        }
        for exception in &hir.exceptions {
            let mut es: Vec<&'h Expr> = exception.when.iter().collect();
            exception.because.iter().for_each(|text| text_parts(text, &mut |value| es.push(value)));
            self.item(&exception.locals, &es, 1);
        }
        if self.wanted == Wanted::Readings {
            self.tests();
        }
    }

    fn tests(&mut self) {
        let hir = self.hir;
        for test in &hir.tests {
            let mut es: Vec<&'h Expr> = Vec::new();
            text_parts(&test.name, &mut |value| es.push(value));
            es.extend(test.rows.iter().map(|g| &g.source));
            of_steps(&test.steps, &mut es);
            self.item(&test.locals, &es, 1);
        }
        for property in &hir.properties {
            let mut es: Vec<&'h Expr> = property.assumes.iter().collect();
            of_steps(&property.steps, &mut es);
            self.item(&property.locals, &es, 1);
        }
    }

    /// Expressions that share variables; those bound by no expression are bound above depth `depth`.
    fn item(&mut self, locals: &'h [Local], es: &[&'h Expr], depth: u32) {
        self.binders = vec![0; locals.len()];
        self.locals = locals;
        for e in es {
            self.visit(e, depth.max(1));
        }
    }

    fn bind(&mut self, local: LocalId, depth: u32) {
        if let Some(slot) = self.binders.get_mut(local.index()) {
            *slot = depth;
        }
    }

    fn visit(&mut self, e: &'h Expr, depth: u32) -> Seen {
        let before = self.list.len();
        let mut bound = Vec::new();
        own_bindings(e, &mut |local| bound.push(local));
        for local in bound {
            self.bind(local, depth);
        }
        let mut seen = Seen { least: u32::MAX, pure: self.is_pure_node(e) };
        if let ExprKind::Local(local) = e.kind {
            seen.least = self.binders.get(local.index()).copied().unwrap_or(0);
        }
        parts(&e.kind, &mut |part| {
            let inner = self.visit(part, depth + 1);
            seen.least = seen.least.min(inner.least);
            seen.pure &= inner.pure;
        });
        let closed = seen.least >= depth;
        let wanted = match self.wanted {
            Wanted::Readings => {
                matches!(e.kind, ExprKind::Convert { convert: Convert::Read(_), .. }) && closed
            }
            Wanted::Computations => closed && seen.pure,
        };
        // Of literals that are read the inner ones come first: the outer ones hold what they give.
        let inner_first = self.wanted == Wanted::Readings && self.list.len() > before;
        if wanted && !inner_first && self.folded.value(e, false).is_none() {
            self.list.truncate(before);
            let text = self.text_of(e);
            self.list.push(Candidate { expr: e, locals: self.locals, global: None, text });
        }
        seen
    }

    /// The original text of a literal that is read.
    fn text_of(&self, e: &Expr) -> Option<Rc<str>> {
        let ExprKind::Convert { convert: Convert::Read(_), value } = &e.kind else { return None };
        let literal = self.folded.value(value, false)?;
        if let Literal::Text(text) = literal {
            Some(text)
        } else if let Literal::Int(value) = literal {
            Some(value.to_string().into())
        } else if let Literal::Decimal(value) = literal {
            Some(value.normalize().to_string().into())
        } else if let Literal::Bool(value) = literal {
            Some(value.to_string().into())
        } else {
            None
        }
    }
}

fn of_steps<'h>(steps: &'h [Step], es: &mut Vec<&'h Expr>) {
    use crate::hir::ExpectKind;
    for step in steps {
        match step {
            Step::Given(given) => es.push(&given.value),
            Step::Let(item) => es.push(&item.value),
            Step::Expect(expect) => match &expect.kind {
                ExpectKind::Holds(e) => es.push(e),
                ExpectKind::Decision { input, params, .. } => {
                    es.push(input);
                    es.extend(params.iter().map(|(_, value)| value));
                }
            },
        }
    }
}
