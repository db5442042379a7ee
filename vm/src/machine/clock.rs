//! The time of a VM: the host's, or one that the host moves by hand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use crate::host::Host;

/// Monotonic time in nanoseconds since the VM began, and the system's time.
pub struct Clock {
    host: Arc<dyn Host>,
    origin: u64,
    /// The time of a virtual clock; `None` for the host's.
    virtual_time: Option<AtomicU64>,
    /// System time when a virtual clock stood at 0: fixed, so that runs repeat.
    virtual_epoch: i64,
}

impl Clock {
    /// The host's clock.
    pub fn real(host: Arc<dyn Host>) -> Clock {
        let origin = host.monotonic();
        Clock { host, origin, virtual_time: None, virtual_epoch: 0 }
    }

    /// A clock that stands until it is moved; its system time begins with 2020-01-01.
    pub fn virtual_clock(host: Arc<dyn Host>) -> Clock {
        let virtual_epoch = 1_577_836_800 * 1_000_000_000;
        Clock { host, origin: 0, virtual_time: Some(AtomicU64::new(0)), virtual_epoch }
    }

    /// Nanoseconds since the VM began.
    pub fn nanoseconds(&self) -> u64 {
        match &self.virtual_time {
            Some(time) => time.load(Ordering::Relaxed),
            None => self.host.monotonic() - self.origin,
        }
    }

    /// Milliseconds since the VM began.
    pub fn milliseconds(&self) -> u64 {
        self.nanoseconds() / 1_000_000
    }

    /// Microseconds since the VM began: the unit of timers. With coarser ones, a wait of a millisecond that begins within one
    /// would take almost two.
    pub fn microseconds(&self) -> u64 {
        self.nanoseconds() / 1_000
    }

    /// Nanoseconds since 1970.
    pub fn system_nanoseconds(&self) -> i64 {
        match &self.virtual_time {
            Some(time) => self.virtual_epoch + time.load(Ordering::Relaxed) as i64,
            None => self.host.system_time(),
        }
    }

    /// Moves a virtual clock forward to this many microseconds; whether it is a virtual one.
    pub fn advance_to(&self, microseconds: u64) -> bool {
        match &self.virtual_time {
            Some(time) => {
                time.fetch_max(microseconds.saturating_mul(1_000), Ordering::Relaxed);
                true
            }
            None => false,
        }
    }
}
