//! Expressions of a wanted type.

use super::features::Used;
use super::rng::Rng;
use super::types::{Given, T, Types};

/// A variable, or a path that stands for a value.
#[derive(Clone, Debug)]
pub struct Var {
    /// How it is written.
    pub text: String,
    /// Its type.
    pub ty: T,
}

/// A function of the program.
#[derive(Clone, Debug)]
pub struct Fun {
    /// Its name.
    pub name: String,
    /// The types of its parameters.
    pub params: Vec<T>,
    /// The type of its result.
    pub result: T,
}

/// Makes expressions.
pub struct Maker {
    /// The source of choices.
    pub rng: Rng,
    /// The types of the program.
    pub types: Types,
    /// Functions that can be called.
    pub functions: Vec<Fun>,
    /// What can be named.
    pub scope: Vec<Var>,
    /// What was used.
    pub used: Used,
    /// Names that were given.
    pub names: usize,
    /// Whether `now` can be read.
    pub has_now: bool,
}

const SCALARS: [T; 12] = [
    T::Bool,
    T::Int,
    T::Decimal,
    T::Text,
    T::Timestamp,
    T::Date,
    T::TimeOfDay,
    T::Duration,
    T::Ip,
    T::Cidr,
    T::SemVer,
    T::Text,
];

impl Maker {
    /// A new name.
    pub fn name(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    /// A scalar type.
    pub fn scalar(&mut self) -> T {
        if !self.types.enums.is_empty() && self.rng.one_in(5) {
            return T::Enum(self.rng.below(self.types.enums.len()));
        }
        if self.rng.one_in(8)
            && let Some(ty) = self.entity_type()
        {
            return ty;
        }
        self.rng.pick(&SCALARS)
    }

    /// A type of values.
    pub fn any_type(&mut self, depth: usize) -> T {
        if depth == 0 || self.rng.one_in(2) {
            return self.scalar();
        }
        match self.rng.below(7) {
            0 => T::List(Box::new(self.any_type(depth - 1))),
            1 => T::Set(Box::new(self.scalar())),
            2 => T::Map(Box::new(self.any_type(depth - 1))),
            3 => T::Pair(Box::new(self.scalar()), Box::new(self.scalar())),
            4 if !self.types.records.is_empty() => T::Record(self.rng.below(self.types.records.len())),
            5 => self.scalar().option(),
            _ => self.scalar(),
        }
    }

    /// Every path of a type that is in scope: variables, their fields, and the fields of those.
    pub fn paths(&self, fits: &dyn Fn(&T) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for var in &self.scope {
            self.descend(&var.text, &var.ty, 0, fits, &mut found);
        }
        found
    }

    fn descend(&self, text: &str, ty: &T, depth: usize, fits: &dyn Fn(&T) -> bool, found: &mut Vec<String>) {
        if fits(ty) {
            found.push(text.to_owned());
        }
        if let T::Record(index) = ty
            && depth < 3
        {
            for field in self.types.records.get(*index).into_iter().flatten() {
                self.descend(&format!("{text}.{}", field.name), &field.read(), depth + 1, fits, found);
            }
        }
        if let T::Entity(kinds) = ty
            && depth < 2
        {
            for (name, ty) in self.types.attributes(kinds) {
                self.descend(&format!("{text}.{name}"), &ty, depth + 1, fits, found);
            }
        }
    }

    /// A path of a type, with that type.
    fn some_path(&mut self, fits: &dyn Fn(&T) -> bool) -> Option<(String, T)> {
        let mut found = Vec::new();
        for var in self.scope.clone() {
            self.typed(&var.text, &var.ty, 0, fits, &mut found);
        }
        if found.is_empty() { None } else { Some(self.rng.pick(&found)) }
    }

    fn typed(
        &self,
        text: &str,
        ty: &T,
        depth: usize,
        fits: &dyn Fn(&T) -> bool,
        found: &mut Vec<(String, T)>,
    ) {
        if fits(ty) {
            found.push((text.to_owned(), ty.clone()));
        }
        if let T::Record(index) = ty
            && depth < 3
        {
            for field in self.types.records.get(*index).into_iter().flatten() {
                self.typed(&format!("{text}.{}", field.name), &field.read(), depth + 1, fits, found);
            }
        }
        if let T::Entity(kinds) = ty
            && depth < 2
        {
            for (name, ty) in self.types.attributes(kinds) {
                self.typed(&format!("{text}.{name}"), &ty, depth + 1, fits, found);
            }
        }
    }

    /// An expression of a type, in parentheses where it is made of several.
    pub fn expr(&mut self, ty: &T, depth: usize) -> String {
        let leaf = depth == 0 || self.rng.one_in(6);
        if leaf || self.rng.one_in(4) {
            let ty = ty.clone();
            let paths = self.paths(&move |other| *other == ty);
            if !paths.is_empty() {
                let path = self.rng.pick(&paths);
                self.used.mark(if path.contains('.') { "field" } else { "variable" });
                if [".level", ".home", ".boss", ".friends", ".rank"].iter().any(|name| path.contains(name)) {
                    self.used.mark("entity attribute");
                }
                return path;
            }
        }
        if leaf {
            return self.leaf(ty);
        }
        if self.rng.one_in(4)
            && let Some(text) = self.general(ty, depth - 1)
        {
            return text;
        }
        self.special(ty, depth - 1)
    }

    /// The least expression of a type.
    fn leaf(&mut self, ty: &T) -> String {
        match ty {
            T::Timestamp if self.has_now && self.rng.one_in(3) => {
                self.used.mark("now");
                "now".to_owned()
            }
            _ => {
                self.used.mark(match ty {
                    T::List(_) => "list literal",
                    T::Set(_) => "set literal",
                    T::Map(_) => "map literal",
                    T::Pair(..) => "tuple literal",
                    T::Record(_) => "record literal",
                    _ => "literal",
                });
                let literal = self.types.literal(&mut self.rng, ty);
                if literal.starts_with('-') { format!("({literal})") } else { literal }
            }
        }
    }

    /// Forms that give a value of any type.
    fn general(&mut self, ty: &T, depth: usize) -> Option<String> {
        match self.rng.below(10) {
            0 => {
                self.used.mark("if");
                let condition = self.expr(&T::Bool, depth);
                let (a, b) = (self.expr(ty, depth), self.expr(ty, depth));
                if self.rng.one_in(3) {
                    self.used.mark("else if");
                    let (other, c) = (self.expr(&T::Bool, depth), self.expr(ty, depth));
                    return Some(format!("(if {condition} then {a} else if {other} then {c} else {b})"));
                }
                Some(format!("(if {condition} then {a} else {b})"))
            }
            1 | 2 => self.call(ty, depth),
            3 => self.match_enum(ty, depth),
            5 => {
                let (path, _) = self.some_path(&|ty| matches!(ty, T::Option(_)))?;
                self.used.mark("match optional");
                let (absent, present) = (self.expr(ty, depth), self.expr(ty, depth));
                Some(format!("(match {path} {{ absent => {absent}, else => {present} }})"))
            }
            6 => {
                self.used.mark("match tuple");
                let (a, b) = (self.expr(&T::Bool, depth), self.expr(&T::Bool, depth));
                let arms: Vec<String> = (0..3).map(|_| self.expr(ty, depth)).collect();
                Some(format!(
                    "(match ({a}, {b}) {{ (true, true) => {}, (false, _) => {}, else => {} }})",
                    arms.first()?,
                    arms.get(1)?,
                    arms.get(2)?
                ))
            }
            7 => self.coalesce(ty, depth),
            _ => self.indexed(ty, depth),
        }
    }

    fn call(&mut self, ty: &T, depth: usize) -> Option<String> {
        let fitting: Vec<Fun> = self.functions.iter().filter(|f| f.result == *ty).cloned().collect();
        if fitting.is_empty() {
            return None;
        }
        let index = self.rng.below(fitting.len());
        let function = fitting.get(index)?.clone();
        let args: Vec<String> = function.params.iter().map(|param| self.expr(param, depth)).collect();
        self.used.mark("function");
        if let (Some((first, rest)), true) = (args.split_first(), self.rng.one_in(3))
            && first.starts_with(|c: char| c.is_ascii_lowercase() || c == '(')
        {
            self.used.mark("method call");
            return Some(format!("{first}.{}({})", function.name, rest.join(", ")));
        }
        Some(format!("{}({})", function.name, args.join(", ")))
    }

    fn match_enum(&mut self, ty: &T, depth: usize) -> Option<String> {
        let (path, found) = self.some_path(&|ty| matches!(ty, T::Enum(_)))?;
        let T::Enum(index) = found else { return None };
        let one = self.types.enums.get(index)?.clone();
        self.used.mark("match enum");
        let mut arms = Vec::new();
        let mut left = one.variants.as_slice();
        if let ([a, b, rest @ ..], true) = (left, self.rng.one_in(2)) {
            self.used.mark("match or pattern");
            arms.push(format!("{} | {} => {}", a.0, b.0, self.expr(ty, depth)));
            left = rest;
        }
        let cut = if self.rng.one_in(3) { left.len().saturating_sub(1) } else { left.len() };
        for (name, _) in left.iter().take(cut) {
            arms.push(format!("{name} => {}", self.expr(ty, depth)));
        }
        if cut < left.len() {
            arms.push(format!("else => {}", self.expr(ty, depth)));
        }
        Some(format!("(match {path} {{ {} }})", arms.join(", ")))
    }

    fn coalesce(&mut self, ty: &T, depth: usize) -> Option<String> {
        if matches!(ty, T::Option(_)) {
            return None;
        }
        let wanted = ty.clone().option();
        let paths = self.paths(&move |other| *other == wanted);
        let path = if paths.is_empty() { self.optional(ty, depth)? } else { self.rng.pick(&paths) };
        self.used.mark("coalesce");
        Some(format!("({path} ?? {})", self.expr(ty, depth)))
    }

    /// An option that is no path.
    fn optional(&mut self, ty: &T, depth: usize) -> Option<String> {
        match self.rng.below(3) {
            0 => {
                let (path, found) = self.some_path(
                    &|found| matches!(found, T::Option(inner) if matches!(**inner, T::Record(_))),
                )?;
                let T::Option(inner) = found else { return None };
                let T::Record(index) = *inner else { return None };
                let fields = self.types.records.get(index)?;
                let names: Vec<String> = fields
                    .iter()
                    .filter(|field| field.ty.plain() == *ty)
                    .map(|field| field.name.clone())
                    .collect();
                if names.is_empty() {
                    return None;
                }
                self.used.mark("optional chain");
                Some(format!("{path}?.{}", self.rng.pick(&names)))
            }
            1 => self.indexed(&ty.clone().option(), depth),
            _ => {
                let list = self.expr(&T::List(Box::new(ty.clone())), depth);
                self.used.mark("library list");
                let name = self.rng.pick(&["first", "last"]);
                Some(format!("{name}({list})"))
            }
        }
    }

    /// `xs[i]`, `m[k]` where an option is wanted.
    fn indexed(&mut self, ty: &T, depth: usize) -> Option<String> {
        let T::Option(inner) = ty else { return None };
        let inner = (**inner).clone();
        let list = T::List(Box::new(inner.clone()));
        let map = T::Map(Box::new(inner));
        let lists = self.paths(&|other| *other == list);
        if !lists.is_empty() && self.rng.one_in(2) {
            self.used.mark("index list");
            let list = self.rng.pick(&lists);
            return Some(format!("{list}[{}]", self.expr(&T::Int, depth)));
        }
        let maps = self.paths(&|other| *other == map);
        if maps.is_empty() {
            return None;
        }
        self.used.mark("index map");
        let map = self.rng.pick(&maps);
        Some(format!("{map}[{}]", self.expr(&T::Text, depth)))
    }

    /// Runs with a variable in scope.
    pub fn inside<R>(&mut self, name: &str, ty: T, make: impl FnOnce(&mut Self) -> R) -> R {
        self.scope.push(Var { text: name.to_owned(), ty });
        let made = make(self);
        self.scope.pop();
        made
    }

    /// Something to go through: how it is written, what it binds.
    pub fn source(&mut self, depth: usize) -> (String, T) {
        let found = self.some_path(&|ty| matches!(ty, T::List(_) | T::Set(_)));
        match found {
            Some((path, T::List(elem))) if self.rng.below(4) > 0 => (path, *elem),
            Some((path, T::Set(elem))) => {
                self.used.mark("generator set");
                (path, *elem)
            }
            _ => {
                let elem = self.scalar();
                (self.expr(&T::List(Box::new(elem.clone())), depth), elem)
            }
        }
    }

    /// One generator over a list, set or map, and what stands behind it in its scope.
    pub fn generator<R>(&mut self, depth: usize, make: impl FnOnce(&mut Self) -> R) -> (String, R) {
        if self.rng.one_in(4)
            && let Some((path, T::Map(value))) = self.some_path(&|ty| matches!(ty, T::Map(_)))
        {
            self.used.mark("generator map");
            let (key, bound) = (self.name(), self.name());
            let made = self.inside(&key, T::Text, |maker| maker.inside(&bound, *value, make));
            return (format!("({key}, {bound}) in {path}"), made);
        }
        let (source, elem) = self.source(depth);
        let bound = self.name();
        let made = self.inside(&bound, elem, make);
        (format!("{bound} in {source}"), made)
    }

    /// Whether a field's type is an option.
    #[must_use]
    pub fn perhaps(given: Given) -> bool {
        given == Given::Perhaps
    }
}
