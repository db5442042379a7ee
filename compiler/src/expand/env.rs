//! The environment of an expression: module, function, aliases, imports, requires. What programs see as `Macro.Env`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::hashing::SmallSet;
use super::lexical::Lexical;

/// What an expression is expanded as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// An ordinary expression.
    Normal,
    /// A guard.
    Guard,
    /// A pattern.
    Match,
}

/// The functions, or the macros, that were imported from one module.
#[derive(Debug)]
pub struct Imports {
    /// The module they come from.
    pub module: Atom,
    /// Names and arities, by atom number.
    names: Vec<(Atom, u8)>,
    set: SmallSet<(Atom, u8)>,
    value: OnceLock<Value>,
}

impl PartialEq for Imports {
    fn eq(&self, other: &Imports) -> bool {
        self.module == other.module && self.names == other.names
    }
}

impl Imports {
    /// A set of imports, in any order.
    pub fn new(module: Atom, mut names: Vec<(Atom, u8)>) -> Imports {
        names.sort_unstable_by_key(|(name, arity)| (name.index(), *arity));
        names.dedup();
        let set = names.iter().copied().collect();
        Imports { module, names, set, value: OnceLock::new() }
    }

    /// Whether this name and arity are imported.
    pub fn contains(&self, name: Atom, arity: u8) -> bool {
        self.set.contains(&(name, arity))
    }

    /// Names and arities.
    pub fn names(&self) -> &[(Atom, u8)] {
        &self.names
    }

    /// The arities under which the name is imported, ascending.
    pub fn arities(&self, name: Atom) -> impl Iterator<Item = u8> + '_ {
        let start = self.names.partition_point(|(other, _)| other.index() < name.index());
        self.names[start..].iter().take_while(move |(other, _)| *other == name).map(|(_, arity)| *arity)
    }

    /// `{module, [name: arity, …]}`, names sorted.
    fn to_value(&self) -> Value {
        self.value
            .get_or_init(|| {
                let mut names = self.names.clone();
                names.sort();
                let list = names.into_iter().map(|(name, arity)| pair(name, i64::from(arity))).collect();
                Value::Tuple(vec![Value::Atom(self.module), Value::List(list)])
            })
            .clone()
    }

    fn from_value(value: &Value) -> Option<Imports> {
        let Value::Tuple(parts) = value else { return None };
        let [Value::Atom(module), Value::List(names)] = parts.as_slice() else { return None };
        let names = names.iter().filter_map(name_arity).collect();
        Some(Imports::new(*module, names))
    }
}

/// `{name, arity}` as data.
pub fn name_arity(value: &Value) -> Option<(Atom, u8)> {
    match value {
        Value::Tuple(parts) => match parts.as_slice() {
            [Value::Atom(name), Value::Int(arity)] => Some((*name, u8::try_from(*arity).ok()?)),
            _ => None,
        },
        _ => None,
    }
}

fn pair(left: impl Into<Value>, right: impl Into<Value>) -> Value {
    Value::Tuple(vec![left.into(), right.into()])
}

/// What a variable's name means besides its text: where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VarContext {
    /// Written in source (`nil`) or quoted in a module and not by a macro's expansion.
    Atom(Atom),
    /// Made by one expansion of a macro.
    Counter(Atom, i64),
}

/// The identity of a variable's name.
pub type VarKey = (Atom, VarContext);

/// Aliases made by macros: the alias, the counter of the expansion, the module.
pub type MacroAlias = (Atom, (Atom, i64), Atom);

/// The environment. Cloning costs a handful of reference counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Env {
    /// The module being defined.
    pub module: Option<Atom>,
    /// The function being defined.
    pub function: Option<(Atom, u8)>,
    /// The file.
    pub file: Arc<str>,
    /// The line of the expression at hand.
    pub line: u32,
    /// What is expanded.
    pub context: Context,
    /// Aliases, in the order in which their names came up.
    pub aliases: Arc<Vec<(Atom, Atom)>>,
    /// Aliases that only code of one macro expansion sees.
    pub macro_aliases: Arc<Vec<MacroAlias>>,
    /// Modules required, sorted by name.
    pub requires: Arc<Vec<Atom>>,
    /// Imported functions, the latest first.
    pub functions: Arc<Vec<Arc<Imports>>>,
    /// Imported macros, the latest first.
    pub macros: Arc<Vec<Arc<Imports>>>,
    /// Modules defined in this context, the latest first.
    pub context_modules: Arc<Vec<Atom>>,
    /// What the aliases and imports of the file are used for; `None` where nobody asks.
    pub lexical: Option<Arc<Lexical>>,
    /// Tracers of this code only, besides those of the compiler.
    pub tracers: Arc<Vec<Atom>>,
}

impl Env {
    /// An environment of a file, without imports.
    pub fn new(file: impl Into<Arc<str>>) -> Env {
        Env {
            module: None,
            function: None,
            file: file.into(),
            line: 1,
            context: Context::Normal,
            aliases: Arc::default(),
            macro_aliases: Arc::default(),
            requires: Arc::new(
                ["Elixir.Application", "Elixir.Kernel", "Elixir.Kernel.Typespec"]
                    .iter()
                    .map(|m| Atom::new(m))
                    .collect(),
            ),
            functions: Arc::default(),
            macros: Arc::default(),
            context_modules: Arc::default(),
            lexical: None,
            tracers: Arc::default(),
        }
    }

    /// Notes a required module.
    pub fn require(&mut self, module: Atom) {
        if let Err(place) = self.requires.binary_search(&module) {
            Arc::make_mut(&mut self.requires).insert(place, module);
        }
    }

    /// Whether macros of the module may be called.
    pub fn requires(&self, module: Atom) -> bool {
        self.requires.contains(&module)
    }

    /// Sets an alias; one that stands for itself is removed.
    pub fn alias(&mut self, alias: Atom, module: Atom) {
        let aliases = Arc::make_mut(&mut self.aliases);
        if alias == module {
            aliases.retain(|(name, _)| *name != alias);
            return;
        }
        match aliases.iter_mut().find(|(name, _)| *name == alias) {
            Some(place) => place.1 = module,
            None => aliases.push((alias, module)),
        }
    }

    /// Replaces the imports from one module.
    pub fn set_imports(list: &mut Arc<Vec<Arc<Imports>>>, module: Atom, names: Vec<(Atom, u8)>) {
        Env::share_imports(list, &Arc::new(Imports::new(module, names)));
    }

    /// Replaces the imports from their module.
    pub fn share_imports(list: &mut Arc<Vec<Arc<Imports>>>, imports: &Arc<Imports>) {
        let list = Arc::make_mut(list);
        list.retain(|other| other.module != imports.module);
        if !imports.names.is_empty() {
            list.insert(0, imports.clone());
        }
    }

    /// Replaces what options of an evaluation give: `aliases`, `functions`, `macros`, `requires`, `tracers`.
    pub fn apply_option(&mut self, option: &str, value: &Value) {
        let Value::List(entries) = value else { return };
        let imports = || Arc::new(entries.iter().filter_map(Imports::from_value).map(Arc::new).collect::<Vec<_>>());
        match option {
            "tracers" => self.tracers = Arc::new(entries.iter().filter_map(Value::as_atom).collect()),
            "functions" => self.functions = imports(),
            "macros" => self.macros = imports(),
            "requires" => {
                let mut requires: Vec<Atom> = entries.iter().filter_map(Value::as_atom).collect();
                requires.sort();
                self.requires = Arc::new(requires);
            }
            "aliases" => {
                let alias = |entry: &Value| match entry {
                    Value::Tuple(parts) if parts.len() == 2 => Some((parts[0].as_atom()?, parts[1].as_atom()?)),
                    _ => None,
                };
                self.aliases = Arc::new(entries.iter().filter_map(alias).collect());
            }
            _ => {}
        }
    }

    /// The `%Macro.Env{}` struct, with the variables given.
    pub fn to_value(&self, variables: &[(VarKey, u32)]) -> Value {
        let atom = |atom: Option<Atom>| Value::Atom(atom.unwrap_or(atoms::NIL));
        let function = self.function.map_or(Value::NIL, |(name, arity)| pair(name, i64::from(arity)));
        let context = match self.context {
            Context::Normal => Value::NIL,
            Context::Guard => Value::atom("guard"),
            Context::Match => Value::atom("match"),
        };
        let imports = |list: &[Arc<Imports>]| Value::List(list.iter().map(|imports| imports.to_value()).collect());
        let atoms_list = |list: &[Atom]| Value::List(list.iter().map(|&atom| Value::Atom(atom)).collect());
        let aliases = self.aliases.iter().map(|&(alias, module)| pair(alias, module)).collect();
        let macro_aliases = self
            .macro_aliases
            .iter()
            .map(|&(alias, counter, module)| pair(alias, pair(pair(counter.0, counter.1), module)))
            .collect();
        let mut sorted: BTreeMap<VarKey, u32> = BTreeMap::new();
        sorted.extend(variables.iter().copied());
        let versions = sorted
            .into_iter()
            .map(|((name, context), version)| (pair(name, context_value(context)), Value::Int(version.into())))
            .collect();
        // Keys in the order of atoms' texts, as maps keep them.
        Value::Map(vec![
            (Value::Atom(atoms::STRUCT), Value::atom("Elixir.Macro.Env")),
            (Value::atom("aliases"), Value::List(aliases)),
            (Value::atom("context"), context),
            (Value::atom("context_modules"), atoms_list(&self.context_modules)),
            (Value::atom("file"), Value::from(&*self.file)),
            (Value::atom("function"), function),
            (Value::atom("functions"), imports(&self.functions)),
            (
                Value::atom("lexical_tracker"),
                self.lexical
                    .as_ref()
                    .map_or(Value::NIL, |lexical| lexical.process.get().cloned().unwrap_or(Value::Int(lexical.id))),
            ),
            (Value::atom("line"), Value::Int(self.line.into())),
            (Value::atom("macro_aliases"), Value::List(macro_aliases)),
            (Value::atom("macros"), imports(&self.macros)),
            (Value::atom("module"), atom(self.module)),
            (Value::atom("requires"), atoms_list(&self.requires)),
            (Value::atom("tracers"), atoms_list(&self.tracers)),
            (Value::atom("versioned_vars"), Value::Map(versions)),
        ])
    }

    /// Reads a `%Macro.Env{}` struct; also gives the variables that it holds. `None` when it is not one.
    pub fn from_value(value: &Value) -> Option<(Env, Vec<(VarKey, u32)>)> {
        let Value::Map(entries) = value else { return None };
        let get = |key: &str| {
            let key = Atom::new(key);
            entries.iter().find(|(other, _)| other.as_atom() == Some(key)).map(|(_, value)| value)
        };
        if get("__struct__")?.as_atom()? != Atom::new("Elixir.Macro.Env") {
            return None;
        }
        let non_nil = |value: &Value| value.as_atom().filter(|&atom| atom != atoms::NIL);
        let list = |key: &str| match get(key) {
            Some(Value::List(elements)) => elements.as_slice(),
            _ => &[],
        };
        let imports =
            |key: &str| Arc::new(list(key).iter().filter_map(Imports::from_value).map(Arc::new).collect::<Vec<_>>());
        let atom_pair = |value: &Value| match value {
            Value::Tuple(parts) if parts.len() == 2 => Some((parts[0].as_atom()?, parts[1].as_atom()?)),
            _ => None,
        };
        let macro_alias = |value: &Value| -> Option<MacroAlias> {
            let Value::Tuple(parts) = value else { return None };
            let [Value::Atom(alias), Value::Tuple(rest)] = parts.as_slice() else { return None };
            let [Value::Tuple(counter), Value::Atom(module)] = rest.as_slice() else { return None };
            let [Value::Atom(owner), Value::Int(number)] = counter.as_slice() else { return None };
            Some((*alias, (*owner, *number), *module))
        };
        let mut requires: Vec<Atom> = list("requires").iter().filter_map(Value::as_atom).collect();
        requires.sort();
        let variables = match get("versioned_vars") {
            Some(Value::Map(entries)) => entries
                .iter()
                .filter_map(|(key, version)| match (key, version) {
                    (Value::Tuple(parts), Value::Int(version)) => {
                        Some(((parts.first()?.as_atom()?, context_from_value(parts.get(1)?)?), *version as u32))
                    }
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let env = Env {
            module: get("module").and_then(non_nil),
            function: get("function").and_then(name_arity),
            file: get("file").and_then(Value::as_str).unwrap_or("nofile").into(),
            line: match get("line") {
                Some(Value::Int(line)) => u32::try_from(*line).unwrap_or(0),
                _ => 0,
            },
            context: match get("context").and_then(Value::as_atom).map(Atom::as_str) {
                Some("match") => Context::Match,
                Some("guard") => Context::Guard,
                _ => Context::Normal,
            },
            aliases: Arc::new(list("aliases").iter().filter_map(atom_pair).collect()),
            macro_aliases: Arc::new(list("macro_aliases").iter().filter_map(macro_alias).collect()),
            requires: Arc::new(requires),
            functions: imports("functions"),
            macros: imports("macros"),
            context_modules: Arc::new(list("context_modules").iter().filter_map(Value::as_atom).collect()),
            lexical: None,
            tracers: Arc::new(list("tracers").iter().filter_map(Value::as_atom).collect()),
        };
        Some((env, variables))
    }
}

/// The second part of a key in `versioned_vars`.
pub fn context_value(context: VarContext) -> Value {
    match context {
        VarContext::Atom(atom) => Value::Atom(atom),
        VarContext::Counter(module, number) => pair(module, number),
    }
}

/// Reads the second part of a key in `versioned_vars`, or a `counter:` of metadata.
pub fn context_from_value(value: &Value) -> Option<VarContext> {
    match value {
        Value::Atom(atom) => Some(VarContext::Atom(*atom)),
        Value::Int(number) => Some(VarContext::Counter(atoms::NIL, *number)),
        Value::Tuple(parts) => match parts.as_slice() {
            [Value::Atom(module), Value::Int(number)] => Some(VarContext::Counter(*module, *number)),
            _ => None,
        },
        _ => None,
    }
}
