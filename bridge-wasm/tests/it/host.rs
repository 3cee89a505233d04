//! Locks, network, lifecycle, signing in and background jobs in a browser.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_conformance::auth_transport::{AuthTransportUnderTest, Screen};
use bridge_conformance::background::BackgroundUnderTest;
use bridge_conformance::instance_lock::StealableLock;
use bridge_conformance::lifecycle::LifecycleUnderTest;
use bridge_conformance::network::ChangeableNetwork;
use bridge_conformance::{
    Place, auth_transport_conformance, background_conformance, instance_lock_conformance,
    lifecycle_conformance, network_conformance,
};
use bridge_traits::{InstanceLock, LifecycleObserver, LifecyclePhase, NetworkMonitor};
use bridge_wasm::{
    ChannelAuthTransport, IndexedDbDatabase, WebInstanceLock, WebLifecycle, WebNetwork,
};
use core_async::time::{Duration, timeout};

use crate::support::{javascript, profile};

/// Locks under names nobody else uses: the browser has one table of them per origin.
#[derive(Debug)]
struct Prefixed {
    inner: WebInstanceLock,
    prefix: String,
}

impl Prefixed {
    fn name(&self, name: &str) -> String {
        // The limits of names are the adapter's to check.
        if (1..=255 - self.prefix.len()).contains(&name.len()) {
            format!("{}{name}", self.prefix)
        } else {
            name.to_owned()
        }
    }
}

#[core_async::async_trait]
impl InstanceLock for Prefixed {
    fn label(&self) -> &str {
        self.inner.label()
    }

    async fn try_acquire(
        &self,
        name: &str,
    ) -> bridge_traits::Result<Option<bridge_traits::InstanceGuard>> {
        let guard = self.inner.try_acquire(&self.name(name)).await?;
        // It goes by the name it was asked for.
        Ok(guard.map(|guard| {
            bridge_traits::InstanceGuard::new(
                name,
                core_async::sync::CancellationToken::new(),
                guard,
            )
        }))
    }

    async fn acquire(&self, name: &str) -> bridge_traits::Result<bridge_traits::InstanceGuard> {
        self.inner.acquire(&self.name(name)).await
    }

    async fn holder(&self, name: &str) -> bridge_traits::Result<Option<bridge_traits::LockHolder>> {
        self.inner.holder(&self.name(name)).await
    }
}

fn locks() -> Place<dyn InstanceLock> {
    let (prefix, count) = (profile("lock"), AtomicUsize::new(0));
    Place::<dyn InstanceLock>::durable(move || {
        let label = format!("program {}", count.fetch_add(1, Ordering::SeqCst));
        let inner = WebInstanceLock::new(label);
        let lock: Arc<dyn InstanceLock> = Arc::new(Prefixed { inner, prefix: prefix.clone() });
        std::future::ready(lock)
    })
}

instance_lock_conformance!(async { locks() });

instance_lock_conformance!(stealable: async {
    // Tests run one after the other, and these release what they take.
    let place = Place::<dyn InstanceLock>::durable(|| {
        let lock: Arc<dyn InstanceLock> = Arc::new(WebInstanceLock::new("a program"));
        std::future::ready(lock)
    });
    StealableLock::new(place, |name| async move {
        let steal = "
            await navigator.locks.request('mpc-instance:' + argument, { steal: true }, () => {});
        ";
        javascript(steal, &name).await;
    })
});

network_conformance!(async { Arc::new(WebNetwork::new()) as Arc<dyn NetworkMonitor> });

network_conformance!(changeable: async {
    javascript("delete navigator.onLine;", "").await;
    ChangeableNetwork::new(Arc::new(WebNetwork::new()), |is_online| async move {
        let body = "
            const online = argument === 'true';
            Object.defineProperty(navigator, 'onLine', { value: online, configurable: true });
            dispatchEvent(new Event(online ? 'online' : 'offline'));
            if (online) delete navigator.onLine;
        ";
        javascript(body, &is_online.to_string()).await;
    })
});

lifecycle_conformance!(async {
    let profile = profile("lifecycle");
    let lifecycle = WebLifecycle::new(&profile).unwrap();
    LifecycleUnderTest::new(Arc::new(lifecycle), move |phase| {
        let channel = WebLifecycle::channel(&profile);
        async move {
            let phase = match phase {
                LifecyclePhase::Foreground => "foreground",
                LifecyclePhase::Background => "background",
                LifecyclePhase::Suspended => "suspended",
                _ => "terminating",
            };
            let body = format!(
                "const page = new BroadcastChannel(argument);
                 page.postMessage({{ type: 'lifecycle', phase: '{phase}' }});
                 // Closing it at once would be allowed, but messages of two channels have no order.
                 const echo = new BroadcastChannel(argument);
                 await new Promise((resolve) => {{
                     echo.onmessage = resolve;
                     page.postMessage('done');
                 }});
                 page.close();
                 echo.close();"
            );
            javascript(&body, &channel).await;
        }
    })
});

#[core_async::test]
async fn what_is_no_message_to_us_is_ignored() {
    let profile = profile("lifecycle");
    let lifecycle = WebLifecycle::new(&profile).unwrap();
    let mut watcher = lifecycle.watch();
    let body = "
        const page = new BroadcastChannel(argument);
        for (const odd of [null, 1, 'background', {}, { type: 'lifecycle' }, { phase: 'background' },
                           { type: 'lifecycle', phase: 'asleep' }, { type: 'lifecycle', phase: 7 }]) {
            page.postMessage(odd);
        }
        page.postMessage({ type: 'lifecycle', phase: 'background' });
        page.close();";
    javascript(body, &WebLifecycle::channel(&profile)).await;
    let state = timeout(Duration::from_secs(10), watcher.next()).await.unwrap();
    assert_eq!((state.phase, state.wakes), (LifecyclePhase::Background, 0));
}

auth_transport_conformance!(async {
    let screen = Screen::new();
    let display = screen.clone();
    let transport =
        ChannelAuthTransport::new("https://player.example/callback", move |url| display.show(url));
    AuthTransportUnderTest::on_screen(Arc::new(transport), screen, |_, query| async move {
        let body = format!(
            "const page = new BroadcastChannel('{}');
             page.postMessage({{ type: 'auth_redirect', query: argument }});
             page.postMessage({{ type: 'auth_redirect' }});
             page.postMessage(null);
             page.close();",
            ChannelAuthTransport::CHANNEL,
        );
        javascript(&body, &query).await;
    })
});

background_conformance!(async {
    let profile = profile("background");
    BackgroundUnderTest::over_database(move || IndexedDbDatabase::new(&profile))
});
