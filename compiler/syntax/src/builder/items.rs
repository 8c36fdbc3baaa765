//! Items.

use super::Builder;
use crate::ast::*;
use crate::problem::Problem;
use crate::span::Span;

/// An item as the grammar reads it.
pub(crate) enum NewItem {
    Module(ModuleDecl),
    /// Without what stands before it.
    Item(Box<Item>),
}

/// An item of a kind, to be completed.
pub(crate) fn new_item(kind: ItemKind) -> NewItem {
    let (docs, annotations) = (Vec::new(), Vec::new());
    NewItem::Item(Box::new(Item { docs, annotations, public: None, kind, span: Span::at(0) }))
}

/// What stands at the top of a file.
pub(crate) enum FileItem {
    Module(ModuleDecl),
    Item(Box<Item>),
}

/// A word before `enum`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnumWord {
    Ordered,
    Open,
}

/// A clause of an exception.
pub(crate) enum ExceptionClause {
    When(Clause),
    Until(Clause),
    Because(Clause),
    ApprovedBy(Clause),
    FollowUp(Clause),
}

impl Builder<'_> {
    pub(crate) fn item(
        &mut self,
        lo: u32,
        hi: u32,
        annotations: Vec<Annotation>,
        public: Option<Span>,
        new: NewItem,
    ) -> FileItem {
        match new {
            NewItem::Module(module) => {
                if let Some(span) = annotations.first().map(|a| a.span).or(public) {
                    self.problems.push(Problem::ModuleDecorated(span));
                }
                FileItem::Module(module)
            }
            NewItem::Item(mut item) => {
                item.docs = self.docs(lo);
                item.annotations = annotations;
                item.public = public;
                item.span = Span::new(lo, hi);
                FileItem::Item(item)
            }
        }
    }

    #[allow(clippy::vec_box, reason = "what the parser moves is kept small")]
    pub(crate) fn enumeration(
        &mut self,
        words: Vec<EnumWord>,
        name: Name,
        variants: Vec<Box<EnumVariant>>,
    ) -> ItemKind {
        ItemKind::Enum(EnumDecl {
            name,
            ordered: words.contains(&EnumWord::Ordered),
            open: words.contains(&EnumWord::Open),
            variants: super::unboxed(variants),
        })
    }

    pub(crate) fn exception(
        &mut self,
        name: Name,
        rule: Path,
        bindings: Option<Vec<PatternId>>,
        subject: Option<Subject>,
        clauses: Vec<ExceptionClause>,
    ) -> ItemKind {
        let mut decl = ExceptionDecl {
            name,
            rule,
            bindings,
            subject,
            when: None,
            until: None,
            because: None,
            approved_by: None,
            follow_up: None,
        };
        for clause in clauses {
            match clause {
                ExceptionClause::When(c) => self.put(&mut decl.when, c),
                ExceptionClause::Until(c) => self.put(&mut decl.until, c),
                ExceptionClause::Because(c) => self.put(&mut decl.because, c),
                ExceptionClause::ApprovedBy(c) => self.put(&mut decl.approved_by, c),
                ExceptionClause::FollowUp(c) => self.put(&mut decl.follow_up, c),
            }
        }
        ItemKind::Exception(decl)
    }

    /// Keeps a clause that may stand once.
    pub(super) fn put(&mut self, slot: &mut Option<Clause>, clause: Clause) {
        match slot {
            None => *slot = Some(clause),
            Some(first) => {
                let words = clause.keyword.text(self.source);
                let what = words.split_whitespace().collect::<Vec<_>>().join(" ");
                self.problems.push(Problem::Repeated { what, first: first.keyword, again: clause.keyword });
            }
        }
    }
}
