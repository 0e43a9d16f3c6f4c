//! Kubernetes quantities, exactly: `100m`, `1.5Gi`, `2e3`.
//!
//! Grammar and rounding follow `k8s.io/apimachinery/pkg/api/resource`: a signed decimal with an optional
//! binary suffix (Ki … Ei), decimal suffix (n, u, m, k, M, G, T, P, E) or decimal exponent; `Value()` and
//! `MilliValue()` round away from zero.

use std::fmt;

/// An exact quantity: `digits × 10^exponent × 2^shift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    digits: i128,
    exponent: i32,
    shift: u32,
}

/// Why a text is no quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAQuantity(pub String);

impl fmt::Display for NotAQuantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a quantity such as 500m, 1.5 or 2Gi", self.0)
    }
}

/// More significant digits than this are refused: no resource is counted so.
const MOST_DIGITS: usize = 27;

impl Quantity {
    /// Reads a quantity.
    ///
    /// # Errors
    /// When the text does not follow the grammar or is absurdly long.
    pub fn parse(text: &str) -> Result<Self, NotAQuantity> {
        let wrong = || NotAQuantity(text.chars().take(40).collect());
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || fraction.contains('.') || digits.len() > MOST_DIGITS {
            return Err(wrong());
        }
        let magnitude: i128 = digits.parse().map_err(|_| wrong())?;
        let (power, shift) = suffix_scale(suffix).ok_or_else(wrong)?;
        let places = i32::try_from(fraction.len()).map_err(|_| wrong())?;
        Ok(Self { digits: if negative { -magnitude } else { magnitude }, exponent: power - places, shift })
    }

    /// In thousandths (CPU in millicores), rounded away from zero; saturates.
    pub fn millis(self) -> i64 {
        self.scaled(3)
    }

    /// In whole units (bytes, devices), rounded away from zero; saturates.
    pub fn units(self) -> i64 {
        self.scaled(0)
    }

    fn scaled(self, places: i32) -> i64 {
        let saturated = if self.digits < 0 { i64::MIN } else { i64::MAX };
        let Some(binary) = self.digits.checked_mul(1_i128 << self.shift) else { return saturated };
        let power = self.exponent + places;
        let value = if power >= 0 {
            10_i128.checked_pow(power.unsigned_abs()).and_then(|factor| binary.checked_mul(factor))
        } else {
            // Beyond 38 digits the divisor exceeds any value: what is left rounds to one unit.
            let divisor = 10_i128.checked_pow(power.unsigned_abs()).unwrap_or(i128::MAX);
            let up = i128::from(binary % divisor != 0) * binary.signum();
            Some(binary / divisor + up)
        };
        value.map_or(saturated, |value| i64::try_from(value).unwrap_or(saturated))
    }
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
            let exponent = other.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let plain = !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
            (plain.then(|| exponent.parse().ok())??, 0)
        }
    })
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
    fn memory_is_counted_in_bytes(#[case] text: &str, #[case] bytes: i64) {
        assert_eq!(Quantity::parse(text).unwrap().units(), bytes);
    }

    #[rstest]
    #[case("")]
    #[case("m")]
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
