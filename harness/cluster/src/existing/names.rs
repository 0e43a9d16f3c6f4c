//! Names of namespaces that do not meet others' on a cluster that many use.

use seatrial_model::CellId;
use seatrial_model::names::dns_label;

/// The longest name of a namespace.
const LONGEST: usize = 63;

/// The namespace of a cell: `<chart>-<profile>-<run's suffix>`.
pub(super) fn of_cell(cell: &CellId, run: &str) -> String {
    named(&format!("{}-{}", cell.chart, cell.profile), run)
}

/// The namespace of a requirement of the whole cluster: `<requirement>-<run's suffix>`.
pub(super) fn of_requirement(name: &str, run: &str) -> String {
    named(name, run)
}

fn named(name: &str, run: &str) -> String {
    let suffix = suffix(run);
    format!("{}-{suffix}", dns_label(name, LONGEST - 1 - suffix.len()))
}

/// The time of day and the random digits of a run's id, `20260131-090502-3fa2`.
fn suffix(run: &str) -> String {
    dns_label(run.split_once('-').map_or(run, |(_, rest)| rest), 20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const RUN: &str = "20260131-090502-3fa2";

    fn cell(chart: &str, profile: &str) -> CellId {
        CellId {
            chart: chart.to_owned(),
            profile: profile.to_owned(),
            kubernetes: "1.36".parse().unwrap(),
            helm: seatrial_model::HelmMajor::V4,
        }
    }

    #[test]
    fn a_namespace_names_its_cell_and_its_run() {
        assert_eq!(of_cell(&cell("demo", "prod"), RUN), "demo-prod-090502-3fa2");
        assert_eq!(of_requirement("minio", RUN), "minio-090502-3fa2");
    }

    #[rstest]
    #[case(&"x".repeat(80), RUN)]
    #[case("Demo_1", "an id of another form, and a long one")]
    fn every_name_is_a_label_that_fits(#[case] chart: &str, #[case] run: &str) {
        let name = of_cell(&cell(chart, "p"), run);
        assert!(name.len() <= LONGEST, "{name}");
        assert_eq!(name, dns_label(&name, LONGEST), "a valid label stays as it is");
    }

    #[test]
    fn two_runs_and_two_long_names_never_share_one() {
        let (a, b) = (format!("{}a", "x".repeat(70)), format!("{}b", "x".repeat(70)));
        assert_ne!(of_cell(&cell(&a, "p"), RUN), of_cell(&cell(&b, "p"), RUN));
        assert_ne!(of_cell(&cell("a", "p"), RUN), of_cell(&cell("a", "p"), "20260131-090502-3fa3"));
    }
}
