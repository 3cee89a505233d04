//! An ear on the loopback interface: threads that wait for redirects, until told to stop.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bridge_traits::AuthRedirect;
use core_async::sync::mpsc;

use super::request::{self, Asked, Here, PATIENCE};

/// More connections than these at a time are closed at once: whoever opens them is no browser.
const AT_ONCE: usize = 16;

/// Listens on a free port of 127.0.0.1 for as long as it lives.
#[derive(Debug)]
pub(super) struct Listener {
    shared: Arc<Shared>,
    redirects: mpsc::UnboundedReceiver<AuthRedirect>,
}

#[derive(Debug)]
struct Shared {
    here: Here,
    /// The state that is waited for; only a redirect that brings it is told the good news. Not in
    /// any `Debug` by being set late and never printed.
    expected: Mutex<Option<Expected>>,
    stopped: AtomicBool,
    open: AtomicUsize,
}

/// A state that does not print itself.
struct Expected(String);

impl std::fmt::Debug for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Expected(…)")
    }
}

impl Listener {
    /// Begins to listen for redirects to `path`.
    pub(super) fn start(path: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let here = Here { address: listener.local_addr()?, path: path.to_owned() };
        let shared = Arc::new(Shared {
            here,
            expected: Mutex::new(None),
            stopped: AtomicBool::new(false),
            open: AtomicUsize::new(0),
        });
        let (told, redirects) = mpsc::unbounded_channel();
        let accepting = Arc::clone(&shared);
        thread::Builder::new()
            .name("mpc-sign-in".to_owned())
            .spawn(move || accept(&listener, &accepting, &told))?;
        Ok(Self { shared, redirects })
    }

    pub(super) fn uri(&self) -> String {
        self.shared.here.uri()
    }

    /// Says which state the redirect brings. Others are told so and otherwise ignored.
    pub(super) fn expect(&self, state: &str) {
        let mut expected = self.shared.expected.lock().unwrap_or_else(PoisonError::into_inner);
        *expected = Some(Expected(state.to_owned()));
    }

    /// Waits for the redirect that is expected.
    pub(super) async fn redirect(&mut self) -> Option<AuthRedirect> {
        self.redirects.recv().await
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts; if nobody can connect, it has ended already.
        TcpStream::connect_timeout(&self.shared.here.address, Duration::from_secs(1)).ok();
    }
}

fn accept(
    listener: &TcpListener,
    shared: &Arc<Shared>,
    told: &mpsc::UnboundedSender<AuthRedirect>,
) {
    for stream in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else {
            // Too many files are open, for one. Trying again at once would spin.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        if shared.open.fetch_add(1, Ordering::SeqCst) >= AT_ONCE {
            shared.open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (serving, told) = (Arc::clone(shared), told.clone());
        let served = thread::Builder::new().name("mpc-sign-in".to_owned()).spawn(move || {
            // Whoever hung up has nothing to hear.
            serving.serve(stream, &told).ok();
            serving.open.fetch_sub(1, Ordering::SeqCst);
        });
        if served.is_err() {
            shared.open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Shared {
    fn serve(
        &self,
        mut stream: TcpStream,
        told: &mpsc::UnboundedSender<AuthRedirect>,
    ) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        match request::read(&mut stream, &self.here, Instant::now() + PATIENCE)? {
            Asked::Redirect(query) => {
                let redirect = AuthRedirect::parse(&query);
                if self.is_expected(&redirect) {
                    let text = "You can close this page and go back to the program.";
                    let answered = request::answer(&mut stream, (200, "OK"), text);
                    told.send(redirect).ok();
                    answered
                } else {
                    let text = "This is not the sign-in the program waits for.";
                    request::answer(&mut stream, (400, "Bad Request"), text)
                }
            }
            Asked::Other(status, name) => request::answer(&mut stream, (status, name), name),
        }
    }

    fn is_expected(&self, redirect: &AuthRedirect) -> bool {
        let expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        expected.as_ref().is_some_and(|expected| redirect.answers(&expected.0))
    }
}
