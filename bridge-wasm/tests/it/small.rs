//! Console and capabilities.

use bridge_traits::{ErrorKind, LogLevel, LoggerSink};
use bridge_wasm::{
    ConsoleLogger, is_cross_origin_isolated, is_storage_persisted, persist_storage, storage_use,
};

use crate::console::Console;

#[core_async::test]
async fn every_level_reaches_the_console() {
    let console = Console::listen();
    let levels =
        [LogLevel::Trace, LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error];
    for level in levels {
        ConsoleLogger::new().log(level, &format!("{level:?}"));
    }
    assert_eq!(console.text(), "Trace\nDebug\nInfo\nWarn\nError");
}

#[core_async::test]
async fn the_browser_says_what_it_offers() {
    is_storage_persisted().await.unwrap();
    let space = storage_use().await.unwrap().unwrap();
    assert!(space.used <= space.quota && space.quota > 1 << 20, "{space:?}");
    // A worker cannot ask; only the page can.
    assert_eq!(persist_storage().await.unwrap_err().kind(), ErrorKind::Unsupported);
    let shares = js_sys::Reflect::get(&js_sys::global(), &"crossOriginIsolated".into()).unwrap();
    assert_eq!(is_cross_origin_isolated(), shares.is_truthy());
}
