//! HTTP/2 over TLS: what is not complete is an error there too.

use std::sync::Arc;

use bridge_desktop::ReqwestHttpClient;
use bridge_traits::{ErrorKind, HttpClient, Request};
use bytes::Bytes;
use futures::StreamExt;
use h2::{Reason, server};
use http::{Request as Asked, Response};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A server with a certificate of its own, and that certificate.
async fn start() -> (String, String) {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    core_async::task::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            core_async::task::spawn(serve(acceptor.clone(), stream));
        }
    });
    (address, signed.cert.pem())
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream) {
    // A client that does not trust us hangs up here.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let mut connection = server::handshake(stream).await.unwrap();
    while let Some(Ok((asked, respond))) = connection.accept().await {
        answer(&asked, respond);
    }
}

/// Ten bytes are announced; how they come is the address's business.
fn answer(asked: &Asked<h2::RecvStream>, mut respond: server::SendResponse<Bytes>) {
    let head = Response::builder().header("content-length", 10).body(()).unwrap();
    let mut body = respond.send_response(head, false).unwrap();
    match asked.uri().path() {
        "/whole" => body.send_data("0123456789".into(), true).unwrap(),
        "/short" => body.send_data("01234".into(), true).unwrap(),
        _ => {
            body.send_data("01234".into(), false).unwrap();
            body.send_reset(Reason::INTERNAL_ERROR);
        }
    }
}

#[core_async::test]
async fn stream_that_is_reset_is_no_complete_body() {
    let (address, certificate) = start().await;
    let client = ReqwestHttpClient::trusting(certificate.as_bytes()).unwrap();
    let get = |path: &str| client.send(Request::get(format!("{address}{path}")));
    let whole = get("/whole").await.unwrap();
    for path in ["/reset", "/short"] {
        // Either the head is lost with the stream, or the body says that it is not whole.
        let error = match get(path).await {
            Ok(response) => response.bytes(100).await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{path}: {error:?}");
    }
    // The connection goes on for the others.
    assert_eq!(&whole.bytes(100).await.unwrap()[..], b"0123456789");
    let mut pieces = get("/whole").await.unwrap().body;
    assert_eq!(pieces.next().await.unwrap().unwrap(), "0123456789");
}

#[core_async::test]
async fn nobody_is_trusted_unasked() {
    let (address, _) = start().await;
    let client = ReqwestHttpClient::new().unwrap();
    let error = client.send(Request::get(address)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other, "trying again does not help: {error:?}");
    let error = ReqwestHttpClient::trusting(b"no certificate").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}
