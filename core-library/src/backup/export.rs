//! Writing a library as a stream of lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_traits::{
    BoxStream, BridgeError, ByteStream, Collection, Cursor, DatabaseAdapter, ErrorKind,
    FileSystemAccess, Query, Result, Schema,
};
use bytes::Bytes;
use futures::{TryFutureExt, TryStreamExt, stream};
use xxhash_rust::xxh3::Xxh3;

use super::error::BackupError;
use super::header::{ExportReport, FORMAT, Header, Table, Trailer, VERSION};
use super::others::Others;
use super::value::to_json;
use crate::schema::FACTS;

const OPERATION: &str = "library.export";

/// How many records are in memory at once.
const PAGE: usize = 256;

/// How often a file is begun again because the library changed meanwhile.
const ATTEMPTS: usize = 5;

struct Export {
    database: Arc<dyn DatabaseAdapter>,
    /// Nothing of what is exported may change until the end.
    others: Others,
    header: Option<Header>,
    /// The collections still to come, the next one last.
    collections: Vec<Collection>,
    after: Option<Cursor>,
    counts: BTreeMap<String, u64>,
    hash: Box<Xxh3>,
    has_ended: bool,
}

/// The content of a file with every record of `schema`'s collections. The stream fails with
/// `Conflict` if one was changed before its end: then no file comes into being.
async fn export(
    database: &Arc<dyn DatabaseAdapter>,
    schema: &Schema,
    created_at: u64,
) -> Result<ByteStream> {
    let mut collections = schema.compile()?.collections;
    // What the library remembers about itself is about this database.
    collections.retain(|collection| collection.name != FACTS);
    let components = schema.components.iter();
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        created_at,
        components: components.map(|c| (c.name.clone(), c.version())).collect(),
        collections: collections.iter().map(Table::new).collect(),
    };
    let others = Others::watch(database, &collections).await?;
    collections.reverse();
    let export = Export {
        database: Arc::clone(database),
        others,
        header: Some(header),
        counts: collections.iter().map(|collection| (collection.name.clone(), 0)).collect(),
        collections,
        after: None,
        hash: Box::default(),
        has_ended: false,
    };
    Ok(Box::pin(stream::try_unfold(export, |mut export| async move {
        Ok(export.next().await?.map(|chunk| (chunk, export)))
    })))
}

/// Writes a library to the file at `path`, from the start again if it changes meanwhile.
pub(crate) async fn write_file(
    database: &Arc<dyn DatabaseAdapter>,
    schema: &Schema,
    created_at: u64,
    (files, path): (&Arc<dyn FileSystemAccess>, &str),
) -> Result<ExportReport, BackupError> {
    for _ in 0..ATTEMPTS {
        let body = export(database, schema, created_at).await?;
        match files.write(path, body).await {
            Ok(()) => {
                let mut records = 0;
                for collection in schema.compile()?.collections {
                    if collection.name != FACTS {
                        let all = &bridge_traits::Filter::Everything;
                        records += database.count(&collection.name, all).await?;
                    }
                }
                let bytes = files.metadata(path).await?.length;
                return Ok(ExportReport { path: path.to_owned(), records, bytes });
            }
            Err(error) if is_change(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(BackupError::Busy)
}

/// The content of a file, for somebody who writes it elsewhere. It fails with [`BackupError::Busy`]
/// if the library changes before its end.
pub(crate) fn pieces(
    database: Arc<dyn DatabaseAdapter>,
    schema: Schema,
    created_at: u64,
) -> BoxStream<'static, Result<Bytes, BackupError>> {
    let pieces = async move { export(&database, &schema, created_at).await }.try_flatten_stream();
    Box::pin(pieces.map_err(|error| match is_change(&error) {
        true => BackupError::Busy,
        false => error.into(),
    }))
}

fn changed() -> BridgeError {
    BridgeError::new(ErrorKind::Conflict, OPERATION)
        .with_detail("the library was changed meanwhile")
}

/// Whether this is the failure of an [`export`] that somebody wrote into.
fn is_change(error: &BridgeError) -> bool {
    error.kind() == ErrorKind::Conflict && error.operation() == OPERATION
}

impl Export {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        if let Some(header) = self.header.take() {
            return self.chunk(vec![line(&header)?]).map(Some);
        }
        while let Some(collection) = self.collections.last() {
            let name = collection.name.clone();
            let query = Query::new(&name).limit(PAGE).after(self.after.take());
            let page = self.database.query(&query).await?;
            if self.others.are_heard() {
                return Err(changed());
            }
            self.after = page.next;
            if self.after.is_none() {
                self.collections.pop();
            }
            if page.rows.is_empty() {
                continue;
            }
            *self.counts.entry(name.clone()).or_default() += page.rows.len() as u64;
            let mut lines = Vec::with_capacity(page.rows.len());
            for row in page.rows {
                let mut values = vec![name.as_str().into()];
                values.extend(row.record.0.into_iter().map(to_json));
                lines.push(line(&values)?);
            }
            return self.chunk(lines).map(Some);
        }
        if self.has_ended {
            return Ok(None);
        }
        self.has_ended = true;
        if self.others.have_written().await? {
            return Err(changed());
        }
        let xxh3 = format!("{:032x}", self.hash.digest128());
        let trailer = Trailer { end: std::mem::take(&mut self.counts), xxh3 };
        Ok(Some(Bytes::from(line(&trailer)?)))
    }

    fn chunk(&mut self, lines: Vec<Vec<u8>>) -> Result<Bytes> {
        let bytes = lines.concat();
        self.hash.update(&bytes);
        Ok(bytes.into())
    }
}

fn line(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)
        .map_err(|error| BridgeError::new(ErrorKind::Other, OPERATION).with_source(error))?;
    line.push(b'\n');
    Ok(line)
}
