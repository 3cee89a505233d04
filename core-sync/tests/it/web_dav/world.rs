//! A server, and a library that is in line with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_traits::{HttpClient, Request, Response, Result as BridgeResult};
use core_async::sync::CancellationToken;
use core_library::Track;
use core_sync::{Meter, SyncError, SyncReport, SyncRequest, WebDav};
use test_cloud::{Ask, DavFiles, DavKind, DavService, serve};

use crate::support::{ACCOUNT, Kind, World, wav};

pub(super) const KINDS: [DavKind; 3] = [DavKind::Plain, DavKind::WithIds, DavKind::WithSync];
pub(super) const URL: &str = "https://dav.test/dav/files/";

pub(super) struct DavWorld {
    pub(super) server: Arc<DavService>,
    pub(super) inner: World,
}

impl DavWorld {
    pub(super) async fn new(kind: DavKind) -> Self {
        let inner = World::new(Kind::GoogleDrive).await;
        let server = Arc::new(DavService::new(kind, "ann", "secret"));
        let asked = Arc::clone(&server);
        serve(&inner.http, "https://dav.test", &Arc::new(move |ask: Ask| asked.answer(&ask)));
        Self { server, inner }
    }

    pub(super) fn files<T>(&self, act: impl FnOnce(&mut DavFiles) -> T) -> T {
        self.server.files(act)
    }

    /// A client that the server knows.
    pub(super) fn client(&self) -> Arc<dyn HttpClient> {
        Arc::new(Basic(self.inner.client()))
    }

    pub(super) fn request(&self) -> SyncRequest {
        self.request_through(self.inner.client())
    }

    /// A request whose own ones `http` sends.
    pub(super) fn request_through(&self, http: Arc<dyn HttpClient>) -> SyncRequest {
        let meter = Meter::new(Arc::new(Basic(http)));
        let provider = WebDav::at(Arc::new(meter.clone()), URL).unwrap();
        SyncRequest {
            account: ACCOUNT.to_owned(),
            provider: Arc::new(provider),
            meter: Some(meter),
            options: self.inner.options.clone(),
        }
    }

    pub(super) async fn sync(&self) -> Result<SyncReport, SyncError> {
        self.inner.program().sync(&self.request(), &CancellationToken::new()).await
    }

    /// Syncs, and says whether that told everything.
    pub(super) async fn is_synced_whole(&self) -> bool {
        self.sync().await.is_ok_and(|report| report.failed.is_empty())
    }

    /// Every track, by the path of its file.
    pub(super) async fn tracks(&self) -> BTreeMap<String, Track> {
        let query = core_library::TrackQuery { limit: Some(5_000), ..Default::default() };
        let page = self.inner.library().tracks(&query).await.unwrap();
        let place = format!("remote:{ACCOUNT}/");
        let tracks = page.items.into_iter();
        tracks.map(|it| (it.path.strip_prefix(&place).unwrap().to_owned(), it)).collect()
    }

    /// That the library is what is on the server: every file of music, and nothing else.
    pub(super) async fn assert_mirrored(&self) {
        let music = |path: &&str| path.ends_with(".wav") || path.ends_with(".mp3");
        let expected: Vec<_> =
            self.files(|files| files.paths().filter(music).map(str::to_owned).collect());
        let found: Vec<_> = self.tracks().await.into_keys().collect();
        assert_eq!(found, expected);
    }
}

/// Adds a name and a password, as an account does.
#[derive(Debug)]
struct Basic(Arc<dyn HttpClient>);

#[core_async::async_trait]
impl HttpClient for Basic {
    async fn send(&self, request: Request) -> BridgeResult<Response> {
        self.0.send(request.with_header("authorization", "Basic YW5uOnNlY3JldA==")).await
    }
}

/// A folder of recordings.
pub(super) fn album(files: &mut DavFiles, folder: &str, tracks: usize) {
    let name = folder.rsplit('/').next().unwrap();
    for track in 1..=tracks {
        let content = wav(&format!("{name} {track}"), "Somebody");
        files.file(&format!("{folder}/{track:02}.wav"), content);
    }
}
