//! Mutants with digests and signature made anew are refused, or run safely within limits.

use policy_allocations::peak;
use policy_bundle::{SecretKey, Trust, inspect};
use policy_bytecode::bundle::{self, Caps, Container};
use policy_bytecode::disassemble::disassemble;
use policy_bytecode::scalar::Timestamp;
use policy_tests::bundles::Parts;
use policy_tests::generate::Rng;
use policy_vm::{Entry, Limits, Program};

use crate::{build, project, repository};

const CAPS: Caps = Caps { bytes: 1 << 20, unpacked: 4 << 20 };

/// What loading and running a mutant may hold at once: the sections unpacked, tables of up to thirty-two times what they were
/// read from, and what a decision may use.
const MOST: usize = 64 << 20;

const RICH: &str = include_str!("rich.policy");

const INPUTS: [&str; 3] = [
    r#"{"size": 12}"#,
    r#"{"kind": "push", "user": "ann", "files": [{"path": "a/b.rs", "lines": 7}, {"path": "c", "lines": 1}], "labels": {"a": 1},
        "at": "2026-01-01T00:00:00Z", "host": "db.example.com", "version": "1.2.3", "price": 1.25, "extra": {"k": [1]}}"#,
    "no JSON",
];

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Refused,
    Unopened,
    Decided,
}

/// Does with a bundle what hosts do with one, and where `all` is said what tools do too.
fn try_out(bytes: &[u8], all: bool) -> End {
    let Ok(container) = Container::open(bytes, CAPS) else { return End::Refused };
    if all {
        let _ = inspect(&container, &[]).map(|told| told.to_string().len());
    }
    let Ok(program) = Program::of_container(&container, &[], policy_stdlib::table()) else {
        return End::Refused;
    };
    if all {
        let _ = disassemble(program.bytecode()).len();
    }
    let manifest = program.manifest().cloned().unwrap_or_default();
    let code = program.bytecode();
    let policies = code.policies.iter().filter_map(|policy| code.texts.get(policy.name.index()));
    let names: Vec<&String> =
        manifest.entries.iter().map(|entry| &entry.name).chain(policies).take(2).collect();
    let mut end = End::Unopened;
    for name in names {
        let can =
            program.policy(name).map(|policy| program.duties(policy)).unwrap_or_default().and_transforms();
        let Ok(mut entry) = Entry::open_for(&program, name, &can) else { continue };
        entry.request().limits = Limits { fuel: 20_000, memory: 1 << 20 };
        entry.request().now = Some(Timestamp { seconds: 1_795_168_800, nanos: 0 });
        for input in INPUTS {
            let decision = entry.decide_json(input.as_bytes());
            if all {
                assert_eq!(decision.to_json(), entry.decide_json(input.as_bytes()).to_json());
                assert!(!entry.allowed(input.as_bytes()) || decision.proceed);
            }
            end = End::Decided;
        }
    }
    end
}

/// Tries so many mutants of a bundle; gives how many ended how.
fn mutants(original: &Parts, seed: u64, count: usize) -> [usize; 3] {
    assert_eq!(try_out(&original.seal(None), true), End::Decided);
    let mut ends = [0; 3];
    for number in 0..count {
        let mut rng = Rng::new(seed ^ (number as u64) << 20);
        let mut parts = original.clone();
        for _ in 0..=rng.below(3) {
            parts.damage(&mut rng);
        }
        let sealed = parts.seal(None);
        let (end, held) = peak(|| try_out(&sealed, number % 16 == 0));
        assert!(held < MOST, "mutant {number} of seed {seed} holds {held} bytes");
        ends[end as usize] += 1;
    }
    ends
}

/// So many, or as many times as `POLICY_TESTS_SCALE` says.
fn count(ordinary: usize) -> usize {
    let scale = std::env::var("POLICY_TESTS_SCALE").ok().and_then(|text| text.parse::<usize>().ok());
    ordinary * scale.unwrap_or(1)
}

// A hundred thousand in all. Most are of a bundle that has only what it must, so that they cost little and what is damaged
// matters.

fn small(seed: u64) {
    let bytes = std::fs::read(repository("vm/examples/gate.pbundle")).unwrap();
    let mut original = Parts::of(&bytes);
    original.sections.retain(|section| section.flags == 1);
    assert_eq!(original.sections.len(), 5);
    let ends = mutants(&original, seed, count(40_000));
    assert!(ends[0] > 2_000 && ends[2] > 2_000, "{ends:?}");
}

#[test]
fn resealed_mutants_of_a_small_bundle_do_no_harm() {
    small(1);
}

#[test]
fn more_resealed_mutants_of_a_small_bundle_do_no_harm() {
    small(5);
}

#[test]
fn resealed_mutants_of_a_whole_bundle_do_no_harm() {
    let bytes = std::fs::read(repository("vm/examples/gate.pbundle")).unwrap();
    let ends = mutants(&Parts::of(&bytes), 4, count(15_000));
    assert!(ends[0] > 1_000 && ends[2] > 1_000, "{ends:?}");
}

#[test]
fn resealed_mutants_of_a_rich_bundle_do_no_harm() {
    let folder = project(RICH);
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/teams.json"), r#"["core", "docs"]"#).unwrap();
    let bytes = build(folder.path(), true);
    let ends = mutants(&Parts::of(&bytes), 2, count(5_000));
    assert!(ends[0] > 500 && ends[2] > 500, "{ends:?}");
}

/// Whoever has the key can sign anything: what they sign is looked at no less.
#[test]
fn resigned_mutants_are_trusted_and_looked_at_all_the_same() {
    let key = SecretKey::of_seed([9; 32]);
    let bytes = std::fs::read(repository("vm/examples/gate.pbundle")).unwrap();
    let store = format!("[[key]]\nname = \"k\"\npublic = \"{}\"\n", key.public());
    let trust = Trust::parse(&store).unwrap();
    let now = Timestamp { seconds: 0, nanos: 0 };
    let original = Parts::of(&bytes);
    let (mut trusted, mut loaded) = (0, 0);
    for number in 0..count(80) {
        let mut rng = Rng::new(3 ^ (number as u64) << 20);
        let mut parts = original.clone();
        parts.damage(&mut rng);
        let sealed = parts.seal(Some(&key));
        if let Ok(container) = Container::open(&sealed, CAPS) {
            trusted += usize::from(trust.check(&container, now).is_ok());
        }
        loaded += usize::from(policy_bundle::load(&sealed, &[], &trust, now, policy_stdlib::table()).is_ok());
    }
    assert!(trusted > loaded && loaded > 5, "{trusted} trusted, {loaded} loaded");
}

/// Every bit of a signed bundle, and every end.
#[test]
fn what_was_not_made_anew_is_refused() {
    let key = SecretKey::of_seed([9; 32]);
    let bytes = std::fs::read(repository("vm/examples/gate.pbundle")).unwrap();
    let bytes = policy_bundle::sign(&crate::open(&bytes), &key, Some(1 << 40)).unwrap();
    assert!(Program::load(&bytes, policy_stdlib::table()).is_ok());
    for at in 0..bytes.len() {
        assert!(Container::open(&bytes[..at], CAPS).is_err(), "the first {at} bytes");
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            let container = Container::open(&damaged, CAPS);
            let read = container.and_then(|container| bundle::read(&container, &[]));
            assert!(read.is_err(), "bit {bit} of byte {at}");
        }
    }
}
