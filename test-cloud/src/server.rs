//! Services over real HTTP.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bridge_traits::{Headers, Method};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::exchange::{Answer, Ask};

/// The longest body of a request.
const LONGEST: usize = 16 * 1024 * 1024;

/// A service that listens on this computer, on a thread of its own, until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// Serves `service` on a free port.
    ///
    /// # Errors
    ///
    /// Fails if nothing can listen here.
    pub fn start<S>(service: S) -> std::io::Result<Self>
    where
        S: Fn(Ask) -> Answer + Send + Sync + 'static,
    {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let service = Arc::new(service);
        #[expect(clippy::disallowed_methods, reason = "a server of its own, outside any core")]
        let thread = std::thread::spawn(move || run(&runtime, listener, service, stopped));
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// The origin it answers at.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn run<S>(runtime: &Runtime, listener: TcpListener, service: Arc<S>, stopped: oneshot::Receiver<()>)
where
    S: Fn(Ask) -> Answer + Send + Sync + 'static,
{
    let router = Router::new().fallback(move |request: Request| {
        let service = Arc::clone(&service);
        async move {
            match cors(request.method().as_str(), request.headers()) {
                Cors::Preflight(answer) => respond(answer),
                Cors::Others => {
                    let answer = service(ask(request).await);
                    if answer.status == 0 && answer.stalls {
                        std::future::pending::<()>().await;
                    }
                    respond(allowed(answer))
                }
            }
        }
    });
    runtime.block_on(async {
        tokio::select! {
            served = axum::serve(listener, router) => served.unwrap_or_default(),
            _ = stopped => {}
        }
    });
}

/// What a request is to pages of other origins (CORS).
enum Cors {
    /// The browser asks whether it may ask.
    Preflight(Answer),
    /// Anything else.
    Others,
}

fn cors(method: &str, headers: &HeaderMap) -> Cors {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(wanted) = header("access-control-request-method").filter(|_| method == "OPTIONS")
    else {
        return Cors::Others;
    };
    let fields = header("access-control-request-headers").unwrap_or_default();
    let answer = Answer::status(204)
        .with_header("access-control-allow-methods", wanted)
        .with_header("access-control-allow-headers", fields);
    Cors::Preflight(allowed(answer))
}

/// Pages of every origin may read it, as with the services of real providers.
fn allowed(answer: Answer) -> Answer {
    answer
        .with_header("access-control-allow-origin", "*")
        .with_header("access-control-expose-headers", "*")
}

async fn ask(request: Request) -> Ask {
    let (parts, body) = request.into_parts();
    let mut headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    let query: BTreeMap<_, _> =
        form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let method = match parts.method.as_str() {
        "POST" => Method::Post,
        "HEAD" => Method::Head,
        "PROPFIND" => Method::Propfind,
        "REPORT" => Method::Report,
        _ => Method::Get,
    };
    Ask {
        method,
        origin: format!("http://{}", headers.get("host").unwrap_or_default()),
        path: parts.uri.path().to_owned(),
        query,
        headers,
        body: to_bytes(body, LONGEST).await.unwrap_or_default(),
    }
}

fn respond(answer: Answer) -> Response {
    // What breaks in the middle announces more than comes.
    let cut = answer.cut();
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = Response::builder().status(status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let body = match cut {
        Some(cut) => {
            response = response.header("content-length", answer.body.len() + 1);
            let piece = once(answer.body.slice(..cut));
            match answer.stalls {
                true => Body::from_stream(piece.chain(stream::pending())),
                // Not as bytes: their length is known, and is not what was announced.
                false => Body::from_stream(piece),
            }
        }
        None => Body::from(answer.body),
    };
    response.body(body).unwrap_or_default()
}

fn once(piece: Bytes) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::iter([Ok(piece)])
}
