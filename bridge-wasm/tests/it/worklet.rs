//! A worklet without sound: it plays what it gets in real time, as far as anybody can tell.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use bridge_conformance::audio_output::AudioOutputUnderTest;
use bridge_wasm::WorkletOutput;
use core_async::task::{self, AbortOnDropHandle};
use core_async::time::{Duration, Instant, sleep};
use js_sys::{Float32Array, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessageEvent, MessagePort};

const RATE: u32 = 48_000;

/// What the worklet knows.
#[derive(Default)]
struct Worklet {
    epoch: f64,
    chunks: VecDeque<usize>,
    played: usize,
    is_paused: bool,
}

/// An output to a worklet that plays for as long as the test runs.
pub(crate) fn start() -> AudioOutputUnderTest {
    let channel = MessageChannel::new().unwrap();
    let port = channel.port2();
    let worklet: Rc<RefCell<Worklet>> = Rc::default();
    let listener = Closure::<dyn FnMut(MessageEvent)>::new({
        let worklet = Rc::clone(&worklet);
        move |event: MessageEvent| worklet.borrow_mut().hear(&event.data())
    });
    port.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    let playing = AbortOnDropHandle::new(task::spawn(play(worklet, port.clone())));
    let output = Arc::new(WorkletOutput::new(channel.port1(), RATE));
    AudioOutputUnderTest::new(output, Guard { port, _listener: listener, _playing: playing })
}

/// Ends the playing and then the listening.
struct Guard {
    port: MessagePort,
    _playing: AbortOnDropHandle<()>,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
    }
}

async fn play(worklet: Rc<RefCell<Worklet>>, port: MessagePort) {
    let mut last = Instant::now();
    loop {
        sleep(Duration::from_millis(5)).await;
        let passed = last.elapsed();
        last += passed;
        let frames = (passed.as_secs_f64() * f64::from(RATE)) as usize;
        let message = worklet.borrow_mut().advance(frames);
        if let Some(message) = message {
            port.post_message(&message).unwrap();
        }
    }
}

impl Worklet {
    fn hear(&mut self, message: &JsValue) {
        let get = |key: &str| Reflect::get(message, &key.into()).unwrap();
        match get("type").as_string().unwrap().as_str() {
            "push" if get("epoch") == self.epoch => {
                let samples: Float32Array = get("samples").dyn_into().unwrap();
                self.chunks.push_back(samples.length() as usize / 2);
            }
            "discard" => {
                let (epoch, is_paused) = (get("epoch").as_f64().unwrap(), self.is_paused);
                *self = Self { epoch, is_paused, ..Self::default() };
            }
            "pause" => self.is_paused = true,
            "resume" => self.is_paused = false,
            _ => {}
        }
    }

    /// Plays up to `frames` and tells how many were played altogether, if any were.
    fn advance(&mut self, mut frames: usize) -> Option<Object> {
        if self.is_paused || self.chunks.is_empty() {
            return None;
        }
        while frames > 0
            && let Some(chunk) = self.chunks.front_mut()
        {
            let taken = frames.min(*chunk);
            frames -= taken;
            self.played += taken;
            *chunk -= taken;
            if *chunk == 0 {
                self.chunks.pop_front();
            }
        }
        let message = Object::new();
        let fields = [
            ("type", "consumed".into()),
            ("epoch", self.epoch.into()),
            ("frames", JsValue::from_f64(self.played as f64)),
        ];
        for (key, value) in fields {
            Reflect::set(&message, &key.into(), &value).unwrap();
        }
        Some(message)
    }
}
