//! One decision by the machine and by the reference evaluator, in one form that can be compared.

use std::collections::BTreeMap;

use policy_bytecode::scalar::Timestamp;
use policy_compiler::hir::{Mode, PolicyId};
use policy_compiler::{Checked, Options, SourceMap, Sources, World as _, check, compile};
use policy_syntax::{Diagnostic, Location};
use policy_vm::{Evaluator, Request, Snapshot};

use crate::reference::decide::{self, Decision, Finding, Holding};
use crate::reference::eval::World;
use crate::reference::fault::Stop;
use crate::reference::json::{self, Doc};
use crate::reference::time::print_timestamp;
use crate::reference::value::Json;

/// A checked and compiled package.
pub struct Package {
    /// What the sources mean.
    pub checked: Checked,
    /// Places.
    pub map: SourceMap,
    /// The loaded program.
    pub program: policy_vm::Program,
    /// Its data.
    pub snapshot: Snapshot,
    /// The documents that data items were loaded from, by qualified name.
    pub data: Vec<(String, String)>,
    /// The documents of the entity store; none where there is no store.
    pub entities: Vec<String>,
}

/// Checks and compiles sources: paths and texts. With `tests`, their tests too; `data` is
/// the document of every data item without a default.
///
/// # Errors
/// The diagnostics, where there are errors.
pub fn build(files: &[(String, String)], tests: bool, data: &str) -> Result<Package, Vec<Diagnostic>> {
    build_with(files, tests, data, &[])
}

/// [`build`] with an entity store of some documents; with none there is no store.
///
/// # Errors
/// As [`build`].
pub fn build_with(
    files: &[(String, String)],
    tests: bool,
    data: &str,
    entities: &[String],
) -> Result<Package, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(path.as_str(), text.as_str());
    }
    let checked = check(&sources);
    if checked.has_errors() {
        return Err(checked.diagnostics);
    }
    let mut map = SourceMap::default();
    for module in &checked.modules {
        map.add(module.file, sources.path(module.file), module.text.as_ref());
    }
    let compiled = compile(&checked.hir, &map, Options { tests, ..Options::default() })?;
    let program = policy_vm::Program::new(compiled.program, policy_stdlib::table()).map_err(refused)?;
    let wanting = checked.hir.data.iter().filter(|item| item.default.is_none());
    let data: Vec<(String, String)> = wanting.map(|item| (item.name.clone(), data.to_owned())).collect();
    let loading = data.iter().fold(Snapshot::builder(&program), |b, (name, json)| b.data(name, json));
    let loading = entities.iter().fold(loading, |b, json| b.entities("entities", json));
    // Without a store, asking for one fails as it does in a test.
    let snapshot = loading.partial().build().map_err(refused)?;
    Ok(Package { checked, map, program, snapshot, data, entities: entities.to_vec() })
}

fn refused(error: impl std::fmt::Display) -> Vec<Diagnostic> {
    vec![Diagnostic::error(policy_syntax::Code(0), Location::default(), error.to_string())]
}

/// A decision, as both sides give it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The outcome.
    pub outcome: String,
    /// Whether the host may go on.
    pub proceed: bool,
    /// The policy's mode.
    pub mode: String,
    /// Findings that decide.
    pub reasons: Vec<String>,
    /// Warnings.
    pub warnings: Vec<String>,
    /// Findings of rules that observe.
    pub observed: Vec<String>,
    /// Findings that exceptions took away.
    pub exceptions: Vec<String>,
    /// Obligations that bind.
    pub obligations: Vec<String>,
    /// Changes of the input.
    pub transforms: Vec<String>,
    /// Failures, in order: code, rule, what they count as, place, bindings.
    pub errors: Vec<String>,
    /// The pointers of misfits, in order.
    pub misfits: Vec<String>,
    /// To whom it goes.
    pub escalate_to: Vec<String>,
    /// Findings that are not listed.
    pub omitted: String,
    /// What `enforce` would have given, where the mode is another.
    pub enforced: Option<Box<View>>,
}

fn text(json: Option<&Json>) -> String {
    json.map_or_else(|| "null".to_owned(), json::print)
}

fn member<'j>(json: &'j Json, name: &str) -> Option<&'j Json> {
    match json {
        Json::Object(members) => members.get(name),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => None,
    }
}

fn list<'j>(json: &'j Json, name: &str) -> &'j [Json] {
    match member(json, name) {
        Some(Json::Array(elements)) => elements,
        Some(_) | None => &[],
    }
}

fn string(json: &Json) -> String {
    match json {
        Json::String(text) => text.to_string(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => json::print(json),
    }
}

/// A finding as one line.
struct Line {
    rule: String,
    effect: String,
    bindings: String,
    message: String,
    fix: String,
    details: String,
    via: String,
    excepted: String,
    error: String,
}

impl Line {
    fn written(self) -> String {
        let Self { rule, effect, bindings, message, fix, details, via, excepted, error } = self;
        let error = if error.is_empty() { error } else { format!(" failed {error}") };
        format!(
            "{effect} {rule} {bindings} because {message} fix {fix} details {details} via {via} excepted {excepted}{error}"
        )
    }
}

/// The machine's decision, from its JSON.
///
/// # Errors
/// Where it is no JSON, or holds numbers that are not exact.
pub fn view_of_machine(text_of: &str) -> Result<View, String> {
    let doc: Doc = json::parse(text_of.as_bytes()).map_err(|_| format!("no JSON: {text_of}"))?;
    let mut wrong = Vec::new();
    let decision = json::to_json(&doc, "", &mut wrong);
    if !wrong.is_empty() {
        return Err(format!("{wrong:?} in {text_of}"));
    }
    Ok(view_of_json(&decision))
}

/// The members that are compared of what a decision lists, as one JSON text.
fn parts(json: &Json, names: &[&str]) -> String {
    let parts: Vec<String> = names.iter().map(|name| text(member(json, name))).collect();
    parts.join(" ")
}

fn lines(json: &Json, name: &str, names: &[&str]) -> Vec<String> {
    list(json, name).iter().map(|one| parts(one, names)).collect()
}

fn view_of_json(decision: &Json) -> View {
    let findings = |name: &str| -> Vec<String> {
        list(decision, name)
            .iter()
            .map(|f| {
                let error =
                    member(f, "error").and_then(|e| member(e, "code")).map(string).unwrap_or_default();
                let message = if error.is_empty() { text(member(f, "message")) } else { String::new() };
                let line = Line {
                    rule: text(member(f, "rule")),
                    effect: text(member(f, "effect")),
                    bindings: text(member(f, "bindings")),
                    message,
                    fix: text(member(f, "fix")),
                    details: text(member(f, "details")),
                    via: text(member(f, "via")),
                    excepted: format!("{:?}", lines(f, "excepted", &EXCEPTED)),
                    error,
                };
                line.written()
            })
            .collect()
    };
    let problems = list(decision, "errors");
    let misfit = |problem: &&Json| member(problem, "code").is_some_and(|code| string(code) == "misfit");
    let mut misfits: Vec<String> =
        problems.iter().filter(misfit).filter_map(|p| member(p, "pointer").map(string)).collect();
    misfits.dedup();
    let errors = problems.iter().filter(|p| !misfit(p)).map(|p| {
        let empty = Json::Object(std::rc::Rc::new(BTreeMap::new()));
        format!(
            "{} rule {} counts as {} at {} {}",
            text(member(p, "code")),
            text(member(p, "rule")),
            text(member(p, "counts_as")),
            text(member(p, "location")),
            json::print(member(p, "bindings").unwrap_or(&empty))
        )
    });
    View {
        outcome: member(decision, "outcome").map(string).unwrap_or_default(),
        proceed: member(decision, "proceed") == Some(&Json::Bool(true)),
        mode: member(decision, "mode").map(string).unwrap_or_default(),
        reasons: findings("reasons"),
        warnings: findings("warnings"),
        observed: findings("observed"),
        exceptions: findings("exceptions"),
        obligations: lines(decision, "obligations", &OBLIGATION),
        transforms: lines(decision, "transforms", &TRANSFORM),
        errors: errors.collect(),
        omitted: if misfits.is_empty() { text(member(decision, "omitted")) } else { "0".to_owned() },
        misfits,
        escalate_to: list(decision, "escalate_to").iter().map(string).collect(),
        enforced: match member(decision, "enforced") {
            None | Some(Json::Null) => None,
            Some(enforced) => Some(Box::new(view_of_json(enforced))),
        },
    }
}

/// What is compared of an exception that holds.
const EXCEPTED: [&str; 4] = ["exception", "because", "until", "approved_by"];
/// What is compared of an obligation.
const OBLIGATION: [&str; 4] = ["rule", "obligation", "payload", "via"];
/// What is compared of a transform.
const TRANSFORM: [&str; 3] = ["rules", "path", "value"];

/// The reference evaluator's decision.
#[must_use]
pub fn view_of_reference(decision: &Decision, map: &SourceMap) -> View {
    let quote =
        |text: &Option<String>| text.as_ref().map_or_else(|| "null".to_owned(), |text| json::quote(text));
    let place = |location: Location| {
        let (line, column) = map.line_and_column(location);
        format!("{}:{line}:{column}", map.path(location.file))
    };
    let object = |members: &BTreeMap<String, Json>| {
        let members = members.iter().map(|(key, value)| (std::rc::Rc::from(key.as_str()), value.clone()));
        json::print(&Json::Object(std::rc::Rc::new(members.collect())))
    };
    let texts = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| json::quote(text)).collect();
        format!("[{}]", texts.join(","))
    };
    let holding = |holding: &Holding| {
        let until = holding.until.map(print_timestamp);
        [json::quote(&holding.name), quote(&holding.message), quote(&until), quote(&holding.approved_by)]
            .join(" ")
    };
    let findings = |findings: &[Finding]| -> Vec<String> {
        findings
            .iter()
            .map(|f| {
                // A finding without words goes by the name of its rule.
                let message = match (&f.message, &f.error) {
                    (_, Some(_)) => String::new(),
                    (Some(message), None) => json::quote(message),
                    (None, None) => json::quote(&f.rule),
                };
                let line = Line {
                    rule: json::quote(&f.rule),
                    effect: json::quote(f.effect),
                    bindings: object(&f.bindings),
                    message,
                    fix: quote(&f.fix),
                    details: text(f.details.as_ref()),
                    via: texts(&f.via),
                    excepted: format!("{:?}", f.excepted.iter().map(holding).collect::<Vec<_>>()),
                    error: f.error.as_ref().map_or("", |fault| fault.code).to_owned(),
                };
                line.written()
            })
            .collect()
    };
    let obligations = decision.obligations.iter().map(|duty| {
        let (rule, name) = (json::quote(&duty.rule), json::quote(&duty.obligation));
        [rule, name, json::print(&duty.payload), texts(&duty.via)].join(" ")
    });
    let transforms = decision.transforms.iter().map(|change| {
        [texts(&change.rules), json::quote(&change.pointer), json::print(&change.value)].join(" ")
    });
    View {
        outcome: decision.outcome.name().to_owned(),
        proceed: decision.proceed,
        mode: match decision.mode {
            Mode::Observe => "observe",
            Mode::Advise => "advise",
            Mode::Enforce => "enforce",
        }
        .to_owned(),
        reasons: findings(&decision.reasons),
        warnings: findings(&decision.warnings),
        observed: findings(&decision.observed),
        exceptions: findings(&decision.exceptions),
        obligations: obligations.collect(),
        transforms: transforms.collect(),
        errors: decision
            .errors
            .iter()
            .map(|e| {
                let at = json::quote(&place(e.fault.location));
                let bindings = object(&e.bindings);
                let (code, counts) = (json::quote(e.fault.code), json::quote(e.counts_as));
                format!("{code} rule {} counts as {counts} at {at} {bindings}", quote(&e.rule))
            })
            .collect(),
        misfits: decision.misfits.iter().take(100).map(|misfit| misfit.pointer.clone()).collect(),
        escalate_to: decision.escalate_to.clone(),
        omitted: decision.omitted.to_string(),
        enforced: decision.enforced.as_ref().map(|enforced| Box::new(view_of_reference(enforced, map))),
    }
}

impl Package {
    /// What the reference evaluator sees.
    ///
    /// # Errors
    /// Where data does not fit, which the machine would have refused.
    pub fn world(&self, now: Option<Timestamp>) -> Result<World<'_>, String> {
        let shown = |stop: Stop| format!("{stop:?}");
        let mut world = World::new(&self.checked.hir, now).map_err(shown)?;
        for (name, json) in &self.data {
            world.load(name, json.as_bytes()).map_err(shown)?;
        }
        Ok(world)
    }

    /// The reference evaluator's decision of a policy on a document.
    ///
    /// # Errors
    /// Where the program does what a checked one never does.
    pub fn in_world(&self, world: &World<'_>, policy: usize, document: &[u8]) -> Result<View, String> {
        let id = PolicyId(u32::try_from(policy).unwrap_or(u32::MAX));
        let decision =
            decide::decide_document(world, id, document, &[]).map_err(|stop| format!("{stop:?}"))?;
        Ok(view_of_reference(&decision, &self.map))
    }

    /// [`Package::in_world`], in a world of its own.
    ///
    /// # Errors
    /// Where the program does what a checked one never does.
    pub fn by_reference(
        &self,
        policy: usize,
        document: &[u8],
        now: Option<Timestamp>,
    ) -> Result<View, String> {
        let mut world = self.world(now)?;
        if !self.entities.is_empty() {
            world.load_entities(&self.entities).map_err(|stop| format!("{stop:?}"))?;
        }
        self.in_world(&world, policy, document)
    }

    /// The machine's decision of a policy on a document: as JSON, and as it is compared.
    ///
    /// # Errors
    /// Where its JSON cannot be read.
    pub fn by_machine(
        &self,
        evaluator: &mut Evaluator,
        policy: usize,
        document: &[u8],
        now: Option<Timestamp>,
    ) -> Result<(String, View), String> {
        let policy = u32::try_from(policy).unwrap_or(u32::MAX);
        let request = Request { now, ..Request::default() };
        let decision = evaluator.decide_json(policy, document, &request).to_json();
        let view = view_of_machine(&decision)?;
        Ok((decision, view))
    }

    /// What the machine says without building a decision.
    pub fn allowed(
        &self,
        evaluator: &mut Evaluator,
        policy: usize,
        document: &[u8],
        now: Option<Timestamp>,
    ) -> bool {
        let policy = u32::try_from(policy).unwrap_or(u32::MAX);
        evaluator.allowed(policy, document, &Request { now, ..Request::default() })
    }

    /// An evaluator of the program.
    #[must_use]
    pub fn evaluator(&self) -> Evaluator {
        Evaluator::new(&self.program, &self.snapshot)
    }
}
