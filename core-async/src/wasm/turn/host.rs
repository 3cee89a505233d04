//! How the host is asked to call us again in its next turn.

use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessagePort};

/// What the host offers.
#[derive(Debug)]
pub(super) enum Host {
    /// A message to ourselves: pages and workers.
    Message {
        sender: MessagePort,
        // The receiving end and its handler must live as long as messages are sent.
        _receiver: MessagePort,
        _handler: Handler,
    },
    /// `setImmediate`: Node.js and its like, where an open message channel would keep the process
    /// alive for ever.
    Immediate { set: Function, handler: Handler },
    /// Neither: an `AudioWorklet`, whose owner calls us once per block.
    Owner,
}

type Handler = Closure<dyn FnMut()>;

impl Host {
    /// Looks at what there is; `on_turn` is what is called in a new turn.
    pub(super) fn find(on_turn: impl FnMut() + 'static) -> Self {
        // A panic on the way leaves the queue as it should be: emptied before anybody is woken.
        let handler = Handler::own_assert_unwind_safe(on_turn);
        if let Some(set) = global("setImmediate") {
            return Self::Immediate { set, handler };
        }
        match global("MessageChannel").and_then(|_| MessageChannel::new().ok()) {
            Some(channel) => {
                let receiver = channel.port2();
                receiver.set_onmessage(Some(handler.as_ref().unchecked_ref()));
                Self::Message { sender: channel.port1(), _receiver: receiver, _handler: handler }
            }
            None => Self::Owner,
        }
    }

    /// Asks for a call.
    pub(super) fn request_turn(&self) {
        let asked = match self {
            Self::Message { sender, .. } => sender.post_message(&JsValue::NULL),
            Self::Immediate { set, handler } => {
                set.call1(&JsValue::UNDEFINED, handler.as_ref()).map(drop)
            }
            Self::Owner => Ok(()),
        };
        asked.expect("a message without content can always be sent");
    }
}

fn global(name: &str) -> Option<Function> {
    let found = Reflect::get(&js_sys::global(), &JsValue::from_str(name)).ok()?;
    found.dyn_into().ok()
}
