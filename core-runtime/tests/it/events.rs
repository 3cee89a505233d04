//! The event bus and the shape of events.

use core_runtime::{
    Event, EventBus, LibraryEvent, PlaybackEvent, RecvError, Severity, TryRecvError,
};

fn added(id: &str) -> LibraryEvent {
    LibraryEvent::TrackAdded { track_id: id.into() }
}

#[core_async::test]
async fn every_subscriber_gets_every_event_in_order() {
    let bus = EventBus::default();
    let (mut first, mut second) = (bus.subscribe(), bus.subscribe());
    for id in ["a", "b", "c"] {
        bus.emit(added(id));
    }
    for receiver in [&mut first, &mut second] {
        for id in ["a", "b", "c"] {
            assert_eq!(receiver.recv().await, Ok(Event::Library(added(id))));
        }
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    }
    assert_eq!(bus.subscriber_count(), 2);
}

#[core_async::test]
async fn emitting_without_subscribers_is_fine() {
    EventBus::default().emit(added("a"));
}

#[core_async::test]
async fn work_that_is_dropped_can_tell_of_it() {
    let bus = EventBus::default();
    let mut receiver = bus.subscribe();
    bus.emit_on_drop(added("finished")).disarm();
    let work = async {
        let _guard = bus.emit_on_drop(added("dropped"));
        std::future::pending::<()>().await;
    };
    core_async::select! {
        biased;
        () = work => {}
        () = std::future::ready(()) => {}
    }
    assert_eq!(receiver.recv().await, Ok(Event::Library(added("dropped"))));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
}

#[core_async::test]
async fn a_slow_subscriber_is_told_and_goes_on() {
    let bus = EventBus::new(2);
    let mut receiver = bus.subscribe();
    for id in ["a", "b", "c", "d", "e"] {
        bus.emit(added(id));
    }
    assert_eq!(receiver.recv().await, Err(RecvError::Lagged(3)));
    assert_eq!(receiver.recv().await, Ok(Event::Library(added("d"))));
    assert_eq!(receiver.recv().await, Ok(Event::Library(added("e"))));
}

#[core_async::test]
async fn empty_lagged_and_closed_are_told_apart() {
    let bus = EventBus::new(1);
    let mut receiver = bus.subscribe();
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    bus.emit(added("a"));
    bus.emit(added("b"));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Lagged(1)));
    assert_eq!(receiver.try_recv(), Ok(Event::Library(added("b"))));
    drop(bus);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(receiver.recv().await, Err(RecvError::Closed));
}

#[core_async::test]
async fn filters_pass_only_what_they_accept() {
    let bus = EventBus::default();
    let mut playback = bus.subscribe_to(|event| matches!(event, Event::Playback(_)));
    bus.emit(added("a"));
    bus.emit(PlaybackEvent::Started { track_id: "a".into() });
    let event = playback.recv().await.unwrap();
    assert_eq!(event, Event::Playback(PlaybackEvent::Started { track_id: "a".into() }));
}

#[core_async::test]
async fn json_is_flat_and_reads_back() {
    let event = Event::from(PlaybackEvent::PositionChanged {
        track_id: "t".into(),
        position_ms: 1500,
        duration_ms: None,
    });
    let json = serde_json::to_string(&event).unwrap();
    let expected = r#"{"category":"playback","type":"position_changed","track_id":"t","position_ms":1500,"duration_ms":null}"#;
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
}

#[core_async::test]
async fn events_have_a_severity_and_a_sentence() {
    let event = Event::from(LibraryEvent::ScanCompleted {
        added: 3,
        updated: 0,
        moved: 0,
        unchanged: 0,
        removed: 0,
        failed: 1,
    });
    assert_eq!(event.severity(), Severity::Warning);
    assert_eq!(event.to_string(), "scan completed: 3 added, 0 updated, 0 removed, 1 failed");
    assert_eq!(Event::from(added("x")).severity(), Severity::Info);
}
