//! Mirroring a drive that speaks the real protocol, with everything that can go wrong on the way,
//! natively and in a browser.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod changing;
mod duplicates;
mod early;
mod failing;
mod filtering;
mod google_drive;
mod history;
mod identity;
mod one_drive;
mod pages;
mod reading;
mod removing;
mod restored;
mod support;
mod telling;
mod used;
mod web_dav;
