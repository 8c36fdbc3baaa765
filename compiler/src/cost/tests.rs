use crate::cost::{Costs, Limits, Poly, Sizes, Symbol, check as check_costs, of_expr};
use crate::hir::{Hir, PolicyId};
use crate::world::Sources;

/// The typed representation of a source without errors.
#[track_caller]
fn hir(text: &str) -> Hir {
    let mut sources = Sources::default();
    sources.add("m.policy", text);
    let checked = crate::check(&sources);
    assert!(!checked.has_errors(), "{:#?}", checked.diagnostics);
    checked.hir
}

const TYPES: &str = "module m
pub type File = { path: String, owners: List<String>, tags?: Map<String, String> }
pub type Change = { title: String, files: List<File>, few: List<String, max 10> = [] }
";

/// What one rule costs, as people read it.
#[track_caller]
fn rule(text: &str) -> String {
    let hir = hir(&format!("{TYPES}policy p on x: Change {{\n  default allow\n  {text}\n}}\n"));
    let costs = Costs::of(&hir);
    let promise = &costs.promises()[0];
    costs.shown(&promise.rules.last().unwrap().steps)
}

/// Whether a cost has a term with exactly these sizes.
fn has(cost: &str, sizes: &str) -> bool {
    cost.split(" + ").any(|term| {
        let number = |factor: &str| factor.chars().all(|c| c.is_ascii_digit() || c == '_');
        let factors: Vec<&str> = term.split('·').filter(|factor| !number(factor)).collect();
        factors.join("·").split('/').next() == Some(sizes)
    })
}

#[test]
fn loops_in_loops_multiply() {
    let one = rule("deny r when any f in x.files: f.path == x.title");
    assert!(has(&one, "|files|") && !one.contains("|files.owners|"), "{one}");
    let two = rule("deny r when any f in x.files, o in f.owners: o == x.title");
    assert!(has(&two, "|files|·|files.owners|"), "{two}");
    let square = rule("deny r when any a in x.files, b in x.files: a.path == b.path");
    assert!(has(&square, "|files|²"), "{square}");
    let pairs = rule("deny r when any a then b in x.files: a.path == b.path");
    assert!(has(&pairs, "|files|²"), "{pairs}");
}

#[test]
fn text_that_a_loop_meets_is_no_more_than_the_document() {
    let met = rule("deny r when any f in x.files: f.path contains x.title");
    assert!(has(&met, "bytes") && !has(&met, "|files|·bytes"), "{met}");
    let twice = rule("deny r when any f in x.files, g in x.files: f.path contains g.path");
    assert!(has(&twice, "|files|·bytes") && !twice.contains("|files|²·bytes"), "{twice}");
    let picked = rule("deny r when any f in x.files: (x.files[0]?.path ?? \"\") contains f.path");
    assert!(has(&picked, "|files|·bytes"), "{picked}");
    let split = rule("deny r when any f in x.files, part in f.path.split(\"/\"): part contains \"a\"");
    assert!(has(&split, "bytes") && !split.contains("bytes²"), "{split}");
}

#[test]
fn calls_are_filled_in_with_their_arguments() {
    let source = format!(
        "{TYPES}fn shared(a: List<String>, b: List<String>) -> Bool = any x in a, y in b: x == y
policy p on x: Change {{
  default allow
  deny r when any f in x.files: shared(f.owners, x.few)
}}
"
    );
    let hir = hir(&source);
    let costs = Costs::of(&hir);
    let shown = costs.shown(&costs.promises()[0].steps);
    assert!(
        has(&shown, "|files|·|few|·|files.owners|") || has(&shown, "|files|·|files.owners|·|few|"),
        "{shown}"
    );
}

#[test]
fn a_declared_maximum_makes_a_number() {
    let small = hir("module m
pub type In = { names: List<String, max 50>, labels: Set<String, max 5> }
policy p on x: In {
  default allow
  deny r when any n in x.names: n in x.labels
}
");
    let costs = Costs::of(&small);
    let bound = costs.bound(&costs.promises()[0].steps).unwrap();
    assert!((500..100_000).contains(&bound), "{bound}");
    let open = hir(&format!(
        "{TYPES}policy p on x: Change {{\n  default allow\n  deny r when any f in x.files: f.path == \"\"\n}}\n"
    ));
    let costs = Costs::of(&open);
    assert_eq!(costs.bound(&costs.promises()[0].steps), None);
}

#[test]
fn sizes_are_taken_from_documents_as_they_stand() {
    let hir = hir(&format!(
        "{TYPES}policy p on x: Change {{\n  default allow\n  deny r when any f in x.files, o in f.owners: o == \"a\"\n}}\n"
    ));
    let costs = Costs::of(&hir);
    let promise = &costs.promises()[0];
    let at = |json: &str| {
        let mut sizes = Sizes::default();
        sizes.input(&costs, PolicyId(0), json.as_bytes());
        let mut named: Vec<(String, u64)> = Vec::new();
        for measure in costs.measures(&promise.steps) {
            if let Symbol::Count(_) = measure.symbol {
                named.push((measure.name, sizes.get(measure.symbol)));
            }
        }
        named.retain(|(name, _)| name.starts_with("files"));
        named.iter().map(|(name, size)| format!("{name}={size}")).collect::<Vec<_>>().join(" ")
    };
    let shown = at(r#"{"title":"","files":[{"path":"","owners":["a"]},{"path":"","owners":["a","b","c"]}]}"#);
    assert!(shown.contains("files=2") && shown.contains("files.owners=3"), "{shown}");
    // A key with escapes, a key that stands twice, and what is no JSON at all.
    let shown = at(r#"{"\u0066iles":[{},{},{}],"files":[]}"#);
    assert!(shown.contains("files=3"), "{shown}");
    assert!(at("[[[").contains("files=0"), "{}", at("[[["));
    assert!(at(&"[".repeat(10_000)).contains("files=0"));
}

#[test]
fn what_grows_too_fast_is_refused_with_the_lists_that_want_a_maximum() {
    let source = format!(
        "{TYPES}policy p on x: Change {{
  default allow
  deny r when any a in x.files, b in x.files, o in a.owners, q in b.owners: o == q
}}
"
    );
    let hir = hir(&source);
    let found = check_costs(&hir, Limits::default());
    assert_eq!(found.iter().map(|d| d.code.to_string()).collect::<Vec<_>>(), ["P0480"]);
    assert!(found[0].message.contains("rule `r`") && found[0].message.contains("fourth power"), "{found:#?}");
    assert!(found[0].help.iter().any(|help| help.contains("`files.owners`")), "{found:#?}");
    assert_eq!(check_costs(&hir, Limits { degree: 4, ..Limits::default() }), []);
}

#[test]
fn too_many_steps_at_the_declared_sizes_are_refused() {
    let hir = hir("module m
pub type In = { a: List<Int, max 10_000>, b: List<Int, max 10_000> }
policy p on x: In {
  default allow
  deny r when any m in x.a, n in x.b: m == n
}
");
    let found = check_costs(&hir, Limits::default());
    assert_eq!(found.iter().map(|d| d.code.to_string()).collect::<Vec<_>>(), ["P0481"]);
    assert_eq!(check_costs(&hir, Limits { steps: u64::MAX, ..Limits::default() }), []);
}

#[test]
fn every_expression_of_a_policy_has_a_cost() {
    let hir = hir(&format!(
        "{TYPES}policy p on x: Change {{\n  default allow\n  deny r for f in x.files when f.owners is empty and f.path.length() > 3 because \"{{f.path}}\"\n}}\n"
    ));
    let costs = of_expr(&hir);
    let rule = &hir.policies[0].rules[0];
    crate::hir::walk::all(rule.when.as_ref().unwrap(), &mut |e| assert!(costs.contains_key(&e.id), "{e:?}"));
}

#[test]
fn polynomials_saturate_and_stay_bounds() {
    let huge = Poly::number(u64::MAX);
    assert_eq!(huge.times(&huge).as_number().unwrap(), u64::MAX.div_ceil(64));
    let (two, five) = (Poly::number(2), Poly::number(5));
    assert_eq!(two.clone().join(&five), five);
    assert_eq!(two.clone().plus(&five).as_number(), Some(7));
    assert_eq!(Poly::number(1).divided(16).as_number(), Some(1));
    assert_eq!(Poly::unbounded().at(&|_| 0), u64::MAX);
    assert!(Poly::unbounded().times(&Poly::default()).is_zero());
}
