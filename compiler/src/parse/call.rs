//! Calls with and without parentheses, `do` blocks, and what attaches to an operand: access and dots.

use beamlet_vm::atom::atoms;

use super::build::{span, with_extra, Expr, Extra, Shape};
use super::container::{self, keyword_pairs};
use super::cursor::{close, skip_eol, Cursor, Parse};
use super::expression::{expression_in, keyword_after, starts_argument, Context};
use super::grammar;
use crate::quoted::{Args, Meta, Node, Quoted};
use crate::token::{Delimiter, Kind, Shape as NameShape, Token};

/// What is called.
struct Callee {
    /// The name, or the dot with what is on both its sides.
    form: Quoted,
    /// Where the name stands.
    meta: Meta,
    /// Whether it follows a dot: without arguments it is still a call then, not a variable.
    remote: bool,
}

/// A name and its arguments; the cursor stands behind the name.
pub fn local<'t>(
    cursor: Cursor<'t>,
    token: &'t Token<'t>,
    name: &Quoted,
    shape: NameShape,
    context: Context,
) -> Parse<'t, Expr> {
    let callee = Callee { form: name.clone(), meta: cursor.state.meta(token), remote: false };
    arguments(cursor, callee, shape, context)
}

fn arguments<'t>(cursor: Cursor<'t>, callee: Callee, shape: NameShape, context: Context) -> Parse<'t, Expr> {
    match shape {
        NameShape::Paren => cursor.nested(|cursor| with_parens(cursor, callee, context)),
        NameShape::Bracket => {
            let quoted = without_arguments(cursor, callee);
            Ok((cursor, Expr::access(quoted)))
        }
        NameShape::Operator => cursor.nested(|cursor| without_parens(cursor, callee, true, context)),
        NameShape::Plain if starts_argument(cursor, context) => {
            cursor.nested(|cursor| without_parens(cursor, callee, false, context))
        }
        NameShape::Plain if context.blocks && matches!(cursor.kind(), Some(Kind::Do)) => {
            let (cursor, quoted) = block_of(cursor, callee, Extra::new(), Vec::new())?;
            Ok((cursor, Expr { quoted, shape: Shape::Unmatched }))
        }
        NameShape::Plain => {
            let quoted = without_arguments(cursor, callee);
            Ok((cursor, Expr { quoted, shape: Shape::Matched }))
        }
    }
}

/// A variable, or a remote call without parentheses and arguments.
fn without_arguments(cursor: Cursor<'_>, callee: Callee) -> Quoted {
    let state = cursor.state;
    if callee.remote {
        let extra = vec![(state.names.no_parens, Quoted::Atom(atoms::TRUE))];
        return Quoted::call(callee.form, with_extra(callee.meta, extra), Vec::new());
    }
    state.variable(callee.form, callee.meta)
}

/// Attaches the `do` block that starts here as the last argument.
fn block_of<'t>(cursor: Cursor<'t>, callee: Callee, mut extra: Extra, mut args: Vec<Quoted>) -> Parse<'t, Quoted> {
    let state = cursor.state;
    let (cursor, block) = cursor.nested(grammar::do_block)?;
    args.push(block.pairs);
    if state.options.token_metadata {
        let start = (atoms::DO, state.place(block.start.line, block.start.column));
        let end = (atoms::END, state.place(block.end.line, block.end.column));
        extra.splice(0..0, [start, end]);
    }
    Ok((cursor, Quoted::call(callee.form, with_extra(callee.meta, extra), args)))
}

/// `(…)`, perhaps a second `(…)`, perhaps a `do` block.
fn with_parens<'t>(cursor: Cursor<'t>, callee: Callee, context: Context) -> Parse<'t, Expr> {
    let (mut cursor, (mut args, mut extra)) = parenthesized(cursor)?;
    let mut callee = callee;
    if matches!(cursor.kind(), Some(Kind::Open(Delimiter::Paren))) {
        let meta = with_extra(callee.meta, extra);
        let inner = Quoted::call(callee.form, meta.clone(), args);
        let (rest, (outer_args, outer_extra)) = parenthesized(cursor)?;
        cursor = rest;
        callee = Callee { form: inner, meta, remote: true };
        args = outer_args;
        extra = outer_extra;
    }
    if context.blocks && matches!(cursor.kind(), Some(Kind::Do)) {
        let (cursor, quoted) = block_of(cursor, callee, extra, args)?;
        return Ok((cursor, Expr { quoted, shape: Shape::Unmatched }));
    }
    Ok((cursor, Expr::access(Quoted::call(callee.form, with_extra(callee.meta, extra), args))))
}

/// The arguments in parentheses, and the metadata they give.
fn parenthesized(cursor: Cursor<'_>) -> Parse<'_, (Vec<Quoted>, Extra)> {
    let state = cursor.state;
    let (mut cursor, newlines) = skip_eol(cursor.advance());
    let mut args = Vec::new();
    if !cursor.at_close(Delimiter::Paren) {
        loop {
            if let Some(Kind::Keyword(..) | Kind::KeywordParts(..)) = cursor.kind() {
                let (rest, pairs) = keyword_pairs(cursor, container::Follows::Call)?;
                args.push(Quoted::list(pairs));
                cursor = rest;
                break;
            }
            let start = cursor;
            let (rest, arg) = expression_in(cursor, Context::FULL)?;
            cursor = rest;
            if arg.shape == Shape::NoParens && !args.is_empty() {
                return container::refuse_ambiguous(start, rest, &arg, container::Ambiguity::Arguments);
            }
            args.push(arg.quoted);
            match cursor.kind() {
                Some(Kind::Comma) if arg.shape != Shape::NoParens => cursor = cursor.advance(),
                _ => break,
            }
        }
    }
    let (cursor, closing) = close(Delimiter::Paren)(cursor)?;
    Ok((cursor, (args, state.closing(newlines, closing))))
}

/// Arguments up to the end of the expression, perhaps a `do` block.
fn without_parens<'t>(cursor: Cursor<'t>, callee: Callee, ambiguous: bool, context: Context) -> Parse<'t, Expr> {
    let state = cursor.state;
    let mut args = Vec::new();
    let inner = Context::ARGUMENT;
    let (cursor, shape) = match cursor.kind() {
        Some(Kind::Keyword(..) | Kind::KeywordParts(..)) => {
            let (cursor, pairs) = container::keywords_without_parens(cursor)?;
            args.push(Quoted::list(pairs));
            (cursor, Shape::Matched)
        }
        Some(Kind::Open(Delimiter::Paren)) => first_in_parens(cursor, &mut args, inner)?,
        _ => {
            let (cursor, first) = expression_in(cursor, inner)?;
            args.push(first.quoted);
            (cursor, first.shape)
        }
    };
    let (cursor, shape) = match (cursor.kind(), shape) {
        (Some(Kind::Comma), Shape::Access | Shape::Matched) => {
            let (cursor, _) = container::arguments_without_parens(cursor, &mut args)?;
            (cursor, Shape::NoParens)
        }
        (_, Shape::Access) => (cursor, Shape::Matched),
        (_, shape) => (cursor, shape),
    };
    let mut extra = Extra::new();
    if ambiguous && !callee.remote && args.len() == 1 {
        extra.push((state.names.ambiguous_op, Quoted::NIL));
    }
    if context.blocks && matches!(cursor.kind(), Some(Kind::Do)) {
        let (cursor, quoted) = block_of(cursor, callee, Extra::new(), args)?;
        return Ok((cursor, Expr { quoted, shape: Shape::Unmatched }));
    }
    Ok((cursor, Expr { quoted: Quoted::call(callee.form, with_extra(callee.meta, extra), args), shape }))
}

/// The first argument of a call without parentheses when it starts with one: `f (a) + b`, but not `f (a, b)`.
fn first_in_parens<'t>(cursor: Cursor<'t>, args: &mut Vec<Quoted>, context: Context) -> Parse<'t, Shape> {
    let (rest, paren) = cursor.nested(grammar::parenthesis)?;
    if let (grammar::Paren::Many(..), Some(open)) = (&paren, cursor.token()) {
        let message =
            "unexpected parentheses. If you are making a function call, do not insert spaces between the function \
                       name and the opening parentheses";
        let error = cursor
            .state
            .error_before(open, "syntax::parens", message)
            .summary("a space stands between a function name and its parentheses")
            .label(span(open), "arguments start here")
            .help("Remove the space before the parenthesis.");
        return cursor.fail(error);
    }
    let (rest, left) = grammar::paren_operand(cursor, rest, paren)?;
    let (rest, first) = super::expression::continue_expression(rest, left, context)?;
    args.push(first.quoted);
    Ok((rest, first.shape))
}

/// Access and dots after an operand.
pub fn postfix(mut cursor: Cursor<'_>, mut left: Expr, context: Context) -> Parse<'_, Expr> {
    loop {
        let Some(token) = cursor.token() else { return Ok((cursor, left)) };
        if matches!(left.shape, Shape::Unmatched | Shape::NoParens) {
            return Ok((cursor, left));
        }
        let (rest, next) = match &token.kind {
            Kind::Open(Delimiter::Square) if left.shape == Shape::Access => {
                cursor.nested(|cursor| access(cursor, left.quoted))?
            }
            Kind::Dot => after_dot(cursor.advance(), token, left.quoted, context)?,
            Kind::DotCall => {
                let meta = cursor.state.meta(token);
                let form = Quoted::call(atoms::DOT, meta.clone(), vec![left.quoted]);
                let callee = Callee { form, meta, remote: true };
                let rest = cursor.advance();
                rest.nested(|cursor| with_parens(cursor, callee, context))?
            }
            Kind::Keyword(name, _) if left.shape == Shape::Access => {
                return cursor.fail(keyword_after(cursor, token, name));
            }
            _ => return Ok((cursor, left)),
        };
        cursor = rest;
        left = next;
    }
}

fn access(cursor: Cursor<'_>, left: Quoted) -> Parse<'_, Expr> {
    let state = cursor.state;
    let Some(open) = cursor.token() else { return cursor.unexpected() };
    let (cursor, newlines) = skip_eol(cursor.advance());
    let (cursor, key) = if let Some(Kind::Keyword(..) | Kind::KeywordParts(..)) = cursor.kind() {
        let (cursor, pairs) = keyword_pairs(cursor, container::Follows::Data)?;
        (cursor, Quoted::list(pairs))
    } else {
        let (cursor, key) = container::element(cursor)?;
        match cursor.kind() {
            Some(Kind::Comma) => (cursor.advance(), key.quoted),
            _ => (cursor, key.quoted),
        }
    };
    let (cursor, closing) = close(Delimiter::Square)(cursor)?;
    Ok((cursor, Expr::access(state.access(left, key, open, newlines, closing))))
}

fn after_dot<'t>(cursor: Cursor<'t>, dot: &'t Token<'t>, left: Quoted, context: Context) -> Parse<'t, Expr> {
    let state = cursor.state;
    let Some(token) = cursor.token() else { return cursor.unexpected() };
    match &token.kind {
        Kind::Identifier(name, shape) => {
            let form = Quoted::call(atoms::DOT, state.meta(dot), vec![left, name.clone()]);
            let callee = Callee { form, meta: state.meta(token), remote: true };
            arguments(cursor.advance(), callee, *shape, context)
        }
        Kind::Alias(_) if matches!(left, Quoted::Atom(_)) => {
            let message =
                "atom cannot be followed by an alias. If the '.' was meant to be part of the atom's name, the atom \
                           name must be quoted. Syntax error before: ";
            let error = state
                .error_at(token, "syntax::alias", message, "'.'")
                .summary("an atom cannot be followed by an alias")
                .label(span(dot), "this dot")
                .help("An atom with a dot in its name is written in quotes: `:\"a.B\"`.");
            cursor.fail(error)
        }
        Kind::Alias(name) => {
            let last = (state.names.last, state.place(token.line, token.column));
            let (mut meta, parts) = match left.as_node() {
                Some(Node { form: Quoted::Atom(atoms::ALIASES), meta, args: Args::List(parts) }) => {
                    let mut parts = parts.clone();
                    parts.push(name.clone());
                    (meta.clone(), parts)
                }
                _ => (state.meta(dot), vec![left, name.clone()]),
            };
            if state.options.token_metadata {
                meta.put(last.0, last.1);
            }
            Ok((cursor.advance(), Expr::access(Quoted::call(atoms::ALIASES, meta, parts))))
        }
        Kind::Open(Delimiter::Curly) => cursor.nested(|cursor| {
            let (inside, newlines) = skip_eol(cursor.advance());
            let (rest, elements) = container::elements(inside, Delimiter::Curly)?;
            let (rest, closing) = close(Delimiter::Curly)(rest)?;
            let form = Quoted::call(atoms::DOT, state.meta(dot), vec![left, Quoted::Atom(atoms::TUPLE_BRACES)]);
            let args = elements.with_keyword_list();
            let extra = if args.is_empty() { Extra::new() } else { state.closing(newlines, closing) };
            Ok((rest, Expr::access(Quoted::call(form, state.meta_with(dot, extra), args))))
        }),
        _ => cursor.unexpected(),
    }
}
