//! Writes the gate's program, data and inputs into a folder, for the tools of whoever measures.

use policy_benches::{engine, gate};

fn main() -> Result<(), String> {
    let folder = std::env::args().nth(1).ok_or("a folder")?;
    let program = engine::program(gate::POLICY)?;
    let manifest = policy_bytecode::bundle::Manifest {
        name: "gate".to_owned(),
        edition: program.bytecode().edition.clone(),
        ..policy_bytecode::bundle::Manifest::default()
    };
    let bytes = program.to_bundle(manifest, Vec::new(), Vec::new(), true);
    let lines: Vec<String> = gate::inputs::mixed(200).iter().map(ToString::to_string).collect();
    let files: [(&str, Vec<u8>); 4] = [
        ("bundle", bytes),
        ("data.json", gate::data().to_string().into_bytes()),
        ("policy", b"gate.gate".to_vec()),
        ("inputs.jsonl", lines.join("\n").into_bytes()),
    ];
    for (name, bytes) in files {
        std::fs::write(format!("{folder}/{name}"), bytes).map_err(|error| error.to_string())?;
    }
    Ok(())
}
