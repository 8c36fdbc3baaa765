//! What the machine does in fewer steps when nobody watches comes to the same as every step on its own: the same rules, at the same
//! fuel. Rules that go through one long list again and again are decided as if each had gone through it alone, and
//! what many rules ask for leads to their rules.

use policy_benches::histories::{Event, History, input, policy, workload};
use policy_benches::ours::Ours;
use policy_benches::random::Random;
use policy_bytecode::scalar::Timestamp;
use policy_vm::{Observer, Quiet, Request};
use serde_json::json;

/// Watches, and does nothing.
struct Watching;

impl Observer for Watching {}

fn decided<O: Observer>(
    ours: &Ours,
    input: &str,
    request: &Request,
    observer: &mut O,
) -> (Vec<(u32, bool)>, u64) {
    let mut evaluator = ours.evaluator();
    let verdict = evaluator.judge_observed(ours.policy, input.as_bytes(), request, observer);
    (verdict.rules().collect(), verdict.fuel())
}

fn same(ours: &Ours, input: &str, request: &Request) -> Vec<(u32, bool)> {
    let quiet = decided(ours, input, request, &mut Quiet);
    assert_eq!(quiet, decided(ours, input, request, &mut Watching), "{input}");
    quiet.0
}

#[test]
fn rules_over_one_history_see_what_each_alone_would() {
    let mut work = workload(60, 200);
    // One tool, so that all rules go through each history.
    work.rules.iter_mut().for_each(|rule| rule.call = 0);
    let ours = Ours::new(&policy(&work.rules), "histories.calls", &json!({}), None).unwrap();
    let mut found = 0;
    for (history, call) in work.histories.iter().zip(work.calls.iter().step_by(5)).step_by(40) {
        let call = policy_benches::histories::Call { tool: 0, ..*call };
        let at = Timestamp { seconds: 1_793_491_200 + history.now, nanos: 0 };
        found += same(&ours, &input(&call, Some(history)), &Request::at(at)).len();
    }
    assert!(found > 9, "{found} findings");
}

#[test]
fn texts_that_are_long_equal_or_rare_are_found_alike() {
    let source = r#"module long
policy p on { xs: List<{ text: String, number: Int, flag: Bool }>, other: String } {
  default allow
  deny a when count(x for x in xs if x.text == "a") > 2
  deny b when count(x for x in xs if x.text == "b") > 2
  deny nowhere when any x in xs: x.text == "not there"
  deny alike when any x in xs: x.text == other and x.number > 5
  deny twice when (any x then y in xs: x.text == "a" and y.text == "b" and y.number == 3)
  deny three for x in xs when x.number == 3 and x.flag
  deny four for x in xs when x.number == 4 and not x.flag
  deny flags when count(x for x in xs if x.flag == true and x.number == 9) > 3
  deny five for x in xs when x.number == 5 and x.text == other
}
"#;
    let ours = Ours::new(source, "long.p", &json!({}), None).unwrap();
    let mut random = Random::new(77);
    for round in 0..24 {
        let rare = round % 3 == 0;
        let long = "long ".repeat(20);
        let xs: Vec<_> = (0..40 + random.to(600))
            .map(|at| {
                let text = match random.to(if rare { 60 } else { 5 }) {
                    0 => "a".to_owned(),
                    1 => "b".to_owned(),
                    2 if round % 2 == 0 => format!("{long}{}", at % 3),
                    other => format!("t{other}"),
                };
                json!({ "text": text, "number": random.to(if rare { 90 } else { 11 }), "flag": random.chance(20) })
            })
            .collect();
        let other = if round % 4 == 0 { format!("{long}1") } else { "t4".to_owned() };
        same(&ours, &json!({ "xs": xs, "other": other }).to_string(), &Request::default());
    }
}

/// Fields that some elements lack, between those that have them, and lists that one rule after the other goes through.
#[test]
fn elements_that_lack_a_field_are_passed_over_alike() {
    let mut source = r#"module lacking
enum Kind { read, write }
policy p on { xs: List<{ text: String?, number: Int?, kind: Kind?, flag: Bool }> } {
  default allow
  deny lacking for x in xs when x.text is absent and x.flag
  deny other for x in xs when not (x.text is "t1") and x.flag
  deny several for x in xs when x.number is 3 and x.text is "t3"
  deny kinds when count(x for x in xs if x.kind is write and x.flag) > 2
"#
    .to_owned();
    for at in 0..12 {
        source.push_str(&format!("  deny r{at} for x in xs when x.text is \"t{at}\" and x.flag\n"));
    }
    source.push('}');
    let ours = Ours::new(&source, "lacking.p", &json!({}), None).unwrap();
    let mut random = Random::new(78);
    let mut found = 0;
    for round in 0..24 {
        // Of some columns much is missing, of some the first, of some all.
        let lacks = [30, 0, 100, 3][round % 4];
        let xs: Vec<_> = (0..40 + random.to(600))
            .map(|at| {
                let mut x = json!({ "flag": random.chance(40) });
                if at > 5 && !random.chance(lacks) {
                    x["text"] = format!("t{}", random.to(16)).into();
                    x["number"] = random.to(9).into();
                }
                if random.chance(50) {
                    x["kind"] = ["read", "write"][random.to(2)].into();
                }
                x
            })
            .collect();
        found += same(&ours, &json!({ "xs": xs }).to_string(), &Request::default()).len();
    }
    assert!(found > 100, "{found} findings");
}

#[test]
fn fuel_that_ends_within_a_history_ends_at_the_same_place() {
    let mut work = workload(10, 200);
    work.rules.iter_mut().for_each(|rule| rule.call = 0);
    let ours = Ours::new(&policy(&work.rules), "histories.calls", &json!({}), None).unwrap();
    let event = |at: i64| Event { at: at * 7, tool: 1, label: format!("l{}", at % 40), target: 1 };
    let history = History { events: (0..200).map(event).collect(), now: 1_500 };
    let call = policy_benches::histories::Call { history: 0, tool: 0, target: 0 };
    let input = input(&call, Some(&history));
    let mut request = Request::at(Timestamp { seconds: 1_793_491_200 + 1_500, nanos: 0 });
    let (_, whole) = decided(&ours, &input, &request, &mut Quiet);
    for part in 0..40 {
        request.limits.fuel = whole * part / 40;
        same(&ours, &input, &request);
    }
}

/// A rule for each text, and one more for some; on texts, and on entities, and behind so many constants that those of the rules are
/// loaded into a register before they are compared.
fn rules_for(texts: &[String]) -> [String; 3] {
    [("String", 0), ("User", 0), ("User", 33_000)].map(|(ty, constants)| {
        let mut source = format!(
            "module many\nentity User\nenum Action {{ read, write }}\npolicy p on {{ x: {ty}, action: Action, age: Int }} {{\n  default deny\n"
        );
        let value = |text: &String| match ty {
            "String" => format!("{text:?}"),
            _ => format!("User::{text:?}"),
        };
        for (at, text) in texts.iter().enumerate() {
            let action = if at % 3 == 0 { "read" } else { "write" };
            source.push_str(&format!("  allow r{at} when action == {action} and x == {}\n", value(text)));
            if at % 7 == 0 {
                source.push_str(&format!("  deny again{at} when x == {} and action == write\n", value(text)));
            }
        }
        // The rules for the greatest text are written first.
        if let Some(last) = texts.iter().max().filter(|_| constants > 0) {
            let all: Vec<String> = (0..constants).map(|number| number.to_string()).collect();
            source.push_str(&format!("  deny crowd when x == {} and age in {{{}}}\n", value(last), all.join(", ")));
        }
        source.push_str("}\n");
        source
    })
}

/// Texts of lengths around those at which comparing changes, many with a beginning in common.
fn texts() -> Vec<String> {
    let mut random = Random::new(5);
    let mut texts: Vec<String> = [0, 1, 7, 8, 9, 16, 17, 63, 64, 65, 130]
        .into_iter()
        .flat_map(|len| (0..24).map(move |at| (len, at)))
        .map(|(len, at)| {
            let mut text: String = std::iter::repeat_n('a', len).collect();
            let ending = format!("{at}");
            text.truncate(len.saturating_sub(ending.len()));
            text.push_str(&ending);
            text
        })
        .collect();
    texts.extend((0..200).map(|_| format!("t{}", random.to(5_000))));
    texts.sort_unstable();
    texts.dedup();
    texts
}

#[test]
fn what_many_rules_ask_for_leads_to_their_rules() {
    let texts = texts();
    for source in rules_for(&texts) {
        let ours = Ours::new(&source, "many.p", &json!({}), None).unwrap();
        let others = texts
            .iter()
            .flat_map(|text| [format!("{text}0"), text.replacen('a', "b", 1), text.to_uppercase()]);
        for text in texts.iter().cloned().chain(others) {
            for action in ["read", "write"] {
                let found = same(
                    &ours,
                    &json!({ "x": text, "action": action, "age": -1 }).to_string(),
                    &Request::default(),
                );
                let at = texts.binary_search(&text).ok();
                // In front of a text's rules there are one for each text before it, and one more for each seventh.
                let first = at.map(|at| at + at.div_ceil(7));
                let mut wanted = Vec::new();
                wanted.extend(first.filter(|_| at.is_some_and(|at| (at % 3 == 0) == (action == "read"))));
                wanted.extend(
                    first
                        .map(|first| first + 1)
                        .filter(|_| action == "write" && at.is_some_and(|at| at % 7 == 0)),
                );
                let rules: Vec<usize> = found.iter().map(|(rule, _)| *rule as usize).collect();
                assert_eq!(rules, wanted, "{text} {action}");
            }
        }
    }
}

#[test]
fn fuel_that_ends_among_many_rules_ends_at_the_same_place() {
    let texts = texts();
    for source in rules_for(&texts) {
        let ours = Ours::new(&source, "many.p", &json!({}), None).unwrap();
        for text in texts.iter().step_by(40) {
            let input = json!({ "x": text, "action": "write", "age": -1 }).to_string();
            let mut request = Request::default();
            let (_, whole) = decided(&ours, &input, &request, &mut Quiet);
            for fuel in 0..=whole {
                request.limits.fuel = fuel;
                same(&ours, &input, &request);
            }
        }
    }
}
