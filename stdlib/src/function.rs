//! What one row of the library's table says about a function.

use policy_vm::{Cost, Growth, Intrinsic, Run};

/// How a call can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// The result does not fit its type, or would be larger than the library makes.
    Overflow,
    /// An argument has the right type but no meaning, such as a time zone that does not exist.
    Mismatch,
}

impl Failure {
    /// The code that an evaluation error carries.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overflow => "overflow",
            Self::Mismatch => "mismatch",
        }
    }
}

/// A function of the library, as an author sees it.
#[derive(Clone, Copy)]
pub struct Function {
    /// The module that it belongs to, for example `std.text`.
    pub module: &'static str,
    /// Its signature in the language, for example `fn first<T>(xs: List<T>) -> T?`.
    ///
    /// `T: ordered` takes every type whose values have an order for sorting, sets and maps: all but
    /// patterns, version ranges, and what contains them.
    pub signature: &'static str,
    /// Whether its name is in scope in every module without `use`.
    pub core: bool,
    /// What it does, in one or two sentences; empty without the feature `docs`.
    pub doc: &'static str,
    /// How it fails, and when. A function without entries is total.
    pub fails: &'static [(Failure, &'static str)],
    /// Expressions and what they are equal to; run as tests, shown as examples. None without the feature `docs`.
    pub examples: &'static [(&'static str, &'static str)],
    /// What a call costs.
    pub cost: Cost,
    /// The implementation.
    pub run: Run,
}

impl Function {
    /// The bare name, taken from the signature.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let rest = self.signature.strip_prefix("fn ").unwrap_or(self.signature);
        let end = rest.find(['<', '(']).unwrap_or(rest.len());
        rest.get(..end).unwrap_or(rest)
    }

    /// Whether no call of it can fail.
    #[must_use]
    pub const fn total(&self) -> bool {
        self.fails.is_empty()
    }

    /// The row as the machine sees it.
    #[must_use]
    pub fn intrinsic(&self) -> Intrinsic {
        Intrinsic {
            module: self.module,
            name: self.name(),
            signature: self.signature,
            doc: self.doc,
            fails: !self.total(),
            cost: self.cost,
            run: self.run,
        }
    }

    pub(crate) const fn new(
        module: &'static str,
        signature: &'static str,
        doc: &'static str,
        run: Run,
    ) -> Self {
        let doc = if cfg!(feature = "docs") { doc } else { "" };
        Self { module, signature, core: false, doc, fails: &[], examples: &[], cost: Cost::linear(8), run }
    }

    /// A function whose cost does not depend on its arguments.
    pub(crate) const fn constant(mut self) -> Self {
        self.cost = Cost::constant(8);
        self
    }

    /// A function whose cost grows in another way than with the sum of the sizes of its arguments.
    pub(crate) const fn grows(mut self, growth: Growth) -> Self {
        self.cost.growth = growth;
        self
    }

    pub(crate) const fn core(mut self) -> Self {
        self.core = true;
        self
    }

    pub(crate) const fn fails(mut self, fails: &'static [(Failure, &'static str)]) -> Self {
        self.fails = fails;
        self
    }

    pub(crate) const fn examples(mut self, examples: &'static [(&'static str, &'static str)]) -> Self {
        if cfg!(feature = "docs") {
            self.examples = examples;
        }
        self
    }
}
