//! Limits that the command line sets to a program, and what is said when it meets one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

use beamlet_vm::machine::{VmShared, OUT_OF_REDUCTIONS};
use crossbeam_channel::RecvTimeoutError;

use super::arguments::Arguments;

/// The status of a program that wanted more memory than it may have.
const OUT_OF_MEMORY: i32 = 123;

/// The status of a program that ran longer than it may.
const OUT_OF_TIME: i32 = 124;

/// The limits of a run.
pub struct Limits {
    vm: Arc<VmShared>,
    late: Arc<AtomicBool>,
    reductions: Option<u64>,
    memory: Option<usize>,
    seconds: Option<f64>,
}

/// Watches the time from now on. Reductions and memory are counted where they are used.
pub fn watch(vm: &Arc<VmShared>, arguments: &Arguments) -> Limits {
    let late = Arc::new(AtomicBool::new(false));
    if let Some(seconds) = arguments.timeout {
        let (vm, late, halted) = (vm.clone(), late.clone(), vm.on_halt().clone());
        std::thread::spawn(move || {
            // Too far away to be told from never, a moment is not awaited.
            let Ok(wait) = Duration::try_from_secs_f64(seconds) else { return };
            if let Err(RecvTimeoutError::Timeout) = halted.recv_timeout(wait) {
                late.store(true, Ordering::SeqCst);
                vm.halt(OUT_OF_TIME);
            }
        });
    }
    Limits {
        vm: vm.clone(),
        late,
        reductions: arguments.max_reductions,
        memory: arguments.max_memory,
        seconds: arguments.timeout,
    }
}

/// Says that the limit leaves no room for a VM to begin, and gives the status to end with.
pub fn out_of_memory(arguments: &Arguments) -> i32 {
    let limit = arguments.max_memory.unwrap_or(0);
    eprintln!("beamlet: nothing can begin within {limit} bytes (--max-memory)");
    OUT_OF_MEMORY
}

impl Limits {
    /// The status to end with, after saying which limit was met, if one was.
    pub fn explain(&self, status: i32) -> i32 {
        match (self.reductions, self.memory, self.seconds) {
            (Some(limit), _, _) if status == OUT_OF_REDUCTIONS => {
                eprintln!("beamlet: the program was ended after {limit} reductions (--max-reductions)");
                status
            }
            (_, _, Some(limit)) if self.late.load(Ordering::SeqCst) => {
                eprintln!("beamlet: the program was ended after {limit} seconds (--timeout)");
                status
            }
            (_, Some(limit), _) if status != 0 && self.vm.budget().exceeded() => {
                eprintln!("beamlet: a process was ended because the program would have taken more than {limit} bytes (--max-memory)");
                OUT_OF_MEMORY
            }
            _ => status,
        }
    }
}
