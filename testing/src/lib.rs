//! Runs the test and property blocks of policies.
