//! What names mean at a place, and what is known of values there.

use std::rc::Rc;
use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::facts::{Branches, Facts};
use super::scope::Scope;
use crate::hash::HashMap;
use crate::hir::{LocalId, Ty};
use crate::names::ModuleId;

/// What a local name means.
#[derive(Clone, Debug)]
pub(crate) enum Binding {
    /// A variable.
    Local {
        id: LocalId,
        /// What its being true or false tells, for a `Bool` `let`.
        facts: Option<Rc<Branches>>,
        /// For a `let` of a test, its value, by position among those of the body.
        value: Option<usize>,
        location: Location,
    },
    /// A field of a policy's input that is in scope by name.
    InputField { input: LocalId, location: Location },
    /// A function-typed parameter that is inlined.
    Lambda(Rc<Lambda>),
    /// A function-typed parameter of a generic function that is checked on its own.
    Abstract { ty: Ty, location: Location },
    /// What a damaged statement seems to bind.
    Damaged,
}

impl Binding {
    /// Where the name is bound.
    pub(crate) fn location(&self) -> Option<Location> {
        match self {
            Self::Local { location, .. }
            | Self::InputField { location, .. }
            | Self::Abstract { location, .. } => Some(*location),
            Self::Lambda(lambda) => Some(lambda.location),
            Self::Damaged => None,
        }
    }
}

/// A lambda (or a function's name) given as an argument, with where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Lambda {
    pub(crate) expr: ast::ExprId,
    pub(crate) env: Env,
    pub(crate) location: Location,
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a policy.
    Code,
    /// In a function: what only tests use may read files and ask policies; the last pass tells whether it is so.
    Function,
    /// In a test or a property.
    Test,
    /// In a module-level `let`, which has no time; what only tests use may read files.
    Global,
    /// In a default, where everything is constant.
    Constant,
}

/// What names mean, and what is known.
#[derive(Clone, Debug)]
pub(crate) struct Env {
    pub(crate) module: ModuleId,
    scope: Scope,
    pub(crate) facts: Facts,
    /// Type variables in scope.
    pub(crate) type_vars: Rc<HashMap<Arc<str>, Ty>>,
    pub(crate) place: Place,
    /// Where a check of presence can be written in front: the start of the condition around.
    pub(crate) guard: Option<Location>,
    /// Whether a damaged head may have bound any name: one that nobody knows is not reported.
    pub(crate) damaged: bool,
}

impl Env {
    /// The top of a module.
    pub(crate) fn top(module: ModuleId, place: Place) -> Self {
        Self {
            module,
            scope: Scope::default(),
            facts: Facts::default(),
            type_vars: Rc::new(HashMap::default()),
            place,
            guard: None,
            damaged: false,
        }
    }

    /// With names bound.
    pub(crate) fn bind(&self, names: impl IntoIterator<Item = (Arc<str>, Binding)>) -> Self {
        let mut env = self.clone();
        for (name, binding) in names {
            env.scope = env.scope.with(name, binding);
        }
        env
    }

    /// With something known.
    pub(crate) fn knowing(&self, facts: &[super::facts::Known]) -> Self {
        if facts.is_empty() {
            return self.clone();
        }
        let mut env = self.clone();
        env.facts = self.facts.with(facts);
        env
    }

    /// With another place for guards.
    pub(crate) fn guarded(&self, guard: Option<Location>) -> Self {
        let mut env = self.clone();
        env.guard = guard;
        env
    }

    /// What a local name means.
    pub(crate) fn lookup(&self, name: &str) -> Option<&Binding> {
        self.scope.get(name)
    }

    /// All local names, sorted.
    pub(crate) fn locals(&self) -> Vec<Arc<str>> {
        let mut all: Vec<Arc<str>> = Vec::new();
        self.scope.each(&mut |name| all.push(Arc::clone(name)));
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Place {
    /// Whether files can be read and policies called.
    pub(crate) const fn is_test(self) -> bool {
        matches!(self, Self::Test | Self::Global | Self::Function)
    }

    /// Whether there is a time.
    pub(crate) const fn has_time(self) -> bool {
        matches!(self, Self::Test | Self::Code | Self::Function)
    }
}
