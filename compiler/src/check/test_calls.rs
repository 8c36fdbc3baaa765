//! `fixture(…)` and its kin.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{ExprKind, FixtureKind, Ty, TyKind};

impl Checker<'_> {
    /// A call of a word that reads a file; none where it is no such word.
    pub(crate) fn fixture_call(
        &mut self,
        env: &Env,
        name: &ast::Name,
        args: &[ast::Arg],
        at: Location,
    ) -> Option<Typed> {
        let kind = match &*name.text {
            "fixture" => FixtureKind::One,
            "documents" => FixtureKind::Documents,
            "fixtures" => FixtureKind::Many,
            "table" => FixtureKind::Table,
            _ => return None,
        };
        if !env.place.is_test() {
            for arg in args {
                self.quietly_if_lambda(env, arg.value);
            }
            self.only_in_tests(&format!("`{name}`"), at);
            return Some(Typed::plain(self.error(at)));
        }
        let most = if kind == FixtureKind::One { 2 } else { 1 };
        if args.is_empty() || args.len() > most || args.iter().any(|a| a.name.is_some()) {
            let takes = if most == 2 { "1 to 2" } else { "1" };
            let signature = match kind {
                FixtureKind::One => "fixture(path: String, pointer: String) -> Json",
                FixtureKind::Documents => "documents(path: String) -> List<Json>",
                FixtureKind::Many => "fixtures(pattern: String) -> List<Json>",
                FixtureKind::Table => "table(path: String) -> List<Json>",
            };
            let finding = Types::ArgumentCount {
                name: name.text.to_string(),
                takes: takes.to_owned(),
                given: args.len(),
                signature: signature.to_owned(),
            };
            self.report(at, finding);
            return Some(Typed::plain(self.error(at)));
        }
        let string = self.ty(TyKind::String);
        let why = || Reason::here("a path is a text");
        let mut texts = args.iter().map(|arg| self.check(env, arg.value, Want { ty: string, why: &why }));
        let path = texts.next();
        let pointer = texts.next();
        drop(texts);
        let path = path?;
        let json = self.ty(TyKind::Json);
        let ty = match kind {
            FixtureKind::One => json,
            FixtureKind::Documents | FixtureKind::Many | FixtureKind::Table => {
                self.ty(TyKind::List { elem: json, max: None, or_one: false })
            }
        };
        let kind =
            ExprKind::Fixture { kind, path: Box::new(path), pointer: pointer.map(Box::new), rows: None };
        Some(Typed::plain(self.node(kind, ty, at)))
    }

    /// What a file is read as by `as`, and each of its documents: those of several are read one by one, whether the
    /// program names the type of one or of the list. None where the file holds one document that is no list.
    pub(crate) fn read_as(&mut self, kind: FixtureKind, to: Ty) -> Option<(Ty, Ty)> {
        let target = self.present(to);
        let elem = match self.kind(target) {
            TyKind::List { elem, .. } | TyKind::Set { elem, .. } => Some(*elem),
            _ => None,
        };
        match (kind, elem) {
            (_, Some(elem)) => Some((target, elem)),
            (FixtureKind::One, None) => None,
            (FixtureKind::Documents | FixtureKind::Many | FixtureKind::Table, None) => {
                Some((self.ty(TyKind::List { elem: target, max: None, or_one: false }), target))
            }
        }
    }

    /// `table("rows.csv") as Row`: a file whose documents or rows are read as a type.
    pub(crate) fn fixture_as(
        &mut self,
        mut typed: Typed,
        (whole, each): (Ty, Ty),
        probe: bool,
        at: Location,
    ) -> Typed {
        if let ExprKind::Fixture { rows, .. } = &mut typed.expr.kind {
            *rows = Some(each);
        }
        typed.expr.ty = self.ty(TyKind::Json);
        self.casting(typed, probe, whole, false, at)
    }
}
