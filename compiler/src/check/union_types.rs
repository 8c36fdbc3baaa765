//! Unions as written: by a field, and by the kind of JSON value.

use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::{Checker, TypeVars};
use crate::diagnostics::names::Names;
use crate::diagnostics::types::Types;
use crate::diagnostics::unions::Unions;
use crate::hir::{Ty, TyKind, UnionDef, UnionId, UnionTag, UnionVariant};
use crate::names::{DefId, DefKind, Import, ModuleId};
use crate::ty::{shape, subst};

/// What makes two unions that are written in place the same type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct UnionKey {
    tag: Option<String>,
    open: bool,
    variants: Vec<(String, Vec<String>, Ty)>,
}

/// A named union whose variants wait to be looked at.
#[derive(Clone, Debug)]
pub(crate) struct PendingUnion {
    id: UnionId,
    def: DefId,
    vars: TypeVars,
}

/// How a type that stands for a union is written.
#[derive(Clone, Copy)]
enum Written<'t> {
    Tagged(&'t ast::UnionType),
    Shaped(&'t [ast::TypeId]),
}

impl Checker<'_> {
    /// A union that is written in place.
    pub(crate) fn union_in_place(
        &mut self,
        module: ModuleId,
        union: &ast::UnionType,
        vars: &TypeVars,
        at: Location,
    ) -> Ty {
        let variants = self.tagged_variants(module, union, vars);
        let tag = UnionTag::Field(union.tag.text.to_string());
        self.anonymous_union(tag, union.open, variants, at)
    }

    /// `A | B` that is written in place.
    pub(crate) fn alternatives_in_place(
        &mut self,
        module: ModuleId,
        parts: &[ast::TypeId],
        vars: &TypeVars,
        at: Location,
    ) -> Ty {
        if let Some(entities) = self.entities_in(module, parts, vars) {
            return entities;
        }
        let (variants, option) = self.shaped_variants(module, parts, vars);
        // Nothing is known of a union of which a part is not known.
        if variants.iter().any(|variant| self.is_error(variant.payload)) {
            return self.ty(TyKind::Error);
        }
        let ty = self.anonymous_union(UnionTag::Shape, false, variants, at);
        if option { self.optional(ty) } else { ty }
    }

    /// The type behind `type Name = union by … {…}` and `type Name = A | B`; none where another type is written.
    pub(crate) fn named_union(
        &mut self,
        def: DefId,
        decl: &ast::TypeDecl,
        vars: &TypeVars,
        name: String,
        doc: String,
    ) -> Option<Ty> {
        let module = self.defs.get(def).module;
        let (tag, open) = match self.written_union(module, decl.ty)? {
            Written::Tagged(union) => (UnionTag::Field(union.tag.text.to_string()), union.open),
            // Alternatives of entities stand for a position, not for a type of their own.
            Written::Shaped(parts) if self.name_entities(module, parts) => return None,
            Written::Shaped(_) => (UnionTag::Shape, false),
        };
        let id = UnionId(u32::try_from(self.hir.types.unions.len()).unwrap_or(u32::MAX));
        self.hir.types.unions.push(UnionDef {
            name: Some(name),
            tag,
            variants: Vec::new(),
            open,
            location: self.defs.get(def).location,
            doc,
        });
        self.homes.insert(TyKind::Union(id), module);
        self.pending_unions.push_back(PendingUnion { id, def, vars: TypeVars::clone(vars) });
        Some(self.ty(TyKind::Union(id)))
    }

    fn written_union(&self, module: ModuleId, ty: ast::TypeId) -> Option<Written<'_>> {
        match &self.ast(module).types[ty].kind {
            ast::TypeKind::Union(union) => Some(Written::Tagged(union)),
            ast::TypeKind::Alternatives(parts) => Some(Written::Shaped(parts)),
            _ => None,
        }
    }

    /// The variants of a named union that waited.
    pub(crate) fn union_variants(&mut self, pending: &PendingUnion) {
        let module = self.defs.get(pending.def).module;
        let Some(ast::ItemKind::Type(decl)) = self.item_of(pending.def).map(|i| &i.kind) else { return };
        let resolving = std::mem::replace(&mut self.resolving, 2);
        let tree = self.ast(module);
        let (variants, option) = match &tree.types[decl.ty].kind {
            ast::TypeKind::Union(union) => (self.tagged_variants(module, union, &pending.vars), false),
            ast::TypeKind::Alternatives(parts) => self.shaped_variants(module, parts, &pending.vars),
            _ => (Vec::new(), false),
        };
        self.resolving = resolving;
        let location = self.defs.get(pending.def).location;
        if option {
            let what = "a named union is never absent itself".to_owned();
            let help = vec!["leave out the `?`, and write it where the type is used".to_owned()];
            self.report(location, Types::BadType { what, help });
        }
        if let Some(def) = self.hir.types.unions.get_mut(pending.id.index()) {
            def.variants = variants;
        }
        self.pending_shapes.push_back(pending.id);
    }

    fn anonymous_union(
        &mut self,
        tag: UnionTag,
        open: bool,
        variants: Vec<UnionVariant>,
        at: Location,
    ) -> Ty {
        let key = UnionKey {
            tag: match &tag {
                UnionTag::Field(name) => Some(name.clone()),
                UnionTag::Shape => None,
            },
            open,
            variants: variants.iter().map(|v| (v.name.clone(), v.tags.clone(), v.payload)).collect(),
        };
        let id = match self.anonymous_unions.get(&key) {
            Some(&id) => id,
            None => {
                let id = UnionId(u32::try_from(self.hir.types.unions.len()).unwrap_or(u32::MAX));
                self.hir.types.unions.push(UnionDef {
                    name: None,
                    tag,
                    variants,
                    open,
                    location: at,
                    doc: String::new(),
                });
                self.anonymous_unions.insert(key, id);
                self.pending_shapes.push_back(id);
                id
            }
        };
        self.ty(TyKind::Union(id))
    }

    fn tagged_variants(
        &mut self,
        module: ModuleId,
        union: &ast::UnionType,
        vars: &TypeVars,
    ) -> Vec<UnionVariant> {
        let mut out: Vec<UnionVariant> = Vec::new();
        let mut tags: Vec<(Arc<str>, Location)> = Vec::new();
        for variant in &union.variants {
            let location = self.at(module, variant.name.span);
            let payload = self.written_type(module, variant.payload, vars);
            if let Some(first) = out.iter().find(|v| *v.name == *variant.name.text).map(|v| v.location) {
                self.report(location, Names::Duplicate { name: variant.name.text.to_string(), first });
                continue;
            }
            if union.open && &*variant.name.text == OTHER {
                let what = "`other` stands for the kinds that an `open union` does not name".to_owned();
                self.report(
                    location,
                    Types::BadType { what, help: vec!["give this variant another name".to_owned()] },
                );
            }
            let mut spelled: Vec<(Arc<str>, Location)> =
                variant.spellings.iter().map(|s| (Arc::clone(&s.value), self.at(module, s.span))).collect();
            if spelled.is_empty() {
                spelled.push((Arc::clone(&variant.name.text), location));
            }
            let mut own = Vec::new();
            for (tag, at) in spelled {
                if let Some((_, first)) = tags.iter().find(|(t, _)| *t == tag) {
                    self.report(at, Names::Duplicate { name: tag.to_string(), first: *first });
                    continue;
                }
                own.push(tag.to_string());
                tags.push((tag, at));
            }
            out.push(UnionVariant { name: variant.name.text.to_string(), tags: own, payload, location });
        }
        if out.is_empty() {
            let at = self.at(module, union.tag.span);
            let what = "a union has at least one variant".to_owned();
            self.report(at, Types::BadType { what, help: Vec::new() });
        }
        out
    }

    /// The alternatives of `A | B`, and whether one of them may be absent.
    fn shaped_variants(
        &mut self,
        module: ModuleId,
        parts: &[ast::TypeId],
        vars: &TypeVars,
    ) -> (Vec<UnionVariant>, bool) {
        let mut out: Vec<UnionVariant> = Vec::new();
        let mut option = false;
        for &part in parts {
            let location = self.at(module, self.ast(module).types[part].span);
            let ty = self.written_type(module, part, vars);
            // `null` reads as absent, whatever the alternative.
            option |= self.is_option(ty);
            let payload = self.present(ty);
            if subst::open(&self.hir.types, payload) || matches!(self.kind(payload), TyKind::Function { .. })
            {
                let what = format!(
                    "`{}` cannot be an alternative: nothing says how it looks in JSON",
                    self.show(payload)
                );
                self.report(location, Types::BadType { what, help: Vec::new() });
                continue;
            }
            if let Some(first) = out.iter().find(|v| v.payload == payload).map(|v| v.location) {
                if !self.is_error(payload) {
                    let name = self.show(payload);
                    self.report(location, Names::Duplicate { name, first });
                }
                continue;
            }
            let name = self.alternative_name(module, part, payload);
            out.push(UnionVariant { name, tags: Vec::new(), payload, location });
        }
        (out, option)
    }

    /// How an alternative is named in `match` and `is`: by the name of its type, without arguments.
    fn alternative_name(&self, module: ModuleId, part: ast::TypeId, payload: Ty) -> String {
        let mut kind = &self.ast(module).types[part].kind;
        if let ast::TypeKind::Optional(inner) = kind {
            kind = &self.ast(module).types[*inner].kind;
        }
        match kind {
            ast::TypeKind::Named { path, .. } => {
                path.last().map_or_else(String::new, |name| name.text.to_string())
            }
            ast::TypeKind::Range { base, .. } => base.to_string(),
            _ => self.show(payload),
        }
    }

    /// Whether all alternatives are names of entity types, or of alternatives of such.
    fn name_entities(&self, module: ModuleId, parts: &[ast::TypeId]) -> bool {
        parts.iter().all(|&part| self.names_entity(module, part, 0))
    }

    fn names_entity(&self, module: ModuleId, part: ast::TypeId, depth: usize) -> bool {
        const DEPTH: usize = 16;
        let path = match &self.ast(module).types[part].kind {
            ast::TypeKind::Named { path, .. } => path,
            ast::TypeKind::Alternatives(parts) => {
                return depth < DEPTH && parts.iter().all(|&p| self.names_entity(module, p, depth + 1));
            }
            _ => return false,
        };
        let defs = match path.segments.as_slice() {
            [name] => match self.defs.lookup(module, &name.text) {
                Some(Import::Defs(defs)) => defs,
                Some(Import::Module(_) | Import::Broken) | None => return false,
            },
            [head, name] => match self.defs.lookup(module, &head.text) {
                Some(Import::Module(target)) => self.defs.own(target, &name.text).to_vec(),
                Some(Import::Defs(_) | Import::Broken) | None => return false,
            },
            _ => return false,
        };
        let Some(&def) = defs.first() else { return false };
        match self.defs.get(def).kind {
            DefKind::Entity => true,
            DefKind::Type if depth < DEPTH => match self.item_of(def).map(|item| &item.kind) {
                Some(ast::ItemKind::Type(decl)) if decl.params.is_empty() && decl.reader.is_none() => {
                    self.names_entity(self.defs.get(def).module, decl.ty, depth + 1)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// `User | Service`: a position that takes entities of several types.
    fn entities_in(&mut self, module: ModuleId, parts: &[ast::TypeId], vars: &TypeVars) -> Option<Ty> {
        if !self.name_entities(module, parts) {
            return None;
        }
        let parts: Vec<Ty> = parts.iter().map(|&part| self.written_type(module, part, vars)).collect();
        self.entity_alternatives(&parts)
    }

    /// Looks at a union whose variants are all known: whether documents tell them apart.
    pub(crate) fn union_shapes(&mut self, id: UnionId) {
        let Some(def) = self.hir.types.union(id).cloned() else { return };
        match &def.tag {
            UnionTag::Shape => {
                let ty = self.ty(TyKind::Union(id));
                if shape::holds_itself(&self.hir.types, ty) {
                    self.report(def.location, Types::EndlessType { name: self.show(ty) });
                    return;
                }
                for (at, second) in def.variants.iter().enumerate() {
                    let shapes = shape::shapes(&self.hir.types, second.payload);
                    let clash = def.variants.iter().take(at).find_map(|first| {
                        let word = shapes.common(shape::shapes(&self.hir.types, first.payload))?;
                        Some((first, word))
                    });
                    if let Some((first, shape)) = clash {
                        let (first, second_name) = (self.show(first.payload), self.show(second.payload));
                        self.report(second.location, Unions::SameShape { first, second: second_name, shape });
                    }
                }
            }
            UnionTag::Field(tag) => {
                for variant in &def.variants {
                    self.variant_payload(variant, tag, &mut vec![id]);
                }
            }
        }
    }

    /// Looks at what a variant holds: an object with room for the tag.
    fn variant_payload(&mut self, variant: &UnionVariant, tag: &str, within: &mut Vec<UnionId>) {
        match self.kind(variant.payload).clone() {
            TyKind::Error | TyKind::Var(_) => {}
            TyKind::Record(record) => {
                let field = self.field_of(record, tag);
                let declared = field.and_then(|f| self.hir.types.record(record)?.fields.get(f.index()));
                if let Some(field) = declared.map(|f| f.location) {
                    self.report(variant.location, Unions::TagField { tag: tag.to_owned(), field });
                }
            }
            TyKind::Union(inner) => {
                let Some(def) = self.hir.types.union(inner).cloned() else { return };
                let UnionTag::Field(inner_tag) = &def.tag else {
                    let ty = self.show(variant.payload);
                    return self.report(variant.location, Unions::Payload { ty });
                };
                if within.contains(&inner) {
                    let name = self.show(variant.payload);
                    return self.report(variant.location, Types::EndlessType { name });
                }
                if inner_tag == tag {
                    let finding = Unions::TagField { tag: tag.to_owned(), field: def.location };
                    return self.report(variant.location, finding);
                }
                within.push(inner);
                for below in &def.variants {
                    let below = UnionVariant { location: variant.location, ..below.clone() };
                    self.variant_payload(&below, tag, within);
                }
                within.pop();
            }
            _ => {
                let ty = self.show(variant.payload);
                self.report(variant.location, Unions::Payload { ty });
            }
        }
    }
}

/// The name of the kinds that an `open union` does not name.
pub(crate) const OTHER: &str = "other";
