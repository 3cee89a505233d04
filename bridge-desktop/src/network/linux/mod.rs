//! The network as Linux tells it: netlink wakes us, `/proc` and `/sys` say how things stand, and
//! `NetworkManager`, where it runs, adds what only it knows.

mod network_manager;
mod snapshot;

#[cfg(test)]
mod tests;

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use bridge_traits::{
    BridgeError, Connectivity, ErrorKind, Metered, NetworkState, Result, StatePublisher,
};
use core_async::task::{AbortOnDropHandle, spawn};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};

const OPERATION: &str = "network.start";

/// `RTMGRP_LINK`, and addresses and routes of IPv4 and IPv6: what can change the answer.
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

/// What is added to the counter of [`Watch::wake`] to end its thread; less than it means to look.
const STOP: u64 = 1 << 32;

/// Listens for as long as it lives.
pub(super) struct Watch {
    /// Written to, it wakes the thread.
    wake: Arc<OwnedFd>,
    _network_manager: AbortOnDropHandle<()>,
}

impl Watch {
    pub(super) fn start() -> Result<(Arc<StatePublisher<NetworkState>>, Self)> {
        Self::listen(Path::new("/"), network_manager::Bus::System)
    }

    /// As [`start`](Self::start), with other places to look in.
    fn listen(
        root: &Path,
        bus: network_manager::Bus,
    ) -> Result<(Arc<StatePublisher<NetworkState>>, Self)> {
        let unavailable = |error: io::Error| {
            BridgeError::new(ErrorKind::Unavailable, OPERATION).with_source(error)
        };
        // First the socket, then the look: what changes in between is told.
        let socket = open().map_err(|error| unavailable(error.into()))?;
        let state = Arc::new(StatePublisher::new(snapshot::look(root)));
        let wake = eventfd(0, EventfdFlags::CLOEXEC).map_err(|error| unavailable(error.into()))?;
        let wake = Arc::new(wake);
        let (told, woken, root) = (Arc::clone(&state), Arc::clone(&wake), root.to_owned());
        thread::Builder::new()
            .name("mpc-network".to_owned())
            .spawn(move || {
                while wait(&socket, &woken).is_ok_and(|is_news| is_news) {
                    let link = snapshot::look(&root);
                    told.change(|state| *state = with_price(link, state.metered));
                }
            })
            .map_err(unavailable)?;
        let price = Arc::clone(&state);
        // Not waited for: a bus may take its time, and the price is unknown until it is known.
        let network_manager = spawn(async move {
            let Some(network_manager) = network_manager::connect(bus).await else { return };
            network_manager
                .follow(|metered| {
                    price.change(|state| *state = with_price(*state, metered));
                })
                .await;
        });
        Ok((state, Self { wake, _network_manager: AbortOnDropHandle::new(network_manager) }))
    }
}

#[cfg(test)]
impl Watch {
    /// Has the thread look again, as news from the kernel do.
    fn look_again(wake: &OwnedFd) {
        rustix::io::write(wake, &1_u64.to_ne_bytes()).unwrap();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        rustix::io::write(&self.wake, &STOP.to_ne_bytes()).ok();
    }
}

/// A price is of a network: without one there is none.
fn with_price(link: NetworkState, metered: Metered) -> NetworkState {
    let metered =
        if link.connectivity == Connectivity::Offline { Metered::Unknown } else { metered };
    NetworkState { metered, ..link }
}

fn open() -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    // Protocol 0 is `NETLINK_ROUTE`.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
    Ok(socket)
}

/// Waits for news and takes them off the socket; `false` says to stop.
fn wait(socket: &OwnedFd, wake: &OwnedFd) -> Result<bool, Errno> {
    let mut ready = [PollFd::new(socket, PollFlags::IN), PollFd::new(wake, PollFlags::IN)];
    loop {
        match poll(&mut ready, None) {
            Err(Errno::INTR) => {}
            result => {
                result?;
                break;
            }
        }
    }
    if !ready[1].revents().is_empty() {
        let mut counter = [0; 8];
        rustix::io::read(wake, &mut counter)?;
        if u64::from_ne_bytes(counter) >= STOP {
            return Ok(false);
        }
    }
    let mut buffer = [0_u8; 8192];
    loop {
        match recv(socket, &mut buffer[..], RecvFlags::DONTWAIT) {
            // More has happened than fits in the kernel's buffer: look anyway.
            Ok(_) | Err(Errno::INTR | Errno::NOBUFS) => {}
            Err(Errno::AGAIN) => return Ok(true),
            Err(error) => return Err(error),
        }
    }
}
