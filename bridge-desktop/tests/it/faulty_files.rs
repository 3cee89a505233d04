//! Files that fail when told to: SQLite's own files with a shim between them and SQLite.
//!
//! Only databases with [`MARK`] in their path are affected, so that other tests go on undisturbed.

#![expect(unsafe_code, reason = "SQLite's file interface is one of C functions and pointers")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};

use libsqlite3_sys as ffi;

/// What the path of a database contains whose files can fail.
pub(crate) const MARK: &str = "faulty";

/// After how many more operations one fails; negative for never.
static LEFT: AtomicI64 = AtomicI64::new(-1);

/// With which SQLite result it fails.
static RESULT: AtomicI32 = AtomicI32::new(ffi::SQLITE_OK);

/// How many operations fail from then on.
static FAILURES: AtomicI64 = AtomicI64::new(0);

/// Lets the operation behind the next `after` ones fail with `result`, and those behind it if it
/// is `sticky`.
pub(crate) fn fail(after: i64, result: c_int, sticky: bool) {
    install();
    RESULT.store(result, Ordering::SeqCst);
    FAILURES.store(if sticky { i64::MAX } else { 1 }, Ordering::SeqCst);
    LEFT.store(after, Ordering::SeqCst);
}

/// Lets everything succeed again; says whether anything has failed.
pub(crate) fn recover() -> bool {
    LEFT.swap(-1, Ordering::SeqCst) < 0
}

/// Whether this operation is one that fails.
fn fails() -> bool {
    let left = LEFT.load(Ordering::SeqCst);
    if left == i64::MIN {
        // It has begun to fail: as often as was asked.
        return FAILURES.fetch_sub(1, Ordering::SeqCst) > 0;
    }
    if left < 0 {
        return false;
    }
    if left > 0 {
        LEFT.fetch_sub(1, Ordering::SeqCst);
        return false;
    }
    LEFT.store(i64::MIN, Ordering::SeqCst);
    FAILURES.fetch_sub(1, Ordering::SeqCst) > 0
}

fn result() -> c_int {
    RESULT.load(Ordering::SeqCst)
}

/// The system's file interface, as an address that threads may share.
static SYSTEM: OnceLock<usize> = OnceLock::new();

fn system() -> *mut ffi::sqlite3_vfs {
    *SYSTEM.get().expect("installed before any file is opened") as *mut ffi::sqlite3_vfs
}

/// What stands before the system's own part of an open file.
const HEAD: usize = size_of::<ffi::sqlite3_file>();

fn install() {
    SYSTEM.get_or_init(|| {
        // SAFETY: the system's interface lives as long as the process, and the copy is leaked. The
        // copy's other functions only use what is copied with them.
        unsafe {
            let system = ffi::sqlite3_vfs_find(ptr::null());
            let mut shim = *system;
            shim.zName = c"mpc-faulty".as_ptr();
            shim.szOsFile += c_int::try_from(HEAD).expect("a pointer is small");
            shim.pNext = ptr::null_mut();
            shim.xOpen = Some(open);
            let shim = Box::leak(Box::new(shim));
            assert_eq!(ffi::sqlite3_vfs_register(shim, 1), ffi::SQLITE_OK);
            system as usize
        }
    });
}

/// The system's part of a file.
unsafe fn inner(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: SQLite reserved as much behind the head as the system asks for.
    unsafe { file.cast::<u8>().add(HEAD).cast() }
}

unsafe extern "C" fn open(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: all pointers are SQLite's, valid for this call; a name may be null.
    unsafe {
        let system = system();
        let system_open = (*system).xOpen.expect("every interface opens files");
        let ours = !name.is_null() && CStr::from_ptr(name).to_string_lossy().contains(MARK);
        if !ours {
            return system_open(system, name, file, flags, out_flags);
        }
        (*file).pMethods = ptr::null();
        if fails() {
            return ffi::SQLITE_CANTOPEN;
        }
        let opened = system_open(system, name, inner(file), flags, out_flags);
        if opened == ffi::SQLITE_OK {
            (*file).pMethods = &raw const METHODS;
        }
        opened
    }
}

/// Defines functions that call the system's function of the same name, some of which can fail.
macro_rules! pass_on {
    ($($kind:ident $name:ident as $method:ident($($argument:ident: $type:ty),*) -> $out:ty;)*) => {
        $(
            unsafe extern "C" fn $name(
                file: *mut ffi::sqlite3_file,
                $($argument: $type),*
            ) -> $out {
                pass_on!(@$kind);
                // SAFETY: the arguments are SQLite's, meant for the system's part of the file.
                unsafe {
                    let file = inner(file);
                    let methods = &*(*file).pMethods;
                    let method = methods.$method.expect("the system has every function");
                    method(file, $($argument),*)
                }
            }
        )*
    };
    (@faulty) => {
        if fails() {
            return result();
        }
    };
    // Being told that this is read-only, SQLite goes on and reads what it was given.
    (@shared) => {
        if fails() {
            return ffi::SQLITE_IOERR_SHMMAP;
        }
    };
    (@sound) => {};
}

pass_on! {
    sound close as xClose() -> c_int;
    faulty read as xRead(to: *mut c_void, length: c_int, at: i64) -> c_int;
    faulty write as xWrite(from: *const c_void, length: c_int, at: i64) -> c_int;
    faulty truncate as xTruncate(length: i64) -> c_int;
    faulty sync as xSync(flags: c_int) -> c_int;
    sound file_size as xFileSize(size: *mut i64) -> c_int;
    sound lock as xLock(level: c_int) -> c_int;
    sound unlock as xUnlock(level: c_int) -> c_int;
    sound check_lock as xCheckReservedLock(out: *mut c_int) -> c_int;
    sound control as xFileControl(operation: c_int, argument: *mut c_void) -> c_int;
    sound sector_size as xSectorSize() -> c_int;
    sound characteristics as xDeviceCharacteristics() -> c_int;
    shared shm_map as xShmMap(
        page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void
    ) -> c_int;
    sound shm_lock as xShmLock(offset: c_int, count: c_int, flags: c_int) -> c_int;
    sound shm_barrier as xShmBarrier() -> ();
    sound shm_unmap as xShmUnmap(delete: c_int) -> c_int;
    sound fetch as xFetch(at: i64, length: c_int, out: *mut *mut c_void) -> c_int;
    sound unfetch as xUnfetch(at: i64, page: *mut c_void) -> c_int;
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_lock),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};
