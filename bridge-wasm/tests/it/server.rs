//! The server of the HTTP cases: a real one where its address is known when the tests are built,
//! and otherwise one in the place of `fetch`.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use bridge_conformance::http::{HttpUnderTest, TestServer};
use bridge_memory::MemoryHttpClient;
use bridge_traits::{HttpClient, Method, Request, Response};
use bridge_wasm::FetchHttpClient;
use core_async::select;
use core_async::sync::CancellationToken;
use core_async::time::Duration;
use futures::StreamExt;
use js_sys::{ArrayBuffer, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::RequestRedirect;

use crate::support::javascript;

/// Where a `TestServer` listens, such as `http://127.0.0.1:8080`.
const REAL_SERVER: Option<&str> = option_env!("MPC_TEST_HTTP_SERVER");

const ORIGIN: &str = "http://conformance.test";
const OTHER_ORIGIN: &str = "http://elsewhere.test";

/// How many redirects a browser follows.
const HOPS: u32 = 20;

/// A client and a server to ask.
pub(crate) async fn start() -> HttpUnderTest {
    let client = Arc::new(FetchHttpClient::new());
    if let Some(address) = REAL_SERVER {
        return HttpUnderTest::new(client, address, ());
    }
    let server = Arc::new(MemoryHttpClient::new());
    let answers = TestServer::new();
    answers.install(&server, ORIGIN);
    answers.install(&server, OTHER_ORIGIN);
    let answer = Closure::<dyn FnMut(web_sys::Request) -> Promise>::new(move |request| {
        future_to_promise(answer(Arc::clone(&server), request))
    });
    install(answer.as_ref().unchecked_ref()).await;
    HttpUnderTest::new(client, ORIGIN, answer).with_other_origin(OTHER_ORIGIN)
}

/// Lets `answer` take the place of `fetch` for our origins.
async fn install(answer: &Function) {
    Reflect::set(&js_sys::global(), &"mpcAnswer".into(), answer).unwrap();
    let install = "
        globalThis.mpcFetch ??= globalThis.fetch;
        globalThis.fetch = (request, ...rest) => {
            const isOurs = argument.split(' ').some((origin) => request.url.startsWith(origin));
            return isOurs ? globalThis.mpcAnswer(request) : globalThis.mpcFetch(request, ...rest);
        };
        // `pull` resolves with the next piece, or with nothing at the end.
        globalThis.mpcResponse = (status, headers, pull, request, cancel, url) => {
            const isHidden = [301, 302, 303, 307, 308].includes(status);
            const isEmpty = request.method === 'HEAD' || [204, 205, 304].includes(status);
            const body = isEmpty ? null : new ReadableStream({
                start(controller) {
                    request.signal.addEventListener('abort', () => {
                        cancel();
                        controller.error(request.signal.reason);
                    });
                },
                async pull(controller) {
                    const piece = await pull();
                    piece ? controller.enqueue(piece) : controller.close();
                },
                cancel,
            }, { highWaterMark: 0 });
            const response = new Response(body, { status, headers });
            Object.defineProperty(response, 'url', { value: url });
            if (isHidden) Object.defineProperty(response, 'type', { value: 'opaqueredirect' });
            return response;
        };";
    javascript(install, &format!("{ORIGIN} {OTHER_ORIGIN}")).await;
}

async fn answer(
    server: Arc<MemoryHttpClient>,
    request: web_sys::Request,
) -> Result<JsValue, JsValue> {
    let aborted = CancellationToken::new();
    let abort = Closure::once_into_js({
        let aborted = aborted.clone();
        move || aborted.cancel()
    });
    request.signal().add_event_listener_with_callback("abort", abort.unchecked_ref())?;
    let asked = read(&request).await?;
    let response = select! {
        response = send(&server, asked, request.redirect()) => response?,
        () = aborted.cancelled() => return Err(request.signal().reason()),
    };
    build(&request, response, aborted)
}

/// Follows redirects as a browser does, headers included, if it is told to.
async fn send(
    server: &MemoryHttpClient,
    mut asked: Request,
    mode: RequestRedirect,
) -> Result<Response, JsValue> {
    for _ in 0..=HOPS {
        let response =
            server.send(asked.clone()).await.map_err(|error| JsValue::from(error.to_string()))?;
        match response.headers.get("location") {
            Some(location) if mode == RequestRedirect::Follow => {
                asked.url = web_sys::Url::new_with_base(location, &asked.url)?.href();
            }
            _ => return Ok(response),
        }
    }
    Err(js_sys::TypeError::new("too many redirects").into())
}

async fn read(request: &web_sys::Request) -> Result<Request, JsValue> {
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
    let method = methods.into_iter().find(|method| method.as_str() == request.method()).unwrap();
    let body: ArrayBuffer = JsFuture::from(request.array_buffer()?).await?.unchecked_into();
    let mut asked = Request::new(method, request.url())
        .with_body(Uint8Array::new(&body).to_vec())
        .with_timeout(Duration::from_secs(3600));
    for field in request.headers().entries() {
        let field: js_sys::Array = field?.unchecked_into();
        asked = asked
            .with_header(&field.get(0).as_string().unwrap(), field.get(1).as_string().unwrap());
    }
    Ok(asked)
}

fn build(
    request: &web_sys::Request,
    response: Response,
    aborted: CancellationToken,
) -> Result<JsValue, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in response.headers.iter() {
        headers.append(name, value)?;
    }
    let body = Rc::new(RefCell::new(Some(response.body)));
    let pull = Closure::<dyn FnMut() -> Promise>::new({
        let (body, aborted) = (Rc::clone(&body), aborted.clone());
        move || {
            let (body, aborted) = (Rc::clone(&body), aborted.clone());
            future_to_promise(async move {
                let Some(mut stream) = body.take() else { return Ok(JsValue::UNDEFINED) };
                let piece = select! {
                    piece = stream.next() => piece,
                    () = aborted.cancelled() => return Ok(JsValue::UNDEFINED),
                };
                body.replace(Some(stream));
                match piece {
                    Some(Ok(piece)) => Ok(Uint8Array::from(&piece[..]).into()),
                    Some(Err(error)) => Err(JsValue::from(error.to_string())),
                    None => Ok(JsValue::UNDEFINED),
                }
            })
        }
    });
    let cancel = Closure::<dyn FnMut()>::new(move || {
        aborted.cancel();
        body.take();
    });
    let make: Function = Reflect::get(&js_sys::global(), &"mpcResponse".into())?.unchecked_into();
    // The garbage collector of the page frees the two functions.
    let (pull, cancel) = (pull.into_js_value(), cancel.into_js_value());
    let arguments: js_sys::Array =
        [response.status.into(), headers.into(), pull, request.into(), cancel, response.url.into()]
            .into_iter()
            .collect();
    make.apply(&JsValue::UNDEFINED, &arguments)
}
