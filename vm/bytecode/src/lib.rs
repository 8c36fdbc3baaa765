//! Instruction set, program format, verifier and disassembler.
