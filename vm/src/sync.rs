//! The locks and atomics of the process table and the run queues.
//!
//! The feature `interleavings` takes them from shuttle, which then decides who runs when: see `scheduler/interleavings.rs`.

#[cfg(not(feature = "interleavings"))]
mod kind {
    pub(crate) use std::sync::atomic;

    pub(crate) use parking_lot::{Condvar, Mutex, MutexGuard};
}

#[cfg(feature = "interleavings")]
mod kind {
    use std::ops::{Deref, DerefMut};
    use std::time::Duration;

    pub(crate) use shuttle::sync::atomic;

    /// A lock as parking_lot has it: no poisoning, and a guard that a condition can be waited for with.
    #[derive(Debug, Default)]
    pub(crate) struct Mutex<T>(shuttle::sync::Mutex<T>);

    pub(crate) struct MutexGuard<'a, T>(Option<shuttle::sync::MutexGuard<'a, T>>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Mutex(shuttle::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            MutexGuard(Some(self.0.lock().expect("no test panics with a lock held")))
        }
    }

    impl<T> Deref for MutexGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.0.as_ref().expect("only a wait takes it")
        }
    }

    impl<T> DerefMut for MutexGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.0.as_mut().expect("only a wait takes it")
        }
    }

    #[derive(Debug, Default)]
    pub(crate) struct Condvar(shuttle::sync::Condvar);

    impl Condvar {
        pub(crate) fn notify_one(&self) {
            self.0.notify_one();
        }

        pub(crate) fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
            let taken = guard.0.take().expect("only a wait takes it");
            guard.0 = Some(self.0.wait(taken).expect("no test panics with a lock held"));
        }

        /// Waits without end: time does not pass in a test of interleavings.
        pub(crate) fn wait_for<T>(&self, guard: &mut MutexGuard<'_, T>, _time: Duration) {
            self.wait(guard);
        }
    }
}

pub(crate) use kind::*;
