//! Going through the library for groups of tracks that are the same recording.

use std::cmp::Reverse;

use bridge_traits::{BoxFuture, DatabaseAdapter, Record};
use core_async::task::yield_now;

use super::kinds::{Candidate, Index};
use super::place::Place;
use super::sounds::{SoundComparison, hear, sound_alike};
use crate::error::LibraryError;
use crate::library::REMOTE;
use crate::models::{DuplicateGroup, Evidence, TrackTags};
use crate::records::TrackRecord;
use crate::schema::{KEPT_APART, TRACK_DETAILS, TRACKS};

/// The most tracks of one group. Should there be more, they make a group of their own.
const LARGEST: usize = 100;

/// The most rows of an index that are read at a time.
const ROWS: usize = 1000;

/// How many rows a group takes, at a guess: where every track has a double, what is read for one
/// page is not read again for the next.
const ROWS_OF_GROUP: usize = 4;

/// A group with what only the library needs to know.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) group: DuplicateGroup,
    /// The tracks that were not said to be none, by their place in the group.
    pub(crate) open: Vec<bool>,
}

/// Groups, and where to go on.
type Groups = (Vec<Found>, Option<String>);

/// One page of the search.
pub(crate) struct Finder<'a> {
    database: &'a dyn DatabaseAdapter,
    sounds: Option<SoundComparison>,
    only: Option<Evidence>,
    limit: usize,
    found: Vec<Found>,
}

impl<'a> Finder<'a> {
    /// The first groups, at least `limit` of them if there are, and where to go on. Where many
    /// tracks agree with each other a page may be somewhat longer.
    ///
    /// In a box, because its code would be compiled once more for every crate that awaits it.
    pub(crate) fn page(
        database: &'a dyn DatabaseAdapter,
        sounds: Option<SoundComparison>,
        only: Option<Evidence>,
        (limit, after): (usize, Option<&'a str>),
    ) -> BoxFuture<'a, Result<Groups, LibraryError>> {
        Box::pin(async move {
            let mut finder = Self { database, sounds, only, limit, found: Vec::new() };
            let mut place = after.map(Place::decode).transpose()?;
            for index in Index::ALL {
                if only.is_some_and(|only| !index.may_have(only)) {
                    continue;
                }
                let behind = match &place {
                    Some(place) if place.index > index => continue,
                    Some(_) => place.take().filter(|place| place.index == index),
                    None => None,
                };
                if let Some(place) = finder.look(index, behind).await? {
                    return Ok((finder.found, Some(place.encode())));
                }
            }
            Ok((finder.found, None))
        })
    }

    /// Goes through one index, behind a place in it, until there are enough groups; gives where to
    /// go on then.
    async fn look(
        &mut self,
        index: Index,
        behind: Option<Place>,
    ) -> Result<Option<Place>, LibraryError> {
        let query = index.query();
        let mut after = behind.map(|place| index.behind(&query, place.key)).transpose()?;
        let mut rows = self.limit.saturating_mul(ROWS_OF_GROUP).min(ROWS);
        let (mut key, mut ids): (Vec<Option<String>>, Vec<String>) = (Vec::new(), Vec::new());
        loop {
            let page = self.database.query(&query.clone().after(after).limit(rows)).await?;
            rows = (rows * 2).min(ROWS);
            // A database in memory answers at once, and others have to have their turn.
            yield_now().await;
            for row in page.rows {
                let (this, id) = read(row.record, index.width())?;
                if this != key || ids.len() == LARGEST {
                    self.compare(index, &mut ids).await?;
                    if self.found.len() >= self.limit && this != key {
                        return Ok(Some(Place { index, key }));
                    }
                    key = this;
                }
                ids.push(id);
            }
            after = page.next;
            if after.is_none() {
                self.compare(index, &mut ids).await?;
                return Ok(None);
            }
        }
    }

    /// Notes the groups among tracks that stand together.
    async fn compare(&mut self, index: Index, ids: &mut Vec<String>) -> Result<(), LibraryError> {
        let ids = std::mem::take(ids);
        if ids.len() < 2 {
            return Ok(());
        }
        let mut groups: Vec<Vec<Candidate>> = Vec::new();
        let mut candidates = self.candidates(&ids).await?;
        let sounds = self.sounds.filter(|_| index != Index::Content);
        if sounds.is_some() {
            hear(self.database, &mut candidates).await?;
        }
        'candidates: for mut candidate in candidates {
            if sounds.is_some() {
                // Comparing a fingerprint with many takes a while, too.
                yield_now().await;
            }
            for group in &mut groups {
                // With every one of them: two that are known to differ may each be like a third.
                if !group.iter().all(|other| index.holds(other, &candidate)) {
                    continue;
                }
                let mut heard =
                    group.iter().filter_map(|other| sound_alike(sounds, other, &candidate));
                let alike = heard.next();
                if alike != Some(false) && heard.all(|alike| alike) {
                    candidate.sounds_alike = alike.is_some();
                    group.push(candidate);
                    continue 'candidates;
                }
            }
            candidate.sounds_alike = true;
            groups.push(vec![candidate]);
        }
        for mut group in groups {
            let evidence = index.evidence(&group);
            let is_news = group.len() > 1
                && self.only.is_none_or(|only| only == evidence)
                && group.iter().any(|candidate| !candidate.is_apart)
                && !Index::ALL
                    .iter()
                    .take_while(|stronger| **stronger < index)
                    .any(|stronger| group.iter().all(|other| stronger.holds(&group[0], other)));
            if is_news {
                group.sort_by_cached_key(rank);
                let open = group.iter().map(|candidate| !candidate.is_apart).collect();
                let tracks = group.into_iter().map(|candidate| candidate.record.track).collect();
                self.found.push(Found { group: DuplicateGroup { evidence, tracks }, open });
            }
        }
        Ok(())
    }

    /// Those of these tracks that are in use.
    async fn candidates(&self, ids: &[String]) -> Result<Vec<Candidate>, LibraryError> {
        let tracks = self.database.get_many(TRACKS, ids).await?;
        let details = self.database.get_many(TRACK_DETAILS, ids).await?;
        let apart = self.database.get_many(KEPT_APART, ids).await?;
        let mut candidates = Vec::new();
        for ((track, details), apart) in tracks.into_iter().zip(details).zip(apart) {
            let Some(track) = track else { continue };
            let tags = details.map(|row| TrackTags::from_record(row.record)).transpose()?;
            candidates.push(Candidate {
                record: TrackRecord::from_record(track.record)?,
                recording: tags.and_then(|tags| tags.mb_recording_id),
                is_apart: apart.is_some(),
                fingerprint: None,
                sounds_alike: false,
            });
        }
        Ok(candidates)
    }
}

/// The values that have to agree, and the id.
fn read(record: Record, width: usize) -> Result<(Vec<Option<String>>, String), LibraryError> {
    let mut fields = record.into_reader();
    let mut key = Vec::with_capacity(width);
    for _ in 0..width {
        key.push(fields.optional_text()?);
    }
    Ok((key, fields.text()?))
}

/// The one to keep comes first.
fn rank(candidate: &Candidate) -> (Reverse<Option<u64>>, bool, u64, String) {
    let TrackRecord { track, modified_at, .. } = &candidate.record;
    let is_remote = track.path.starts_with(REMOTE);
    (Reverse(*modified_at), is_remote, track.added_at, track.id.clone())
}
