//! `Glob` and `Wildcard` literals.

use super::scan::Scan;
use super::{LiteralError, codes, shown};
use crate::hir::Const;

/// The greatest length of a glob or wildcard, in bytes.
const LENGTH: usize = 4_096;

/// Reads a glob; it is kept as written.
pub(super) fn glob(text: &str) -> Result<Const, LiteralError> {
    let refuse = |at, why: &str, label: &str| {
        LiteralError::new(codes::GLOB, at, format!("the glob {} {why}", shown(text)), label)
    };
    size("glob", text)?;
    let mut scan = Scan::new(text);
    let mut segment = 0;
    while let Some(c) = scan.peek() {
        let at = scan.at();
        match c {
            '/' => {
                scan.eat('/');
                segment = scan.at();
            }
            '*' => {
                let (stars, place) = scan.while_(|c| c == '*');
                let whole = place.start == segment && matches!(scan.peek(), None | Some('/'));
                if stars.len() > 2 {
                    return Err(refuse(place, "has more than two stars together", "`*` or `**` is expected"));
                }
                if stars.len() == 2 && !whole {
                    return Err(refuse(
                        place,
                        "has a `**` that is not a whole segment",
                        "`/` is expected around it",
                    )
                    .help("`*` takes anything within a segment; `**` stands alone between slashes"));
                }
            }
            '[' => {
                scan.eat('[');
                class(text, &mut scan, at)?;
            }
            '\\' => {
                scan.eat('\\');
                if scan.peek().is_none() {
                    return Err(refuse(
                        at..at + 1,
                        "ends in the middle of an escape",
                        "something must follow `\\`",
                    ));
                }
                scan = Scan::from(text, scan.here().end);
            }
            '{' | '}' => {
                return Err(refuse(scan.here(), &format!("has a bare `{c}`"), "globs have no alternatives")
                    .help("test two globs, joined with `or`")
                    .help(format!("for a brace itself write `\\{c}`")));
            }
            _ => scan = Scan::from(text, scan.here().end),
        }
    }
    Ok(Const::Glob(text.to_owned()))
}

/// What stands between `[` (at byte `open`) and `]`.
fn class<'a>(text: &'a str, scan: &mut Scan<'a>, open: usize) -> Result<(), LiteralError> {
    let refuse = |at, why: &str, label: &str| {
        LiteralError::new(codes::GLOB, at, format!("the glob {} {why}", shown(text)), label)
    };
    if !scan.eat('!') {
        scan.eat('^');
    }
    let mut first = true;
    loop {
        let at = scan.at();
        let Some(lo) = scan.peek() else {
            return Err(refuse(open..open + 1, "has a `[` that is never closed", "`]` is expected"));
        };
        if lo == ']' && !first {
            scan.eat(']');
            return Ok(());
        }
        if lo == '/' {
            return Err(refuse(scan.here(), "has `/` in `[…]`", "a class never takes `/`"));
        }
        first = false;
        *scan = Scan::from(text, scan.here().end);
        let mut ahead = Scan::from(text, scan.at());
        if ahead.eat('-')
            && let Some(hi) = ahead.peek()
            && hi != ']'
        {
            let end = ahead.here().end;
            if hi < lo {
                let label = "the lesser character stands first";
                return Err(refuse(at..end, "has a range that ends before it begins", label));
            }
            *scan = Scan::from(text, end);
        }
    }
}

/// Reads a wildcard; it is kept as written.
pub(super) fn wildcard(text: &str) -> Result<Const, LiteralError> {
    size("wildcard", text)?;
    Ok(Const::Wildcard(text.to_owned()))
}

fn size(what: &str, text: &str) -> Result<(), LiteralError> {
    if text.len() <= LENGTH {
        return Ok(());
    }
    Err(LiteralError::new(
        codes::PATTERN_SIZE,
        0..text.len(),
        format!("the {what} {} is too large", shown(text)),
        format!("{} bytes; at most {LENGTH} are taken", text.len()),
    ))
}
