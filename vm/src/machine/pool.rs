//! The pool for work that blocks: files, programs, host functions marked blocking.
//!
//! Threads are made when work waits and none is free, up to a bound, and end when they have been idle for a while.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{unbounded, Receiver, Sender};
use parking_lot::Mutex;

/// A piece of work.
pub type Job = Box<dyn FnOnce() + Send>;

/// How long an idle thread stays.
const IDLE: Duration = Duration::from_secs(5);

/// Threads that may block.
pub struct Pool {
    sender: Mutex<Option<Sender<Job>>>,
    receiver: Receiver<Job>,
    idle: Arc<AtomicUsize>,
    alive: Arc<AtomicUsize>,
    limit: usize,
    handles: Mutex<Vec<JoinHandle<()>>>,
}

impl Pool {
    /// A pool of at most `limit` threads; with 0, work is done at once by whoever brings it.
    pub fn new(limit: usize) -> Pool {
        let (sender, receiver) = unbounded();
        Pool {
            sender: Mutex::new(Some(sender)),
            receiver,
            idle: Arc::default(),
            alive: Arc::default(),
            limit,
            handles: Mutex::default(),
        }
    }

    /// Has the work done. After [`Pool::stop`] it is dropped.
    pub fn submit(&self, job: Job) {
        if self.limit == 0 {
            job();
            return;
        }
        let sender = self.sender.lock();
        let Some(sender) = &*sender else { return };
        if sender.send(job).is_err() {
            return;
        }
        if self.idle.load(Ordering::Acquire) < self.receiver.len() && self.alive.load(Ordering::Acquire) < self.limit {
            self.start();
        }
    }

    fn start(&self) {
        self.alive.fetch_add(1, Ordering::AcqRel);
        let (receiver, idle, alive) = (self.receiver.clone(), self.idle.clone(), self.alive.clone());
        let work = move || {
            loop {
                idle.fetch_add(1, Ordering::AcqRel);
                let job = receiver.recv_timeout(IDLE);
                idle.fetch_sub(1, Ordering::AcqRel);
                let Ok(job) = job else { break };
                // A job that panics answers nobody; its process waits, and the thread goes on.
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
            alive.fetch_sub(1, Ordering::AcqRel);
        };
        let thread = std::thread::Builder::new().name("beamlet-blocking".to_owned()).spawn(work);
        match thread {
            Ok(handle) => {
                let mut handles = self.handles.lock();
                handles.retain(|handle| !handle.is_finished());
                handles.push(handle);
            }
            Err(_) => {
                // Without a thread of its own the work is done here, late but done.
                self.alive.fetch_sub(1, Ordering::AcqRel);
                if self.alive.load(Ordering::Acquire) == 0 {
                    if let Ok(job) = self.receiver.try_recv() {
                        job();
                    }
                }
            }
        }
    }

    /// Takes no more work. Threads that do nothing end at once; those at work are left to end by themselves, for they may be
    /// blocked for ever.
    pub fn stop(&self) {
        self.sender.lock().take();
        while self.receiver.try_recv().is_ok() {}
        let handles = std::mem::take(&mut *self.handles.lock());
        drop(handles);
    }
}
