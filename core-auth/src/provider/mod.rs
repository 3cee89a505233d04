//! Who can be signed in to, as the host configures it.

mod config;
mod presets;

pub use config::{IdentitySource, OAuthProvider};
