#![no_main]

use libfuzzer_sys::fuzz_target;
use policy_bytecode::bundle::{self, Caps, Container};
use sha2::{Digest as _, Sha256};

const CAPS: Caps = Caps { bytes: 1 << 20, unpacked: 4 << 20 };
const ENTRY: usize = 80;

fn read(bytes: &[u8]) -> bool {
    let Ok(container) = Container::open(bytes, CAPS) else { return false };
    let _ = bundle::read(&container, &[]);
    let _ = bundle::sources(&container);
    assert_eq!(container.keeping(|_| true), bytes);
    true
}

/// Makes the digests of the table, of the seal and of the signatures anew, as far as the bytes have room for them.
fn seal(bytes: &mut Vec<u8>) -> Option<()> {
    let count = usize::from(*bytes.get(12)?).min(64);
    let table = 16 + ENTRY * count;
    let mut at = table + 32;
    for entry in (16..table).step_by(ENTRY) {
        let beside = *bytes.get(entry + 26)? == 1;
        let stored = u64::from_le_bytes(bytes.get(entry + 32..entry + 40)?.try_into().ok()?);
        let end = if beside { at } else { at.checked_add(usize::try_from(stored).ok()?)? };
        let digest = Sha256::digest(bytes.get(at..end)?);
        bytes.get_mut(entry + 48..entry + ENTRY)?.copy_from_slice(&digest);
        at = end;
    }
    let seal = Sha256::digest(bytes.get(..table)?);
    bytes.get_mut(table..table + 32)?.copy_from_slice(&seal);
    let end = bytes.len().checked_sub(32).filter(|end| *end >= at)?;
    let signatures = Sha256::digest(bytes.get(at..end)?);
    bytes.get_mut(end..)?.copy_from_slice(&signatures);
    Some(())
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let mut sealed = bytes.to_vec();
    if seal(&mut sealed).is_some() {
        read(&sealed);
    }
});
