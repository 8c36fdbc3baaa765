//! What editors ask for: one file a feature.

pub(crate) mod actions;
pub(crate) mod calls;
pub(crate) mod commands;
pub(crate) mod completion;
pub(crate) mod coverage;
pub(crate) mod definition;
pub(crate) mod diagnostics;
pub(crate) mod evaluate;
pub(crate) mod files;
pub(crate) mod folding;
pub(crate) mod formatting;
pub(crate) mod hints;
pub(crate) mod hover;
pub(crate) mod inline_values;
pub(crate) mod lenses;
pub(crate) mod library;
pub(crate) mod links;
pub(crate) mod projects;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod selection;
pub(crate) mod signature;
pub(crate) mod symbols;
pub(crate) mod testing;
pub(crate) mod tokens;

use gen_lsp_types::TextDocumentPositionParams;
use policy_syntax::Location;

use crate::failure::Failure;
use crate::server::{Server, View};

/// A document and the offset in it that a request speaks of.
fn place(server: &mut Server, params: &TextDocumentPositionParams) -> Result<(View, u32), Failure> {
    let view = server.view(&params.text_document.uri)?;
    let encoding = server.encoding();
    let lines = view.analysis.lines(view.file).ok_or_else(|| Failure::internal("a file without lines"))?;
    let offset = lines.offset(&view.text, params.position, encoding);
    Ok((view, offset))
}

impl View {
    /// The name at an offset: where it stands, and where what it means is declared.
    fn name(&self, offset: u32) -> Option<(Location, Location)> {
        self.analysis.index().name_at(self.file, offset)
    }
}
