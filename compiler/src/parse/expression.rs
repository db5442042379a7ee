//! Operands, prefix operators, and operators by precedence.

use beamlet_vm::atom::atoms;

use super::build::{span, Expr, Shape};
use super::cursor::{skip_eol, Cursor, Parse};
use super::{call, container, grammar, literal};
use crate::quoted::Quoted;
use crate::token::{Associativity, Class, Delimiter, Kind, Token};

/// What an expression may contain where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Whether a `do` block may end it. Not so among arguments without parentheses: the block is the outer call's.
    pub blocks: bool,
    /// Whether `|` ends it, as in `%{map | …}`.
    pub stop_at_pipe: bool,
    /// Whether `{` ends it, as in `%name{…}`.
    pub stop_at_brace: bool,
}

impl Context {
    /// Everything allowed.
    pub const FULL: Context = Context { blocks: true, stop_at_pipe: false, stop_at_brace: false };
    /// An argument of a call without parentheses.
    pub const ARGUMENT: Context = Context { blocks: false, ..Context::FULL };
}

/// How tightly `&` takes its operand.
const CAPTURE_PRECEDENCE: u16 = 90;

/// How tightly `|` takes its operands.
pub const PIPE_PRECEDENCE: u16 = 70;

/// An expression.
pub fn expression(cursor: Cursor<'_>) -> Parse<'_, Expr> {
    expression_in(cursor, Context::FULL)
}

/// An expression where not everything is allowed.
pub fn expression_in(cursor: Cursor<'_>, context: Context) -> Parse<'_, Expr> {
    expression_above(cursor, 0, context)
}

/// Goes on with an expression that starts with this operand.
pub fn continue_expression(cursor: Cursor<'_>, left: Expr, context: Context) -> Parse<'_, Expr> {
    let (cursor, left) = call::postfix(cursor, left, context)?;
    operators(cursor, left, 0, context)
}

/// An expression of operators that bind at least as tightly as `minimum`.
pub fn expression_above(cursor: Cursor<'_>, minimum: u16, context: Context) -> Parse<'_, Expr> {
    cursor.nested(|cursor| {
        let (cursor, left) = unary(cursor, context)?;
        operators(cursor, left, minimum, context)
    })
}

/// Goes on with an operand by the operators that bind at least as tightly as `minimum`.
pub fn operators(mut cursor: Cursor<'_>, mut left: Expr, minimum: u16, context: Context) -> Parse<'_, Expr> {
    let state = cursor.state;
    loop {
        if left.shape == Shape::NoParens {
            return Ok((cursor, left));
        }
        let Some(token @ Token { kind: Kind::Operator(class, name), .. }) = cursor.token() else {
            return Ok((cursor, left));
        };
        let Some((precedence, associativity)) = class.binary() else { return Ok((cursor, left)) };
        if precedence < minimum || (context.stop_at_pipe && *class == Class::Pipe) {
            return Ok((cursor, left));
        }
        let (rest, newlines) = skip_eol(cursor.advance());
        let above = match associativity {
            Associativity::Left => precedence + 1,
            Associativity::Right => precedence,
        };
        let inner = Context { stop_at_pipe: false, ..context };
        let (rest, right) = match (class, rest.kind()) {
            (Class::When, Some(Kind::Keyword(..) | Kind::KeywordParts(..))) => {
                let (rest, pairs) = rest.nested(container::keywords_without_parens)?;
                (rest, Expr { quoted: Quoted::list(pairs), shape: Shape::NoParens })
            }
            _ => expression_above(rest, above, inner)?,
        };
        let shape = match (left.shape, right.shape) {
            (Shape::Unmatched, _) | (_, Shape::Unmatched) => Shape::Unmatched,
            (_, Shape::NoParens) => Shape::NoParens,
            _ => Shape::Matched,
        };
        if *class == Class::Arrow {
            warn_ambiguous_pipe(token, &right, cursor);
        }
        cursor = rest;
        match state.binary(token, *class, *name, newlines, left.quoted, right.quoted) {
            Ok(quoted) => left = Expr { quoted, shape },
            Err(error) => return cursor.fail(error),
        }
    }
}

/// `a |> b c`: which call the pipe goes into is easily misread.
fn warn_ambiguous_pipe(operator: &Token<'_>, right: &Expr, cursor: Cursor<'_>) {
    if !matches!(right.shape, Shape::Matched | Shape::NoParens)
        || operator.end as usize >= cursor.state.source.text.len()
    {
        return;
    }
    let Some(node) = right.quoted.as_node() else { return };
    let crate::quoted::Args::List(args) = &node.args else { return };
    let is_no_parens_call = match &node.form {
        Quoted::Atom(name) => {
            let text = name.as_str();
            !args.is_empty() && text.starts_with(|c: char| c.is_alphabetic() || c == '_') && !is_word_operator(text)
        }
        Quoted::Node(dot) => dot.form == Quoted::Atom(atoms::DOT) && !args.is_empty(),
        _ => false,
    };
    if is_no_parens_call {
        let name = &cursor.state.source.text[operator.start as usize..operator.end as usize];
        let message = format!(
            "parentheses are required when piping into a function call. For example:\n\n    foo 1 {name} bar 2 {name} baz \
             3\n\nis ambiguous and should be written as\n\n    foo(1) {name} bar(2) {name} baz(3)\n\nAmbiguous pipe found \
             at:"
        );
        cursor.state.warn(operator, "syntax::ambiguous_pipe", message);
    }
}

fn is_word_operator(text: &str) -> bool {
    matches!(text, "and" | "or" | "not" | "in" | "when")
}

/// A prefix operator and its operand, or an operand with what is attached to it.
fn unary(cursor: Cursor<'_>, context: Context) -> Parse<'_, Expr> {
    let Some(token @ Token { kind: Kind::Operator(class, name), .. }) = cursor.token() else {
        let (cursor, operand) = operand(cursor, context)?;
        return call::postfix(cursor, operand, context);
    };
    let state = cursor.state;
    let meta = state.meta(token);
    let (rest, _) = skip_eol(cursor.advance());
    match class {
        Class::Unary | Class::Dual => {
            let (rest, operand) = rest.nested(|cursor| unary(cursor, context))?;
            let (rest, operand) = block_operand(rest, operand, context)?;
            let quoted = Quoted::call(*name, meta, vec![operand.quoted]);
            Ok((rest, Expr { quoted, shape: prefixed(operand.shape) }))
        }
        Class::Ternary => {
            // `&//2`: the division operator's name, and its arity.
            let (rest, operand) = rest.nested(|cursor| unary(cursor, context))?;
            let (rest, operand) = block_operand(rest, operand, context)?;
            let slash = Quoted::Atom(atoms::SLASH);
            let inner = state.variable(slash.clone(), meta);
            let outer = state.meta_at(token.line, token.column + 1);
            let quoted = Quoted::call(slash, outer, vec![inner, operand.quoted]);
            Ok((rest, Expr { quoted, shape: prefixed(operand.shape) }))
        }
        Class::Capture => {
            if is_capture_argument(cursor) {
                let (rest, argument) = capture_argument(cursor)?;
                return call::postfix(rest, argument, context);
            }
            let inner = Context { stop_at_pipe: false, ..context };
            let (rest, operand) = expression_above(rest, CAPTURE_PRECEDENCE + 1, inner)?;
            let (rest, operand) = block_operand(rest, operand, context)?;
            let quoted = Quoted::call(*name, meta, vec![operand.quoted]);
            Ok((rest, Expr { quoted, shape: prefixed(operand.shape) }))
        }
        Class::At => {
            let (rest, inner) = match rest.kind() {
                Some(Kind::Operator(Class::Capture, _)) if is_capture_argument(rest) => capture_argument(rest)?,
                Some(Kind::Operator(..)) => rest.nested(|cursor| unary(cursor, context))?,
                _ => operand(rest, context)?,
            };
            let wrap = |inner: Quoted| Quoted::call(*name, meta, vec![inner]);
            if inner.shape == Shape::Access && matches!(rest.kind(), Some(Kind::Open(Delimiter::Square))) {
                let left = Expr::access(wrap(inner.quoted));
                return call::postfix(rest, left, context);
            }
            let (rest, inner) = block_operand(rest, inner, context)?;
            let left = Expr { quoted: wrap(inner.quoted), shape: prefixed(inner.shape) };
            call::postfix(rest, left, context)
        }
        Class::Range => {
            let quoted = Quoted::call(*name, meta, Vec::new());
            call::postfix(cursor.advance(), Expr::access(quoted), context)
        }
        _ => cursor.unexpected(),
    }
}

/// Whether `&1` or its like stands here.
fn is_capture_argument(cursor: Cursor<'_>) -> bool {
    matches!(skip_eol(cursor.advance()).0.kind(), Some(Kind::Integer(_)))
}

/// `&1`: complete in itself.
fn capture_argument(cursor: Cursor<'_>) -> Parse<'_, Expr> {
    let Some(token @ Token { kind: Kind::Operator(_, name), .. }) = cursor.token() else { return cursor.unexpected() };
    let (rest, _) = skip_eol(cursor.advance());
    let Some(Kind::Integer(number)) = rest.kind() else { return rest.unexpected() };
    let argument = Quoted::call(*name, cursor.state.meta(token), vec![number.clone()]);
    Ok((rest.advance(), Expr::access(argument)))
}

/// What an expression is when a prefix operator stands before it.
fn prefixed(shape: Shape) -> Shape {
    match shape {
        Shape::Access => Shape::Matched,
        shape => shape,
    }
}

/// The operand of a prefix operator that ends with a `do` block takes all operators that follow.
fn block_operand(cursor: Cursor<'_>, operand: Expr, context: Context) -> Parse<'_, Expr> {
    match operand.is_unmatched() {
        true => operators(cursor, operand, 0, context),
        false => Ok((cursor, operand)),
    }
}

/// A name with its arguments, a literal, a container, parentheses or `fn`, without access and dots after it.
pub fn operand(cursor: Cursor<'_>, context: Context) -> Parse<'_, Expr> {
    let state = cursor.state;
    let Some(token) = cursor.token() else { return cursor.unexpected() };
    match &token.kind {
        Kind::Identifier(name, shape) => call::local(cursor.advance(), token, name, *shape, context),
        Kind::Alias(name) => {
            let mut meta = state.meta(token);
            if state.options.token_metadata {
                meta.put(state.names.last, state.place(token.line, token.column));
            }
            Ok((cursor.advance(), Expr::access(Quoted::call(atoms::ALIASES, meta, vec![name.clone()]))))
        }
        Kind::Open(Delimiter::Paren) => {
            let (rest, paren) = cursor.nested(grammar::parenthesis)?;
            grammar::paren_operand(cursor, rest, paren)
        }
        Kind::Open(_) | Kind::MapStart | Kind::Percent => cursor.nested(container::container),
        Kind::Fn => cursor.nested(grammar::anonymous_function),
        Kind::Constant(_)
        | Kind::Atom(..)
        | Kind::AtomParts(..)
        | Kind::Integer(_)
        | Kind::Float(_)
        | Kind::Char(_)
        | Kind::String(..)
        | Kind::Charlist(..)
        | Kind::Sigil(_) => {
            let (rest, quoted) = literal::literal(cursor)?;
            Ok((rest, Expr::access(quoted)))
        }
        _ => cursor.unexpected(),
    }
}

/// `1 a: 2`: a keyword right behind a value.
pub fn keyword_after(cursor: Cursor<'_>, token: &Token<'_>, name: &Quoted) -> crate::token::SyntaxError {
    let name = match name {
        Quoted::Atom(name) => name.as_str().to_string(),
        _ => String::new(),
    };
    if name == "do" {
        return cursor
            .state
            .error_at(token, "syntax::unexpected", "unexpected keyword: ", "do:")
            .suffix(crate::token::DO_OR_KEYWORD)
            .summary("a keyword cannot stand here: `do:`")
            .label(span(token), "a comma may be missing before this");
    }
    cursor
        .state
        .error_at(token, "syntax::unexpected", "syntax error before: ", format!("'{name}:'"))
        .summary(format!("a keyword cannot stand here: `{name}:`"))
        .label(span(token), "a comma may be missing before this")
}

/// Whether an argument without parentheses can start here.
pub fn starts_argument(cursor: Cursor<'_>, context: Context) -> bool {
    match cursor.kind() {
        None => false,
        Some(kind) => match kind {
            Kind::Identifier(..)
            | Kind::Alias(_)
            | Kind::Atom(..)
            | Kind::AtomParts(..)
            | Kind::Keyword(..)
            | Kind::KeywordParts(..)
            | Kind::Integer(_)
            | Kind::Float(_)
            | Kind::Char(_)
            | Kind::String(..)
            | Kind::Charlist(..)
            | Kind::Sigil(_)
            | Kind::Constant(_)
            | Kind::MapStart
            | Kind::Percent
            | Kind::Fn => true,
            Kind::Open(Delimiter::Curly) => !context.stop_at_brace,
            Kind::Open(_) => true,
            Kind::Operator(class, _) => matches!(class, Class::Unary | Class::At | Class::Capture),
            _ => false,
        },
    }
}
