//! Natives of `:ets`: tables as wholes. Their rows, the walks through them and what is told of them are in the rooms below.

pub mod change;
pub mod info;
pub mod rows;
pub mod select;
pub mod walk;

use std::sync::Arc;

use crate::atom::atoms;
use crate::ets::{Protection, Table, TableKind, TableOptions};
use crate::heap::OwnedTerm;
use crate::native::{Native, NativeResult, Raise};
use crate::natives;
use crate::term::Term;

natives! {
    "ets" => {
        "new" / 2 : new, effect;
        "delete" / 1 : delete, effect;
        "rename" / 2 : rename, effect;
        "give_away" / 3 : give_away, effect;
        "setopts" / 2 : set_options, effect;
        "safe_fixtable" / 2 : safe_fixtable, effect;
        "whereis" / 1 : whereis, effect;
        "all" / 0 : all, effect;
    }
}

/// What a native may do with a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    /// Only the owner.
    Own,
}

fn table<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>, access: Access) -> Result<Arc<Table>, Raise<'h>> {
    let table = match &cx.state().last_table {
        Some(table) if table.is_named_by(term) => table.clone(),
        _ => {
            let table = cx.vm().ets().find(term).ok_or_else(Native::raise_badarg)?;
            cx.state().last_table = Some(table.clone());
            table
        }
    };
    let pid = cx.state().pid;
    let may = match access {
        Access::Read => table.may_read(pid),
        Access::Write => table.may_write(pid),
        Access::Own => table.owner() == pid,
    };
    if may && !table.is_gone() {
        Ok(table)
    } else {
        Err(Native::raise_badarg())
    }
}

fn identity<'h>(cx: &mut Native<'_, 'h>, table: &Table) -> Term<'h> {
    if table.options.named {
        Term::atom(table.name())
    } else {
        cx.reference(table.id)
    }
}

fn true_atom<'h>() -> NativeResult<'h> {
    Native::ok_bool(true)
}

fn end_of_table<'h>() -> Term<'h> {
    Term::atom(atoms::END_OF_TABLE)
}

fn new<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let mut options = TableOptions {
        name,
        named: false,
        kind: TableKind::Set,
        protection: Protection::Protected,
        keypos: 1,
        heir: None,
        compressed: false,
        read_concurrency: false,
        write_concurrency: false,
    };
    for option in args[1].list_to_vec().ok_or_else(Native::raise_badarg)? {
        table_option(&mut options, option).ok_or_else(Native::raise_badarg)?;
    }
    let id = cx.state().make_reference();
    let owner = cx.state().pid;
    let table = cx.vm().ets().create(id, owner, options).ok_or_else(Native::raise_badarg)?;
    cx.state().rare_mut().tables += 1;
    let term = identity(cx, &table);
    Native::ok(term)
}

fn table_option(options: &mut TableOptions, option: Term<'_>) -> Option<()> {
    if let Some(name) = option.as_atom() {
        match name.as_str() {
            "set" => options.kind = TableKind::Set,
            "ordered_set" => options.kind = TableKind::OrderedSet,
            "bag" => options.kind = TableKind::Bag,
            "duplicate_bag" => options.kind = TableKind::DuplicateBag,
            "public" => options.protection = Protection::Public,
            "protected" => options.protection = Protection::Protected,
            "private" => options.protection = Protection::Private,
            "named_table" => options.named = true,
            "compressed" => options.compressed = true,
            _ => return None,
        }
        return Some(());
    }
    let parts = option.as_tuple()?;
    match (parts.first()?.as_atom()?.as_str(), parts) {
        ("keypos", [_, position]) => options.keypos = position.as_usize().filter(|&position| position > 0)?,
        ("heir", [_, none]) if none.as_atom()?.as_str() == "none" => options.heir = None,
        ("heir", [_, pid, data]) => options.heir = Some((pid.as_pid()?, OwnedTerm::new(*data))),
        ("read_concurrency", [_, flag]) => options.read_concurrency = flag.as_bool()?,
        ("write_concurrency", [_, flag]) => {
            options.write_concurrency =
                flag.as_bool().or_else(|| (flag.as_atom()?.as_str() == "auto").then_some(true))?;
        }
        ("decentralized_counters", [_, flag]) => {
            flag.as_bool()?;
        }
        _ => return None,
    }
    Some(())
}

fn delete<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    cx.charge(table.rows().read().len() / 16);
    if cx.vm().ets().delete(&table) {
        true_atom()
    } else {
        Native::badarg()
    }
}

fn rename<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let name = args[1].as_atom().ok_or_else(Native::raise_badarg)?;
    if !cx.vm().ets().rename(&table, name) {
        return Native::badarg();
    }
    let term = if table.options.named { Term::atom(name) } else { args[0] };
    Native::ok(term)
}

fn give_away<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Own)?;
    let to = args[1].as_pid().ok_or_else(Native::raise_badarg)?;
    let own = cx.state().pid;
    if to == own {
        return Native::badarg();
    }
    let vm = cx.vm().clone();
    if vm.ets().give_away(&vm, &table, own, to, &OwnedTerm::new(args[2])) {
        true_atom()
    } else {
        Native::badarg()
    }
}

fn set_options<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Own)?;
    let single = [args[1]];
    let options = args[1].list_to_vec().unwrap_or_else(|| single.to_vec());
    for option in options {
        match option.as_tuple() {
            Some(&[name, none]) if name.as_atom().is_some_and(|name| name.as_str() == "heir") => {
                none.as_atom().filter(|none| none.as_str() == "none").ok_or_else(Native::raise_badarg)?;
                table.set_heir(None);
            }
            Some(&[name, pid, data]) if name.as_atom().is_some_and(|name| name.as_str() == "heir") => {
                let pid = pid.as_pid().ok_or_else(Native::raise_badarg)?;
                table.set_heir(Some((pid, OwnedTerm::new(data))));
            }
            _ => return Native::badarg(),
        }
    }
    true_atom()
}

fn safe_fixtable<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    table.fix(args[1].as_bool().ok_or_else(Native::raise_badarg)?);
    true_atom()
}

fn whereis<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    match cx.vm().ets().named(name) {
        Some(table) => {
            let reference = cx.reference(table.id);
            Native::ok(reference)
        }
        None => Native::ok_atom(atoms::UNDEFINED),
    }
}

fn all<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let tables: Vec<Term<'h>> = cx.vm().ets().all().iter().map(|table| identity(cx, table)).collect();
    let list = cx.list(&tables);
    Native::ok(list)
}
