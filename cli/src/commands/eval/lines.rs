//! JSON Lines: decided line by line, so that a file may be as long as it likes.

use std::io::{BufRead, BufReader};

use policy_project::{Format, formats, load};
use policy_vm::Lines;

use super::engine::Engine;
use super::progress::Progress;
use super::{Answer, Run};
use crate::inputs::{self, Input};
use crate::terminal::Terminal;

/// Whether an input is JSON Lines by what was said or by its name.
pub(super) fn are(input: &Input, said: Option<Format>) -> bool {
    said.or_else(|| input.path.as_deref().and_then(Format::of_path)) == Some(Format::JsonLines)
}

/// Whether a stream begins as UTF-16 or UTF-32 do.
fn is_wide(start: &[u8]) -> bool {
    let start = start.get(..4).unwrap_or(start);
    start.contains(&0) || start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF])
}

/// A decision that waits to be shown until it is known whether others follow.
struct Waiting {
    line: usize,
    answer: Answer,
}

impl Run<'_> {
    pub(super) fn lines(
        &mut self,
        input: &Input,
        engine: &mut Engine,
        progress: &mut Progress,
        terminal: &mut Terminal,
    ) {
        let failed = |error: &dyn std::fmt::Display| format!("{} cannot be read: {error}", input.shown());
        let mut from = match inputs::open(input) {
            Ok(from) => BufReader::with_capacity(1 << 16, from),
            Err(problem) => return progress.aside(|| self.unread(&failed(&problem), terminal)),
        };
        let limit = engine.input_limit();
        match from.fill_buf() {
            Ok(start) if is_wide(start) => {
                return match policy_project::confine::read_from(from, limit) {
                    Ok(bytes) => {
                        let documents = formats::documents(Format::JsonLines, &bytes);
                        self.documents(input, documents, engine, progress, terminal);
                    }
                    Err(problem) => progress.aside(|| self.unread(&failed(&problem), terminal)),
                };
            }
            Ok(_) => {}
            Err(error) => return progress.aside(|| self.unread(&failed(&error), terminal)),
        }
        let path = input.path.as_ref().map(|path| load::slashed(path));
        let name = path.clone().unwrap_or_else(|| input.shown());
        let mut lines = Lines::new(from, limit);
        let (mut first, mut count) = (None, 0);
        loop {
            let line = match lines.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(error) => {
                    progress.aside(|| self.unread(&failed(&error), terminal));
                    break;
                }
            };
            let number = usize::try_from(line.number).unwrap_or(usize::MAX);
            let answer = match line.json {
                Some(json) => engine.decide(json),
                None => engine.unreadable(&format!("the line is longer than {limit} bytes")),
            };
            count += 1;
            if count == 1 {
                first = Some(Waiting { line: number, answer });
                continue;
            }
            let mut show = |at: usize, line, answer| {
                let source = format!("{name}#{at}");
                progress.aside(|| self.told(source, path.clone(), line, answer, engine, terminal));
            };
            if let Some(first) = first.take() {
                show(1, first.line, first.answer);
            }
            show(count, number, answer);
            if terminal.closed() {
                return;
            }
        }
        match first {
            Some(only) => {
                progress.aside(|| self.told(name, path, only.line, only.answer, engine, terminal));
            }
            None if count == 0 => {
                let problem = format!("{} holds no document", input.shown());
                progress.aside(|| self.unread(&problem, terminal));
            }
            None => {}
        }
    }
}
