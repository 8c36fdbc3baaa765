#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = policy_syntax::parse(policy_syntax::FileId(0), text);
    if parsed.diagnostics.is_empty() {
        let _ = policy_syntax::format(text);
    }
});
