//! `{…}` as an expression: record, map or set, told apart by what its items are.

use super::Builder;
use crate::ast::*;
use crate::problem::Problem;
use crate::span::Span;

/// `e` or `k: e`.
pub(crate) struct BraceItem {
    pub(crate) key: Option<ExprId>,
    pub(crate) value: ExprId,
}

/// What a key says about the braces it stands in.
enum Key {
    Field(Name),
    Literal,
    /// `[k]`
    Computed(ExprId),
    Bad,
}

impl Builder<'_> {
    fn key(&self, id: ExprId) -> Key {
        let expr = &self.ast.exprs[id];
        if let ExprKind::Name(name) = &expr.kind
            && !expr.parens
        {
            return Key::Field(name.clone());
        }
        if let ExprKind::List(elements) = &expr.kind
            && let [key] = elements.as_slice()
            && !expr.parens
        {
            return Key::Computed(*key);
        }
        let literal = matches!(
            expr.kind,
            ExprKind::String(_)
                | ExprKind::Int(_)
                | ExprKind::Decimal(_)
                | ExprKind::Bool(_)
                | ExprKind::Checked(_)
                | ExprKind::Entity { .. }
                | ExprKind::Neg(_)
                | ExprKind::Error
        );
        if literal { Key::Literal } else { Key::Bad }
    }

    pub(crate) fn braces(&mut self, lo: u32, hi: u32, items: Vec<BraceItem>) -> ExprId {
        let keyed = items.iter().filter(|i| i.key.is_some()).count();
        let kind = if items.is_empty() {
            ExprKind::EmptyBraces
        } else if keyed == 0 {
            ExprKind::Set(items.iter().map(|i| i.value).collect())
        } else if keyed < items.len() {
            let odd =
                items.iter().find(|i| i.key.is_none()).map_or(Span::new(lo, hi), |i| self.outer(i.value));
            self.problems.push(Problem::MixedBraces { at: odd });
            ExprKind::Error
        } else {
            self.keyed_braces(&items)
        };
        self.expr(lo, hi, kind)
    }

    /// A record or a map; all items have keys.
    fn keyed_braces(&mut self, items: &[BraceItem]) -> ExprKind {
        let mut fields = Vec::new();
        let mut entries = Vec::new();
        let mut bad = false;
        for item in items {
            let Some(id) = item.key else { continue };
            let span = self.outer(id).to(self.outer(item.value));
            match self.key(id) {
                Key::Field(name) => fields.push(FieldInit { name, value: item.value, span }),
                Key::Literal => entries.push(MapEntry { key: id, computed: false, value: item.value }),
                Key::Computed(key) => entries.push(MapEntry { key, computed: true, value: item.value }),
                Key::Bad => {
                    self.problems.push(Problem::BadKey(self.outer(id)));
                    bad = true;
                }
            }
        }
        if bad {
            return ExprKind::Error;
        }
        match (fields.first(), entries.first()) {
            (Some(_), None) => ExprKind::Record(fields),
            (None, _) => ExprKind::Map(entries),
            (Some(field), Some(entry)) => {
                let entry = self.outer(entry.key);
                let at = if entry.lo > field.span.lo { entry } else { field.name.span };
                self.problems.push(Problem::MixedBraces { at });
                ExprKind::Error
            }
        }
    }

    pub(crate) fn brace_comprehension(
        &mut self,
        lo: u32,
        hi: u32,
        item: BraceItem,
        from: (Vec<Generator>, Option<ExprId>),
    ) -> ExprId {
        let Some(id) = item.key else {
            return self.comprehension(lo, hi, Yield::Set(item.value), from);
        };
        match self.key(id) {
            Key::Computed(key) => {
                let entry = MapEntry { key, computed: true, value: item.value };
                self.comprehension(lo, hi, Yield::Map(entry), from)
            }
            Key::Field(_) | Key::Literal | Key::Bad => {
                self.problems.push(Problem::BadKey(self.outer(id)));
                self.expr(lo, hi, ExprKind::Error)
            }
        }
    }
}
