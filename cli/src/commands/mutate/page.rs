//! Mutants as one page.

use policy_project::Files;
use policy_testing::mutate::{Fate, Mutants, lines};
use policy_testing::report::escape;

const STYLE: &str = ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}pre{margin:.3rem 0;white-space:pre-wrap}.old{background:#e5534b33}.new{background:#2da04433}section{border:1px solid #8886;border-radius:.5rem;padding:.4rem 1rem;margin:.6rem 0}small{opacity:.7}summary{cursor:pointer}";

/// The page: survivors first, then the others by rule.
pub(super) fn page(mutants: &Mutants, files: &Files) -> String {
    let counts = mutants.counts();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Mutants</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>The tests notice {} % of the changes</h1>\n<p>{} killed, {} survived, {} equivalent, {} timed out</p>\n",
        mutants.score(),
        counts.killed,
        counts.survived,
        counts.equivalent,
        counts.timed_out
    );
    out.push_str("<h2>What no test notices</h2>\n");
    if counts.survived == 0 {
        out.push_str("<p>Nothing.</p>\n");
    }
    for mutant in &mutants.mutants {
        let Fate::Survived(witness) = &mutant.fate else { continue };
        let (before, after) = lines(files, mutant.location, &mutant.after);
        out.push_str(&format!(
            "<section><b>{}</b> in {} <small>{}</small>\n<pre class=\"old\">{}</pre>\n<pre class=\"new\">{}</pre>\n",
            mutant.change.name(),
            escape(&mutant.within),
            escape(&files.show(mutant.location)),
            escape(&before),
            escape(&after)
        ));
        if let Some(because) = &mutant.explained {
            out.push_str(&format!("<p>Explained: {}</p></section>\n", escape(because)));
            continue;
        }
        match witness {
            Some(test) => {
                out.push_str(&format!("<p>A test that would notice it:</p><pre>{}</pre>", escape(test)))
            }
            None => out.push_str("<p>No input was found on which it differs from the original.</p>"),
        }
        out.push_str("</section>\n");
    }
    out.push_str("<details><summary>All others</summary>\n<table>\n");
    for mutant in &mutants.mutants {
        let fate = match &mutant.fate {
            Fate::Killed(test) => format!("killed by {test}"),
            Fate::TimedOut(test) => format!("timed out in {test}"),
            Fate::Equivalent => "equivalent".to_owned(),
            Fate::Survived(_) | Fate::Invalid => continue,
        };
        out.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td><code>{}</code></td><td>{}</td></tr>\n",
            escape(&files.show(mutant.location)),
            mutant.change.name(),
            escape(&mutant.before),
            escape(&mutant.after),
            escape(&fate)
        ));
    }
    out.push_str("</table>\n</details>\n</body>\n</html>\n");
    out
}
