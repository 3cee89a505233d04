//! What becomes of a file that is damaged: it is noticed, checked, and set aside.
//!
//! Checking a whole file takes long, so that it is done only where there is reason to: whoever meets
//! damage leaves a file beside the database, `library.db.suspect`, and whoever opens it next checks
//! all of it first.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use bridge_traits::{BridgeError, ErrorKind, Result, StatePublisher};
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
        self.0.set(Some(in_full(error)));
    }
}

/// An error with its causes.
fn in_full(error: &BridgeError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
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
        return Err(BridgeError::new(ErrorKind::Corrupt, OPEN).with_detail(complaint));
    }
    match fs::remove_file(suspect) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(crate::files::bridge_error(OPEN, error))
        }
        _ => Ok(()),
    }
}

/// Moves a database and its logs to names that are not taken, which tell the time.
pub(super) fn set_aside(path: &Path) -> Result<PathBuf> {
    let failed = |error| crate::files::bridge_error("database.set_aside", error);
    let name = with(path, &format!(".damaged-{}", stamp(SystemTime::now())));
    let (mut aside, mut number) = (name.clone(), 1);
    while aside.try_exists().map_err(failed)? {
        number += 1;
        aside = with(&name, &format!("-{number}"));
    }
    // The logs first: without its log a database is old, a log without its database is nothing.
    for suffix in LOGS {
        match fs::rename(with(path, suffix), with(&aside, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    fs::rename(path, &aside).map_err(failed)?;
    // What comes next is not suspect.
    fs::remove_file(with(path, SUSPECT)).ok();
    if let Some(folder) = path.parent() {
        crate::files::sync_directory(folder).map_err(failed)?;
    }
    Ok(aside)
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A time as `20260131-235959`, in UTC.
fn stamp(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    // The calendar repeats every 400 years, and a year that begins in March ends with its leap day.
    let since_march = days + 719_468;
    let (era, day) = (since_march / 146_097, since_march % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_told_by_the_calendar() {
        for (seconds, expected) in [
            (0, "19700101-000000"),
            (951_782_399, "20000228-235959"),
            (951_782_400, "20000229-000000"),
            (951_868_800, "20000301-000000"),
            (1_790_000_000, "20260921-131320"),
            (4_107_542_399, "21000228-235959"),
            (4_107_542_400, "21000301-000000"),
        ] {
            assert_eq!(stamp(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
        }
    }
}
