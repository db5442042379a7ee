//! What lives outside heaps and is shared by reference count: the bytes of large binaries, and resources.
#![allow(unsafe_code, reason = "bytes grow in place while exactly one owner holds them")]

use std::alloc::{alloc, dealloc, realloc, Layout};
use std::any::Any;
use std::fmt;
use std::sync::atomic::{fence, AtomicPtr, AtomicUsize, Ordering};
use std::sync::Arc;

use super::outside::Payer;

/// The bytes of a large binary.
///
/// Bytes below `used` never change. Whoever holds the only reference may append; [`SharedBytes::try_append`]
/// checks that.
pub struct SharedBytes {
    bytes: AtomicPtr<u8>,
    capacity: AtomicUsize,
    used_bits: AtomicUsize,
    /// Who has paid for the capacity.
    payer: Payer,
}

/// Bytes of the buffers of all large binaries of the host process.
static IN_USE: AtomicUsize = AtomicUsize::new(0);

/// How many bytes the buffers of all large binaries of the host process take.
pub fn bytes_in_use() -> usize {
    IN_USE.load(Ordering::Relaxed)
}

impl SharedBytes {
    /// A copy of `bytes`.
    pub fn new(bytes: &[u8]) -> Arc<SharedBytes> {
        let shared = SharedBytes::with_capacity(bytes.len());
        // SAFETY: the buffer was just made with room for `bytes.len()` and nobody else has it.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), shared.bytes.load(Ordering::Relaxed), bytes.len());
        }
        shared.used_bits.store(bytes.len() * 8, Ordering::Relaxed);
        Arc::new(shared)
    }

    /// Takes the vector's bytes without copying them.
    pub fn from_vec(bytes: Vec<u8>) -> Arc<SharedBytes> {
        let mut bytes = std::mem::ManuallyDrop::new(bytes);
        Arc::new(SharedBytes {
            payer: SharedBytes::paid(bytes.capacity()),
            used_bits: AtomicUsize::new(bytes.len() * 8),
            capacity: AtomicUsize::new(bytes.capacity()),
            bytes: AtomicPtr::new(bytes.as_mut_ptr()),
        })
    }

    fn with_capacity(capacity: usize) -> SharedBytes {
        SharedBytes::over(Vec::with_capacity(capacity))
    }

    /// Empty bytes over a buffer.
    fn over(buffer: Vec<u8>) -> SharedBytes {
        let mut bytes = std::mem::ManuallyDrop::new(buffer);
        SharedBytes {
            payer: SharedBytes::paid(bytes.capacity()),
            capacity: AtomicUsize::new(bytes.capacity()),
            bytes: AtomicPtr::new(bytes.as_mut_ptr()),
            used_bits: AtomicUsize::new(0),
        }
    }

    /// Counts a buffer of this size, and has it paid for.
    fn paid(capacity: usize) -> Payer {
        IN_USE.fetch_add(capacity, Ordering::Relaxed);
        let payer = Payer::of_thread();
        payer.charge(capacity);
        payer
    }

    /// As [`SharedBytes::writable`]; `None` when there is no such memory.
    pub(crate) fn try_writable(capacity: usize) -> Option<Arc<SharedBytes>> {
        let mut buffer = Vec::new();
        buffer.try_reserve_exact(capacity).ok()?;
        Some(Arc::new(SharedBytes::over(buffer)))
    }

    /// Empty bytes with room for `capacity`, for a binary that is about to be appended to.
    pub fn writable(capacity: usize) -> Arc<SharedBytes> {
        Arc::new(SharedBytes::with_capacity(capacity))
    }

    /// The bytes written so far; bits of the last byte beyond the used ones are 0.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `used_bits` bytes are initialised, and the buffer moves only in `try_append`, which
        // demands the only reference and `&mut` of the heap that holds it, so no slice is out then.
        unsafe { std::slice::from_raw_parts(self.bytes.load(Ordering::Relaxed), self.used_bytes()) }
    }

    /// How many bytes are used, the last one perhaps partly.
    #[inline]
    pub fn used_bytes(&self) -> usize {
        self.used_bits.load(Ordering::Relaxed).div_ceil(8)
    }

    /// How many bytes the buffer holds.
    pub fn capacity(&self) -> usize {
        self.capacity.load(Ordering::Relaxed)
    }

    /// Extends bytes that end at `end_bits` by `more_bits` zero bits, in place when possible.
    ///
    /// `None` when somebody else holds the bytes too, or has appended after `end_bits` already.
    /// Amortised O(`more_bits`): the buffer doubles. Returns the address of the first byte.
    ///
    /// # Safety
    /// The heap that holds `this` is borrowed mutably by the caller, so that no slice of these bytes is alive.
    pub(crate) unsafe fn try_append(this: &Arc<SharedBytes>, end_bits: usize, more_bits: usize) -> Option<*mut u8> {
        if Arc::strong_count(this) != 1 || this.used_bits.load(Ordering::Relaxed) != end_bits {
            return None;
        }
        fence(Ordering::Acquire);
        let end = end_bits.checked_add(more_bits)?;
        let (old_bytes, new_bytes) = (end_bits.div_ceil(8), end.div_ceil(8));
        let capacity = this.capacity();
        if new_bytes > capacity {
            let grown = new_bytes.checked_mul(2)?.max(256);
            let old = this.bytes.load(Ordering::Relaxed);
            // SAFETY: the buffer came from the global allocator with `capacity` bytes (none when 0), and the
            // count of 1 together with the caller's promise means that nobody looks at it.
            let new = unsafe {
                if capacity == 0 {
                    alloc(Layout::array::<u8>(grown).ok()?)
                } else {
                    realloc(old, Layout::array::<u8>(capacity).ok()?, grown)
                }
            };
            if new.is_null() {
                return None;
            }
            this.bytes.store(new, Ordering::Relaxed);
            IN_USE.fetch_add(grown - capacity, Ordering::Relaxed);
            this.payer.charge(grown - capacity);
            this.capacity.store(grown, Ordering::Relaxed);
        }
        let start = this.bytes.load(Ordering::Relaxed);
        // SAFETY: `new_bytes` fit the capacity, ensured above.
        unsafe { std::ptr::write_bytes(start.add(old_bytes), 0, new_bytes - old_bytes) };
        this.used_bits.store(end, Ordering::Relaxed);
        Some(start)
    }
}

impl Drop for SharedBytes {
    fn drop(&mut self) {
        let capacity = *self.capacity.get_mut();
        if capacity > 0 {
            IN_USE.fetch_sub(capacity, Ordering::Relaxed);
            self.payer.refund(capacity);
            let layout = Layout::array::<u8>(capacity).expect("the buffer was allocated with this layout");
            // SAFETY: the buffer came from the global allocator with this capacity, and the last owner is going.
            unsafe { dealloc(*self.bytes.get_mut(), layout) };
        }
    }
}

impl fmt::Debug for SharedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedBytes({} bytes)", self.used_bytes())
    }
}

/// A host object that Erlang code can hold and pass about but not look into. Written as a reference.
pub struct Resource {
    /// Unique in the host process; makes the reference it is written as.
    pub id: u64,
    /// What it holds.
    pub value: Box<dyn Any + Send + Sync>,
}

impl Resource {
    /// Wraps `value` under a fresh number.
    pub fn new(value: impl Any + Send + Sync) -> Arc<Resource> {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        Arc::new(Resource { id: NEXT.fetch_add(1, Ordering::Relaxed) as u64, value: Box::new(value) })
    }

    /// The value, if it is of this type.
    pub fn downcast<T: Any>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sole_owner_appends_in_place() {
        let bytes = SharedBytes::new(b"abc");
        // SAFETY: no slice is alive.
        unsafe {
            assert!(SharedBytes::try_append(&bytes, 24, 16).is_some());
            assert_eq!(bytes.as_slice(), b"abc\0\0");
            assert!(SharedBytes::try_append(&bytes, 24, 8).is_none(), "somebody appended after these bytes already");
            let other = bytes.clone();
            assert!(SharedBytes::try_append(&bytes, 40, 8).is_none());
            assert_eq!(other.as_slice().len(), 5);
        }
    }
}
