//! Bundles: a program with all that a deployment says of it, as bytes.
//!
//! `docs/bundle-format.md` describes every byte. The same bundle gives the same bytes. Reading strangers' bytes goes in
//! steps, each of which trusts only what those before it made sure of: [`Container::open`] looks at size, bounds and
//! digests; whoever knows keys looks at the signatures over [`Container::id`]; [`read`] decodes within limits; and what was
//! read must still be linked ([`link`]) and verified ([`crate::verify`]).

mod codec;
mod container;
mod error;
mod imports;
mod manifest;
mod pack;
mod rows;
mod signature;
mod sources;
mod wire;

#[cfg(test)]
mod tests;

use sha2::{Digest as _, Sha256};

pub use self::container::{Caps, Container, FORMAT, MAGIC, MAX_SECTIONS, OLDEST, Section};
pub use self::error::DecodeError;
pub use self::imports::{Imports, link};
pub use self::manifest::{Cost, Dependency, Document, DocumentKind, Entry, Limits, Manifest, Material};
pub use self::pack::Packing;
pub use self::signature::{MAX_SIGNATURES, Signature, message};
pub use self::sources::{Package, Source, explains, sources};

use self::container::Part;
use crate::program::Program;

/// The section that says what the bundle is.
pub const MANIFEST: &str = "manifest";
/// The section that names instructions and functions.
pub const IMPORTS: &str = "imports";
/// The section of texts, types, constants and other tables.
pub const TABLES: &str = "tables";
/// The section of instructions.
pub const CODE: &str = "code";
/// The section of functions, data items, obligations, exceptions and policies.
pub const ITEMS: &str = "items";
/// The section of documents.
pub const DATA: &str = "data";
/// The section that says where things stand in sources.
pub const DEBUG: &str = "debug";
/// The section that lists the files that the bundle was made from.
pub const MATERIALS: &str = "materials";
/// The section that holds these files, for projects that depend on the bundle.
pub const SOURCES: &str = "sources";

/// The sections that this reader knows.
const KNOWN: [&str; 9] = [MANIFEST, IMPORTS, TABLES, CODE, ITEMS, DATA, DEBUG, MATERIALS, SOURCES];

/// Everything in a bundle but its signatures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The program. [`read`] gives it unlinked: functions of the library stand in it by their position in `functions`.
    pub program: Program,
    /// Functions of the library, by name and signature.
    pub functions: Vec<String>,
    /// The texts of the manifest's documents, in their order; none where they lie beside and were not given.
    pub documents: Option<Vec<String>>,
    /// The files that it was made from.
    pub materials: Vec<Material>,
    /// Those files, where projects may depend on the bundle. [`read`] leaves them where they are: only [`sources`] looks.
    pub sources: Vec<Package>,
    /// Whether it says where things stand in sources.
    pub has_debug: bool,
}

/// The bytes of a bundle. `functions` names every function of the library, in the order of positions.
#[must_use]
pub fn write(bundle: &Bundle, functions: &[String], packed: bool) -> Vec<u8> {
    let program = &bundle.program;
    let imports = imports::collect(program, functions);
    let none = Vec::new();
    let texts = bundle.documents.as_ref().unwrap_or(&none);
    let mut sections = vec![
        (MANIFEST, true, codec::manifest(&bundle.manifest)),
        (IMPORTS, true, codec::imports(&imports)),
        (TABLES, true, codec::tables(program)),
        (CODE, true, imports::encode(program, &imports, functions)),
        (ITEMS, true, codec::items(program)),
    ];
    if !bundle.manifest.documents.is_empty() {
        sections.push((DATA, true, codec::documents(texts)));
    }
    if bundle.has_debug {
        sections.push((DEBUG, false, codec::debug(program)));
    }
    if !bundle.materials.is_empty() {
        sections.push((MATERIALS, false, codec::materials(&bundle.materials)));
    }
    if !bundle.sources.is_empty() {
        sections.push((SOURCES, false, codec::sources(&bundle.sources)));
    }
    let part = |(name, required, bytes): (&'static str, bool, Vec<u8>)| {
        let length = bytes.len();
        let (packing, bytes) = pack::pack(bytes, packed);
        Part { name, required, packing, bytes, length }
    };
    container::write(&sections.into_iter().map(part).collect::<Vec<Part>>())
}

/// The digest of what a program does: that of its edition, and of the digests of what its sections hold. Where it stands in
/// sources is left out. `functions` names every function of the library that it is linked to, in the order of positions.
#[must_use]
pub fn digest(program: &Program, functions: &[String]) -> [u8; 32] {
    let imports = imports::collect(program, functions);
    let sections = [
        codec::imports(&imports),
        codec::tables(program),
        imports::encode(program, &imports, functions),
        codec::items(program),
    ];
    digest_of(&program.edition, sections.map(|section| Sha256::digest(section).into()))
}

/// The digest of a program by the digests of what its sections hold, in their order.
fn digest_of(edition: &str, sections: [[u8; 32]; 4]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((edition.len() as u64).to_le_bytes());
    hash.update(edition);
    hash.update(sections.as_flattened());
    hash.finalize().into()
}

/// What the bundle says of itself.
///
/// # Errors
/// It cannot be decoded.
pub fn manifest(container: &Container<'_>) -> Result<Manifest, DecodeError> {
    let bytes = container.content(MANIFEST)?.ok_or(DecodeError::Missing(MANIFEST))?;
    codec::read_manifest(&bytes).ok_or(DecodeError::Section(MANIFEST))
}

/// What is in a bundle, and in the files beside it. It is neither linked nor verified yet.
///
/// # Errors
/// What cannot be decoded, or is not known here.
pub fn read(container: &Container<'_>, beside: &[Container<'_>]) -> Result<Bundle, DecodeError> {
    read_with_digest(container, beside).map(|(bundle, _)| bundle)
}

/// [`read`], with the [`digest`] of the program, told from the bytes that were read.
///
/// # Errors
/// What cannot be decoded, or is not known here.
pub fn read_with_digest(
    container: &Container<'_>,
    beside: &[Container<'_>],
) -> Result<(Bundle, [u8; 32]), DecodeError> {
    if beside.iter().any(|other| other.id() != container.id()) {
        return Err(DecodeError::Foreign);
    }
    if let Some(unknown) = container.sections.iter().find(|s| s.required && !KNOWN.contains(&s.name.as_str()))
    {
        return Err(DecodeError::Unknown(unknown.name.clone()));
    }
    // A section that lies nowhere, though the table names it.
    let find = |name: &'static str| {
        let holder = std::iter::once(container).chain(beside).find(|container| container.holds(name));
        holder.map_or(Ok(None), |container| container.content(name))
    };
    let need = |name: &'static str| {
        find(name)?.ok_or_else(|| match container.section(name) {
            Some(_) => DecodeError::Beside(name.to_owned()),
            None => DecodeError::Missing(name),
        })
    };
    let broken = DecodeError::Section;
    let manifest = codec::read_manifest(&need(MANIFEST)?).ok_or(broken(MANIFEST))?;
    let bytes = need(IMPORTS)?;
    let imports = codec::read_imports(&bytes).ok_or(broken(IMPORTS))?;
    let operations = imports::operations(&imports).map_err(DecodeError::Instruction)?;
    let mut program = Program { edition: manifest.edition.clone(), ..Program::default() };
    let (tables, code, items) = (need(TABLES)?, need(CODE)?, need(ITEMS)?);
    codec::read_tables(&tables, &mut program).ok_or(broken(TABLES))?;
    program.code = imports::decode(&code, &operations).ok_or(broken(CODE))?;
    codec::read_items(&items, &mut program).ok_or(broken(ITEMS))?;
    // What is stored as it is has its digest in the table.
    let digest = |name: &str, content: &[u8]| match container.section(name) {
        Some(section) if section.packing == Packing::Verbatim => section.digest,
        _ => Sha256::digest(content).into(),
    };
    let sections =
        [digest(IMPORTS, &bytes), digest(TABLES, &tables), digest(CODE, &code), digest(ITEMS, &items)];
    let digest = digest_of(&program.edition, sections);
    let debug = find(DEBUG)?;
    if let Some(debug) = &debug {
        codec::read_debug(debug, &mut program).ok_or(broken(DEBUG))?;
    }
    let materials = find(MATERIALS)?.map(|bytes| codec::read_materials(&bytes).ok_or(broken(MATERIALS)));
    let documents = match find(DATA)? {
        Some(bytes) => Some(codec::read_documents(&bytes).ok_or(broken(DATA))?),
        None if manifest.documents.is_empty() => Some(Vec::new()),
        None => None,
    };
    if let Some(texts) = &documents {
        let fits = |(document, text): (&Document, &String)| {
            document.length == text.len() as u64 && Sha256::digest(text).as_slice() == document.digest
        };
        if texts.len() != manifest.documents.len() || !manifest.documents.iter().zip(texts).all(fits) {
            return Err(broken(DATA));
        }
    }
    let bundle = Bundle {
        manifest,
        program,
        functions: imports.functions,
        documents,
        materials: materials.transpose()?.unwrap_or_default(),
        sources: Vec::new(),
        has_debug: debug.is_some(),
    };
    Ok((bundle, digest))
}
