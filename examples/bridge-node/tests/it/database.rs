//! Records: the contract, and a file that is cut or damaged anywhere.

use std::sync::Arc;

use bridge_conformance::database::DatabaseUnderTest;
use bridge_conformance::database_conformance;
use bridge_node::NodeDatabase;
use bridge_traits::{
    Collection, DatabaseAdapter, ErrorKind, FieldKind, Filter, Record, Schema, SchemaChange,
    SchemaComponent, WriteBatch,
};

use crate::support::{Directory, javascript};

database_conformance!(durable: async {
    let directory = Directory::new();
    DatabaseUnderTest::durable(move || {
        let database: Arc<dyn DatabaseAdapter> =
            Arc::new(NodeDatabase::new(directory.path("profile/library.mpc")));
        std::future::ready(database)
    })
});

pub(crate) fn schema() -> Schema {
    let songs = Collection::new("songs").required("title", FieldKind::Text);
    let songs = SchemaChange::CreateCollection(songs);
    Schema::new(vec![SchemaComponent::new("test").migration(vec![songs])])
}

async fn open(path: &str) -> bridge_traits::Result<NodeDatabase> {
    let database = NodeDatabase::new(path);
    database.open(schema()).await?;
    Ok(database)
}

async fn put(database: &NodeDatabase, key: &str, title: &str) {
    let mut batch = WriteBatch::new();
    batch.put("songs", Record::new(key).with(title));
    database.write(batch).await.unwrap();
}

async fn count(database: &NodeDatabase) -> u64 {
    database.count("songs", &Filter::Everything).await.unwrap()
}

async fn size(path: &str) -> f64 {
    javascript("return fs.statSync(argument).size;", path).await.as_f64().unwrap()
}

/// A database of five songs, and how long its file was before each of them and after the last.
async fn five_songs(path: &str) -> Vec<f64> {
    let database = open(path).await.unwrap();
    let mut ends = vec![size(path).await];
    for number in 0..5 {
        put(&database, &number.to_string(), "title").await;
        ends.push(size(path).await);
    }
    database.close().await.unwrap();
    ends
}

#[core_async::test]
async fn a_file_cut_anywhere_holds_every_whole_commit() {
    let directory = Directory::new();
    let path = directory.path("whole");
    let ends = five_songs(&path).await;
    let mut length = ends[0];
    while length <= ends[5] {
        let cut = directory.path("cut");
        let copy =
            format!("fs.copyFileSync(argument, '{cut}'); fs.truncateSync('{cut}', {length});");
        javascript(&copy, &path).await;
        let expected = ends[1..].iter().filter(|end| **end <= length).count() as u64;
        let database = open(&cut).await.unwrap();
        assert_eq!(count(&database).await, expected, "cut to {length} bytes");
        // What was broken off is gone for good, and the next commit takes its place.
        put(&database, "new", "n").await;
        database.close().await.unwrap();
        let database = open(&cut).await.unwrap();
        assert_eq!(count(&database).await, expected + 1, "cut to {length} bytes, then written");
        database.close().await.unwrap();
        length += 1.0;
    }
}

#[core_async::test]
async fn damage_before_the_last_commit_is_reported() {
    let directory = Directory::new();
    let path = directory.path("whole");
    let ends = five_songs(&path).await;
    let damaged = directory.path("damaged");
    let mut at = 0.0;
    while at < ends[4] {
        let damage = format!(
            "const content = fs.readFileSync(argument);
             content[{at}] ^= 0x40;
             fs.writeFileSync('{damaged}', content);"
        );
        javascript(&damage, &path).await;
        let error = open(&damaged).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "at {at}: {error:?}");
        at += 3.0;
    }
}

#[core_async::test]
async fn a_second_owner_is_refused_until_the_first_is_gone() {
    let directory = Directory::new();
    let path = directory.path("shared");
    let first = open(&path).await.unwrap();
    put(&first, "a", "title").await;
    let other_name = format!("{}/../{}", directory.path(""), path.rsplit('/').nth(1).unwrap());
    let error = open(&format!("{other_name}/shared")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    first.close().await.unwrap();
    core_async::time::sleep(core_async::time::Duration::from_millis(20)).await;
    assert_eq!(count(&open(&path).await.unwrap()).await, 1);
}

#[core_async::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let directory = Directory::new();
    let path = directory.path("music.flac");
    javascript("fs.writeFileSync(argument, 'fLaC and so on');", &path).await;
    assert_eq!(open(&path).await.unwrap_err().kind(), ErrorKind::Corrupt);
    let content = javascript("return fs.readFileSync(argument, 'utf8');", &path).await;
    assert_eq!(content.as_string().as_deref(), Some("fLaC and so on"));
}

#[core_async::test]
async fn a_long_file_is_compacted_and_keeps_everything() {
    let directory = Directory::new();
    let path = directory.path("long");
    let database = open(&path).await.unwrap();
    let title = "x".repeat(1 << 20);
    let mut largest: f64 = 0.0;
    for number in 0..12 {
        put(&database, "same", &title).await;
        put(&database, &number.to_string(), "small").await;
        largest = largest.max(size(&path).await);
    }
    assert!(largest < 8.0 * f64::from(1 << 20), "{largest} bytes for a record of one MiB");
    database.close().await.unwrap();
    let database = open(&path).await.unwrap();
    assert_eq!(count(&database).await, 13);
    let names = javascript("return fs.readdirSync(argument).join();", &directory.path("")).await;
    assert_eq!(names.as_string().as_deref(), Some("long"), "nothing is left behind");
}

#[core_async::test]
async fn an_open_that_failed_can_be_tried_again() {
    let directory = Directory::new();
    let path = directory.path("library");
    javascript("fs.mkdirSync(argument);", &path).await;
    let database = NodeDatabase::new(&*path);
    let error = database.open(schema()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error:?}");
    javascript("fs.rmdirSync(argument);", &path).await;
    database.open(schema()).await.unwrap();
    put(&database, "a", "title").await;
    assert_eq!(count(&database).await, 1);
}
