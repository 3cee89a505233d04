//! A cloud for development: an authorization server and a drive with the files of a folder, over
//! HTTP on this computer.
//!
//!     cargo run -p test-cloud --features server --example serve_folder -- FOLDER [PREFIX]
//!
//! One line of JSON says where everything is: `{"client_id", "authorize", "token", "api"}`. Every
//! token begins with PREFIX. What asks for `/end-access` where the tokens come from ends every
//! sign-in, as a user does on a provider's own pages. It runs until its standard input ends.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use test_cloud::{Answer, AuthorizationServer, DriveFiles, DriveService, Grants, Server};

const CLIENT: &str = "development";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next() else {
        eprintln!("usage: serve_folder FOLDER [PREFIX]");
        return ExitCode::from(2);
    };
    let prefix = args.next().unwrap_or_else(|| "development".to_owned());
    match serve(Path::new(&folder), &prefix) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("serving {folder} failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(folder: &Path, prefix: &str) -> std::io::Result<()> {
    let server = Arc::new(AuthorizationServer::new(CLIENT, prefix));
    server.set(|faults| faults.asks = true);
    let known = Arc::clone(&server);
    let drive = Arc::new(DriveService::new(move |token| known.accepts(token)));
    drive.files(|files| upload(files, "root", folder))?;
    let accounts = Server::start(move |ask| match ask.path.as_str() {
        "/end-access" => {
            server.grants(Grants::revoke_all);
            Answer::status(204)
        }
        _ => server.answer(&ask),
    })?;
    let files = Server::start(move |ask| drive.answer(&ask))?;
    println!(
        "{}",
        serde_json::json!({
            "client_id": CLIENT,
            "authorize": format!("{}/authorize", accounts.origin()),
            "token": format!("{}/token", accounts.origin()),
            "api": files.origin(),
        })
    );
    // Whoever started this ends it by going away.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Puts a folder's content onto the drive, in the order of names.
#[expect(clippy::disallowed_methods, reason = "a program of its own, outside any core")]
fn upload(files: &mut DriveFiles, parent: &str, folder: &Path) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let id = files.folder(parent, &name);
            upload(files, &id, &entry.path())?;
        } else {
            files.file(parent, &name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}
