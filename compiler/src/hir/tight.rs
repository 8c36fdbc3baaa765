//! What was checked is kept for as long as an editor shows it, so nodes keep no room to grow.

use super::ExprKind;

impl ExprKind {
    /// Gives back the room that its lists were grown with.
    pub(crate) fn tighten(&mut self) {
        match self {
            Self::Let { lets, .. } => lets.shrink_to_fit(),
            Self::If { branches, .. } => branches.shrink_to_fit(),
            Self::Match { arms, .. } => arms.shrink_to_fit(),
            Self::Record { fields, .. } => fields.shrink_to_fit(),
            Self::Tuple(parts) | Self::List(parts) | Self::Set(parts) => parts.shrink_to_fit(),
            Self::Map(entries) => entries.shrink_to_fit(),
            Self::Interpolation(text) => text.parts.shrink_to_fit(),
            Self::Attribute { fields, .. } => fields.shrink_to_fit(),
            Self::With { updates, .. } => updates.shrink_to_fit(),
            Self::Logic { operands, .. } => operands.shrink_to_fit(),
            Self::Quantified { generators, .. }
            | Self::Comprehension { generators, .. }
            | Self::Fold { generators, .. } => generators.shrink_to_fit(),
            Self::Then { patterns, .. } => patterns.shrink_to_fit(),
            Self::Score(parts) => parts.shrink_to_fit(),
            Self::Call { args, .. } | Self::Intrinsic { args, .. } => args.shrink_to_fit(),
            Self::Decide { params, .. } => params.shrink_to_fit(),
            Self::Error
            | Self::Const(_)
            | Self::Local(_)
            | Self::Global(_)
            | Self::Data(_)
            | Self::Now
            | Self::Field { .. }
            | Self::Tag(_)
            | Self::Entity { .. }
            | Self::EntityText { .. }
            | Self::Part { .. }
            | Self::JsonField { .. }
            | Self::Index { .. }
            | Self::WithPresent { .. }
            | Self::Narrow(_)
            | Self::Not(_)
            | Self::Coalesce(..)
            | Self::Compare { .. }
            | Self::Arithmetic { .. }
            | Self::Negate(_)
            | Self::In { .. }
            | Self::Matches { .. }
            | Self::Contains { .. }
            | Self::Is { .. }
            | Self::Cast { .. }
            | Self::Convert { .. }
            | Self::Descend { .. }
            | Self::Fixture { .. } => {}
        }
    }
}
