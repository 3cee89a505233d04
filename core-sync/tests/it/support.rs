//! A drive, a library, and any number of programs that come and go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_memory::{
    ManualClock, MemoryDatabase, MemoryHttpClient, MemoryInstanceLock, SeededRandomness,
};
use bridge_traits::policy::{HttpPolicy, PacingPolicy, PolicyHttpClient};
use bridge_traits::{
    Clock, DatabaseAdapter, HttpClient, Request, Response, Result as BridgeResult, Schema,
};
use core_async::sync::CancellationToken;
use core_library::{Library, Track, TrackQuery};
use core_runtime::EventBus;
use core_sync::{
    GoogleDrive, Meter, OneDrive, StorageProvider, Sync, SyncError, SyncOptions, SyncPlan,
    SyncReport, SyncRequest,
};
use test_cloud::{Ask, DriveFiles, DriveService, serve};

pub(crate) const ACCOUNT: &str = "acc";

/// Where the drive is.
const ADDRESS: &str = "https://drive.test";

/// The same cases for every kind of drive.
macro_rules! on_every_drive {
    ($(#[$test:meta] $case:ident)+) => {
        mod google_drive {
            $(#[$test] async fn $case() {
                super::$case(crate::support::Kind::GoogleDrive).await;
            })+
        }
        mod one_drive {
            $(#[$test] async fn $case() {
                super::$case(crate::support::Kind::OneDrive).await;
            })+
        }
    };
}
pub(crate) use on_every_drive;

/// What kind of drive it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    GoogleDrive,
    OneDrive,
}

impl Kind {
    /// How many requests it takes to mirror one page, without tags.
    pub(crate) fn fewest_requests(self) -> u64 {
        match self {
            // A cursor, a page, and what has changed since.
            Self::GoogleDrive => 3,
            // The page brings the cursor.
            Self::OneDrive => 2,
        }
    }
}

pub(crate) struct World {
    pub(crate) kind: Kind,
    pub(crate) drive: Arc<DriveService>,
    pub(crate) database: Arc<dyn DatabaseAdapter>,
    pub(crate) events: EventBus,
    pub(crate) options: SyncOptions,
    pub(crate) http: Arc<MemoryHttpClient>,
    lock: MemoryInstanceLock,
    programs: AtomicU64,
}

impl World {
    pub(crate) async fn new(kind: Kind) -> Self {
        let accepts = |token: &str| token == "good";
        let drive = Arc::new(match kind {
            Kind::GoogleDrive => DriveService::new(accepts),
            Kind::OneDrive => DriveService::graph(accepts),
        });
        let http = Arc::new(MemoryHttpClient::new());
        let asked = Arc::clone(&drive);
        serve(&http, ADDRESS, &Arc::new(move |ask: Ask| asked.answer(&ask)));
        let database: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
        let schema = Schema::new(vec![Library::schema(), Sync::schema()]);
        database.open(schema).await.unwrap();
        Self {
            kind,
            drive,
            database,
            events: EventBus::default(),
            options: SyncOptions::default(),
            http,
            lock: MemoryInstanceLock::new("tab"),
            programs: AtomicU64::new(1),
        }
    }

    pub(crate) fn files<T>(&self, act: impl FnOnce(&mut DriveFiles) -> T) -> T {
        self.drive.files(act)
    }

    pub(crate) fn library(&self) -> Library {
        // Every program has randomness of its own.
        let seed = self.programs.fetch_add(1, Ordering::Relaxed);
        let (clock, randomness) =
            (ManualClock::new(1_700_000_000_000), SeededRandomness::new(seed));
        let database = Arc::clone(&self.database);
        Library::new(database, Arc::new(clock), Arc::new(randomness), self.events.clone())
    }

    /// The program, as it is after a start.
    pub(crate) fn program(&self) -> Sync {
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        let (database, lock) = (Arc::clone(&self.database), self.lock.another("tab"));
        Sync::new("p", database, self.library(), Arc::new(lock), clock, self.events.clone())
    }

    /// Requests as a program sends them, without anybody's credentials.
    pub(crate) fn client(&self) -> Arc<dyn HttpClient> {
        self.client_at(Arc::new(ManualClock::new(0)))
    }

    /// As [`client`](Self::client), by this clock.
    pub(crate) fn client_at(&self, clock: Arc<dyn Clock>) -> Arc<dyn HttpClient> {
        let mut policy = HttpPolicy::default();
        // How fast a drive may be asked is another test's business.
        policy.pacing = PacingPolicy { burst: u32::MAX, ..PacingPolicy::default() };
        let http = PolicyHttpClient::new(
            Arc::<MemoryHttpClient>::clone(&self.http),
            clock,
            Arc::new(SeededRandomness::new(3)),
            policy,
        );
        Arc::new(http)
    }

    pub(crate) fn request(&self) -> SyncRequest {
        let plain = self.client();
        let meter = Meter::new(Arc::new(Bearer(Arc::clone(&plain))));
        let account: Arc<dyn HttpClient> = Arc::new(meter.clone());
        let provider: Arc<dyn StorageProvider> = match self.kind {
            Kind::GoogleDrive => Arc::new(GoogleDrive::at(account, ADDRESS)),
            Kind::OneDrive => {
                let drive = OneDrive::at(account, Arc::new(meter.beside(plain)), ADDRESS);
                Arc::new(match &self.options.root {
                    Some(folder) => drive.in_folder(folder),
                    None => drive,
                })
            }
        };
        SyncRequest {
            account: ACCOUNT.to_owned(),
            provider,
            meter: Some(meter),
            options: self.options.clone(),
        }
    }

    /// A client that shows the token to whomever it asks.
    pub(crate) fn account(&self) -> Arc<dyn HttpClient> {
        Arc::new(Bearer(Arc::<MemoryHttpClient>::clone(&self.http)))
    }

    pub(crate) async fn sync(&self) -> Result<SyncReport, SyncError> {
        self.program().sync(&self.request(), &CancellationToken::new()).await
    }

    pub(crate) async fn preview(&self) -> SyncPlan {
        let (request, cancel) = (self.request(), CancellationToken::new());
        self.program().preview(&request, &cancel).await.unwrap()
    }

    /// Every track, by the id of its file.
    pub(crate) async fn tracks(&self) -> BTreeMap<String, Track> {
        let library = self.library();
        let mut query = TrackQuery { limit: Some(5_000), ..TrackQuery::default() };
        let mut tracks = BTreeMap::new();
        loop {
            let page = library.tracks(&query).await.unwrap();
            for track in page.items {
                let id = track.path.split("?id=").nth(1).unwrap().to_owned();
                assert!(tracks.insert(id, track).is_none(), "one file is two tracks");
            }
            query.after = page.next;
            if query.after.is_none() {
                return tracks;
            }
        }
    }

    /// That the library is the drive: every file of music at its place, and nothing else.
    pub(crate) async fn assert_mirrored(&self) {
        let drive = self.files(|files| files.paths());
        let music =
            drive.into_iter().filter(|(_, path)| path.ends_with(".wav") || path.ends_with(".mp3"));
        let expected: BTreeMap<_, _> = music
            .map(|(id, path)| (id.clone(), format!("remote:{ACCOUNT}{path}?id={id}")))
            .collect();
        let found = self.tracks().await.into_iter().map(|(id, track)| (id, track.path));
        assert_eq!(found.collect::<BTreeMap<_, _>>(), expected);
    }
}

/// Adds a token, as an account does.
#[derive(Debug)]
struct Bearer(Arc<dyn HttpClient>);

#[core_async::async_trait]
impl HttpClient for Bearer {
    async fn send(&self, request: Request) -> BridgeResult<Response> {
        self.0.send(request.with_bearer("good")).await
    }
}

/// A short recording with tags of its own.
pub(crate) fn wav(title: &str, artist: &str) -> Vec<u8> {
    let chunk = |id: &[u8; 4], body: &[u8]| {
        let mut chunk = id.to_vec();
        chunk.extend_from_slice(&u32::try_from(body.len()).unwrap().to_le_bytes());
        chunk.extend_from_slice(body);
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    };
    let text = |id: &[u8; 4], text: &str| chunk(id, format!("{text}\0").as_bytes());
    let format = [1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0];
    let info = [b"INFO".to_vec(), text(b"INAM", title), text(b"IART", artist)].concat();
    let body = [
        b"WAVE".to_vec(),
        chunk(b"fmt ", &format),
        chunk(b"LIST", &info),
        chunk(b"data", &[0; 1600]),
    ];
    chunk(b"RIFF", &body.concat())
}

/// A folder of recordings.
pub(crate) fn album(files: &mut DriveFiles, parent: &str, name: &str, tracks: usize) -> String {
    let folder = files.folder(parent, name);
    for track in 1..=tracks {
        let content = wav(&format!("{name} {track}"), "Somebody");
        files.file(&folder, &format!("{track:02}.wav"), content);
    }
    folder
}
