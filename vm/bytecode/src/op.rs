//! The instruction set, as one table.
//!
//! Everything that speaks of instructions comes from this table: the enum, encoding, the verifier's
//! operand checks, disassembly, and `docs/instructions.md`. To add an instruction is to add a row.
//!
//! **Form.** An instruction is eight bytes: an opcode, a byte `x`, and three 16-bit operands `a`, `b`, `c`
//! (`bc` read together is 32 bits, `b` the low half).
//!
//! **Registers.** A frame has as many registers as its function declares. A *source* operand below
//! [`CONST_BASE`] is a register, otherwise constant `operand - CONST_BASE` of the pool. Values are typed by
//! themselves; the verifier holds operands to their kinds, and a mismatch at run time is the error
//! `internal`, never another meaning.
//!
//! **Failing.** An instruction marked `fails` may fail. Control then goes to the innermost guard: frames
//! are left down to the one that holds it, staged values and accumulators are dropped to where they stood when it was set, and
//! `let`s that were being evaluated remember the failure.

/// Source operands from here on are constants.
pub const CONST_BASE: u16 = 0x8000;

/// What an operand means, which is also what the verifier checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A register that is written.
    Dst,
    /// A register and its successor, both written.
    DstPair,
    /// A register or a constant that is read.
    Src,
    /// The first of consecutive registers that hold arguments.
    Args,
    /// A loop's pair of registers: what is iterated, and the position.
    Iter,
    /// An absolute position in the code of the same function.
    Target,
    /// A position relative to the next instruction, signed.
    Near,
    /// A number.
    Number,
    /// 1: jump where the comparison holds; 0: where it does not.
    Sense,
    /// An index into the constant pool.
    Const,
    /// A string of the pool, by index.
    Text,
    /// A field of a record, by rank.
    Field,
    /// A type, by index.
    Type,
    /// A type of entities, by index.
    Entity,
    /// A function, by index.
    Function,
    /// A data item, by index.
    Data,
    /// A global, by index.
    Global,
    /// A policy, by index.
    Policy,
    /// A rule of the policy that the function belongs to, by index.
    Rule,
    /// An exception, by index.
    Exception,
    /// A `let` slot of the function, by index.
    Let,
    /// A function of the library, by position.
    Intrinsic,
    /// A text format, by index.
    Format,
    /// A projection, by index.
    Projection,
    /// A node of the source, by index.
    Node,
    /// A [`JsonKind`].
    JsonKind,
    /// 0: a misfit fails with `mismatch`; 1: it gives absent.
    Probe,
    /// An [`Accumulator`].
    Accumulator,
    /// A [`FixtureForm`].
    Fixture,
}

/// Where an operand stands in the eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The byte after the opcode.
    X,
    /// The first 16 bits.
    A,
    /// The first 16 bits, and above them the byte after the opcode.
    Ax,
    /// The second 16 bits.
    B,
    /// The third 16 bits.
    C,
    /// The second and third together.
    Bc,
}

/// An operand: its name in the documentation, its meaning and its place.
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    /// The name.
    pub name: &'static str,
    /// The meaning.
    pub kind: Kind,
    /// The place.
    pub place: Place,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The name in disassembly.
    pub name: &'static str,
    /// The name with the kinds and places of operands, `jump(Target@Bc)`: an instruction with others is another one.
    pub signature: &'static str,
    /// Operands, in the order of disassembly.
    pub operands: &'static [Operand],
    /// Where control may go on besides the instruction below.
    pub(crate) ways: Ways,
    /// Whether it may fail.
    pub fails: bool,
    /// Units of fuel, charged with its basic block.
    pub fuel: u32,
    /// What it does; empty without the feature `docs`.
    pub doc: &'static str,
}

/// Where control may go on besides the instruction below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ways {
    /// Nowhere else.
    On,
    /// Where an operand of the kind [`Kind::Target`] says.
    Target,
    /// Where an operand of the kind [`Kind::Near`] says.
    Near,
}

impl Ways {
    /// What operands of some kinds say, of which one at most says where to go.
    const fn of(kinds: &[Kind]) -> Self {
        let mut ways = Self::On;
        let mut rest = kinds;
        while let [kind, others @ ..] = rest {
            if matches!(kind, Kind::Target | Kind::Near) {
                assert!(matches!(ways, Self::On), "an instruction with two ways to go on");
                ways = if matches!(kind, Kind::Near) { Self::Near } else { Self::Target };
            }
            rest = others;
        }
        ways
    }
}

/// Kinds of JSON values, as `is T` asks for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum JsonKind {
    /// `Bool`.
    Bool = 0,
    /// A number that is an integer in 64 bits.
    Int = 1,
    /// Any number.
    Number = 2,
    /// `String`.
    Text = 3,
    /// An array.
    List = 4,
    /// An object.
    Object = 5,
}

/// What an accumulator makes of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Accumulator {
    /// The exact sum of `Int`s.
    SumInt = 0,
    /// The exact sum of `Decimal`s.
    SumDecimal = 1,
    /// The exact sum of `Duration`s.
    SumDuration = 2,
    /// The least value, absent of nothing.
    Min = 3,
    /// The greatest value, absent of nothing.
    Max = 4,
    /// The mean of `Decimal`s, half-even at 28 digits, absent of nothing.
    Avg = 5,
}

/// Ways to read a file in a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FixtureForm {
    /// One document.
    One = 0,
    /// Every document of a file.
    Documents = 1,
    /// One document of each file that matches.
    Many = 2,
    /// The rows of a table.
    Table = 3,
}

macro_rules! instructions {
    (@fails fails) => { true };
    (@fails total) => { false };
    (@operands) => { "" };
    (@operands $kind:ident $place:ident) => { concat!(stringify!($kind), "@", stringify!($place)) };
    (@operands $kind:ident $place:ident $($rest:ident)+) => {
        concat!(stringify!($kind), "@", stringify!($place), ",", instructions!(@operands $($rest)+))
    };
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal ($($operand:ident: $kind:ident @ $place:ident),*) $fails:ident $fuel:literal;)*) => {
        /// An operation. The byte of each is its position in the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Op {
            /// Every operation, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The row of this operation.
            #[must_use]
            pub const fn info(self) -> &'static Info {
                match self {
                    $(Self::$variant => const { &Info {
                        name: $name,
                        signature: concat!($name, "(", instructions!(@operands $($kind $place)*), ")"),
                        operands: &[$(Operand { name: stringify!($operand), kind: Kind::$kind, place: Place::$place },)*],
                        ways: Ways::of(&[$(Kind::$kind,)*]),
                        fails: instructions!(@fails $fails),
                        fuel: $fuel,
                        doc: if cfg!(feature = "docs") { concat!($($doc, "\n",)+) } else { "" },
                    } },)*
                }
            }

            /// The operation of a byte, if there is one.
            #[must_use]
            pub fn from_byte(byte: u8) -> Option<Self> {
                Self::ALL.get(usize::from(byte)).copied()
            }
        }
    };
}

instructions! {
    // Control.
    /// Goes on at `to`.
    Jump "jump" (to: Target@Bc) total 1;
    /// Goes on at `to` if the `Bool` is true.
    JumpIf "jump.if" (cond: Src@A, to: Target@Bc) total 1;
    /// Goes on at `to` if the `Bool` is false.
    JumpUnless "jump.unless" (cond: Src@A, to: Target@Bc) total 1;
    /// Goes on at `to` if the value is absent.
    JumpAbsent "jump.absent" (value: Src@A, to: Target@Bc) total 1;
    /// Goes on at `to` if the value is present.
    JumpPresent "jump.present" (value: Src@A, to: Target@Bc) total 1;
    /// Charges the fuel of the basic block that begins here; past the limit the decision ends.
    Charge "charge" (units: Number@Bc) total 0;
    /// Calls a function with arguments in consecutive registers.
    Call "call" (dst: Dst@A, function: Function@B, args: Args@C) fails 4;
    /// Ends the function with a value.
    Return "return" (value: Src@A) total 1;
    /// Ends what has no value: a policy's body.
    Finish "finish" () total 1;
    /// Makes sure that a `let` is evaluated: goes on below if it is, fails again if it failed, otherwise runs
    /// its code at `to`, which ends in `let.done` and comes back here.
    LetUse "let.use" (slot: Let@A, code: Target@Bc) fails 1;
    /// Ends the code of a `let`: marks it as evaluated and goes back.
    LetDone "let.done" (slot: Let@A) total 1;
    /// Marks a range of `let`s as not evaluated: a scope is entered again.
    LetReset "let.reset" (first: Let@A, count: Number@Bc) total 1;
    /// From here on a failure goes on at `to`. Replaces the frame's guard.
    Guard "guard" (to: Target@Bc) total 1;
    /// Takes the frame's guard away.
    Unguard "unguard" () total 1;

    // Loads.
    /// Copies a value.
    Move "move" (dst: Dst@A, src: Src@B) total 1;
    /// Loads a constant whose index does not fit a source operand.
    Const "const" (dst: Dst@A, index: Const@Bc) total 1;
    /// Loads a data item of the snapshot; fails with `stale_data`.
    Data "data" (dst: Dst@A, item: Data@Bc) fails 1;
    /// Loads a module-level `let` of the snapshot; fails as it failed there.
    Global "global" (dst: Dst@A, item: Global@Bc) fails 1;
    /// Loads the time of the decision; fails with `no_now`.
    Now "now" (dst: Dst@A) fails 1;

    // Structures.
    /// Reads a field of a record, or a part of a tuple.
    Field "field" (dst: Dst@A, base: Src@B, field: Field@C) total 1;
    /// Copies a record with one field replaced.
    SetField "set.field" (field: Number@X, dst: Dst@A, base: Src@B, value: Src@C) total 4;
    /// Copies a map with one entry replaced or added; key and value stand in consecutive registers.
    SetKey "set.key" (dst: Dst@A, base: Src@B, entry: Args@C) total 8;
    /// Begins to stage values for a structure.
    Begin "begin" () total 1;
    /// Stages a value.
    Push "push" (value: Src@A) total 1;
    /// Makes a record of the staged values, one a field, by rank.
    MakeRecord "make.record" (dst: Dst@A, record: Type@Bc) total 2;
    /// Makes a tuple of the staged values.
    MakeTuple "make.tuple" (dst: Dst@A) total 2;
    /// Makes a list of the staged values.
    MakeList "make.list" (dst: Dst@A) total 2;
    /// Makes a set of the staged values: sorted, each once.
    MakeSet "make.set" (dst: Dst@A) total 4;
    /// Makes a map of the staged values, key and value in turn; fails with `duplicate_key`.
    MakeMap "make.map" (dst: Dst@A) fails 4;
    /// Makes a value of a union from a variant's content and its tag as spelled (absent where shapes tell variants
    /// apart), which stand in consecutive registers.
    MakeUnion "make.union" (dst: Dst@A, parts: Args@B, variant: Number@C) total 2;
    /// Takes the content of a union's value.
    Content "content" (dst: Dst@A, value: Src@B) total 1;
    /// Takes the tag of a union's value, as it is spelled.
    Tag "tag" (dst: Dst@A, value: Src@B) total 1;
    /// Goes on at `to` if the value of the union is (`x` = 1) or is not (`x` = 0) of the variant.
    JumpVariant "jump.variant" (sense: Sense@X, value: Src@A, variant: Number@B, to: Near@C) total 1;
    /// Goes on if the value is present; fails with `absent_path` otherwise: a step of `with`.
    RequirePresent "require.present" (value: Src@A) fails 1;
    /// A member of a JSON object; absent where there is none, where it is null, or where it is no object.
    JsonField "json.field" (dst: Dst@A, base: Src@B, name: Text@C) total 2;
    /// An element of a list; absent where there is none.
    IndexList "index.list" (dst: Dst@A, base: Src@B, index: Src@C) total 1;
    /// The value of a key; absent where there is none.
    IndexMap "index.map" (dst: Dst@A, base: Src@B, key: Src@C) total 4;
    /// An element or member of `Json`, by `Int` or `String`; absent where there is none.
    IndexJson "index.json" (dst: Dst@A, base: Src@B, index: Src@C) total 4;

    // Entities.
    /// An entity of a type, by its id.
    MakeEntity "make.entity" (dst: Dst@A, id: Src@B, entity: Entity@C) total 1;
    /// The id of an entity, as text.
    EntityId "entity.id" (dst: Dst@A, base: Src@B) total 1;
    /// The name of an entity's type, as text.
    EntityType "entity.type" (dst: Dst@A, base: Src@B) total 1;
    /// The attributes of an entity, a record; fails with `no_entity`, `missing_entities`.
    Attributes "attributes" (dst: Dst@A, base: Src@B) fails 2;
    /// Goes on at `to` if the entity is (`x` = 1) or is not (`x` = 0) of the type.
    JumpEntity "jump.entity" (sense: Sense@X, value: Src@A, entity: Entity@B, to: Near@C) total 1;
    /// Whether an entity is, or lies below, another one or one of a list or set; fails with `no_entity`, `missing_entities`.
    InEntity "in.entity" (dst: Dst@A, elem: Src@B, container: Src@C) fails 4;

    // Loops.
    /// Prepares a loop over a list, set or map: `iter` takes what is iterated, the next register the position.
    Iter "iter" (iter: DstPair@A, source: Src@B) total 1;
    /// Loads the next element, or goes on at `exit` if there is none and takes a unit of fuel.
    Next "next" (elem: Dst@A, iter: Iter@B, exit: Near@C) total 2;
    /// Loads the next key and value of a map, or goes on at `exit` if there is none and takes a unit of fuel.
    NextEntry "next.entry" (entry: DstPair@A, iter: Iter@B, exit: Near@C) total 2;
    /// Begins a descent from a root: to the nodes below it (`paths` = 0), or to the list of nodes that leads to each (1).
    Descend "descend" (root: Src@A, paths: Number@B) total 2;
    /// Visits the next node of the innermost descent, or goes on at `exit` if there is none.
    NextNode "next.node" (node: Dst@A, exit: Near@C) total 2;
    /// What stands directly below the node that was visited last: a list of nodes, or one that may be absent.
    Below "below" (children: Src@A) total 1;
    /// Ends the innermost descent with the list of what was visited.
    Descended "descended" (dst: Dst@A) total 2;

    // Tests and comparisons.
    /// The negation of a `Bool`.
    Not "not" (dst: Dst@A, value: Src@B) total 1;
    /// Whether a value is present.
    Present "present" (dst: Dst@A, value: Src@B) total 1;
    /// Whether text, list, set or map is empty.
    Empty "empty" (dst: Dst@A, value: Src@B) total 1;
    /// Whether a JSON value is present and of a kind.
    IsJson "is.json" (dst: Dst@A, value: Src@B, kind: JsonKind@C) total 1;
    /// Whether two values are equal, structures by content; absent equals absent.
    Eq "eq" (dst: Dst@A, left: Src@B, right: Src@C) total 2;
    /// Whether two `Int`s are equal.
    EqInt "eq.int" (dst: Dst@A, left: Src@B, right: Src@C) total 1;
    /// Whether two strings are equal.
    EqText "eq.text" (dst: Dst@A, left: Src@B, right: Src@C) total 1;
    /// Whether the left value stands before the right.
    Lt "lt" (dst: Dst@A, left: Src@B, right: Src@C) total 2;
    /// Whether the left value stands before the right or beside it.
    Le "le" (dst: Dst@A, left: Src@B, right: Src@C) total 2;
    /// `lt` on `Int`s.
    LtInt "lt.int" (dst: Dst@A, left: Src@B, right: Src@C) total 1;
    /// `le` on `Int`s.
    LeInt "le.int" (dst: Dst@A, left: Src@B, right: Src@C) total 1;
    /// Compares and branches: `eq`.
    JumpEq "jump.eq" (sense: Sense@X, left: Src@A, right: Src@B, to: Near@C) total 2;
    /// Compares and branches: `eq.int`.
    JumpEqInt "jump.eq.int" (sense: Sense@X, left: Src@A, right: Src@B, to: Near@C) total 1;
    /// Compares and branches: `eq.text`.
    JumpEqText "jump.eq.text" (sense: Sense@X, left: Src@A, right: Src@B, to: Near@C) total 1;
    /// Compares and branches: `lt`.
    JumpLt "jump.lt" (sense: Sense@X, left: Src@A, right: Src@B, to: Near@C) total 2;
    /// Compares and branches: `le`.
    JumpLe "jump.le" (sense: Sense@X, left: Src@A, right: Src@B, to: Near@C) total 2;
    /// Compares and branches: `lt.int`.
    JumpLtInt "jump.lt.int" (sense: Sense@X, left: Src@A, right: Src@B, to: Near@C) total 1;
    /// Compares and branches: `le.int`.
    JumpLeInt "jump.le.int" (sense: Sense@X, left: Src@A, right: Src@B, to: Near@C) total 1;
    /// Whether a value is in a list, set, map (as a key) or network.
    In "in" (dst: Dst@A, elem: Src@B, container: Src@C) total 4;
    /// `in`, and branches.
    JumpIn "jump.in" (sense: Sense@X, elem: Src@A, container: Src@B, to: Near@C) total 4;
    /// Whether the whole text matches a pattern.
    Matches "matches" (dst: Dst@A, text: Src@B, pattern: Src@C) total 8;
    /// `matches`, and branches.
    JumpMatches "jump.matches" (sense: Sense@X, text: Src@A, pattern: Src@B, to: Near@C) total 8;
    /// Whether the whole of a `Host` matches a pattern: in globs `*` is one label, `**` any number of them.
    MatchesHost "matches.host" (dst: Dst@A, text: Src@B, pattern: Src@C) total 8;
    /// Whether a text or a match of a regex stands anywhere in a text.
    Contains "contains" (dst: Dst@A, text: Src@B, what: Src@C) total 8;
    /// `contains`, and branches.
    JumpContains "jump.contains" (sense: Sense@X, text: Src@A, what: Src@B, to: Near@C) total 8;

    // Arithmetic.
    /// `Int + Int`; fails with `overflow`.
    AddInt "add.int" (dst: Dst@A, left: Src@B, right: Src@C) fails 1;
    /// `Int - Int`; fails with `overflow`.
    SubInt "sub.int" (dst: Dst@A, left: Src@B, right: Src@C) fails 1;
    /// `Int * Int`; fails with `overflow`.
    MulInt "mul.int" (dst: Dst@A, left: Src@B, right: Src@C) fails 1;
    /// `Int div Int`, Euclidean; fails with `division_by_zero`, `overflow`.
    DivInt "div.int" (dst: Dst@A, left: Src@B, right: Src@C) fails 1;
    /// `Int % Int`, Euclidean; fails with `division_by_zero`.
    RemInt "rem.int" (dst: Dst@A, left: Src@B, right: Src@C) fails 1;
    /// `- Int`; fails with `overflow`.
    NegInt "neg.int" (dst: Dst@A, value: Src@B) fails 1;
    /// `Decimal + Decimal`, exact; fails with `overflow`, `inexact`.
    AddDecimal "add.decimal" (dst: Dst@A, left: Src@B, right: Src@C) fails 2;
    /// `Decimal - Decimal`, exact; fails with `overflow`, `inexact`.
    SubDecimal "sub.decimal" (dst: Dst@A, left: Src@B, right: Src@C) fails 2;
    /// `Decimal * Decimal`, exact; fails with `overflow`, `inexact`.
    MulDecimal "mul.decimal" (dst: Dst@A, left: Src@B, right: Src@C) fails 2;
    /// `Decimal / Decimal`, half-even at 28 digits; fails with `division_by_zero`, `overflow`.
    DivDecimal "div.decimal" (dst: Dst@A, left: Src@B, right: Src@C) fails 4;
    /// `- Decimal`.
    NegDecimal "neg.decimal" (dst: Dst@A, value: Src@B) total 1;
    /// An `Int` as a `Decimal`.
    ToDecimal "to.decimal" (dst: Dst@A, value: Src@B) total 1;
    /// `Timestamp + Duration` or `Duration + Duration`; fails with `overflow`.
    AddTime "add.time" (dst: Dst@A, left: Src@B, right: Src@C) fails 1;
    /// `Timestamp - Duration`, `Timestamp - Timestamp`, `Duration - Duration` or `Date - Date`; fails with `overflow`.
    SubTime "sub.time" (dst: Dst@A, left: Src@B, right: Src@C) fails 1;
    /// `Duration * Int`; fails with `overflow`.
    MulTime "mul.time" (dst: Dst@A, left: Src@B, right: Src@C) fails 1;
    /// `- Duration`; fails with `overflow`.
    NegTime "neg.time" (dst: Dst@A, value: Src@B) fails 1;
    /// Begins to accumulate.
    AccBegin "acc.begin" (what: Accumulator@A) total 1;
    /// Adds a value to the innermost accumulator.
    AccAdd "acc.add" (value: Src@A) total 2;
    /// Ends the innermost accumulator with its value; a sum fails with `overflow`, `inexact`.
    AccEnd "acc.end" (dst: Dst@A) fails 2;

    // Conversions and text.
    /// A value as another type, from `Json` or a wider range; see the operand for misfits. Absent stays absent.
    Cast "cast" (probe: Probe@X, dst: Dst@A, value: Src@B, to: Type@C) fails 4;
    /// A structure of records with the fields of narrower ones, by a projection of the program.
    Project "project" (dst: Dst@A, value: Src@B, by: Projection@C) total 4;
    /// Any value of a type as `Json`.
    ToJson "to.json" (dst: Dst@A, value: Src@B, from: Type@C) total 4;
    /// A `read by` value from a value and its original text.
    MakeRead "make.read" (dst: Dst@A, value: Src@B, text: Src@C) total 1;
    /// The value behind a `read by` value.
    ReadValue "read.value" (dst: Dst@A, value: Src@B) total 1;
    /// The original text of a `read by` value.
    ReadText "read.text" (dst: Dst@A, value: Src@B) total 1;
    /// Text from the staged values, by a format.
    Concat "concat" (dst: Dst@A, format: Format@Bc) total 4;
    /// Calls a function of the library with `count` arguments in consecutive registers.
    Intrinsic "intrinsic" (count: Number@X, dst: Dst@A, function: Intrinsic@B, args: Args@C) fails 4;

    // Policies.
    /// Ends the policy as `not_applicable` if the `Bool` is false.
    Applies "applies" (cond: Src@A) total 1;
    /// A failure of `applies when`, which the guard caught: deny.
    AppliesFailed "applies.failed" () total 1;
    /// Goes on at `to` if the policy resolves first and a rule before this place has decided. Between rules only.
    JumpDecided "jump.decided" (to: Target@Bc) total 1;
    /// Opens a finding of a rule; past the limit of listed findings it is only counted and control goes to `skip`.
    Found "found" (rule: Rule@Ax, skip: Target@Bc) total 8;
    /// Opens a failure of a rule, which the guard caught; past the limit it is only counted and control goes to `skip`.
    Failed "failed" (rule: Rule@Ax, skip: Target@Bc) total 8;
    /// Adds a value to the open finding: bindings first, then the values of messages, in the order of the rule's description.
    Note "note" (value: Src@A) total 1;
    /// Adds a value that failed to the open finding, which the guard caught.
    NoteFailed "note.failed" () total 1;
    /// Closes the open finding.
    Close "close" () total 1;
    /// Says the mode that a rule computes, a variant of `Mode`, for the finding, failure or include that comes next.
    Mode "mode" (value: Src@A) total 1;
    /// Opens a failure of computing a rule's mode, which the guard caught: deny. Past the limit control goes to `skip`.
    ModeFailed "mode.failed" (rule: Rule@Ax, skip: Target@Bc) total 8;
    /// Whether an exception whose condition is true holds at the time of the decision; if so it takes away the finding that
    /// comes next. Fails with `no_now`.
    Except "except" (dst: Dst@A, exception: Exception@Bc) fails 2;
    /// Opens a failure of an exception's condition, which the guard caught: it does not hold. The exception is given by its
    /// position among those of the rule. Past the limit control goes to `skip`.
    ExceptFailed "except.failed" (which: Number@X, rule: Rule@A, skip: Target@Bc) total 8;
    /// Evaluates the rules of another policy as part of this one. In consecutive registers stand the name of the instance
    /// (absent where it is the policy's own), the JSON Pointer of its input (absent where it is no part of the input), its
    /// input, and its parameters. Fails with `duplicate_instance`.
    Include "include" (rule: Rule@Ax, policy: Policy@B, args: Args@C) fails 16;
    /// Goes on at `to` unless the policy that was just included, and whose outcome joins, gave a default that stops.
    JumpSettled "jump.settled" (to: Target@Bc) total 1;
    /// Opens the finding that this default is; past the limit of listed findings it is only counted and control goes to `skip`.
    DefaultFound "default.found" (rule: Rule@Ax, skip: Target@Bc) total 8;
    /// A JSON Pointer from the staged values, by a format, below that of the policy's input.
    Pointer "pointer" (dst: Dst@A, format: Format@Bc) fails 4;

    // Observation, and tests.
    /// Shows the observer the value of a node; otherwise nothing.
    Probe "probe" (value: Src@A, node: Node@Bc) total 0;
    /// The decision of a policy as a value; the input and then every parameter stand in consecutive registers.
    Decide "decide" (dst: Dst@A, policy: Policy@B, args: Args@C) fails 16;
    /// Reads a file of the test's project, as `Json` or a list of it; `pointer` leads into the document, or is the number
    /// of the type that its rows are read as.
    Fixture "fixture" (form: Fixture@X, dst: Dst@A, path: Src@B, pointer: Src@C) fails 16;
}
