//! Adding what a user did in another copy of the library to this one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, Filter, Query, Record, Row, Value, WriteBatch};

use super::error::BackupError;
use super::header::ImportReport;
use super::reader::{BackupFile, Entry};
use crate::ids::IdGenerator;
use crate::import::{Request, carry_out};
use crate::models::{Play, PlayOutcome, Playlist};
use crate::records::{BinRecord, EditRecord, EntryRecord, TrackRecord, UserData};
use crate::schema::{BIN, EDITS, PLAYLIST_ENTRIES, PLAYLISTS, PLAYS, TRACKS};
use crate::search;

/// How many records of the file are worked on at once.
const BATCH: usize = 250;

type Result<T, E = BackupError> = std::result::Result<T, E>;

/// A merge on its way.
struct Merge<'a> {
    database: &'a Arc<dyn DatabaseAdapter>,
    ids: &'a IdGenerator,
    file: &'a BackupFile,
    /// The track here for each track of the file that is here.
    tracks: BTreeMap<String, String>,
    report: ImportReport,
}

/// Adds what `file` has to the library. Everything is found again by its id, so that a second time
/// adds nothing, also if the first was interrupted.
pub(crate) async fn merge(
    database: &Arc<dyn DatabaseAdapter>,
    ids: &IdGenerator,
    file: &BackupFile,
) -> Result<ImportReport> {
    let report = ImportReport { written_at: file.created_at, ..ImportReport::default() };
    let mut merge = Merge { database, ids, file, tracks: BTreeMap::new(), report };
    merge.tracks().await?;
    merge.edits().await?;
    merge.playlists().await?;
    merge.plays().await?;
    Ok(merge.report)
}

impl Merge<'_> {
    /// Finds which tracks of the file are here.
    async fn tracks(&mut self) -> Result<()> {
        let mut portions = Portions::new(self.file, TRACKS);
        while let Some(records) = portions.next().await? {
            self.match_tracks(records).await?;
        }
        Ok(())
    }

    /// Finds tracks by id, by path, and by what tells that a file is the same elsewhere.
    async fn match_tracks(&mut self, records: Vec<Record>) -> Result<()> {
        self.report.tracks += records.len() as u64;
        let mut theirs = Vec::new();
        for record in records {
            let data = UserData::read(&record)?;
            theirs.push((TrackRecord::from_record(record)?, data));
        }
        let ids: Vec<_> = theirs.iter().map(|(record, _)| record.track.id.clone()).collect();
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        let mut by_path = BTreeMap::new();
        let mut by_content: BTreeMap<_, Vec<String>> = BTreeMap::new();
        let mut found = self.database.get_many(TRACKS, &ids).await?;
        let paths: BTreeSet<_> =
            theirs.iter().map(|(record, _)| record.track.path.as_str()).collect();
        let marks: BTreeSet<_> =
            theirs.iter().map(|(record, _)| record.signature.as_str()).collect();
        for filter in [Filter::one_of("path", paths), Filter::one_of("signature", marks)] {
            let query = Query::new(TRACKS).filter(filter).limit(Query::MAX_LIMIT);
            found.extend(self.database.query(&query).await?.rows.into_iter().map(Some));
        }
        for row in found.into_iter().flatten() {
            let record = TrackRecord::from_record(row.record.clone())?;
            let id = record.track.id;
            by_path.insert(record.track.path, id.clone());
            if rows.insert(id.clone(), row).is_none() {
                by_content.entry((record.track.size, record.signature)).or_default().push(id);
            }
        }
        let merged = self.merged(&theirs, &mut rows).await?;
        let mut changed = BTreeSet::new();
        for (TrackRecord { track, signature, .. }, theirs) in theirs {
            // Of several files with the same content nobody can say which is meant.
            let same = by_content.get(&(track.size, signature)).filter(|ids| ids.len() == 1);
            let id = rows.contains_key(&track.id).then(|| track.id.clone());
            let id = id.or_else(|| merged.get(&track.id).cloned());
            let id = id.or_else(|| by_path.get(&track.path).or(merged.get(&track.path)).cloned());
            let Some(id) = id.or_else(|| same.map(|ids| ids[0].clone())) else { continue };
            self.report.matched += 1;
            self.tracks.insert(track.id, id.clone());
            let Some(row) = rows.get_mut(&id) else { continue };
            let ours = UserData::read(&row.record)?;
            let mut both = ours;
            both.rating = ours.rating.or(theirs.rating);
            both.favourite |= theirs.favourite;
            if both != ours {
                both.write(&mut row.record)?;
                changed.insert(id);
            }
        }
        let mut batch = WriteBatch::new();
        for (_, row) in rows.into_iter().filter(|(id, _)| changed.contains(id)) {
            batch.replace(TRACKS, row.record, row.version);
        }
        self.database.write(batch).await?;
        Ok(())
    }

    /// The tracks that some of the file's are copies of here, by the id and by the path of the
    /// copy; their rows are added to `rows`.
    async fn merged(
        &self,
        theirs: &[(TrackRecord, UserData)],
        rows: &mut BTreeMap<String, Row>,
    ) -> Result<BTreeMap<String, String>> {
        let mut merged = BTreeMap::new();
        let names = |of: fn(&TrackRecord) -> &String| theirs.iter().map(move |(it, _)| of(it));
        for (field, values) in
            [("id", names(|it| &it.track.id)), ("path", names(|it| &it.track.path))]
        {
            let is_copy = Filter::equals("merged_into", Value::Null).negated();
            let query = Query::new(BIN).filter(Filter::one_of(field, values).and(is_copy));
            for row in self.database.query(&query.limit(Query::MAX_LIMIT)).await?.rows {
                let copy = BinRecord::from_record(row.record)?;
                if let Some(into) = copy.merged_into().cloned() {
                    merged.insert(copy.record.track.path, into.clone());
                    merged.insert(copy.record.track.id, into);
                }
            }
        }
        let heirs: BTreeSet<String> = merged.values().cloned().collect();
        let heirs: Vec<String> = heirs.into_iter().filter(|id| !rows.contains_key(id)).collect();
        for row in self.database.get_many(TRACKS, &heirs).await?.into_iter().flatten() {
            rows.insert(row.record.key().to_owned(), row);
        }
        // One in the bin has nothing to take over.
        merged.retain(|_, heir| rows.contains_key(heir));
        Ok(merged)
    }

    /// What was set for tracks of the file holds here where nobody has set the same field.
    async fn edits(&mut self) -> Result<()> {
        let mut portions = Portions::new(self.file, EDITS);
        while let Some(records) = portions.next().await? {
            let mut edits = Vec::new();
            for record in records {
                let mut edit = EditRecord::from_record(record)?;
                if let Some(id) = self.tracks.get(&edit.track_id) {
                    edit.track_id.clone_from(id);
                    edits.push(edit);
                }
            }
            // Who listens is told of the merge as a whole.
            let (_, count) = carry_out(self.database, self.ids, &Request::Adopt(edits)).await?;
            self.report.edited += count as u64;
        }
        Ok(())
    }

    /// Playlists that are not here come whole. One that is here in another state comes beside it.
    async fn playlists(&mut self) -> Result<()> {
        let mut wanted: BTreeMap<String, (Option<String>, Playlist)> = BTreeMap::new();
        let mut portions = Portions::new(self.file, PLAYLISTS);
        while let Some(records) = portions.next().await? {
            for record in records {
                let mut playlist = Playlist::from_record(record)?;
                (playlist.entry_count, playlist.duration_ms) = (0, 0);
                let theirs = playlist.id.clone();
                let Some(row) = self.database.get(PLAYLISTS, &theirs).await? else {
                    wanted.insert(theirs, (None, playlist));
                    continue;
                };
                let suffix = format!("-{:x}", playlist.updated_at);
                playlist.id.push_str(&suffix);
                let is_same = Playlist::from_record(row.record)?.updated_at == playlist.updated_at;
                if !is_same && self.database.get(PLAYLISTS, &playlist.id).await?.is_none() {
                    wanted.insert(theirs, (Some(suffix), playlist));
                }
            }
        }
        let mut portions = Portions::new(self.file, PLAYLIST_ENTRIES);
        while let Some(records) = portions.next().await? {
            self.add_entries(records, &mut wanted).await?;
        }
        // Last, so that no playlist is seen that is not whole.
        let mut batch = WriteBatch::new();
        self.report.playlists += wanted.len() as u64;
        for (_, playlist) in wanted.into_values() {
            batch.put(PLAYLISTS, playlist.into_record());
        }
        search::learn(&**self.database, &mut batch).await?;
        self.database.write(batch).await?;
        Ok(())
    }

    async fn add_entries(
        &self,
        records: Vec<Record>,
        wanted: &mut BTreeMap<String, (Option<String>, Playlist)>,
    ) -> Result<()> {
        let mut entries = Vec::new();
        for record in records {
            let mut entry = EntryRecord::from_record(record)?;
            if wanted.contains_key(&entry.playlist_id) {
                let id = entry.track_id.take();
                entry.track_id = id.and_then(|id| self.tracks.get(&id).cloned());
                entries.push(entry);
            }
        }
        let ids: Vec<_> = entries.iter().filter_map(|entry| entry.track_id.clone()).collect();
        let mut durations = BTreeMap::new();
        for row in self.database.get_many(TRACKS, &ids).await?.into_iter().flatten() {
            let track = TrackRecord::from_record(row.record)?.track;
            durations.insert(track.id, track.duration_ms);
        }
        let mut batch = WriteBatch::new();
        for mut entry in entries {
            let Some((suffix, playlist)) = wanted.get_mut(&entry.playlist_id) else { continue };
            if let Some(duration) = entry.track_id.as_ref().and_then(|id| durations.get(id)) {
                entry.duration_ms = *duration;
            }
            if let Some(suffix) = suffix {
                entry.id.push_str(suffix);
            }
            entry.playlist_id.clone_from(&playlist.id);
            playlist.entry_count += 1;
            playlist.duration_ms += entry.duration_ms.unwrap_or_default();
            batch.put(PLAYLIST_ENTRIES, entry.into_record());
        }
        self.database.write(batch).await?;
        Ok(())
    }

    /// Plays that are not here come with what follows for the counts of their track.
    async fn plays(&mut self) -> Result<()> {
        let mut portions = Portions::new(self.file, PLAYS);
        while let Some(records) = portions.next().await? {
            let ids: Vec<_> = records.iter().map(|record| record.key().to_owned()).collect();
            let known = self.database.get_many(PLAYS, &ids).await?;
            let mut plays = Vec::new();
            for (record, _) in records.into_iter().zip(known).filter(|(_, known)| known.is_none()) {
                let mut play = Play::from_record(record)?;
                if let Some(id) = self.tracks.get(&play.track_id) {
                    play.track_id.clone_from(id);
                }
                plays.push(play);
            }
            self.report.plays += plays.len() as u64;
            self.add_plays(plays).await?;
        }
        Ok(())
    }

    async fn add_plays(&self, plays: Vec<Play>) -> Result<()> {
        let ids: BTreeSet<_> = plays.iter().map(|play| play.track_id.clone()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let mut rows = BTreeMap::new();
        for row in self.database.get_many(TRACKS, &ids).await?.into_iter().flatten() {
            rows.insert(row.record.key().to_owned(), (row.version, row.record));
        }
        let mut batch = WriteBatch::new();
        for play in plays {
            if let Some((_, record)) = rows.get_mut(&play.track_id) {
                let mut data = UserData::read(record)?;
                match play.outcome {
                    PlayOutcome::Completed => {
                        data.play_count = data.play_count.saturating_add(1);
                        data.last_played_at = data.last_played_at.max(play.ended_at);
                    }
                    PlayOutcome::Skipped => data.skip_count = data.skip_count.saturating_add(1),
                    PlayOutcome::Started => {}
                }
                data.write(record)?;
            }
            batch.put(PLAYS, play.into_record());
        }
        for (version, record) in rows.into_values() {
            batch.replace(TRACKS, record, version);
        }
        self.database.write(batch).await?;
        Ok(())
    }
}

/// The records of one collection of a file, some at a time.
struct Portions<'a> {
    entries: super::reader::Entries<'a>,
    collection: &'static str,
}

impl<'a> Portions<'a> {
    fn new(file: &'a BackupFile, collection: &'static str) -> Self {
        Self { entries: file.entries(), collection }
    }

    async fn next(&mut self) -> Result<Option<Vec<Record>>> {
        let mut records = Vec::new();
        while records.len() < BATCH {
            match self.entries.next().await? {
                Some(Entry { collection, record }) if collection == self.collection => {
                    records.push(record);
                }
                Some(_) => {}
                None => break,
            }
        }
        Ok((!records.is_empty()).then_some(records))
    }
}
