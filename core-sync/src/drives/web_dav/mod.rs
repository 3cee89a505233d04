//! WebDAV (RFC 4918), with what some servers add to it: collection synchronisation (RFC 6578), and
//! the ids, checksums and folder revisions of ownCloud and Nextcloud.

mod address;
mod date;
mod item;
mod listing;
mod multistatus;
mod provider;

pub use provider::WebDav;
