//! Whether there is a way out, and who was asked.

use std::sync::Arc;

use bridge_memory::{MemoryHttpClient, MemoryNetwork, MemoryResponse};
use bridge_traits::{
    BridgeError, Connectivity, ConnectivityProbe, ErrorKind, Method, NetworkMonitor, NetworkState,
};
use core_async::time::{Duration, Instant};

const SERVER: &str = "https://own.test/health";

fn network(connectivity: Connectivity) -> Arc<MemoryNetwork> {
    Arc::new(MemoryNetwork::new(NetworkState::new(connectivity)))
}

fn asking(network: &Arc<MemoryNetwork>, http: &Arc<MemoryHttpClient>) -> ConnectivityProbe {
    let monitor: Arc<dyn NetworkMonitor> = Arc::<MemoryNetwork>::clone(network);
    ConnectivityProbe::new(monitor).asking(Arc::<MemoryHttpClient>::clone(http), SERVER)
}

#[core_async::test]
async fn without_a_server_the_own_links_decide_and_nothing_is_sent() {
    for state in [Connectivity::Online, Connectivity::Offline, Connectivity::Unknown] {
        assert_eq!(ConnectivityProbe::new(network(state)).probe().await, state);
    }
}

#[core_async::test]
async fn only_the_server_that_was_named_is_asked() {
    let (network, http) = (network(Connectivity::Unknown), Arc::new(MemoryHttpClient::new()));
    for status in [200, 204, 301, 404, 503] {
        http.route(SERVER, move |_| std::future::ready(Ok(MemoryResponse::new(status))));
        assert_eq!(asking(&network, &http).probe().await, Connectivity::Online, "{status}");
    }
    let requests = http.requests();
    assert_eq!(requests.len(), 5);
    assert!(requests.iter().all(|it| it.url == SERVER && it.method == Method::Head));
}

#[core_async::test]
async fn a_link_that_leads_nowhere_is_offline() {
    let (network, http) = (network(Connectivity::Online), Arc::new(MemoryHttpClient::new()));
    http.route(SERVER, |_| {
        std::future::ready(Err(BridgeError::new(ErrorKind::Unavailable, "http.connect")))
    });
    assert_eq!(asking(&network, &http).probe().await, Connectivity::Offline);
}

#[core_async::test]
async fn without_a_link_nobody_is_asked() {
    let (network, http) = (network(Connectivity::Offline), Arc::new(MemoryHttpClient::new()));
    assert_eq!(asking(&network, &http).probe().await, Connectivity::Offline);
    assert!(http.requests().is_empty());
}

#[core_async::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for_long() {
    let (network, http) = (network(Connectivity::Online), Arc::new(MemoryHttpClient::new()));
    http.route(SERVER, |_| std::future::pending());
    let start = Instant::now();
    assert_eq!(asking(&network, &http).probe().await, Connectivity::Offline);
    assert!(start.elapsed() <= Duration::from_secs(10));
}
