//! What is told of costs.

use std::collections::{BTreeMap, BTreeSet};

use policy_syntax::Location;

use super::model::{Cost, Model};
use super::path::{PathId, Paths, Root};
use super::poly::{Monomial, ONE, Poly, Symbol};
use super::shape::Shape;
use crate::hir::{ExprId, Hir, PolicyId};

/// The costs of a package that was checked without errors.
#[derive(Debug)]
pub struct Costs<'h> {
    hir: &'h Hir,
    paths: Paths,
    promises: Vec<Promise>,
}

/// What a policy promises.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The policy.
    pub policy: PolicyId,
    /// The fuel of a decision, at most.
    pub steps: Poly,
    /// What of it reading the input takes.
    pub reading: Poly,
    /// What of it is evaluated beside rules.
    pub shared: Poly,
    /// Its rules, in source order.
    pub rules: Vec<RuleCost>,
}

/// The cost of a rule.
#[derive(Clone, Debug)]
pub struct RuleCost {
    /// Its name.
    pub id: String,
    /// The fuel that all of its evaluations take together, at most.
    pub steps: Poly,
    /// Where it stands.
    pub location: Location,
    /// Where the sources of its loops stand.
    pub loops: Vec<Location>,
}

/// A size that costs depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The size.
    pub symbol: Symbol,
    /// As people write it: `files.owners`, or `bytes`.
    pub name: String,
    /// The greatest that its type allows.
    pub max: Option<u64>,
}

impl<'h> Costs<'h> {
    /// The costs of all policies of a package that was checked without errors.
    ///
    /// It runs on a thread of its own, whose stack is sized for the highest tree that the language allows.
    #[must_use]
    pub fn of(hir: &'h Hir) -> Self {
        crate::deep::run("policy-cost", || Self::compute(hir, true), || Self::none(hir))
    }

    /// The greatest fuel that a decision of each policy takes, as [`Costs::bound`] tells it: all that a program carries.
    #[must_use]
    pub(crate) fn bounds(hir: &'h Hir) -> Vec<Option<u64>> {
        let compute = || {
            let costs = Self::compute(hir, false);
            costs.promises.iter().map(|promise| costs.bound(&promise.steps)).collect()
        };
        crate::deep::run("policy-cost", compute, || vec![None; hir.policies.len()])
    }

    fn none(hir: &'h Hir) -> Self {
        let promises = (0..).zip(&hir.policies).map(|(at, _)| Promise {
            policy: PolicyId(at),
            steps: Poly::unbounded(),
            reading: Poly::unbounded(),
            shared: Poly::unbounded(),
            rules: Vec::new(),
        });
        Self { hir, paths: Paths::default(), promises: promises.collect() }
    }

    /// Of rules only where they are `told`.
    fn compute(hir: &'h Hir, told: bool) -> Self {
        let mut model = Model::new(hir);
        model.prepare();
        let mut promises = Vec::with_capacity(hir.policies.len());
        for (at, policy) in (0..).zip(&hir.policies) {
            let id = PolicyId(at);
            let body = model.policy(id);
            let mut alone = |steps: &Poly| {
                // Nothing stands above what is asked itself.
                let cost = Cost { steps: steps.clone(), shape: Shape::Flat };
                let above = Root::Parameter(id.index(), super::policy::ABOVE);
                let filled =
                    model.filled_in(&cost, &|root| (root == above).then(|| Shape::Text(Poly::default())));
                filled.steps
            };
            let steps = alone(&body.steps);
            let of_rules = if told { body.rules.as_slice() } else { &[] };
            let rules: Vec<Poly> = of_rules.iter().map(|(steps, _)| alone(steps)).collect();
            let input = model.at_root(Root::Input(id.index()), policy.input, "");
            let bytes = model.text(&input);
            let reading = bytes.divided(16).plus_number(1).plus(&model.document(&input, policy.input));
            let rules =
                policy.rules.iter().zip(rules.iter().zip(&body.rules)).map(|(rule, (steps, (_, loops)))| {
                    RuleCost {
                        id: rule.id.clone(),
                        steps: reduced(&model.paths, steps),
                        location: rule.location,
                        loops: loops.clone(),
                    }
                });
            let rules = rules.collect();
            promises.push(Promise {
                policy: id,
                steps: reduced(&model.paths, &steps.plus(&reading)),
                reading: reduced(&model.paths, &reading),
                shared: reduced(&model.paths, &body.shared),
                rules,
            });
        }
        Self { hir, paths: model.paths, promises }
    }

    /// The promises, one for each policy, in their order.
    #[must_use]
    pub fn promises(&self) -> &[Promise] {
        &self.promises
    }

    pub(super) fn paths(&self) -> &Paths {
        &self.paths
    }

    pub(super) fn hir(&self) -> &'h Hir {
        self.hir
    }

    /// The sizes that a polynomial depends on.
    #[must_use]
    pub fn measures(&self, poly: &Poly) -> Vec<Measure> {
        let symbols: BTreeSet<Symbol> = poly.symbols().collect();
        let measures = symbols.into_iter().map(|symbol| Measure {
            symbol,
            name: name_of(&self.paths, symbol),
            max: match symbol {
                Symbol::Count(path) => self.paths.max(self.hir, path),
                Symbol::Text(_) | Symbol::Picked(_) | Symbol::Bytes(_) => None,
            },
        });
        measures.collect()
    }

    /// With every size that has a declared maximum replaced by it.
    #[must_use]
    pub fn at_maxima(&self, poly: &Poly) -> Poly {
        poly.substituted(&mut |symbol| match symbol {
            Symbol::Count(path) => self.paths.max(self.hir, path).map(Poly::number),
            Symbol::Text(_) | Symbol::Picked(_) | Symbol::Bytes(_) => None,
        })
    }

    /// The steps at the declared maxima, where every size of a list, set or map has one. What text costs besides is left
    /// out: it has no greatest size of its own.
    #[must_use]
    pub fn bound(&self, poly: &Poly) -> Option<u64> {
        let most = self.at_maxima(poly);
        let counted = most.symbols().any(|symbol| match symbol {
            Symbol::Count(_) => true,
            Symbol::Text(_) | Symbol::Picked(_) | Symbol::Bytes(_) => false,
        });
        (!counted && !most.is_unbounded()).then(|| most.at(&|_| 0))
    }

    /// A polynomial as people read it: `12 + 40·|files| + 6·|files|·|files.owners|`.
    #[must_use]
    pub fn shown(&self, poly: &Poly) -> String {
        show(&self.paths, poly)
    }
}

/// A polynomial over what documents have: text that loops meet one after the other is no more than all of the document.
pub(super) fn reduced(paths: &Paths, poly: &Poly) -> Poly {
    poly.rewritten(&|monomial| whole(paths, monomial))
}

fn whole(paths: &Paths, monomial: &Monomial) -> Monomial {
    let mut powers: BTreeMap<Symbol, u32> = monomial.iter().copied().collect();
    let text = monomial.iter().find_map(|(symbol, _)| match symbol {
        Symbol::Text(path) => Some(*path),
        Symbol::Count(_) | Symbol::Picked(_) | Symbol::Bytes(_) => None,
    });
    if let Some(path) = text {
        // One power of it is met once for each element of the lists that it is in: together that is one document.
        for list in paths.lists_above(path) {
            if let Some(power) = powers.get_mut(&Symbol::Count(list)) {
                *power = power.saturating_sub(1);
            }
        }
    }
    let mut out: BTreeMap<Symbol, u32> = BTreeMap::new();
    for (symbol, power) in powers.into_iter().filter(|(_, power)| *power > 0) {
        let symbol = match symbol {
            Symbol::Text(path) | Symbol::Picked(path) => Symbol::Bytes(top(paths, path)),
            Symbol::Count(_) | Symbol::Bytes(_) => symbol,
        };
        *out.entry(symbol).or_insert(0) += power;
    }
    out.into_iter().collect()
}

fn top(paths: &Paths, path: PathId) -> PathId {
    paths.root_of(path).and_then(|root| paths.find_root(root)).unwrap_or(path)
}

pub(super) fn name_of(paths: &Paths, symbol: Symbol) -> String {
    match symbol {
        Symbol::Count(path) => match paths.shown(path) {
            "" => "input".to_owned(),
            shown => shown.to_owned(),
        },
        Symbol::Text(path) | Symbol::Picked(path) | Symbol::Bytes(path) => match paths.shown(path) {
            "" => "bytes".to_owned(),
            shown => format!("bytes of {shown}"),
        },
    }
}

fn show(paths: &Paths, poly: &Poly) -> String {
    if poly.is_unbounded() {
        return "without bound".to_owned();
    }
    let mut out = String::new();
    for (parts, monomial) in poly.terms() {
        if !out.is_empty() {
            out.push_str(" + ");
        }
        let factors: Vec<String> = monomial
            .iter()
            .map(|(symbol, power)| {
                let name = name_of(paths, *symbol);
                let name = match symbol {
                    Symbol::Count(_) => format!("|{name}|"),
                    Symbol::Text(_) | Symbol::Picked(_) | Symbol::Bytes(_) => name,
                };
                match power {
                    1 => name,
                    2 => format!("{name}²"),
                    3 => format!("{name}³"),
                    power => format!("{name}^{power}"),
                }
            })
            .collect();
        let factors = factors.join("·");
        if factors.is_empty() {
            out.push_str(&grouped(parts.div_ceil(ONE)));
        } else if parts > ONE / 2 && parts <= ONE {
            out.push_str(&factors);
        } else if parts < ONE {
            out.push_str(&format!("{factors}/{}", ONE / parts));
        } else {
            out.push_str(&format!("{}·{factors}", grouped(parts.div_ceil(ONE))));
        }
    }
    if out.is_empty() { "0".to_owned() } else { out }
}

/// `1_234_567`, as numbers are written in policies.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// The steps and the size of every expression of a package's policies and functions, by its id, as people read them: for
/// editors, which show them where the cursor stands.
///
/// Inside a function they are over the sizes of its parameters. The size is the bytes of the value as JSON.
#[must_use]
pub fn of_expr(hir: &Hir) -> BTreeMap<ExprId, (String, String)> {
    let compute = || {
        let mut model = Model::new(hir);
        model.seen = Some(std::collections::HashMap::new());
        model.prepare();
        for at in (0..).take(hir.policies.len()) {
            model.policy(PolicyId(at));
        }
        let seen: BTreeMap<ExprId, (Poly, Poly)> =
            model.seen.take().unwrap_or_default().into_iter().collect();
        let mut all = BTreeMap::new();
        for (id, (steps, size)) in seen {
            let (steps, size) = (model.closed(&steps, 0), model.closed(&size, 0));
            let shown = |poly: &Poly| show(&model.paths, &reduced(&model.paths, poly));
            all.insert(id, (shown(&steps), shown(&size)));
        }
        all
    };
    crate::deep::run("policy-cost", compute, BTreeMap::new)
}
