//! A large drive in bad weather. The example `converge` and the program that counts memory are made of
//! it, too.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bridge_memory::{MemoryHttpClient, SeededRandomness};
use bridge_traits::policy::{HttpPolicy, PacingPolicy, PolicyHttpClient};
use bridge_traits::{Clock, HttpClient, Request, Response};
use core_async::time::{Duration, Instant};
use core_sync::{GoogleDrive, Meter, OneDrive, StorageProvider, SyncOptions, SyncRequest, WebDav};
use test_cloud::{Ask, DavKind, DavService, DriveService, Weather, serve};

/// Where it is.
const ADDRESS: &str = "https://drive.test";
/// How many files are in a folder, unless it is said.
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

impl LargeDrive {
    /// A drive with this many files.
    pub(crate) fn new(kind: Kind, files: usize) -> Self {
        Self::with_albums(kind, files, ALBUM)
    }

    /// A drive with this many files, so many in a folder.
    pub(crate) fn with_albums(kind: Kind, files: usize, album: usize) -> Self {
        let http = Arc::new(MemoryHttpClient::new());
        let paths = (0..files).map(|number| {
            (format!("Album {}", number / album), format!("{:02}.wav", number % album + 1))
        });
        let service = match kind {
            Kind::WebDav => Service::Server(server(paths, &http)),
            kind => Service::Drive(drive(kind, paths, &http)),
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

    /// Forgets what it was asked.
    pub(crate) fn forget_requests(&self) {
        self.http.forget_requests();
        match &self.service {
            Service::Drive(drive) => drive.forget_requests(),
            Service::Server(server) => server.forget_requests(),
        }
    }

    /// What to synchronise, with what `wrap` makes of the client.
    pub(crate) fn request_over(
        &self,
        wrap: impl FnOnce(Arc<dyn HttpClient>) -> Arc<dyn HttpClient>,
    ) -> SyncRequest {
        let plain = wrap(self.client());
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
    pub(crate) fn expected(&self) -> BTreeMap<String, String> {
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

fn drive(
    kind: Kind,
    paths: impl Iterator<Item = (String, String)>,
    http: &MemoryHttpClient,
) -> Arc<DriveService> {
    let accepts = |token: &str| token == "good";
    let drive = Arc::new(match kind {
        Kind::OneDrive => DriveService::graph(accepts),
        _ => DriveService::new(accepts),
    });
    drive.files(|content| {
        let mut folder = (String::new(), String::new());
        for (album, name) in paths {
            if folder.0 != album {
                folder = (album.clone(), content.folder("root", &album));
            }
            content.file(&folder.1, &name, wav(&title(&format!("/{album}/{name}"))));
        }
    });
    let asked = Arc::clone(&drive);
    serve(http, ADDRESS, &Arc::new(move |ask: Ask| asked.answer(&ask)));
    drive
}

fn server(
    paths: impl Iterator<Item = (String, String)>,
    http: &MemoryHttpClient,
) -> Arc<DavService> {
    let server = Arc::new(DavService::new(DavKind::Plain, "ann", "secret"));
    server.files(|content| {
        for (album, name) in paths {
            let path = format!("{album}/{name}");
            content.file(&path, wav(&title(&format!("/{path}"))));
        }
    });
    let asked = Arc::clone(&server);
    serve(http, ADDRESS, &Arc::new(move |ask: Ask| asked.answer(&ask)));
    server
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
