//! Statements of policies, tests and properties.

use std::sync::Arc;

use super::{Annotation, Arg, Doc, ExprId, Generator, LetDecl, Name, Path};
use crate::span::Span;

/// A statement: of a policy, unless it is said of what.
#[derive(Clone, Debug)]
pub struct Stmt<K = StmtKind> {
    /// The `///` lines above it.
    pub docs: Vec<Doc>,
    /// `@name(…)`, in source order.
    pub annotations: Vec<Annotation>,
    /// What it is.
    pub kind: K,
    /// From the first annotation (or the first word) to the end; docs excluded.
    pub span: Span,
}

/// The kinds of statements of a policy.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// Damaged; already reported. Holds the names that it seems to introduce, so that their uses are not reported as well.
    Error(Vec<Name>),
    /// `default deny`.
    Default(DefaultOutcome),
    /// `deny r when …` and its siblings.
    Rule(Rule),
    /// `require r: p(e)`.
    RequirePolicy(RequirePolicy),
    /// `oblige r: mask { … }`.
    Oblige(Oblige),
    /// `transform r: x.y = e`.
    Transform(Transform),
    /// `applies when C`.
    AppliesWhen(ExprId),
    /// `include p(e) as n`.
    Include(Include),
    /// `let n = e`.
    Let(LetDecl),
    /// `mode observe`: a name of a mode, or an expression.
    Mode(ExprId),
}

/// The outcome when no rule decides.
#[derive(Clone, Debug)]
pub enum DefaultOutcome {
    /// `default allow`.
    Allow,
    /// `default deny`.
    Deny,
    /// `default escalate to "who"`.
    Escalate {
        /// To whom.
        to: ExprId,
    },
}

/// What a rule does when it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `deny`.
    Deny,
    /// `require`.
    Require,
    /// `escalate`.
    Escalate,
    /// `allow`.
    Allow,
    /// `warn`.
    Warn,
}

impl Effect {
    /// The word that begins the rule.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Require => "require",
            Self::Escalate => "escalate",
            Self::Allow => "allow",
            Self::Warn => "warn",
        }
    }
}

/// A word or two and the expression after them.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The place of the words.
    pub keyword: Span,
    /// The expression.
    pub expr: ExprId,
    /// Words and expression.
    pub span: Span,
}

/// `EFFECT ID [to W] [for …] [when C] [that C] [because M] [fix M] [details D]`. Each clause stands at most once.
///
/// A clause that must stand and does not (`when`, for `require` `that`, for `escalate` `to`), and one that does not belong to
/// the effect, has been reported.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The word it begins with.
    pub effect: Effect,
    /// The place of that word.
    pub effect_span: Span,
    /// Its id.
    pub id: Name,
    /// `to W`.
    pub to: Option<Clause>,
    /// What stands after `for`; empty without it.
    pub generators: Vec<Generator>,
    /// `when C`.
    pub when: Option<Clause>,
    /// `that C`.
    pub that: Option<Clause>,
    /// `because M`.
    pub because: Option<Clause>,
    /// `fix M`.
    pub fix: Option<Clause>,
    /// `details { … }`.
    pub details: Option<Clause>,
}

/// `p(e, max: 500)`: a policy applied to an input, in `include` and `require ID:`.
#[derive(Clone, Debug)]
pub struct PolicyCall {
    /// The policy.
    pub policy: Path,
    /// The input, then parameters.
    pub args: Vec<Arg>,
    /// The whole.
    pub span: Span,
}

/// `require ID: p(e)`.
#[derive(Clone, Debug)]
pub struct RequirePolicy {
    /// Its id.
    pub id: Name,
    /// The policy whose whole outcome joins.
    pub call: PolicyCall,
}

/// `oblige ID [for …]: mask { … } [when C]`.
#[derive(Clone, Debug)]
pub struct Oblige {
    /// Its id.
    pub id: Name,
    /// What stands after `for`; empty without it.
    pub generators: Vec<Generator>,
    /// The obligation.
    pub obligation: Path,
    /// The payload: a record, or `{}`.
    pub payload: Option<ExprId>,
    /// `when C`.
    pub when: Option<Clause>,
}

/// `transform ID [for …]: a.b["k"] = e [when C]`.
#[derive(Clone, Debug)]
pub struct Transform {
    /// Its id.
    pub id: Name,
    /// What stands after `for`; empty without it.
    pub generators: Vec<Generator>,
    /// The path that is changed: a name, or a postfix expression of fields and indexes.
    pub target: ExprId,
    /// The new value.
    pub value: ExprId,
    /// `when C`.
    pub when: Option<Clause>,
}

/// `include p(e, max: 500) as name for … when C`.
#[derive(Clone, Debug)]
pub struct Include {
    /// The policy and its arguments.
    pub call: PolicyCall,
    /// What the instance is called; where it is missing, that has been reported.
    pub name: Option<IncludeName>,
    /// What stands after `for`; empty without it.
    pub generators: Vec<Generator>,
    /// `when C`.
    pub when: Option<Clause>,
}

/// What an instance is called.
#[derive(Clone, Debug)]
pub enum IncludeName {
    /// `as limits`.
    Name(Name),
    /// `as "{k.name}"`: a string.
    Text(ExprId),
}

/// A statement of a test or a property.
pub type TestStmt = Stmt<TestStmtKind>;

/// The kinds of statements of tests and properties.
#[derive(Clone, Debug)]
pub enum TestStmtKind {
    /// Damaged; already reported. Holds the names that it seems to introduce, so that their uses are not reported as well.
    Error(Vec<Name>),
    /// `let n = e`.
    Let(LetDecl),
    /// `given data d = e`, `given entities = e`.
    Given(Given),
    /// `assume C`.
    Assume(ExprId),
    /// `expect …`.
    Expect(Expect),
}

/// `given data d = e`.
#[derive(Clone, Debug)]
pub struct Given {
    /// What is given.
    pub target: GivenTarget,
    /// Its value.
    pub value: ExprId,
}

/// What a test gives.
#[derive(Clone, Debug)]
pub enum GivenTarget {
    /// `data d`.
    Data(Path),
    /// `entities`.
    Entities(Span),
}

/// `expect …`.
#[derive(Clone, Debug)]
pub enum Expect {
    /// `expect C`.
    Holds(ExprId),
    /// `expect P(x) denies by a`.
    Decision {
        /// The decision: a call of a policy, or a name that holds a decision.
        decision: ExprId,
        /// What is said of it.
        verdict: Verdict,
        /// The place of the verdict.
        span: Span,
    },
}

/// What an `expect` says of a decision.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// `allows`.
    Allows(Option<By>),
    /// `denies`.
    Denies(Option<By>),
    /// `escalates`.
    Escalates(Option<By>),
    /// `warns`, `warns by a`.
    Warns(Option<By>),
    /// `obliges a, b`.
    Obliges(Vec<RuleRef>),
    /// `excepts a, b`.
    Excepts(Vec<RuleRef>),
    /// `is not_applicable`.
    NotApplicable,
    /// `fails`.
    Fails,
    /// `misfits`, `misfits ["/pointer"]`.
    Misfits(Option<ExprId>),
}

/// Which rules decided.
#[derive(Clone, Debug)]
pub enum By {
    /// `by default`.
    Default(Span),
    /// `by a, b`, `by exactly a, b` and `exactly by a, b`.
    Rules {
        /// Whether these and no others.
        exactly: bool,
        /// The rules: one or more.
        rules: Vec<RuleRef>,
    },
}

/// A rule as tests name it: `a`, `instance.rule`, `a 2 times`.
#[derive(Clone, Debug)]
pub struct RuleRef {
    /// The instances and the rule; an instance may be quoted.
    pub path: Path,
    /// How many findings: the digits before `times`.
    pub times: Option<Arc<str>>,
    /// The whole.
    pub span: Span,
}
