//! An `AudioWorklet`, which has no timers and no messages to itself.

use core_async::sync::{broadcast, mpsc};
use core_async::task::{spawn, spawn_blocking, yield_now};
use core_async::time::{Duration, Instant, fire_due, interval, sleep, timeout};
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::javascript;

/// What the worklet does once per block.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "JavaScript reaches it")]
pub fn render_block() {
    fire_due();
}

/// Works in the worklet and tells how many milliseconds of audio that took.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "JavaScript reaches it")]
pub fn work_in_a_worklet(tell: Function) {
    drop(spawn(async move {
        let begin = Instant::now();
        work().await;
        let taken = begin.elapsed().as_secs_f64() * 1_000.0;
        tell.call1(&JsValue::UNDEFINED, &JsValue::from(taken)).unwrap();
    }));
}

/// Takes 100 ms.
async fn work() {
    sleep(Duration::from_millis(40)).await;
    yield_now().await;
    // So often that the tasks have to let others go first in between.
    let (sender, mut receiver) = mpsc::channel(1);
    let producer = spawn(async move {
        for number in 0..5_000_u32 {
            sender.send(number).await.unwrap();
        }
    });
    let mut sum = 0;
    while let Some(number) = receiver.recv().await {
        sum += number;
    }
    producer.await.unwrap();
    assert_eq!(sum, 5_000 * 4_999 / 2);
    let (news, mut subscriber) = broadcast::channel(2);
    news.send(1).unwrap();
    assert_eq!(subscriber.recv().await.unwrap(), 1);
    assert_eq!(spawn_blocking(|| 2).await.unwrap(), 2);
    assert!(timeout(Duration::from_millis(20), subscriber.recv()).await.is_err());
    let mut ticks = interval(Duration::from_millis(20));
    for _ in 0..3 {
        ticks.tick().await;
    }
}

#[core_async::test(timeout_ms = 60_000)]
async fn tasks_time_and_channels_work_in_an_audio_worklet() {
    let taken = javascript(
        "// There is no audio in a worker, and so no worklet.
        if (globalThis.OfflineAudioContext === undefined) return undefined;
        const texts = `
            globalThis.TextDecoder ??= class {
                decode(bytes) { return bytes ? String.fromCharCode(...bytes) : ''; }
            };
            globalThis.TextEncoder ??= class {
                encode(text) { return Uint8Array.from(text, (letter) => letter.charCodeAt(0)); }
                encodeInto(text, view) {
                    view.set(this.encode(text));
                    return { read: text.length, written: text.length };
                }
            };`;
        const processor = `
            registerProcessor('core', class extends AudioWorkletProcessor {
                constructor({ processorOptions: { module } }) {
                    super();
                    initSync({ module });
                    work_in_a_worklet((taken) => this.port.postMessage(taken));
                }
                process() {
                    render_block();
                    return true;
                }
            });`;
        const code = [texts, await (await fetch(glue)).text(), processor];
        const address = URL.createObjectURL(new Blob(code, { type: 'text/javascript' }));
        const context = new OfflineAudioContext(1, 20 * 48_000, 48_000);
        await context.audioWorklet.addModule(address);
        const module = await WebAssembly.compileStreaming(fetch(wasm));
        const node = new AudioWorkletNode(context, 'core', { processorOptions: { module } });
        node.connect(context.destination);
        const told = new Promise((resolve, reject) => {
            node.port.onmessage = ({ data }) => resolve(data);
            node.onprocessorerror = reject;
        });
        await context.startRendering();
        return await told;",
    );
    if let Some(taken) = taken.await.as_f64() {
        // It is the audio's time, which goes on in blocks of less than 3 ms.
        assert!((100.0..250.0).contains(&taken), "{taken}");
    }
}
