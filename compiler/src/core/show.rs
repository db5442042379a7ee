//! Core as text, for tests and for looking at it.

use std::fmt;

use super::ir::*;

impl fmt::Display for Var {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b{}", self.0)
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Arg::Var(var) => write!(f, "{var}"),
            Arg::Nil => f.write_str("[]"),
            Arg::Atom(atom) => write!(f, "'{atom}'"),
            Arg::Int(number) => write!(f, "{number}"),
            Arg::Lit(value) => write!(f, "{value:?}"),
        }
    }
}

struct List<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, item) in self.0.iter().enumerate() {
            write!(f, "{}{item}", if position == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(dst) = self.dst {
            write!(f, "{dst} = ")?;
        }
        write!(f, "{:?}({})", self.kind, List(&self.args))
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Jump(to, args) => write!(f, "jump {to}({})", List(args)),
            End::Return(arg) => write!(f, "return {arg}"),
            End::TailCall(callee, args, _) => write!(f, "tail {callee:?}({})", List(args)),
            End::Test(test) => {
                if !test.dsts.is_empty() {
                    write!(f, "{} = ", List(&test.dsts))?;
                }
                write!(f, "{:?}({}) ? {} : {}", test.kind, List(&test.args), test.yes, test.no)
            }
            End::Select(arg, choices, default) => {
                write!(f, "select {arg}")?;
                choices.iter().try_for_each(|(value, to)| write!(f, " {value} -> {to},"))?;
                write!(f, " else {default}")
            }
            End::SelectArity(arg, choices, default) => {
                write!(f, "select size of {arg}")?;
                choices.iter().try_for_each(|(size, to)| write!(f, " {size} -> {to},"))?;
                write!(f, " else {default}")
            }
            other => write!(f, "{other:?}"),
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}({})", self.name, List(&self.params))?;
        for (number, block) in self.blocks.iter().enumerate() {
            write!(f, "b{number}({})", List(&block.params))?;
            if let Some(handler) = block.handler {
                write!(f, " try {handler}")?;
            }
            if let Some(tag) = block.catches {
                write!(f, " catches {tag}")?;
            }
            writeln!(f, ":")?;
            block.ops.iter().try_for_each(|op| writeln!(f, "  {op}"))?;
            writeln!(f, "  {}", block.end)?;
        }
        Ok(())
    }
}
