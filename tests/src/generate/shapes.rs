//! Types that every program declares alike: unions, open enums, records with a rest, bounded and generic types. A table
//! says how each is written, which values and documents it has, and what can be asked of a value.

use super::expr::Maker;
use super::types::T;

/// A type, with what is written of it. `$` stands for a value in scope.
pub(super) struct Shape {
    /// Its name, and what declares it.
    pub(super) name: &'static str,
    declarations: &'static [&'static str],
    /// Literals, where the type is expected.
    literals: &'static [&'static str],
    /// Documents that fit.
    pub(super) documents: &'static [&'static str],
    /// Documents that do not.
    pub(super) misfits: &'static [&'static str],
    /// Questions, with the feature that each uses.
    tests: &'static [(&'static str, &'static str)],
    /// Numbers.
    numbers: &'static [(&'static str, &'static str)],
    /// Texts.
    texts: &'static [(&'static str, &'static str)],
}

/// The shapes.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "Tagged",
        declarations: &[
            "type Tagged = union by kind { pod = \"Pod\": { n: Int, t: String = \"x\" }, job = \"Job\" | \"Cron\": { n: Int, xs: List<Bool> = [] } }",
        ],
        literals: &[
            "{ kind: \"Pod\", n: 1 }",
            "{ kind: \"Cron\", n: 2, xs: [true] }",
            "{ kind: \"Job\", n: -1 }",
        ],
        documents: &[
            "{\"kind\": \"Pod\", \"n\": 1}",
            "{\"n\": 7, \"xs\": [], \"kind\": \"Cron\", \"more\": {}}",
            "{\"kind\": \"Job\", \"n\": 1e1, \"xs\": [true, false]}",
        ],
        misfits: &[
            "{\"kind\": \"Set\", \"n\": 1}",
            "{\"n\": 1}",
            "{\"kind\": null, \"n\": 1}",
            "{\"kind\": \"Pod\", \"kind\": \"Pod\", \"n\": 2}",
            "{\"kind\": \"Pod\", \"n\": \"1\"}",
            "[]",
        ],
        tests: &[
            ("union is", "($ is pod)"),
            ("union is", "($ is not job)"),
            ("union is", "($ is pod and $.t != \"x\")"),
            ("union narrowing", "(($ is not pod) implies count($.xs) > 1)"),
            ("union tag", "($.kind == \"Cron\")"),
            ("match union", "(match $ { pod => true, job { xs } => any zb in xs: zb })"),
        ],
        numbers: &[
            ("union shared field", "$.n"),
            ("match union", "(match $ { pod zp => zp.n, job { n, xs } => n + count(xs) })"),
            ("union with", "(if $ is pod then ($ with { n: $.n + 1 }).n else 0)"),
        ],
        texts: &[("union tag", "$.kind"), ("match union", "(match $ { pod zp => zp.t, else => \"<{$}>\" })")],
    },
    Shape {
        name: "OpenTagged",
        declarations: &[
            "type OpenTagged = open union by op { get = \"GET\" | \"HEAD\": { n: Int }, put: {} }",
        ],
        literals: &["{ op: \"HEAD\", n: 3 }", "{ op: \"put\" }", "{ op: \"patch\", x: 1 }"],
        documents: &[
            "{\"op\": \"GET\", \"n\": 4}",
            "{\"op\": \"put\"}",
            "{\"op\": \"patch\", \"x\": [1.50, null]}",
            "{\"x\": 1, \"op\": \"\"}",
        ],
        misfits: &[
            "{\"op\": 7}",
            "{}",
            "{\"op\": \"patch\", \"op\": \"patch\"}",
            "{\"op\": \"GET\"}",
            "\"GET\"",
        ],
        tests: &[
            ("open union", "($ is other)"),
            ("open union", "($ is other and $.x is present)"),
            ("union is", "($ is get and $.n > 3)"),
            ("union tag", "($.op == \"put\")"),
        ],
        numbers: &[("open union", "(match $ { get { n } => n, put => 0, other zj => (zj.x as? Int) ?? 1 })")],
        texts: &[("union tag", "$.op"), ("open union", "(match $ { other => \"{$}\", else => $.op })")],
    },
    Shape {
        name: "Either",
        declarations: &["type Either = String | List<Int> | Bool"],
        literals: &["\"x\"", "[1, 2]", "true", "\"\""],
        documents: &["\"main\"", "[3, 1e0]", "false", "[]"],
        misfits: &["7", "null", "{}", "[\"a\"]", "[1.5]"],
        tests: &[
            ("union by shape", "($ is String)"),
            ("union by shape", "($ is String and $ contains \"a\")"),
            ("union by shape", "($ is Bool and $)"),
            ("union by shape", "(match $ { Bool zb => zb, else => false })"),
        ],
        numbers: &[(
            "union by shape",
            "(match $ { List zl => count(zl), String zs => zs.length(), Bool => -1 })",
        )],
        texts: &[("union by shape", "\"{$}\"")],
    },
    Shape {
        name: "Source",
        declarations: &["open enum Source { trusted, web = \"web\" | \"www\", mail }"],
        literals: &["Source.trusted", "Source.web", "Source.mail"],
        documents: &["\"trusted\"", "\"www\"", "\"web\"", "\"rss\"", "\"\""],
        misfits: &["1", "null", "[]"],
        tests: &[
            ("open enum", "($ != trusted and $ != web)"),
            ("open enum", "($ in [web, mail])"),
            (
                "enum narrowing",
                "(if $ in [web, mail] then (match $ { web => true, mail => false }) else true)",
            ),
        ],
        numbers: &[("open enum", "(match $ { trusted => 1, web | mail => 2, else => 3 })")],
        texts: &[("open enum", "\"{$}\"")],
    },
    Shape {
        name: "Rest",
        declarations: &["type Rest = { n: Int, ..others: Map<String, Int, max 2> }"],
        literals: &["{ n: 1 }", "{ n: 2, others: { \"a\": 1 } }"],
        documents: &["{\"n\": 1}", "{\"b\": 3, \"n\": 2, \"a\": 1e0}", "{\"n\": 1, \"others\": 5}"],
        misfits: &[
            "{\"n\": 1, \"a\": \"x\"}",
            "{\"a\": 1}",
            "{\"n\": 1, \"a\": 1, \"a\": 1}",
            "{\"n\": 1, \"a\": 1, \"b\": 2, \"c\": 3}",
        ],
        tests: &[("rest field", "($.others[\"a\"] is 1)"), ("rest field", "($.others is empty)")],
        numbers: &[
            ("rest field", "($.n + count($.others))"),
            ("rest field", "($.others[\"others\"] ?? $.n)"),
        ],
        texts: &[("rest field", "\"{$}\"")],
    },
    Shape {
        name: "Closed",
        declarations: &[
            "type Closed = closed { xs: List<Int, max 2, or one> = [], t?: Tree<Int> }",
            "type Tree<V> = { v: V, below: List<Tree<V>> = [] }",
        ],
        literals: &["{}", "{ xs: [1] }", "{ t: { v: 1, below: [{ v: 2 }] } }"],
        documents: &[
            "{\"xs\": 7}",
            "{\"xs\": [1, 2]}",
            "{\"t\": {\"v\": 1, \"below\": [{\"v\": 2, \"x\": 0}]}}",
            "{}",
        ],
        misfits: &["{\"ys\": 1}", "{\"xs\": [1, 2, 3]}", "{\"t\": {\"below\": [{}]}}", "{\"xs\": \"a\"}"],
        tests: &[
            ("list or one", "(any zx in $.xs: zx > 1)"),
            ("recursive type", "($.t is present and (any zb in $.t.below: zb.v == 2))"),
        ],
        numbers: &[
            ("list or one", "sum($.xs)"),
            ("recursive type", "($.t?.v ?? 0)"),
            ("bounded list", "count([zx for zx in $.xs] as (List<Int, max 2>))"),
        ],
        texts: &[("recursive type", "\"{$}\"")],
    },
    Shape {
        name: "Place",
        declarations: &["type Place = { url: Url, raw: Bytes = \"aGk=\" }"],
        literals: &[
            "{ url: \"https://example.com/a?b=1\" }",
            "{ url: \"http://api.example.com:8080\", raw: \"\" }",
        ],
        documents: &[
            "{\"url\": \"https://example.com/a\"}",
            "{\"url\": \"http://api.example.com:8080/x?y#z\", \"raw\": \"aGk=\"}",
        ],
        misfits: &[
            "{\"url\": \"example.com\"}",
            "{\"url\": \"https://u@example.com\"}",
            "{\"url\": \"https://example.com/\", \"raw\": \"a\"}",
        ],
        tests: &[
            ("url part", "($.url.host == \"example.com\")"),
            ("url part", "($.url.scheme == \"https\" and $.url.port is absent)"),
            ("bytes", "($.raw == \"aGk=\")"),
        ],
        numbers: &[("url part", "($.url.port ?? 0)")],
        texts: &[("url part", "$.url.path"), ("url part", "($.url.query ?? \"none\")")],
    },
];

/// The declarations of all shapes, and a function for each literal, so that each has its type wherever it stands.
pub(super) fn declarations() -> Vec<String> {
    let mut items = Vec::new();
    for (at, shape) in SHAPES.iter().enumerate() {
        items.extend(shape.declarations.iter().map(|text| (*text).to_owned()));
        for (n, literal) in shape.literals.iter().enumerate() {
            items.push(format!("fn s{at}_{n}() -> {} = {literal}", shape.name));
        }
    }
    items
}

impl Shape {
    /// A literal of the shape at a position.
    pub(super) fn literal(at: usize, pick: usize) -> String {
        let count = SHAPES.get(at).map_or(1, |shape| shape.literals.len());
        format!("s{at}_{}()", pick % count)
    }
}

impl Maker {
    /// What is asked of a shape in scope; none where there is no such value.
    pub(super) fn of_shape(&mut self, wanted: &T) -> Option<String> {
        let (path, ty) = self.typed_path(&|ty| matches!(ty, T::Shape(_)))?;
        let T::Shape(at) = ty else { return None };
        let shape = SHAPES.get(at)?;
        let forms = match wanted {
            T::Bool => shape.tests,
            T::Int => shape.numbers,
            T::Text => shape.texts,
            _ => return None,
        };
        let (feature, form) = self.rng.pick(forms);
        self.used.mark(feature);
        Some(form.replace('$', &path))
    }
}
