//! Records that are on the disk only, because there are more than shall be in memory.

use std::cell::Cell;
use std::iter::Peekable;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use bridge_memory::{Engine, Step, Wanted};
use bridge_traits::{BridgeError, ErrorKind, Result};
use core_async::task;
use wasm_bindgen::JsValue;

use super::adapter::broken_off;
use super::block;
use super::description::Placed;
use super::records::{Records, not_open};
use super::state::{Shared, State};
use super::store::Store;

/// One in so many bytes of the limit are read at once, and may be in memory beyond it.
const PORTION: u64 = 16;

/// How often an answer begins anew because other tabs have written the blocks anew meanwhile.
pub(super) const TRIES: u32 = 8;

/// How much is brought back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Extent {
    /// Blocks, for which others make room.
    Blocks,
    /// Blocks, beside all that is here.
    MoreBlocks,
    /// Only what is wanted, which is changed next.
    Records,
}

/// What came of an attempt to bring records back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fetched {
    Here,
    /// Another tab has written the blocks anew.
    Moved,
    /// A block is damaged.
    Damaged,
}

/// Goes a step towards an answer, the first one if told so; says what it wants before the next.
type GoOn = Box<dyn FnMut(&Engine, bool) -> Result<Option<Wanted>>>;

impl State {
    /// Answers, in as many steps as it takes to bring back the records that are away.
    ///
    /// Where there are any, in a task of its own: whoever asks may stop waiting, or be held up by
    /// something else, and must neither leave half a step behind nor keep the others out.
    pub(super) async fn answer<T: 'static, P: Default + 'static>(
        self: &Rc<Self>,
        operation: &'static str,
        mut step: impl FnMut(&Engine, &mut P) -> Result<Step<T>> + 'static,
    ) -> Result<T> {
        let first = step(&*self.engine(operation)?, &mut P::default())?;
        if let Step::Done(answer) = first {
            return Ok(answer);
        }
        let waits = Rc::new(());
        let answer = Rc::new(Cell::new(None));
        let (found, mut progress) = (Rc::clone(&answer), P::default());
        let go_on = move |engine: &Engine, is_new: bool| {
            if is_new {
                progress = P::default();
            }
            Ok(match step(engine, &mut progress)? {
                Step::Done(answer) => {
                    found.set(Some(answer));
                    None
                }
                Step::Fetch(wanted) => Some(wanted),
            })
        };
        let steps =
            Rc::clone(self).answer_in_steps(operation, Rc::downgrade(&waits), Box::new(go_on));
        task::spawn(steps).await.unwrap_or_else(|_| Err(broken_off(operation)))?;
        answer.take().ok_or_else(|| changing(operation))
    }

    /// Has `step` go on, or begin anew, until it wants nothing any more or nobody waits.
    async fn answer_in_steps(
        self: Rc<Self>,
        operation: &'static str,
        waits: Weak<()>,
        mut step: GoOn,
    ) -> Result<()> {
        // Nobody changes anything until it is answered, so that all of it is of one moment.
        let mut shared = self.shared.lock().await;
        let shared = shared.as_mut().ok_or_else(|| not_open(operation))?;
        let (mut is_new, mut tries) = (true, 0);
        while tries < TRIES && waits.strong_count() > 0 {
            let wanted = step(&*self.engine(operation)?, is_new)?;
            let Some(wanted) = wanted.filter(|wanted| !wanted.keys.is_empty()) else { break };
            is_new = !self.bring_back(shared, &wanted, Extent::Blocks).await?;
            tries += u32::from(is_new);
            // Another tab need not wait for the answer.
            self.make_way(shared);
        }
        Ok(())
    }

    /// Brings back what has to be there before these records are changed, and notes what was away.
    pub(super) async fn bring_back_lacking<'a>(
        &self,
        shared: &mut Shared,
        changes: impl Iterator<Item = (&'a str, &'a str)> + Clone,
        brought: &mut Vec<Wanted>,
    ) -> Result<()> {
        let operation = "database.write";
        'again: for _ in 0..TRIES {
            let lacking = self.engine(operation)?.lacking(changes.clone());
            for wanted in &lacking {
                brought.push(wanted.clone());
                if !self.bring_back(shared, wanted, Extent::Records).await? {
                    continue 'again;
                }
            }
            return Ok(());
        }
        Err(changing(operation))
    }

    /// Brings back records; says whether nothing else has changed by that.
    async fn bring_back(
        &self,
        shared: &mut Shared,
        wanted: &Wanted,
        extent: Extent,
    ) -> Result<bool> {
        match shared.store.fetch(&self.records, wanted, extent).await? {
            Fetched::Here => return Ok(true),
            Fetched::Moved => self.follow(shared).await.inspect_err(|_| {
                // There are news still, which the keeper may have more luck with.
                self.signals.written.set(true);
                self.signals.woken.notify_one();
            })?,
            // What is damaged is put aside, as when a database is opened.
            Fetched::Damaged => self.read_again(shared).await?,
        }
        Ok(false)
    }
}

impl Store {
    /// Brings back the blocks of the first of these records, or all of these records and nothing else.
    pub(super) async fn fetch(
        &mut self,
        records: &Records,
        wanted: &Wanted,
        extent: Extent,
    ) -> Result<Fetched> {
        let mut blocks = self.directory.holding(&wanted.collection, &wanted.keys).peekable();
        let mut portions = Vec::new();
        while blocks.peek().is_some() {
            portions.push(portion(&mut blocks, self.residency.limit / PORTION));
            if extent != Extent::Records {
                break;
            }
        }
        drop(blocks);
        for portion in portions {
            let Some(values) = self.blocks(&portion).await? else { return Ok(Fetched::Moved) };
            let only = (extent == Extent::Records).then_some(&*wanted.keys);
            let taken = records.change(|engine| {
                if extent == Extent::Blocks {
                    let bytes: u64 = portion.iter().map(|it| u64::from(it.bytes)).sum();
                    self.make_room(engine, bytes + self.log.bytes);
                }
                let mut blocks = portion.iter().zip(values);
                blocks.try_for_each(|(block, value)| take(engine, block, &value, only))
            });
            if !matches!(taken, Some(Ok(()))) {
                self.is_damaged = true;
                return Ok(Fetched::Damaged);
            }
            if extent != Extent::Records {
                portion.into_iter().for_each(|block| self.residency.add(block));
            }
        }
        let needed = if extent == Extent::Records { wanted.keys.len() } else { 1 };
        let mut needed = wanted.keys.iter().take(needed);
        let engine = records.engine("database.fetch")?;
        self.is_damaged = needed.any(|key| engine.is_away(&wanted.collection, key));
        Ok(if self.is_damaged { Fetched::Damaged } else { Fetched::Here })
    }

    /// Lets go of the blocks that came first until `more` bytes fit with the others.
    fn make_room(&mut self, engine: &mut Engine, more: u64) {
        // What was read of a damaged block is on no disk until blocks are written.
        while self.aside.is_empty()
            && let Some(block) = self.residency.take_one_for(more)
        {
            let (range, until) = (self.directory.range_of(&block), self.head.sequence);
            // A collection that is gone has no records.
            engine.let_go(&block.collection, range, until, &|_| false).ok();
        }
    }

    /// Lets go of what was brought back to be changed, and was not.
    pub(super) fn let_go_again(&self, records: &Records, unchanged: &[Wanted]) {
        let until = self.head.sequence;
        records.change(|engine| {
            for Wanted { collection, keys } in unchanged {
                for key in keys {
                    // The smallest key behind it.
                    let to = format!("{key}\0");
                    engine.let_go(collection, (key, Some(&to)), until, &|_| false).ok();
                }
            }
        });
    }

    /// Lets go of the blocks that came first until the others fit with the log.
    pub(super) fn shrink(&mut self, records: &Records) {
        records.change(|engine| self.make_room(engine, self.log.bytes));
    }

    /// Finds out which blocks are in memory after they were written anew.
    pub(super) fn settle(&mut self, records: &Records) {
        let Some(known) = self.unsettled.take() else { return };
        self.residency.keep(&self.directory.numbers());
        records.change(|engine| {
            for block in self.directory.blocks().filter(|it| !known.contains(&it.number)) {
                let (from, to) = self.directory.range_of(block);
                let is_here = !engine.is_partial()
                    || engine
                        .rows_between(&block.collection, from, to)
                        .is_ok_and(|mut rows| rows.all(|row| !row.record.is_away()));
                if is_here {
                    self.residency.add(block.clone());
                } else {
                    let until = self.head.sequence;
                    engine.let_go(&block.collection, (from, to), until, &|_| false).ok();
                }
            }
            self.make_room(engine, self.log.bytes);
        });
    }
}

/// The first few blocks, which are read at once: one, or as many as have `most` bytes.
pub(super) fn portion<'a>(
    blocks: &mut Peekable<impl Iterator<Item = &'a Placed>>,
    most: u64,
) -> Vec<Placed> {
    let mut bytes = 0;
    let mut portion = Vec::new();
    while let Some(block) = blocks.next_if(|block| {
        bytes += u64::from(block.bytes);
        portion.is_empty() || bytes <= most
    }) {
        portion.push(block.clone());
    }
    portion
}

/// Takes the records of a block, or only those with the keys `only`, which are sorted.
fn take(
    engine: &mut Engine,
    placed: &Placed,
    value: &JsValue,
    only: Option<&[Arc<str>]>,
) -> Result<()> {
    let block = block::unpack(value, placed.number, "a block")?;
    for (version, record) in block.rows {
        let is_wanted =
            |keys: &[Arc<str>]| keys.binary_search_by(|it| (**it).cmp(record.key())).is_ok();
        if only.is_none_or(is_wanted) {
            engine.bring_back(&block.collection, version, record)?;
        }
    }
    Ok(())
}

fn changing(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::Unavailable, operation)
        .with_detail("other tabs keep writing everything anew; try again")
}
