//! Files that are damaged, too new, or full of somebody's tricks.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bridge_desktop::{Salvaged, SqliteDatabase};
use bridge_traits::{
    Collection, DatabaseAdapter, Direction, ErrorKind, FieldKind, Filter, Query, Record, Schema,
    SchemaChange, SchemaComponent, TokenMatch, Value, WriteBatch,
};

fn component() -> SchemaComponent {
    let tracks = Collection::new("tracks")
        .required("title", FieldKind::Text)
        .required("words", FieldKind::Tokens)
        .index(&["title"]);
    SchemaComponent::new("library").migration(vec![SchemaChange::CreateCollection(tracks)])
}

fn schema() -> Schema {
    Schema::new(vec![component()])
}

async fn filled(path: &Path) -> Vec<u8> {
    let database = SqliteDatabase::at(path);
    database.open(schema()).await.unwrap();
    let mut batch = WriteBatch::new();
    for number in 0..500 {
        let words = Value::Tokens(vec![format!("word{number}")]);
        let title = format!("{number} {}", "long title ".repeat(20));
        batch.put("tracks", Record::new(number.to_string()).with(title).with(words));
    }
    database.write(batch).await.unwrap();
    database.close().await.unwrap();
    fs::read(path).unwrap()
}

/// Opens and reads everything.
async fn read_all(path: &Path) -> Result<usize, bridge_traits::BridgeError> {
    let database = SqliteDatabase::at(path);
    database.open(schema()).await?;
    let page = database.query(&Query::new("tracks").limit(5_000)).await;
    database.close().await?;
    Ok(page?.rows.len())
}

#[core_async::test]
async fn damage_is_reported_and_set_aside_never_shown_as_an_empty_library() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let whole = filled(&path).await;
    let mut damaged = Vec::new();
    for length in [50, 512, 4_096, whole.len() / 2, whole.len() - 4_096] {
        damaged.push(whole[..length].to_vec());
    }
    let zeroed = |range: std::ops::Range<usize>| {
        let mut bytes = whole.clone();
        bytes[range].fill(0);
        bytes
    };
    damaged.extend([zeroed(0..16), zeroed(0..100), zeroed(0..4_096), zeroed(4_096..whole.len())]);
    let mut set_aside = BTreeSet::new();
    for (number, bytes) in damaged.into_iter().enumerate() {
        fs::write(&path, &bytes).unwrap();
        let error = read_all(&path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{number}: {error:?}");
        let database = SqliteDatabase::at(&path);
        let aside = database.aside_name().unwrap();
        database.set_aside(&aside).await.unwrap();
        // Whoever goes on after a crash does it twice.
        database.set_aside(&aside).await.unwrap();
        assert_eq!(fs::read(&aside).unwrap().len(), bytes.len(), "{number}");
        let name = aside.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.starts_with("library.db.damaged-20"), "it tells the time: {name}");
        assert!(set_aside.insert(name), "no other is overwritten");
        assert_eq!(read_all(&path).await.unwrap(), 0, "it begins anew");
        fs::remove_file(&path).unwrap();
    }
}

/// What is salvaged of a file, and the keys of it.
async fn salvage(path: &Path) -> (Salvaged, Vec<String>) {
    let target = SqliteDatabase::in_memory();
    let salvaged = SqliteDatabase::salvage(path, &schema(), &target).await.unwrap();
    let rows = target.query(&Query::new("tracks").limit(5_000)).await.unwrap().rows;
    (salvaged, rows.into_iter().map(|row| row.record.key().to_owned()).collect())
}

#[core_async::test]
async fn what_can_be_read_is_salvaged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let whole = filled(&path).await;
    let (salvaged, keys) = salvage(&path).await;
    assert_eq!((salvaged, keys.len()), (Salvaged { records: 500, is_whole: true }, 500));
    let (mut parts, mut everything) = (0, 0);
    for page in 1..whole.len() / 4_096 {
        let mut bytes = whole.clone();
        bytes[page * 4_096..(page + 1) * 4_096].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        let (salvaged, keys) = salvage(&path).await;
        assert_eq!(salvaged.records, keys.len() as u64, "page {page}");
        // Where it is not known of which release the file is, nobody can tell whether these are all.
        assert!(!salvaged.is_whole || keys.len() == 500, "page {page}: {salvaged:?}");
        assert!(keys.iter().all(|key| key.parse::<u32>().is_ok_and(|key| key < 500)));
        parts += usize::from((400..500).contains(&keys.len()));
        everything += usize::from(salvaged.is_whole);
    }
    // A page of records costs these; the table goes on behind it. Indexes are not read.
    assert!(parts > 20 && everything > 5, "{parts} {everything}");
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let (salvaged, keys) = salvage(&path).await;
    assert!(!salvaged.is_whole && keys.len() > 100, "{salvaged:?}");
    for bytes in [Vec::new(), b"garbage".repeat(5_000), [&[0; 100], &whole[100..]].concat()] {
        fs::write(&path, bytes).unwrap();
        assert_eq!(salvage(&path).await, (Salvaged { records: 0, is_whole: false }, Vec::new()));
    }
    assert!(
        SqliteDatabase::salvage(&path.join("none"), &schema(), &SqliteDatabase::in_memory())
            .await
            .is_err()
    );
}

#[core_async::test]
async fn damage_met_while_open_is_told_and_the_next_open_checks_everything() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let whole = filled(&path).await;
    let database = SqliteDatabase::at(&path);
    database.open(schema()).await.unwrap();
    let mut news = database.watch_damage();
    assert_eq!(news.current(), None);
    let mut bytes = whole.clone();
    let half = whole.len() / 4_096 / 2 * 4_096;
    bytes[half..].fill(0);
    fs::write(&path, &bytes).unwrap();
    for _ in 0..2 {
        let error = database.query(&Query::new("tracks").limit(5_000)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "each call says so: {error:?}");
    }
    assert!(news.next().await.unwrap().contains("malformed"));
    database.close().await.unwrap();
    // It would open, if nobody had met the damage before.
    let suspect = path.with_extension("db.suspect");
    let refused = SqliteDatabase::at(&path).open(schema()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Corrupt, "{refused:?}");
    assert!(suspect.exists());
    // A file that is whole is not suspect any more once that is known.
    fs::write(&path, &whole).unwrap();
    assert_eq!(read_all(&path).await.unwrap(), 500);
    assert!(!suspect.exists());
    fs::write(&path, &bytes).unwrap();
    SqliteDatabase::at(&path).open(schema()).await.unwrap();
}

#[core_async::test]
async fn what_cannot_be_written_is_not_called_damaged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    // What stands in for a file that nobody may write, as whoever runs this may do everything.
    fs::create_dir(&path).unwrap();
    let refused = SqliteDatabase::at(&path).open(schema()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    let said = refused.to_string();
    assert!(said.contains("have to be writable") && said.contains("library.db"), "{said}");
}

#[core_async::test]
async fn flipped_bits_never_crash_and_never_go_on_as_another_kind_of_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let whole = filled(&path).await;
    for round in 0..150_usize {
        let mut bytes = whole.clone();
        for step in 0..8 {
            let at = (round * 104_729 + step * 7_919) % bytes.len();
            bytes[at] ^= 1 << (round % 8);
        }
        fs::write(&path, bytes).unwrap();
        // Bits of text may flip unseen; what is noticed has a name.
        if let Err(error) = read_all(&path).await {
            let expected = [ErrorKind::Corrupt, ErrorKind::Conflict, ErrorKind::Unavailable];
            assert!(expected.contains(&error.kind()), "{round}: {error:?}");
        }
        for log in ["db-wal", "db-shm"] {
            fs::remove_file(path.with_extension(log)).ok();
        }
    }
}

#[core_async::test]
async fn an_open_database_is_not_set_aside() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let database = SqliteDatabase::at(&path);
    database.open(schema()).await.unwrap();
    let aside = database.aside_name().unwrap();
    assert_eq!(database.set_aside(&aside).await.unwrap_err().kind(), ErrorKind::Conflict);
    let in_memory = SqliteDatabase::in_memory();
    assert_eq!(in_memory.aside_name().unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(in_memory.set_aside(&aside).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[core_async::test]
async fn a_newer_schema_is_refused_and_its_file_untouched() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    filled(&path).await;
    let newer = SqliteDatabase::at(&path);
    let later = Collection::new("later").required("x", FieldKind::Integer);
    let newer_schema = component().migration(vec![SchemaChange::CreateCollection(later)]);
    newer.open(Schema::new(vec![newer_schema])).await.unwrap();
    newer.close().await.unwrap();
    let before = fs::read(&path).unwrap();
    let old = SqliteDatabase::at(&path);
    assert_eq!(old.open(schema()).await.unwrap_err().kind(), ErrorKind::Conflict);
    drop(old);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[core_async::test]
async fn tricks_are_titles_like_any_other() {
    let database = SqliteDatabase::in_memory();
    database.open(schema()).await.unwrap();
    let tricks = [
        "'; DROP TABLE tracks; --",
        "\" OR 1=1 --",
        "x' UNION SELECT * FROM sqlite_schema --",
        "a\" OR \"b*",
        "NEAR(a b, 3)",
        "title : a",
        "{words} : a",
        "-a ^b +c",
        "AND OR NOT",
        "*",
        "\u{0}null\u{0}",
        "%_%",
        "$1 ?1 :a @b",
        "\\' \\\" \\",
        "\u{202e}txet",
        "；ＤＲＯＰ",
    ];
    let mut batch = WriteBatch::new();
    for (number, trick) in tricks.iter().enumerate() {
        let words = Value::Tokens(vec![(*trick).to_owned()]);
        batch.put("tracks", Record::new(number.to_string()).with(*trick).with(words));
    }
    database.write(batch).await.unwrap();
    for (number, trick) in tricks.iter().enumerate() {
        let key = number.to_string();
        let token = TokenMatch { text: (*trick).to_owned(), prefix: false };
        let beginning = TokenMatch { text: (*trick).to_owned(), prefix: true };
        let words =
            |token: TokenMatch| Filter::HasTokens { field: "words".into(), tokens: vec![token] };
        for filter in [
            Filter::equals("title", *trick),
            Filter::one_of("title", [*trick]),
            Filter::starts_with("title", *trick),
            words(token.clone()),
            words(beginning),
            Filter::Any(vec![words(token.clone()), words(token)]),
        ] {
            let query = Query::new("tracks").filter(filter).sort("title", Direction::Ascending);
            let rows = database.query(&query).await.unwrap().rows;
            assert_eq!(rows.len(), 1, "{query:?}");
            assert_eq!(rows[0].record.key(), key, "{query:?}");
            // The plan and the text do not depend on the value.
            let plain = query.filter.clone();
            let explained = database.explain(&query).await.unwrap();
            assert!(!format!("{explained:?}").contains(trick) || trick.len() < 2, "{plain:?}");
        }
        let odd = Query::new(trick);
        assert_eq!(database.query(&odd).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
        let odd = Query::new("tracks").sort(trick, Direction::Ascending);
        assert_eq!(database.query(&odd).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
    assert_eq!(database.count("tracks", &Filter::Everything).await.unwrap(), 16);
}
