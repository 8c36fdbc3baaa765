//! The pages of diagnostics: each shows sources that give the diagnostic, and sources that do not.

use policy_bytecode::scalar::Timestamp;
use policy_compiler::lint::{self, LINTS, Levels};
use policy_compiler::{Options, SourceMap, Sources, World, check, compile, cost};
use policy_syntax::{Code, Diagnostic, Severity};

use crate::spec::markdown::{Block, sections};

/// A page, taken apart.
#[derive(Clone, Debug)]
pub struct Page {
    /// The code in its heading.
    pub code: Code,
    /// The rest of its heading.
    pub title: String,
    /// What gives the diagnostic: each entry is checked by itself.
    pub fails: Vec<Example>,
    /// What does not.
    pub mended: Vec<Example>,
}

/// Sources that are checked together: paths and texts. Blocks with a `path=` belong to one example.
#[derive(Clone, Debug, Default)]
pub struct Example {
    /// Paths and texts.
    pub files: Vec<(String, String)>,
}

impl Page {
    /// Takes a page apart.
    ///
    /// # Errors
    /// What it lacks.
    pub fn read(text: &str) -> Result<Self, String> {
        let heading =
            text.lines().next().and_then(|line| line.strip_prefix("# ")).ok_or("there is no heading")?;
        let (code, title) = heading.split_once(": ").ok_or("the heading is not `# CODE: title`")?;
        let code: Code = code.parse().map_err(|error| format!("the heading has no code: {error}"))?;
        let examples = |name: &str| -> Result<Vec<Example>, String> {
            let found =
                sections(text).into_iter().find(|section| section.title == format!("{heading} / {name}"));
            let section = found.ok_or_else(|| format!("there is no section `## {name}` with an example"))?;
            Ok(group(&section.blocks))
        };
        let title = title.to_owned();
        // No source can show what only a mistake in the program itself gives.
        if text.contains("mistake in policyc itself") && !text.contains("\n## ") {
            return Ok(Self { code, title, fails: Vec::new(), mended: Vec::new() });
        }
        Ok(Self { code, title, fails: examples("Fails")?, mended: examples("Mended")? })
    }

    /// Whether its examples are policies alone; others need files around them, which the command line's tests lay down.
    #[must_use]
    pub fn only_policies(&self) -> bool {
        self.fails
            .iter()
            .chain(&self.mended)
            .all(|example| example.files.iter().all(|(path, _)| path.ends_with(".policy")))
    }

    /// What is wrong with the page: examples that do not show what they should.
    ///
    /// `check` gives the diagnostics of an example. Pages of lints are held to all lints; on others a warning of a lint does not matter, an error does.
    #[must_use]
    pub fn problems(&self, check: &dyn Fn(&Example) -> Vec<Diagnostic>) -> Vec<String> {
        let mut problems = Vec::new();
        for example in &self.fails {
            let found = check(example);
            if !found.iter().any(|diagnostic| diagnostic.code == self.code) {
                problems.push(format!("`## Fails` does not give {}: {}", self.code, shown(&found)));
            }
            let others: Vec<Diagnostic> = found
                .into_iter()
                .filter(|diagnostic| diagnostic.code != self.code && diagnostic.severity == Severity::Error)
                .filter(|diagnostic| self.counts(diagnostic))
                .collect();
            if !others.is_empty() {
                problems.push(format!("`## Fails` gives other errors: {}", shown(&others)));
            }
        }
        for example in &self.mended {
            let found: Vec<Diagnostic> =
                check(example).into_iter().filter(|diagnostic| self.counts(diagnostic)).collect();
            if !found.is_empty() {
                problems.push(format!("`## Mended` is not clean: {}", shown(&found)));
            }
        }
        problems
    }

    fn counts(&self, diagnostic: &Diagnostic) -> bool {
        let lint = LINTS.iter().any(|lint| lint.code == diagnostic.code);
        let of_lints = LINTS.iter().any(|lint| lint.code == self.code);
        // A page of the syntax may show what the checker does not carry yet.
        let later = self.code < Code(100) && diagnostic.message.contains("is not supported yet");
        !later && (of_lints || !lint || diagnostic.severity == Severity::Error)
    }
}

fn group(blocks: &[Block]) -> Vec<Example> {
    let mut together = Example::default();
    let mut alone = Vec::new();
    for block in blocks {
        match block.attributes.strip_prefix("path=") {
            Some(path) => together.files.push((path.to_owned(), block.text.clone())),
            None => {
                let path = format!("example.{}", block.language);
                alone.push(Example { files: vec![(path, block.text.clone())] });
            }
        }
    }
    if !together.files.is_empty() {
        alone.push(together);
    }
    alone
}

/// The time at which exceptions of examples are looked at: 2030-01-01.
const LATER: Timestamp = Timestamp { seconds: 1_893_456_000, nanos: 0 };

impl Example {
    /// The diagnostics of its sources.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut sources = Sources::default();
        for (path, text) in &self.files {
            match path.strip_suffix(".policy") {
                // A path in a folder is one of a project: it says what the module is called.
                Some(name) if path.contains('/') => {
                    sources.add_module(path.as_str(), text.as_str(), name.replace('/', "."));
                }
                Some(_) | None => {
                    sources.add(path.as_str(), text.as_str());
                }
            }
        }
        let checked = check(&sources);
        let mut lints = lint::run(&checked, &Levels::default());
        lints.extend(lint::lapsed(&checked, &Levels::default(), LATER));
        // What only shows when constants are computed.
        let computed = if checked.has_errors() {
            Vec::new()
        } else {
            let map = SourceMap::of(&checked, |file| sources.path(file));
            let mut found = compile(&checked.hir, &map, Options::default()).err().unwrap_or_default();
            found.extend(cost::check(&checked.hir, cost::Limits::default()));
            found
        };
        checked.diagnostics.into_iter().chain(lints).chain(computed).collect()
    }
}

fn shown(found: &[Diagnostic]) -> String {
    let lines: Vec<String> =
        found.iter().map(|d| format!("{} {} ({})", d.severity, d.code, d.message)).collect();
    if lines.is_empty() { "nothing is found".to_owned() } else { lines.join("; ") }
}
