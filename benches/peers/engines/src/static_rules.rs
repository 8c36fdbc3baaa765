//! Workload C: n static rules, each for one principal, action and resource.

use std::collections::HashSet;
use std::fmt::Write as _;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use policy_benches::large::{static_rule as rule, statics};
use policy_benches::random::Random;
use policy_benches::{bundle, engine};

use crate::rego::Rego;
use policy_benches::clock::{Contender, Pace, Row, make, measure};
use policy_benches::ours::Ours;

const CASES: usize = 1_000;

/// Measures it.
pub fn run(n: usize, pace: Pace) -> Vec<Row> {
    let mut random = Random::new(5);
    let mut wanted: Vec<(usize, &str, usize)> = Vec::new();
    for case in 0..CASES {
        let (user, action, photo) = rule(usize::try_from(random.below(n as u64)).unwrap_or(0), n);
        // Half of the requests miss by the user.
        wanted.push(if case % 2 == 0 { (user, action, photo) } else { (user + 1_000_000, action, photo) });
    }
    let inputs: Vec<String> = wanted
        .iter()
        .map(|(user, action, photo)| {
            format!(r#"{{"principal":"u{user}","action":"{action}","resource":"p{photo}"}}"#)
        })
        .collect();
    let none = serde_json::json!({});
    let name = format!("C {n} rules");
    let sources = statics(n);
    let times = if n > 10_000 { 1 } else { 3 };
    let (compiled, program) = match make(&name, "ours, source to ready", times, || engine::programs(&sources))
    {
        Ok(made) => made,
        Err(why) => return vec![Row::refused(name, "ours", why)],
    };
    let mut rows = vec![compiled];
    let bundle = bundle::of(&program, "static.access", &none, false);
    drop((program, sources));
    let (loaded, entry) =
        make(&name, "ours, bundle to ready", times, || bundle::open(&bundle)).expect("it loads");
    rows.push(loaded);
    let program = entry.into_evaluator().program().clone();
    let ours = Ours::of(program, "static.access", &none, None).expect("ours is ready");
    let table: HashSet<(String, &str, String)> = (0..n)
        .map(|at| rule(at, n))
        .map(|(user, action, photo)| (format!("u{user}"), action, format!("p{photo}")))
        .collect();
    let keys: Vec<(String, &str, String)> = wanted
        .iter()
        .map(|(user, action, photo)| (format!("u{user}"), *action, format!("p{photo}")))
        .collect();

    let mut contenders = vec![
        Contender::new("ours", ours.evaluate(&inputs).expect("the inputs fit")),
        Contender::new("ours, from JSON", ours.json(&inputs)),
        Contender::new("hash set", |case| u64::from(table.contains(&keys[case]))),
    ];
    let uid = |kind: &str, id: &str| -> EntityUid { format!("{kind}::{id:?}").parse().expect("a uid") };
    if n <= 10_000 {
        let mut source = String::new();
        for at in 0..n {
            let (user, action, photo) = rule(at, n);
            let _ = writeln!(
                source,
                "permit(principal == User::\"u{user}\", action == Action::\"{action}\", resource == Photo::\"p{photo}\");"
            );
        }
        let (authorizer, entities) = (Authorizer::new(), Entities::empty());
        let policies = source.parse::<PolicySet>().expect("policies");
        let requests = keys
            .iter()
            .map(|(user, action, photo)| {
                let (who, what, on) = (uid("User", user), uid("Action", action), uid("Photo", photo));
                Request::new(who, what, on, Context::empty(), None).expect("a request")
            })
            .collect::<Vec<_>>();
        contenders.push(Contender::new("cedar", move |case| {
            let answer = authorizer.is_authorized(&requests[case], &policies, &entities);
            u64::from(answer.decision() == Decision::Allow)
        }));
    }
    let values: Vec<regorus::Value> =
        inputs.iter().map(|input| regorus::Value::from_json_str(input).expect("JSON")).collect();
    if n <= 1_000 {
        let mut source = String::from("package static\nimport rego.v1\ndefault allow := false\n");
        for at in 0..n {
            let (user, action, photo) = rule(at, n);
            let _ = writeln!(
                source,
                "allow if {{ input.principal == \"u{user}\"; input.action == \"{action}\"; input.resource == \"p{photo}\" }}"
            );
        }
        let rego = Rego::new(&source, "data.static.allow", &none);
        let mut interpreter = rego.interpreter();
        contenders.push(Contender::new("regorus", move |case| {
            u64::from(interpreter(values[case].clone()) == regorus::Value::from(true))
        }));
    }
    rows.extend(measure(&name, CASES, pace, &mut contenders));
    rows
}
