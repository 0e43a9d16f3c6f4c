//! Names that other systems restrict: DNS labels, run ids, labels and annotations of ours.

/// Label (containers, volumes, namespaces) and annotation key that carries the run's id.
pub const RUN_LABEL: &str = "dev.seatrial.run";
/// Label key that carries the path of the run's lease: as long as it is locked, the run lives.
pub const LEASE_LABEL: &str = "dev.seatrial.lease";
/// Label key that names the machine on which the lease lies.
pub const HOST_LABEL: &str = "dev.seatrial.host";
/// Label key that says what a container or volume of ours is for: `node`, `registry`, `setup`.
pub const ROLE_LABEL: &str = "dev.seatrial.role";

/// A lower-case RFC 1123 label of at most `max` characters. A name that had to be cut or changed ends in
/// a short hash of the original, so that two different names stay different.
pub fn dns_label(name: &str, max: usize) -> String {
    let mapped: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let trimmed = mapped.trim_matches('-');
    if trimmed == name && name.len() <= max && !name.is_empty() {
        return name.to_owned();
    }
    let suffix = format!("-{:08x}", fnv1a(name.as_bytes()));
    let keep = max.saturating_sub(suffix.len()).min(trimmed.len());
    let head = trimmed[..keep].trim_end_matches('-');
    format!("{}{suffix}", if head.is_empty() { "x" } else { head })
}

/// FNV-1a, 32 bits (Fowler, Noll, Vo): short, stable and good enough to keep names apart.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// The registry that an image's name means, and the rest of the name: `docker.io` where it names none, as container
/// runtimes read it.
pub fn registry_of(image: &str) -> (&str, &str) {
    match image.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest),
        _ => ("docker.io", image),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_valid_name_is_kept_and_a_long_one_stays_distinct() {
        assert_eq!(dns_label("ml-inference", 63), "ml-inference");
        let (a, b) = (format!("{}a", "x".repeat(70)), format!("{}b", "x".repeat(70)));
        assert_ne!(dns_label(&a, 63), dns_label(&b, 63));
    }

    proptest! {
        #[test]
        fn every_name_becomes_a_valid_label(name in ".{0,80}") {
            let label = dns_label(&name, 53);
            prop_assert!(!label.is_empty() && label.len() <= 53);
            prop_assert!(label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            prop_assert!(!label.starts_with('-') && !label.ends_with('-'));
        }
    }
}
