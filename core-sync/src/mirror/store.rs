//! Reading and writing the mirror.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_traits::{
    Collection, Cursor, DatabaseAdapter, Filter, Query, Result, Value, WriteBatch,
};

use super::account::MirrorState;
use super::item::{MirrorItem, Presence};
use super::schema::{ACCOUNTS, ITEMS, WISHES};
use super::wishes::Wishes;

/// How many items are looked at a time.
const PAGE: usize = 500;

/// Some of an account's items.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which<'a> {
    /// Folders whose content has to be told where it is.
    FoldersToPlace,
    /// Files whose place the library does not know yet.
    FilesToPlace,
    /// Files that can no longer be reached, which the library has yet to be told.
    LostToPlace,
    /// Those of them that are tracks.
    LostTracks,
    /// Files whose tags are not read.
    ToRead,
    /// Folders that have to be looked into.
    ToWalk,
    /// Folders that could not be looked into.
    Closed,
    /// What the last complete listing did not name.
    NotIn { generation: u64 },
    /// What is in this folder.
    In { folder: &'a str },
    /// What is in no folder.
    AtTop,
    /// Files of this length and time, wherever they are.
    Like { size: u64, modified_millis: u64 },
    /// Files with this content, wherever they are.
    WithHash { hash: &'a str },
    /// Lost files that were a track.
    Lost,
    /// Those of them that had this content.
    LostWithHash { hash: &'a str },
    /// Those of them that had this length and time.
    LostLike { size: u64, modified_millis: u64 },
    /// Those of them that were in this folder.
    LostIn { folder: &'a str },
    /// What became this track.
    OfTrack { track: &'a str },
    /// The file at this place in the library.
    At { path: &'a str },
    /// Files that are a track.
    Tracks,
    /// What is on the drive as far as we were told.
    Known,
    /// Everything that is or was a track, reachable or not.
    EveryTrack,
    /// Files whose tags could not be read, for good.
    Unreadable,
}

/// The mirror of one account.
#[derive(Clone, Debug)]
pub(crate) struct MirrorStore {
    database: Arc<dyn DatabaseAdapter>,
    account: String,
}

impl MirrorStore {
    pub(crate) fn new(database: Arc<dyn DatabaseAdapter>, account: &str) -> Self {
        Self { database, account: account.to_owned() }
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// What other programs want read first.
    pub(crate) fn wishes(&self) -> Wishes {
        Wishes::new(Arc::clone(&self.database), &self.account)
    }

    pub(crate) async fn state(&self) -> Result<MirrorState> {
        match self.database.get(ACCOUNTS, &self.account).await? {
            Some(row) => MirrorState::from_record(row.record),
            None => Ok(MirrorState::new(&self.account)),
        }
    }

    /// What is known of these items.
    pub(crate) async fn items(&self, ids: &[&str]) -> Result<BTreeMap<String, MirrorItem>> {
        let keys: Vec<_> = ids.iter().map(|id| MirrorItem::key(&self.account, id)).collect();
        let rows = self.database.get_many(ITEMS, &keys).await?;
        let items = rows.into_iter().flatten().map(|row| {
            let item = MirrorItem::from_record(row.record)?;
            Ok((item.remote.id.clone(), item))
        });
        items.collect()
    }

    pub(crate) async fn item(&self, id: &str) -> Result<Option<MirrorItem>> {
        Ok(self.items(&[id]).await?.remove(id))
    }

    /// The first of these items, in a fixed order.
    pub(crate) async fn first(&self, which: Which<'_>) -> Result<Vec<MirrorItem>> {
        Ok(self.page(which, None).await?.0)
    }

    /// As [`first`](Self::first), and no more than `limit`.
    pub(crate) async fn some(&self, which: Which<'_>, limit: usize) -> Result<Vec<MirrorItem>> {
        let query = Query::new(ITEMS).filter(self.filter(which)).limit(limit);
        let rows = self.database.query(&query).await?.rows;
        rows.into_iter().map(|row| MirrorItem::from_record(row.record)).collect()
    }

    /// The next of these items and where to go on.
    pub(crate) async fn page(
        &self,
        which: Which<'_>,
        after: Option<Cursor>,
    ) -> Result<(Vec<MirrorItem>, Option<Cursor>)> {
        let query = Query::new(ITEMS).filter(self.filter(which));
        let page = self.database.query(&query.limit(PAGE).after(after)).await?;
        let items = page.rows.into_iter().map(|row| MirrorItem::from_record(row.record));
        Ok((items.collect::<Result<_>>()?, page.next))
    }

    pub(crate) async fn count(&self, which: Which<'_>) -> Result<u64> {
        self.database.count(ITEMS, &self.filter(which)).await
    }

    /// Writes items and, in the same commit, how far we are.
    pub(crate) async fn write(
        &self,
        items: impl IntoIterator<Item = MirrorItem>,
        state: Option<MirrorState>,
    ) -> Result<()> {
        let mut batch = WriteBatch::new();
        for item in items {
            match item.is_spent() {
                true => batch.delete(ITEMS, MirrorItem::key(&item.account, &item.remote.id)),
                false => batch.put(ITEMS, item.into_record()),
            };
        }
        if let Some(state) = state {
            batch.put(ACCOUNTS, state.into_record());
            batch = batch.strict();
        }
        if !batch.is_empty() {
            self.database.write(batch).await?;
        }
        Ok(())
    }

    /// Forgets a page of everything that is known of the account, and says whether there is more.
    pub(crate) async fn forget_some(&self) -> Result<bool> {
        let mine = Filter::equals("account", self.account.as_str());
        let query = Query::new(ITEMS).filter(mine).project(&[Collection::KEY]).limit(PAGE);
        let page = self.database.query(&query).await?;
        let mut batch = WriteBatch::new();
        for row in &page.rows {
            batch.delete(ITEMS, row.record.key());
        }
        if page.next.is_none() {
            batch.delete(ACCOUNTS, self.account.as_str());
            batch.delete(WISHES, self.account.as_str());
        }
        self.database.write(batch).await?;
        Ok(page.next.is_some())
    }

    fn filter(&self, which: Which<'_>) -> Filter {
        let is = |field: &str, value: bool| Filter::equals(field, value);
        let there = || Filter::equals("presence", Presence::There.name());
        let lost =
            || Filter::one_of("presence", [Presence::Hidden, Presence::Gone].map(Presence::name));
        let a_track = || Filter::equals("track_id", Value::Null).negated();
        let file = || is("is_folder", false);
        let unread_folder = || is("to_read", true).and(is("is_folder", true)).and(there());
        let failed = || Filter::equals("error", Value::Null).negated();
        let mine = Filter::equals("account", self.account.as_str());
        mine.and(match which {
            Which::FoldersToPlace => is("to_place", true).and(is("is_folder", true)),
            Which::FilesToPlace => is("to_place", true).and(file()).and(there()),
            Which::LostToPlace => is("to_place", true).and(file()).and(lost()),
            Which::LostTracks => is("to_place", true).and(file()).and(lost()).and(a_track()),
            Which::ToRead => is("to_read", true).and(file()).and(there()),
            Which::ToWalk => unread_folder().and(Filter::equals("error", Value::Null)),
            Which::Closed => unread_folder().and(failed()),
            Which::NotIn { generation } => {
                let gone = Filter::equals("presence", Presence::Gone.name());
                gone.negated().and(Filter::equals("generation", generation).negated())
            }
            Which::In { folder } => Filter::equals("parent", folder),
            Which::AtTop => Filter::equals("parent", Value::Null),
            Which::Like { size, modified_millis } => file()
                .and(Filter::equals("size", size))
                .and(Filter::equals("modified_at", modified_millis)),
            Which::WithHash { hash } => file().and(Filter::equals("hash", hash)),
            Which::Lost => is("is_lost", true),
            Which::LostWithHash { hash } => is("is_lost", true).and(Filter::equals("hash", hash)),
            Which::LostLike { size, modified_millis } => is("is_lost", true)
                .and(Filter::equals("size", size))
                .and(Filter::equals("modified_at", modified_millis)),
            Which::LostIn { folder } => is("is_lost", true).and(Filter::equals("parent", folder)),
            Which::OfTrack { track } => Filter::equals("track_id", track),
            Which::At { path } => file().and(there()).and(Filter::equals("path", path)),
            Which::EveryTrack => file().and(a_track()),
            Which::Tracks => file().and(there()).and(a_track()),
            Which::Known => Filter::equals("presence", Presence::Gone.name()).negated(),
            Which::Unreadable => there().and(is("to_read", false)).and(failed()),
        })
    }
}
