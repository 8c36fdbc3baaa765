//! The data of a service, which changes while it decides.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Snapshot;

/// The current snapshot of a service: swapped as a whole, read without waiting for writers.
///
/// A decision goes on with the snapshot that it began with.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Data, Snapshot};
///
/// let of = |greatest: &str| Snapshot::builder(&program).data("gate.greatest", greatest).build();
/// let data = Data::new(of("10")?);
/// let before = data.version();
/// std::thread::scope(|threads| -> Result<(), policy_vm::SnapshotError> {
///     let new = of("20")?;
///     threads.spawn(|| data.swap(new));
///     Ok(())
/// })?;
/// assert_ne!(data.version(), before);
/// assert_eq!(data.current().digest(), of("20")?.digest());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Data {
    current: Mutex<Snapshot>,
    version: AtomicU64,
}

impl Data {
    /// Begins with a snapshot.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// let data = policy_vm::Data::new(policy_vm::Snapshot::of_defaults(&program)?);
    /// assert_eq!(data.version(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn new(snapshot: Snapshot) -> Self {
        Self { current: Mutex::new(snapshot), version: AtomicU64::new(0) }
    }

    /// Replaces the snapshot for decisions that begin from now on.
    pub fn swap(&self, snapshot: Snapshot) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = snapshot;
        self.version.fetch_add(1, Ordering::Release);
    }

    /// The snapshot of now.
    #[must_use]
    pub fn current(&self) -> Snapshot {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes with every swap.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }
}
