//! Natives of sockets: what `:gen_tcp` and `:gen_udp` are made of. None of them blocks: what cannot be done yet gives `wait`, and
//! `watch/3` has the process told when to try again. Failures are `{error, posix}`.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, ToSocketAddrs};

use mio::net::{TcpListener, TcpStream, UdpSocket};

use super::blocking::{self, collect_iodata, name, posix};
use crate::atom::atoms;
use crate::heap::{Builder, OwnedTerm, Resource};
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::net::{Kind as SocketKind, Socket};
use crate::term::Term;
use crate::Atom;

natives! {
    "beamlet_net" => {
        "listen" / 2 : listen, effect;
        "accept" / 1 : accept, effect;
        "connect" / 2 : connect, effect;
        "connected" / 1 : connected, effect;
        "read" / 2 : read, effect;
        "write" / 2 : write, effect;
        "datagram" / 2 : datagram, effect;
        "send_to" / 4 : send_to, effect;
        "receive_from" / 2 : receive_from, effect;
        "connect_datagram" / 3 : connect_datagram, effect;
        "watch" / 3 : watch, effect;
        "shutdown" / 2 : shutdown, effect;
        "close" / 1 : close, effect;
        "local" / 1 : local, effect;
        "peer" / 1 : peer, effect;
        "set" / 3 : set, effect;
        "resolve" / 2 : resolve, effect;
        "hostname" / 0 : hostname, effect;
    }
}

/// The most that one call reads.
const LARGEST_READ: usize = 1 << 20;

fn failure<'h>(cx: &mut Native<'_, 'h>, error: &io::Error) -> NativeResult<'h> {
    if error.kind() == ErrorKind::WouldBlock {
        return Native::ok_atom(Atom::new("wait"));
    }
    let reason = posix(error);
    let pair = cx.tuple(&[Term::atom(atoms::ERROR), Term::atom(reason)]);
    Native::ok(pair)
}

fn value<'h, T>(
    cx: &mut Native<'_, 'h>,
    result: io::Result<T>,
    make: impl FnOnce(&mut Native<'_, 'h>, T) -> Term<'h>,
) -> NativeResult<'h> {
    match result {
        Ok(value) => {
            let value = make(cx, value);
            let pair = cx.tuple(&[Term::atom(atoms::OK), value]);
            Native::ok(pair)
        }
        Err(error) => failure(cx, &error),
    }
}

fn done<'h>(cx: &mut Native<'_, 'h>, result: io::Result<()>) -> NativeResult<'h> {
    match result {
        Ok(()) => Native::ok_atom(atoms::OK),
        Err(error) => failure(cx, &error),
    }
}

/// Refuses what the host does not grant.
fn granted(cx: &Native<'_, '_>) -> io::Result<()> {
    match cx.vm().host().network() {
        true => Ok(()),
        false => Err(io::Error::from(ErrorKind::PermissionDenied)),
    }
}

fn socket<'h>(term: Term<'h>) -> Option<&'h Socket> {
    term.as_resource()?.downcast::<Socket>()
}

fn ip(term: Term<'_>) -> Option<IpAddr> {
    let parts = term.as_tuple()?;
    let number = |index: usize| parts[index].as_i64();
    match parts.len() {
        4 => {
            let mut octets = [0u8; 4];
            for (index, octet) in octets.iter_mut().enumerate() {
                *octet = u8::try_from(number(index)?).ok()?;
            }
            Some(IpAddr::V4(Ipv4Addr::from(octets)))
        }
        8 => {
            let mut groups = [0u16; 8];
            for (index, group) in groups.iter_mut().enumerate() {
                *group = u16::try_from(number(index)?).ok()?;
            }
            Some(IpAddr::V6(Ipv6Addr::from(groups)))
        }
        _ => None,
    }
}

fn address(host: Term<'_>, port: Term<'_>) -> Option<SocketAddr> {
    Some(SocketAddr::new(ip(host)?, u16::try_from(port.as_i64()?).ok()?))
}

fn ip_term<'h>(b: &mut Builder<'_, 'h>, ip: IpAddr) -> Term<'h> {
    let parts: Vec<Term<'h>> = match ip {
        IpAddr::V4(ip) => ip.octets().iter().map(|octet| b.integer(i64::from(*octet))).collect(),
        IpAddr::V6(ip) => ip.segments().iter().map(|group| b.integer(i64::from(*group))).collect(),
    };
    b.tuple(&parts)
}

fn address_term<'h>(cx: &mut Native<'_, 'h>, address: SocketAddr) -> Term<'h> {
    let ip = ip_term(cx, address.ip());
    let port = cx.integer(i64::from(address.port()));
    cx.tuple(&[ip, port])
}

fn resource<'h>(cx: &mut Native<'_, 'h>, kind: SocketKind) -> Term<'h> {
    cx.resource(Resource::new(Socket::new(kind)))
}

/// `listen(ip, port)`
fn listen<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let address = address(args[0], args[1]).ok_or_else(Native::raise_badarg)?;
    let listener = granted(cx).and_then(|()| TcpListener::bind(address));
    value(cx, listener, |cx, listener| resource(cx, SocketKind::Listener(listener)))
}

/// `accept(listener)`: `{ok, connection}`.
fn accept<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let listener = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let accepted = listener.with(|kind| match kind {
        SocketKind::Listener(listener) => listener.accept(),
        _ => Err(io::Error::from(ErrorKind::InvalidInput)),
    });
    value(cx, accepted, |cx, (stream, _)| resource(cx, SocketKind::Stream(stream)))
}

/// `connect(ip, port)`: a connection under way; `connected/1` tells how it went once it can be written.
fn connect<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let address = address(args[0], args[1]).ok_or_else(Native::raise_badarg)?;
    let stream = granted(cx).and_then(|()| TcpStream::connect(address));
    value(cx, stream, |cx, stream| resource(cx, SocketKind::Stream(stream)))
}

/// `connected(connection)`: `ok`, `wait`, or why not.
fn connected<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let stream = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let result = stream.with(|kind| match kind {
        SocketKind::Stream(stream) => {
            if let Some(error) = stream.take_error()? {
                return Err(error);
            }
            match stream.peer_addr() {
                Ok(_) => Ok(()),
                Err(error) if error.kind() == ErrorKind::NotConnected => Err(ErrorKind::WouldBlock.into()),
                Err(error) => Err(error),
            }
        }
        _ => Err(io::Error::from(ErrorKind::InvalidInput)),
    });
    done(cx, result)
}

fn size(term: Term<'_>) -> Option<usize> {
    term.as_usize().map(|size| size.clamp(1, LARGEST_READ))
}

/// `read(connection, at_most)`: `{ok, binary}`, which is empty at the end.
fn read<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let stream = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let mut buffer = vec![0; size(args[1]).ok_or_else(Native::raise_badarg)?];
    let count = stream.with(|kind| match kind {
        SocketKind::Stream(stream) => {
            let mut stream = stream;
            retry(|| stream.read(&mut buffer))
        }
        _ => Err(io::Error::from(ErrorKind::InvalidInput)),
    });
    cx.charge(64);
    value(cx, count, |cx, count| cx.binary(&buffer[..count]))
}

fn retry<T>(mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match work() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// `write(connection, binary)`: `{ok, bytes written}`.
fn write<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let stream = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let bytes = args[1].binary().ok_or_else(Native::raise_badarg)?;
    let count = stream.with(|kind| match kind {
        SocketKind::Stream(stream) => {
            let mut stream = stream;
            retry(|| stream.write(&bytes))
        }
        _ => Err(io::Error::from(ErrorKind::InvalidInput)),
    });
    cx.charge(64);
    value(cx, count, |cx, count| cx.size(count))
}

/// `datagram(ip, port)`
fn datagram<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let address = address(args[0], args[1]).ok_or_else(Native::raise_badarg)?;
    let socket = granted(cx).and_then(|()| UdpSocket::bind(address));
    value(cx, socket, |cx, socket| resource(cx, SocketKind::Datagram(socket)))
}

fn with_datagram<T>(socket: &Socket, work: impl FnOnce(&UdpSocket) -> io::Result<T>) -> io::Result<T> {
    socket.with(|kind| match kind {
        SocketKind::Datagram(socket) => work(socket),
        _ => Err(io::Error::from(ErrorKind::InvalidInput)),
    })
}

/// `send_to(socket, ip, port, iodata)`; with `connected` in place of the address, to whom the socket is connected with.
fn send_to<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let to = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let mut bytes = Vec::new();
    collect_iodata(args[3], &mut bytes).ok_or_else(Native::raise_badarg)?;
    let sent = match args[1].as_atom() {
        Some(_) => with_datagram(to, |socket| socket.send(&bytes)),
        None => {
            let address = address(args[1], args[2]).ok_or_else(Native::raise_badarg)?;
            with_datagram(to, |socket| socket.send_to(&bytes, address))
        }
    };
    done(cx, sent.map(|_| ()))
}

/// `receive_from(socket, at_most)`: `{ok, {{ip, port}, binary}}`.
fn receive_from<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let from = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let mut buffer = vec![0; size(args[1]).ok_or_else(Native::raise_badarg)?];
    let received = with_datagram(from, |socket| socket.recv_from(&mut buffer));
    value(cx, received, |cx, (count, address)| {
        let address = address_term(cx, address);
        let bytes = cx.binary(&buffer[..count]);
        cx.tuple(&[address, bytes])
    })
}

/// `connect_datagram(socket, ip, port)`
fn connect_datagram<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let from = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let address = address(args[1], args[2]).ok_or_else(Native::raise_badarg)?;
    let result = with_datagram(from, |socket| socket.connect(address));
    done(cx, result)
}

/// `watch(socket, read?, write?)`: the caller is sent `beamlet_socket_ready` when it may try again.
fn watch<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let watched = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let (Some(read), Some(write)) = (args[1].as_bool(), args[2].as_bool()) else { return Native::badarg() };
    let own = cx.state().pid;
    let result = watched.watch(cx.vm(), own, read, write);
    done(cx, result)
}

/// `shutdown(connection, read | write | read_write)`
fn shutdown<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let stream = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let how = match args[1].as_atom().map(Atom::as_str) {
        Some("read") => Shutdown::Read,
        Some("write") => Shutdown::Write,
        Some("read_write") => Shutdown::Both,
        _ => return Native::badarg(),
    };
    let result = stream.shutdown(how);
    done(cx, result)
}

fn close<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let closing = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    closing.close(cx.vm());
    Native::ok_atom(atoms::OK)
}

fn local<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let address = socket(args[0]).ok_or_else(Native::raise_badarg)?.local_address();
    value(cx, address, address_term)
}

fn peer<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let address = socket(args[0]).ok_or_else(Native::raise_badarg)?.peer_address();
    value(cx, address, address_term)
}

/// `set(socket, option, value)`: `nodelay`, `ttl`, `broadcast`; `ok` too for an option that the kind of socket does not have.
fn set<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let socket = socket(args[0]).ok_or_else(Native::raise_badarg)?;
    let option = args[1].as_atom().ok_or_else(Native::raise_badarg)?;
    let flag = args[2].as_bool();
    let number = args[2].as_i64().and_then(|number| u32::try_from(number).ok());
    let result = socket.with(|kind| match (option.as_str(), kind, flag, number) {
        ("nodelay", SocketKind::Stream(stream), Some(flag), _) => stream.set_nodelay(flag),
        ("ttl", SocketKind::Stream(stream), _, Some(ttl)) => stream.set_ttl(ttl),
        ("ttl", SocketKind::Listener(listener), _, Some(ttl)) => listener.set_ttl(ttl),
        ("ttl", SocketKind::Datagram(socket), _, Some(ttl)) => socket.set_ttl(ttl),
        ("broadcast", SocketKind::Datagram(socket), Some(flag), _) => socket.set_broadcast(flag),
        _ => Ok(()),
    });
    done(cx, result)
}

/// `resolve(name, inet | inet6)`: `{ok, addresses}` of a host. Blocks a thread of the pool.
fn resolve<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let host = name(args[0]).ok_or_else(Native::raise_badarg)?;
    let six = args[1].as_atom().is_some_and(|family| family.as_str() == "inet6");
    if let Err(error) = granted(cx) {
        return failure(cx, &error);
    }
    blocking::run(cx, move |_| {
        let found = host.to_str().and_then(|host| (host, 0).to_socket_addrs().ok());
        let mut addresses: Vec<IpAddr> = Vec::new();
        for address in found.into_iter().flatten().map(|address| address.ip()) {
            if address.is_ipv6() == six && !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        OwnedTerm::build(|b| {
            if addresses.is_empty() {
                return b.tuple(&[Term::atom(atoms::ERROR), Term::atom(Atom::new("nxdomain"))]);
            }
            let addresses: Vec<Term<'_>> = addresses.iter().map(|ip| ip_term(b, *ip)).collect();
            let list = b.list(&addresses);
            b.tuple(&[Term::atom(atoms::OK), list])
        })
    })
}

/// `hostname()`: the name of this machine up to its first dot.
fn hostname<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_else(|_| "localhost".to_owned());
    let name = name.trim();
    let name = cx.charlist(name.split('.').next().unwrap_or(name));
    Native::ok(name)
}
