//! Broken resizers.

use std::sync::Arc;

use bridge_conformance::image_resizer as cases;
use bridge_memory::MemoryImageResizer;
use bridge_traits::{ImageResizer, Pixels, Result};
use bytes::Bytes;

use crate::broken::faults;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Nothing,
    ForgetsOpacity,
    GivesBackTheOriginal,
    InventsPictures,
    Mirrors,
    TransposesPixels,
}

#[derive(Debug)]
struct Broken {
    inner: MemoryImageResizer,
    fault: Fault,
}

fn subject(fault: Fault) -> Arc<dyn ImageResizer> {
    Arc::new(Broken { inner: MemoryImageResizer, fault })
}

faults! { subject:
    ForgetsOpacity => cases::transparent_pixels_say_so,
    GivesBackTheOriginal => cases::what_comes_out_fits_and_keeps_its_proportions,
    InventsPictures => cases::what_is_no_picture_is_corrupt,
    Mirrors => cases::every_pixel_stays_at_its_place,
    TransposesPixels => cases::small_pictures_do_not_grow,
}

#[core_async::async_trait]
impl ImageResizer for Broken {
    async fn resize(&self, picture: Bytes, edge: u32) -> Result<Bytes> {
        match self.fault {
            Fault::GivesBackTheOriginal => Ok(picture),
            _ => self.inner.resize(picture, edge).await,
        }
    }

    async fn pixels(&self, picture: Bytes, edge: u32) -> Result<Pixels> {
        let pixels = self.inner.pixels(picture, edge).await;
        if self.fault == Fault::InventsPictures {
            return Ok(pixels.unwrap_or(Pixels { width: 1, height: 1, rgba: vec![0; 4] }));
        }
        let Pixels { width, height, mut rgba } = pixels?;
        match self.fault {
            Fault::ForgetsOpacity => {
                rgba.iter_mut().skip(3).step_by(4).for_each(|part| *part = 255)
            }
            Fault::Mirrors => {
                let all: Vec<_> = rgba.chunks_exact(4).rev().flatten().copied().collect();
                rgba = all;
            }
            Fault::TransposesPixels => return Ok(Pixels { width: height, height: width, rgba }),
            _ => {}
        }
        Ok(Pixels { width, height, rgba })
    }
}
