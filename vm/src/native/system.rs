//! Natives that tell of the VM as a whole, and end it.

use crate::atom::atoms;
use crate::heap::Builder;
use crate::machine::VmShared;
use crate::native::{Native, NativeResult, Outcome};
use crate::natives;
use crate::term::{Kind, Term};
use crate::{Atom, Value};

natives! {
    "erlang" => {
        "system_info" / 1 : system_info, effect;
        "system_flag" / 2 : system_flag, effect;
        "statistics" / 1 : statistics, effect;
        "memory" / 0 : memory, effect;
        "memory" / 1 : memory_of, effect;
        "node" / 0 : node, effect;
        "node" / 1 : node_of, effect;
        "nodes" / 0 : nodes, effect;
        "nodes" / 1 : nodes, effect;
        "is_alive" / 0 : is_alive, effect;
        "get_cookie" / 0 : get_cookie, effect;
        "set_cookie" / 1 : set_cookie, effect;
        "monitor_node" / 2 : monitor_node, effect;
        "disconnect_node" / 1 : disconnect_node, effect;
        "halt" / 0 : halt, effect;
        "halt" / 1 : halt, effect;
        "halt" / 2 : halt, effect;
        "unique_integer" / 0 : unique_integer, effect;
        "unique_integer" / 1 : unique_integer, effect;
        "display" / 1 : display, effect;
    }
    "init" => {
        "stop" / 0 : halt, effect;
        "stop" / 1 : halt, effect;
        "get_plain_arguments" / 0 : plain_arguments, effect;
        "get_arguments" / 0 : no_arguments, effect;
        "get_argument" / 1 : no_argument, effect;
        "get_status" / 0 : init_status, effect;
    }
    "beamlet_system" => {
        "argv" / 0 : argv, effect;
        "set_argv" / 1 : set_argv, effect;
        "version" / 0 : version, effect;
        "random" / 0 : random, effect;
    }
}

/// The name of a VM that is not part of a network of nodes.
pub(super) const NODE: &str = "nonode@nohost";

fn atom<'h>(text: &str) -> Term<'h> {
    Term::atom(Atom::new(text))
}

fn text<'h>(b: &mut Builder<'_, 'h>, text: &str) -> Term<'h> {
    b.charlist(text)
}

fn system_info<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let vm = cx.vm().clone();
    let item = match args[0].kind() {
        Kind::Atom(item) => item,
        Kind::Tuple(&[name, _]) if name.as_atom().is_some_and(|name| name.as_str() == "wordsize") => {
            let eight = cx.integer(8);
            return Native::ok(eight);
        }
        Kind::Tuple(&[name, ..]) if name.as_atom().is_some_and(|name| name.as_str() == "allocator") => {
            return Native::ok_bool(false);
        }
        _ => return Native::badarg(),
    };
    let processors = vm.host().processors();
    let number = |value: usize| Some(Value::Int(value as i64));
    let word = |word: &str| Some(Value::atom(word));
    let pair = |name: &str, value: i64| Some(Value::Tuple(vec![Value::atom(name), Value::Int(value)]));
    let value = match item.as_str() {
        "schedulers" | "schedulers_online" | "dirty_cpu_schedulers" | "dirty_cpu_schedulers_online" => {
            number(vm.schedulers())
        }
        "dirty_io_schedulers" => number(crate::machine::BLOCKING_THREADS),
        "logical_processors" | "logical_processors_available" | "logical_processors_online" => number(processors),
        "scheduler_id" => number(vm.scheduler_index() + 1),
        "otp_release" => return charlist(cx, "25"),
        "version" => return charlist(cx, "13.1.5"),
        "system_version" => {
            let line = format!(
                "Beamlet {} [64-bit] [smp:{}:{}]\n",
                env!("CARGO_PKG_VERSION"),
                vm.schedulers(),
                vm.schedulers()
            );
            return charlist(cx, &line);
        }
        "system_architecture" => {
            let name = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
            return charlist(cx, &name);
        }
        "machine" => return charlist(cx, "BEAM"),
        "driver_version" => return charlist(cx, "3.3"),
        "nif_version" => return charlist(cx, "2.16"),
        "process_count" => number(vm.table().len()),
        "process_limit" => number(vm.table().limit()),
        "atom_count" => number(Atom::count()),
        "atom_limit" => number(crate::atom::MAX_ATOMS),
        "port_count" => number(0),
        "port_limit" => number(65_536),
        "ets_count" => number(vm.ets().len()),
        "ets_limit" => number(1 << 20),
        "wordsize" => number(8),
        "endian" => word(if cfg!(target_endian = "big") { "big" } else { "little" }),
        "smp_support" | "threads" | "kernel_poll" | "time_correction" | "eager_check_io" => Some(Value::TRUE),
        "debug_compiled" | "port_parallelism" => Some(Value::FALSE),
        "thread_pool_size" => number(1),
        "compat_rel" => number(25),
        "creation" | "trace_control_word" => number(0),
        "emu_flavor" => word("emu"),
        "emu_type" | "build_type" => word("opt"),
        "dynamic_trace" => word("none"),
        "heap_type" => word("private"),
        "multi_scheduling" => word("enabled"),
        "tolerant_timeofday" => word("enabled"),
        "time_offset" => word("final"),
        "time_warp_mode" => word("no_time_warp"),
        "scheduler_bind_type" => word("unbound"),
        "message_queue_data" => word("on_heap"),
        "modified_timing_level" | "cpu_topology" => word("undefined"),
        "start_time" => number(0),
        "end_time" => Some(Value::Int(i64::MAX)),
        "fullsweep_after" => pair("fullsweep_after", 65_535),
        "min_heap_size" => pair("min_heap_size", 233),
        "min_bin_vheap_size" => pair("min_bin_vheap_size", 46_422),
        "garbage_collection" => Some(Value::List(
            [("max_heap_size", 0), ("min_bin_vheap_size", 46_422), ("min_heap_size", 233), ("fullsweep_after", 65_535)]
                .into_iter()
                .filter_map(|(name, value)| pair(name, value))
                .collect(),
        )),
        "max_heap_size" => {
            let limit = crate::process::heap_limit_term(cx, vm.heap_limit());
            return Native::ok(limit);
        }
        "scheduler_bindings" => Some(Value::Tuple(vec![Value::atom("unbound"); vm.schedulers()])),
        "os_monotonic_time_source" | "os_system_time_source" => Some(Value::EMPTY_LIST),
        "delayed_node_table_gc" => number(60),
        "outstanding_system_requests_limit" => number(4),
        "c_compiler_used" => Some(Value::Tuple(vec![Value::atom("undefined"), Value::atom("undefined")])),
        "dist" | "info" | "procs" | "loaded" => Some(Value::binary("")),
        _ => None,
    };
    match value {
        Some(value) => {
            let value = cx.from_value(&value);
            Native::ok(value)
        }
        None => Native::badarg(),
    }
}

fn charlist<'h>(cx: &mut Native<'_, 'h>, line: &str) -> NativeResult<'h> {
    let line = text(cx, line);
    Native::ok(line)
}

fn system_flag<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let flag = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    match flag.as_str() {
        "backtrace_depth" => {
            let depth = args[1].as_usize().ok_or_else(Native::raise_badarg)?;
            let old = cx.vm().set_backtrace_depth(depth);
            let old = cx.size(old);
            Native::ok(old)
        }
        "schedulers_online" | "dirty_cpu_schedulers_online" => {
            let threads = cx.vm().schedulers();
            args[1].as_usize().filter(|count| (1..=threads).contains(count)).ok_or_else(Native::raise_badarg)?;
            let threads = cx.size(threads);
            Native::ok(threads)
        }
        "min_heap_size" => {
            let old = cx.integer(233);
            Native::ok(old)
        }
        "fullsweep_after" => {
            let old = cx.integer(65_535);
            Native::ok(old)
        }
        "scheduler_wall_time" | "multi_scheduling" => Native::ok_bool(false),
        _ => Native::badarg(),
    }
}

fn statistics<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let vm = cx.vm().clone();
    let item = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let term = match item.as_str() {
        "run_queue" | "total_run_queue_lengths" | "total_run_queue_lengths_all" => cx.size(vm.run_queue_length()),
        "total_active_tasks" | "total_active_tasks_all" => cx.size(vm.run_queue_length() + 1),
        "run_queue_lengths" | "run_queue_lengths_all" | "active_tasks" | "active_tasks_all" => {
            let length = cx.size(vm.run_queue_length());
            cx.list(&[length])
        }
        "reductions" | "exact_reductions" => {
            let total = vm.ended_reductions() + cx.state().reductions;
            let since = vm.since_last("reductions", total);
            let pair = [cx.unsigned(total), cx.unsigned(since)];
            cx.tuple(&pair)
        }
        "wall_clock" => {
            let total = vm.clock().milliseconds();
            let since = vm.since_last("wall_clock", total);
            let pair = [cx.unsigned(total), cx.unsigned(since)];
            cx.tuple(&pair)
        }
        "runtime" => {
            let total = vm.host().processor_time().unwrap_or_else(|| vm.clock().nanoseconds()) / 1_000_000;
            let since = vm.since_last("runtime", total);
            let pair = [cx.unsigned(total), cx.unsigned(since)];
            cx.tuple(&pair)
        }
        "garbage_collection" => {
            let zeros = [cx.integer(0), cx.integer(0), cx.integer(0)];
            cx.tuple(&zeros)
        }
        "context_switches" => {
            let spawned = cx.size(vm.spawned());
            let zero = cx.integer(0);
            cx.tuple(&[spawned, zero])
        }
        "io" => {
            let zero = cx.integer(0);
            let input = cx.tuple(&[atom("input"), zero]);
            let output = cx.tuple(&[atom("output"), zero]);
            cx.tuple(&[input, output])
        }
        "scheduler_wall_time" | "scheduler_wall_time_all" | "microstate_accounting" => Term::atom(atoms::UNDEFINED),
        _ => return Native::badarg(),
    };
    Native::ok(term)
}

/// What each kind of memory takes, in bytes, in the order of `erlang:memory/0`.
fn memory_kinds(vm: &VmShared) -> [(&'static str, usize); 9] {
    let processes = vm.budget().used() + vm.table().len() * std::mem::size_of::<crate::process::Process>();
    let atoms = Atom::count() * 48;
    let code = vm.registry().code_bytes();
    let ets = vm.ets().bytes();
    let binary = crate::heap::shared::bytes_in_use();
    let system = atoms + code + ets + binary;
    [
        ("total", processes + system),
        ("processes", processes),
        ("processes_used", processes),
        ("system", system),
        ("atom", atoms),
        ("atom_used", atoms),
        ("binary", binary),
        ("code", code),
        ("ets", ets),
    ]
}

fn memory<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let kinds = memory_kinds(cx.vm());
    let mut list = Vec::with_capacity(kinds.len());
    for (name, bytes) in kinds {
        let bytes = cx.size(bytes);
        list.push(cx.tuple(&[atom(name), bytes]));
    }
    let list = cx.list(&list);
    Native::ok(list)
}

fn memory_of<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let kinds = memory_kinds(cx.vm());
    let find = |kind: Term<'_>| {
        let kind = kind.as_atom()?;
        kinds.iter().find(|(name, _)| *name == kind.as_str()).map(|(_, bytes)| *bytes)
    };
    if args[0].is_list() {
        let mut list = Vec::new();
        for kind in args[0].list_to_vec().ok_or_else(Native::raise_badarg)? {
            let bytes = find(kind).ok_or_else(Native::raise_badarg)?;
            let bytes = cx.size(bytes);
            list.push(cx.tuple(&[kind, bytes]));
        }
        let list = cx.list(&list);
        return Native::ok(list);
    }
    let bytes = find(args[0]).ok_or_else(Native::raise_badarg)?;
    let bytes = cx.size(bytes);
    Native::ok(bytes)
}

fn node<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(atom(NODE))
}

fn node_of<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(match args[0].kind() {
        Kind::Pid(_) | Kind::Port(_) | Kind::Ref(_) => atom(NODE),
        Kind::ExternalPid(pid) => Term::atom(pid.node),
        Kind::ExternalPort(port) => Term::atom(port.node),
        Kind::ExternalRef(reference) => Term::atom(reference.node),
        _ => return Native::badarg(),
    })
}

fn nodes<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let this =
        args.first().is_some_and(|kind| kind.as_atom().is_some_and(|kind| matches!(kind.as_str(), "this" | "known")));
    let list = if this { cx.list(&[atom(NODE)]) } else { Term::nil() };
    Native::ok(list)
}

fn is_alive<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(false)
}

fn get_cookie<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(atom("nocookie"))
}

fn set_cookie<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::badarg()
}

fn monitor_node<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::error(Term::atom(atoms::NOTALIVE))
}

fn disconnect_node<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(atom("ignored"))
}

fn halt<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let status = match args.first().map(|status| status.kind()) {
        None => 0,
        Some(Kind::Atom(word)) if word.as_str() == "abort" => 134,
        Some(Kind::Bits(_) | Kind::Nil | Kind::Cons(..)) => {
            // A slogan: the VM ends as if it had crashed.
            let slogan = args[0].binary().map(|bytes| bytes.into_owned());
            let slogan = slogan.or_else(|| {
                let bytes = args[0].list_to_vec()?;
                bytes.into_iter().map(|byte| u8::try_from(byte.as_i64()?).ok()).collect::<Option<Vec<u8>>>()
            });
            let slogan = slogan.ok_or_else(Native::raise_badarg)?;
            let console = cx.vm().console();
            console.write_error(&slogan);
            console.write_error(b"\n");
            1
        }
        Some(_) => args[0].as_i64().filter(|&status| status >= 0).ok_or_else(Native::raise_badarg)?,
    };
    cx.vm().halt((status & 0xff) as i32);
    Ok(Outcome::Wait { resume: never, state: Vec::new() })
}

/// The VM is ending: nothing after this runs.
fn never<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Ok(Outcome::Wait { resume: never, state: Vec::new() })
}

fn unique_integer<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut positive = false;
    if let Some(options) = args.first() {
        for option in options.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.as_atom().map(Atom::as_str) {
                Some("positive") => positive = true,
                Some("monotonic") => {}
                _ => return Native::badarg(),
            }
        }
    }
    let integer = cx.vm().unique_integer();
    // Without `positive` the numbers begin far below zero, as OTP's do, so that none who relies on the sign goes unnoticed.
    let integer = if positive { integer } else { integer - 576_460_752_303_423_488 };
    let integer = cx.integer(integer);
    Native::ok(integer)
}

fn display<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let line = format!("{:?}\n", args[0]);
    cx.vm().console().write_error(line.as_bytes());
    Native::ok_bool(true)
}

fn plain_arguments<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let arguments = cx.vm().arguments();
    let arguments: Vec<Term<'h>> = arguments.iter().map(|argument| cx.charlist(argument)).collect();
    let list = cx.list(&arguments);
    Native::ok(list)
}

fn no_arguments<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(Term::nil())
}

fn no_argument<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_atom(atoms::ERROR)
}

fn init_status<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let pair = cx.tuple(&[atom("started"), atom("started")]);
    Native::ok(pair)
}

fn argv<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let arguments = cx.vm().arguments();
    let arguments: Vec<Term<'h>> = arguments.iter().map(|argument| cx.binary(argument.as_bytes())).collect();
    let list = cx.list(&arguments);
    Native::ok(list)
}

fn set_argv<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let list = args[0].list_to_vec().ok_or_else(Native::raise_badarg)?;
    let texts = list.into_iter().map(|argument| String::from_utf8(argument.binary()?.into_owned()).ok());
    let arguments = texts.collect::<Option<Vec<String>>>().ok_or_else(Native::raise_badarg)?;
    cx.vm().set_arguments(arguments);
    Native::ok_atom(atoms::OK)
}

fn version<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let version = cx.binary(env!("CARGO_PKG_VERSION").as_bytes());
    Native::ok(version)
}

fn random<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let bits = cx.vm().random();
    let bits = cx.unsigned(bits);
    Native::ok(bits)
}
