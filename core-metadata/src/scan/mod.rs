//! Keeps the library equal to folders of files.

mod matcher;
mod report;
mod scanner;
mod walk;

pub use report::{FailedFile, ScanError, ScanPlan, ScanReport};
pub use scanner::Scanner;
