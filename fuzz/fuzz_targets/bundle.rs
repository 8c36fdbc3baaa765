#![no_main]

use libfuzzer_sys::fuzz_target;
use policy_bytecode::bundle::{self, Caps, Container};

const CAPS: Caps = Caps { bytes: 1 << 20, unpacked: 4 << 20 };

fuzz_target!(|bytes: &[u8]| {
    if let Ok(container) = Container::open(bytes, CAPS) {
        let _ = bundle::read(&container, &[]);
        let again = container.keeping(|_| true);
        assert_eq!(again, bytes);
    }
});
