//! What a host brings along.

mod background_slot;
mod bridges;
mod care;
mod end;
mod opening;
mod output_slot;
mod ownership;

pub(crate) use background_slot::BackgroundSlot;
pub use bridges::{Bridges, DatabaseReport};
pub(crate) use bridges::{Required, present};
pub(crate) use care::Care;
pub(crate) use end::{tell_of_damage, tell_of_the_end};
pub(crate) use opening::open_database;
pub use output_slot::OutputSlot;
pub(crate) use ownership::Ownership;
pub use ownership::Role;
