//! A process that decides once: `cold BUNDLE INPUT`; without arguments it does nothing, which is what it is compared with.

use std::process::ExitCode;

use policy_benches::bundle;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let (Some(bundle), Some(input)) = (args.next(), args.next()) else { return ExitCode::SUCCESS };
    let read = |path| std::fs::read(path).map_err(|error| error.to_string());
    let decided = read(bundle).and_then(|bundle| {
        let mut entry = bundle::open(&bundle)?;
        Ok(entry.decide_json(&read(input)?))
    });
    match decided {
        Ok(decision) if decision.errors.is_empty() => ExitCode::SUCCESS,
        Ok(_) | Err(_) => ExitCode::FAILURE,
    }
}
