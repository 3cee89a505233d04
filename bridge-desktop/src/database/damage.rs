//! What becomes of a file that is damaged: it is noticed, checked, and set aside.
//!
//! Checking a whole file takes long, so that it is done only where there is reason to: whoever meets
//! damage leaves a file beside the database, `library.db.suspect`, and whoever opens it next checks
//! all of it first.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use bridge_traits::{BridgeError, ErrorKind, Result, StatePublisher, with_causes};
use rusqlite::Connection;
use sqlx::sqlite::SqliteConnection;

use super::error::bridge_error;

/// What the name of a file ends with whose database is to be checked.
const SUSPECT: &str = ".suspect";

/// What belongs to a database besides its file.
const LOGS: [&str; 2] = ["-wal", "-shm"];

/// What was found damaged while a database was open.
#[derive(Debug)]
pub(super) struct Damage(pub(super) StatePublisher<Option<String>>);

impl Default for Damage {
    fn default() -> Self {
        Self(StatePublisher::new(None))
    }
}

impl Damage {
    /// Tells of `result` if it says that the database at `path` is damaged, and has it checked when
    /// it is opened next.
    pub(super) fn note<T>(&self, path: Option<&Path>, result: &Result<T>) {
        let Err(error) = result else { return };
        if error.kind() != ErrorKind::Corrupt || self.0.current().is_some() {
            return;
        }
        if let Some(path) = path {
            // Where this fails, what is damaged is met again.
            File::create(with(path, SUSPECT)).ok();
        }
        self.0.set(Some(with_causes(error)));
    }
}

/// Checks all of a database in which somebody has met damage.
pub(super) async fn check_if_suspect(connection: &mut SqliteConnection, path: &Path) -> Result<()> {
    const OPEN: &str = "database.open";
    let suspect = with(path, SUSPECT);
    if !suspect.try_exists().map_err(|error| crate::files::bridge_error(OPEN, error))? {
        return Ok(());
    }
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_all(connection)
        .await
        .map_err(|error| bridge_error(OPEN, error))?;
    if let Some(complaint) = found.into_iter().find(|line| line != "ok") {
        return Err(BridgeError::new(kind_of(&complaint), OPEN).with_detail(complaint));
    }
    match fs::remove_file(suspect) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(crate::files::bridge_error(OPEN, error))
        }
        _ => Ok(()),
    }
}

/// What a complaint of the check means: it complains of pages that could not be read, too, as when a
/// disk fails.
fn kind_of(complaint: &str) -> ErrorKind {
    let code = complaint.split_once("error code=").and_then(|(_, code)| code.trim().parse().ok());
    code.map_or(ErrorKind::Corrupt, |code: i32| super::error::kind_of(code & 0xff))
}

/// A name for a database that is to be set aside, which is not taken and tells the time.
pub(super) fn aside_name(path: &Path) -> Result<PathBuf> {
    let failed = |error| crate::files::bridge_error("database.set_aside", error);
    let name = with(path, &format!(".damaged-{}", now()?));
    let (mut aside, mut number) = (name.clone(), 1);
    while aside.try_exists().map_err(failed)? {
        number += 1;
        aside = with(&name, &format!("-{number}"));
    }
    Ok(aside)
}

/// Moves what there is of a database and its logs to the name `aside`.
pub(super) fn set_aside(path: &Path, aside: &Path) -> Result<()> {
    let failed = |error| crate::files::bridge_error("database.set_aside", error);
    // The logs first: without its log a database is old, a log without its database is nothing.
    for suffix in LOGS.into_iter().chain([""]) {
        match fs::rename(with(path, suffix), with(aside, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    // What comes next is not suspect.
    fs::remove_file(with(path, SUSPECT)).ok();
    if let Some(folder) = path.parent() {
        crate::files::sync_directory(folder).map_err(failed)?;
    }
    Ok(())
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The time as `20260131-235959`, in UTC, as SQLite knows the calendar.
fn now() -> Result<String> {
    Connection::open_in_memory()
        .and_then(|sqlite| {
            sqlite.query_row("SELECT strftime('%Y%m%d-%H%M%S')", [], |row| row.get(0))
        })
        .map_err(|error| {
            BridgeError::new(ErrorKind::Other, "database.set_aside").with_source(error)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_fails_is_told_from_damage() {
        let page = "Tree 3 page 7: unable to get the page. error code=";
        assert_eq!(kind_of(&format!("{page}11")), ErrorKind::Corrupt);
        assert_eq!(kind_of(&format!("{page}266")), ErrorKind::Unavailable);
        assert_eq!(
            kind_of("Tree 3 page 7: btreeInitPage() returns error code 11"),
            ErrorKind::Corrupt
        );
        assert_eq!(kind_of("row 4 missing from index by_title"), ErrorKind::Corrupt);
    }
}
