//! WebDAV servers of every kind.

mod closed;
mod failing;
mod filtering;
mod identity;
mod mirroring;
mod reading;
mod refusing;
mod world;
