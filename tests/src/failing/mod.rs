//! Policies of every shape, whose conditions are true, false or failing as their input says: what shows that a
//! failure never makes an outcome more permissive.

pub mod composed;
pub mod kinds;
pub mod shapes;

pub use composed::composed;
pub use kinds::{Kind, Law, extended, plain};
pub use shapes::{Shape, shapes};

/// What a condition of a shape comes to; the number that stands in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// True.
    True,
    /// False.
    False,
    /// It fails.
    Fails,
}

impl Truth {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::True, Self::False, Self::Fails];

    /// What the input says, so that [`condition`] comes to this.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::True => 1,
            Self::False => 2,
            Self::Fails => 0,
        }
    }
}

/// The condition that the part `c` of the input steers: `1 div 0` fails, `1 div 1` is 1, `1 div 2` is not.
#[must_use]
pub fn condition(c: usize) -> String {
    format!("1 div x.c{c} == 1")
}
