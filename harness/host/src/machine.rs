//! What this machine has and what it shows right now.

use std::path::Path;

/// One look at the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Processors that this process may use.
    pub processors: u32,
    /// All memory, in bytes; 0 where it cannot be told.
    pub memory: u64,
    /// Memory that can be had without swapping, in bytes; all of it where it cannot be told.
    pub available: u64,
    /// Tasks that run or wait for a processor at this moment, the reader's own included.
    pub runnable: u32,
}

impl Machine {
    /// Looks at `/proc` (Linux: `proc_meminfo(5)`, `proc_stat(5)`).
    pub fn read() -> Self {
        let read = |file: &str| std::fs::read_to_string(Path::new("/proc").join(file)).unwrap_or_default();
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self::parse(u32::try_from(processors).unwrap_or(u32::MAX), &read("meminfo"), &read("stat"))
    }

    fn parse(processors: u32, meminfo: &str, stat: &str) -> Self {
        let kib = |name: &str| number(meminfo, name).map(|kib| kib.saturating_mul(1024));
        let memory = kib("MemTotal:").unwrap_or(0);
        let runnable = number(stat, "procs_running").and_then(|number| u32::try_from(number).ok());
        Self {
            processors,
            memory,
            available: kib("MemAvailable:").unwrap_or(memory),
            runnable: runnable.unwrap_or(1),
        }
    }
}

/// The number on the line that starts with `name`.
fn number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.split_whitespace().next() == Some(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_the_kernels_texts() {
        let meminfo = "MemTotal:       24000000 kB\nMemFree: 1 kB\nMemAvailable:   8000000 kB\n";
        let machine = Machine::parse(2, meminfo, "cpu  1 2 3\nprocs_running 7\nprocs_blocked 0\n");
        assert_eq!(machine.memory, 24_000_000 * 1024);
        assert_eq!((machine.available, machine.runnable), (8_000_000 * 1024, 7));
    }

    #[test]
    fn what_cannot_be_told_stands_in_nobodys_way() {
        assert_eq!(
            Machine::parse(2, "", ""),
            Machine { processors: 2, memory: 0, available: 0, runnable: 1 }
        );
    }

    #[test]
    fn this_machine_has_memory_and_a_running_task() {
        let machine = Machine::read();
        assert!(machine.memory > 0 && machine.available > 0 && machine.runnable > 0, "{machine:?}");
    }
}
