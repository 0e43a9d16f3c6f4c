//! Times as they stand in records: RFC 3339 in UTC, and durations in milliseconds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant, to the millisecond. The clock is an input: only the program reads it.
pub type Instant = jiff::Timestamp;

/// A day, `2026-12-31`.
pub type Date = jiff::civil::Date;

/// The day of an instant, in UTC.
pub fn day(instant: Instant) -> Date {
    jiff::tz::Offset::UTC.to_datetime(instant).date()
}

/// A duration in whole milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl From<Duration> for Millis {
    fn from(duration: Duration) -> Self {
        Self(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }
}

impl From<Millis> for Duration {
    fn from(millis: Millis) -> Self {
        Self::from_millis(millis.0)
    }
}

impl std::ops::Add for Millis {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::fmt::Display for Millis {
    /// `0.4 s`, `12.3 s`, `2 min 05 s`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = self.0.saturating_add(50) / 100;
        let text = if tenths < 1000 {
            format!("{}.{} s", tenths / 10, tenths % 10)
        } else {
            format!("{} min {:02} s", tenths / 600, tenths % 600 / 10)
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, "0.0 s")]
    #[case(449, "0.4 s")]
    #[case(99_900, "99.9 s")]
    #[case(125_000, "2 min 05 s")]
    fn durations_read_well(#[case] millis: u64, #[case] text: &str) {
        assert_eq!(Millis(millis).to_string(), text);
    }
}
