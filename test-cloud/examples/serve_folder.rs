//! A cloud for development: an authorization server, a Google Drive and a OneDrive with the files of
//! a folder, over HTTP on this computer.
//!
//!     cargo run -p test-cloud --features server --example serve_folder -- FOLDER [PREFIX]
//!
//! One line of JSON says where everything is: `{"client_id", "authorize", "token", "api", "graph"}`.
//! Every token begins with PREFIX. It runs until its standard input ends. Where the tokens come from, a
//! test asks for what it needs:
//!
//! * `/end-access` ends every sign-in, as a user does on a provider's own pages;
//! * `/end-tokens` ends every access token, as time does;
//! * `/asked` lists the fields of every token request so far;
//! * `/weather?drive=401,cut,short,broken&token=500,broken,silent,silent-after&says=TEXT` says what
//!   happens to the next requests to the Google Drive and for tokens, one each; TEXT is what refused requests
//!   for tokens are told.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use test_cloud::{
    Answer, Ask, AuthorizationServer, DriveFault, DriveFiles, DriveService, Grants, Server,
    TokenFault, Weather,
};

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
    let (known, known_too) = (Arc::clone(&server), Arc::clone(&server));
    let drive = Arc::new(DriveService::new(move |token| known.accepts(token)));
    drive.files(|files| upload(files, "root", folder))?;
    let graph = DriveService::graph(move |token| known_too.accepts(token));
    graph.files(|files| upload(files, "root", folder))?;
    let asked = Arc::clone(&drive);
    let accounts = Server::start(move |ask| {
        control(&server, &asked, &ask).unwrap_or_else(|| server.answer(&ask))
    })?;
    let files = Server::start(move |ask| drive.answer(&ask))?;
    let graph = Server::start(move |ask| graph.answer(&ask))?;
    println!(
        "{}",
        json!({
            "client_id": CLIENT,
            "authorize": format!("{}/authorize", accounts.origin()),
            "token": format!("{}/token", accounts.origin()),
            "api": files.origin(),
            "graph": graph.origin(),
        })
    );
    // Whoever started this ends it by going away.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Answers what only a test asks for.
fn control(server: &AuthorizationServer, drive: &DriveService, ask: &Ask) -> Option<Answer> {
    match ask.path.as_str() {
        "/end-access" => server.grants(Grants::revoke_all),
        "/end-tokens" => server.grants(Grants::expire_access_tokens),
        "/asked" => return Some(Answer::json(200, &json!(server.token_requests()))),
        "/weather" => {
            let named = |what| ask.parameter(what).unwrap_or_default().split(',');
            let says = ask.parameter("says").unwrap_or_default();
            let mut weather = Weather::default();
            weather.next.extend(named("drive").filter_map(drive_fault));
            drive.set_weather(weather);
            let next = named("token").filter_map(|fault| token_fault(fault, says)).collect();
            server.set(|faults| faults.token = next);
        }
        _ => return None,
    }
    Some(Answer::status(204))
}

fn token_fault(name: &str, says: &str) -> Option<TokenFault> {
    match name {
        "broken" => Some(TokenFault::BrokenBefore),
        "silent" => Some(TokenFault::Silent),
        "silent-after" => Some(TokenFault::SilentAfter),
        status => Some(TokenFault::Answer(status.parse().ok()?, says.to_owned())),
    }
}

fn drive_fault(name: &str) -> Option<DriveFault> {
    match name {
        "broken" => Some(DriveFault::Broken),
        "cut" => Some(DriveFault::Cut),
        "short" => Some(DriveFault::Short),
        status => status.parse().ok().map(DriveFault::Status),
    }
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
