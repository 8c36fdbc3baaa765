//! What is in a bundle, for people.

use serde_json::Value;

use crate::bundles;
use crate::terminal::{Paint, Terminal, tame};

/// The text.
pub(super) fn text(told: &Value, terminal: &Terminal) -> String {
    let mut out = String::new();
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("{name:<12} {}\n", tame(value)));
        }
    };
    let version = of(told, "version");
    let name = format!("{} {version}", of(told, "name"));
    row("bundle", name.trim());
    row("id", of(told, "id"));
    row(
        "compiler",
        &format!(
            "{} · edition {} · format {}",
            of(told, "compiler"),
            of(told, "edition"),
            number(told, "format")
        ),
    );
    for entry in list(told, "entries") {
        let stops = if of(entry, "not_applicable") == "proceed" { " · not applicable proceeds" } else { "" };
        row("entry", &format!("{} → {}{stops}", of(entry, "name"), of(entry, "policy")));
    }
    for (name, mode) in told.get("modes").and_then(Value::as_object).into_iter().flatten() {
        row("mode", &format!("{name} = {}", mode.as_str().unwrap_or("")));
    }
    for (name, limit) in told.get("limits").and_then(Value::as_object).into_iter().flatten() {
        if let Some(limit) = limit.as_u64() {
            row("limit", &format!("{name} {limit}"));
        }
    }
    for dependency in list(told, "dependencies") {
        let digest = of(dependency, "digest");
        row("dependency", &format!("{} {} {digest}", of(dependency, "name"), of(dependency, "version")));
    }
    for signature in list(told, "signatures") {
        let expires = signature.get("expires").and_then(Value::as_u64);
        let expires = expires.map_or_else(String::new, |at| format!(" until {at} s after 1970"));
        row("signed by", &format!("{}{expires}", of(signature, "key")));
    }
    for item in list(told, "data") {
        let default = if item.get("default") == Some(&Value::Bool(true)) { ", has a default" } else { "" };
        row("data", &format!("{}: {}{default}", of(item, "name"), kind(item.get("type"))));
    }
    for document in list(told, "documents") {
        let size = bundles::size(document.get("bytes").and_then(Value::as_u64).unwrap_or(0));
        let entry = document.get("entry").and_then(Value::as_str);
        let entry = entry.map_or_else(String::new, |entry| format!(" of {entry}"));
        row("document", &format!("{} {}{entry}, {size}", of(document, "kind"), of(document, "name")));
    }
    for policy in list(told, "policies") {
        out.push_str(&self::policy(policy, terminal));
    }
    out.push_str(&format!("\n{}\n", terminal.paint(Paint::Strong, "sections")));
    let mut all = 0;
    for section in list(told, "sections") {
        let bytes = section.get("bytes").and_then(Value::as_u64).unwrap_or(0);
        let unpacked = section.get("unpacked").and_then(Value::as_u64).unwrap_or(0);
        let place = match section.get("beside") {
            Some(Value::Bool(true)) => "  beside",
            _ => {
                all += bytes;
                ""
            }
        };
        let of_all = if bytes == unpacked { String::new() } else { format!("  of {unpacked}") };
        out.push_str(&format!("  {:<10} {bytes:>9} bytes{of_all}{place}\n", tame(of(section, "name"))));
    }
    out.push_str(&format!("  {:<10} {all:>9} bytes\n", "all"));
    out
}

fn policy(policy: &Value, terminal: &Terminal) -> String {
    let cost = policy.get("cost");
    let steps = cost.map_or("", |cost| of(cost, "steps"));
    let mut out = format!("\n{}\n", terminal.paint(Paint::Strong, &tame(of(policy, "name"))));
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("  {name:<10} {}\n", tame(value)));
        }
    };
    row("input", &kind(policy.get("input")));
    row("default", of(policy, "default"));
    row("mode", of(policy, "mode"));
    row("steps", steps);
    row("about", &annotations(policy));
    for rule in list(policy, "rules") {
        let target = [of(rule, "obligation"), of(rule, "policy")].concat();
        let named = format!("{} {}", of(rule, "name"), target);
        let about = annotations(rule);
        let about = if about.is_empty() { about } else { format!("  [{about}]") };
        row(of(rule, "effect"), &format!("{}{about}", named.trim()));
        row("", of(rule, "because"));
    }
    out
}

fn annotations(of_what: &Value) -> String {
    let Some(annotations) = of_what.get("annotations") else { return String::new() };
    let mut parts: Vec<String> = Vec::new();
    for key in ["severity", "owner"] {
        let value = of(annotations, key);
        if !value.is_empty() {
            parts.push(format!("{key} {value}"));
        }
    }
    for key in ["controls", "tags"] {
        parts.extend(list(annotations, key).iter().filter_map(Value::as_str).map(str::to_owned));
    }
    parts.join(" · ")
}

/// A type in a few words.
fn kind(schema: Option<&Value>) -> String {
    let Some(schema) = schema else { return String::new() };
    let reference = of(schema, "$ref");
    match reference.strip_prefix("#/$defs/") {
        Some(name) => name.to_owned(),
        None => match of(schema, "type") {
            "" => "any JSON".to_owned(),
            kind => kind.to_owned(),
        },
    }
}

fn of<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or(0)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
