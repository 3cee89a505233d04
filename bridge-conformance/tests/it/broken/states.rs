//! Broken network monitors and lifecycle observers.

/// Networks.
mod network {
    use std::sync::Arc;

    use bridge_conformance::network::{self as cases, ChangeableNetwork};
    use bridge_memory::MemoryNetwork;
    use bridge_traits::{
        Connectivity, Metered, NetworkKind, NetworkMonitor, NetworkState, StatePublisher,
        StateWatcher,
    };

    use crate::broken::faults;

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Fault {
        Nothing,
        ChangesItsMind,
        ForgetsTheKindOfItsReturn,
        FlickersForWatchers,
        NamesAKindOffline,
        NeverTells,
        TellsBeforeItKnows,
        TellsOneWatcher,
    }

    #[derive(Debug)]
    struct Broken {
        inner: Arc<MemoryNetwork>,
        before: NetworkState,
        asked: std::sync::atomic::AtomicU32,
        watched: std::sync::atomic::AtomicBool,
        fault: Fault,
    }

    const ONLINE: NetworkState = NetworkState {
        connectivity: Connectivity::Online,
        kind: NetworkKind::Wifi,
        metered: Metered::No,
    };

    fn broken(fault: Fault, state: NetworkState) -> (Arc<Broken>, Arc<MemoryNetwork>) {
        let inner = Arc::new(MemoryNetwork::new(state));
        let broken = Broken {
            inner: Arc::clone(&inner),
            before: state,
            asked: Default::default(),
            watched: Default::default(),
            fault,
        };
        (Arc::new(broken), inner)
    }

    fn subject(fault: Fault) -> Arc<dyn NetworkMonitor> {
        broken(fault, NetworkState::new(Connectivity::Offline)).0
    }

    fn changeable(fault: Fault) -> ChangeableNetwork {
        let (monitor, network) = broken(fault, ONLINE);
        ChangeableNetwork::new(monitor, move |is_online| {
            let vague = NetworkState::new(Connectivity::Online);
            network.set(match (is_online, fault) {
                (true, Fault::ForgetsTheKindOfItsReturn) => vague,
                (true, Fault::FlickersForWatchers) if network.state() == ONLINE => vague,
                (true, _) => ONLINE,
                (false, _) => NetworkState::new(Connectivity::Offline),
            });
            std::future::ready(())
        })
    }

    faults! { subject:
        ChangesItsMind => cases::the_network_is_known_at_once,
        NamesAKindOffline => cases::offline_has_no_kind_and_no_price,
    }

    faults! { changeable:
        ForgetsTheKindOfItsReturn => cases::going_offline_and_back_is_told,
        FlickersForWatchers => cases::an_equal_network_is_no_news,
        NeverTells => cases::an_abandoned_wait_misses_no_change,
        TellsBeforeItKnows => cases::the_state_changes_before_watchers_are_told,
        TellsOneWatcher => cases::every_network_watcher_is_told,
    }

    impl NetworkMonitor for Broken {
        fn state(&self) -> NetworkState {
            let state = self.inner.state();
            let asked = self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            match self.fault {
                Fault::ChangesItsMind if asked.is_multiple_of(2) => ONLINE,
                Fault::NamesAKindOffline => NetworkState { kind: NetworkKind::Wifi, ..state },
                Fault::TellsBeforeItKnows => self.before,
                _ => state,
            }
        }

        fn watch(&self) -> StateWatcher<NetworkState> {
            let again = self.watched.swap(true, std::sync::atomic::Ordering::SeqCst);
            match self.fault {
                Fault::NeverTells => StatePublisher::new(self.before).watch(),
                Fault::TellsOneWatcher if again => StatePublisher::new(self.before).watch(),
                _ => self.inner.watch(),
            }
        }
    }
}

/// Lifecycles.
mod lifecycle {
    use std::sync::Arc;

    use bridge_conformance::lifecycle::{self as cases, LifecycleUnderTest};
    use bridge_traits::{
        LifecycleObserver, LifecyclePhase, LifecycleState, StatePublisher, StateWatcher,
    };

    use crate::broken::faults;

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Fault {
        Nothing,
        BeginsUnseen,
        CountsNoWakes,
        CountsSamePhases,
        ForgetsOldWatchers,
        RisesFromTheDead,
        SkipsSuspension,
    }

    #[derive(Debug)]
    struct Broken(std::sync::Mutex<StatePublisher<LifecycleState>>);

    fn subject(fault: Fault) -> LifecycleUnderTest {
        let first = match fault {
            Fault::BeginsUnseen => LifecyclePhase::Background,
            _ => LifecyclePhase::Foreground,
        };
        let state = LifecycleState { phase: first, wakes: 0 };
        let observer = Arc::new(Broken(std::sync::Mutex::new(StatePublisher::new(state))));
        let host = Arc::clone(&observer);
        LifecycleUnderTest::new(observer, move |phase| {
            host.enter(phase, fault);
            std::future::ready(())
        })
    }

    faults! { subject:
        BeginsUnseen => cases::a_program_begins_in_the_foreground,
        CountsNoWakes => cases::each_return_from_suspension_is_a_wake,
        CountsSamePhases => cases::the_same_phase_is_no_news,
        ForgetsOldWatchers => cases::every_lifecycle_watcher_is_told,
        RisesFromTheDead => cases::nothing_comes_after_the_end,
        SkipsSuspension => cases::each_phase_is_told,
    }

    impl Broken {
        fn enter(&self, phase: LifecyclePhase, fault: Fault) {
            let mut publisher = self.0.lock().unwrap();
            let before = publisher.current();
            let mut after = before.enter(phase);
            match fault {
                Fault::CountsNoWakes => after.wakes = 0,
                Fault::CountsSamePhases if phase == before.phase => after.wakes += 1,
                Fault::RisesFromTheDead => after.phase = phase,
                Fault::SkipsSuspension if phase == LifecyclePhase::Suspended => after = before,
                Fault::ForgetsOldWatchers => *publisher = StatePublisher::new(after),
                _ => {}
            }
            publisher.set(after);
        }
    }

    impl LifecycleObserver for Broken {
        fn state(&self) -> LifecycleState {
            self.0.lock().unwrap().current()
        }

        fn watch(&self) -> StateWatcher<LifecycleState> {
            self.0.lock().unwrap().watch()
        }
    }
}
