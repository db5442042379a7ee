//! Signals of the operating system: a thread of the host that waits for those somebody has asked for.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use signal_hook::consts::signal;
use signal_hook::iterator::{Handle, Signals};

use super::SignalAction;

type Notify = Arc<dyn Fn(&str) + Send + Sync>;
type Actions = Arc<Mutex<HashMap<i32, (&'static str, SignalAction, Notify)>>>;

/// The signals that programs may decide about, by the names that Erlang has for them.
const SIGNALS: &[(&str, i32)] = &[
    ("sighup", signal::SIGHUP),
    ("sigquit", signal::SIGQUIT),
    ("sigabrt", signal::SIGABRT),
    ("sigalrm", signal::SIGALRM),
    ("sigterm", signal::SIGTERM),
    ("sigusr1", signal::SIGUSR1),
    ("sigusr2", signal::SIGUSR2),
    ("sigchld", signal::SIGCHLD),
    ("sigtstp", signal::SIGTSTP),
];

/// What is done at which signal.
#[derive(Default)]
pub(super) struct SignalTable {
    actions: Actions,
    thread: Mutex<Option<Handle>>,
}

impl SignalTable {
    pub(super) fn set(&self, name: &str, action: SignalAction, notify: Notify) -> io::Result<()> {
        let Some(&(name, number)) = SIGNALS.iter().find(|(known, _)| *known == name) else {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        };
        let mut thread = self.thread.lock();
        if action == SignalAction::Default && thread.is_none() {
            return Ok(());
        }
        self.actions.lock().insert(number, (name, action, notify));
        match &*thread {
            Some(handle) => handle.add_signal(number),
            None => {
                let mut signals = Signals::new([number])?;
                *thread = Some(signals.handle());
                let actions = self.actions.clone();
                std::thread::Builder::new().name("beamlet-signals".to_owned()).spawn(move || {
                    for number in signals.forever() {
                        let found = actions.lock().get(&number).cloned();
                        match found {
                            Some((name, SignalAction::Handle, notify)) => notify(name),
                            Some((_, SignalAction::Ignore, _)) => {}
                            Some((_, SignalAction::Default, _)) | None => {
                                // What the operating system would have done ends this process, or is nothing.
                                let _ = signal_hook::low_level::emulate_default_handler(number);
                            }
                        }
                    }
                })?;
                Ok(())
            }
        }
    }
}

impl Drop for SignalTable {
    fn drop(&mut self) {
        if let Some(handle) = self.thread.get_mut() {
            handle.close();
        }
    }
}
