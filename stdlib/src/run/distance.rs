//! The edit distance of two texts.

use policy_vm::{Context, Value};

use super::{Result, count, overflow, pay, take};

const MAX_CHARACTERS: usize = 1_000;

pub(crate) fn edit_distance(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [a, b] = take(args)?;
    let left = characters(context, a)?;
    let right = characters(context, b)?;
    context.charge((left.len() * right.len()) as u64)?;
    Ok(count(distance(&left, &right)))
}

fn characters(context: &Context<'_>, text: Value) -> Result<Vec<char>> {
    let characters: Vec<char> = context.text(text)?.chars().take(MAX_CHARACTERS + 1).collect();
    if characters.len() > MAX_CHARACTERS { Err(overflow(text)) } else { Ok(characters) }
}

/// The distance, one row of the usual table at a time.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (to, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let change = diagonal + usize::from(from != to);
            diagonal = *cell;
            before = change.min(before + 1).min(*cell + 1);
            *cell = before;
        }
    }
    row.last().copied().unwrap_or(0)
}
