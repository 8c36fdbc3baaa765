//! The table of the library's functions.

use std::sync::OnceLock;

use policy_bytecode::IntrinsicId;
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::failure::Failure;
use crate::value::Value;

/// How the time that a function takes grows with the sizes of its arguments.
///
/// ```
/// use policy_vm::Growth;
///
/// /// How much work a function may do for two arguments of `n` elements each.
/// fn work(growth: Growth, n: u64) -> u64 {
///     match growth {
///         Growth::Constant => 1,
///         Growth::Linear => 2 * n,
///         Growth::Sort => n * u64::from(n.max(1).ilog2()),
///         Growth::Product => n * n,
///     }
/// }
///
/// let (_, split) = policy_stdlib::table().find("std.text", "split").ok_or("no function")?;
/// assert_eq!(work(split.cost.growth, 100), 200);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// Not at all.
    Constant,
    /// With their sum.
    Linear,
    /// As sorting them does.
    Sort,
    /// With the product of the first two.
    Product,
}

/// What a call costs.
///
/// The machine charges `base` for each call; the function itself charges what depends on sizes, through
/// [`Context::charge`], before it does the work. `growth` tells the static bound how much that can be.
///
/// ```
/// use policy_vm::{Cost, Growth};
///
/// assert_eq!(Cost::constant(2), Cost { base: 2, growth: Growth::Constant });
/// assert_eq!(Cost::linear(2).growth, Growth::Linear);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Units of fuel for each call.
    pub base: u32,
    /// How it grows.
    pub growth: Growth,
}

impl Cost {
    /// A cost that does not depend on sizes.
    #[must_use]
    pub const fn constant(base: u32) -> Self {
        Self { base, growth: Growth::Constant }
    }

    /// A cost that grows with the arguments.
    #[must_use]
    pub const fn linear(base: u32) -> Self {
        Self { base, growth: Growth::Linear }
    }
}

/// What a function runs: arguments as the signature says, in order.
///
/// A value of another kind than the signature says is the failure `internal`; the accessors of
/// [`Context`] give it.
///
/// ```
/// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
/// # let mut context = policy_vm::Context::alone(&mut heap, "");
/// use policy_vm::{Context, Failure, Run, Value};
///
/// fn double(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
///     let &[number] = arguments else { return Err(Failure::internal()) };
///     Ok(Value::Int(context.int(number)?.saturating_mul(2)))
/// }
///
/// let run: Run = double;
/// assert_eq!(run(&mut context, &[Value::Int(21)])?.as_int(), Some(42));
/// assert!(run(&mut context, &[Value::Null]).is_err());
/// # Ok::<(), policy_vm::Failure>(())
/// ```
pub type Run = fn(&mut Context<'_>, &[Value]) -> Result<Value, Failure>;

/// A function of the library.
///
/// ```
/// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
/// # let mut context = policy_vm::Context::alone(&mut heap, "");
/// use policy_vm::{Code, Cost, Failure, Intrinsic, Intrinsics, Value};
///
/// static HALVES: [Intrinsic; 1] = [Intrinsic {
///     module: "my.numbers",
///     name: "half",
///     signature: "fn half(n: Int) -> Int",
///     doc: "Half of an even number.",
///     fails: true,
///     cost: Cost::constant(1),
///     run: |context, arguments| match context.int(arguments[0])? {
///         n if n % 2 == 0 => Ok(Value::Int(n / 2)),
///         _ => Err(Failure::of(Code::Inexact, arguments[0])),
///     },
/// }];
///
/// let library = Intrinsics::new(&[&HALVES]);
/// let (_, half) = library.find("my.numbers", "half").expect("it is there");
/// assert_eq!((half.run)(&mut context, &[Value::Int(4)])?.as_int(), Some(2));
/// assert!((half.run)(&mut context, &[Value::Int(3)]).is_err());
/// # Ok::<(), policy_vm::Failure>(())
/// ```
#[derive(Clone, Copy)]
pub struct Intrinsic {
    /// The module that declares it, for example `std.text`.
    pub module: &'static str,
    /// The name.
    pub name: &'static str,
    /// The signature in the policy language, for example `fn lower_ascii(text: String) -> String`.
    pub signature: &'static str,
    /// What it does, for the author of a policy.
    pub doc: &'static str,
    /// Whether it can fail (limits apart).
    pub fails: bool,
    /// What a call costs.
    pub cost: Cost,
    /// The implementation.
    pub run: Run,
}

/// The library's functions, by position.
///
/// ```
/// use policy_vm::{Intrinsics, Program};
///
/// let library: &'static Intrinsics = policy_stdlib::table();
/// let (id, function) = library.find("std.text", "lower_ascii").ok_or("no function")?;
/// assert_eq!(library.get(id).map(|found| found.signature), Some(function.signature));
/// assert_eq!(library.names()[usize::from(id.0)], format!("std.text: {}", function.signature));
/// assert_eq!(library.named(&format!("std.text: {}", function.signature)), Some(id.0));
/// assert!(library.iter().count() == library.len() && !library.is_empty());
/// # Ok::<(), &str>(())
/// ```
pub struct Intrinsics {
    rows: Vec<&'static Intrinsic>,
    names: OnceLock<Vec<String>>,
    digest: OnceLock<[u8; 32]>,
}

impl Intrinsics {
    /// A table of the rows of all groups, in order. The order is part of the digest.
    #[must_use]
    pub fn new(groups: &[&'static [Intrinsic]]) -> Self {
        let rows = groups.iter().flat_map(|group| group.iter()).collect();
        Self { rows, names: OnceLock::new(), digest: OnceLock::new() }
    }

    /// A table of no functions.
    ///
    /// ```
    /// use policy_vm::Intrinsics;
    /// assert!(Intrinsics::empty().is_empty());
    /// ```
    #[must_use]
    pub fn empty() -> Self {
        Self::new(&[])
    }

    /// The function at a position.
    #[must_use]
    pub fn get(&self, id: IntrinsicId) -> Option<&'static Intrinsic> {
        self.rows.get(usize::from(id.0)).copied()
    }

    /// All functions with their positions.
    pub fn iter(&self) -> impl Iterator<Item = (IntrinsicId, &'static Intrinsic)> + '_ {
        self.rows
            .iter()
            .enumerate()
            .map(|(at, row)| (IntrinsicId(u16::try_from(at).unwrap_or(u16::MAX)), *row))
    }

    /// The function of a qualified name, for example `std.text.lower_ascii`.
    #[must_use]
    pub fn find(&self, module: &str, name: &str) -> Option<(IntrinsicId, &'static Intrinsic)> {
        self.iter().find(|(_, row)| row.module == module && row.name == name)
    }

    /// The name of each function with its signature, in the order of positions: how bundles speak of them.
    #[must_use]
    pub fn names(&self) -> &[String] {
        self.names.get_or_init(|| {
            self.rows.iter().map(|row| format!("{}: {}", row.module, row.signature)).collect()
        })
    }

    /// The position of a name among [`Intrinsics::names`].
    #[must_use]
    pub fn named(&self, name: &str) -> Option<u16> {
        let is = |row: &&'static Intrinsic| {
            let rest = name.strip_suffix(row.signature).and_then(|rest| rest.strip_prefix(row.module));
            rest == Some(": ")
        };
        self.rows.iter().position(is).and_then(|at| u16::try_from(at).ok())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The digest of names, signatures and costs, which programs name.
    ///
    /// ```
    /// // A program that was just compiled runs with the library that it was compiled against, and no other.
    /// assert_ne!(policy_stdlib::table().digest(), policy_vm::Intrinsics::empty().digest());
    /// ```
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        *self.digest.get_or_init(|| digest_of(&self.rows))
    }
}

fn digest_of(rows: &[&Intrinsic]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for row in rows {
        for text in [row.module, row.name, row.signature] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        let growth = match row.cost.growth {
            Growth::Constant => 0,
            Growth::Linear => 1,
            Growth::Sort => 2,
            Growth::Product => 3,
        };
        hash.update([u8::from(row.fails), growth]);
        hash.update(row.cost.base.to_le_bytes());
    }
    hash.finalize().into()
}

impl std::fmt::Debug for Intrinsics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rows.iter().map(|row| row.signature)).finish()
    }
}
