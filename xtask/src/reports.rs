//! `cargo xtask reports`: reports of tests and of coverage, as the tools that are installed read them. No part of the ordinary checks.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::tree::Tree;

/// A project with a test of each kind: one that passes, one that fails with what XML has to escape, and one that is skipped.
const MIXED: &str = r#"module mixed

policy p on x: { n: Int } {
  default allow
  deny large when x.n > 10 and x.n < 100
}

test "small \"<&>\"" { expect p({ n: 1 }) allows }
test "large <&>" { expect p({ n: 50 }) allows }
@skip("later <&>")
test "skipped" { expect p({ n: 1 }) allows }
"#;

/// Writes reports, and has them read; gives what went wrong. What is not installed is said and is no mistake.
pub(crate) fn run(tree: &Tree, say: &mut dyn FnMut(&str)) -> Vec<String> {
    let policyc = tree.path(&format!("target/debug/policyc{}", std::env::consts::EXE_SUFFIX));
    if !policyc.exists() {
        return vec![format!("{} is not there: `cargo build -p policyc` makes it", policyc.display())];
    }
    let folder = std::env::temp_dir().join(format!("policyc-reports-{}", std::process::id()));
    let mut wrong = Vec::new();
    if let Err(error) = std::fs::create_dir_all(&folder) {
        return vec![format!("{}: {error}", folder.display())];
    }
    let mixed = folder.join("mixed.policy");
    if let Err(error) = std::fs::write(&mixed, MIXED) {
        return vec![format!("{}: {error}", mixed.display())];
    }
    for (name, project) in [("example", tree.path("examples/pull-requests")), ("mixed", mixed)] {
        let to =
            |form: &str, file: &str| format!("{form}={}", folder.join(format!("{name}.{file}")).display());
        let ran = Command::new(&policyc)
            .arg("test")
            .arg(&project)
            .args(["--report", &to("junit", "junit.xml"), "--coverage-report", &to("lcov", "info")])
            .args(["--coverage-report", &to("cobertura", "cobertura.xml")])
            .args(["--coverage-report", &to("html", "html")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if let Err(error) = ran {
            wrong.push(format!("{name}: {error}"));
        }
        for form in ["junit", "cobertura"] {
            let report = folder.join(format!("{name}.{form}.xml"));
            let schema = tree.path(&format!("xtask/schemas/{form}.xsd"));
            let checked = Command::new("xmllint")
                .args(["--nonet", "--noout", "--schema"])
                .args([schema.as_path(), report.as_path()])
                .stdin(Stdio::null())
                .stderr(Stdio::piped())
                .output();
            told("xmllint", &format!("{name}: {form}"), checked, say, &mut wrong);
        }
        let pages = folder.join(format!("{name}-pages"));
        let genhtml = Command::new("genhtml")
            .args(["--quiet", "--output-directory"])
            .args([pages.as_path(), folder.join(format!("{name}.info")).as_path()])
            .output();
        let there = genhtml.is_ok();
        told("genhtml", &format!("{name}: lcov"), genhtml, say, &mut wrong);
        if there && !pages.join("index.html").exists() {
            wrong.push(format!("{name}: genhtml made no page"));
        }
        browsed(name, &folder.join(format!("{name}.html")), say, &mut wrong);
    }
    clear(&folder, &mut wrong);
    wrong
}

/// What is added to a page, so that a browser that shows it has sorted by what is missing, the most last.
const CLICK: &str = r#"<script>[...document.querySelectorAll("th")].at(-1).click()</script>"#;

/// Has a browser show the pages of a coverage report, and sort the first one.
fn browsed(name: &str, pages: &Path, say: &mut dyn FnMut(&str), wrong: &mut Vec<String>) {
    let index = pages.join("index.html");
    let sorted = pages.join("sorted.html");
    let written = std::fs::read_to_string(&index)
        .and_then(|page| std::fs::write(&sorted, page.replace("</body>", &format!("{CLICK}</body>"))));
    if let Err(error) = written {
        wrong.push(format!("{name}: {}: {error}", index.display()));
        return;
    }
    let first = pages.join("source-1.html");
    for (page, holds) in [(&sorted, "data-order=\"up\""), (&first, "id=\"L1\"")] {
        let chromium = std::env::var_os("CHROMIUM").unwrap_or_else(|| "chromium".into());
        let shown = Command::new(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
            .arg(format!("file://{}", page.display()))
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .output();
        let shows = shown.as_ref().is_ok_and(|shown| String::from_utf8_lossy(&shown.stdout).contains(holds));
        let there = shown.as_ref().is_ok_and(|shown| shown.status.success());
        let page = page.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        told("chromium", &format!("{name}: {page}"), shown, say, wrong);
        if there && !shows {
            wrong.push(format!("{name}: in a browser {page} does not hold {holds}"));
        }
    }
}

/// What came of a tool.
fn told(
    tool: &str,
    what: &str,
    ran: std::io::Result<std::process::Output>,
    say: &mut dyn FnMut(&str),
    wrong: &mut Vec<String>,
) {
    match ran {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            say(&format!("{what}: NOT MEASURED, there is no `{tool}`"));
        }
        Err(error) => wrong.push(format!("{what}: {tool}: {error}")),
        Ok(output) if output.status.success() => say(&format!("{what}: {tool} reads it")),
        Ok(output) => wrong.push(format!(
            "{what}: {tool}: {}",
            String::from_utf8_lossy(&output.stderr).lines().take(5).collect::<Vec<_>>().join("\n")
        )),
    }
}

fn clear(folder: &Path, wrong: &mut Vec<String>) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        wrong.push(format!("{}: {error}", folder.display()));
    }
}
