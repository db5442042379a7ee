//! Natives of code: `:code`, and what `:erlang` tells of modules.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::atom::atoms;
use crate::code::Module;
use crate::etf;
use crate::heap::{Builder, OwnedTerm};
use crate::host::FileKind;
use crate::machine::VmShared;
use crate::native::{Caller, Class, Exception, Native, NativeResult, Outcome};
use crate::natives;
use crate::process::{CodeCheck, InCode};
use crate::term::Term;
use crate::Atom;

natives! {
    "code" => {
        "ensure_loaded" / 1 : ensure_loaded, effect;
        "ensure_modules_loaded" / 1 : ensure_modules_loaded, effect;
        "load_file" / 1 : load_file, effect;
        "load_abs" / 1 : load_abs, effect;
        "load_binary" / 3 : load_binary, effect;
        "is_loaded" / 1 : is_loaded, effect;
        "which" / 1 : which, effect;
        "delete" / 1 : delete, effect;
        "purge" / 1 : purge, effect;
        "soft_purge" / 1 : soft_purge, effect;
        "all_loaded" / 0 : all_loaded, effect;
        "all_available" / 0 : all_available, effect;
        "get_object_code" / 1 : get_object_code, effect;
        "is_sticky" / 1 : is_sticky, effect;
        "get_mode" / 0 : get_mode, effect;
        "module_md5" / 1 : module_md5, effect;
        "get_path" / 0 : get_path, effect;
        "lib_dir" / 1 : lib_dir, effect;
        "lib_dir" / 2 : lib_subdirectory, effect;
        "priv_dir" / 1 : priv_dir, effect;
        "where_is_file" / 1 : where_is_file, effect;
        "add_path" / 1 : add_pathz, effect;
        "add_patha" / 1 : add_patha, effect;
        "add_pathz" / 1 : add_pathz, effect;
        "add_paths" / 1 : add_pathsz, effect;
        "add_pathsa" / 1 : add_pathsa, effect;
        "add_pathsz" / 1 : add_pathsz, effect;
        "del_path" / 1 : del_path, effect;
        "set_path" / 1 : set_path, effect;
        "root_dir" / 0 : root_directory, effect;
        "lib_dir" / 0 : library_directory, effect;
    }
    "erlang" => {
        "module_loaded" / 1 : module_loaded, effect;
        "loaded" / 0 : loaded, effect;
        "pre_loaded" / 0 : pre_loaded, effect;
        "get_module_info" / 1 : module_info, effect;
        "get_module_info" / 2 : module_info_item, effect;
        "function_exported" / 3 : function_exported, effect;
        "is_builtin" / 3 : is_builtin, effect;
        "check_old_code" / 1 : check_old_code, effect;
        "delete_module" / 1 : delete_module, effect;
        "purge_module" / 1 : purge_module, effect;
        "load_module" / 2 : load_module, effect;
    }
    "erlang" => {
        "module_info" / 0 : own_info::<0>, effect;
        "module_info" / 1 : own_info_item::<0>, effect;
    }
    "atomics" => {
        "module_info" / 0 : own_info::<1>, effect;
        "module_info" / 1 : own_info_item::<1>, effect;
    }
    "binary" => {
        "module_info" / 0 : own_info::<2>, effect;
        "module_info" / 1 : own_info_item::<2>, effect;
    }
    "code" => {
        "module_info" / 0 : own_info::<3>, effect;
        "module_info" / 1 : own_info_item::<3>, effect;
    }
    "counters" => {
        "module_info" / 0 : own_info::<4>, effect;
        "module_info" / 1 : own_info_item::<4>, effect;
    }
    "ets" => {
        "module_info" / 0 : own_info::<5>, effect;
        "module_info" / 1 : own_info_item::<5>, effect;
    }
    "init" => {
        "module_info" / 0 : own_info::<6>, effect;
        "module_info" / 1 : own_info_item::<6>, effect;
    }
    "math" => {
        "module_info" / 0 : own_info::<7>, effect;
        "module_info" / 1 : own_info_item::<7>, effect;
    }
    "os" => {
        "module_info" / 0 : own_info::<8>, effect;
        "module_info" / 1 : own_info_item::<8>, effect;
    }
    "persistent_term" => {
        "module_info" / 0 : own_info::<9>, effect;
        "module_info" / 1 : own_info_item::<9>, effect;
    }
    "re" => {
        "module_info" / 0 : own_info::<10>, effect;
        "module_info" / 1 : own_info_item::<10>, effect;
    }
    "unicode" => {
        "module_info" / 0 : own_info::<11>, effect;
        "module_info" / 1 : own_info_item::<11>, effect;
    }
    "beamlet_code" => {
        "ask_all" / 2 : ask_all, effect;
        "load_and_apply" / 3 : load_and_apply, effect;
        "loaded_from" / 2 : loaded_from, effect;
        "functions" / 1 : functions, effect;
        "chunk" / 2 : chunk, effect;
        "object_code" / 1 : object_code, effect;
        "bundled" / 1 : bundled, effect;
    }
}

/// Where modules were said to come from, and the bytes of those that were loaded from bytes.
#[derive(Default)]
struct Origins {
    files: Mutex<HashMap<Atom, OwnedTerm>>,
    objects: Mutex<HashMap<Atom, Arc<[u8]>>>,
}

fn atom<'h>(text: &str) -> Term<'h> {
    Term::atom(Atom::new(text))
}

fn error<'h>(cx: &mut Native<'_, 'h>, reason: &str) -> NativeResult<'h> {
    let error = cx.tuple(&[Term::atom(atoms::ERROR), atom(reason)]);
    Native::ok(error)
}

fn module_tuple<'h>(cx: &mut Native<'_, 'h>, name: Atom) -> NativeResult<'h> {
    let tuple = cx.tuple(&[Term::atom(atoms::MODULE), Term::atom(name)]);
    Native::ok(tuple)
}

fn name<'h>(term: Term<'h>) -> Result<Atom, crate::native::Raise<'h>> {
    term.as_atom().ok_or_else(Native::raise_badarg)
}

/// Whether a module consists of natives.
fn is_native(cx: &Native<'_, '_>, module: Atom) -> bool {
    !cx.vm().registry().natives_of(module).is_empty()
}

fn ensure_loaded<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    if cx.vm().registry().ensure_loaded(module).is_none() && !is_native(cx, module) {
        return error(cx, "nofile");
    }
    let Some((found, path)) = cx.vm().registry().take_pending(module) else { return module_tuple(cx, module) };
    work(cx, move |caller, vm| async move {
        let result = install(&caller, &vm, found, Some(path)).await?;
        Ok(loaded_answer(module, result))
    })
}

fn ensure_modules_loaded<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut missing = Vec::new();
    for module in args[0].list_to_vec().ok_or_else(Native::raise_badarg)? {
        let name = name(module)?;
        if cx.vm().registry().ensure_loaded(name).is_none() && !is_native(cx, name) {
            missing.push(cx.tuple(&[module, atom("nofile")]));
        }
    }
    if missing.is_empty() {
        return Native::ok_atom(atoms::OK);
    }
    let missing = cx.list(&missing);
    let error = cx.tuple(&[Term::atom(atoms::ERROR), missing]);
    Native::ok(error)
}

/// Runs work in the calling process that may call functions.
fn work<'h, F>(cx: &mut Native<'_, 'h>, work: impl FnOnce(Caller, Arc<VmShared>) -> F) -> NativeResult<'h>
where
    F: std::future::Future<Output = Result<OwnedTerm, Exception>> + Send + 'static,
{
    let caller = Caller::new();
    let future = Box::pin(work(caller.clone(), cx.vm().clone()));
    Ok(Outcome::Async { caller, future })
}

/// `{:module, name}`, or `{:error, reason}`.
fn loaded_answer(module: Atom, result: Result<(), &str>) -> OwnedTerm {
    OwnedTerm::build(|b| match result {
        Ok(()) => b.tuple(&[Term::atom(atoms::MODULE), Term::atom(module)]),
        Err(reason) => b.tuple(&[Term::atom(atoms::ERROR), atom(reason)]),
    })
}

/// The time in which a module's function to be run first runs, however that ends.
struct Starting {
    vm: Arc<VmShared>,
    module: Atom,
}

impl Starting {
    fn new(vm: &Arc<VmShared>, module: Atom) -> Starting {
        vm.registry().starting(module);
        Starting { vm: vm.clone(), module }
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        self.vm.registry().started(self.module);
    }
}

/// Runs the function that a module wants run when it is loaded; whether that went well. It is not installed, so nobody else
/// sees it yet.
async fn run_on_load(caller: &Caller, vm: &Arc<VmShared>, module: &Arc<Module>) -> bool {
    let Some(entry) = module.on_load else { return true };
    vm.registry().make_known(module);
    let Some(function) = module.functions.iter().find(|function| function.entry == entry) else { return false };
    // In OTP it runs in a process of its own, whose handler of undefined functions is the usual one. What a compilation has
    // put in its place would wait for the very module.
    let _starting = Starting::new(vm, module.name);
    let handler = [Term::atom(Atom::new("error_handler")); 2].map(OwnedTerm::new);
    let (erlang, flag) = (Atom::new("erlang"), Atom::new("process_flag"));
    let before = caller.call(erlang, flag, handler.clone().into()).await;
    let result = caller.call_in(module.clone(), function.name, Vec::new()).await;
    if let Ok(before) = before {
        let [name, _] = handler;
        let _ = caller.call(erlang, flag, vec![name, before]).await;
    }
    let problem = match &result {
        Ok(value) if value.term().is(atoms::OK) => return true,
        Ok(value) => value.clone(),
        Err(exception) if exception.class == Class::Error => OwnedTerm::build(|b| {
            let (reason, trace) = (b.import(&exception.reason), b.import(&exception.trace));
            b.tuple(&[reason, trace])
        }),
        Err(exception) => exception.reason.clone(),
    };
    let told = [
        OwnedTerm::build(|b| b.charlist("The on_load function for module ~s returned:~n~P~n")),
        OwnedTerm::build(|b| {
            let (problem, depth) = (b.import(&problem), b.integer(10));
            b.list(&[Term::atom(module.name), problem, depth])
        }),
    ];
    // Whatever becomes of the warning, the module is not loaded.
    let _ = caller.call(Atom::new("error_logger"), Atom::new("warning_msg"), told.into()).await;
    false
}

/// Installs a module, after purging what is old of it and running its function if it has one.
async fn install(
    caller: &Caller,
    vm: &Arc<VmShared>,
    module: Arc<Module>,
    path: Option<Option<PathBuf>>,
) -> Result<Result<(), &'static str>, Exception> {
    purge_old(caller, vm, module.name).await?;
    if !run_on_load(caller, vm, &module).await {
        return Ok(Err("on_load_failure"));
    }
    // That may have taken long.
    purge_old(caller, vm, module.name).await?;
    match path {
        Some(path) => vm.registry().install_found(&module, path),
        None => vm.registry().install(&module),
    }
    Ok(Ok(()))
}

/// Purges what is old of a module: whether a process was killed for that.
async fn purge_old(caller: &Caller, vm: &Arc<VmShared>, module: Atom) -> Result<bool, Exception> {
    let Some(old) = vm.registry().old(module) else { return Ok(false) };
    vm.registry().begin_purge(&old);
    let killed = ask(caller, module, "kill").await?;
    vm.registry().end_purge(&old);
    Ok(killed)
}

/// Asks all processes about the old version of a module: whether one was in it.
async fn ask(caller: &Caller, module: Atom, mode: &str) -> Result<bool, Exception> {
    let arguments = vec![OwnedTerm::atom(module), OwnedTerm::atom(Atom::new(mode))];
    let found = caller.call(Atom::new("beamlet_code"), Atom::new("ask_all"), arguments).await?;
    Ok(found.term().is(atoms::TRUE))
}

/// `ask_all(module, mode)`: whether a process is in the old version of the module, and what becomes of it then.
fn ask_all<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let in_code = match name(args[1])?.as_str() {
        "count" => InCode::Counts,
        "keep" => InCode::Keeps,
        "kill" => InCode::Dies,
        _ => return Native::badarg(),
    };
    let Some(old) = cx.vm().registry().old(name(args[0])?) else { return Native::ok_bool(false) };
    let pids = cx.vm().table().pids();
    cx.charge(pids.len());
    super::process::request(cx, super::process::give_reply, Vec::new(), |cx, from, reference| {
        CodeCheck::ask(cx.vm(), old, in_code, &pids, from, reference);
    })
}

/// `load_and_apply(module, function, args)`: what a call of a function comes to whose module was found and has a function to
/// be run first.
fn load_and_apply<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (module, function) = (name(args[0])?, name(args[1])?);
    let arguments: Vec<OwnedTerm> =
        args[2].list_to_vec().ok_or_else(Native::raise_badarg)?.into_iter().map(OwnedTerm::new).collect();
    work(cx, move |caller, vm| async move {
        if let Some((found, path)) = vm.registry().take_pending(module) {
            if install(&caller, &vm, found, Some(path)).await?.is_err() {
                return Err(Exception::error(atoms::UNDEF));
            }
        }
        caller.call(module, function, arguments).await
    })
}

fn load_file<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let Some(found) = cx.vm().registry().find(module) else { return error(cx, "nofile") };
    let Some((found, path)) = found else { return error(cx, "badfile") };
    work(cx, move |caller, vm| async move {
        let result = install(&caller, &vm, found, Some(path)).await?;
        if result.is_ok() {
            forget_origin(&vm, module);
        }
        Ok(loaded_answer(module, result))
    })
}

fn load_abs<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut path = super::blocking::name(args[0]).ok_or_else(Native::raise_badarg)?;
    path.push(".beam");
    let reading = super::blocking::path(args[0]).is_some();
    if !reading {
        return Native::badarg();
    }
    super::blocking::run(cx, move |vm| {
        let mode = crate::host::OpenMode { read: true, ..Default::default() };
        let bytes = vm.host().open(path.as_ref(), mode).and_then(|mut file| {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes)?;
            Ok(bytes)
        });
        let loaded = bytes.ok().and_then(|bytes| vm.registry().load(&bytes).ok());
        OwnedTerm::build(|b| match &loaded {
            Some(module) => b.tuple(&[Term::atom(atoms::MODULE), Term::atom(module.name)]),
            None => b.tuple(&[Term::atom(atoms::ERROR), atom("nofile")]),
        })
    })
}

/// Reads bytes that must hold this module.
fn prepare(vm: &VmShared, module: Atom, bytes: &[u8]) -> Option<Arc<Module>> {
    vm.registry().prepare(module, bytes).ok().filter(|found| found.name == module)
}

/// Notes where a module came from, and its bytes.
fn note_origin(vm: &VmShared, module: Atom, file: OwnedTerm, bytes: Arc<[u8]>) {
    let origins = vm.global::<Origins>();
    origins.files.lock().insert(module, file);
    origins.objects.lock().insert(module, bytes);
}

/// Forgets that.
fn forget_origin(vm: &VmShared, module: Atom) {
    let origins = vm.global::<Origins>();
    origins.files.lock().remove(&module);
    origins.objects.lock().remove(&module);
}

/// `loaded_from(module, file)`: a module that was compiled and loaded has since been written to this file.
fn loaded_from<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let file = OwnedTerm::new(args[1]);
    let origins = cx.vm().global::<Origins>();
    if let Some(known) = origins.files.lock().get_mut(&module) {
        *known = file;
    }
    Native::ok_bool(true)
}

fn load_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let bytes = args[2].binary().ok_or_else(Native::raise_badarg)?;
    let Some(found) = prepare(cx.vm(), module, &bytes) else { return error(cx, "badfile") };
    let (file, bytes): (OwnedTerm, Arc<[u8]>) = (OwnedTerm::new(args[1]), bytes.as_ref().into());
    if found.on_load.is_none() && !cx.vm().registry().has_old(module) {
        cx.vm().registry().install(&found);
        note_origin(cx.vm(), module, file, bytes);
        return module_tuple(cx, module);
    }
    work(cx, move |caller, vm| async move {
        let result = install(&caller, &vm, found, None).await?;
        if result.is_ok() {
            note_origin(&vm, module, file, bytes);
        }
        Ok(loaded_answer(module, result))
    })
}

fn load_module<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let bytes = args[1].binary().ok_or_else(Native::raise_badarg)?;
    let Some(found) = prepare(cx.vm(), module, &bytes) else { return error(cx, "badfile") };
    if found.on_load.is_some() {
        return error(cx, "on_load");
    }
    if cx.vm().registry().has_old(module) {
        return error(cx, "not_purged");
    }
    cx.vm().registry().install(&found);
    module_tuple(cx, module)
}

/// Where a module came from: what it was loaded with, or the atom for those that came with the VM.
fn origin<'h>(cx: &mut Native<'_, 'h>, module: Atom) -> Option<Term<'h>> {
    if cx.vm().registry().module(module).is_some() {
        let origins = cx.vm().global::<Origins>();
        let file = origins.files.lock().get(&module).cloned();
        return Some(match (file, cx.vm().registry().file_of(module)) {
            (Some(file), _) => cx.import(&file),
            (None, Some(path)) => path_term(cx, &path),
            (None, None) => match bundled_application(cx.vm(), module) {
                Some(application) => path_term(cx, &bundled_file(application, module)),
                None => Term::nil(),
            },
        });
    }
    is_native(cx, module).then(|| atom("preloaded"))
}

/// The application that a module of the bundled library belongs to; `None` for all other modules.
fn bundled_application(vm: &VmShared, module: Atom) -> Option<&'static str> {
    const KERNEL: [&str; 9] = ["application", "code", "error_logger", "file", "global", "inet", "logger", "os", "rpc"];
    const PARTS: [(&str, &str); 5] =
        [("Logger", "logger"), ("ExUnit", "ex_unit"), ("EEx", "eex"), ("Mix", "mix"), ("IEx", "iex")];
    let name = module.as_str();
    if !vm.global::<crate::code::Bundled>().names().contains(&name) {
        return None;
    }
    Some(match name.strip_prefix("Elixir.") {
        Some(name) => {
            let first = name.split('.').next().unwrap_or(name);
            PARTS.iter().find(|(part, _)| *part == first).map_or("elixir", |(_, application)| application)
        }
        None if KERNEL.contains(&name) => "kernel",
        None => "stdlib",
    })
}

/// Where the file of a bundled module would be.
fn bundled_file(application: &str, module: Atom) -> PathBuf {
    PathBuf::from("/lib").join(application).join("ebin").join(format!("{module}.beam"))
}

/// `bundled(module)`: the application of a module that came along, or `nil`.
fn bundled<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let application = bundled_application(cx.vm(), name(args[0])?);
    Native::ok_atom(application.map_or(atoms::NIL, Atom::new))
}

fn is_loaded<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    match origin(cx, module) {
        Some(file) => {
            let tuple = cx.tuple(&[Term::atom(atoms::FILE), file]);
            Native::ok(tuple)
        }
        None => Native::ok_bool(false),
    }
}

fn which<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    if cx.vm().registry().ensure_loaded(module).is_none() && !is_native(cx, module) {
        return Native::ok(atom("non_existing"));
    }
    let file = origin(cx, module).unwrap_or(atom("non_existing"));
    Native::ok(file)
}

fn delete<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let deleted = cx.vm().registry().delete(module);
    if deleted {
        forget_origin(cx.vm(), module);
    }
    // One that was there once is as good as deleted, unless it waits to be purged.
    let registry = cx.vm().registry();
    let gone = registry.module(module).is_none() && !registry.has_old(module) && registry.has_been_loaded(module);
    Native::ok_bool(deleted || gone)
}

fn delete_module<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    if cx.vm().registry().module(module).is_none() {
        // One that was there once is as good as deleted.
        let once = cx.vm().registry().has_been_loaded(module);
        return Native::ok_atom(if once { atoms::TRUE } else { atoms::UNDEFINED });
    }
    if !cx.vm().registry().delete(module) {
        return Native::badarg();
    }
    Native::ok_bool(true)
}

/// Kills the processes that are in the old version of a module, and forgets it: whether there were any.
fn purge<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    if !cx.vm().registry().has_old(module) {
        return Native::ok_bool(false);
    }
    work(cx, move |caller, vm| async move {
        let killed = purge_old(&caller, &vm, module).await?;
        Ok(OwnedTerm::atom(Atom::from_bool(killed)))
    })
}

/// `:erlang.purge_module/1`: as [`purge`], for a module that has an old version.
fn purge_module<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    if !cx.vm().registry().has_old(module) {
        return Native::badarg();
    }
    work(cx, move |caller, vm| async move {
        purge_old(&caller, &vm, module).await?;
        Ok(OwnedTerm::atom(atoms::TRUE))
    })
}

/// Forgets the old version of a module if no process is in it.
fn soft_purge<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let Some(old) = cx.vm().registry().old(module) else { return Native::ok_bool(true) };
    work(cx, move |caller, vm| async move {
        if ask(&caller, module, "count").await? {
            return Ok(OwnedTerm::atom(atoms::FALSE));
        }
        // A process that has come in by a fun meanwhile keeps the code.
        vm.registry().begin_purge(&old);
        ask(&caller, module, "keep").await?;
        vm.registry().end_purge(&old);
        Ok(OwnedTerm::atom(atoms::TRUE))
    })
}

fn all_loaded<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let mut list = Vec::new();
    for module in cx.vm().registry().modules() {
        let file = origin(cx, module.name).unwrap_or(Term::nil());
        list.push(cx.tuple(&[Term::atom(module.name), file]));
    }
    let list = cx.list(&list);
    Native::ok(list)
}

/// `{name, file, loaded}` of all modules that are loaded, come along, or lie in the code path.
fn all_available<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let loaded: std::collections::BTreeSet<String> =
        cx.vm().registry().modules().iter().map(|module| module.name.as_str().to_string()).collect();
    super::blocking::run(cx, move |vm| {
        let mut found: std::collections::BTreeMap<String, Option<PathBuf>> =
            loaded.iter().map(|name| (name.clone(), None)).collect();
        for name in vm.global::<crate::code::Bundled>().names() {
            found.insert(name.to_string(), None);
        }
        for directory in vm.code_path().directories() {
            for file in vm.host().list_directory(&directory).unwrap_or_default() {
                if let Some(name) = file.to_str().and_then(|file| file.strip_suffix(".beam")) {
                    found.insert(name.to_string(), Some(directory.join(&file)));
                }
            }
        }
        OwnedTerm::build(|b| {
            let mut entries = Vec::new();
            for (name, path) in &found {
                let title = characters(b, name);
                let file = match path {
                    Some(path) => characters(b, &path.to_string_lossy()),
                    None => Term::atom(Atom::new("preloaded")),
                };
                let is_loaded = Term::atom(if loaded.contains(name) { atoms::TRUE } else { atoms::FALSE });
                entries.push(b.tuple(&[title, file, is_loaded]));
            }
            b.list(&entries)
        })
    })
}

/// A text as a list of characters.
fn characters<'h>(b: &mut Builder<'_, 'h>, text: &str) -> Term<'h> {
    let characters: Vec<Term<'h>> = text.chars().map(|c| b.integer(i64::from(u32::from(c)))).collect();
    b.list(&characters)
}

fn loaded<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let names: Vec<Term<'h>> = cx.vm().registry().modules().iter().map(|module| Term::atom(module.name)).collect();
    let list = cx.list(&names);
    Native::ok(list)
}

fn pre_loaded<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let list = cx.list(&[Term::atom(atoms::ERLANG)]);
    Native::ok(list)
}

/// The bytes a module was loaded from.
fn bytes_of(cx: &Native<'_, '_>, module: Atom) -> Option<Arc<[u8]>> {
    let loaded = cx.vm().global::<Origins>().objects.lock().get(&module).cloned();
    loaded.or_else(|| {
        let source = cx.vm().registry().source()?;
        source(module).map(|file| Arc::from(file.whole()))
    })
}

fn get_object_code<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    // What is loaded may have been made in memory: the answer is what lies in the code path.
    let source = cx.vm().registry().source();
    let Some(file) = source.and_then(|source| source(module)) else { return Native::ok_atom(atoms::ERROR) };
    let path = match (&file.path, bundled_application(cx.vm(), module)) {
        (Some(path), _) => path_term(cx, path),
        (None, Some(application)) => path_term(cx, &bundled_file(application, module)),
        (None, None) => Term::nil(),
    };
    let bytes = cx.binary(&file.whole());
    let tuple = cx.tuple(&[args[0], bytes, path]);
    Native::ok(tuple)
}

fn object_code<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    match bytes_of(cx, module) {
        Some(bytes) => {
            let bytes = cx.binary(&bytes);
            Native::ok(bytes)
        }
        None => Native::ok_atom(atoms::NIL),
    }
}

fn is_sticky<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(false)
}

fn get_mode<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(atom("interactive"))
}

fn path_term<'h>(cx: &mut Native<'_, 'h>, path: &Path) -> Term<'h> {
    cx.charlist(&path.to_string_lossy())
}

fn get_path<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let directories = cx.vm().code_path().directories();
    let directories: Vec<Term<'h>> = directories.iter().map(|directory| path_term(cx, directory)).collect();
    let list = cx.list(&directories);
    Native::ok(list)
}

/// The directory of an application: the parent of an `ebin` in the code path, named after it with or without a version.
fn application_directory(vm: &VmShared, name: &str) -> Option<PathBuf> {
    let of_application = |directory: &PathBuf| {
        let parent = match directory.file_name()?.to_str()? {
            "ebin" => directory.parent()?,
            _ => directory.as_path(),
        };
        let found = parent.file_name()?.to_str()?;
        let versioned =
            |rest: &str| rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let same = found.strip_prefix(name).is_some_and(|rest| rest.is_empty() || versioned(rest));
        same.then(|| parent.to_owned())
    };
    vm.code_path().directories().iter().find_map(of_application).or_else(|| bundled_directory(name))
}

/// Where an application that comes along would be: programs make paths of it, though there is nothing there to read.
fn bundled_directory(name: &str) -> Option<PathBuf> {
    const BUNDLED: [&str; 14] = [
        "compiler", "crypto", "eex", "elixir", "erts", "ex_unit", "iex", "inets", "kernel", "logger", "mix", "sasl",
        "ssl", "stdlib",
    ];
    BUNDLED.contains(&name).then(|| PathBuf::from("/lib").join(name))
}

fn directory_of<'h>(cx: &mut Native<'_, 'h>, application: Term<'h>, below: Option<&str>) -> NativeResult<'h> {
    let application = super::blocking::name(application).ok_or_else(Native::raise_badarg)?;
    let found = application.to_str().and_then(|name| application_directory(cx.vm(), name));
    match found {
        Some(directory) => {
            let directory = below.map_or(directory.clone(), |below| directory.join(below));
            let path = path_term(cx, &directory);
            Native::ok(path)
        }
        None => error(cx, "bad_name"),
    }
}

fn lib_dir<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    directory_of(cx, args[0], None)
}

fn lib_subdirectory<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let below = name(args[1])?;
    directory_of(cx, args[0], Some(below.as_str()))
}

fn priv_dir<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    directory_of(cx, args[0], Some("priv"))
}

/// The first file of this name along the code path, or `:non_existing`.
fn where_is_file<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let file = super::blocking::path(args[0]).ok_or_else(Native::raise_badarg)?;
    let module = file.to_str().and_then(|file| file.strip_suffix(".beam")).map(Atom::new);
    let bundled = module.and_then(|module| Some(bundled_file(bundled_application(cx.vm(), module)?, module)));
    super::blocking::run(cx, move |vm| {
        let candidates = vm.code_path().directories().into_iter().map(|directory| directory.join(&file));
        let found = candidates.into_iter().find(|path| vm.host().stat(path, true).is_ok());
        match found {
            Some(path) => OwnedTerm::build(|b| {
                let characters: Vec<Term<'_>> =
                    path.to_string_lossy().chars().map(|c| b.integer(i64::from(u32::from(c)))).collect();
                b.list(&characters)
            }),
            None => match bundled {
                Some(path) => OwnedTerm::build(|b| characters(b, &path.to_string_lossy())),
                None => OwnedTerm::atom(Atom::new("non_existing")),
            },
        }
    })
}

/// Puts a directory into the code path, if it is one.
fn add_directory(vm: &VmShared, directory: PathBuf, front: bool) -> bool {
    let exists = vm.host().stat(&directory, true).is_ok_and(|stat| stat.kind == FileKind::Directory);
    match (exists, front) {
        (false, _) => {}
        (true, true) => vm.code_path().prepend(directory),
        (true, false) => vm.code_path().append(directory),
    }
    exists
}

fn add_one<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], front: bool) -> NativeResult<'h> {
    let Some(directory) = super::blocking::path(args[0]) else { return error(cx, "bad_directory") };
    super::blocking::run(cx, move |vm| {
        let added = add_directory(vm, directory.clone(), front);
        OwnedTerm::build(|b| match added {
            true => Term::bool(true),
            false => b.tuple(&[Term::atom(atoms::ERROR), atom("bad_directory")]),
        })
    })
}

fn add_patha<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    add_one(cx, args, true)
}

fn add_pathz<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    add_one(cx, args, false)
}

/// Directories that cannot be added are passed over, as OTP does.
fn add_all<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], front: bool) -> NativeResult<'h> {
    let names = args[0].list_to_vec().ok_or_else(Native::raise_badarg)?;
    let mut directories: Vec<PathBuf> = names.into_iter().filter_map(super::blocking::path).collect();
    if front {
        directories.reverse();
    }
    super::blocking::run(cx, move |vm| {
        for directory in &directories {
            add_directory(vm, directory.clone(), front);
        }
        OwnedTerm::build(|_| Term::atom(atoms::OK))
    })
}

fn add_pathsa<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    add_all(cx, args, true)
}

fn add_pathsz<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    add_all(cx, args, false)
}

fn del_path<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let removed = super::blocking::path(args[0]).is_some_and(|directory| cx.vm().code_path().remove(&directory));
    Native::ok_bool(removed)
}

/// All of the directories must exist; otherwise the path stays as it is.
fn set_path<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let names = args[0].list_to_vec().ok_or_else(Native::raise_badarg)?;
    let directories: Option<Vec<PathBuf>> = names.into_iter().map(super::blocking::path).collect();
    let Some(directories) = directories else { return error(cx, "bad_path") };
    super::blocking::run(cx, move |vm| {
        let known = vm.code_path().directories();
        let exist = directories.iter().all(|directory| {
            known.contains(directory)
                || vm.host().stat(directory, true).is_ok_and(|stat| stat.kind == FileKind::Directory)
        });
        if exist {
            vm.code_path().replace(directories.clone());
        }
        OwnedTerm::build(|b| match exist {
            true => Term::bool(true),
            false => b.tuple(&[Term::atom(atoms::ERROR), atom("bad_directory")]),
        })
    })
}

fn root_directory<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let root = cx.charlist("/");
    Native::ok(root)
}

fn library_directory<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let library = cx.charlist("/lib");
    Native::ok(library)
}

fn module_md5<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = args[0].binary().ok_or_else(Native::raise_badarg)?;
    match crate::code::file::read(&bytes) {
        Ok(file) => {
            let md5 = cx.binary(&file.md5);
            Native::ok(md5)
        }
        Err(_) => Native::ok_atom(atoms::UNDEFINED),
    }
}

fn module_loaded<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let loaded = cx.vm().registry().module(module).is_some() || module == atoms::ERLANG;
    Native::ok_bool(loaded)
}

fn function_exported<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (module, function) = (name(args[0])?, name(args[1])?);
    let arity = args[2].as_usize().ok_or_else(Native::raise_badarg)?;
    let exported = u32::try_from(arity).is_ok_and(|arity| cx.vm().registry().is_exported(module, function, arity));
    Native::ok_bool(exported)
}

fn is_builtin<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (module, function) = (name(args[0])?, name(args[1])?);
    let arity = args[2].as_usize().ok_or_else(Native::raise_badarg)?;
    let native = u32::try_from(arity).is_ok_and(|arity| cx.vm().registry().native(module, function, arity).is_some());
    Native::ok_bool(native)
}

fn check_old_code<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let old = cx.vm().registry().has_old(module);
    Native::ok_bool(old)
}

/// `[{name, arity}]`
fn name_list<'h>(cx: &mut Native<'_, 'h>, names: impl Iterator<Item = (Atom, u32)>) -> Term<'h> {
    let mut list = Vec::new();
    for (name, arity) in names {
        let arity = cx.integer(i64::from(arity));
        list.push(cx.tuple(&[Term::atom(name), arity]));
    }
    cx.list(&list)
}

/// A term of a module file's chunk, `[]` when the chunk is absent.
fn chunk_term<'h>(cx: &mut Native<'_, 'h>, bytes: &[u8]) -> Term<'h> {
    if bytes.is_empty() {
        return Term::nil();
    }
    etf::decode(cx, bytes).unwrap_or(Term::nil())
}

fn info_item<'h>(cx: &mut Native<'_, 'h>, name: Atom, module: Option<&Module>, item: &str) -> Option<Term<'h>> {
    Some(match (item, module) {
        ("module", _) => Term::atom(name),
        ("exports", Some(module)) => {
            let natives = cx.vm().registry().natives_of(name);
            let others = natives.into_iter().filter(|(name, arity)| !module.exports(*name, *arity));
            name_list(cx, module.exported().chain(others))
        }
        ("exports", None) => {
            let natives = cx.vm().registry().natives_of(name);
            name_list(cx, natives.into_iter())
        }
        ("functions", Some(module)) => {
            let functions: Vec<(Atom, u32)> = module.functions.iter().map(|f| (f.name, f.arity)).collect();
            name_list(cx, functions.into_iter())
        }
        ("attributes", Some(module)) => chunk_term(cx, &module.file.attributes),
        ("compile", Some(module)) => chunk_term(cx, &module.file.compile_info),
        ("md5", Some(module)) => cx.binary(&module.file.md5),
        ("native" | "has_native", _) => Term::bool(false),
        ("attributes" | "compile" | "functions", None) => Term::nil(),
        ("md5", None) => cx.binary(&[0; 16]),
        _ => return None,
    })
}

fn described<'h>(cx: &Native<'_, 'h>, term: Term<'h>) -> Result<(Atom, Option<Arc<Module>>), crate::native::Raise<'h>> {
    let name = name(term)?;
    match cx.vm().registry().ensure_loaded(name) {
        Some(module) => Ok((name, Some(module))),
        None if is_native(cx, name) => Ok((name, None)),
        None => Err(Native::raise_badarg()),
    }
}

fn module_info<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (name, module) = described(cx, args[0])?;
    let mut items = Vec::new();
    for item in ["module", "exports", "attributes", "compile", "md5"] {
        if let Some(value) = info_item(cx, name, module.as_deref(), item) {
            items.push(cx.tuple(&[atom(item), value]));
        }
    }
    let list = cx.list(&items);
    Native::ok(list)
}

/// The modules that are natives only: they have no code of their own to tell what they export.
const NATIVE_ONLY: [&str; 12] = [
    "erlang",
    "atomics",
    "binary",
    "code",
    "counters",
    "ets",
    "init",
    "math",
    "os",
    "persistent_term",
    "re",
    "unicode",
];

fn own_info<'h, const MODULE: usize>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    module_info(cx, &[atom(NATIVE_ONLY[MODULE])])
}

fn own_info_item<'h, const MODULE: usize>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    module_info_item(cx, &[atom(NATIVE_ONLY[MODULE]), args[0]])
}

fn module_info_item<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (module_name, module) = described(cx, args[0])?;
    let item = name(args[1])?;
    match info_item(cx, module_name, module.as_deref(), item.as_str()) {
        Some(value) => Native::ok(value),
        None => Native::badarg(),
    }
}

/// All functions of a loaded module, private ones too.
fn functions<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (module_name, module) = described(cx, args[0])?;
    let list = info_item(cx, module_name, module.as_deref(), "functions").unwrap_or(Term::nil());
    Native::ok(list)
}

/// `chunk(module, "Docs")`: the bytes of a chunk of the module's file, or `nil`.
fn chunk<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = name(args[0])?;
    let chunk = args[1].binary().ok_or_else(Native::raise_badarg)?;
    let chunk: [u8; 4] = chunk.as_ref().try_into().map_err(|_| Native::raise_badarg())?;
    let found = cx.vm().registry().ensure_loaded(module);
    match found.as_ref().and_then(|module| module.file.chunk(&chunk)) {
        Some(bytes) => {
            let bytes = cx.binary(bytes);
            Native::ok(bytes)
        }
        None => Native::ok_atom(atoms::NIL),
    }
}
