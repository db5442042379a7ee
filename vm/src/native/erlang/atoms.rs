//! Atoms as text.

use crate::atom::{Atom, AtomError};
use crate::native::{Native, NativeResult, Raise};
use crate::term::Term;

crate::natives! {
    "erlang" => {
        "atom_to_binary"/1: atom_to_binary, pure;
        "atom_to_binary"/2: atom_to_binary, pure;
        "atom_to_list"/1: atom_to_list, pure;
        "binary_to_atom"/1: binary_to_atom, pure;
        "binary_to_atom"/2: binary_to_atom, pure;
        "binary_to_existing_atom"/1: binary_to_existing_atom, pure;
        "binary_to_existing_atom"/2: binary_to_existing_atom, pure;
        "list_to_atom"/1: list_to_atom, pure;
        "list_to_existing_atom"/1: list_to_existing_atom, pure;
    }
    "Elixir.Protocol" => {
        "__concat__"/2: protocol_target, pure;
    }
}

/// Whether an encoding option asks for Latin-1; without one it is UTF-8.
fn latin1<'h>(option: Option<&Term<'h>>) -> Result<bool, Raise<'h>> {
    match option.map(|option| option.as_atom().map(Atom::as_str)) {
        None | Some(Some("utf8" | "unicode")) => Ok(false),
        Some(Some("latin1")) => Ok(true),
        Some(_) => Err(Native::raise_badarg()),
    }
}

fn atom_to_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let text = args[0].as_atom().ok_or_else(Native::raise_badarg)?.as_str();
    let binary = if latin1(args.get(1))? {
        let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        cx.binary(&bytes.ok_or_else(Native::raise_badarg)?)
    } else {
        cx.binary(text.as_bytes())
    };
    Native::ok(binary)
}

fn atom_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let text = args[0].as_atom().ok_or_else(Native::raise_badarg)?.as_str();
    let list = cx.charlist(text);
    Native::ok(list)
}

/// The atom of a text: an existing one only, if `existing`.
fn atom<'h>(text: &str, existing: bool) -> NativeResult<'h> {
    if existing {
        return match Atom::existing(text) {
            Some(atom) => Native::ok_atom(atom),
            None => Native::badarg(),
        };
    }
    match Atom::try_new(text) {
        Ok(atom) => Native::ok_atom(atom),
        Err(AtomError::TooLong | AtomError::TableFull) => Native::system_limit(),
    }
}

fn from_binary<'h>(args: &[Term<'h>], existing: bool) -> NativeResult<'h> {
    let bytes = args[0].binary().ok_or_else(Native::raise_badarg)?;
    if latin1(args.get(1))? {
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        return atom(&text, existing);
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => atom(text, existing),
        Err(_) => Native::badarg(),
    }
}

fn binary_to_atom<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    from_binary(args, false)
}

fn binary_to_existing_atom<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    from_binary(args, true)
}

fn from_list<'h>(list: Term<'h>, existing: bool) -> NativeResult<'h> {
    let items = list.list_to_vec().ok_or_else(Native::raise_badarg)?;
    let character = |item: &Term<'h>| item.as_small().and_then(|c| u32::try_from(c).ok()).and_then(char::from_u32);
    let text: Option<String> = items.iter().map(character).collect();
    atom(&text.ok_or_else(Native::raise_badarg)?, existing)
}

fn list_to_atom<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    from_list(args[0], false)
}

fn list_to_existing_atom<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    from_list(args[0], true)
}

/// `Protocol.__concat__(Protocol, Type)`: the name of the module that implements a protocol for a type. Done for each call of a
/// protocol's function with a struct.
fn protocol_target<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(protocol), Some(name)) = (args[0].as_atom(), args[1].as_atom()) else { return Native::badarg() };
    let (protocol, name) = (protocol.as_str(), name.as_str());
    let parts = [protocol, ".", name.strip_prefix("Elixir.").unwrap_or(name)];
    // Most names fit here and need no memory of their own.
    let mut room = [0u8; 96];
    let mut length = 0;
    for part in parts {
        let Some(to) = room.get_mut(length..length + part.len()) else { return atom(&parts.concat(), false) };
        to.copy_from_slice(part.as_bytes());
        length += part.len();
    }
    match std::str::from_utf8(&room[..length]) {
        Ok(text) => atom(text, false),
        Err(_) => atom(&parts.concat(), false),
    }
}
