//! Showing set-up as it goes: a line for each step with its duration, and on a terminal one that lives.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use seatrial_model::Redactor;

/// Longest live line: one that wraps cannot be erased.
const LIVE_WIDTH: usize = 79;

/// How a step's result came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It was on the machine, and is not ours.
    Found,
    /// It was provided before.
    Cached,
    /// A system package, or a service that was started.
    Installed,
    /// From a container registry.
    Pulled,
    /// By a recipe.
    Built,
    /// Into the registry's volume.
    Pushed,
}

impl How {
    /// Whether there was nothing to do.
    pub fn is_idle(self) -> bool {
        match self {
            Self::Found | Self::Cached => true,
            Self::Installed | Self::Pulled | Self::Built | Self::Pushed => false,
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Found => "found",
            Self::Cached => "cached",
            Self::Installed => "installed",
            Self::Pulled => "pulled",
            Self::Built => "built",
            Self::Pushed => "pushed",
        })
    }
}

/// A step that ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `node image 1.36.3`.
    pub name: String,
    /// How.
    pub how: How,
    /// How long it took; zero where there was nothing to do.
    pub took: Duration,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.how.is_idle() {
            return write!(f, "  {:<9} {}", self.how, self.name);
        }
        write!(f, "  {:<9} {:<30} {:>7.1} s", self.how, self.name, self.took.as_secs_f64())
    }
}

/// What set-up did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Every step, in order.
    pub steps: Vec<Step>,
    /// From the first look to the last step.
    pub took: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64();
        let idle = self.steps.iter().filter(|step| step.how.is_idle()).count();
        if idle == self.steps.len() {
            return write!(f, "set-up complete: nothing to do ({seconds:.1} s)");
        }
        write!(f, "set-up complete: {} steps, {idle} cached, {seconds:.0} s", self.steps.len())
    }
}

/// Takes what set-up has to tell while it works.
pub trait Progress: Send {
    /// A step starts to do something.
    fn started(&mut self, step: &str);
    /// It is still at it; `says` is the last line of its programs.
    fn ticked(&mut self, step: &str, elapsed: Duration, says: &str);
    /// It ended without a result: another way is tried.
    fn dropped(&mut self, step: &str);
    /// A step ended well.
    fn finished(&mut self, step: &Step);
    /// Something a person should know.
    fn note(&mut self, text: &str);
}

/// Lines of text. Where it cannot be written nothing is said: set-up goes on.
#[derive(Debug)]
pub struct Lines<W> {
    out: W,
    live: bool,
}

impl<W: Write + Send> Lines<W> {
    /// On a terminal (`live`) the running step has a line that counts; elsewhere its start is a line of its own.
    pub fn new(out: W, live: bool) -> Self {
        Self { out, live }
    }

    fn line(&mut self, text: fmt::Arguments<'_>) {
        self.erase();
        let _ = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    fn erase(&mut self) {
        if self.live {
            let _ = write!(self.out, "\r\u{1b}[2K");
        }
    }
}

impl<W: Write + Send> Progress for Lines<W> {
    fn started(&mut self, step: &str) {
        if self.live {
            self.ticked(step, Duration::ZERO, "");
        } else {
            self.line(format_args!("  working   {step}"));
        }
    }

    fn ticked(&mut self, step: &str, elapsed: Duration, says: &str) {
        if !self.live {
            return;
        }
        let says = Redactor::default().clean(says).as_str().replace(['\n', '\t'], " ");
        let text = format!("  working   {step:<30} {:>7.1} s  {says}", elapsed.as_secs_f64());
        let text: String = text.chars().take(LIVE_WIDTH).collect();
        self.erase();
        let _ = write!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    fn dropped(&mut self, _step: &str) {
        self.erase();
    }

    fn finished(&mut self, step: &Step) {
        self.line(format_args!("{step}"));
    }

    fn note(&mut self, text: &str) {
        self.line(format_args!("  {text}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn step(how: How, seconds: u64) -> Step {
        Step { name: "node image 1.36.3".into(), how, took: Duration::from_secs(seconds) }
    }

    #[rstest]
    #[case(How::Built, "  built     node image 1.36.3                512.0 s")]
    #[case(How::Cached, "  cached    node image 1.36.3")]
    fn a_step_shows_its_duration_where_it_did_something(#[case] how: How, #[case] text: &str) {
        assert_eq!(step(how, 512).to_string(), text);
    }

    #[rstest]
    #[case(&[How::Cached, How::Found], "set-up complete: nothing to do (0.8 s)")]
    #[case(&[How::Cached, How::Built, How::Found], "set-up complete: 3 steps, 2 cached, 1 s")]
    fn the_summary_counts_what_was_there(#[case] hows: &[How], #[case] text: &str) {
        let steps = hows.iter().map(|how| step(*how, 1)).collect();
        assert_eq!(Summary { steps, took: Duration::from_millis(800) }.to_string(), text);
    }

    fn shown(live: bool) -> String {
        let mut out = Vec::new();
        let mut lines = Lines::new(&mut out, live);
        lines.started("helm 4");
        lines.ticked("helm 4", Duration::from_millis(1500), "go: \u{1b}[1mdownloading\u{1b}[0m\tx");
        lines.finished(&Step { name: "helm 4".into(), how: How::Built, took: Duration::from_secs(2) });
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn without_a_terminal_there_are_plain_lines_only() {
        assert_eq!(
            shown(false),
            "  working   helm 4\n  built     helm 4                             2.0 s\n"
        );
    }

    #[test]
    fn a_live_line_is_erased_clean_and_never_wraps() {
        let text = shown(true);
        let live = text.split("\r\u{1b}[2K").nth(2).unwrap();
        assert_eq!(live, "  working   helm 4                             1.5 s  go: downloading x");
        assert!(text.ends_with("\r\u{1b}[2K  built     helm 4                             2.0 s\n"));
        let mut out = Vec::new();
        Lines::new(&mut out, true).ticked("helm 4", Duration::ZERO, &"long ".repeat(50));
        assert_eq!(String::from_utf8(out).unwrap().chars().count(), LIVE_WIDTH + "\r\u{1b}[2K".len());
    }
}
