//! The messages between this worker and the audio worklet.

use js_sys::{Array, Float32Array, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::host::property;

/// To the worklet.
#[derive(Debug)]
pub(super) enum ToWorklet<'a> {
    /// More interleaved samples.
    Push { epoch: u32, samples: &'a [f32] },
    /// Drop what is buffered; what follows carries this epoch.
    Discard { epoch: u32 },
    /// Fall silent.
    Pause,
    /// Go on.
    Resume,
    /// Play this loud.
    Volume(f32),
}

/// From the worklet. Counts start again with each epoch.
#[derive(Debug)]
pub(super) enum FromWorklet {
    /// How many frames of the epoch were played.
    Consumed { epoch: u32, frames: u64 },
    /// How often the buffer ran dry in the epoch.
    Underrun { epoch: u32, count: u64 },
}

impl ToWorklet<'_> {
    /// The message, and what is handed over with it instead of being copied.
    pub(super) fn into_js(self) -> Result<(Object, Array), JsValue> {
        let (message, transfer) = (Object::new(), Array::new());
        let set = |key: &str, value: JsValue| Reflect::set(&message, &key.into(), &value).map(drop);
        match self {
            Self::Push { epoch, samples } => {
                let samples = Float32Array::from(samples);
                transfer.push(&samples.buffer());
                set("type", "push".into())?;
                set("epoch", epoch.into())?;
                set("samples", samples.into())?;
            }
            Self::Discard { epoch } => {
                set("type", "discard".into())?;
                set("epoch", epoch.into())?;
            }
            Self::Pause => set("type", "pause".into())?,
            Self::Resume => set("type", "resume".into())?,
            Self::Volume(value) => {
                set("type", "volume".into())?;
                set("value", value.into())?;
            }
        }
        Ok((message, transfer))
    }
}

impl FromWorklet {
    /// Reads a message; `None` for one of another protocol.
    pub(super) fn from_js(message: &JsValue) -> Option<Self> {
        let number = |key: &str| property(message, key)?.as_f64();
        let epoch = u32::try_from(whole(number("epoch")?)).ok()?;
        match property(message, "type")?.as_string()?.as_str() {
            "consumed" => Some(Self::Consumed { epoch, frames: whole(number("frames")?) }),
            "underrun" => Some(Self::Underrun { epoch, count: whole(number("count")?) }),
            _ => None,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is right")]
fn whole(number: f64) -> u64 {
    number as u64
}
