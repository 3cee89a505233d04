//! Pictures, by the browser's own decoders and a canvas that nobody sees.

use bridge_traits::{BridgeError, ErrorKind, ImageResizer, Pixels, Result, fit};
use bytes::Bytes;
use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, ImageBitmap, ImageEncodeOptions, OffscreenCanvas, OffscreenCanvasRenderingContext2d,
};

use crate::host::{JsError, resolve, scope, unsupported};

/// How good a resized picture is, of 1.
const QUALITY: f64 = 0.85;

/// A colour that is drawn and looked at, and what should be seen.
const PROBE: &str = "#30a0d0";
const PROBED: [u8; 4] = [0x30, 0xa0, 0xd0, 0xff];

/// How far what is read may be from what was drawn: some browsers change colours a little, so that
/// nobody knows computers by them, and others give something else altogether.
const NOISE: u8 = 8;

/// Knows what the browser knows: PNG, JPEG, GIF and WebP everywhere. Resized pictures are JPEG.
#[derive(Clone, Copy, Debug, Default)]
pub struct CanvasImageResizer;

#[core_async::async_trait]
impl ImageResizer for CanvasImageResizer {
    async fn resize(&self, picture: Bytes, edge: u32) -> Result<Bytes> {
        let operation = "image_resizer.resize";
        let drawn = Drawn::new(&picture, edge, Some("white"), operation).await?;
        let encode = async {
            let options = ImageEncodeOptions::new();
            options.set_type("image/jpeg");
            options.set_quality(QUALITY);
            let encoded: Blob =
                resolve(drawn.canvas.convert_to_blob_with_options(&options)?).await?;
            resolve::<ArrayBuffer>(encoded.array_buffer()).await
        };
        let bytes = encode.await.map_err(|error| error.at(operation))?;
        Ok(Uint8Array::new(&bytes).to_vec().into())
    }

    async fn pixels(&self, picture: Bytes, edge: u32) -> Result<Pixels> {
        let operation = "image_resizer.pixels";
        let drawn = Drawn::new(&picture, edge, None, operation).await?;
        let (width, height) = (drawn.canvas.width(), drawn.canvas.height());
        let (right, bottom) = (f64::from(width), f64::from(height));
        let data = drawn.context.get_image_data(0.0, 0.0, right, bottom);
        let data = data.map_err(|error| JsError::from(error).at(operation))?;
        Ok(Pixels { width, height, rgba: data.data().0 })
    }
}

/// A picture on a canvas that is as large as it is to be.
struct Drawn {
    canvas: OffscreenCanvas,
    context: OffscreenCanvasRenderingContext2d,
}

impl Drawn {
    async fn new(
        picture: &Bytes,
        edge: u32,
        background: Option<&str>,
        operation: &'static str,
    ) -> Result<Self> {
        let bitmap = Bitmap::decode(picture)
            .await
            .map_err(|error| BridgeError::new(ErrorKind::Corrupt, operation).with_source(error))?;
        let (width, height) = fit(bitmap.0.width(), bitmap.0.height(), edge);
        let canvas = OffscreenCanvas::new(width, height)
            .map_err(|_| unsupported(operation, "OffscreenCanvas"))?;
        let draw = || {
            let context = canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?;
            let context: OffscreenCanvasRenderingContext2d = context.unchecked_into();
            let (right, bottom) = (f64::from(width), f64::from(height));
            context.set_fill_style_str(PROBE);
            context.fill_rect(0.0, 0.0, right, bottom);
            let probe = context.get_image_data(0.0, 0.0, 1.0, 1.0)?.data().0;
            if !probe.iter().zip(PROBED).all(|(part, sent)| part.abs_diff(sent) < NOISE) {
                return Ok(None);
            }
            context.clear_rect(0.0, 0.0, right, bottom);
            if let Some(colour) = background {
                context.set_fill_style_str(colour);
                context.fill_rect(0.0, 0.0, right, bottom);
            }
            // Otherwise a tenth of the size is a tenth of the pixels, and letters fall apart.
            Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
            context
                .draw_image_with_image_bitmap_and_dw_and_dh(&bitmap.0, 0.0, 0.0, right, bottom)?;
            Ok(Some(context))
        };
        match draw().map_err(|error: JsValue| JsError::from(error).at(operation))? {
            Some(context) => Ok(Self { canvas, context }),
            None => Err(BridgeError::new(ErrorKind::Unsupported, operation)
                .with_detail("the browser disguises what is on a canvas, against fingerprinting")),
        }
    }
}

/// A decoded picture, whose memory goes with it and not when the browser tidies up.
struct Bitmap(ImageBitmap);

impl Bitmap {
    async fn decode(picture: &Bytes) -> Result<Self, JsError> {
        let parts = Array::of1(&Uint8Array::from(&picture[..]));
        let blob = Blob::new_with_u8_array_sequence(&parts)?;
        resolve(scope().create_image_bitmap_with_blob(&blob)?).await.map(Self)
    }
}

impl Drop for Bitmap {
    fn drop(&mut self) {
        self.0.close();
    }
}
