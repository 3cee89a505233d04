//! Folding the log into blocks.

use bridge_traits::{Durability, Result};
use core_async::task;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

use super::away::{Extent, Fetched};
use super::block::{self, NewBlock};
use super::description::{Description, Head, Placed};
use super::directory::{Directory, Run};
use super::frame::corrupt;
use super::load::Aside;
use super::records::Records;
use super::store::{
    BLOCKS, COPY_KEY, DESCRIPTION_KEY, HEAD_KEY, LOG, LogSize, META, STORES, Store, failure,
    number, packed,
};
use crate::storage::Transaction;

const OPERATION: &str = "database.compact";

/// How many blocks are packed before the event loop may turn.
const PACK_BLOCKS: usize = 8;

/// What one transaction writes.
#[derive(Debug)]
struct Change {
    /// The blocks that go; `None` is all of them.
    removed: Option<Vec<u32>>,
    added: Vec<(Placed, Vec<u8>)>,
    description: Description,
}

impl Store {
    /// A log longer than this is folded into blocks at once.
    const LOG_ENTRIES: u64 = 1_000;
    const LOG_BYTES: u64 = 8 << 20;

    /// A log longer than this is folded as soon as there is nothing else to do.
    const IDLE_ENTRIES: u64 = 64;
    const IDLE_BYTES: u64 = 256 << 10;

    /// Whether the log has grown so long that folding it pays even while more is written.
    ///
    /// The more there is in blocks, the longer the log may get, as far as it may be in memory: each
    /// record is then rewritten a bounded number of times however long the database stays open, as long
    /// as all of them are in memory.
    fn is_log_long(&self) -> bool {
        let blocks = self.directory.bytes();
        // What the log has changed is in memory until it is folded.
        let most = Self::LOG_BYTES.max(blocks).min(self.residency.limit / 2);
        self.log.bytes / self.patience > most
            || self.log.entries / self.patience > Self::LOG_ENTRIES.max(blocks / 1024)
    }

    /// Whether there is something to do in idle time.
    pub(super) fn is_worth_folding(&self) -> bool {
        !self.aside.is_empty() && self.patience == 1
            || self.log.bytes / self.patience > Self::IDLE_BYTES
            || self.log.entries / self.patience > Self::IDLE_ENTRIES
    }

    /// Folds a very long log; see [`fold`](Self::fold).
    pub(super) async fn fold_if_long(&mut self, records: &Records) -> bool {
        let is_long = self.is_log_long();
        if is_long {
            self.fold(records).await;
        }
        is_long
    }

    /// Writes the blocks whose records have changed anew and forgets the log. That it cannot be
    /// done, for example because the disk is full, is no harm: the log stays as it is, and it is
    /// tried again when it has doubled.
    ///
    /// Only who may write calls this, and has seen every commit.
    pub(super) async fn fold(&mut self, records: &Records) {
        self.patience = match self.write_touched(records).await {
            Ok(()) => 1,
            Err(_) => self.patience.saturating_mul(2),
        };
    }

    async fn write_touched(&mut self, records: &Records) -> Result<()> {
        let runs = {
            let engine = records.engine(OPERATION)?;
            self.directory.runs(|collection, from, to| {
                engine.rows_between(collection, from, to).map_or(0, Iterator::count)
            })
        };
        let added = self.pack(records, &runs).await?;
        let removed: Vec<u32> = runs.into_iter().flat_map(|run| run.replaced).collect();
        let placed: Vec<Placed> = added.iter().map(|(placed, _)| placed.clone()).collect();
        let directory = self.directory.replaced(&removed, &placed);
        self.replace(records, directory, Some(removed), added).await
    }

    /// Replaces everything by the present state of an engine, all or nothing. Nobody may change it
    /// meanwhile.
    pub(super) async fn rewrite(&mut self, records: &Records) -> Result<()> {
        let schema = records.engine(OPERATION)?.stored_schema().clone();
        let collections = schema.compiled.collections.into_iter();
        let runs: Vec<Run> = collections.map(|it| Run::everything(it.name)).collect();
        let added = self.pack(records, &runs).await?;
        let directory = Directory::new(added.iter().map(|(placed, _)| placed.clone()));
        self.replace(records, directory, None, added).await
    }

    async fn replace(
        &mut self,
        records: &Records,
        directory: Directory,
        removed: Option<Vec<u32>>,
        added: Vec<(Placed, Vec<u8>)>,
    ) -> Result<()> {
        let (schema, sequence) = {
            let engine = records.engine(OPERATION)?;
            (engine.stored_schema().clone(), engine.sequence())
        };
        let next = added.iter().map(|(block, _)| block.number + 1).max();
        let description = Description {
            schema,
            head: Head { generation: self.head.generation + 1, sequence },
            next_block: next.unwrap_or(self.next_block),
            blocks: directory.blocks().cloned().collect(),
            damage: self.damage.clone(),
        };
        let change = Change { removed, added, description };
        let description = packed(&change.description)?;
        let head = packed(&change.description.head)?;
        // Strict, because entries that were written strictly go away with the log.
        let transaction = self.begin(&STORES, Durability::Strict, OPERATION).await?;
        let aside = &self.aside;
        transaction
            .run(|stores| {
                put_aside(stores, aside, sequence)?;
                change.write(stores)?;
                let meta = stores.store(META)?;
                meta.put_with_key(&description, &DESCRIPTION_KEY.into())?;
                meta.put_with_key(&description, &COPY_KEY.into())?;
                meta.put_with_key(&head, &HEAD_KEY.into()).map(drop)
            })
            .await
            .map_err(|error| failure(error, OPERATION))?;
        self.change_directory(directory);
        self.log = LogSize::default();
        self.aside.clear();
        self.schema = change.description.schema;
        self.head = change.description.head;
        self.next_block = change.description.next_block;
        self.settle(records);
        Ok(())
    }

    /// Packs the records of `runs` into blocks.
    async fn pack(&mut self, records: &Records, runs: &[Run]) -> Result<Vec<(Placed, Vec<u8>)>> {
        let mut number = self.next_block;
        let mut blocks = Vec::new();
        for run in runs {
            let mut from = run.from.clone();
            loop {
                self.fetch_before_packing(records, run, &from).await?;
                let packed = {
                    let engine = records.engine(OPERATION)?;
                    let rows = engine.rows_between(&run.collection, &from, run.to.as_deref())?;
                    block::pack(number, &run.collection, rows, run.block_rows)?
                };
                let Some(NewBlock { bytes, first, last, rows }) = packed else { break };
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let collection = run.collection.clone();
                blocks.push((Placed { number, collection, first, rows, bytes: length }, bytes));
                number += 1;
                // The smallest key behind the last one.
                from = last + "\0";
                // Unless everything is there, as for a migration, whose changes are on no disk yet.
                if records.engine(OPERATION)?.is_partial() {
                    self.shrink(records);
                }
                if blocks.len() % PACK_BLOCKS == 0 {
                    task::yield_now().await;
                }
            }
        }
        Ok(blocks)
    }

    /// Brings back what is away of the records that make up the next block.
    async fn fetch_before_packing(
        &mut self,
        records: &Records,
        run: &Run,
        from: &str,
    ) -> Result<()> {
        while records.engine(OPERATION)?.is_partial() {
            let range = (from, run.to.as_deref());
            let wanted =
                records.engine(OPERATION)?.away_between(&run.collection, range, run.block_rows)?;
            if wanted.keys.is_empty() {
                break;
            }
            if self.fetch(records, &wanted, Extent::MoreBlocks).await? != Fetched::Here {
                return Err(corrupt("a block that is to be written anew cannot be read".into()));
            }
        }
        Ok(())
    }
}

impl Change {
    fn write(&self, stores: &Transaction) -> Result<(), JsValue> {
        let log = stores.store(LOG)?;
        let blocks = stores.store(BLOCKS)?;
        match &self.removed {
            Some(removed) => {
                let folded = number(self.description.head.sequence);
                log.delete(&IdbKeyRange::upper_bound(&folded)?.into())?;
                for number in removed {
                    blocks.delete(&(*number).into())?;
                }
            }
            None => {
                log.clear()?;
                blocks.clear()?;
            }
        }
        for (placed, bytes) in &self.added {
            blocks.put_with_key(&Uint8Array::from(&bytes[..]), &placed.number.into())?;
        }
        Ok(())
    }
}

/// Keeps damaged values under another key, for somebody who can make something of them.
fn put_aside(stores: &Transaction, aside: &[Aside], sequence: u64) -> Result<(), JsValue> {
    let meta = stores.store(META)?;
    for Aside { store, key, value } in aside {
        let Some(value) = value else { continue };
        let name = format!("damaged:{store}:{}:{sequence}", key.as_f64().unwrap_or_default());
        meta.put_with_key(value, &name.into())?;
        stores.store(store)?.delete(key)?;
    }
    Ok(())
}
