//! Resolves a flat sequence of operands and operators by precedence, with stacks of its own: no recursion, whatever its length.
//!
//! From loosest to tightest: `without`, `implies`, `or`, `and`, `not`, comparisons, `+ -`, `* / div %`, `??`, unary `-`.
//! Operators of one level beside each other make one node with many children.

use super::Builder;
use crate::ast::*;
use crate::problem::Problem;
use crate::span::Span;

/// A word that stands only after `is`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestWord {
    Present,
    Absent,
    Empty,
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PrefixOp {
    Not,
    Neg,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InfixOp {
    Implies,
    Logic(LogicOp),
    Compare(CompareOp),
    Is,
    Arithmetic(ArithmeticOp),
    Coalesce,
}

/// A part of a sequence.
pub(crate) enum SequenceItem {
    Operand(ExprId),
    Test(TestWord, Span),
    Prefix(PrefixOp, Span),
    Infix(InfixOp, Span),
    Without(PatternId, Span),
}

/// Operands and operators in source order; the grammar sees to it that they alternate.
pub(crate) struct Sequence {
    first: SequenceItem,
    /// Most sequences have no more than one.
    rest: Vec<SequenceItem>,
}

impl From<SequenceItem> for Sequence {
    fn from(first: SequenceItem) -> Self {
        Self { first, rest: Vec::new() }
    }
}

impl Sequence {
    pub(crate) fn push(&mut self, item: SequenceItem) {
        self.rest.push(item);
    }

    fn last_mut(&mut self) -> &mut SequenceItem {
        self.rest.last_mut().unwrap_or(&mut self.first)
    }
}

/// How tightly operators bind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Without,
    Implies,
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Coalesce,
    Neg,
}

/// An operator that waits for its right operand.
enum Op {
    Not,
    Neg,
    Infix(InfixOp),
    IsNot,
    Without(PatternId),
}

impl Op {
    fn level(&self) -> Level {
        match self {
            Self::Without(_) => Level::Without,
            Self::Not => Level::Not,
            Self::Neg => Level::Neg,
            Self::IsNot | Self::Infix(InfixOp::Compare(_) | InfixOp::Is) => Level::Compare,
            Self::Infix(InfixOp::Implies) => Level::Implies,
            Self::Infix(InfixOp::Logic(LogicOp::Or)) => Level::Or,
            Self::Infix(InfixOp::Logic(LogicOp::And)) => Level::And,
            Self::Infix(InfixOp::Arithmetic(ArithmeticOp::Add | ArithmeticOp::Sub)) => Level::Sum,
            Self::Infix(InfixOp::Arithmetic(
                ArithmeticOp::Mul | ArithmeticOp::Div | ArithmeticOp::IntDiv | ArithmeticOp::Rem,
            )) => Level::Product,
            Self::Infix(InfixOp::Coalesce) => Level::Coalesce,
        }
    }
}

/// An operand that has been read, or a node that may still grow.
enum Value {
    Expr(ExprId),
    Test(TestWord),
    Implies(Vec<ExprId>),
    Logic(LogicOp, Vec<ExprId>),
    Arithmetic(Level, ExprId, Vec<ArithmeticStep>),
    Coalesce(Vec<ExprId>),
}

/// The room that one sequence took, for the next.
#[derive(Default)]
pub(crate) struct Stacks {
    values: Vec<(Value, Span)>,
    ops: Vec<(Op, Span)>,
}

struct Resolver<'b, 's> {
    b: &'b mut Builder<'s>,
    values: Vec<(Value, Span)>,
    ops: Vec<(Op, Span)>,
    mixed: bool,
    /// Where comparisons are chained; what they give is an error, so that nothing more is said of it.
    chained: Vec<Span>,
}

impl Builder<'_> {
    /// Makes the tree of a sequence; `open` is a quantifier or an `if` at its right end.
    pub(crate) fn resolve(&mut self, sequence: Sequence, open: Option<ExprId>) -> ExprId {
        // Most sequences are one operand.
        if open.is_none()
            && sequence.rest.is_empty()
            && let SequenceItem::Operand(id) = sequence.first
        {
            return id;
        }
        let Stacks { values, ops } = std::mem::take(&mut self.stacks);
        let mut resolver = Resolver { b: self, values, ops, mixed: false, chained: Vec::new() };
        let made = resolver.run(sequence, open);
        let Resolver { mut values, mut ops, .. } = resolver;
        values.clear();
        ops.clear();
        self.stacks = Stacks { values, ops };
        made
    }

    /// `x as T` binds tighter than every operator of the sequence: it takes the last operand.
    pub(crate) fn cast(&mut self, sequence: &mut Sequence, probe: bool, ty: TypeId) {
        match sequence.last_mut() {
            SequenceItem::Operand(id) => {
                let value = *id;
                let span = self.outer(value).to(self.ast.types[ty].span);
                // A type in parentheses ends behind them.
                let hi = span.hi + u32::from(self.ast.types[ty].parens);
                *id = self.expr(span.lo, hi, ExprKind::Cast { value, probe, ty });
            }
            SequenceItem::Test(word, span) => {
                let (word, span) = (*word, *span);
                self.problems.push(Problem::StrayTest { word: word.text(), at: span, comparison: None });
            }
            SequenceItem::Prefix(..) | SequenceItem::Infix(..) | SequenceItem::Without(..) => {}
        }
    }
}

impl TestWord {
    fn text(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Empty => "empty",
        }
    }
}

impl Resolver<'_, '_> {
    fn run(&mut self, sequence: Sequence, open: Option<ExprId>) -> ExprId {
        // Whether the last item was an operator.
        let mut after_op = false;
        for item in std::iter::once(sequence.first).chain(sequence.rest) {
            match item {
                SequenceItem::Operand(id) => self.values.push((Value::Expr(id), self.b.outer(id))),
                SequenceItem::Test(word, span) => self.values.push((Value::Test(word), span)),
                SequenceItem::Prefix(op, span) => {
                    self.prefix(op, span, after_op);
                    after_op = true;
                    continue;
                }
                SequenceItem::Infix(op, span) => {
                    self.infix(Op::Infix(op), span);
                    after_op = true;
                    continue;
                }
                SequenceItem::Without(pattern, span) => {
                    self.infix(Op::Without(pattern), span);
                    after_op = true;
                    continue;
                }
            }
            after_op = false;
        }
        if let Some(open) = open {
            let span = self.b.outer(open);
            if after_op && self.ops.last().is_some_and(|(op, _)| op.level() > Level::Not) {
                self.b.problems.push(Problem::NeedsParens { at: span });
            }
            self.values.push((Value::Expr(open), span));
        }
        while !self.ops.is_empty() {
            self.reduce();
        }
        match self.values.pop() {
            Some(value) => self.make(value, None).0,
            None => self.b.expr(0, 0, ExprKind::Error),
        }
    }

    fn prefix(&mut self, op: PrefixOp, span: Span, after_op: bool) {
        let op = match op {
            PrefixOp::Neg => Op::Neg,
            PrefixOp::Not => {
                if after_op && let Some((last, at)) = self.ops.last_mut() {
                    if matches!(last, Op::Infix(InfixOp::Is)) {
                        *last = Op::IsNot;
                        *at = at.to(span);
                        return;
                    }
                    if last.level() > Level::Not {
                        self.b.problems.push(Problem::NeedsParens { at: span });
                    }
                }
                Op::Not
            }
        };
        self.ops.push((op, span));
    }

    fn infix(&mut self, op: Op, span: Span) {
        let level = op.level();
        while let Some((last, _)) = self.ops.last()
            && last.level() >= level
        {
            if level == Level::Compare && last.level() == Level::Compare {
                self.chained(&op, span);
            }
            self.reduce();
        }
        self.ops.push((op, span));
    }

    /// `a < b < c`: both would have to hold.
    fn chained(&mut self, second: &Op, span: Span) {
        self.chained.push(span);
        let Some((first, first_span)) = self.ops.last() else { return };
        let both_order = match (first, second) {
            (Op::Infix(InfixOp::Compare(a)), Op::Infix(InfixOp::Compare(b))) => {
                direction(*a) && direction(*b)
            }
            _ => false,
        };
        let middle = self.values.last().map_or(span, |(_, span)| *span);
        self.b.problems.push(Problem::ChainedComparison {
            first: *first_span,
            second: span,
            middle,
            both_order,
        });
    }

    /// Applies the last operator.
    fn reduce(&mut self) {
        let Some((op, at)) = self.ops.pop() else { return };
        let Some(right) = self.values.pop() else { return };
        match op {
            Op::Not => self.not(at, right),
            Op::Neg => {
                let (id, span) = self.make(right, None);
                let span = at.to(span);
                self.push(span, ExprKind::Neg(id));
            }
            Op::IsNot => self.is(true, at, right),
            Op::Infix(InfixOp::Is) => self.is(false, at, right),
            Op::Infix(InfixOp::Compare(op)) => {
                let hint = (matches!(op, CompareOp::Eq | CompareOp::Ne)).then_some((op, at));
                let Some(left) = self.values.pop() else { return };
                let (left, left_span) = self.make(left, hint);
                let (right, right_span) = self.make(right, hint);
                let kind = if self.chained.binary_search(&at).is_ok() {
                    ExprKind::Error
                } else {
                    ExprKind::Compare { op, op_span: at, left, right }
                };
                self.push(left_span.to(right_span), kind);
            }
            Op::Infix(InfixOp::Arithmetic(op)) => self.arithmetic(op, at, right),
            Op::Infix(InfixOp::Logic(op)) => self.logic(op, right),
            Op::Infix(InfixOp::Implies) => {
                let (id, span) = self.make(right, None);
                let (mut operands, whole) = match self.values.pop() {
                    Some((Value::Implies(operands), whole)) => (operands, whole),
                    Some(left) => {
                        let (left, whole) = self.make(left, None);
                        (vec![left], whole)
                    }
                    None => return,
                };
                operands.push(id);
                self.values.push((Value::Implies(operands), whole.to(span)));
            }
            Op::Infix(InfixOp::Coalesce) => {
                let (id, span) = self.make(right, None);
                let (mut operands, whole) = match self.values.pop() {
                    Some((Value::Coalesce(operands), whole)) => (operands, whole),
                    Some(left) => {
                        let (left, whole) = self.make(left, None);
                        (vec![left], whole)
                    }
                    None => return,
                };
                operands.push(id);
                self.values.push((Value::Coalesce(operands), whole.to(span)));
            }
            Op::Without(pattern) => {
                let (body, span) = self.make(right, None);
                let Some(left) = self.values.pop() else { return };
                let (left, whole) = self.make(left, None);
                let without = Without { pattern, body, span: at.to(span) };
                if let Some(first) = self.b.withouts.insert(left, without) {
                    self.b.problems.push(Problem::StrayWithout(at.to(span)));
                    self.b.withouts.insert(left, first);
                }
                self.values.push((Value::Expr(left), whole));
            }
        }
    }

    fn not(&mut self, at: Span, operand: (Value, Span)) {
        let (id, span) = self.make(operand, None);
        if let Expr { kind: ExprKind::Compare { op, op_span, .. }, parens: false, .. } = &self.b.ast.exprs[id]
            && matches!(op, CompareOp::Eq | CompareOp::Ne)
        {
            let problem = Problem::NotEquals { not: at, op_span: *op_span, op: *op, operand: span.lo };
            self.b.problems.push(problem);
        }
        self.push(at.to(span), ExprKind::Not(id));
    }

    fn is(&mut self, negated: bool, op_span: Span, right: (Value, Span)) {
        let Some(left) = self.values.pop() else { return };
        let (value, left_span) = self.make(left, None);
        let (test, right_span) = match right {
            (Value::Test(TestWord::Present), span) => (IsTest::Present, span),
            (Value::Test(TestWord::Absent), span) => (IsTest::Absent, span),
            (Value::Test(TestWord::Empty), span) => (IsTest::Empty, span),
            other => {
                let (id, span) = self.make(other, None);
                (IsTest::Value(id), span)
            }
        };
        self.push(left_span.to(right_span), ExprKind::Is { value, negated, op_span, test });
    }

    fn arithmetic(&mut self, op: ArithmeticOp, op_span: Span, right: (Value, Span)) {
        let level = Op::Infix(InfixOp::Arithmetic(op)).level();
        let (operand, span) = self.make(right, None);
        let (first, mut rest, whole) = match self.values.pop() {
            Some((Value::Arithmetic(same, first, rest), whole)) if same == level => (first, rest, whole),
            Some(left) => {
                let (left, whole) = self.make(left, None);
                (left, Vec::new(), whole)
            }
            None => return,
        };
        rest.push(ArithmeticStep { op, op_span, operand });
        self.values.push((Value::Arithmetic(level, first, rest), whole.to(span)));
    }

    fn logic(&mut self, op: LogicOp, right: (Value, Span)) {
        let Some(left) = self.values.pop() else { return };
        // `and` binds tighter, so only an `or` can have the other operator's node as an operand.
        for (value, span) in [&left, &right] {
            if let Value::Logic(inner, _) = value
                && *inner != op
                && !self.mixed
            {
                self.mixed = true;
                self.b.problems.push(Problem::AndBesideOr { and_part: *span });
            }
        }
        let (id, span) = self.make(right, None);
        let (mut operands, whole) = match left {
            (Value::Logic(same, operands), whole) if same == op => (operands, whole),
            other => {
                let (left, whole) = self.make(other, None);
                (vec![left], whole)
            }
        };
        operands.push(id);
        self.values.push((Value::Logic(op, operands), whole.to(span)));
    }

    fn push(&mut self, span: Span, kind: ExprKind) {
        let id = self.b.expr(span.lo, span.hi, kind);
        self.values.push((Value::Expr(id), span));
    }

    /// Makes a node of a value. `comparison` is the `==` or `!=` that it is an operand of.
    fn make(
        &mut self,
        (value, span): (Value, Span),
        comparison: Option<(CompareOp, Span)>,
    ) -> (ExprId, Span) {
        let kind = match value {
            Value::Expr(id) => return (id, span),
            Value::Test(TestWord::Absent) if comparison.is_none() => ExprKind::Absent,
            Value::Test(word) => {
                self.b.problems.push(Problem::StrayTest { word: word.text(), at: span, comparison });
                ExprKind::Error
            }
            Value::Implies(operands) => ExprKind::Implies(operands),
            Value::Logic(op, operands) => ExprKind::Logic { op, operands },
            Value::Arithmetic(_, first, rest) => ExprKind::Arithmetic { first, rest },
            Value::Coalesce(operands) => ExprKind::Coalesce(operands),
        };
        (self.b.expr(span.lo, span.hi, kind), span)
    }
}

/// Whether it is one of `< <= > >=`.
fn direction(op: CompareOp) -> bool {
    matches!(op, CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge)
}
