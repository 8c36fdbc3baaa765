//! `let`: evaluated at its first use, at most once each time its scope is entered.

use policy_bytecode::op::Op;

use super::build::{Builder, Slot, Src};
use crate::hir::walk::{parts, pattern_bindings};
use crate::hir::{Expr, ExprKind, Let, LocalId, Pattern, PatternKind};

/// How many nodes a total value may have to be evaluated where it is bound, used or not.
const CHEAP: usize = 6;

impl<'h> Builder<'_, 'h> {
    /// Brings the `let`s that are `used` into scope, which ends where the caller releases its mark. The others have no
    /// code: what they read may not even be there.
    pub(crate) fn define_lets(&mut self, lets: &'h [Let], used: &[bool]) {
        let used = lets.iter().zip(used).filter(|(_, used)| **used).map(|(item, _)| item);
        let lets: Vec<(&'h Let, bool)> = used.map(|item| (item, self.is_eager(item))).collect();
        let lazy = lets.iter().filter(|(_, eager)| !eager).count();
        let first = self.memos;
        self.memos = match u16::try_from(usize::from(first) + lazy) {
            Ok(memos) => memos,
            Err(_) => {
                self.cx.broken("an item of more than 65,535 `let`s");
                return;
            }
        };
        // In a loop the scope is entered again and again.
        if lazy > 0 && self.loops > 0 {
            let count = u32::try_from(lazy).unwrap_or(0);
            self.asm.plain(policy_bytecode::inst::Inst::wide(Op::LetReset, first, count), None);
        }
        let mut memo = first;
        for (item, eager) in lets {
            self.point(&item.pattern, self.pointer(&item.value));
            if eager {
                self.define_eager(item);
            } else {
                self.define_lazy(item, memo);
                memo = memo.saturating_add(1);
            }
        }
    }

    /// Whether a `let` is evaluated where it is bound: it cannot fail, and costs less than finding out whether
    /// it was evaluated.
    pub(crate) fn is_eager(&self, item: &Let) -> bool {
        matches!(item.pattern.kind, PatternKind::Bind(_))
            && (self.cx.constant_of(&item.value).is_some()
                || (!self.observed && item.value.total && is_cheap(&item.value)))
    }

    pub(crate) fn define_eager(&mut self, item: &'h Let) {
        let value = self.operand(&item.value);
        self.destructure(&item.pattern, value);
    }

    /// Writes the code of a `let` aside.
    pub(crate) fn define_lazy(&mut self, item: &'h Let, memo: u16) {
        let code = self.asm.label();
        // A plain name takes the value itself; the parts of a pattern are taken when any of them is used.
        let value = self.temp();
        let mut bound = Vec::new();
        self.reserving(|this| {
            let known = this.known.clone();
            let aside = this.asm.begin_aside();
            this.asm.mark(code);
            this.asm.begin_region();
            this.put(&item.value, value);
            this.take_apart(&item.pattern, Src(value), &mut bound);
            this.emit(Op::LetDone, memo, 0, 0, item.location);
            this.asm.end_region();
            this.asm.end_aside(aside);
            this.known = known;
        });
        pattern_bindings(&item.pattern, &mut |local| {
            let value = match self.slot(local) {
                Some(Slot::Ready(src)) if bound.contains(&local) => src.0,
                Some(Slot::Ready(_) | Slot::Unset | Slot::Lazy { .. }) | None => value,
            };
            self.bind(local, Slot::Lazy { memo, code, value });
        });
    }

    fn take_apart(&mut self, pattern: &'h Pattern, value: Src, bound: &mut Vec<crate::hir::LocalId>) {
        self.destructure(pattern, value);
        pattern_bindings(pattern, &mut |local| bound.push(local));
    }
}

/// Which `let`s expressions reach, directly or through others.
pub(crate) fn used_by<'h>(roots: &mut dyn Iterator<Item = &'h Expr>, lets: &'h [Let]) -> Vec<bool> {
    if lets.is_empty() {
        return Vec::new();
    }
    let mut reached = Vec::new();
    roots.for_each(|e| reach(e, &mut reached));
    through(lets, &mut reached)
}

/// The variables that an expression reaches. What only an unused `let` in it mentions is not reached.
fn reach(e: &Expr, reached: &mut Vec<LocalId>) {
    if let ExprKind::Local(local) = e.kind {
        reached.push(local);
    }
    if let ExprKind::Let { lets, body } = &e.kind {
        reach(body, reached);
        through(lets, reached);
        return;
    }
    parts(&e.kind, &mut |part| reach(part, reached));
}

/// Goes on through the `let`s that are reached, and tells which those are.
fn through(lets: &[Let], reached: &mut Vec<LocalId>) -> Vec<bool> {
    let mut used = vec![false; lets.len()];
    let mut next = 0;
    while let Some(local) = reached.get(next).copied() {
        next += 1;
        for (item, used) in lets.iter().zip(&mut used) {
            let mut binds = false;
            pattern_bindings(&item.pattern, &mut |bound| binds |= bound == local);
            if binds && !*used {
                *used = true;
                reach(&item.value, reached);
            }
        }
    }
    used
}

/// Whether an expression is a few steps without a loop.
fn is_cheap(e: &Expr) -> bool {
    fn count(e: &Expr, left: &mut usize) -> bool {
        let simple = matches!(
            e.kind,
            ExprKind::Const(_)
                | ExprKind::Local(_)
                | ExprKind::Field { .. }
                | ExprKind::Part { .. }
                | ExprKind::Narrow(_)
                | ExprKind::Not(_)
                | ExprKind::Compare { .. }
                | ExprKind::Arithmetic { .. }
                | ExprKind::Logic { .. }
                | ExprKind::Is { .. }
                | ExprKind::Index { .. }
        );
        let mut fits = simple && *left > 0;
        *left = left.saturating_sub(1);
        parts(&e.kind, &mut |part| fits = fits && count(part, left));
        fits
    }
    count(e, &mut CHEAP.clone())
}
