//! Advice on words and signs that other languages have and Elixir has not.

/// What to write instead of a call of a function of this name that is not there.
pub fn advice(name: &str) -> Option<&'static str> {
    Some(match name {
        "return" => "a function gives the value of its last expression: leave `return` out",
        "break" | "continue" | "next" | "last" => {
            "no loop can be left: `Enum.reduce_while/3`, `Enum.find/2` and functions that call themselves stop early"
        }
        "while" | "until" | "loop" | "foreach" | "forEach" | "each" | "repeat" => {
            "there are no loops over variables that change: use `for x <- list`, the functions of `Enum`, or a function \
             that calls itself"
        }
        "elsif" | "elif" | "elseif" => "there is one `else`: for several conditions, write `cond do … end`",
        "switch" | "match" | "when" => "a value is compared with patterns by `case value do pattern -> … end`",
        "null" | "undefined" | "none" | "nothing" | "void" => "what is not there is `nil`",
        "print" | "println" | "puts" | "printf" | "echo" | "say" | "write" | "log" => {
            "text is printed by `IO.puts/1`, any value by `IO.inspect/1`"
        }
        "gets" | "input" | "readline" | "read_line" => "a line is read by `IO.gets/1`",
        "var" | "let" | "const" | "val" | "my" => "a variable is bound by `name = value`, without a word before",
        "function" | "func" | "fun" | "lambda" | "proc" | "sub" => {
            "functions are defined by `def name(arguments) do … end` in a module; those without a name are `fn arguments -> … end`"
        }
        "class" | "module" | "interface" | "namespace" | "package" => {
            "functions are kept in modules: `defmodule Name do … end`; data with named fields are structs (`defstruct`)"
        }
        "record" => "structs are defined by `defstruct [:field, …]` in a module",
        "include" | "extend" | "from" | "using" | "require_relative" => {
            "`alias`, `import`, `require` and `use` bring modules in; `Code.require_file/2` reads a file"
        }
        "len" | "size" | "count" => {
            "lists have `length/1`, strings `String.length/1`, maps `map_size/1`, tuples `tuple_size/1`"
        }
        "str" | "string" => "a value is made text by `to_string/1` or `\"#{value}\"`, and shown by `inspect/1`",
        "int" | "integer" => "`String.to_integer/1` reads an integer, `trunc/1` cuts a float",
        "float" => "`String.to_float/1` reads a float",
        "sprintf" | "format" => "values are put into text by `\"… #{value} …\"`",
        "sleep" => "`Process.sleep/1` waits",
        "panic" | "die" | "error" => "`raise \"message\"` raises an exception",
        "typeof" | "type" | "instanceof" => "`is_integer/1`, `is_binary/1` and their like tell kinds; patterns match structs: `%Name{}`",
        "await" | "async" => "`Task.async/1` and `Task.await/1` run functions beside each other",
        "assert" | "refute" => "assertions are there in modules that `use ExUnit.Case`, or after `import ExUnit.Assertions`",
        "xor" => "bits are combined after `import Bitwise`; conditions by `!=`",
        "this" => "there are no objects: a function takes what it works on as an argument",
        "/" | "//" => "a comment begins with `#`",
        "is_null" => "`is_nil/1` tells `nil`",
        _ => return None,
    })
}

/// What is said where a variable that holds a function is called as if it were one.
pub fn held(name: &str) -> String {
    format!("`{name}` is a variable: the function in it is called with a dot, `{name}.(…)`")
}
