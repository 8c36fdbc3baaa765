//! Writing files so that a crash leaves the old one or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever may by the system's own rules.
    Usual,
    /// The owner alone: for secrets.
    Owner,
}

/// Writes a file as a whole: to a temporary file beside it, which is synced and then takes its place.
///
/// # Errors
/// What the system says. The temporary file is removed then.
pub fn replace(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let (temporary, mut file) = temporary(path, readers)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let done = written.and_then(|()| fs::rename(&temporary, path));
    if done.is_err() {
        let _ = fs::remove_file(&temporary);
        return done;
    }
    // The new name is on disk once its folder is. Where folders cannot be synced there is nothing to do.
    if let Ok(folder) = File::open(folder(path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file beside another. Names are tried in turn; nobody else's file is opened.
fn temporary(path: &Path, readers: Readers) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
    let mut number = 0;
    loop {
        let tried = folder(path).join(format!(".{name}.{}.{number}.tmp", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        restrict(&mut options, readers);
        match options.open(&tried) {
            Ok(file) => return Ok((tried, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, readers: Readers) {
    use std::os::unix::fs::OpenOptionsExt as _;
    if readers == Readers::Owner {
        options.mode(0o600);
    }
}

#[cfg(not(unix))]
fn restrict(_: &mut OpenOptions, _: Readers) {}

#[cfg(test)]
mod tests {
    use super::{Readers, replace};

    #[test]
    fn the_old_file_or_the_new_one_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.pbundle");
        replace(&path, b"old", Readers::Usual).expect("it is written");
        replace(&path, b"new", Readers::Usual).expect("it is written");
        assert_eq!(std::fs::read(&path).expect("it is there"), b"new");
        // What cannot take its place leaves nothing behind.
        let taken = folder.path().join("taken");
        std::fs::create_dir_all(taken.join("inside")).expect("a folder");
        assert!(replace(&taken, b"new", Readers::Usual).is_err());
        let names = std::fs::read_dir(folder.path()).expect("a folder");
        assert_eq!(names.count(), 2);
        assert!(replace(&folder.path().join("none/a"), b"", Readers::Usual).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_for_their_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.key");
        replace(&path, b"secret", Readers::Owner).expect("it is written");
        let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
