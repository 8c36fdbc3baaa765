//! Keeping what is read inside the project.

use std::fmt;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Why a path was refused or a file not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It leads out of the project, perhaps through a symbolic link.
    Outside,
    /// It is longer than what may be read, in bytes.
    TooLarge(u64),
    /// The system says no, in its words.
    System(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside => f.write_str("it leads out of the project"),
            Self::TooLarge(limit) if limit % (1 << 20) == 0 => {
                write!(f, "it is larger than {} MiB", limit >> 20)
            }
            Self::TooLarge(limit) => write!(f, "it is larger than {limit} bytes"),
            Self::System(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for Refused {}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        Self::System(describe(&error))
    }
}

/// What the system says, without its error number.
#[must_use]
pub fn describe(error: &std::io::Error) -> String {
    let known = [
        (std::io::ErrorKind::NotFound, "there is no such file or folder"),
        (std::io::ErrorKind::PermissionDenied, "permission denied"),
        (std::io::ErrorKind::IsADirectory, "it is a folder"),
    ];
    if let Some((_, words)) = known.iter().find(|(kind, _)| *kind == error.kind()) {
        return (*words).to_owned();
    }
    let shown = error.to_string();
    let plain = shown.split(" (os error").next().unwrap_or(&shown);
    let mut letters = plain.chars();
    letters.next().map_or_else(String::new, |c| c.to_lowercase().chain(letters).collect())
}

/// The real path of `base` joined with `path`, if that is `root` or below it. `root` is a real path.
///
/// # Errors
/// Where it is not, or does not exist.
pub fn confine(root: &Path, base: &Path, path: &Path) -> Result<PathBuf, Refused> {
    let joined = base.join(path);
    // What is not there cannot be resolved: a path that leaves the project by its spelling is refused as such.
    let real = match joined.canonicalize() {
        Ok(real) => real,
        Err(_) if !spelled(&joined).starts_with(root) => return Err(Refused::Outside),
        Err(error) => return Err(error.into()),
    };
    if real.starts_with(root) { Ok(real) } else { Err(Refused::Outside) }
}

/// The path without `.` and `..`, by its spelling alone.
fn spelled(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            Component::Normal(_) | Component::RootDir | Component::Prefix(_) => out.push(part),
        }
    }
    out
}

/// Reads a file of at most `limit` bytes. Only ordinary files are read, so that nothing waits for a pipe or device.
///
/// # Errors
/// Where it cannot be read, is no ordinary file or is longer.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Refused> {
    let about = std::fs::metadata(path)?;
    if about.is_dir() {
        return Err(Refused::System("it is a folder".to_owned()));
    }
    if !about.is_file() {
        return Err(Refused::System("it is no ordinary file".to_owned()));
    }
    if about.len() > limit {
        return Err(Refused::TooLarge(limit));
    }
    read_from(std::fs::File::open(path)?, limit)
}

/// Reads a stream to its end, at most `limit` bytes.
///
/// # Errors
/// Where it cannot be read or is longer.
pub fn read_from(from: impl Read, limit: u64) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Refused::TooLarge(limit));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
