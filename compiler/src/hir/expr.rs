//! Expressions.
//!
//! Order of evaluation is the order of fields and elements here, unless a node says otherwise.

use policy_bytecode::IntrinsicId;
use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};
use policy_syntax::Location;
use rust_decimal::Decimal;

use super::{
    DataId, EntityId, EnumId, ExprId, FieldId, FunctionId, GlobalId, Let, LocalId, PolicyId, ReadId,
    RecordId, Ty, UnionId,
};

/// An expression: its node, its static type, and its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Unique in the [`super::Hir`].
    pub id: ExprId,
    /// What it is.
    pub kind: ExprKind,
    /// Its static type. A `T` stands wherever a `T?` is wanted without a node of its own.
    pub ty: Ty,
    /// Whether evaluating it cannot fail.
    pub total: bool,
    /// Where it stands: errors are reported here.
    pub location: Location,
}

/// A constant of a scalar type, or absent.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// The absent value of an option.
    Absent,
    /// A `Bool`.
    Bool(bool),
    /// An `Int`.
    Int(i64),
    /// A `Decimal`.
    Decimal(Decimal),
    /// A `String`, and a `Host` or `Path` in its normal form.
    String(String),
    /// A `Timestamp`.
    Timestamp(Timestamp),
    /// A `Date`.
    Date(Date),
    /// A `TimeOfDay`.
    TimeOfDay(TimeOfDay),
    /// A `Duration`.
    Duration(Duration),
    /// An `Ip`.
    Ip(std::net::IpAddr),
    /// A `Cidr` without host bits.
    Cidr(ipnet::IpNet),
    /// A `SemVer`.
    SemVer(Box<semver::Version>),
    /// A `SemVerRange`, as written; it was checked.
    SemVerRange(String),
    /// A `Regex`, as written; it was checked.
    Regex(String),
    /// A `Glob`, as written; it was checked.
    Glob(String),
    /// A `Wildcard`, as written; it was checked.
    Wildcard(String),
    /// A `Url`, in its normal form.
    Url(String),
    /// `Bytes`.
    Bytes(Vec<u8>),
    /// A variant of an enum, by position.
    Variant(EnumId, u32),
    /// An entity, by type and id.
    Entity(EntityId, String),
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// What could not be checked. Never in a package that has no errors.
    Error,
    /// A constant.
    Const(Const),
    /// A variable. A `let` is evaluated at its first use.
    Local(LocalId),
    /// A module-level `let`.
    Global(GlobalId),
    /// Reference data.
    Data(DataId),
    /// `now`; fails with `no_now` where the host gave none.
    Now,

    /// `let a = …  let b = …  return body`: each evaluated at its first use, at most once.
    Let {
        /// The bindings.
        lets: Vec<Let>,
        /// The result.
        body: Box<Expr>,
    },
    /// `if`, with every `else if`: `(condition, value)` in order, then the last `else`.
    If {
        /// Conditions and what they give.
        branches: Vec<(Expr, Expr)>,
        /// What is given where no condition holds.
        otherwise: Box<Expr>,
    },
    /// `match`.
    Match {
        /// What is looked at, once.
        scrutinee: Box<Expr>,
        /// The first arm that fits gives the value; together they are exhaustive.
        arms: Vec<Arm>,
    },

    /// A record: fields in source order, each of the type declared; what is not named has its default
    /// (an `Expr` of its own here, with the constant of the definition) or is absent.
    Record {
        /// The type.
        record: RecordId,
        /// Fields, in order of evaluation.
        fields: Vec<(FieldId, Expr)>,
    },
    /// A tuple.
    Tuple(Vec<Expr>),
    /// A list.
    List(Vec<Expr>),
    /// A set.
    Set(Vec<Expr>),
    /// A map; two different values for one key fail with `duplicate_key`.
    Map(Vec<(Expr, Expr)>),
    /// Text with interpolations, in which values stand plain: neither quoted nor cut.
    Interpolation(Text),

    /// A field of a record, or one that all variants of a union declare with one type.
    Field {
        /// The record.
        base: Box<Expr>,
        /// Which field.
        field: FieldId,
    },
    /// The tag of a union that is told apart by a field: the text in that field, as it is spelled.
    Tag(Box<Expr>),
    /// An entity of a computed id; it need not be in the store.
    Entity {
        /// Its type.
        entity: EntityId,
        /// Its id, a `String`.
        id: Box<Expr>,
    },
    /// The id of an entity, or the name of its type: a `String`. The entity need not be in the store.
    EntityText {
        /// The entity.
        base: Box<Expr>,
        /// Which.
        part: EntityPart,
    },
    /// An attribute of an entity; fails with `no_entity` where the store does not have the entity.
    Attribute {
        /// The entity.
        base: Box<Expr>,
        /// Which attribute, for each type that the entity can have; all of one type.
        fields: Vec<(EntityId, FieldId)>,
    },
    /// A part of a tuple (from destructuring).
    Part {
        /// The tuple.
        base: Box<Expr>,
        /// Which part.
        index: u32,
    },
    /// `.name` on `Json`: absent where it is no object or has no such member, or the member is null.
    JsonField {
        /// The `Json`.
        base: Box<Expr>,
        /// The name.
        name: String,
    },
    /// `xs[i]`, `m[k]`, `json[i]`, `json["k"]`: absent where there is none.
    Index {
        /// List, map or `Json`.
        base: Box<Expr>,
        /// `Int`, the key's type, or for `Json` an `Int` or a `String`.
        index: Box<Expr>,
    },
    /// The steps behind `?.` and `?[…]`: absent where `base` is absent, otherwise `body` with `local`
    /// bound to what is present. The type is that of `body`, made optional.
    WithPresent {
        /// An option.
        base: Box<Expr>,
        /// Bound in `body`.
        local: LocalId,
        /// What is given.
        body: Box<Expr>,
    },
    /// A value that is known to be narrower than its type says: `T?` as `T`, a union as one variant's content, `Json`
    /// as what was asked for, an `Int` in a narrower range. Cannot fail, by what was tested before.
    Narrow(Box<Expr>),
    /// `base with { a.b: 1, c: 2 }`.
    With {
        /// The record.
        base: Box<Expr>,
        /// Paths and values, in source order. A path through what is absent fails with `absent_path`.
        updates: Vec<(Vec<WithStep>, Expr)>,
    },

    /// `and` and `or` over two or more operands, each evaluated no more than needed; `implies` over two.
    Logic {
        /// Which.
        op: Logic,
        /// Operands, in order.
        operands: Vec<Expr>,
    },
    /// `not`.
    Not(Box<Expr>),
    /// `a ?? b`.
    Coalesce(Box<Expr>, Box<Expr>),
    /// `== != < <= > >=` on two operands of one type.
    Compare {
        /// Which.
        op: Compare,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// `+ - * / div %`; the types of the operands say which arithmetic.
    Arithmetic {
        /// Which.
        op: Arith,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// Unary minus on an `Int`, `Decimal` or `Duration`.
    Negate(Box<Expr>),
    /// `x in xs` (`not in` is a `Not` around it).
    In {
        /// Membership in what.
        kind: InKind,
        /// The element.
        elem: Box<Expr>,
        /// The container.
        container: Box<Expr>,
    },
    /// `text matches pattern`: the whole text.
    Matches {
        /// A `String` (or what reads as text: `Host`, `Path`, `Url`).
        text: Box<Expr>,
        /// A `Regex`, `Glob` or `Wildcard`.
        pattern: Box<Expr>,
    },
    /// `text contains x`: a text or a match of a regex anywhere.
    Contains {
        /// A `String`.
        text: Box<Expr>,
        /// A `String` or a `Regex`.
        what: Box<Expr>,
    },
    /// `x is …`, as a `Bool` (`is not` is a `Not` around it).
    Is {
        /// What is tested.
        value: Box<Expr>,
        /// For what.
        test: IsTest,
    },
    /// `x as T`, `x as? T`.
    Cast {
        /// The value.
        value: Box<Expr>,
        /// What happens to what does not fit.
        cast: Cast,
        /// The type asked for. The node's type is this, or its option where `value` is an option or `cast` probes.
        to: Ty,
    },
    /// A conversion that the language makes on its own.
    Convert {
        /// Which.
        convert: Convert,
        /// The value.
        value: Box<Expr>,
    },

    /// `any`, `all`, `none`, `exactly one`.
    Quantified {
        /// Which.
        quantifier: Quantifier,
        /// Generators, outermost first.
        generators: Vec<Gen>,
        /// The body.
        body: Box<Expr>,
    },
    /// `[e for …]`, `{e for …}`, `{[k]: v for …}`, `count(…)`, `sum(…)`, … over a comprehension.
    Comprehension {
        /// What is made of the elements.
        aggregate: Aggregate,
        /// Generators, outermost first.
        generators: Vec<Gen>,
        /// `if`.
        filter: Option<Box<Expr>>,
        /// The element; for a map its key.
        elem: Box<Expr>,
        /// For a map the value.
        value: Option<Box<Expr>>,
    },

    /// `any a then b in xs: e`: whether some elements in their order, not necessarily adjacent, make `body` true. Tuples of
    /// elements are tried in lexicographic order of their positions.
    Then {
        /// What is bound, first to last; two or more.
        patterns: Vec<Pattern>,
        /// A list.
        source: Box<Expr>,
        /// `without c: e`: no element strictly between the first and the last one makes this true; evaluated after `body`.
        without: Option<Box<(Pattern, Expr)>>,
        /// The body.
        body: Box<Expr>,
    },
    /// `fold(x in xs, s = init: body)`.
    Fold {
        /// Generators, outermost first.
        generators: Vec<Gen>,
        /// The state: bound to `init`, then to each value of `body`.
        state: LocalId,
        /// Its first value; evaluated before the generators.
        init: Box<Expr>,
        /// Its next value.
        body: Box<Expr>,
    },
    /// `score { 30 when c, … }`: the exact sum of the weights whose condition holds; conditions in order.
    Score(Vec<ScorePart>),
    /// `m.descend(x => x.children)`: `base` and everything below it, in document order.
    Descend {
        /// The root.
        base: Box<Expr>,
        /// Bound to each node in `children`.
        local: LocalId,
        /// What stands directly below a node: a list of nodes, or one `T?`; evaluated when the node is visited.
        children: Box<Expr>,
        /// `descend_paths`: for each node the list of nodes that leads to it, root first, itself last.
        paths: bool,
    },

    /// A call of a function of the language.
    Call {
        /// Which.
        function: FunctionId,
        /// Arguments in the order of parameters (defaults and names were resolved; evaluation order is
        /// that of the source, which the checker keeps by `Let`s where it differs).
        args: Vec<Expr>,
    },
    /// A call of a function of the machine's library.
    Intrinsic {
        /// Which.
        intrinsic: IntrinsicId,
        /// Arguments.
        args: Vec<Expr>,
    },

    /// `P(x)` in a test or property: the decision as a value.
    Decide {
        /// The policy.
        policy: PolicyId,
        /// Its input.
        input: Box<Expr>,
        /// Parameters that are given.
        params: Vec<(LocalId, Expr)>,
    },
    /// `fixture(…)` and its kin, in tests.
    Fixture {
        /// Which.
        kind: FixtureKind,
        /// The path, relative to the file.
        path: Box<Expr>,
        /// A JSON Pointer into the document.
        pointer: Option<Box<Expr>>,
        /// What each document or row is read as right away, where the program says so: the cells of CSV and TSV
        /// are read by it. The cast is a node of its own around this one, whose type is `Json` then.
        rows: Option<Ty>,
    },
}

/// What an entity says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityPart {
    /// Its id.
    Id,
    /// The name of its type: the last part, unless another entity type of the package ends alike.
    Type,
}

/// An entry of `score`.
#[derive(Clone, Debug)]
pub struct ScorePart {
    /// A constant `Int` or `Decimal`.
    pub weight: Expr,
    /// When it counts.
    pub condition: Expr,
    /// Where it stands.
    pub location: Location,
}

/// An arm of `match`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// It fits where one of these does.
    pub patterns: Vec<MatchPattern>,
    /// What it binds.
    pub bind: Option<Pattern>,
    /// What it gives.
    pub body: Expr,
    /// The patterns as written.
    pub location: Location,
}

/// What an arm of `match` asks for.
#[derive(Clone, Debug)]
pub enum MatchPattern {
    /// `absent`.
    Absent,
    /// A constant, or a variant of an enum.
    Const(Const),
    /// A variant of a union; `bind` then binds its content.
    UnionVariant(UnionId, u32),
    /// An entity of a type; `bind` then binds it, narrowed.
    Entity(EntityId),
    /// A tuple, part by part.
    Tuple(Vec<MatchPattern>),
    /// Anything (`_`, `else`, or a part that is only bound).
    Any,
}

/// A pattern that takes a value apart; it always fits.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// How.
    pub kind: PatternKind,
    /// Where it stands.
    pub location: Location,
}

/// How a pattern takes a value apart.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// `_`.
    Ignore,
    /// A name.
    Bind(LocalId),
    /// `(a, b)`.
    Tuple(Vec<Pattern>),
    /// `{ a, b }`.
    Record(RecordId, Vec<(FieldId, Pattern)>),
}

/// A generator: `pattern in source`.
#[derive(Clone, Debug)]
pub struct Gen {
    /// Bound for each element; for a map the element is the pair of key and value.
    pub pattern: Pattern,
    /// A list, set or map.
    pub source: Expr,
}

/// Text with interpolations.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its parts.
    pub parts: Vec<TextPart>,
    /// Where it stands.
    pub location: Location,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub enum TextPart {
    /// Text as it is.
    Literal(String),
    /// A value, with its source text for `template` and `values`.
    Value {
        /// The expression as written.
        source: String,
        /// Its value.
        value: Expr,
    },
}

/// A step of a path in `with`.
#[derive(Clone, Debug)]
pub enum WithStep {
    /// A field of a record.
    Field(FieldId),
    /// A key of a map.
    Key(Expr),
    /// The content of a union's variant, which is known to be this one; the tag stays as it is spelled.
    Variant(UnionId, u32),
}

/// Logical operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Logic {
    /// `and`.
    And,
    /// `or`.
    Or,
    /// `implies`.
    Implies,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// `==`.
    Eq,
    /// `!=`.
    Ne,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
}

/// Arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arith {
    /// `+`: `Int`, `Decimal`, `Duration`; `Timestamp + Duration`.
    Add,
    /// `-`: `Int`, `Decimal`, `Duration`; `Timestamp - Duration`, `Timestamp - Timestamp`, `Date - Date`.
    Sub,
    /// `*`: `Int`, `Decimal`; `Duration * Int`, `Int * Duration`.
    Mul,
    /// `/`: two `Decimal`s (of two `Int`s the checker converts both).
    Div,
    /// `div`: Euclidean, on `Int`.
    IntDiv,
    /// `%`: Euclidean, on `Int`.
    Rem,
}

/// What `in` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InKind {
    /// An element of a list.
    List,
    /// An element of a set.
    Set,
    /// A key of a map.
    MapKey,
    /// An `Ip` in a `Cidr`.
    IpInCidr,
    /// A `Cidr` within a `Cidr`.
    CidrInCidr,
    /// An entity in an entity: the same, or below it in the store; fails with `no_entity`.
    Entity,
    /// An entity in one of a list or set of entities, in order.
    EntityIn,
}

/// What `is` asks for.
#[derive(Clone, Debug)]
pub enum IsTest {
    /// `is present`, on an option or `Json?`.
    Present,
    /// `is absent`.
    Absent,
    /// `is empty`, on text, list, set or map.
    Empty,
    /// `is V`: present and equal, on an option or a present value. On `Json`: of the same kind and equal.
    Equal(Box<Expr>),
    /// `is T` on `Json`: of that kind (`String`, `Bool`, `Int`, `Decimal`, `List<Json>`, `Map<String, Json>`).
    JsonKind(Ty),
    /// `is variant` on a union.
    UnionVariant(UnionId, u32),
    /// `is T` on an entity of several possible types.
    Entity(EntityId),
}

/// What happens to a value that does not fit the type of a cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cast {
    /// `as`: absent stays absent, a present misfit fails with `mismatch`.
    Must,
    /// `as?`: a misfit is absent.
    Probe,
}

/// Conversions that the language makes on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Convert {
    /// `Int` to `Decimal`.
    IntToDecimal,
    /// A record (or a structure of records) to a narrower one, field by field.
    Project,
    /// A `read by` value to its base.
    ReadValue(ReadId),
    /// A `read by` value to its original text.
    ReadText(ReadId),
    /// A literal to a `read by` type: the reader runs on it at compile time.
    Read(ReadId),
    /// Any value to `Json`.
    ToJson,
    /// The content of a union's variant to the union: the variant, and which of its tags is spelled (0 for a shape).
    ToUnion(UnionId, u32, u32),
}

/// Quantifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `any`.
    Any,
    /// `all`.
    All,
    /// `none`.
    None,
    /// `exactly one`.
    ExactlyOne,
}

/// What a comprehension makes of its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// `[e for …]`.
    List,
    /// `{e for …}`.
    Set,
    /// `{[k]: v for …}`; two different values for one key fail with `duplicate_key`.
    Map,
    /// `count(…)`.
    Count,
    /// `sum(…)` of `Int`, `Decimal` or `Duration`: exact, fails only if the result does not fit.
    Sum,
    /// `min(…)`: absent of nothing.
    Min,
    /// `max(…)`: absent of nothing.
    Max,
    /// `avg(…)` of `Decimal`: absent of nothing.
    Avg,
}

/// Ways to read a file in a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixtureKind {
    /// `fixture(path)`: one document, `Json`.
    One,
    /// `documents(path)`: every document of a file, `List<Json>`.
    Documents,
    /// `fixtures(pattern)`: one document of each file that matches, `List<Json>`.
    Many,
    /// `table(path)`: the rows of a CSV or TSV file, `List<Json>`.
    Table,
}
