//! What is in a bundle, as JSON.

use policy_bytecode::bundle::{self, Bundle, Container, DecodeError, DocumentKind};
use policy_bytecode::program::{
    Annotations, DefaultOutcome, Effect, Message, MessagePart, Mode, Policy, Program, Rule, TextId,
};
use serde_json::{Map, Value, json};

use crate::keys::{KeyId, hex};
use crate::schema::schema;

/// Everything that a bundle tells about itself. The program is decoded but neither linked nor verified: nothing of it is run.
///
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// # let container = Container::open(&bundle, Caps::default())?;
/// use policy_bytecode::bundle::{Caps, Container};
///
/// let shown = policy_bundle::inspect(&container, &[])?;
/// assert_eq!((&shown["name"], &shown["policies"][0]["rules"][0]["name"]), (&"gate".into(), &"too_large".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// It cannot be decoded.
pub fn inspect(container: &Container<'_>, beside: &[Container<'_>]) -> Result<Value, DecodeError> {
    let bundle = bundle::read(container, beside)?;
    let shown = Shown { program: &bundle.program };
    let manifest = &bundle.manifest;
    let policies: Vec<Value> =
        bundle.program.policies.iter().map(|policy| shown.policy(policy, &bundle)).collect();
    let entries: Vec<Value> = manifest
        .entries
        .iter()
        .map(|entry| {
            json!({
                "name": entry.name,
                "policy": entry.policy,
                "not_applicable": if entry.not_applicable_proceeds { "proceed" } else { "stop" },
            })
        })
        .collect();
    let dependencies: Vec<Value> = manifest
        .dependencies
        .iter()
        .map(|one| json!({"name": one.name, "version": one.version, "digest": digest(&one.digest)}))
        .collect();
    let documents: Vec<Value> = manifest
        .documents
        .iter()
        .map(|document| {
            let (kind, entry) = match &document.kind {
                DocumentKind::Data => ("data", None),
                DocumentKind::Entities => ("entities", None),
                DocumentKind::Parameter { entry } => ("parameter", Some(entry)),
            };
            json!({
                "kind": kind, "name": document.name, "entry": entry,
                "bytes": document.length, "digest": digest(&document.digest),
            })
        })
        .collect();
    let materials: Vec<Value> = bundle
        .materials
        .iter()
        .map(|material| json!({"path": material.path, "digest": digest(&material.digest)}))
        .collect();
    let sections: Vec<Value> = container
        .sections
        .iter()
        .map(|section| {
            json!({
                "name": section.name, "required": section.required, "beside": section.beside,
                "packing": section.packing.name(), "bytes": section.stored, "unpacked": section.length,
                "digest": digest(&section.digest),
            })
        })
        .collect();
    let signatures: Vec<Value> = container
        .signatures
        .iter()
        .map(|signature| json!({"key": KeyId(signature.key).to_string(), "expires": signature.expires}))
        .collect();
    let modes: Map<String, Value> =
        manifest.modes.iter().map(|(name, mode)| (name.clone(), json!(mode_name(*mode)))).collect();
    Ok(json!({
        "format": container.format,
        "id": digest(&container.id()),
        "name": manifest.name,
        "version": manifest.version,
        "edition": manifest.edition,
        "compiler": manifest.compiler,
        "entries": entries,
        "policies": policies,
        "data": shown.data(),
        "documents": documents,
        "modes": modes,
        "limits": {
            "fuel": manifest.limits.fuel, "memory": manifest.limits.memory, "input": manifest.limits.input,
        },
        "dependencies": dependencies,
        "library": bundle.functions,
        "materials": materials,
        "sections": sections,
        "signatures": signatures,
    }))
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(bytes))
}

fn mode_name(mode: Mode) -> &'static str {
    policy_vm::mode_name(mode)
}

struct Shown<'p> {
    program: &'p Program,
}

impl Shown<'_> {
    fn text(&self, id: TextId) -> &str {
        self.program.texts.get(id.index()).map_or("", String::as_str)
    }

    fn optional(&self, id: Option<TextId>) -> Option<&str> {
        id.map(|id| self.text(id))
    }

    fn texts(&self, ids: &[TextId]) -> Vec<&str> {
        ids.iter().map(|id| self.text(*id)).collect()
    }

    fn policy(&self, policy: &Policy, bundle: &Bundle) -> Value {
        let name = self.text(policy.name);
        let cost = bundle.manifest.costs.iter().find(|cost| cost.policy == name);
        let parameters: Map<String, Value> = policy
            .params
            .iter()
            .map(|param| (self.text(param.name).to_owned(), schema(self.program, param.ty)))
            .collect();
        let default = match policy.default {
            DefaultOutcome::Allow => "allow".to_owned(),
            DefaultOutcome::Deny => "deny".to_owned(),
            DefaultOutcome::Escalate(to) => format!("escalate to {}", self.text(to)),
        };
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| drop(out.insert(key.to_owned(), value));
        put("name", json!(name));
        put("mode", json!(mode_name(policy.mode)));
        put("default", json!(default));
        put("input", schema(self.program, policy.input));
        put("parameters", Value::Object(parameters));
        put("cost", json!({"steps": cost.map(|cost| &cost.steps), "at_most": policy.bound}));
        put("annotations", self.annotations(&policy.annotations));
        put("rules", policy.rules.iter().map(|rule| self.rule(rule)).collect());
        Value::Object(out)
    }

    fn rule(&self, rule: &Rule) -> Value {
        let mut effect = Map::new();
        let mut name = match rule.effect {
            Effect::Deny => "deny",
            Effect::Require => "require",
            Effect::Allow => "allow",
            Effect::Escalate => "escalate",
            Effect::Warn => "warn",
            Effect::Transform => "transform",
            Effect::Oblige { .. } => "oblige",
            Effect::Include { .. } => "include",
        };
        if let Effect::Oblige { obligation } = rule.effect {
            let asked = self.program.obligations.get(obligation as usize);
            effect.insert("obligation".to_owned(), json!(asked.map(|asked| self.text(asked.name))));
        }
        if let Effect::Include { policy, .. } = rule.effect {
            let policy = self.program.policies.get(policy as usize);
            effect.insert("policy".to_owned(), json!(policy.map(|policy| self.text(policy.name))));
            name = "include";
        }
        let mut out = json!({
            "name": self.text(rule.name),
            "effect": name,
            "mode": mode_name(rule.mode),
            "because": rule.because.as_ref().map(|message| self.message(message, rule)),
            "fix": rule.fix.as_ref().map(|message| self.message(message, rule)),
            "reads": self.texts(&rule.reads),
            "annotations": self.annotations(&rule.annotations),
        });
        if let Value::Object(out) = &mut out {
            out.extend(effect);
        }
        out
    }

    /// A message as it is written, values by their source.
    fn message(&self, message: &Message, rule: &Rule) -> String {
        let parts = message.parts.iter().map(|part| match part {
            MessagePart::Literal(text) => self.text(*text).to_owned(),
            MessagePart::Value(at) => {
                let value = rule.values.get(usize::from(*at));
                format!("{{{}}}", value.map_or("", |value| self.text(value.name)))
            }
        });
        parts.collect()
    }

    fn annotations(&self, of: &Annotations) -> Value {
        json!({
            "owner": self.optional(of.owner),
            "severity": self.optional(of.severity),
            "controls": self.texts(&of.controls),
            "links": self.texts(&of.links),
            "tags": self.texts(&of.tags),
            "doc": self.optional(of.doc),
        })
    }

    fn data(&self) -> Vec<Value> {
        let items = self.program.data.iter().map(|item| {
            json!({
                "name": self.text(item.name),
                "type": schema(self.program, item.ty),
                "default": item.default.is_some(),
                "max_age_seconds": item.max_age.map(|age| age.seconds),
            })
        });
        items.collect()
    }
}
