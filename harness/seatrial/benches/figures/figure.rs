//! Figures: samples of one quantity, and the table of many.

use std::fmt::Write;

use serde_json::{Value, json};

/// What was measured, once or several times.
pub(crate) struct Figure {
    name: String,
    unit: &'static str,
    samples: Vec<f64>,
    /// The figure to meet, in the same unit; at most this much.
    limit: Option<f64>,
}

impl Figure {
    pub(crate) fn new(name: impl Into<String>, unit: &'static str, samples: Vec<f64>) -> Self {
        Self { name: name.into(), unit, samples, limit: None }
    }

    pub(crate) fn at_most(self, limit: f64) -> Self {
        Self { limit: Some(limit), ..self }
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.samples.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// The middle one; of an even number the lower of the two.
    fn median(&self) -> f64 {
        let sorted = self.sorted();
        sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn json(&self) -> Value {
        let sorted = self.sorted();
        json!({
            "name": self.name,
            "unit": self.unit,
            "median": self.median(),
            "min": sorted.first(),
            "max": sorted.last(),
            "samples": self.samples,
            "limit": self.limit,
        })
    }
}

/// One figure by line.
pub(crate) fn table(figures: &[Figure]) -> String {
    let width = figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or(0).max(8);
    let mut text =
        format!("  {:width$}  {:>8} {:>8} {:>8}  {:5} {:>8}\n", "", "median", "min", "max", "", "limit");
    for figure in figures {
        let sorted = figure.sorted();
        let [min, max] = [sorted.first(), sorted.last()].map(|bound| bound.copied().unwrap_or(f64::NAN));
        let limit = figure.limit.map(|limit| format!("{limit:.2}")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "  {:width$}  {:8.2} {min:8.2} {max:8.2}  {:5} {limit:>8}",
            figure.name,
            figure.median(),
            figure.unit,
        );
    }
    text
}
