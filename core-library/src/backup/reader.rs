//! Reading a library from a file, and checking that it is whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_traits::{Collection, ReadAt, Record, Schema, Value};
use xxhash_rust::xxh3::Xxh3;

use super::error::BackupError;
use super::header::{ColumnKind, FORMAT, Header, Table, Trailer, VERSION};
use super::lines::Lines;
use super::value::from_json;
use crate::schema::FACTS;

type Result<T, E = BackupError> = std::result::Result<T, E>;

/// A file that was found whole.
#[derive(Debug)]
pub(crate) struct BackupFile {
    file: Arc<dyn ReadAt>,
    tables: BTreeMap<String, Target>,
    /// How many records there are, by collection.
    pub(crate) counts: BTreeMap<String, u64>,
    /// When it was written.
    pub(crate) created_at: u64,
}

/// How the records of one table of a file become those of a collection of today.
#[derive(Clone, Debug)]
struct Target {
    collection: Collection,
    kinds: Vec<ColumnKind>,
    /// For each field, where it is in the file, or what it is.
    sources: Vec<Source>,
}

#[derive(Clone, Debug)]
enum Source {
    Column(usize),
    Default(Value),
}

/// A record of a file, as a collection of today holds it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) collection: String,
    pub(crate) record: Record,
}

/// Reads entries one after the other.
#[derive(Debug)]
pub(crate) struct Entries<'a> {
    file: &'a BackupFile,
    lines: Lines,
}

impl BackupFile {
    /// Reads a file from end to end: every line, the counts and the checksum. Nothing that is said
    /// of it later can fail but reading. Tables of components that `schema` does not have are left
    /// out.
    pub(crate) async fn check(file: Arc<dyn ReadAt>, schema: &Schema) -> Result<Self> {
        let mut lines = Lines::new(Arc::clone(&file));
        let mut hash = Box::<Xxh3>::default();
        let first = lines.next().await?.unwrap_or_default();
        let header: Header = serde_json::from_slice(first)
            .map_err(|error| BackupError::NotALibrary(error.to_string()))?;
        hash.update(first);
        check_versions(&header, schema)?;
        let created_at = header.created_at;
        let known: Vec<String> =
            header.collections.iter().map(|table| table.name.clone()).collect();
        let tables = targets(header.collections, schema)?;
        let mut checked = Self { file, tables, counts: BTreeMap::new(), created_at };
        let mut counts: BTreeMap<String, u64> = known.into_iter().map(|name| (name, 0)).collect();
        loop {
            let number = lines.number + 1;
            let damaged = |what: &str| BackupError::Damaged { line: number, what: what.to_owned() };
            let line = lines.next().await?.ok_or_else(|| damaged("the end is missing"))?;
            if line.starts_with(b"[") {
                hash.update(line);
                let (name, _) = checked.read(line).map_err(|what| damaged(&what))?;
                let count = counts.get_mut(&name).ok_or_else(|| damaged("an unknown table"))?;
                *count += 1;
                continue;
            }
            let trailer: Trailer =
                serde_json::from_slice(line).map_err(|_| damaged("this is no record"))?;
            if trailer.xxh3 != format!("{:032x}", hash.digest128()) {
                return Err(damaged("the checksum is another one"));
            }
            if trailer.end != counts {
                return Err(damaged("records are missing"));
            }
            if lines.next().await?.is_some() {
                return Err(damaged("something follows the end"));
            }
            counts.retain(|name, _| checked.tables.contains_key(name));
            checked.counts = counts;
            return Ok(checked);
        }
    }

    /// The entries, in the order of the file.
    pub(crate) fn entries(&self) -> Entries<'_> {
        Entries { file: self, lines: Lines::new(Arc::clone(&self.file)) }
    }

    /// The name of a line's table, and its record if its table is one of ours.
    fn read(&self, line: &[u8]) -> Result<(String, Option<Record>), String> {
        let values: Vec<serde_json::Value> =
            serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let mut values = values.into_iter();
        let Some(serde_json::Value::String(name)) = values.next() else {
            return Err("a record names no table".to_owned());
        };
        let Some(target) = self.tables.get(&name) else { return Ok((name, None)) };
        if values.len() != target.kinds.len() {
            return Err(format!("{name:?} has {} fields", target.kinds.len()));
        }
        let mut columns = Vec::with_capacity(values.len());
        for (value, kind) in values.zip(&target.kinds) {
            let value = from_json(value, *kind);
            columns.push(value.ok_or_else(|| format!("a value does not fit in {name:?}"))?);
        }
        let values = target.sources.iter().map(|source| match source {
            Source::Column(column) => std::mem::take(&mut columns[*column]),
            Source::Default(value) => value.clone(),
        });
        let record = Record(values.collect());
        target.collection.check(&record).map_err(|error| error.to_string())?;
        Ok((name, Some(record)))
    }
}

impl Entries<'_> {
    /// The next entry.
    pub(crate) async fn next(&mut self) -> Result<Option<Entry>> {
        loop {
            let Some(line) = self.lines.next().await? else { return Ok(None) };
            if !line.starts_with(b"[") {
                continue;
            }
            // The file was whole when it was checked; it may have been exchanged since.
            let read = self.file.read(line);
            let line = self.lines.number;
            let (collection, record) = read.map_err(|what| BackupError::Damaged { line, what })?;
            if let Some(record) = record {
                return Ok(Some(Entry { collection, record }));
            }
        }
    }
}

fn check_versions(header: &Header, schema: &Schema) -> Result<()> {
    if header.format != FORMAT {
        return Err(BackupError::NotALibrary(format!("it says it is {:?}", header.format)));
    }
    let newer =
        |what: &str, found, known| Err(BackupError::Newer { what: what.to_owned(), found, known });
    if header.version > VERSION {
        return newer("format", header.version, VERSION);
    }
    for component in &schema.components {
        match header.components.get(&component.name) {
            Some(found) if *found > component.version() => {
                return newer(&component.name, *found, component.version());
            }
            Some(_) => {}
            None => {
                let what = format!("it has no {:?}", component.name);
                return Err(BackupError::NotALibrary(what));
            }
        }
    }
    Ok(())
}

/// What becomes of each table. A field that came later has its default, as after a migration; one
/// that is no more is left out.
fn targets(tables: Vec<Table>, schema: &Schema) -> Result<BTreeMap<String, Target>> {
    let compiled = schema.compile()?;
    let mut targets = BTreeMap::new();
    for table in tables {
        let Ok(collection) = compiled.collection(&table.name) else { continue };
        if table.name == FACTS {
            continue;
        }
        let mut sources = Vec::with_capacity(collection.fields.len());
        for field in &collection.fields {
            let column = table.fields.iter().position(|column| column.name == field.name);
            sources.push(match column {
                Some(column) if table.fields[column].kind == ColumnKind::from(field.kind) => {
                    Source::Column(column)
                }
                None if field.optional || !field.default.is_null() => {
                    Source::Default(field.default.clone())
                }
                _ => {
                    let what = format!("{:?} has no fitting {:?}", table.name, field.name);
                    return Err(BackupError::NotALibrary(what));
                }
            });
        }
        let kinds = table.fields.iter().map(|column| column.kind).collect();
        let target = Target { collection: collection.clone(), kinds, sources };
        targets.insert(table.name, target);
    }
    Ok(targets)
}
