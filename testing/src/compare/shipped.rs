//! What a compiled program tells of its rules: names, effects, messages and annotations. What their conditions say stands in the
//! sources only.

use policy_bytecode::program::{
    Annotations, DefaultOutcome, Effect, Message, MessagePart, Program, Rule, TextId,
};

use super::rules::Said;

/// What each item of a program tells. `data` holds the content of data items, by name, as JSON.
pub(super) fn told(program: &Program, data: &[(String, String)]) -> Said {
    let told = Told { program };
    let mut out = Said::new();
    for policy in &program.policies {
        let name = told.text(policy.name);
        let default = match policy.default {
            DefaultOutcome::Allow => "allow".to_owned(),
            DefaultOutcome::Deny => "deny".to_owned(),
            DefaultOutcome::Escalate(to) => format!("escalate to {}", told.text(to)),
        };
        let order: Vec<&str> = policy.rules.iter().map(|rule| told.text(rule.name)).collect();
        let order = if policy.resolve_first { order } else { Vec::new() };
        let annotations = told.annotations(&policy.annotations);
        out.insert(
            (name.to_owned(), "policy"),
            format!("{default} {order:?} {:?} {annotations}", policy.mode),
        );
        for rule in &policy.rules {
            out.insert((format!("{name}.{}", told.text(rule.name)), "rule"), told.rule(rule));
        }
    }
    for exception in &program.exceptions {
        out.insert((told.text(exception.name).to_owned(), "exception"), String::new());
    }
    for (name, json) in data {
        out.insert((name.clone(), "data"), json.clone());
    }
    out
}

struct Told<'p> {
    program: &'p Program,
}

impl<'p> Told<'p> {
    fn text(&self, id: TextId) -> &'p str {
        self.program.texts.get(id.index()).map_or("", String::as_str)
    }

    fn rule(&self, rule: &Rule) -> String {
        let named = |ids: &[TextId]| ids.iter().map(|id| self.text(*id)).collect::<Vec<_>>().join(", ");
        let effect = match rule.effect {
            Effect::Deny => "deny".to_owned(),
            Effect::Require => "require".to_owned(),
            Effect::Allow => "allow".to_owned(),
            Effect::Escalate => "escalate".to_owned(),
            Effect::Warn => "warn".to_owned(),
            Effect::Oblige { obligation } => {
                let name = self.program.obligations.get(obligation as usize).map(|one| self.text(one.name));
                format!("oblige {}", name.unwrap_or(""))
            }
            Effect::Transform => "transform".to_owned(),
            Effect::Include { policy, joins } => {
                let name = self.program.policies.get(policy as usize).map(|one| self.text(one.name));
                format!("include {} {joins:?}", name.unwrap_or(""))
            }
        };
        let messages = [&rule.because, &rule.fix, &rule.to]
            .map(|message| message.as_ref().map_or_else(String::new, |message| self.message(rule, message)));
        let exceptions: Vec<&str> = rule
            .exceptions
            .iter()
            .filter_map(|at| self.program.exceptions.get(*at as usize))
            .map(|one| self.text(one.name))
            .collect();
        let bindings: Vec<TextId> = rule.bindings.iter().map(|one| one.name).collect();
        format!(
            "{effect} {messages:?} [{}] reads [{}] {:?} {} {} {exceptions:?} {}",
            named(&bindings),
            named(&rule.reads),
            rule.mode,
            rule.on_error_skip,
            rule.no_exceptions,
            self.annotations(&rule.annotations)
        )
    }

    fn message(&self, rule: &Rule, message: &Message) -> String {
        let part = |part: &MessagePart| match part {
            MessagePart::Literal(text) => self.text(*text).to_owned(),
            MessagePart::Value(at) => {
                format!("{{{}}}", rule.values.get(usize::from(*at)).map_or("", |note| self.text(note.name)))
            }
        };
        message.parts.iter().map(part).collect()
    }

    fn annotations(&self, said: &Annotations) -> String {
        let one = |id: Option<TextId>| id.map_or("", |id| self.text(id));
        let many = |ids: &[TextId]| ids.iter().map(|id| self.text(*id)).collect::<Vec<_>>().join(", ");
        let (controls, links, tags) = (many(&said.controls), many(&said.links), many(&said.tags));
        format!(
            "{} {} [{controls}] [{links}] [{tags}] {}",
            one(said.owner),
            one(said.severity),
            one(said.doc)
        )
    }
}
