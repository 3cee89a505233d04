//! Search as you type.

use bridge_traits::{Direction, Filter, Query, TokenMatch};

use super::{Library, Result, album, artist, track};
use crate::models::SearchResults;
use crate::query::SearchQuery;
use crate::schema::{ALBUMS, ARTISTS, TRACKS};
use crate::text::{fold, query_tokens};

/// How many matches of a search are looked at before the best are chosen.
const SEARCH_CANDIDATES: usize = 500;

impl Library {
    /// What matches a text as it is typed: every word of it must begin a word of the result.
    ///
    /// # Errors
    ///
    /// As the database does. No text is an error; one without words finds nothing.
    pub async fn search(&self, query: &SearchQuery) -> Result<SearchResults> {
        let tokens = query_tokens(&query.text);
        if tokens.is_empty() {
            return Ok(SearchResults::default());
        }
        let tokens: Vec<_> =
            tokens.into_iter().map(|(text, prefix)| TokenMatch { text, prefix }).collect();
        let limit = query.limit.map_or(20, |limit| limit as usize);
        let wanted = fold(&query.text);
        let find = |collection, order: &[&str]| {
            let filter = Filter::HasTokens { field: "search".into(), tokens: tokens.clone() };
            let query = Query::new(collection).filter(filter).limit(SEARCH_CANDIDATES);
            order.iter().fold(query, |query, field| query.sort(field, Direction::Ascending))
        };
        let tracks = self.page(&find(TRACKS, &["title_key", "path"]), track).await?.items;
        let order = ["title_key", "artist_key", "identity"];
        let albums = self.page(&find(ALBUMS, &order), album).await?.items;
        let artists = self.page(&find(ARTISTS, &["name_key"]), artist).await?.items;
        Ok(SearchResults {
            tracks: best(tracks, &wanted, limit, |track| &track.title),
            albums: best(albums, &wanted, limit, |album| &album.title),
            artists: best(artists, &wanted, limit, |artist| &artist.name),
        })
    }
}

/// The best of `items`: named exactly so, then beginning so, then the rest, each in order.
fn best<T>(mut items: Vec<T>, wanted: &str, limit: usize, name: fn(&T) -> &String) -> Vec<T> {
    items.sort_by_cached_key(|item| {
        let name = fold(name(item));
        if name == wanted {
            0
        } else if name.starts_with(wanted) {
            1
        } else {
            2
        }
    });
    items.truncate(limit);
    items
}
