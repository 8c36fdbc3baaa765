use policy_bytecode::bundle::{Bundle, Caps, Container, Manifest, write};
use policy_bytecode::scalar::Timestamp;

use super::{Lapse, Trust, TrustError, days};
use crate::{SecretKey, sign};

fn bundle(name: &str) -> Vec<u8> {
    let manifest = Manifest { name: name.to_owned(), edition: "2027".to_owned(), ..Manifest::default() };
    write(&Bundle { manifest, ..Bundle::default() }, &[], true)
}

fn key(seed: u8) -> SecretKey {
    SecretKey::of_seed([seed; 32])
}

fn signed(bytes: &[u8], seed: u8, expires: Option<u64>) -> Vec<u8> {
    sign(&Container::open(bytes, Caps::default()).expect("it opens"), &key(seed), expires)
        .expect("there is room")
}

fn check(trust: &str, bytes: &[u8], now: i64) -> Result<Vec<String>, TrustError> {
    let trust = trust
        .replace("KEY1", &key(1).public().to_string())
        .replace("KEY2", &key(2).public().to_string())
        .replace("KEY3", &key(3).public().to_string());
    let container = Container::open(bytes, Caps::default()).map_err(TrustError::Bytes)?;
    let signers = Trust::parse(&trust)?.check(&container, Timestamp { seconds: now, nanos: 0 })?;
    Ok(signers.into_iter().map(|signer| signer.name).collect())
}

const ONE: &str = "[[key]]\nname = \"one\"\npublic = \"KEY1\"\n";

#[test]
fn who_signed_is_trusted() {
    let bytes = signed(&bundle("gate"), 1, None);
    assert_eq!(check(ONE, &bytes, 0), Ok(vec!["one".to_owned()]));
    assert_eq!(check(ONE, &bundle("gate"), 0), Err(TrustError::Unsigned));
    let other = signed(&bundle("gate"), 2, None);
    assert!(matches!(check(ONE, &other, 0), Err(TrustError::TooFew { holding: 0, required: 1, .. })));
    // A signature of a stranger beside is no harm.
    assert_eq!(check(ONE, &signed(&bytes, 2, None), 0), Ok(vec!["one".to_owned()]));
}

#[test]
fn signatures_belong_to_one_bundle_and_one_expiry() {
    let bytes = signed(&bundle("gate"), 1, Some(100));
    let container = Container::open(&bytes, Caps::default()).expect("it opens");
    let mut signature = container.signatures[0].clone();
    let forged = TrustError::Forged { name: "one".to_owned() };
    let other = bundle("other");
    let moved =
        Container::open(&other, Caps::default()).expect("it opens").with_signatures(&[signature.clone()]);
    assert_eq!(check(ONE, &moved, 0), Err(forged.clone()));
    signature.expires = None;
    assert_eq!(check(ONE, &container.with_signatures(&[signature]), 0), Err(forged));
}

#[test]
fn keys_and_signatures_lapse() {
    let bytes = signed(&bundle("gate"), 1, Some(100));
    let lapse = |trust: &str, now| match check(trust, &bytes, now) {
        Err(TrustError::TooFew { lapsed, .. }) => Some(lapsed[0].1),
        _ => None,
    };
    assert_eq!(lapse(ONE, 99), None);
    assert_eq!(lapse(ONE, 100), Some(Lapse::Expired));
    let until = format!("{ONE}until = 1970-01-01T00:01:00Z\n");
    assert_eq!((lapse(&until, 59), lapse(&until, 60)), (None, Some(Lapse::KeyLapsed)));
    let revoked = format!("{ONE}revoked = true\n[[key]]\nname = \"two\"\npublic = \"KEY2\"\n");
    assert_eq!(lapse(&revoked, 0), Some(Lapse::Revoked));
    assert_eq!(lapse(&format!("{ONE}bundles = [\"ga*\", \"x\"]\n"), 0), None);
    assert_eq!(lapse(&format!("{ONE}bundles = [\"gat\", \"x*\"]\n"), 0), Some(Lapse::OtherBundle));
}

#[test]
fn several_may_have_to_sign() {
    let two = "require = 2\n[[key]]\nname = \"one\"\npublic = \"KEY1\"\nrequired = true\n\
               [[key]]\nname = \"two\"\npublic = \"KEY2\"\n[[key]]\nname = \"three\"\npublic = \"KEY3\"\n";
    let first = signed(&bundle("gate"), 1, None);
    assert!(matches!(check(two, &first, 0), Err(TrustError::TooFew { holding: 1, required: 2, .. })));
    let mut both = check(two, &signed(&first, 3, None), 0).expect("both signed");
    both.sort();
    assert_eq!(both, ["one", "three"]);
    let without = signed(&signed(&bundle("gate"), 2, None), 3, None);
    assert_eq!(check(two, &without, 0), Err(TrustError::Missing { name: "one".to_owned(), why: None }));
    // Signing twice is one signature.
    assert!(check(two, &signed(&first, 1, None), 0).is_err());
}

#[test]
fn stores_that_are_wrong_are_not_used() {
    let bytes = signed(&bundle("gate"), 1, None);
    for trust in [
        "",
        "require = 0\n[[key]]\nname = \"one\"\npublic = \"KEY1\"\n",
        "[[key]]\nname = \"one\"\npublic = \"KEY1\"\nrequried = true\n",
        "[[key]]\nname = \"one\"\npublic = \"ed25519:AAAA\"\n",
        "[[key]]\nname = \"one\"\npublic = \"KEY1\"\nuntil = 12:00:00\n",
        "[[key]]\nname = \"one\"\npublic = \"KEY1\"\n[[key]]\nname = \"two\"\npublic = \"KEY1\"\n",
        "[[key]]\nname = \"zero\"\npublic = \"ed25519:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"\n",
        "]",
    ] {
        assert!(matches!(check(trust, &bytes, 0), Err(TrustError::Store(_))), "{trust}");
    }
}

#[test]
fn days_are_counted() {
    assert_eq!([days(1970, 1, 1), days(2000, 3, 1), days(2027, 12, 31)], [0, 11_017, 21_183]);
}
