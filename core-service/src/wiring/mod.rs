//! What a host brings along.

mod bridges;
mod output_slot;

pub use bridges::Bridges;
pub(crate) use bridges::{Required, present};
pub use output_slot::OutputSlot;
