//! `run.json`: the record itself, and reading it back.

use std::fmt;

use seatrial_model::Record;
use seatrial_model::record::SCHEMA;
use serde::Deserialize;

/// Why a file is no record that this version can read.
#[derive(Debug)]
pub enum ReadError {
    /// It is not JSON, or not a record.
    Malformed(serde_json::Error),
    /// It is a record of a format that this version does not know.
    Schema(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "not a record of a run: {error}"),
            Self::Schema(found) => write!(
                f,
                "a record of the format `{found}`, but this version reads `{SCHEMA}`; use the version of \
                 seatrial that wrote it, or a newer one"
            ),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed(error) => Some(error),
            Self::Schema(_) => None,
        }
    }
}

/// The record as indented JSON with a newline at its end. Fields stand in the order of the types.
pub fn json(record: &Record) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(record)?;
    text.push('\n');
    Ok(text)
}

/// Reads a record of this format; fields that it does not know are left out.
pub fn read(text: &str) -> Result<Record, ReadError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    // The number decides first: the rest of another format would only give a misleading message.
    let head: Head = serde_json::from_str(text).map_err(ReadError::Malformed)?;
    if head.schema != SCHEMA {
        return Err(ReadError::Schema(head.schema));
    }
    serde_json::from_str(text).map_err(ReadError::Malformed)
}
