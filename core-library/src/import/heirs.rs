//! What belongs to tracks that became copies goes to the track they are copies of, in the same
//! batch.

use std::collections::BTreeMap;

use bridge_traits::{
    Change, DatabaseAdapter, Filter, Precondition, Query, Result, Row, Value, WriteBatch,
};

use crate::models::Play;
use crate::paging::{every_row, groups};
use crate::schema::{PLAYS, SESSION, SESSION_KEY, SESSION_QUEUE};

/// Adds to `batch` what changes in the play history and in the kept queue. `heirs` has the new
/// owner of what belonged to each track.
pub(super) async fn inherit(
    database: &dyn DatabaseAdapter,
    batch: &mut WriteBatch,
    heirs: &BTreeMap<String, String>,
) -> Result<()> {
    for tracks in groups(&heirs.keys().map(String::as_str).collect()) {
        let of_them = Filter::one_of("track_id", tracks);
        let plays = Query::new(PLAYS).filter(of_them.clone());
        for Row { version, record } in every_row(database, plays).await? {
            let mut play = Play::from_record(record)?;
            if let Some(heir) = heirs.get(&play.track_id) {
                play.track_id.clone_from(heir);
                let change = Change::Put(play.into_record());
                batch.push(PLAYS, change, Precondition::Version(version));
            }
        }
        let mut is_queued = false;
        let queued = Query::new(SESSION_QUEUE).filter(of_them);
        for Row { version, mut record } in every_row(database, queued).await? {
            // The key, and then the track.
            if let Some(Value::Text(track)) = record.0.get_mut(1)
                && let Some(heir) = heirs.get(track)
            {
                track.clone_from(heir);
                is_queued = true;
                batch.push(SESSION_QUEUE, Change::Put(record), Precondition::Version(version));
            }
        }
        // Who reads the queue looks at the head to know whether it is still the same.
        if is_queued && let Some(row) = database.get(SESSION, SESSION_KEY).await? {
            let is_there = batch.operations.iter().any(|operation| operation.collection == SESSION);
            if !is_there {
                let version = Precondition::Version(row.version);
                batch.push(SESSION, Change::Put(row.record), version);
            }
        }
    }
    Ok(())
}
