//! Reading a stored database into an engine: the blocks, then the log.

use std::collections::HashMap;

use bridge_memory::{ChangeSet, Engine};
use bridge_traits::{ErrorKind, Result, Schema};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbKeyRange;

use super::block;
use super::description::{Description, Placed};
use super::directory::Directory;
use super::entry;
use super::frame::corrupt;
use super::health::DatabaseDamage;
use super::load_in_parts::{self as in_parts, Parts};
use super::residency::Residency;
use super::store::{
    BLOCKS, COPY_KEY, DESCRIPTION_KEY, LOG, LogSize, META, STORES, failure, number, packed_length,
};
use crate::host::JsError;
use crate::storage::{Connection, Reading};

/// A damaged value, to be put aside by the next tab that writes the description.
#[derive(Debug)]
pub(super) struct Aside {
    pub(super) store: &'static str,
    pub(super) key: JsValue,
    /// The value; `None` if it is missing.
    pub(super) value: Option<JsValue>,
}

/// What was read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) engine: Engine,
    pub(super) description: Description,
    pub(super) directory: Directory,
    pub(super) log: LogSize,
    pub(super) aside: Vec<Aside>,
    /// There is nothing yet, or only what an earlier release has written: it must be rewritten
    /// before anything is added.
    pub(super) is_outdated: bool,
    pub(super) residency: Residency,
}

impl Loaded {
    /// Reads everything, and keeps at most `limit` bytes of blocks and log in memory, unless `schema`
    /// wants a migration; `None` if the connection was closed meanwhile.
    pub(super) async fn read(
        connection: &Connection,
        limit: u64,
        schema: &Schema,
    ) -> Result<Option<Self>> {
        // Other tabs may disturb it by writing blocks anew, but not for ever.
        for _ in 0..3 {
            let Some(reading) = connection.read(&[META]).map_err(failed)? else { return Ok(None) };
            let [description, copy] =
                [DESCRIPTION_KEY, COPY_KEY].map(|key| reading.get(META, &key.into()));
            drop(reading);
            let (description, copy) =
                (description.await.map_err(failed)?, copy.await.map_err(failed)?);
            match describe(&description, &copy)? {
                Some((description, false)) if in_parts::is_wanted(&description, limit, schema) => {
                    match in_parts::read(connection, description, limit).await? {
                        Parts::Read(loaded) => return Ok(Some(*loaded)),
                        Parts::Disturbed => {}
                        Parts::Damaged => break,
                        Parts::Closed => return Ok(None),
                    }
                }
                _ => break,
            }
        }
        Self::read_at_once(connection, limit).await
    }

    /// Reads everything in one transaction.
    async fn read_at_once(connection: &Connection, limit: u64) -> Result<Option<Self>> {
        let Some(reading) = connection.read(&STORES).map_err(failed)? else { return Ok(None) };
        // All at once: the transaction ends as soon as nothing is under way, and nobody promises
        // that we are woken before.
        let [description, copy] =
            [DESCRIPTION_KEY, COPY_KEY].map(|key| reading.get(META, &key.into()));
        let blocks = Entries::ask(&reading, BLOCKS)?;
        let log = Entries::ask(&reading, LOG)?;
        drop(reading);
        let description = description.await.map_err(failed)?;
        let copy = copy.await.map_err(failed)?;
        let (blocks, log) = (blocks.await?, log.await?);
        let Some((description, is_old)) = describe(&description, &copy)? else {
            if blocks.keys.length() + log.keys.length() > 0 {
                return Err(corrupt("the description is missing".into()));
            }
            return Ok(Some(Self {
                engine: Engine::new(),
                description: Description::default(),
                directory: Directory::default(),
                log: LogSize::default(),
                aside: Vec::new(),
                is_outdated: true,
                residency: Residency::new(limit),
            }));
        };
        let mut loaded = Self {
            engine: Engine::restore(description.schema.clone(), description.head.sequence),
            description,
            directory: Directory::default(),
            log: LogSize::of(&log.values),
            aside: Vec::new(),
            is_outdated: is_old,
            residency: Residency::new(limit),
        };
        loaded.take_blocks(&blocks);
        drop(blocks);
        loaded.take_log(&log)?;
        Ok(Some(loaded))
    }

    fn take_blocks(&mut self, entries: &Entries) {
        let found: HashMap<u64, u32> =
            entries.keys.iter().zip(0..).filter_map(|(key, at)| Some((whole(&key)?, at))).collect();
        let placed = std::mem::take(&mut self.description.blocks);
        let (kept, lost): (Vec<_>, Vec<_>) = placed.into_iter().partition(|block| {
            let at = found.get(&block.number.into());
            self.take_block(block, at.map(|at| entries.values.get(*at)))
        });
        // Nothing is known of the blocks of an earlier release, which are all written anew.
        if !self.is_outdated {
            kept.iter().for_each(|block| self.residency.add(block.clone()));
            self.directory = Directory::new(kept);
        }
        for block in lost {
            // Whatever of its keys is in memory belongs to its neighbour now.
            self.directory.touch(&block.collection, &block.first);
        }
    }

    /// Takes the records of a block; says whether it was undamaged.
    pub(super) fn take_block(&mut self, placed: &Placed, value: Option<JsValue>) -> bool {
        let what = format!("block {}", placed.number);
        let taken = match &value {
            None => Err(corrupt(format!("{what} is missing"))),
            Some(value) => block::unpack(value, placed.number, &what).and_then(|block| {
                let mut rows = block.rows.into_iter();
                rows.try_for_each(|(version, record)| {
                    self.engine.load(&block.collection, version, record)
                })
            }),
        };
        let Err(error) = taken else { return true };
        let damage = DatabaseDamage {
            part: format!("{what} of {}", placed.collection),
            reason: error.to_string(),
            rows: (placed.rows > 0).then_some(placed.rows),
        };
        self.put_aside(BLOCKS, placed.number.into(), value, damage);
        false
    }

    pub(super) fn take_log(&mut self, entries: &Entries) -> Result<()> {
        for (key, value) in entries.keys.iter().zip(entries.values.iter()) {
            let expected = self.engine.sequence() + 1;
            let sequence = whole(&key).unwrap_or_default();
            if sequence < expected {
                // It is in the blocks.
                continue;
            }
            self.miss(expected, sequence);
            let commit = entry::decode(&value, "a commit").and_then(|commit| {
                if commit.sequence == sequence {
                    Ok(commit)
                } else {
                    Err(corrupt("another commit is in its place".into()))
                }
            });
            let taken = commit.and_then(|commit| {
                for change in &commit.changes {
                    self.directory.touch(&change.collection, &change.key);
                }
                self.engine.replay(commit)
            });
            if let Err(error) = taken {
                let damage = DatabaseDamage {
                    part: format!("commit {sequence}"),
                    reason: error.to_string(),
                    rows: None,
                };
                self.put_aside(LOG, key, Some(value), damage);
                // Its number is not given to another commit.
                self.engine.replay(ChangeSet { sequence, changes: Vec::new() })?;
            }
        }
        Ok(())
    }

    /// Notes that the commits from `expected` to before `found` are not there.
    fn miss(&mut self, expected: u64, found: u64) {
        for missing in expected..found.min(expected + 16) {
            self.put_aside(
                LOG,
                number(missing),
                None,
                DatabaseDamage {
                    part: format!("commit {missing}"),
                    reason: "it is missing".into(),
                    rows: None,
                },
            );
        }
    }

    fn put_aside(
        &mut self,
        store: &'static str,
        key: JsValue,
        value: Option<JsValue>,
        damage: DatabaseDamage,
    ) {
        self.aside.push(Aside { store, key, value });
        self.description.damage.push(damage);
    }
}

/// Everything in a store that has a number.
#[derive(Debug)]
pub(super) struct Entries {
    keys: Array,
    pub(super) values: Array,
}

impl Entries {
    pub(super) fn ask(
        reading: &Reading,
        store: &str,
    ) -> Result<impl Future<Output = Result<Self>> + use<>> {
        let numbers = IdbKeyRange::lower_bound(&0.into());
        let numbers = numbers.map_err(|error| failed(JsError::from(error)))?;
        let (keys, values) = (reading.keys(store, &numbers), reading.get_all(store, &numbers));
        Ok(async move {
            let keys = keys.await.map_err(failed)?.unchecked_into();
            Ok(Self { keys, values: values.await.map_err(failed)?.unchecked_into() })
        })
    }
}

/// The description, from its copy if it is damaged; `None` if there is no database yet.
fn describe(stored: &JsValue, copy: &JsValue) -> Result<Option<(Description, bool)>> {
    if stored.is_undefined() && copy.is_undefined() {
        return Ok(None);
    }
    match Description::decode(stored) {
        Err(error) if error.kind() == ErrorKind::Corrupt => {
            Description::decode(copy).map(Some).map_err(|_| error)
        }
        description => description.map(Some),
    }
}

/// The keys of all commits behind `sequence`.
pub(super) fn behind(sequence: u64) -> Result<IdbKeyRange> {
    let range = IdbKeyRange::lower_bound_with_open(&number(sequence), true);
    range.map_err(|error| failed(JsError::from(error)))
}

pub(super) fn failed(error: JsError) -> bridge_traits::BridgeError {
    failure(error, "database.open")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "keys are whole")]
fn whole(key: &JsValue) -> Option<u64> {
    key.as_f64().map(|key| key as u64)
}

impl LogSize {
    /// The size of these entries.
    pub(super) fn of(values: &Array) -> Self {
        let bytes = values.iter().map(|value| packed_length(value.dyn_ref::<Uint8Array>()));
        Self { entries: values.length().into(), bytes: bytes.sum() }
    }
}
