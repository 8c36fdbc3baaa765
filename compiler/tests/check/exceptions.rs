//! Exceptions: what the checker makes of them, and what it refuses.

use policy_compiler::hir::PatternKind;

use std::sync::Arc;

use policy_compiler::World;
use policy_syntax::FileId;

use crate::support::{clean, codes};

const GATE: &str = r#"
module ci.gate
type Pull = { number: Int, files: List<String> = [], owners: Map<String, Int> = {} }
policy merge on pull: Pull {
  default allow
  deny large when pull.number > 10
  @no_exceptions deny secret when pull.number > 20
  require owned for f in pull.files, (who, _) in pull.owners that who != f
  escalate odd to "ops" when pull.number == 11
  allow fine when pull.number == 1
  warn small when pull.number == 2
}
policy wrapped on pull: Pull {
  default allow
  include inner(pull) as rules
}
policy inner on pull: Pull { default allow deny hard when pull.number > 30 }
@no_exceptions
policy strict on pull: Pull { default allow require all_of: softer(pull) }
policy softer on pull: Pull { default allow deny soft when pull.number > 40 }
"#;

#[test]
fn exceptions_name_rules() {
    let checked = clean(&format!(
        "{GATE}{}",
        r#"
exception a to ci.gate.merge.large on pull: Pull
  when pull.number < 100
  until @2027-01-31
  because "migration of {pull.number}"
  approved by "ciso"
  follow up 48h
exception b to merge.owned(f, who) on pull: Pull when f == who
exception c to merge.odd until @2027-01-31T12:00:00Z
exception d to inner.hard on Pull when number == 31
"#
    ));
    let hir = &checked.hir;
    let named = |n: usize| {
        let exception = hir.exceptions.get(n).unwrap();
        let policy = hir.policies.get(exception.policy.index()).unwrap();
        let rule = policy.rules.get(exception.rule.index()).unwrap();
        (exception, policy.name.as_str(), rule.id.as_str())
    };
    let (a, policy, rule) = named(0);
    assert_eq!((a.name.as_str(), policy, rule), ("ci.gate.a", "ci.gate.merge", "large"));
    // To the end of the day, in UTC.
    assert_eq!(a.until.unwrap().seconds, 1_801_440_000);
    assert!(a.when.is_some() && a.because.is_some());
    assert_eq!(a.approved_by.as_deref(), Some("ciso"));
    assert_eq!(a.follow_up.unwrap().seconds, 48 * 3600);
    let (b, _, rule) = named(1);
    assert_eq!(rule, "owned");
    assert!(b.bindings.iter().all(|p| matches!(p.kind, PatternKind::Bind(_))) && b.bindings.len() == 2);
    assert_eq!(named(2).0.until.unwrap().seconds, 1_801_396_800);
    assert_eq!(named(3).1, "ci.gate.inner");
}

#[test]
fn exceptions_that_cannot_be() {
    let refused = |exception: &str| codes(&format!("{GATE}exception a to {exception}"));
    assert_eq!(refused("merge.huge"), ["P0430"]);
    assert_eq!(refused("merge"), ["P0430"]);
    assert_eq!(refused("ci.gates.merge.large"), ["P0430"]);
    assert_eq!(refused("merge.fine"), ["P0431"]);
    assert_eq!(refused("merge.small"), ["P0431"]);
    assert_eq!(refused("wrapped.rules.hard"), ["P0431"]);
    assert_eq!(refused("strict.all_of"), ["P0431"]);
    assert_eq!(refused("merge.secret"), ["P0432"]);
    assert_eq!(refused("softer.soft"), ["P0432"]);
    assert_eq!(refused("merge.large on x: { number: Int } when x.number == 1"), ["P0433"]);
    assert_eq!(refused("merge.owned(f) on x: Pull"), ["P0434"]);
    assert_eq!(refused("merge.large(f) on x: Pull"), ["P0434"]);
    assert_eq!(refused("merge.large until \"2027-01-31\""), ["P0435"]);
    assert_eq!(refused("merge.large on x: Pull when x.numbers == 1"), ["P0203"]);
    assert_eq!(refused("merge.large on x: Pull when 1"), ["P0201"]);
}

/// Each file a package, the first of which is the project.
struct Packages(Vec<String>);

impl World for Packages {
    fn files(&self) -> Vec<FileId> {
        (0..self.0.len()).map(|n| FileId(u32::try_from(n).unwrap())).collect()
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.0.get(file.0 as usize).map(|text| Arc::from(text.as_str()))
    }

    fn path(&self, file: FileId) -> String {
        format!("{}.policy", file.0)
    }

    fn module_name(&self, _: FileId) -> Option<String> {
        None
    }

    fn package(&self, file: FileId) -> u32 {
        file.0
    }
}

#[test]
fn only_the_rules_package_and_the_root_make_exceptions() {
    let with = |root: &str, other: &str| {
        let all = vec![format!("module root\n{root}"), GATE.to_owned(), format!("module other\n{other}")];
        let checked = policy_compiler::check(&Packages(all));
        checked.diagnostics.iter().map(|d| d.code.to_string()).collect::<Vec<_>>()
    };
    let exception = "exception a to ci.gate.merge.large until @2099-01-31 because \"x\"";
    assert_eq!(with(exception, ""), [""; 0]);
    assert_eq!(with("", exception), ["P0432"]);
}
