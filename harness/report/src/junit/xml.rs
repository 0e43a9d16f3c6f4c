//! Testsuites to XML: `junit-report` writes, and what it has no place for is added to its output.

use junit_report::{OffsetDateTime, Report, TestSuite};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};
use seatrial_model::time::Instant;

use super::{JunitError, Suite};
use crate::line::{block, line};

/// The whole document. `started` is the timestamp of suites that have none.
pub(super) fn write(suites: &[Suite], started: Instant) -> Result<Vec<u8>, JunitError> {
    let mut report = Report::new();
    for suite in suites {
        report.add_testsuite(TestSuite {
            name: line(&suite.name),
            package: line(&suite.package),
            // Replaced below: the schemas want a form that the crate does not write.
            timestamp: OffsetDateTime::UNIX_EPOCH,
            // Required by one schema, which names this word for a host that is not told.
            hostname: "localhost".to_owned(),
            testcases: suite.cases.clone(),
            system_out: Some(cdata(&suite.system_out)),
            system_err: Some(String::new()),
        });
    }
    let mut plain = Vec::new();
    report.write_xml(&mut plain).map_err(|error| JunitError(error.to_string()))?;
    let plain = String::from_utf8(plain).map_err(|error| JunitError(error.to_string()))?;
    amend(&plain, suites, started).map_err(|error| JunitError(error.to_string()))
}

/// Text for a CDATA section. The writer puts it in as it is, so that the end mark must not stand in it.
pub(super) fn cdata(text: &str) -> String {
    block(text).replace("]]>", "]]]]><![CDATA[>")
}

/// Adds what the crate lacks (the count of skipped testcases, properties) and indents.
fn amend(plain: &str, suites: &[Suite], started: Instant) -> Result<Vec<u8>, quick_xml::Error> {
    let mut reader = Reader::from_str(plain);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let mut suites = suites.iter();
    loop {
        match reader.read_event()? {
            Event::Eof => break,
            Event::Start(tag) if tag.name().as_ref() == "testsuite" => {
                if let Some(suite) = suites.next() {
                    let tag = amended(&tag, suite, suite.started.unwrap_or(started))?;
                    writer.write_event(Event::Start(tag))?;
                    properties(&mut writer, &suite.properties)?;
                }
            }
            event => writer.write_event(event)?,
        }
    }
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn amended(
    tag: &BytesStart<'_>,
    suite: &Suite,
    started: Instant,
) -> Result<BytesStart<'static>, quick_xml::Error> {
    let mut new = BytesStart::new("testsuite");
    for attribute in tag.attributes() {
        let attribute = attribute?;
        if attribute.key.as_ref() == "timestamp" {
            // UTC without saying so: one schema has no room for a zone.
            let shown = started.strftime("%Y-%m-%dT%H:%M:%S").to_string();
            new.push_attribute(("timestamp", shown.as_str()));
        } else {
            new.push_attribute(attribute);
        }
    }
    let skipped = suite.cases.iter().filter(|case| case.is_skipped()).count();
    new.push_attribute(("skipped", skipped.to_string().as_str()));
    Ok(new)
}

fn properties(writer: &mut Writer<Vec<u8>>, properties: &[(String, String)]) -> std::io::Result<()> {
    writer
        .create_element("properties")
        .write_inner_content(|writer| {
            for (name, value) in properties {
                writer
                    .create_element("property")
                    .with_attributes([("name", name.as_str()), ("value", value.as_str())])
                    .write_empty()?;
            }
            Ok(())
        })
        .map(drop)
}
