//! The examples of an item's documentation.

/// The lines of examples that are compiled and run, as readers see them.
#[derive(Clone, Default)]
pub(crate) struct Examples {
    pub(crate) code: String,
    /// Whether one of them asserts nothing.
    pub(crate) mute: bool,
}

impl Examples {
    /// The examples among the lines of a documentation.
    pub(super) fn of(lines: &[&str]) -> Self {
        let mut all = Self::default();
        // Within a block of code: whether it is run, and whether it asserts.
        let mut open: Option<(bool, bool)> = None;
        for line in lines {
            let line = line.trim();
            match (line.strip_prefix("```"), &mut open) {
                (Some(form), None) => open = Some((matches!(form, "" | "rust"), false)),
                (Some(_), Some((runs, asserts))) => {
                    all.mute |= *runs && !*asserts;
                    open = None;
                }
                (None, Some((true, asserts))) => {
                    *asserts |= line.contains("assert");
                    // Lines that readers do not see, and what is no code, show nothing.
                    if line != "#" && !line.starts_with("# ") && !line.starts_with("//") {
                        all.code.push_str(line);
                        all.code.push('\n');
                    }
                }
                (None, Some((false, _)) | None) => {}
            }
        }
        all
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.code.is_empty()
    }

    /// The text around each place where a name stands as a word.
    pub(crate) fn places<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        self.code.match_indices(name).filter_map(move |(at, _)| {
            let (before, rest) = self.code.split_at_checked(at)?;
            let behind = rest.strip_prefix(name)?;
            (!before.ends_with(part) && !behind.starts_with(part)).then_some((before, behind))
        })
    }
}
