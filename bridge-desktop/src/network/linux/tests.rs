//! A computer made of files, and a `NetworkManager` on a bus of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use bridge_conformance::network::ChangeableNetwork;
use bridge_conformance::network_conformance;
use bridge_traits::{
    Connectivity, Metered, NetworkKind, NetworkMonitor, NetworkState, StatePublisher, StateWatcher,
};
use core_async::time::{Duration, timeout};

use super::Watch;
use super::network_manager::Bus;
use super::snapshot::look;

const ETHERNET: &str = "eth0 00000000 010200C0 0003 0 0 100 00000000 0 0 0\n";
const WIRELESS: &str = "wlan0 00000000 010200C0 0003 0 0 600 00000000 0 0 0\n";

/// Writes the routes of a computer.
fn routes(root: &Path, ipv4: &str, ipv6: &str) {
    fs::create_dir_all(root.join("proc/net")).unwrap();
    let head = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n";
    let near = "eth0 000200C0 00000000 0001 0 0 100 00FFFFFF 0 0 0\n";
    fs::write(root.join("proc/net/route"), format!("{head}{near}{ipv4}")).unwrap();
    fs::write(root.join("proc/net/ipv6_route"), ipv6).unwrap();
}

/// Writes a link of a computer.
fn link(root: &Path, name: &str, state: &str, kind: &str, files: &[(&str, &str)]) {
    let link = root.join("sys/class/net").join(name);
    fs::create_dir_all(&link).unwrap();
    for (name, content) in [("operstate", state), ("type", kind)].iter().chain(files) {
        fs::write(link.join(name), format!("{content}\n")).unwrap();
    }
}

fn online(kind: NetworkKind) -> NetworkState {
    NetworkState { kind, ..NetworkState::new(Connectivity::Online) }
}

#[test]
fn the_best_default_route_that_works_counts() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let offline = NetworkState::new(Connectivity::Offline);
    assert_eq!(look(root), offline, "an empty computer");
    link(root, "eth0", "up", "1", &[]);
    link(root, "wlan0", "up", "1", &[("uevent", "DEVTYPE=wlan")]);
    routes(root, "", "");
    assert_eq!(look(root), offline, "a link without a way out");
    routes(root, &format!("{WIRELESS}{ETHERNET}"), "");
    assert_eq!(look(root), online(NetworkKind::Ethernet));
    link(root, "eth0", "down", "1", &[]);
    assert_eq!(look(root), online(NetworkKind::Wifi), "the cable is pulled");
    link(root, "wlan0", "dormant", "1", &[]);
    assert_eq!(look(root), offline);
}

#[test]
fn a_way_out_may_be_of_the_sixth_version() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let zero = "0".repeat(32);
    let gateway = format!("fe80{}", "0".repeat(28));
    link(root, "eth0", "up", "1", &[]);
    link(root, "lo", "unknown", "772", &[]);
    let good = format!("{zero} 00 {zero} 00 {gateway} 00000400 00000001 00000000 00000003 eth0\n");
    let reject = format!("{zero} 00 {zero} 00 {zero} ffffffff 00000001 00000000 00200200 lo\n");
    let near = format!("{gateway} 40 {zero} 00 {zero} 00000100 00000001 00000000 00000001 eth0\n");
    routes(root, "", &format!("{near}{reject}"));
    assert_eq!(look(root).connectivity, Connectivity::Offline);
    routes(root, "", &format!("{near}{good}{reject}"));
    assert_eq!(look(root), online(NetworkKind::Ethernet));
}

#[test]
fn links_are_of_kinds() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    routes(root, ETHERNET, "");
    for (kind, number, uevent, file) in [
        (NetworkKind::Ethernet, "1", "INTERFACE=eth0", "address"),
        (NetworkKind::Wifi, "1", "", "wireless"),
        (NetworkKind::Wifi, "1", "", "phy80211"),
        (NetworkKind::Wifi, "1", "DEVTYPE=wlan", "address"),
        (NetworkKind::Cellular, "65534", "DEVTYPE=wwan", "address"),
        (NetworkKind::Other, "65534", "", "tun_flags"),
        (NetworkKind::Other, "1", "DEVTYPE=bluetooth", "address"),
    ] {
        fs::remove_dir_all(root.join("sys")).ok();
        link(root, "eth0", "unknown", number, &[("uevent", uevent), (file, "")]);
        assert_eq!(look(root), online(kind), "{uevent} {file}");
    }
}

#[test]
fn odd_tables_do_no_harm() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    link(root, "eth0", "up", "1", &[]);
    for odd in ["x", "eth0 00000000", "eth0 00000000 0 zz 0 0 zz 00000000 0 0 0", "\0\0 \n\n"] {
        routes(root, odd, odd);
        assert_eq!(look(root).connectivity, Connectivity::Offline, "{odd:?}");
    }
}

/// A bus of its own, ended with the test; `None` where there is no daemon to run.
struct PrivateBus {
    daemon: Child,
    address: String,
}

impl PrivateBus {
    fn start() -> Option<Self> {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take()?).read_line(&mut address).ok()?;
        Some(Self { daemon, address: address.trim().to_owned() })
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        self.daemon.kill().ok();
        self.daemon.wait().ok();
    }
}

/// The one property we read.
struct FakeManager(u32);

#[zbus::interface(name = "org.freedesktop.NetworkManager")]
impl FakeManager {
    #[zbus(property)]
    fn metered(&self) -> u32 {
        self.0
    }

    #[zbus(property)]
    fn set_metered(&mut self, value: u32) {
        self.0 = value;
    }
}

#[core_async::test]
async fn network_manager_tells_the_price() {
    let Some(bus) = PrivateBus::start() else {
        eprintln!("there is no dbus-daemon here: not tried");
        return;
    };
    let path = "/org/freedesktop/NetworkManager";
    let service = zbus::connection::Builder::address(bus.address.as_str())
        .unwrap()
        .name("org.freedesktop.NetworkManager")
        .unwrap()
        .serve_at(path, FakeManager(1))
        .unwrap()
        .build()
        .await
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    link(directory.path(), "eth0", "up", "1", &[]);
    routes(directory.path(), ETHERNET, "");
    let address = Bus::Address(Some(bus.address.clone()));
    let (state, _watch) = Watch::listen(directory.path(), address).unwrap();
    let mut watcher = state.watch();
    let wait = Duration::from_secs(10);
    while state.current().metered != Metered::Yes {
        timeout(wait, watcher.next()).await.unwrap();
    }
    let manager = service.object_server().interface::<_, FakeManager>(path).await.unwrap();
    for (value, expected) in
        [(2, Metered::No), (3, Metered::Yes), (4, Metered::No), (0, Metered::Unknown)]
    {
        manager.get_mut().await.0 = value;
        manager.get().await.metered_changed(manager.signal_emitter()).await.unwrap();
        assert_eq!(timeout(wait, watcher.next()).await.unwrap().metered, expected);
    }
}

#[core_async::test]
async fn without_network_manager_the_price_is_unknown() {
    let directory = tempfile::tempdir().unwrap();
    link(directory.path(), "eth0", "up", "1", &[]);
    routes(directory.path(), ETHERNET, "");
    let (state, watch) = Watch::listen(directory.path(), Bus::Address(None)).unwrap();
    assert_eq!(state.current(), online(NetworkKind::Ethernet));
    drop(watch);
}

/// The adapter of a computer made of files.
#[derive(Debug)]
struct Computer(Arc<StatePublisher<NetworkState>>);

impl NetworkMonitor for Computer {
    fn state(&self) -> NetworkState {
        self.0.current()
    }

    fn watch(&self) -> StateWatcher<NetworkState> {
        self.0.watch()
    }
}

network_conformance!(changeable: async {
    let directory = tempfile::tempdir().unwrap();
    link(directory.path(), "eth0", "up", "1", &[]);
    routes(directory.path(), ETHERNET, "");
    let (state, watch) = Watch::listen(directory.path(), Bus::Address(None)).unwrap();
    ChangeableNetwork::new(Arc::new(Computer(state)), move |is_online| {
        routes(directory.path(), if is_online { ETHERNET } else { "" }, "");
        Watch::look_again(&watch.wake);
        std::future::ready(())
    })
});
