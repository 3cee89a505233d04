//! The kit's HTTP server on real connections: `node:http` in front, the answers behind.

use std::sync::Arc;

use bridge_conformance::http::{HttpUnderTest, TestServer};
use bridge_memory::MemoryHttpClient;
use bridge_node::NodeHttpClient;
use bridge_traits::{HttpClient, Method, Request, Response};
use core_async::sync::CancellationToken;
use core_async::time::Duration;
use core_async::{select, task};
use futures::StreamExt;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

/// Where the answers think they are.
const ORIGIN: &str = "http://conformance.test";

#[wasm_bindgen(module = "node:http")]
extern "C" {
    type Server;
    #[wasm_bindgen(js_name = createServer)]
    fn create_server(answer: &Closure<dyn FnMut(Incoming, Outgoing)>) -> Server;
    #[wasm_bindgen(method)]
    fn listen(this: &Server, port: u16, host: &str);
    #[wasm_bindgen(method)]
    fn address(this: &Server) -> Address;
    #[wasm_bindgen(method)]
    fn close(this: &Server);
}

#[wasm_bindgen]
extern "C" {
    type Address;
    #[wasm_bindgen(method, getter)]
    fn port(this: &Address) -> u16;

    #[derive(Clone)]
    type Incoming;
    #[wasm_bindgen(method, getter)]
    fn method(this: &Incoming) -> String;
    #[wasm_bindgen(method, getter)]
    fn url(this: &Incoming) -> String;
    // Names and values by turns.
    #[wasm_bindgen(method, getter, js_name = rawHeaders)]
    fn raw_headers(this: &Incoming) -> Array;

    #[derive(Clone)]
    type Outgoing;
    #[wasm_bindgen(method, setter, js_name = statusCode)]
    fn set_status(this: &Outgoing, status: u16);
    #[wasm_bindgen(method, js_name = appendHeader)]
    fn append_header(this: &Outgoing, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = flushHeaders)]
    fn flush_headers(this: &Outgoing);
    #[wasm_bindgen(method)]
    fn write(this: &Outgoing, piece: &Uint8Array) -> bool;
    #[wasm_bindgen(method)]
    fn end(this: &Outgoing);
    #[wasm_bindgen(method)]
    fn destroy(this: &Outgoing);
}

#[wasm_bindgen(module = "node:events")]
extern "C" {
    fn once(emitter: &JsValue, event: &str) -> Promise;
}

#[wasm_bindgen(module = "node:stream/consumers")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn buffer(stream: &Incoming) -> Result<JsValue, JsValue>;
}

/// Closes the server with the test.
struct Guard {
    server: Server,
    _answer: Closure<dyn FnMut(Incoming, Outgoing)>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.server.close();
    }
}

/// A client and a server to ask.
pub(crate) async fn start() -> HttpUnderTest {
    let answers = Arc::new(MemoryHttpClient::new());
    TestServer::new().install(&answers, ORIGIN);
    let answer = Closure::new(move |incoming, outgoing| {
        let answers = Arc::clone(&answers);
        task::spawn(async move { respond(&answers, incoming, outgoing).await });
    });
    let server = create_server(&answer);
    server.listen(0, "127.0.0.1");
    JsFuture::from(once(server.as_ref(), "listening")).await.unwrap();
    let base = format!("http://127.0.0.1:{}", server.address().port());
    HttpUnderTest::new(Arc::new(NodeHttpClient::new()), base, Guard { server, _answer: answer })
}

async fn respond(answers: &MemoryHttpClient, incoming: Incoming, outgoing: Outgoing) {
    let closed = CancellationToken::new();
    let close = closed.clone();
    let closing = JsFuture::from(once(outgoing.as_ref(), "close"));
    task::spawn(async move {
        closing.await.ok();
        close.cancel();
    });
    let work = async {
        let Some(asked) = read(&incoming).await else { return };
        match answers.send(asked).await {
            Ok(response) => send(&outgoing, response).await,
            Err(_) => outgoing.destroy(),
        }
    };
    select! {
        () = work => {}
        // The client has left, and so do the answer and its body.
        () = closed.cancelled() => {}
    }
}

async fn read(incoming: &Incoming) -> Option<Request> {
    let methods = [
        Method::Get,
        Method::Head,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
        Method::Options,
        Method::Propfind,
    ];
    let method = methods.into_iter().find(|method| method.as_str() == incoming.method())?;
    let body = buffer(incoming).await.ok()?;
    let mut asked = Request::new(method, format!("{ORIGIN}{}", incoming.url()))
        .with_body(Uint8Array::new(&body).to_vec())
        .with_timeout(Duration::from_secs(3600));
    let fields: Vec<String> =
        incoming.raw_headers().iter().filter_map(|field| field.as_string()).collect();
    for field in fields.chunks_exact(2) {
        asked.headers.append(&field[0], field[1].clone());
    }
    Some(asked)
}

async fn send(outgoing: &Outgoing, response: Response) {
    outgoing.set_status(response.status);
    outgoing.append_header("connection", "close");
    for (name, value) in response.headers.iter() {
        outgoing.append_header(name, value);
    }
    outgoing.flush_headers();
    let mut body = response.body;
    while let Some(piece) = body.next().await {
        let Ok(piece) = piece else {
            // What was sent before goes out first.
            core_async::time::sleep(Duration::from_millis(20)).await;
            return outgoing.destroy();
        };
        if !piece.is_empty() && !outgoing.write(&Uint8Array::from(&piece[..])) {
            JsFuture::from(once(outgoing.as_ref(), "drain")).await.ok();
        }
    }
    outgoing.end();
}
