//! Whole texts, blocks of expressions, and clauses with `->`.

use beamlet_vm::atom::atoms;
use nom::combinator::opt;

use super::build::{span, with_extra, Expr, Extra, Shape, State};
use super::container;
use super::cursor::{close, separator, skip_eol, Cursor, Parse};
use super::expression::{self, Context};
use crate::quoted::{Args, Meta, Node, Quoted};
use crate::token::{Class, Delimiter, Kind, SyntaxError, Token};

/// Parses all tokens: expressions with separators between them.
pub fn program<'t>(state: &'t State<'t>, tokens: &'t [Token<'t>]) -> Result<Quoted, Box<SyntaxError>> {
    let start = Cursor::new(state, tokens);
    match expressions(start) {
        Ok((_, quoted)) => Ok(quoted),
        Err(failure) => Err(start.error(failure)),
    }
}

fn expressions(cursor: Cursor<'_>) -> Parse<'_, Quoted> {
    let state = cursor.state;
    let (mut cursor, first) = opt(separator)(cursor)?;
    if cursor.token().is_none() {
        let meta = first.map_or_else(Meta::default, |token| state.meta(token));
        return Ok((cursor, Quoted::call(atoms::BLOCK, meta, Vec::new())));
    }
    let mut found: Vec<Quoted> = Vec::new();
    loop {
        let (rest, expr) = expression::expression(cursor)?;
        found.push(expr.quoted);
        cursor = rest;
        let (rest, separator) = opt(separator)(cursor)?;
        cursor = rest;
        match (separator, cursor.token()) {
            (_, None) => return Ok((cursor, state.block(found))),
            (Some(separator), Some(_)) => {
                let last = found.last_mut().expect("one was just pushed");
                state.end_expression(last, separator);
            }
            (None, Some(_)) => return cursor.unexpected(),
        }
    }
}

/// One entry of a block that may hold clauses.
#[derive(Debug)]
enum Item<'t> {
    /// `arguments -> body`, and where the arrow stands.
    Clause(Quoted, &'t Token<'t>),
    /// An expression.
    Expression(Quoted),
}

/// The contents of parentheses or of a block.
pub struct Body {
    /// Clauses in a list, or expressions as one.
    pub quoted: Quoted,
    /// Whether they are clauses.
    pub is_clauses: bool,
}

/// Where a block of clauses or expressions ends: at a closing delimiter, `end` or a word like `else`.
fn at_end(cursor: Cursor<'_>) -> bool {
    matches!(cursor.kind(), None | Some(Kind::Close(_) | Kind::End | Kind::Block(_)))
}

/// Clauses or expressions, with separators between and perhaps after them. At least one.
pub fn body<'t>(cursor: Cursor<'t>) -> Parse<'t, Body> {
    let (cursor, first) = item(cursor)?;
    items(cursor, first)
}

fn items<'t>(mut cursor: Cursor<'t>, first: Item<'t>) -> Parse<'t, Body> {
    let state = cursor.state;
    let mut found = vec![first];
    loop {
        let (rest, separator) = opt(separator)(cursor)?;
        cursor = rest;
        let Some(separator) = separator else { break };
        if at_end(cursor) {
            break;
        }
        match found.last_mut() {
            Some(Item::Clause(quoted, _) | Item::Expression(quoted)) => state.end_expression(quoted, separator),
            None => {}
        }
        let (rest, next) = item(cursor)?;
        cursor = rest;
        found.push(next);
    }
    if !at_end(cursor) {
        return cursor.unexpected();
    }
    match collect(state, found) {
        Ok(body) => Ok((cursor, body)),
        Err(error) => cursor.fail(error),
    }
}

/// Gives each clause the expressions that follow it as its body.
fn collect(state: &State<'_>, items: Vec<Item<'_>>) -> Result<Body, Box<SyntaxError>> {
    if !matches!(items.first(), Some(Item::Clause(..))) {
        let mut expressions = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Expression(quoted) => expressions.push(quoted),
                Item::Clause(_, arrow) => {
                    let message =
                        "unexpected operator ->. If you want to define multiple clauses, the first expression \
                                   must use ->. Syntax error before: ";
                    let mut error = state
                        .error_at(arrow, "syntax::clauses", message, "'->'")
                        .summary("clauses and plain expressions are mixed")
                        .label(span(arrow), "an expression without `->` stands before this clause")
                        .help("Give the first expression a `->` of its own, or remove it.");
                    // What Elixir tells of is the node, which has a column only where nodes have.
                    if !state.options.columns {
                        error.column = 0;
                    }
                    return Err(Box::new(error));
                }
            }
        }
        return Ok(Body { quoted: state.block(expressions), is_clauses: false });
    }
    let mut clauses: Vec<Quoted> = Vec::new();
    let mut bodies: Vec<Quoted> = Vec::new();
    let finish = |clauses: &mut Vec<Quoted>, bodies: &mut Vec<Quoted>| {
        if let Some(Quoted::Node(node)) = clauses.last_mut() {
            let node = std::sync::Arc::make_mut(node);
            if let Args::List(args) = &mut node.args {
                args[1] = state.block(std::mem::take(bodies));
            }
        }
    };
    for item in items {
        match item {
            Item::Expression(quoted) => bodies.push(quoted),
            Item::Clause(quoted, _) => {
                finish(&mut clauses, &mut bodies);
                if let Some(Node { args: Args::List(args), .. }) = quoted.as_node() {
                    bodies.push(args[1].clone());
                }
                clauses.push(quoted);
            }
        }
    }
    finish(&mut clauses, &mut bodies);
    Ok(Body { quoted: Quoted::list(clauses), is_clauses: true })
}

fn item(cursor: Cursor<'_>) -> Parse<'_, Item<'_>> {
    if cursor.at_operator(Class::Stab) {
        return clause(cursor, Vec::new());
    }
    match cursor.kind() {
        Some(Kind::Open(Delimiter::Paren)) => {
            let (rest, paren) = cursor.nested(parenthesis)?;
            match paren {
                Paren::Many(args, end) => after_parameters(rest, args, end),
                Paren::Empty if rest.at_operator(Class::Stab) || rest.at_operator(Class::When) => {
                    after_parameters(rest, Vec::new(), rest)
                }
                paren => {
                    let (rest, left) = paren_operand(cursor, rest, paren)?;
                    let (rest, left) = expression::continue_expression(rest, left, Context::FULL)?;
                    after_expression(rest, left)
                }
            }
        }
        Some(Kind::Keyword(..) | Kind::KeywordParts(..)) => {
            let (rest, pairs) = container::keywords_without_parens(cursor)?;
            clause_or_unexpected(rest, vec![Quoted::list(pairs)])
        }
        _ => {
            let (rest, first) = expression::expression(cursor)?;
            after_expression(rest, first)
        }
    }
}

/// After `(a, b)` or `()` at the start of a clause: a guard, and the arrow.
fn after_parameters<'t>(cursor: Cursor<'t>, mut args: Vec<Quoted>, end: Cursor<'t>) -> Parse<'t, Item<'t>> {
    match cursor.token() {
        Some(token @ Token { kind: Kind::Operator(Class::When, name), .. }) => {
            let (rest, guard) = expression::expression(cursor.advance())?;
            args.push(guard.quoted);
            let when = Quoted::call(*name, cursor.state.meta(token), args);
            arrow(rest, vec![when])
        }
        Some(Token { kind: Kind::Operator(Class::Stab, _), .. }) => arrow(cursor, args),
        _ => end.unexpected(),
    }
}

/// After the first expression of an item: more arguments of a clause, its arrow, or nothing.
fn after_expression(cursor: Cursor<'_>, first: Expr) -> Parse<'_, Item<'_>> {
    match (cursor.kind(), first.shape) {
        (Some(Kind::Comma), Shape::Access | Shape::Matched) => {
            let mut args = vec![first.quoted];
            let (rest, _) = container::arguments_without_parens(cursor, &mut args)?;
            clause_or_unexpected(rest, args)
        }
        (Some(Kind::Operator(Class::Stab, _)), shape) if shape != Shape::Unmatched => {
            clause(cursor, vec![first.quoted])
        }
        _ => Ok((cursor, Item::Expression(first.quoted))),
    }
}

/// Arguments without parentheses must be followed by an arrow.
fn clause_or_unexpected(cursor: Cursor<'_>, args: Vec<Quoted>) -> Parse<'_, Item<'_>> {
    match cursor.at_operator(Class::Stab) {
        true => clause(cursor, args),
        false => cursor.unexpected(),
    }
}

/// The same inside parentheses, where a line break may follow the arguments before `)`.
fn clause_or_unexpected_in_parens(cursor: Cursor<'_>, args: Vec<Quoted>) -> Parse<'_, First<'_>> {
    if !cursor.at_operator(Class::Stab) {
        return skip_eol(cursor).0.unexpected();
    }
    let (rest, item) = clause(cursor, args)?;
    Ok((rest, First::Item(item)))
}

/// The arrow and what follows, after arguments whose last may hold the guard.
fn clause(cursor: Cursor<'_>, mut args: Vec<Quoted>) -> Parse<'_, Item<'_>> {
    let names = &cursor.state.names;
    if let [Quoted::Node(block)] = args.as_slice() {
        if let Node { form: Quoted::Atom(atoms::BLOCK), args: Args::List(inner), .. } = &**block {
            if let [splice] = inner.as_slice() {
                if matches!(splice.as_node(), Some(Node { form: Quoted::Atom(name), args: Args::List(_), .. }) if *name == names.unquote_splicing)
                {
                    let splice = splice.clone();
                    args = vec![splice];
                }
            }
        }
    }
    if let Some(last) = args.pop() {
        match last.as_call() {
            Some((atoms::WHEN, meta, [pattern, guard])) => {
                args.push(pattern.clone());
                args.push(guard.clone());
                args = vec![Quoted::call(atoms::WHEN, meta.clone(), args)];
            }
            _ => args.push(last),
        }
    }
    arrow(cursor, args)
}

fn arrow(cursor: Cursor<'_>, args: Vec<Quoted>) -> Parse<'_, Item<'_>> {
    let Some(token @ Token { kind: Kind::Operator(Class::Stab, name), .. }) = cursor.token() else {
        return cursor.unexpected();
    };
    let state = cursor.state;
    let (cursor, newlines) = skip_eol(cursor.advance());
    let mut extra = Extra::new();
    state.newlines(if newlines > 0 { newlines } else { token.newlines }, &mut extra);
    let meta = state.meta_with(token, extra);
    let (cursor, body) = if at_end(cursor) || matches!(cursor.kind(), Some(Kind::Semicolon)) {
        let message = "an expression is always required on the right side of ->. Please provide a value after ->";
        state.warn(token, "syntax::empty_clause", message);
        (cursor, state.literal(Quoted::NIL, || state.meta(token)))
    } else {
        let (cursor, body) = expression::expression(cursor)?;
        (cursor, body.quoted)
    };
    let clause = Quoted::call(*name, meta, vec![Quoted::list(args), body]);
    Ok((cursor, Item::Clause(clause, token)))
}

/// What parentheses hold.
pub enum Paren<'t> {
    /// Nothing.
    Empty,
    /// Several arguments or keywords, as before `->`; and the place of the closing parenthesis.
    Many(Vec<Quoted>, Cursor<'t>),
    /// An expression, a block, or a list of clauses.
    One(Quoted),
}

/// `( … )`, from the opening parenthesis on.
pub fn parenthesis(cursor: Cursor<'_>) -> Parse<'_, Paren<'_>> {
    let state = cursor.state;
    let Some(open) = cursor.token() else { return cursor.unexpected() };
    let (cursor, first) = opt(separator)(cursor.advance())?;
    let has_semicolon = first.is_some_and(|token| matches!(token.kind, Kind::Semicolon))
        || state.source.text[open.end as usize..].trim_start().starts_with(';');
    if cursor.at_close(Delimiter::Paren) {
        if !has_semicolon {
            return Ok((cursor.advance(), Paren::Empty));
        }
        let (cursor, closing) = close(Delimiter::Paren)(cursor)?;
        let meta = state.meta_with(open, paren_closing(state, closing));
        return Ok((cursor, Paren::One(Quoted::call(atoms::BLOCK, meta, Vec::new()))));
    }
    let (cursor, first) = match parameters(cursor)? {
        (cursor, First::Item(item)) => (cursor, item),
        (cursor, First::Many(args)) => {
            let (end, _) = skip_eol(cursor);
            let (rest, _) = close(Delimiter::Paren)(cursor)?;
            return Ok((rest, Paren::Many(args, end)));
        }
    };
    let (cursor, body) = items(cursor, first)?;
    let (cursor, closing) = close(Delimiter::Paren)(cursor)?;
    let quoted = match body.quoted {
        Quoted::Node(node)
            if !body.is_clauses && (node.form == Quoted::Atom(atoms::BLOCK) || node.form == super::LITERAL) =>
        {
            let extra = paren_closing(state, closing);
            let outer = state.meta_with(open, extra);
            let meta = joined(state, &node.meta, outer);
            match &node.args {
                Args::List(args) => Quoted::call(node.form.clone(), meta, args.clone()),
                Args::Context(_) => Quoted::Node(node.clone()),
            }
        }
        quoted => quoted,
    };
    Ok((cursor, Paren::One(quoted)))
}

fn paren_closing(state: &State<'_>, closing: &Token<'_>) -> Extra {
    state.closing(0, closing)
}

/// The metadata of a block in parentheses: its own entries, then those of the parentheses.
fn joined(state: &State<'_>, inner: &Meta, outer: Meta) -> Meta {
    let mut extra: Extra = inner.extra.as_ref().map(|extra| extra.to_vec()).unwrap_or_default();
    if inner.line > 0 {
        extra.push((atoms::LINE, Quoted::Int(inner.line.into())));
        if state.options.columns {
            extra.push((atoms::COLUMN, Quoted::Int(inner.column.into())));
        }
    }
    with_extra(outer, extra)
}

enum First<'t> {
    Item(Item<'t>),
    Many(Vec<Quoted>),
}

/// The first item in parentheses, where arguments without an arrow are allowed too: they are parameters of a clause then.
fn parameters(cursor: Cursor<'_>) -> Parse<'_, First<'_>> {
    let ends = |cursor: Cursor<'_>| skip_eol(cursor).0.at_close(Delimiter::Paren);
    match cursor.kind() {
        Some(Kind::Keyword(..) | Kind::KeywordParts(..)) => {
            let (rest, pairs) = container::keywords_without_parens(cursor)?;
            let args = vec![Quoted::list(pairs)];
            if ends(rest) {
                return Ok((rest, First::Many(args)));
            }
            clause_or_unexpected_in_parens(rest, args)
        }
        Some(Kind::Open(Delimiter::Paren)) | Some(Kind::Operator(Class::Stab, _)) => {
            let (rest, item) = item_or_many(cursor)?;
            Ok((rest, item))
        }
        _ => {
            let (rest, first) = expression::expression(cursor)?;
            many_or_item(rest, first)
        }
    }
}

fn many_or_item(cursor: Cursor<'_>, first: Expr) -> Parse<'_, First<'_>> {
    let ends = |cursor: Cursor<'_>| skip_eol(cursor).0.at_close(Delimiter::Paren);
    if matches!(cursor.kind(), Some(Kind::Comma)) && matches!(first.shape, Shape::Access | Shape::Matched) {
        let mut args = vec![first.quoted];
        let (rest, _) = container::arguments_without_parens(cursor, &mut args)?;
        if ends(rest) {
            return Ok((rest, First::Many(args)));
        }
        return clause_or_unexpected_in_parens(rest, args);
    }
    let (rest, item) = after_expression(cursor, first)?;
    Ok((rest, First::Item(item)))
}

fn item_or_many(cursor: Cursor<'_>) -> Parse<'_, First<'_>> {
    if cursor.at_operator(Class::Stab) {
        let (rest, item) = item(cursor)?;
        return Ok((rest, First::Item(item)));
    }
    let (rest, paren) = cursor.nested(parenthesis)?;
    match paren {
        Paren::Many(args, end) => {
            let (rest, item) = after_parameters(rest, args, end)?;
            Ok((rest, First::Item(item)))
        }
        Paren::Empty if rest.at_operator(Class::Stab) || rest.at_operator(Class::When) => {
            let (rest, item) = after_parameters(rest, Vec::new(), rest)?;
            Ok((rest, First::Item(item)))
        }
        paren => {
            let (rest, left) = paren_operand(cursor, rest, paren)?;
            let (rest, left) = expression::continue_expression(rest, left, Context::FULL)?;
            many_or_item(rest, left)
        }
    }
}

/// What parentheses are as an operand; `start` is where they open.
pub fn paren_operand<'t>(start: Cursor<'t>, rest: Cursor<'t>, paren: Paren<'t>) -> Parse<'t, Expr> {
    match paren {
        Paren::One(quoted) => Ok((rest, Expr::access(quoted))),
        Paren::Many(_, end) => end.unexpected(),
        Paren::Empty => {
            if let Some(open) = start.token() {
                let message = "invalid expression (). If you want to invoke or define a function, make sure there are no \
                               spaces between the function name and its arguments. If you wanted to pass an empty block \
                               or code, pass a value instead, such as a nil or an atom";
                start.state.warn(open, "syntax::empty_parens", message);
            }
            Ok((rest, Expr::access(Quoted::call(atoms::BLOCK, Meta::default(), Vec::new()))))
        }
    }
}

/// `fn … end`.
pub fn anonymous_function(cursor: Cursor<'_>) -> Parse<'_, Expr> {
    let state = cursor.state;
    let Some(start) = cursor.token() else { return cursor.unexpected() };
    let (cursor, first) = opt(separator)(cursor.advance())?;
    let newlines = first.map_or(0, |token| token.newlines);
    let (cursor, body) = body(cursor)?;
    let Some(end @ Token { kind: Kind::End, .. }) = cursor.token() else { return cursor.unexpected() };
    if !body.is_clauses {
        let message = "expected anonymous functions to be defined with -> inside: ";
        let error = state
            .error_at(start, "syntax::function", message, "'fn'")
            .summary("`fn` needs `->`")
            .label(span(start), "this function has no `->`")
            .help("Write `fn arguments -> body end`; without arguments `fn -> body end`.");
        return cursor.fail(error);
    }
    let meta = state.meta_with(start, state.closing(newlines, end));
    let Quoted::List(clauses) = body.quoted else { return cursor.unexpected() };
    Ok((cursor.advance(), Expr::access(Quoted::call(atoms::FN, meta, clauses.to_vec()))))
}

/// A `do` block.
pub struct DoBlock<'t> {
    /// `[do: …, else: …]`.
    pub pairs: Quoted,
    /// The `do`.
    pub start: &'t Token<'t>,
    /// The `end`.
    pub end: &'t Token<'t>,
}

/// `do … end`, from `do` on.
pub fn do_block(cursor: Cursor<'_>) -> Parse<'_, DoBlock<'_>> {
    let state = cursor.state;
    let Some(start) = cursor.token() else { return cursor.unexpected() };
    let mut pairs = Vec::with_capacity(2);
    let mut key = (atoms::DO, start);
    let mut cursor = cursor.advance();
    loop {
        let (rest, _) = opt(separator)(cursor)?;
        cursor = rest;
        let value = if matches!(cursor.kind(), Some(Kind::End | Kind::Block(_))) {
            Quoted::call(atoms::BLOCK, Meta::default(), Vec::new())
        } else {
            let (rest, body) = body(cursor)?;
            cursor = rest;
            body.quoted
        };
        let name = state.literal(Quoted::Atom(key.0), || state.meta(key.1));
        pairs.push(Quoted::pair(name, value));
        match cursor.token() {
            Some(token @ Token { kind: Kind::Block(name), .. }) => {
                key = (*name, token);
                cursor = cursor.advance();
            }
            Some(end @ Token { kind: Kind::End, .. }) => {
                return Ok((cursor.advance(), DoBlock { pairs: Quoted::list(pairs), start, end }));
            }
            _ => return cursor.unexpected(),
        }
    }
}
