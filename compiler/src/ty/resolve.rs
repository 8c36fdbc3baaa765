//! Types as written: from syntax to [`Ty`].

use policy_syntax::{Location, ast};

use crate::check::{Checker, TypeVars};
use crate::diagnostics::names::{Names, Nearest};
use crate::diagnostics::types::Types;
use crate::finish::wide;
use crate::hir::{FieldDef, IntRange, Presence, Ty, TyKind};
use crate::names::nearest::nearest;
use crate::names::{DefId, DefKind, Import, ModuleId};
use crate::ty::{builtin, subst};

/// The arguments of a type constructor.
#[derive(Default)]
struct Args {
    types: Vec<Ty>,
    max: Option<u64>,
    or_one: bool,
}

impl Checker<'_> {
    /// A type of parts, unless these are too many.
    pub(crate) fn built_type(&mut self, kind: TyKind, at: Location) -> Ty {
        let ty = self.ty(kind);
        if self.hir.types.weight(ty) <= wide::MAX_PARTS {
            return ty;
        }
        // A part that is no type was told of where it stands.
        if subst::inside(&self.hir.types, ty).iter().all(|part| self.hir.types.weight(*part) < u32::MAX) {
            self.report(at, wide::too_wide());
        }
        self.ty(TyKind::Error)
    }

    /// The type that is written at a place.
    pub(crate) fn written_type(&mut self, module: ModuleId, id: ast::TypeId, vars: &TypeVars) -> Ty {
        let tree = self.ast(module);
        let written = &tree.types[id];
        let at = self.at(module, written.span);
        match &written.kind {
            ast::TypeKind::Error => self.ty(TyKind::Error),
            ast::TypeKind::Named { path, args } => self.applied(module, path, args, vars, at),
            ast::TypeKind::Range { base, lo, hi } => self.range_type(module, base, lo, hi, at),
            ast::TypeKind::Tuple(parts) => {
                let parts = parts.iter().map(|&p| self.written_type(module, p, vars)).collect();
                self.built_type(TyKind::Tuple(parts), at)
            }
            ast::TypeKind::Optional(inner) => {
                let inner = self.written_type(module, *inner, vars);
                self.optional(inner)
            }
            ast::TypeKind::Alternatives(parts) => self.alternatives_in_place(module, parts, vars, at),
            ast::TypeKind::Function { params, result } => {
                let params = params.iter().map(|&p| self.written_type(module, p, vars)).collect();
                let result = self.written_type(module, *result, vars);
                self.built_type(TyKind::Function { params, result }, at)
            }
            ast::TypeKind::Secret(_) => self.unsupported_type(at, "`secret`"),
            ast::TypeKind::Record(record) => self.record_type(module, record, vars, at),
            ast::TypeKind::Union(union) => self.union_in_place(module, union, vars, at),
        }
    }

    fn unsupported_type(&mut self, at: Location, what: &str) -> Ty {
        self.report(at, Types::Unsupported { what: what.to_owned(), instead: None });
        self.ty(TyKind::Error)
    }

    fn arguments(&mut self, module: ModuleId, args: &[ast::TypeArg], vars: &TypeVars) -> Args {
        let mut out = Args::default();
        for arg in args {
            match arg {
                ast::TypeArg::Type(ty) => out.types.push(self.written_type(module, *ty, vars)),
                ast::TypeArg::Max { digits, .. } => out.max = Some(digits.parse().unwrap_or(u64::MAX)),
                ast::TypeArg::OrOne(_) => out.or_one = true,
            }
        }
        out
    }

    /// `Name`, `m.Name`, `Name<A, B>`.
    fn applied(
        &mut self,
        module: ModuleId,
        path: &ast::Path,
        args: &[ast::TypeArg],
        vars: &TypeVars,
        at: Location,
    ) -> Ty {
        let args_given = self.arguments(module, args, vars);
        if let Some(name) = path.single() {
            if let Some(&ty) = vars.get(&name.text) {
                return ty;
            }
            let own = !self.defs.own(module, &name.text).is_empty();
            if !own && let Some(ty) = self.builtin_type(&name.text, &args_given, at) {
                return ty;
            }
        }
        let Some(def) = self.type_named(module, path) else { return self.ty(TyKind::Error) };
        if args_given.max.is_some() || args_given.or_one {
            let what = format!("`{path}` takes neither `max` nor `or one`");
            self.report(
                at,
                Types::BadType { what, help: vec!["they stand with `List`, `Set` and `Map`".to_owned()] },
            );
        }
        self.named_type(def, args_given.types, at)
    }

    /// A type of the language.
    fn builtin_type(&mut self, name: &str, args: &Args, at: Location) -> Option<Ty> {
        if let Some(kind) = builtin::scalar(name) {
            self.expects(name, 0, args, at);
            return Some(self.ty(kind.clone()));
        }
        let takes = match name {
            "List" | "Set" => 1,
            "Map" => 2,
            "Outcome" | "Decision" | "Finding" => 0,
            _ => return None,
        };
        if !self.expects(name, takes, args, at) {
            return Some(self.ty(TyKind::Error));
        }
        let builtins = self.hir.types.builtins?;
        let first = args.types.first().copied();
        let second = args.types.get(1).copied();
        let max = args.max;
        let kind = match (name, first, second) {
            ("List", Some(elem), _) => TyKind::List { elem, max, or_one: args.or_one },
            ("Set", Some(elem), _) => {
                self.set_element(elem, at);
                TyKind::Set { elem, max }
            }
            ("Map", Some(key), Some(value)) => {
                self.map_key(key, at);
                TyKind::Map { key, value, max }
            }
            ("Outcome", ..) => TyKind::Enum(builtins.outcome),
            ("Decision", ..) => TyKind::Record(builtins.decision),
            ("Finding", ..) => TyKind::Record(builtins.finding),
            _ => TyKind::Error,
        };
        if args.or_one && name != "List" {
            let what = format!("`{name}` takes no `or one`");
            self.report(at, Types::BadType { what, help: vec!["it stands with `List`".to_owned()] });
        }
        Some(self.ty(kind))
    }

    fn expects(&mut self, name: &str, takes: usize, args: &Args, at: Location) -> bool {
        let given = args.types.len();
        if given != takes {
            self.report(at, Types::TypeArguments { name: name.to_owned(), takes, given });
        }
        given == takes
    }

    /// The declaration that a path names as a type.
    pub(crate) fn type_named(&mut self, module: ModuleId, path: &ast::Path) -> Option<DefId> {
        let last = path.last()?;
        if last.text.is_empty() {
            return None;
        }
        let at = self.at(module, last.span);
        if path.segments.len() == 1 && self.asks_about(at) {
            self.probe_type(module);
        }
        let found = match path.segments.as_slice() {
            [name] => self.defs.lookup(module, &name.text),
            [head, name] => match self.defs.lookup(module, &head.text) {
                Some(Import::Module(target)) => {
                    let own = self.defs.own(target, &name.text).to_vec();
                    if own.is_empty() {
                        let module = self.module_name(target).to_owned();
                        let finding =
                            Names::NotInModule { name: name.text.to_string(), module, nearest: None };
                        self.report(at, finding);
                        return None;
                    }
                    self.visible(module, &own, at);
                    Some(Import::Defs(own))
                }
                Some(Import::Broken) => return None,
                Some(Import::Defs(_)) | None => None,
            },
            _ => None,
        };
        match found {
            Some(Import::Defs(defs)) => {
                let def = defs.first().copied()?;
                let kind = self.defs.get(def).kind;
                self.uses(at, self.defs.get(def).location);
                match kind {
                    DefKind::Damaged => None,
                    DefKind::Type | DefKind::Enum | DefKind::Entity => Some(def),
                    DefKind::Fn
                    | DefKind::Let
                    | DefKind::Data
                    | DefKind::Policy
                    | DefKind::Obligation
                    | DefKind::Exception => {
                        let declared = Some(self.defs.get(def).location)
                            .filter(|l| l.file.0 < crate::world::FIRST_STD_FILE);
                        let finding = Names::WrongKind {
                            name: path.to_string(),
                            is: kind.words(),
                            wanted: "a type",
                            declared,
                        };
                        self.report(at, finding);
                        None
                    }
                }
            }
            Some(Import::Module(_)) => {
                let finding = Names::WrongKind {
                    name: path.to_string(),
                    is: "a module",
                    wanted: "a type",
                    declared: None,
                };
                self.report(at, finding);
                None
            }
            Some(Import::Broken) => None,
            None => {
                self.unknown_type(module, path, at);
                None
            }
        }
    }

    /// Reports what another module keeps to itself.
    pub(crate) fn visible(&mut self, from: ModuleId, defs: &[DefId], at: Location) {
        let Some(def) = defs.first().map(|&d| self.defs.get(d)) else { return };
        if !def.public && def.module != from {
            let finding = Names::Private {
                name: def.name.to_string(),
                module: self.module_name(def.module).to_owned(),
                declared: def.location,
            };
            self.report(at, finding);
        }
    }

    fn unknown_type(&mut self, module: ModuleId, path: &ast::Path, at: Location) {
        let name = path.to_string();
        if !self.may_suggest(module) {
            return self.report(at, Names::UnknownType { name, nearest: None, import: None });
        }
        let mut candidates: Vec<&str> = self
            .defs
            .names_in(module)
            .into_iter()
            .filter(|n| match self.defs.lookup(module, n) {
                Some(Import::Defs(defs)) => defs.iter().any(|&d| self.defs.get(d).kind.is_type()),
                Some(Import::Module(_) | Import::Broken) | None => false,
            })
            .collect();
        for name in builtin::names() {
            candidates.push(name);
        }
        let near = nearest(&name, candidates).map(str::to_owned);
        let declared = near.as_deref().and_then(|n| match self.defs.lookup(module, n) {
            Some(Import::Defs(defs)) => defs
                .first()
                .map(|&d| self.defs.get(d).location)
                .filter(|l| l.file.0 < crate::world::FIRST_STD_FILE),
            Some(Import::Module(_) | Import::Broken) | None => None,
        });
        let import = if near.is_none() { self.module_with(&name, true) } else { None };
        let nearest = near.map(|name| Nearest { name, declared });
        self.report(at, Names::UnknownType { name, nearest, import });
    }

    /// `Int 0..100`.
    fn range_type(
        &mut self,
        module: ModuleId,
        base: &ast::Path,
        lo: &ast::Bound,
        hi: &ast::Bound,
        at: Location,
    ) -> Ty {
        let name = base.to_string();
        if name == "Decimal" {
            self.unsupported_type(at, "a range of `Decimal`");
            return self.ty(TyKind::Decimal);
        }
        if name != "Int" {
            let what = format!("only `Int` takes a range, not `{name}`");
            self.report(at, Types::BadType { what, help: Vec::new() });
            return self.ty(TyKind::Error);
        }
        let mut bound = |bound: &ast::Bound| match bound.text.parse::<i64>() {
            Ok(n) => Some(n),
            Err(_) => {
                let what = format!("`{}` is no end of a range of `Int`", bound.text);
                let at = self.at(module, bound.span);
                self.report(at, Types::BadType { what, help: vec!["an `Int` has 64 bits".to_owned()] });
                None
            }
        };
        let (Some(lo), Some(hi)) = (bound(lo), bound(hi)) else {
            return self.ty(TyKind::Int(IntRange::FULL));
        };
        if lo > hi {
            let what = format!("no `Int` lies in {lo}..{hi}");
            self.report(at, Types::BadType { what, help: vec![format!("write `Int {hi}..{lo}`")] });
            return self.ty(TyKind::Int(IntRange::FULL));
        }
        self.ty(TyKind::Int(IntRange { lo, hi }))
    }

    /// A record that is written out in place.
    fn record_type(
        &mut self,
        module: ModuleId,
        record: &ast::RecordType,
        vars: &TypeVars,
        at: Location,
    ) -> Ty {
        let (fields, defaults, open, rest) = self.record_parts(module, record, vars);
        let has_defaults = defaults.iter().any(Option::is_some);
        let id = self.anonymous_record(fields, open, rest, at);
        if has_defaults {
            self.queue_defaults(module, id, record, &defaults);
        }
        self.ty(TyKind::Record(id))
    }

    /// The fields of a record type in source order, with their defaults.
    #[allow(clippy::type_complexity)]
    pub(crate) fn record_parts(
        &mut self,
        module: ModuleId,
        record: &ast::RecordType,
        vars: &TypeVars,
    ) -> (Vec<FieldDef>, Vec<Option<ast::ExprId>>, Option<bool>, Option<String>) {
        let mut fields: Vec<FieldDef> = Vec::new();
        let mut defaults = Vec::new();
        for field in &record.fields {
            let location = self.at(module, field.name.span);
            if let Some(first) = fields.iter().find(|f| *f.name == *field.name.text).map(|f| f.location) {
                self.report(location, Types::DuplicateField { name: field.name.text.to_string(), first });
                continue;
            }
            let ty = self.written_type(module, field.ty, vars);
            if matches!(self.kind(ty), TyKind::Function { .. }) {
                let what = "a function cannot be a field".to_owned();
                self.report(location, Types::BadType { what, help: Vec::new() });
            }
            let ty = if field.optional { self.optional(ty) } else { ty };
            let presence = if field.default.is_some() {
                if field.optional {
                    let what = format!("`{}` is optional and has a default", field.name);
                    let help = vec!["with a default it is never absent: leave out the `?`".to_owned()];
                    self.report(location, Types::BadType { what, help });
                }
                Presence::Default(Box::new(self.error(location)))
            } else if self.is_option(ty) {
                Presence::Optional
            } else {
                Presence::Required
            };
            let doc = crate::check::docs(&field.docs);
            fields.push(FieldDef { name: field.name.text.to_string(), ty, presence, location, doc });
            defaults.push(field.default);
        }
        let rest = record.rest.as_ref().map(|rest| {
            self.rest_field(module, rest, vars, &mut fields);
            defaults.push(None);
            rest.name.text.to_string()
        });
        let open = match record.openness {
            ast::Openness::Default => None,
            ast::Openness::Open => Some(true),
            ast::Openness::Closed => Some(false),
        };
        (fields, defaults, open, rest)
    }
}
