//! The name of an image, taken apart as container runtimes do (`github.com/distribution/reference`).

use seatrial_model::names::registry_of;

/// A name such as `quay.io/minio/minio:RELEASE@sha256:…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName<'a> {
    /// Where it is pulled from, `docker.io` where the name says nothing.
    pub registry: &'a str,
    /// `library/redis`: what Docker leaves out is there.
    pub repository: String,
    /// What is written behind the colon.
    pub tag: Option<&'a str>,
    /// What is written behind the `@`, `sha256:…`.
    pub digest: Option<&'a str>,
}

impl<'a> ImageName<'a> {
    /// Reads a name; `None` for what no runtime takes for one.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest).filter(|digest| is_digest(digest))?.into()),
            None => (text, None),
        };
        let (registry, rest) = registry_of(rest);
        let (repository, tag) = match rest.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag).filter(|tag| is_tag(tag))?.into()),
            None => (rest, None),
        };
        if registry.is_empty() || !repository.split('/').all(is_component) {
            return None;
        }
        let of_docker = registry == "docker.io" && !repository.contains('/');
        let repository = if of_docker { format!("library/{repository}") } else { repository.to_owned() };
        Some(Self { registry, repository, tag, digest })
    }
}

fn is_component(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) && text.chars().all(plain)
}

fn is_tag(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !text.is_empty() && text.len() <= 128 && !text.starts_with(['.', '-']) && text.chars().all(plain)
}

fn is_digest(text: &str) -> bool {
    let hex = |text: &str| text.len() >= 32 && text.chars().all(|c| c.is_ascii_hexdigit());
    text.split_once(':').is_some_and(|(algorithm, value)| !algorithm.is_empty() && hex(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[rstest]
    #[case("redis", "docker.io", "library/redis", None)]
    #[case("redis:7", "docker.io", "library/redis", Some("7"))]
    #[case("company/app:1.4.2", "docker.io", "company/app", Some("1.4.2"))]
    #[case("docker.io/redis", "docker.io", "library/redis", None)]
    #[case("localhost/a:b", "localhost", "a", Some("b"))]
    #[case("registry.example:5000/a/b", "registry.example:5000", "a/b", None)]
    fn a_name_has_a_registry_a_repository_and_perhaps_a_tag(
        #[case] text: &str,
        #[case] registry: &str,
        #[case] repository: &str,
        #[case] tag: Option<&str>,
    ) {
        let name = ImageName::parse(text).unwrap();
        assert_eq!((name.registry, name.repository.as_str(), name.tag), (registry, repository, tag));
    }

    #[test]
    fn a_digest_may_stand_behind_a_tag_or_alone() {
        let text = format!("quay.io/a/b:1@{DIGEST}");
        let name = ImageName::parse(&text).unwrap();
        assert_eq!((name.tag, name.digest), (Some("1"), Some(DIGEST)));
        let text = format!("b@{DIGEST}");
        assert_eq!(ImageName::parse(&text).unwrap().digest, Some(DIGEST));
    }

    #[rstest]
    #[case("")]
    #[case("Upper/case:1")]
    #[case("a b")]
    #[case("a:")]
    #[case("a:b:c")]
    #[case("a@sha256:12")]
    #[case("a//b")]
    fn what_no_runtime_takes_is_no_name(#[case] text: &str) {
        assert_eq!(ImageName::parse(text), None);
    }
}
