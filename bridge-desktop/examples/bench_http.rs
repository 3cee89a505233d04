//! Streams a body with the bridge and with reqwest alone, in turns: `bench_http ORIGIN MEBIBYTES`.
//!
//! `ORIGIN` is where the conformance kit's server listens. `cargo xtask bench async` reads what it prints: the
//! middle round of both, as microseconds per mebibyte.

use std::error::Error;

use bridge_desktop::ReqwestHttpClient;
use bridge_traits::{HttpClient, Request};
use core_async::time::Instant;
use futures::TryStreamExt;

const ROUNDS: usize = 7;
const MEBIBYTE: usize = 1024 * 1024;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[core_async::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [origin, mebibytes] = arguments.as_slice() else {
        return Err("usage: bench_http ORIGIN MEBIBYTES".into());
    };
    let mebibytes: usize = mebibytes.parse()?;
    // The bridge comes first: it chooses the cryptography that reqwest wants to have.
    let bridge = ReqwestHttpClient::new()?;
    let bare = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let url = |side: &str| format!("{origin}/endless/{side}-{}-{round}", std::process::id());
        let start = Instant::now();
        with_bridge(&bridge, url("bridge"), mebibytes * MEBIBYTE).await?;
        ours.push(per_mebibyte(start, mebibytes));
        let start = Instant::now();
        with_reqwest(&bare, url("bare"), mebibytes * MEBIBYTE).await?;
        theirs.push(per_mebibyte(start, mebibytes));
    }
    ours.sort_by(f64::total_cmp);
    theirs.sort_by(f64::total_cmp);
    println!("bench: http_stream {} {}", ours[ROUNDS / 2], theirs[ROUNDS / 2]);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "there are few mebibytes")]
fn per_mebibyte(start: Instant, mebibytes: usize) -> f64 {
    start.elapsed().as_secs_f64() * 1e6 / mebibytes as f64
}

async fn with_bridge(client: &dyn HttpClient, url: String, length: usize) -> Outcome<()> {
    let mut body = client.send(Request::get(url)).await?.body;
    let mut left = length;
    while left > 0 {
        let piece = body.try_next().await?.ok_or("the body ended early")?;
        left = left.saturating_sub(piece.len());
    }
    Ok(())
}

async fn with_reqwest(client: &reqwest::Client, url: String, length: usize) -> Outcome<()> {
    let mut body = client.get(url).send().await?.bytes_stream();
    let mut left = length;
    while left > 0 {
        let piece = body.try_next().await?.ok_or("the body ended early")?;
        left = left.saturating_sub(piece.len());
    }
    Ok(())
}
