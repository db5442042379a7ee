//! Lists, tuples, maps, structs, bitstrings, and keywords and arguments separated by commas.

use beamlet_vm::atom::atoms;

use super::build::{span, Expr, Shape};
use super::cursor::{close, expect, skip_eol, Cursor, Parse};
use super::expression::{expression_above, expression_in, Context, PIPE_PRECEDENCE};
use super::{call, literal};
use crate::quoted::{Args, Node, Quoted};
use crate::token::{Class, Delimiter, Kind, SyntaxError, Token};

/// Where keywords stand, which decides what a value without key after them is reported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Among the arguments of a call.
    Call,
    /// In a list, tuple, map or bitstring, or as an access key.
    Data,
}

/// Where a call without parentheses takes commas that may be meant for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiguity {
    /// Among the arguments of another call.
    Arguments,
    /// In a list, tuple, map or bitstring.
    Container,
}

/// Fails because of a call that takes all commas, or because of what follows it when that could not follow anyway.
pub fn refuse_ambiguous<'t, T>(start: Cursor<'t>, end: Cursor<'t>, call: &Expr, place: Ambiguity) -> Parse<'t, T> {
    match end.kind() {
        None
        | Some(Kind::Comma | Kind::Close(_) | Kind::Eol | Kind::Semicolon | Kind::Do | Kind::End | Kind::Block(_)) => {
            start.fail(ambiguous_comma(start, call, place))
        }
        Some(Kind::Operator(class, _)) if class.binary().is_some() || *class == Class::Stab => {
            start.fail(ambiguous_comma(start, call, place))
        }
        Some(_) => end.unexpected(),
    }
}

/// `f(a, b c, d)`: whose is the last comma?
fn ambiguous_comma(cursor: Cursor<'_>, call: &Expr, place: Ambiguity) -> SyntaxError {
    let meta = call.quoted.as_node().map(|Node { meta, .. }| meta.clone()).unwrap_or_default();
    let message = match place {
        Ambiguity::Arguments => {
            "unexpected comma. Parentheses are required to solve ambiguity in nested calls.\n\nThis error happens when you \
             have nested function calls without parentheses. For example:\n\n    one a, two b, c, d\n\nIn the example above, \
             we don't know if the parameters \"c\" and \"d\" apply to the function \"one\" or \"two\". You can solve this by \
             explicitly adding parentheses:\n\n    one a, two(b, c, d)\n\nOr by adding commas (in case a nested call is not \
             intended):\n\n    one, a, two, b, c, d\n\nElixir cannot compile otherwise"
        }
        Ambiguity::Container => {
            "unexpected comma. Parentheses are required to solve ambiguity inside containers.\n\nThis error may happen when \
             you forget a comma in a list or other container:\n\n    [a, b c, d]\n\nOr when you have ambiguous calls:\n\n    \
             [one, two three, four, five]\n\nIn the example above, we don't know if the parameters \"four\" and \"five\" \
             belongs to the list or the function \"two\". You can solve this by explicitly adding parentheses:\n\n    [one, \
             two(three, four), five]\n\nElixir cannot compile otherwise"
        }
    };
    let column = if cursor.state.options.columns { meta.column } else { 0 };
    let mut error =
        SyntaxError::new("syntax::ambiguous", (meta.line, column), format!("{message}. Syntax error before: "), "','");
    if let Some(token) = cursor.token() {
        error = error.label(span(token), "this call takes the commas that follow");
    }
    let help = match place {
        Ambiguity::Arguments => "Write its arguments in parentheses: `one a, two(b, c)`, not `one a, two b, c`.",
        Ambiguity::Container => "Write its arguments in parentheses: `[a, call(b, c)]`, not `[a, call b, c]`.",
    };
    error.summary("it is not clear which call a comma belongs to").help(help)
}

/// `f(a: 1, b)`: a value after keywords.
fn after_keywords(cursor: Cursor<'_>, comma: &Token<'_>, follows: Follows) -> SyntaxError {
    let message = match follows {
        Follows::Call => {
            "unexpected expression after keyword list. Keyword lists must always come as the last argument. Therefore, this \
             is not allowed:\n\n    function_call(1, some: :option, 2)\n\nInstead, wrap the keyword in brackets:\n\n    \
             function_call(1, [some: :option], 2)\n\n"
        }
        Follows::Data => {
            "unexpected expression after keyword list. Keyword lists must always come last in lists and maps. Therefore, \
             this is not allowed:\n\n    [some: :value, :another]\n    %{some: :value, another => value}\n\nInstead, reorder \
             it to be the last entry:\n\n    [:another, some: :value]\n    %{another => value, some: :value}\n\n"
        }
    };
    let help = match follows {
        Follows::Call => "Move the keywords to the end, or put them in brackets: `call([key: value], other)`.",
        Follows::Data => "Move the keywords to the end: `[other, key: value]`.",
    };
    cursor
        .state
        .error_at(comma, "syntax::keyword", format!("{message}Syntax error after: "), "','")
        .summary("keywords must come last")
        .label(span(comma), "a value without key follows")
        .help(help)
}

/// Whether code is `__cursor__()`, which stands for what is still being written: the only value allowed after keywords.
fn is_editing_cursor(quoted: &Quoted) -> bool {
    quoted.as_node().is_some_and(|node| {
        matches!(&node.form, Quoted::Atom(name) if name.as_str() == "__cursor__")
            && matches!(&node.args, Args::List(args) if args.is_empty())
    })
}

fn at_keyword(cursor: Cursor<'_>) -> bool {
    matches!(cursor.kind(), Some(Kind::Keyword(..) | Kind::KeywordParts(..)))
}

/// `key: value, …` where brackets or parentheses enclose it; a comma at the end is taken.
pub fn keyword_pairs(mut cursor: Cursor<'_>, follows: Follows) -> Parse<'_, Vec<Quoted>> {
    let mut pairs = Vec::new();
    loop {
        let (rest, key) = literal::keyword_key(cursor)?;
        let (rest, _) = skip_eol(rest);
        let (rest, value) = element(rest)?;
        pairs.push(Quoted::pair(key, value.quoted));
        cursor = rest;
        let Some(comma @ Token { kind: Kind::Comma, .. }) = cursor.token() else { return Ok((cursor, pairs)) };
        let next = cursor.advance();
        if at_keyword(next) {
            cursor = next;
            continue;
        }
        if matches!(skip_eol(next).0.kind(), Some(Kind::Close(_))) {
            if follows == Follows::Call {
                let message = "trailing commas are not allowed inside function/macro call arguments";
                next.state.warn(comma, "syntax::trailing_comma", message);
            }
            return Ok((next, pairs));
        }
        let (rest, value) = expression_in(next, Context::ARGUMENT)?;
        if is_editing_cursor(&value.quoted) {
            pairs.push(value.quoted);
            return Ok((rest, pairs));
        }
        return cursor.fail(after_keywords(cursor, comma, follows));
    }
}

/// `key: value, …` among arguments without parentheses.
pub fn keywords_without_parens(mut cursor: Cursor<'_>) -> Parse<'_, Vec<Quoted>> {
    let mut pairs = Vec::new();
    loop {
        let (rest, key) = literal::keyword_key(cursor)?;
        let (rest, _) = skip_eol(rest);
        let (rest, value) = expression_in(rest, Context::ARGUMENT)?;
        pairs.push(Quoted::pair(key, value.quoted));
        cursor = rest;
        let Some(comma @ Token { kind: Kind::Comma, .. }) = cursor.token() else { return Ok((cursor, pairs)) };
        let next = cursor.advance();
        if !at_keyword(next) {
            let (rest, value) = expression_in(next, Context::ARGUMENT)?;
            if is_editing_cursor(&value.quoted) {
                pairs.push(value.quoted);
                return Ok((rest, pairs));
            }
            return cursor.fail(after_keywords(cursor, comma, Follows::Call));
        }
        cursor = next;
    }
}

/// `, b, c, key: value` after the first argument of a call without parentheses; adds them to `args`.
pub fn arguments_without_parens<'t>(mut cursor: Cursor<'t>, args: &mut Vec<Quoted>) -> Parse<'t, ()> {
    while let Some(Kind::Comma) = cursor.kind() {
        let next = cursor.advance();
        if at_keyword(next) {
            let (rest, pairs) = keywords_without_parens(next)?;
            args.push(Quoted::list(pairs));
            return Ok((rest, ()));
        }
        let (rest, arg) = expression_in(next, Context::ARGUMENT)?;
        if arg.shape == Shape::NoParens {
            return refuse_ambiguous(next, rest, &arg, Ambiguity::Arguments);
        }
        args.push(arg.quoted);
        cursor = rest;
    }
    Ok((cursor, ()))
}

/// The key of a pair in a map; `=>` cannot follow a call that takes all commas.
fn map_key(cursor: Cursor<'_>, context: Context) -> Parse<'_, Expr> {
    let (rest, found) = expression_in(cursor, context)?;
    match found.shape {
        Shape::NoParens => rest.unexpected(),
        _ => Ok((rest, found)),
    }
}

/// One element of a container.
pub fn element(cursor: Cursor<'_>) -> Parse<'_, Expr> {
    let (rest, found) = expression_in(cursor, Context::FULL)?;
    if found.shape == Shape::NoParens {
        return refuse_ambiguous(cursor, rest, &found, Ambiguity::Container);
    }
    Ok((rest, found))
}

/// What stands between a container's delimiters.
pub struct Elements {
    /// The elements before any keywords.
    pub items: Vec<Quoted>,
    /// The keyword pairs at the end.
    pub keywords: Option<Vec<Quoted>>,
}

impl Elements {
    /// The elements, with the keywords as one list at the end.
    pub fn with_keyword_list(mut self) -> Vec<Quoted> {
        self.items.extend(self.keywords.map(Quoted::list));
        self.items
    }
}

/// Elements and then keywords, up to but without the closing delimiter. A comma may end them, keywords alone may not.
pub fn elements(mut cursor: Cursor<'_>, delimiter: Delimiter) -> Parse<'_, Elements> {
    let mut items = Vec::new();
    let plain = |cursor, items| Ok((cursor, Elements { items, keywords: None }));
    if skip_eol(cursor).0.at_close(delimiter) {
        return plain(cursor, items);
    }
    loop {
        let (rest, element) = element(cursor)?;
        items.push(element.quoted);
        cursor = rest;
        let Some(Kind::Comma) = cursor.kind() else { return plain(cursor, items) };
        cursor = cursor.advance();
        if skip_eol(cursor).0.at_close(delimiter) {
            return plain(cursor, items);
        }
        if at_keyword(cursor) {
            let (rest, pairs) = keyword_pairs(cursor, Follows::Data)?;
            return Ok((rest, Elements { items, keywords: Some(pairs) }));
        }
    }
}

/// A list, tuple, bitstring, map or struct, from its first token on.
pub fn container(cursor: Cursor<'_>) -> Parse<'_, Expr> {
    let Some(token) = cursor.token() else { return cursor.unexpected() };
    match token.kind {
        Kind::Open(Delimiter::Square) => list(cursor, token),
        Kind::Open(Delimiter::Curly) => tuple(cursor, token),
        Kind::Open(Delimiter::Bits) => bits(cursor, token),
        Kind::MapStart => map(cursor.advance()),
        Kind::Percent => structure(cursor, token),
        _ => cursor.unexpected(),
    }
}

fn list<'t>(cursor: Cursor<'t>, open: &'t Token<'t>) -> Parse<'t, Expr> {
    let state = cursor.state;
    let (cursor, newlines) = skip_eol(cursor.advance());
    let (cursor, items) = if at_keyword(cursor) {
        keyword_pairs(cursor, Follows::Data)?
    } else {
        let (cursor, Elements { mut items, keywords }) = elements(cursor, Delimiter::Square)?;
        items.extend(keywords.into_iter().flatten());
        (cursor, items)
    };
    let (cursor, closing) = close(Delimiter::Square)(cursor)?;
    let quoted = state.literal(Quoted::list(items), || state.meta_with(open, state.closing(newlines, closing)));
    Ok((cursor, Expr::access(quoted)))
}

fn tuple<'t>(cursor: Cursor<'t>, open: &'t Token<'t>) -> Parse<'t, Expr> {
    let state = cursor.state;
    let (cursor, newlines) = skip_eol(cursor.advance());
    let (cursor, elements) = elements(cursor, Delimiter::Curly)?;
    let (cursor, closing) = close(Delimiter::Curly)(cursor)?;
    let meta = || state.meta_with(open, state.closing(newlines, closing));
    let quoted = match <[Quoted; 2]>::try_from(elements.with_keyword_list()) {
        Ok([left, right]) => state.literal(Quoted::pair(left, right), meta),
        Err(items) => Quoted::call(atoms::TUPLE_BRACES, meta(), items),
    };
    Ok((cursor, Expr::access(quoted)))
}

fn bits<'t>(cursor: Cursor<'t>, open: &'t Token<'t>) -> Parse<'t, Expr> {
    let state = cursor.state;
    let (cursor, newlines) = skip_eol(cursor.advance());
    let (cursor, elements) = elements(cursor, Delimiter::Bits)?;
    let (cursor, closing) = close(Delimiter::Bits)(cursor)?;
    let meta = state.meta_with(open, state.closing(newlines, closing));
    Ok((cursor, Expr::access(Quoted::call(atoms::BITSTRING, meta, elements.with_keyword_list()))))
}

/// `{…}` of a map or struct, from the brace on.
fn map(cursor: Cursor<'_>) -> Parse<'_, Expr> {
    let state = cursor.state;
    let (cursor, open) = expect(|kind| matches!(kind, Kind::Open(Delimiter::Curly)))(cursor)?;
    let (cursor, newlines) = skip_eol(cursor);
    let (cursor, items) = map_contents(cursor)?;
    let (cursor, closing) = close(Delimiter::Curly)(cursor)?;
    let meta = state.meta_with(open, state.closing(newlines, closing));
    Ok((cursor, Expr::access(Quoted::call(atoms::MAP_BRACES, meta, items))))
}

fn map_contents(cursor: Cursor<'_>) -> Parse<'_, Vec<Quoted>> {
    if cursor.at_close(Delimiter::Curly) {
        return Ok((cursor, Vec::new()));
    }
    if at_keyword(cursor) {
        return keyword_pairs(cursor, Follows::Data);
    }
    let start = cursor;
    let (mut cursor, mut key) = map_key(cursor, Context { stop_at_pipe: true, ..Context::FULL })?;
    if let Some(pipe @ Token { kind: Kind::Operator(Class::Pipe, name), .. }) = cursor.token() {
        let state = cursor.state;
        let (rest, newlines) = skip_eol(cursor.advance());
        let update = |pairs| state.binary(pipe, Class::Pipe, *name, newlines, key.quoted.clone(), pairs);
        if at_keyword(rest) {
            let (rest, pairs) = keyword_pairs(rest, Follows::Data)?;
            return match update(Quoted::list(pairs)) {
                Ok(update) => Ok((rest, vec![update])),
                Err(error) => rest.fail(error),
            };
        }
        let (after, right) = expression_above(rest, PIPE_PRECEDENCE, Context::FULL)?;
        if right.shape == Shape::NoParens {
            return after.unexpected();
        }
        let goes_on = matches!(after.kind(), Some(Kind::Operator(class, _)) if class.binary().is_some());
        if !goes_on {
            let (after, pair) = association(rest, after, right)?;
            let (after, pairs) = more_associations(after, vec![pair])?;
            return match update(Quoted::list(pairs)) {
                Ok(update) => Ok((after, vec![update])),
                Err(error) => after.fail(error),
            };
        }
        // An operator that binds less tightly than `|` follows, so all this is a key: `%{a | b :: c => d}`.
        let shape = if key.is_unmatched() { key.shape } else { right.shape };
        match update(right.quoted) {
            Ok(quoted) => {
                (cursor, key) = super::expression::operators(after, Expr { quoted, shape }, 0, Context::FULL)?
            }
            Err(error) => return after.fail(error),
        }
    }
    let (cursor, pair) = association(start, cursor, key)?;
    more_associations(cursor, vec![pair])
}

fn more_associations(mut cursor: Cursor<'_>, mut pairs: Vec<Quoted>) -> Parse<'_, Vec<Quoted>> {
    while let Some(Kind::Comma) = cursor.kind() {
        let next = cursor.advance();
        if skip_eol(next).0.at_close(Delimiter::Curly) {
            return Ok((next, pairs));
        }
        if at_keyword(next) {
            let (rest, keywords) = keyword_pairs(next, Follows::Data)?;
            pairs.extend(keywords);
            return Ok((rest, pairs));
        }
        let (rest, key) = map_key(next, Context::FULL)?;
        let (rest, pair) = association(next, rest, key)?;
        pairs.push(pair);
        cursor = rest;
    }
    Ok((cursor, pairs))
}

/// `=> value` after a key; or nothing, when what stands there may expand to pairs.
fn association<'t>(start: Cursor<'t>, cursor: Cursor<'t>, key: Expr) -> Parse<'t, Quoted> {
    if cursor.at_operator(Class::Assoc) {
        let (rest, _) = skip_eol(cursor.advance());
        let (rest, value) = expression_in(rest, Context::FULL)?;
        if value.shape == Shape::NoParens {
            return rest.unexpected();
        }
        return Ok((rest, Quoted::pair(key.quoted, value.quoted)));
    }
    let may_expand = matches!(start.kind(), Some(Kind::Identifier(..) | Kind::Alias(_) | Kind::Atom(..)))
        && matches!(key.shape, Shape::Access | Shape::Matched)
        && !is_operation(&key.quoted)
        && !matches!(key.quoted, Quoted::Atom(_));
    match may_expand {
        true => Ok((cursor, key.quoted)),
        false => cursor.unexpected(),
    }
}

fn is_operation(quoted: &Quoted) -> bool {
    match quoted.as_node() {
        Some(Node { form: Quoted::Atom(name), args: crate::quoted::Args::List(args), .. }) if args.len() == 2 => {
            let text = name.as_str();
            !text.starts_with(|c: char| c.is_alphabetic() || c == '_') || matches!(text, "and" | "or" | "in" | "when")
        }
        _ => false,
    }
}

/// `%name{…}`.
fn structure<'t>(cursor: Cursor<'t>, percent: &'t Token<'t>) -> Parse<'t, Expr> {
    let state = cursor.state;
    let (cursor, name) = struct_name(cursor.advance())?;
    let (cursor, _) = skip_eol(cursor);
    let (cursor, map) = map(cursor)?;
    let meta = state.meta(percent);
    Ok((cursor, Expr::access(Quoted::call(atoms::PERCENT, meta, vec![name, map.quoted]))))
}

fn struct_name(cursor: Cursor<'_>) -> Parse<'_, Quoted> {
    let state = cursor.state;
    let context = Context { blocks: false, stop_at_pipe: false, stop_at_brace: true };
    match cursor.token() {
        Some(token @ Token { kind: Kind::Operator(Class::Unary | Class::Dual | Class::At, name), .. }) => {
            let meta = state.meta(token);
            let is_at = cursor.at_operator(Class::At);
            let (rest, _) = skip_eol(cursor.advance());
            if is_at {
                let (rest, inner) = super::expression::operand(rest, context)?;
                let left = Expr { quoted: Quoted::call(*name, meta, vec![inner.quoted]), shape: Shape::Matched };
                let (rest, found) = call::postfix(rest, left, context)?;
                return Ok((rest, found.quoted));
            }
            let (rest, inner) = rest.nested(struct_name)?;
            Ok((rest, Quoted::call(*name, meta, vec![inner])))
        }
        Some(Token { kind: Kind::Identifier(..) | Kind::Alias(_) | Kind::Atom(..) | Kind::AtomParts(..), .. }) => {
            let (rest, left) = super::expression::operand(cursor, context)?;
            let (rest, found) = call::postfix(rest, left, context)?;
            match rest.behind(Delimiter::Square) {
                true => rest.unexpected(),
                false => Ok((rest, found.quoted)),
            }
        }
        _ => super::expression::expression_in(cursor, context)?.0.unexpected(),
    }
}
