//! `match`: the first arm that fits.

use policy_bytecode::op::Op;
use policy_syntax::Location;

use super::asm::Label;
use super::build::{Builder, Src};
use super::literal::Literal;
use crate::hir::{Arm, Const, Expr, ExprKind, MatchPattern, Pattern, PatternKind, Ty, TyKind};

/// What is matched: one value, or the parts of a tuple that is never made.
enum Scrutinee {
    One(Src, Ty),
    Parts(Vec<(Src, Ty)>),
}

impl<'h> Builder<'_, 'h> {
    pub(crate) fn match_into(&mut self, scrutinee: &'h Expr, arms: &'h [Arm], dst: u16) {
        let value = self.scrutinee(scrutinee, arms);
        let end = self.asm.label();
        for (position, arm) in arms.iter().enumerate() {
            let next = self.asm.label();
            let mark = self.mark();
            // Together the arms are exhaustive: what reaches the last fits it.
            let certain = position + 1 == arms.len() && !self.observed;
            if !certain {
                self.fits_any(&arm.patterns, &value, next, arm.location);
            }
            self.perhaps(|this| {
                if let Some(pattern) = &arm.bind {
                    this.bind_arm(arm, pattern, &value);
                }
                this.put(&arm.body, dst);
                // An arm whose body explains itself is shown all the same: that it was taken.
                if !this.shows(&arm.body) {
                    this.probe(&arm.body, Src(dst));
                }
            });
            self.jump(end);
            self.asm.mark(next);
            self.release(mark);
        }
        self.asm.mark(end);
    }

    fn scrutinee(&mut self, scrutinee: &'h Expr, arms: &'h [Arm]) -> Scrutinee {
        // The tuple itself is needed only where an arm binds all of it.
        let whole = arms.iter().any(|arm| {
            arm.bind.as_ref().is_some_and(|p| !matches!(p.kind, PatternKind::Tuple(_) | PatternKind::Ignore))
        });
        if let ExprKind::Tuple(parts) = &scrutinee.kind
            && !whole
            && !self.observed
        {
            return Scrutinee::Parts(parts.iter().map(|part| (self.operand(part), part.ty)).collect());
        }
        Scrutinee::One(self.operand(scrutinee), scrutinee.ty)
    }

    /// Goes on at `next` unless one of the patterns fits.
    fn fits_any(&mut self, patterns: &'h [MatchPattern], value: &Scrutinee, next: Label, place: Location) {
        let Some((last, before)) = patterns.split_last() else { return };
        let fits = self.asm.label();
        for pattern in before {
            let other = self.asm.label();
            self.fits_scrutinee(pattern, value, other, place);
            self.jump(fits);
            self.asm.mark(other);
        }
        self.fits_scrutinee(last, value, next, place);
        self.asm.mark(fits);
    }

    fn fits_scrutinee(&mut self, pattern: &'h MatchPattern, value: &Scrutinee, next: Label, place: Location) {
        match value {
            Scrutinee::One(src, ty) => self.fits(pattern, *src, *ty, next, place),
            Scrutinee::Parts(values) => match pattern {
                MatchPattern::Tuple(patterns) => {
                    for (part, (src, ty)) in patterns.iter().zip(values) {
                        self.fits(part, *src, *ty, next, place);
                    }
                }
                MatchPattern::Absent
                | MatchPattern::Const(_)
                | MatchPattern::UnionVariant(..)
                | MatchPattern::Entity(_)
                | MatchPattern::Any => {}
            },
        }
    }

    /// Goes on at `next` unless the pattern fits the value.
    fn fits(&mut self, pattern: &'h MatchPattern, value: Src, ty: Ty, next: Label, place: Location) {
        match pattern {
            MatchPattern::Any => {}
            MatchPattern::Absent | MatchPattern::Const(Const::Absent) => {
                self.emit_far(Op::JumpPresent, value.0, next, place);
            }
            MatchPattern::Const(constant) => {
                self.branch_equal(value, ty, &Literal::of(constant), next, false);
            }
            MatchPattern::UnionVariant(_, variant) => {
                if self.cx.is_option(ty) {
                    self.emit_far(Op::JumpAbsent, value.0, next, place);
                }
                let variant = self.narrow_index(*variant as usize, "a union of more than 65,535 variants");
                self.emit_near(Op::JumpVariant, false, value.0, variant, next);
            }
            MatchPattern::Entity(entity) => {
                if self.cx.is_option(ty) {
                    self.emit_far(Op::JumpAbsent, value.0, next, place);
                }
                self.fits_entity(value, *entity, next);
            }
            MatchPattern::Tuple(patterns) => {
                let hir = self.cx.hir;
                if self.cx.is_option(ty) {
                    self.emit_far(Op::JumpAbsent, value.0, next, place);
                }
                let TyKind::Tuple(types) = hir.types.kind(self.cx.present(ty)) else {
                    self.cx.broken("a pattern of a tuple for what is none");
                    return;
                };
                for (rank, (part, ty)) in patterns.iter().zip(types).enumerate() {
                    if matches!(part, MatchPattern::Any) {
                        continue;
                    }
                    let mark = self.mark();
                    let dst = self.temp();
                    let rank = self.narrow_index(rank, "a tuple of more than 65,535 parts");
                    self.emit(Op::Field, dst, value.0, rank, place);
                    self.fits(part, Src(dst), *ty, next, place);
                    self.release(mark);
                }
            }
        }
    }

    fn bind_arm(&mut self, arm: &'h Arm, pattern: &'h Pattern, value: &Scrutinee) {
        match value {
            Scrutinee::One(src, _) => self.bind_asked(arm.patterns.first(), pattern, *src, arm.location),
            Scrutinee::Parts(values) => {
                let PatternKind::Tuple(parts) = &pattern.kind else { return };
                for (at, (part, (src, _))) in parts.iter().zip(values).enumerate() {
                    self.bind_asked(asked_part(arm.patterns.first(), at), part, *src, arm.location);
                }
            }
        }
    }

    /// Binds what a pattern asked for: of a variant its content.
    fn bind_asked(
        &mut self,
        asked: Option<&'h MatchPattern>,
        pattern: &'h Pattern,
        value: Src,
        place: Location,
    ) {
        match (asked, &pattern.kind) {
            (_, PatternKind::Ignore) => {}
            (Some(MatchPattern::UnionVariant(..)), _) => {
                let content = self.temp();
                self.emit(Op::Content, content, value.0, 0, place);
                self.destructure(pattern, Src(content));
            }
            (Some(MatchPattern::Tuple(_)), PatternKind::Tuple(parts)) => {
                for (at, part) in parts.iter().enumerate() {
                    let dst = self.temp();
                    let rank = self.narrow_index(at, "a tuple of more than 65,535 parts");
                    self.emit(Op::Field, dst, value.0, rank, place);
                    self.bind_asked(asked_part(asked, at), part, Src(dst), place);
                }
            }
            _ => self.destructure(pattern, value),
        }
    }
}

/// What is asked of a part of a tuple.
fn asked_part(asked: Option<&MatchPattern>, at: usize) -> Option<&MatchPattern> {
    match asked {
        Some(MatchPattern::Tuple(parts)) => parts.get(at),
        _ => None,
    }
}
