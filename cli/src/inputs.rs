//! The documents that a run decides about: files, folders, patterns, and standard input.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use policy_project::formats::Columns;
use policy_project::{Document, Format, FormatError, confine, formats};
use walkdir::WalkDir;

/// The greatest size of an input where `policy.toml` and the command line say nothing, in bytes.
pub(crate) const MAX_INPUT: u64 = 512 << 20;

/// A file of inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input {
    /// The path; none for standard input.
    pub(crate) path: Option<PathBuf>,
    /// Whether it was named itself, rather than found in a folder or by a pattern.
    pub(crate) named: bool,
}

impl Input {
    /// The name as it is shown.
    pub(crate) fn shown(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "<stdin>".to_owned(),
        }
    }
}

/// What was named, in order, with folders and patterns resolved to files in the order of their paths.
///
/// # Errors
/// A sentence for each name that leads to nothing.
pub(crate) fn find(names: &[PathBuf]) -> (Vec<Input>, Vec<String>) {
    let mut out: Vec<Input> = Vec::new();
    let mut problems = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        let found = if name.as_os_str() == "-" {
            Ok(vec![Input { path: None, named: true }])
        } else if name.is_dir() {
            folder(name)
        } else if name.exists() || !is_pattern(name) {
            Ok(vec![Input { path: Some(name.clone()), named: true }])
        } else {
            pattern(name)
        };
        match found {
            Ok(found) => out.extend(found.into_iter().filter(|input| seen.insert(input.path.clone()))),
            Err(problem) => problems.push(problem),
        }
    }
    (out, problems)
}

fn is_pattern(name: &Path) -> bool {
    name.to_string_lossy().contains(['*', '?', '[', '{'])
}

fn folder(name: &Path) -> Result<Vec<Input>, String> {
    let mut out = Vec::new();
    let entries =
        WalkDir::new(name).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| {
            entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
        });
    for entry in entries {
        let entry = entry.map_err(|error| format!("{} cannot be read: {error}", name.display()))?;
        if !entry.file_type().is_dir() && Format::of_path(entry.path()).is_some() {
            out.push(Input { path: Some(entry.path().to_path_buf()), named: false });
        }
    }
    if out.is_empty() {
        let endings: Vec<&str> = Format::ALL.iter().flat_map(|format| format.extensions()).copied().collect();
        return Err(format!("{} holds no input: no file ends in {}", name.display(), endings.join(", ")));
    }
    Ok(out)
}

fn pattern(name: &Path) -> Result<Vec<Input>, String> {
    let text = name.to_string_lossy();
    let text = text.strip_prefix("./").unwrap_or(&text);
    let matcher = GlobBuilder::new(text)
        .literal_separator(true)
        .build()
        .map_err(|error| format!("{text} is no pattern: {}", error.kind()))?
        .compile_matcher();
    let start: PathBuf = Path::new(text)
        .parent()
        .into_iter()
        .flat_map(Path::components)
        .take_while(|part| !is_pattern(Path::new(part.as_os_str())))
        .collect();
    let walked = if start.as_os_str().is_empty() { PathBuf::from(".") } else { start };
    let mut out = Vec::new();
    for entry in WalkDir::new(&walked).follow_links(true).sort_by_file_name() {
        let Ok(entry) = entry else { continue };
        let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
        if !entry.file_type().is_dir() && matcher.is_match(path) {
            out.push(Input { path: Some(path.to_path_buf()), named: false });
        }
    }
    if out.is_empty() { Err(format!("no file matches {text}")) } else { Ok(out) }
}

/// The documents of an input, each read or not.
///
/// # Errors
/// A sentence, where the file cannot be opened or its format cannot be told.
pub(crate) fn read(
    input: &Input,
    format: Option<Format>,
    limit: u64,
    columns: &Columns,
) -> Result<Vec<Result<Document, FormatError>>, String> {
    let shown = input.shown();
    let bytes = match &input.path {
        Some(path) => read_file(path, limit),
        None => confine::read_from(std::io::stdin().lock(), limit),
    };
    let bytes = bytes.map_err(|error| format!("{shown} cannot be read: {error}"))?;
    let told =
        format.or_else(|| input.path.as_deref().and_then(Format::of_path)).or_else(|| formats::sniff(&bytes));
    let Some(format) = told else {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        return Err(format!(
            "the format of {shown} cannot be told; say it with --input-format ({})",
            names.join(", ")
        ));
    };
    Ok(formats::documents_as(format, &bytes, columns))
}

/// Opens an input to be read bit by bit.
///
/// # Errors
/// Why it cannot be.
pub(crate) fn open(input: &Input) -> Result<Box<dyn std::io::Read>, confine::Refused> {
    let Some(path) = &input.path else { return Ok(Box::new(std::io::stdin().lock())) };
    if std::fs::metadata(path)?.is_dir() {
        return Err(confine::Refused::System("it is a folder".to_owned()));
    }
    Ok(Box::new(std::fs::File::open(path)?))
}

/// Reads a file that a user named: pipes (`<(command)`) are read too.
fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, confine::Refused> {
    let about = std::fs::metadata(path)?;
    if about.is_file() || about.is_dir() {
        return confine::read(path, limit);
    }
    confine::read_from(std::fs::File::open(path)?, limit)
}

#[cfg(test)]
mod tests;
