//! Tests of the public interface, the same natively and in browsers.

mod convert;
mod decode;
mod fixtures;
mod hostile;
mod output;
mod player;
mod seek;
mod sources;
mod wav;
