//! What `process_info` tells.

use super::state::Target;
use super::Process;
use crate::atom::atoms;
use crate::heap::{Builder, OwnedTerm};
use crate::machine::VmShared;
use crate::term::{Map, Term};
use crate::Atom;

macro_rules! items {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// Something that `process_info` can be asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Item {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Item {
            /// The item of this name.
            pub fn from_name(name: &str) -> Option<Item> {
                match name {
                    $($name => Some(Item::$variant),)*
                    _ => None,
                }
            }

            /// Its name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Item::$variant => $name,)*
                }
            }
        }
    };
}

items! {
    RegisteredName "registered_name",
    CurrentFunction "current_function",
    CurrentLocation "current_location",
    CurrentStacktrace "current_stacktrace",
    InitialCall "initial_call",
    Status "status",
    MessageQueueLen "message_queue_len",
    Messages "messages",
    Links "links",
    Monitors "monitors",
    MonitoredBy "monitored_by",
    Dictionary "dictionary",
    TrapExit "trap_exit",
    ErrorHandler "error_handler",
    Priority "priority",
    GroupLeader "group_leader",
    TotalHeapSize "total_heap_size",
    HeapSize "heap_size",
    StackSize "stack_size",
    Memory "memory",
    Reductions "reductions",
    GarbageCollection "garbage_collection",
    GarbageCollectionInfo "garbage_collection_info",
    Suspending "suspending",
    MinHeapSize "min_heap_size",
    MinBinVheapSize "min_bin_vheap_size",
    MaxHeapSize "max_heap_size",
    MessageQueueData "message_queue_data",
    Binary "binary",
    CatchLevel "catchlevel",
    Backtrace "backtrace",
    LastCalls "last_calls",
    SequentialTraceToken "sequential_trace_token",
    Trace "trace",
    Parent "parent",
}

impl Item {
    /// What `process_info/1` tells, in its order.
    pub const ALL: &'static [Item] = &[
        Item::RegisteredName,
        Item::CurrentFunction,
        Item::InitialCall,
        Item::Status,
        Item::MessageQueueLen,
        Item::Links,
        Item::Dictionary,
        Item::TrapExit,
        Item::ErrorHandler,
        Item::Priority,
        Item::GroupLeader,
        Item::TotalHeapSize,
        Item::HeapSize,
        Item::StackSize,
        Item::Reductions,
        Item::GarbageCollection,
        Item::Suspending,
    ];
}

/// The answer to `process_info`: `{item, value}` when `single`, else a list of those.
///
/// A name that is not there is `[]` among others, left out with `everything`, and the whole answer when asked for alone.
pub fn info(
    vm: &VmShared,
    process: &Process,
    status: &str,
    items: &[Item],
    single: bool,
    everything: bool,
) -> OwnedTerm {
    let name = vm.table().name_of(process.state.pid);
    OwnedTerm::build(|b| {
        let unnamed = name.is_none();
        if let (true, [Item::RegisteredName]) = (single && unnamed, items) {
            return Term::nil();
        }
        let mut answers = Vec::with_capacity(items.len());
        for &item in items {
            if item == Item::RegisteredName && unnamed && everything {
                continue;
            }
            let value = answer(vm, b, process, name, status, item);
            answers.push(b.tuple(&[Term::atom(Atom::new(item.name())), value]));
        }
        match (single, answers.first()) {
            (true, Some(&answer)) => answer,
            _ => b.list(&answers),
        }
    })
}

fn integer<'h>(b: &mut Builder<'_, 'h>, value: usize) -> Term<'h> {
    b.integer(i64::try_from(value).unwrap_or(i64::MAX))
}

fn mfa<'h>(b: &mut Builder<'_, 'h>, (module, function, arity): (Atom, Atom, u32)) -> Term<'h> {
    let arity = b.integer(i64::from(arity));
    b.tuple(&[Term::atom(module), Term::atom(function), arity])
}

fn pair<'h>(b: &mut Builder<'_, 'h>, name: &str, value: Term<'h>) -> Term<'h> {
    b.tuple(&[Term::atom(Atom::new(name)), value])
}

/// `#{error_logger => _, include_shared_binaries => _, kill => _, size => _}`
pub fn heap_limit_term<'h>(b: &mut Builder<'_, 'h>, limit: super::HeapLimit) -> Term<'h> {
    let size = integer(b, limit.words);
    b.map_from_pairs(vec![
        (Term::atom(Atom::new("error_logger")), Term::bool(limit.log)),
        (Term::atom(Atom::new("kill")), Term::bool(limit.kill)),
        (Term::atom(Atom::new("size")), size),
    ])
}

fn answer<'h>(
    vm: &VmShared,
    b: &mut Builder<'_, 'h>,
    process: &Process,
    name: Option<Atom>,
    status: &str,
    item: Item,
) -> Term<'h> {
    let state = &process.state;
    let heap = &process.heap;
    match item {
        Item::RegisteredName => name.map_or(Term::nil(), Term::atom),
        Item::CurrentFunction => match crate::interp::current_function(vm, process) {
            Some(function) => mfa(b, function),
            None => mfa(b, state.initial_call),
        },
        Item::CurrentLocation => {
            let trace = crate::interp::current_stack(vm, process);
            let first = trace.term().as_cons().map(|(first, _)| OwnedTerm::new(first));
            match first {
                Some(first) => b.import(&first),
                None => mfa(b, state.initial_call),
            }
        }
        Item::CurrentStacktrace => {
            let trace = crate::interp::current_stack(vm, process);
            b.import(&trace)
        }
        Item::InitialCall => mfa(b, state.initial_call),
        Item::Status => Term::atom(Atom::new(if state.is_suspended() { "suspended" } else { status })),
        Item::MessageQueueLen => integer(b, state.mailbox.len()),
        Item::Messages => {
            let messages: Vec<Term<'h>> = state.mailbox.iter().map(|message| b.import(message)).collect();
            b.list(&messages)
        }
        Item::Links => {
            let links: Vec<Term<'h>> = state.links.iter().map(|(pid, ())| Term::pid(pid)).collect();
            b.list(&links)
        }
        Item::Monitors => {
            let mut monitors = Vec::new();
            for (_, monitor) in state.monitors.iter() {
                let (kind, object) = match monitor.target {
                    Target::Process(pid) => (if pid.is_port() { "port" } else { "process" }, Term::pid(pid)),
                    Target::Name(name, _) => {
                        ("process", b.tuple(&[Term::atom(name), Term::atom(super::build::node())]))
                    }
                    Target::Unopened(port) => ("port", Term::port(port)),
                    Target::TimeOffset => ("time_offset", Term::atom(Atom::new("clock_service"))),
                };
                monitors.push(pair(b, kind, object));
            }
            b.list(&monitors)
        }
        Item::MonitoredBy => {
            let watchers: Vec<Term<'h>> = state
                .watchers
                .iter()
                .filter_map(|(_, watcher)| match watcher {
                    super::Watcher::Process(pid) => Some(Term::pid(*pid)),
                    super::Watcher::Host(_) => None,
                })
                .collect();
            b.list(&watchers)
        }
        Item::Dictionary => {
            let mut pairs = Vec::new();
            for (key, value) in heap.dictionary().into_iter().flat_map(Map::iter) {
                let key = b.import_term(key);
                let value = b.import_term(value);
                pairs.push(b.tuple(&[key, value]));
            }
            b.list(&pairs)
        }
        Item::TrapExit => Term::bool(state.trap_exit),
        Item::ErrorHandler => {
            let handler = state.rare.as_ref().and_then(|rare| rare.error_handler);
            Term::atom(handler.unwrap_or_else(|| Atom::new("error_handler")))
        }
        Item::Priority => Term::atom(Atom::new(state.priority.name())),
        Item::GroupLeader => Term::pid(state.group_leader),
        Item::TotalHeapSize => integer(b, heap.total_words()),
        Item::HeapSize => integer(b, heap.block_words()),
        Item::StackSize => integer(b, heap.stack_words()),
        Item::Memory => integer(b, heap.total_words() * 8 + std::mem::size_of::<Process>()),
        Item::Reductions => integer(b, usize::try_from(state.reductions).unwrap_or(usize::MAX)),
        Item::GarbageCollection | Item::GarbageCollectionInfo => {
            let limit = heap_limit_term(b, state.heap_limit());
            let min = b.integer(233);
            let vheap = b.integer(46_422);
            let sweep = b.integer(65_535);
            let minor = b.integer(i64::from(heap.minor_collections()));
            let list = [
                pair(b, "max_heap_size", limit),
                pair(b, "min_bin_vheap_size", vheap),
                pair(b, "min_heap_size", min),
                pair(b, "fullsweep_after", sweep),
                pair(b, "minor_gcs", minor),
            ];
            b.list(&list)
        }
        Item::Suspending => {
            let mut list = Vec::new();
            if let Some(rare) = &state.rare {
                for (pid, suspending) in rare.suspending.iter() {
                    let count = b.integer(i64::from(suspending.count));
                    let zero = b.integer(0);
                    list.push(b.tuple(&[Term::pid(pid), count, zero]));
                }
            }
            b.list(&list)
        }
        Item::MinHeapSize => b.integer(233),
        Item::MinBinVheapSize => b.integer(46_422),
        Item::MaxHeapSize => heap_limit_term(b, state.heap_limit()),
        Item::MessageQueueData => Term::atom(Atom::new(if state.off_heap_messages { "off_heap" } else { "on_heap" })),
        Item::Binary | Item::SequentialTraceToken => Term::nil(),
        Item::CatchLevel | Item::Trace => b.integer(0),
        Item::Backtrace => {
            let trace = format!("{:?}", crate::interp::current_stack(vm, process));
            b.binary(trace.as_bytes())
        }
        Item::LastCalls => Term::atom(atoms::FALSE),
        Item::Parent => match state.parent {
            super::Pid::HOST => Term::atom(atoms::UNDEFINED),
            parent => Term::pid(parent),
        },
    }
}
