//! Folds, scores and sequences.

use super::expr::Maker;
use super::types::T;

impl Maker {
    /// A `fold` that gives a value of a type.
    pub(super) fn fold(&mut self, ty: &T, depth: usize) -> String {
        self.used.mark("fold");
        let state = self.name();
        if self.rng.one_in(4) {
            self.used.mark("fold record");
            let (first, condition) = (self.expr(ty, 0), self.expr(&T::Bool, 0));
            let (number, flag) = (format!("{state}.n"), format!("{state}.b"));
            let (generator, (next, other)) = self.generator(depth, |maker| {
                maker.inside(&number, ty.clone(), |maker| {
                    maker.inside(&flag, T::Bool, |maker| {
                        (maker.step(ty, depth, &number), maker.expr(&T::Bool, depth))
                    })
                })
            });
            return format!(
                "(fold({generator}, {state} = {{ n: {first}, b: {condition} }}: {{ n: {next}, b: {other} }}).n)"
            );
        }
        let first = self.expr(ty, 0);
        let name = state.clone();
        let (generator, next) = self
            .generator(depth, |maker| maker.inside(&name, ty.clone(), |maker| maker.step(ty, depth, &name)));
        if self.rng.one_in(4) {
            self.used.mark("fold generators");
            let (outer, _) = self.generator(0, |_| ());
            return format!("fold({outer}, {generator}, {state} = {first}: {next})");
        }
        format!("fold({generator}, {state} = {first}: {next})")
    }

    /// The next state, which mostly depends on the one before.
    fn step(&mut self, ty: &T, depth: usize, state: &str) -> String {
        let value = self.expr(ty, depth);
        match (self.rng.below(4), ty) {
            (0, _) => value,
            (1 | 2, T::Int | T::Decimal) => format!("({state} + {value})"),
            (1 | 2, T::Bool) => format!("({state} or {value})"),
            _ => format!("(if {} then {value} else {state})", self.expr(&T::Bool, depth)),
        }
    }

    /// A `score`, of `Int`s or `Decimal`s.
    pub(super) fn score(&mut self, ty: &T, depth: usize) -> String {
        self.used.mark("score");
        let weights: &[&str] = if *ty == T::Int {
            &["30", "-5", "0", "9_000_000_000_000_000_000"]
        } else {
            &["2.5", "-0.125", "30"]
        };
        let mut entries: Vec<String> = Vec::new();
        for _ in 0..1 + self.rng.below(3) {
            let weight = self.rng.pick(weights);
            entries.push(format!("{weight} when {}", self.expr(&T::Bool, depth)));
        }
        if *ty == T::Decimal {
            entries.push(format!("0.5 when {}", self.expr(&T::Bool, depth)));
        }
        format!("(score {{ {} }})", entries.join(", "))
    }

    /// `any a then b in xs: …`.
    pub(super) fn sequence(&mut self, depth: usize) -> String {
        let (source, elem) = match self.typed_path(&|ty| matches!(ty, T::List(_))) {
            Some((path, T::List(elem))) => (path, *elem),
            _ => {
                let elem = self.scalar();
                (self.expr(&T::List(Box::new(elem.clone())), depth), elem)
            }
        };
        let word = self.rng.pick(&["any", "any", "none"]);
        self.used.mark("then");
        let names: Vec<String> = (0..2 + usize::from(self.rng.one_in(4))).map(|_| self.name()).collect();
        if names.len() > 2 {
            self.used.mark("then chain");
        }
        let mark = self.scope.len();
        for name in &names {
            self.scope.push(super::expr::Var { text: name.clone(), ty: elem.clone() });
        }
        let body = self.expr(&T::Bool, depth);
        let without = if self.rng.one_in(2) {
            self.used.mark("without");
            let between = self.name();
            let condition = self.inside(&between, elem, |maker| maker.expr(&T::Bool, depth));
            format!(" without {between}: {condition}")
        } else {
            String::new()
        };
        self.scope.truncate(mark);
        format!("({word} {} in {source}: {body}{without})", names.join(" then "))
    }

    /// Something about the nodes below one, where there is one.
    pub(super) fn descent(&mut self, ty: &T, depth: usize) -> String {
        let Some((path, _)) = self.typed_path(&|ty| *ty == T::Node) else { return self.expr(ty, 0) };
        let (node, bound) = (self.name(), self.name());
        let below = match self.rng.below(6) {
            0 | 1 => format!("{node}.kids"),
            2 => format!("{node}.next"),
            3 => format!("{node}.named"),
            4 => format!("[c for c in {node}.kids if c.n > 0 or 10 div c.n < {node}.n]"),
            _ => format!("{node}.kids.concat([{node}.next].compact())"),
        };
        if self.rng.one_in(4) {
            self.used.mark("descend_paths");
            let paths = format!("{path}.descend_paths({node} => {below})");
            return match ty {
                T::Bool => format!("(any {bound} in {paths}: {bound}.length() > 2)"),
                _ => format!("sum({bound}.length() for {bound} in {paths})"),
            };
        }
        self.used.mark("descend");
        let nodes = format!("{path}.descend({node} => {below})");
        match ty {
            T::Bool => {
                let body = self.inside(&format!("{bound}.n"), T::Int, |maker| maker.expr(&T::Bool, depth));
                format!("(any {bound} in {nodes}: {bound}.on and {body})")
            }
            _ => format!("fold({bound} in {nodes}, s = 0: s * 2 + {bound}.n)"),
        }
    }
}
