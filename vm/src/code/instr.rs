//! The instruction set: the only place where a generic opcode's number is written down.
//!
//! Numbers, names and operand order are the `.beam` format's and never change. Listed is what the compilers of
//! OTP 24 to 28 emit; the reader refuses every other number by name of the file and offset. An opcode missing
//! from a consumer's `match` is a compile error there.

/// Hands the whole table to a macro: `/// doc`, `number => "name" / Variant(operand: Kind, …)`.
#[macro_export]
macro_rules! for_each_instruction {
    ($define:ident) => {
        $define! {
            /// Marks a place to jump to or call.
            1 => "label" / Label(label: LabelDef),
            /// Opens a function; executing it raises `function_clause` for that function.
            2 => "func_info" / FuncInfo(module: Atom, function: Atom, arity: Count),
            /// Ends the code.
            3 => "int_code_end" / IntCodeEnd(),
            /// Calls a function of this module; `x0..arity` are its arguments and the result is in `x0`.
            4 => "call" / Call(arity: Count, entry: Label),
            /// Frees the frame and tail-calls a function of this module.
            5 => "call_last" / CallLast(arity: Count, entry: Label, frame: Count),
            /// Tail-calls a function of this module; there is no frame.
            6 => "call_only" / CallOnly(arity: Count, entry: Label),
            /// Calls an imported function.
            7 => "call_ext" / CallExt(arity: Count, import: Import),
            /// Frees the frame and tail-calls an imported function.
            8 => "call_ext_last" / CallExtLast(arity: Count, import: Import, frame: Count),
            /// Calls a guard function without arguments.
            9 => "bif0" / Bif0(import: Import, dest: Dest),
            /// Calls a guard function that needs no heap.
            10 => "bif1" / Bif1(fail: Fail, import: Import, arg: Source, dest: Dest),
            /// Calls a guard function that needs no heap.
            11 => "bif2" / Bif2(fail: Fail, import: Import, left: Source, right: Source, dest: Dest),
            /// Makes a frame of uninitialised y registers and saves the return address.
            12 => "allocate" / Allocate(frame: Count, live: Live),
            /// `allocate` and `test_heap` in one.
            13 => "allocate_heap" / AllocateHeap(frame: Count, need: Need, live: Live),
            /// Makes room on the heap, collecting if it must; `x0..live` are roots.
            16 => "test_heap" / TestHeap(need: Need, live: Live),
            /// Frees the frame and restores the return address.
            18 => "deallocate" / Deallocate(frame: Count),
            /// Returns `x0`.
            19 => "return" / Return(),
            /// Sends `x1` to `x0`; the result, in `x0`, is the message.
            20 => "send" / Send(),
            /// Takes the current message out of the mailbox and cancels the time-out.
            21 => "remove_message" / RemoveMessage(),
            /// The time-out of a receive has passed: rewinds the mailbox.
            22 => "timeout" / Timeout(),
            /// Looks at the current message, or jumps when there is none.
            23 => "loop_rec" / LoopRec(wait: Label, dest: Dest),
            /// The current message did not match: advances and jumps back.
            24 => "loop_rec_end" / LoopRecEnd(again: Label),
            /// Sleeps until a message arrives, then jumps.
            25 => "wait" / Wait(again: Label),
            /// Sleeps until a message arrives, then jumps, or falls through after that many milliseconds.
            26 => "wait_timeout" / WaitTimeout(again: Label, time: Source),
            /// Jumps unless left < right.
            39 => "is_lt" / IsLt(fail: Fail, left: Source, right: Source),
            /// Jumps unless left >= right.
            40 => "is_ge" / IsGe(fail: Fail, left: Source, right: Source),
            /// Jumps unless left == right.
            41 => "is_eq" / IsEq(fail: Fail, left: Source, right: Source),
            /// Jumps unless left /= right.
            42 => "is_ne" / IsNe(fail: Fail, left: Source, right: Source),
            /// Jumps unless left =:= right.
            43 => "is_eq_exact" / IsEqExact(fail: Fail, left: Source, right: Source),
            /// Jumps unless left =/= right.
            44 => "is_ne_exact" / IsNeExact(fail: Fail, left: Source, right: Source),
            /// Jumps unless an integer.
            45 => "is_integer" / IsInteger(fail: Fail, arg: Source),
            /// Jumps unless a float.
            46 => "is_float" / IsFloat(fail: Fail, arg: Source),
            /// Jumps unless a number.
            47 => "is_number" / IsNumber(fail: Fail, arg: Source),
            /// Jumps unless an atom.
            48 => "is_atom" / IsAtom(fail: Fail, arg: Source),
            /// Jumps unless a pid.
            49 => "is_pid" / IsPid(fail: Fail, arg: Source),
            /// Jumps unless a reference.
            50 => "is_reference" / IsReference(fail: Fail, arg: Source),
            /// Jumps unless a port.
            51 => "is_port" / IsPort(fail: Fail, arg: Source),
            /// Jumps unless `[]`.
            52 => "is_nil" / IsNil(fail: Fail, arg: Source),
            /// Jumps unless a binary.
            53 => "is_binary" / IsBinary(fail: Fail, arg: Source),
            /// Jumps unless a list cell or `[]`.
            55 => "is_list" / IsList(fail: Fail, arg: Source),
            /// Jumps unless a list cell.
            56 => "is_nonempty_list" / IsNonemptyList(fail: Fail, arg: Source),
            /// Jumps unless a tuple.
            57 => "is_tuple" / IsTuple(fail: Fail, arg: Source),
            /// Jumps unless the tuple has that size.
            58 => "test_arity" / TestArity(fail: Fail, tuple: Source, arity: Count),
            /// Jumps by value: pairs of literal and label.
            59 => "select_val" / SelectVal(arg: Source, fail: Fail, choices: List),
            /// Jumps by tuple size: pairs of size and label.
            60 => "select_tuple_arity" / SelectTupleArity(tuple: Source, fail: Fail, choices: List),
            /// Jumps.
            61 => "jump" / Jump(to: Label),
            /// Installs a `catch` handler in a y register.
            62 => "catch" / Catch(slot: Y, handler: Label),
            /// Ends a `catch`; after an exception builds its value in `x0`.
            63 => "catch_end" / CatchEnd(slot: Y),
            /// Copies a value.
            64 => "move" / Move(from: Source, dest: Dest),
            /// Takes a list cell apart.
            65 => "get_list" / GetList(list: Source, head: Dest, tail: Dest),
            /// Reads an element, numbered from 0.
            66 => "get_tuple_element" / GetTupleElement(tuple: Source, index: Count, dest: Dest),
            /// Overwrites an element of a tuple that nobody else has seen.
            67 => "set_tuple_element" / SetTupleElement(value: Source, tuple: Source, index: Count),
            /// Builds a list cell in room made before.
            69 => "put_list" / PutList(head: Source, tail: Source, dest: Dest),
            /// Raises `{badmatch, value}`.
            72 => "badmatch" / Badmatch(value: Source),
            /// Raises `if_clause`.
            73 => "if_end" / IfEnd(),
            /// Raises `{case_clause, value}`.
            74 => "case_end" / CaseEnd(value: Source),
            /// Calls the fun in `x[arity]` with `x0..arity`.
            75 => "call_fun" / CallFun(arity: Count),
            /// Jumps unless a fun.
            77 => "is_function" / IsFunction(fail: Fail, arg: Source),
            /// Tail-calls an imported function; there is no frame.
            78 => "call_ext_only" / CallExtOnly(arity: Count, import: Import),
            /// Appends an integer to the binary being built (OTP 24).
            89 => "bs_put_integer" / BsPutInteger(fail: Fail, size: Source, unit: Count, flags: Count, value: Source),
            /// Appends a bitstring to the binary being built (OTP 24).
            90 => "bs_put_binary" / BsPutBinary(fail: Fail, size: Source, unit: Count, flags: Count, value: Source),
            /// Appends a float to the binary being built (OTP 24).
            91 => "bs_put_float" / BsPutFloat(fail: Fail, size: Source, unit: Count, flags: Count, value: Source),
            /// Appends bytes of the string table to the binary being built (OTP 24).
            92 => "bs_put_string" / BsPutString(bytes: Count, offset: Count),
            /// Moves a float between a register and a float register.
            96 => "fmove" / Fmove(from: Source, dest: Dest),
            /// Converts a number to a float in a float register.
            97 => "fconv" / Fconv(from: Source, dest: Dest),
            /// Adds float registers.
            98 => "fadd" / Fadd(fail: Fail, left: Source, right: Source, dest: Dest),
            /// Subtracts float registers.
            99 => "fsub" / Fsub(fail: Fail, left: Source, right: Source, dest: Dest),
            /// Multiplies float registers.
            100 => "fmul" / Fmul(fail: Fail, left: Source, right: Source, dest: Dest),
            /// Divides float registers.
            101 => "fdiv" / Fdiv(fail: Fail, left: Source, right: Source, dest: Dest),
            /// Negates a float register.
            102 => "fnegate" / Fnegate(fail: Fail, arg: Source, dest: Dest),
            /// Makes a fun of lambda-table entry in `x0`, its free variables in `x0…` (before OTP 24).
            103 => "make_fun2" / MakeFun2(lambda: Lambda),
            /// Installs a `try` handler in a y register.
            104 => "try" / Try(slot: Y, handler: Label),
            /// Removes a `try` handler.
            105 => "try_end" / TryEnd(slot: Y),
            /// Enters a handler: class, reason and raw stack trace are in `x0`, `x1`, `x2`.
            106 => "try_case" / TryCase(slot: Y),
            /// Raises `{try_clause, value}`.
            107 => "try_case_end" / TryCaseEnd(value: Source),
            /// Raises again with a raw stack trace.
            108 => "raise" / Raise(trace: Source, reason: Source),
            /// Starts a binary of that many bytes (OTP 24).
            109 => "bs_init2" / BsInit2(fail: Fail, size: Source, words: Need, live: Live, flags: Count, dest: Dest),
            /// Adds the first to the second times the unit (OTP 24).
            111 => "bs_add" / BsAdd(fail: Fail, left: Source, right: Source, unit: Count, dest: Dest),
            /// Calls `x[arity]:x[arity+1]` with `x0..arity`.
            112 => "apply" / Apply(arity: Count),
            /// Frees the frame and tail-calls like `apply`.
            113 => "apply_last" / ApplyLast(arity: Count, frame: Count),
            /// Jumps unless `true` or `false`.
            114 => "is_boolean" / IsBoolean(fail: Fail, arg: Source),
            /// Jumps unless a fun of that arity.
            115 => "is_function2" / IsFunction2(fail: Fail, arg: Source, arity: Source),
            /// Reads an integer from a match context.
            117 => "bs_get_integer2" / BsGetInteger2(fail: Fail, context: Source, live: Live, size: Source, unit: Count, flags: Count, dest: Dest),
            /// Reads a float from a match context.
            118 => "bs_get_float2" / BsGetFloat2(fail: Fail, context: Source, live: Live, size: Source, unit: Count, flags: Count, dest: Dest),
            /// Reads a sub-binary from a match context.
            119 => "bs_get_binary2" / BsGetBinary2(fail: Fail, context: Source, live: Live, size: Source, unit: Count, flags: Count, dest: Dest),
            /// Skips bits of a match context.
            120 => "bs_skip_bits2" / BsSkipBits2(fail: Fail, context: Source, size: Source, unit: Count, flags: Count),
            /// Jumps unless exactly that many bits remain.
            121 => "bs_test_tail2" / BsTestTail2(fail: Fail, context: Source, bits: Count),
            /// Calls a guard function that may need heap.
            124 => "gc_bif1" / GcBif1(fail: Fail, live: Live, import: Import, arg: Source, dest: Dest),
            /// Calls a guard function that may need heap.
            125 => "gc_bif2" / GcBif2(fail: Fail, live: Live, import: Import, left: Source, right: Source, dest: Dest),
            /// Jumps unless a bitstring.
            129 => "is_bitstr" / IsBitstr(fail: Fail, arg: Source),
            /// Jumps unless the remaining bits are a multiple of the unit.
            131 => "bs_test_unit" / BsTestUnit(fail: Fail, context: Source, unit: Count),
            /// Compares the next bits with the string table.
            132 => "bs_match_string" / BsMatchString(fail: Fail, context: Source, bits: Count, offset: Count),
            /// Makes an empty binary with room for `x0` bytes in `x0`.
            133 => "bs_init_writable" / BsInitWritable(),
            /// Extends a binary, in place if nobody else holds it (OTP 24).
            134 => "bs_append" / BsAppend(fail: Fail, size: Source, extra: Need, live: Live, unit: Count, binary: Source, flags: Count, dest: Dest),
            /// Extends a binary known to be unshared (OTP 24).
            135 => "bs_private_append" / BsPrivateAppend(fail: Fail, size: Source, unit: Count, binary: Source, flags: Count, dest: Dest),
            /// Removes the first y registers of the frame.
            136 => "trim" / Trim(words: Count, remaining: Count),
            /// Starts a bitstring of that many bits (OTP 24).
            137 => "bs_init_bits" / BsInitBits(fail: Fail, size: Source, words: Need, live: Live, flags: Count, dest: Dest),
            /// Reads a UTF-8 character.
            138 => "bs_get_utf8" / BsGetUtf8(fail: Fail, context: Source, live: Live, flags: Count, dest: Dest),
            /// Skips a UTF-8 character.
            139 => "bs_skip_utf8" / BsSkipUtf8(fail: Fail, context: Source, live: Live, flags: Count),
            /// Reads a UTF-16 character.
            140 => "bs_get_utf16" / BsGetUtf16(fail: Fail, context: Source, live: Live, flags: Count, dest: Dest),
            /// Skips a UTF-16 character.
            141 => "bs_skip_utf16" / BsSkipUtf16(fail: Fail, context: Source, live: Live, flags: Count),
            /// Reads a UTF-32 character.
            142 => "bs_get_utf32" / BsGetUtf32(fail: Fail, context: Source, live: Live, flags: Count, dest: Dest),
            /// Skips a UTF-32 character.
            143 => "bs_skip_utf32" / BsSkipUtf32(fail: Fail, context: Source, live: Live, flags: Count),
            /// The bytes that a character takes in UTF-8 (OTP 24).
            144 => "bs_utf8_size" / BsUtf8Size(fail: Fail, char: Source, dest: Dest),
            /// Appends a character in UTF-8 (OTP 24).
            145 => "bs_put_utf8" / BsPutUtf8(fail: Fail, flags: Count, char: Source),
            /// The bytes that a character takes in UTF-16 (OTP 24).
            146 => "bs_utf16_size" / BsUtf16Size(fail: Fail, char: Source, dest: Dest),
            /// Appends a character in UTF-16 (OTP 24).
            147 => "bs_put_utf16" / BsPutUtf16(fail: Fail, flags: Count, char: Source),
            /// Appends a character in UTF-32 (OTP 24).
            148 => "bs_put_utf32" / BsPutUtf32(fail: Fail, flags: Count, char: Source),
            /// Marks the function that runs when the module has been loaded.
            149 => "on_load" / OnLoad(),
            /// Calls a guard function that may need heap.
            152 => "gc_bif3" / GcBif3(fail: Fail, live: Live, import: Import, first: Source, second: Source, third: Source, dest: Dest),
            /// Says which source line what follows came from.
            153 => "line" / Line(line: Line),
            /// Sets keys of a map, new or not.
            154 => "put_map_assoc" / PutMapAssoc(fail: Fail, map: Source, dest: Dest, live: Live, pairs: List),
            /// Sets keys that the map must have.
            155 => "put_map_exact" / PutMapExact(fail: Fail, map: Source, dest: Dest, live: Live, pairs: List),
            /// Jumps unless a map.
            156 => "is_map" / IsMap(fail: Fail, arg: Source),
            /// Jumps unless the map has all these keys.
            157 => "has_map_fields" / HasMapFields(fail: Fail, map: Source, keys: List),
            /// Reads values of keys, or jumps when one is missing.
            158 => "get_map_elements" / GetMapElements(fail: Fail, map: Source, pairs: List),
            /// Jumps unless a tuple of that size whose first element is that atom.
            159 => "is_tagged_tuple" / IsTaggedTuple(fail: Fail, arg: Source, arity: Count, tag: Source),
            /// Makes a stack-trace term of the raw one in `x0`.
            160 => "build_stacktrace" / BuildStacktrace(),
            /// Raises class `x0`, reason `x1`, raw stack trace `x2`.
            161 => "raw_raise" / RawRaise(),
            /// The head of a list cell.
            162 => "get_hd" / GetHd(list: Source, dest: Dest),
            /// The tail of a list cell.
            163 => "get_tl" / GetTl(list: Source, dest: Dest),
            /// Builds a tuple in room made before.
            164 => "put_tuple2" / PutTuple2(dest: Dest, elements: List),
            /// The rest of a match context as a bitstring.
            165 => "bs_get_tail" / BsGetTail(context: Source, dest: Dest, live: Live),
            /// Makes a match context, or jumps unless a bitstring.
            166 => "bs_start_match3" / BsStartMatch3(fail: Fail, binary: Source, live: Live, dest: Dest),
            /// The position of a match context.
            167 => "bs_get_position" / BsGetPosition(context: Source, dest: Dest, live: Live),
            /// Moves a match context to a position read before.
            168 => "bs_set_position" / BsSetPosition(context: Source, position: Source),
            /// Exchanges two registers.
            169 => "swap" / Swap(left: Dest, right: Dest),
            /// Makes a match context; `no_fail` says it cannot fail, `resume` that it is one already.
            170 => "bs_start_match4" / BsStartMatch4(fail: FailOrAtom, live: Live, binary: Source, dest: Dest),
            /// Makes a fun with these free variables.
            171 => "make_fun3" / MakeFun3(lambda: Lambda, dest: Dest, env: List),
            /// Sets y registers to `[]`.
            172 => "init_yregs" / InitYregs(registers: List),
            /// Ties a mailbox position to a reference.
            173 => "recv_marker_bind" / RecvMarkerBind(marker: Source, reference: Source),
            /// Forgets the position of a reference.
            174 => "recv_marker_clear" / RecvMarkerClear(reference: Source),
            /// Remembers the end of the mailbox.
            175 => "recv_marker_reserve" / RecvMarkerReserve(dest: Dest),
            /// Starts the next receive at the position of a reference.
            176 => "recv_marker_use" / RecvMarkerUse(reference: Source),
            /// Builds a bitstring of segments: type, segment number, unit, flags, value, size.
            177 => "bs_create_bin" / BsCreateBin(fail: Fail, words: Need, live: Live, unit: Count, dest: Dest, segments: List),
            /// Calls a fun; the tag says what is known of it.
            178 => "call_fun2" / CallFun2(tag: Source, arity: Count, fun: Source),
            /// Marks a function that native code may replace.
            179 => "nif_start" / NifStart(),
            /// Raises `{badrecord, value}`.
            180 => "badrecord" / Badrecord(value: Source),
            /// Copies a tuple with elements replaced (OTP 26).
            181 => "update_record" / UpdateRecord(hint: Source, size: Count, tuple: Source, dest: Dest, updates: List),
            /// Runs a list of matching commands on a context (OTP 26).
            182 => "bs_match" / BsMatch(fail: Fail, context: Source, commands: List),
            /// Marks a line for coverage (OTP 27).
            183 => "executable_line" / ExecutableLine(location: Count, number: Count),
            /// Marks a line for a debugger (OTP 28).
            184 => "debug_line" / DebugLine(kind: Source, location: Count, number: Count, live: Count),
        }
    };
}

/// What an operand may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// The number that a `label` instruction defines.
    LabelDef,
    /// A label of this function or the entry of another; never 0.
    Label,
    /// Where to go when it fails; label 0 raises instead (in a body).
    Fail,
    /// A fail label, or the atom `no_fail` or `resume`.
    FailOrAtom,
    /// An atom's name.
    Atom,
    /// A plain number.
    Count,
    /// How many x registers hold live values.
    Live,
    /// Heap need: a number of words or an allocation list.
    Need,
    /// A literal or any register.
    Source,
    /// An x, y or float register.
    Dest,
    /// A y register.
    Y,
    /// An index into the import table.
    Import,
    /// An index into the lambda table.
    Lambda,
    /// An index into the line table.
    Line,
    /// A list; its shape is the instruction's own.
    List,
}

macro_rules! define_opcodes {
    ($($(#[doc = $doc:literal])* $number:literal => $name:literal / $variant:ident($($operand:ident : $kind:ident),*),)*) => {
        /// A generic instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Opcode {
            $($(#[doc = $doc])* $variant = $number,)*
        }

        impl Opcode {
            /// All of them, by number.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$variant,)*];

            /// The opcode of this number, if the table has it.
            pub const fn from_number(number: u8) -> Option<Opcode> {
                match number {
                    $($number => Some(Opcode::$variant),)*
                    _ => None,
                }
            }

            /// The number in `.beam` files.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The name in assembler listings.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Opcode::$variant => $name,)*
                }
            }

            /// The kinds of its operands, in order.
            pub const fn operands(self) -> &'static [OperandKind] {
                match self {
                    $(Opcode::$variant => &[$(OperandKind::$kind),*],)*
                }
            }

            /// The names of its operands, in order.
            pub const fn operand_names(self) -> &'static [&'static str] {
                match self {
                    $(Opcode::$variant => &[$(stringify!($operand)),*],)*
                }
            }

            /// What it does, in a sentence or two.
            pub const fn doc(self) -> &'static str {
                match self {
                    $(Opcode::$variant => concat!($($doc),*),)*
                }
            }
        }
    };
}

for_each_instruction!(define_opcodes);

/// The highest opcode that OTP 25 knows; what our compiler emits stays at or below it.
pub const OTP25_MAX_OPCODE: u8 = 180;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_and_round_trip() {
        for pair in Opcode::ALL.windows(2) {
            assert!(pair[0].number() < pair[1].number(), "{} before {}", pair[0].name(), pair[1].name());
        }
        for &op in Opcode::ALL {
            assert_eq!(Opcode::from_number(op.number()), Some(op));
            assert_eq!(op.operands().len(), op.operand_names().len());
        }
    }
}
