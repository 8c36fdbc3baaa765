"""A session with an independent client of the protocol, as several editors introduce themselves.

The client checks by itself that answers keep to what it said it can do. Run by `cargo xtask editors`.

Environment: POLICYC, the program; PROJECT, a copy of examples/pull-requests.
"""

import asyncio
import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

POLICYC = os.environ["POLICYC"]
PROJECT = pathlib.Path(os.environ["PROJECT"]).resolve()
MERGE = PROJECT / "policies/ci/merge.policy"
TESTS = PROJECT / "policies/ci/merge_tests.policy"


@pytest_lsp.fixture(
    params=["visual_studio_code", "neovim", "emacs"],
    config=ClientServerConfig(server_command=[POLICYC, "lsp"]),
)
async def client(request, lsp_client: LanguageClient):
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def registered(_: types.RegistrationParams):
        """Files are watched by nobody here."""

    params = types.InitializeParams(
        capabilities=client_capabilities(request.param),
        workspace_folders=[types.WorkspaceFolder(uri=PROJECT.as_uri(), name="pull-requests")],
        root_uri=PROJECT.as_uri(),
    )
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


def place(path, text, offset=0):
    """Where a text stands in a file; its characters are all ASCII."""
    whole = path.read_text()
    at = whole.index(text) + offset
    before = whole[:at]
    return types.Position(line=before.count("\n"), character=at - (before.rfind("\n") + 1))


def opened(client, path, text=None, version=1):
    document = types.TextDocumentItem(
        uri=path.as_uri(), language_id="policy", version=version, text=path.read_text() if text is None else text
    )
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=document))
    return types.TextDocumentIdentifier(uri=path.as_uri())


def change(client, path, version, text):
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=path.as_uri(), version=version),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
        )
    )


async def errors(client, path, wanted):
    """The errors that are told of a file, once there are as many as wanted."""
    for _ in range(100):
        found = [d for d in client.diagnostics.get(path.as_uri(), []) if d.severity == types.DiagnosticSeverity.Error]
        if len(found) == wanted:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{wanted} errors were to come: {found}")


async def test_mistakes_are_told_and_mended(client: LanguageClient):
    document = opened(client, MERGE)
    await errors(client, MERGE, 0)
    wrong = MERGE.read_text().replace("when pr.draft", "when pr.drafted")
    change(client, MERGE, 2, wrong)
    (error,) = await errors(client, MERGE, 1)
    assert "drafted" in error.message
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=document, range=error.range, context=types.CodeActionContext(diagnostics=[error])
        )
    )
    assert any("draft" in action.title for action in actions)
    change(client, MERGE, 3, MERGE.read_text())
    await errors(client, MERGE, 0)


async def test_diagnostics_can_be_asked_for(client: LanguageClient):
    document = opened(client, MERGE, MERGE.read_text().replace("when pr.draft", "when pr.drafted"))
    report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(text_document=document))
    assert [d.severity for d in report.items].count(types.DiagnosticSeverity.Error) == 1
    whole = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous_result_ids=[]))
    assert any(item.uri == MERGE.as_uri() for item in whole.items)


async def test_names_are_told_of(client: LanguageClient):
    document = opened(client, MERGE)
    at = place(MERGE, "approvals(change)", 2)
    hover = await client.text_document_hover_async(types.HoverParams(text_document=document, position=at))
    assert "fn approvals" in hover.contents.value
    found = await client.text_document_definition_async(types.DefinitionParams(text_document=document, position=at))
    first = found[0] if isinstance(found, list) else found
    uri = getattr(first, "uri", None) or first.target_uri
    assert uri.endswith("pull_request.policy")
    references = await client.text_document_references_async(
        types.ReferenceParams(
            text_document=document, position=at, context=types.ReferenceContext(include_declaration=True)
        )
    )
    assert len({reference.uri for reference in references}) >= 2
    highlights = await client.text_document_document_highlight_async(
        types.DocumentHighlightParams(text_document=document, position=at)
    )
    assert highlights
    typed = await client.text_document_type_definition_async(
        types.TypeDefinitionParams(text_document=document, position=place(MERGE, "size(change)", 6))
    )
    assert typed


async def test_typing_is_helped(client: LanguageClient):
    text = MERGE.read_text().replace("when pr.draft", "when pr.")
    document = opened(client, MERGE, text)
    line = text[: text.index("when pr.")].count("\n")
    column = text.splitlines()[line].index("pr.") + 3
    at = types.Position(line=line, character=column)
    found = await client.text_document_completion_async(types.CompletionParams(text_document=document, position=at))
    items = found.items if isinstance(found, types.CompletionList) else found
    labels = [item.label for item in items]
    assert {"draft", "user", "labels"} <= set(labels)
    resolved = await client.completion_item_resolve_async(items[labels.index("draft")])
    assert resolved.label == "draft"
    change(client, MERGE, 2, MERGE.read_text())
    inside = place(MERGE, "approvers(change)", len("approvers("))
    help_ = await client.text_document_signature_help_async(
        types.SignatureHelpParams(text_document=document, position=inside)
    )
    assert "approvers" in help_.signatures[0].label


async def test_a_rule_is_renamed_everywhere(client: LanguageClient):
    document = opened(client, MERGE)
    at = place(MERGE, "require second_review", len("require "))
    prepared = await client.text_document_prepare_rename_async(
        types.PrepareRenameParams(text_document=document, position=at)
    )
    assert prepared
    edit = await client.text_document_rename_async(
        types.RenameParams(text_document=document, position=at, new_name="two_reviews")
    )
    changed = set(edit.changes or {}) | {c.text_document.uri for c in edit.document_changes or []}
    assert MERGE.as_uri() in changed


async def test_a_file_has_a_shape(client: LanguageClient):
    document = opened(client, MERGE)
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=document))
    assert any(symbol.name == "merge" for symbol in symbols)
    named = await client.workspace_symbol_async(types.WorkspaceSymbolParams(query="approvers"))
    assert any(symbol.name == "approvers" for symbol in named)
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(text_document=document))
    assert folds
    tokens = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=document))
    assert len(tokens.data) % 5 == 0 and tokens.data
    delta = await client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(text_document=document, previous_result_id=tokens.result_id)
    )
    assert delta is not None
    whole = types.Range(start=types.Position(line=50, character=0), end=types.Position(line=120, character=0))
    part = await client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(text_document=document, range=whole)
    )
    assert 0 < len(part.data) < len(tokens.data)
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(text_document=document, range=whole))
    assert hints
    selections = await client.text_document_selection_range_async(
        types.SelectionRangeParams(text_document=document, positions=[place(MERGE, "pr.draft", 4)])
    )
    assert selections[0].parent
    links = await client.text_document_document_link_async(types.DocumentLinkParams(text_document=document))
    assert links is not None


async def test_calls_are_followed(client: LanguageClient):
    document = opened(client, MERGE)
    (item,) = await client.text_document_prepare_call_hierarchy_async(
        types.CallHierarchyPrepareParams(text_document=document, position=place(MERGE, "fn touches", 4))
    )
    incoming = await client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item=item))
    outgoing = await client.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(item=item))
    assert any(call.from_.name == "owner_approval" for call in incoming)
    assert any(call.to.name == "paths" for call in outgoing)


async def test_a_file_is_put_into_style(client: LanguageClient):
    document = opened(client, MERGE, MERGE.read_text().replace("  default allow", "  default     allow"))
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await client.text_document_formatting_async(
        types.DocumentFormattingParams(text_document=document, options=options)
    )
    assert edits


async def test_tests_are_run_from_lenses(client: LanguageClient):
    document = opened(client, TESTS)
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
    run = next(lens.command for lens in lenses if lens.command.command == "policy.runTest")
    results = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(command=run.command, arguments=run.arguments)
    )
    count = results["passed"] if isinstance(results, dict) else results.passed
    assert count > 0


async def test_nonsense_is_answered(client: LanguageClient):
    document = opened(client, MERGE, "policy { } ((( \"")
    for _ in range(3):
        await client.text_document_hover_async(
            types.HoverParams(text_document=document, position=types.Position(line=0, character=8))
        )
    change(client, MERGE, 2, MERGE.read_text())
    await errors(client, MERGE, 0)
