//! The language server.
//!
//! One thread owns the state and answers messages in their order; another one checks whole projects, so that a
//! key press never waits for more than the statement it changed. Texts that an editor holds win over those on disk.
//!
//! - [`server`] is the state and the loop, `dispatch` the table of requests, `features` one file a feature.
//! - `analysis` is a checked project with what is looked up in it; it never changes.
//! - `quick` finds what is wrong in the statement that is being typed, `worker` in everything.
//!
//! Nothing below this crate knows of the protocol. A panic in a request is an answer with an error, and the next
//! request finds the state as it was.

mod analysis;
mod capabilities;
mod clock;
mod convert;
mod dispatch;
mod documents;
mod failure;
mod features;
mod index;
mod lines;
mod memory;
mod quick;
mod server;
mod state;
mod uri;
mod wire;
mod worker;

use std::io;

use lsp_server::Connection;
use policy_compiler::deep;

use crate::wire::Wire;

/// Serves the editor at the other end of standard input and output, until it says goodbye. It is the only thing that its process
/// does, from the beginning: the process may begin once more, with an allocator that holds less.
///
/// # Errors
/// Where the connection breaks.
pub fn serve_stdio() -> io::Result<()> {
    memory::thrifty();
    let wire = Wire::standard()?;
    run(&wire);
    wire.close()
}

/// Serves the editor at the other end of a connection, until it says goodbye.
///
/// # Errors
/// Where the system gives no thread.
pub fn serve(connection: &Connection) -> io::Result<()> {
    let wire = Wire::within(connection)?;
    run(&wire);
    wire.close()
}

/// What it checks itself while somebody types is checked here, without a thread for each time.
fn run(wire: &Wire) {
    deep::run("policy-server", || server::run(wire), || ());
}
