//! Instruction set, program format, verifier and disassembler.

pub mod bundle;
pub mod disassemble;
pub mod duties;
pub mod inst;
pub mod intrinsic;
pub mod makeup;
pub mod op;
pub mod program;
pub mod scalar;
pub mod types;
pub mod verify;

pub use inst::Inst;
pub use intrinsic::IntrinsicId;
pub use op::Op;
pub use program::Program;
