//! Whole items and statements, with places to fill in.

use super::item::Offer;

fn offers(list: &[(&str, &str, &str)]) -> Vec<Offer> {
    // What is written most stands first.
    let numbered = list.iter().zip(10..);
    numbered.map(|((label, detail, text), weight)| Offer::snippet(label, detail, text, weight)).collect()
}

pub(super) fn items() -> Vec<Offer> {
    offers(&[
        (
            "policy",
            "a policy",
            "policy ${1:name} on ${2:input}: ${3:Type} {\n  default ${4|deny,allow|}\n\n  $0\n}",
        ),
        ("fn", "a function", "fn ${1:name}(${2:x}: ${3:Type}) -> ${4:Bool} =\n  $0"),
        ("type", "a type", "type ${1:Name} = {\n  ${2:field}: ${3:String},$0\n}"),
        ("enum", "a type of named values", "enum ${1:Name} { ${2:one}, ${3:two} }$0"),
        ("ordered enum", "named values in order", "ordered enum ${1:Name} { ${2:low}, ${3:high} }$0"),
        ("entity", "a type of entities", "entity ${1:Name} in ${2:Parent} {\n  $0\n}"),
        ("data", "reference data", "data ${1:name}: ${2:Set<String>}$0"),
        ("let", "a value", "let ${1:name} = $0"),
        (
            "test",
            "a test",
            "test \"${1:what is expected}\" {\n  expect ${2:policy}(${3:input}) ${4|denies,allows|}$0\n}",
        ),
        (
            "property",
            "what holds for all inputs",
            "property \"${1:what always holds}\" for any ${2:input}: ${3:Type} {\n  expect $0\n}",
        ),
        (
            "exception",
            "a rule taken back until a day",
            "exception ${1:name} to ${2:policy}.${3:rule}\n  when ${4:condition}\n  until @${5:2027-01-01}\n  because \"$0\"",
        ),
        (
            "obligation",
            "what a policy can ask of the host",
            "obligation ${1:name} on ${2|allow,deny,any|} { $0 }",
        ),
        ("use", "an import", "use $0"),
        ("module", "the module's name", "module $0"),
        ("pub", "seen by other modules", "pub $0"),
    ])
}

pub(super) fn statements() -> Vec<Offer> {
    offers(&[
        (
            "deny",
            "denies where a condition is true",
            "deny ${1:name}\n  when ${2:condition}\n  because \"$0\"",
        ),
        (
            "require",
            "denies where a condition is false",
            "require ${1:name}\n  that ${2:condition}\n  because \"$0\"",
        ),
        ("allow", "allows where a condition is true", "allow ${1:name} when $0"),
        (
            "escalate",
            "asks a human where a condition is true",
            "escalate ${1:name} to \"${2:who}\"\n  when ${3:condition}\n  because \"$0\"",
        ),
        ("warn", "warns where a condition is true", "warn ${1:name} when ${2:condition} because \"$0\""),
        ("oblige", "asks something of the host", "oblige ${1:name}: ${2:obligation} { $0 }"),
        ("transform", "changes the input", "transform ${1:name}: ${2:path} = $0"),
        ("include", "another policy's rules", "include ${1:policy}(${2:input}) as ${0:name}"),
        ("default", "the outcome where no rule decides", "default ${0|deny,allow|}"),
        ("applies when", "to what the policy speaks", "applies when $0"),
        ("let", "a value", "let ${1:name} = $0"),
        ("mode", "how much the policy counts", "mode ${0|observe,advise,enforce|}"),
        (
            "deny … for",
            "denies for each element",
            "deny ${1:name} for ${2:x} in ${3:xs}\n  when ${4:condition}\n  because \"$0\"",
        ),
    ])
    .into_iter()
    .chain(clauses())
    .collect()
}

/// Words with which the rule before may go on.
fn clauses() -> Vec<Offer> {
    ["when", "that", "because", "fix", "details"].iter().map(|word| Offer::word(word, 14)).collect()
}

pub(super) fn test_statements() -> Vec<Offer> {
    offers(&[
        ("expect", "what has to hold", "expect $0"),
        ("given", "what data the test sees", "given data ${1:name} = $0"),
        ("let", "a value", "let ${1:name} = $0"),
        ("assume", "leaves out inputs", "assume $0"),
    ])
}
