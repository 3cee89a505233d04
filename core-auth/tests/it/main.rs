//! Signing in, staying signed in and leaving, against an authorization server that speaks OAuth,
//! natively and in a browser.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod leaving;
mod redirecting;
mod renewing;
mod requests;
mod secrecy;
mod signing_in;
mod support;
mod unreadable;
