//! A DNS question asked from the node, through the Service's address: the way a Pod asks it.
//!
//! Neither a DNS client nor netcat is in a node image, but bash and coreutils are: the message is made and
//! read here (RFC 1035) and bash carries it.

use std::fmt::Write;
use std::net::Ipv4Addr;

/// The identifier of our question; the answer has to repeat it.
const ID: [u8; 2] = [0x5e, 0xa7];

/// A name that every cluster answers. None of its labels has ten letters: bash would send the message in
/// two packets, since the length is a line feed then.
pub(super) const NAME: &str = "kube-dns.kube-system.svc.cluster.local";

/// The argv that asks `server` for the address of [`NAME`] and prints the answer in hexadecimal.
pub(super) fn question(server: Ipv4Addr) -> [String; 3] {
    let bytes = query(NAME).iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "\\x{byte:02x}");
        text
    });
    // Each try is a socket of its own: the way of a socket's packets is kept from the first one on.
    let script = format!(
        "for patience in 0.1 0.2 0.5; do exec 3<>/dev/udp/{server}/53; printf '{bytes}' >&3; \
         answer=$(timeout $patience dd bs=512 count=1 <&3 2>/dev/null | od -An -v -tx1); \
         [ -z \"$answer\" ] || break; done; echo \"$answer\""
    );
    ["bash".to_owned(), "-c".to_owned(), script]
}

/// A standard query for an A record, recursion desired.
fn query(name: &str) -> Vec<u8> {
    let mut message = vec![ID[0], ID[1], 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        message.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        message.extend(label.bytes());
    }
    message.extend([0, 0, 1, 0, 1]);
    message
}

/// Reads what [`question`] printed: `Ok` when it is the address of cluster DNS, else what it is. As long as
/// the Service is not programmed, the question leaves the node, and a stranger may answer it.
pub(super) fn answer(hexadecimal: &str, address: Ipv4Addr) -> Result<(), String> {
    let bytes: Vec<u8> =
        hexadecimal.split_whitespace().filter_map(|byte| u8::from_str_radix(byte, 16).ok()).collect();
    let [first, second, flags, code, _, _, _, answers, ..] = bytes[..] else {
        return Err("cluster DNS does not answer".to_owned());
    };
    let ours = [first, second] == ID && flags & 0x80 != 0;
    match (code & 0x0f, answers) {
        // One record and nothing after it: its data end the message.
        (0, 1..) if ours && bytes.ends_with(&address.octets()) => Ok(()),
        (0, _) => Err(format!("the answer for {NAME} is not of this cluster")),
        (code, _) => Err(format!("the answer for {NAME} is code {code}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn the_question_is_a_message_for_one_name() {
        let message = query("a.bc");
        assert_eq!(message[12..], [1, b'a', 2, b'b', b'c', 0, 0, 1, 0, 1]);
        let script = &question(Ipv4Addr::new(10, 96, 0, 10))[2];
        assert!(!query(NAME).contains(&b'\n'));
        assert!(script.contains("exec 3<>/dev/udp/10.96.0.10/53; printf '\\x5e\\xa7\\x01"), "{script}");
    }

    #[rstest]
    #[case::ours(" 5e a7 85 00 00 01 00 01 00 00 00 00\n 00 04 0a 60 00 0a", Ok(()))]
    #[case::silence("", Err("cluster DNS does not answer"))]
    #[case::another_id("00 01 85 00 00 01 00 01 00 0a 60 00 0a", Err("is not of this cluster"))]
    #[case::a_question("5e a7 01 00 00 01 00 01 00 0a 60 00 0a", Err("is not of this cluster"))]
    #[case::a_stranger("5e a7 81 80 00 01 00 01 00 7f 00 00 01", Err("is not of this cluster"))]
    #[case::no_address("5e a7 81 80 00 01 00 00 00", Err("is not of this cluster"))]
    #[case::no_such_name("5e a7 81 83 00 01 00 00 00", Err("is code 3"))]
    fn only_the_clusters_own_answer_counts(#[case] hex: &str, #[case] is: Result<(), &str>) {
        match (answer(hex, Ipv4Addr::new(10, 96, 0, 10)), is) {
            (Ok(()), Ok(())) => {}
            (Err(why), Err(words)) => assert!(why.ends_with(words), "{why}"),
            (answer, _) => panic!("{answer:?}"),
        }
    }
}
