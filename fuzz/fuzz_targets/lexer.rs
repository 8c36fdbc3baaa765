#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = policy_syntax::parse(policy_syntax::FileId(0), text);
    let mut last = 0;
    for token in &parsed.tokens {
        assert!(last <= token.span.lo && token.span.lo <= token.span.hi);
        assert!(text.get(token.span.lo as usize..token.span.hi as usize).is_some());
        last = token.span.hi;
    }
});
