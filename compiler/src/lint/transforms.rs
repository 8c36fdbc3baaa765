//! A transform changes what a rule of the same decision has looked at: the rule decided on the input as it was.

use policy_syntax::{Code, Location};

use super::report::Reporter;
use super::rules::{lets, through_lets};
use super::{Input, Level, Lint};
use crate::constant::Known;
use crate::hir::{
    Const, Convert, Effect, Expr, ExprKind, Hir, LocalId, PathStep, Policy, PolicyId, Rule, TyKind,
};
use crate::plan::readable::rule_reads;

pub(super) const READ: Lint = Lint {
    name: "transform_of_what_is_read",
    code: Code(763),
    level: Level::Deny,
    title: "transform of what a `deny` reads",
};

/// Inclusion is no deeper than this where it is no cycle.
const DEEPEST: usize = 32;

/// How many rules are looked at for one policy, those of included ones counted each time.
const MOST: usize = 2_000;

/// How many rules are looked at in all.
const MOST_OF_ALL: usize = 100_000;

/// A place that a transform changes.
struct Change<'h> {
    id: &'h str,
    /// A JSON Pointer in which `*` is any element or key.
    pointer: String,
    /// Whether it is the entry of a map.
    entry: bool,
    /// The key at the end, where it is a constant.
    key: Option<&'h Const>,
    at: Location,
}

/// A rule that can make an outcome stricter, with the places that it reads.
struct Reader<'h> {
    rule: &'h Rule,
    policy: &'h Policy,
    /// Pointers, each with whether what stands there is read whole, and not only that there is something.
    reads: Vec<(String, bool)>,
}

pub(super) fn check<'h>(input: &Input<'h>, _known: &Known<'h>, out: &mut Reporter) {
    let transforms = |rule: &Rule| matches!(rule.effect, Effect::Transform { .. });
    if !input.hir.policies.iter().flat_map(|p| &p.rules).any(transforms) {
        return;
    }
    let mut all = MOST_OF_ALL;
    for (n, policy) in input.hir.policies.iter().enumerate() {
        let id = PolicyId(u32::try_from(n).unwrap_or(u32::MAX));
        let mut found = Found { changes: Vec::new(), readers: Vec::new(), left: MOST.min(all) };
        found.gather(input.hir, id, policy, "", DEEPEST);
        all = all.saturating_sub(MOST.saturating_sub(found.left));
        for change in &found.changes {
            for reader in &found.readers {
                compare(change, reader, out);
            }
        }
    }
}

struct Found<'h> {
    changes: Vec<Change<'h>>,
    readers: Vec<Reader<'h>>,
    left: usize,
}

impl<'h> Found<'h> {
    /// What a policy changes and reads, and what those do that it includes.
    fn gather(&mut self, hir: &'h Hir, id: PolicyId, policy: &'h Policy, before: &str, deep: usize) {
        for rule in &policy.rules {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            match &rule.effect {
                Effect::Transform { path, .. } => self.changes.push(change(hir, rule, path, before)),
                Effect::Deny | Effect::Require => {
                    let reads = rule_reads(hir, policy, rule);
                    let reads = reads.into_iter().map(|(p, whole)| (format!("{before}{p}"), whole)).collect();
                    self.readers.push(Reader { rule, policy, reads });
                }
                Effect::Include(include) => {
                    let inner = pointer_of(hir, policy, rule, &include.input);
                    let callee = hir.policies.get(include.policy.index());
                    if let (Some(inner), Some(callee)) = (inner, callee)
                        && include.policy != id
                        && deep > 0
                    {
                        self.gather(hir, include.policy, callee, &format!("{before}{inner}"), deep - 1);
                    }
                }
                Effect::Escalate(_) | Effect::Allow | Effect::Warn | Effect::Oblige { .. } => {}
            }
        }
    }
}

fn change<'h>(hir: &Hir, rule: &'h Rule, path: &'h [PathStep], before: &str) -> Change<'h> {
    let mut pointer = before.to_owned();
    for step in path {
        match step {
            PathStep::Field(record, field) => {
                let def = hir.types.record(*record).and_then(|r| r.fields.get(field.index()));
                push(&mut pointer, def.map_or("", |f| f.name.as_str()));
            }
            PathStep::Variant(..) => {}
            PathStep::Key(_) | PathStep::Element(_) => pointer.push_str("/*"),
        }
    }
    let key = match path.last() {
        Some(PathStep::Key(Expr { kind: ExprKind::Const(key), .. })) => Some(key),
        Some(PathStep::Key(_) | PathStep::Field(..) | PathStep::Variant(..) | PathStep::Element(_))
        | None => None,
    };
    let entry = matches!(path.last(), Some(PathStep::Key(_)));
    Change { id: &rule.id, pointer, entry, key, at: rule.location }
}

fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
}

/// The place of the input that an expression is, if it is one.
fn pointer_of(hir: &Hir, policy: &Policy, rule: &Rule, expr: &Expr) -> Option<String> {
    if let ExprKind::Local(local) = &expr.kind {
        if *local == policy.input_local {
            return Some(String::new());
        }
        return element(hir, policy, rule, *local);
    }
    if let ExprKind::Narrow(inner) | ExprKind::Convert { convert: Convert::Project, value: inner } =
        &expr.kind
    {
        return pointer_of(hir, policy, rule, inner);
    }
    let ExprKind::Field { base, field } = &expr.kind else { return None };
    let mut pointer = pointer_of(hir, policy, rule, base)?;
    let TyKind::Record(record) = hir.types.kind(base.ty) else { return None };
    push(&mut pointer, &hir.types.record(*record)?.fields.get(field.index())?.name);
    Some(pointer)
}

/// The place that a generator of the rule binds as a whole.
fn element(hir: &Hir, policy: &Policy, rule: &Rule, local: LocalId) -> Option<String> {
    let at = rule
        .generators
        .iter()
        .position(|g| matches!(g.pattern.kind, crate::hir::PatternKind::Bind(bound) if bound == local))?;
    let source = &rule.generators.get(at)?.source;
    // A generator sees those before it only.
    let mut pointer = pointer_of(hir, policy, rule, source)?;
    pointer.push_str("/*");
    Some(pointer)
}

fn compare(change: &Change<'_>, reader: &Reader<'_>, out: &mut Reporter) {
    // That there are elements, or a record, is as true after one of its parts was changed; but a map may get an entry.
    let reach = depth(&change.pointer) - usize::from(change.entry);
    let touches =
        |(read, whole): &&(String, bool)| overlap(read, &change.pointer) && (*whole || reach <= depth(read));
    let Some((read, _)) = reader.reads.iter().find(touches) else { return };
    if other_keys(change, reader, read) {
        return;
    }
    let (id, rule) = (change.id, &reader.rule.id);
    let message = format!("`{id}` changes what the rule `{rule}` reads: `{}`", change.pointer);
    out.report(&READ, change.at, message, |diagnostic| {
        diagnostic
            .with_label("changes it")
            .with_secondary(reader.rule.location, "looks at it as it was before")
            .with_note("all rules see the original input; the changed one is not decided again, so what the rule was to keep out may come in by the change, or what it denies may have been mended by it")
            .with_help("change something else, or say in the rule what must hold of the changed input too")
    });
}

fn depth(pointer: &str) -> usize {
    pointer.split('/').count()
}

/// Whether one of two pointers leads through the other; `*` is any step.
fn overlap(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.split('/').skip(1), b.split('/').skip(1));
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x == y || x == "*" || y == "*" => {}
            (Some(_), Some(_)) => return false,
            (None, _) | (_, None) => return true,
        }
    }
}

/// Whether the rule reads other entries of the map than the one that is changed: each by a constant key.
fn other_keys(change: &Change<'_>, reader: &Reader<'_>, read: &str) -> bool {
    let Some(key) = change.key else { return false };
    if depth(read) < depth(&change.pointer) {
        return false;
    }
    let lets = lets(reader.policy);
    let (mut others, mut unknown) = (false, false);
    let roots = reader.rule.generators.iter().map(|g| &g.source);
    for root in roots.chain(&reader.rule.when).chain(&reader.rule.that) {
        through_lets(root, &lets, &mut |expr| {
            unknown |= matches!(expr.kind, ExprKind::Call { .. });
            let (ExprKind::Index { index, .. } | ExprKind::In { elem: index, .. }) = &expr.kind else {
                return;
            };
            if let ExprKind::Const(Const::String(other)) = &index.kind {
                let same = matches!(key, Const::String(key) if key == other);
                others |= !same;
                unknown |= same;
            } else if !matches!(index.kind, ExprKind::Const(Const::Int(_))) {
                // Not the position of an element either.
                unknown = true;
            }
        });
    }
    others && !unknown
}
