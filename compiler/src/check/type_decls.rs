//! Declarations of types: aliases, records, enums, `read by`.

use std::rc::Rc;
use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::env::{Env, Place};
use super::expr::Want;
use super::{Checker, PendingDefault, TypeState, TypeVars, docs};
use crate::diagnostics::names::Names;
use crate::diagnostics::types::{Reason, Types};
use crate::hash::HashMap;
use crate::hir::{
    EnumDef, EnumId, FieldId, Presence, ReadDef, ReadId, RecordDef, RecordId, Ty, TyKind, VariantDef,
};
use crate::names::{DefId, DefKind, Import, ModuleId};
use crate::ty::subst;

/// A record whose fields wait to be looked at.
#[derive(Clone, Debug)]
pub(crate) struct PendingRecord {
    id: RecordId,
    def: DefId,
    vars: TypeVars,
}

/// The greatest number of types that stand for each other in a row.
const MAX_ALIASES: usize = 100;

/// The greatest number of types that one generic type is made into: one that holds itself with ever other arguments
/// has no end.
const MAX_INSTANCES: u32 = 500;

fn id(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Checker<'_> {
    /// Looks at all types of the project.
    pub(crate) fn types(&mut self) {
        for (module, at, item) in self.items() {
            let (name, generic) = match &item.kind {
                ast::ItemKind::Type(decl) => (&decl.name, !decl.params.is_empty()),
                ast::ItemKind::Enum(decl) => (&decl.name, false),
                _ => continue,
            };
            self.no_annotations(module, &item.annotations, "a type", &["allow"]);
            let Some(def) = self.def_of(module, at, &name.text) else { continue };
            if !generic {
                let location = self.defs.get(def).location;
                self.named_type(def, Vec::new(), location);
            }
        }
        self.entity_bodies();
        self.parts_of_types();
        while let Some(union) = self.pending_shapes.pop_front() {
            self.union_shapes(union);
        }
    }

    /// Looks at the fields and variants that wait.
    fn parts_of_types(&mut self) {
        loop {
            if let Some(pending) = self.pending_records.pop_front() {
                self.record_fields(&pending);
            } else if let Some(pending) = self.pending_unions.pop_front() {
                self.union_variants(&pending);
            } else {
                break;
            }
        }
    }

    /// The type that a declaration stands for, with these type arguments.
    pub(crate) fn named_type(&mut self, def: DefId, args: Vec<Ty>, at: Location) -> Ty {
        let info = self.defs.get(def);
        let Some(item) = self.item_of(def) else { return self.ty(TyKind::Error) };
        let takes = match &item.kind {
            ast::ItemKind::Type(decl) => decl.params.len(),
            _ => 0,
        };
        if takes != args.len() {
            self.report(at, Types::TypeArguments { name: info.name.to_string(), takes, given: args.len() });
            return self.ty(TyKind::Error);
        }
        let key = (def, args);
        match self.named.get(&key) {
            Some(TypeState::Known(ty)) => return *ty,
            Some(TypeState::Busy) => {
                self.report(info.location, Types::EndlessType { name: info.name.to_string() });
                return self.ty(TyKind::Error);
            }
            None => {}
        }
        if self.resolving > MAX_ALIASES {
            let what = "these types stand for each other in too long a row".to_owned();
            self.report(at, Types::BadType { what, help: Vec::new() });
            return self.ty(TyKind::Error);
        }
        let instances = self.instances_of_types.entry(def).or_default();
        *instances += 1;
        if *instances > MAX_INSTANCES {
            if *instances == MAX_INSTANCES + 1 {
                self.report(info.location, Types::EndlessType { name: info.name.to_string() });
            }
            return self.ty(TyKind::Error);
        }
        self.named.insert(key.clone(), TypeState::Busy);
        self.resolving += 1;
        let ty = match &item.kind {
            ast::ItemKind::Type(decl) => self.type_decl(def, decl, &key.1, item),
            ast::ItemKind::Enum(decl) => self.enum_decl(def, decl, item),
            ast::ItemKind::Entity(_) => self.entity_type(def),
            _ => self.ty(TyKind::Error),
        };
        self.resolving -= 1;
        self.remember_arguments(def, &key.1, ty);
        self.named.insert(key, TypeState::Known(ty));
        ty
    }

    fn type_decl(&mut self, def: DefId, decl: &ast::TypeDecl, args: &[Ty], item: &ast::Item) -> Ty {
        let module = self.defs.get(def).module;
        let vars: TypeVars = Rc::new(
            decl.params
                .iter()
                .map(|p| Arc::clone(&p.name.text))
                .zip(args.iter().copied())
                .collect::<HashMap<_, _>>(),
        );
        let tree = self.ast(module);
        if let Some(reader) = &decl.reader {
            return self.read_decl(def, decl, reader, &vars, item);
        }
        let mut name = self.qualified(def);
        if !args.is_empty() {
            let args: Vec<String> = args.iter().map(|&a| self.show(a)).collect();
            name = format!("{name}<{}>", args.join(", "));
        }
        let ast::TypeKind::Record(_) = &tree.types[decl.ty].kind else {
            return match self.named_union(def, decl, &vars, name, docs(&item.docs)) {
                Some(ty) => self.known_early(def, args, ty),
                None => self.written_type(module, decl.ty, &vars),
            };
        };
        let record = RecordId(id(self.hir.types.records.len()));
        self.hir.types.records.push(RecordDef {
            name: Some(name),
            fields: Vec::new(),
            declared: Vec::new(),
            open: None,
            rest: None,
            location: self.defs.get(def).location,
            doc: docs(&item.docs),
        });
        self.homes.insert(TyKind::Record(record), module);
        let ty = self.ty(TyKind::Record(record));
        self.pending_records.push_back(PendingRecord { id: record, def, vars });
        self.known_early(def, args, ty)
    }

    /// Notes what a record or union of a generic type was made for.
    fn remember_arguments(&mut self, def: DefId, args: &[Ty], ty: Ty) {
        if !args.is_empty() && matches!(self.kind(ty), TyKind::Record(_) | TyKind::Union(_)) {
            self.hir.types.generic.entry(ty).or_insert_with(|| (def.0, args.to_vec()));
        }
    }

    /// A type that is known before its parts are, so that it may hold itself; one that is used at once has them at once.
    fn known_early(&mut self, def: DefId, args: &[Ty], ty: Ty) -> Ty {
        self.remember_arguments(def, args, ty);
        if self.resolving == 1 {
            self.named.insert((def, args.to_vec()), TypeState::Known(ty));
            self.parts_of_types();
        }
        ty
    }

    /// The fields of a record that waited.
    pub(crate) fn record_fields(&mut self, pending: &PendingRecord) {
        let module = self.defs.get(pending.def).module;
        let Some(ast::ItemKind::Type(decl)) = self.item_of(pending.def).map(|i| &i.kind) else { return };
        let tree = self.ast(module);
        let ast::TypeKind::Record(record) = &tree.types[decl.ty].kind else { return };
        let resolving = std::mem::replace(&mut self.resolving, 2);
        let (mut fields, defaults, open, rest) = self.record_parts(module, record, &pending.vars);
        self.resolving = resolving;
        let names: Vec<String> = fields.iter().map(|f| f.name.clone()).collect();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let rank = |name: &String| fields.iter().position(|f| f.name == *name).map(|n| FieldId(id(n)));
        let declared: Vec<FieldId> = names.iter().filter_map(rank).collect();
        let rest = rest.as_ref().and_then(rank);
        if let Some(def) = self.hir.types.records.get_mut(pending.id.index()) {
            def.fields = fields;
            def.declared = declared;
            def.open = open;
            def.rest = rest;
        }
        self.queue_defaults(module, pending.id, record, &defaults);
    }

    /// Lets the defaults of a record's fields wait.
    pub(crate) fn queue_defaults(
        &mut self,
        module: ModuleId,
        record: RecordId,
        written: &ast::RecordType,
        defaults: &[Option<ast::ExprId>],
    ) {
        let mut seen: Vec<&str> = Vec::new();
        let distinct = written.fields.iter().filter(|f| {
            let new = !seen.contains(&f.name.text.as_ref());
            seen.push(&f.name.text);
            new
        });
        for (field, default) in distinct.zip(defaults) {
            if let (Some(value), Some(field)) = (*default, self.field_of(record, &field.name.text)) {
                self.pending_defaults.push_back(PendingDefault { record, field, module, value });
            }
        }
    }

    /// Checks a default that waited.
    pub(crate) fn field_default(&mut self, pending: &PendingDefault) {
        let Some(def) =
            self.hir.types.record(pending.record).and_then(|r| r.fields.get(pending.field.index()))
        else {
            return;
        };
        let (ty, at, name) = (def.ty, def.location, def.name.clone());
        let env = Env::top(pending.module, Place::Constant);
        let words = format!("`{name}` is declared as `{}`", self.show(ty));
        let why = || Reason::at(words.clone(), at);
        let outer = std::mem::take(&mut self.body);
        let value = self.check(&env, pending.value, Want { ty, why: &why });
        self.body = outer;
        let field = self.hir.types.records.get_mut(pending.record.index());
        if let Some(field) = field.and_then(|r| r.fields.get_mut(pending.field.index())) {
            field.presence = Presence::Default(Box::new(value));
        }
    }

    fn enum_decl(&mut self, def: DefId, decl: &ast::EnumDecl, item: &ast::Item) -> Ty {
        let module = self.defs.get(def).module;
        let mut variants: Vec<VariantDef> = Vec::new();
        let mut names: HashMap<&str, Location> = HashMap::default();
        let mut known: HashMap<&str, Location> = HashMap::default();
        for variant in &decl.variants {
            let location = self.at(module, variant.name.span);
            if let Some(&first) = names.get(&*variant.name.text) {
                self.report(location, Names::Duplicate { name: variant.name.text.to_string(), first });
                continue;
            }
            names.insert(&variant.name.text, location);
            let mut spelled: Vec<(&str, Location)> =
                variant.spellings.iter().map(|s| (&*s.value, self.at(module, s.span))).collect();
            if spelled.is_empty() {
                spelled.push((&variant.name.text, location));
            }
            for &(spelling, at) in &spelled {
                if let Some(&first) = known.get(spelling) {
                    self.report(at, Names::Duplicate { name: spelling.to_owned(), first });
                }
                known.entry(spelling).or_insert(at);
            }
            variants.push(VariantDef {
                name: variant.name.text.to_string(),
                spellings: spelled.into_iter().map(|(spelling, _)| spelling.to_owned()).collect(),
                location,
                doc: docs(&variant.docs),
            });
        }
        let enum_id = EnumId(id(self.hir.types.enums.len()));
        self.hir.types.enums.push(EnumDef {
            name: self.qualified(def),
            variants,
            ordered: decl.ordered,
            open: decl.open,
            location: self.defs.get(def).location,
            doc: docs(&item.docs),
        });
        self.homes.insert(TyKind::Enum(enum_id), module);
        self.ty(TyKind::Enum(enum_id))
    }

    /// `type T = Base read by f`.
    fn read_decl(
        &mut self,
        def: DefId,
        decl: &ast::TypeDecl,
        reader: &ast::Path,
        vars: &TypeVars,
        item: &ast::Item,
    ) -> Ty {
        let module = self.defs.get(def).module;
        let base = self.written_type(module, decl.ty, vars);
        let at = self.at(module, reader.span);
        let Some(functions) = self.reader(module, reader, at) else { return self.ty(TyKind::Error) };
        let json = self.ty(TyKind::Json);
        let maybe = self.optional(base);
        for &function in &functions {
            let Some(signature) = self.signature(function) else { continue };
            let [param] = signature.params.as_slice() else { continue };
            // What a generic reader reads is told by the base.
            let mut vars = vec![None; signature.type_params.len()];
            subst::unify(&mut self.hir.types, signature.result, base, &mut vars);
            let from = self.replaced(param.ty, &vars);
            let result = self.replaced(signature.result, &vars);
            let good = result == maybe || (from != json && result == base);
            let Some(types) = vars.into_iter().collect::<Option<Vec<_>>>().filter(|_| good) else { continue };
            let function = match signature.intrinsic {
                Some(_) => self.wrapped(&signature, at),
                None => self.instance(function, types),
            };
            let read = ReadId(id(self.hir.types.reads.len()));
            self.hir.types.reads.push(ReadDef {
                name: self.qualified(def),
                base,
                function,
                from,
                location: self.defs.get(def).location,
                doc: docs(&item.docs),
            });
            self.homes.insert(TyKind::Read(read), module);
            return self.ty(TyKind::Read(read));
        }
        let signature = functions.first().and_then(|&f| self.signature(f)).map(|s| s.text.clone());
        if !self.is_error(base) {
            let finding = Types::Reader {
                function: reader.to_string(),
                signature: signature.unwrap_or_default(),
                base: self.show(base),
            };
            self.report(at, finding);
        }
        self.ty(TyKind::Error)
    }

    /// The functions that `read by` names.
    fn reader(&mut self, module: ModuleId, path: &ast::Path, at: Location) -> Option<Vec<DefId>> {
        let last = path.last()?;
        let found = match path.segments.as_slice() {
            [name] => self.defs.lookup(module, &name.text),
            [head, name] => match self.defs.lookup(module, &head.text) {
                Some(Import::Module(target)) => {
                    let own = self.defs.own(target, &name.text).to_vec();
                    self.visible(module, &own, at);
                    (!own.is_empty()).then_some(Import::Defs(own))
                }
                Some(Import::Broken) => return None,
                Some(Import::Defs(_)) | None => None,
            },
            _ => None,
        };
        match found {
            Some(Import::Broken) => None,
            Some(Import::Defs(defs)) => {
                let first = defs.first().copied()?;
                self.uses(at, self.defs.get(first).location);
                match self.defs.get(first).kind {
                    DefKind::Fn => Some(defs),
                    DefKind::Damaged => None,
                    kind => {
                        let finding = Names::WrongKind {
                            name: path.to_string(),
                            is: kind.words(),
                            wanted: "a function",
                            declared: Some(self.defs.get(first).location),
                        };
                        self.report(at, finding);
                        None
                    }
                }
            }
            Some(Import::Module(_)) | None => {
                let env = Env::top(module, Place::Code);
                self.unknown_function(&env, last, None);
                None
            }
        }
    }

    /// A function of the language around one of the machine, so that a reader is always one of the language.
    fn wrapped(&mut self, signature: &super::functions::Signature, at: Location) -> crate::hir::FunctionId {
        use crate::hir::{ExprKind, Function, FunctionId, Local, LocalId, LocalKind};
        let key = (signature.def, Vec::new());
        if let Some(&function) = self.instances.get(&key) {
            return function;
        }
        let function = FunctionId(id(self.hir.functions.len()));
        let ty = signature.params.first().map_or(signature.result, |p| p.ty);
        let arg = self.node(ExprKind::Local(LocalId(0)), ty, at);
        let body = match signature.intrinsic {
            Some(intrinsic) => {
                self.node(ExprKind::Intrinsic { intrinsic, args: vec![arg] }, signature.result, at)
            }
            None => arg,
        };
        let local = Local { name: "value".to_owned(), ty, kind: LocalKind::Param, location: at };
        self.hir.functions.push(Function {
            name: self.qualified(signature.def),
            locals: vec![local],
            params: 1,
            result: signature.result,
            body,
            location: self.defs.get(signature.def).location,
            doc: String::new(),
        });
        self.instances.insert(key, function);
        function
    }
}
