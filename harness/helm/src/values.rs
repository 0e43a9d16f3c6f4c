//! The flags that several helm commands share.

use std::path::Path;
use std::time::Duration;

use seatrial_host::Command;
use seatrial_ports::Stack;

/// Adds `--values` and `--set`. Helm lets `--set` win over files whatever their order.
pub(crate) fn stack(command: Command, stack: &Stack) -> Command {
    let command =
        stack.values.iter().fold(command, |command, file| command.arg("--values").arg(list_item(file)));
    stack.set.iter().fold(command, |command, entry| command.arg("--set").arg(entry))
}

/// Helm reads `--values` as a CSV record: a path with a comma in it is quoted.
fn list_item(file: &Path) -> String {
    let path = file.to_string_lossy();
    if path.contains([',', '"']) { format!("\"{}\"", path.replace('"', "\"\"")) } else { path.into_owned() }
}

/// `--timeout` in whole seconds, at least one.
pub(crate) fn timeout(duration: Duration) -> String {
    format!("{}s", duration.as_secs().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/a/values.yaml", "/a/values.yaml")]
    #[case("/a,b/values.yaml", "\"/a,b/values.yaml\"")]
    #[case("/a\"b.yaml", "\"/a\"\"b.yaml\"")]
    fn a_path_survives_the_list(#[case] path: &str, #[case] item: &str) {
        assert_eq!(list_item(Path::new(path)), item);
    }
}
