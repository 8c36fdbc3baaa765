//! `std.path` and `std.url`: functions of `Path`, `Url` and `Host`.

use crate::function::Failure::Overflow;
use policy_vm::Run;

use crate::function::Function;
use crate::run;

const fn p(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.path", signature, doc, run)
}

const fn u(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.url", signature, doc, run)
}

/// The functions of paths, in the order in which the library's pages show them.
pub(crate) const PATH: &[Function] = &[
    p("fn parse_path(text: String) -> Path?", "The relative path that `text` spells; absent where it begins with `/`, or has `.`, `..`, an empty segment, a backslash or NUL.", run::path::parse_path)
    .examples(&[(r#"parse_path("src/main.rs")?.file_name()"#, r#""main.rs""#), (r#"parse_path("../x") is absent"#, "true")]),
    p("fn normalize(text: String) -> Path?", "The relative path that `text` means once `.`, `..` and empty segments are resolved; absent where it is absolute, leads out, or to nothing.", run::path::normalize)
    .examples(&[(r#"normalize("./src/../docs//a.md")?.path_text()"#, r#""docs/a.md""#), (r#"normalize("a/../..") is absent"#, "true")]),
    p("fn path_text(path: Path) -> String", "The path as text.", run::path::path_text)
        .examples(&[(r#"parse_path("a/b")?.path_text()"#, r#""a/b""#)]),
    p("fn segments(path: Path) -> List<String>", "The parts of the path.", run::path::segments)
        .examples(&[(r#"parse_path("a/b")?.segments()"#, r#"["a", "b"]"#)]),
    p("fn file_name(path: Path) -> String", "The last part of the path.", run::path::file_name)
        .examples(&[(r#"parse_path("a/b.tar.gz")?.file_name()"#, r#""b.tar.gz""#)]),
    p("fn stem(path: Path) -> String", "The last part of the path without its extension.", run::path::stem)
        .examples(&[(r#"parse_path("a/b.tar.gz")?.stem()"#, r#""b.tar""#)]),
    p("fn extension(path: Path) -> String?", "What follows the last dot of the last part; absent where there is none but at its start.", run::path::extension)
        .examples(&[(r#"parse_path("a/b.tar.gz")?.extension()"#, r#""gz""#), (r#"parse_path(".env")?.extension() is absent"#, "true")]),
    p("fn parent(path: Path) -> Path?", "The path without its last part; absent where it has one part.", run::path::parent)
        .examples(&[(r#"parse_path("a/b/c")?.parent()?.path_text()"#, r#""a/b""#)]),
    p("fn join_path(path: Path, below: Path) -> Path", "`below`, taken from `path` on.", run::path::join_path)
        .fails(&[(Overflow, "if the result is longer than 1 MiB")])
        .examples(&[(r#"[a.join_path(b).path_text() for a in [parse_path("a")].compact(), b in [parse_path("b/c")].compact()]"#, r#"["a/b/c"]"#)]),
    p("fn is_within(path: Path, directory: Path) -> Bool", "Whether `path` is `directory` or lies below it.", run::path::is_within)
        .examples(&[(r#"[a.is_within(b) for a in [parse_path("src/a.rs")].compact(), b in [parse_path("src")].compact()]"#, "[true]")]),
];

/// The functions of URLs and host names, in the order in which the library's pages show them.
pub(crate) const URL: &[Function] = &[
    u(
        "fn parse_url(text: String) -> Url?",
        "The URL that `text` spells, in normal form; absent where it spells none, or names a user.",
        run::url::parse_url,
    )
    .examples(&[(r#"parse_url("HTTPS://Example.com/a")?.url_text()"#, r#""https://example.com/a""#)]),
    u("fn url_text(url: Url) -> String", "The URL as text, in normal form.", run::url::url_text)
        .examples(&[(r#"parse_url("https://example.com")?.url_text()"#, r#""https://example.com/""#)]),
    u("fn scheme(url: Url) -> String", "What precedes `://`, in lower case.", run::url::scheme)
        .examples(&[(r#"parse_url("HTTPS://example.com")?.scheme()"#, r#""https""#)]),
    u("fn host(url: Url) -> Host", "The host.", run::url::host)
        .examples(&[(r#"parse_url("https://EXAMPLE.com/a")?.host()?.host_text()"#, r#""example.com""#)]),
    u(
        "fn port(url: Url) -> Int?",
        "The port where one is written and it is not the scheme's own.",
        run::url::port,
    )
    .examples(&[(r#"parse_url("https://example.com:8443/")?.port()"#, "8443")]),
    u("fn url_path(url: Url) -> String", "The path, from its `/` on.", run::url::url_path)
        .examples(&[(r#"parse_url("https://example.com/a/b?c=d")?.url_path()"#, r#""/a/b""#)]),
    u("fn query(url: Url) -> String?", "What stands behind `?`; absent where nothing does.", run::url::query)
        .examples(&[(r#"parse_url("https://example.com/a?c=d#e")?.query()"#, r#""c=d""#)]),
    u(
        "fn query_values(url: Url, name: String) -> List<String>",
        "The values of the parameter `name`, decoded, in order.",
        run::url::query_values,
    )
    .examples(&[(r#"parse_url("https://example.com/?a=1&a=2%20x")?.query_values("a")"#, r#"["1", "2 x"]"#)]),
    u(
        "fn fragment(url: Url) -> String?",
        "What stands behind `#`; absent where nothing does.",
        run::url::fragment,
    )
    .examples(&[(r##"parse_url("https://example.com/#top")?.fragment()"##, r#""top""#)]),
    u(
        "fn parse_host(text: String) -> Host?",
        "The host name or address that `text` spells, in lower-case ASCII; absent where it spells none.",
        run::host::parse_host,
    )
    .examples(&[(r#"parse_host("Bücher.example")?.host_text()"#, r#""xn--bcher-kva.example""#)]),
    u("fn host_text(host: Host) -> String", "The host as text.", run::host::host_text)
        .examples(&[(r#"parse_host("A.example")?.host_text()"#, r#""a.example""#)]),
    u(
        "fn labels(host: Host) -> List<String>",
        "The parts of the host between dots; an address is one part.",
        run::host::labels,
    )
    .examples(&[(r#"parse_host("a.example.com")?.labels()"#, r#"["a", "example", "com"]"#)]),
    u(
        "fn is_subdomain(host: Host, of: Host) -> Bool",
        "Whether `host` is `of` or ends with a dot and `of`.",
        run::host::is_subdomain,
    )
    .examples(&[(r#"[a.is_subdomain(b) for a in [parse_host("a.example.com")].compact(), b in [parse_host("example.com")].compact()]"#, "[true]")]),
];
