//! A drawn value: a document that knows absence and entities.

/// A drawn value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doc {
    /// Absent: a member that is left out, an element that is null.
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it is spelled.
    Number(String),
    /// A text.
    Text(String),
    /// Elements.
    List(Vec<Doc>),
    /// Members, in order.
    Object(Vec<(String, Doc)>),
    /// A reference to an entity: the name of its type in documents, and its id.
    Entity(String, String),
}

impl Doc {
    /// A number.
    #[must_use]
    pub fn int(number: i64) -> Self {
        Self::Number(number.to_string())
    }

    /// The document as JSON text.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Absent => out.push_str("null"),
            Self::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => quote(text, out),
            Self::List(elements) => {
                out.push('[');
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    element.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                let present = members.iter().filter(|(_, value)| *value != Self::Absent);
                for (at, (name, value)) in present.enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    quote(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
            Self::Entity(kind, id) => {
                out.push_str("{\"type\":");
                quote(kind, out);
                out.push_str(",\"id\":");
                quote(id, out);
                out.push('}');
            }
        }
    }

    /// A document that was read, where its numbers are exact.
    #[must_use]
    pub fn of(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Absent,
            serde_json::Value::Bool(truth) => Self::Bool(*truth),
            serde_json::Value::Number(number) => Self::Number(number.to_string()),
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(elements) => Self::List(elements.iter().map(Self::of).collect()),
            serde_json::Value::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), Self::of(value))).collect())
            }
        }
    }
}

/// A text as a JSON string.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
