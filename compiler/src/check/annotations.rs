//! Annotations: `@owner("…")` and its kin.

use policy_syntax::ast;

use super::Checker;
use super::env::{Env, Place};
use crate::diagnostics::names::Nearest;
use crate::diagnostics::policies::Policies;
use crate::hir::{Annotations, Severity};
use crate::names::ModuleId;
use crate::names::nearest::nearest;

/// What annotations stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Policy,
    Rule,
    Oblige,
    Transform,
    Include,
    Test,
    Property,
}

impl Target {
    const fn words(self) -> &'static str {
        match self {
            Self::Policy => "a policy",
            Self::Rule => "a rule",
            Self::Oblige => "an `oblige`",
            Self::Transform => "a `transform`",
            Self::Include => "an included policy",
            Self::Test => "a test",
            Self::Property => "a property",
        }
    }

    /// The annotations that may stand here.
    const fn known(self) -> &'static [&'static str] {
        match self {
            Self::Policy => {
                &["allow", "controls", "link", "mode", "no_exceptions", "owner", "severity", "tags"]
            }
            Self::Rule => &[
                "allow",
                "controls",
                "link",
                "mode",
                "no_exceptions",
                "on_error",
                "owner",
                "severity",
                "tags",
            ],
            Self::Oblige | Self::Transform => {
                &["allow", "controls", "link", "mode", "owner", "severity", "tags"]
            }
            Self::Include => {
                &["allow", "controls", "link", "mode", "no_exceptions", "owner", "severity", "tags"]
            }
            Self::Test => &["allow", "skip", "tags"],
            Self::Property => &["allow", "cases", "prove", "skip", "tags"],
        }
    }
}

impl Checker<'_> {
    /// Reads the annotations of a policy, a statement, a test or a property; its mode apart, which may need the variables
    /// around it.
    pub(crate) fn annotations(
        &mut self,
        module: ModuleId,
        written: &[ast::Annotation],
        target: Target,
    ) -> Annotations {
        self.no_annotations(module, written, target.words(), target.known());
        let mut out = Annotations::default();
        for annotation in written.iter().filter(|a| target.known().contains(&a.name.text.as_ref())) {
            let name = &*annotation.name.text;
            match name {
                "owner" => out.owner = self.texts(module, annotation, 1).into_iter().next(),
                "controls" => out.controls = self.texts(module, annotation, usize::MAX),
                "link" => out.links.extend(self.texts(module, annotation, usize::MAX)),
                "tags" => out.tags.extend(self.texts(module, annotation, usize::MAX)),
                "severity" => out.severity = self.severity(module, annotation),
                "no_exceptions" => {
                    out.no_exceptions = true;
                    if annotation.args.as_ref().is_some_and(|a| !a.is_empty()) {
                        self.wrong_arguments(module, annotation, "no arguments");
                    }
                }
                "on_error" => {
                    let skip = self.word(module, annotation).is_some_and(|w| w == "skip");
                    if !skip {
                        self.wrong_arguments(module, annotation, "`skip`");
                    }
                    out.on_error_skip = skip;
                }
                _ => {}
            }
        }
        out
    }

    /// Reports annotations that mean nothing here, and those that stand twice.
    pub(crate) fn no_annotations(
        &mut self,
        module: ModuleId,
        written: &[ast::Annotation],
        on: &'static str,
        known: &[&str],
    ) {
        for (n, annotation) in written.iter().enumerate() {
            let name = annotation.name.text.as_ref();
            let at = self.at(module, annotation.name.span);
            if !known.contains(&name) {
                if name.is_empty() {
                    continue;
                }
                let near = nearest(name, known.iter().copied());
                let finding = Policies::UnknownAnnotation {
                    name: name.to_owned(),
                    on,
                    nearest: near.map(|n| Nearest { name: n.to_owned(), declared: None }),
                    known: known.iter().map(|k| format!("@{k}")).collect(),
                };
                self.report(at, finding);
                continue;
            }
            let repeats = matches!(name, "allow" | "link" | "tags");
            let first =
                written.iter().take(n).find(|a| *a.name.text == *name && !repeats).map(|a| a.name.span);
            if let Some(first) = first {
                let first = self.at(module, first);
                self.report(at, Policies::Twice { what: "this annotation", first });
            }
        }
    }

    pub(crate) fn wrong_arguments(
        &mut self,
        module: ModuleId,
        annotation: &ast::Annotation,
        takes: &'static str,
    ) {
        let at = self.at(module, annotation.span);
        self.report(at, Policies::AnnotationArguments { name: annotation.name.text.to_string(), takes });
    }

    /// Texts as arguments, at least one.
    pub(crate) fn texts(
        &mut self,
        module: ModuleId,
        annotation: &ast::Annotation,
        most: usize,
    ) -> Vec<String> {
        let env = Env::top(module, Place::Constant);
        let tree = self.ast(module);
        let mut out = Vec::new();
        let args = annotation.args.as_deref().unwrap_or_default();
        let good = !args.is_empty()
            && args.len() <= most
            && args.iter().all(|a| {
                a.name.is_none()
                    && matches!(tree.exprs[a.value].kind, ast::ExprKind::String(_) | ast::ExprKind::Error)
            });
        if !good {
            let takes =
                if most == 1 { "one text: `\"…\"`" } else { "one or more texts: `\"…\", \"…\"`" };
            self.wrong_arguments(module, annotation, takes);
            return out;
        }
        for arg in args {
            out.extend(self.plain_text(&env, arg.value, "an annotation"));
        }
        out
    }

    /// The one word that is the argument.
    fn word(&self, module: ModuleId, annotation: &ast::Annotation) -> Option<String> {
        let [ast::Arg { name: None, value }] = annotation.args.as_deref()? else { return None };
        match &self.ast(module).exprs[*value].kind {
            ast::ExprKind::Name(name) => Some(name.text.to_string()),
            _ => None,
        }
    }

    /// The one number that is the argument.
    pub(crate) fn number(&mut self, module: ModuleId, annotation: &ast::Annotation) -> Option<u64> {
        let found = match annotation.args.as_deref() {
            Some([ast::Arg { name: None, value }]) => match &self.ast(module).exprs[*value].kind {
                ast::ExprKind::Int(digits) => digits.parse().ok(),
                _ => None,
            },
            _ => None,
        };
        if found.is_none() {
            self.wrong_arguments(module, annotation, "a number");
        }
        found
    }

    fn severity(&mut self, module: ModuleId, annotation: &ast::Annotation) -> Option<Severity> {
        let found = match self.word(module, annotation).as_deref() {
            Some("low") => Some(Severity::Low),
            Some("medium") => Some(Severity::Medium),
            Some("high") => Some(Severity::High),
            Some("critical") => Some(Severity::Critical),
            _ => None,
        };
        if found.is_none() {
            self.wrong_arguments(module, annotation, "one of `low`, `medium`, `high`, `critical`");
        }
        found
    }
}
