//! Which parts of an input a value may be.

/// The parts of the input that a value may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Alias {
    /// None.
    #[default]
    Nothing,
    /// One: nearly all are.
    One(usize),
    /// Any others.
    Several(Box<Several>),
}

/// More than one part of the input, or a tuple.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Several {
    /// Positions, sorted, each once.
    pub(super) parts: Vec<usize>,
    /// Those of the parts of a tuple that was made on the way.
    pub(super) tuple: Vec<Alias>,
}

impl Alias {
    /// The least that holds these; each has one form.
    pub(super) fn new(mut parts: Vec<usize>, tuple: Vec<Self>) -> Self {
        parts.sort_unstable();
        parts.dedup();
        match (parts.as_slice(), tuple.is_empty()) {
            ([], true) => Self::Nothing,
            ([part], true) => Self::One(*part),
            _ => Self::Several(Box::new(Several { parts, tuple })),
        }
    }

    pub(super) fn parts(&self) -> &[usize] {
        match self {
            Self::Nothing => &[],
            Self::One(part) => std::slice::from_ref(part),
            Self::Several(several) => &several.parts,
        }
    }

    pub(super) fn tuple(&self) -> &[Self] {
        match self {
            Self::Nothing | Self::One(_) => &[],
            Self::Several(several) => &several.tuple,
        }
    }

    pub(super) fn join(self, other: Self) -> Self {
        match (self, other) {
            (one, Self::Nothing) | (Self::Nothing, one) => one,
            (one, other) => {
                let (mut one, other) = (one.several(), other.several());
                one.parts.extend(other.parts);
                for (index, part) in other.tuple.into_iter().enumerate() {
                    match one.tuple.get_mut(index) {
                        Some(there) => *there = std::mem::take(there).join(part),
                        None => one.tuple.push(part),
                    }
                }
                Self::new(one.parts, one.tuple)
            }
        }
    }

    fn several(self) -> Several {
        match self {
            Self::Nothing => Several::default(),
            Self::One(part) => Several { parts: vec![part], tuple: Vec::new() },
            Self::Several(several) => *several,
        }
    }
}
