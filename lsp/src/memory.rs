//! Memory that is given back.

/// Begins the program once more with an allocator that gives back what large projects took, where that is what it has.
///
/// The allocator of glibc keeps a pool for each thread, and the larger the pieces are that come and go, the less it gives back.
/// Here one thread checks whole projects and another one answers, again and again: with one pool for both, and large pieces
/// that are given back at once, a server that has five thousand rules open holds a quarter less. The allocator reads how it
/// is to work before a program begins, and there is no other way to tell it without unsafe code.
pub(crate) fn thrifty() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use std::env::{args_os, current_exe, var_os};
        use std::os::unix::process::CommandExt;
        use std::process::Command;

        const SETTINGS: [(&str, &str); 2] = [("MALLOC_ARENA_MAX", "1"), ("MALLOC_MMAP_THRESHOLD_", "131072")];
        // Somebody has set it, or it has begun once more already.
        let set = SETTINGS.iter().any(|(name, _)| var_os(name).is_some());
        if set || var_os("GLIBC_TUNABLES").is_some() {
            return;
        }
        let mut given = args_os();
        if let (Ok(program), Some(name)) = (current_exe(), given.next()) {
            // Where this fails, the program goes on as it is.
            let _ = Command::new(program).arg0(name).args(given).envs(SETTINGS).exec();
        }
    }
}
