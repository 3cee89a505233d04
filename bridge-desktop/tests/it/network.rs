//! The network of this computer, and of one that is made for the test.

use std::process::Command;
use std::sync::Arc;

use bridge_conformance::network_conformance;
use bridge_desktop::DesktopNetwork;
use bridge_traits::{Connectivity, NetworkMonitor, NetworkState, StateWatcher};
use core_async::time::{Duration, timeout};

network_conformance!(async {
    Arc::new(DesktopNetwork::start().unwrap()) as Arc<dyn NetworkMonitor>
});

async fn told(watcher: &mut StateWatcher<NetworkState>) -> Connectivity {
    timeout(Duration::from_secs(10), watcher.next()).await.unwrap().connectivity
}

fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split(' ')).status().unwrap();
    assert!(status.success(), "ip {arguments}");
}

/// What the child process of the next test does, in a network of its own.
#[core_async::test]
async fn process_with_a_network() {
    if std::env::var_os("MPC_TEST_NETWORK").is_none() {
        return;
    }
    let network = DesktopNetwork::start().unwrap();
    let mut watcher = network.watch();
    assert_eq!(network.state(), NetworkState::new(Connectivity::Offline));
    ip("link add dummy9 type dummy");
    ip("addr add 10.9.9.1/24 dev dummy9");
    ip("link set dummy9 up");
    ip("route add default via 10.9.9.2");
    assert_eq!(told(&mut watcher).await, Connectivity::Online);
    ip("route del default");
    assert_eq!(told(&mut watcher).await, Connectivity::Offline);
    ip("route add default via 10.9.9.2");
    assert_eq!(told(&mut watcher).await, Connectivity::Online);
    ip("link set dummy9 down");
    assert_eq!(told(&mut watcher).await, Connectivity::Offline);
    println!("all was told");
}

/// Links and routes of a network namespace come and go, and each change is told. Where making one
/// is not allowed, or there is no `ip`, nothing can be tried.
#[test]
fn the_kernel_tells_of_every_change() {
    let script = "mount -t sysfs none /sys && ip link show >/dev/null && \
                  exec \"$0\" --exact network::process_with_a_network --nocapture";
    let inside = |script: &str| {
        Command::new("unshare")
            .args(["--map-root-user", "--net", "--mount", "sh", "-c", script])
            .arg(std::env::current_exe().unwrap())
            .env("MPC_TEST_NETWORK", "1")
            .output()
    };
    let allowed = inside("mount -t sysfs none /sys && ip link add dummy8 type dummy");
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!("no network namespace can be made here: not tried");
        return;
    }
    let output = inside(script).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("all was told"), "{said} {}", String::from_utf8_lossy(&output.stderr));
}
