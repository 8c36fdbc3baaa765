//! Functions written in place of their calls.
//!
//! Only where both the body and the arguments are total: a failure tells which calls led to it, and arguments
//! that can fail are evaluated before the call.

use super::build::{Builder, Frame, Slot, Src};
use crate::hir::walk::parts;
use crate::hir::{Expr, ExprKind, FunctionId, Hir, LocalId};

/// How many nodes a body may have, those of functions within it included.
const SMALL: usize = 60;

/// The number of nodes of a body with everything that would be written in place; none where it is too large.
pub(crate) fn sizes(hir: &Hir) -> Vec<Option<usize>> {
    let mut sizes: Vec<Option<usize>> = Vec::with_capacity(hir.functions.len());
    for function in &hir.functions {
        let mut left = SMALL;
        let fits = function.body.total && measure(&function.body, &sizes, &mut left);
        sizes.push(fits.then(|| SMALL - left));
    }
    sizes
}

fn measure(e: &Expr, sizes: &[Option<usize>], left: &mut usize) -> bool {
    let mut size = 1;
    if let ExprKind::Call { function, .. } = &e.kind {
        // Callees stand before callers.
        size += sizes.get(function.index()).copied().flatten().unwrap_or(0);
    }
    let Some(rest) = left.checked_sub(size) else { return false };
    *left = rest;
    let mut fits = true;
    parts(&e.kind, &mut |part| fits = fits && measure(part, sizes, left));
    fits
}

impl<'h> Builder<'_, 'h> {
    /// Whether a call is written in place.
    pub(crate) fn is_inlined(&self, function: FunctionId, args: &[Expr]) -> bool {
        !self.observed
            && self.cx.sizes.get(function.index()).copied().flatten().is_some()
            && args.iter().all(|arg| arg.total)
    }

    /// Writes `write` of the body of a function, whose parameters are where the arguments lie.
    pub(crate) fn inlined<T>(
        &mut self,
        function: FunctionId,
        args: &'h [Expr],
        write: impl FnOnce(&mut Self, &'h Expr) -> T,
    ) -> Option<T> {
        let hir = self.cx.hir;
        let Some(def) = hir.functions.get(function.index()) else {
            self.cx.broken("a function that is not declared");
            return None;
        };
        let args: Vec<Src> = args.iter().map(|arg| self.operand(arg)).collect();
        let frame = self.frames.len();
        self.frames.push(Frame::new(&def.locals));
        let result = self.in_frame(frame, |this| {
            for (param, arg) in (0..).zip(args) {
                this.bind(LocalId(param), Slot::Ready(arg));
            }
            write(this, &def.body)
        });
        self.frames.truncate(frame);
        Some(result)
    }
}
