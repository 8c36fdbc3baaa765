//! What a deployment makes of the modes of policies and rules: `[modes]` of `policy.toml`, and `--mode`.

use std::collections::BTreeMap;

use policy_compiler::hir::Policy;
use policy_project::manifest::ModeLevel;
use policy_project::nearest::nearest;
use policy_project::problem::Problem;
use policy_syntax::Diagnostic;
use policy_vm::{Evaluator, Mode};

use crate::workspace::Workspace;

/// Modes by the qualified names of policies and rules.
pub type Modes = BTreeMap<String, ModeLevel>;

/// The names that a mode can be given to: policies, and their rules behind them.
fn names(policies: &[Policy]) -> Vec<String> {
    // An include whose name is made for each instance has none of its own.
    let plain = |id: &str| !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || c == '_');
    let mut all = Vec::new();
    for policy in policies {
        all.push(policy.name.clone());
        let rules = policy.rules.iter().filter(|rule| plain(&rule.id));
        all.extend(rules.map(|rule| format!("{}.{}", policy.name, rule.id)));
    }
    all
}

/// The name that was probably meant.
fn meant<'n>(names: &'n [String], name: &str) -> Option<&'n str> {
    let ends = |known: &&String| known.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
    let near = || nearest(name, names.iter().map(String::as_str));
    names.iter().find(ends).map(String::as_str).or_else(near)
}

/// Modes for what there is not.
pub(crate) fn check(workspace: &Workspace) -> Vec<Diagnostic> {
    let names = names(&workspace.checked.hir.policies);
    let mut found = Vec::new();
    for (name, mode) in &workspace.project.manifest.modes {
        if !names.contains(name) {
            let nearest = meant(&names, name).map(str::to_owned);
            found.push(Problem::UnknownMode { name: name.clone(), nearest }.at(mode.place));
        }
    }
    found
}

impl Workspace {
    /// The modes that `policy.toml` says.
    #[must_use]
    pub fn own_modes(&self) -> Modes {
        self.project.manifest.modes.iter().map(|(name, mode)| (name.clone(), mode.value)).collect()
    }

    /// Modes with those behind them that a call gives, which count more.
    ///
    /// # Errors
    /// A sentence, for a name that is neither a policy's nor a rule's.
    pub fn with_modes(&self, mut modes: Modes, given: &[(String, ModeLevel)]) -> Result<Modes, String> {
        let names = names(&self.checked.hir.policies);
        for (name, mode) in given {
            if !names.contains(name) {
                let meant =
                    meant(&names, name).map_or_else(String::new, |name| format!("; did you mean {name}?"));
                return Err(format!("there is no policy and no rule {name} to give a mode{meant}"));
            }
            modes.insert(name.clone(), *mode);
        }
        Ok(modes)
    }
}

/// Lets a machine decide with modes. Those for what its program does not hold say nothing there.
pub fn apply(evaluator: &mut Evaluator, modes: &Modes) {
    for (name, mode) in modes {
        let mode = match mode {
            ModeLevel::Observe => Mode::Observe,
            ModeLevel::Advise => Mode::Advise,
            ModeLevel::Enforce => Mode::Enforce,
        };
        let _ = evaluator.set_mode(name, mode);
    }
}

/// Reads `POLICY=MODE` or `POLICY.RULE=MODE`.
///
/// # Errors
/// A sentence that says how it is written.
pub fn given(text: &str) -> Result<(String, ModeLevel), String> {
    let wanted = || "write POLICY=MODE or POLICY.RULE=MODE, with observe, advise or enforce".to_owned();
    let (name, mode) = text.split_once('=').ok_or_else(wanted)?;
    let mode = ModeLevel::named(mode.trim()).ok_or_else(wanted)?;
    match name.trim() {
        "" => Err(wanted()),
        name => Ok((name.to_owned(), mode)),
    }
}
