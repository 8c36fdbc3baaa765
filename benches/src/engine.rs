//! From a policy's source to something that decides.

use policy_compiler::{Options, SourceMap, Sources, World as _, check, compile};
use policy_vm::{Program, Snapshot};

/// Compiles one source file.
///
/// # Errors
/// What is wrong with the source, or why the program does not load, in words.
pub fn program(source: &str) -> Result<Program, String> {
    programs(&[source])
}

/// Compiles source files that belong together.
///
/// # Errors
/// What is wrong with the sources, or why the program does not load, in words.
pub fn programs<S: AsRef<str>>(files: &[S]) -> Result<Program, String> {
    let mut sources = Sources::default();
    for (at, file) in files.iter().enumerate() {
        sources.add(format!("bench{at}.policy"), file.as_ref());
    }
    let checked = check(&sources);
    if checked.has_errors() {
        let messages: Vec<&str> = checked.diagnostics.iter().map(|d| d.message.as_str()).collect();
        return Err(messages.join("; "));
    }
    let map = SourceMap::of(&checked, |file| sources.path(file));
    let compiled = compile(&checked.hir, &map, Options::default())
        .map_err(|found| found.into_iter().map(|d| d.message).collect::<Vec<_>>().join("; "))?;
    std::thread::scope(|scope| {
        // What was checked is given up while the program loads.
        scope.spawn(move || drop(checked));
        Program::new(compiled.program, policy_stdlib::table()).map_err(|error| error.to_string())
    })
}

/// A snapshot of data items, given as one JSON object by name, and of an entity store.
///
/// # Errors
/// Why the data does not fit the program, in words.
pub fn snapshot(
    program: &Program,
    data: &serde_json::Value,
    entities: Option<&str>,
) -> Result<Snapshot, String> {
    let items = data.as_object().into_iter().flatten();
    let builder = items
        .fold(Snapshot::builder(program), |builder, (name, value)| builder.data(name, &value.to_string()));
    let builder = match entities {
        Some(entities) => builder.entities("entities", entities),
        None => builder,
    };
    builder.build().map_err(|error| error.to_string())
}
