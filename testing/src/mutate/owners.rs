//! Which policies a change can matter to.

use policy_compiler::hir::Hir;

use super::change::Place;
use crate::reach::Reach;

/// The policies, by position, that evaluate a place, themselves or by what they call and include; first the one that it stands in.
pub(super) fn policies(hir: &Hir, place: Place) -> Vec<usize> {
    let own = match place {
        Place::Policy(at) | Place::Rule(at, _) => Some(at),
        Place::Exception(at) => hir.exceptions.get(at).map(|exception| exception.policy.index()),
        Place::Expr(_) => None,
    };
    let mut found: Vec<usize> = (0..hir.policies.len())
        .filter(|at| {
            let reach = Reach::of_policy(hir, *at);
            match (place, own) {
                (_, Some(own)) => reach.asks(own),
                (Place::Expr(id), None) => reach.evaluates(id),
                (Place::Policy(_) | Place::Rule(..) | Place::Exception(_), None) => false,
            }
        })
        .collect();
    found.sort_by_key(|at| (Some(*at) != own, *at));
    found
}
