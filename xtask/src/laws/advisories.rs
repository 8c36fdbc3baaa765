//! A dependency with a known advisory is an exception with a reason and a date, past which the law is broken.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::tree::Tree;

/// The file that lists exceptions: `[[exception]]` with `crate`, `advisory`, `reason`, `until = YYYY-MM-DD`.
const FILE: &str = "advisories.toml";

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let Some(table) = tree.read(FILE).and_then(|text| text.parse::<toml::Table>().ok()) else {
        return vec![format!("{FILE}: missing, or not TOML")];
    };
    let exceptions = table.get("exception").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    exceptions.iter().filter_map(breach).collect()
}

fn breach(exception: &toml::Value) -> Option<String> {
    let text = |key: &str| exception.get(key).and_then(toml::Value::as_str);
    let (Some(name), Some(advisory), Some(_)) = (text("crate"), text("advisory"), text("reason")) else {
        return Some(format!("{FILE}: an exception without crate, advisory or reason"));
    };
    let date = exception.get("until").and_then(toml::Value::as_datetime).and_then(|until| until.date);
    let Some(date) = date else {
        return Some(format!("{FILE}: {name}: `until` is no date"));
    };
    let days = days_since_epoch(i64::from(date.year), i64::from(date.month), i64::from(date.day));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    (i64::try_from(now).ok()? > days)
        .then(|| format!("{FILE}: the exception for {name} ({advisory}) has lapsed"))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar (the era-based algorithm of H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms").
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::days_since_epoch;

    #[test]
    fn known_days() {
        assert_eq!(days_since_epoch(1970, 1, 1), 0);
        assert_eq!(days_since_epoch(2000, 3, 1), 11_017);
        assert_eq!(days_since_epoch(2026, 11, 21), 20_778);
    }
}
