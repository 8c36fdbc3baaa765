//! Where output goes, and how it looks there.

use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// Where the output is a terminal and NO_COLOR is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The parts of the output that have a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// Allow, passed.
    Good,
    /// Deny, failed, error.
    Bad,
    /// Escalate, warning.
    Care,
    /// What stands aside: places, counts.
    Faint,
    /// What stands out without judging.
    Strong,
}

impl Paint {
    fn style(self) -> Style {
        match self {
            Self::Good => Style::new().bold().fg_color(Some(AnsiColor::Green.into())),
            Self::Bad => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
            Self::Care => Style::new().bold().fg_color(Some(AnsiColor::Yellow.into())),
            Self::Faint => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
        }
    }
}

/// Standard output and standard error of a run.
///
/// Output is collected, so that a reader that goes away (`| head`) ends the run quietly.
#[derive(Debug)]
pub(crate) struct Terminal {
    out_colour: bool,
    err_colour: bool,
    out: std::io::BufWriter<std::io::Stdout>,
    broken: bool,
}

impl Terminal {
    pub(crate) fn new(when: When) -> Self {
        let chosen = |is_terminal: bool, auto: anstream::ColorChoice| match when {
            When::Always => true,
            When::Never => false,
            When::Auto => is_terminal && auto != anstream::ColorChoice::Never,
        };
        let (out, err) = (std::io::stdout(), std::io::stderr());
        Self {
            out_colour: chosen(out.is_terminal(), anstream::AutoStream::choice(&out)),
            err_colour: chosen(err.is_terminal(), anstream::AutoStream::choice(&err)),
            out: std::io::BufWriter::new(out),
            broken: false,
        }
    }

    /// Whether standard output is coloured.
    pub(crate) fn out_colour(&self) -> bool {
        self.out_colour
    }

    /// Whether standard error is coloured.
    pub(crate) fn err_colour(&self) -> bool {
        self.err_colour
    }

    /// The width of the terminal in characters, within what reads well; 100 where there is none.
    pub(crate) fn width(&self) -> usize {
        std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse::<usize>().ok())
            .unwrap_or(100)
            .clamp(40, 140)
    }

    /// Writes to standard output.
    pub(crate) fn out(&mut self, text: &str) {
        if !self.broken && self.out.write_all(text.as_bytes()).is_err() {
            self.broken = true;
        }
    }

    /// Writes a line to standard output.
    pub(crate) fn line(&mut self, text: &str) {
        self.out(text);
        self.out("\n");
    }

    /// Whether nobody reads standard output any more.
    pub(crate) fn closed(&self) -> bool {
        self.broken
    }

    /// Writes what was collected.
    pub(crate) fn flush(&mut self) {
        if !self.broken && self.out.flush().is_err() {
            self.broken = true;
        }
    }

    /// Writes to standard error, after what was written to standard output before.
    pub(crate) fn err(&mut self, text: &str) {
        self.flush();
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Says on standard error that something is wrong.
    pub(crate) fn complain(&mut self, message: &str) {
        let head = painted(self.err_colour, Paint::Bad, "error");
        self.err(&format!("{head}: {}\n", tame(message)));
    }

    /// Text in a colour of standard output.
    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        painted(self.out_colour, paint, text)
    }
}

/// A bar on standard error that shows how far a run has come, where somebody looks.
#[derive(Debug)]
pub(crate) struct Progress(Option<indicatif::ProgressBar>);

impl Terminal {
    /// A bar; it shows nothing where standard error is no terminal.
    pub(crate) fn progress(&mut self) -> Progress {
        self.flush();
        Progress(std::io::stderr().is_terminal().then(|| indicatif::ProgressBar::new(0)))
    }
}

impl Progress {
    /// Shows how many are done.
    pub(crate) fn tell(&self, done: usize, all: usize) {
        if let Some(bar) = &self.0 {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.flush();
    }
}

/// `text` in a colour, if there are colours.
pub(crate) fn painted(colour: bool, paint: Paint, text: &str) -> String {
    if colour {
        let style = paint.style();
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

/// The text with control and direction characters made visible, so that what is read from files cannot steer the
/// terminal. Line breaks stay.
pub(crate) fn tame(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { visible(c) }).collect()
}

/// A character that can be printed in place of one that steers the terminal.
pub(crate) fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}
