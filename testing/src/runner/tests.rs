//! Tests of the runner: projects on disk, run and read.
