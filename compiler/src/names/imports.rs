//! What each module imports.

use std::sync::Arc;

use policy_syntax::ast::{ItemKind, Name, Path, UseDecl, UseTarget};
use policy_syntax::{Diagnostic, Location, Span};

use super::nearest::nearest;
use super::{DefId, Defs, Import, Inputs, ModuleId, Source};
use crate::diagnostics::Finding;
use crate::diagnostics::names::{Names, Nearest};
use crate::hash::HashMap;

struct Resolver<'a> {
    inputs: &'a Inputs,
    defs: &'a Defs,
    source: &'a Source,
    diagnostics: &'a mut Vec<Diagnostic>,
    imports: HashMap<Arc<str>, (Import, Span)>,
    uses: Vec<(ModuleId, Span)>,
}

pub(super) fn resolve(inputs: &Inputs, defs: &mut Defs, diagnostics: &mut Vec<Diagnostic>) {
    for (n, source) in inputs.sources.iter().enumerate() {
        let mut resolver =
            Resolver { inputs, defs, source, diagnostics, imports: HashMap::default(), uses: Vec::new() };
        for item in &source.ast.items {
            if let ItemKind::Use(decl) = &item.kind {
                resolver.import(decl);
            }
        }
        let (imports, uses) = (resolver.imports, resolver.uses);
        if let Some(names) = defs.modules.get_mut(n) {
            names.imports = imports;
            names.uses = uses;
        }
    }
}

impl Resolver<'_> {
    fn import(&mut self, decl: &UseDecl) {
        match &decl.target {
            UseTarget::Whole { alias } => self.whole(&decl.path, alias.as_ref()),
            UseTarget::Names(names) => {
                let module = self.module(&decl.path, decl.path.segments.len());
                for name in names {
                    let import = match module {
                        Some(module) => self.member(module, &name.name),
                        None => Import::Broken,
                    };
                    self.bind(name.alias.as_ref().unwrap_or(&name.name), import);
                }
            }
        }
    }

    /// `use a.b` or `use a.b.x`: a module, or one thing of a module.
    fn whole(&mut self, path: &Path, alias: Option<&Name>) {
        let Some(last) = path.last() else { return };
        let bound = alias.unwrap_or(last);
        let full = path.to_string();
        if let Some(module) = self.find(path, path.segments.len()) {
            if self.hidden(module, &full, path.span) {
                return self.bind(bound, Import::Broken);
            }
            self.uses.push((module, path.span));
            return self.bind(bound, Import::Module(module));
        }
        let parent = path.segments.len().saturating_sub(1);
        let import = if parent > 0 && self.find(path, parent).is_some() {
            match self.module(path, parent) {
                Some(module) => self.member(module, last),
                None => Import::Broken,
            }
        } else {
            self.unknown_module(&full, path.span);
            Import::Broken
        };
        self.bind(bound, import);
    }

    fn find(&self, path: &Path, segments: usize) -> Option<ModuleId> {
        let name: Vec<&str> = path.segments.iter().take(segments).map(|s| s.text.as_ref()).collect();
        self.defs.by_name.get(name.join(".").as_str()).copied()
    }

    /// The module that the first segments name, noted as used.
    fn module(&mut self, path: &Path, segments: usize) -> Option<ModuleId> {
        let found = self.find(path, segments);
        if let Some(module) = found
            && self.hidden(module, &path.to_string(), path.span)
        {
            return None;
        }
        match found {
            Some(module) => self.uses.push((module, path.span)),
            None => self.unknown_module(&path.to_string(), path.span),
        }
        found
    }

    /// Whether a module belongs to a package that this one does not name as a dependency, which is reported.
    fn hidden(&mut self, module: ModuleId, name: &str, span: Span) -> bool {
        let Some(target) = self.inputs.sources.get(module.index()).filter(|target| !target.std) else {
            return false;
        };
        let Some(package) = self.inputs.hidden.get(&(self.source.package, target.package)) else {
            return false;
        };
        let package = Some(package.clone());
        self.report(span, Names::UnknownModule { name: name.to_owned(), nearest: None, package });
        true
    }

    fn unknown_module(&mut self, name: &str, span: Span) {
        let mut all: Vec<&str> = self.inputs.sources.iter().map(|s| s.name.as_ref()).collect();
        all.sort_unstable();
        // What was meant may be something of a module that is near.
        let parent = name.rsplit_once('.');
        let near = nearest(name, all.iter().copied()).map(str::to_owned).or_else(|| {
            let (parent, last) = parent?;
            nearest(parent, all.iter().copied()).map(|module| format!("{module}.{last}"))
        });
        let nearest = near.map(|name| Nearest { name, declared: None });
        self.report(span, Names::UnknownModule { name: name.to_owned(), nearest, package: None });
    }

    fn member(&mut self, module: ModuleId, name: &Name) -> Import {
        if name.text.is_empty() {
            return Import::Broken;
        }
        let own: &[DefId] = self.defs.own(module, &name.text);
        let module_name = self.inputs.sources.get(module.index()).map(|s| s.name.to_string());
        let module_name = module_name.unwrap_or_default();
        let Some(first) = own.first().map(|&id| self.defs.get(id)) else {
            let names = self.defs.module(module);
            let mut public: Vec<&str> = names
                .into_iter()
                .flat_map(|m| m.own.values())
                .flatten()
                .map(|&id| self.defs.get(id))
                .filter(|d| d.public)
                .map(|d| d.name.as_ref())
                .collect();
            public.sort_unstable();
            let nearest = nearest(&name.text, public).map(|n| Nearest { name: n.to_owned(), declared: None });
            // What was meant is not unknown as well.
            if let Some(nearest) = &nearest {
                let meant: Arc<str> = Arc::from(nearest.name.as_str());
                self.imports.entry(meant).or_insert((Import::Broken, name.span));
            }
            let name_text = name.text.to_string();
            self.report(name.span, Names::NotInModule { name: name_text, module: module_name, nearest });
            return Import::Broken;
        };
        if !first.public {
            let (name_text, declared) = (name.text.to_string(), first.location);
            self.report(name.span, Names::Private { name: name_text, module: module_name, declared });
        }
        Import::Defs(own.to_vec())
    }

    fn bind(&mut self, name: &Name, import: Import) {
        if name.text.is_empty() {
            return;
        }
        let own = self.defs.by_name.get(&self.source.name).map_or(&[][..], |&m| self.defs.own(m, &name.text));
        let first = own
            .first()
            .map(|&id| self.defs.get(id).location)
            .or_else(|| self.imports.get(&name.text).map(|(_, span)| Location::new(self.source.file, *span)));
        match first {
            Some(first) => self.report(name.span, Names::Duplicate { name: name.text.to_string(), first }),
            None => {
                self.imports.insert(Arc::clone(&name.text), (import, name.span));
            }
        }
    }

    fn report(&mut self, span: Span, finding: Names) {
        self.diagnostics.push(finding.render(Location::new(self.source.file, span)));
    }
}
