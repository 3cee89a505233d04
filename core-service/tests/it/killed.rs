//! Syncs of ten pages that are killed after every answer, as late and as early as can be, go on where
//! they were: no more than one page is fetched again.

use std::collections::BTreeMap;
use std::future::{Future, pending, poll_fn};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use bridge_memory::MemoryDatabase;
use bridge_traits::{DatabaseAdapter, HttpClient, Method, Request, Response};
use core_async::sync::CancellationToken;
use core_async::task::yield_now;
use core_service::scratch_database;
use futures::stream;

use crate::large_drive::{Kind, LargeDrive};
use crate::mirror::Mirror;

/// How many pages it takes to say what a drive holds.
const PAGES: usize = 10;
/// How many folders are asked for at a time where folders are pages.
const IN_FLIGHT: usize = 4;

/// When a sync is killed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Moment {
    /// The answer has arrived, and nobody has looked at it.
    Arrived,
    /// It has been looked at, and the sync has had to wait so many times since then: for the
    /// database, mostly.
    Waiting(usize),
    /// The next request is about to be sent.
    Asking,
}

impl Moment {
    const ALL: [Self; 5] =
        [Self::Arrived, Self::Waiting(1), Self::Waiting(3), Self::Waiting(8), Self::Asking];
}

#[core_async::test(timeout_ms = 300_000)]
async fn a_sync_that_is_killed_after_any_answer_fetches_one_page_again_at_most() {
    for kind in Kind::ALL {
        for storage in ["memory", "stored"] {
            let life = Life::default();
            let life = sync(&ten_pages(kind), &empty(storage).await, &Log::default(), life).await;
            let answers = life.answers();
            assert!(answers > PAGES, "{kind}: {answers} answers");
            for moment in Moment::ALL {
                let mut kills = 0;
                for after in 1..=answers {
                    // Where nothing tells what has changed, the next sync asks for everything if the
                    // one that was killed had nothing left to do but to answer.
                    let may_be_over = kind == Kind::WebDav && after == answers;
                    let was_cut = killed_once(kind, storage, (after, moment), may_be_over).await;
                    kills += usize::from(was_cut);
                }
                // After the last answers there is little left to wait for, and nothing to ask.
                assert!(kills >= PAGES / 2, "{kind}, {storage}, {moment:?}: {kills} kills");
            }
        }
    }
}

/// Kills a sync after so many answers and has the next one go on. Says whether it lived so long.
async fn killed_once(
    kind: Kind,
    storage: &str,
    (after, moment): (usize, Moment),
    may_be_over: bool,
) -> bool {
    let (drive, database, log) = (ten_pages(kind), empty(storage).await, Log::default());
    let life = sync(&drive, &database, &log, Life::until(after, moment)).await;
    if life.was_cut() {
        sync(&drive, &database, &log, Life::default()).await;
    }
    let again = log.fetched_again();
    let is_over = may_be_over && again == PAGES + 1;
    assert!(again <= 1 || is_over, "{kind}, {storage}, {moment:?} {after}: {again} pages again");
    // What was on its way was not fetched, but has to be asked for again.
    let on_the_way = if kind == Kind::WebDav { IN_FLIGHT } else { 1 };
    let again = log.asked_again();
    assert!(
        again <= on_the_way || is_over,
        "{kind}, {storage}, {moment:?} {after}: {again} asked again"
    );
    Mirror::open(database).await.unwrap().check_places(&drive).await.unwrap();
    life.was_cut()
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_sync_that_is_killed_after_every_answer_is_exact_in_the_end() {
    for kind in Kind::ALL {
        for storage in ["memory", "stored"] {
            let (drive, database, log) = (ten_pages(kind), empty(storage).await, Log::default());
            let mut kills = 0;
            while sync(&drive, &database, &log, Life::until(1, Moment::Asking)).await.was_cut() {
                kills += 1;
                assert!(kills <= 2 * PAGES, "{kind}, {storage}: it never ends");
            }
            // Of folders that are asked for at once, more than one is kept before the next request.
            let fewest = if kind == Kind::WebDav { PAGES / IN_FLIGHT } else { PAGES };
            assert!(kills >= fewest, "{kind}, {storage}: {kills} kills");
            let again = log.fetched_again();
            assert!(again <= 1, "{kind}, {storage}: {again} pages again after {kills} kills");
            Mirror::open(database).await.unwrap().converge(&drive).await.unwrap();
        }
    }
}

/// A drive that says in ten pages what it holds.
fn ten_pages(kind: Kind) -> LargeDrive {
    // Ten folders of two files: as many pages of three items, and one answer each where folders are
    // asked for.
    let drive = LargeDrive::with_albums(kind, 2 * PAGES, 2);
    drive.set_page(3);
    drive
}

async fn empty(storage: &str) -> Arc<dyn DatabaseAdapter> {
    match storage {
        "memory" => Arc::new(MemoryDatabase::new()),
        name => scratch_database(name).await,
    }
}

/// Runs a program that syncs without reading tags, for as long as it lives.
async fn sync(
    drive: &LargeDrive,
    database: &Arc<dyn DatabaseAdapter>,
    log: &Log,
    life: Life,
) -> Arc<Life> {
    let mirror = Mirror::open(Arc::clone(database)).await.unwrap();
    let life = Arc::new(life);
    let mut request = drive.request_over(|inner| {
        let (life, log) = (Arc::clone(&life), log.clone());
        Arc::new(Watched { inner, life, log })
    });
    request.options.read_tags = false;
    let cancel = CancellationToken::new();
    if let Some(report) = life.live(mirror.sync.sync(&request, &cancel)).await {
        report.unwrap();
    }
    life
}

/// One run of a program.
#[derive(Debug, Default)]
struct Life {
    /// After how many answers it ends, and when then.
    death: Option<(usize, Moment)>,
    answers: AtomicUsize,
    waits: AtomicUsize,
    is_over: AtomicBool,
}

impl Life {
    fn until(after: usize, moment: Moment) -> Self {
        Self { death: Some((after, moment)), ..Self::default() }
    }

    /// What becomes of `run`; `None` if it is killed.
    async fn live<T>(&self, run: impl Future<Output = T>) -> Option<T> {
        let mut run = Box::pin(run);
        poll_fn(|context| {
            if let Poll::Ready(done) = run.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            if let Some((after, Moment::Waiting(times))) = self.death
                && self.answers() >= after
                && self.waits.fetch_add(1, Ordering::SeqCst) + 1 >= times
            {
                self.end();
            }
            if self.was_cut() { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }

    fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }

    fn was_cut(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// How many answers there were.
    fn answers(&self) -> usize {
        self.answers.load(Ordering::SeqCst)
    }

    /// Whether the moment has come.
    fn is_at(&self, moment: Moment, answers: usize) -> bool {
        self.death.is_some_and(|(after, when)| when == moment && answers >= after)
    }
}

/// Which pages were asked for and fetched, over all lives.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<[BTreeMap<String, usize>; 2]>>);

impl Log {
    /// Notes a page, and says how many there are now.
    fn note(&self, list: usize, page: &str) -> usize {
        let mut lists = self.lists();
        *lists[list].entry(page.to_owned()).or_default() += 1;
        lists[list].values().sum()
    }

    fn asked_again(&self) -> usize {
        self.again(0)
    }

    fn fetched_again(&self) -> usize {
        self.again(1)
    }

    fn again(&self, list: usize) -> usize {
        self.lists()[list].values().map(|times| times - 1).sum()
    }

    fn lists(&self) -> MutexGuard<'_, [BTreeMap<String, usize>; 2]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a program asks with. An answer counts once it is there as a whole.
#[derive(Debug)]
struct Watched {
    inner: Arc<dyn HttpClient>,
    life: Arc<Life>,
    log: Log,
}

#[core_async::async_trait]
impl HttpClient for Watched {
    async fn send(&self, request: Request) -> bridge_traits::Result<Response> {
        if self.life.is_at(Moment::Asking, self.life.answers()) {
            self.life.end();
            return pending().await;
        }
        let page = page(&request);
        let turn = page.as_ref().map(|page| self.log.note(0, page));
        let response = self.inner.send(request).await?;
        let Response { status, url, headers, .. } = &response;
        let (status, url, headers) = (*status, url.clone(), headers.clone());
        let body = response.bytes(1 << 20).await?;
        if turn.is_some_and(|turn| turn % IN_FLIGHT == 1) {
            // Others that were asked for after it are there before it.
            for _ in 0..50 {
                yield_now().await;
            }
        }
        if self.life.was_cut() {
            return pending().await;
        }
        let answers = self.life.answers.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(page) = &page {
            self.log.note(1, page);
        }
        if self.life.is_at(Moment::Arrived, answers) {
            self.life.end();
            return pending().await;
        }
        Ok(Response { status, url, headers, body: Box::pin(stream::iter([Ok(body)])) })
    }
}

/// The name of a page of what a drive holds; `None` for other requests.
fn page(request: &Request) -> Option<String> {
    let path = request.url.split('?').next().unwrap_or_default();
    let is_folder = request.method == Method::Propfind && request.headers.get("depth") == Some("1");
    let is_page = is_folder
        || ["/drive/v3/files", "/drive/v3/changes", "/delta"].iter().any(|end| path.ends_with(end));
    is_page.then(|| request.url.clone())
}
