//! A compiled program: flat tables that refer to each other by position.
//!
//! Nothing here is recursive, so that decoding hostile bytes cannot exhaust the stack; what refers to the
//! same table refers to earlier positions only (the verifier holds it to that).

pub use crate::duties::{Exception, Joins, Obligation, ObligationOn};
use crate::inst::Inst;
use crate::scalar::{Date, DecimalBits, Duration, TimeOfDay, Timestamp};
use crate::types::{EntityType, Type};

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in its table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// A position in [`Program::texts`].
    TextId,
    /// A position in [`Program::types`].
    TypeId,
    /// A position in [`Program::consts`].
    ConstId,
    /// A position in [`Program::patterns`].
    PatternId,
    /// A position in [`Program::functions`].
    FunctionIndex,
    /// A position in [`Program::plans`].
    PlanId,
    /// A position in [`Program::formats`].
    FormatId,
    /// A position in [`Program::entities`].
    EntityIndex,
}

/// A compiled program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The semantics that it was compiled for, for example `"2027"`.
    pub edition: String,
    /// The digest of the library's table that positions of intrinsics refer to; zeros in a program from a bundle, which names
    /// its functions.
    pub intrinsics: [u8; 32],
    /// Strings.
    pub texts: Vec<String>,
    /// Types.
    pub types: Vec<Type>,
    /// Types of entities, in the order of their qualified names, which is also the order of entities.
    pub entities: Vec<EntityType>,
    /// Constants.
    pub consts: Vec<Constant>,
    /// Patterns.
    pub patterns: Vec<PatternSource>,
    /// Text formats.
    pub formats: Vec<Format>,
    /// Projections of wider records to narrower ones.
    pub projections: Vec<Projection>,
    /// Plans for reading documents.
    pub plans: Vec<Plan>,
    /// Code.
    pub code: Vec<Inst>,
    /// Functions, in the order of their code.
    pub functions: Vec<Function>,
    /// Data items, in the order of their qualified names.
    pub data: Vec<DataItem>,
    /// Module-level `let`s over data, dependencies first.
    pub globals: Vec<GlobalItem>,
    /// Obligations that rules may ask for.
    pub obligations: Vec<Obligation>,
    /// Exceptions, in the order in which they are listed where several hold.
    pub exceptions: Vec<Exception>,
    /// Policies.
    pub policies: Vec<Policy>,
    /// What only explanations and error messages need.
    pub debug: Debug,
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// Absent.
    Absent,
    /// JSON `null`, inside `Json`.
    Null,
    /// A `Bool`.
    Bool(bool),
    /// An `Int`.
    Int(i64),
    /// A `Decimal`.
    Decimal(DecimalBits),
    /// A `String`, `Host`, `Path` or `Url`, in normal form.
    Text(TextId),
    /// A `Timestamp`.
    Timestamp(Timestamp),
    /// A `Date`.
    Date(Date),
    /// A `TimeOfDay`.
    TimeOfDay(TimeOfDay),
    /// A `Duration`.
    Duration(Duration),
    /// An `Ip`: version 4 has four bytes, version 6 sixteen.
    Ip(Vec<u8>),
    /// A `Cidr`: the address as in [`Constant::Ip`], and the prefix length.
    Cidr(Vec<u8>, u8),
    /// A `SemVer`, as text.
    SemVer(TextId),
    /// A `SemVerRange`, as text.
    SemVerRange(TextId),
    /// `Bytes`.
    Bytes(Vec<u8>),
    /// A `Regex`, `Glob` or `Wildcard`.
    Pattern(PatternId),
    /// A variant of an enum, by position.
    Variant(u32),
    /// A list.
    List(Vec<ConstId>),
    /// A set: sorted, each once.
    Set(Vec<ConstId>),
    /// A map: key and value in turn, sorted by key.
    Map(Vec<ConstId>),
    /// A tuple.
    Tuple(Vec<ConstId>),
    /// A record: one a field, by rank.
    Record(Vec<ConstId>),
    /// A union's value: its variant, its content, and its tag as spelled (absent where shapes tell variants apart).
    Union(u32, ConstId, ConstId),
    /// A `read by` value and its original text; none where it was made from a structure.
    Read(ConstId, Option<TextId>),
    /// An entity, by type and id.
    Entity(EntityIndex, TextId),
}

/// A pattern, as source; the machine compiles it when it loads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatternSource {
    /// The kind.
    pub kind: PatternKind,
    /// The text.
    pub text: TextId,
}

impl PatternKind {
    /// The fuel of compiling a pattern of a document, besides that of its bytes and its states.
    pub const COMPILE: u64 = 64;

    /// The fuel of each of its bytes.
    pub const COMPILE_A_BYTE: u64 = 16;

    /// The fuel of its states at most: those of the largest pattern that compiles.
    pub const COMPILE_STATES: u64 = 4_096;
}

/// Kinds of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatternKind {
    /// A regular expression.
    Regex,
    /// A glob.
    Glob,
    /// A wildcard.
    Wildcard,
}

/// A text format: literal parts and values with their types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// Its parts; every `Value` takes the next staged value.
    pub parts: Vec<FormatPart>,
}

/// A part of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormatPart {
    /// Text as it is.
    Literal(TextId),
    /// A value of a type.
    Value(TypeId),
}

/// How a value of one type becomes one of a narrower type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Projection {
    /// The value as it is.
    Same,
    /// A record: for each field of the narrower one, the rank in the wider one and how it becomes narrower.
    Record(Vec<(u16, u32)>),
    /// Every element of a list, and of a set (sorted anew).
    Elements(u32),
    /// Every value of a map.
    Values(u32),
    /// Every part of a tuple.
    Parts(Vec<u32>),
    /// What an option holds.
    Option(u32),
}

/// How a document, or a part of it, is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The type.
    pub ty: TypeId,
    /// How much of it.
    pub read: Read,
}

/// How much of a value is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Read {
    /// Nothing: only that it is JSON is checked; the slot is absent.
    Skip,
    /// All of it.
    Whole,
    /// Parts: a record's fields by rank, a list's or set's element, a map's key and value, a tuple's parts,
    /// an option's value, a union's variants. A skipped part has a plan with [`Read::Skip`].
    Parts(Vec<PlanId>),
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The first instruction.
    pub start: u32,
    /// One past the last instruction.
    pub end: u32,
    /// Parameters, which are the first registers.
    pub params: u16,
    /// Registers.
    pub registers: u16,
    /// `let` slots.
    pub lets: u16,
    /// The type of the result; none for a policy's body.
    pub result: Option<TypeId>,
}

/// A data item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataItem {
    /// The qualified name.
    pub name: TextId,
    /// Its type.
    pub ty: TypeId,
    /// What it is where nothing was loaded.
    pub default: Option<ConstId>,
    /// After how long reading it fails with `stale_data`.
    pub max_age: Option<Duration>,
}

/// A module-level `let` over data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalItem {
    /// The qualified name.
    pub name: TextId,
    /// Computes it; takes no parameters.
    pub function: FunctionIndex,
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The qualified name.
    pub name: TextId,
    /// The type of its input.
    pub input: TypeId,
    /// How a document is read for it.
    pub plan: PlanId,
    /// Parameters: name, type and default.
    pub params: Vec<Parameter>,
    /// Its code: the input and then the parameters are its arguments.
    pub body: FunctionIndex,
    /// The outcome when nothing decides.
    pub default: DefaultOutcome,
    /// Whether the first deciding rule wins.
    pub resolve_first: bool,
    /// The fuel that a decision takes at most, what text costs left out; none where a size has no greatest.
    pub bound: Option<u64>,
    /// Rules, in source order.
    pub rules: Vec<Rule>,
    /// `mode`, where it is a constant.
    pub mode: Mode,
    /// Computes the mode from the parameters, where it is none; the weaker of both counts.
    pub mode_of: Option<FunctionIndex>,
    /// Annotations of the policy itself.
    pub annotations: Annotations,
}

/// A parameter of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name.
    pub name: TextId,
    /// Its type.
    pub ty: TypeId,
    /// Its value where none is given.
    pub default: Option<ConstId>,
}

/// The outcome when nothing decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultOutcome {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
    /// Escalate to whom the text names.
    Escalate(TextId),
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

/// What a finding does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `deny`.
    Deny,
    /// `require`.
    Require,
    /// `allow`.
    Allow,
    /// `escalate`.
    Escalate,
    /// `warn`.
    Warn,
    /// `oblige`.
    Oblige {
        /// A position in [`Program::obligations`].
        obligation: u32,
    },
    /// `transform`.
    Transform,
    /// `include`, and `require` of another policy's outcome.
    Include {
        /// A position in [`Program::policies`].
        policy: u32,
        /// What joins.
        joins: Joins,
    },
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: TextId,
    /// What a finding does.
    pub effect: Effect,
    /// What its generators bind: the first notes of a finding.
    pub bindings: Vec<NoteType>,
    /// The values of its messages: the notes after the bindings.
    pub values: Vec<NoteType>,
    /// `because`.
    pub because: Option<Message>,
    /// `fix`.
    pub fix: Option<Message>,
    /// `details`: the note at this position, among `values`.
    pub details: Option<u16>,
    /// The payload of an `oblige` and the new value of a `transform`: the note at this position, among `values`. The JSON
    /// Pointer of a `transform` is the note before it.
    pub given: Option<u16>,
    /// To whom an `escalate` goes.
    pub to: Option<Message>,
    /// `@mode`.
    pub mode: Mode,
    /// `@on_error(skip)`.
    pub on_error_skip: bool,
    /// `@no_exceptions`.
    pub no_exceptions: bool,
    /// Exceptions to it, as positions in [`Program::exceptions`], ascending. A finding's notes end with the values of each.
    pub exceptions: Vec<u32>,
    /// Of an include: the parts of the input that the included policy decides on, as in `reads`.
    pub on: Vec<TextId>,
    /// Annotations, what the policy says included.
    pub annotations: Annotations,
    /// Parts of the input that its conditions read, as JSON Pointers in which `*` stands for any element or key.
    pub reads: Vec<TextId>,
    /// Where it stands.
    pub place: Place,
}

/// A value that a finding carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteType {
    /// The name of a binding, or the source of an expression.
    pub name: TextId,
    /// Its type.
    pub ty: TypeId,
}

/// A message: `because`, `fix`, or whom to escalate to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its parts.
    pub parts: Vec<MessagePart>,
}

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessagePart {
    /// Text as it is.
    Literal(TextId),
    /// The note at this position, among [`Rule::values`].
    Value(u16),
}

/// Annotations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    /// `@owner`.
    pub owner: Option<TextId>,
    /// `@severity`: `low`, `medium`, `high`, `critical`.
    pub severity: Option<TextId>,
    /// `@controls`.
    pub controls: Vec<TextId>,
    /// `@link`.
    pub links: Vec<TextId>,
    /// `@tags`.
    pub tags: Vec<TextId>,
    /// Documentation.
    pub doc: Option<TextId>,
}

/// A place in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, a position in [`Debug::files`].
    pub file: u32,
    /// The first byte.
    pub lo: u32,
    /// One past the last byte.
    pub hi: u32,
    /// The line of the first byte, from 1.
    pub line: u32,
    /// The column of the first byte in characters, from 1.
    pub column: u32,
}

/// What only explanations and error messages need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Debug {
    /// Paths of sources, relative to the project.
    pub files: Vec<String>,
    /// The names of functions.
    pub functions: Vec<String>,
    /// Places of instructions that may fail or call: position in the code, and place; sorted.
    pub places: Vec<(u32, Place)>,
    /// Nodes that `probe` speaks of.
    pub nodes: Vec<Node>,
}

/// A node of the source that `probe` speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// Its type.
    pub ty: TypeId,
    /// The part of the input that it reads as it stands, as in [`Rule::reads`].
    pub input: Option<TextId>,
    /// The policy that it belongs to, if it does.
    pub policy: Option<u32>,
    /// The rule that it belongs to, if it does.
    pub rule: Option<u32>,
}
