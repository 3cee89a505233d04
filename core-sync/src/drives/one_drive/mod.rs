//! OneDrive, by version 1.0 of Microsoft Graph.

mod batch;
mod links;
mod model;
mod provider;

pub use provider::OneDrive;
