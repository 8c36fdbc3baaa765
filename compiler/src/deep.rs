//! Threads whose stack is sized for the highest tree that the language allows.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{Builder, JoinHandle, Scope, ScopedJoinHandle, scope};

/// The stack that checking the highest tree takes in a debug build, with room to spare.
const STACK: usize = 256 << 20;

thread_local! {
    /// Whether this thread has such a stack.
    static DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Starts a thread on which all work of this crate runs in place, instead of on a thread of its own each time.
///
/// # Errors
/// Where the system gives no thread.
pub fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).stack_size(STACK).spawn(move || deep(work))
}

/// Runs `work` on such a thread: this one, if it is one. Where it panics, `broken` gives the answer.
pub fn run<T: Send>(name: &str, work: impl Fn() -> T + Send + Sync, broken: impl Fn() -> T) -> T {
    if DEEP.get() {
        return catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| broken());
    }
    scope(|scope| {
        let builder = Builder::new().name(name.to_owned()).stack_size(STACK);
        match builder.spawn_scoped(scope, || deep(&work)) {
            Ok(handle) => handle.join().unwrap_or_else(|_| broken()),
            Err(_) => work(),
        }
    })
}

/// Starts `work` on such a thread beside the caller; none where the system gives no thread.
pub(crate) fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, T>> {
    let builder = Builder::new().name(name.to_owned()).stack_size(STACK);
    builder.spawn_scoped(scope, || deep(work)).ok()
}

fn deep<T>(work: impl FnOnce() -> T) -> T {
    DEEP.set(true);
    work()
}
