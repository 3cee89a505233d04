//! Cue sheets: where the tracks of a disc begin that is kept in one file.

mod block;
mod parse;
mod sheet;

pub(crate) use block::read as read_block;
pub use sheet::{CueError, CueSheet, CueTime, CueTrack, VirtualTrack, read_cue_sheet};
