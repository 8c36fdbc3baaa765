//! Each family of instructions, assembled by hand; failures, guards and `let`s; and hostile programs.

mod control;
mod families;
mod hostile;
