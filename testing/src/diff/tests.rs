use super::*;

fn shown(left: &str, right: &str) -> String {
    json(left, right)
        .unwrap()
        .iter()
        .map(|line| match line {
            Line::Same(text) => format!("  {text}\n"),
            Line::Left(text) => format!("- {text}\n"),
            Line::Right(text) => format!("+ {text}\n"),
            Line::Skipped(number) => format!("  ({number})\n"),
        })
        .collect()
}

#[test]
fn what_differs_is_marked_and_the_rest_is_short() {
    let left = r#"{"a":1,"b":[],"c":{"d":"x, \"{","e":[1,2,3,4,5,6]},"f":1.10}"#;
    let right = r#"{"a":1,"b":[],"c":{"d":"x, \"{","e":[1,2,3,4,6,7]},"f":1.10}"#;
    assert_eq!(
        shown(left, right),
        "  (8)\n        3,\n        4,\n-       5,\n        6\n+       7\n      ]\n    },\n  (2)\n"
    );
}

#[test]
fn short_values_have_no_difference_worth_lines() {
    assert_eq!(json("1", "2"), None);
    assert_eq!(json("\"a\"", "{}"), None);
    assert_eq!(json("nonsense", "{}"), None);
}

#[test]
fn a_value_that_is_absent_on_one_side_is_all_different() {
    assert_eq!(shown("[1,2]", "[]"), "- [\n-   1,\n-   2\n- ]\n+ []\n");
}
