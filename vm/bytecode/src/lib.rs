//! Instruction set, program format, verifier and disassembler.

pub mod intrinsic;
pub mod scalar;

pub use intrinsic::IntrinsicId;
