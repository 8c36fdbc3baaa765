//! Expressions that only one type has.

use super::expr::Maker;
use super::types::T;

impl Maker {
    /// A form that gives this type.
    pub(super) fn special(&mut self, ty: &T, depth: usize) -> String {
        match ty {
            T::Bool => self.condition(depth),
            T::Int | T::Ranged => self.int(depth),
            T::Decimal => self.decimal(depth),
            T::Text => self.text(depth),
            T::Timestamp => {
                self.used.mark("time arithmetic");
                let op = self.rng.pick(&["+", "-"]);
                format!("({} {op} {})", self.varying(&T::Timestamp, depth), self.expr(&T::Duration, depth))
            }
            T::Duration => self.duration(depth),
            T::Date => {
                self.used.mark("library time");
                let name = self.rng.pick(&["start_of_month", "end_of_month", "start_of_week"]);
                format!("{}.{name}()", self.operand(&T::Date, depth))
            }
            T::List(elem) => self.list(elem, depth),
            T::Set(elem) => self.set(elem, depth),
            T::Map(value) => self.map(value, depth),
            T::Pair(a, b) => {
                self.used.mark("tuple literal");
                format!("({}, {})", self.expr(a, depth), self.expr(b, depth))
            }
            T::Record(index) => self.record(*index, depth),
            T::Option(inner) => {
                let name = self.rng.pick(&["first", "last"]);
                self.used.mark("library list");
                format!("{name}({})", self.expr(&T::List(inner.clone()), depth))
            }
            T::Json => self.json(depth),
            T::Entity(kinds) => self.entity(kinds, depth),
            T::TimeOfDay
            | T::Ip
            | T::Cidr
            | T::SemVer
            | T::Host
            | T::Path
            | T::Enum(_)
            | T::Name
            | T::Shape(_)
            | T::Size
            | T::Node => self.expr(ty, 0),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        if self.rng.one_in(5)
            && let Some(test) = self.entity_test(depth)
        {
            return test;
        }
        match self.rng.below(17) {
            16 => self.descent(&T::Bool, depth),
            14 => self.sequence(depth),
            15 => self.fold(&T::Bool, depth),
            0 | 1 => self.logic(depth),
            2..=4 => self.comparison(depth),
            5 => self.membership(depth),
            6 => self.pattern(depth),
            7 | 8 => self.test(depth),
            9 | 10 => self.quantified(depth),
            11 => self.narrowed(depth),
            12 => self.json_test(depth),
            _ => self.library_test(depth),
        }
    }

    fn logic(&mut self, depth: usize) -> String {
        let a = self.expr(&T::Bool, depth);
        match self.rng.below(4) {
            0 => {
                self.used.mark("and");
                format!("({a} and {})", self.expr(&T::Bool, depth))
            }
            1 => {
                self.used.mark("or");
                let (b, c) = (self.expr(&T::Bool, depth), self.expr(&T::Bool, depth));
                format!("({a} or {b} or {c})")
            }
            2 => {
                self.used.mark("implies");
                format!("({a} implies {})", self.expr(&T::Bool, depth))
            }
            _ => {
                self.used.mark("not");
                format!("(not {})", if a.starts_with('(') { a } else { format!("({a})") })
            }
        }
    }

    fn comparison(&mut self, depth: usize) -> String {
        let ordered =
            [T::Int, T::Decimal, T::Timestamp, T::Date, T::TimeOfDay, T::Duration, T::SemVer, T::Int];
        if self.rng.one_in(2) {
            let enums = &self.types.enums;
            let ranks: Vec<usize> =
                (0..enums.len()).filter(|i| enums.get(*i).is_some_and(|e| e.ordered)).collect();
            let ty = if !ranks.is_empty() && self.rng.one_in(6) {
                T::Enum(self.rng.pick(&ranks))
            } else {
                self.rng.pick(&ordered)
            };
            let op = self.rng.below(4);
            self.used.mark(["less", "less or equal", "greater", "greater or equal"][op]);
            return format!(
                "({} {} {})",
                self.expr(&ty, depth),
                ["<", "<=", ">", ">="][op],
                self.expr(&ty, depth)
            );
        }
        let ty = match self.any_type(1) {
            T::Option(inner) => *inner,
            ty => ty,
        };
        let equal = self.rng.below(3) > 0;
        self.used.mark(if equal { "equal" } else { "not equal" });
        // The left operand is a path where there is one, so that literals have a type to be of.
        let wanted = ty.clone();
        let paths = self.paths(&move |other| *other == wanted);
        let left = if paths.is_empty() { self.expr(&ty, depth) } else { self.rng.pick(&paths) };
        format!("({left} {} {})", if equal { "==" } else { "!=" }, self.expr(&ty, depth))
    }

    fn membership(&mut self, depth: usize) -> String {
        let not = if self.rng.one_in(3) {
            self.used.mark("not in");
            "not "
        } else {
            ""
        };
        let elem = self.scalar();
        let (a, b) = match self.rng.below(5) {
            0 => {
                self.used.mark("in list");
                (self.expr(&elem, depth), self.expr(&T::List(Box::new(elem)), depth))
            }
            1 => {
                self.used.mark("in set");
                (self.expr(&elem, depth), self.expr(&T::Set(Box::new(elem)), depth))
            }
            2 => {
                self.used.mark("in map");
                (self.expr(&T::Text, depth), self.expr(&T::Map(Box::new(elem)), depth))
            }
            3 => {
                self.used.mark("in cidr");
                (self.expr(&T::Ip, depth), self.expr(&T::Cidr, depth))
            }
            _ => {
                self.used.mark("cidr in cidr");
                (self.expr(&T::Cidr, depth), self.expr(&T::Cidr, depth))
            }
        };
        format!("({a} {not}in {b})")
    }

    fn pattern(&mut self, depth: usize) -> String {
        let text = self.expr(&T::Text, depth);
        match self.rng.below(5) {
            0 => {
                self.used.mark("matches regex");
                let pattern = self.rng.pick(&[
                    r#"re"[a-z]+""#,
                    r#"re"release/\d+(\.\d+)*""#,
                    r#"re"\w+ \w+""#,
                    r#"re"(?i)ANN""#,
                ]);
                format!("({text} matches {pattern})")
            }
            1 => {
                self.used.mark("matches glob");
                let pattern = self.rng.pick(&[
                    r#"glob"release/*""#,
                    r#"glob"**""#,
                    r#"glob"{main,Ann}""#,
                    r#"glob"[a-m]*""#,
                    r#"glob"**/1.?""#,
                ]);
                format!("({text} matches {pattern})")
            }
            2 => {
                self.used.mark("matches wildcard");
                let pattern = self.rng.pick(&[r#"wild"rel*2""#, r#"wild"*""#, r#"wild"A?n""#]);
                format!("({text} matches {pattern})")
            }
            3 => {
                self.used.mark("contains regex");
                let pattern = self.rng.pick(&[r#"re"\d""#, r#"re"\bmain\b""#, r#"re"[^ -~]""#]);
                format!("({text} contains {pattern})")
            }
            _ => {
                self.used.mark("contains text");
                format!("({text} contains {})", self.expr(&T::Text, depth))
            }
        }
    }

    fn test(&mut self, _depth: usize) -> String {
        if self.rng.one_in(2)
            && let Some(test) = self.of_shape(&T::Bool)
        {
            return test;
        }
        let choice = self.rng.below(6);
        if choice < 4
            && let Some((path, T::Option(inner))) = self.typed_path(&|ty| matches!(ty, T::Option(_)))
        {
            return match choice {
                0 => {
                    self.used.mark("is present");
                    format!("({path} is present)")
                }
                1 => {
                    self.used.mark("is absent");
                    format!("({path} is absent)")
                }
                _ => {
                    let not = self.rng.one_in(2);
                    self.used.mark(if not { "is not value" } else { "is value" });
                    let value = self.types.literal(&mut self.rng, &inner);
                    format!("({path} is {}{value})", if not { "not " } else { "" })
                }
            };
        }
        let collections = |ty: &T| matches!(ty, T::Text | T::List(_) | T::Set(_) | T::Map(_));
        match self.typed_path(&collections) {
            Some((path, _)) => {
                self.used.mark("is empty");
                format!("({path} is {}empty)", if self.rng.one_in(2) { "not " } else { "" })
            }
            None => self.expr(&T::Bool, 0),
        }
    }

    pub(super) fn typed_path(&mut self, fits: &dyn Fn(&T) -> bool) -> Option<(String, T)> {
        let mut found = Vec::new();
        for var in self.scope.clone() {
            self.collect(&var.text, &var.ty, 0, fits, &mut found);
        }
        if found.is_empty() { None } else { Some(self.rng.pick(&found)) }
    }

    fn collect(
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
        if let (T::Record(index), true) = (ty, depth < 3) {
            for field in self.types.records.get(*index).into_iter().flatten() {
                self.collect(&format!("{text}.{}", field.name), &field.read(), depth + 1, fits, found);
            }
        }
        if let (T::Entity(kinds), true) = (ty, depth < 2) {
            for (name, ty) in self.types.attributes(kinds) {
                self.collect(&format!("{text}.{name}"), &ty, depth + 1, fits, found);
            }
        }
    }

    fn quantified(&mut self, depth: usize) -> String {
        let which = self.rng.below(4);
        let word = ["any", "all", "none", "exactly one"][which];
        self.used.mark(word);
        if self.rng.one_in(4) {
            self.used.mark("several generators");
            let (first, (second, body)) =
                self.generator(depth, |maker| maker.generator(depth, |maker| maker.expr(&T::Bool, depth)));
            return format!("({word} {first}, {second}: {body})");
        }
        let (generator, body) = self.generator(depth, |maker| maker.expr(&T::Bool, depth));
        format!("({word} {generator}: {body})")
    }

    /// A test that something is present, and what follows from it.
    fn narrowed(&mut self, depth: usize) -> String {
        let Some((path, T::Option(inner))) = self.typed_path(&|ty| matches!(ty, T::Option(_))) else {
            return self.comparison(depth);
        };
        let body = self.inside(&path, *inner, |maker| maker.expr(&T::Bool, depth));
        match self.rng.below(3) {
            0 => {
                self.used.mark("narrowing and");
                format!("({path} is present and {body})")
            }
            1 => {
                self.used.mark("narrowing implies");
                format!("({path} is present implies {body})")
            }
            _ => {
                self.used.mark("narrowing if");
                format!("(if {path} is present then {body} else {})", self.expr(&T::Bool, depth))
            }
        }
    }

    fn json_test(&mut self, depth: usize) -> String {
        let json = self.json(depth);
        match self.rng.below(3) {
            0 => {
                self.used.mark("is json kind");
                let kind = self.rng.pick(&["String", "Bool", "Int", "Decimal"]);
                format!("({json}.a is {kind})")
            }
            1 => {
                self.used.mark("is json value");
                let value = self.rng.pick(&["\"x\"", "1", "1.5", "true"]);
                format!("({json}.a is {value})")
            }
            _ => {
                self.used.mark("json field");
                format!("({json}.b?.c is present)")
            }
        }
    }

    fn json(&mut self, _depth: usize) -> String {
        let paths = self.paths(&|ty| *ty == T::Json);
        if paths.is_empty() { "j0".to_owned() } else { self.rng.pick(&paths) }
    }

    fn library_test(&mut self, depth: usize) -> String {
        match self.rng.below(3) {
            0 => {
                self.used.mark("library text");
                let name = self.rng.pick(&["starts_with", "ends_with", "equals_ignoring_case"]);
                format!("{name}({}, {})", self.expr(&T::Text, depth), self.expr(&T::Text, depth))
            }
            1 => {
                self.used.mark("library list");
                let list = T::List(Box::new(T::Int));
                let name = self.rng.pick(&["contains_all", "contains_any"]);
                format!("{name}({}, {})", self.expr(&list, depth), self.expr(&list, depth))
            }
            _ => {
                self.used.mark("library set");
                let set = T::Set(Box::new(T::Text));
                let name = self.rng.pick(&["is_subset", "is_disjoint"]);
                format!("{name}({}, {})", self.expr(&set, depth), self.expr(&set, depth))
            }
        }
    }

    fn int(&mut self, depth: usize) -> String {
        if self.rng.one_in(6)
            && let Some(number) = self.of_shape(&T::Int)
        {
            return number;
        }
        match self.rng.below(13) {
            12 => self.descent(&T::Int, depth),
            10 => self.fold(&T::Int, depth),
            11 => self.score(&T::Int, depth),
            0..=4 => {
                let op = self.rng.below(5);
                self.used.mark(["add", "subtract", "multiply", "div", "remainder"][op]);
                let (a, b) = match op {
                    0..3 => (self.varying(&T::Int, depth), self.expr(&T::Int, depth)),
                    _ => (self.expr(&T::Int, depth), self.varying(&T::Int, depth)),
                };
                format!("({a} {} {b})", ["+", "-", "*", "div", "%"][op])
            }
            5 => {
                self.used.mark("negate");
                format!("(-{})", self.operand(&T::Int, depth))
            }
            6 if self.rng.one_in(2) => {
                let probe = self.rng.one_in(2);
                self.used.mark(if probe { "as probe" } else { "as" });
                self.used.mark("json index");
                let json = self.json(depth);
                let part = self.rng.pick(&[".a", "[0]", "[\"a\"]", "[1]?.a"]);
                format!(
                    "(({json}{part} {} Int) ?? {})",
                    if probe { "as?" } else { "as" },
                    self.expr(&T::Int, 0)
                )
            }
            6 => {
                self.used.mark("count");
                let filter = self.rng.one_in(2);
                let (generator, (filter, element)) = self.generator(depth, |maker| {
                    let filter = filter.then(|| maker.expr(&T::Bool, depth));
                    (filter, maker.scope.last().map(|var| var.text.clone()).unwrap_or_default())
                });
                format!("count({element} for {generator}{})", self.filter(filter))
            }
            7 => self.aggregate(&T::Int, depth),
            8 => {
                self.used.mark("date difference");
                format!("({} - {})", self.expr(&T::Date, depth), self.expr(&T::Date, depth))
            }
            _ => {
                let (feature, text) = match self.rng.below(4) {
                    0 => ("library text", format!("{}.length()", self.operand(&T::Text, depth))),
                    1 => ("library number", format!("{}.clamp(0, 10)", self.operand(&T::Int, depth))),
                    2 => (
                        "library list",
                        format!("{}.length()", self.operand(&T::List(Box::new(T::Text)), depth)),
                    ),
                    _ => ("library time", format!("{}.whole_hours()", self.operand(&T::Duration, depth))),
                };
                self.used.mark(feature);
                text
            }
        }
    }

    /// A path of a type where there is one, so that what is made with it is no constant that fails.
    fn varying(&mut self, ty: &T, depth: usize) -> String {
        let wanted = ty.clone();
        let paths = self.paths(&move |other| *other == wanted);
        if !paths.is_empty() {
            return self.rng.pick(&paths);
        }
        match ty {
            T::Int => self.rng.pick(&["1", "2", "7"]).to_owned(),
            T::Decimal => self.rng.pick(&["0.5", "2.0"]).to_owned(),
            T::Timestamp => self.rng.pick(&["@2026-01-31T12:00:00Z", "@2024-02-29T00:00:00Z"]).to_owned(),
            _ => self.expr(ty, depth),
        }
    }

    fn operand(&mut self, ty: &T, depth: usize) -> String {
        let text = self.expr(ty, depth);
        if text.starts_with('(') { text } else { format!("({text})") }
    }

    fn filter(&mut self, filter: Option<String>) -> String {
        match filter {
            Some(filter) => {
                self.used.mark("comprehension if");
                format!(" if {filter}")
            }
            None => String::new(),
        }
    }

    fn aggregate(&mut self, ty: &T, depth: usize) -> String {
        let (generator, element) = self.generator(depth, |maker| maker.expr(ty, depth));
        match self.rng.below(3) {
            0 => {
                self.used.mark("min");
                format!("(min({element} for {generator}) ?? {})", self.expr(ty, 0))
            }
            1 => {
                self.used.mark("max");
                format!("(max({element} for {generator}) ?? {})", self.expr(ty, 0))
            }
            _ => {
                self.used.mark("sum");
                format!("sum({element} for {generator})")
            }
        }
    }

    fn decimal(&mut self, depth: usize) -> String {
        match self.rng.below(11) {
            9 => self.fold(&T::Decimal, depth),
            10 => self.score(&T::Decimal, depth),
            0..=3 => {
                let op = self.rng.below(4);
                self.used.mark(["add", "subtract", "multiply", "divide"][op]);
                let (a, b) = (self.expr(&T::Decimal, depth), self.varying(&T::Decimal, depth));
                format!("({a} {} {b})", ["+", "-", "*", "/"][op])
            }
            4 => {
                self.used.mark("divide");
                self.used.mark("int to decimal");
                format!("({} / {})", self.expr(&T::Int, depth), self.varying(&T::Int, depth))
            }
            5 => {
                self.used.mark("int to decimal");
                format!("({} + {})", self.expr(&T::Int, depth), self.expr(&T::Decimal, depth))
            }
            6 => self.aggregate(&T::Decimal, depth),
            7 => {
                self.used.mark("avg");
                let (generator, element) = self.generator(depth, |maker| maker.expr(&T::Decimal, depth));
                format!("(avg({element} for {generator}) ?? 0.0)")
            }
            _ => {
                self.used.mark("library number");
                format!("{}.round(2)", self.operand(&T::Decimal, depth))
            }
        }
    }

    fn duration(&mut self, depth: usize) -> String {
        if self.rng.one_in(2) {
            self.used.mark("time arithmetic");
            return format!("({} - {})", self.expr(&T::Timestamp, depth), self.expr(&T::Timestamp, depth));
        }
        self.used.mark("duration arithmetic");
        match self.rng.below(3) {
            0 => format!("({} + {})", self.expr(&T::Duration, depth), self.expr(&T::Duration, depth)),
            1 => format!("({} * {})", self.expr(&T::Duration, depth), self.varying(&T::Int, depth)),
            _ => format!("(-{})", self.operand(&T::Duration, depth)),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if self.rng.one_in(5)
            && let Some(text) = self.of_shape(&T::Text)
        {
            return text;
        }
        if self.rng.one_in(2) {
            self.used.mark("interpolation");
            let ty = self.scalar();
            let wanted = ty.clone();
            let paths = self.paths(&move |other| *other == wanted);
            let value = if paths.is_empty() { "1 + 1".to_owned() } else { self.rng.pick(&paths) };
            return format!("\"<{{{value}}}> {{{{}}}}\"");
        }
        self.used.mark("library text");
        match self.rng.below(4) {
            0 => format!(
                "{}({})",
                self.rng.pick(&["lower_ascii", "upper_ascii", "trim"]),
                self.expr(&T::Text, depth)
            ),
            1 => format!("replace({}, \"a\", {})", self.expr(&T::Text, depth), self.expr(&T::Text, depth)),
            2 => format!("{}.slice({}, 3)", self.operand(&T::Text, depth), self.expr(&T::Int, depth)),
            _ => format!("join({}, \",\")", self.expr(&T::List(Box::new(T::Text)), depth)),
        }
    }

    fn list(&mut self, elem: &T, depth: usize) -> String {
        if matches!(elem, T::Option(_) | T::Record(_)) || self.rng.one_in(4) {
            self.used.mark("list literal");
            let elements: Vec<String> = (0..1 + self.rng.below(3)).map(|_| self.expr(elem, depth)).collect();
            return format!("[{}]", elements.join(", "));
        }
        match self.rng.below(3) {
            0 | 1 => {
                self.used.mark("list comprehension");
                let filter = self.rng.one_in(2);
                let (generator, (element, filter)) = self.generator(depth, |maker| {
                    (maker.expr(elem, depth), filter.then(|| maker.expr(&T::Bool, depth)))
                });
                format!("[{element} for {generator}{}]", self.filter(filter))
            }
            _ => {
                self.used.mark("library list");
                let list = T::List(Box::new(elem.clone()));
                let name =
                    if elem.scalar() { self.rng.pick(&["reverse", "distinct", "sort"]) } else { "reverse" };
                format!("{name}({})", self.expr(&list, depth))
            }
        }
    }

    fn set(&mut self, elem: &T, depth: usize) -> String {
        match self.rng.below(3) {
            0 => {
                self.used.mark("set literal");
                let elements: Vec<String> =
                    (0..1 + self.rng.below(3)).map(|_| self.expr(elem, depth)).collect();
                format!("{{{}}}", elements.join(", "))
            }
            1 => {
                self.used.mark("set comprehension");
                let (generator, element) = self.generator(depth, |maker| maker.expr(elem, depth));
                format!("{{{element} for {generator}}}")
            }
            _ => {
                self.used.mark("library set");
                let set = T::Set(Box::new(elem.clone()));
                let name = self.rng.pick(&["union", "intersection", "difference"]);
                format!("{name}({}, {})", self.expr(&set, depth), self.expr(&set, depth))
            }
        }
    }

    fn map(&mut self, value: &T, depth: usize) -> String {
        let map = T::Map(Box::new(value.clone()));
        match self.rng.below(3) {
            0 => {
                self.used.mark("map literal");
                format!("{{\"a\": {}, \"b c\": {}}}", self.expr(value, depth), self.expr(value, depth))
            }
            1 => {
                self.used.mark("map comprehension");
                let (generator, (key, element)) =
                    self.generator(depth, |maker| (maker.expr(&T::Text, depth), maker.expr(value, depth)));
                format!("{{[{key}]: {element} for {generator}}}")
            }
            _ => {
                self.used.mark("library map");
                {
                    let paths = self.paths(&|ty| *ty == map);
                    let left = if paths.is_empty() { "d9".to_owned() } else { self.rng.pick(&paths) };
                    if left == "d9" {
                        self.types.literal(&mut self.rng, &map)
                    } else {
                        format!("{left}.merge({})", self.expr(&map, depth))
                    }
                }
            }
        }
    }

    fn record(&mut self, index: usize, depth: usize) -> String {
        let paths = self.paths(&|ty| *ty == T::Record(index));
        let fields = self.types.records.get(index).cloned().unwrap_or_default();
        if !paths.is_empty() && self.rng.one_in(2) {
            let base = self.rng.pick(&paths);
            let field = self.rng.pick(&fields.iter().map(|f| Some(f.clone())).collect::<Vec<_>>());
            let Some(field) = field else { return base };
            self.used.mark("with");
            if let T::Record(inner) = &field.ty
                && !Self::perhaps(field.given)
                && let Some(Some(below)) =
                    self.types.records.get(*inner).map(|fields| fields.first().cloned())
            {
                self.used.mark("with nested");
                let value = self.expr(&below.ty.plain(), depth);
                return format!("({base} with {{ {}.{}: {value} }})", field.name, below.name);
            }
            let value = if field.ty == T::Ranged { "7".to_owned() } else { self.expr(&field.ty, depth) };
            return format!("({base} with {{ {}: {value} }})", field.name);
        }
        self.used.mark("record literal");
        self.types.literal(&mut self.rng, &T::Record(index))
    }
}
