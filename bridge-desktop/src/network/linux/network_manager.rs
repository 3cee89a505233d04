//! What only `NetworkManager` knows: whether somebody pays by the megabyte.

use bridge_traits::Metered;
use futures::StreamExt;
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::proxy::{CacheProperties, PropertyStream, Proxy};

/// Where to look for it.
pub(super) enum Bus {
    /// The system's bus.
    System,
    /// A bus at this address, or nowhere.
    #[cfg(test)]
    Address(Option<String>),
}

/// A `NetworkManager` that runs.
pub(super) struct NetworkManager(Proxy<'static>);

/// Connects to it; `None` where there is none. A computer without it has no price to tell.
pub(super) async fn connect(bus: Bus) -> Option<NetworkManager> {
    let connection = match bus {
        Bus::System => Connection::system().await,
        #[cfg(test)]
        Bus::Address(address) => {
            zbus::connection::Builder::address(address?.as_str()).ok()?.build().await
        }
    };
    let connection = connection.ok()?;
    let name = "org.freedesktop.NetworkManager";
    // Asking it directly would have the bus start it.
    let bus = DBusProxy::new(&connection).await.ok()?;
    if !bus.name_has_owner(name.try_into().ok()?).await.ok()? {
        return None;
    }
    let proxy = zbus::proxy::Builder::<Proxy<'_>>::new(&connection)
        .destination(name)
        .ok()?
        .path("/org/freedesktop/NetworkManager")
        .ok()?
        .interface(name)
        .ok()?
        .cache_properties(CacheProperties::Yes)
        .build()
        .await;
    proxy.ok().map(NetworkManager)
}

impl NetworkManager {
    /// Tells the price now and whenever it changes, for as long as it runs.
    pub(super) async fn follow(self, mut tell: impl FnMut(Metered)) {
        let mut changes: PropertyStream<'_, u32> = self.0.receive_property_changed("Metered").await;
        tell(self.0.get_property::<u32>("Metered").await.map_or(Metered::Unknown, metered));
        while let Some(change) = changes.next().await {
            tell(change.get().await.map_or(Metered::Unknown, metered));
        }
        tell(Metered::Unknown);
    }
}

/// `NMMetered`: a guess is as good as it gets.
fn metered(value: u32) -> Metered {
    match value {
        1 | 3 => Metered::Yes,
        2 | 4 => Metered::No,
        _ => Metered::Unknown,
    }
}
