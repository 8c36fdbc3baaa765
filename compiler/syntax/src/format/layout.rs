//! From operations to text: groups that fit stay on one line, others break at all of their lines.

use super::WIDTH;

/// What a place where a line may end is, if it does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    Soft,
    /// A blank.
    Space,
    /// It always ends.
    Hard,
}

/// One operation.
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// Text, perhaps of several lines.
    Text(String),
    /// A blank, unless a line ends or begins here.
    Space,
    /// A place where a line may end; `blank` asks for an empty line if it does.
    Line {
        gap: Gap,
        blank: bool,
    },
    /// The begin of a group, and whether it must break.
    Group {
        broken: bool,
    },
    /// The end of a group.
    End,
    Indent,
    Dedent,
    /// Text that stands only if the innermost group is broken.
    IfBroken(&'static str),
    /// A comment on a line of its own.
    Comment {
        text: String,
        blank: bool,
    },
    /// A comment behind what stands before it; the line ends with it.
    Trailing(String),
}

/// Marks every group that holds something that ends a line.
fn spread_breaks(ops: &mut [Op]) {
    let mut open: Vec<usize> = Vec::new();
    let mut broken: Vec<usize> = Vec::new();
    for (i, op) in ops.iter().enumerate() {
        match op {
            Op::Group { broken: now } => {
                open.push(i);
                if *now {
                    broken.extend(&open);
                }
            }
            Op::End => drop(open.pop()),
            Op::Line { gap: Gap::Hard, .. } | Op::Comment { .. } | Op::Trailing(_) => {
                broken.append(&mut open.clone());
            }
            Op::Text(_) | Op::Space | Op::Line { .. } | Op::Indent | Op::Dedent | Op::IfBroken(_) => {}
        }
    }
    for i in broken {
        if let Some(Op::Group { broken }) = ops.get_mut(i) {
            *broken = true;
        }
    }
}

struct Layout<'o> {
    ops: &'o [Op],
    out: String,
    column: usize,
    indent: usize,
    /// How far the line that begins next is indented.
    line_indent: usize,
    /// For each open group whether it is broken.
    modes: Vec<bool>,
    /// A comment has ended the line; what comes next begins a new one.
    /// By how much, if nothing else begins that line.
    comment_ended: Option<usize>,
}

pub(super) fn render(mut ops: Vec<Op>) -> String {
    spread_breaks(&mut ops);
    let mut layout = Layout {
        ops: &ops,
        out: String::new(),
        column: 0,
        indent: 0,
        line_indent: 0,
        modes: Vec::new(),
        comment_ended: None,
    };
    layout.run();
    let text = layout.out.trim();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

impl Layout<'_> {
    fn run(&mut self) {
        for (i, op) in self.ops.iter().enumerate() {
            match op {
                Op::Text(text) => self.text(text),
                Op::Space => {
                    if self.column > 0 && self.comment_ended.is_none() && !self.out.ends_with(' ') {
                        self.out.push(' ');
                        self.column += 1;
                    }
                }
                Op::Line { gap, blank } => {
                    if *gap == Gap::Hard || self.modes.last().copied().unwrap_or(true) {
                        self.newline(self.indent, *blank);
                    } else if *gap == Gap::Space {
                        self.out.push(' ');
                        self.column += 1;
                    }
                }
                Op::Group { broken } => {
                    let flat = !broken && self.fits(i + 1);
                    self.modes.push(!flat);
                }
                Op::End => drop(self.modes.pop()),
                Op::Indent => self.indent += 2,
                Op::Dedent => self.indent = self.indent.saturating_sub(2),
                Op::IfBroken(text) => {
                    if self.modes.last().copied().unwrap_or(true) {
                        self.text(text);
                    }
                }
                Op::Comment { text, blank } => {
                    // In the middle of something a comment, and what goes on behind it, is set off.
                    let set_off = if self.column > 0 { self.comment_ended.unwrap_or(4) } else { 0 };
                    if self.column > 0 {
                        self.newline(self.indent + set_off, *blank);
                    } else if *blank {
                        self.newline(self.indent, true);
                    }
                    self.text(text);
                    self.comment_ended = Some(set_off);
                }
                Op::Trailing(text) => {
                    if self.comment_ended.is_some() {
                        self.newline(self.indent, false);
                    } else if self.column > 0 && !self.out.ends_with(' ') {
                        self.out.push(' ');
                    }
                    let set_off = if self.column > 0 { 4 } else { 0 };
                    self.text(text);
                    self.comment_ended = Some(set_off);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(set_off) = self.comment_ended {
            // Nothing foresaw a new line here; what goes on behind a comment is set off.
            self.newline(self.indent + set_off, false);
        }
        if self.column == 0 {
            self.out.extend(std::iter::repeat_n(' ', self.line_indent));
            self.column = self.line_indent;
        }
        self.out.push_str(text);
        match text.rsplit_once('\n') {
            Some((_, last)) => self.column = last.chars().count().max(1),
            None => self.column += text.chars().count(),
        }
    }

    /// Ends the line. The next one is indented when something is written on it.
    fn newline(&mut self, indent: usize, blank: bool) {
        self.comment_ended = None;
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        if blank && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.column = 0;
        self.line_indent = indent;
    }

    /// Whether the group that begins at `at`, and what follows it on its line, fits on the rest of the line.
    fn fits(&self, at: usize) -> bool {
        let begin = match self.comment_ended {
            Some(set_off) => self.indent + set_off,
            None if self.column == 0 => self.line_indent,
            None => self.column,
        };
        let Some(mut room) = WIDTH.checked_sub(begin) else { return false };
        // Groups around the one asked about, from the inside out.
        let mut outer = self.modes.iter().rev();
        let mut depth = 1usize;
        // Behind the group: whether the group around is broken, so that a line may end at the next chance.
        let mut behind: Option<bool> = None;
        for op in self.ops.get(at..).unwrap_or_default() {
            let flat = behind != Some(true);
            let width = match op {
                Op::Text(text) => match text.split_once('\n') {
                    Some((first, _)) => return first.chars().count() <= room,
                    None => text.chars().count(),
                },
                Op::Space => 1,
                Op::Line { gap: Gap::Hard, .. } => return true,
                Op::Line { gap, .. } => {
                    if !flat {
                        return true;
                    }
                    usize::from(*gap == Gap::Space)
                }
                Op::Group { broken } => {
                    if behind.is_some() && *broken {
                        // Its first line decides; what can break after it will.
                        return true;
                    }
                    depth += 1;
                    0
                }
                Op::End => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        behind = Some(outer.next().copied().unwrap_or(true));
                        depth = 1;
                    }
                    0
                }
                Op::IfBroken(text) => {
                    if flat {
                        0
                    } else {
                        text.len()
                    }
                }
                Op::Comment { .. } | Op::Trailing(_) => return true,
                Op::Indent | Op::Dedent => 0,
            };
            match room.checked_sub(width) {
                Some(rest) => room = rest,
                None => return false,
            }
        }
        true
    }
}
