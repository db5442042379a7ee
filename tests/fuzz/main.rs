//! Damaged and adversarial input: module files, their code, external terms, source text. Whatever it is, it is refused or it
//! works; nothing panics, hangs, or corrupts memory.
//!
//! The runs are short and always the same. For long ones, say how many rounds, from which seed, and where to keep the input
//! that is being tried, in case it takes the process down:
//!
//! ```text
//! BEAMLET_FUZZ_ROUNDS=1000000 BEAMLET_FUZZ_SEED=7 BEAMLET_FUZZ_KEEP=/tmp/input cargo test --release --test fuzz -- --test-threads 1
//! ```

mod bytes;
mod code;
mod random;
mod source;
mod terms;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use random::Random;

/// No single input may take longer.
const LIMIT: Duration = Duration::from_secs(30);

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Tries `rounds` inputs (or as many as the environment says), each with random numbers of its own; the same settings give the same
/// run. A watch ends the process when one takes too long.
fn rounds(what: &str, rounds: u64, mut attempt: impl FnMut(&mut Random, &dyn Fn(&[u8]))) {
    let first = setting("BEAMLET_FUZZ_SEED", 1) << 32;
    let rounds = setting("BEAMLET_FUZZ_ROUNDS", rounds);
    let keep = std::env::var_os("BEAMLET_FUZZ_KEEP");
    let (current, ended) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let watch = std::thread::spawn({
        let (current, ended, what) = (current.clone(), ended.clone(), what.to_owned());
        move || {
            let (mut seen, mut since) = (0, Instant::now());
            while !ended.load(Ordering::Relaxed) {
                std::thread::park_timeout(Duration::from_millis(200));
                let now = current.load(Ordering::Relaxed);
                if now != seen {
                    (seen, since) = (now, Instant::now());
                } else if since.elapsed() > LIMIT {
                    eprintln!("{what}: round {now} takes longer than {LIMIT:?}");
                    std::process::abort();
                }
            }
        }
    });
    for round in 0..rounds {
        current.store(round, Ordering::Relaxed);
        let mut random = Random::new(first + round);
        let keep = |input: &[u8]| {
            if let Some(file) = &keep {
                let _unkept = std::fs::write(file, input);
            }
        };
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| attempt(&mut random, &keep)));
        if tried.is_err() {
            panic!("{what}: round {round} of seed {} panics", first >> 32);
        }
    }
    ended.store(true, Ordering::Relaxed);
    watch.thread().unpark();
    watch.join().expect("the watch does not panic");
}
