//! The specialised instruction stream: what the loader writes and the interpreter runs.
//!
//! An instruction is one word `{op: u16, a: u16, b: u16, c: u16}` (lowest first) and as many trailing words as
//! its kind says. Operands in `a`, `b`, `c` and in packed trailing words (four to a word) are encoded alike:
//!
//! ```text
//!   0x0000 | n   register x[n]
//!   0x4000 | n   register y[n], that is sp[n]
//!   0x8000 | k   a constant: the word k words after the instruction's first
//! ```
//!
//! Jump targets are absolute addresses of stream words. An opcode with a suffix is the general one with some
//! operand kinds known (`X`, `Y`: that register; `C`: a constant; `I`: an immediate constant); its words are
//! the same as the general one's, so slow paths decode all of a family alike.
//!
//! The word before a function's entry holds its arity: who stops a process at an entry finds there how many
//! x registers are live.

/// An operand of the stream.
pub(crate) type Packed = u16;

/// Marks a y register in an operand.
pub(crate) const Y_OPERAND: u16 = 0x4000;
/// Marks a constant in an operand.
pub(crate) const CONSTANT_OPERAND: u16 = 0x8000;
/// The number of x registers, and of float registers.
pub const REGISTERS: usize = 1024;
/// The most y registers a frame can have.
pub(crate) const MAX_FRAME: usize = 4096;
/// Words that stay free between heap and stack whatever an instruction asks for: room for one return address
/// per frame and for the frames that natives push.
pub(crate) const STACK_RESERVE: usize = 8;

macro_rules! define_ops {
    ($($name:ident,)*) => {
        /// Opcodes of the specialised stream.
        #[allow(missing_docs, reason = "named after the generic instructions, which the instruction table documents")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub(crate) enum Op { $($name,)* }

        impl Op {
            /// How many there are.
            pub(crate) const COUNT: usize = [$(stringify!($name)),*].len();
            /// All of them, by number.
            pub(crate) const ALL: [Op; Op::COUNT] = [$(Op::$name),*];

            /// The opcode in a stream's word; the word must be an instruction's first.
            #[allow(dead_code, reason = "disassembly and counting")]
            pub(crate) fn of_word(word: u64) -> Option<Op> {
                Op::ALL.get(word as u16 as usize).copied()
            }
        }
    };
}

define_ops! {
    // Entries and stubs.
    FuncInfo, Undefined, NativeStub, ApplyStub, ApplyFunStub, HibernateStub, ExitStub, FutureReturn, FutureCatch,
    FutureResume, CallReturn,
    // Calls.
    Call, CallLast, CallOnly, CallExt, CallExtLast, CallExtOnly, CallNative, CallNativeLast, CallNativeOnly,
    CallFun, CallFunLast, CallFun2, CallFun2Last, Apply, ApplyLast, Return, DeallocateReturn,
    // Frames and room.
    Allocate, AllocateBig, TestHeap, TestHeapBig, Deallocate, Trim, InitY1, InitY2, InitY3,
    // Moves.
    MoveXX, MoveXY, MoveYX, MoveYY, MoveCX, MoveCY, Swap,
    // Comparisons.
    IsLt, IsLtXX, IsLtXI, IsLtIX, IsGe, IsGeXX, IsGeXI, IsGeIX, IsEq, IsEqXI, IsNe,
    IsEqExact, IsEqExactXX, IsEqExactXI, IsEqExactYI, IsNeExact, IsNeExactXI,
    // Type tests.
    IsInteger, IsIntegerX, IsFloat, IsNumber, IsAtom, IsAtomX, IsPid, IsReference, IsPort, IsNil, IsNilX, IsBinary,
    IsBinaryX, IsBitstring, IsList, IsListX, IsNonemptyList, IsNonemptyListX, IsTuple, IsTupleX, IsBoolean, IsMap, IsMapX,
    IsFunction, IsFunction2, TestArity, TestArityX, IsTaggedTuple, IsTaggedTupleX,
    // Selection.
    SelectLinear, SelectLinearX, SelectBinary, SelectTable, SelectArity, Jump,
    // Data.
    GetList, GetListXXX, GetHd, GetHdXX, GetTl, GetTlXX, GetElement, GetElementXX, GetElementXY, GetElementYX,
    SetElement, PutList, PutListXXX, PutListYXX, PutListXYX, PutTuple, PutTuple2, PutTuple3, UpdateRecord,
    // Guard functions.
    Bif0, Bif, Bif3, BifSelf,
    Add, AddXI, AddXX, AddYX, Sub, SubXI, SubYI, SubXX, Mul, MulXX, MulXI, Divide, IntDiv, IntDivXI, Rem, RemXI, Band, BandXI, Bor, Bxor, Bsl, Bsr,
    BifElement, BifElementXX, BifHd, BifTl, BifTupleSize, BifMapSize, BifByteSize, BifLength, BifNot, BifAnd, BifOr,
    BifEqExact, BifNeExact, BifEq, BifNe, BifLt, BifGe, BifGt, BifLe, BifIsMapKey, BifMapGet,
    // Floats.
    FMoveLoad, FMoveStore, FMove, FConv, FAdd, FSub, FMul, FDiv, FNeg,
    // Exceptions.
    Catch, CatchEnd, Try, TryEnd, TryCase, TryCaseEnd, Raise, RawRaise, BuildStacktrace, Badmatch, CaseEnd, IfEnd, Badrecord,
    // Messages.
    LoopRec, LoopRecEnd, RemoveMessage, Wait, WaitTimeout, Timeout, MarkerReserve, MarkerBind, MarkerClear, MarkerUse,
    // Funs.
    MakeFun,
    MakeKeptFun,
    // Maps.
    PutMapAssoc, PutMapAssocI, PutMapExact, PutMapExactI, HasMapFields, GetMapElements, GetMapElementsI, GetMapElement,
    // Binaries: matching.
    BsStartMatch, BsGetInteger, BsGetInteger8, BsGetInteger16, BsGetFloat, BsGetBinary, BsGetBinaryAll, BsSkipBits, BsTestTail,
    BsTestUnit, BsMatchString, BsGetUtf, BsGetUtf8XX, BsSkipUtf, BsSkipUtf8X, BsGetTail, BsGetPosition, BsGetPositionXX,
    BsSetPosition, BsEnsure, BsReadEq, BsStartMatchXX,
    // Binaries: building.
    BsCreateBin, BsInitWritable, BsInit, BsInitBits, BsAppend, BsPrivateAppend, BsPutInteger, BsPutFloat, BsPutBinary,
    BsPutString, BsPutUtf, BsUtfSize, BsAdd,
    // Super-instructions: several of the above in place, the words of all intact but for the first opcode.
    MoveYXMoveYX, MoveXYMoveXY, MoveXXMoveXX, MoveXXReturn, MoveXYMoveXX, MoveXXCall, MoveYXCall, MoveXXCallOnly,
    MoveXXMoveYX, MoveYXMoveXX, MoveXXMoveXY, GetElementsXX,
    AllocateMoveXY, AllocateMoveXYMoveXY, AllocateMoveXYInitY1, MoveXYInitY1, MoveYXMoveYXCall, MoveYXCallLast,
    MoveCXReturn, ConsHead, ConsHeadTail, ConsList, HeadTail, TupleArity, TupleArityElement, ArityElement,
    ArityElementElement, RoomPutListXXX, RoomPutListCallOnly, RoomPutList, RoomPutTuple2, SubYICall, SubXICall,
    SubXICallOnly, AddXICallOnly, AddYXDeallocateReturn, MapElement, MapElementsI, MoveXYSubYI, MoveXYSubYICall, LoopRecTagged,
    TaggedElement, TaggedElementElement, TupleArityElementElement, TupleArityElementIs, GetElementReturn, AllocateMove3,
    AllocateMove2Init, AllocateMove3Init, MoveXXMoveYXMoveYX, MoveYXMoveYXCallLast, MoveXYMoveYX, MoveXYMoveYXCall,
    MoveXYMoveYXMoveYX, MoveXYMoveYXMoveYXCall, SubYIMoveYX, SubYIMoveYXCall, SubYIMoveYXMoveYX, SubYIMoveYXMoveYXCall,
    AddXXMoveXX, AddXXMoveXXCallOnly, AddXIMoveXX, AddXIMoveXXCallOnly, StartMatchByte, StartMatchByteWhole,
    StartMatchPosition, StartMatchPositionByte, StartMatchPositionByteWhole, StartMatchPositionCharacter,
    StartMatchPositionCharacterWhole, StartMatchPositionSkip, StartMatchPositionSkipWhole, ByteWhole, CharacterWhole,
    SkipWhole, RoomPutListYXX, RoomPutListYXXReturn, RoomPutListXYX, AddXIReturn, AddXXReturn, SubXIReturn, MulXXReturn, RemXIReturn,
}

impl Op {
    /// How many words an instruction takes, room for its constants included; 0 when the instruction itself says so.
    pub(crate) const fn length(self) -> usize {
        use Op::*;
        match self {
            FuncInfo => 4,
            Call | CallLast | CallOnly | CallExt | CallExtLast | CallExtOnly | CallNative | CallNativeLast
            | CallNativeOnly | CallFun2 | CallFun2Last => 2,
            AllocateBig | TestHeapBig => 2,
            MoveCX | MoveCY => 2,
            IsLt | IsGe | IsEq | IsNe | IsEqExact | IsNeExact | IsFunction2 | TestArity => 4,
            IsLtXX | IsGeXX | IsEqExactXX => 2,
            IsLtXI | IsLtIX | IsGeXI | IsGeIX | IsEqExactXI | IsEqExactYI | IsNeExactXI | IsEqXI | TestArityX => 3,
            IsInteger | IsFloat | IsNumber | IsAtom | IsPid | IsReference | IsPort | IsNil | IsBinary | IsBitstring
            | IsList | IsNonemptyList | IsTuple | IsBoolean | IsMap | IsFunction => 3,
            IsIntegerX | IsAtomX | IsNilX | IsBinaryX | IsListX | IsNonemptyListX | IsTupleX | IsMapX => 2,
            IsTaggedTuple => 5,
            IsTaggedTupleX => 4,
            SelectLinear | SelectLinearX | Jump => 2,
            SelectBinary | SelectArity => 3,
            SelectTable => 4,
            GetList | GetHd | GetTl | GetElement => 2,
            SetElement | PutList | PutTuple2 => 3,
            PutTuple3 => 5,
            PutTuple | UpdateRecord | MakeFun | MakeKeptFun | PutMapAssoc | PutMapAssocI | PutMapExact
            | PutMapExactI | HasMapFields | GetMapElements | GetMapElementsI | BsCreateBin => 0,
            Bif0 | BifSelf | AddXX | AddYX | SubXX => 3,
            AddXI | SubXI | SubYI => 4,
            Bif | Add | Sub | Mul | MulXX | MulXI | Divide | IntDiv | IntDivXI | Rem | RemXI | Band | BandXI | Bor
            | Bxor | Bsl | Bsr | BifElement | BifElementXX | BifHd | BifTl | BifTupleSize | BifMapSize
            | BifByteSize | BifLength | BifNot | BifAnd | BifOr | BifEqExact | BifNeExact | BifEq | BifNe | BifLt
            | BifGe | BifGt | BifLe | BifIsMapKey | BifMapGet => 5,
            Bif3 => 7,
            FMoveLoad | FConv => 2,
            Catch | Try | TryCaseEnd | Badmatch | CaseEnd | Badrecord => 2,
            Raise => 3,
            LoopRec | LoopRecEnd | Wait | MarkerClear | MarkerUse => 2,
            WaitTimeout | MarkerBind => 3,
            GetMapElement => 4,
            BsStartMatch | BsStartMatchXX | BsSetPosition | BsPutString => 3,
            BsGetInteger | BsGetInteger8 | BsGetInteger16 | BsGetFloat | BsGetBinary | BsGetBinaryAll | BsSkipBits
            | BsMatchString | BsEnsure | BsReadEq | BsAppend | BsPrivateAppend | BsPutInteger | BsPutFloat
            | BsPutBinary | BsAdd => 5,
            BsInit | BsInitBits | BsTestTail | BsTestUnit | BsGetUtf | BsGetUtf8XX | BsSkipUtf | BsSkipUtf8X
            | BsPutUtf => 4,
            BsGetTail | BsGetPosition | BsGetPositionXX | BsUtfSize => 2,
            _ => 1,
        }
    }
}

/// Packs an instruction's first word.
pub(crate) const fn word(op: Op, a: u16, b: u16, c: u16) -> u64 {
    op as u64 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48
}

/// Packs four operands.
pub(crate) const fn pack(operands: [Packed; 4]) -> u64 {
    operands[0] as u64 | (operands[1] as u64) << 16 | (operands[2] as u64) << 32 | (operands[3] as u64) << 48
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_give_their_opcode_back() {
        for op in Op::ALL {
            assert_eq!(Op::of_word(word(op, 1, 2, 3)), Some(op));
        }
        assert_eq!(Op::of_word(u64::MAX), None);
    }
}
