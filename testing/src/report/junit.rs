//! Results as JUnit XML, which build servers read.

use policy_project::Files;

use crate::result::{Results, Status};

/// The results as a JUnit document: a suite a module, a case a test.
#[must_use]
pub fn junit(results: &Results, files: &Files) -> String {
    let (passed, failed, skipped) = results.counts();
    let unrun = results.properties.len();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!(
        "<testsuites tests=\"{}\" failures=\"{failed}\" skipped=\"{}\">\n",
        passed + failed + skipped + unrun,
        skipped + unrun
    ));
    let mut modules: Vec<&str> = results.tests.iter().map(|test| test.module.as_str()).collect();
    modules.extend(results.properties.iter().map(|one| one.module.as_str()));
    modules.sort_unstable();
    modules.dedup();
    for module in modules {
        let tests: Vec<_> = results.tests.iter().filter(|test| test.module == module).collect();
        let properties: Vec<_> = results.properties.iter().filter(|one| one.module == module).collect();
        let failed = tests.iter().filter(|test| matches!(test.status, Status::Failed(_))).count();
        let skipped = tests.iter().filter(|test| matches!(test.status, Status::Skipped(_))).count();
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" skipped=\"{}\">\n",
            escape(module),
            tests.len() + properties.len(),
            skipped + properties.len()
        ));
        for test in tests {
            let row = test.row.map_or_else(String::new, |row| format!(" [row {row}]"));
            let file = files.get(test.location.file);
            let line = file.map_or(0, |file| file.position(test.location.span.lo).0);
            out.push_str(&format!(
                "    <testcase classname=\"{}\" name=\"{}{row}\" file=\"{}\" line=\"{line}\"",
                escape(module),
                escape(&test.name),
                escape(file.map_or("", |file| &file.path)),
            ));
            match &test.status {
                Status::Passed => out.push_str("/>\n"),
                Status::Skipped(reason) => {
                    out.push_str(&format!(
                        ">\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                        escape(reason)
                    ));
                }
                Status::Failed(failures) => {
                    out.push_str(">\n");
                    for failure in failures {
                        let mut body =
                            format!("{}\n{}\n", files.show(failure.location), files.text(failure.location));
                        for part in &failure.parts {
                            body.push_str(&format!("{} = {}\n", files.text(part.location), part.value));
                        }
                        for note in &failure.notes {
                            body.push_str(note);
                            body.push('\n');
                        }
                        out.push_str(&format!(
                            "      <failure message=\"{}\">{}</failure>\n",
                            escape(&failure.message),
                            escape(&body)
                        ));
                    }
                    out.push_str("    </testcase>\n");
                }
            }
        }
        for property in properties {
            out.push_str(&format!(
                "    <testcase classname=\"{}\" name=\"{}\">\n      <skipped message=\"properties are not run yet\"/>\n    \
                 </testcase>\n",
                escape(module),
                escape(&property.name)
            ));
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Text for XML; characters that XML cannot hold are replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
