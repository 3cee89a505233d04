//! Ranges and downloads that never mix two versions of a file.
//!
//! Servers ignore ranges, answer others than were asked for, change a file between two requests and
//! drop connections. [`send_range`] tells exactly what came back; [`Download`] goes on at the byte
//! where a connection broke, as long as it can prove that the file is still the same.

mod checkpoint;
mod error;
mod part;
mod range;
mod transfer;

pub use checkpoint::{Checkpoint, Validator};
pub use error::TransferFault;
pub use part::Part;
pub use range::{RangeAnswer, send_range};
pub use transfer::Download;
