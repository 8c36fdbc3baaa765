//! Renaming, across a project: sources, tests, exceptions and `policy.toml`.

use gen_lsp_types::{
    DocumentChange, PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameResult, RenameFile,
    RenameParams, WorkspaceEdit,
};
use policy_syntax::{Location, TokenClass, TokenKind};

use super::place;
use crate::convert;
use crate::failure::Failure;
use crate::index::{Kind, Symbol};
use crate::server::{Server, View};
use crate::uri;

pub(crate) fn prepare(
    server: &mut Server,
    params: PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let Some((from, symbol)) = named(&view, offset)? else { return Ok(None) };
    Ok(Some(PrepareRenameResult::PrepareRenamePlaceholder(PrepareRenamePlaceholder {
        range: view.analysis.range(from, server.encoding()),
        placeholder: symbol.name.clone(),
    })))
}

/// What is renamed at an offset, and where it stands.
fn named(view: &View, offset: u32) -> Result<Option<(Location, &Symbol)>, Failure> {
    let Some((from, to)) = view.name(offset) else { return Ok(None) };
    let Some(symbol) = view.analysis.index().declared(to) else { return Ok(None) };
    if to.file.0 >= policy_compiler::FIRST_STD_FILE {
        return Err(Failure::refused(format!("`{}` belongs to the standard library", symbol.name)));
    }
    if !view.analysis.workspace.is_own(to.file) {
        return Err(Failure::refused(format!("`{}` belongs to another package", symbol.name)));
    }
    match symbol.kind {
        Kind::Module => Err(Failure::refused("a module is renamed by renaming its file")),
        Kind::Test | Kind::Property => {
            Err(Failure::refused("the name of a test is text: change it in place"))
        }
        Kind::Type
        | Kind::TypeParam
        | Kind::Enum
        | Kind::Entity
        | Kind::Let
        | Kind::Data
        | Kind::Fn
        | Kind::Policy
        | Kind::Exception
        | Kind::Obligation
        | Kind::Field
        | Kind::Variant
        | Kind::Param
        | Kind::Rule
        | Kind::Local => Ok(Some((from, symbol))),
    }
}

pub(crate) fn rename(server: &mut Server, params: RenameParams) -> Result<Option<WorkspaceEdit>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let Some((_, symbol)) = named(&view, offset)? else { return Ok(None) };
    let new = written(&params.new_name, symbol.kind)?;
    clash(&view, symbol, params.new_name.trim_matches('`'))?;
    let index = view.analysis.index();
    let mut edits: Vec<(Location, String)> = Vec::new();
    let all = std::iter::once(symbol.at).chain(index.uses_of(symbol.at));
    for at in all {
        edits.extend(edit(&view, symbol, at, &new));
    }
    edits.sort_unstable();
    edits.dedup();
    let Some(mut edit) = convert::edits(&edits, &view.analysis, server) else { return Ok(None) };
    // Where the editor renames files; the files of others are theirs.
    if let Some(changes) = edit.document_changes.as_mut().filter(|_| symbol.kind == Kind::Data) {
        changes.extend(data_files(&view, symbol, params.new_name.trim_matches('`')));
    }
    Ok(Some(edit))
}

/// The file that holds what is declared as data goes by its name.
fn data_files(view: &View, symbol: &Symbol, new: &str) -> Option<DocumentChange> {
    let workspace = &view.analysis.workspace;
    let item = workspace.checked.hir.data.iter().position(|data| data.location == symbol.at)?;
    let (_, file) = workspace.data.iter().find(|(data, _)| *data == item)?;
    let file = workspace.project.data.get(*file).filter(|file| file.package == 0)?;
    let name = file.real.file_name()?.to_str()?;
    let (stem, extension) = name.split_once(symbol.name.as_str())?;
    if !(stem.is_empty() || stem.ends_with('.')) || !extension.starts_with('.') {
        return None;
    }
    let target = file.real.with_file_name(format!("{stem}{new}{extension}"));
    Some(DocumentChange::RenameFile(RenameFile {
        old_uri: uri::of(&file.real),
        new_uri: uri::of(&target),
        options: None,
        annotation_id: None,
    }))
}

/// The edit at one place; none where another name stands there, such as that of an import.
fn edit(view: &View, symbol: &Symbol, at: Location, new: &str) -> Option<(Location, String)> {
    let index = view.analysis.index();
    let text = view.analysis.source(at);
    if text.trim_matches(['`', '"']) != symbol.name {
        return None;
    }
    // `{ name }` in a pattern is the field and the variable at once.
    let both = index.declared(at).filter(|other| other.kind == Kind::Local);
    let field = index.name_at(at.file, at.span.lo).filter(|(from, to)| *from == at && to != from);
    match (both, symbol.kind) {
        (Some(_), Kind::Field) => return Some((at, format!("{new}: {text}"))),
        (Some(_), Kind::Local) if at == symbol.at && field.is_some() => {
            return Some((at, format!("{text}: {new}")));
        }
        (_, _) => {}
    }
    let quoted = text.starts_with('"') && !new.starts_with('`') && symbol.kind == Kind::Field;
    Some((at, if quoted { format!("\"{new}\"") } else { new.to_owned() }))
}

/// The new name as it is written.
fn written(new: &str, kind: Kind) -> Result<String, Failure> {
    let bare = new.trim_matches('`');
    let mut letters = bare.chars();
    let starts = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !starts || !letters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let words = "a name is made of letters, digits and `_`, and begins with no digit";
        return Err(Failure::params(format!("`{new}` is no name: {words}")));
    }
    let reserved = TokenKind::word(bare).is_some_and(|word| word.class() == TokenClass::Reserved);
    if reserved && kind != Kind::Field {
        return Ok(format!("`{bare}`"));
    }
    Ok(bare.to_owned())
}

/// Refuses a name that something beside it has already.
fn clash(view: &View, symbol: &Symbol, new: &str) -> Result<(), Failure> {
    let index = view.analysis.index();
    let same = |other: &&Symbol| {
        other.name == new
            && other.container == symbol.container
            && other.at != symbol.at
            && beside(symbol, other)
    };
    match index.in_file(symbol.at.file).iter().find(same) {
        Some(other) => {
            Err(Failure::refused(format!("there is a {} named `{new}` already", other.kind.words())))
        }
        None => Ok(()),
    }
}

/// Whether two declarations in one place cannot have one name.
fn beside(a: &Symbol, b: &Symbol) -> bool {
    let locals = |s: &Symbol| matches!(s.kind, Kind::Local | Kind::Param);
    // Variables of different generators may have one name.
    a.kind != Kind::Local && locals(a) == locals(b) && (a.kind.is_item() == b.kind.is_item())
}
