//! Types: from their syntax, how they show, and which fits which.

pub(crate) mod builtin;
pub(crate) mod fit;
pub(crate) mod parts;
pub(crate) mod range;
pub(crate) mod resolve;
pub(crate) mod shape;
pub(crate) mod show;
pub(crate) mod subst;
