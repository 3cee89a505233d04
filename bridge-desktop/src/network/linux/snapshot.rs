//! How things stand: the default route, and the link it goes over.

use std::fs;
use std::path::Path;

use bridge_traits::{Connectivity, NetworkKind, NetworkState};

/// The state of the network, all but its price. `root` is `/`, but for tests.
pub(super) fn look(root: &Path) -> NetworkState {
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    let mut routes = default_routes(&read("proc/net/route"), &read("proc/net/ipv6_route"));
    routes.sort_by_key(|(metric, _)| *metric);
    let links = root.join("sys/class/net");
    let link = routes.iter().find(|(_, name)| is_up(&links.join(name)));
    match link {
        Some((_, name)) => NetworkState {
            kind: kind(&links.join(name)),
            ..NetworkState::new(Connectivity::Online)
        },
        None => NetworkState::new(Connectivity::Offline),
    }
}

/// The interfaces with a default route, and how much each is preferred: less is more.
fn default_routes(ipv4: &str, ipv6: &str) -> Vec<(u32, String)> {
    let mut routes = Vec::new();
    // Iface Destination Gateway Flags RefCnt Use Metric Mask …
    for line in ipv4.lines().skip(1) {
        let fields: Vec<_> = line.split_whitespace().collect();
        let [name, "00000000", _, flags, _, _, metric, "00000000", ..] = fields[..] else {
            continue;
        };
        let (flags, metric) = (u32::from_str_radix(flags, 16), metric.parse());
        if let (Ok(flags), Ok(metric)) = (flags, metric)
            && is_usable(flags)
        {
            routes.push((metric, name.to_owned()));
        }
    }
    // destination length source length next metric refcnt use flags name
    for line in ipv6.lines() {
        let fields: Vec<_> = line.split_whitespace().collect();
        let [destination, "00", _, _, _, metric, _, _, flags, name] = fields[..] else { continue };
        let numbers = (u32::from_str_radix(flags, 16), u32::from_str_radix(metric, 16));
        if let (Ok(flags), Ok(metric)) = numbers
            && destination.bytes().all(|digit| digit == b'0')
            && is_usable(flags)
            && name != "lo"
        {
            routes.push((metric, name.to_owned()));
        }
    }
    routes
}

/// `RTF_UP` without `RTF_REJECT`, which stands for "there is no way".
fn is_usable(flags: u32) -> bool {
    flags & 0x1 != 0 && flags & 0x200 == 0
}

/// Whether a link carries anything. Tunnels do not know and say so.
fn is_up(link: &Path) -> bool {
    let state = fs::read_to_string(link.join("operstate")).unwrap_or_default();
    matches!(state.trim(), "up" | "unknown")
}

fn kind(link: &Path) -> NetworkKind {
    let read = |name: &str| fs::read_to_string(link.join(name)).unwrap_or_default();
    let uevent = read("uevent");
    let is = |kind: &str| uevent.lines().any(|line| line == format!("DEVTYPE={kind}"));
    if link.join("wireless").exists() || link.join("phy80211").exists() || is("wlan") {
        NetworkKind::Wifi
    } else if is("wwan") {
        NetworkKind::Cellular
    // `ARPHRD_ETHER`, but Bluetooth speaks it as well.
    } else if read("type").trim() == "1" && !is("bluetooth") {
        NetworkKind::Ethernet
    } else {
        NetworkKind::Other
    }
}
