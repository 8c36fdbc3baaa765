//! Expressions.

use std::sync::Arc;

use super::{ExprId, Name, Node, Path, PatternId, Text, TypeId};
use crate::span::Span;

/// An expression as written.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place, without parentheses around it.
    pub span: Span,
    /// Whether parentheses stand around it.
    pub parens: bool,
}

impl Node for Expr {
    type Id = ExprId;
    const MISSING: &'static Self = &Self { kind: ExprKind::Error, span: Span::at(0), parens: false };
}

/// The kinds of expressions, from leaves to the loosest operators.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// Damaged; already reported.
    Error,
    /// A bare name: a local, something of the module, or a variant.
    Name(Name),
    /// `absent`: the absent value of an option, where one is expected.
    Absent,
    /// `true`, `false`.
    Bool(bool),
    /// `1_000`: the digits without `_`.
    Int(Arc<str>),
    /// `0.75`: digits, point, digits, without `_`.
    Decimal(Arc<str>),
    /// `"text {e}"`, `r"raw"`, `"""multi-line"""`.
    String(StringLit),
    /// A literal whose body the checker parses: `re"…"`, `30d`, `@2026-12-31`.
    Checked(CheckedLit),
    /// `User::"alice"`.
    Entity {
        /// The entity type.
        ty: Box<Path>,
        /// The id.
        id: Box<Text>,
    },
    /// `(a, b)`: two or more.
    Tuple(Vec<ExprId>),
    /// `[a, b]`.
    List(Vec<ExprId>),
    /// `{a, b}`: one or more.
    Set(Vec<ExprId>),
    /// `{"a": 1, [k]: v}`: one or more.
    Map(Vec<MapEntry>),
    /// `{ a: 1, b: 2 }`: one or more.
    Record(Vec<FieldInit>),
    /// `{}`: an empty record, map or set, as the expected type says.
    EmptyBraces,
    /// `[e for …]`, `{e for …}`, `{[k]: v for …}`, and `count(e for …)`.
    Comprehension(Box<Comprehension>),
    /// `base.f?.g[i](x) with { … }`: one or more steps applied from left to right.
    Postfix {
        /// What the first step applies to.
        base: ExprId,
        /// The steps, in source order.
        steps: Vec<Step>,
    },
    /// `x as T`, `x as? T`.
    Cast {
        /// The value.
        value: ExprId,
        /// Whether `as?`: gives absent where it does not fit.
        probe: bool,
        /// The type.
        ty: TypeId,
    },
    /// `-x`.
    Neg(ExprId),
    /// `a ?? b ?? c`: two or more.
    Coalesce(Vec<ExprId>),
    /// `a + b - c`, `a * b div c`: operators of one level, applied from left to right.
    Arithmetic {
        /// The leftmost operand.
        first: ExprId,
        /// The operators with their right operands: one or more.
        rest: Vec<ArithmeticStep>,
    },
    /// `a == b`, `x not in xs`, `s matches p`.
    Compare {
        /// The operator.
        op: CompareOp,
        /// Its place; from `not` to `in` for `not in`.
        op_span: Span,
        /// The left operand.
        left: ExprId,
        /// The right operand.
        right: ExprId,
    },
    /// `x is present`, `x is not V`.
    Is {
        /// The subject.
        value: ExprId,
        /// Whether `not` follows `is`.
        negated: bool,
        /// From `is` to `not`.
        op_span: Span,
        /// What it is held against.
        test: IsTest,
    },
    /// `not x`.
    Not(ExprId),
    /// `a and b and c`, `a or b or c`: two or more.
    Logic {
        /// The operator between all of them.
        op: LogicOp,
        /// The operands, in source order.
        operands: Vec<ExprId>,
    },
    /// `a implies b implies c`, grouped from the right: two or more.
    Implies(Vec<ExprId>),
    /// `any x in xs: e`.
    Quantifier(Box<Quantified>),
    /// `if c then a else if d then b else e`.
    If {
        /// Conditions with what they give: one or more.
        branches: Vec<(ExprId, ExprId)>,
        /// The last `else`.
        otherwise: ExprId,
    },
    /// `match x { pattern => e, … }`.
    Match {
        /// The subject.
        value: ExprId,
        /// The arms, in source order.
        arms: Vec<Arm>,
    },
    /// `fold(x in xs, s = 0: e)`.
    Fold {
        /// What is gone through.
        generators: Vec<Generator>,
        /// The state's name.
        state: Box<Name>,
        /// The state at first.
        init: ExprId,
        /// The next state.
        body: ExprId,
    },
    /// `score { 30 when c, 50 when d }`.
    Score(Vec<ScoreEntry>),
    /// `x => e`, `(a, b) => e`: only as an argument.
    Lambda {
        /// The parameters; `(a, b) => e` has two.
        params: Vec<PatternId>,
        /// The result.
        body: ExprId,
    },
}

/// How a string literal was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quotes {
    /// `"…"`: escapes and interpolation.
    Plain,
    /// `r"…"`: neither.
    Raw,
    /// `"""…"""`: both, and the common indentation removed.
    Multi,
}

/// A string literal. Without interpolation it has at most one part.
#[derive(Clone, Debug)]
pub struct StringLit {
    /// How it was written.
    pub quotes: Quotes,
    /// Text and interpolated expressions, in order; texts are never empty and never side by side.
    pub parts: Vec<StringPart>,
}

impl StringLit {
    /// The text, where nothing is interpolated.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [StringPart::Text(text)] => Some(&text.value),
            _ => None,
        }
    }
}

/// A part of a string literal.
#[derive(Clone, Debug)]
pub enum StringPart {
    /// Text with its escapes decoded; the span has no quotes.
    Text(Text),
    /// `{e}`.
    Expr(ExprId),
}

/// The kinds of checked literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckedKind {
    /// `re"…"`.
    Regex,
    /// `glob"…"`.
    Glob,
    /// `wild"…"`.
    Wildcard,
    /// `cidr"…"`.
    Cidr,
    /// `ip"…"`.
    Ip,
    /// `semver"…"`.
    SemVer,
    /// `range"…"`.
    SemVerRange,
    /// `30d`.
    Duration,
    /// `@2026-12-31T00:00:00Z`.
    Timestamp,
    /// `@2026-12-31`.
    Date,
    /// `@18:00`.
    TimeOfDay,
}

/// A literal whose body has a syntax of its own.
#[derive(Clone, Debug)]
pub struct CheckedLit {
    /// Which syntax.
    pub kind: CheckedKind,
    /// The text between the quotes, after `@`, or the whole duration; as in the source, byte for byte.
    pub body: Arc<str>,
    /// The place of the body, so that byte `n` of it stands at `body_span.lo + n`.
    pub body_span: Span,
}

/// `"a": 1` or `[k]: v`.
#[derive(Clone, Debug)]
pub struct MapEntry {
    /// The key.
    pub key: ExprId,
    /// Whether it is written `[k]`.
    pub computed: bool,
    /// The value.
    pub value: ExprId,
}

/// `a: 1` in a record.
#[derive(Clone, Debug)]
pub struct FieldInit {
    /// The field.
    pub name: Name,
    /// Its value.
    pub value: ExprId,
    /// The whole.
    pub span: Span,
}

/// What a comprehension builds.
#[derive(Clone, Debug)]
pub enum Yield {
    /// `[e for …]`.
    List(ExprId),
    /// `{e for …}`.
    Set(ExprId),
    /// `{[k]: v for …}`.
    Map(MapEntry),
    /// `f(e for …)`: the only argument of a call, never built.
    Stream(ExprId),
}

/// `[e for x in xs, y in ys if c]`.
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// What is built, from what.
    pub yields: Yield,
    /// What is gone through: one or more.
    pub generators: Vec<Generator>,
    /// `if c`.
    pub condition: Option<ExprId>,
}

/// `x in xs`, `(k, v) in m`, and in a quantifier `a then b in xs`.
#[derive(Clone, Debug)]
pub struct Generator {
    /// What an element is bound to.
    pub pattern: PatternId,
    /// What later elements of the same source are bound to (`then b then c`); only in a quantifier.
    pub then: Vec<PatternId>,
    /// What is gone through.
    pub source: ExprId,
    /// The whole.
    pub span: Span,
}

/// A step of a postfix expression. Its span goes from its first token (`.`, `[`, `(`, `with`) to its last.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Its place.
    pub span: Span,
}

/// The kinds of postfix steps.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// `.f`, `?.f`, `."f"`: a field; on a name also what belongs to a module, a type or an enum.
    Field {
        /// The field.
        name: Name,
        /// Whether `?.`.
        optional: bool,
    },
    /// `.f(…)`, `?.f(…)`: a function called with what stands before the dot as its first argument; or one of a module.
    Method {
        /// The function.
        name: Name,
        /// Whether `?.`.
        optional: bool,
        /// The other arguments.
        args: Vec<Arg>,
    },
    /// `[i]`, `?[i]`.
    Index {
        /// Position or key.
        index: ExprId,
        /// Whether `?[`.
        optional: bool,
    },
    /// `(…)`: the first step on a name; anywhere else there is nothing that can be called.
    Call {
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `with { a.b: 1, c: 2 }`.
    With(Vec<Update>),
}

/// An argument: positional ones first, then named ones.
#[derive(Clone, Debug)]
pub struct Arg {
    /// The parameter's name in `name: value`.
    pub name: Option<Name>,
    /// The value.
    pub value: ExprId,
}

/// `a.b: 1` in `with { … }`.
#[derive(Clone, Debug)]
pub struct Update {
    /// The fields, from the outside in: one or more.
    pub path: Path,
    /// The new value.
    pub value: ExprId,
    /// The whole.
    pub span: Span,
}

/// `+ 3` in `1 + 2 + 3`.
#[derive(Clone, Debug)]
pub struct ArithmeticStep {
    /// The operator.
    pub op: ArithmeticOp,
    /// Its place.
    pub op_span: Span,
    /// The right operand.
    pub operand: ExprId,
}

/// Declares operators with their spellings.
macro_rules! operators {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// The operator as written.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

operators! {
    /// The arithmetic operators.
    ArithmeticOp {
        /// `+`
        Add = "+",
        /// `-`
        Sub = "-",
        /// `*`
        Mul = "*",
        /// `/`
        Div = "/",
        /// `div`
        IntDiv = "div",
        /// `%`
        Rem = "%",
    }
}

operators! {
    /// The comparisons. They do not chain.
    CompareOp {
        /// `==`
        Eq = "==",
        /// `!=`
        Ne = "!=",
        /// `<`
        Lt = "<",
        /// `<=`
        Le = "<=",
        /// `>`
        Gt = ">",
        /// `>=`
        Ge = ">=",
        /// `in`
        In = "in",
        /// `not in`
        NotIn = "not in",
        /// `matches`
        Matches = "matches",
        /// `contains`
        Contains = "contains",
    }
}

operators! {
    /// `and` and `or`.
    LogicOp {
        /// `and`
        And = "and",
        /// `or`
        Or = "or",
    }
}

operators! {
    /// The quantifiers.
    Quantifier {
        /// `any`
        Any = "any",
        /// `all`
        All = "all",
        /// `none`
        None = "none",
        /// `exactly one`
        ExactlyOne = "exactly one",
    }
}

/// What stands after `is` or `is not`.
#[derive(Clone, Debug)]
pub enum IsTest {
    /// `present`.
    Present,
    /// `absent`.
    Absent,
    /// `empty`.
    Empty,
    /// A value, a variant or (as a dotted name) a type.
    Value(ExprId),
}

/// `any x in xs: e`.
#[derive(Clone, Debug)]
pub struct Quantified {
    /// Which one.
    pub quantifier: Quantifier,
    /// What is gone through: one or more.
    pub generators: Vec<Generator>,
    /// What is asked of each.
    pub body: ExprId,
    /// `without c: e`: no such element between those of `a then b`.
    pub without: Option<Without>,
}

/// `without c: e`.
#[derive(Clone, Debug)]
pub struct Without {
    /// What the element between is bound to.
    pub pattern: PatternId,
    /// What must hold of none.
    pub body: ExprId,
    /// The whole.
    pub span: Span,
}

/// `pattern => e` in a `match`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// What it takes.
    pub pattern: PatternId,
    /// What it gives.
    pub body: ExprId,
    /// The whole.
    pub span: Span,
}

/// `30 when c` in a `score`.
#[derive(Clone, Debug)]
pub struct ScoreEntry {
    /// The weight.
    pub weight: ExprId,
    /// When it counts.
    pub condition: ExprId,
    /// The whole.
    pub span: Span,
}
