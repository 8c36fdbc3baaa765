//! What the server can do, and what the editor can.

use std::path::PathBuf;

use gen_lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, CodeLensOptions, CompletionOptions,
    DiagnosticOptions, DocumentLinkOptions, DocumentOnTypeFormattingOptions, ExecuteCommandOptions,
    FileOperationFilter, FileOperationOptions, FileOperationPattern, FileOperationRegistrationOptions, Full,
    InitializeResult, PositionEncodingKind, RenameOptions, SemanticTokensFullDelta, SemanticTokensLegend,
    SemanticTokensOptions, SemanticTokensOptionsRange, ServerCapabilities, ServerCompletionItemOptions,
    ServerInfo, SignatureHelpOptions, TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
    WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};
use serde_json::{Value, json};

use crate::features::{evaluate, testing, tokens};
use crate::lines::Encoding;
use crate::uri;

/// What the editor can do. What it does not say, it cannot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    pub(crate) encoding: Encoding,
    pub(crate) folders: Vec<PathBuf>,
    /// Completions may hold places to fill in.
    pub(crate) snippets: bool,
    /// Edits of several files may carry versions, and rename files.
    pub(crate) document_changes: bool,
    pub(crate) symbol_tree: bool,
    pub(crate) watches: bool,
    pub(crate) progress: bool,
    pub(crate) links: bool,
    /// What it shows as Markdown; everything else it shows as it is.
    pub(crate) markdown: Markdown,
    /// Links may say what they lead to.
    pub(crate) tooltips: bool,
    /// Can be asked to ask for diagnostics again.
    pub(crate) refreshes: bool,
    /// Of how many expressions of a project the bodies are kept between two requests.
    pub(crate) keep: u32,
}

/// What is kept where an editor says nothing: the bodies of some 2,000 rules. Those of more take more memory than it is worth to
/// have them at hand, as only costs, decisions and tests need them.
const KEEP: u32 = 40_000;

/// Where an editor shows Markdown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Markdown {
    pub(crate) hover: bool,
    pub(crate) completion: bool,
    pub(crate) signature: bool,
}

impl Markdown {
    fn new(params: &Value) -> Self {
        let listed = |pointer: &str| {
            let list = params.pointer(&format!("/capabilities/textDocument/{pointer}"));
            list.and_then(Value::as_array).map(|list| list.iter().any(|kind| kind == "markdown"))
        };
        Self {
            // An editor that says nothing of it has always been sent Markdown here.
            hover: listed("hover/contentFormat").unwrap_or(true),
            completion: listed("completion/completionItem/documentationFormat").unwrap_or(false),
            signature: listed("signatureHelp/signatureInformation/documentationFormat").unwrap_or(false),
        }
    }
}

impl Client {
    pub(crate) fn new(params: &Value) -> Self {
        let says = |pointer: &str| params.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
        let encodings = params.pointer("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let offered = |name: &str| encodings.is_some_and(|list| list.iter().any(|e| e == name));
        let encoding = match (offered("utf-8"), offered("utf-16"), offered("utf-32")) {
            (true, _, _) => Encoding::Utf8,
            (false, false, true) => Encoding::Utf32,
            (false, _, _) => Encoding::Utf16,
        };
        let listed = params.pointer("/workspaceFolders").and_then(Value::as_array);
        let uris = listed.into_iter().flatten().filter_map(|folder| folder.get("uri"));
        let mut folders: Vec<PathBuf> =
            uris.filter_map(Value::as_str).filter_map(|text| uri::path(&Uri(text.to_owned()))).collect();
        if folders.is_empty() {
            let root = params.pointer("/rootUri").and_then(Value::as_str);
            let old = params.pointer("/rootPath").and_then(Value::as_str).map(PathBuf::from);
            folders.extend(root.and_then(|text| uri::path(&Uri(text.to_owned()))).or(old));
        }
        Self {
            encoding,
            folders,
            snippets: says("/capabilities/textDocument/completion/completionItem/snippetSupport"),
            document_changes: says("/capabilities/workspace/workspaceEdit/documentChanges"),
            symbol_tree: says("/capabilities/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            watches: says("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            progress: says("/capabilities/window/workDoneProgress"),
            markdown: Markdown::new(params),
            tooltips: says("/capabilities/textDocument/documentLink/tooltipSupport"),
            refreshes: says("/capabilities/workspace/diagnostics/refreshSupport"),
            keep: params
                .pointer("/initializationOptions/keep")
                .and_then(Value::as_u64)
                .and_then(|keep| u32::try_from(keep).ok())
                .unwrap_or(KEEP),
            links: says("/capabilities/textDocument/definition/linkSupport"),
        }
    }
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}

pub(crate) fn initialized(client: &Client) -> InitializeResult {
    let server_info =
        ServerInfo { name: "policyc".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    InitializeResult { capabilities: capabilities(client), server_info: Some(server_info) }
}

fn capabilities(client: &Client) -> ServerCapabilities {
    let encoding = match client.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    };
    ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(true.into()),
                ..TextDocumentSyncOptions::default()
            }
            .into(),
        ),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(strings(&[".", "@", "{", "(", " ", ":"])),
            resolve_provider: Some(true),
            completion_item: Some(ServerCompletionItemOptions { label_details_support: Some(true) }),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(true.into()),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: Some(strings(&["(", ","])),
            retrigger_characters: Some(strings(&[","])),
            ..SignatureHelpOptions::default()
        }),
        definition_provider: Some(true.into()),
        declaration_provider: Some(true.into()),
        type_definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        document_highlight_provider: Some(true.into()),
        document_symbol_provider: Some(true.into()),
        workspace_symbol_provider: Some(true.into()),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![
                    CodeActionKind::QuickFix,
                    CodeActionKind::RefactorExtract,
                    CodeActionKind::RefactorInline,
                    CodeActionKind::RefactorRewrite,
                    CodeActionKind::Source,
                    CodeActionKind::SourceFixAll,
                ]),
                ..CodeActionOptions::default()
            }
            .into(),
        ),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(false),
            ..CodeLensOptions::default()
        }),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            ..DocumentLinkOptions::default()
        }),
        document_formatting_provider: Some(true.into()),
        document_range_formatting_provider: Some(true.into()),
        document_on_type_formatting_provider: Some(DocumentOnTypeFormattingOptions {
            first_trigger_character: "\n".to_owned(),
            more_trigger_character: Some(strings(&["}"])),
        }),
        rename_provider: Some(
            RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() }.into(),
        ),
        folding_range_provider: Some(true.into()),
        selection_range_provider: Some(true.into()),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: strings(&[testing::RUN, testing::RUN_ALL, testing::COVERAGE, evaluate::EVALUATE]),
            ..ExecuteCommandOptions::default()
        }),
        call_hierarchy_provider: Some(true.into()),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: SemanticTokensLegend {
                    token_types: strings(&tokens::TYPES),
                    token_modifiers: strings(&tokens::MODIFIERS),
                },
                range: Some(SemanticTokensOptionsRange::Bool(true)),
                full: Some(Full::SemanticTokensFullDelta(SemanticTokensFullDelta { delta: Some(true) })),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        inlay_hint_provider: Some(true.into()),
        inline_value_provider: Some(true.into()),
        diagnostic_provider: Some(
            DiagnosticOptions {
                identifier: Some("policyc".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..DiagnosticOptions::default()
            }
            .into(),
        ),
        workspace: Some(workspace()),
        experimental: Some(json!({
            "tests": true, "runTests": true, "coverage": true, "evaluate": true, "projects": true,
        })),
        ..ServerCapabilities::default()
    }
}

fn workspace() -> WorkspaceOptions {
    let pattern = |glob: &str| FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: FileOperationPattern { glob: glob.to_owned(), matches: None, options: None },
    };
    let files = FileOperationRegistrationOptions { filters: vec![pattern("**/*.policy"), pattern("**/")] };
    WorkspaceOptions {
        workspace_folders: Some(WorkspaceFoldersServerCapabilities {
            supported: Some(true),
            change_notifications: Some(ChangeNotifications::Bool(true)),
        }),
        file_operations: Some(FileOperationOptions {
            will_rename: Some(files.clone()),
            did_rename: Some(files),
            ..FileOperationOptions::default()
        }),
        text_document_content: None,
    }
}
