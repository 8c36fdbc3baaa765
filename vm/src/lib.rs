//! The deterministic machine that runs compiled policies; the crate that a service embeds.
