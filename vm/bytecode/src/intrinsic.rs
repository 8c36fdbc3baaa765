//! Functions that the machine's library supplies, as programs speak of them.

use serde::{Deserialize, Serialize};

/// A function of the library, by its position in the table that the program was compiled against.
///
/// A program names the digest of that table, so that a position never means another function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IntrinsicId(pub u16);
