//! `<<…>>`: segments and their specifications.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::call::Resolved;
use super::host::Outcome;
use super::special::Special;
use super::{Expander, Step};
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Endian, Expr, ExprKind, Pattern, Segment, SegmentKind};

/// A specification as gathered from its parts.
#[derive(Default)]
struct Spec {
    kind: Option<(SegmentKind, &'static str)>,
    bits: bool,
    size: Option<Expr>,
    unit: Option<u16>,
    signed: Option<bool>,
    endian: Option<Endian>,
}

/// What a segment holds when nothing says so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Natural {
    Integer,
    Float,
    Binary,
    Bits,
}

/// Whether a bitstring is written out.
fn is_bits(value: &Quoted) -> bool {
    matches!(value.as_call(), Some((atoms::BITSTRING, _, _)))
}

/// The type that a literal has by itself.
fn literal_type(value: &Value) -> Option<&'static str> {
    match value {
        Value::Int(_) | Value::Big(_) => Some("integer"),
        Value::Float(_) => Some("float"),
        Value::Binary(_) => Some("binary"),
        _ => None,
    }
}

impl Expander<'_> {
    pub(super) async fn expand_bits(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let mut segments = Vec::with_capacity(args.len());
        let mut siblings = self.siblings();
        for arg in args {
            let (value, spec) = split(arg);
            let expanded = self.expand_sibling(value, &mut siblings).await?;
            let natural = natural(value, &expanded.kind);
            if let ExprKind::Literal(literal) = &expanded.kind {
                self.refuse_literal(meta, value, literal)?;
            }
            let literal = match &expanded.kind {
                _ if is_bits(value) => Some("bitstring"),
                ExprKind::Literal(value) => literal_type(value),
                _ => None,
            };
            let segment = self.segment(meta, spec, natural, literal, expanded).await?;
            if let (ExprKind::Binary(inner), true) = (&segment.value.kind, is_bits(value)) {
                let name = |expr: &Expr| match &expr.kind {
                    ExprKind::Literal(value) => Some(value_name(value)),
                    ExprKind::Var(variable) => Some(self.scope.info(*variable).key.0.to_string()),
                    _ => None,
                };
                self.refuse_unaligned(meta, &segment, inner, &name)?;
            }
            let texts = match &segment.value.kind {
                ExprKind::Literal(value) => self.characters(meta, &segment, value)?,
                _ => None,
            };
            match texts {
                Some(values) => segments.extend(values.into_iter().map(|value| Segment {
                    value: self.literal(value),
                    kind: segment.kind,
                    size: segment.size.clone(),
                    unit: segment.unit,
                    signed: segment.signed,
                    endian: segment.endian,
                })),
                None => segments.push(segment),
            }
        }
        self.join_siblings(siblings);
        if let Some(bytes) = constant(&segments) {
            return Ok(self.at(meta, ExprKind::Literal(Value::binary(bytes))));
        }
        Ok(self.at(meta, ExprKind::Binary(segments)))
    }

    pub(super) async fn bits_pattern(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Vec<Segment<Pattern>>> {
        let mut segments: Vec<Segment<Pattern>> = Vec::with_capacity(args.len());
        for (index, arg) in args.iter().enumerate() {
            let (value, spec) = split(arg);
            if matches!(value.as_call(), Some((atoms::MATCH, _, [_, _]))) {
                let message = format!(
                    "cannot pattern match inside a bitstring that is already in match, got: {}",
                    self.show(value)
                );
                return Err(self.fail(meta, "expand::match_in_bits", message));
            }
            let pattern = self.expand_pattern(value).await?;
            let natural = match &pattern {
                Pattern::Literal(Value::Float(_)) => Natural::Float,
                Pattern::Literal(Value::Binary(_)) => Natural::Binary,
                Pattern::Binary(_) => Natural::Bits,
                _ => Natural::Integer,
            };
            if let Pattern::Literal(literal) = &pattern {
                self.refuse_literal(meta, value, literal)?;
            }
            let literal = match &pattern {
                _ if is_bits(value) => Some("bitstring"),
                Pattern::Literal(value) => literal_type(value),
                _ => None,
            };
            let segment = self.segment(meta, spec, natural, literal, pattern).await?;
            if let Pattern::Binary(inner) = &segment.value {
                self.refuse_unaligned(meta, &segment, inner, &|pattern| self.pattern_name(pattern))?;
            }
            let open = |segments: &[Segment<Pattern>]| {
                segments.last().is_some_and(|last| {
                    last.kind == SegmentKind::Binary
                        && last.size.is_none()
                        && !matches!(last.value, Pattern::Literal(_))
                })
            };
            let unsized_binary = segment.kind == SegmentKind::Binary
                && segment.size.is_none()
                && match &segment.value {
                    Pattern::Literal(_) => false,
                    Pattern::Binary(inner) => open(inner),
                    _ => true,
                };
            if unsized_binary && index + 1 != args.len() {
                return Err(self.unsized_binary(meta));
            }
            let texts = match &segment.value {
                Pattern::Literal(value) => self.characters(meta, &segment, value)?,
                _ => None,
            };
            match texts {
                Some(values) => segments.extend(values.into_iter().map(|value| Segment {
                    value: Pattern::Literal(value),
                    kind: segment.kind,
                    size: segment.size.clone(),
                    unit: segment.unit,
                    signed: segment.signed,
                    endian: segment.endian,
                })),
                None => match segment.value {
                    // A bitstring inside a bitstring is its segments.
                    Pattern::Binary(inner) if segment.size.is_none() => segments.extend(inner),
                    _ => segments.push(segment),
                },
            }
        }
        Ok(segments)
    }

    /// Texts and charlists among integer segments are segments of their characters.
    fn characters<T>(&self, meta: &Meta, segment: &Segment<T>, value: &Value) -> Outcome<Option<Vec<Value>>> {
        match (segment.kind, value) {
            (
                SegmentKind::Integer | SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32,
                Value::Binary(bytes),
            ) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Some(text.chars().map(|c| Value::Int(i64::from(u32::from(c)))).collect())),
                Err(_) => Err(self.fail(meta, "expand::bits_text", "invalid literal in <<>>: it is not UTF-8")),
            },
            (
                SegmentKind::Integer | SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32,
                Value::List(values),
            ) if values.iter().all(|value| matches!(value, Value::Int(_))) => Ok(Some(values.clone())),
            _ => Ok(None),
        }
    }

    /// What a binary is made of must be whole bytes, as far as that can be seen.
    fn refuse_unaligned<T, U>(
        &self,
        meta: &Meta,
        segment: &Segment<T>,
        inner: &[Segment<U>],
        name: &dyn Fn(&U) -> Option<String>,
    ) -> Outcome<()> {
        let bits: Option<i64> = inner.iter().map(width).sum();
        let odd = bits.is_some_and(|bits| bits % 8 != 0);
        if segment.kind != SegmentKind::Binary || segment.unit != 8 || segment.size.is_some() || !odd {
            return Ok(());
        }
        let message = format!(
            "expected {} to be a binary but its number of bits is not divisible by 8",
            shown_segments(inner, name)
        );
        Err(self.fail(meta, "expand::bits_unaligned", message))
    }

    /// A pattern inside a bitstring as messages show it.
    fn pattern_name(&self, pattern: &Pattern) -> Option<String> {
        match pattern {
            Pattern::Any => Some("_".to_string()),
            Pattern::Var(variable) => Some(self.scope.info(*variable).key.0.to_string()),
            Pattern::Literal(value) => Some(value_name(value)),
            _ => None,
        }
    }

    /// Two bitstrings cannot be matched against one value: nobody says where the segments of both are.
    pub(super) fn refuse_parallel_bits(&self, meta: &Meta, left: &Pattern, right: &Pattern) -> Outcome<()> {
        let mut work = vec![(left, right)];
        while let Some((left, right)) = work.pop() {
            match (left, right) {
                (Pattern::Both(one, other), both) | (both, Pattern::Both(one, other)) => {
                    work.extend([(&**one, both), (&**other, both)]);
                }
                (Pattern::Binary(_), Pattern::Binary(excess)) => {
                    let shown = shown_segments(excess, &|pattern| self.pattern_name(pattern));
                    let message =
                        format!("binary patterns cannot be matched in parallel using \"=\", excess pattern: {shown}");
                    return Err(self.fail(meta, "expand::parallel_bits", message));
                }
                (Pattern::Cons(head, tail), Pattern::Cons(other_head, other_tail)) => {
                    work.extend([(&**head, &**other_head), (&**tail, &**other_tail)]);
                }
                (Pattern::Map(some), Pattern::Map(others)) => {
                    let same = |one: &Expr, other: &Expr| match (&one.kind, &other.kind) {
                        (ExprKind::Literal(one), ExprKind::Literal(other)) => one == other,
                        _ => false,
                    };
                    for (key, pattern) in some {
                        let found = others.iter().find(|(other, _)| same(key, other));
                        work.extend(found.map(|(_, other)| (pattern, other)));
                    }
                }
                (Pattern::Tuple(some), Pattern::Tuple(others)) if some.len() == others.len() => {
                    work.extend(some.iter().zip(others));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The error for a segment that takes the rest where something follows.
    pub(super) fn unsized_binary(&self, meta: &Meta) -> super::host::Failure {
        self.fail(
            meta,
            "expand::binary_size",
                    "a binary field without size is only allowed at the end of a binary pattern, at the right side of \
                     binary concatenation and and never allowed in binary generators. The following examples are invalid:\n\n    \
                     rest <> \"foo\"\n    <<rest::binary, \"foo\">>\n\nThey are invalid because there is a bits/bitstring \
                     component not at the end. However, the \"reverse\" would work:\n\n    \"foo\" <> rest\n    \
                     <<\"foo\", rest::binary>>\n\n",
        )
    }

    /// Atoms, tuples, lists and maps as they stand go into no bitstring.
    fn refuse_literal(&self, meta: &Meta, written: &Quoted, value: &Value) -> Outcome<()> {
        if matches!(value, Value::Int(_) | Value::Big(_) | Value::Float(_) | Value::Binary(_) | Value::Bitstring(..)) {
            return Ok(());
        }
        let text = |value: &Value| match value {
            Value::Int(c @ 32..=126) => u8::try_from(*c).ok().map(char::from),
            _ => None,
        };
        let shown = match value {
            Value::List(characters) if !characters.is_empty() => {
                characters.iter().map(text).collect::<Option<String>>().map(|text| format!("'{text}'"))
            }
            _ => None,
        };
        let message = format!("invalid literal {} in <<>>", shown.unwrap_or_else(|| self.show(written)));
        Err(self.fail(meta, "expand::bits_literal", message))
    }

    async fn segment<T>(
        &mut self,
        meta: &Meta,
        spec: Option<&Quoted>,
        natural: Natural,
        literal: Option<&'static str>,
        value: T,
    ) -> Outcome<Segment<T>> {
        let mut parsed = Spec::default();
        if let Some(spec) = spec {
            self.parse_spec(meta, spec, &mut parsed).await?;
        }
        if let (Some((kind, name)), Some(literal)) = (parsed.kind, literal) {
            let text = matches!(kind, SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32);
            let fits = match literal {
                "integer" => kind != SegmentKind::Binary,
                "float" => kind == SegmentKind::Float,
                _ => kind == SegmentKind::Binary || text,
            };
            if !fits && literal != "bitstring" {
                let message = format!("conflicting type specification for bit field: \"{name}\" and \"{literal}\"");
                return Err(self.fail(meta, "expand::bits_type", message));
            }
        }
        let measured = parsed.size.is_some() || parsed.unit.is_some();
        if let (Some(text @ ("binary" | "bitstring")), true) = (literal, measured) {
            let message = match text {
                "binary" => {
                    "literal string in bitstring supports only endianness and type specifiers, which must be one of: little, \
                     big, native, utf8, utf16, utf32, bits, bytes, binary or bitstring"
                }
                _ => "literal <<>> in bitstring supports only type specifiers, which must be one of: binary or bitstring",
            };
            return Err(self.fail(meta, "expand::bits_size", message));
        }
        if let (true, Some(unit)) = (parsed.bits && parsed.size.is_none(), parsed.unit.filter(|unit| *unit != 1)) {
            return Err(self.conflict(meta, "unit", &unit.to_string(), "1"));
        }
        let sized = parsed.size.is_some() || parsed.signed.is_some();
        let (kind, name) = match parsed.kind {
            Some(kind) => kind,
            None => match natural {
                Natural::Float => (SegmentKind::Float, "float"),
                Natural::Binary if !sized => (SegmentKind::Binary, "binary"),
                Natural::Bits if !sized => {
                    parsed.bits = true;
                    (SegmentKind::Binary, "bitstring")
                }
                Natural::Binary | Natural::Bits => (SegmentKind::Binary, "binary"),
                Natural::Integer => (SegmentKind::Integer, "integer"),
            },
        };
        let unit = match (kind, parsed.unit) {
            (SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32, None) if parsed.size.is_none() => 1,
            (SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32, _) => {
                let message = format!("size and unit are not supported on utf types: {name}");
                return Err(self.fail(meta, "expand::utf_size", message));
            }
            (SegmentKind::Integer | SegmentKind::Float, Some(_)) if parsed.size.is_none() => {
                let message = "integer and float types require a size specifier if the unit specifier is given";
                return Err(self.fail(meta, "expand::unit_without_size", message));
            }
            (_, Some(unit)) => unit,
            (SegmentKind::Binary, None) => {
                if parsed.bits {
                    1
                } else {
                    8
                }
            }
            _ => 1,
        };
        if let (SegmentKind::Float, Some(Expr { kind: ExprKind::Literal(Value::Int(size)), .. })) = (kind, &parsed.size)
        {
            let bits = size.saturating_mul(i64::from(unit));
            if !matches!(bits, 16 | 32 | 64) {
                let message = format!("float requires size*unit to be 16, 32, or 64 (default), got: {bits}");
                return Err(self.fail(meta, "expand::float_size", message));
            }
        }
        if parsed.signed.is_some() && !matches!(kind, SegmentKind::Integer | SegmentKind::Float) {
            let message = "signed and unsigned specifiers are supported only on integer and float types";
            return Err(self.fail(meta, "expand::sign", message));
        }
        Ok(Segment {
            value,
            kind,
            size: parsed.size,
            unit,
            signed: parsed.signed.unwrap_or(false),
            endian: parsed.endian.unwrap_or(Endian::Big),
        })
    }

    fn parse_spec<'a>(&'a mut self, meta: &'a Meta, spec: &'a Quoted, parsed: &'a mut Spec) -> Step<'a, ()> {
        Step::later(async move {
            match spec {
                Quoted::Int(_) => self.set_size(meta, spec, parsed).await,
                Quoted::Node(node) => match (&node.form, &node.args) {
                    (Quoted::Atom(atoms::MINUS), Args::List(parts)) if parts.len() == 2 => {
                        self.parse_spec(meta, &parts[0], parsed).await?;
                        self.parse_spec(meta, &parts[1], parsed).await
                    }
                    (Quoted::Atom(atoms::STAR), Args::List(parts)) if parts.len() == 2 => {
                        let any = parts[0].as_node().is_some_and(|node| node.form == Quoted::Atom(atoms::UNDERSCORE));
                        if !any {
                            self.set_size(meta, &parts[0], parsed).await?;
                        }
                        self.set_unit(meta, &parts[1], parsed).await
                    }
                    (Quoted::Atom(name), args) => {
                        let args: &[Quoted] = match args {
                            Args::List(args) => args,
                            Args::Context(_) => &[],
                        };
                        self.parse_specifier(meta, spec, *name, &node.meta, args, parsed).await
                    }
                    (Quoted::Node(_), Args::List(_)) => match self.expand_once(spec).await? {
                        Some(expanded) => self.parse_spec(meta, &expanded, parsed).await,
                        None => Err(self.unknown_specifier(meta, spec)),
                    },
                    _ => Err(self.unknown_specifier(meta, spec)),
                },
                _ => Err(self.unknown_specifier(meta, spec)),
            }
        })
    }

    fn unknown_specifier(&self, meta: &Meta, spec: &Quoted) -> super::host::Failure {
        self.fail(meta, "expand::bits_specifier", {
            let bare = spec.as_node().is_some_and(|node| matches!(node.args, Args::Context(_)));
            format!("unknown bitstring specifier: {}{}", self.show(spec), if bare { "()" } else { "" })
        })
    }

    async fn parse_specifier(
        &mut self,
        meta: &Meta,
        spec: &Quoted,
        name: Atom,
        name_meta: &Meta,
        args: &[Quoted],
        parsed: &mut Spec,
    ) -> Outcome<()> {
        let kind = match name.as_str() {
            "integer" => Some((SegmentKind::Integer, "integer")),
            "float" => Some((SegmentKind::Float, "float")),
            "binary" | "bytes" => Some((SegmentKind::Binary, "binary")),
            "bitstring" | "bits" => Some((SegmentKind::Binary, "bitstring")),
            "utf8" => Some((SegmentKind::Utf8, "utf8")),
            "utf16" => Some((SegmentKind::Utf16, "utf16")),
            "utf32" => Some((SegmentKind::Utf32, "utf32")),
            _ => None,
        };
        if let (Some(kind), []) = (kind, args) {
            if let Some((_, earlier)) = parsed.kind.filter(|(_, earlier)| *earlier != kind.1) {
                let message = format!("conflicting type specification for bit field: \"{}\" and \"{earlier}\"", kind.1);
                return Err(self.fail(meta, "expand::bits_conflict", message));
            }
            parsed.bits = kind.1 == "bitstring";
            parsed.kind = Some(kind);
            return Ok(());
        }
        match (name.as_str(), args) {
            ("big" | "little" | "native", []) => {
                let (endian, earlier) = match name.as_str() {
                    "big" => (Endian::Big, parsed.endian),
                    "little" => (Endian::Little, parsed.endian),
                    _ => (Endian::Native, parsed.endian),
                };
                if let Some(earlier) = earlier.filter(|earlier| *earlier != endian) {
                    let shown = match earlier {
                        Endian::Big => "big",
                        Endian::Little => "little",
                        Endian::Native => "native",
                    };
                    return Err(self.conflict(meta, "endianness", name.as_str(), shown));
                }
                parsed.endian = Some(endian);
            }
            ("signed" | "unsigned", []) => {
                let signed = name.as_str() == "signed";
                if parsed.signed == Some(!signed) {
                    let earlier = if signed { "unsigned" } else { "signed" };
                    return Err(self.conflict(meta, "sign", name.as_str(), earlier));
                }
                parsed.signed = Some(signed);
            }
            ("_", []) => {}
            ("size", [size]) => self.set_size(meta, size, parsed).await?,
            ("unit", [unit]) => self.set_unit(meta, unit, parsed).await?,
            _ => {
                if Special::of(name, args.len()).is_none() {
                    match self.resolve_local(name, name_meta, args).await? {
                        Resolved::Expanded(expanded) => return self.parse_spec(meta, &expanded, parsed).await,
                        Resolved::Boot(boot) => {
                            if let Some(expanded) = self.quote_boot(boot, name_meta, args).await? {
                                return self.parse_spec(meta, &expanded, parsed).await;
                            }
                        }
                        _ => {}
                    }
                }
                return Err(self.unknown_specifier(meta, spec));
            }
        }
        Ok(())
    }

    fn conflict(&self, meta: &Meta, what: &str, later: &str, earlier: &str) -> super::host::Failure {
        let message = format!("conflicting {what} specification for bit field: \"{later}\" and \"{earlier}\"");
        self.fail(meta, "expand::bits_conflict", message)
    }

    async fn set_size(&mut self, meta: &Meta, size: &Quoted, parsed: &mut Spec) -> Outcome<()> {
        if parsed.size.is_some() {
            let earlier = match parsed.size.as_ref().map(|size| &size.kind) {
                Some(ExprKind::Literal(Value::Int(size))) => size.to_string(),
                _ => "…".to_string(),
            };
            let message =
                format!("conflicting size specification for bit field: \"{}\" and \"{earlier}\"", self.show(size));
            return Err(self.fail(meta, "expand::bits_conflict", message));
        }
        let errors = self.errors.len();
        let size = if self.pattern.is_some() {
            let outer = std::mem::replace(&mut self.in_size, true);
            let size = self.expand_in_pattern(size).await;
            self.in_size = outer;
            size?
        } else {
            self.expand(size).await?
        };
        if let (ExprKind::Literal(value), true) = (&size.kind, self.errors.len() == errors) {
            if !matches!(value, Value::Int(number) if *number >= 0 || self.pattern.is_none()) {
                let message = "size in bitstring expects a non-negative integer or a variable as argument";
                return Err(self.fail(meta, "expand::bits_size", message));
            }
        }
        parsed.size = Some(size);
        Ok(())
    }

    async fn set_unit(&mut self, meta: &Meta, unit: &Quoted, parsed: &mut Spec) -> Outcome<()> {
        let expanded = self.expand_in_pattern(unit).await?;
        match expanded.kind {
            ExprKind::Literal(Value::Int(unit)) if (1..=256).contains(&unit) => {
                let unit = unit as u16;
                if let Some(earlier) = parsed.unit.filter(|earlier| *earlier != unit) {
                    return Err(self.conflict(meta, "unit", &unit.to_string(), &earlier.to_string()));
                }
                parsed.unit = Some(unit);
                Ok(())
            }
            ExprKind::Literal(Value::Int(_)) => {
                let message = format!("unit in bitstring expects an integer from 1 to 256, got: {}", self.show(unit));
                Err(self.fail(meta, "expand::bits_unit", message))
            }
            _ => {
                let message = format!("unit in bitstring expects an integer as argument, got: {}", self.show(unit));
                Err(self.fail(meta, "expand::bits_unit", message))
            }
        }
    }
}

fn split(segment: &Quoted) -> (&Quoted, Option<&Quoted>) {
    match segment.as_call() {
        Some((atoms::TYPE_OP, _, [value, spec])) => (value, Some(spec)),
        _ => (segment, None),
    }
}

fn natural(quoted: &Quoted, expanded: &ExprKind) -> Natural {
    match expanded {
        ExprKind::Literal(Value::Float(_)) => Natural::Float,
        ExprKind::Literal(Value::Binary(_)) => Natural::Binary,
        ExprKind::Literal(Value::Bitstring(..)) | ExprKind::Binary(_) => Natural::Bits,
        _ => match quoted.as_call() {
            Some((atoms::BITSTRING, _, _)) => Natural::Bits,
            _ => Natural::Integer,
        },
    }
}

/// The bits that a segment takes, where its text says so.
fn width<T>(segment: &Segment<T>) -> Option<i64> {
    let size = match (&segment.size, segment.kind) {
        (Some(Expr { kind: ExprKind::Literal(Value::Int(size)), .. }), _) => *size,
        (None, SegmentKind::Integer) => return Some(8),
        (None, SegmentKind::Float) => return Some(64),
        (None, SegmentKind::Binary) if segment.unit == 8 => return Some(0),
        _ => return None,
    };
    size.checked_mul(i64::from(segment.unit))
}

/// Segments as messages show them: plain where nothing is said but what is so anyway.
fn shown_segments<T>(segments: &[Segment<T>], name: &dyn Fn(&T) -> Option<String>) -> String {
    let shown = segments.iter().map(|segment| {
        let value = name(&segment.value).unwrap_or_else(|| "...".to_string());
        let kind = match segment.kind {
            SegmentKind::Integer => "integer",
            SegmentKind::Float => "float",
            SegmentKind::Binary if segment.unit == 1 => "bitstring",
            SegmentKind::Binary => "binary",
            SegmentKind::Utf8 => "utf8",
            SegmentKind::Utf16 => "utf16",
            SegmentKind::Utf32 => "utf32",
        };
        match (&segment.size, segment.kind) {
            (None, SegmentKind::Integer) => value,
            (Some(Expr { kind: ExprKind::Literal(Value::Int(size)), .. }), _) => {
                format!("{value}::{kind}-size({size})")
            }
            _ => format!("{value}::{kind}"),
        }
    });
    format!("<<{}>>", shown.collect::<Vec<_>>().join(", "))
}

/// A literal in a bitstring as messages show it.
fn value_name(value: &Value) -> String {
    crate::expand::show(&crate::expand::escape_value(value))
}

/// The bytes of a bitstring whose segments are all literal bytes and texts.
fn constant(segments: &[Segment<Expr>]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for segment in segments {
        match (&segment.value.kind, segment.kind, &segment.size) {
            (ExprKind::Literal(Value::Binary(text)), SegmentKind::Binary, None) => bytes.extend_from_slice(text),
            (ExprKind::Literal(Value::Int(number)), SegmentKind::Integer, None) if segment.unit == 1 => {
                bytes.push(*number as u8);
            }
            (ExprKind::Literal(Value::Int(number)), SegmentKind::Utf8, None) => {
                let character = char::from_u32(u32::try_from(*number).ok()?)?;
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => return None,
        }
    }
    Some(bytes)
}
