//! What constants are, at the end of their lines.

use gen_lsp_types::{InlineValue, InlineValueParams, InlineValueText};
use policy_compiler::constant::{Known, shown};

use crate::failure::Failure;
use crate::server::Server;

pub(crate) fn inline_values(
    server: &mut Server,
    params: InlineValueParams,
) -> Result<Option<Vec<InlineValue>>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let encoding = server.encoding();
    let Some(lines) = view.analysis.lines(view.file) else { return Ok(None) };
    let within = lines.span(&view.text, params.range, encoding);
    let whole = view.analysis.whole();
    let hir = &whole.checked.hir;
    let known = Known::of(hir);
    let mut out = Vec::new();
    for global in &hir.globals {
        if global.location.file != view.file || !within.encloses(global.location.span) {
            continue;
        }
        if let Some(value) = known.scalar(&global.value).map(|value| shown(&hir.types, value)) {
            let name = global.name.rsplit('.').next().unwrap_or(&global.name);
            out.push(InlineValue::Text(InlineValueText {
                range: view.analysis.range(global.location, encoding),
                text: format!("{name} = {value}"),
            }));
        }
    }
    Ok(Some(out))
}
