//! The shapes of quoted code and its metadata, and the errors of the grammar.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::Atom;

use super::ParseOptions;
use crate::diagnostic::SyntaxKind;
use crate::quoted::{Args, Meta, Node, Quoted};
use crate::source::SourceFile;
use crate::token::{Class, Kind, Part, SyntaxError, Token, MAX_DEPTH};

/// What all parsers of a text share.
pub struct State<'t> {
    /// The text.
    pub source: &'t SourceFile,
    /// How to parse it.
    pub options: &'t ParseOptions,
    /// Warnings so far.
    pub warnings: RefCell<Vec<SyntaxError>>,
    /// How deep the parsers are nested.
    pub depth: Cell<usize>,
    /// Atoms that metadata is made of.
    pub names: Names,
}

/// Atoms looked up once per text.
#[allow(missing_docs, reason = "each field is its text")]
pub struct Names {
    pub newlines: Atom,
    pub closing: Atom,
    pub end_of_expression: Atom,
    pub no_parens: Atom,
    pub ambiguous_op: Atom,
    pub delimiter: Atom,
    pub indentation: Atom,
    pub last: Atom,
    pub token: Atom,
    pub format: Atom,
    pub keyword: Atom,
    pub unquote_splicing: Atom,
    pub access: Atom,
    pub get: Atom,
    pub to_string: Atom,
    pub elixir_list: Atom,
    pub to_charlist: Atom,
    pub binary_to_atom: Atom,
    pub binary_to_existing_atom: Atom,
    pub utf8: Atom,
    pub r#in: Atom,
    pub not_in: Atom,
    pub step: Atom,
}

impl Names {
    fn new() -> Names {
        Names {
            newlines: Atom::new("newlines"),
            closing: Atom::new("closing"),
            end_of_expression: Atom::new("end_of_expression"),
            no_parens: Atom::new("no_parens"),
            ambiguous_op: Atom::new("ambiguous_op"),
            delimiter: Atom::new("delimiter"),
            indentation: Atom::new("indentation"),
            last: Atom::new("last"),
            token: Atom::new("token"),
            format: Atom::new("format"),
            keyword: Atom::new("keyword"),
            unquote_splicing: Atom::new("unquote_splicing"),
            access: Atom::new("Elixir.Access"),
            get: Atom::new("get"),
            to_string: Atom::new("to_string"),
            elixir_list: Atom::new("Elixir.List"),
            to_charlist: Atom::new("to_charlist"),
            binary_to_atom: Atom::new("binary_to_atom"),
            binary_to_existing_atom: Atom::new("binary_to_existing_atom"),
            utf8: Atom::new("utf8"),
            r#in: Atom::new("in"),
            not_in: Atom::new("not in"),
            step: Atom::new("..//"),
        }
    }
}

/// Entries of metadata before the position.
pub type Extra = Vec<(Atom, Quoted)>;

/// What a piece of an expression is to the grammar: decides what may follow it and where it may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Complete in itself, such as a literal or a call with parentheses: `[` after it is access.
    Access,
    /// An expression without `do` block.
    Matched,
    /// An expression with a `do` block at its end.
    Unmatched,
    /// A call without parentheses and with several arguments: takes all commas that follow.
    NoParens,
}

/// A parsed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// The code.
    pub quoted: Quoted,
    /// What it is to the grammar.
    pub shape: Shape,
}

impl Expr {
    /// An expression complete in itself.
    pub fn access(quoted: Quoted) -> Expr {
        Expr { quoted, shape: Shape::Access }
    }

    /// Whether a `do` block ends it.
    pub fn is_unmatched(&self) -> bool {
        self.shape == Shape::Unmatched
    }
}

fn splice_call(quoted: &Quoted, names: &Names) -> bool {
    matches!(quoted.as_call(), Some((name, _, [_])) if name == names.unquote_splicing)
}

fn is_not(quoted: &Quoted) -> bool {
    matches!(quoted.as_call(), Some((atoms::NOT | atoms::BANG, _, [_])))
}

impl<'t> State<'t> {
    /// The state at the start of a text.
    pub fn new(source: &'t SourceFile, options: &'t ParseOptions, warnings: Vec<SyntaxError>) -> State<'t> {
        State { source, options, warnings: RefCell::new(warnings), depth: Cell::new(0), names: Names::new() }
    }

    // Metadata.

    /// Metadata with the position of a token.
    pub fn meta(&self, token: &Token<'_>) -> Meta {
        self.meta_at(token.line, token.column)
    }

    /// Metadata with a position.
    pub fn meta_at(&self, line: u32, column: u32) -> Meta {
        Meta { line, column, expose_column: self.options.columns, extra: None }
    }

    /// Metadata with entries before the position.
    pub fn meta_with(&self, token: &Token<'_>, extra: Extra) -> Meta {
        with_extra(self.meta(token), extra)
    }

    /// `[line: …, column: …]` of a place, as a value in metadata.
    pub fn place(&self, line: u32, column: u32) -> Quoted {
        Quoted::list(self.place_entries(line, column))
    }

    fn place_entries(&self, line: u32, column: u32) -> Vec<Quoted> {
        let mut entries = vec![Quoted::pair(Quoted::Atom(atoms::LINE), Quoted::Int(line.into()))];
        if self.options.columns {
            entries.push(Quoted::pair(Quoted::Atom(atoms::COLUMN), Quoted::Int(column.into())));
        }
        entries
    }

    /// `newlines:`, when there are any and metadata of tokens is wanted.
    pub fn newlines(&self, newlines: u32, extra: &mut Extra) {
        if newlines > 0 && self.options.token_metadata {
            extra.push((self.names.newlines, Quoted::Int(newlines.into())));
        }
    }

    /// `newlines:` and `closing:`.
    pub fn closing(&self, newlines: u32, close: &Token<'_>) -> Extra {
        let mut extra = Extra::new();
        if self.options.token_metadata {
            self.newlines(newlines, &mut extra);
            extra.push((self.names.closing, self.place(close.line, close.column)));
        }
        extra
    }

    /// `delimiter:`, when metadata of tokens is wanted.
    pub fn delimiter(&self, delimiter: &str) -> Extra {
        match self.options.token_metadata {
            true => vec![(self.names.delimiter, Quoted::string(delimiter))],
            false => Extra::new(),
        }
    }

    /// Notes on an expression where it ended.
    pub fn end_expression(&self, quoted: &mut Quoted, separator: &Token<'_>) {
        if !self.options.token_metadata {
            return;
        }
        let mut entries = vec![Quoted::pair(Quoted::Atom(self.names.newlines), Quoted::Int(separator.newlines.into()))];
        entries.extend(self.place_entries(separator.line, separator.column));
        self.note_end(quoted, Quoted::list(entries));
    }

    fn note_end(&self, quoted: &mut Quoted, place: Quoted) {
        let Quoted::Node(node) = quoted else { return };
        let node = Arc::make_mut(node);
        if let (Quoted::Atom(atoms::ARROW), Args::List(args)) = (&node.form, &mut node.args) {
            if let [_, body @ Quoted::Node(_)] = args.as_mut_slice() {
                if let Quoted::Node(body) = body {
                    let body = Arc::make_mut(body);
                    body.meta
                        .extra
                        .get_or_insert_with(Default::default)
                        .insert(0, (self.names.end_of_expression, place));
                }
                return;
            }
        }
        node.meta.extra.get_or_insert_with(Default::default).insert(0, (self.names.end_of_expression, place));
    }

    // Shapes.

    /// A literal, marked when the caller wants to encode it.
    pub fn literal(&self, value: Quoted, meta: impl FnOnce() -> Meta) -> Quoted {
        match self.options.mark_literals {
            true => Quoted::call(super::LITERAL, meta(), vec![value]),
            false => value,
        }
    }

    /// `{name, meta, nil}`.
    pub fn variable(&self, name: Quoted, meta: Meta) -> Quoted {
        Quoted::Node(Arc::new(Node { form: name, meta, args: Args::Context(atoms::NIL) }))
    }

    /// Several expressions as one.
    pub fn block(&self, mut expressions: Vec<Quoted>) -> Quoted {
        if expressions.len() == 1 {
            let only = &expressions[0];
            if !splice_call(only, &self.names) && !is_not(only) {
                return expressions.remove(0);
            }
        }
        Quoted::call(atoms::BLOCK, Meta::default(), expressions)
    }

    /// `left operator right`.
    pub fn binary(
        &self,
        operator: &Token<'_>,
        class: Class,
        name: Atom,
        newlines: u32,
        left: Quoted,
        right: Quoted,
    ) -> Result<Quoted, Box<SyntaxError>> {
        let mut extra = Extra::new();
        let newlines = match class {
            Class::Match => operator.newlines,
            Class::In if name == self.names.not_in || is_not(&left) => 0,
            _ if newlines > 0 => newlines,
            _ => operator.newlines,
        };
        self.newlines(newlines, &mut extra);
        let meta = self.meta_with(operator, extra);
        match class {
            Class::In if name == self.names.not_in => {
                let inner = Quoted::call(self.names.r#in, meta.clone(), vec![left, right]);
                Ok(Quoted::call(atoms::NOT, meta, vec![inner]))
            }
            Class::In if is_not(&left) => {
                let message = "\"not expr1 in expr2\" is deprecated, use \"expr1 not in expr2\" instead";
                self.warn(operator, "syntax::deprecated", message);
                let Some((not, _, [operand])) = left.as_call() else { unreachable!("it was just seen to be a call") };
                let inner = Quoted::call(name, meta.clone(), vec![operand.clone(), right]);
                Ok(Quoted::call(not, meta, vec![inner]))
            }
            Class::Ternary => match left.as_node() {
                Some(Node { form: Quoted::Atom(atoms::DOTDOT), meta, args: Args::List(ends) }) if ends.len() == 2 => {
                    let mut args = ends.clone();
                    args.push(right);
                    Ok(Quoted::call(self.names.step, meta.clone(), args))
                }
                _ => {
                    let message = "the range step operator (//) must immediately follow the range definition operator \
                                   (..), for example: 1..9//2. If you wanted to define a default argument, use (\\\\) \
                                   instead. Syntax error before: ";
                    let error = self
                        .error_at(operator, "syntax::step", message, "'//'")
                        .summary("`//` stands only after a range")
                        .label(span(operator), "no range before this")
                        .help("A stepped range is `first..last//step`; a default argument is written with `\\\\`.");
                    Err(Box::new(error))
                }
            },
            _ => {
                if class == Class::Xor || name.as_str() == "<|>" {
                    self.warn_deprecated(operator, name);
                }
                Ok(Quoted::call(name, meta, vec![left, right]))
            }
        }
    }

    fn warn_deprecated(&self, operator: &Token<'_>, name: Atom) {
        let message = match name.as_str() {
            "^^^" => "^^^ is deprecated. It is typically used as xor but it has the wrong precedence, use \
                      Bitwise.bxor/2 instead"
                .to_string(),
            name => format!("{name} is deprecated. Use another pipe-like operator"),
        };
        self.warn(operator, "syntax::deprecated", message);
    }

    /// `left[key]`.
    pub fn access(&self, left: Quoted, key: Quoted, open: &Token<'_>, newlines: u32, close: &Token<'_>) -> Quoted {
        let meta = self.meta_with(open, self.closing(newlines, close));
        let names = [Quoted::Atom(self.names.access), Quoted::Atom(self.names.get)];
        let dot = Quoted::call(atoms::DOT, meta.clone(), names.to_vec());
        Quoted::call(dot, meta, vec![left, key])
    }

    // Warnings and errors.

    /// Adds a warning about a token.
    pub fn warn(&self, token: &Token<'_>, code: &'static str, message: impl Into<String>) {
        let warning = SyntaxError::new(code, (token.line, token.column), message, "").label(span(token), "");
        self.warnings.borrow_mut().push(warning);
    }

    /// An error at a token.
    pub fn error_at(
        &self,
        token: &Token<'_>,
        code: &'static str,
        message: impl Into<String>,
        shown: impl Into<String>,
    ) -> SyntaxError {
        SyntaxError::new(code, (token.line, token.column), message, shown)
    }

    /// An error at a token, its text the token Elixir names.
    pub fn error_before(&self, token: &Token<'_>, code: &'static str, message: &str) -> SyntaxError {
        self.error_at(token, code, format!("{message}. Syntax error before: "), self.shown(token))
            .summary(message)
            .label(span(token), "")
    }

    /// The nesting limit is reached at `token`.
    pub fn too_deep(&self, token: &Token<'_>) -> SyntaxError {
        let message = format!("nesting deeper than {MAX_DEPTH} levels");
        self.error_at(token, "syntax::depth", message, "").label(span(token), "here")
    }

    /// The token at `at` cannot stand where it stands.
    pub fn unexpected(&self, tokens: &[Token<'_>], at: usize) -> SyntaxError {
        let message = "syntax error before: ";
        match tokens.get(at) {
            Some(token) => {
                let shown = self.shown(token);
                let text = &self.source.text[token.start as usize..token.end as usize];
                let (summary, label, help) = match &token.kind {
                    Kind::Eol => ("unexpected end of line".to_string(), "the line ends too early", None),
                    Kind::Keyword(..) | Kind::KeywordParts(..) => (
                        format!("a keyword cannot stand here: `{text}`"),
                        "not inside of a list, a map or the arguments of a call",
                        Some("Keyword lists outside of calls are written in brackets: `[key: value]`."),
                    ),
                    Kind::Operator(Class::Stab, _) => (
                        "`->` cannot stand here".to_string(),
                        "not inside of `fn`, `case`, `cond`, … ",
                        Some("Clauses with `->` stand after `fn`, in `do` blocks and in parentheses."),
                    ),
                    Kind::Operator(Class::Assoc, _) => (
                        "`=>` cannot stand here".to_string(),
                        "not inside of a map",
                        Some("Pairs with `=>` stand in maps: `%{key => value}`."),
                    ),
                    Kind::Block(_) => (
                        format!("`{text}` belongs to no block"),
                        "no `do` block is open here",
                        Some("Check that an `end` before it does not close its block."),
                    ),
                    Kind::Operator(..) => {
                        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                        let touches = before.is_some_and(|before| {
                            before.end == token.start && matches!(before.kind, Kind::Operator(..))
                        });
                        let help = match text {
                            "=" if touches => {
                                Some("A variable is bound anew by `name = name + value`: no operator does both.")
                            }
                            "/" | "//" if before.is_none_or(|before| before.line != token.line) => {
                                Some("A comment begins with `#`.")
                            }
                            _ => None,
                        };
                        (format!("unexpected operator `{text}`"), "an operand is missing before this", help)
                    }
                    Kind::Comma => (
                        "unexpected comma".to_string(),
                        "nothing can be separated here",
                        Some("Commas separate arguments, elements and keyword pairs."),
                    ),
                    Kind::Close(_) => (format!("unexpected `{text}`"), "something is missing before this", None),
                    Kind::Do => (
                        "unexpected `do`".to_string(),
                        "no call takes this block",
                        Some("A `do` block belongs to a call: `name arguments do … end`."),
                    ),
                    Kind::String(..) | Kind::Charlist(..) => {
                        ("unexpected string".to_string(), "a comma or an operator may be missing before it", None)
                    }
                    _ => (
                        format!("unexpected `{text}`"),
                        "a comma, an operator or a line break may be missing before it",
                        None,
                    ),
                };
                let mut error = self
                    .error_at(token, "syntax::unexpected", message, shown)
                    .summary(summary)
                    .label(span(token), label);
                error.help = help.map(str::to_string);
                let unexpected_do = matches!(&token.kind, Kind::Keyword(Quoted::Atom(atoms::DO), _))
                    && !matches!(
                        at.checked_sub(1).and_then(|before| tokens.get(before)).map(|token| &token.kind),
                        None | Some(Kind::Keyword(..) | Kind::Comma | Kind::Operator(..))
                    );
                if unexpected_do {
                    error.message = "unexpected keyword: ".to_string();
                    error.token = "do:".to_string();
                    error.suffix = Some(UNEXPECTED_DO.to_string());
                } else {
                    error.raised = self.raised(token, text);
                }
                error
            }
            None => {
                let (position, end) = match tokens.last() {
                    Some(last) => ((last.line, last.column), span(last)),
                    None => ((self.options.line, self.options.column), 0..0),
                };
                // What is shown is what stands there, not the end of its line.
                let end = tokens.iter().rev().find(|token| !matches!(token.kind, Kind::Eol)).map_or(end, span);
                let mut error = SyntaxError::new("syntax::incomplete", position, message, "")
                    .summary("the code ends in the middle of an expression")
                    .label(end.clone(), "something must follow this");
                if matches!(&self.source.text[end], "++" | "--") {
                    error.help =
                        Some("`++` and `--` join and subtract lists; to count, write `name = name + 1`.".into());
                }
                error.kind = SyntaxKind::TokenMissing;
                error
            }
        }
    }

    /// What the exception says of a token, where that is not what the error as data shows.
    fn raised(&self, token: &Token<'_>, text: &str) -> Option<String> {
        let before = |shown: String| Some(format!("syntax error before: {shown}"));
        match &token.kind {
            Kind::Eol => Some("unexpectedly reached end of line. The current expression is invalid or incomplete".into()),
            Kind::Char(_) => before(text.to_string()),
            Kind::Constant(_) | Kind::Block(_) | Kind::End | Kind::Operator(..) if is_reserved(text) => before(format!(
                "{text}. \"{text}\" is a reserved word in Elixir and therefore its usage is limited. For instance, it can't be \
                 used as a variable or be defined nor invoked as a regular function"
            )),
            Kind::String(parts, _)
            | Kind::Charlist(parts, _)
            | Kind::AtomParts(parts, _)
            | Kind::KeywordParts(parts, _) => {
                let text = first_text(parts, true);
                before(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")))
            }
            Kind::Sigil(sigil) => {
                before(format!("sigil ~{} starting with content '{}'", sigil.name, first_text(&sigil.parts, false)))
            }
            _ => None,
        }
    }

    /// A token as Elixir's messages show it.
    pub fn shown(&self, token: &Token<'_>) -> String {
        let text = || self.source.text[token.start as usize..token.end as usize].to_string();
        match &token.kind {
            Kind::Identifier(name, _) | Kind::Alias(name) | Kind::Atom(name, _) | Kind::Keyword(name, _) => {
                match name {
                    Quoted::Atom(name) => erlang_atom(name.as_str()),
                    _ => text(),
                }
            }
            Kind::Integer(_) | Kind::Float(_) => format!("\"{}\"", text()),
            Kind::Char(_) => format!("${}", &text()[1..]),
            Kind::String(parts, None) | Kind::Charlist(parts, None) => erlang_parts(parts),
            Kind::AtomParts(parts, _) | Kind::KeywordParts(parts, _) => erlang_parts(parts),
            Kind::String(parts, Some(indentation)) => {
                format!("{{bin_heredoc,{{{},{},nil}},{indentation},{}}}", token.line, token.column, erlang_parts(parts))
            }
            Kind::Charlist(parts, Some(indentation)) => {
                format!(
                    "{{list_heredoc,{{{},{},nil}},{indentation},{}}}",
                    token.line,
                    token.column,
                    erlang_parts(parts)
                )
            }
            Kind::Sigil(sigil) => {
                let modifiers =
                    if sigil.modifiers.is_empty() { "[]".into() } else { format!("\"{}\"", sigil.modifiers) };
                let indentation = sigil.indentation.map_or("nil".into(), |indentation| indentation.to_string());
                format!(
                    "{{sigil,{{{},{},nil}},{},{},{modifiers},{indentation},<<\"{}\">>}}",
                    token.line,
                    token.column,
                    sigil.name.as_bytes()[0],
                    erlang_parts(&sigil.parts),
                    sigil.delimiter.replace('"', "\\\"")
                )
            }
            Kind::Operator(_, name) | Kind::Constant(name) | Kind::Block(name) => erlang_atom(name.as_str()),
            Kind::Open(delimiter) => erlang_atom(delimiter.open()),
            Kind::Close(delimiter) => erlang_atom(delimiter.close()),
            Kind::MapStart => erlang_atom("%{}"),
            Kind::Percent => erlang_atom("%"),
            Kind::Eol => "eol".into(),
            Kind::Semicolon => erlang_atom(";"),
            Kind::Comma => erlang_atom(","),
            Kind::Dot | Kind::DotCall => erlang_atom("."),
            Kind::Fn => "fn".into(),
            Kind::Do => "do".into(),
            Kind::End => erlang_atom("end"),
        }
    }
}

/// Puts entries before those that are there.
pub fn with_extra(mut meta: Meta, mut extra: Extra) -> Meta {
    if !extra.is_empty() {
        match &mut meta.extra {
            Some(old) => {
                extra.append(old);
                **old = extra;
            }
            none => *none = Some(Box::new(extra)),
        }
    }
    meta
}

/// The bytes of a token.
pub fn span(token: &Token<'_>) -> std::ops::Range<usize> {
    token.start as usize..token.end as usize
}

/// An atom as Erlang writes it.
fn erlang_atom(text: &str) -> String {
    const RESERVED: &[&str] = &[
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond",
        "div", "end", "fun", "if", "let", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor",
    ];
    let plain = text.starts_with(char::is_lowercase)
        && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '@')
        && !RESERVED.contains(&text);
    if plain {
        return text.to_string();
    }
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
}

/// The parts of a string as Erlang writes the list of them.
fn erlang_parts(parts: &[Part<'_>]) -> String {
    let shown: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Text(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                format!("<<\"{}\">>", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
            }
            Part::Code(code) => {
                format!("{{{{{},{},nil}},{{{},{},nil}},[...]}}", code.start.0, code.start.1, code.end.0, code.end.1)
            }
        })
        .collect();
    format!("[{}]", shown.join(","))
}

/// The text that parts begin with, or the first one anywhere among them.
fn first_text(parts: &[Part<'_>], anywhere: bool) -> String {
    let count = if anywhere { parts.len() } else { 1 };
    let found = parts.iter().take(count).find_map(|part| match part {
        Part::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Part::Code(_) => None,
    });
    found.unwrap_or_default()
}

const UNEXPECTED_DO: &str = ". In case you wanted to write a \"do\" expression, you must either use do-blocks or separate the \
                             keyword argument with comma. For example, you should either write:\n\n    if some_condition? \
                             do\n      :this\n    else\n      :that\n    end\n\nor the equivalent construct:\n\n    \
                             if(some_condition?, do: :this, else: :that)\n\nwhere \"some_condition?\" is the first argument \
                             and the second argument is a keyword list.\n\nYou may see this error if you forget a trailing \
                             comma before the \"do\" in a \"do\" block";

/// Whether the word has a meaning of its own, so that it names nothing.
fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "and" | "or" | "not" | "when" | "in" | "after" | "catch" | "rescue" | "else" | "end" | "true" | "false" | "nil"
    )
}
