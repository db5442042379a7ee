//! Natives that need the compiler, all of the module `:beamlet_compiler`.
//!
//! Expanded code calls some of them (definitions that are not plain statements, attributes read in a module's body);
//! `Module`, `Code` and `Macro` of the standard library are thin over the others:
//!
//! ```text
//! of expanded code   define/3 define_module/4 define_module_only/4 read_attribute/3 write_attribute/4 put_typespec/4 quote_call/5 tail_list/2
//! Module             open?/1 get_attribute/3 has_attribute/2 attributes_in/1 put_attribute/3 delete_attribute/2
//!                    register_attribute/4 defines/3 definitions_in/1 get_definition/3 delete_definition/3
//!                    make_overridable/3 overridable?/3 overridables_in/1 create/3 typespecs/1
//! Code               tokens/2 string_to_quoted/2 string_to_quoted_with_comments/2 eval_string/3 eval_quoted/3
//!                    eval_string_with_env/3 eval_quoted_with_env/3 compile_string/2 compile_quoted/2 require_file/2 required_files/0 unrequire_files/1 get_option/1 put_option/2
//!                    ensure_compiled/1 open_modules/0 forget/1
//! Macro              expand/2 inlined/3 expand_once/2 quoted_to_string/1 check_guard/5 struct_fields/2
//! errors             render/1
//! ```

mod code;
mod convert;
mod failure;
mod machine;
mod macros;
mod modules;

use std::future::Future;
use std::sync::Arc;

use beamlet_vm::native::{Caller, Native, NativeResult, Outcome as NativeOutcome};
use beamlet_vm::{natives, Term};

pub use convert::{data_to_owned, term_to_quoted, value_of};
pub use failure::{diagnostics_exception, render};
pub use machine::Machine;

use crate::expand::host::{Data, Outcome};
use crate::expand::Cx;
use crate::module::Compiler;

natives! {
    "beamlet_compiler" => {
        "define" / 3 : modules::define, effect;
        "define_unquoted" / 3 : modules::define_unquoted, effect;
        "define_module" / 4 : modules::define_module, effect;
        "define_module_only" / 4 : modules::define_module_only, effect;
        "read_attribute" / 3 : modules::read_attribute, effect;
        "write_attribute" / 4 : modules::write_attribute, effect;
        "put_typespec" / 4 : modules::put_typespec, effect;
        "quote_call" / 5 : macros::quote_call, pure;
        "tail_list" / 2 : macros::tail_list, pure;
        "open?" / 1 : modules::is_open, effect;
        "get_attribute" / 3 : modules::get_attribute, effect;
        "has_attribute" / 2 : modules::has_attribute, effect;
        "attributes_in" / 1 : modules::attributes_in, effect;
        "put_attribute" / 3 : modules::put_attribute, effect;
        "delete_attribute" / 2 : modules::delete_attribute, effect;
        "register_attribute" / 4 : modules::register_attribute, effect;
        "defines" / 3 : modules::defines, effect;
        "definitions_in" / 1 : modules::definitions_in, effect;
        "get_definition" / 3 : modules::get_definition, effect;
        "delete_definition" / 3 : modules::delete_definition, effect;
        "make_overridable" / 3 : modules::make_overridable, effect;
        "overridable?" / 3 : modules::is_overridable, effect;
        "overridables_in" / 1 : modules::overridables_in, effect;
        "create" / 3 : modules::create, effect;
        "typespecs" / 1 : modules::typespecs, effect;
        "tokens" / 2 : code::tokens, effect;
        "string_to_quoted" / 2 : code::string_to_quoted, effect;
        "string_to_quoted_with_comments" / 2 : code::string_to_quoted_with_comments, effect;
        "eval_string" / 3 : code::eval_string, effect;
        "eval_quoted" / 3 : code::eval_quoted, effect;
        "eval_string_with_env" / 3 : code::eval_string_with_env, effect;
        "eval_quoted_with_env" / 3 : code::eval_quoted_with_env, effect;
        "eval_quoted_with_env" / 4 : code::eval_quoted_with_env, effect;
        "compile_string" / 2 : code::compile_string, effect;
        "compile_quoted" / 2 : code::compile_quoted, effect;
        "require_file" / 2 : code::require_file, effect;
        "required_files" / 0 : code::required_files, effect;
        "unrequire_files" / 1 : code::unrequire_files, effect;
        "lexical_references" / 1 : code::lexical_references, effect;
        "get_option" / 1 : code::get_option, effect;
        "put_option" / 2 : code::put_option, effect;
        "ensure_compiled" / 1 : code::ensure_compiled, effect;
        "open_modules" / 0 : modules::open_modules, effect;
        "forget" / 1 : code::forget, effect;
        "expand" / 2 : macros::expand, effect;
        "inlined" / 3 : macros::inlined, pure;
        "expand_once" / 2 : macros::expand_once, effect;
        "struct_fields" / 2 : macros::struct_fields, effect;
        "check_guard" / 5 : macros::check_guard, effect;
        "quoted_to_string" / 1 : macros::quoted_to_string, pure;
        "render" / 1 : failure::render_native, effect;
    }
}

/// Starts work that runs as the calling process and may call functions in it.
fn asynchronous<'h, F, Fut>(cx: &mut Native<'_, 'h>, work: F) -> NativeResult<'h>
where
    F: FnOnce(Arc<Compiler>, Arc<Machine>) -> Fut,
    Fut: Future<Output = Outcome<Data>> + Send + 'static,
{
    let caller = Caller::new();
    let vm = cx.vm().clone();
    let compiler = vm.global::<Compiler>();
    if let Ok(directory) = vm.host().current_directory() {
        compiler.set_directory(&directory.to_string_lossy());
    }
    let state = cx.state();
    let handler = state.rare.as_ref().and_then(|rare| rare.error_handler);
    let together = handler.is_some_and(|handler| handler.as_str() == machine::ERROR_HANDLER);
    let machine = Arc::new(Machine::new(caller.clone(), vm, compiler.clone(), state.pid, together));
    let future = work(compiler.clone(), machine.clone());
    let future = Box::pin(async move {
        let result = future.await;
        machine.flush().await;
        match result {
            Ok(data) => Ok(convert::data_to_owned(&data)),
            Err(failure) => Err(failure::to_exception(&compiler, failure)),
        }
    });
    Ok(NativeOutcome::Async { caller, future })
}

/// The compiler and the machine, as expansions take them.
fn context<'c>(compiler: &'c Compiler, machine: &'c Machine) -> Cx<'c> {
    Cx { compiler, host: machine, compiled: None }
}

/// A term on its way into work that outlives the native's call.
fn own(term: Term<'_>) -> Data {
    convert::term_data(term)
}
