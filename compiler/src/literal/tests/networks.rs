use policy_syntax::ast::CheckedKind as Kind;

use super::{bad, fix, good};
use crate::hir::Const;
use crate::literal::codes;

#[test]
fn addresses() {
    assert_eq!(good(Kind::Ip, "10.0.0.1"), Const::Ip([10, 0, 0, 1].into()));
    assert_eq!(good(Kind::Ip, "::ffff:10.0.0.1"), Const::Ip([10, 0, 0, 1].into()));
    assert_eq!(good(Kind::Ip, "2001:DB8::1"), good(Kind::Ip, "2001:db8:0:0:0:0:0:1"));
    bad(Kind::Ip, "10.0.0.256", codes::IP, "256");
    bad(Kind::Ip, "10.0.01.1", codes::IP, "01");
    bad(Kind::Ip, "10.0.0", codes::IP, "");
    bad(Kind::Ip, "10.0.0.0.1", codes::IP, "1");
    bad(Kind::Ip, "10.x.0.1", codes::IP, "x");
    bad(Kind::Ip, "fe80::1%eth0", codes::IP, "%eth0");
    bad(Kind::Ip, "1::2::3", codes::IP, "::");
    bad(Kind::Ip, "1:2:3:4:5:6:7:8:9", codes::IP, "1:2:3:4:5:6:7:8:9");
    bad(Kind::Ip, "12345::1", codes::IP, "12345");
    bad(Kind::Ip, "a:g::1", codes::IP, "g");
    bad(Kind::Ip, "::ffff:10.0.0.300", codes::IP, "300");
    bad(Kind::Ip, "10.0.0.0/8", codes::IP, "/8");
    assert_eq!(fix(&bad(Kind::Ip, "2001:db8:1", codes::IP, "2001:db8:1")), "2001:db8:1::");
}

#[test]
fn networks() {
    assert_eq!(good(Kind::Cidr, "10.0.0.0/8"), Const::Cidr("10.0.0.0/8".parse().unwrap()));
    assert_eq!(good(Kind::Cidr, "::ffff:10.0.0.0/104"), Const::Cidr("10.0.0.0/8".parse().unwrap()));
    assert_eq!(good(Kind::Cidr, "::/0"), Const::Cidr("::/0".parse().unwrap()));
    assert_eq!(fix(&bad(Kind::Cidr, "10.0.0.1/8", codes::HOST_BITS, "10.0.0.1")), "10.0.0.0/8");
    assert_eq!(fix(&bad(Kind::Cidr, "10.0.0.1", codes::CIDR, "")), "10.0.0.1/32");
    assert_eq!(fix(&bad(Kind::Cidr, "10.0.0.0/08", codes::CIDR, "08")), "10.0.0.0/8");
    bad(Kind::Cidr, "10.0.0.0/33", codes::CIDR, "33");
    bad(Kind::Cidr, "10.0.0.0/", codes::CIDR, "");
    bad(Kind::Cidr, "10.0.0.0/+8", codes::CIDR, "+8");
    bad(Kind::Cidr, "10.0.300.0/8", codes::CIDR, "300");
    bad(Kind::Cidr, "/8", codes::CIDR, "");
}
