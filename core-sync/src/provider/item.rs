//! Files and folders of a drive.

/// A file or a folder as the drive describes it. Names are stored as they are and are never paths.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RemoteItem {
    /// What the drive calls it, whatever its name and place.
    pub id: String,
    /// The folder it is in, if the drive says so.
    pub parent: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RemoteKind,
    /// The length in bytes.
    pub size: Option<u64>,
    /// When its content was last changed, in milliseconds since the Unix epoch.
    pub modified_millis: Option<u64>,
    /// Changes whenever the content does: an `ETag`, a version, a checksum.
    pub revision: Option<String>,
    /// A checksum of the content with its kind, such as `md5:9e10…`: equal for equal files.
    pub hash: Option<String>,
    /// What content is read from instead: for a shortcut to another item, or where an id is not what
    /// an item is asked for by.
    pub target: Option<String>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RemoteKind {
    /// It holds others.
    Folder,
    /// It has content.
    File,
}

/// What has happened to an item.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RemoteChange {
    /// It is there, like this.
    Upsert(RemoteItem),
    /// It is gone, to the bin or for good.
    Removed {
        /// Its id.
        id: String,
    },
    /// The drive does not say what has happened to it, nor to what is in it if it is a folder. Only
    /// drives that are [walked](crate::StorageProvider::walk) leave it at that: the engine looks.
    Untold {
        /// Its id.
        id: String,
        /// The folder it is in; none for what is at the top.
        parent: Option<String>,
    },
}

impl RemoteItem {
    /// A file with nothing but a name and a place.
    pub fn file(id: &str, parent: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            parent: Some(parent.to_owned()),
            name: name.to_owned(),
            kind: RemoteKind::File,
            size: None,
            modified_millis: None,
            revision: None,
            hash: None,
            target: None,
        }
    }

    /// A folder.
    pub fn folder(id: &str, parent: &str, name: &str) -> Self {
        Self { kind: RemoteKind::Folder, ..Self::file(id, parent, name) }
    }
}
