//! HTTP: the contract over real connections, and addresses of the own network in every spelling.

use bridge_conformance::http_conformance;
use bridge_node::NodeHttpClient;
use bridge_traits::{ErrorKind, HttpClient, Reach, Request};

use crate::server;

http_conformance!(async { server::start().await });

#[core_async::test]
async fn own_addresses_are_refused_in_every_spelling() {
    for host in [
        "127.0.0.1",
        "2130706433",
        "0177.1",
        "0x7f.0.0.1",
        "10.1.2.3",
        "100.64.0.1",
        "169.254.169.254",
        "172.31.255.255",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:c0a8:0101::1]",
        "[2001:db8::1]",
        "[fd00::1]",
        "[fe80::1]",
        "localhost",
    ] {
        let request = Request::get(format!("http://{host}:1/")).with_reach(Reach::Public);
        let error = NodeHttpClient::new().send(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{host}: {error:?}");
    }
    // Public, and not there: it is tried.
    let request = Request::get("http://nowhere.invalid/").with_reach(Reach::Public);
    let error = NodeHttpClient::new().send(request).await.unwrap_err();
    assert_ne!(error.kind(), ErrorKind::PermissionDenied, "{error:?}");
}
