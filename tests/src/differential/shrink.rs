//! A case in which something is wrong, made smaller.

use crate::generate::Generated;

/// Leaves out what can be left out while something is still wrong; and what is wrong then. Nothing, where it is not
/// with the program alone.
pub(super) fn shrink(
    mut generated: Generated,
    how: impl Fn(&Generated) -> Option<String>,
) -> (Generated, Option<String>) {
    if how(&generated).is_none() {
        return (generated, None);
    }
    loop {
        let before = size(&generated);
        for candidate in smaller(&generated) {
            // Positions move as parts go: the smaller one is asked anew until nothing can go.
            if how(&candidate).is_some() {
                generated = candidate;
                break;
            }
        }
        if size(&generated) == before {
            let what = how(&generated);
            return (generated, what);
        }
    }
}

fn size(generated: &Generated) -> usize {
    let statements: usize = generated.policies.iter().map(|policy| policy.statements.len() + 1).sum();
    generated.items.len() + statements + generated.after.len()
}

/// The program without one of its parts, for each of them.
fn smaller(generated: &Generated) -> Vec<Generated> {
    let mut all = Vec::new();
    for index in (0..generated.after.len()).rev() {
        let mut candidate = generated.clone();
        candidate.after.remove(index);
        all.push(candidate);
    }
    for policy in (0..generated.policies.len().saturating_sub(1)).rev() {
        let mut candidate = generated.clone();
        candidate.policies.remove(policy);
        all.push(candidate);
    }
    for (policy, written) in generated.policies.iter().enumerate() {
        for index in (1..written.statements.len()).rev() {
            let mut candidate = generated.clone();
            if let Some(written) = candidate.policies.get_mut(policy) {
                written.statements.remove(index);
                all.push(candidate);
            }
        }
    }
    for index in (0..generated.items.len()).rev() {
        let mut candidate = generated.clone();
        candidate.items.remove(index);
        all.push(candidate);
    }
    all
}
