//! Smart playlists: what their rules find right now.

use std::collections::BTreeMap;

use bridge_traits::{BoxFuture, Collection, Cursor, DatabaseExt, Filter, Query};
use futures::{StreamExt, TryStreamExt};

use super::{Library, track};
use crate::error::LibraryError;
use crate::models::{Page, Playlist, Track};
use crate::playlists::PlaylistError;
use crate::query::TrackQuery;
use crate::smart::{Context, RuleError, SmartRules, compile};

type Result<T, E = PlaylistError> = std::result::Result<T, E>;

impl Library {
    /// A page of the tracks that rules find right now, whether they are saved or not; 50 unless
    /// `limit` says otherwise. For the next page `after` takes the `next` of this one.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::InvalidRules`], for a limit or `after` that makes no sense, or as
    /// the database does.
    pub async fn smart_tracks(
        &self,
        rules: &SmartRules,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<Track>> {
        let (given, after) = match after {
            Some(after) => after
                .split_once('~')
                .and_then(|(given, cursor)| Some((given.parse::<u32>().ok()?, Some(cursor))))
                .ok_or_else(|| LibraryError::InvalidQuery("this is no place in the list".into()))?,
            None => (0, None),
        };
        let most = rules.limit.unwrap_or(u32::MAX).saturating_sub(given);
        let wanted = limit.unwrap_or(50);
        let mut query = self.smart_query(rules, Some(wanted.min(most.max(1)))).await?;
        if most == 0 {
            return Ok(Page { items: Vec::new(), next: None });
        }
        query.after = after.map(Cursor::decode).transpose()?;
        let Page { items, next } = self.page(&query, track).await?;
        let given = given + u32::try_from(items.len()).unwrap_or(u32::MAX);
        let next = next.filter(|_| rules.limit.is_none_or(|limit| given < limit));
        Ok(Page { items, next: next.map(|next| format!("{given}~{next}")) })
    }

    /// Fills in what a smart playlist has right now.
    pub(super) async fn count_smart(&self, playlist: &mut Playlist) -> Result<()> {
        let Some(rules) = &playlist.rules else { return Ok(()) };
        let query = match self.smart_query(rules, None).await {
            // A playlist the rules name has been removed: then they find nothing.
            Err(PlaylistError::InvalidRules(_)) => return Ok(()),
            query => query?,
        };
        let query = query.project(&["id", "duration_ms"]).limit(Query::MAX_LIMIT);
        let most = rules.limit.map_or(usize::MAX, |limit| limit as usize);
        let (mut count, mut total) = (0_u64, 0_u64);
        let mut rows = self.database.scan(query).take(most);
        while let Some(row) = rows.try_next().await? {
            let mut fields = row.record.into_reader();
            fields.skip()?;
            count += 1;
            total += fields.optional_integer::<u64>()?.unwrap_or_default();
        }
        (playlist.entry_count, playlist.duration_ms) = (count, total);
        Ok(())
    }

    /// Checks rules, and that the playlists they name are there.
    pub(super) async fn check_rules(&self, playlist: &Playlist) -> Result<()> {
        if let Some(rules) = &playlist.rules {
            rules.validate()?;
            self.smart_query(rules, None).await?;
        }
        Ok(())
    }

    /// The condition that a track is on a playlist.
    pub(super) async fn playlist_filter(&self, id: &str) -> Result<Filter, LibraryError> {
        let filter = async {
            let (_, playlist) = self.stored_playlist(id).await?;
            if let Some(rules) = &playlist.rules {
                return Ok(self.smart_query(rules, None).await?.filter);
            }
            let entries = self.stored_entries(id).await?;
            let tracks = entries.into_iter().filter_map(|entry| entry.track_id);
            Ok(Filter::one_of(Collection::KEY, tracks))
        };
        filter.await.map_err(|error| match error {
            PlaylistError::NotFound { what, id } => LibraryError::NotFound { what, id },
            PlaylistError::Library(error) => error,
            error => LibraryError::InvalidQuery(error.to_string()),
        })
    }

    /// In a box, because its code would be compiled once more for every crate that awaits it.
    fn smart_query<'a>(
        &'a self,
        rules: &'a SmartRules,
        limit: Option<u32>,
    ) -> BoxFuture<'a, Result<Query>> {
        Box::pin(async move {
            let mut playlists = BTreeMap::new();
            for (at, id) in rules.playlists() {
                let no_such = |id: String| RuleError::NoSuchPlaylist { at, id };
                match self.stored_playlist(&id).await {
                    Ok((_, playlist)) if playlist.rules.is_none() => {}
                    Ok(_) | Err(PlaylistError::NotFound { .. }) => return Err(no_such(id).into()),
                    Err(error) => return Err(error),
                }
                let entries = self.stored_entries(&id).await?;
                let tracks = entries.into_iter().filter_map(|entry| entry.track_id).collect();
                playlists.insert(id, tracks);
            }
            let context = Context { now: self.ids.clock.unix_millis(), playlists };
            let filter = compile(rules, &context)?;
            let query = TrackQuery { sort: rules.sort.clone(), limit, ..TrackQuery::default() };
            Ok(query.to_query(filter)?)
        })
    }
}
