//! What a process is besides its heap and its place in the code.

use std::sync::Arc;

use super::id::{Pid, Reference};
use super::mailbox::Mailbox;
use super::small_map::SmallMap;
use crate::code::Module;
use crate::ets::Table;
use crate::heap::OwnedTerm;
use crate::Atom;

/// How much code a process may have entered until it is seen what it has left.
const ENTERED: usize = 32;

/// Who runs first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// After eight turns of normal ones.
    Low,
    /// What a process is unless told otherwise.
    Normal,
    /// Before all normal and low ones.
    High,
    /// Before all others.
    Max,
}

impl Priority {
    /// The priority of this name.
    pub fn from_name(name: &str) -> Option<Priority> {
        match name {
            "low" => Some(Priority::Low),
            "normal" => Some(Priority::Normal),
            "high" => Some(Priority::High),
            "max" => Some(Priority::Max),
            _ => None,
        }
    }

    /// Its name as `process_flag` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Priority::Low => "low",
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Max => "max",
        }
    }
}

/// The time limit of the receive under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiveTimer {
    /// No receive with a limit is under way.
    Off,
    /// The receive ends at this time of the VM's clock, in milliseconds.
    Until(u64),
    /// The receive waits without end.
    Never,
    /// The time is up: the receive's `after` runs. The interpreter sets it back to `Off`.
    Expired,
}

/// What a monitor of this process watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A process.
    Process(Pid),
    /// The process that had the name when the monitor was made; there may have been none.
    Name(Atom, Option<Pid>),
    /// A port that was only ever written down: nobody is behind it.
    Unopened(crate::term::Port),
    /// The difference between system and monotonic time.
    TimeOffset,
}

/// When an alias stops being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasMode {
    /// When `unalias` says so.
    Explicit,
    /// When its monitor ends.
    Demonitor,
    /// When its monitor ends or a message has come over it, which ends the monitor too.
    ReplyDemonitor,
    /// When a message has come over it.
    Reply,
}

/// A monitor that this process has.
#[derive(Debug)]
pub struct Monitor {
    /// What it watches.
    pub target: Target,
    /// What stands in place of `:DOWN`, if anything does.
    pub tag: Option<Box<OwnedTerm>>,
}

/// Somebody who watches this process.
#[derive(Clone, Debug)]
pub enum Watcher {
    /// A process that is to get a `DOWN` signal.
    Process(Pid),
    /// A thread of the host that waits for the exit reason.
    Host(crossbeam_channel::Sender<OwnedTerm>),
}

/// Something that a native asked for and waits to hear of.
#[derive(Debug)]
pub struct Request {
    /// What the answer will name.
    pub reference: Reference,
    /// The answer, once it has come.
    pub reply: Option<OwnedTerm>,
}

/// `max_heap_size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapLimit {
    /// In words; 0 for none.
    pub words: usize,
    /// Whether a process beyond it is killed.
    pub kill: bool,
    /// Whether that is logged.
    pub log: bool,
}

impl Default for HeapLimit {
    fn default() -> Self {
        HeapLimit { words: 0, kill: true, log: true }
    }
}

/// A process that this one has suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspending {
    /// How many `resume_process` it takes.
    pub count: u32,
}

/// What few processes have.
#[derive(Debug, Default)]
pub struct Rare {
    /// The references that messages may be sent to.
    pub aliases: SmallMap<Reference, AliasMode>,
    /// What it uses is charged to.
    pub account: Option<std::sync::Arc<super::Account>>,
    /// Limit of the heap.
    pub heap_limit: HeapLimit,
    /// The processes it has suspended, with the counts.
    pub suspending: SmallMap<Pid, Suspending>,
    /// How often it is suspended.
    pub suspended: u32,
    /// The module that is called for undefined functions.
    pub error_handler: Option<Atom>,
    /// Code that it has entered in a way that the registry does not know of: it may have frames in it, and point to its
    /// literals.
    pub entered: Vec<Arc<Module>>,
    /// How many of these are too many: time to see which it has left.
    pub entered_limit: usize,
    /// Flags that are kept only to be given back.
    pub idle_flags: SmallMap<Atom, i64>,
    /// How many ETS tables it has made; with none, its exit need not look for them.
    pub tables: u32,
}

/// All of a process but heap, registers and code position.
#[derive(Debug)]
pub struct State {
    /// Its name.
    pub pid: Pid,
    /// The messages that have been fetched from the inbox.
    pub mailbox: Mailbox<OwnedTerm>,
    /// The limit of the receive under way.
    pub timer: ReceiveTimer,
    /// Whether exit signals become messages.
    pub trap_exit: bool,
    /// Whether the message queue is to lie outside the heap; kept only to be given back.
    pub off_heap_messages: bool,
    /// Who runs first.
    pub priority: Priority,
    /// Whether it has waited since it last ran: what others are told of it.
    pub waiting: bool,
    /// Module, function and arity it began with.
    pub initial_call: (Atom, Atom, u32),
    /// Where its input and output go.
    pub group_leader: Pid,
    /// Who spawned it; [`Pid::HOST`] for the host.
    pub parent: Pid,
    /// How many references it has made.
    pub references: u64,
    /// How much it has run in earlier slices.
    pub reductions: u64,
    /// Processes that die with it, and it with them.
    pub links: SmallMap<Pid, ()>,
    /// What it watches.
    pub monitors: SmallMap<Reference, Monitor>,
    /// Who watches it.
    pub watchers: SmallMap<Reference, Watcher>,
    /// What a native of it waits for.
    pub request: Option<Box<Request>>,
    /// The ETS table it has used last: often the next one too.
    pub last_table: Option<Arc<Table>>,
    /// What few processes have.
    pub rare: Option<Box<Rare>>,
}

impl State {
    /// The state of a process about to begin with this call.
    pub fn new(pid: Pid, parent: Pid, group_leader: Pid, initial_call: (Atom, Atom, u32)) -> State {
        State {
            pid,
            mailbox: Mailbox::default(),
            timer: ReceiveTimer::Off,
            trap_exit: false,
            off_heap_messages: false,
            priority: Priority::Normal,
            waiting: false,
            initial_call,
            group_leader,
            parent,
            references: 0,
            reductions: 0,
            links: SmallMap::default(),
            monitors: SmallMap::default(),
            watchers: SmallMap::default(),
            request: None,
            last_table: None,
            rare: None,
        }
    }

    /// A reference that nobody has had before. O(1), without shared state.
    pub fn make_reference(&mut self) -> Reference {
        self.references += 1;
        Reference { owner: self.pid, number: self.references }
    }

    /// The rarely used part, made when it is not there yet.
    pub fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// The mode of an alias that is still listened to.
    pub fn alias(&self, reference: Reference) -> Option<AliasMode> {
        self.rare.as_ref()?.aliases.get(reference).copied()
    }

    /// Stops listening to an alias; whether it was one.
    pub fn remove_alias(&mut self, reference: Reference) -> bool {
        self.rare.as_mut().is_some_and(|rare| rare.aliases.remove(reference).is_some())
    }

    /// Keeps code until it has left that.
    pub fn enter(&mut self, module: Arc<Module>) {
        let entered = &mut self.rare_mut().entered;
        if !entered.iter().rev().any(|other| Arc::ptr_eq(other, &module)) {
            entered.push(module);
        }
    }

    /// Whether it has entered so much code that it is time to see what it has left.
    pub fn has_entered_much(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.entered.len() > rare.entered_limit.max(ENTERED))
    }

    /// What it uses is charged to, if anything is.
    pub fn account(&self) -> Option<&std::sync::Arc<super::Account>> {
        self.rare.as_ref()?.account.as_ref()
    }

    /// Whether somebody has suspended it.
    pub fn is_suspended(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.suspended > 0)
    }

    /// The limit of its heap.
    pub fn heap_limit(&self) -> HeapLimit {
        self.rare.as_ref().map_or_else(HeapLimit::default, |rare| rare.heap_limit)
    }
}
