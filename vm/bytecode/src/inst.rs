//! One instruction, and its eight bytes.

use crate::op::{Op, Place};

/// An instruction. What its operands mean is in [`Op::info`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inst {
    /// The operation.
    pub op: Op,
    /// The byte operand.
    pub x: u8,
    /// The first operand.
    pub a: u16,
    /// The second operand.
    pub b: u16,
    /// The third operand.
    pub c: u16,
}

impl Inst {
    /// An instruction with three 16-bit operands.
    #[must_use]
    pub const fn new(op: Op, a: u16, b: u16, c: u16) -> Self {
        Self { op, x: 0, a, b, c }
    }

    /// An instruction with a 16-bit and a 32-bit operand.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the two halves are taken apart on purpose")]
    pub const fn wide(op: Op, a: u16, bc: u32) -> Self {
        Self { op, x: 0, a, b: bc as u16, c: (bc >> 16) as u16 }
    }

    /// `b` and `c` together.
    #[must_use]
    pub const fn bc(self) -> u32 {
        self.b as u32 | (self.c as u32) << 16
    }

    /// `a` with `x` above it, 24 bits.
    #[must_use]
    pub const fn ax(self) -> u32 {
        self.a as u32 | (self.x as u32) << 16
    }

    /// The same instruction with another `a` and `x`; none past 24 bits.
    #[must_use]
    pub const fn with_ax(self, ax: u32) -> Option<Self> {
        let [low, high, x, rest] = ax.to_le_bytes();
        if rest == 0 { Some(Self { a: u16::from_le_bytes([low, high]), x, ..self }) } else { None }
    }

    /// `c` as a signed distance.
    #[must_use]
    pub const fn near(self) -> i16 {
        self.c.cast_signed()
    }

    /// The operand at a place.
    #[must_use]
    pub const fn operand(self, place: Place) -> u32 {
        match place {
            Place::X => self.x as u32,
            Place::A => self.a as u32,
            Place::Ax => self.ax(),
            Place::B => self.b as u32,
            Place::C => self.c as u32,
            Place::Bc => self.bc(),
        }
    }

    /// The eight bytes, little endian.
    #[must_use]
    pub const fn encode(self) -> [u8; 8] {
        let [a0, a1] = self.a.to_le_bytes();
        let [b0, b1] = self.b.to_le_bytes();
        let [c0, c1] = self.c.to_le_bytes();
        [self.op as u8, self.x, a0, a1, b0, b1, c0, c1]
    }

    /// The instruction of eight bytes; none where the first is no operation.
    #[must_use]
    pub fn decode(bytes: [u8; 8]) -> Option<Self> {
        let [op, x, a0, a1, b0, b1, c0, c1] = bytes;
        Some(Self {
            op: Op::from_byte(op)?,
            x,
            a: u16::from_le_bytes([a0, a1]),
            b: u16::from_le_bytes([b0, b1]),
            c: u16::from_le_bytes([c0, c1]),
        })
    }
}
