//! Types that the headers of policies, entities and obligations name are public: whoever may use these must be able to say
//! what they are about.

use policy_syntax::ast::{Item, ItemKind, TypeId, TypeKind};
use policy_syntax::visit::{Child, walk};

use super::{DefId, Defs, Inputs};

/// Makes the types that headers name public.
pub(super) fn publish(inputs: &Inputs, defs: &mut Defs) {
    let mut named: Vec<DefId> = Vec::new();
    for (source, names) in inputs.sources.iter().zip(&defs.modules) {
        for root in source.ast.items.iter().flat_map(header) {
            walk(&source.ast, Child::Type(root), &mut |child| {
                if let Child::Type(id) = child
                    && let TypeKind::Named { path, .. } | TypeKind::Range { base: path, .. } =
                        &source.ast.types[id].kind
                    && let Some(name) = path.single()
                {
                    named.extend(names.own.get(&name.text).into_iter().flatten());
                }
                // Defaults of fields are no part of what a type is.
                !matches!(child, Child::Expr(_))
            });
        }
    }
    for id in named {
        if let Some(def) = defs.defs.get_mut(id.0 as usize)
            && def.kind.is_type()
        {
            def.public = true;
        }
    }
}

/// The types that the header of an item is made of.
fn header(item: &Item) -> Vec<TypeId> {
    match &item.kind {
        ItemKind::Policy(decl) => {
            decl.subject.iter().map(|s| s.ty).chain(decl.params.iter().map(|p| p.ty)).collect()
        }
        ItemKind::Entity(decl) => decl.attributes.into_iter().collect(),
        ItemKind::Obligation(decl) => decl.fields.into_iter().collect(),
        ItemKind::Error(_)
        | ItemKind::Use(_)
        | ItemKind::Type(_)
        | ItemKind::Enum(_)
        | ItemKind::Let(_)
        | ItemKind::Data(_)
        | ItemKind::Fn(_)
        | ItemKind::Exception(_)
        | ItemKind::Test(_)
        | ItemKind::Property(_) => Vec::new(),
    }
}
