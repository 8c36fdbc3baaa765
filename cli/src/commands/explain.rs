//! `policyc explain`.

use std::str::FromStr;

use policy_syntax::Code;

use crate::exit::Exit;
use crate::terminal::Terminal;

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The code of a diagnostic, such as P0012; without one, all codes are listed.
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let Some(code) = &arguments.code else {
        for (code, page) in PAGES {
            let title = page.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or("");
            let title = title.strip_prefix(code).unwrap_or(title).trim_start_matches([':', ' ']);
            let code = terminal.paint(crate::terminal::Paint::Strong, code);
            terminal.line(&format!("{code}  {title}"));
        }
        return Exit::Good;
    };
    match Code::from_str(code) {
        Ok(known) => match page(known) {
            Some(page) => {
                terminal.out(page);
                Exit::Good
            }
            None => {
                terminal.complain(&format!(
                    "there is no diagnostic {known}; `policyc explain` lists all of them"
                ));
                Exit::NoAnswer
            }
        },
        Err(error) => {
            terminal.complain(&format!("{code:?} is no code: {error}"));
            Exit::NoAnswer
        }
    }
}

/// The page on a code.
pub(crate) fn page(code: Code) -> Option<&'static str> {
    let code = code.to_string();
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}
