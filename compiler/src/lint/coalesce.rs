//! `a ?? 0 + b`: how far does `??` reach?

use policy_syntax::ast::ExprKind;
use policy_syntax::{Applicability, Code, Span};

use super::report::Reporter;
use super::{Input, Level, Lint};
use crate::constant::Known;

pub(super) const ARITHMETIC: Lint = Lint {
    name: "coalesce_arithmetic",
    code: Code(619),
    level: Level::Warn,
    title: "`??` beside arithmetic without parentheses",
};

pub(super) fn check<'h>(input: &Input<'h>, _known: &Known<'h>, out: &mut Reporter) {
    for source in input.modules {
        for (_, expr) in source.ast.exprs.iter() {
            let ExprKind::Arithmetic { first, rest } = &expr.kind else { continue };
            for operand in std::iter::once(*first).chain(rest.iter().map(|step| step.operand)) {
                let operand = &source.ast.exprs[operand];
                if operand.parens || !matches!(operand.kind, ExprKind::Coalesce(_)) {
                    continue;
                }
                let text = operand.span.text(source.text);
                let edits = [(operand.span.lo, "("), (operand.span.hi, ")")];
                let edits = edits.map(|(at, text)| (source.at(Span::at(at)), text.to_owned()));
                let message = "`??` stands beside arithmetic without parentheses";
                out.report(&ARITHMETIC, source.at(operand.span), message, |diagnostic| {
                    diagnostic
                        .with_label("this is taken first")
                        .with_note("`??` binds tighter than `+ - * /`; many readers expect the opposite")
                        .with_edits(format!("write `({text})`"), edits.to_vec(), Applicability::Safe)
                });
            }
        }
    }
}
