//! The rows of the table, a file for each group of modules.

mod encoding;
mod json;
mod list;
mod net;
mod number;
mod path_url;
mod pattern;
mod semver;
mod set_map;
mod text;
mod time;

use crate::function::Function;

/// All rows, in the order that gives each function its position.
pub(crate) const GROUPS: &[&[Function]] = &[
    text::ROWS,
    list::ROWS,
    set_map::SET,
    set_map::MAP,
    number::MATH,
    number::DECIMAL,
    time::ROWS,
    net::ROWS,
    semver::ROWS,
    json::ROWS,
    encoding::ENCODING,
    encoding::HASH,
    pattern::REGEX,
    pattern::GLOB,
    path_url::PATH,
    path_url::URL,
];
