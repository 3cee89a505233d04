//! Making names survive a power cut.

use std::fs::File;
use std::io;
use std::path::Path;

/// Waits until the names in a directory are on the disk.
///
/// Where directories cannot be opened (Windows) the file system journals names itself.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    match File::open(directory) {
        Ok(directory) => directory.sync_all(),
        Err(_) => Ok(()),
    }
}
