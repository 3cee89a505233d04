//! Files that came, changed, moved or went.

use bridge_traits::{DatabaseExt, Direction, Filter, Query, Record, Result as BridgeResult, Value};
use futures::TryStreamExt;

use super::{Library, Result};
use crate::import::{FileChange, KnownFile, Request};
use crate::models::Reason;
use crate::schema::{BIN, TRACKS};

/// What the places of tracks begin with whose files are on a drive: an account's id follows, and
/// then the path there. No path of a host begins like this.
pub const REMOTE: &str = "remote:";

impl Library {
    /// Every file of the host at or below `root`, in the order of paths, those of tracks that the
    /// user removed among them, and those of other copies of tracks: their files are known and are
    /// not to be found anew. What is on a drive, below [`REMOTE`](crate::REMOTE), is no file of the
    /// host.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn known_files(&self, root: &str) -> Result<Vec<KnownFile>> {
        let read = |query: Query, is_copy: bool| async move {
            let fields = ["path", "size", "modified_at", "signature", "id"];
            let query =
                query.sort("path", Direction::Ascending).project(&fields).limit(Query::MAX_LIMIT);
            let rows: Vec<_> = self.database.scan(query).try_collect().await?;
            let files = rows.into_iter().map(|row| known_file(row.record, is_copy));
            files.collect::<BridgeResult<Vec<_>>>()
        };
        let is_copy = Filter::equals("merged_into", Value::Null).negated();
        let present = || Filter::equals("present", true);
        let removed = present().and(is_copy.clone().negated());
        let mut files = Vec::new();
        for (collection, condition, copies) in [
            (TRACKS, Filter::Everything, false),
            (BIN, removed, false),
            (BIN, present().and(is_copy), true),
        ] {
            for place in places(root) {
                let query = Query::new(collection).filter(place.and(condition.clone()));
                files.extend(read(query, copies).await?);
            }
        }
        // Stable, so that a file's track in the library comes before one in the bin.
        files.sort_by(|one, other| one.path.cmp(&other.path));
        files.dedup_by(|one, other| one.path == other.path);
        Ok(files)
    }

    /// How many tracks have their file at or below `root` on the host.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn count_files(&self, root: &str) -> Result<u64> {
        let mut count = 0;
        for place in places(root) {
            count += self.database.count(TRACKS, &place).await?;
        }
        Ok(count)
    }

    /// Applies differences between files and library: all of them, or none. Albums, artists,
    /// genres and folders follow in the same commit; events are sent after it.
    ///
    /// A track whose file is gone goes to the bin with everything the user made of it, and comes
    /// back when the file or the same music does. What the user edited stays as they have it.
    ///
    /// # Errors
    ///
    /// As the database does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the changes applied or not, never in part.
    pub async fn apply(&self, changes: Vec<FileChange>) -> Result<()> {
        self.apply_for(Reason::Scan, changes).await
    }

    /// As [`apply`](Self::apply), for another reason than a scan; the history keeps it.
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    pub async fn apply_for(&self, reason: Reason, changes: Vec<FileChange>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        self.carry_out(&Request::Files(changes, reason)).await.map(drop)
    }
}

/// What is at `root` on the host, and what is below it.
fn places(root: &str) -> [Filter; 2] {
    let below = match root.is_empty() || root.ends_with('/') {
        true => root.to_owned(),
        false => format!("{root}/"),
    };
    let is_here = Filter::starts_with("path", REMOTE).negated();
    [Filter::equals("path", root), Filter::starts_with("path", below)]
        .map(|place| place.and(is_here.clone()))
}

fn known_file(record: Record, is_copy: bool) -> BridgeResult<KnownFile> {
    let mut fields = record.into_reader();
    Ok(KnownFile {
        path: fields.text()?,
        size: fields.integer()?,
        modified_millis: fields.optional_integer()?,
        signature: fields.text()?,
        track_id: fields.text()?,
        is_copy,
    })
}
