//! Whether there is a network: what the operating system says, without asking anybody outside.

mod monitor;
#[cfg_attr(target_os = "linux", path = "linux/mod.rs")]
#[cfg_attr(not(target_os = "linux"), path = "interfaces.rs")]
mod system;

pub use monitor::DesktopNetwork;
