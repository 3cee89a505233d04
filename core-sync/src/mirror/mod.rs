//! What the drive said: every item as a record, and how far we are with asking.

mod account;
mod item;
mod schema;
mod store;
mod wishes;

pub(crate) use account::{MirrorState, Phase};
pub(crate) use item::{MirrorItem, Presence};
pub(crate) use schema::{ACCOUNTS, ITEMS, component};
pub(crate) use store::{MirrorStore, Which};
pub(crate) use wishes::Wishes;
