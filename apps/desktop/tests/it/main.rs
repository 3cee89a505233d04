//! The desktop host as its users meet it: a program, its output and its exit code.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod cloud;
mod covers;
mod crash;
mod damaged;
mod decode;
mod duplicates;
mod fingerprint;
mod folders;
mod library;
mod library_file;
mod playlists;
mod support;
mod usage;
mod web_dav;
