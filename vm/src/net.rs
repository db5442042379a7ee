//! Sockets: what waits for the network on behalf of processes.
//!
//! One thread of a VM waits for all its sockets; it is started with the first. A process that a socket has made wait is sent the
//! atom `beamlet_socket_ready` when trying again may help; it then asks anew, so a message too many does no harm.

use std::collections::HashMap;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use mio::event::Source;
use mio::net::{TcpListener, TcpStream, UdpSocket};
use mio::{Events, Interest, Poll, Registry, Token, Waker};
use parking_lot::Mutex;

use crate::heap::OwnedTerm;
use crate::machine::VmShared;
use crate::process::{send_message, Pid};
use crate::Atom;

/// The token of the thread's own wake-up call.
const WAKE: Token = Token(0);

/// Waits for sockets. Made with its VM, at work from the first socket on.
#[derive(Default)]
pub struct Reactor {
    running: Mutex<Option<Running>>,
}

struct Running {
    registry: Registry,
    waiting: Arc<Mutex<HashMap<usize, Pid>>>,
    next: usize,
    ended: Arc<AtomicBool>,
    waker: Waker,
}

impl Drop for Reactor {
    fn drop(&mut self) {
        if let Some(running) = self.running.get_mut() {
            running.ended.store(true, Ordering::Release);
            // A thread that cannot be woken ends with the host's process.
            let _ = running.waker.wake();
        }
    }
}

impl Reactor {
    fn with<T>(&self, vm: &Arc<VmShared>, work: impl FnOnce(&mut Running) -> io::Result<T>) -> io::Result<T> {
        let mut running = self.running.lock();
        match &mut *running {
            Some(running) => work(running),
            empty => work(empty.insert(start(Arc::downgrade(vm))?)),
        }
    }
}

fn start(vm: Weak<VmShared>) -> io::Result<Running> {
    let mut poll = Poll::new()?;
    let registry = poll.registry().try_clone()?;
    let waker = Waker::new(poll.registry(), WAKE)?;
    let waiting: Arc<Mutex<HashMap<usize, Pid>>> = Arc::default();
    let ended = Arc::new(AtomicBool::new(false));
    let (theirs, end) = (waiting.clone(), ended.clone());
    std::thread::Builder::new().name("beamlet-sockets".to_owned()).spawn(move || {
        let mut events = Events::with_capacity(256);
        let ready = OwnedTerm::atom(Atom::new("beamlet_socket_ready"));
        while !end.load(Ordering::Acquire) {
            match poll.poll(&mut events, None) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return,
                _ => {}
            }
            let mut pids: Vec<Pid> = {
                let waiting = theirs.lock();
                events.iter().filter_map(|event| waiting.get(&event.token().0).copied()).collect()
            };
            pids.dedup();
            let Some(vm) = vm.upgrade() else { return };
            for pid in pids {
                send_message(&vm, pid, ready.clone());
            }
        }
    })?;
    Ok(Running { registry, waiting, next: WAKE.0 + 1, ended, waker })
}

/// What kind of socket it is.
pub enum Kind {
    /// Accepts connections.
    Listener(TcpListener),
    /// A connection.
    Stream(TcpStream),
    /// Datagrams.
    Datagram(UdpSocket),
}

impl Kind {
    fn source(&mut self) -> &mut dyn Source {
        match self {
            Kind::Listener(listener) => listener,
            Kind::Stream(stream) => stream,
            Kind::Datagram(socket) => socket,
        }
    }
}

struct Open {
    kind: Kind,
    /// Its number with the reactor, once it has waited.
    token: Option<Token>,
}

/// A socket, open until it is closed or nobody holds it.
pub struct Socket {
    open: Mutex<Option<Open>>,
}

/// The error of a socket that has been closed.
fn closed() -> io::Error {
    io::Error::from(io::ErrorKind::NotConnected)
}

impl Socket {
    /// A new socket.
    pub fn new(kind: Kind) -> Socket {
        Socket { open: Mutex::new(Some(Open { kind, token: None })) }
    }

    /// Does something with the socket.
    ///
    /// # Errors
    /// What `work` gives, or that the socket is closed.
    pub fn with<T>(&self, work: impl FnOnce(&Kind) -> io::Result<T>) -> io::Result<T> {
        match &*self.open.lock() {
            Some(open) => work(&open.kind),
            None => Err(closed()),
        }
    }

    /// Has a process told when the socket can be read or written.
    ///
    /// # Errors
    /// What the host says.
    pub fn watch(&self, vm: &Arc<VmShared>, pid: Pid, read: bool, write: bool) -> io::Result<()> {
        let interest = match (read, write) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (false, true) => Interest::WRITABLE,
            _ => Interest::READABLE,
        };
        let mut open = self.open.lock();
        let Some(open) = &mut *open else { return Err(closed()) };
        vm.global::<Reactor>().with(vm, |running| match open.token {
            Some(token) => {
                running.waiting.lock().insert(token.0, pid);
                // Asking anew reports at once what is ready already.
                running.registry.reregister(open.kind.source(), token, interest)
            }
            None => {
                let token = Token(running.next);
                running.next += 1;
                running.waiting.lock().insert(token.0, pid);
                open.token = Some(token);
                running.registry.register(open.kind.source(), token, interest)
            }
        })
    }

    /// Closes it; whoever reads from it then learns that it is closed.
    pub fn close(&self, vm: &Arc<VmShared>) {
        let Some(mut open) = self.open.lock().take() else { return };
        if let Some(token) = open.token {
            let forgotten = vm.global::<Reactor>().with(vm, |running| {
                running.waiting.lock().remove(&token.0);
                running.registry.deregister(open.kind.source())
            });
            // Closing what is not registered any more needs no more.
            let _ = forgotten;
        }
    }

    /// Ends one or both directions of a connection.
    ///
    /// # Errors
    /// What the host says.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.with(|kind| match kind {
            Kind::Stream(stream) => stream.shutdown(how),
            _ => Err(closed()),
        })
    }

    /// Its own address.
    ///
    /// # Errors
    /// What the host says.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.with(|kind| match kind {
            Kind::Listener(listener) => listener.local_addr(),
            Kind::Stream(stream) => stream.local_addr(),
            Kind::Datagram(socket) => socket.local_addr(),
        })
    }

    /// The address of whom it is connected with.
    ///
    /// # Errors
    /// What the host says.
    pub fn peer_address(&self) -> io::Result<SocketAddr> {
        self.with(|kind| match kind {
            Kind::Listener(_) => Err(closed()),
            Kind::Stream(stream) => stream.peer_addr(),
            Kind::Datagram(socket) => socket.peer_addr(),
        })
    }
}
