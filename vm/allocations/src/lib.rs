//! Counts allocations, for tests.
//!
//! An allocator is unsafe code by nature, so it has a crate of its own, that no other crate of ours but
//! tests may use.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// An allocator that leaves all work to the system's and counts what the current thread asks for.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: policy_allocations::Counting = policy_allocations::Counting;
///
/// let before = policy_allocations::count();
/// drop(Box::new(7));
/// assert_eq!(policy_allocations::count() - before, 1);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

/// The most bytes that this thread held at once while it did some work, beyond what it held before.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: policy_allocations::Counting = policy_allocations::Counting;
///
/// let ((), peak) = policy_allocations::peak(|| drop(vec![0_u8; 1_000]));
/// assert_eq!(peak, 1_000);
/// ```
pub fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.with(Cell::get);
    PEAK.with(|peak| peak.set(before));
    let done = work();
    (done, PEAK.with(Cell::get).saturating_sub(before))
}

/// How many bytes this thread holds; what was freed for other threads counts against its own.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: policy_allocations::Counting = policy_allocations::Counting;
///
/// let before = policy_allocations::held();
/// let kept = vec![0_u8; 1_000];
/// assert_eq!(policy_allocations::held() - before, 1_000);
/// drop(kept);
/// ```
#[must_use]
pub fn held() -> usize {
    HELD.with(Cell::get)
}

fn moved(more: usize, less: usize) {
    let now = HELD.try_with(|held| {
        held.set((held.get() + more).saturating_sub(less));
        held.get()
    });
    if let Ok(now) = now {
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(now)));
    }
}

/// How often this thread has allocated, where [`Counting`] is the allocator.
#[must_use]
pub fn count() -> usize {
    COUNT.with(Cell::get)
}

fn one_more() {
    // A thread that is going down counts no more.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        one_more();
        moved(layout.size(), 0);
        // SAFETY: what the caller promises here, it promises there.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        moved(0, layout.size());
        // SAFETY: what the caller promises here, it promises there.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        one_more();
        moved(size, layout.size());
        // SAFETY: what the caller promises here, it promises there.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
