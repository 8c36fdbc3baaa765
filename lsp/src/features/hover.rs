//! What something is: its declaration, its type, its documentation, what is annotated, and what it costs.

use std::fmt::Write;

use gen_lsp_types::{Contents, Hover, HoverParams};
use policy_compiler::hir::{Annotations, Makeup, Policy, Rule, Severity, Ty};
use policy_syntax::{Location, TokenClass, TokenKind};

use super::completion::words;
use super::coverage::Fired;
use super::place;
use crate::analysis::Analysis;
use crate::convert;
use crate::failure::Failure;
use crate::index::{Kind, Symbol};
use crate::server::{Server, View};

/// Lines of a declaration that are shown.
const LINES: usize = 14;

pub(crate) fn hover(server: &mut Server, params: HoverParams) -> Result<Option<Hover>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let encoding = server.encoding();
    let fired = server.fired.get(&view.key);
    let shows = server.client.markdown.hover;
    let told = |text: String, at: Location| Hover {
        contents: Contents::MarkupContent(convert::markup(text, shows)),
        range: Some(view.analysis.range(at, encoding)),
    };
    if let Some((from, to)) = view.name(offset)
        && let Some(symbol) = view.analysis.index().declared(to)
    {
        return Ok(Some(told(declared(&view, symbol, fired), from)));
    }
    if let Some((word, text)) = keyword(&view, offset) {
        return Ok(Some(told(text, word)));
    }
    let Some((at, ty)) = expression(&view, offset) else { return Ok(None) };
    let types = &view.analysis.workspace.checked.hir.types;
    // What it is was not understood; the mistake says so.
    if matches!(types.kind(ty).makeup(), Makeup::Nothing) {
        return Ok(None);
    }
    let shown = show(&view.analysis, ty);
    Ok(Some(told(block(&format!("{}: {shown}", short(view.analysis.source(at)))), at)))
}

fn block(text: &str) -> String {
    format!("```policy\n{text}\n```")
}

fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line,
    }
}

/// The text of a type.
pub(crate) fn show(analysis: &Analysis, ty: Ty) -> String {
    analysis.workspace.checked.hir.types.shown(ty)
}

/// The type that an expression has at a place, where the name is used with it narrowed.
fn used_type(view: &View, at: Location) -> Option<Ty> {
    let types = &view.analysis.workspace.checked.resolutions.types;
    let n = types.partition_point(|(other, _)| *other < at);
    types.get(n).filter(|(other, _)| *other == at).map(|(_, ty)| *ty)
}

fn declared(view: &View, symbol: &Symbol, fired: Option<&Fired>) -> String {
    let analysis = &view.analysis;
    let index = analysis.index();
    let ty = index.local_type(symbol.at);
    let mut head = match symbol.kind {
        Kind::Local | Kind::Param | Kind::Let | Kind::Field => match ty {
            Some(ty) if !symbol.head.contains(':') => format!("{}: {}", symbol.head, show(analysis, ty)),
            Some(_) | None => symbol.head.clone(),
        },
        Kind::Module
        | Kind::Type
        | Kind::TypeParam
        | Kind::Enum
        | Kind::Entity
        | Kind::Data
        | Kind::Fn
        | Kind::Policy
        | Kind::Exception
        | Kind::Obligation
        | Kind::Test
        | Kind::Property
        | Kind::Variant
        | Kind::Rule => symbol.head.clone(),
    };
    let lines = head.lines().count();
    if lines > LINES {
        head = head.lines().take(LINES).collect::<Vec<_>>().join("\n");
        let _ = write!(head, "\n  // {} more lines", lines - LINES);
    }
    let mut out = block(&head);
    let mut paragraph = |text: &str| {
        if !text.is_empty() {
            out.push_str("\n\n");
            out.push_str(text);
        }
    };
    let container = index.container(symbol).filter(|c| c.kind != Kind::Module);
    let module = analysis.module(symbol.at.file).map(|m| m.name.as_str());
    match (container, module) {
        (Some(container), _) => {
            paragraph(&format!("{} of {} `{}`", symbol.kind.words(), container.kind.words(), container.name));
        }
        (None, Some(module)) if symbol.kind != Kind::Module => {
            paragraph(&format!("{} of module `{module}`", symbol.kind.words()));
        }
        (None, _) => {}
    }
    paragraph(&symbol.doc);
    match symbol.kind {
        Kind::Policy => paragraph(&policy(analysis, symbol)),
        Kind::Rule => paragraph(&rule(analysis, symbol, fired)),
        Kind::Fn => paragraph(&library(analysis, symbol)),
        Kind::Module
        | Kind::Type
        | Kind::TypeParam
        | Kind::Enum
        | Kind::Entity
        | Kind::Let
        | Kind::Data
        | Kind::Exception
        | Kind::Obligation
        | Kind::Test
        | Kind::Property
        | Kind::Field
        | Kind::Variant
        | Kind::Param
        | Kind::Local => {}
    }
    out
}

/// What the table of the library says of a function.
fn library(analysis: &Analysis, symbol: &Symbol) -> String {
    let module = analysis.module(symbol.at.file).filter(|module| module.std).map(|m| m.name.as_str());
    let Some(module) = module else { return String::new() };
    let row = policy_stdlib::functions()
        .find(|f| f.module == module && symbol.head.trim_start_matches("pub ") == f.signature);
    let Some(row) = row else { return String::new() };
    let examples: Vec<&str> = row.examples.iter().map(|(expression, _)| *expression).take(3).collect();
    let mut out = String::new();
    for (expression, value) in row.examples.iter().take(3) {
        let _ = writeln!(out, "{expression}  // {value}");
    }
    if examples.is_empty() { String::new() } else { block(out.trim_end()) }
}

fn policy(analysis: &Analysis, symbol: &Symbol) -> String {
    let hir = &analysis.workspace.checked.hir;
    let Some(policy) = hir.policies.iter().find(|p| p.location == symbol.at) else { return String::new() };
    let mut lines = annotations(&policy.annotations);
    lines.push(format!("{} rules; the default is {}", policy.rules.len(), default(policy)));
    lines.extend(analysis.cost(symbol.at).map(cost));
    list(&lines)
}

fn default(policy: &Policy) -> &'static str {
    use policy_compiler::hir::DefaultOutcome;
    match policy.default {
        DefaultOutcome::Allow => "allow",
        DefaultOutcome::Deny => "deny",
        DefaultOutcome::Escalate(_) => "escalate",
    }
}

/// So many terms of a cost are shown.
const TERMS: usize = 6;

fn cost(steps: &str) -> String {
    let terms: Vec<&str> = steps.split(" + ").collect();
    match terms.get(..TERMS).filter(|_| terms.len() > TERMS + 1) {
        Some(first) => format!(
            "costs at most {} + {} more terms of steps, which `policyc cost` tells",
            first.join(" + "),
            terms.len() - TERMS
        ),
        None => format!("costs at most {steps} steps"),
    }
}

fn rule(analysis: &Analysis, symbol: &Symbol, fired: Option<&Fired>) -> String {
    let hir = &analysis.workspace.checked.hir;
    let found = hir.policies.iter().find_map(|policy| {
        policy.rules.iter().find(|rule| rule.location == symbol.at).map(|rule| (policy, rule))
    });
    let Some((policy, rule)) = found else { return String::new() };
    let mut lines = annotations(&rule.annotations);
    lines.extend(analysis.cost(symbol.at).map(cost));
    lines.extend(last_fired(policy, rule, fired));
    list(&lines)
}

/// What the tests that were run last say of a rule.
fn last_fired(policy: &Policy, rule: &Rule, fired: Option<&Fired>) -> Option<String> {
    let fired = fired?;
    let by = fired.by(&policy.name, &rule.id);
    Some(match by {
        [] => "found nothing in the tests that were run last".to_owned(),
        [one] => format!("found something in the test “{one}”"),
        [one, rest @ ..] => format!("found something in the test “{one}” and {} more", rest.len()),
    })
}

fn annotations(of: &Annotations) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(of.owner.as_ref().map(|owner| format!("owner: {owner}")));
    lines.extend(of.severity.map(|severity| {
        let word = match severity {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        };
        format!("severity: {word}")
    }));
    if !of.controls.is_empty() {
        lines.push(format!("controls: {}", of.controls.join(", ")));
    }
    if !of.tags.is_empty() {
        lines.push(format!("tags: {}", of.tags.join(", ")));
    }
    lines.extend(of.links.iter().map(|link| format!("see <{link}>")));
    lines
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

/// The smallest expression around an offset, with its type.
fn expression(view: &View, offset: u32) -> Option<(Location, Ty)> {
    let checked = &view.analysis.workspace.checked;
    let types = &checked.resolutions.types;
    let end = types.partition_point(|(at, _)| (at.file, at.span.lo) <= (view.file, offset));
    let inside = |(at, _): &&(Location, Ty)| at.file == view.file && offset < at.span.hi;
    let near = types.get(end.saturating_sub(400)..end)?;
    let (at, _) = near.iter().filter(inside).min_by_key(|(at, _)| at.span.len())?;
    used_type(view, *at).map(|ty| (*at, ty))
}

/// What a word of the language means.
fn keyword(view: &View, offset: u32) -> Option<(Location, String)> {
    let tokens = policy_syntax::lex(&view.text);
    let at = tokens.iter().position(|t| t.span.lo <= offset && offset < t.span.hi)?;
    let token = tokens.get(at)?;
    let written = token.span.text(&view.text);
    let text = match token.kind.class() {
        TokenClass::Reserved | TokenClass::Soft => words::meaning(written)?,
        TokenClass::Name => {
            tokens.get(at + 1).filter(|next| next.kind == TokenKind::LParen)?;
            words::built_in(written)?
        }
        TokenClass::Literal | TokenClass::Sign | TokenClass::Marker => return None,
    };
    Some((Location::new(view.file, token.span), format!("`{written}`: {text}")))
}
