//! OneDrive, by version 1.0 of Microsoft Graph.

mod batch;
mod links;
mod model;
mod provider;
mod rest;

pub use provider::OneDrive;
