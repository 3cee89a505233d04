//! Runtimes that a program names itself.

use core_async::runtime::{Builder, Handle, Runtime};
use core_async::task::{self, JoinSet};

use crate::support::SetOnDrop;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

#[core_async::test]
async fn runs_tasks_and_closures_from_outside() {
    let runtime = runtime();
    let name = runtime.handle().clone();
    assert_eq!(runtime.spawn(async { 1 }).await.unwrap(), 1);
    assert_eq!(name.spawn(async { 2 }).await.unwrap(), 2);
    assert_eq!(name.spawn_blocking(|| 3).await.unwrap(), 3);
    runtime.shutdown_background();
}

#[core_async::test]
async fn current_handle_spawns_beside_the_caller() {
    assert_eq!(Handle::current().spawn(async { 1 }).await.unwrap(), 1);
    assert_eq!(Handle::try_current().unwrap().spawn_blocking(|| 2).await.unwrap(), 2);
}

#[core_async::test]
async fn ending_a_runtime_ends_its_tasks_and_no_others() {
    let runtime = runtime();
    let (guard, is_gone) = SetOnDrop::new();
    let inside = runtime.spawn(async move {
        let _guard = guard;
        std::future::pending::<()>().await;
    });
    let outside = task::spawn(async { 1 });
    runtime.shutdown_background();
    assert!(inside.await.unwrap_err().is_cancelled());
    assert!(is_gone());
    assert_eq!(outside.await.unwrap(), 1);
}

#[core_async::test]
async fn task_on_a_runtime_that_is_gone_is_cancelled() {
    let runtime = runtime();
    let name = runtime.handle().clone();
    runtime.shutdown_background();
    assert!(name.spawn(async {}).await.unwrap_err().is_cancelled());
}

#[core_async::test]
async fn tasks_of_a_runtime_spawn_into_it() {
    let runtime = runtime();
    let children = runtime.spawn(async { [task::spawn(std::future::pending::<()>())] });
    let [child] = children.await.unwrap();
    runtime.shutdown_background();
    assert!(child.await.unwrap_err().is_cancelled());
}

#[core_async::test]
async fn entering_a_runtime_redirects_spawn_until_the_guard_is_gone() {
    let runtime = runtime();
    let entered = runtime.enter();
    let inside = task::spawn(std::future::pending::<()>());
    drop(entered);
    let outside = task::spawn(async { 1 });
    runtime.shutdown_background();
    assert!(inside.await.unwrap_err().is_cancelled());
    assert_eq!(outside.await.unwrap(), 1);
}

#[core_async::test]
async fn join_set_spawns_on_the_runtime_it_is_given() {
    let runtime = runtime();
    let mut set = JoinSet::new();
    set.spawn_on(async { 1 }, runtime.handle());
    set.spawn_blocking_on(|| 2, runtime.handle());
    set.spawn(async { 3 });
    let mut outputs = Vec::new();
    while let Some(output) = set.join_next().await {
        outputs.push(output.unwrap());
    }
    outputs.sort_unstable();
    assert_eq!(outputs, [1, 2, 3]);
    set.spawn_on(std::future::pending(), runtime.handle());
    runtime.shutdown_background();
    assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
}
