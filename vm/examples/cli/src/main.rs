use policy_vm::{Entry, Program};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = Program::load(&std::fs::read("gate-1.0.0.pbundle")?, policy_stdlib::table())?;
    let mut gate = Entry::open(&program, "gate")?.at(std::time::SystemTime::now());
    let decision = gate.decide_json(&std::fs::read("change.json")?);
    println!("{}", decision.to_json());
    std::process::exit(i32::from(!decision.proceed))
}
