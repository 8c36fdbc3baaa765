//! The table of requests and notifications.

use std::panic::{AssertUnwindSafe, catch_unwind};

use gen_lsp_types::{self as lsp, MessageType};
use lsp_server::{Message, Notification, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::documents::Document;
use crate::failure::Failure;
use crate::features as f;
use crate::server::Server;
use crate::uri;

/// Answers a request. A panic is an answer with an error, and a line in the log.
pub(crate) fn request(server: &mut Server, request: Request) {
    let Request { id, method, params } = request;
    let wanted = server.taken_back.begin(&id);
    let answer = || if wanted { route(server, &method, params) } else { Err(Failure::cancelled()) };
    let answered = catch_unwind(AssertUnwindSafe(answer));
    let given_up = server.taken_back.now();
    server.taken_back.end();
    let failure = match answered {
        Ok(Ok(_) | Err(_)) if given_up => Failure::cancelled(),
        Ok(Ok(result)) => return server.out.answer(id, &result),
        Ok(Err(failure)) => failure,
        Err(panic) => {
            let words = words_of(&*panic);
            server.log(MessageType::Error, &format!("{method} failed; this is a bug in policyc: {words}"));
            Failure::internal(format!("{method} failed; this is a bug in policyc"))
        }
    };
    server.send(Message::Response(failure.response(id)));
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn on<P: DeserializeOwned, R: Serialize>(
    server: &mut Server,
    params: Value,
    answer: impl Fn(&mut Server, P) -> Result<R, Failure>,
) -> Result<String, Failure> {
    let params = serde_json::from_value(params).map_err(|error| Failure::params(error.to_string()))?;
    let result = answer(server, params)?;
    serde_json::to_string(&result).map_err(|error| Failure::internal(error.to_string()))
}

/// The answer to a request, as it is written.
fn route(s: &mut Server, method: &str, p: Value) -> Result<String, Failure> {
    match method {
        "textDocument/hover" => on(s, p, f::hover::hover),
        "textDocument/completion" => on(s, p, f::completion::completion),
        "completionItem/resolve" => on(s, p, f::completion::resolve),
        "textDocument/signatureHelp" => on(s, p, f::signature::signature_help),
        "textDocument/definition" | "textDocument/declaration" => on(s, p, f::definition::definition),
        "textDocument/typeDefinition" => on(s, p, f::definition::type_definition),
        "textDocument/references" => on(s, p, f::references::references),
        "textDocument/documentHighlight" => on(s, p, f::references::highlights),
        "textDocument/prepareRename" => on(s, p, f::rename::prepare),
        "textDocument/rename" => on(s, p, f::rename::rename),
        "textDocument/documentSymbol" => on(s, p, f::symbols::document),
        "workspace/symbol" => on(s, p, f::symbols::workspace),
        "textDocument/semanticTokens/full" => on(s, p, f::tokens::full),
        "textDocument/semanticTokens/full/delta" => on(s, p, f::tokens::delta),
        "textDocument/semanticTokens/range" => on(s, p, f::tokens::range),
        "textDocument/inlayHint" => on(s, p, f::hints::hints),
        "textDocument/inlineValue" => on(s, p, f::inline_values::inline_values),
        "textDocument/foldingRange" => on(s, p, f::folding::ranges),
        "textDocument/selectionRange" => on(s, p, f::selection::ranges),
        "textDocument/formatting" => on(s, p, f::formatting::full),
        "textDocument/rangeFormatting" => on(s, p, f::formatting::range),
        "textDocument/onTypeFormatting" => on(s, p, f::formatting::on_type),
        "textDocument/prepareCallHierarchy" => on(s, p, f::calls::prepare),
        "callHierarchy/incomingCalls" => on(s, p, f::calls::incoming),
        "callHierarchy/outgoingCalls" => on(s, p, f::calls::outgoing),
        "textDocument/codeAction" => on(s, p, f::actions::actions),
        "textDocument/codeLens" => on(s, p, f::lenses::lenses),
        "textDocument/documentLink" => on(s, p, f::links::links),
        "textDocument/diagnostic" => on(s, p, f::diagnostics::document),
        "workspace/diagnostic" => on(s, p, f::diagnostics::workspace),
        "workspace/willRenameFiles" => on(s, p, f::files::will_rename),
        "workspace/executeCommand" => on(s, p, f::commands::execute),
        "policy/tests" => on(s, p, f::testing::tests),
        "policy/runTests" => on(s, p, f::testing::run),
        "policy/coverage" => on(s, p, f::coverage::coverage),
        "policy/evaluate" => on(s, p, f::evaluate::evaluate),
        "policy/projects" => on(s, p, f::projects::projects),
        #[cfg(test)]
        tests::BROKEN => std::panic::panic_any("broken on purpose"),
        _ => Err(Failure::unknown(method)),
    }
}

/// Takes a notification in. One that cannot be read is told in the log.
pub(crate) fn notification(server: &mut Server, notification: Notification) {
    let Notification { method, params } = notification;
    let taken = catch_unwind(AssertUnwindSafe(|| take(server, &method, params)));
    match taken {
        Ok(Ok(())) => {}
        Ok(Err(problem)) => server.log(MessageType::Warning, &format!("{method}: {problem}")),
        Err(panic) => {
            let words = words_of(&*panic);
            server.log(MessageType::Error, &format!("{method} failed; this is a bug in policyc: {words}"));
        }
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}

fn take(server: &mut Server, method: &str, params: Value) -> Result<(), String> {
    match method {
        "textDocument/didOpen" => {
            let document = read::<lsp::DidOpenTextDocumentParams>(params)?.text_document;
            let path = uri::real(&document.uri);
            let opened = Document::new(document.uri, document.version, document.text);
            server.opened(&path, opened);
        }
        "textDocument/didChange" => {
            let params: lsp::DidChangeTextDocumentParams = read(params)?;
            let path = uri::real(&params.text_document.text_document_identifier.uri);
            let encoding = server.encoding();
            let document = server.documents.get_mut(&path).ok_or("the document is not open")?;
            let changes = document.apply(params.content_changes, encoding);
            document.version = params.text_document.version;
            let text = std::sync::Arc::clone(&document.text);
            server.changed(&path, &changes, &text);
        }
        "textDocument/didClose" => {
            let params: lsp::DidCloseTextDocumentParams = read(params)?;
            server.closed(&uri::real(&params.text_document.uri));
        }
        "textDocument/didSave" | "workspace/didChangeWatchedFiles" | "workspace/didRenameFiles" => {
            f::files::on_disk(server, method, &params);
        }
        "workspace/didChangeWorkspaceFolders" => {
            let event = read::<lsp::DidChangeWorkspaceFoldersParams>(params)?.event;
            let gone: Vec<_> = event.removed.iter().filter_map(|folder| uri::path(&folder.uri)).collect();
            server.folders.retain(|folder| !gone.contains(folder));
            server.folders.extend(event.added.iter().filter_map(|folder| uri::path(&folder.uri)));
            for folder in gone {
                server.close_folder(&folder);
            }
            server.open_folders();
        }
        // Nothing hangs on these, nor on those that begin with `$/`.
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests;
