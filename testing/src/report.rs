//! Results for machines.

mod json;
mod junit;

pub use json::json;
pub use junit::junit;

#[cfg(test)]
mod tests;
