//! `uninstall`: the release goes away, and what it left.

use std::time::Duration;

use seatrial_model::{Clean, Finding, Redactor, Trouble};
use seatrial_ports::{Cancel, Cluster, Place, UninstallAnswer, Watch};

use super::Conclusion;

pub(crate) async fn check(
    cluster: &dyn Cluster,
    place: &Place,
    deadline: Duration,
    redactor: &Redactor,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<Conclusion, Trouble> {
    match cluster.uninstall(place, deadline, redactor, watch, cancel).await? {
        UninstallAnswer::Failed { reason } => Ok(Conclusion::failed(reason)),
        UninstallAnswer::Gone(leftovers) => {
            let mut findings = Vec::new();
            let mut listed = String::new();
            for leftover in leftovers {
                match &leftover.explained {
                    Some(why) => listed += &format!("left behind: {} ({why})\n", leftover.object),
                    None => findings.push(
                        Finding::of_check(
                            "leftover",
                            Clean::own(
                                "the object is still there after `helm uninstall`, and nothing says why",
                            ),
                        )
                        .about(leftover.object),
                    ),
                }
            }
            Ok(Conclusion::of_findings(findings).output(redactor.clean(&listed)))
        }
    }
}
