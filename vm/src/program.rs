//! Loaded programs.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;
use policy_bytecode as bytecode;
use policy_bytecode::Op;
use policy_bytecode::bundle;
use policy_bytecode::op::CONST_BASE;
use policy_bytecode::program::{Constant, Effect, FunctionIndex, PatternSource, TextId};
use policy_bytecode::verify::{VerifyError, verify};

use crate::compare::Compare;
use crate::failure::Failure;
use crate::ingest::layout::Layout;
use crate::intrinsic::{Intrinsic, Intrinsics};
use crate::memory::Memory;
use crate::pattern::{Pattern, PatternError};
use crate::request::Limits;
use crate::shipped::Shipped;
use crate::shortcut::Shortcuts;
use crate::store::Store;
use crate::structure::halves;
use crate::value::{Region, Span, Value};

/// The semantics that this machine runs.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// assert_eq!(program.bytecode().edition, policy_vm::EDITION);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const EDITION: &str = "2027";

/// Why a program does not load.
///
/// ```
/// use policy_vm::{LoadError, Program};
///
/// /// Who can mend it.
/// fn concerns(error: &LoadError) -> &'static str {
///     match error {
///         LoadError::Bytes(_) | LoadError::Verify(_) | LoadError::Constant(_) => "whoever sent the bundle",
///         LoadError::Library | LoadError::Function(_) | LoadError::Edition(_) => "whoever updates this service",
///         LoadError::Pattern(_) | LoadError::Fuel { .. } => "whoever wrote the policy",
///     }
/// }
///
/// let error = Program::load(b"no bundle", policy_stdlib::table()).expect_err("it is none");
/// assert_eq!(concerns(&error), "whoever sent the bundle");
/// ```
#[derive(Clone, Debug)]
pub enum LoadError {
    /// The bytes are no program.
    Bytes(bundle::DecodeError),
    /// The program is damaged.
    Verify(VerifyError),
    /// It was compiled against another library.
    Library,
    /// It needs a function that the library does not have, by name and signature.
    Function(String),
    /// It was compiled for other semantics.
    Edition(String),
    /// One of its patterns does not compile.
    Pattern(PatternError),
    /// A constant is not what it says.
    Constant(u32),
    /// A policy may take more fuel than the host allows.
    Fuel {
        /// The policy.
        policy: String,
        /// What it may take.
        bound: u64,
        /// What the host allows.
        limit: u64,
    },
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(error) => write!(f, "the bytes are no bundle: {error}"),
            Self::Verify(error) => write!(f, "the program is damaged: {error}"),
            Self::Library => f.write_str("the program was compiled against another standard library"),
            Self::Function(name) => {
                write!(f, "the program needs the library's {name}, which is not known here")
            }
            Self::Edition(edition) => {
                write!(f, "the program was compiled for edition {edition:?}; this machine runs {EDITION:?}")
            }
            Self::Pattern(error) => write!(f, "a pattern of the program does not compile: {error}"),
            Self::Constant(at) => write!(f, "constant {at} of the program is damaged"),
            Self::Fuel { policy, bound, limit } => {
                write!(f, "{policy} may take {bound} steps, and the host allows {limit}")
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// A loaded program: verified, immutable, shared between threads without cost.
///
/// ```
/// use policy_vm::Program;
///
/// let bundle = std::fs::read("examples/gate.pbundle")?;
/// let program = Program::load(&bundle, policy_stdlib::table())?;
/// let elsewhere = program.clone();
/// std::thread::spawn(move || assert!(elsewhere.policy("gate.changes").is_some())).join().expect("it is there");
/// assert!(program.digest().starts_with("sha256:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) loaded: Arc<Loaded>,
}

#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) code: bytecode::Program,
    pub(crate) intrinsics: &'static Intrinsics,
    pub(crate) constants: Store,
    pub(crate) consts: Vec<Value>,
    pub(crate) texts: Vec<Span>,
    pub(crate) layouts: Vec<Layout>,
    /// Searches for the constant texts that the code searches for, by the places of the texts, in order.
    finders: Vec<(u32, Finder<'static>)>,
    /// Trees of comparisons as tables.
    pub(crate) shortcuts: Shortcuts,
    /// Whether each policy could ask anything of its host.
    asks: Vec<bool>,
    digest: OnceLock<[u8; 32]>,
    /// What came with it, if it came as a bundle.
    pub(crate) shipped: Option<Shipped>,
}

/// What a policy may ask of its host, or what a host can do.
///
/// ```
/// use policy_vm::Duties;
///
/// let can = Duties::of(["audit.log"]).and_transforms();
/// assert!(can.transforms && can.obligations.contains("audit.log"));
/// assert!(!Duties::of(["audit.log"]).transforms);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duties {
    /// Qualified names of obligations.
    pub obligations: BTreeSet<String>,
    /// Transforms of the input.
    pub transforms: bool,
}

impl Duties {
    /// Obligations, and no transforms.
    #[must_use]
    pub fn of<'a>(obligations: impl IntoIterator<Item = &'a str>) -> Self {
        Self { obligations: obligations.into_iter().map(str::to_owned).collect(), transforms: false }
    }

    /// These, and transforms of the input.
    #[must_use]
    pub fn and_transforms(self) -> Self {
        Self { transforms: true, ..self }
    }
}

/// Why a host cannot use a policy.
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Duties, EntryError};
///
/// let refused = |can| program.entry("records.read", &can).expect_err("it asks for more");
/// let obligation = "records.log".to_owned();
/// let policy = "records.read".to_owned();
/// assert_eq!(refused(Duties::default()), EntryError::Obligation { policy: policy.clone(), obligation });
/// assert_eq!(refused(Duties::of(["records.log"])), EntryError::Transforms(policy));
/// let unknown = program.entry("records.write", &Duties::default());
/// assert_eq!(unknown, Err(EntryError::Unknown("records.write".to_owned())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// There is no policy of this name.
    Unknown(String),
    /// The policy could ask for an obligation that the host does not fulfil.
    Obligation {
        /// The policy.
        policy: String,
        /// The obligation.
        obligation: String,
    },
    /// The policy could ask to change its input, which the host does not do.
    Transforms(String),
}

impl std::fmt::Display for EntryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "the program has no entry and no policy {name}"),
            Self::Obligation { policy, obligation } => {
                write!(f, "{policy} may ask for the obligation {obligation}, which this host does not fulfil")
            }
            Self::Transforms(policy) => {
                write!(f, "{policy} may ask to change its input, which this host does not do")
            }
        }
    }
}

impl std::error::Error for EntryError {}

impl Program {
    /// Loads a program that was just compiled.
    ///
    /// ```
    /// use policy_vm::{EDITION, Intrinsics, LoadError, Program};
    ///
    /// let library = policy_stdlib::table();
    /// let empty = policy_bytecode::Program {
    ///     edition: EDITION.to_owned(),
    ///     intrinsics: library.digest(),
    ///     ..Default::default()
    /// };
    /// assert!(Program::new(empty.clone(), library).is_ok());
    /// let other = Box::leak(Box::new(Intrinsics::empty()));
    /// assert!(matches!(Program::new(empty, other), Err(LoadError::Library)));
    /// ```
    ///
    /// # Errors
    /// Why it does not load; nothing of it has run.
    pub fn new(program: bytecode::Program, intrinsics: &'static Intrinsics) -> Result<Self, LoadError> {
        if program.edition == EDITION && program.intrinsics != intrinsics.digest() {
            return Err(LoadError::Library);
        }
        Self::linked(program, intrinsics, None)
    }

    /// A program whose functions stand in it by their positions in the library.
    pub(crate) fn linked(
        program: bytecode::Program,
        intrinsics: &'static Intrinsics,
        shipped: Option<Shipped>,
    ) -> Result<Self, LoadError> {
        if program.edition != EDITION {
            return Err(LoadError::Edition(program.edition));
        }
        verify(&program, intrinsics.len()).map_err(LoadError::Verify)?;
        let mut constants = Store::default();
        let mut texts = Vec::with_capacity(program.texts.len());
        for (at, text) in program.texts.iter().enumerate() {
            texts.push(constants.push_text(Region::Constants, text).map_err(|_| damaged(at))?);
        }
        let mut pool = Pool { program: &program, texts: &texts, store: constants, values: Vec::new() };
        for pattern in &program.patterns {
            let compiled = compile(pattern, &program.texts).map_err(LoadError::Pattern)?;
            pool.store.patterns.push(compiled);
        }
        for (at, constant) in program.consts.iter().enumerate() {
            let value = pool.constant(constant).ok().flatten().ok_or(damaged(at))?;
            pool.values.push(value);
        }
        let Pool { store: mut constants, values: consts, .. } = pool;
        ordered(&program, &constants, &consts)?;
        constants.settle(Region::Constants, consts.iter().copied());
        let layouts = Layout::all(&program);
        let finders = finders(&program, &constants, &consts);
        let shortcuts = Shortcuts::of(&program, &consts, &constants);
        let loaded = Loaded {
            asks: Vec::new(),
            code: program,
            intrinsics,
            constants,
            consts,
            texts,
            layouts,
            finders,
            shortcuts,
            digest: shipped.as_ref().map_or_else(OnceLock::new, |shipped| shipped.digest.into()),
            shipped,
        };
        let mut this = Self { loaded: Arc::new(loaded) };
        let policies = u32::try_from(this.loaded.code.policies.len()).unwrap_or(u32::MAX);
        let asks = (0..policies).map(|policy| this.duties(policy) != Duties::default()).collect();
        if let Some(loaded) = Arc::get_mut(&mut this.loaded) {
            loaded.asks = asks;
        }
        Ok(this)
    }

    /// The program, if no policy of it can take more fuel than some limits allow. A policy whose input has no greatest size
    /// is let through: it ends where its fuel does.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::{Limits, LoadError};
    ///
    /// let program = program.within(Limits::default())?;
    /// let refused = program.within(Limits { fuel: 1, ..Limits::default() });
    /// assert!(matches!(refused, Err(LoadError::Fuel { limit: 1, .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LoadError::Fuel`] for the first policy that may take more.
    pub fn within(self, limits: Limits) -> Result<Self, LoadError> {
        for policy in &self.loaded.code.policies {
            if let Some(bound) = policy.bound.filter(|bound| *bound > limits.fuel) {
                let policy = self.loaded.text(policy.name).to_owned();
                return Err(LoadError::Fuel { policy, bound, limit: limits.fuel });
            }
        }
        Ok(self)
    }

    /// The program's tables.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// let rules: Vec<&str> = program.bytecode().policies[0]
    ///     .rules.iter().map(|rule| program.bytecode().texts[rule.name.index()].as_str()).collect();
    /// assert_eq!(rules, ["too_large"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn bytecode(&self) -> &bytecode::Program {
        &self.loaded.code
    }

    /// The policy of a qualified name, by position.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// assert!(program.policy("gate.changes").is_some());
    /// // Entries have names of their own.
    /// assert!(program.policy("gate").is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn policy(&self, name: &str) -> Option<u32> {
        let found = self.loaded.code.policies.iter().position(|policy| self.loaded.text(policy.name) == name);
        found.and_then(|at| u32::try_from(at).ok())
    }

    /// The obligations that a policy could ask for, and whether it could ask for transforms, through what it includes too.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// let policy = program.policy("records.read").ok_or("no policy")?;
    /// assert_eq!(program.duties(policy), policy_vm::Duties::of(["records.log"]).and_transforms());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn duties(&self, policy: u32) -> Duties {
        let policies = &self.loaded.code.policies;
        let mut seen = vec![false; policies.len()];
        let mut open = vec![policy];
        let mut duties = Duties::default();
        while let Some(at) = open.pop() {
            match seen.get_mut(at as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            for rule in policies.get(at as usize).map_or(&[][..], |policy| &policy.rules) {
                match rule.effect {
                    Effect::Oblige { obligation } => {
                        let described = self.loaded.code.obligations.get(obligation as usize);
                        duties.obligations.extend(described.map(|one| self.loaded.text(one.name).to_owned()));
                    }
                    Effect::Transform => duties.transforms = true,
                    Effect::Include { policy, .. } => open.push(policy),
                    Effect::Deny | Effect::Require | Effect::Allow | Effect::Escalate | Effect::Warn => {}
                }
            }
        }
        duties
    }

    /// Whether a policy could ask anything of its host.
    pub(crate) fn asks(&self, policy: u32) -> bool {
        self.loaded.asks.get(policy as usize).copied().unwrap_or(false)
    }

    /// The policy of a qualified name, by position, for a host that says what it can do.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Duties;
    ///
    /// let can = Duties::of(["records.log"]).and_transforms();
    /// assert_eq!(program.entry("records.read", &can).ok(), program.policy("records.read"));
    /// assert!(program.entry("records.read", &Duties::default()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// There is no such policy, or it could ask for more.
    pub fn entry(&self, name: &str, can: &Duties) -> Result<u32, EntryError> {
        let policy = self.policy(name).ok_or_else(|| EntryError::Unknown(name.to_owned()))?;
        self.within_duties(policy, name, can)?;
        Ok(policy)
    }

    /// Whether a policy asks for no more than a host can do.
    pub(crate) fn within_duties(&self, policy: u32, name: &str, can: &Duties) -> Result<(), EntryError> {
        let asks = self.duties(policy);
        if let Some(missing) = asks.obligations.difference(&can.obligations).next() {
            return Err(EntryError::Obligation { policy: name.to_owned(), obligation: missing.clone() });
        }
        if asks.transforms && !can.transforms {
            return Err(EntryError::Transforms(name.to_owned()));
        }
        Ok(())
    }

    /// The function of a name, as the debug section has it.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// assert!(program.function("records.batches").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn function(&self, name: &str) -> Option<FunctionIndex> {
        let found = self.loaded.code.debug.functions.iter().position(|other| other == name);
        found.and_then(|at| u32::try_from(at).ok()).map(FunctionIndex)
    }

    /// Whether it does the same as another, instruction by instruction.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.loaded, &other.loaded) || self.digest() == other.digest()
    }

    /// `sha256:` and the digest of what the program does; where it stands in sources is no part of it.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// // Who strips a bundle changes nothing of what it does.
    /// use policy_bytecode::bundle::{Caps, Container};
    ///
    /// let stripped = Container::open(&bundle, Caps::default())?.keeping(|section| section != "debug");
    /// let other = policy_vm::Program::load(&stripped, policy_stdlib::table())?;
    /// assert_eq!(other.digest(), program.digest());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn digest(&self) -> String {
        self.loaded.digest()
    }
}

impl Loaded {
    pub(crate) fn text(&self, id: TextId) -> &str {
        self.code.texts.get(id.index()).map_or("", String::as_str)
    }

    pub(crate) fn text_value(&self, id: TextId) -> Option<Value> {
        self.texts.get(id.index()).copied().map(Value::Text)
    }

    /// The search for a constant text.
    pub(crate) fn finder(&self, what: Value) -> Option<&Finder<'static>> {
        let Value::Text(Span { region: Region::Constants, start, len }) = what else { return None };
        // An empty text stands where another begins.
        if len == 0 {
            return None;
        }
        let at = self.finders.binary_search_by_key(&start, |(place, _)| *place).ok()?;
        self.finders.get(at).map(|(_, finder)| finder)
    }

    pub(crate) fn intrinsic(&self, id: u16) -> Option<&'static Intrinsic> {
        self.intrinsics.get(bytecode::IntrinsicId(id))
    }

    pub(crate) fn digest(&self) -> String {
        crate::digest::shown(self.digest.get_or_init(|| bundle::digest(&self.code, self.intrinsics.names())))
    }
}

/// Searches for the constant texts that `contains` looks for.
fn finders(program: &bytecode::Program, store: &Store, values: &[Value]) -> Vec<(u32, Finder<'static>)> {
    let mut found: Vec<Span> = Vec::new();
    for inst in &program.code {
        let operand = if inst.op == Op::Contains {
            inst.c
        } else if inst.op == Op::JumpContains {
            inst.b
        } else {
            continue;
        };
        let constant = operand.checked_sub(CONST_BASE).and_then(|at| values.get(usize::from(at)));
        if let Some(Value::Text(span)) = constant.filter(|_| operand >= CONST_BASE) {
            found.push(*span);
        }
    }
    found.sort_by_key(|span| (span.start, span.len));
    found.dedup();
    // A place is that of one text, unless that one is empty.
    found.retain(|span| !span.is_empty());
    found.iter().map(|span| (span.start, Finder::new(store.text(*span)).into_owned())).collect()
}

/// Sets and maps are searched by halves, so they must be in order.
fn ordered(program: &bytecode::Program, store: &Store, values: &[Value]) -> Result<(), LoadError> {
    let nothing = Store::default();
    let memory = Memory { constants: store, data: &nothing, arena: &nothing, input: "" };
    let mut fuel = 1 << 32;
    for (at, constant) in program.consts.iter().enumerate() {
        let (ids, step) = match constant {
            Constant::Set(ids) => (ids, 1),
            Constant::Map(ids) => (ids, 2),
            Constant::Absent
            | Constant::Null
            | Constant::Bool(_)
            | Constant::Int(_)
            | Constant::Decimal(_)
            | Constant::Text(_)
            | Constant::Timestamp(_)
            | Constant::Date(_)
            | Constant::TimeOfDay(_)
            | Constant::Duration(_)
            | Constant::Ip(_)
            | Constant::Cidr(..)
            | Constant::SemVer(_)
            | Constant::SemVerRange(_)
            | Constant::Bytes(_)
            | Constant::Pattern(_)
            | Constant::Variant(_)
            | Constant::List(_)
            | Constant::Tuple(_)
            | Constant::Record(_)
            | Constant::Union(..)
            | Constant::Read(..)
            | Constant::Entity(..) => continue,
        };
        let keys: Vec<Value> =
            ids.iter().step_by(step).filter_map(|id| values.get(id.index()).copied()).collect();
        for pair in keys.windows(2) {
            if let &[left, right] = pair {
                let order = Compare { memory, fuel: &mut fuel }.compare(left, right);
                if !matches!(order, Ok(Ordering::Less)) {
                    return Err(damaged(at));
                }
            }
        }
    }
    Ok(())
}

fn damaged(at: usize) -> LoadError {
    LoadError::Constant(u32::try_from(at).unwrap_or(u32::MAX))
}

fn compile(pattern: &PatternSource, texts: &[String]) -> Result<Pattern, PatternError> {
    Pattern::compile(pattern.kind, texts.get(pattern.text.index()).map_or("", String::as_str))
}

/// Builds the values of constants; each refers to earlier ones only.
struct Pool<'a> {
    program: &'a bytecode::Program,
    texts: &'a [Span],
    store: Store,
    values: Vec<Value>,
}

impl Pool<'_> {
    fn text(&self, id: TextId) -> Option<Span> {
        self.texts.get(id.index()).copied()
    }

    fn parts(&mut self, ids: &[bytecode::program::ConstId]) -> Result<Option<Span>, Failure> {
        let Some(values) =
            ids.iter().map(|id| self.values.get(id.index()).copied()).collect::<Option<Vec<Value>>>()
        else {
            return Ok(None);
        };
        let cells = self.store.push_cells(Region::Constants, &values)?;
        Ok(u32::try_from(values.len()).ok().map(|len| cells.span(len)))
    }

    fn address(&mut self, bytes: &[u8]) -> Result<Option<Value>, Failure> {
        if let Ok(four) = <[u8; 4]>::try_from(bytes) {
            Ok(Some(Value::Ip4(u32::from_be_bytes(four))))
        } else if let Ok(sixteen) = <[u8; 16]>::try_from(bytes) {
            let cells = self.store.push_cells(Region::Constants, &halves(u128::from_be_bytes(sixteen)))?;
            Ok(Some(Value::Ip6(cells)))
        } else {
            Ok(None)
        }
    }

    /// The value of a constant; none where its parts make none.
    fn constant(&mut self, constant: &Constant) -> Result<Option<Value>, Failure> {
        Ok(match constant {
            Constant::Absent => Some(Value::Absent),
            Constant::Null => Some(Value::Null),
            Constant::Bool(value) => Some(Value::Bool(*value)),
            Constant::Int(value) => Some(Value::Int(*value)),
            Constant::Decimal(bits) => Value::decimal_bits(*bits),
            Constant::Text(id) => self.text(*id).map(Value::Text),
            Constant::Timestamp(time) => Some(Value::timestamp(*time)),
            Constant::Date(date) => Some(Value::date(*date)),
            Constant::TimeOfDay(time) => Some(Value::time_of_day(*time)),
            Constant::Duration(length) => Some(Value::duration(*length)),
            Constant::Ip(bytes) => self.address(bytes)?,
            Constant::Cidr(bytes, prefix) => match self.address(bytes)? {
                Some(Value::Ip4(address)) if *prefix <= 32 => Some(Value::Cidr4 { prefix: *prefix, address }),
                Some(Value::Ip6(address)) if *prefix <= 128 => {
                    Some(Value::Cidr6 { prefix: *prefix, address })
                }
                _ => None,
            },
            Constant::SemVer(id) => self.version(*id)?,
            Constant::SemVerRange(id) => {
                let source = self.program.texts.get(id.index()).map_or("", String::as_str);
                match Pattern::range(source) {
                    Ok(pattern) => Some(self.store.push_pattern(Region::Constants, pattern)?),
                    Err(_) => None,
                }
            }
            Constant::Bytes(bytes) => {
                use std::fmt::Write as _;
                let mut hex = String::with_capacity(bytes.len() * 2);
                for byte in bytes {
                    let _ = write!(hex, "{byte:02x}");
                }
                Some(Value::Bytes(self.store.push_text(Region::Constants, &hex)?))
            }
            Constant::Pattern(id) => (id.index() < self.store.patterns.len())
                .then_some(Value::Pattern(crate::value::Cells { region: Region::Constants, start: id.0 })),
            Constant::Variant(position) => Some(Value::Variant(*position)),
            Constant::List(ids) => self.parts(ids)?.map(Value::List),
            Constant::Set(ids) => self.parts(ids)?.map(Value::Set),
            Constant::Map(ids) => self.parts(ids)?.map(|span| Value::Map(Span { len: span.len / 2, ..span })),
            Constant::Tuple(ids) => self.parts(ids)?.map(Value::Tuple),
            Constant::Record(ids) => self.parts(ids)?.map(Value::Record),
            Constant::Union(variant, id, tag) => self.parts(&[*id, *tag])?.map(|span| Value::Union {
                region: span.region,
                variant: *variant,
                start: span.start,
            }),
            Constant::Entity(entity, id) => match (u16::try_from(entity.0), self.text(*id)) {
                (Ok(kind), Some(id)) => Some(Value::entity(kind, id)),
                _ => None,
            },
            Constant::Read(id, text) => {
                let text = match text {
                    Some(id) => self.text(*id).map(Value::Text),
                    None => Some(Value::Absent),
                };
                match (self.values.get(id.index()), text) {
                    (Some(&value), Some(text)) => {
                        Some(Value::Read(self.store.push_cells(Region::Constants, &[value, text])?))
                    }
                    _ => None,
                }
            }
        })
    }

    fn version(&mut self, id: TextId) -> Result<Option<Value>, Failure> {
        let source = self.program.texts.get(id.index()).map_or("", String::as_str);
        let Ok(version) = semver::Version::parse(source) else { return Ok(None) };
        let pre = self.store.push_text(Region::Constants, version.pre.as_str())?;
        let build = self.store.push_text(Region::Constants, version.build.as_str())?;
        let cells = self.store.push_cells(
            Region::Constants,
            &[
                Value::Int(version.major.cast_signed()),
                Value::Int(version.minor.cast_signed()),
                Value::Int(version.patch.cast_signed()),
                Value::Text(pre),
                Value::Text(build),
            ],
        )?;
        Ok(Some(Value::SemVer(cells)))
    }
}
