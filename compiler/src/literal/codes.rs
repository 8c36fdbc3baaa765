//! The codes of mistakes inside literals.

use crate::code::codes;

codes! {
    INT = 501, "number too large for `Int`";
    DECIMAL = 502, "number with too many digits for `Decimal`";
    DURATION = 503, "duration that is too long";
    TIMESTAMP = 504, "malformed timestamp";
    DATE = 505, "malformed date";
    TIME_OF_DAY = 506, "malformed time of day";
    IP = 507, "malformed IP address";
    CIDR = 508, "malformed network";
    HOST_BITS = 509, "network with host bits";
    SEMVER = 510, "malformed version";
    RANGE = 511, "malformed version range";
    REGEX = 512, "malformed regular expression";
    REGEX_UNSUPPORTED = 513, "regular expression that cannot run in linear time";
    GLOB = 514, "malformed glob";
    PATTERN_SIZE = 515, "pattern too large";
}
