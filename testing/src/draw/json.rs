//! Any JSON.

use super::doc::Doc;
use super::value::Drawing;

impl Drawing<'_> {
    /// A JSON document of a few nodes. Members are named as the fields that policies ask of such documents.
    pub(super) fn anything(&mut self, key: &str) -> Doc {
        self.any_json(key, 0)
    }

    fn any_json(&mut self, key: &str, depth: u32) -> Doc {
        match self.choices.below(if depth < 3 { 6 } else { 4 }) {
            0 | 3 => Doc::Text(self.text(key)),
            1 => Doc::int(self.int(-1000, 1000, key)),
            2 => Doc::Bool(self.choices.below(2) == 1),
            4 => {
                let mut elements = Vec::new();
                while elements.len() < 3 && self.choices.chance(1, 2) {
                    elements.push(self.any_json(key, depth + 1));
                }
                Doc::List(elements)
            }
            _ => {
                let names: Vec<String> = self.hints.names().take(60).map(str::to_owned).collect();
                let mut members: Vec<(String, Doc)> = Vec::new();
                while members.len() < 4 && self.choices.chance(2, 3) {
                    let name = self.one_of(&names).unwrap_or_else(|| "a".to_owned());
                    let value = self.any_json(&name, depth + 1);
                    if !members.iter().any(|(known, _)| *known == name) {
                        members.push((name, value));
                    }
                }
                Doc::Object(members)
            }
        }
    }
}
