//! `core_async::runtime`.

#![expect(clippy::type_complexity, reason = "a signature is written as it is")]

use std::future::Ready;
use std::io;

use core_async::runtime::{Builder, EnterGuard, Handle, Runtime, TryCurrentError};
use core_async::task::JoinHandle;
use core_async::time::Duration;

use super::{can_be_shared, is};

type Job = Ready<u8>;

#[core_async::test]
async fn runtimes() {
    is! {
        Builder::new_current_thread => fn() -> Builder;
        Builder::new_multi_thread => fn() -> Builder;
        Builder::enable_all => fn(&mut Builder) -> &mut Builder;
        Builder::enable_time => fn(&mut Builder) -> &mut Builder;
        Builder::worker_threads => fn(&mut Builder, usize) -> &mut Builder;
        Builder::max_blocking_threads => fn(&mut Builder, usize) -> &mut Builder;
        Builder::thread_name => fn(&mut Builder, String) -> &mut Builder;
        Builder::thread_keep_alive => fn(&mut Builder, Duration) -> &mut Builder;
        Builder::start_paused => fn(&mut Builder, bool) -> &mut Builder;
        Builder::build => fn(&mut Builder) -> io::Result<Runtime>;
        Runtime::new => fn() -> io::Result<Runtime>;
        Runtime::handle => fn(&Runtime) -> &Handle;
        Runtime::spawn => fn(&Runtime, Job) -> JoinHandle<u8>;
        Runtime::spawn_blocking => fn(&Runtime, fn() -> u8) -> JoinHandle<u8>;
        Runtime::enter => fn(&Runtime) -> EnterGuard<'_>;
        Runtime::shutdown_background => fn(Runtime);
        Runtime::shutdown_timeout => fn(Runtime, Duration);
        Handle::current => fn() -> Handle;
        Handle::try_current => fn() -> Result<Handle, TryCurrentError>;
        Handle::clone => fn(&Handle) -> Handle;
        Handle::spawn => fn(&Handle, Job) -> JoinHandle<u8>;
        Handle::spawn_blocking => fn(&Handle, fn() -> u8) -> JoinHandle<u8>;
        Handle::enter => fn(&Handle) -> EnterGuard<'_>;
    }
    can_be_shared::<Runtime>();
    can_be_shared::<Handle>();
}
