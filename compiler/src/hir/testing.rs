//! Tests and properties.

use policy_syntax::Location;

use super::{DataId, Expr, Gen, Let, Local, LocalId, PolicyId, Text};

/// `test "name" [at time] [for pattern in list] { … }`.
#[derive(Clone, Debug)]
pub struct Test {
    /// The module that it stands in.
    pub module: String,
    /// The name; with rows it may interpolate what they bind.
    pub name: Text,
    /// `at`: the value of `now`, a constant of type `Timestamp`.
    pub at: Option<Expr>,
    /// `for`: each element is a test of its own; several generators are one list of tuples.
    pub rows: Option<Gen>,
    /// All variables.
    pub locals: Vec<Local>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// `@skip("reason")`.
    pub skip: Option<String>,
    /// The whole test.
    pub location: Location,
}

/// One statement of a test.
#[derive(Clone, Debug)]
pub enum Step {
    /// `given …`.
    Given(Given),
    /// `let`; unlike elsewhere it is evaluated where it stands.
    Let(Let),
    /// `expect …`.
    Expect(Expect),
}

/// `given …`.
#[derive(Clone, Debug)]
pub struct Given {
    /// What it replaces.
    pub target: GivenTarget,
    /// Its value: of the item's type; of entities a `Json` that is read as a store is.
    pub value: Expr,
    /// Where it stands.
    pub location: Location,
}

/// What a `given` replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GivenTarget {
    /// `given data name`.
    Data(DataId),
    /// `given entities`: the whole store.
    Entities,
}

/// `expect …`.
#[derive(Clone, Debug)]
pub struct Expect {
    /// What is expected.
    pub kind: ExpectKind,
    /// The whole statement.
    pub location: Location,
}

/// What an `expect` asks for.
#[derive(Clone, Debug)]
pub enum ExpectKind {
    /// `expect BOOL`.
    Holds(Expr),
    /// `expect P(x) VERB …`.
    Decision {
        /// The policy.
        policy: PolicyId,
        /// Its input, of the policy's input type or `Json` (then it is read as a document is).
        input: Expr,
        /// Parameters that are given.
        params: Vec<(LocalId, Expr)>,
        /// The verb.
        verb: Verb,
        /// Which rules.
        by: ExpectBy,
    },
}

/// The verb of `expect P(x) …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `allows`: outcome allow, no errors.
    Allows,
    /// `denies`: outcome deny, no errors.
    Denies,
    /// `escalates`: outcome escalate, no errors.
    Escalates,
    /// `warns by …`: no errors.
    Warns,
    /// `obliges a, b`: obligations of these rules bind.
    Obliges(Vec<RuleRef>),
    /// `excepts a, b`: an exception took findings of these rules away.
    Excepts(Vec<RuleRef>),
    /// `is not_applicable`.
    NotApplicable,
    /// `fails`: an evaluation error is listed.
    Fails,
    /// `misfits ["/pointer", …]`: misfits, at these pointers where given.
    Misfits(Vec<String>),
}

/// A rule, as reasons of a decision name it: `rule`, or `instance.rule`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleRef(pub String);

/// `by …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectBy {
    /// Not said.
    Any,
    /// `by a, b`: these decided, others may have too.
    Rules(Vec<RuleRef>),
    /// `exactly by a, b`: these and no others.
    Exactly(Vec<RuleRef>),
    /// `by a 2 times, b`: these decided, some of them with just so many findings; `exactly` these and no others.
    Counted {
        /// Whether no others decided.
        exactly: bool,
        /// The rules, with how many findings.
        rules: Vec<(RuleRef, Option<u64>)>,
    },
    /// `by default`.
    Default,
}

/// `property "name" for any x: T { assume …; expect … }`.
#[derive(Clone, Debug)]
pub struct Property {
    /// The module that it stands in.
    pub module: String,
    /// The name.
    pub name: String,
    /// All variables; the first `any` are drawn.
    pub locals: Vec<Local>,
    /// How many of `locals` are drawn.
    pub any: u32,
    /// `assume`s.
    pub assumes: Vec<Expr>,
    /// What is done: `let`s and `expect`s, in order.
    pub steps: Vec<Step>,
    /// `@cases(n)`.
    pub cases: Option<u64>,
    /// The whole property.
    pub location: Location,
}
