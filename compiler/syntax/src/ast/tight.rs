//! Trees are kept for as long as their texts are, so nodes keep no room to grow.

use super::{Ast, ExprKind, ItemKind, StepKind};

impl Ast {
    /// Gives back the room that lists were grown with.
    pub(crate) fn tighten(&mut self) {
        self.items.shrink_to_fit();
        self.exprs.tighten();
        self.types.tighten();
        self.patterns.tighten();
        for item in &mut self.items {
            if let ItemKind::Policy(policy) = &mut item.kind {
                policy.body.shrink_to_fit();
            }
        }
    }
}

impl ExprKind {
    /// Gives back the room that its lists were grown with.
    pub(crate) fn tighten(&mut self) {
        match self {
            Self::Tuple(parts) | Self::List(parts) | Self::Set(parts) => parts.shrink_to_fit(),
            Self::Coalesce(parts) | Self::Implies(parts) | Self::Logic { operands: parts, .. } => {
                parts.shrink_to_fit();
            }
            Self::String(text) => text.parts.shrink_to_fit(),
            Self::Entity { ty, .. } => ty.segments.shrink_to_fit(),
            Self::Map(entries) => entries.shrink_to_fit(),
            Self::Record(fields) => fields.shrink_to_fit(),
            Self::Comprehension(comprehension) => comprehension.generators.shrink_to_fit(),
            Self::Quantifier(quantified) => quantified.generators.shrink_to_fit(),
            Self::Fold { generators, .. } => generators.shrink_to_fit(),
            Self::Arithmetic { rest, .. } => rest.shrink_to_fit(),
            Self::Match { arms, .. } => arms.shrink_to_fit(),
            Self::Score(entries) => entries.shrink_to_fit(),
            Self::Lambda { params, .. } => params.shrink_to_fit(),
            Self::Postfix { steps, .. } => {
                for step in steps.iter_mut() {
                    step.kind.tighten();
                }
                steps.shrink_to_fit();
            }
            // Branches are still being added where an `if` is the last `else` of another.
            Self::If { .. }
            | Self::Error
            | Self::Name(_)
            | Self::Absent
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Decimal(_)
            | Self::Checked(_)
            | Self::EmptyBraces
            | Self::Cast { .. }
            | Self::Neg(_)
            | Self::Compare { .. }
            | Self::Is { .. }
            | Self::Not(_) => {}
        }
    }
}

impl StepKind {
    fn tighten(&mut self) {
        match self {
            Self::Method { args, .. } | Self::Call { args } => args.shrink_to_fit(),
            Self::With(updates) => updates.shrink_to_fit(),
            Self::Field { .. } | Self::Index { .. } => {}
        }
    }
}
