//! Bounded capture of a stream: the head and the tail are kept, and what was dropped is said.

use std::collections::VecDeque;

use tokio::io::{AsyncRead, AsyncReadExt};

use std::sync::{Mutex, PoisonError};

/// Longest line handed to a line callback; the rest of the line is dropped.
const LONGEST_LINE: usize = 16 * 1024;

/// Keeps at most `cap` bytes: the first half and the last half.
#[derive(Debug)]
pub(crate) struct Capture {
    cap: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: u64,
}

impl Capture {
    pub(crate) fn new(cap: usize) -> Self {
        Self { cap, head: Vec::new(), tail: VecDeque::new(), dropped: 0 }
    }

    fn push(&mut self, bytes: &[u8]) {
        let head_room = (self.cap / 2).saturating_sub(self.head.len());
        let (head, rest) = bytes.split_at(head_room.min(bytes.len()));
        self.head.extend_from_slice(head);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(self.cap - self.cap / 2);
        self.tail.drain(..excess);
        self.dropped += excess as u64;
    }

    /// How many bytes were not kept.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// What was kept, with a line in place of what was dropped.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.head);
        if self.dropped > 0 {
            out.extend_from_slice(format!("\n[{} bytes are not shown]\n", self.dropped).as_bytes());
        }
        out.extend(self.tail.drain(..));
        out
    }
}

/// Cuts a stream into lines.
#[derive(Debug, Default)]
struct Lines {
    pending: Vec<u8>,
}

impl Lines {
    fn push(&mut self, bytes: &[u8], tell: &dyn Fn(&str)) {
        for &byte in bytes {
            // Progress bars return the carriage instead of starting a new line.
            if byte == b'\n' || byte == b'\r' {
                self.flush(tell);
            } else if self.pending.len() < LONGEST_LINE {
                self.pending.push(byte);
            }
        }
    }

    fn flush(&mut self, tell: &dyn Fn(&str)) {
        if !self.pending.is_empty() {
            tell(&String::from_utf8_lossy(&self.pending));
            self.pending.clear();
        }
    }
}

/// Reads a stream to its end into `into`. A read error ends the stream: the exit status tells the rest.
pub(crate) async fn read(
    stream: Option<impl AsyncRead + Unpin>,
    into: &Mutex<Capture>,
    tell: Option<&(dyn Fn(&str) + Send + Sync)>,
) {
    let Some(mut stream) = stream else { return };
    let mut lines = Lines::default();
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        into.lock().unwrap_or_else(PoisonError::into_inner).push(&buffer[..count]);
        if let Some(tell) = tell {
            lines.push(&buffer[..count], tell);
        }
    }
    if let Some(tell) = tell {
        lines.flush(tell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_kept_whole() {
        let mut capture = Capture::new(10);
        capture.push(b"0123");
        capture.push(b"456789");
        assert_eq!(capture.take(), b"0123456789");
    }

    #[test]
    fn head_and_tail_are_kept_and_the_rest_is_counted() {
        let mut capture = Capture::new(6);
        for chunk in [b"ab".as_slice(), b"cdefgh", b"ij"] {
            capture.push(chunk);
        }
        assert_eq!(String::from_utf8(capture.take()).unwrap(), "abc\n[4 bytes are not shown]\nhij");
    }

    #[tokio::test]
    async fn lines_are_told_across_chunks_with_the_last_one_unterminated() {
        let told = Mutex::new(Vec::new());
        let capture = Mutex::new(Capture::new(100));
        let tell = |line: &str| told.lock().unwrap().push(line.to_owned());
        read(Some(b"one\ntwo\r\nthree".as_slice()), &capture, Some(&tell)).await;
        assert_eq!(*told.lock().unwrap(), ["one", "two", "three"]);
    }
}
