//! Writes the TypeScript types of the core into a folder.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: export_types FOLDER");
        return ExitCode::from(2);
    };
    let config = ts_rs::Config::new().with_out_dir(&folder);
    match core_service::generated_types(&config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("writing the types into {folder} failed: {error}");
            ExitCode::FAILURE
        }
    }
}
