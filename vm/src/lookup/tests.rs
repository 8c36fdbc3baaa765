//! What tables tell is what a search through all would find.

use super::*;
use crate::store::Store;

impl Store {
    fn look_up_text(&self, of: Span, stride: usize, text: &[u8]) -> Option<Option<usize>> {
        self.look_up(of, stride, Mark::of(text), text)
    }
}

/// A store with a set of texts, or with a map from texts to their positions.
fn store(texts: &[String], stride: usize) -> (Store, Span) {
    let mut store = Store::new();
    let mut values = Vec::new();
    for (at, text) in (0_i64..).zip(texts) {
        values.push(Value::Text(store.push_text(Region::Data, text).unwrap()));
        values.extend((stride == 2).then_some(Value::Int(at)));
    }
    let cells = store.push_cells(Region::Data, &values).unwrap();
    let span = cells.span(u32::try_from(texts.len()).unwrap());
    let root = if stride == 2 { Value::Map(span) } else { Value::Set(span) };
    store.settle(Region::Data, std::iter::once(root));
    (store, span)
}

#[test]
fn texts_are_found_where_they_are_and_others_nowhere() {
    for count in [16, 17, 100, 3_000] {
        let texts: Vec<String> = (0..count).map(|at| format!("user{at:05}")).collect();
        for stride in [1, 2] {
            let (store, span) = store(&texts, stride);
            for (at, text) in texts.iter().enumerate() {
                assert_eq!(store.look_up_text(span, stride, text.as_bytes()), Some(Some(at)));
                assert_eq!(store.look_up_text(span, stride, format!("{text}x").as_bytes()), Some(None));
            }
            assert_eq!(store.look_up_text(span, stride, b""), Some(None));
            // What is no set is not searched as one.
            assert_eq!(store.look_up_text(span, 3 - stride, b"user00001"), None);
        }
    }
}

#[test]
fn few_texts_and_values_of_other_kinds_have_no_table() {
    let few: Vec<String> = (0..15).map(|at| format!("{at}")).collect();
    let (of_few, span) = store(&few, 1);
    assert_eq!(of_few.look_up_text(span, 1, b"3"), None);

    let mut numbers = Store::new();
    let values: Vec<Value> = (0..50).map(Value::Int).collect();
    let span = numbers.push_cells(Region::Data, &values).unwrap().span(50);
    numbers.settle(Region::Data, std::iter::once(Value::Set(span)));
    assert_eq!(numbers.look_up_text(span, 1, b"3"), None);
}

#[test]
fn a_set_within_another_value_has_its_table() {
    let texts: Vec<String> = (0..40).map(|at| format!("t{at}")).collect();
    let (mut store, span) = store(&texts, 1);
    store.push_cells(Region::Data, &[Value::Set(span)]).unwrap();
    store.settle(Region::Data, std::iter::empty());
    assert_eq!(store.look_up_text(span, 1, b"t39"), Some(Some(39)));
}
