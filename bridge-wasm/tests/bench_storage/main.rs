//! Measurements in a browser, not tests: `cargo xtask bench storage` runs them and reads what they
//! print.
//!
//! One round goes through all peers and us one after the other, so that a busy machine disturbs all
//! alike, and is printed as `bench: NAME OURS BASELINE` in milliseconds. Each further round takes a
//! browser of its own: this one still clears away what was deleted, and we are the first to write.

#![expect(clippy::unwrap_used, reason = "a measurement that fails ends")]

mod library;
mod ours;

use core_async::time::{Duration, sleep};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use ours::Ours;

/// Put in front of the paths of the packages that are measured.
macro_rules! package {
    ($path:literal) => {
        include_bytes!(concat!(env!("MPC_BENCH_PACKAGES"), $path))
    };
}

const DEXIE: &[u8] = package!("/dexie/dist/modern/dexie.mjs");
const SQLITE: &[u8] = package!("/@sqlite.org/sqlite-wasm/dist/index.mjs");
const SQLITE_WASM: &[u8] = package!("/@sqlite.org/sqlite-wasm/dist/sqlite3.wasm");

/// How long the browser gets to finish with what was committed.
const SETTLE: Duration = Duration::from_millis(200);

const READS: [&str; 5] = ["get", "page", "page_after", "album", "search"];

/// The same, up to objects of JavaScript.
const READS_TO_JS: [&str; 3] = ["page", "page_after", "album"];

fn number(text: Option<&str>, otherwise: u32) -> u32 {
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[core_async::test(timeout_ms = 10_000_000)]
async fn storage() {
    let tracks = number(option_env!("MPC_BENCH_TRACKS"), 10_000);
    let start = Function::new_no_args(include_str!("peers.js"));
    let start: Function = start.call0(&JsValue::NULL).unwrap().unchecked_into();
    let text = |bytes: &[u8]| JsValue::from_str(std::str::from_utf8(bytes).unwrap());
    let wasm = Uint8Array::from(SQLITE_WASM);
    let peers = start.call3(&JsValue::NULL, &text(DEXIE), &text(SQLITE), &wasm);
    let peers = JsFuture::from(peers.unwrap().unchecked_into::<Promise>()).await.unwrap();
    let name = format!("bench-{}", js_sys::Math::random());
    let raw = call(&peers, "raw", &name, tracks).await;
    let dexie = call(&peers, "dexie", &format!("{name}-dexie"), tracks).await;
    let sqlite = call(&peers, "sqlite", &format!("{name}-sqlite"), tracks).await;
    let ours = Ours::start(&name, tracks).await;
    let insert = ours.insert().await;
    for (peer, of) in [(&raw, "raw"), (&dexie, "dexie"), (&sqlite, "sqlite")] {
        say(&format!("insert_{of}"), insert, ask(peer, "insert").await);
    }
    for (name, times, size) in [("commit_1", 20, 1), ("commit_50", 5, 50)] {
        let (mut us, mut them) = (Vec::new(), Vec::new());
        // In small turns, first one and then the other, with a pause before each: all databases of a
        // page are one to the browser, which goes on with what somebody else has written.
        for turn in 0..10 {
            for is_ours in [turn % 2 == 0, turn % 2 != 0] {
                sleep(SETTLE).await;
                if is_ours {
                    us.push(ours.commit(times, size).await);
                } else {
                    them.push(ask(&raw, name).await);
                }
            }
        }
        say(name, median(us), median(them));
    }
    for read in READS {
        say(read, ours.read(read).await, ask(&raw, read).await);
    }
    for read in READS_TO_JS {
        let name = format!("{read}_js");
        say(&name, ours.read(&name).await, ask(&raw, read).await);
    }
    say("search_dexie", ours.read("search").await, ask(&dexie, "search").await);
    say("boundary", ours.rows_to_js().await, ask(&raw, "boundary").await);
    ours.fold().await;
    let (page, indexes) = ours.open().await;
    let all = ask(&raw, "open").await;
    say("open_and_page", page, all);
    say("open_and_index", indexes, all);
}

fn say(name: &str, ours: f64, theirs: f64) {
    core_async::__private::say(&format!("bench: {name} {ours:.4} {theirs:.4}"));
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

async fn call(peers: &JsValue, peer: &str, name: &str, tracks: u32) -> JsValue {
    let make: Function = Reflect::get(peers, &peer.into()).unwrap().unchecked_into();
    let made = make.call2(peers, &name.into(), &tracks.into()).unwrap();
    JsFuture::from(made.unchecked_into::<Promise>()).await.unwrap()
}

/// Has a peer measure something.
async fn ask(peer: &JsValue, what: &str) -> f64 {
    let measure: Function = Reflect::get(peer, &what.into()).unwrap().unchecked_into();
    let measured: Promise = measure.call0(peer).unwrap().unchecked_into();
    JsFuture::from(measured).await.unwrap().as_f64().unwrap()
}
