//! Waivers and the baseline: each with what it let pass and who answers for it, then what is wrong with them.

use seatrial_model::{Record, Verdict};

use super::Terminal;
use super::paint::{mark, wrapped};
use crate::line::line;
use crate::{exemptions, finding};

pub(super) fn lines(record: &Record, terminal: &Terminal<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if !record.waivers.is_empty() {
        lines.push(terminal.paint().bold("waivers"));
    }
    for own in &record.waivers {
        let head = format!("{}: {}", exemptions::name(own), exemptions::fate(own));
        lines.extend(wrapped("  ", "      ", &head, terminal.width));
        lines.extend(wrapped("      ", "        ", &exemptions::about(own), terminal.width));
        let matches = exemptions::matches(own);
        lines.extend(matches.iter().flat_map(|one| wrapped("      - ", "        ", one, terminal.width)));
    }
    if let Some(own) = &record.baseline {
        lines.push(terminal.paint().bold(&line(&format!("baseline {}", own.file))));
        let told = std::iter::once(exemptions::passed(own)).chain(exemptions::gone(own));
        lines.extend(told.flat_map(|text| wrapped("  ", "      ", &text, terminal.width)));
    }
    for found in &record.findings {
        let place = finding::place(found).map(|place| format!(" at {place}")).unwrap_or_default();
        let text = format!("{}: {}{place}", line(&found.rule), line(found.message.as_str()));
        let sign = terminal.paint().verdict(Verdict::Warned, mark(Verdict::Warned));
        let own = wrapped("  ! ", "      ", &text, terminal.width);
        lines.extend(own.into_iter().map(|text| text.replacen("  ! ", &format!("  {sign} "), 1)));
    }
    lines
}
