//! Which addresses count as public.
//!
//! An address from somebody else's data must not become a request to the router or to a service of
//! this computer. What is checked is the address that is connected to, so a name that answers
//! differently the second time changes nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use bridge_traits::{BridgeError, ErrorKind};
use core_async::task::spawn_blocking;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The address is one of the own computer or network.
#[derive(Debug)]
pub(super) struct NotPublic;

impl std::fmt::Display for NotPublic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the address is not a public one")
    }
}

impl std::error::Error for NotPublic {}

/// Finds public addresses only.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found = spawn_blocking(move || (name, 0).to_socket_addrs()).await??;
            let public: Vec<SocketAddr> = found.filter(|found| is_public(found.ip())).collect();
            if public.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Refuses an address that is written in numbers, which no resolver gets to see. The parser has
/// already turned octal, hexadecimal and shortened forms into the one there is.
pub(super) fn check_url(url: &Url) -> Result<(), BridgeError> {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match host.parse::<IpAddr>() {
        Ok(address) if !is_public(address) => {
            Err(BridgeError::new(ErrorKind::PermissionDenied, "http.send").with_source(NotPublic))
        }
        _ => Ok(()),
    }
}

/// Whether an address is reachable by everybody (the registries of IANA, RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b); // RFC 6598
    let is_benchmark = a == 198 && (18..20).contains(&b); // RFC 2544
    let is_protocol = (a, b, c) == (192, 0, 0); // RFC 6890
    !(a == 0
        || a >= 224
        || is_shared
        || is_benchmark
        || is_protocol
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // An IPv4 address in another coat: mapped, translated (RFC 6052), 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, high, low] => v4(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo and documentation.
        [0x2001, 0 | 0xdb8, ..] => false,
        // Everything handed out so far lies in 2000::/3.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_refused_in_every_spelling() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0177.1/",
            "http://0x7f.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[2002:c0a8:0101::1]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://169.254.169.254/",
            "http://10.1.2.3/",
            "http://172.31.0.1/",
            "http://192.168.1.1/",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://255.255.255.255/",
        ] {
            let error = check_url(&Url::parse(url).unwrap()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{url}");
        }
        for url in ["http://1.1.1.1/", "http://[2606:4700::1111]/", "http://[::ffff:8.8.8.8]/"] {
            check_url(&Url::parse(url).unwrap()).unwrap();
        }
    }
}
