//! Sound that goes into memory.

use bridge_memory::MemoryOutput;
use bridge_traits::{AudioOutput, ErrorKind, OutputFormat};
use futures::FutureExt;

const STEREO: OutputFormat = OutputFormat { sample_rate: 48_000, channels: 2 };

#[core_async::test]
async fn a_free_output_plays_what_is_written() {
    let output = MemoryOutput::new();
    let stream = output.open(STEREO).await.unwrap();
    assert_eq!(stream.write(&[0.5, -0.5, 1.0, -1.0]).await.unwrap(), 2);
    stream.set_volume(0.5).unwrap();
    stream.write(&[0.5, -0.5]).await.unwrap();
    stream.drain().await.unwrap();
    assert_eq!(output.played(), [0.5, -0.5, 1.0, -1.0, 0.25, -0.25]);
    assert_eq!((stream.frames_played(), stream.underruns(), output.opened()), (3, 0, 1));
}

#[core_async::test]
async fn a_stepwise_output_plays_when_told() {
    let output = MemoryOutput::stepwise(4);
    let stream = output.open(OutputFormat { channels: 1, ..STEREO }).await.unwrap();
    output.advance(2);
    assert_eq!(stream.underruns(), 0, "nothing was promised yet");
    assert_eq!(stream.write(&[1.0, 2.0, 3.0, 4.0, 5.0]).await.unwrap(), 4);
    assert!(stream.write(&[5.0]).now_or_never().is_none(), "the buffer is full");
    output.advance(3);
    assert_eq!(stream.write(&[5.0]).now_or_never().unwrap().unwrap(), 1);
    output.advance(4);
    output.advance(1);
    assert_eq!(output.played(), [0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 0.0, 0.0]);
    assert_eq!((stream.frames_played(), stream.underruns()), (5, 1));
}

#[core_async::test]
async fn a_lost_device_is_unavailable() {
    let output = MemoryOutput::stepwise(1);
    let stream = output.open(STEREO).await.unwrap();
    stream.write(&[0.0; 2]).await.unwrap();
    let blocked = stream.write(&[0.0; 2]);
    let lose = async { output.disconnect() };
    let (written, ()) = core_async::join!(blocked, lose);
    assert_eq!(written.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(stream.drain().await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(stream.pause().unwrap_err().kind(), ErrorKind::Unavailable);
}
