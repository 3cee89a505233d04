//! A task that panics where panics do not unwind.

use wasm_bindgen::prelude::wasm_bindgen;

use super::javascript;

/// Panics in a task. Another worker calls this, in an instance of its own.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "JavaScript reaches it")]
pub fn panic_in_a_task() {
    drop(core_async::task::spawn(async {
        core_async::task::yield_now().await;
        panic!("out of tune");
    }));
}

#[core_async::test(timeout_ms = 30_000)]
async fn whoever_started_the_worker_sees_that_a_task_has_panicked() {
    let seen = javascript(
        "const code = `
            import init, { panic_in_a_task } from '${glue}';
            await init({ module_or_path: '${wasm}' });
            panic_in_a_task();
            // A worker without a listener would be done before the task is.
            self.onmessage = () => {};`;
        const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
        const worker = new Worker(address, { type: 'module' });
        const seen = await new Promise((resolve) => {
            worker.addEventListener('error', (event) => {
                event.preventDefault();
                resolve(event.message);
            });
        });
        worker.terminate();
        return seen;",
    );
    let seen = seen.await.as_string().unwrap();
    assert!(seen.contains("RuntimeError") && seen.contains("unreachable"), "{seen}");
}
