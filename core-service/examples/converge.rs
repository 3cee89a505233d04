//! Mirrors large drives in bad weather, and says what it took.
//!
//!     cargo run -p core-service --features bench --example converge -- [FILES] [FOLDER]
//!
//! Each kind of drive is mirrored with all tags into a database in memory and into SQLite in FOLDER
//! (a new file each time), while one request in a hundred breaks, is cut off, or gets 401, 429 or
//! 500. A sync that ends early is begun again, as a program would. It fails unless the library is
//! exactly what is on the drive in the end, and prints one line of JSON per run.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bridge_desktop::{OsRandomness, SqliteDatabase, SystemClock};
use bridge_memory::{MemoryDatabase, MemoryHttpClient, MemoryInstanceLock};
use bridge_traits::policy::{HttpPolicy, PacingPolicy, PolicyHttpClient};
use bridge_traits::{Clock, DatabaseAdapter, HttpClient, Request, Response, Schema};
use core_async::sync::CancellationToken;
use core_async::time::Instant;
use core_library::{Library, TrackQuery};
use core_runtime::EventBus;
use core_sync::{GoogleDrive, Meter, OneDrive, StorageProvider, Sync, SyncOptions, SyncRequest};
use serde_json::json;
use test_cloud::{Ask, DriveFiles, DriveService, Weather, serve};

const ADDRESS: &str = "https://drive.test";
const ALBUM: usize = 20;

type Failed = Box<dyn Error>;

#[core_async::main]
async fn main() -> Result<(), Failed> {
    let mut args = std::env::args().skip(1);
    let files = args.next().map_or(Ok(10_000), |files| files.parse())?;
    let folder = args.next().map_or_else(std::env::temp_dir, PathBuf::from);
    for drive in ["google-drive", "onedrive"] {
        run(drive, "memory", Arc::new(MemoryDatabase::new()), files).await?;
        let path = folder.join(format!("converge-{drive}-{}.db", std::process::id()));
        run(drive, "sqlite", Arc::new(SqliteDatabase::at(path)), files).await?;
    }
    Ok(())
}

async fn run(
    kind: &str,
    storage: &str,
    database: Arc<dyn DatabaseAdapter>,
    files: usize,
) -> Result<(), Failed> {
    let accepts = |token: &str| token == "good";
    let drive = Arc::new(match kind {
        "onedrive" => DriveService::graph(accepts),
        _ => DriveService::new(accepts),
    });
    drive.files(|content| upload(content, files));
    drive.set_weather(Weather::bad(10, 7));
    let http = Arc::new(MemoryHttpClient::new());
    let asked = Arc::clone(&drive);
    serve(&http, ADDRESS, &Arc::new(move |ask: Ask| asked.answer(&ask)));

    database.open(Schema::new(vec![Library::schema(), Sync::schema()])).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let events = EventBus::default();
    let randomness = Arc::new(OsRandomness);
    let library = Library::new(
        Arc::clone(&database),
        Arc::clone(&clock),
        Arc::<OsRandomness>::clone(&randomness),
        events.clone(),
    );
    let lock = Arc::new(MemoryInstanceLock::new("run"));
    let sync =
        Sync::new("p", Arc::clone(&database), library.clone(), lock, Arc::clone(&clock), events);
    let mut policy = HttpPolicy::default();
    // How fast a provider may be asked is not what is measured.
    policy.pacing = PacingPolicy { burst: u32::MAX, ..PacingPolicy::default() };
    let plain: Arc<dyn HttpClient> =
        Arc::new(PolicyHttpClient::new(http, clock, randomness, policy));

    let start = Instant::now();
    let names = async {
        while library.counts().await.is_ok_and(|counts| counts.tracks == 0) {
            core_async::time::sleep(Duration::from_millis(5)).await;
        }
        start.elapsed().as_secs_f64()
    };
    let whole = async {
        let (mut syncs, mut requests, mut bytes) = (0, 0, 0);
        loop {
            let meter = Meter::new(Arc::new(Bearer(Arc::clone(&plain))));
            let request = SyncRequest {
                account: "acc".to_owned(),
                provider: provider(kind, &meter, Arc::clone(&plain)),
                meter: Some(meter.clone()),
                options: SyncOptions::default(),
            };
            let outcome = sync.sync(&request, &CancellationToken::new()).await;
            syncs += 1;
            requests += meter.requests();
            bytes += meter.bytes();
            match outcome {
                Ok(report) if report.waiting == 0 => return Ok((syncs, requests, bytes)),
                _ if syncs >= 1000 => return Err("it does not converge"),
                _ => {}
            }
        }
    };
    let (first, whole) = core_async::join!(names, whole);
    let (syncs, requests, bytes) = whole?;
    let seconds = start.elapsed().as_secs_f64();
    check(&drive, &library).await?;
    let result = json!({
        "drive": kind, "database": storage, "files": files, "syncs": syncs,
        "requests": requests, "bytes": bytes, "first_tracks_seconds": first, "seconds": seconds,
    });
    println!("{result}");
    Ok(())
}

fn provider(kind: &str, meter: &Meter, plain: Arc<dyn HttpClient>) -> Arc<dyn StorageProvider> {
    let account = Arc::new(meter.clone());
    match kind {
        "onedrive" => Arc::new(OneDrive::at(account, Arc::new(meter.beside(plain)), ADDRESS)),
        _ => Arc::new(GoogleDrive::at(account, ADDRESS)),
    }
}

/// That the library is the drive, tags included.
async fn check(drive: &DriveService, library: &Library) -> Result<(), Failed> {
    let expected: BTreeMap<_, _> = drive
        .files(|files| files.paths())
        .into_iter()
        .map(|(id, path)| (format!("remote:acc{path}?id={id}"), title(&path)))
        .collect();
    let mut found = BTreeMap::new();
    let mut query = TrackQuery { limit: Some(1000), ..TrackQuery::default() };
    loop {
        let page = library.tracks(&query).await?;
        found.extend(page.items.into_iter().map(|track| (track.path, track.title)));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    match found == expected {
        true => Ok(()),
        false => Err(format!("{} tracks for {} files", found.len(), expected.len()).into()),
    }
}

fn upload(files: &mut DriveFiles, count: usize) {
    let mut folder = String::new();
    for number in 0..count {
        if number % ALBUM == 0 {
            folder = files.folder("root", &format!("Album {}", number / ALBUM));
        }
        let name = format!("{:02}.wav", number % ALBUM + 1);
        let path = format!("/Album {}/{name}", number / ALBUM);
        files.file(&folder, &name, wav(&title(&path)));
    }
}

fn title(path: &str) -> String {
    format!("Title of {}", path.replace('/', " "))
}

/// A short recording with a title.
fn wav(title: &str) -> Vec<u8> {
    let chunk = |id: &[u8; 4], body: &[u8]| {
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let mut chunk = [id.as_slice(), &length.to_le_bytes(), body].concat();
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    };
    let format = [1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0];
    let name = chunk(b"INAM", format!("{title}\0").as_bytes());
    let parts = [
        b"WAVE".to_vec(),
        chunk(b"fmt ", &format),
        chunk(b"LIST", &[b"INFO".to_vec(), name].concat()),
        chunk(b"data", &[0; 1600]),
    ];
    chunk(b"RIFF", &parts.concat())
}

/// Adds a token, as an account does.
#[derive(Debug)]
struct Bearer(Arc<dyn HttpClient>);

#[core_async::async_trait]
impl HttpClient for Bearer {
    async fn send(&self, request: Request) -> bridge_traits::Result<Response> {
        self.0.send(request.with_bearer("good")).await
    }
}
