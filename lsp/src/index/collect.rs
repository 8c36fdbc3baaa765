//! The declarations of a module, from its tree.

use policy_compiler::CheckedModule;
use policy_syntax::ast::{
    Ast, Doc, EnumVariant, ExprKind, FnBody, Generator, Item, ItemKind, LetDecl, Name, Param, PatternId,
    PropertyBinder, Stmt, StmtKind, StringLit, StringPart, Subject, TestStmt, TestStmtKind, TypeId, TypeKind,
    TypeParam,
};
use policy_syntax::visit::{Child, item_roots, walk};
use policy_syntax::{Location, Span};

use super::{Index, Kind, Symbol, names};

/// Adds the declarations of a module.
pub(super) fn module(index: &mut Index, module: &CheckedModule) {
    let mut collector = Collector { index, module, ast: &module.ast, public: true };
    let (at, end) = match &module.ast.module {
        Some(decl) => (decl.path.span, decl.span),
        None => (Span::at(0), Span::at(0)),
    };
    let docs = module.ast.docs.iter().map(|d| d.text.as_ref()).collect::<Vec<_>>().join("\n");
    collector.symbol(&module.name, Kind::Module, at, end, &docs, format!("module {}", module.name));
    for item in &module.ast.items {
        collector.item(item);
    }
}

struct Collector<'a> {
    index: &'a mut Index,
    module: &'a CheckedModule,
    ast: &'a Ast,
    public: bool,
}

fn docs(docs: &[Doc]) -> String {
    docs.iter().map(|d| d.text.as_ref()).collect::<Vec<_>>().join("\n")
}

impl Collector<'_> {
    fn text(&self, span: Span) -> &str {
        span.text(&self.module.text)
    }

    /// Some source on one line.
    fn line(&self, span: Span) -> String {
        self.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn symbol(&mut self, name: &str, kind: Kind, at: Span, extent: Span, doc: &str, head: String) {
        let place = |span| Location::new(self.module.file, span);
        let symbol = Symbol {
            name: name.to_owned(),
            kind,
            at: place(at),
            extent: place(extent),
            container: None,
            doc: doc.to_owned(),
            head,
            public: self.public,
        };
        self.index.symbols.push(symbol);
    }

    fn named(&mut self, name: &Name, kind: Kind, extent: Span, doc: &str, head: String) {
        if !name.text.is_empty() {
            self.symbol(&name.text, kind, name.span, extent, doc, head);
        }
    }

    fn item(&mut self, item: &Item) {
        let doc = docs(&item.docs);
        let start = item
            .public
            .map_or_else(|| item.annotations.last().map_or(item.span.lo, |a| a.span.hi), |public| public.lo);
        let rest = self.text(Span::new(start, item.span.hi));
        let blank = rest.len() - rest.trim_start().len();
        let start = start + u32::try_from(blank).unwrap_or(0);
        let all = Span::new(start, item.span.hi);
        let to = |end: u32| Span::new(start, end);
        self.public = item.public.is_some() || matches!(item.kind, ItemKind::Policy(_) | ItemKind::Entity(_));
        match &item.kind {
            ItemKind::Error(_) | ItemKind::Use(_) => {}
            ItemKind::Type(decl) => {
                let head = self.text(all).to_owned();
                self.named(&decl.name, Kind::Type, item.span, &doc, head);
                self.type_params(&decl.params);
                self.fields(decl.ty);
            }
            ItemKind::Enum(decl) => {
                let head = self.text(all).to_owned();
                self.named(&decl.name, Kind::Enum, item.span, &doc, head);
                decl.variants.iter().for_each(|variant| self.variant(&decl.name, variant));
            }
            ItemKind::Entity(decl) => {
                let head = self.text(all).to_owned();
                self.named(&decl.name, Kind::Entity, item.span, &doc, head);
                decl.attributes.iter().for_each(|ty| self.fields(*ty));
            }
            ItemKind::Let(decl) => {
                let head = self.line(to(decl.ty.map_or(decl.name.span.hi, |ty| self.ast.types[ty].span.hi)));
                self.named(&decl.name, Kind::Let, item.span, &doc, head);
            }
            ItemKind::Data(decl) => {
                let head = self.line(all);
                self.named(&decl.name, Kind::Data, item.span, &doc, head);
                self.fields(decl.ty);
            }
            ItemKind::Fn(decl) => {
                let end = decl.result.map_or(decl.name.span.hi, |ty| self.ast.types[ty].span.hi);
                let head = self.line(to(end));
                self.named(&decl.name, Kind::Fn, item.span, &doc, head);
                self.type_params(&decl.type_params);
                self.params(&decl.params);
                if let FnBody::Block { lets, .. } = &decl.body {
                    lets.iter().for_each(|decl| self.let_(decl));
                }
            }
            ItemKind::Policy(decl) => {
                let head = self.line(to(decl.body_span.lo));
                self.named(&decl.name, Kind::Policy, item.span, &doc, head);
                self.params(&decl.params);
                decl.subject.iter().for_each(|subject| self.subject(subject));
                decl.body.iter().for_each(|stmt| self.stmt(stmt));
            }
            ItemKind::Exception(decl) => {
                let head = self.line(to(decl.rule.span.hi));
                self.named(&decl.name, Kind::Exception, item.span, &doc, head);
                decl.bindings.iter().flatten().for_each(|id| self.pattern(*id));
                decl.subject.iter().for_each(|subject| self.subject(subject));
            }
            ItemKind::Obligation(decl) => {
                let head = self.text(all).to_owned();
                self.named(&decl.name, Kind::Obligation, item.span, &doc, head);
                decl.fields.iter().for_each(|ty| self.fields(*ty));
            }
            ItemKind::Test(decl) => {
                let (name, at) = self.title(decl.name);
                let head = self.line(to(at.hi));
                self.symbol(&name, Kind::Test, at, item.span, &doc, head);
                self.generators(&decl.generators);
                decl.body.iter().for_each(|stmt| self.test_stmt(stmt));
            }
            ItemKind::Property(decl) => {
                let (name, at) = self.title(decl.name);
                let head = self.line(to(at.hi));
                self.symbol(&name, Kind::Property, at, item.span, &doc, head);
                for binder in &decl.binders {
                    if let PropertyBinder::Value(param) = binder {
                        self.params(std::slice::from_ref(param));
                    }
                }
                decl.body.iter().for_each(|stmt| self.test_stmt(stmt));
            }
        }
        self.public = false;
        let ast = self.ast;
        item_roots(item, &mut |root| {
            walk(ast, root, &mut |child| {
                self.bound_in(child);
                true
            });
        });
    }

    /// The name of a test as written, and where it stands.
    fn title(&self, id: policy_syntax::ast::ExprId) -> (String, Span) {
        let expr = &self.ast.exprs[id];
        let ExprKind::String(StringLit { parts, .. }) = &expr.kind else {
            return (self.text(expr.span).to_owned(), expr.span);
        };
        let name = parts
            .iter()
            .map(|part| match part {
                StringPart::Text(text) => text.value.to_string(),
                StringPart::Expr(id) => format!("{{{}}}", self.text(self.ast.exprs[*id].span)),
            })
            .collect();
        (name, expr.span)
    }

    fn variant(&mut self, of: &Name, variant: &EnumVariant) {
        let head = format!("{of}.{}", self.line(variant.span));
        self.named(&variant.name, Kind::Variant, variant.span, &docs(&variant.docs), head);
    }

    fn type_params(&mut self, params: &[TypeParam]) {
        for param in params {
            self.named(&param.name, Kind::TypeParam, param.name.span, "", param.name.to_string());
        }
    }

    fn params(&mut self, params: &[Param]) {
        for param in params {
            let head = self.line(param.span);
            self.named(&param.name, Kind::Param, param.span, "", head);
        }
    }

    fn subject(&mut self, subject: &Subject) {
        if let Some(name) = &subject.name {
            let head = self.line(subject.span);
            self.named(name, Kind::Param, subject.span, "", head);
        }
        self.fields(subject.ty);
    }

    /// The fields and variants that a type declares.
    fn fields(&mut self, ty: TypeId) {
        let ast = self.ast;
        walk(ast, Child::Type(ty), &mut |child| {
            let Child::Type(id) = child else { return false };
            match &ast.types[id].kind {
                TypeKind::Record(record) => {
                    for field in &record.fields {
                        let head = self.line(field.span);
                        self.named(&field.name, Kind::Field, field.span, &docs(&field.docs), head);
                    }
                    if let Some(rest) = &record.rest {
                        let head = self.line(rest.span);
                        self.named(&rest.name, Kind::Field, rest.span, &docs(&rest.docs), head);
                    }
                }
                TypeKind::Union(union) => {
                    for variant in &union.variants {
                        let head = self.line(variant.span);
                        self.named(&variant.name, Kind::Variant, variant.span, &docs(&variant.docs), head);
                    }
                }
                TypeKind::Error
                | TypeKind::Named { .. }
                | TypeKind::Range { .. }
                | TypeKind::Tuple(_)
                | TypeKind::Optional(_)
                | TypeKind::Alternatives(_)
                | TypeKind::Function { .. }
                | TypeKind::Secret(_) => {}
            }
            true
        });
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let doc = docs(&stmt.docs);
        let rule = |this: &mut Self, name: &Name| {
            let head = this.line(Span::new(this.behind_annotations(stmt), name.span.hi));
            this.named(name, Kind::Rule, stmt.span, &doc, head);
        };
        match &stmt.kind {
            StmtKind::Rule(r) => {
                rule(self, &r.id);
                self.generators(&r.generators);
            }
            StmtKind::RequirePolicy(r) => rule(self, &r.id),
            StmtKind::Oblige(r) => {
                rule(self, &r.id);
                self.generators(&r.generators);
            }
            StmtKind::Transform(r) => {
                rule(self, &r.id);
                self.generators(&r.generators);
            }
            StmtKind::Include(include) => {
                if let Some(policy_syntax::ast::IncludeName::Name(name)) = &include.name {
                    let head = self.line(Span::new(self.behind_annotations(stmt), name.span.hi));
                    self.named(name, Kind::Rule, stmt.span, &doc, head);
                }
                self.generators(&include.generators);
            }
            StmtKind::Let(decl) => self.let_(decl),
            StmtKind::Error(_) | StmtKind::Default(_) | StmtKind::AppliesWhen(_) | StmtKind::Mode(_) => {}
        }
    }

    fn behind_annotations(&self, stmt: &Stmt) -> u32 {
        let from = stmt.annotations.last().map_or(stmt.span.lo, |a| a.span.hi);
        let rest = self.text(Span::new(from, stmt.span.hi));
        from + u32::try_from(rest.len() - rest.trim_start().len()).unwrap_or(0)
    }

    fn test_stmt(&mut self, stmt: &TestStmt) {
        if let TestStmtKind::Let(decl) = &stmt.kind {
            self.let_(decl);
        }
    }

    fn let_(&mut self, decl: &LetDecl) {
        let end = decl.ty.map_or(decl.name.span.hi, |ty| self.ast.types[ty].span.hi);
        let head = self.line(Span::new(decl.span.lo, end));
        self.named(&decl.name, Kind::Local, decl.span, "", head);
    }

    fn generators(&mut self, generators: &[Generator]) {
        for generator in generators {
            self.pattern(generator.pattern);
            generator.then.iter().for_each(|id| self.pattern(*id));
        }
    }

    fn pattern(&mut self, id: PatternId) {
        let mut found: Vec<Name> = Vec::new();
        names::bound(self.ast, id, &mut |name| found.push(name.clone()));
        for name in found {
            self.named(&name, Kind::Local, name.span, "", name.to_string());
        }
    }

    /// What an expression binds.
    fn bound_in(&mut self, child: Child) {
        let Child::Expr(id) = child else { return };
        let ast = self.ast;
        match &ast.exprs[id].kind {
            ExprKind::Comprehension(c) => self.generators(&c.generators),
            ExprKind::Quantifier(q) => {
                self.generators(&q.generators);
                q.without.iter().for_each(|w| self.pattern(w.pattern));
            }
            ExprKind::Fold { generators, state, .. } => {
                self.generators(generators);
                self.named(state, Kind::Local, state.span, "", state.to_string());
            }
            ExprKind::Lambda { params, .. } => params.iter().for_each(|id| self.pattern(*id)),
            ExprKind::Match { arms, .. } => {
                for arm in arms {
                    let mut patterns = vec![arm.pattern];
                    // A bare name of an arm is a variant; what it binds stands below.
                    if let policy_syntax::ast::PatternKind::Name(_) = ast.patterns[arm.pattern].kind {
                        patterns.clear();
                    }
                    patterns.into_iter().for_each(|id| self.arm(id));
                }
            }
            ExprKind::Error
            | ExprKind::Name(_)
            | ExprKind::Absent
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::String(_)
            | ExprKind::Checked(_)
            | ExprKind::Entity { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Set(_)
            | ExprKind::Map(_)
            | ExprKind::Record(_)
            | ExprKind::EmptyBraces
            | ExprKind::Postfix { .. }
            | ExprKind::Cast { .. }
            | ExprKind::Neg(_)
            | ExprKind::Coalesce(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Is { .. }
            | ExprKind::Not(_)
            | ExprKind::Logic { .. }
            | ExprKind::Implies(_)
            | ExprKind::If { .. }
            | ExprKind::Score(_) => {}
        }
    }

    /// What the pattern of an arm binds: in `call c` the `c`, in `{ name }` the `name`; bare names are variants.
    fn arm(&mut self, id: PatternId) {
        use policy_syntax::ast::PatternKind as P;
        let ast = self.ast;
        match &ast.patterns[id].kind {
            P::Tuple(parts) | P::Or(parts) => parts.iter().for_each(|p| self.arm(*p)),
            P::Variant { payload, .. } => payload.iter().for_each(|p| self.pattern(*p)),
            P::Record(_) => self.pattern(id),
            P::Error | P::Name(_) | P::Ignore | P::Literal(_) | P::Absent | P::Else => {}
        }
    }
}
