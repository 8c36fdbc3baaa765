//! `std.net`: functions of `Ip` and `Cidr`.

use policy_vm::Run;

use crate::function::Function;
use crate::run;

const fn f(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.net", signature, doc, run)
}

/// The functions, in the order in which the library's pages show them.
pub(crate) const ROWS: &[Function] = &[
    f("fn parse_ip(text: String) -> Ip?", "The address that `text` spells; absent where it spells none.", run::net::parse_ip)
        .examples(&[(r#"parse_ip("10.0.0.1")"#, r#"ip"10.0.0.1""#), (r#"parse_ip("10.0.0.01") is absent"#, "true")]),
    f("fn parse_cidr(text: String) -> Cidr?", "The network that `text` spells; absent where it spells none, or has bits behind the prefix.", run::net::parse_cidr)
    .examples(&[(r#"parse_cidr("10.0.0.0/8")"#, r#"cidr"10.0.0.0/8""#), (r#"parse_cidr("10.0.0.1/8") is absent"#, "true")]),
    f("fn parse_network(text: String) -> Cidr?", "The network of an address with a prefix length, as interfaces are written; bits behind the prefix are dropped, and a lone address is a network of one.", run::net::parse_network)
    .examples(&[
        (r#"parse_network("10.1.2.3/8")"#, r#"cidr"10.0.0.0/8""#),
        (r#"parse_network("10.1.2.3")"#, r#"cidr"10.1.2.3/32""#),
    ]),
    f("fn version(address: Ip) -> Int 4..6", "4 or 6.", run::net::version).examples(&[(r#"ip"::1".version()"#, "6")]),
    f("fn is_private(address: Ip) -> Bool", "Whether the address is for use within one organisation: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7.", run::net::is_private)
    .examples(&[(r#"ip"172.20.0.1".is_private()"#, "true")]),
    f("fn is_loopback(address: Ip) -> Bool", "Whether the address is of the machine itself: 127.0.0.0/8, ::1.", run::net::is_loopback)
        .examples(&[(r#"ip"127.0.0.1".is_loopback()"#, "true")]),
    f("fn is_link_local(address: Ip) -> Bool", "Whether the address is of one link: 169.254.0.0/16, fe80::/10.", run::net::is_link_local)
        .examples(&[(r#"ip"169.254.169.254".is_link_local()"#, "true")]),
    f("fn is_multicast(address: Ip) -> Bool", "Whether the address is of a group: 224.0.0.0/4, ff00::/8.", run::net::is_multicast)
        .examples(&[(r#"ip"224.0.0.1".is_multicast()"#, "true")]),
    f("fn is_unspecified(address: Ip) -> Bool", "Whether the address is 0.0.0.0 or ::.", run::net::is_unspecified)
        .examples(&[(r#"ip"0.0.0.0".is_unspecified()"#, "true")]),
    f("fn is_public(address: Ip) -> Bool", "Whether the address can be reached over the internet: none of the ranges that are set aside for private, local, documentation, carrier or other special use.", run::net::is_public)
    .examples(&[(r#"ip"8.8.8.8".is_public()"#, "true"), (r#"ip"100.64.0.1".is_public()"#, "false")]),
    f("fn prefix_length(network: Cidr) -> Int 0..128", "How many leading bits the network fixes.", run::net::prefix_length)
        .examples(&[(r#"cidr"10.0.0.0/8".prefix_length()"#, "8")]),
    f("fn first_address(network: Cidr) -> Ip", "The least address of the network.", run::net::first_address)
        .examples(&[(r#"cidr"10.0.0.0/8".first_address()"#, r#"ip"10.0.0.0""#)]),
    f("fn last_address(network: Cidr) -> Ip", "The greatest address of the network.", run::net::last_address)
        .examples(&[(r#"cidr"10.0.0.0/8".last_address()"#, r#"ip"10.255.255.255""#)]),
    f("fn overlaps(a: Cidr, b: Cidr) -> Bool", "Whether some address is in both networks.", run::net::overlaps)
        .core()
        .examples(&[(r#"cidr"10.0.0.0/8".overlaps(cidr"10.1.0.0/16")"#, "true")]),
    f("fn covers(a: Cidr, b: Cidr) -> Bool", "Whether every address of `b` is in `a`.", run::net::covers)
        .examples(&[(r#"cidr"0.0.0.0/0".covers(cidr"10.1.0.0/16")"#, "true")]),
];
