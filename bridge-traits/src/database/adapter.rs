//! The database trait and its contract.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures::stream;

use super::{ChangeWatcher, Commit, Filter, Page, Query, Row, Schema, WriteBatch};
use crate::{BoxStream, BridgeError, PlatformSend, PlatformSync, Result};

/// A typed record store.
///
/// # Contract
///
/// * `open` brings the store to the schema: it creates what is missing and applies the migrations
///   that were not applied yet, all or nothing. Opening again with the same schema changes
///   nothing. A store written by a newer schema is refused with `Conflict`, untouched. Every
///   other call before `open` is `InvalidRequest`. A schema without a component leaves what that
///   component has stored alone.
/// * `versions` names every component the store holds, also those the schema left out, with the
///   last migration that was applied.
/// * `write` is atomic across collections: afterwards, and after a crash at any moment, all of
///   its operations have happened or none. A failed precondition or unique index is `Conflict`;
///   a record that does not fit its collection, or an unknown collection, is `InvalidRequest`.
/// * A read that starts after a `write` has returned sees it; no read sees part of a batch.
/// * Commit numbers grow; a row's version is the number of the commit that wrote it, so it is
///   never used twice. An empty batch commits nothing and returns the last number.
/// * `query` follows the order of [`Value`](super::Value): nulls first, text by bytes. Pages of
///   one query neither overlap nor skip a row that was there throughout, whatever is inserted or
///   removed between them. A limit of 0 or above [`Query::MAX_LIMIT`] is `InvalidRequest`.
/// * `get_many` answers in the order of the keys, repeated keys included.
/// * `query_many` answers in the order of the queries, each as `query` does, and all of one moment:
///   no page shows a commit that another does not. If one fails, all do.
/// * Watchers are told after the commit, once per commit, in order.
/// * Text and bytes come back exactly as written, whatever characters they hold.
#[core_async::async_trait]
pub trait DatabaseAdapter: fmt::Debug + PlatformSend + PlatformSync {
    /// Brings the store to `schema`.
    ///
    /// # Errors
    ///
    /// Fails with `Conflict` if the store is newer than the schema or held by somebody else,
    /// `Corrupt` if it cannot be read, `InvalidRequest` if the schema contradicts itself.
    async fn open(&self, schema: Schema) -> Result<()>;

    /// The last migration applied of each component in the store. Opened with an empty schema, an
    /// adapter thus says what the store is before anything is migrated.
    ///
    /// # Errors
    ///
    /// Fails as the host does.
    async fn versions(&self) -> Result<BTreeMap<String, u32>>;

    /// The record with this key.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an unknown collection, or as the host does.
    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>>;

    /// The records with these keys, in their order.
    ///
    /// # Errors
    ///
    /// As for `get`.
    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>>;

    /// One page of records.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for a query that does not fit the schema or the cursor, and for one
    /// that has a cursor and rows to skip.
    async fn query(&self, query: &Query) -> Result<Page>;

    /// One page each of several queries, which may be of several collections, all of one moment.
    ///
    /// # Errors
    ///
    /// As for `query`.
    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>>;

    /// How many records match.
    ///
    /// # Errors
    ///
    /// As for `query`.
    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64>;

    /// Carries out a batch.
    ///
    /// # Errors
    ///
    /// Fails with `Conflict`, `InvalidRequest`, `QuotaExceeded` or as the host does; then nothing
    /// of it has happened.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the batch done or not done, never half done.
    async fn write(&self, batch: WriteBatch) -> Result<Commit>;

    /// News of every commit from now on.
    fn watch(&self) -> ChangeWatcher;

    /// Finishes what is under way and lets go of the store. Later calls are `InvalidRequest`.
    ///
    /// # Errors
    ///
    /// Fails if the host could not finish.
    async fn close(&self) -> Result<()>;
}

/// Conveniences over [`DatabaseAdapter`].
pub trait DatabaseExt {
    /// Every matching row, page by page of `query.limit` rows.
    fn scan(&self, query: Query) -> BoxStream<'static, Result<Row>>;
}

impl DatabaseExt for Arc<dyn DatabaseAdapter> {
    fn scan(&self, query: Query) -> BoxStream<'static, Result<Row>> {
        let database = Self::clone(self);
        let pages = stream::try_unfold(Some(query), move |query| {
            let database = Self::clone(&database);
            async move {
                let Some(mut query) = query else { return Ok::<_, BridgeError>(None) };
                let page = database.query(&query).await?;
                let rows = stream::iter(page.rows.into_iter().map(Ok));
                let rest = page.next.map(|next| {
                    query.after = Some(next);
                    query.skip = 0;
                    query
                });
                Ok(Some((rows, rest)))
            }
        });
        Box::pin(futures::TryStreamExt::try_flatten(pages))
    }
}
