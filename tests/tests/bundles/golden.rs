//! Bundles that were built long ago go on loading, and go on deciding as they did.
//!
//! The files are never written anew. A reader that cannot read one has broken what `docs/bundle-format.md` promises.

use policy_vm::{Entry, Program};

use crate::repository;

#[test]
fn old_bundles_decide_as_ever() {
    let bytes = std::fs::read(repository("tests/golden/bundles/format-3.pbundle")).unwrap();
    let program = Program::load(&bytes, policy_stdlib::table()).unwrap();
    assert_eq!(program.manifest().map(|manifest| manifest.name.as_str()), Some("gate"));
    let mut gate = Entry::open(&program, "gate").unwrap();
    assert!(gate.decide_json(br#"{"size": 10}"#).proceed);
    let denied = gate.decide_json(br#"{"size": 11}"#);
    assert!(!denied.proceed);
    assert_eq!(denied.reasons[0].message, "11 is too large");
    assert_eq!(denied.reasons[0].location, "policies/gate.policy:10:8");
}
