//! Kubernetes quantities: `100m`, `1.5Gi`, `2e3`.
//!
//! Grammar, rounding and limits follow `k8s.io/apimachinery/pkg/api/resource`, its oddities included, because a
//! quantity means what the API server reads: a sign, a decimal, and a binary suffix (Ki … Ei), a decimal suffix
//! (n, u, m, k, M, G, T, P, E) or a decimal exponent. What is finer than a billionth is rounded up, binary ones end
//! at 2^63 - 1, and `Value()` and `MilliValue()` round away from zero.

use std::fmt;

/// A quantity in billionths; beyond what those can count it saturates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity {
    nanos: i128,
}

/// Why a text is no quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAQuantity(pub String);

impl fmt::Display for NotAQuantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a quantity such as 500m, 1.5 or 2Gi", self.0)
    }
}

/// Billionths of one.
const ONE: i128 = 1_000_000_000;
/// Decimal places of a billionth.
const PLACES: i64 = 9;
/// Significant digits that count; what follows only rounds up. So many fit 128 bits, times 2^60 where that is asked.
const DECIMAL_DIGITS: usize = 38;
const BINARY_DIGITS: usize = 20;

impl Quantity {
    /// Reads a quantity; spaces around it do not count.
    ///
    /// # Errors
    /// When the text does not follow the grammar.
    pub fn parse(text: &str) -> Result<Self, NotAQuantity> {
        let wrong = || NotAQuantity(text.chars().take(40).collect());
        let trimmed = text.trim_matches(' ');
        if trimmed.is_empty() {
            return Err(wrong());
        }
        let (negative, rest) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (whole, rest) = leading_digits(rest);
        let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), leading_digits);
        let (power, shift) = suffix_scale(suffix).ok_or_else(wrong)?;
        // A number without any digit is zero to Kubernetes, unless it takes the way of the large and the tiny.
        if whole.is_empty() && fraction.is_empty() && (shift > 40 || i64::from(power) < -PLACES) {
            return Err(wrong());
        }
        let nanos = nanos(whole, fraction, power, shift).ok_or_else(wrong)?;
        Ok(Self { nanos: if negative { -nanos } else { nanos } })
    }

    /// In thousandths (CPU in millicores), rounded away from zero; saturates.
    pub fn millis(self) -> i64 {
        self.counted_in(ONE / 1000)
    }

    /// In whole units (bytes, devices), rounded away from zero; saturates.
    pub fn units(self) -> i64 {
        self.counted_in(ONE)
    }

    fn counted_in(self, unit: i128) -> i64 {
        let up = i128::from(self.nanos % unit != 0) * self.nanos.signum();
        let saturated = if self.nanos < 0 { i64::MIN } else { i64::MAX };
        i64::try_from(self.nanos / unit + up).unwrap_or(saturated)
    }
}

fn leading_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// `whole.fraction × 10^power × 2^shift` in billionths, rounded up.
fn nanos(whole: &str, fraction: &str, power: i32, shift: u32) -> Option<i128> {
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let (kept, dropped) =
        digits.split_at(digits.len().min(if shift > 0 { BINARY_DIGITS } else { DECIMAL_DIGITS }));
    if kept.is_empty() {
        return Some(0);
    }
    let magnitude = kept.parse::<i128>().ok()? << shift;
    let inexact = dropped.bytes().any(|digit| digit != b'0');
    let length = |text: &str| i64::try_from(text.len()).ok();
    let exponent = i64::from(power) + PLACES - length(fraction)? + length(dropped)?;
    let factor = u32::try_from(exponent.unsigned_abs()).ok().and_then(|places| 10_i128.checked_pow(places));
    let scaled = if exponent >= 0 {
        let exact = magnitude + i128::from(inexact);
        factor.and_then(|factor| exact.checked_mul(factor)).unwrap_or(i128::MAX)
    } else {
        // A divisor beyond 38 digits exceeds any magnitude: what is left rounds up to one.
        let divisor = factor.unwrap_or(i128::MAX);
        magnitude / divisor + i128::from(inexact || magnitude % divisor != 0)
    };
    Some(if shift > 0 { scaled.min(i128::from(i64::MAX) * ONE) } else { scaled })
}

/// Power of ten and power of two of a suffix.
fn suffix_scale(suffix: &str) -> Option<(i32, u32)> {
    Some(match suffix {
        "" => (0, 0),
        "n" => (-9, 0),
        "u" => (-6, 0),
        "m" => (-3, 0),
        "k" => (3, 0),
        "M" => (6, 0),
        "G" => (9, 0),
        "T" => (12, 0),
        "P" => (15, 0),
        "E" => (18, 0),
        "Ki" => (0, 10),
        "Mi" => (0, 20),
        "Gi" => (0, 30),
        "Ti" => (0, 40),
        "Pi" => (0, 50),
        "Ei" => (0, 60),
        other => {
            let exponent: i64 = other.strip_prefix(['e', 'E'])?.parse().ok()?;
            (wrapped(exponent), 0)
        }
    })
}

/// Upstream keeps 32 bits of an exponent and drops the others without a word.
#[expect(clippy::cast_possible_truncation, reason = "the same exponent as upstream's")]
fn wrapped(exponent: i64) -> i32 {
    exponent as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("100m", 100)]
    #[case("1", 1000)]
    #[case("0.1", 100)]
    #[case(".5", 500)]
    #[case("2.", 2000)]
    #[case("1e3", 1_000_000)]
    #[case("1E-3", 1)]
    #[case("1n", 1)]
    #[case("-1500u", -2)]
    #[case("0", 0)]
    #[case("m", 0)]
    #[case("-", 0)]
    #[case(" 2 ", 2000)]
    #[case("0.0000000000000000000000000000001", 1)]
    #[case("1e4294967299", 1_000_000)]
    fn cpu_is_counted_in_millicores(#[case] text: &str, #[case] millis: i64) {
        assert_eq!(Quantity::parse(text).unwrap().millis(), millis);
    }

    #[rstest]
    #[case("128974848", 128_974_848)]
    #[case("129e6", 129_000_000)]
    #[case("129M", 129_000_000)]
    #[case("123Mi", 128_974_848)]
    #[case("1.5Gi", 1_610_612_736)]
    #[case("500m", 1)]
    #[case("1E", 1_000_000_000_000_000_000)]
    #[case("100Ei", i64::MAX)]
    #[case("1e500", i64::MAX)]
    #[case("-1e500", i64::MIN)]
    #[case("0e500", 0)]
    #[case("1e-500", 1)]
    #[case("1234567890.12345678901234567890", 1_234_567_891)]
    fn memory_is_counted_in_bytes(#[case] text: &str, #[case] bytes: i64) {
        assert_eq!(Quantity::parse(text).unwrap().units(), bytes);
    }

    #[rstest]
    #[case("")]
    #[case(" ")]
    #[case("Ei")]
    #[case("e-10")]
    #[case("1 Gi")]
    #[case("1GB")]
    #[case("1.2.3")]
    #[case("1e")]
    #[case("1e+")]
    #[case("0x10")]
    #[case("--1")]
    fn what_is_no_quantity_is_refused(#[case] text: &str) {
        assert!(Quantity::parse(text).is_err());
    }
}
