//! Paths.

/// Whether a text is a path: relative, `/` between segments, none of them empty, `.` or `..`, without backslash and NUL.
///
/// ```
/// use policy_vm::locator::path;
/// assert!(path("src/main.rs") && !path("/etc/passwd") && !path("a/../b"));
/// ```
#[must_use]
pub fn path(text: &str) -> bool {
    text.split('/').all(|segment| !matches!(segment, "" | "." | "..")) && !text.contains(['\\', '\0'])
}
