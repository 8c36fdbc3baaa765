//! `a | b` inside a pattern: an arm asks for each choice of alternatives.

use policy_syntax::ast::{self, PatternId, PatternKind};

use super::Checker;
use super::env::Env;
use super::patterns::Bound;
use crate::diagnostics::types::Types;
use crate::hash::HashSet;
use crate::hir::{MatchPattern, Pattern, Ty};

/// How many choices an arm may have that has several places of alternatives, and all such arms together.
const MOST: usize = 256;
const MOST_IN_ALL: usize = 20_000;

impl Checker<'_> {
    /// The pattern of an arm: what it asks, what it binds, and whether it is sound.
    pub(crate) fn arm(
        &mut self,
        env: &Env,
        id: PatternId,
        ty: Ty,
        names: &mut Bound,
    ) -> (Vec<MatchPattern>, Option<Pattern>, bool) {
        let mut places = Vec::new();
        alternatives(self.ast(env.module), id, &mut places);
        let count = places.iter().try_fold(1usize, |n, (_, of)| n.checked_mul(*of));
        if places.len() > 1 {
            self.chosen = self.chosen.saturating_add(count.unwrap_or(0));
        }
        if count.is_none_or(|n| places.len() > 1 && n > MOST) || self.chosen > MOST_IN_ALL {
            let at = self.at(env.module, self.ast(env.module).patterns[id].span);
            self.report(at, Types::TooHigh);
            return (vec![MatchPattern::Any], None, false);
        }
        let mut seen = HashSet::default();
        let (mut out, mut bind, mut fine) = (Vec::new(), None, true);
        for choice in 0..count.unwrap_or(1) {
            let mut left = choice;
            // The last place changes fastest, so that choices come in the order of the text.
            for (place, of) in places.iter().rev() {
                self.choices.insert(*place, left % of);
                left /= of;
            }
            let mut again = Bound::new();
            let names = if choice == 0 { &mut *names } else { &mut again };
            match self.asked(env, id, ty, names) {
                Some((pattern, bound)) => {
                    // An alternative within another one is looked at once more for each of the others.
                    if places.len() < 2 || seen.insert(format!("{pattern:?}")) {
                        out.push(pattern);
                    }
                    if choice == 0 {
                        bind = bound;
                    }
                }
                None => fine = false,
            }
        }
        for (place, _) in places {
            self.choices.remove(&place);
        }
        if out.is_empty() { (vec![MatchPattern::Any], None, false) } else { (out, bind, fine) }
    }

    /// The alternative of `a | b` that is being looked at.
    pub(crate) fn alternative(
        &mut self,
        env: &Env,
        id: PatternId,
        alternatives: &[PatternId],
        ty: Ty,
        names: &mut Bound,
    ) -> Option<(MatchPattern, Option<Pattern>)> {
        let chosen = self.choices.get(&id).copied().unwrap_or(0);
        let before = names.len();
        let &alternative = alternatives.get(chosen)?;
        let asked = self.asked(env, alternative, ty, names)?;
        if names.len() > before {
            let at = self.at(env.module, self.ast(env.module).patterns[alternative].span);
            let (pattern, found) = ("an alternative that binds a name".to_owned(), self.show(ty));
            self.report(at, Types::Pattern { pattern, found });
            return None;
        }
        Some(asked)
    }
}

/// The places of `a | b` in a pattern, in the order of the text, with how many alternatives each has.
fn alternatives(tree: &ast::Ast, id: PatternId, out: &mut Vec<(PatternId, usize)>) {
    match &tree.patterns[id].kind {
        PatternKind::Or(parts) => {
            out.push((id, parts.len().max(1)));
            parts.iter().for_each(|&part| alternatives(tree, part, out));
        }
        PatternKind::Tuple(parts) => parts.iter().for_each(|&part| alternatives(tree, part, out)),
        PatternKind::Variant { payload: Some(part), .. } => alternatives(tree, *part, out),
        PatternKind::Record(fields) => {
            fields.iter().filter_map(|f| f.pattern).for_each(|part| alternatives(tree, part, out));
        }
        PatternKind::Error
        | PatternKind::Ignore
        | PatternKind::Name(_)
        | PatternKind::Variant { .. }
        | PatternKind::Literal(_)
        | PatternKind::Absent
        | PatternKind::Else => {}
    }
}
