//! A provider, a user and any number of tabs.

use std::sync::Arc;
use std::time::Duration;

use bridge_memory::{
    ManualClock, MemoryAuthTransport, MemoryDatabase, MemoryHttpClient, MemoryInstanceLock,
    MemorySecureStore, SeededRandomness,
};
use bridge_traits::policy::{HttpPolicy, PolicyHttpClient};
use bridge_traits::{Clock, DatabaseAdapter, DatabaseSettings, Schema, SecureStore, SettingsStore};
use core_auth::{Account, Auth, AuthBridges, AuthError, IdentitySource, OAuthProvider};
use core_runtime::EventBus;
use futures::FutureExt;
use serde_json::json;
use test_cloud::{Answer, Ask, AuthorizationServer, OAuthFaults, serve};

/// Every code and token begins with this, so that one search finds a leak.
pub(crate) const CANARY: &str = "canary";

pub(crate) struct World {
    pub(crate) server: Arc<AuthorizationServer>,
    pub(crate) http: Arc<MemoryHttpClient>,
    pub(crate) secrets: Arc<MemorySecureStore>,
    pub(crate) settings: Arc<DatabaseSettings>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) transport: MemoryAuthTransport,
    pub(crate) events: EventBus,
    lock: MemoryInstanceLock,
}

impl World {
    pub(crate) fn new() -> Self {
        let server = Arc::new(AuthorizationServer::new("client", CANARY));
        let http = Arc::new(MemoryHttpClient::new());
        let asked = Arc::clone(&server);
        serve(&http, "https://as.test", &Arc::new(move |ask: Ask| asked.answer(&ask)));
        let asked = Arc::clone(&server);
        serve(&http, "https://api.test", &Arc::new(move |ask: Ask| api(&asked, &ask)));
        let database = Arc::new(MemoryDatabase::new());
        let opened = database.open(Schema::new(vec![DatabaseSettings::schema()])).now_or_never();
        opened.expect("memory is there at once").unwrap();
        Self {
            server,
            http,
            secrets: Arc::new(MemorySecureStore::new()),
            settings: Arc::new(DatabaseSettings::new(database)),
            clock: Arc::new(ManualClock::new(1_700_000_000_000)),
            transport: MemoryAuthTransport::new(),
            events: EventBus::default(),
            lock: MemoryInstanceLock::new("tab"),
        }
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut OAuthFaults)) {
        self.server.set(change);
    }

    /// The accounts as another tab or the next run of the program sees them.
    pub(crate) fn tab(&self) -> Auth {
        self.tab_with(vec![provider("drive")])
    }

    pub(crate) fn tab_with(&self, providers: Vec<OAuthProvider>) -> Auth {
        self.tab_of(providers, Arc::<DatabaseSettings>::clone(&self.settings))
    }

    pub(crate) fn tab_of(
        &self,
        providers: Vec<OAuthProvider>,
        settings: Arc<dyn SettingsStore>,
    ) -> Auth {
        let clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(&self.clock);
        let randomness = Arc::new(SeededRandomness::new(self.clock.unix_millis()));
        let http = PolicyHttpClient::new(
            Arc::<MemoryHttpClient>::clone(&self.http),
            Arc::clone(&clock),
            Arc::<SeededRandomness>::clone(&randomness),
            HttpPolicy::default(),
        );
        let bridges = AuthBridges {
            http: Arc::new(http),
            secrets: Arc::<MemorySecureStore>::clone(&self.secrets),
            settings,
            lock: Arc::new(self.lock.another("tab")),
            transport: Arc::new(self.transport.clone()),
            clock,
            randomness,
        };
        Auth::new("default", bridges, providers, self.events.clone()).unwrap()
    }

    /// Signs in as a user who agrees.
    pub(crate) async fn sign_in(&self, auth: &Auth) -> Result<Account, AuthError> {
        let user = async {
            let page = self.transport.next_page().await;
            let (uri, query) = self.server.sign_in(&page);
            self.transport.redirect(&uri, &query);
        };
        let (account, ()) = core_async::join!(auth.sign_in("drive"), user);
        account
    }

    pub(crate) fn hours_later(&self, hours: u64) {
        self.clock.advance(Duration::from_secs(hours * 3600));
    }

    pub(crate) fn renewals(&self) -> usize {
        let is_renewal = |form: &&std::collections::BTreeMap<String, String>| {
            form.get("grant_type").is_some_and(|kind| kind == "refresh_token")
        };
        self.server.token_requests().iter().filter(is_renewal).count()
    }

    /// What a person who looks at the settings sees of accounts.
    pub(crate) async fn noted(&self) -> String {
        format!("{:?}", self.settings.list("").await.unwrap())
    }

    /// Every secret that is kept, as text.
    pub(crate) async fn kept(&self) -> String {
        let mut kept = String::new();
        for name in self.secrets.names().await.unwrap() {
            let secret = self.secrets.get(&name).await.unwrap().unwrap();
            kept += &format!("{name}: {}\n", String::from_utf8_lossy(secret.expose()));
        }
        kept
    }
}

pub(crate) fn provider(id: &str) -> OAuthProvider {
    let mut provider =
        OAuthProvider::new(id, "client", "https://as.test/authorize", "https://as.test/token");
    provider.revoke_url = Some("https://as.test/revoke".to_owned());
    provider.scopes = vec!["read".to_owned(), "profile".to_owned()];
    provider.required_scopes = vec!["read".to_owned()];
    provider.api_urls = vec!["https://api.test".to_owned()];
    provider.identity = Some(IdentitySource {
        url: "https://api.test/me".to_owned(),
        subject: "/id".to_owned(),
        label: "/mail".to_owned(),
    });
    provider
}

fn api(server: &AuthorizationServer, ask: &Ask) -> Answer {
    if !ask.bearer().is_some_and(|token| server.accepts(token)) {
        return Answer::status(401);
    }
    match ask.path.as_str() {
        "/me" => Answer::json(200, &json!({ "id": "u1", "mail": "ann@example.org" })),
        "/away" => Answer::status(302).with_header("location", "https://evil.test/catch"),
        _ => Answer::status(200).with_body("music"),
    }
}
