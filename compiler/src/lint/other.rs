//! `o.other` where `o is other`: a member of that name, and not the document.

use policy_syntax::{Applicability, Code};

use super::report::Reporter;
use super::{Input, Level, Lint};
use crate::check::OTHER;
use crate::constant::Known;
use crate::constant::walk::{bodies, each};
use crate::hir::{Expr, ExprKind, TyKind};

pub(super) const MEMBER: Lint = Lint {
    name: "member_of_other",
    code: Code(654),
    level: Level::Warn,
    title: "member `other` of what is the other variant already",
};

pub(super) fn check<'h>(input: &Input<'h>, _: &Known<'h>, out: &mut Reporter) {
    for body in bodies(input.hir) {
        for root in body.roots {
            each(root, &mut |expr| member(input, expr, out));
        }
    }
}

fn member(input: &Input<'_>, expr: &Expr, out: &mut Reporter) {
    let ExprKind::JsonField { base, name } = &expr.kind else { return };
    let ExprKind::Narrow(whole) = &base.kind else { return };
    if name != OTHER || !matches!(input.hir.types.kind(whole.ty), TyKind::Union(_)) {
        return;
    }
    let Some(source) = input.source(base.location.file) else { return };
    let written = base.location.span.text(source.text);
    let message = format!("`{written}.{OTHER}` is a member `{OTHER}` of the document, not the document");
    out.report(&MEMBER, expr.location, message, |diagnostic| {
        diagnostic
            .with_label(format!("`{written}` is the whole document here, as `Json`"))
            .with_help(format!("write `{written}` where the document is meant"))
            .with_fix(format!("write `{written}`"), expr.location, written, Applicability::MaybeWrong)
    });
}
