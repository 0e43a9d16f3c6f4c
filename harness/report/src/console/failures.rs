//! What went wrong: cell, check, case, reason, a few lines of its output, and where the evidence lies.

use seatrial_model::record::CellRecord;
use seatrial_model::{Enforcement, Finding, Record, Trouble, Verdict};

use super::Terminal;
use super::paint::{mark, wrapped};
use crate::finding;
use crate::line::{block, last_lines, line, shortened};
use crate::part::{self, Part};
use crate::retried;

/// Findings and lines of output shown per part; the rest is in the reports.
const FINDINGS: usize = 5;
const OUTPUT: usize = 6;

pub(super) fn lines(record: &Record, terminal: &Terminal<'_>) -> Vec<String> {
    let mut blocks: Vec<Vec<String>> = record
        .cells
        .iter()
        .filter(|cell| !cell.verdict.is_good() && !retried::is_not_started(cell))
        .map(|cell| of_cell(record, cell, terminal))
        .collect();
    let of_clusters = record
        .clusters
        .iter()
        .filter_map(|cluster| Some((format!("cluster {}", line(&cluster.name)), cluster.trouble.as_ref()?)));
    let of_run = record.troubles.iter().map(|trouble| ("the run".to_owned(), trouble));
    blocks.extend(of_clusters.chain(of_run).map(|(whose, trouble)| of_trouble(&whose, trouble, terminal)));
    if let Some((first, cells)) = retried::not_started(record) {
        let head = format!("not started after {first} ended badly (--fail-fast)");
        let mut lines = vec![terminal.paint().bold(&line(&head))];
        lines.extend(cells.iter().map(|cell| format!("  {}", line(&cell.to_string()))));
        blocks.push(lines);
    }
    if !record.unfinished.is_empty() {
        let mut lines = vec![terminal.paint().bold("did not end")];
        lines.extend(record.unfinished.iter().map(|cell| format!("  {}", line(&cell.to_string()))));
        blocks.push(lines);
    }
    blocks.join(&String::new())
}

fn of_cell(record: &Record, cell: &CellRecord, terminal: &Terminal<'_>) -> Vec<String> {
    let mut lines = vec![terminal.paint().bold(&line(&cell.cell.to_string()))];
    let parts = cell.checks.iter().flat_map(|check| part::parts(check, &record.rules));
    for part in parts.filter(|part| !part.verdict.is_good() && !part.told_by_cases) {
        lines.extend(of_part(&part, terminal));
    }
    if lines.len() == 1 {
        lines.push(format!("  {} {}, and none of its checks says why", mark(cell.verdict), cell.verdict));
    }
    for (index, attempt) in cell.attempts.iter().enumerate() {
        let text = format!("attempt {}: {}", index + 1, line(&attempt.sentence()));
        lines.extend(wrapped("  ", "      ", &text, terminal.width));
    }
    if let Some(folder) = common_folder(&cell.evidence) {
        lines.push(format!("  evidence: {}/{}", terminal.folder, line(&folder)));
    }
    lines
}

fn of_part(part: &Part<'_>, terminal: &Terminal<'_>) -> Vec<String> {
    let head = format!("{} {}: {}", mark(part.verdict), part.name, part.message);
    let mut lines = wrapped("  ", "      ", &head, terminal.width);
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(
            mark(part.verdict),
            &terminal.paint().verdict(part.verdict, mark(part.verdict)),
            1,
        );
    }
    if part.verdict == Verdict::Skipped {
        return lines;
    }
    let mut enforced: Vec<&Finding> = part.findings.clone();
    enforced.retain(|finding| finding.effect() == Enforcement::Enforce);
    for found in enforced.iter().take(FINDINGS) {
        lines.extend(of_finding(found, part, terminal));
    }
    if let Some(more) = enforced.len().checked_sub(FINDINGS).filter(|more| *more > 0) {
        lines.push(format!("      and {more} more"));
    }
    if let Some(help) = part.help {
        lines.push("      what to do:".to_owned());
        lines.extend(block(&help.remediation).lines().map(|line| format!("        {line}")));
    }
    let output = block(part.output);
    let room = terminal.width.saturating_sub(8).max(20);
    lines.extend(
        last_lines(&output, OUTPUT).into_iter().map(|line| {
            terminal.paint().dim(&format!("      | {}", shortened(&line.replace('\t', " "), room)))
        }),
    );
    lines
}

/// The message where it is not the part's own already, then subject and place.
fn of_finding(found: &Finding, part: &Part<'_>, terminal: &Terminal<'_>) -> Vec<String> {
    let message = line(found.message.as_str());
    let message = (message != part.message).then_some(message);
    let texts = [message, finding::subject(found), finding::place(found).map(|place| format!("at {place}"))];
    texts.iter().flatten().flat_map(|text| wrapped("      ", "        ", text, terminal.width)).collect()
}

fn of_trouble(whose: &str, trouble: &Trouble, terminal: &Terminal<'_>) -> Vec<String> {
    let mut lines = vec![terminal.paint().bold(whose)];
    let text = format!("{} could not {}: {}", mark(Verdict::Errored), trouble.what, trouble.why);
    lines.extend(wrapped("  ", "      ", &line(&text), terminal.width));
    if let Some(hint) = &trouble.hint {
        lines.extend(wrapped("      what to do: ", "        ", &line(hint), terminal.width));
    }
    lines
}

/// The folder in which all the files lie.
fn common_folder(files: &[String]) -> Option<String> {
    let mut folders = files.iter().map(|file| file.rsplit_once('/').map_or("", |(folder, _)| folder));
    let first = folders.next()?.to_owned();
    let common = folders.fold(first, |common, folder| {
        let same = common.split('/').zip(folder.split('/')).take_while(|(a, b)| a == b);
        same.map(|(part, _)| part).collect::<Vec<_>>().join("/")
    });
    (!common.is_empty()).then_some(common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_folder_of_evidence_is_the_deepest_one() {
        let files = ["e/cell/logs/a.log", "e/cell/logs/b.log", "e/cell/events.txt"].map(str::to_owned);
        assert_eq!(common_folder(&files).as_deref(), Some("e/cell"));
        assert_eq!(common_folder(&files[..2]).as_deref(), Some("e/cell/logs"));
        assert_eq!(common_folder(&[]), None);
    }
}
