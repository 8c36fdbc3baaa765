//! Exit codes.

/// How a run ended. The numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: it went well; of `eval`: the host may proceed.
    Good,
    /// 1: something was found; of `eval`: deny.
    Found,
    /// 2: there is no answer: the call, a source or a file is wrong.
    NoAnswer,
    /// 3: of `eval`: escalate.
    Escalate,
    /// 4: of `eval`: not applicable.
    NotApplicable,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Found => 1,
            Self::NoAnswer => 2,
            Self::Escalate => 3,
            Self::NotApplicable => 4,
        }
    }

    /// The worse of two: 2, 1, 3, 4, 0.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let rank = |exit: Self| match exit {
            Self::NoAnswer => 4,
            Self::Found => 3,
            Self::Escalate => 2,
            Self::NotApplicable => 1,
            Self::Good => 0,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// What the exit codes of each command mean: command, code, meaning.
#[must_use]
pub fn table() -> &'static [(&'static str, u8, &'static str)] {
    &[
        ("new", 0, "the project was written"),
        ("new", 2, "it was not: the folder holds something, the name is none, or it cannot be written"),
        ("check", 0, "no errors (and with `--deny-warnings` no warnings)"),
        ("check", 1, "errors were found in policy.toml or in sources"),
        (
            "check",
            2,
            "nothing could be checked: wrong call, no project, or a file that cannot be read or written",
        ),
        ("cost", 0, "the costs were shown, and no input took more than was promised"),
        ("cost", 1, "an input took more steps than was promised; this is a bug in policyc"),
        (
            "cost",
            2,
            "there is nothing to show: wrong call, no project, errors in it, or an input that cannot be read",
        ),
        ("fmt", 0, "all files are in the one style, or were put into it"),
        (
            "fmt",
            1,
            "with `--check`: a file is not in the one style; otherwise: a file has syntax errors and was left alone",
        ),
        ("fmt", 2, "wrong call, no project, or a file that cannot be read or written"),
        (
            "eval",
            0,
            "proceed: every outcome is allow, or not applicable where the entry says `not_applicable = \"proceed\"`, or the mode is not enforce",
        ),
        ("eval", 1, "a deny, a misfit or a failure included"),
        (
            "eval",
            2,
            "no decision could be made: wrong call, errors in the project, or an input that cannot be opened or whose format cannot be told",
        ),
        ("eval", 3, "an escalation"),
        ("eval", 4, "not applicable"),
        ("test", 0, "every test passed"),
        (
            "test",
            1,
            "a test or property failed, a skip was forbidden, the tests reach less than policy.toml asks for, or with `--bundle` it is not what the project builds",
        ),
        ("test", 2, "no test could run: wrong call, errors in the project, or no test matches"),
        ("build", 0, "the bundle was written"),
        (
            "build",
            2,
            "there is no bundle: wrong call, no project, errors in it, or a file that cannot be written",
        ),
        ("lock", 0, "policy.lock says what the dependencies hold"),
        ("lock", 1, "with `--check`: it says something else"),
        (
            "lock",
            2,
            "it was not written: wrong call, no project, errors in policy.toml, or a file that cannot be written",
        ),
        ("vendor", 0, "the copies are what the dependencies hold"),
        ("vendor", 1, "with `--check`: they are not, or policy.lock says something else"),
        (
            "vendor",
            2,
            "they were not written: wrong call, no project, errors in policy.toml, or a file that cannot be read or written",
        ),
        ("inspect", 0, "what is in the bundle was shown"),
        ("inspect", 2, "there is nothing to show: wrong call, or the bundle is refused"),
        ("verify", 0, "the bundle is whole and sound, and with `--trust` signed by those who are trusted"),
        ("verify", 1, "the bundle is refused"),
        ("verify", 2, "it could not be asked: wrong call, or a file or trust store that cannot be read"),
        ("sign", 0, "the bundle was signed"),
        ("sign", 2, "it was not: wrong call, no key, the bundle is refused, or it cannot be written"),
        ("keygen", 0, "the key was written"),
        ("keygen", 2, "it was not: it exists already, or cannot be written"),
        ("strip", 0, "the bundle was written"),
        ("strip", 2, "it was not: wrong call, the bundle is refused, or it cannot be written"),
        ("mutate", 0, "the mutants were run, and the score is not below `--min-score`"),
        ("mutate", 1, "the score is below `--min-score`"),
        (
            "mutate",
            2,
            "no mutant could be run: wrong call, errors in the project, or a test that fails already",
        ),
        ("fuzz", 0, "nothing was found"),
        (
            "fuzz",
            1,
            "an input was found on which the policy fails, its rules disagree, or what is expected does not hold",
        ),
        ("fuzz", 2, "nothing could be tried: wrong call, errors in the project, or no such policy"),
        ("diff", 0, "the versions were compared, and no decision differs in a way that `--fail-on` names"),
        ("diff", 1, "a decision differs in a way that `--fail-on` names"),
        (
            "diff",
            2,
            "nothing could be compared: wrong call, or a version that cannot be opened or has errors",
        ),
        ("lsp", 0, "the editor said goodbye"),
        ("lsp", 2, "the connection to the editor broke"),
        ("explain", 0, "the page was printed"),
        ("explain", 2, "there is no such code"),
        ("disasm", 0, "the program was printed"),
        ("disasm", 2, "there is no program: wrong call, or errors in the project"),
        ("completions", 0, "the script was printed"),
    ]
}

/// The exit codes of a command, as its help ends.
pub(crate) fn help(command: &str) -> String {
    let rows = table().iter().filter(|(of, _, _)| *of == command);
    let lines: Vec<String> = rows.map(|(_, code, meaning)| format!("  {code}  {}", plain(meaning))).collect();
    format!("Exit codes:\n{}", lines.join("\n"))
}

/// The meaning without the marks of Markdown.
fn plain(meaning: &str) -> String {
    meaning.replace('`', "")
}
