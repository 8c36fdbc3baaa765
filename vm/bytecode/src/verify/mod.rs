//! Checks a program once, before it runs, so that the machine can trust its tables.
//!
//! After it, every position lies in its table, constants and calls cannot be cyclic, every register,
//! jump and `let` lies in its function, and what is charged along every way covers what runs, so that a
//! program ends when its fuel does, and takes no more time than its fuel allows. Kinds of values are the machine's to check as it runs.

mod code;
mod shapes;
mod tables;
mod weight;

#[cfg(test)]
mod tests;

use crate::program::Program;

/// The most functions, which calls name by 16 bits.
pub const MAX_FUNCTIONS: usize = 1 << 16;

/// The most parameters of a policy.
pub const MAX_PARAMS: usize = 63;

/// The deepest nesting of included policies.
pub const MAX_INCLUSION: usize = 32;

/// What is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// What.
    pub message: String,
    /// The instruction, where it is about one.
    pub at: Option<usize>,
}

impl VerifyError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), at: None }
    }
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.at {
            Some(at) => write!(f, "instruction {at}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Checks a program that was compiled against a library of so many functions.
///
/// ```
/// use policy_bytecode::{Program, verify::verify};
/// assert!(verify(&Program::default(), 0).is_ok());
/// ```
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(program: &Program, intrinsics: usize) -> Result<(), VerifyError> {
    tables::check(program)?;
    shapes::check(program)?;
    code::check(program, intrinsics)?;
    weight::check(program)
}

/// Whether a position lies in a table.
fn within(what: &str, index: usize, len: usize) -> Result<(), VerifyError> {
    if index < len {
        Ok(())
    } else {
        Err(VerifyError::new(format!("there is no {what} {index}, only {len}")))
    }
}
