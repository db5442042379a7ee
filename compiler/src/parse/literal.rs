//! Literals, strings with interpolation, and sigils.

use beamlet_vm::atom::atoms;
use beamlet_vm::Atom;

use super::build::{Extra, State};
use super::cursor::{Cursor, Parse};
use super::grammar;
use crate::quoted::{Meta, Quoted};
use crate::token::{Interpolation, Kind, Part, Sigil, SyntaxError, Token};

/// The literal that the next token is.
pub fn literal(cursor: Cursor<'_>) -> Parse<'_, Quoted> {
    let state = cursor.state;
    let Some(token) = cursor.token() else { return cursor.unexpected() };
    let plain = || state.meta(token);
    let written = || {
        if !state.options.token_metadata {
            return state.meta(token);
        }
        let text = &state.source.text[token.start as usize..token.end as usize];
        state.meta_with(token, vec![(state.names.token, Quoted::string(text))])
    };
    let made = match &token.kind {
        Kind::Integer(value) => Ok(state.literal(value.clone(), written)),
        Kind::Float(value) => Ok(state.literal(Quoted::Float(*value), written)),
        Kind::Char(value) => Ok(state.literal(Quoted::Int((*value).into()), written)),
        Kind::Constant(name) => Ok(state.literal(Quoted::Atom(*name), plain)),
        Kind::Atom(name, None) => Ok(state.literal(name.clone(), plain)),
        Kind::Atom(name, Some(delimiter)) => {
            Ok(state.literal(name.clone(), || state.meta_with(token, quoted_with(state, *delimiter))))
        }
        Kind::AtomParts(parts, _) => quoted_atom(state, token, parts, quoted_with(state, '"')),
        Kind::String(parts, indentation) => string(state, token, parts, *indentation),
        Kind::Charlist(parts, indentation) => charlist(state, token, parts, *indentation),
        Kind::Sigil(sigil) => self::sigil(state, token, sigil),
        _ => return cursor.unexpected(),
    };
    match made {
        Ok(quoted) => Ok((cursor.advance(), quoted)),
        Err(error) => Err(nom::Err::Failure(super::cursor::Failure::Error(error))),
    }
}

/// The key of a keyword pair.
pub fn keyword_key(cursor: Cursor<'_>) -> Parse<'_, Quoted> {
    let state = cursor.state;
    let Some(token) = cursor.token() else { return cursor.unexpected() };
    let format = |mut extra: Extra| {
        extra.insert(0, (state.names.format, Quoted::Atom(state.names.keyword)));
        extra
    };
    let made = match &token.kind {
        Kind::Keyword(name, _) => Ok(state.literal(name.clone(), || state.meta_with(token, format(Extra::new())))),
        Kind::KeywordParts(parts, _) => {
            let extra = if state.options.token_metadata { format(Extra::new()) } else { Extra::new() };
            quoted_atom(state, token, parts, extra)
        }
        _ => return cursor.unexpected(),
    };
    match made {
        Ok(quoted) => Ok((cursor.advance(), quoted)),
        Err(error) => Err(nom::Err::Failure(super::cursor::Failure::Error(error))),
    }
}

fn quoted_with(state: &State<'_>, delimiter: char) -> Extra {
    state.delimiter(delimiter.encode_utf8(&mut [0; 4]))
}

type Made = Result<Quoted, Box<SyntaxError>>;

fn string(state: &State<'_>, token: &Token<'_>, parts: &[Part<'_>], indentation: Option<u32>) -> Made {
    let meta = || state.meta_with(token, text_extra(state, '"', indentation));
    match parts {
        [Part::Text(text)] => Ok(state.literal(Quoted::Binary((**text).into()), meta)),
        parts => Ok(Quoted::call(atoms::BITSTRING, meta(), binary_parts(state, parts)?)),
    }
}

fn charlist(state: &State<'_>, token: &Token<'_>, parts: &[Part<'_>], indentation: Option<u32>) -> Made {
    let meta = || state.meta_with(token, text_extra(state, '\'', indentation));
    match parts {
        [Part::Text(text)] => Ok(state.literal(Quoted::list(characters(token, text)?), meta)),
        parts => {
            let meta = meta();
            let mut elements = Vec::with_capacity(parts.len());
            for part in parts {
                elements.push(match part {
                    Part::Text(text) => Quoted::Binary((**text).into()),
                    Part::Code(code) => to_string(state, code)?,
                });
            }
            let callee = [Quoted::Atom(state.names.elixir_list), Quoted::Atom(state.names.to_charlist)];
            let dot = Quoted::call(atoms::DOT, state.meta(token), callee.to_vec());
            Ok(Quoted::call(dot, meta, vec![Quoted::list(elements)]))
        }
    }
}

/// The code points of a charlist.
fn characters(token: &Token<'_>, text: &[u8]) -> Result<Vec<Quoted>, Box<SyntaxError>> {
    match std::str::from_utf8(text) {
        Ok(text) => Ok(text.chars().map(|c| Quoted::Int(u32::from(c).into())).collect()),
        Err(error) => {
            let byte = text[error.valid_up_to()];
            let message = format!("invalid encoding starting at <<{byte}>>");
            let error = SyntaxError::new("syntax::encoding", (token.line, token.column), message, "")
                .label(super::build::span(token), "this charlist is not valid UTF-8")
                .help("A charlist is made of characters; write bytes as a list of integers or in a string.");
            Err(Box::new(error))
        }
    }
}

fn text_extra(state: &State<'_>, quote: char, indentation: Option<u32>) -> Extra {
    match indentation {
        None => quoted_with(state, quote),
        Some(indentation) => {
            let mut extra = state.delimiter(if quote == '"' { "\"\"\"" } else { "'''" });
            if state.options.token_metadata {
                extra.push((state.names.indentation, Quoted::Int(indentation.into())));
            }
            extra
        }
    }
}

/// `:"a#{b}"`: made at run time.
fn quoted_atom(state: &State<'_>, token: &Token<'_>, parts: &[Part<'_>], extra: Extra) -> Made {
    let plain = state.meta(token);
    let meta = state.meta_with(token, extra);
    let function = match state.options.existing_atoms_only {
        true => state.names.binary_to_existing_atom,
        false => state.names.binary_to_atom,
    };
    let dot = Quoted::call(atoms::DOT, plain.clone(), vec![Quoted::Atom(atoms::ERLANG), Quoted::Atom(function)]);
    let text = Quoted::call(atoms::BITSTRING, plain, binary_parts(state, parts)?);
    Ok(Quoted::call(dot, meta, vec![text, Quoted::Atom(state.names.utf8)]))
}

/// The arguments of `<<>>` that a string with interpolation is.
fn binary_parts(state: &State<'_>, parts: &[Part<'_>]) -> Result<Vec<Quoted>, Box<SyntaxError>> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        out.push(match part {
            Part::Text(text) => Quoted::Binary((**text).into()),
            Part::Code(code) => {
                let meta = state.meta_at(code.start.0, code.start.1);
                let binary = state.variable(Quoted::Atom(atoms::BINARY), meta.clone());
                Quoted::call(atoms::TYPE_OP, meta, vec![to_string(state, code)?, binary])
            }
        });
    }
    Ok(out)
}

/// `Kernel.to_string(code)`.
fn to_string(state: &State<'_>, code: &Interpolation<'_>) -> Made {
    let inner = grammar::program(state, &code.tokens)?;
    let meta = state.meta_at(code.start.0, code.start.1);
    let callee = vec![Quoted::Atom(atoms::KERNEL), Quoted::Atom(state.names.to_string)];
    let dot = Quoted::call(atoms::DOT, meta.clone(), callee);
    let mut extra = Extra::new();
    if state.options.token_metadata {
        extra.push((state.names.closing, state.place(code.end.0, code.end.1)));
    }
    Ok(Quoted::call(dot, super::build::with_extra(meta, extra), vec![inner]))
}

fn sigil(state: &State<'_>, token: &Token<'_>, sigil: &Sigil<'_>) -> Made {
    let name = Atom::try_new(&format!("sigil_{}", sigil.name)).map_err(|error| {
        let position = (token.line, token.column);
        Box::new(SyntaxError::new("syntax::sigil", position, format!("{error}: "), sigil.name))
    })?;
    let meta = state.meta_with(token, vec![(state.names.delimiter, Quoted::string(sigil.delimiter))]);
    let inner_meta: Meta = match sigil.indentation {
        None => state.meta(token),
        Some(indentation) => state.meta_with(token, vec![(state.names.indentation, Quoted::Int(indentation.into()))]),
    };
    let modifiers = sigil.modifiers.bytes().map(|byte| Quoted::Int(byte.into())).collect();
    let text = Quoted::call(atoms::BITSTRING, inner_meta, binary_parts(state, &sigil.parts)?);
    Ok(Quoted::call(name, meta, vec![text, Quoted::list(modifiers)]))
}
