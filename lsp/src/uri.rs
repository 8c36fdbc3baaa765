//! Between URIs and paths.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

/// The path of a `file:` URI; none of another one.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    // An authority is empty or this machine.
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = decode(path);
    // `/C:/…` on Windows.
    let bytes = path.as_bytes();
    let drive = bytes.first() == Some(&b'/')
        && bytes.get(1).is_some_and(u8::is_ascii_alphabetic)
        && bytes.get(2) == Some(&b':');
    let path = if drive { path.get(1..).unwrap_or("").to_owned() } else { path };
    Some(PathBuf::from(path))
}

/// The real path of a URI, as the project knows it: of a file that does not exist yet, the real path of its folder and
/// its name. A URI that names no file stands for itself.
pub(crate) fn real(uri: &Uri) -> PathBuf {
    let Some(path) = path(uri) else { return PathBuf::from(&uri.0) };
    real_path(&path)
}

/// The real path of a file that need not exist.
pub(crate) fn real_path(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent != path => real_path(parent).join(name),
        (_, _) => path.to_path_buf(),
    }
}

/// The URI of a path.
pub(crate) fn of(path: &Path) -> Uri {
    let text = policy_project::load::slashed(path);
    // What is no path is a URI that stands for itself.
    if !text.starts_with('/') && text.contains(':') && text.as_bytes().get(1) != Some(&b':') {
        return Uri(text);
    }
    let mut out = String::from("file://");
    if !text.starts_with('/') {
        out.push('/');
    }
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
        if plain {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Uri(out)
}

fn decode(text: &str) -> String {
    let hex =
        |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%'
            && let (Some(high), Some(low)) = (hex(bytes.get(at + 1)), hex(bytes.get(at + 2)))
        {
            out.push(high * 16 + low);
            at += 3;
            continue;
        }
        out.push(*byte);
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back_from_their_uris() {
        for text in ["/a/b.policy", "/a b/\u{e9}#?%.policy", "/"] {
            let there = of(Path::new(text));
            assert_eq!(path(&there).as_deref(), Some(Path::new(text)), "{there}");
        }
        assert_eq!(of(Path::new("/a b")).0, "file:///a%20b");
    }

    #[test]
    fn a_uri_that_names_no_file_stands_for_itself() {
        let uri = Uri("untitled:Untitled-1".to_owned());
        assert_eq!(path(&uri), None);
        assert_eq!(of(&real(&uri)), uri);
    }

    #[test]
    fn drives_lose_the_slash_before_them() {
        assert_eq!(path(&Uri("file:///c%3A/x.policy".to_owned())), Some(PathBuf::from("c:/x.policy")));
    }
}
