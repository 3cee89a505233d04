//! Accounts on drives, against services that speak the real protocols.

use std::sync::Arc;
use std::time::Duration;

use bridge_memory::{
    ManualClock, MemoryAuthTransport, MemoryHttpClient, MemoryInstanceLock, MemorySecureStore,
};
use bridge_traits::Secret;
use core_async::sync::CancellationToken;
use core_service::core_auth::{Account, AuthError, ServerAccess};
use core_service::core_library::TrackQuery;
use core_service::{
    Bridges, CoreError, CoreService, DriveAccess, DriveAddresses, DriveClient, DriveKind, NewDrive,
};
use test_cloud::{
    Ask, AuthorizationServer, DavKind, DavService, DriveService, TokenFault, Weather, serve,
};

use crate::support::{bridges, wav};

/// A provider with a drive, a user, and a core that reaches both.
pub(crate) struct World {
    kind: DriveKind,
    pub(crate) server: Arc<AuthorizationServer>,
    pub(crate) drive: Arc<DriveService>,
    files: Arc<DavService>,
    pub(crate) transport: MemoryAuthTransport,
    clock: Arc<ManualClock>,
    pub(crate) lock: MemoryInstanceLock,
    pub(crate) bridges: Bridges,
    pub(crate) core: CoreService,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::of(DriveKind::GoogleDrive).await
    }

    async fn of(kind: DriveKind) -> Self {
        Self::with(kind, |bridges| bridges).await
    }

    /// With bridges that are changed before the core starts.
    pub(crate) async fn with(kind: DriveKind, change: impl FnOnce(Bridges) -> Bridges) -> Self {
        let server = Arc::new(AuthorizationServer::new("client", "canary"));
        let known = Arc::clone(&server);
        let accepts = move |token: &str| known.accepts(token);
        let drive = Arc::new(match kind {
            DriveKind::OneDrive => DriveService::graph(accepts),
            _ => DriveService::new(accepts),
        });
        let http = Arc::new(MemoryHttpClient::new());
        let (asked, browsed) = (Arc::clone(&server), Arc::clone(&drive));
        serve(&http, "https://as.test", &Arc::new(move |ask: Ask| asked.answer(&ask)));
        serve(&http, "https://api.test", &Arc::new(move |ask: Ask| browsed.answer(&ask)));
        let files = Arc::new(DavService::new(DavKind::Plain, "ann", "canary"));
        let listed = Arc::clone(&files);
        serve(&http, "https://dav.test", &Arc::new(move |ask: Ask| listed.answer(&ask)));
        let transport = MemoryAuthTransport::new();
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        let lock = MemoryInstanceLock::new("tab");
        let bridges = Bridges {
            clock: Some(Arc::<ManualClock>::clone(&clock)),
            http: Some(http),
            secrets: Some(Arc::new(MemorySecureStore::new())),
            auth: Some(Arc::new(transport.clone())),
            instance_lock: Some(Arc::new(lock.another("tab"))),
            ..bridges()
        };
        let bridges = change(bridges);
        let core = CoreService::start("test", bridges.clone()).await.unwrap();
        Self { kind, server, drive, files, transport, clock, lock, bridges, core }
    }

    /// Begins the program again, with what the one before has kept.
    pub(crate) async fn restart(&mut self) {
        self.core = CoreService::start("test", self.bridges.clone()).await.unwrap();
    }

    /// Another tab or program, with the same library.
    pub(crate) async fn tab(&self) -> CoreService {
        let instance_lock = Some(Arc::new(self.lock.another("another tab")) as Arc<_>);
        let bridges = Bridges { instance_lock, ..self.bridges.clone() };
        CoreService::start("test", bridges).await.unwrap()
    }

    fn new_drive(&self, client: &str) -> NewDrive {
        let client = Self::client(client);
        let access = match self.kind {
            DriveKind::OneDrive => DriveAccess::OneDrive(client),
            _ => DriveAccess::GoogleDrive(client),
        };
        NewDrive { access, root: None, filter: None }
    }

    fn client(id: &str) -> DriveClient {
        let addresses = DriveAddresses {
            authorize: "https://as.test/authorize".to_owned(),
            token: "https://as.test/token".to_owned(),
            api: "https://api.test".to_owned(),
        };
        let secret = Some(Secret::new("no secret"));
        DriveClient { id: id.to_owned(), secret, addresses: Some(addresses) }
    }

    /// Signs in as a user who agrees.
    pub(crate) async fn add(&self) -> Result<Account, CoreError> {
        self.add_drive(self.new_drive("client")).await
    }

    async fn add_drive(&self, new: NewDrive) -> Result<Account, CoreError> {
        let user = async {
            let page = self.transport.next_page().await;
            let (uri, query) = self.server.sign_in(&page);
            self.transport.redirect(&uri, &query);
        };
        let (account, ()) = core_async::join!(self.core.add_drive(new), user);
        account
    }

    pub(crate) async fn sync(&self, account: &str) -> Result<u64, CoreError> {
        let report = self.core.sync(account, &CancellationToken::new()).await?;
        Ok(report.added)
    }
}

#[core_async::test]
async fn a_token_that_is_over_within_a_batch_is_renewed() {
    let world = World::of(DriveKind::OneDrive).await;
    world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    let account = world.add().await.unwrap();
    world.sync(&account.id).await.unwrap();
    let track = world.core.library().tracks(&TrackQuery::default()).await.unwrap().items.remove(0);
    let renewals = world.server.token_requests().len();
    // A token that was just given is not renewed.
    world.clock.advance(Duration::from_secs(120));
    world.drive.expire_links();
    world.drive.set_weather(Weather::expired_within());
    world.core.play(&track.id).await.unwrap();
    assert_eq!(world.server.token_requests().len() - renewals, 1);
}

#[core_async::test]
async fn a_drive_is_added_mirrored_and_left() {
    for kind in [DriveKind::GoogleDrive, DriveKind::OneDrive] {
        a_drive_is_added_mirrored_played_and_left(kind).await;
    }
}

async fn a_drive_is_added_mirrored_played_and_left(kind: DriveKind) {
    let world = World::of(kind).await;
    let content = wav(20);
    world.drive.files(|files| files.file("root", "first.wav", content.clone()));
    let account = world.add().await.unwrap();
    assert_eq!(account.provider, kind.id());
    assert_eq!(account.label.as_deref(), Some("ann@example.org"));
    assert_eq!(world.sync(&account.id).await.unwrap(), 1);
    let tracks = world.core.library().tracks(&TrackQuery::default()).await.unwrap();
    let file = world.core.open_track_file(&tracks.items[0].path).await.unwrap();
    assert_eq!(file.read_at(0, content.len()).await.unwrap(), content);
    let again = world.add().await.unwrap();
    assert_eq!(again.id, account.id, "signing in again finds the account");
    world.core.remove_account(&account.id).await.unwrap();
    assert_eq!(world.core.accounts().await.unwrap(), []);
    assert_eq!(world.core.library().counts().await.unwrap().tracks, 0);
}

#[core_async::test]
async fn a_sign_in_that_fails_leaves_other_accounts_as_they_are() {
    let world = World::new().await;
    let account = world.add().await.unwrap();
    // The provider knows no such client: it never sends the user back.
    core_async::select! {
        added = world.core.add_drive(world.new_drive("misspelt")) => panic!("{added:?}"),
        _ = world.transport.next_page() => {}
    }
    world.server.set(|faults| {
        faults.token.push_back(TokenFault::Answer(401, r#"{"error":"invalid_client"}"#.to_owned()));
    });
    let error = world.add().await.unwrap_err();
    assert!(matches!(error, CoreError::Auth(AuthError::Refused { .. })), "{error:?}");
    // The first account is renewed with the client it was added with.
    world.server.grants(|grants| grants.expire_access_tokens());
    world.clock.advance(Duration::from_secs(7200));
    world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    assert_eq!(world.sync(&account.id).await.unwrap(), 1);
    let renewal = world.server.token_requests().pop().unwrap();
    assert_eq!(renewal["client_id"], "client");
}

#[core_async::test]
async fn a_folder_that_is_not_there_is_named_before_anything_is_mirrored() {
    let world = World::of(DriveKind::OneDrive).await;
    let music = world.drive.files(|files| {
        let music = files.folder("root", "Music");
        files.file(&music, "inside.wav", wav(20));
        files.file("root", "outside.wav", wav(30));
        music
    });
    let missing = NewDrive { root: Some("/Musik".to_owned()), ..world.new_drive("client") };
    let error = world.add_drive(missing).await.unwrap_err();
    assert_eq!(error.code(), "not_found");
    assert_eq!(world.core.accounts().await.unwrap(), [], "it would mirror something else");
    let music = NewDrive { root: Some(music), ..world.new_drive("client") };
    let account = world.add_drive(music).await.unwrap();
    assert_eq!(world.sync(&account.id).await.unwrap(), 1);
    // Another folder, or everything, may be chosen by signing in again.
    let everything = NewDrive { root: Some("/".to_owned()), ..world.new_drive("client") };
    assert_eq!(world.add_drive(everything).await.unwrap().id, account.id);
    assert_eq!(world.sync(&account.id).await.unwrap(), 1);
    assert_eq!(world.core.library().counts().await.unwrap().tracks, 2);
}

#[core_async::test]
async fn a_server_is_added_once_it_lets_us_in() {
    let world = World::new().await;
    world.files.files(|files| {
        files.file("My Music/first.wav", wav(20));
        files.file("Other/second.wav", wav(20));
    });
    let new = |password: &str, root: Option<&str>| {
        let (user, password) = ("ann".to_owned(), Secret::new(password));
        let url = "https://dav.test/dav/files/".to_owned();
        let access = ServerAccess::Password { user, password };
        let (access, root) = (DriveAccess::WebDav { url, access }, root.map(str::to_owned));
        NewDrive { access, root, filter: None }
    };
    for (new, code) in [
        (new("wrong", None), "permission_denied"),
        (new("canary", Some("Nowhere")), "not_found"),
        (new("canary", Some("../up")), "invalid_request"),
    ] {
        let error = world.core.add_drive(new).await.unwrap_err();
        assert_eq!(error.code(), code, "{error:?}");
        assert!(!format!("{error:?}").contains("canary"));
    }
    assert_eq!(world.core.accounts().await.unwrap(), []);
    let account = world.core.add_drive(new("canary", Some("My Music"))).await.unwrap();
    assert_eq!(account.provider, "webdav");
    assert_eq!(world.sync(&account.id).await.unwrap(), 1);
    let path = format!("remote:{}/first.wav", account.id);
    assert_eq!(world.core.open_track_file(&path).await.unwrap().length(), wav(20).len() as u64);
    // The same server and user is the same account; another folder has to be named.
    let again = world.core.add_drive(new("canary", None)).await.unwrap();
    assert_eq!(again.id, account.id);
    world.sync(&account.id).await.unwrap();
    assert_eq!(world.core.library().counts().await.unwrap().tracks, 1, "it stays as it is");
    world.core.add_drive(new("canary", Some("/"))).await.unwrap();
    world.sync(&account.id).await.unwrap();
    assert_eq!(world.core.library().counts().await.unwrap().tracks, 2);
    world.core.remove_account(&account.id).await.unwrap();
    assert_eq!(world.core.library().counts().await.unwrap().tracks, 0);
}
