//! Gathers the pages on diagnostics, so that `policyc explain` has them at hand.

use std::fmt::Write as _;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../docs/diagnostics");
    // Without the folder the question is asked anew at every build, so that its first page is seen.
    let watched = if folder.is_dir() { folder.clone() } else { folder.join("..") };
    writeln!(std::io::stdout(), "cargo::rerun-if-changed={}", watched.display())?;
    let mut pages = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path().canonicalize()?;
            let code = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("").to_owned();
            let is_code =
                code.len() == 5 && code.starts_with('P') && code[1..].bytes().all(|b| b.is_ascii_digit());
            if is_code && path.extension().is_some_and(|ending| ending == "md") {
                pages.push((code, path));
            }
        }
    }
    pages.sort();
    let mut table = String::from(
        "/// The pages, in the order of their codes.\npub(super) const PAGES: &[(&str, &str)] = &[\n",
    );
    for (code, path) in pages {
        writeln!(table, "    ({code:?}, include_str!({:?})),", path.display().to_string())?;
    }
    table.push_str("];\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("pages.rs"), table)?;
    Ok(())
}

use std::io::Write as _;
