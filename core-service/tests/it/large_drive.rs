//! A large drive in bad weather, and a library that has to be the same in the end. The example
//! `converge` is made of it, too.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryHttpClient, MemoryInstanceLock, SeededRandomness};
use bridge_traits::policy::{HttpPolicy, PacingPolicy, PolicyHttpClient};
use bridge_traits::{Clock, DatabaseAdapter, HttpClient, Request, Response, Schema};
use core_async::sync::CancellationToken;
use core_async::time::{Duration, Instant, sleep};
use core_library::{Library, TrackQuery};
use core_runtime::EventBus;
use core_sync::{
    GoogleDrive, Meter, OneDrive, StorageProvider, Sync, SyncOptions, SyncReport, SyncRequest,
    WebDav,
};
use test_cloud::{Ask, DavKind, DavService, DriveService, Weather, serve};

pub(crate) type Failed = Box<dyn Error>;

/// Where it is.
const ADDRESS: &str = "https://drive.test";
/// How many files are in a folder.
const ALBUM: usize = 20;
/// How long an answer may stop: less than where servers are far away.
const PATIENCE: Duration = Duration::from_millis(250);

/// What kind of drive it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    GoogleDrive,
    OneDrive,
    WebDav,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::GoogleDrive, Self::OneDrive, Self::WebDav];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GoogleDrive => "google-drive",
            Self::OneDrive => "onedrive",
            Self::WebDav => "webdav",
        })
    }
}

/// A drive with many albums.
pub(crate) struct LargeDrive {
    kind: Kind,
    service: Service,
    http: Arc<MemoryHttpClient>,
}

enum Service {
    Drive(Arc<DriveService>),
    Server(Arc<DavService>),
}

/// What it took until the library was the drive.
#[derive(Debug, Default)]
pub(crate) struct Converged {
    /// Until the first tracks were there.
    pub(crate) first_tracks: Duration,
    /// Until all were, with their tags.
    pub(crate) whole: Duration,
    /// How many syncs were begun.
    pub(crate) syncs: u32,
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
}

impl LargeDrive {
    /// A drive with this many files.
    pub(crate) fn new(kind: Kind, files: usize) -> Self {
        let http = Arc::new(MemoryHttpClient::new());
        let service = match kind {
            Kind::WebDav => Service::Server(server(files, &http)),
            kind => Service::Drive(drive(kind, files, &http)),
        };
        Self { kind, service, http }
    }

    /// Has so many requests of a thousand go wrong.
    pub(crate) fn set_faults(&self, per_mille: u64) {
        let weather = Weather::bad(per_mille, 7);
        match &self.service {
            Service::Drive(drive) => drive.set_weather(weather),
            Service::Server(server) => server.set_weather(weather),
        }
    }

    /// Sets how long pages are at most. Servers have pages of changes only.
    pub(crate) fn set_page(&self, length: usize) {
        match &self.service {
            Service::Drive(drive) => drive.set_page(length),
            Service::Server(server) => server.set_page(length),
        }
    }

    /// How many requests were sent so far.
    pub(crate) fn asked(&self) -> usize {
        match &self.service {
            Service::Drive(drive) => drive.requests().len(),
            Service::Server(server) => server.requests().len(),
        }
    }

    /// What to synchronise.
    pub(crate) fn request(&self) -> SyncRequest {
        let plain = self.client();
        let (name, value) = match self.kind {
            Kind::WebDav => ("authorization", "Basic YW5uOnNlY3JldA=="),
            _ => ("authorization", "Bearer good"),
        };
        let account = Credentials { inner: Arc::clone(&plain), name, value };
        let meter = Meter::new(Arc::new(account));
        let account: Arc<dyn HttpClient> = Arc::new(meter.clone());
        let provider: Arc<dyn StorageProvider> = match self.kind {
            Kind::GoogleDrive => Arc::new(GoogleDrive::at(account, ADDRESS)),
            Kind::OneDrive => {
                Arc::new(OneDrive::at(account, Arc::new(meter.beside(plain)), ADDRESS))
            }
            Kind::WebDav => {
                let url = format!("{ADDRESS}/dav/files/");
                Arc::new(WebDav::at(account, &url).expect("it is an address"))
            }
        };
        let options = SyncOptions::default();
        SyncRequest { account: "acc".to_owned(), provider, meter: Some(meter), options }
    }

    fn client(&self) -> Arc<dyn HttpClient> {
        let mut policy = HttpPolicy::default();
        // How fast a drive may be asked is not what is tested.
        policy.pacing = PacingPolicy { burst: u32::MAX, ..PacingPolicy::default() };
        let clock: Arc<dyn Clock> = Arc::new(RunningClock(Instant::now()));
        let http: Arc<dyn HttpClient> = Arc::<MemoryHttpClient>::clone(&self.http);
        let http = Arc::new(Impatient(http));
        Arc::new(PolicyHttpClient::new(http, clock, Arc::new(SeededRandomness::new(3)), policy))
    }

    /// Every file as a track: its place and its title.
    fn expected(&self) -> BTreeMap<String, String> {
        match &self.service {
            Service::Drive(drive) => drive
                .files(|files| files.paths())
                .into_iter()
                .map(|(id, path)| (format!("remote:acc{path}?id={id}"), title(&path)))
                .collect(),
            Service::Server(server) => server.files(|files| {
                let music = files.paths().filter(|path| path.ends_with(".wav"));
                let titled =
                    |path: &str| (format!("remote:acc/{path}"), title(&format!("/{path}")));
                music.map(titled).collect()
            }),
        }
    }
}

impl Converged {
    fn count(&mut self, request: &SyncRequest) {
        self.syncs += 1;
        if let Some(meter) = &request.meter {
            self.requests += meter.requests();
            self.bytes += meter.bytes();
        }
    }
}

/// A library and what brings it in line with a drive.
pub(crate) struct Mirror {
    pub(crate) library: Library,
    pub(crate) sync: Sync,
}

impl Mirror {
    /// In this database.
    ///
    /// # Errors
    ///
    /// Fails as opening it does.
    pub(crate) async fn open(database: Arc<dyn DatabaseAdapter>) -> Result<Self, Failed> {
        database.open(Schema::new(vec![Library::schema(), Sync::schema()])).await?;
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(1_700_000_000_000));
        let events = EventBus::default();
        let randomness = Arc::new(SeededRandomness::new(1));
        let library =
            Library::new(Arc::clone(&database), Arc::clone(&clock), randomness, events.clone());
        let lock = Arc::new(MemoryInstanceLock::new("run"));
        let sync = Sync::new("p", database, library.clone(), lock, clock, events);
        Ok(Self { library, sync })
    }

    /// Syncs, again and again as a program does that has failed, until everything is read.
    ///
    /// # Errors
    ///
    /// Fails if the library is not exactly the drive in the end, or there is no end.
    pub(crate) async fn converge(&self, drive: &LargeDrive) -> Result<Converged, Failed> {
        let start = Instant::now();
        let first = async {
            while self.library.counts().await.is_ok_and(|counts| counts.tracks == 0) {
                sleep(Duration::from_millis(5)).await;
            }
            start.elapsed()
        };
        let whole = async {
            let mut converged = Converged::default();
            loop {
                let outcome = self.sync_once(drive, &mut converged).await;
                match outcome {
                    Some(report) if is_whole(&report) => return Ok(converged),
                    _ if converged.syncs >= 2_000 => return Err("it does not converge"),
                    _ => {}
                }
            }
        };
        // Where no track ever comes, it is the whole that ends.
        let mut whole = pin!(whole);
        let (first_tracks, converged) = core_async::select! {
            biased;
            first_tracks = first => (first_tracks, whole.await),
            converged = &mut whole => (start.elapsed(), converged),
        };
        let converged = Converged { first_tracks, whole: start.elapsed(), ..converged? };
        self.check(drive).await?;
        Ok(converged)
    }

    async fn sync_once(&self, drive: &LargeDrive, sum: &mut Converged) -> Option<SyncReport> {
        let request = drive.request();
        let outcome = self.sync.sync(&request, &CancellationToken::new()).await;
        sum.count(&request);
        outcome.ok()
    }

    /// That the library is the drive, tags included.
    ///
    /// # Errors
    ///
    /// Says what is not.
    pub(crate) async fn check(&self, drive: &LargeDrive) -> Result<(), Failed> {
        let expected = drive.expected();
        let mut found = BTreeMap::new();
        let mut query = TrackQuery { limit: Some(1000), ..TrackQuery::default() };
        loop {
            let page = self.library.tracks(&query).await?;
            for track in page.items {
                if found.insert(track.path, track.title).is_some() {
                    return Err("one file is two tracks".into());
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        let differing = found.iter().find(|(path, title)| expected.get(*path) != Some(title));
        match (differing, found.len() == expected.len()) {
            (None, true) => Ok(()),
            (other, _) => {
                let counts = format!("{} tracks for {} files", found.len(), expected.len());
                Err(format!("{counts}, for one {other:?}").into())
            }
        }
    }
}

/// Whether a sync has told and read everything: what it failed for is tried again.
fn is_whole(report: &SyncReport) -> bool {
    report.waiting == 0 && report.failed.is_empty()
}

fn drive(kind: Kind, files: usize, http: &MemoryHttpClient) -> Arc<DriveService> {
    let accepts = |token: &str| token == "good";
    let drive = Arc::new(match kind {
        Kind::OneDrive => DriveService::graph(accepts),
        _ => DriveService::new(accepts),
    });
    drive.files(|content| {
        let mut folder = String::new();
        for number in 0..files {
            if number % ALBUM == 0 {
                folder = content.folder("root", &album(number));
            }
            content.file(&folder, &name(number), wav(&title(&path(number))));
        }
    });
    let asked = Arc::clone(&drive);
    serve(http, ADDRESS, &Arc::new(move |ask: Ask| asked.answer(&ask)));
    drive
}

fn server(files: usize, http: &MemoryHttpClient) -> Arc<DavService> {
    let server = Arc::new(DavService::new(DavKind::Plain, "ann", "secret"));
    server.files(|content| {
        for number in 0..files {
            let path = path(number);
            content.file(path.trim_start_matches('/'), wav(&title(&path)));
        }
    });
    let asked = Arc::clone(&server);
    serve(http, ADDRESS, &Arc::new(move |ask: Ask| asked.answer(&ask)));
    server
}

fn album(number: usize) -> String {
    format!("Album {}", number / ALBUM)
}

fn name(number: usize) -> String {
    format!("{:02}.wav", number % ALBUM + 1)
}

fn path(number: usize) -> String {
    format!("/{}/{}", album(number), name(number))
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

/// The time since it was made, for what waits for a server's sake.
#[derive(Debug)]
struct RunningClock(Instant);

impl Clock for RunningClock {
    fn unix_millis(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Says who asks, as an account does.
#[derive(Debug)]
struct Credentials {
    inner: Arc<dyn HttpClient>,
    name: &'static str,
    value: &'static str,
}

#[core_async::async_trait]
impl HttpClient for Credentials {
    async fn send(&self, request: Request) -> bridge_traits::Result<Response> {
        self.inner.send(request.with_header(self.name, self.value)).await
    }
}

/// Does not wait long for answers that stop.
#[derive(Debug)]
struct Impatient(Arc<dyn HttpClient>);

#[core_async::async_trait]
impl HttpClient for Impatient {
    async fn send(&self, mut request: Request) -> bridge_traits::Result<Response> {
        request.deadlines.head = PATIENCE;
        request.deadlines.idle = PATIENCE;
        self.0.send(request).await
    }
}
