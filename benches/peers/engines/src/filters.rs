//! Workload B′: ten filters over one flat record, and a thousand of three comparisons each.

use std::fmt::Write as _;

use policy_benches::random::Random;
use serde_json::json;
use wirefilter::{ExecutionContext, Scheme, Type};

use policy_benches::clock::{Contender, Pace, Row, measure};
use policy_benches::ours::Ours;

const CASES: usize = 1_000;

/// A record.
struct Record {
    port: i32,
    method: String,
    path: String,
    agent: String,
    country: String,
}

fn countries() -> Vec<String> {
    (0..50).map(|at| format!("c{at}")).collect()
}

/// Ten conditions, as both languages write them but for `matches`.
fn conditions(ours: bool) -> Vec<String> {
    let set: Vec<String> = countries().iter().map(|country| format!("{country:?}")).collect();
    let set = if ours { format!("[{}]", set.join(", ")) } else { format!("{{{}}}", set.join(" ")) };
    let regex = |text: &str| if ours { format!("re\"{text}\"") } else { format!("{text:?}") };
    let matches = if ours { "contains" } else { "matches" };
    vec![
        "port == 8080".into(),
        "method == \"DELETE\"".into(),
        format!("country in {set}"),
        format!("path {matches} {}", regex("^/admin/[a-z]+$")),
        "agent contains \"bot\"".into(),
        "port < 100 and method == \"POST\"".into(),
        "method == \"PUT\" and path contains \"/internal\"".into(),
        "port >= 60000".into(),
        format!("agent {matches} {}", regex("^(curl|wget)/[0-9]+")),
        "path == \"/health\" and method == \"GET\"".into(),
    ]
}

fn policy(conditions: &[String]) -> String {
    let mut source = String::from(
        "module filters\ntype Request = { port: Int 0..65_535, method: String, path: String, agent: String, country: String }\n\
         policy record on Request {\n  default allow\n",
    );
    for (at, condition) in conditions.iter().enumerate() {
        let _ = writeln!(source, "  deny f{at} when {condition}");
    }
    source.push_str("}\n");
    source
}

fn records(random: &mut Random) -> Vec<Record> {
    let mut one = |options: &[&'static str]| random.pick(options).to_owned();
    let mut records = Vec::new();
    for at in 0..CASES {
        let quiet = at % 2 == 0;
        records.push(Record {
            port: if quiet { 443 } else { [80, 8080, 60_001, 443][at / 2 % 4] },
            method: if quiet { "GET".into() } else { one(&["GET", "POST", "PUT", "DELETE"]) },
            path: if quiet {
                format!("/items/{at}")
            } else {
                one(&["/admin/users", "/x/internal", "/health", "/items/7"])
            },
            agent: if quiet {
                "Mozilla/5.0 (X11)".into()
            } else {
                one(&["curl/8.1", "somebot/2", "Mozilla/5.0 (X11)"])
            },
            country: if quiet { "zz".into() } else { format!("c{}", at % 80) },
        });
    }
    records
}

/// Ten filters.
pub fn ten(pace: Pace) -> Vec<Row> {
    compare("B' ten filters", &conditions(true), &conditions(false), records(&mut Random::new(9)), pace)
}

/// A thousand filters of three comparisons.
pub fn thousand(pace: Pace) -> Vec<Row> {
    let all: Vec<String> = (0..1_000)
        .map(|at| format!("country == \"c{}\" and path == \"/items/{at}\" and method == \"POST\"", at % 50))
        .collect();
    // Each second record is what one of the filters looks for, and the others are that but for one part.
    let mut records = records(&mut Random::new(9));
    for (at, record) in records.iter_mut().enumerate() {
        record.method = if at % 4 == 1 { "GET".into() } else { "POST".into() };
        record.path = format!("/items/{at}");
        record.country = format!("c{}", (at + usize::from(at % 4 == 3)) % 50);
    }
    compare("B' 1,000 filters", &all, &all, records, pace)
}

fn compare(name: &str, ours: &[String], theirs: &[String], records: Vec<Record>, pace: Pace) -> Vec<Row> {
    let inputs: Vec<String> = records
        .iter()
        .map(|r| json!({ "port": r.port, "method": r.method, "path": r.path, "agent": r.agent, "country": r.country }).to_string())
        .collect();
    let engine = Ours::new(&policy(ours), "filters.record", &json!({}), None).expect("ours is ready");
    let mut scheme = Scheme::default();
    for (field, ty) in [
        ("port", Type::Int),
        ("method", Type::Bytes),
        ("path", Type::Bytes),
        ("agent", Type::Bytes),
        ("country", Type::Bytes),
    ] {
        scheme.add_field(field.to_owned(), ty).expect("a field");
    }
    let filters: Vec<_> = theirs
        .iter()
        .map(|condition| {
            scheme.parse(condition).unwrap_or_else(|error| panic!("{condition}: {error}")).compile()
        })
        .collect();
    let contexts: Vec<ExecutionContext<'_>> = records
        .iter()
        .map(|r| {
            let mut context = ExecutionContext::new(&scheme);
            context.set_field_value("port", r.port).expect("a field");
            for (field, value) in
                [("method", &r.method), ("path", &r.path), ("agent", &r.agent), ("country", &r.country)]
            {
                context.set_field_value(field, value.as_str()).expect("a field");
            }
            context
        })
        .collect();
    let mut contenders = vec![
        Contender::new("ours", engine.evaluate(&inputs).expect("the inputs fit")),
        Contender::new("ours, from JSON", engine.json(&inputs)),
        Contender::new("wirefilter", |case| {
            let found = filters.iter().filter(|filter| filter.execute(&contexts[case]) == Ok(true)).count();
            u64::from(found == 0)
        }),
    ];
    measure(name, CASES, pace, &mut contenders)
}
