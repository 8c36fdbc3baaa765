//! Why there is no snapshot.

use crate::failure::Failure;
use crate::ingest::Misfits;

/// Why a snapshot cannot be made.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Snapshot, SnapshotError};
///
/// /// What an operator is told.
/// fn advice(error: &SnapshotError) -> String {
///     match error {
///         SnapshotError::Missing(name) => format!("give {name} a value"),
///         SnapshotError::Unknown(name) => format!("nothing reads {name}"),
///         SnapshotError::OtherProgram => "make it of the bundle that decides".to_owned(),
///         SnapshotError::NoEntities | SnapshotError::Beside => "give the files that belong to the bundle".to_owned(),
///         SnapshotError::Misfits { name, misfits } | SnapshotError::Entities { name, misfits } => {
///             format!("mend {name}: {misfits}")
///         }
///         SnapshotError::Limit { name, failure } => format!("{name} is too large: {failure}"),
///     }
/// }
///
/// let advise = |name, json| Snapshot::builder(&program).data(name, json).build().map_err(|error| advice(&error));
/// assert_eq!(advise("gate.greatest", "20").err(), None);
/// assert_eq!(advise("gate.least", "1").err().as_deref(), Some("nothing reads data item gate.least"));
/// let misfit = "mend gate.greatest: the document: expected Int, found the string \"20\"";
/// assert_eq!(advise("gate.greatest", "\"20\"").err().as_deref(), Some(misfit));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub enum SnapshotError {
    /// There is no data item, policy or parameter of this name.
    Unknown(String),
    /// The item has neither value nor default.
    Missing(String),
    /// The program asks for entities, and no store was given, not even an empty one.
    NoEntities,
    /// The bundle's data lies in a file beside it, which was not given.
    Beside,
    /// It is a snapshot of another program's data.
    OtherProgram,
    /// A document does not fit.
    Misfits {
        /// The data item, or `policy(parameter)`.
        name: String,
        /// What does not fit.
        misfits: Misfits,
    },
    /// Entities that do not fit, or that make no store together.
    Entities {
        /// The document.
        name: String,
        /// What does not fit.
        misfits: Misfits,
    },
    /// A limit was reached.
    Limit {
        /// What was being read.
        name: String,
        /// The limit.
        failure: Failure,
    },
}

impl std::fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "the program has no {name}"),
            Self::Missing(name) => write!(f, "{name} has no value and no default"),
            Self::NoEntities => f.write_str("the program asks for entities, and there is no store of them"),
            Self::Beside => f.write_str("the bundle's data lies in a file beside it, which was not given"),
            Self::OtherProgram => f.write_str("it is a snapshot of another program"),
            Self::Misfits { name, misfits } => write!(f, "{name} does not fit its type: {misfits}"),
            Self::Entities { name, misfits } => write!(f, "the entities of {name} are no store: {misfits}"),
            Self::Limit { name, failure } => write!(f, "{name}: {}", failure.code.says()),
        }
    }
}

impl std::error::Error for SnapshotError {}
