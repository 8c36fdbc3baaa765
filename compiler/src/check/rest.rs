//! `..more: Map<String, T>`: the field that takes what a record does not name.

use policy_syntax::ast;

use super::{Checker, TypeVars, docs};
use crate::diagnostics::types::Types;
use crate::diagnostics::unions::Unions;
use crate::hir::{ExprKind, FieldDef, Presence, Ty, TyKind};
use crate::names::ModuleId;

impl Checker<'_> {
    /// Adds the rest field of a record to its fields: empty where nothing else is given.
    pub(crate) fn rest_field(
        &mut self,
        module: ModuleId,
        rest: &ast::RestDecl,
        vars: &TypeVars,
        fields: &mut Vec<FieldDef>,
    ) {
        let location = self.at(module, rest.name.span);
        let mut ty = self.written_type(module, rest.ty, vars);
        if !self.takes_the_rest(ty) {
            let at = self.at(module, self.ast(module).types[rest.ty].span);
            self.report(at, Unions::Rest { ty: self.show(ty) });
            ty = self.ty(TyKind::Error);
        }
        if let Some(first) = fields.iter().find(|f| *f.name == *rest.name.text).map(|f| f.location) {
            self.report(location, Types::DuplicateField { name: rest.name.text.to_string(), first });
            return;
        }
        let nothing = self.node(ExprKind::Map(Vec::new()), ty, location);
        fields.push(FieldDef {
            name: rest.name.text.to_string(),
            ty,
            presence: Presence::Default(Box::new(nothing)),
            location,
            doc: docs(&rest.docs),
        });
    }

    fn takes_the_rest(&self, ty: Ty) -> bool {
        match self.kind(ty) {
            TyKind::Error => true,
            TyKind::Map { key, .. } => matches!(self.kind(*key), TyKind::String),
            _ => false,
        }
    }
}
