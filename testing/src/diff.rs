//! The difference between two JSON values, line by line.

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// In both.
    Same(String),
    /// Only in the first.
    Left(String),
    /// Only in the second.
    Right(String),
    /// So many lines that are in both are left out.
    Skipped(usize),
}

/// A line of a difference as plain text.
#[must_use]
pub fn plain_line(line: &Line) -> String {
    match line {
        Line::Same(text) => format!("  {text}"),
        Line::Left(text) => format!("- {text}"),
        Line::Right(text) => format!("+ {text}"),
        Line::Skipped(number) => format!("  … {number} equal lines"),
    }
}

/// Values of more lines than this are not compared line by line.
const MAX_LINES: usize = 2000;
/// How many equal lines are kept around a difference.
const AROUND: usize = 2;

/// The difference of two JSON texts, each laid out with one element a line. None where either is a single line, or one is
/// not JSON, or they are too long: then both are shown as they are.
#[must_use]
pub fn json(left: &str, right: &str) -> Option<Vec<Line>> {
    let (left, right) = (lines(left)?, lines(right)?);
    if left.len().max(right.len()) < 3 || left.len() > MAX_LINES || right.len() > MAX_LINES {
        return None;
    }
    Some(shorten(compare(&left, &right)))
}

fn lines(json: &str) -> Option<Vec<String>> {
    let value: Box<serde_json::value::RawValue> = serde_json::from_str(json).ok()?;
    Some(lay_out(value.get()))
}

/// JSON text with one element a line, numbers and texts as they are spelled.
fn lay_out(json: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut depth = 0usize;
    let mut inside = false;
    let mut escaped = false;
    let mut chars = json.chars().peekable();
    let push = |out: &mut Vec<String>, depth: usize| out.push("  ".repeat(depth));
    while let Some(c) = chars.next() {
        let Some(line) = out.last_mut() else { break };
        if inside {
            line.push(c);
            inside = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => {
                line.push(c);
                inside = true;
            }
            '{' | '[' => {
                line.push(c);
                while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
                if let Some(end) = chars.next_if(|c| matches!(c, '}' | ']')) {
                    line.push(end);
                } else {
                    depth += 1;
                    push(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                push(&mut out, depth);
                if let Some(line) = out.last_mut() {
                    line.push(c);
                }
            }
            ',' => {
                line.push(c);
                push(&mut out, depth);
            }
            ':' => line.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => line.push(c),
        }
    }
    out
}

/// The longest common lines stay, the rest is only in one.
fn compare(left: &[String], right: &[String]) -> Vec<Line> {
    let width = right.len() + 1;
    let mut common = vec![0u32; (left.len() + 1) * width];
    let at = |common: &[u32], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for (i, l) in left.iter().enumerate().rev() {
        for (j, r) in right.iter().enumerate().rev() {
            let best = if plain(l) == plain(r) {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while let (Some(l), Some(r)) = (left.get(i), right.get(j)) {
        if plain(l) == plain(r) {
            out.push(Line::Same(l.clone()));
            i += 1;
            j += 1;
        } else if at(&common, i + 1, j) >= at(&common, i, j + 1) {
            out.push(Line::Left(l.clone()));
            i += 1;
        } else {
            out.push(Line::Right(r.clone()));
            j += 1;
        }
    }
    out.extend(left.iter().skip(i).map(|line| Line::Left(line.clone())));
    out.extend(right.iter().skip(j).map(|line| Line::Right(line.clone())));
    out
}

/// The line without the comma that only its place demands.
fn plain(line: &str) -> &str {
    line.strip_suffix(',').unwrap_or(line)
}

fn shorten(all: Vec<Line>) -> Vec<Line> {
    let differs: Vec<usize> =
        all.iter().enumerate().filter(|(_, line)| !matches!(line, Line::Same(_))).map(|(at, _)| at).collect();
    let near = |at: usize| {
        let next = differs.partition_point(|d| *d < at);
        let close = |d: Option<&usize>| d.is_some_and(|d| d.abs_diff(at) <= AROUND);
        close(differs.get(next)) || next.checked_sub(1).is_some_and(|before| close(differs.get(before)))
    };
    let mut out = Vec::new();
    let mut skipped = 0;
    for (at, line) in all.into_iter().enumerate() {
        if near(at) {
            if skipped > 0 {
                out.push(Line::Skipped(skipped));
                skipped = 0;
            }
            out.push(line);
        } else {
            skipped += 1;
        }
    }
    if skipped > 0 {
        out.push(Line::Skipped(skipped));
    }
    out
}

#[cfg(test)]
mod tests;
