//! A writing process that is killed again and again loses nothing that was acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bridge_desktop::SqliteDatabase;
use bridge_traits::{
    Collection, DatabaseAdapter, FieldKind, Filter, Record, Schema, SchemaChange, SchemaComponent,
    Value, WriteBatch,
};

const KILLS: u64 = 200;

/// The variable that makes [`writer_process`] write, to the file it names.
const WRITER: &str = "MPC_TEST_KILLED_WRITER";

fn schema() -> Schema {
    let tracks = Collection::new("tracks")
        .required("title", FieldKind::Text)
        .required("words", FieldKind::Tokens)
        .index(&["title"]);
    let counts = Collection::new("counts").required("tracks", FieldKind::Integer);
    let changes = [tracks, counts].map(SchemaChange::CreateCollection);
    Schema::new(vec![SchemaComponent::new("library").migration(changes.into())])
}

async fn open(path: &Path) -> SqliteDatabase {
    let database = SqliteDatabase::at(path);
    database.open(schema()).await.unwrap();
    database
}

/// The process that is killed: adds, changes and removes tracks for ever, keeps their count in the
/// same batch, and says which commits were acknowledged.
#[core_async::test]
async fn writer_process() {
    let Ok(path) = std::env::var(WRITER) else { return };
    let database = open(Path::new(&path)).await;
    let mut count = stored_count(&database).await;
    for round in commits(&database).await.. {
        let mut batch = WriteBatch::new();
        for number in 0..round % 23 {
            let words = Value::Tokens(vec!["abbey".into(), format!("road{round}")]);
            let id = format!("{round:06}-{number:02}");
            batch.insert("tracks", Record::new(id).with("x".repeat(300)).with(words));
            count += 1;
        }
        if round % 5 == 4 {
            // The round before added (round - 1) % 23 tracks, and the first of them goes.
            let gone = format!("{:06}-00", round - 1);
            if database.get("tracks", &gone).await.unwrap().is_some() {
                batch.delete("tracks", gone);
                count -= 1;
            }
        }
        batch.put("counts", Record::new("all").with(count));
        batch.put("counts", Record::new("commits").with(round + 1));
        if round % 2 == 0 {
            batch = batch.strict();
        }
        database.write(batch).await.unwrap();
        std::io::stderr().write_all(format!("acknowledged {}\n", round + 1).as_bytes()).unwrap();
    }
}

#[core_async::test]
async fn no_kill_loses_what_was_acknowledged_or_a_count() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let mut acknowledged = 0;
    for kill in 0..KILLS {
        let (mut writer, lines) = start(&path);
        let mut lines = lines.lines();
        // Somewhere in a commit, or while opening: after some lines and a little more.
        for _ in 0..kill % 6 {
            acknowledged = acknowledged.max(number(&lines.next().unwrap().unwrap()));
        }
        std::thread::sleep(Duration::from_micros(kill * 7_919 % 4_000));
        writer.kill().unwrap();
        writer.wait().unwrap();
        // What it still managed to say before it died was acknowledged as well.
        for line in lines.map_while(Result::ok) {
            acknowledged = acknowledged.max(number(&line));
        }
        if kill % 10 == 9 {
            check(&path, acknowledged).await;
        }
    }
    check(&path, acknowledged).await;
    assert!(acknowledged > KILLS, "the writers wrote {acknowledged} batches");
}

fn start(path: &Path) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sqlite_kills::writer_process", "--nocapture"])
        .env(WRITER, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(writer.stderr.take().unwrap());
    (writer, lines)
}

/// The number in a line; none in a line that was cut off.
fn number(line: &str) -> u64 {
    line.strip_prefix("acknowledged ").and_then(|number| number.parse().ok()).unwrap_or(0)
}

async fn check(path: &Path, acknowledged: u64) {
    let database = open(path).await;
    let commits = commits(&database).await;
    assert!(commits >= acknowledged, "{commits} commits, {acknowledged} acknowledged");
    let tracks = database.count("tracks", &Filter::Everything).await.unwrap();
    assert_eq!(tracks, stored_count(&database).await, "the count is not that of the tracks");
    let abbey = bridge_traits::TokenMatch { text: "abbey".into(), prefix: false };
    let abbey = Filter::HasTokens { field: "words".into(), tokens: vec![abbey] };
    assert_eq!(database.count("tracks", &abbey).await.unwrap(), tracks, "the index is behind");
    database.close().await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let intact: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(intact, "ok");
}

async fn commits(database: &SqliteDatabase) -> u64 {
    stored(database, "commits").await
}

async fn stored_count(database: &SqliteDatabase) -> u64 {
    stored(database, "all").await
}

async fn stored(database: &SqliteDatabase, key: &str) -> u64 {
    let row = database.get("counts", key).await.unwrap();
    row.map_or(0, |row| row.record.into_reader().skip_to_integer())
}

/// Reading the one number behind the key.
trait Number {
    fn skip_to_integer(self) -> u64;
}

impl Number for bridge_traits::RecordReader {
    fn skip_to_integer(mut self) -> u64 {
        self.skip().unwrap();
        self.integer().unwrap()
    }
}
