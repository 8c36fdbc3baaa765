//! What could be written next.

use serde_json::Value;

use crate::client::Client;

/// The labels that are offered, in their order.
#[track_caller]
fn offered(project: &str) -> Vec<String> {
    let (mut client, cursor) = Client::new(project);
    let found = client.ask("textDocument/completion", cursor.params());
    let items = found["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|i| i["label"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn first(project: &str, wanted: &[&str]) {
    let found = offered(project);
    let top = &found[..found.len().min(wanted.len() + 6)];
    for name in wanted {
        assert!(top.iter().any(|n| n == name), "{name} is not among the first of {found:?}");
    }
}

const HEAD: &str = "module m\n\nenum Kind { human, bot }\n\ntype Approval = { user: String, kind: Kind }\n\ntype Pull = { number: Int, author: String, approvals: List<Approval> = [], ai?: Approval }\n\ndata approved: Set<String>\n\nfn humans(pr: Pull) -> List<Approval> = pr.approvals\n\n";

fn rule(text: &str) -> String {
    format!("{HEAD}policy p on pr: Pull {{\n  default allow\n  {text}\n}}\n")
}

#[test]
fn a_dot_offers_the_fields_of_what_stands_before_it() {
    first(&rule("deny x when pr.$0"), &["number", "author", "approvals"]);
    first(&rule("deny x when pr.au$0"), &["author"]);
    first(&rule("deny x when any a in pr.approvals: a.$0"), &["user", "kind"]);
    first(&rule("deny x when pr.ai?.$0"), &["user", "kind"]);
    first(&rule("deny x when count(a for a in pr.approvals if a.$0"), &["user", "kind"]);
}

#[test]
fn functions_that_take_the_value_are_offered_behind_the_dot() {
    first(&rule("deny x when pr.h$0"), &["humans"]);
    first(&rule("deny x when pr.author.starts$0"), &["starts_with"]);
}

#[test]
fn variants_of_the_wanted_enum_come_first() {
    first(&rule("deny x when any a in pr.approvals: a.kind == $0"), &["human", "bot"]);
    first(&rule("deny x when any a in pr.approvals: a.kind is not $0"), &["human", "bot"]);
    first(&rule("deny x when Kind.$0"), &["human", "bot"]);
    first(&format!("{HEAD}fn f(k: Kind) -> Int = match k {{ $0"), &["human", "bot"]);
    first(&format!("{HEAD}let a: Approval = {{ user: \"x\", kind: $0"), &["human", "bot"]);
}

#[test]
fn fields_of_literals_and_of_with_are_offered() {
    first(&format!("{HEAD}let a: Approval = {{ $0"), &["user", "kind"]);
    let found = offered(&format!("{HEAD}let a: Approval = {{ user: \"x\", $0"));
    assert!(found.contains(&"kind".to_owned()) && !found.contains(&"user".to_owned()), "{found:?}");
    first(&format!("{HEAD}fn f(a: Approval) -> Approval = a with {{ $0"), &["user", "kind"]);
}

#[test]
fn names_in_scope_are_offered_where_a_value_begins() {
    first(&rule("deny x when p$0"), &["pr"]);
    first(&rule("deny x when pr.author in app$0"), &["approved"]);
    first(&rule("let size = pr.number\n  deny x when si$0 > 3"), &["size"]);
    first(&rule("deny x when true because \"by {p$0}\""), &["pr"]);
    first(&rule("deny x when (any a in pr.approvals: a.user == pr.author and hu$0)"), &["humans"]);
}

#[test]
fn rules_are_offered_behind_by() {
    let test = "test \"t\" {\n  expect p({ number: 1, author: \"a\" }) denies by $0\n}\n";
    let project = format!("{}\n{test}", rule("deny first when true\n  warn other when true"));
    let found = offered(&project);
    assert_eq!(found[0], "first", "{found:?}");
}

#[test]
fn types_are_offered_where_types_stand() {
    first(&format!("{HEAD}fn f(x: Ap$0"), &["Approval"]);
    first(&format!("{HEAD}fn f(x: List<Ap$0"), &["Approval"]);
    first(&format!("{HEAD}fn f(x: Int) -> St$0"), &["String"]);
    first(&format!("{HEAD}policy q on x: Pu$0"), &["Pull"]);
    first(&format!("{HEAD}data d: Set<St$0"), &["String"]);
    first(&format!("{HEAD}type T = {{ a: Ki$0"), &["Kind"]);
}

#[test]
fn statements_items_and_annotations_are_offered_whole() {
    first(&rule("$0"), &["deny", "require", "allow"]);
    first(&format!("{HEAD}$0"), &["policy", "fn", "type", "test"]);
    first(&rule("@$0\n  deny x when true"), &["owner", "severity"]);
    first(&rule("default $0"), &["allow", "deny"]);
    first("module m\n\npolicy p on r: Int {\n  default allow\n  de$0\n}\n", &["deny", "default"]);
}

#[test]
fn words_follow_whole_expressions() {
    first(&rule("deny x when pr.number > 3 $0"), &["because", "and", "fix"]);
    first(&rule("deny x when pr.ai i$0"), &["is", "in", "implies"]);
    first(&rule("deny x when if pr.number > 3 t$0"), &["then"]);
    first(&rule("require x when pr.number > 3 th$0"), &["that"]);
}

#[test]
fn modules_and_their_names_are_offered_behind_use() {
    let project = "//- policies/a/b.policy\nmodule a.b\n\npub fn shared() -> Int = 1\n\nfn own() -> Int = 2\n//- policies/m.policy\nmodule m\n\n";
    first(&format!("{project}use $0"), &["a"]);
    first(&format!("{project}use a.$0"), &["b"]);
    let found = offered(&format!("{project}use a.b.{{$0"));
    assert_eq!(found, ["shared"]);
}

#[test]
fn nothing_is_offered_in_comments_texts_and_new_names() {
    for text in ["deny x when true // pr$0", "deny x when pr.author == \"pr$0\"", "let s$0", "deny d$0"] {
        assert_eq!(offered(&rule(text)), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn half_a_statement_above_others_does_not_matter() {
    let text = "deny x when pr.$0\n  deny y when pr.number > 3\n  require z that pr.author == \"a\"";
    first(&rule(text), &["number", "author", "approvals"]);
    first(
        &rule("deny y when pr.number > 3\n  deny x when any a in pr.approvals: a.$0\n  deny z when true"),
        &["user", "kind"],
    );
    first(
        &format!("{HEAD}fn f(pr: Pull) -> Bool = pr.$0\n\nfn g(k: Kind) -> Bool = k == bot\n"),
        &["number", "author"],
    );
}

#[test]
fn what_was_chosen_is_documented() {
    let (mut client, cursor) =
        Client::new("module m\n\n/// Says yes.\nfn yes() -> Bool = true\n\nfn f() -> Bool = ye$0\n");
    let found = client.ask("textDocument/completion", cursor.params());
    let item = found["items"].as_array().unwrap().iter().find(|i| i["label"] == "yes").unwrap().clone();
    let item = client.ask("completionItem/resolve", item);
    assert!(item["documentation"]["value"].as_str().unwrap().contains("Says yes."), "{item}");
    assert_eq!(item["textEdit"]["newText"], "yes($0)");
    assert_ne!(item["insertTextFormat"], Value::Null);
}

#[test]
fn policies_are_offered_where_one_is_named() {
    const POLICY: &str =
        "policy base on pr: Pull {\n  default allow\n  deny old when pr.number < 1 because \"x\"\n}\n";
    let here = format!("{HEAD}{POLICY}");
    first(&format!("{here}exception e to $0"), &["base"]);
    first(&format!("{here}exception e to base.$0"), &["old"]);
    first(&format!("{here}policy q on pr: Pull {{\n  default allow\n  include $0\n}}\n"), &["base"]);
    let other = |text: &str| {
        format!(
            "//- policies/m.policy\n{here}//- policies/n.policy\nmodule n\n\nuse m\nuse m.base as b\n\n{text}"
        )
    };
    first(&other("exception e to $0"), &["b", "m"]);
    first(&other("exception e to m.$0"), &["base"]);
    first(&other("exception e to m.base.o$0"), &["old"]);
    first(&other("exception e to b.$0"), &["old"]);
}

#[test]
fn names_that_the_server_puts_into_a_text_are_not_offered() {
    for text in ["fn f(n: Int) -> $0", "fn f(n: Int) -> Int = $0", "type T = $0"] {
        let found = offered(&format!("{HEAD}{text}"));
        assert!(!found.iter().any(|name| name.to_lowercase().contains("typed")), "{found:?}");
    }
}
