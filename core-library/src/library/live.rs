//! Lists that stay up to date by themselves.

use bridge_traits::{BoxStream, ChangeWatcher, PlatformSend, WatchError};
use futures::{FutureExt, stream};

use super::{Library, Result};
use crate::models::{Album, Artist, Page, Playlist, PlaylistEntry, Track};
use crate::playlists::PlaylistError;
use crate::query::{AlbumQuery, ArtistQuery, PlaylistQuery, TrackQuery};
use crate::schema::{ALBUMS, ARTISTS, PLAYLIST_ENTRIES, PLAYLISTS, TRACKS};

/// One open live list.
struct Live<T, F> {
    library: Library,
    watcher: ChangeWatcher,
    collections: &'static [&'static str],
    read: F,
    /// What was told last.
    told: Option<T>,
    has_begun: bool,
}

/// Live lists begin with the page as it is. After commits that touch what the page is made of they
/// read it again, once for however many commits there were meanwhile, and give it if it differs.
/// A reader that is slow misses pages in between and never the last one. Dropping the stream stops
/// it; it ends when the database is closed. An error does not end it.
impl Library {
    /// A page of tracks that stays up to date.
    pub fn live_tracks(&self, query: TrackQuery) -> BoxStream<'static, Result<Page<Track>>> {
        self.live(&[TRACKS, ALBUMS, ARTISTS, PLAYLISTS], move |library| {
            let query = query.clone();
            async move { library.tracks(&query).await }
        })
    }

    /// A page of albums that stays up to date.
    pub fn live_albums(&self, query: AlbumQuery) -> BoxStream<'static, Result<Page<Album>>> {
        self.live(&[ALBUMS, ARTISTS], move |library| {
            let query = query.clone();
            async move { library.albums(&query).await }
        })
    }

    /// A page of artists that stays up to date.
    pub fn live_artists(&self, query: ArtistQuery) -> BoxStream<'static, Result<Page<Artist>>> {
        self.live(&[ARTISTS, ALBUMS, TRACKS], move |library| {
            let query = query.clone();
            async move { library.artists(&query).await }
        })
    }

    /// A page of playlists that stays up to date.
    pub fn live_playlists(
        &self,
        query: PlaylistQuery,
    ) -> BoxStream<'static, Result<Page<Playlist>, PlaylistError>> {
        self.live(&[PLAYLISTS, PLAYLIST_ENTRIES, TRACKS], move |library| {
            let query = query.clone();
            async move { library.playlists(&query).await }
        })
    }

    /// The first `limit` entries of a playlist, by hand or smart, which stay up to date.
    pub fn live_playlist_entries(
        &self,
        id: &str,
        limit: Option<u32>,
    ) -> BoxStream<'static, Result<Page<PlaylistEntry>, PlaylistError>> {
        let id = id.to_owned();
        self.live(&[PLAYLISTS, PLAYLIST_ENTRIES, TRACKS], move |library| {
            let id = id.clone();
            async move { library.playlist_entries(&id, limit, None).await }
        })
    }

    fn live<T, E, F, R>(
        &self,
        collections: &'static [&'static str],
        read: F,
    ) -> BoxStream<'static, Result<T, E>>
    where
        T: Clone + PartialEq + PlatformSend + 'static,
        E: PlatformSend + 'static,
        F: Fn(Library) -> R + PlatformSend + 'static,
        R: Future<Output = Result<T, E>> + PlatformSend,
    {
        let library = self.clone();
        // From now on, so that no commit falls between the first page and the first wait.
        let watcher = self.database.watch();
        let live = Live { library, watcher, collections, read, told: None, has_begun: false };
        Box::pin(stream::unfold(live, |mut live| async move {
            let next = live.next().await?;
            Some((next, live))
        }))
    }
}

impl<T: Clone + PartialEq, F> Live<T, F> {
    async fn next<E, R>(&mut self) -> Option<Result<T, E>>
    where
        F: Fn(Library) -> R,
        R: Future<Output = Result<T, E>>,
    {
        loop {
            if self.has_begun {
                self.wait().await?;
            }
            self.has_begun = true;
            match (self.read)(self.library.clone()).await {
                Ok(page) if self.told.as_ref() == Some(&page) => {}
                Ok(page) => {
                    self.told = Some(page.clone());
                    return Some(Ok(page));
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Waits for a commit that touches the list, and passes over those that came with it. `None`
    /// once the database is closed.
    async fn wait(&mut self) -> Option<()> {
        loop {
            match self.watcher.next().await {
                Ok(notice)
                    if self
                        .collections
                        .iter()
                        .any(|name| notice.collections.iter().any(|c| c == name)) =>
                {
                    break;
                }
                Ok(_) => {}
                // Whatever was missed may have touched it.
                Err(WatchError::Lagged(_)) => break,
                Err(_) => return None,
            }
        }
        // What is waiting already is answered by the same reading. That the database was closed is
        // seen again by the next wait.
        while let Some(Ok(_) | Err(WatchError::Lagged(_))) = self.watcher.next().now_or_never() {}
        Some(())
    }
}
