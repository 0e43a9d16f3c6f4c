//! Every format from one rich record: golden texts, shapes that others demand, and reading back.

#![expect(clippy::unwrap_used, reason = "a test panics on what it did not expect")]

mod console;
mod json;
mod junit;
mod sample;
mod summary;
