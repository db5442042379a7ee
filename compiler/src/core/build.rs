//! The state of lowering: the module, the function being built and those around it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use beamlet_vm::Atom;

use super::ir::*;
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;
use crate::tree::{self, VarId};

/// Hashes small numbers by multiplying: the tables are by variable and never hold hostile keys.
#[derive(Default)]
pub(crate) struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

/// A table by small numbers.
pub(crate) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// Where the value of an expression goes; reaching it ends the current block.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// The function returns it.
    Tail,
    /// The only parameter of a block.
    Join(BlockId),
    /// Nowhere; the block comes next.
    Effect(BlockId),
    /// To the first block unless it is `false` or `nil`, else to the second.
    Branch(BlockId, BlockId),
}

/// The function being built.
pub(crate) struct Builder {
    pub(crate) blocks: Vec<Block>,
    pub(super) cur: BlockId,
    pub(super) next_var: u32,
    env: NumberMap<VarId, Arg>,
    pub(super) params: Vec<Var>,
    /// Free variables found so far: the parameter here and the argument in the function around.
    pub(super) captured: Vec<(Var, Arg)>,
    /// The handler of the innermost `try` around the current place.
    pub(super) handler: Option<BlockId>,
}

impl Builder {
    fn new() -> Builder {
        let entry = Block::open(None);
        Builder {
            blocks: vec![entry],
            cur: BlockId(0),
            next_var: 0,
            env: NumberMap::default(),
            params: Vec::new(),
            captured: Vec::new(),
            handler: None,
        }
    }
}

impl Block {
    /// An empty block.
    pub(super) fn open(handler: Option<BlockId>) -> Block {
        Block { params: Vec::new(), ops: Vec::new(), end: End::Open, handler, catches: None }
    }
}

/// Lowers one module.
pub(crate) struct Lower<'t> {
    module: &'t tree::Module,
    defined: HashSet<(Atom, u32)>,
    done: Vec<Function>,
    errors: Vec<Diagnostic>,
    /// The function being built.
    pub(crate) f: Builder,
    /// The functions around it, outermost first.
    around: Vec<Builder>,
    /// The name and arity of the function of the source, for the names of those lifted out of it.
    home: (Atom, u32),
    lifted: u32,
    /// How many hidden variables there are.
    pub(super) hidden_count: u32,

    file: Option<String>,
}

impl<'t> Lower<'t> {
    pub(super) fn new(module: &'t tree::Module) -> Lower<'t> {
        Lower {
            module,
            defined: module.functions.iter().map(|f| (f.name, u32::from(f.arity))).collect(),
            done: Vec::with_capacity(module.functions.len()),
            errors: Vec::new(),
            f: Builder::new(),
            around: Vec::new(),
            home: (module.name, 0),
            lifted: 0,
            hidden_count: 0,
            file: None,
        }
    }

    pub(super) fn finish(self) -> Result<Vec<Function>, Vec<Diagnostic>> {
        if self.errors.is_empty() {
            Ok(self.done)
        } else {
            Err(self.errors)
        }
    }

    /// Reports what cannot be compiled.
    pub(crate) fn error(&mut self, code: &'static str, line: u32, message: impl Into<String>) {
        let file = self.file.as_deref().unwrap_or(&self.module.file);
        let source = SourceFile::new(file, "");
        let function = format!("in {}/{} on line {line}", self.home.0, self.home.1);
        self.errors.push(Diagnostic::error(code, &source, message).help(function));
    }

    /// Lowers a function of the source.
    pub(super) fn function(&mut self, function: &'t tree::Function) {
        self.f = Builder::new();
        self.around.clear();
        self.home = (function.name, u32::from(function.arity));
        self.lifted = 0;
        self.file.clone_from(&function.file);
        let params: Vec<Var> = (0..function.arity).map(|_| self.var()).collect();
        self.f.params.clone_from(&params);
        self.clauses_of_function(&params, &function.clauses);
        let built = std::mem::replace(&mut self.f, Builder::new());
        self.done.push(Function {
            name: function.name,
            params: built.params,
            exported: function.exported,
            blocks: built.blocks,
            var_count: built.next_var,
            line: function.line,
            file: function.file.clone(),
        });
    }

    /// Whether the module has this function.
    pub(super) fn is_defined(&self, name: Atom, arity: u32) -> bool {
        self.defined.contains(&(name, arity))
    }

    /// A name for a function lifted out of the current one.
    pub(super) fn lifted_name(&mut self, what: &str) -> Atom {
        let (name, mut arity) = self.home;
        // However many variables the code of a file or a script is given, traces show it with one parameter.
        if name.as_str() == "__FILE__" {
            arity = 1;
        }
        let number = self.lifted;
        self.lifted += 1;
        let text = format!("-{name}/{arity}-{what}-{number}-");
        // Too long a name for an atom: the number alone is unique, for the module too through the function's place.
        Atom::try_new(&text).unwrap_or_else(|_| Atom::new(&format!("-{}-{what}-{number}-", self.done.len())))
    }

    /// Starts a function within the current one.
    pub(super) fn enter(&mut self) {
        let outer = std::mem::replace(&mut self.f, Builder::new());
        self.around.push(outer);
    }

    /// Ends the function started last: its free variables become its last parameters. Calls of itself, named by
    /// `name` with the arity `own`, get them too. Returns the arguments for them and the whole arity.
    pub(super) fn leave(&mut self, name: Atom, line: u32) -> (Vec<Arg>, u32) {
        let outer = self.around.pop().expect("every leave has its enter");
        let mut built = std::mem::replace(&mut self.f, outer);
        let own = built.params.len() as u32;
        let free: Vec<Var> = built.captured.iter().map(|(var, _)| *var).collect();
        built.params.extend_from_slice(&free);
        let arity = built.params.len() as u32;
        let itself = Callee::Local(name, own);
        for block in &mut built.blocks {
            if let End::TailCall(callee, args, _) = &mut block.end {
                if *callee == itself && args.len() as u32 == own {
                    *callee = Callee::Local(name, arity);
                    args.extend(free.iter().map(|&var| Arg::Var(var)));
                }
            }
            if let End::FunctionClause(args) = &mut block.end {
                args.extend(free.iter().map(|&var| Arg::Var(var)));
            }
        }
        self.done.push(Function {
            name,
            params: built.params,
            exported: false,
            blocks: built.blocks,
            var_count: built.next_var,
            line,
            file: self.file.clone(),
        });
        (built.captured.into_iter().map(|(_, arg)| arg).collect(), arity)
    }

    /// A new variable.
    pub(crate) fn var(&mut self) -> Var {
        let var = Var(self.f.next_var);
        self.f.next_var += 1;
        var
    }

    /// A new parameter of the function.
    pub(super) fn param(&mut self) -> Var {
        let var = self.var();
        self.f.params.push(var);
        var
    }

    /// A new block, in the current `try`.
    pub(crate) fn block(&mut self) -> BlockId {
        let id = BlockId(self.f.blocks.len() as u32);
        self.f.blocks.push(Block::open(self.f.handler));
        id
    }

    /// A new block with one parameter.
    pub(crate) fn join(&mut self) -> (BlockId, Var) {
        let block = self.block();
        let var = self.var();
        self.f.blocks[block.index()].params.push(var);
        (block, var)
    }

    /// Adds a parameter to a block.
    pub(crate) fn block_param(&mut self, block: BlockId) -> Var {
        let var = self.var();
        self.f.blocks[block.index()].params.push(var);
        var
    }

    /// Goes on in another block.
    pub(crate) fn enter_block(&mut self, block: BlockId) {
        self.f.cur = block;
    }

    /// The block under construction.
    pub(crate) fn current(&self) -> BlockId {
        self.f.cur
    }

    /// Appends an operation.
    pub(crate) fn op(&mut self, kind: OpKind, args: Vec<Arg>, dst: Option<Var>, line: u32) {
        let cur = self.f.cur.index();
        self.f.blocks[cur].ops.push(Op { kind, args, dst, line });
    }

    /// Appends an operation with a result.
    pub(crate) fn value(&mut self, kind: OpKind, args: Vec<Arg>, line: u32) -> Arg {
        let dst = self.var();
        self.op(kind, args, Some(dst), line);
        Arg::Var(dst)
    }

    /// Ends the current block. What is appended before another block is entered goes nowhere.
    pub(crate) fn end(&mut self, end: End) {
        let cur = self.f.cur.index();
        debug_assert!(matches!(self.f.blocks[cur].end, End::Open), "a block ends once");
        self.f.blocks[cur].end = end;
    }

    /// Ends the current block with a test.
    pub(crate) fn test(&mut self, kind: TestKind, args: Vec<Arg>, dsts: Vec<Var>, yes: BlockId, no: BlockId) {
        self.end(End::Test(Box::new(Test { kind, args, dsts, yes, no })));
    }

    /// Ends the current block by delivering a value.
    pub(crate) fn deliver(&mut self, value: Arg, target: Target) {
        match target {
            Target::Tail => self.end(End::Return(value)),
            Target::Join(block) => self.end(End::Jump(block, vec![value])),
            Target::Effect(block) => self.end(End::Jump(block, Vec::new())),
            Target::Branch(yes, no) => self.branch(value, yes, no),
        }
    }

    /// Ends the current block by the truth of a value.
    pub(crate) fn branch(&mut self, value: Arg, yes: BlockId, no: BlockId) {
        use beamlet_vm::atom::atoms;
        match value {
            Arg::Atom(atom) if atom == atoms::FALSE || atom == atoms::NIL => self.end(End::Jump(no, Vec::new())),
            Arg::Var(_) => {
                let choices = vec![(Arg::Atom(atoms::FALSE), no), (Arg::Atom(atoms::NIL), no)];
                self.end(End::Select(value, choices, yes));
            }
            _ => self.end(End::Jump(yes, Vec::new())),
        }
    }

    /// Makes a variable of the tree stand for an argument.
    pub(crate) fn bind(&mut self, id: VarId, arg: Arg) {
        self.f.env.insert(id, arg);
    }

    /// What a variable of the tree stands for here. One of a function around becomes a free variable.
    pub(crate) fn lookup(&mut self, id: VarId, line: u32) -> Arg {
        if let Some(arg) = self.f.env.get(&id) {
            return arg.clone();
        }
        let Some(level) = self.around.iter().rposition(|f| f.env.contains_key(&id)) else {
            self.error("codegen::unbound", line, format!("variable number {} is used before it is bound", id.0));
            return Arg::Nil;
        };
        let mut arg = self.around[level].env[&id].clone();
        for inner in level + 1..=self.around.len() {
            if arg.var().is_none() {
                break;
            }
            let f = if inner == self.around.len() { &mut self.f } else { &mut self.around[inner] };
            let var = Var(f.next_var);
            f.next_var += 1;
            f.captured.push((var, arg));
            arg = Arg::Var(var);
            f.env.insert(id, arg.clone());
        }
        if arg.var().is_none() {
            self.f.env.insert(id, arg.clone());
        }
        arg
    }

    /// A value of the function around as a free variable of this one.
    pub(super) fn capture(&mut self, arg: Arg) -> Arg {
        if arg.var().is_none() {
            return arg;
        }
        if let Some((var, _)) = self.f.captured.iter().find(|(_, outer)| *outer == arg) {
            return Arg::Var(*var);
        }
        let var = self.var();
        self.f.captured.push((var, arg));
        Arg::Var(var)
    }
}
