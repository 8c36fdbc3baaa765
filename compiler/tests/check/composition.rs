//! Policies that are put together from others, obligations, transforms, modes: what the checker makes of them.

use policy_compiler::hir::{
    DefaultOutcome, Effect, ExpectBy, ExpectKind, ExprKind, Hir, Joins, Mode, PathStep, Policy, Rule, Step,
    TextPart, Verb,
};

use crate::support::{clean, codes};

fn policy<'h>(hir: &'h Hir, name: &str) -> &'h Policy {
    hir.policies.iter().find(|p| p.name == name).unwrap()
}

fn rule<'h>(hir: &'h Hir, policy_name: &str, id: &str) -> &'h Rule {
    policy(hir, policy_name).rules.iter().find(|r| r.id == id).unwrap()
}

const BASE: &str = r#"
module base
type Container = { name: String, image: String, limits: Map<String, Int> = {} }
type Pod = { containers: List<Container>, labels: Map<String, String> = {}, owner?: { team: String = "none" } }
data limits: List<{ name: String, most: Int, mode: Enforcement = enforce }> = []
enum Enforcement { enforce = "deny", observe = "dryrun", advise = "warn" }
"#;

fn with_base(text: &str) -> policy_compiler::Checked {
    clean(&format!("{BASE}{text}"))
}

fn codes_with_base(text: &str) -> Vec<String> {
    codes(&format!("{BASE}{text}"))
}

#[test]
fn resolve_first_and_constant_modes() {
    let checked = with_base(
        r#"
policy p on x: Pod resolve first {
  mode advise
  default deny
  @mode(observe) deny a when x.containers is empty
  allow b when x.labels is empty
}
"#,
    );
    let p = policy(&checked.hir, "base.p");
    assert!(p.resolve_first && p.mode.is_none());
    assert_eq!(p.annotations.mode, Some(Mode::Advise));
    let a = rule(&checked.hir, "base.p", "a");
    assert_eq!((a.annotations.mode, a.mode.is_none()), (Some(Mode::Observe), true));
    assert_eq!(rule(&checked.hir, "base.p", "b").annotations.mode, None);
}

#[test]
fn a_mode_from_data_is_matched_to_the_languages_own() {
    let checked = with_base(
        r#"
policy p(strictness: Enforcement) on x: Pod {
  mode strictness
  default allow
  @mode(l.mode) deny a for l in limits when count(x.containers) > l.most
}
"#,
    );
    let p = policy(&checked.hir, "base.p");
    let own = checked.hir.types.builtins.unwrap().mode;
    for mode in [&p.mode, &rule(&checked.hir, "base.p", "a").mode] {
        let mode = mode.as_ref().unwrap();
        let ExprKind::Match { arms, .. } = &mode.kind else { panic!("no match: {mode:?}") };
        assert_eq!(arms.len(), 3);
        assert_eq!(*checked.hir.types.kind(mode.ty), policy_compiler::hir::TyKind::Enum(own));
    }
}

#[test]
fn modes_that_are_none() {
    let refused = |mode: &str| {
        codes_with_base(&format!(
            "enum Half {{ observe, enforce }}\ntype In = {{ half: Half, mode: Enforcement }}\n\
             policy p on x: In {{\n  let m = x.mode\n  default allow\n  @mode({mode}) deny a when x.half == observe\n}}"
        ))
    };
    assert_eq!(refused("observed"), ["P0106"]);
    assert_eq!(refused("\"observe\""), ["P0420"]);
    assert_eq!(refused("Half.observe"), ["P0420"]);
    assert_eq!(refused("x.mode"), ["P0421"]);
    assert_eq!(refused("m"), ["P0421"]);
    assert_eq!(refused("Enforcement.observe"), [""; 0]);
}

#[test]
fn obligations_with_what_they_say() {
    let checked = with_base(
        r#"
obligation mask on allow { fields: List<String>, with: String = "***" }
obligation page on any
policy p on x: Pod {
  default allow
  oblige hide: mask { fields: ["image"] } when x.labels is not empty
  oblige tell for c in x.containers: page
}
"#,
    );
    let hide = rule(&checked.hir, "base.p", "hide");
    let Effect::Oblige { obligation, payload } = &hide.effect else { panic!("{hide:?}") };
    assert_eq!(checked.hir.obligations.get(obligation.index()).unwrap().name, "base.mask");
    let ExprKind::Record { fields, .. } = &payload.kind else { panic!("{payload:?}") };
    assert_eq!(fields.len(), 2, "the default is filled in");
    assert!(hide.when.is_some());
    let tell = rule(&checked.hir, "base.p", "tell");
    assert!(matches!(tell.effect, Effect::Oblige { .. }) && tell.generators.len() == 1);
}

#[test]
fn obligations_that_do_not_fit() {
    let refused = |oblige: &str| {
        codes_with_base(&format!(
            "obligation mask on allow {{ fields: List<String> }}\npolicy p on x: Pod {{\n  default allow\n  {oblige}\n}}"
        ))
    };
    assert_eq!(refused("oblige a: mask { fields: [1] }"), ["P0201"]);
    assert_eq!(refused("oblige a: mask"), ["P0205"]);
    assert_eq!(refused("oblige a: mask { fields: [], more: 1 }"), ["P0203"]);
    assert_eq!(refused("oblige a: masks { fields: [] }"), ["P0429"]);
    assert_eq!(refused("oblige a: p { fields: [] }"), ["P0116"]);
    assert_eq!(refused("oblige a: mask { fields: [] }\n  deny a when x.labels is empty"), ["P0403"]);
    assert_eq!(refused("@no_exceptions oblige a: mask { fields: [] }"), ["P0405"]);
}

fn path(rule: &Rule) -> String {
    let Effect::Transform { path, .. } = &rule.effect else { return format!("{:?}", rule.effect) };
    let step = |step: &PathStep| match step {
        PathStep::Field(_, field) => format!("field {}", field.0),
        PathStep::Variant(_, variant) => format!("variant {variant}"),
        PathStep::Key(_) => "key".to_owned(),
        PathStep::Element(n) => format!("element {n}"),
    };
    path.iter().map(step).collect::<Vec<_>>().join(", ")
}

#[test]
fn paths_of_transforms() {
    let checked = with_base(
        r#"
policy p on x: Pod {
  default allow
  transform image for c in x.containers: c.image = "registry/{c.image}" when c.name == "web"
  transform limit for c in x.containers: c.limits["cpu"] = 1
  transform every for c in x.containers, (_, most) in c.limits: most = 2
  transform label: x.labels["team"] = "ops"
  transform team: x.owner.team = "ops"
  transform parts for {name, image} in x.containers: image = "i" when name == "web"
  transform gone: x.owner = absent
}

policy q on { pod: Pod } {
  default allow
  transform label: pod.labels["team"] = "ops"
}
"#,
    );
    let of = |id: &str| path(rule(&checked.hir, "base.p", id));
    assert_eq!(of("image"), "field 0, element 0, field 0");
    assert_eq!(of("limit"), "field 0, element 0, field 1, key");
    assert_eq!(of("every"), "field 0, element 0, field 1, key");
    assert_eq!(of("label"), "field 1, key");
    assert_eq!(of("team"), "field 2, field 0");
    assert_eq!(of("parts"), "field 0, element 0, field 0");
    assert_eq!(of("gone"), "field 2");
    assert_eq!(path(rule(&checked.hir, "base.q", "label")), "field 0, field 1, key");
    let every = rule(&checked.hir, "base.p", "every");
    assert_eq!(every.bindings.len(), 2, "the key that was made is no binding");
}

#[test]
fn paths_through_unions() {
    let checked = clean(
        r#"
module unions
type Call = union by tool {
  mail: { args: { to: String, text: String } },
  search: { args: { query: String } },
}
type In = { call: Call, id: Int | String, calls: List<Call> = [] }
policy p on x: In {
  default allow
  transform text: x.call.args.text = "***" when x.call is mail
  transform each for c in x.calls: c.args.query = "" when c is search
  transform id: x.id = "none" when x.id is Int
}
"#,
    );
    let of = |id: &str| path(rule(&checked.hir, "unions.p", id));
    assert_eq!(of("text"), "field 0, variant 0, field 0, field 0");
    assert_eq!(of("each"), "field 1, element 0, variant 1, field 0, field 0");
    assert_eq!(of("id"), "field 2");
    let of_any = "module m\ntype Call = union by tool { mail: { to: String }, search: {} }\n\
                  policy p on call: Call { default allow transform a: call.to = \"\" }";
    assert_eq!(codes(of_any), ["P0422"]);
}

#[test]
fn paths_that_are_none() {
    let refused = |transform: &str| {
        codes_with_base(&format!(
            "type Owner = {{ team: String, on_call: String }}\n\
             type In = {{ pod: Pod, tags: Set<String>, any: Json, owner?: Owner, all: List<Pod> = [] }}\n\
             policy p(param: Pod) on x: In {{\n  default allow\n  let pod = x.pod\n  {transform}\n}}"
        ))
    };
    assert_eq!(refused("transform a for t in x.tags: t = \"\""), ["P0422"]);
    assert_eq!(refused("transform a: x.pod.containers[0].name = \"\""), ["P0422"]);
    assert_eq!(refused("transform a: x.any.name = \"\""), ["P0422"]);
    assert_eq!(refused("transform a: pod.labels = {}"), ["P0422"]);
    assert_eq!(refused("transform a: param.labels = {}"), ["P0422"]);
    assert_eq!(refused("transform a: x = x"), ["P0422"]);
    assert_eq!(refused("transform a: limits = []"), ["P0422"]);
    assert_eq!(refused("transform a for c in x.pod.containers.take(1): c.name = \"\""), ["P0422"]);
    assert_eq!(refused("transform a for (k, v) in x.pod.labels: k = v"), ["P0422"]);
    assert_eq!(refused("transform a: x.owner.team = \"\""), ["P0423"]);
    assert_eq!(refused("transform a: x.owner.team = \"\" when x.owner is present"), [""; 0]);
    assert_eq!(refused("transform a: x.pod.label = {}"), ["P0203"]);
    assert_eq!(refused("transform a: x.pod.labels[\"a\"] = 1"), ["P0201"]);
    assert_eq!(refused("transform a: nothing.labels = 1"), ["P0101"]);
}

const LIMITS: &str = r#"
policy limit(most: Int, exempt: List<Wildcard> = []) on c: { name: String } {
  default allow
  deny named for e in exempt when c.name matches e
  deny long when c.name.length() > most
  oblige tell: page
}
obligation page on any
"#;

fn with_limits(text: &str) -> policy_compiler::Checked {
    with_base(&format!("{LIMITS}{text}"))
}

fn codes_with_limits(text: &str) -> Vec<String> {
    codes_with_base(&format!("{LIMITS}{text}"))
}

#[test]
fn included_policies() {
    let checked = with_limits(
        r#"
policy fleet on x: Pod {
  default allow
  include limit({ name: "pod" }, most: 5) as pod
  @mode(l.mode)
  include limit(c, l.most) as "{l.name}" for l in limits, c in x.containers when c.image != ""
  require base_rules: limit({ name: "x" }, most: 1, exempt: [wild"y*"])
}
"#,
    );
    let all = policy(&checked.hir, "base.fleet");
    let ids: Vec<&str> = all.rules.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["pod", "{l.name}", "base_rules"]);
    let of = |n: usize| {
        let effect = &all.rules.get(n).unwrap().effect;
        let Effect::Include(include) = effect else { panic!("{effect:?}") };
        include
    };
    assert_eq!((of(0).joins, of(2).joins), (Joins::Rules, Joins::Outcome));
    assert_eq!(checked.hir.policies.get(of(1).policy.index()).unwrap().name, "base.limit");
    // A wider record is passed, as to a function.
    assert!(matches!(of(1).input.kind, ExprKind::Convert { .. }), "{:?}", of(1).input);
    assert_eq!((of(1).params.len(), of(2).params.len()), (1, 2));
    let name = of(1).name.as_ref().unwrap();
    assert!(matches!(name.parts.as_slice(), [TextPart::Value { .. }]));
    assert!(
        matches!(of(2).name.as_ref().unwrap().parts.as_slice(), [TextPart::Literal(id)] if id == "base_rules")
    );
    assert!(all.rules.get(1).unwrap().mode.is_some());
    assert!(matches!(all.default, DefaultOutcome::Allow));
}

#[test]
fn policies_that_cannot_be_included() {
    let refused = |include: &str| {
        codes_with_limits(&format!(
            "policy fleet on x: Pod {{\n  default allow\n  {include}\n}}\n\
             policy closed on x: Pod {{ default deny allow a when x.labels is empty }}"
        ))
    };
    assert_eq!(refused("include limits({ name: \"\" }, most: 1) as a"), ["P0116"]);
    assert_eq!(refused("include limt({ name: \"\" }, most: 1) as a"), ["P0429"]);
    assert_eq!(refused("include limit({ name: \"\" }) as a"), ["P0223"]);
    assert_eq!(refused("include limit(most: 1) as a"), ["P0428"]);
    assert_eq!(refused("include limit({ name: \"\" }, 1, [], 3) as a"), ["P0210"]);
    assert_eq!(refused("include limit({ name: \"\" }, most: count(x.containers)) as a"), ["P0424"]);
    assert_eq!(refused("include limit(c, most: c.limits[\"a\"] ?? 1) as a for c in x.containers"), ["P0424"]);
    assert_eq!(refused("include closed(x) as a"), ["P0426"]);
    assert_eq!(refused("require a: closed(x)"), [""; 0]);
    assert_eq!(
        refused("include limit({ name: \"\" }, 1) as a\n  include limit({ name: \"\" }, 2) as a"),
        ["P0427"]
    );
    assert_eq!(refused("include fleet(x) as a"), ["P0425"]);
}

#[test]
fn cycles_are_told_once() {
    let found = codes_with_base(
        "policy a on x: Pod { default allow include b(x) as b }\n\
         policy b on x: Pod { default allow require c: c(x) }\n\
         policy c on x: Pod { default allow include a(x) as a }",
    );
    assert_eq!(found, ["P0425"]);
}

fn expects(hir: &Hir) -> Vec<(Verb, ExpectBy)> {
    let mut all = Vec::new();
    for test in &hir.tests {
        for step in &test.steps {
            if let Step::Expect(expect) = step
                && let ExpectKind::Decision { verb, by, .. } = &expect.kind
            {
                all.push((verb.clone(), by.clone()));
            }
        }
    }
    all
}

const TESTED: &str = r#"
policy fleet on x: Pod {
  default allow
  include limit({ name: "pod" }, most: 5) as pod
  include limit(c, l.most) as "{l.name}" for l in limits, c in x.containers
  require base_rules: limit({ name: "x" }, most: 1)
  @mode(advise) deny soft when x.labels is empty
  deny hard when x.labels is empty
  oblige mine: page
  transform t: x.labels = {}
}
let pod: Pod = { containers: [] }
"#;

#[test]
fn tests_name_rules_of_instances() {
    let checked = with_limits(&format!(
        "{TESTED}{}",
        r#"test "t" {
  expect fleet(pod) denies by pod.long, base_rules
  expect fleet(pod) denies by hard 2 times, pod.long
  expect fleet(pod) denies exactly by hard 1 times
  expect fleet(pod) denies by "container limits".long
  expect fleet(pod) warns by soft
  expect fleet(pod) obliges mine, pod.tell
  expect fleet(pod) excepts hard
  expect limit({ name: "x" }, 5) allows
  let decision = fleet(pod)
  expect fleet(pod).transformed == pod and decision.transformed.labels is empty
  expect fleet(pod).obligations is empty
}"#
    ));
    let found = expects(&checked.hir);
    let names = |by: &ExpectBy| {
        let ExpectBy::Rules(rules) = by else { return format!("{by:?}") };
        rules.iter().map(|r| r.0.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&found.first().unwrap().1), "pod.long base_rules");
    assert!(
        matches!(&found.get(1).unwrap().1, ExpectBy::Counted { exactly: false, rules } if rules.len() == 2)
    );
    assert!(matches!(&found.get(2).unwrap().1, ExpectBy::Counted { exactly: true, .. }));
    assert_eq!(names(&found.get(3).unwrap().1), "container limits.long");
    assert!(matches!(&found.get(5).unwrap().0, Verb::Obliges(rules) if rules.len() == 2));
    assert!(matches!(&found.get(6).unwrap().0, Verb::Excepts(rules) if rules.len() == 1));
}

#[test]
fn tests_that_name_what_is_not_there() {
    let refused =
        |expect: &str| codes_with_limits(&format!("{TESTED}test \"t\" {{ expect fleet(pod) {expect} }}"));
    assert_eq!(refused("denies by long"), ["P0701"]);
    assert_eq!(refused("denies by pod.longer"), ["P0701"]);
    assert_eq!(refused("warns by hard"), ["P0703"]);
    assert_eq!(refused("denies by mine"), ["P0703"]);
    assert_eq!(refused("obliges hard"), ["P0703"]);
    assert_eq!(refused("excepts t"), ["P0703"]);
    assert_eq!(refused("allows by pod.long"), ["P0703"]);
}
