//! The part of a source that a drawing shows.

use std::ops::Range;

use ariadne::Source;
use policy_project::SourceFile;
use policy_syntax::{Location, Span};

use crate::terminal::visible;

/// The greatest number of lines between the first and the last label; labels below are drawn at its end.
const MAX_LINES: u32 = 400;

/// Lines of a source in printable form, and where its bytes went.
pub(super) struct Excerpt {
    text: String,
    /// Runs of bytes that were kept: where they stood, and where each of their characters stands now.
    kept: Vec<Kept>,
}

struct Kept {
    from: Range<usize>,
    /// The place in the excerpt of each byte of `from`, and of its end.
    to: Vec<usize>,
}

impl Excerpt {
    /// The lines from the first to the last of `places`, each at most about `width` characters long.
    pub(super) fn of(file: &SourceFile, places: &[Location], width: usize) -> Self {
        let line_of = |offset: u32| file.position(offset).0;
        let first = places.iter().map(|at| line_of(at.span.lo)).min().unwrap_or(1);
        let last = places.iter().map(|at| line_of(at.span.hi.max(at.span.lo))).max().unwrap_or(first);
        let last = last.min(first.saturating_add(MAX_LINES));
        // Empty lines before it make ariadne count as the source does.
        let before = "\n".repeat(first.saturating_sub(1) as usize);
        let mut excerpt = Self { text: before, kept: Vec::new() };
        let longest = width.max(40) * 2;
        for line in first..=last {
            let text = file.line(line);
            let start = file.line_start(line);
            let focus = places
                .iter()
                .map(|at| at.span.lo as usize)
                .find(|lo| (start..=start + text.len()).contains(lo));
            excerpt.line(text, start, focus.map(|lo| lo - start), longest);
            excerpt.text.push('\n');
        }
        excerpt
    }

    fn line(&mut self, text: &str, start: usize, focus: Option<usize>, longest: usize) {
        if text.len() <= longest {
            return self.keep(text, start);
        }
        // A window around the place that matters: some text before it, the rest behind it.
        let floor = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let lo = floor(focus.unwrap_or(0).saturating_sub(longest / 4));
        let hi = floor(lo + longest);
        if lo > 0 {
            self.text.push('…');
        }
        self.keep(text.get(lo..hi).unwrap_or(""), start + lo);
        if hi < text.len() {
            self.text.push('…');
        }
    }

    fn keep(&mut self, text: &str, start: usize) {
        let mut to = Vec::with_capacity(text.len() + 1);
        for c in text.chars() {
            to.extend(std::iter::repeat_n(self.text.len(), c.len_utf8()));
            self.text.push(if c == '\t' { c } else { visible(c) });
        }
        to.push(self.text.len());
        self.kept.push(Kept { from: start..start + text.len(), to });
    }

    /// Where a span of the source lies in the excerpt. What was cut away lies at the nearest end of what was kept.
    pub(super) fn span(&self, span: Span) -> Range<usize> {
        let lo = self.place(span.lo as usize, false);
        let hi = self.place(span.hi as usize, true).max(lo);
        lo..hi
    }

    fn place(&self, offset: usize, end: bool) -> usize {
        let at = self.kept.partition_point(|kept| kept.from.end < offset);
        match self.kept.get(at) {
            Some(kept) if kept.from.start <= offset => {
                let within = offset - kept.from.start;
                // The end of a span that lies inside a character is the end of that character.
                let to = kept.to.get(within).copied().unwrap_or(0);
                let same = within > 0 && kept.to.get(within - 1) == Some(&to);
                let next = kept.to.iter().skip(within).find(|next| **next > to);
                if end && same { next.copied().unwrap_or(to) } else { to }
            }
            // Cut away: the nearest kept text before it for an end, after it for a beginning.
            Some(kept) if !end || at == 0 => kept.to.first().copied().unwrap_or(0),
            Some(_) | None => {
                let before = self.kept.get(at.wrapping_sub(1)).or(self.kept.last());
                before.and_then(|kept| kept.to.last()).copied().unwrap_or(0)
            }
        }
    }

    /// The excerpt as ariadne wants it.
    pub(super) fn source(&self) -> Source<String> {
        Source::from(self.text.clone())
    }
}
