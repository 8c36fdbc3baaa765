//! Modules and the names that they declare and import.

mod collect;
mod cycles;
mod defs;
mod headers;
mod imports;
pub(crate) mod nearest;
mod std_lib;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use policy_syntax::ast::Ast;
use policy_syntax::{Diagnostic, FileId};

use crate::session::{Focus, Session};
use crate::world::World;

pub(crate) use defs::{Def, DefId, DefKind, Defs, Import, ModuleId, ModuleNames};

/// One parsed file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The module's name: as written, else as the path asks for, else the file's path.
    pub(crate) name: Arc<str>,
    /// What the path asks for.
    pub(crate) expected: Option<String>,
    /// The path as messages show it.
    pub(crate) path: String,
    pub(crate) file: FileId,
    pub(crate) text: Arc<str>,
    pub(crate) ast: Arc<Ast>,
    pub(crate) std: bool,
    /// The package that it belongs to: 0 is the project itself.
    pub(crate) package: u32,
}

/// All sources of a world, parsed; ordered by module name, then file.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// Whether the standard library is looked at as the project's modules are.
    pub(crate) with_std: bool,
    /// What of the sources is looked at.
    pub(crate) focus: Focus,
    /// Whether what is learnt about places in the sources is kept.
    pub(crate) places: bool,
    /// Where this is set, nobody waits for what is being checked any more.
    pub(crate) stop: Option<Arc<AtomicBool>>,
    pub(crate) sources: Vec<Source>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Packages whose modules cannot use those of another, with the name of that.
    pub(crate) hidden: BTreeMap<(u32, u32), String>,
}

impl Inputs {
    /// Whether nobody waits for what is being checked any more.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }
}

/// Parses the files of a world and the standard library.
pub(crate) fn load(world: &dyn World) -> Inputs {
    load_with(world, &Session::default(), Focus::default())
}

/// The same, with what was read before.
pub(crate) fn load_with(world: &dyn World, session: &Session, focus: Focus) -> Inputs {
    let mut inputs = Inputs {
        with_std: false,
        focus,
        places: false,
        stop: None,
        sources: Vec::new(),
        diagnostics: Vec::new(),
        hidden: hidden(world),
    };
    for file in world.files() {
        let Some(text) = world.text(file) else { continue };
        let parsed = session.read(file, &text, focus);
        inputs.diagnostics.extend(parsed.diagnostics.iter().cloned());
        let path = world.path(file);
        let expected = world.module_name(file);
        let written = parsed.ast.module.as_ref().map(|m| m.path.to_string());
        let name = written.or_else(|| expected.clone()).unwrap_or_else(|| stem(&path));
        inputs.sources.push(Source {
            name: name.into(),
            expected,
            path,
            file,
            text,
            ast: parsed.ast,
            std: false,
            package: world.package(file),
        });
    }
    inputs.sources.extend(std_lib::sources(&mut inputs.diagnostics));
    inputs.sources.sort_by(|a, b| (&a.name, a.file).cmp(&(&b.name, b.file)));
    inputs
}

/// Which packages do not see which.
fn hidden(world: &dyn World) -> BTreeMap<(u32, u32), String> {
    let mut packages: BTreeMap<u32, FileId> = BTreeMap::new();
    for file in world.files() {
        packages.entry(world.package(file)).or_insert(file);
    }
    let mut hidden = BTreeMap::new();
    for (from, own) in &packages {
        for (to, other) in &packages {
            if let Some(name) = world.hides(*own, *other) {
                hidden.insert((*from, *to), name);
            }
        }
    }
    hidden
}

/// The name of a module that says none and whose path asks for none.
fn stem(path: &str) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or(path);
    last.strip_suffix(".policy").unwrap_or(last).to_owned()
}

/// Collects what modules declare and import, and reports what is wrong with it.
pub(crate) fn resolve(inputs: &Inputs, diagnostics: &mut Vec<Diagnostic>) -> Defs {
    let mut defs = collect::collect(inputs, diagnostics);
    imports::resolve(inputs, &mut defs, diagnostics);
    cycles::report(inputs, &defs, diagnostics);
    defs
}
