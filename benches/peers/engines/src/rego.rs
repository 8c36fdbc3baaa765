//! regorus, as an interpreter and as its virtual machine.

use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine, Value};

/// A policy with its data.
pub struct Rego {
    engine: Engine,
    rule: String,
    data: Value,
}

impl Rego {
    /// Compiles a policy; `rule` is what is asked for.
    pub fn new(source: &str, rule: &str, data: &serde_json::Value) -> Self {
        let data = Value::from_json_str(&data.to_string()).expect("JSON");
        let mut engine = Engine::new();
        engine.add_policy("bench.rego".to_owned(), source.to_owned()).expect("it parses");
        engine.add_data(data.clone()).expect("an object");
        Self { engine, rule: rule.to_owned(), data }
    }

    /// The interpreter.
    pub fn interpreter(&self) -> impl FnMut(Value) -> Value + use<> {
        let mut engine = self.engine.clone();
        let rule = self.rule.clone();
        move |input| {
            engine.set_input(input);
            engine.eval_rule(rule.clone()).expect("it decides")
        }
    }

    /// The virtual machine.
    pub fn machine(&self) -> impl FnMut(Value) -> Value + use<> {
        let mut engine = self.engine.clone();
        let rule: Arc<str> = Arc::from(self.rule.as_str());
        let compiled = engine.compile_with_entrypoint(&rule).expect("it compiles");
        let program = Compiler::compile_from_policy(&compiled, &[&self.rule]).expect("it compiles");
        let mut machine = RegoVM::new_with_policy(compiled);
        machine.load_program(program);
        machine.set_data(self.data.clone()).expect("an object");
        move |input| {
            machine.set_input(input);
            machine.execute().expect("it decides")
        }
    }
}
