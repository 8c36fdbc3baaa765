//! Numbers, texts and times.

use std::collections::BTreeSet;

use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};
use policy_vm::time;
use rust_decimal::Decimal;

use super::doc::Doc;
use super::hints::Pool;
use super::value::Drawing;

/// Texts that stand for themselves: few, so that two draws are often the same.
const PLAIN: [&str; 4] = ["a", "b", "c", "d"];
/// Characters of texts that are made up.
const LETTERS: [&str; 16] =
    ["a", "b", "Z", "0", "9", " ", "-", "_", ".", "/", ":", "@", "é", "\u{200b}", "\u{1F600}", "\n"];
/// The longest text that is made to reach a length that policies compare with.
const MAX_REPEATED: i64 = 5000;
/// The instant that times are drawn around where nothing else is known.
pub(super) const NOON: i64 = 1_767_268_800;

impl Drawing<'_> {
    /// One of some values in order; none where there are none.
    pub(super) fn one_of<T: Clone>(&mut self, values: &[T]) -> Option<T> {
        let at = self.choices.index(values.len());
        values.get(at).cloned()
    }

    pub(super) fn text(&mut self, key: &str) -> String {
        let hints = self.hints.of_name(key);
        let text = match (self.choices.below(8), hints.filter(|pool| !pool.texts.is_empty())) {
            (0, _) => String::new(),
            (1..=3, Some(own)) => self.text_of(&own.texts),
            (5, _) if !self.texts.is_empty() => {
                let at = self.choices.index(self.texts.len());
                self.texts.get(at).cloned().unwrap_or_default()
            }
            (6, _) => self.text_of(&self.hints.everything().texts),
            (7, _) => self.made_up(hints),
            (_, _) => self.one_of(&PLAIN).unwrap_or_default().to_owned(),
        };
        if self.texts.len() < 40 && !self.texts.contains(&text) && text.len() < 100 {
            self.texts.push(text.clone());
        }
        text
    }

    /// One of some texts; none of them is copied but that one.
    fn text_of(&mut self, texts: &BTreeSet<String>) -> String {
        let at = self.choices.index(texts.len());
        texts.iter().nth(at).cloned().unwrap_or_default()
    }

    fn made_up(&mut self, hints: Option<&Pool>) -> String {
        let lengths: Vec<i64> = hints.map_or_else(Vec::new, |pool| {
            pool.ints.iter().copied().filter(|length| (1..=MAX_REPEATED).contains(length)).collect()
        });
        if !lengths.is_empty() && self.choices.chance(1, 2) {
            let length = self.one_of(&lengths).unwrap_or(1);
            return "a".repeat(usize::try_from(length).unwrap_or(1));
        }
        let mut text = String::new();
        while text.len() < 24 && self.choices.chance(3, 4) {
            text.push_str(self.one_of(&LETTERS).unwrap_or("a"));
        }
        text
    }

    pub(super) fn int(&mut self, lo: i64, hi: i64, key: &str) -> i64 {
        let simplest = 0.clamp(lo, hi);
        let within = |pool: &Pool| -> Vec<i64> {
            let mut all: Vec<i64> = pool.ints.iter().copied().filter(|n| (lo..=hi).contains(n)).collect();
            all.sort_by_key(|n| (n.unsigned_abs(), *n < 0));
            all
        };
        let own = self.hints.of_name(key).map(within).unwrap_or_default();
        match self.choices.below(8) {
            0 => simplest,
            1..=4 if !own.is_empty() => self.one_of(&own).unwrap_or(simplest),
            5 => {
                let all = within(self.hints.everything());
                self.one_of(&all).unwrap_or(simplest)
            }
            6 => {
                let edges = [lo, hi, lo.saturating_add(1), hi.saturating_sub(1)];
                self.one_of(&edges).unwrap_or(simplest).clamp(lo, hi)
            }
            7 => {
                let span = u64::try_from(i128::from(hi) - i128::from(lo)).unwrap_or(u64::MAX);
                let up = self.choices.below(span.saturating_add(1).max(2));
                let far = i128::from(lo) + i128::from(up.min(span));
                i64::try_from(far).unwrap_or(simplest)
            }
            _ => {
                let near = i64::try_from(self.choices.below(40)).unwrap_or(0);
                let near = if near % 2 == 0 { near / 2 } else { -(near / 2) - 1 };
                simplest.saturating_add(near).clamp(lo, hi)
            }
        }
    }

    pub(super) fn decimal(&mut self, key: &str) -> Doc {
        let sorted = |pool: &Pool| -> Vec<Decimal> {
            let mut all: Vec<Decimal> = pool.decimals.iter().copied().collect();
            all.sort_by_key(|n| (n.abs(), n.is_sign_negative()));
            all
        };
        let own = self.hints.of_name(key).map(sorted).unwrap_or_default();
        let number = match self.choices.below(8) {
            0 => Decimal::ZERO,
            1..=4 if !own.is_empty() => self.one_of(&own).unwrap_or_default(),
            5 => {
                let all = sorted(self.hints.everything());
                self.one_of(&all).unwrap_or_default()
            }
            6 => Decimal::new(self.int(-1_000_000, 1_000_000, ""), 2),
            _ => Decimal::from(self.int(-20, 20, "")),
        };
        Doc::Number(number.normalize().to_string())
    }

    /// An instant in seconds: what policies compare with, as it is or before and after `now`.
    fn instant(&mut self, key: &str) -> i64 {
        let now = self.now.unwrap_or(NOON);
        let hints = self.hints.of_name(key);
        let own: Vec<i64> = hints.map(|pool| pool.instants.iter().copied().collect()).unwrap_or_default();
        let spans: Vec<i64> = hints.map(|pool| pool.durations.iter().copied().collect()).unwrap_or_default();
        let at = match self.choices.below(8) {
            0 => now,
            1..=3 if !spans.is_empty() => {
                let span = self.one_of(&spans).unwrap_or(0);
                if self.choices.chance(1, 4) { now.saturating_add(span) } else { now.saturating_sub(span) }
            }
            1..=4 if !own.is_empty() => self.one_of(&own).unwrap_or(now),
            5 => {
                let all: Vec<i64> = self.hints.everything().instants.iter().copied().collect();
                self.one_of(&all).unwrap_or(now)
            }
            6 => {
                let all: Vec<i64> = self.hints.everything().durations.iter().copied().collect();
                now.saturating_sub(self.one_of(&all).unwrap_or(0))
            }
            _ => now.saturating_add(self.int(-400, 400, "").saturating_mul(86_400)),
        };
        at.clamp(-62_135_596_800, 253_402_300_799)
    }

    /// A time for a decision.
    pub fn instant_of_now(&mut self) -> Timestamp {
        self.now = None;
        let all: Vec<i64> = self.hints.everything().instants.iter().copied().collect();
        let seconds = match self.choices.below(3) {
            1 if !all.is_empty() => self.one_of(&all).unwrap_or(NOON),
            2 => NOON.saturating_add(self.int(-1000, 1000, "").saturating_mul(43_200)),
            _ => NOON,
        };
        self.now = Some(seconds);
        Timestamp { seconds, nanos: 0 }
    }

    pub(super) fn timestamp(&mut self, key: &str) -> Doc {
        let seconds = self.instant(key);
        printed(|out| time::timestamp_text(Timestamp { seconds, nanos: 0 }, out))
    }

    pub(super) fn date(&mut self, key: &str) -> Doc {
        let days = self.instant(key).div_euclid(86_400);
        printed(|out| time::date_text(Date(i32::try_from(days).unwrap_or(0)), out))
    }

    pub(super) fn time_of_day(&mut self, key: &str) -> Doc {
        let own: Vec<i64> =
            self.hints.of_name(key).map(|pool| pool.hours.iter().copied().collect()).unwrap_or_default();
        let all: Vec<i64> = self.hints.everything().hours.iter().copied().collect();
        let seconds = match self.choices.below(4) {
            0 => 0,
            1 if !own.is_empty() => self.one_of(&own).unwrap_or(0),
            2 if !all.is_empty() => self.one_of(&all).unwrap_or(0),
            _ => i64::try_from(self.choices.below(24)).unwrap_or(0) * 3600,
        };
        let nanos = u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000_000);
        printed(|out| time::time_text(TimeOfDay(nanos), out))
    }

    pub(super) fn duration(&mut self, key: &str) -> Doc {
        let own: Vec<i64> =
            self.hints.of_name(key).map(|pool| pool.durations.iter().copied().collect()).unwrap_or_default();
        let seconds = match self.choices.below(6) {
            0 => 0,
            1..=3 if !own.is_empty() => self.one_of(&own).unwrap_or(0),
            4 => {
                let all: Vec<i64> = self.hints.everything().durations.iter().copied().collect();
                self.one_of(&all).unwrap_or(0)
            }
            _ => self.one_of(&[1, 60, 3600, 86_400, 604_800, -1]).unwrap_or(0),
        };
        printed(|out| time::duration_text(Duration { seconds, nanos: 0 }, out))
    }
}

fn printed(print: impl FnOnce(&mut String)) -> Doc {
    let mut text = String::new();
    print(&mut text);
    Doc::Text(text)
}
