//! What a call takes, while it is being written.

use gen_lsp_types::{
    ActiveParameter, ParameterInformation, ParameterInformationLabel, SignatureHelp, SignatureHelpParams,
    SignatureInformation,
};
use policy_syntax::ast::{ItemKind, Param};
use policy_syntax::{Token, TokenKind};

use super::place;
use crate::analysis::Analysis;
use crate::convert;
use crate::failure::Failure;
use crate::index::{Kind, Symbol};
use crate::server::{Server, View};

/// A parameter of a function or a policy.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// As it is declared.
    pub(crate) text: String,
}

/// The parameters of what is declared; of a policy its input comes first.
pub(crate) fn parameters(analysis: &Analysis, symbol: &Symbol) -> Vec<Parameter> {
    let Some(module) = analysis.module(symbol.at.file) else { return Vec::new() };
    let item = module.ast.items.iter().find(|item| item.span == symbol.extent.span);
    let made = |params: &[Param]| -> Vec<Parameter> {
        let text =
            |param: &Param| param.span.text(&module.text).split_whitespace().collect::<Vec<_>>().join(" ");
        params.iter().map(|p| Parameter { name: p.name.text.to_string(), text: text(p) }).collect()
    };
    match item.map(|item| &item.kind) {
        Some(ItemKind::Fn(decl)) => made(&decl.params),
        Some(ItemKind::Policy(decl)) => {
            let subject = decl.subject.as_ref();
            let name = subject.and_then(|s| s.name.as_ref()).map_or("input", |n| &*n.text);
            let text = subject.map_or("", |s| module.ast.types[s.ty].span.text(&module.text));
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let first = Parameter { name: name.to_owned(), text: format!("{name}: {text}") };
            std::iter::once(first).chain(made(&decl.params)).collect()
        }
        _ => Vec::new(),
    }
}

/// A call that an offset stands in: where its name ends, and which argument is being written.
struct Open {
    name: Token,
    method: bool,
    argument: usize,
    named: Option<String>,
}

fn open(view: &View, offset: u32) -> Option<Open> {
    let before: Vec<Token> =
        policy_syntax::lex(&view.text).into_iter().take_while(|t| t.span.hi <= offset).collect();
    let (mut depth, mut argument, mut named) = (0usize, 0usize, None);
    for (n, token) in before.iter().enumerate().rev() {
        if token.kind.closes() {
            depth += 1;
        } else if token.kind.opens() && depth > 0 {
            depth -= 1;
        } else if token.kind == TokenKind::LParen {
            let name = *before.get(n.checked_sub(1)?)?;
            let adjacent = name.span.hi == token.span.lo && name.kind.is_name();
            if !adjacent {
                (argument, named) = (0, None);
                continue;
            }
            let previous = n.checked_sub(2).and_then(|n| before.get(n)).map(|t| t.kind);
            let method = matches!(previous, Some(TokenKind::Dot | TokenKind::QuestionDot));
            return Some(Open { name, method, argument, named });
        } else if token.kind.opens() {
            (argument, named) = (0, None);
        } else if depth == 0 && token.kind == TokenKind::Comma {
            argument += 1;
        } else if depth == 0 && argument == 0 && named.is_none() && token.kind == TokenKind::Colon {
            let name = n.checked_sub(1).and_then(|n| before.get(n));
            named = name.map(|t| t.span.text(&view.text).to_owned());
        }
        let item = depth == 0 && (token.first_on_line && begins(token.kind));
        if item {
            return None;
        }
    }
    None
}

/// Words that begin something new, so that no call goes on behind them.
fn begins(kind: TokenKind) -> bool {
    use TokenKind as T;
    let words = [T::Policy, T::Fn, T::Enum, T::Use, T::Module, T::Require, T::Deny, T::Warn, T::Expect];
    words.contains(&kind)
}

pub(crate) fn signature_help(
    server: &mut Server,
    params: SignatureHelpParams,
) -> Result<Option<SignatureHelp>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let shows = server.client.markdown.signature;
    let Some(call) = open(&view, offset) else { return Ok(None) };
    let name = call.name.span.text(&view.text).trim_matches('`').to_owned();
    let candidates = candidates(&view, &call, &name);
    let signatures: Vec<SignatureInformation> = candidates
        .iter()
        .map(|symbol| {
            let all = parameters(&view.analysis, symbol);
            let skip = usize::from(
                call.method && symbol.kind == Kind::Fn && !all.is_empty() && !of_module(&view, &call),
            );
            let at = call.named.as_ref().and_then(|name| all.iter().position(|p| p.name == *name));
            let active = at.unwrap_or(call.argument + skip);
            let parameters = all.iter().map(|p| ParameterInformation {
                label: ParameterInformationLabel::String(p.text.clone()),
                documentation: None,
            });
            SignatureInformation {
                label: label(symbol, &all),
                documentation: (!symbol.doc.is_empty())
                    .then(|| convert::documentation(symbol.doc.clone(), shows)),
                parameters: Some(parameters.collect()),
                active_parameter: Some(ActiveParameter::Int(u32::try_from(active).unwrap_or(0))),
            }
        })
        .collect();
    if signatures.is_empty() {
        return Ok(None);
    }
    let active_parameter = signatures.first().and_then(|s| s.active_parameter);
    Ok(Some(SignatureHelp { signatures, active_signature: Some(0), active_parameter }))
}

fn label(symbol: &Symbol, all: &[Parameter]) -> String {
    if symbol.kind == Kind::Policy {
        let texts: Vec<&str> = all.iter().map(|p| p.text.as_str()).collect();
        return format!("{}({})", symbol.name, texts.join(", "));
    }
    symbol.head.trim_start_matches("pub ").trim_start_matches("fn ").to_owned()
}

/// Whether a module stands before the dot.
fn of_module(view: &View, call: &Open) -> bool {
    let index = view.analysis.index();
    let before = call.name.span.lo.checked_sub(2).and_then(|at| index.name_at(view.file, at));
    before.and_then(|(_, to)| index.declared(to)).is_some_and(|s| s.kind == Kind::Module)
}

/// What the name of a call can mean: what the checker says, otherwise all that is called so.
fn candidates<'v>(view: &'v View, call: &Open, name: &str) -> Vec<&'v Symbol> {
    let index = view.analysis.index();
    let callable = |s: &&Symbol| matches!(s.kind, Kind::Fn | Kind::Policy);
    let known = index.name_at(view.file, call.name.span.lo).and_then(|(_, to)| index.declared(to));
    if let Some(known) = known.filter(callable) {
        let overloads = index.in_file(known.at.file).iter().filter(|s| s.name == known.name).filter(callable);
        let mut all: Vec<&Symbol> = overloads.collect();
        all.sort_by_key(|s| s.at != known.at);
        return all;
    }
    let own = index.in_file(view.file).iter().filter(|s| s.name == name).filter(callable);
    let own: Vec<&Symbol> = own.collect();
    if !own.is_empty() {
        return own;
    }
    let others = index.symbols.iter().filter(|s| s.name == name && s.public).filter(callable);
    others.take(8).collect()
}
