use policy_syntax::ast::CheckedKind as Kind;

use super::{bad, fix, good};
use crate::hir::Const;
use crate::literal::codes;

#[test]
fn versions() {
    assert_eq!(good(Kind::SemVer, "1.4.0"), Const::SemVer(Box::new(semver::Version::new(1, 4, 0))));
    good(Kind::SemVer, "1.4.0-rc.1+build.05");
    assert_eq!(fix(&bad(Kind::SemVer, "v1.4.0", codes::SEMVER, "v")), "1.4.0");
    assert_eq!(fix(&bad(Kind::SemVer, "1.4", codes::SEMVER, "")), "1.4.0");
    bad(Kind::SemVer, "1.04.0", codes::SEMVER, "04");
    bad(Kind::SemVer, "1.4.x", codes::SEMVER, "x");
    bad(Kind::SemVer, "1.4.0.2", codes::SEMVER, ".2");
    bad(Kind::SemVer, "1.4.0-rc..1", codes::SEMVER, ".");
    bad(Kind::SemVer, "1.4.0-01", codes::SEMVER, "01");
    bad(Kind::SemVer, "1.4.0-é", codes::SEMVER, "é");
    bad(Kind::SemVer, "99999999999999999999.0.0", codes::SEMVER, "99999999999999999999");
}

#[test]
fn ranges() {
    for text in ["^1.4", "~1.2", "1.*", ">=1.2, <2", "*", "=1.2.3-rc.1"] {
        assert_eq!(good(Kind::SemVerRange, text), Const::SemVerRange(text.to_owned()));
    }
    bad(Kind::SemVerRange, "", codes::RANGE, "");
    bad(Kind::SemVerRange, ">=1.2 <2", codes::RANGE, "<2");
    bad(Kind::SemVerRange, ">=1.2, =>2", codes::RANGE, "=>");
    bad(Kind::SemVerRange, "^1.4 || ^2", codes::RANGE, "||");
    bad(Kind::SemVerRange, "^1.4, ", codes::RANGE, " ");
    bad(Kind::SemVerRange, "^v1.4", codes::RANGE, "v");
    bad(Kind::SemVerRange, "^1.4, ~a", codes::RANGE, "a");
    bad(Kind::SemVerRange, ">*", codes::RANGE, "*");
}
