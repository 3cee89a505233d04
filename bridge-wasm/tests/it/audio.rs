//! The output, with a test in the place of the worklet.

use std::cell::RefCell;
use std::rc::Rc;

use bridge_traits::{AudioOutput, AudioStream, ErrorKind, OutputFormat};
use bridge_wasm::WorkletOutput;
use core_async::task;
use core_async::time::{Duration, timeout};
use futures::FutureExt;
use js_sys::{Float32Array, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessageEvent, MessagePort};

use crate::support::fails;

const RATE: u32 = 1_000;
const WISH: OutputFormat = OutputFormat { sample_rate: 44_100, channels: 1 };

/// The other end of the port.
struct Worklet {
    port: MessagePort,
    heard: Rc<RefCell<Vec<JsValue>>>,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Worklet {
    fn connect() -> (WorkletOutput, Self) {
        let channel = MessageChannel::new().unwrap();
        let port = channel.port2();
        let heard: Rc<RefCell<Vec<JsValue>>> = Rc::default();
        let listener = Closure::new({
            let heard = Rc::clone(&heard);
            move |event: MessageEvent| heard.borrow_mut().push(event.data())
        });
        port.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        let output = WorkletOutput::new(channel.port1(), RATE);
        (output, Self { port, heard, _listener: listener })
    }

    fn say(&self, kind: &str, epoch: u32, key: &str, value: u32) {
        let message = Object::new();
        for (key, value) in [("type", kind.into()), ("epoch", epoch.into()), (key, value.into())] {
            Reflect::set(&message, &key.into(), &value).unwrap();
        }
        self.port.post_message(&message).unwrap();
    }

    fn consumed(&self, epoch: u32, frames: u32) {
        self.say("consumed", epoch, "frames", frames);
    }

    /// Waits for `count` messages and takes them, as short descriptions.
    async fn hear(&self, count: usize) -> Vec<String> {
        let arrived = async {
            while self.heard.borrow().len() < count {
                task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(5), arrived).await.unwrap();
        self.heard.borrow_mut().drain(..).map(|message| describe(&message)).collect()
    }
}

impl Drop for Worklet {
    fn drop(&mut self) {
        // What is still on its way must not meet a listener that is gone.
        self.port.set_onmessage(None);
    }
}

fn describe(message: &JsValue) -> String {
    let get = |key: &str| Reflect::get(message, &key.into()).unwrap();
    let mut text = get("type").as_string().unwrap();
    for key in ["epoch", "value"] {
        if let Some(number) = get(key).as_f64() {
            text += &format!(" {number}");
        }
    }
    if let Ok(samples) = get("samples").dyn_into::<Float32Array>() {
        let samples = samples.to_vec();
        text += &format!(" {}..{} ({})", samples[0], samples[samples.len() - 1], samples.len());
    }
    text
}

/// Stereo frames whose samples count up from `first`.
fn frames(first: u16, count: u16) -> Vec<f32> {
    (first * 2..(first + count) * 2).map(f32::from).collect()
}

async fn open(output: &WorkletOutput) -> Box<dyn AudioStream> {
    output.open(WISH).await.unwrap()
}

#[core_async::test]
async fn frames_go_out_in_order_and_no_further_ahead_than_the_buffer() {
    let (output, worklet) = Worklet::connect();
    let stream = open(&output).await;
    assert_eq!(stream.format(), OutputFormat { sample_rate: RATE, channels: 2 });
    assert_eq!(stream.buffer_frames(), 750);
    assert_eq!(stream.write(&frames(0, 500)).await.unwrap(), 500);
    assert_eq!(stream.write(&frames(500, 500)).await.unwrap(), 250);
    assert_eq!(
        worklet.hear(4).await,
        ["discard 1", "resume", "push 1 0..999 (1000)", "push 1 1000..1499 (500)"]
    );
    // Full: the next write waits, takes nothing while it waits, and goes on when it may.
    let rest = frames(750, 250);
    assert!(stream.write(&rest).now_or_never().is_none());
    let (taken, ()) = core_async::join!(stream.write(&rest), async {
        for _ in 0..5 {
            task::yield_now().await;
        }
        worklet.consumed(1, 100);
    });
    assert_eq!(taken.unwrap(), 100);
    assert_eq!(stream.frames_played(), 100);
    assert_eq!(worklet.hear(1).await, ["push 1 1500..1699 (200)"]);
}

#[core_async::test]
async fn drain_waits_until_everything_was_played() {
    let (output, worklet) = Worklet::connect();
    let stream = open(&output).await;
    stream.drain().await.unwrap();
    stream.write(&frames(0, 200)).await.unwrap();
    let wait = Duration::from_millis(50);
    timeout(wait, stream.drain()).await.unwrap_err();
    worklet.consumed(1, 199);
    timeout(wait, stream.drain()).await.unwrap_err();
    worklet.consumed(1, 200);
    // The end of a track is a dry buffer, but no fault.
    worklet.say("underrun", 1, "count", 1);
    stream.drain().await.unwrap();
    task::yield_now().await;
    assert_eq!((stream.frames_played(), stream.underruns()), (200, 0));
}

#[core_async::test]
async fn discard_starts_a_new_epoch_that_old_news_does_not_disturb() {
    let (output, worklet) = Worklet::connect();
    let stream = open(&output).await;
    while stream.write(&frames(0, 400)).now_or_never().is_some() {}
    worklet.consumed(1, 300);
    worklet.hear(4).await;
    let (drained, ()) = core_async::join!(stream.drain(), async {
        task::yield_now().await;
        stream.discard().unwrap();
    });
    drained.unwrap();
    assert_eq!(stream.frames_played(), 0);
    assert_eq!(stream.write(&frames(5, 10)).await.unwrap(), 10);
    assert_eq!(worklet.hear(2).await, ["discard 2", "push 2 10..29 (20)"]);
    worklet.consumed(1, 400);
    worklet.consumed(2, 4);
    while stream.frames_played() == 0 {
        task::yield_now().await;
    }
    assert_eq!(stream.frames_played(), 4);
}

#[core_async::test]
async fn underruns_add_up_over_epochs() {
    let (output, worklet) = Worklet::connect();
    let stream = open(&output).await;
    stream.write(&frames(0, 10)).await.unwrap();
    worklet.say("underrun", 1, "count", 1);
    worklet.say("underrun", 1, "count", 3);
    while stream.underruns() < 3 {
        task::yield_now().await;
    }
    stream.discard().unwrap();
    stream.write(&frames(0, 10)).await.unwrap();
    worklet.say("underrun", 2, "count", 1);
    while stream.underruns() < 4 {
        task::yield_now().await;
    }
}

#[core_async::test]
async fn controls_are_passed_on() {
    let (output, worklet) = Worklet::connect();
    let stream = open(&output).await;
    stream.pause().unwrap();
    stream.set_volume(0.5).unwrap();
    stream.set_volume(7.0).unwrap();
    stream.set_volume(-7.0).unwrap();
    fails(stream.set_volume(f32::NAN), ErrorKind::InvalidRequest);
    stream.resume().unwrap();
    let heard = worklet.hear(7).await;
    assert_eq!(heard[2..], ["pause", "volume 0.5", "volume 1", "volume 0", "resume"]);
}

#[core_async::test]
async fn there_is_one_stream_at_a_time() {
    let (output, worklet) = Worklet::connect();
    let stream = open(&output).await;
    fails(output.open(WISH).await, ErrorKind::Unavailable);
    fails(stream.write(&[0.0; 3]).await, ErrorKind::InvalidRequest);
    fails(stream.write(&[]).await, ErrorKind::InvalidRequest);
    drop(stream);
    let stream = open(&output).await;
    stream.write(&frames(0, 1)).await.unwrap();
    let heard = worklet.hear(6).await;
    assert_eq!(heard[2..], ["discard 2", "discard 3", "resume", "push 3 0..1 (2)"]);
}

#[core_async::test]
async fn a_lost_worklet_ends_every_wait() {
    let (output, _worklet) = Worklet::connect();
    let stream = open(&output).await;
    while stream.write(&frames(0, 400)).now_or_never().is_some() {}
    let more = frames(0, 1);
    let (written, drained, ()) = core_async::join!(stream.write(&more), stream.drain(), async {
        task::yield_now().await;
        output.close();
    });
    fails(written, ErrorKind::Unavailable);
    fails(drained, ErrorKind::Unavailable);
    fails(stream.pause(), ErrorKind::Unavailable);
    fails(output.open(WISH).await, ErrorKind::Unavailable);
}

#[core_async::test]
async fn nonsense_from_the_other_side_is_ignored() {
    let (output, worklet) = Worklet::connect();
    let stream = open(&output).await;
    stream.write(&frames(0, 10)).await.unwrap();
    worklet.port.post_message(&JsValue::NULL).unwrap();
    worklet.port.post_message(&"consumed".into()).unwrap();
    worklet.say("other", 1, "frames", 5);
    worklet.say("consumed", 1, "wrong", 5);
    worklet.consumed(1, 1_000_000);
    while stream.frames_played() == 0 {
        task::yield_now().await;
    }
    // Never more than was sent.
    assert_eq!(stream.frames_played(), 10);
}
