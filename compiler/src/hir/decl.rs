//! Declarations: modules, functions, data, policies and their rules.

use policy_bytecode::scalar::{Duration, Timestamp};
use policy_syntax::{FileId, Location};

use super::{Expr, FieldId, LocalId, ObligationId, Pattern, PolicyId, RuleId, Text, Ty, UnionId};

/// One source file.
#[derive(Clone, Debug)]
pub struct Module {
    /// The dotted name.
    pub name: String,
    /// The source.
    pub file: FileId,
    /// Documentation (`//!`).
    pub doc: String,
}

/// A variable: a parameter, an input, a `let`, or what a generator or pattern binds.
#[derive(Clone, Debug)]
pub struct Local {
    /// The name as written; generated ones begin with `$`.
    pub name: String,
    /// Its static type.
    pub ty: Ty,
    /// What gives it its value.
    pub kind: LocalKind,
    /// Where it is bound.
    pub location: Location,
}

/// What gives a local its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// A parameter of a function or policy.
    Param,
    /// The input document of a policy.
    Input,
    /// A `let`: evaluated at its first use, at most once for each time its scope is entered.
    Let,
    /// Bound by a generator, a `match` arm, a pattern or an inlined lambda: present before its scope.
    Bound,
}

/// `let` in a body.
#[derive(Clone, Debug)]
pub struct Let {
    /// What it binds; a pattern other than a name is taken apart when any of its parts is first used.
    pub pattern: Pattern,
    /// Its value.
    pub value: Expr,
    /// Where it stands.
    pub location: Location,
}

/// A function, monomorphic.
#[derive(Clone, Debug)]
pub struct Function {
    /// The qualified name, with type arguments where generic.
    pub name: String,
    /// All variables of the body; the parameters come first.
    pub locals: Vec<Local>,
    /// How many of `locals` are parameters.
    pub params: u32,
    /// The type of the result.
    pub result: Ty,
    /// The body.
    pub body: Expr,
    /// Where the name stands.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// A module-level `let`.
#[derive(Clone, Debug)]
pub struct Global {
    /// The qualified name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// All variables of the value.
    pub locals: Vec<Local>,
    /// Its value: evaluated at compile time, or once for each snapshot where it reads data.
    pub value: Expr,
    /// Whether it reads data, directly or through what it calls.
    pub reads_data: bool,
    /// Whether only tests and properties use it, so that it is no part of a bundle.
    pub tests_only: bool,
    /// Where the name stands.
    pub location: Location,
}

/// `data name: T [= default] [max age d]`.
#[derive(Clone, Debug)]
pub struct Data {
    /// The qualified name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// What it is where nothing was loaded; a constant expression.
    pub default: Option<Expr>,
    /// Seconds and nanoseconds after which reading it is `stale_data`.
    pub max_age: Option<(i64, u32)>,
    /// Where the name stands.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// A parameter of a policy.
#[derive(Clone, Debug)]
pub struct Param {
    /// The variable.
    pub local: LocalId,
    /// Its value where none is given.
    pub default: Option<Expr>,
}

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The qualified name, `module.name`.
    pub name: String,
    /// The type of the input.
    pub input: Ty,
    /// The variable that holds the input (a hidden one where its fields are in scope by name).
    pub input_local: LocalId,
    /// Parameters.
    pub params: Vec<Param>,
    /// All variables of the policy and its rules.
    pub locals: Vec<Local>,
    /// The outcome when nothing decides.
    pub default: DefaultOutcome,
    /// `applies when`.
    pub applies: Option<Expr>,
    /// `let`s, in source order.
    pub lets: Vec<Let>,
    /// Rules, in source order.
    pub rules: Vec<Rule>,
    /// `mode e`, where e is no constant: of the language's own enum `Mode`; reads data and parameters only. Where it fails the
    /// policy is in `enforce`, and denies.
    pub mode: Option<Expr>,
    /// Whether the first deciding rule wins (`resolve first`).
    pub resolve_first: bool,
    /// Annotations.
    pub annotations: Annotations,
    /// Where the name stands.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// `default …`.
#[derive(Clone, Debug)]
pub enum DefaultOutcome {
    /// `default allow`.
    Allow,
    /// `default deny`.
    Deny,
    /// `default escalate to "who"`.
    Escalate(String),
}

/// A rule of a policy.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, unique in the policy; for an `include` the name of the instance as written.
    pub id: String,
    /// What a finding does.
    pub effect: Effect,
    /// Generators, outermost first.
    pub generators: Vec<super::Gen>,
    /// The variables that the generators bind, with the names that the decision lists.
    pub bindings: Vec<LocalId>,
    /// `when`; for `require` the condition under which `that` is asked for.
    pub when: Option<Expr>,
    /// `that` of a `require`: a finding is made where it is false.
    pub that: Option<Expr>,
    /// `because`.
    pub because: Option<Text>,
    /// `fix`.
    pub fix: Option<Text>,
    /// `details`: a record.
    pub details: Option<Expr>,
    /// `@mode(e)`, where e is no constant: of the language's own enum `Mode`; reads data, parameters and what
    /// generators over these bind. Where it fails the rule counts as in `enforce`, and as failed.
    pub mode: Option<Expr>,
    /// Annotations.
    pub annotations: Annotations,
    /// Where the id stands.
    pub location: Location,
    /// The whole rule, annotations included.
    pub extent: Location,
    /// Documentation.
    pub doc: String,
}

/// What a finding of a rule does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Denies where the condition is true.
    Deny,
    /// Denies where `when` holds and `that` does not.
    Require,
    /// Allows.
    Allow,
    /// Escalates to whom the text names.
    Escalate(Text),
    /// Warns.
    Warn,
    /// `oblige`: adds an obligation.
    Oblige {
        /// Which.
        obligation: ObligationId,
        /// What it says: a record of the declared type, defaults filled in.
        payload: Expr,
    },
    /// `transform`: asks the host to go on with a changed input.
    Transform {
        /// From the input to what is replaced.
        path: Vec<PathStep>,
        /// The new value, of the type that stands there.
        value: Expr,
    },
    /// `include p(e)`, `require ID: p(e)`. `when` is the condition of the include; a failure denies.
    Include(Box<Include>),
}

/// A step of the path of a `transform`.
#[derive(Clone, Debug)]
pub enum PathStep {
    /// A field of a record; through an option what is missing is made.
    Field(super::RecordId, FieldId),
    /// The content of a union's variant, which the rule's condition has made sure of. No step of the JSON Pointer.
    Variant(UnionId, u32),
    /// A key of a map.
    Key(Expr),
    /// The element of a list that a generator of the rule stands at (by position); its source is the path so far. The
    /// value of a map's entry is a [`PathStep::Key`] of what the generator binds to the key.
    Element(u32),
}

/// Another policy's rules, or its outcome, within a policy.
#[derive(Clone, Debug)]
pub struct Include {
    /// The policy; included ones stand before their includers in [`super::Hir::policies`] or not: inclusion is acyclic.
    pub policy: PolicyId,
    /// What it decides on, of its input type.
    pub input: Expr,
    /// Parameters that are given; they mention no input.
    pub params: Vec<(LocalId, Expr)>,
    /// `as name`, and the id of `require ID: p(e)`: what stands before the rules' names, `name.rule`. Present in a package
    /// without errors.
    pub name: Option<Text>,
    /// What joins.
    pub joins: Joins,
}

/// What of an included policy joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Joins {
    /// `include`: what its rules leave; not its default.
    Rules,
    /// `require ID: p(e)`: its outcome, default included.
    Outcome,
}

/// `obligation name on … { … }`.
#[derive(Clone, Debug)]
pub struct Obligation {
    /// The qualified name.
    pub name: String,
    /// With which outcomes it binds.
    pub on: ObligationOn,
    /// What it says: a record.
    pub payload: Ty,
    /// Where the name stands.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// With which outcomes an obligation binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObligationOn {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
    /// Any.
    Any,
}

/// `exception x to p.r …`. It holds for a finding where `when` is true and `now` is before `until`.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The qualified name.
    pub name: String,
    /// The policy whose rule it names.
    pub policy: PolicyId,
    /// The rule.
    pub rule: RuleId,
    /// The variable that holds the rule's input (a hidden one where its fields are in scope by name).
    pub input_local: LocalId,
    /// What it binds of the rule's bindings, in their order.
    pub bindings: Vec<Pattern>,
    /// All variables.
    pub locals: Vec<Local>,
    /// `when`.
    pub when: Option<Expr>,
    /// `until`: the first instant at which it no longer holds.
    pub until: Option<Timestamp>,
    /// `because`.
    pub because: Option<Text>,
    /// `approved by`.
    pub approved_by: Option<String>,
    /// `follow up`.
    pub follow_up: Option<Duration>,
    /// Where the name stands.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// How much a policy or rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Recorded only.
    Observe,
    /// Told as a warning.
    Advise,
    /// Decides.
    Enforce,
}

/// `@severity(…)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `low`.
    Low,
    /// `medium`.
    Medium,
    /// `high`.
    High,
    /// `critical`.
    Critical,
}

/// Annotations of a policy or rule. A rule takes from its policy what it does not say itself
/// (`owner`, `severity`, `controls`, `links`, `tags`); the checker has done so already.
#[derive(Clone, Debug, Default)]
pub struct Annotations {
    /// `@owner("team")`.
    pub owner: Option<String>,
    /// `@severity(high)`.
    pub severity: Option<Severity>,
    /// `@controls("SOC2 CC8.1", …)`.
    pub controls: Vec<String>,
    /// `@link("…")`.
    pub links: Vec<String>,
    /// `@tags("…")`.
    pub tags: Vec<String>,
    /// `@mode(observe)` or `mode observe`, where it is a constant.
    pub mode: Option<Mode>,
    /// `@no_exceptions`.
    pub no_exceptions: bool,
    /// `@on_error(skip)`.
    pub on_error_skip: bool,
}
