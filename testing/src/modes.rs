//! What a deployment makes of the modes of policies and rules: `[modes]` of `policy.toml`, and `--mode`.

use policy_compiler::hir::Policy;
use policy_project::manifest::ModeLevel;
use policy_project::nearest::nearest;
use policy_project::problem::Problem;
use policy_syntax::Diagnostic;

use crate::workspace::Workspace;

/// A mode for a policy, or for a rule of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The qualified name of the policy.
    pub policy: String,
    /// The rule; none for the policy itself.
    pub rule: Option<String>,
    /// What it is.
    pub mode: ModeLevel,
}

/// The names that a mode can be given to: policies, and their rules behind them.
fn names(policies: &[Policy]) -> impl Iterator<Item = String> {
    policies.iter().flat_map(|policy| {
        let rules = policy.rules.iter().map(|rule| format!("{}.{}", policy.name, rule.id));
        std::iter::once(policy.name.clone()).chain(rules)
    })
}

/// Modes for what there is not.
pub(crate) fn check(workspace: &Workspace) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, mode) in &workspace.project.manifest.modes {
        if let Err(nearest) = target(&workspace.checked.hir.policies, name) {
            found.push(Problem::UnknownMode { name: name.clone(), nearest }.at(mode.place));
        }
    }
    found
}

/// The policy, and perhaps the rule, of a qualified name; otherwise the name that was probably meant.
fn target(policies: &[Policy], name: &str) -> Result<(String, Option<String>), Option<String>> {
    if policies.iter().any(|policy| policy.name == name) {
        return Ok((name.to_owned(), None));
    }
    for policy in policies {
        let rule = name.strip_prefix(policy.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
        if let Some(rule) = rule
            && policy.rules.iter().any(|known| known.id == rule)
        {
            return Ok((policy.name.clone(), Some(rule.to_owned())));
        }
    }
    let all: Vec<String> = names(policies).collect();
    let ends = all.iter().find(|known| known.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')));
    let near = || nearest(name, all.iter().map(String::as_str)).map(str::to_owned);
    Err(ends.cloned().or_else(near))
}

impl Workspace {
    /// The modes that `policy.toml` says, and then those of `given`, names and modes, which count more.
    ///
    /// # Errors
    /// A sentence, for a name that is neither a policy's nor a rule's.
    pub fn overrides(&self, given: &[(String, ModeLevel)]) -> Result<Vec<Override>, String> {
        let own = self.project.manifest.modes.iter().map(|(name, mode)| (name, mode.value));
        let all = own.chain(given.iter().map(|(name, mode)| (name, *mode)));
        let mut out: Vec<Override> = Vec::new();
        for (name, mode) in all {
            let (policy, rule) = target(&self.checked.hir.policies, name).map_err(|nearest| {
                let meant = nearest.map_or_else(String::new, |name| format!("; did you mean {name}?"));
                format!("there is no policy and no rule {name}{meant}")
            })?;
            out.retain(|known| known.policy != policy || known.rule != rule);
            out.push(Override { policy, rule, mode });
        }
        Ok(out)
    }
}
