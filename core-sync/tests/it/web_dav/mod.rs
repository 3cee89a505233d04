//! WebDAV servers of every kind.

mod failing;
mod identity;
mod mirroring;
mod reading;
mod world;
