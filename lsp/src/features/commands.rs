//! Commands, for editors that carry out lenses by sending them back.

use gen_lsp_types::ExecuteCommandParams;
use serde_json::Value;

use super::{coverage, evaluate, testing};
use crate::failure::Failure;
use crate::server::Server;

pub(crate) fn execute(server: &mut Server, params: ExecuteCommandParams) -> Result<Option<Value>, Failure> {
    let argument = params.arguments.unwrap_or_default().into_iter().next().unwrap_or(Value::Null);
    let read =
        |value: Value| serde_json::from_value(value).map_err(|error| Failure::params(error.to_string()));
    let value = match params.command.as_str() {
        testing::RUN | testing::RUN_ALL => {
            let results = testing::run(server, read(argument)?)?;
            testing::tell(server, &results);
            serde_json::to_value(results)
        }
        testing::COVERAGE => {
            let covered = coverage::coverage(server, read(argument)?)?;
            testing::tell(server, &covered.results);
            serde_json::to_value(covered)
        }
        evaluate::EVALUATE => {
            let argument = serde_json::from_value(argument).map_err(|e| Failure::params(e.to_string()))?;
            serde_json::to_value(evaluate::evaluate(server, argument)?)
        }
        other => return Err(Failure::params(format!("there is no command {other}"))),
    };
    value.map(Some).map_err(|error| Failure::internal(error.to_string()))
}
