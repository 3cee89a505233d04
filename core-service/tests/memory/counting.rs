//! Counts the bytes that a program has in use.

#![expect(unsafe_code, reason = "what hands out memory has an unsafe interface")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The system's memory, counted.
#[derive(Debug)]
pub(crate) struct Counting {
    in_use: AtomicUsize,
    most: AtomicUsize,
}

impl Counting {
    pub(crate) const fn new() -> Self {
        Self { in_use: AtomicUsize::new(0), most: AtomicUsize::new(0) }
    }

    /// How many bytes are in use. From here on the most is counted.
    pub(crate) fn in_use_from_here(&self) -> usize {
        let in_use = self.in_use.load(Relaxed);
        self.most.store(in_use, Relaxed);
        in_use
    }

    /// The most there were in use at a time.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Relaxed)
    }

    fn took(&self, bytes: usize) {
        let in_use = self.in_use.fetch_add(bytes, Relaxed) + bytes;
        self.most.fetch_max(in_use, Relaxed);
    }

    fn gave(&self, bytes: usize) {
        self.in_use.fetch_sub(bytes, Relaxed);
    }
}

// SAFETY: everything is passed on to the system as it is; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of this function, which is the same.
        let memory = unsafe { System.alloc(layout) };
        if !memory.is_null() {
            self.took(layout.size());
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        unsafe { System.dealloc(memory, layout) };
        self.gave(layout.size());
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as in `alloc`.
        let moved = unsafe { System.realloc(memory, layout, size) };
        if !moved.is_null() {
            self.took(size);
            self.gave(layout.size());
        }
        moved
    }
}
