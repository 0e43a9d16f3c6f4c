//! Drawing a board on a terminal. Rows are cut at its width by the drawing crate, which knows wide characters.

use std::collections::BTreeMap;
use std::time::Duration;

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use seatrial_model::Verdict;
use seatrial_model::event::Event;

use super::board::{Board, Key, Permanent};

/// A board, and the bars that show it. Every row is a bar without a bar: a spinner and text.
#[derive(Debug)]
pub(super) struct Terminal {
    board: Board,
    screen: MultiProgress,
    rows: BTreeMap<Key, ProgressBar>,
    footer: ProgressBar,
    colour: bool,
}

impl Terminal {
    /// Nothing where stderr cannot be redrawn.
    pub(super) fn new() -> Option<Self> {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        if screen.is_hidden() {
            return None;
        }
        let footer = screen.add(ProgressBar::no_length().with_style(style("{wide_msg}")));
        let colour = anstream::AutoStream::choice(&std::io::stderr()) != ColorChoice::Never;
        Some(Self { board: Board::default(), screen, rows: BTreeMap::new(), footer, colour })
    }

    pub(super) fn take(&mut self, at: Duration, event: &Event) {
        if let Some(line) = self.board.take(at, event) {
            // A terminal that went away must not end a run.
            let _ = self.screen.println(permanent(&line, self.colour));
        }
        self.draw(at);
    }

    /// Brings the bars in line with the board.
    pub(super) fn draw(&mut self, at: Duration) {
        let rows = self.board.rows(at);
        self.rows.retain(|key, bar| {
            let stays = rows.iter().any(|(shown, _)| shown == key);
            if !stays {
                bar.finish_and_clear();
                self.screen.remove(bar);
            }
            stays
        });
        for (key, text) in rows {
            let bar = self.rows.entry(key).or_insert_with(|| {
                let bar = ProgressBar::no_length().with_style(style("{spinner} {wide_msg}"));
                self.screen.insert_before(&self.footer, bar)
            });
            bar.set_message(text);
            bar.tick();
        }
        self.footer.set_message(self.board.footer(at));
        self.footer.tick();
    }

    /// Leaves only what is permanent.
    pub(super) fn clear(self) {
        for bar in self.rows.values() {
            bar.finish_and_clear();
        }
        self.footer.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    // A template that does not parse would be a mistake in this file; bars then look plain.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn permanent(line: &Permanent, colour: bool) -> String {
    let Some(verdict) = line.verdict else { return format!("  {}", line.text) };
    let (mark, paint) = match verdict {
        Verdict::Passed => ("✓", AnsiColor::Green.on_default()),
        Verdict::Warned => ("!", AnsiColor::Yellow.on_default()),
        Verdict::Failed => ("✗", AnsiColor::Red.on_default().bold()),
        Verdict::Errored => ("?", AnsiColor::Magenta.on_default().bold()),
        Verdict::Skipped => ("-", Style::new().dimmed()),
        Verdict::NotApplicable => ("·", Style::new().dimmed()),
    };
    if colour { format!("{paint}{mark}{paint:#} {}", line.text) } else { format!("{mark} {}", line.text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permanent_line_has_a_mark_and_colour_only_where_asked() {
        let line = Permanent { verdict: Some(Verdict::Failed), text: "it failed".to_owned() };
        assert_eq!(permanent(&line, false), "✗ it failed");
        assert!(permanent(&line, true).starts_with('\u{1b}'));
    }

    #[test]
    fn the_templates_parse() {
        for template in ["{wide_msg}", "{spinner} {wide_msg}"] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }
}
