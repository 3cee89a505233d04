//! What belongs to tracks that became copies goes to the track they are copies of, in the same batch.

use std::collections::BTreeMap;

use bridge_traits::{
    Change, DatabaseAdapter, Filter, Precondition, Query, Record, Result, Value, WriteBatch,
};

use crate::models::Play;
use crate::schema::{PLAYS, SESSION, SESSION_KEY, SESSION_QUEUE};

/// How many values one condition names.
const AT_ONCE: usize = 500;

/// Adds to `batch` what changes in the play history and in the kept queue. `heirs` has the new owner
/// of what belonged to each track.
pub(super) async fn inherit(
    database: &dyn DatabaseAdapter,
    batch: &mut WriteBatch,
    heirs: &BTreeMap<String, String>,
) -> Result<()> {
    let tracks: Vec<&String> = heirs.keys().collect();
    for some in tracks.chunks(AT_ONCE) {
        let of_them = || Filter::one_of("track_id", some.iter().copied());
        each(database, Query::new(PLAYS).filter(of_them()), |version, record| {
            let mut play = Play::from_record(record)?;
            if let Some(heir) = heirs.get(&play.track_id) {
                play.track_id.clone_from(heir);
                let change = Change::Put(play.into_record());
                batch.push(PLAYS, change, Precondition::Version(version));
            }
            Ok(())
        })
        .await?;
        let mut is_queued = false;
        each(database, Query::new(SESSION_QUEUE).filter(of_them()), |version, mut record| {
            // The key, and then the track.
            if let Some(Value::Text(track)) = record.0.get_mut(1)
                && let Some(heir) = heirs.get(track)
            {
                track.clone_from(heir);
                is_queued = true;
                batch.push(SESSION_QUEUE, Change::Put(record), Precondition::Version(version));
            }
            Ok(())
        })
        .await?;
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

async fn each(
    database: &dyn DatabaseAdapter,
    query: Query,
    mut with: impl FnMut(u64, Record) -> Result<()>,
) -> Result<()> {
    let mut query = query.limit(Query::MAX_LIMIT);
    loop {
        let page = database.query(&query).await?;
        for row in page.rows {
            with(row.version, row.record)?;
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(());
        }
    }
}
