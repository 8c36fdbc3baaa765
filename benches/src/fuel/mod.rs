//! What a unit of fuel takes at most: each function of the library over arguments of several sizes, loops of instructions,
//! and reading documents of many shapes. Where a unit takes long, something is charged too little.

mod arguments;
mod documents;
mod instructions;
mod library;

pub use documents::documents;
pub use instructions::instructions;
pub use library::library;

/// What was measured of one thing.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What ran.
    pub what: String,
    /// Nanoseconds a unit of fuel.
    pub nanoseconds: f64,
    /// How many units it took.
    pub fuel: u64,
}
