//! The file: loading an engine from it, appending commits, replacing it.

use bridge_memory::{ChangeSet, Engine};
use bridge_traits::{BridgeError, ErrorKind, Result};

use super::entry::EntryRef;
use super::{frame, snapshot};
use crate::files::Replacement;
use crate::host::{File, NodeError, sync_directory};

const OPEN: &str = "database.open";
const WRITE: &str = "database.write";
const REPLACE: &str = "database.compact";

/// The file of a database, which only the holder of its lock touches.
#[derive(Debug)]
pub(super) struct Log {
    path: String,
    /// Open for writing.
    file: File,
    /// Where the next entry goes. What lies behind was never acknowledged.
    length: u64,
    /// The length of the description and the blocks.
    snapshot: u64,
    /// What has to be found out before the next entry is written.
    doubt: Option<Doubt>,
}

/// What is not known of a file after a failure.
#[derive(Clone, Copy, Debug)]
enum Doubt {
    /// What lies behind its end.
    Tail,
    /// Whether another file, with as many bytes and the same records, has taken its place.
    Replaced(u64),
}

impl Log {
    /// Commits longer than this altogether, and longer than the snapshot, are folded into it. Each
    /// record is then rewritten a bounded number of times however long the database stays open.
    const LONG: u64 = 4 << 20;

    /// Reads the file at `path`, if there is one.
    pub(super) async fn load(path: &str) -> Result<Option<(Engine, Self)>> {
        let failed = |error: NodeError| error.at(OPEN);
        let file = match File::open(path, "r+", 0).await {
            Ok(file) => file,
            Err(error) if error.code() == "ENOENT" => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let length = file.length().await.map_err(failed)?;
        let fits = usize::try_from(length).map_err(|error| {
            BridgeError::new(ErrorKind::Unsupported, OPEN)
                .with_detail("the database is larger than the memory of a module")
                .with_source(error)
        })?;
        let content = file.read(0, fits).await.map_err(failed)?;
        let snapshot::Restored { engine, snapshot, valid } = snapshot::unpack(&content)?;
        // A commit that was broken off is cut away before the next one is written.
        let doubt = (valid < length).then_some(Doubt::Tail);
        let path = path.to_owned();
        Ok(Some((engine, Self { path, file, length: valid, snapshot, doubt })))
    }

    /// Puts `entries`, which stand for a whole engine, into the file at `path`, all or nothing.
    pub(super) async fn create(path: &str, entries: &[Vec<u8>]) -> Result<Self> {
        let write = async {
            let mut replacement = Replacement::create(path, 0o600).await?;
            for entry in entries {
                replacement.write(entry).await?;
            }
            replacement.commit().await?;
            let file = File::open(path, "r+", 0).await?;
            let (path, length) = (path.to_owned(), length_of(entries));
            Ok(Self { path, file, length, snapshot: length, doubt: None })
        };
        write.await.map_err(|error: NodeError| error.at(REPLACE))
    }

    /// Makes a commit durable.
    pub(super) async fn append(&mut self, changes: &ChangeSet) -> Result<()> {
        let entry = frame::encode(&EntryRef::Commit(changes))?;
        self.settle().await.map_err(|error| error.at(WRITE))?;
        let append = async {
            self.file.write(self.length, &entry).await?;
            self.file.sync().await
        };
        if let Err(error) = append.await {
            // It may be there in part or as a whole, and must not come back after a restart.
            self.doubt = Some(Doubt::Tail);
            self.settle().await.ok();
            return Err(error.at(WRITE));
        }
        self.length += entry.len() as u64;
        Ok(())
    }

    /// Makes sure that the file ends where it should.
    async fn settle(&mut self) -> Result<(), NodeError> {
        let Some(doubt) = self.doubt else { return Ok(()) };
        if let Doubt::Replaced(length) = doubt {
            sync_directory(bridge_traits::path::parent(&self.path)).await?;
            self.file = File::open(&self.path, "r+", 0).await?;
            if self.file.length().await? == length {
                self.length = length;
            }
        }
        self.file.truncate(self.length).await?;
        self.file.sync().await?;
        self.doubt = None;
        Ok(())
    }

    /// Whether there are so many commits that folding them pays.
    pub(super) fn is_long(&self) -> bool {
        self.length - self.snapshot > Self::LONG.max(self.snapshot)
    }

    /// Replaces the file by `entries`, which stand for the same records. That it cannot be done, for
    /// example because the disk is full, is no harm: the file stays as it is.
    pub(super) async fn compact(&mut self, entries: &[Vec<u8>]) {
        match Self::create(&self.path, entries).await {
            Ok(compacted) => *self = compacted,
            Err(_) => {
                self.doubt = Some(Doubt::Replaced(length_of(entries)));
                // As if there had been a snapshot here: tried again when the file has doubled.
                self.snapshot = self.length;
            }
        }
    }
}

fn length_of(entries: &[Vec<u8>]) -> u64 {
    entries.iter().map(|entry| entry.len() as u64).sum()
}
