//! SQLite with nothing around it: a connection and prepared statements, as C programs use them.

#![expect(unsafe_code, reason = "this is SQLite's C interface")]

use std::ffi::{CStr, CString};
use std::path::Path;
use std::ptr;

use libsqlite3_sys as ffi;

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection(*mut ffi::sqlite3);

impl Connection {
    pub(crate) fn open(path: &Path) -> Self {
        let path = CString::new(path.to_str().unwrap()).unwrap();
        let mut handle = ptr::null_mut();
        // SAFETY: the text ends in a null byte, and the handle is written before it is read.
        let result = unsafe { ffi::sqlite3_open(path.as_ptr(), &raw mut handle) };
        assert_eq!(result, ffi::SQLITE_OK);
        Self(handle)
    }

    pub(crate) fn execute(&self, sql: &str) {
        let sql = CString::new(sql).unwrap();
        // SAFETY: the connection is open, the text ends in a null byte.
        let result = unsafe {
            ffi::sqlite3_exec(self.0, sql.as_ptr(), None, ptr::null_mut(), ptr::null_mut())
        };
        assert_eq!(result, ffi::SQLITE_OK, "{sql:?}");
    }

    pub(crate) fn prepare(&self, sql: &str) -> Statement<'_> {
        let text = CString::new(sql).unwrap();
        let mut handle = ptr::null_mut();
        // SAFETY: as above; SQLite copies the text.
        let result = unsafe {
            let (text, out) = (text.as_ptr(), &raw mut handle);
            ffi::sqlite3_prepare_v2(self.0, text, -1, out, ptr::null_mut())
        };
        assert_eq!(result, ffi::SQLITE_OK, "{sql}");
        Statement { handle, _connection: self }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: statements borrow the connection, so none is left.
        unsafe { ffi::sqlite3_close(self.0) };
    }
}

/// A prepared statement.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    handle: *mut ffi::sqlite3_stmt,
    _connection: &'a Connection,
}

impl Statement<'_> {
    pub(crate) fn bind_text(&mut self, at: i32, text: &str) {
        let length = i32::try_from(text.len()).unwrap();
        // SAFETY: SQLite copies the bytes before it returns.
        let result = unsafe {
            let text = text.as_ptr().cast();
            ffi::sqlite3_bind_text(self.handle, at, text, length, ffi::SQLITE_TRANSIENT())
        };
        assert_eq!(result, ffi::SQLITE_OK);
    }

    pub(crate) fn bind_integer(&mut self, at: i32, number: i64) {
        // SAFETY: the statement is alive.
        let result = unsafe { ffi::sqlite3_bind_int64(self.handle, at, number) };
        assert_eq!(result, ffi::SQLITE_OK);
    }

    /// Whether there is another row.
    pub(crate) fn step(&mut self) -> bool {
        // SAFETY: the statement is alive.
        match unsafe { ffi::sqlite3_step(self.handle) } {
            ffi::SQLITE_ROW => true,
            ffi::SQLITE_DONE => {
                // SAFETY: as above; the next run begins anew.
                unsafe { ffi::sqlite3_reset(self.handle) };
                false
            }
            error => panic!("SQLite said {error}"),
        }
    }

    pub(crate) fn reset(&mut self) {
        // SAFETY: the statement is alive.
        unsafe { ffi::sqlite3_reset(self.handle) };
    }

    pub(crate) fn text(&self, column: i32) -> String {
        // SAFETY: the text is SQLite's until the next step, and ends in a null byte.
        unsafe {
            let text = ffi::sqlite3_column_text(self.handle, column);
            CStr::from_ptr(text.cast()).to_str().unwrap().to_owned()
        }
    }

    pub(crate) fn integer(&self, column: i32) -> i64 {
        // SAFETY: the statement is alive.
        unsafe { ffi::sqlite3_column_int64(self.handle, column) }
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: nobody else has the handle.
        unsafe { ffi::sqlite3_finalize(self.handle) };
    }
}
