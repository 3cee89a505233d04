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

use crate::support::javascript;

/// Where a `TestServer` listens, such as `http://127.0.0.1:8080`.
const REAL_SERVER: Option<&str> = option_env!("MPC_TEST_HTTP_SERVER");

const ORIGIN: &str = "http://conformance.test";

/// A client and a server to ask.
pub(crate) async fn start() -> HttpUnderTest {
    let client = Arc::new(FetchHttpClient::new());
    if let Some(address) = REAL_SERVER {
        return HttpUnderTest::new(client, address, ());
    }
    let server = Arc::new(MemoryHttpClient::new());
    TestServer::new().install(&server, ORIGIN);
    let answer = Closure::<dyn FnMut(web_sys::Request) -> Promise>::new(move |request| {
        future_to_promise(answer(Arc::clone(&server), request))
    });
    install(answer.as_ref().unchecked_ref()).await;
    HttpUnderTest::new(client, ORIGIN, answer)
}

/// Lets `answer` take the place of `fetch` for our origin.
async fn install(answer: &Function) {
    Reflect::set(&js_sys::global(), &"mpcAnswer".into(), answer).unwrap();
    let install = "
        globalThis.mpcFetch ??= globalThis.fetch;
        globalThis.fetch = (request, ...rest) => {
            const isOurs = request.url.startsWith(argument);
            return isOurs ? globalThis.mpcAnswer(request) : globalThis.mpcFetch(request, ...rest);
        };
        // `pull` resolves with the next piece, or with nothing at the end.
        globalThis.mpcResponse = (status, headers, pull, request, cancel) => {
            const isHidden = status >= 300 && status < 304 && request.redirect === 'manual';
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
            if (isHidden) Object.defineProperty(response, 'type', { value: 'opaqueredirect' });
            return response;
        };";
    javascript(install, ORIGIN).await;
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
        response = server.send(asked) => response.map_err(|error| JsValue::from(error.to_string()))?,
        () = aborted.cancelled() => return Err(request.signal().reason()),
    };
    build(&request, response, aborted)
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
    let arguments = js_sys::Array::of5(
        &response.status.into(),
        &headers,
        // The garbage collector of the page frees these two.
        &pull.into_js_value(),
        request,
        &cancel.into_js_value(),
    );
    make.apply(&JsValue::UNDEFINED, &arguments)
}
