//! Rules as pages for people, in Markdown. Made from METADATA alone, so that they cannot say something else.

use std::fmt::Write as _;

use crate::library::PolicyLibrary;
use crate::rule::{Judges, RuleMeta};

impl PolicyLibrary {
    /// Every pack with its rules.
    pub fn page(&self) -> String {
        let mut page =
            "# Rules\n\nWritten by `seatrial policy docs` from the METADATA of the rules; change it there.\n"
                .to_owned();
        for pack in self.packs() {
            let _ = write!(page, "\n## {}\n\n{}. {}\n", pack.name, pack.title, pack.description.trim());
            if !pack.includes.is_empty() {
                let _ = write!(page, "\nIncludes {}.\n", listed(&pack.includes));
            }
            for rule in self.rules().iter().filter(|rule| rule.pack == pack.name) {
                let _ = write!(page, "\n{}", rule.section());
            }
        }
        page
    }
}

impl RuleMeta {
    /// The rule by itself.
    pub fn page(&self) -> String {
        format!("# {}\n\nOf the pack {}. {}", self.id, self.pack, self.body())
    }

    fn section(&self) -> String {
        format!("### {}\n\n{}", self.id, self.body())
    }

    fn body(&self) -> String {
        let mut body = format!("**{}**\n\n{}\n\n", self.title, self.description.trim());
        let judged = match &self.judges {
            Judges::Pods => "everything that holds a Pod".to_owned(),
            Judges::Objects => "every object".to_owned(),
            Judges::Kinds(kinds) => listed(kinds),
        };
        let _ = writeln!(body, "- judges {judged}");
        let severity = format!("{:?}", self.severity).to_lowercase();
        let _ = writeln!(body, "- severity {severity}, {} by default", self.enforcement);
        let _ = writeln!(body, "- demanded by [{}]({})", self.standard.name, self.standard.reference);
        if let Some(since) = &self.since {
            let _ = writeln!(body, "- from Kubernetes {}", since.minor_text());
        }
        if !self.overrides.is_empty() {
            let _ = writeln!(body, "- takes the place of {}", listed(&self.overrides));
        }
        for parameter in &self.parameters {
            let values = if parameter.values.is_empty() {
                String::new()
            } else {
                format!(" ({})", parameter.values.join(", "))
            };
            let _ = writeln!(body, "- parameter `{}`{values}: {}", parameter.name, parameter.description);
        }
        let _ = write!(body, "\n{}\n", self.remediation.trim());
        body
    }
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_page_in_the_folder_is_todays() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
        let page = PolicyLibrary::load(&folder).unwrap().page();
        let written = std::fs::read_to_string(folder.join("RULES.md")).unwrap();
        assert!(page == written, "run `cargo run -- policy docs > policies/RULES.md`");
    }

    #[test]
    fn what_comes_with_the_program_is_what_lies_in_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
        let (built_in, loaded) = (PolicyLibrary::built_in(), PolicyLibrary::load(&folder).unwrap());
        let ids =
            |library: &PolicyLibrary| library.rules().iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&built_in), ids(&loaded));
        assert_eq!(built_in.packs().len(), loaded.packs().len());
        built_in.evaluator().unwrap();
    }
}
