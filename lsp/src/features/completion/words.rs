//! Words of the language: where each can stand, and what it means.

use policy_syntax::TokenKind;

use super::context::After;
use super::item::Offer;

fn words(list: &[&str], weight: u32) -> Vec<Offer> {
    list.iter().map(|word| Offer::word(word, weight)).collect()
}

/// Where an expression begins.
pub(super) fn values() -> Vec<Offer> {
    let mut out = words(&["not", "any", "all", "none", "if", "match", "true", "false", "absent"], 22);
    out.extend([
        Offer::snippet("any … in …", "some element", "any ${1:x} in ${2:xs}: ${0:condition}", 60),
        Offer::snippet("all … in …", "every element", "all ${1:x} in ${2:xs}: ${0:condition}", 60),
        Offer::snippet("none … in …", "no element", "none ${1:x} in ${2:xs}: ${0:condition}", 60),
        Offer::snippet("exactly one", "one element", "exactly one ${1:x} in ${2:xs}: ${0:condition}", 60),
        Offer::snippet("if … then … else …", "", "if ${1:condition} then ${2:value} else ${0:value}", 60),
        Offer::snippet("fold", "a running state", "fold(${1:x} in ${2:xs}, ${3:s} = ${4:0}: ${0:s})", 60),
        Offer::snippet("score", "a sum of weights", "score { ${1:10} when ${0:condition} }", 60),
    ]);
    out
}

pub(super) fn outcomes() -> Vec<Offer> {
    let mut out = words(&["allow", "deny"], 10);
    out.push(Offer::snippet("escalate", "to whom", "escalate to \"${0:who}\"", 10));
    out
}

pub(super) fn verdicts() -> Vec<Offer> {
    let mut out =
        words(&["allows", "denies", "escalates", "warns", "obliges", "excepts", "fails", "misfits"], 10);
    out.push(Offer::snippet("denies by", "which rule", "denies by ${0:rule}", 11));
    out.push(Offer::snippet("is not_applicable", "", "is not_applicable", 12));
    out.extend(words(&["with"], 20));
    out
}

/// Behind a whole expression.
pub(super) fn after(place: &After) -> Vec<Offer> {
    use TokenKind as T;
    let mut out = words(&["and", "or", "is"], 6);
    out.extend(words(
        &[
            "in",
            "not in",
            "implies",
            "matches",
            "contains",
            "as",
            "div",
            "with",
            "is present",
            "is absent",
            "is empty",
        ],
        20,
    ));
    if place.then {
        out.extend(words(&["then"], 1));
    }
    if place.otherwise {
        out.extend(words(&["else"], 1));
    }
    if place.generator {
        out.extend(words(&["for", "if"], 12));
    }
    if place.nested {
        return out;
    }
    let clauses: &[&str] = match place.statement {
        Some(T::Require) => &["when", "that", "because", "fix", "details", "for"],
        Some(T::Deny | T::Allow | T::Warn) => &["when", "because", "fix", "details", "for"],
        Some(T::Escalate) => &["to", "when", "because", "fix", "details", "for"],
        Some(T::Oblige | T::Transform) => &["when", "for"],
        Some(T::Include) => &["as", "for", "when"],
        Some(T::Exception) => &["to", "on", "when", "until", "because", "approved by", "follow up"],
        Some(T::Policy) => &["on", "resolve first"],
        Some(T::Data) => &["max age"],
        Some(T::Type) => &["read by"],
        Some(T::Test) => &["at", "for"],
        Some(T::Property) => &["for any"],
        Some(T::Expect) => {
            &["allows", "denies", "escalates", "warns", "obliges", "excepts", "fails", "misfits", "by"]
        }
        Some(T::Score) => &["when"],
        _ => &[],
    };
    out.extend(words(clauses, 5));
    out
}

pub(super) fn annotations() -> Vec<Offer> {
    vec![
        Offer::snippet("owner", "who answers for it", "owner(\"${0:team}\")", 10),
        Offer::snippet("severity", "how bad it is", "severity(${1|low,medium,high,critical|})", 10),
        Offer::snippet("controls", "what it fulfils", "controls(\"${0:SOC2 CC8.1}\")", 10),
        Offer::snippet("mode", "how much it counts", "mode(${1|observe,advise,enforce|})", 10),
        Offer::snippet("link", "where more is said", "link(\"${0:https://}\")", 10),
        Offer::snippet("tags", "for searches", "tags(\"${0:tag}\")", 10),
        Offer::snippet("allow", "a lint that is not meant here", "allow(${1:lint}, \"${0:reason}\")", 10),
        Offer::snippet("on_error", "what a failure counts as", "on_error(skip)", 10),
        Offer::snippet("no_exceptions", "nothing may be excepted", "no_exceptions", 10),
        Offer::snippet("skip", "a test that is not run", "skip(\"${0:reason}\")", 12),
    ]
}

pub(super) fn annotation_arguments(name: &str) -> Vec<Offer> {
    match name {
        "severity" => words(&["low", "medium", "high", "critical"], 10),
        "mode" => words(&["observe", "advise", "enforce"], 10),
        "on_error" => words(&["skip"], 10),
        "allow" => policy_compiler::lint::LINTS.iter().map(|lint| Offer::word(lint.name, 10)).collect(),
        _ => Vec::new(),
    }
}

/// What the functions do that are part of the language.
pub(crate) fn built_in(name: &str) -> Option<&'static str> {
    Some(match name {
        "count" => "how many elements there are",
        "sum" => "the sum of the elements; 0 of none",
        "min" => "the least element; absent of none",
        "max" => "the greatest element; absent of none",
        "avg" => "the mean of the elements; absent of none",
        "to_json" => "a value as `Json`, as a document of its type would spell it",
        "descend" => "a value and everything below it, in the order of the document",
        "descend_paths" => "for a value and each below it, the values that lead to it",
        _ => return None,
    })
}

/// What a word means, in a sentence.
pub(crate) fn meaning(word: &str) -> Option<&'static str> {
    Some(match word {
        "policy" => "decides about documents of a type, by its rules",
        "default" => "the outcome where no rule decides",
        "deny" => "denies, once for each finding: where its condition is true",
        "require" => "denies where the condition behind `that` is false",
        "allow" => "allows where its condition is true",
        "escalate" => "asks a human where its condition is true",
        "warn" => "adds a warning, and changes no outcome",
        "oblige" => "asks something of the host along with the decision",
        "transform" => "asks the host to go on with a changed input",
        "include" => "another policy's rules decide here too",
        "applies" => "where its condition is false, no rule runs and the outcome is `not_applicable`",
        "when" => "the condition under which the rule finds something",
        "that" => "what has to be true",
        "because" => "what the decision says about a finding",
        "fix" => "what would mend it",
        "details" => "a record that goes with a finding",
        "any" => "whether some element makes the body true",
        "all" => "whether every element makes the body true",
        "none" => "whether no element makes the body true",
        "exactly" => "whether exactly one element makes the body true",
        "is" => "asks for presence, emptiness, a type, a variant, or a value that may be absent",
        "implies" => "true where the left side is false or the right side is true",
        "matches" => "whether a pattern takes the whole text",
        "contains" => "whether a text has another text, or a match of a regex, in it",
        "div" => "Euclidean division of whole numbers",
        "as" => "reads a value as a type; fails where it does not fit, `as?` is absent there",
        "with" => "a record with some fields changed",
        "match" => "the first arm whose pattern fits gives the value",
        "fold" => "goes through elements with a state",
        "score" => "the sum of the weights whose conditions hold",
        "let" => "gives a value a name; it is evaluated at its first use",
        "data" => "reference data, which the host loads",
        "entity" => "a type of things that have an id and stand in others",
        "enum" => "a type of a few named values",
        "type" => "gives a type a name",
        "fn" => "a function; it cannot call itself",
        "use" => "brings a module, or names of it, into scope",
        "exception" => "takes a rule back for some findings, until a day",
        "obligation" => "declares what a policy can ask of the host",
        "test" => "an example with what is expected of it",
        "property" => "what holds for all inputs",
        "given" => "what data or entities a test sees",
        "expect" => "what has to hold in a test",
        "assume" => "leaves out inputs for which it is false",
        "until" => "the day on which an exception ends",
        "secret" => "a type whose values are never shown",
        "absent" => "the value of an option that has none",
        _ => return None,
    })
}
