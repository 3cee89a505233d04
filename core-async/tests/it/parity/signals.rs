//! `core_async::sync`: tokio's own types on both platforms, so naming them is enough.

use core_async::sync::{
    AcquireError, Barrier, BarrierWaitResult, CancellationToken, DropGuard, DropGuardRef,
    MappedMutexGuard, Mutex, MutexGuard, Notify, OnceCell, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit,
    RwLock, RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard, Semaphore, SemaphorePermit,
    SetError, SetOnce, SetOnceError, TryAcquireError, TryLockError, WaitForCancellationFuture,
    WaitForCancellationFutureOwned, broadcast, futures as named, mpsc, oneshot, watch,
};

use super::can_be_shared;

/// Checks that types exist.
macro_rules! exist {
    ($($type:ty),* $(,)?) => {
        $(let _ = size_of::<$type>();)*
    };
}

#[core_async::test]
async fn types() {
    exist! {
        AcquireError, BarrierWaitResult, CancellationToken, DropGuard, DropGuardRef<'_>,
        MappedMutexGuard<'_, u8>, MutexGuard<'_, u8>, OwnedMappedMutexGuard<u8, u8>,
        OwnedMutexGuard<u8>, OwnedRwLockMappedWriteGuard<u8, u8>, OwnedRwLockReadGuard<u8>,
        OwnedRwLockWriteGuard<u8>, OwnedSemaphorePermit, RwLockMappedWriteGuard<'_, u8>,
        RwLockReadGuard<'_, u8>, RwLockWriteGuard<'_, u8>, SemaphorePermit<'_>, SetError<u8>,
        SetOnceError<u8>, TryAcquireError, TryLockError, WaitForCancellationFuture<'_>,
        WaitForCancellationFutureOwned, named::Notified<'_>, named::OwnedNotified,
        broadcast::Sender<u8>, broadcast::Receiver<u8>, broadcast::WeakSender<u8>,
        broadcast::error::RecvError, broadcast::error::SendError<u8>,
        broadcast::error::TryRecvError, mpsc::Sender<u8>, mpsc::Receiver<u8>,
        mpsc::WeakSender<u8>, mpsc::UnboundedSender<u8>, mpsc::UnboundedReceiver<u8>,
        mpsc::WeakUnboundedSender<u8>, mpsc::Permit<'_, u8>, mpsc::OwnedPermit<u8>,
        mpsc::PermitIterator<'_, u8>, mpsc::error::SendError<u8>, mpsc::error::TrySendError<u8>,
        mpsc::error::TryRecvError, mpsc::error::SendTimeoutError<u8>, oneshot::Sender<u8>,
        oneshot::Receiver<u8>, oneshot::error::RecvError, oneshot::error::TryRecvError,
        watch::Sender<u8>, watch::Receiver<u8>, watch::Ref<'_, u8>, watch::error::RecvError,
        watch::error::SendError<u8>,
    }
    can_be_shared::<Barrier>();
    can_be_shared::<Mutex<u8>>();
    can_be_shared::<Notify>();
    can_be_shared::<OnceCell<u8>>();
    can_be_shared::<RwLock<u8>>();
    can_be_shared::<Semaphore>();
    can_be_shared::<SetOnce<u8>>();
}
