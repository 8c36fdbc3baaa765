//! A bar on standard error, when a run is long and the terminal is one.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that takes longer than this shows a bar.
const LONG: Duration = Duration::from_millis(800);

/// The bar, which stays away from short runs and from pipes.
pub(super) struct Progress {
    started: Instant,
    total: u64,
    done: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new(total: usize) -> Self {
        Self { started: Instant::now(), total: u64::try_from(total).unwrap_or(u64::MAX), done: 0, bar: None }
    }

    /// Says that an input begins.
    pub(super) fn step(&mut self, name: &str) {
        if self.bar.is_none()
            && self.total > 1
            && self.started.elapsed() > LONG
            && std::io::stderr().is_terminal()
        {
            let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta} {wide_msg}") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
            bar.set_message(crate::terminal::tame(name));
        }
        self.done += 1;
    }

    /// Does something that prints.
    pub(super) fn aside(&mut self, print: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
