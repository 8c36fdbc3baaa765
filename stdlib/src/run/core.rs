//! Functions of values of any type.

use policy_vm::{Context, Value};

use super::{Result, take};

pub(crate) fn only_if(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [value, condition] = take(args)?;
    Ok(if context.bool(condition)? { value } else { Value::Absent })
}
