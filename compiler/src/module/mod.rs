//! Modules under definition: from `defmodule` to a loaded `.beam`.

pub mod attribute;
pub mod behaviours;
pub mod body;
mod debug;
pub mod definition;
pub mod docs;
pub mod finish;
pub mod lint;
pub mod local;
pub mod state;
pub mod typespec;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Pid, Value};
use parking_lot::Mutex;

use crate::diagnostic::Diagnostic;
use crate::expand::env::{Env, Imports};
use crate::expand::host::{Awaited, Evaluation, Host, Outcome};
use crate::expand::lexical::Lexical;
use crate::expand::trace::Event;
use crate::expand::KERNEL_MACROS;
use crate::quoted::Quoted;
use crate::source::SourceFile;
use crate::tree;
use state::ModuleState;

/// What other modules may call of a module.
#[derive(Debug)]
pub struct ModuleInfo {
    /// Its public functions.
    pub functions: Imports,
    /// Its public macros.
    pub macros: Imports,
    /// What of both an `import` without options takes, once it is known.
    imported: OnceLock<[Arc<Imports>; 2]>,
}

impl ModuleInfo {
    fn new(functions: Imports, macros: Imports) -> ModuleInfo {
        ModuleInfo { functions, macros, imported: OnceLock::new() }
    }

    /// The functions and macros that an `import` without options takes.
    fn imported(&self) -> &[Arc<Imports>; 2] {
        self.imported.get_or_init(|| {
            [&self.functions, &self.macros].map(|all| {
                let names = all.names().iter().filter(|(name, _)| !name.as_str().starts_with('_'));
                Arc::new(Imports::new(all.module, names.copied().collect()))
            })
        })
    }
}

/// Turns a module's tree into a `.beam` file.
pub type Generator = fn(&tree::Module) -> Result<Vec<u8>, Vec<Diagnostic>>;

/// What all compilations of one machine share: modules under definition, and what is known of loaded ones.
pub struct Compiler {
    generator: Generator,
    open: Mutex<HashMap<Atom, (Pid, Arc<Mutex<ModuleState>>)>>,
    infos: Mutex<HashMap<Atom, Arc<ModuleInfo>>>,
    structs: Mutex<HashMap<Atom, Value>>,
    enforced: Mutex<HashMap<Atom, Arc<Vec<Atom>>>>,
    counter: AtomicI64,
    evaluations: AtomicU64,
    deferred: Mutex<HashMap<i64, Arc<Deferred>>>,
    known: Mutex<HashMap<[u64; 2], Evaluation>>,
    options: Mutex<HashMap<Atom, Value>>,
    directory: Mutex<String>,
    required: Mutex<Vec<String>>,
    rendered: Mutex<Vec<Rendered>>,
    reporter: Mutex<Option<Reporter>>,
    collecting: Mutex<HashMap<Pid, Vec<Collected>>>,
    lexicals: Mutex<HashMap<i64, Weak<Lexical>>>,
    deprecated: Mutex<HashMap<Atom, Deprecated>>,
    traced: AtomicBool,
    /// Whether events have ever been noted.
    noted: AtomicBool,
    events: Mutex<HashMap<Pid, Vec<Event>>>,
}

/// Names and arities that a module says not to use any more, and why.
pub type Deprecated = Arc<Vec<((Atom, u8), String)>>;

/// Modules gathered as they are compiled, in that order.
#[derive(Debug, Default)]
pub struct Collection {
    /// Their names and bytes.
    pub list: Mutex<Vec<(Atom, Arc<[u8]>)>>,
    /// Whether the program gets the bytes, so that they are to be complete.
    pub given: bool,
}

/// A collection that a compilation and the processes it runs share.
pub type Collected = Arc<Collection>;

/// A process gathering the modules that it defines, until dropped.
pub struct Collecting {
    compiler: Arc<Compiler>,
    pid: Pid,
    /// What has been gathered so far.
    pub modules: Collected,
}

impl Drop for Collecting {
    fn drop(&mut self) {
        let mut all = self.compiler.collecting.lock();
        if let Some(stack) = all.get_mut(&self.pid) {
            stack.retain(|modules| !Arc::ptr_eq(modules, &self.modules));
            if stack.is_empty() {
                all.remove(&self.pid);
            }
        }
    }
}

/// The body of a module that evaluated code defines, as it stands in the source.
#[derive(Debug)]
pub struct Deferred {
    /// The body.
    pub code: Quoted,
    /// The environment of the `defmodule`.
    pub env: Env,
    /// The text that positions refer to.
    pub source: SourceFile,
}

/// What to do with warnings.
pub type Reporter = Arc<dyn Fn(&Diagnostic) + Send + Sync>;

/// Diagnostics of a failed compilation, kept for whoever prints the exception that they became.
#[derive(Clone, Debug)]
struct Rendered {
    description: String,
    diagnostics: Arc<Vec<Diagnostic>>,
}

/// How many evaluations are kept, in case the same comes again.
const KNOWN_EVALUATIONS: usize = 256;

/// How many failed compilations are kept.
const KEPT_FAILURES: usize = 16;

impl Default for Compiler {
    fn default() -> Compiler {
        Compiler::new(crate::codegen::compile)
    }
}

impl Compiler {
    /// A compiler with nothing known, and the code generator it is to use.
    pub fn new(generator: Generator) -> Compiler {
        Compiler {
            generator,
            open: Mutex::default(),
            infos: Mutex::default(),
            structs: Mutex::default(),
            enforced: Mutex::default(),
            counter: AtomicI64::new(0),
            evaluations: AtomicU64::new(0),
            deferred: Mutex::default(),
            known: Mutex::default(),
            options: Mutex::default(),
            directory: Mutex::default(),
            required: Mutex::default(),
            rendered: Mutex::default(),
            reporter: Mutex::default(),
            collecting: Mutex::default(),
            lexicals: Mutex::default(),
            deprecated: Mutex::default(),
            traced: AtomicBool::new(false),
            noted: AtomicBool::new(false),
            events: Mutex::default(),
        }
    }

    /// Gathers the modules that the process defines, those of `defmodule` at run time included; `given` says that the program
    /// gets their bytes.
    pub fn collect(self: &Arc<Compiler>, pid: Pid, given: bool) -> Collecting {
        let modules = Arc::new(Collection { given, ..Collection::default() });
        self.collecting.lock().entry(pid).or_default().push(modules.clone());
        Collecting { compiler: self.clone(), pid, modules }
    }

    /// Where the modules that the process defines are gathered, if anywhere.
    pub fn collected(&self, pid: Pid) -> Option<Collected> {
        self.collecting.lock().get(&pid).and_then(|stack| stack.last().cloned())
    }

    /// Says what to do with warnings; without it they go to the machine's standard error.
    pub fn set_reporter(&self, reporter: Reporter) {
        *self.reporter.lock() = Some(reporter);
    }

    /// What to do with warnings, if anybody said.
    pub fn reporter(&self) -> Option<Reporter> {
        self.reporter.lock().clone()
    }

    /// Keeps the diagnostics of a failed compilation under the description that its exception has.
    pub fn keep_failure(&self, description: &str, diagnostics: Vec<Diagnostic>) {
        let mut rendered = self.rendered.lock();
        if rendered.len() >= KEPT_FAILURES {
            rendered.remove(0);
        }
        rendered.push(Rendered { description: description.to_string(), diagnostics: Arc::new(diagnostics) });
    }

    /// The diagnostics behind an exception with this description.
    pub fn failure(&self, description: &str) -> Option<Arc<Vec<Diagnostic>>> {
        let rendered = self.rendered.lock();
        rendered.iter().rev().find(|kept| kept.description == description).map(|kept| kept.diagnostics.clone())
    }

    /// The `.beam` file of a module.
    ///
    /// # Errors
    /// What the code generator cannot express.
    pub fn generate(&self, module: &tree::Module) -> Result<Vec<u8>, Vec<Diagnostic>> {
        (self.generator)(module)
    }

    /// A number that no macro expansion has had.
    pub fn next_counter(&self) -> i64 {
        self.counter.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A new tracker of what is used in a file.
    pub fn lexical(&self) -> Arc<Lexical> {
        let id = self.next_counter();
        let lexical = Arc::new(Lexical::new(id));
        let mut all = self.lexicals.lock();
        all.retain(|_, kept| kept.strong_count() > 0);
        all.insert(id, Arc::downgrade(&lexical));
        lexical
    }

    /// The tracker of this number, while its file is being compiled.
    pub fn lexical_of(&self, id: i64) -> Option<Arc<Lexical>> {
        self.lexicals.lock().get(&id)?.upgrade()
    }

    /// The tracker that a process stands for.
    pub fn lexical_at(&self, process: &Value) -> Option<Arc<Lexical>> {
        let all = self.lexicals.lock();
        all.values().filter_map(Weak::upgrade).find(|lexical| lexical.process.get() == Some(process))
    }

    /// Whether there are tracers.
    pub fn is_traced(&self) -> bool {
        self.traced.load(Ordering::Relaxed)
    }

    /// Keeps an event until tracers can be told of it.
    pub fn note_event(&self, process: Pid, event: Event) {
        self.noted.store(true, Ordering::Relaxed);
        self.events.lock().entry(process).or_default().push(event);
    }

    /// Whether there may be events that tracers have not been told of.
    pub fn has_events(&self) -> bool {
        self.noted.load(Ordering::Relaxed)
    }

    /// The events that a process has met since they were last taken.
    pub fn take_events(&self, process: Pid) -> Vec<Event> {
        self.events.lock().remove(&process).unwrap_or_default()
    }

    /// What a loaded module says not to use any more.
    ///
    /// # Errors
    /// What its `__info__/1` raises.
    pub async fn deprecated(&self, host: &dyn Host, name: Atom) -> Outcome<Deprecated> {
        if let Some(known) = self.deprecated.lock().get(&name) {
            return Ok(known.clone());
        }
        if !host.exports(name).is_some_and(|exports| exports.contains(&(atoms::INFO, 1))) {
            return Ok(Deprecated::default());
        }
        let mut found = Vec::new();
        let data = host.call(name, atoms::INFO, vec![Atom::new("deprecated").into()]).await?;
        if let Some(Value::List(entries)) = data.to_value() {
            for entry in &entries {
                let Value::Tuple(parts) = entry else { continue };
                if let [function, reason] = parts.as_slice() {
                    let function = crate::expand::env::name_arity(function);
                    found.extend(function.zip(reason.as_str().map(str::to_string)));
                }
            }
        }
        let found = Arc::new(found);
        self.deprecated.lock().insert(name, found.clone());
        Ok(found)
    }

    /// A name for a module that holds the code of a file outside of modules.
    pub fn evaluation_name(&self) -> Atom {
        Atom::new(&format!("elixir_compiler_{}", self.evaluations.fetch_add(1, Ordering::Relaxed)))
    }

    /// What all evaluated code that nobody calls by a name is called in stack traces: no module that is loaded.
    pub fn evaluated_name(&self) -> Atom {
        Atom::new("elixir_compiler_eval")
    }

    /// The code of an evaluation of this fingerprint, if there was one lately.
    pub fn known_evaluation(&self, fingerprint: [u64; 2]) -> Option<Evaluation> {
        self.known.lock().get(&fingerprint).cloned()
    }

    /// Notes the code of an evaluation, for the next one that is the same.
    pub fn note_evaluation(&self, fingerprint: [u64; 2], code: Evaluation) {
        let mut known = self.known.lock();
        if known.len() >= KNOWN_EVALUATIONS {
            known.clear();
        }
        known.insert(fingerprint, code);
    }

    /// Keeps a module's body until evaluated code comes to define it; gives its number.
    pub fn defer(&self, deferred: Deferred) -> i64 {
        let number = self.next_counter();
        self.deferred.lock().insert(number, Arc::new(deferred));
        number
    }

    /// The body kept under this number.
    pub fn deferred(&self, number: i64) -> Option<Arc<Deferred>> {
        self.deferred.lock().get(&number).cloned()
    }

    /// Sets the directory that relative file names are under.
    pub fn set_directory(&self, directory: &str) {
        *self.directory.lock() = directory.to_string();
    }

    /// A file's name as messages show it: without the compiler's directory in front.
    pub fn relative(&self, file: &str) -> String {
        let directory = self.directory.lock();
        let inside = file.strip_prefix(directory.as_str()).and_then(|rest| rest.strip_prefix('/'));
        inside.filter(|_| !directory.is_empty()).unwrap_or(file).to_string()
    }

    /// A file's whole path, for one named as seen from the compiler's directory.
    pub fn absolute(&self, file: &str) -> String {
        let directory = self.directory.lock();
        if file.starts_with('/') || directory.is_empty() {
            return file.to_string();
        }
        format!("{directory}/{file}")
    }

    /// The directory of a file; of a relative name, under the compiler's directory.
    pub fn directory_of(&self, file: &str) -> String {
        let parent = file.rsplit_once('/').map(|(parent, _)| parent);
        let base = self.directory.lock().clone();
        match parent {
            Some("") => "/".to_string(),
            Some(parent) if parent.starts_with('/') || base.is_empty() => parent.to_string(),
            Some(parent) => format!("{base}/{parent}"),
            None => base,
        }
    }

    /// A compiler option as `Code.put_compiler_option/2` set it.
    pub fn option(&self, name: Atom) -> Option<Value> {
        self.options.lock().get(&name).cloned()
    }

    /// Sets a compiler option.
    pub fn set_option(&self, name: Atom, value: Value) {
        if name.as_str() == "tracers" {
            self.traced.store(value != Value::EMPTY_LIST, Ordering::Relaxed);
        }
        self.options.lock().insert(name, value);
    }

    /// The files that `Code.require_file/2` loaded.
    pub fn required_files(&self) -> Vec<String> {
        self.required.lock().clone()
    }

    /// Notes a file as loaded; false when it was already.
    pub fn note_required(&self, file: &str) -> bool {
        let mut required = self.required.lock();
        if required.iter().any(|other| other == file) {
            return false;
        }
        required.push(file.to_string());
        true
    }

    /// Forgets files, so that they are loaded again when required.
    pub fn unrequire(&self, files: &[String]) {
        self.required.lock().retain(|file| !files.contains(file));
    }

    /// The module under definition of this name.
    pub fn open_module(&self, name: Atom) -> Option<Arc<Mutex<ModuleState>>> {
        self.open.lock().get(&name).map(|(_, state)| state.clone())
    }

    /// Whether a module of this name is being defined.
    pub fn is_open(&self, name: Atom) -> bool {
        self.open.lock().contains_key(&name)
    }

    /// The process that is defining a module of this name.
    pub fn definer(&self, name: Atom) -> Option<Pid> {
        self.open.lock().get(&name).map(|(pid, _)| *pid)
    }

    /// The modules that a process is defining.
    pub fn opened_by(&self, pid: Pid) -> Vec<Atom> {
        self.open.lock().iter().filter(|(_, (definer, _))| *definer == pid).map(|(name, _)| *name).collect()
    }

    pub(crate) fn open(&self, name: Atom, pid: Pid, state: Arc<Mutex<ModuleState>>) {
        self.open.lock().insert(name, (pid, state));
    }

    pub(crate) fn close(&self, name: Atom) {
        self.open.lock().remove(&name);
    }

    /// The struct's fields, if a module under definition has them already.
    pub fn open_struct(&self, name: Atom) -> Option<Value> {
        self.open_module(name)?.lock().struct_fields()
    }

    pub(crate) fn cached_struct(&self, name: Atom) -> Option<Value> {
        self.structs.lock().get(&name).cloned()
    }

    pub(crate) fn cache_struct(&self, name: Atom, fields: Value) {
        self.structs.lock().insert(name, fields);
    }

    /// Forgets what was known of a module: it was loaded anew or deleted.
    pub fn forget(&self, name: Atom) {
        self.infos.lock().remove(&name);
        self.structs.lock().remove(&name);
        self.enforced.lock().remove(&name);
        self.deprecated.lock().remove(&name);
    }

    /// What a loaded or loadable module offers; `None` when there is no such module. One that another process is about to
    /// define is waited for.
    ///
    /// # Errors
    /// That waiting would never end.
    pub async fn info(&self, host: &dyn Host, name: Atom) -> Outcome<Option<Arc<ModuleInfo>>> {
        self.info_of(host, name, Awaited::Module).await
    }

    /// As [`Compiler::info`]; `what` says how much the code depends on the module.
    ///
    /// # Errors
    /// That waiting would never end.
    pub async fn info_of(&self, host: &dyn Host, name: Atom, what: Awaited) -> Outcome<Option<Arc<ModuleInfo>>> {
        if let Some(info) = self.infos.lock().get(&name) {
            return Ok(Some(info.clone()));
        }
        let kernel_macros = || KERNEL_MACROS.iter().map(|(name, arity)| (Atom::new(name), *arity)).collect::<Vec<_>>();
        let loaded = match self.definer(name) {
            Some(pid) if pid == host.process() => false,
            Some(_) => host.wait_for(name, what).await?,
            None => host.ensure_loaded(name).await || host.wait_for(name, what).await?,
        };
        if !loaded {
            if name == atoms::KERNEL {
                let macros = Imports::new(name, kernel_macros());
                let functions = Imports::new(name, crate::expand::inlined_names(name));
                return Ok(Some(Arc::new(ModuleInfo::new(functions, macros))));
            }
            return Ok(None);
        }
        let exports = host.exports(name).unwrap_or_default();
        let mut functions = Vec::new();
        let mut macros = if name == atoms::KERNEL { kernel_macros() } else { Vec::new() };
        for (function, arity) in exports {
            match function.as_str() {
                "module_info" | "__info__" => {}
                text => match text.strip_prefix("MACRO-") {
                    Some(text) if arity > 0 => macros.push((Atom::new(text), arity - 1)),
                    _ => functions.push((function, arity)),
                },
            }
        }
        if name == atoms::KERNEL {
            // Calls of these never reach the module, so it need not define them.
            functions.extend(crate::expand::inlined_names(name));
        }
        functions.retain(|function| !macros.contains(function));
        let info = Arc::new(ModuleInfo::new(Imports::new(name, functions), Imports::new(name, macros)));
        self.infos.lock().insert(name, info.clone());
        Ok(Some(info))
    }

    /// The keys that a struct's literal must give.
    pub(crate) async fn enforced_keys(&self, host: &dyn Host, name: Atom) -> Outcome<Arc<Vec<Atom>>> {
        if let Some(state) = self.open_module(name) {
            return Ok(Arc::new(state.lock().enforced_keys()));
        }
        if let Some(keys) = self.enforced.lock().get(&name) {
            return Ok(keys.clone());
        }
        let has_info = self.info(host, name).await?.is_some_and(|info| info.functions.contains(atoms::STRUCT, 0));
        let mut keys = Vec::new();
        if has_info && name.as_str().starts_with("Elixir.") {
            let fields = host.call(name, atoms::INFO, vec![Atom::new("struct").into()]).await?;
            if let Some(Value::List(fields)) = fields.to_value() {
                for field in &fields {
                    let Value::Map(entries) = field else { continue };
                    let get = |key: &str| {
                        entries.iter().find(|(k, _)| *k == Value::atom(key)).and_then(|(_, value)| value.as_atom())
                    };
                    if get("required") == Some(atoms::TRUE) {
                        keys.extend(get("field"));
                    }
                }
            }
        }
        let keys = Arc::new(keys);
        self.enforced.lock().insert(name, keys.clone());
        Ok(keys)
    }

    /// The environment of a file's top level: Kernel is imported.
    ///
    /// # Errors
    /// What Kernel's `__info__/1` raises.
    pub async fn file_env(&self, host: &dyn Host, file: &str) -> Outcome<Env> {
        let mut env = Env::new(file);
        if let Some(info) = self.info(host, atoms::KERNEL).await? {
            let [functions, macros] = info.imported();
            Env::share_imports(&mut env.functions, functions);
            Env::share_imports(&mut env.macros, macros);
        }
        Ok(env)
    }
}
