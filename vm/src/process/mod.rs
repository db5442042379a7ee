//! Processes: their names, their mailboxes, their life cycle.

mod id;
mod mailbox;

pub use id::{Pid, Reference, MAX_SLOTS, SERIAL_BITS, SLOT_BITS};
pub use mailbox::Mailbox;
