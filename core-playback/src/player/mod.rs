//! From a request to play to sound.

mod command;
mod error;
#[expect(clippy::module_inception, reason = "the type gives the file its name")]
mod player;
mod pump;
mod session;
mod status;

pub use command::PlayRequest;
pub use error::PlayError;
pub use player::Player;
pub use status::{PlayerState, PlayerStatus};
