//! Running a slice: the table of handlers and the loop around them.

use std::sync::Arc;

use super::machine::{Context, Look, Machine};
use super::ops::{
    binaries, calls, conditions as cond, data, exceptions, floats, frames, fused, guards, maps, messages, stubs,
};
use super::state::{Any, Flow, Handler, Stop, Word, X, Y};
use super::SliceEnd;
use crate::atom::atoms;
use crate::code::stream::Op;
use crate::machine::VmShared;
use crate::process::Process;

/// After so many reductions handlers return to the loop, so that one that does not end in a jump takes little of the host's stack.
const CHUNK: i64 = 500;

/// Runs the process until it has used `reductions`, waits, or ends.
pub fn run(context: &mut Context, process: &mut Process, vm: &Arc<VmShared>, reductions: u32) -> SliceEnd {
    let mut machine = Machine::new(context, process, vm);
    // SAFETY: `Saved` describes a point that this function left itself, or the start of a process.
    let (end, left) = unsafe { execute(&mut machine, i64::from(reductions)) };
    let used = (i64::from(reductions) - left).max(1) as u64;
    process.state.reductions += used;
    end
}

/// Runs handlers; gives how the slice ended and how many reductions were left (below 0 when overdrawn).
///
/// # Safety
/// `Saved` in the process is consistent with its stack.
unsafe fn execute(m: &mut Machine<'_>, reductions: i64) -> (SliceEnd, i64) {
    m.pc = m.process.machine.pc as *const u64;
    m.reds = reductions.min(CHUNK);
    let mut rest = reductions - m.reds;
    let saved = &mut m.process.machine.registers;
    // SAFETY: the saved registers are as many as the context has at most.
    unsafe { std::ptr::copy_nonoverlapping(saved.as_ptr(), m.x, saved.len()) };
    m.start_live = saved.len();
    saved.clear();
    #[cfg(feature = "stats")]
    let mut last = Op::CallReturn;
    loop {
        #[cfg(feature = "stats")]
        {
            // SAFETY: handlers leave the machine at an instruction.
            let next = unsafe { super::state::operation(m.pc) };
            super::stats::count(std::mem::replace(&mut last, next), next);
        }
        let (pc, sp, hp, reds) = (m.pc, m.process.heap.sp, m.process.heap.hp, m.reds);
        // SAFETY: handlers leave the machine at an instruction, as `State` says.
        let flow = unsafe {
            let handler = HANDLERS.get_unchecked(usize::from(*pc.cast::<u16>()));
            handler(pc, m.x, sp, hp, reds, m)
        };
        if flow != Flow::Stop {
            continue;
        }
        // The end of a chunk, not of the slice: the function that was about to be called is called now.
        if matches!(m.stop, Some(Stop::Preempt)) {
            while m.reds < 0 && rest > 0 {
                let chunk = rest.min(CHUNK);
                m.reds += chunk;
                rest -= chunk;
            }
            if m.reds >= 0 {
                m.stop = None;
                m.look = Look::default();
                continue;
            }
        }
        break;
    }
    // A message that is still being looked at is left to the collector.
    m.look = Look::default();
    let left = m.reds + rest - i64::from(m.charged);
    let (live, end) = match m.stop.take() {
        Some(Stop::Preempt) => {
            // SAFETY: before an entry stands its arity.
            (unsafe { *m.pc.sub(1) } as usize, SliceEnd::Preempted)
        }
        Some(Stop::Suspend(live, end)) => (live, end),
        Some(Stop::Leave(end)) => (0, end),
        Some(Stop::Memory) | None => return (m.end.take().unwrap_or(SliceEnd::Preempted), left),
    };
    m.process.machine.pc = m.pc as usize;
    // SAFETY: that many registers hold values.
    m.process.machine.registers.extend_from_slice(unsafe { std::slice::from_raw_parts(m.x, live) });
    (end, left)
}

/// The handlers by opcode.
pub(super) static HANDLERS: [Handler; Op::COUNT] = {
    let mut table: [Handler; Op::COUNT] = [stubs::func_info; Op::COUNT];
    let mut i = 0;
    while i < Op::COUNT {
        table[i] = handler(Op::ALL[i]);
        i += 1;
    }
    table
};

/// The handler of an opcode.
#[allow(clippy::too_many_lines, reason = "one line for each opcode")]
const fn handler(op: Op) -> Handler {
    const BADMATCH: u32 = atoms::BADMATCH.index();
    const CASE_CLAUSE: u32 = atoms::CASE_CLAUSE.index();
    const TRY_CLAUSE: u32 = atoms::TRY_CLAUSE.index();
    const BADRECORD: u32 = atoms::BADRECORD.index();
    match op {
        // Entries and stubs.
        Op::FuncInfo => stubs::func_info,
        Op::Undefined => stubs::undefined,
        Op::NativeStub => stubs::native_stub,
        Op::ApplyStub => stubs::apply_stub,
        Op::ApplyFunStub => stubs::apply_fun_stub,
        Op::HibernateStub => stubs::hibernate,
        Op::ExitStub => stubs::exit,
        Op::FutureReturn => stubs::future_return,
        Op::FutureCatch => stubs::future_catch,
        Op::FutureResume => stubs::future_resume,
        Op::CallReturn => stubs::call_return,
        // Calls.
        Op::Call => calls::call,
        Op::CallLast => calls::call_last,
        Op::CallOnly => calls::call_only,
        Op::CallExt => calls::call_ext,
        Op::CallExtLast => calls::call_ext_last,
        Op::CallExtOnly => calls::call_ext_only,
        Op::CallNative => calls::call_native::<false>,
        Op::CallNativeLast | Op::CallNativeOnly => calls::call_native::<true>,
        Op::CallFun => calls::call_fun,
        Op::CallFunLast => calls::call_fun_last,
        Op::CallFun2 => calls::call_fun2,
        Op::CallFun2Last => calls::call_fun2_last,
        Op::Apply => calls::apply,
        Op::ApplyLast => calls::apply_last,
        Op::Return => calls::return_,
        Op::DeallocateReturn => calls::deallocate_return,
        // Frames and room.
        Op::Allocate => frames::allocate,
        Op::AllocateBig => frames::allocate_big,
        Op::TestHeap => frames::test_heap,
        Op::TestHeapBig => frames::test_heap_big,
        Op::Deallocate | Op::Trim => frames::deallocate,
        Op::InitY1 => frames::init_y::<1>,
        Op::InitY2 => frames::init_y::<2>,
        Op::InitY3 => frames::init_y::<3>,
        // Moves.
        Op::MoveXX => frames::mov::<X, X>,
        Op::MoveXY => frames::mov::<X, Y>,
        Op::MoveYX => frames::mov::<Y, X>,
        Op::MoveYY => frames::mov::<Y, Y>,
        Op::MoveCX => frames::move_constant::<X>,
        Op::MoveCY => frames::move_constant::<Y>,
        Op::Swap => frames::swap,
        // Comparisons.
        Op::IsLt => cond::order::<Any, Any, { cond::LESS }, 4>,
        Op::IsLtXX => cond::order::<X, X, { cond::LESS }, 2>,
        Op::IsLtXI => cond::order::<X, Word<2>, { cond::LESS }, 3>,
        Op::IsLtIX => cond::order::<Word<2>, X, { cond::LESS }, 3>,
        Op::IsGe => cond::order::<Any, Any, { cond::NOT_LESS }, 4>,
        Op::IsGeXX => cond::order::<X, X, { cond::NOT_LESS }, 2>,
        Op::IsGeXI => cond::order::<X, Word<2>, { cond::NOT_LESS }, 3>,
        Op::IsGeIX => cond::order::<Word<2>, X, { cond::NOT_LESS }, 3>,
        Op::IsEq => cond::equal::<Any, Any, true, 4>,
        Op::IsEqXI => cond::equal::<X, Word<2>, true, 3>,
        Op::IsNe => cond::equal::<Any, Any, false, 4>,
        Op::IsEqExact => cond::same::<Any, Any, true, 4>,
        Op::IsEqExactXX => cond::same::<X, X, true, 2>,
        Op::IsEqExactXI => cond::same_word::<X, Word<2>, true>,
        Op::IsEqExactYI => cond::same_word::<Y, Word<2>, true>,
        Op::IsNeExact => cond::same::<Any, Any, false, 4>,
        Op::IsNeExactXI => cond::same_word::<X, Word<2>, false>,
        // Type tests.
        Op::IsInteger => cond::type_test::<cond::Integer, Any, 3>,
        Op::IsIntegerX => cond::type_test::<cond::Integer, X, 2>,
        Op::IsFloat => cond::type_test::<cond::Float, Any, 3>,
        Op::IsNumber => cond::type_test::<cond::Number, Any, 3>,
        Op::IsAtom => cond::type_test::<cond::Atom, Any, 3>,
        Op::IsAtomX => cond::type_test::<cond::Atom, X, 2>,
        Op::IsPid => cond::type_test::<cond::Pid, Any, 3>,
        Op::IsReference => cond::type_test::<cond::Reference, Any, 3>,
        Op::IsPort => cond::type_test::<cond::Port, Any, 3>,
        Op::IsNil => cond::type_test::<cond::Nil, Any, 3>,
        Op::IsNilX => cond::type_test::<cond::Nil, X, 2>,
        Op::IsBinary => cond::type_test::<cond::Binary, Any, 3>,
        Op::IsBinaryX => cond::type_test::<cond::Binary, X, 2>,
        Op::IsBitstring => cond::type_test::<cond::Bitstring, Any, 3>,
        Op::IsList => cond::type_test::<cond::List, Any, 3>,
        Op::IsListX => cond::type_test::<cond::List, X, 2>,
        Op::IsNonemptyList => cond::type_test::<cond::Cons, Any, 3>,
        Op::IsNonemptyListX => cond::type_test::<cond::Cons, X, 2>,
        Op::IsTuple => cond::type_test::<cond::Tuple, Any, 3>,
        Op::IsTupleX => cond::type_test::<cond::Tuple, X, 2>,
        Op::IsBoolean => cond::type_test::<cond::Boolean, Any, 3>,
        Op::IsMap => cond::type_test::<cond::Map, Any, 3>,
        Op::IsMapX => cond::type_test::<cond::Map, X, 2>,
        Op::IsFunction => cond::type_test::<cond::Function, Any, 3>,
        Op::IsFunction2 => cond::is_function2,
        Op::TestArity => cond::test_arity::<Any, 4>,
        Op::TestArityX => cond::test_arity::<X, 3>,
        Op::IsTaggedTuple => cond::is_tagged_tuple::<Any, 5>,
        Op::IsTaggedTupleX => cond::is_tagged_tuple::<X, 4>,
        // Selection.
        Op::SelectLinear => cond::select_linear::<Any>,
        Op::SelectLinearX => cond::select_linear::<X>,
        Op::SelectBinary => cond::select_binary,
        Op::SelectTable => cond::select_table,
        Op::SelectArity => cond::select_arity,
        Op::Jump => cond::jump,
        // Data.
        Op::GetList => data::get_list::<Any, Any, Any, 2>,
        Op::GetListXXX => data::get_list::<X, X, X, 1>,
        Op::GetHd => data::get_part::<Any, Any, 0, 2>,
        Op::GetHdXX => data::get_part::<X, X, 0, 1>,
        Op::GetTl => data::get_part::<Any, Any, 1, 2>,
        Op::GetTlXX => data::get_part::<X, X, 1, 1>,
        Op::GetElement => data::get_element::<Any, Any, 2>,
        Op::GetElementXX => data::get_element::<X, X, 1>,
        Op::GetElementXY => data::get_element::<X, Y, 1>,
        Op::GetElementYX => data::get_element::<Y, X, 1>,
        Op::SetElement => data::set_element,
        Op::PutList => data::put_list::<Any, Any, Any, 3>,
        Op::PutListXXX => data::put_list::<X, X, X, 1>,
        Op::PutListYXX => data::put_list::<Y, X, X, 1>,
        Op::PutListXYX => data::put_list::<X, Y, X, 1>,
        Op::PutTuple => data::put_tuple,
        Op::PutTuple2 => data::put_tuple2,
        Op::PutTuple3 => data::put_tuple3,
        Op::UpdateRecord => data::update_record,
        Op::MakeFun => data::make_fun,
        Op::MakeKeptFun => data::make_kept_fun,
        // Guard functions.
        Op::Bif0 => guards::guard::<3>,
        Op::Bif => guards::guard::<5>,
        Op::Bif3 => guards::guard::<7>,
        Op::BifSelf => guards::own_pid,
        Op::Add => guards::add::<Any, Any, Any, guards::FloatAdd, true, 5>,
        Op::AddXI => guards::add_small::<X, X, guards::FloatAdd, true>,
        Op::AddXX => guards::add::<X, X, X, guards::FloatAdd, true, 3>,
        Op::AddYX => guards::add::<Y, X, X, guards::FloatAdd, true, 3>,
        Op::Sub => guards::add::<Any, Any, Any, guards::FloatSubtract, false, 5>,
        Op::SubXI => guards::add_small::<X, X, guards::FloatSubtract, false>,
        Op::SubYI => guards::add_small::<Y, X, guards::FloatSubtract, false>,
        Op::SubXX => guards::add::<X, X, X, guards::FloatSubtract, false, 3>,
        Op::Mul => guards::multiply::<Any, Any, Any>,
        Op::MulXX => guards::multiply::<X, X, X>,
        Op::MulXI => guards::multiply::<X, Word<3>, X>,
        Op::Divide => guards::divide,
        Op::IntDiv => guards::arithmetic::<guards::Divide, Any, Any, Any>,
        Op::Rem => guards::arithmetic::<guards::Remainder, Any, Any, Any>,
        Op::RemXI => guards::arithmetic::<guards::Remainder, X, Word<3>, X>,
        Op::IntDivXI => guards::arithmetic::<guards::Divide, X, Word<3>, X>,
        Op::Band => guards::arithmetic::<guards::And, Any, Any, Any>,
        Op::BandXI => guards::arithmetic::<guards::And, X, Word<3>, X>,
        Op::Bor => guards::arithmetic::<guards::Or, Any, Any, Any>,
        Op::Bxor => guards::arithmetic::<guards::Xor, Any, Any, Any>,
        Op::Bsl => guards::arithmetic::<guards::ShiftLeft, Any, Any, Any>,
        Op::Bsr => guards::arithmetic::<guards::ShiftRight, Any, Any, Any>,
        Op::BifElement => guards::simple::<guards::Element>,
        Op::BifElementXX => guards::element_xx,
        Op::BifHd => guards::simple::<guards::Head>,
        Op::BifTl => guards::simple::<guards::Tail>,
        Op::BifTupleSize => guards::simple::<guards::TupleSize>,
        Op::BifMapSize => guards::simple::<guards::MapSize>,
        Op::BifByteSize => guards::simple::<guards::ByteSize>,
        Op::BifLength => guards::simple::<guards::Length>,
        Op::BifNot => guards::simple::<guards::Not>,
        Op::BifAnd => guards::simple::<guards::Both>,
        Op::BifOr => guards::simple::<guards::Either>,
        Op::BifEqExact => guards::simple::<guards::Same>,
        Op::BifNeExact => guards::simple::<guards::NotSame>,
        Op::BifEq => guards::simple::<guards::Equal>,
        Op::BifNe => guards::simple::<guards::NotEqual>,
        Op::BifLt => guards::simple::<guards::Less>,
        Op::BifGe => guards::simple::<guards::NotLess>,
        Op::BifGt => guards::simple::<guards::Greater>,
        Op::BifLe => guards::simple::<guards::NotGreater>,
        Op::BifIsMapKey => guards::simple::<guards::IsMapKey>,
        Op::BifMapGet => guards::simple::<guards::MapGet>,
        // Floats.
        Op::FMoveLoad => floats::load,
        Op::FMoveStore => floats::store,
        Op::FMove => floats::mov,
        Op::FConv => floats::convert,
        Op::FAdd => floats::arithmetic::<{ floats::ADD }>,
        Op::FSub => floats::arithmetic::<{ floats::SUB }>,
        Op::FMul => floats::arithmetic::<{ floats::MUL }>,
        Op::FDiv => floats::arithmetic::<{ floats::DIV }>,
        Op::FNeg => floats::negate,
        // Exceptions.
        Op::Catch | Op::Try => exceptions::mark,
        Op::CatchEnd => exceptions::catch_end,
        Op::TryEnd => exceptions::try_end,
        Op::TryCase => exceptions::try_case,
        Op::TryCaseEnd => exceptions::pair::<TRY_CLAUSE>,
        Op::Raise => exceptions::again,
        Op::RawRaise => exceptions::raw_raise,
        Op::BuildStacktrace => exceptions::build_stacktrace,
        Op::Badmatch => exceptions::pair::<BADMATCH>,
        Op::CaseEnd => exceptions::pair::<CASE_CLAUSE>,
        Op::IfEnd => exceptions::if_end,
        Op::Badrecord => exceptions::pair::<BADRECORD>,
        // Messages.
        Op::LoopRec => messages::loop_rec,
        Op::LoopRecTagged => messages::loop_rec_tagged,
        Op::LoopRecEnd => messages::loop_rec_end,
        Op::RemoveMessage => messages::remove_message,
        Op::Wait => messages::wait,
        Op::WaitTimeout => messages::wait_timeout,
        Op::Timeout => messages::timeout,
        Op::MarkerReserve => messages::reserve_mark,
        Op::MarkerBind => messages::bind_mark,
        Op::MarkerClear => messages::clear_mark,
        Op::MarkerUse => messages::use_mark,
        // Maps.
        Op::PutMapAssoc => maps::put::<false>,
        Op::PutMapAssocI => maps::put_at_once::<false, true>,
        Op::PutMapExact => maps::put_at_once::<true, false>,
        Op::PutMapExactI => maps::put_at_once::<true, true>,
        Op::HasMapFields => maps::has_fields,
        Op::GetMapElements => maps::get_elements,
        Op::GetMapElementsI => maps::get_elements_at_once,
        Op::GetMapElement => maps::get_element,
        // Binaries: matching.
        Op::BsStartMatch => binaries::start_match::<Any, Any>,
        Op::BsStartMatchXX => binaries::start_match::<X, X>,
        Op::BsGetInteger8 => binaries::get_byte,
        Op::BsGetInteger | Op::BsGetInteger16 | Op::BsGetFloat | Op::BsGetBinary | Op::BsGetBinaryAll => binaries::get,
        Op::BsSkipBits => binaries::skip_bits,
        Op::BsTestTail => binaries::test_tail,
        Op::BsTestUnit => binaries::test_unit,
        Op::BsMatchString => binaries::match_string,
        Op::BsGetUtf => binaries::get_utf,
        Op::BsGetUtf8XX => binaries::get_utf8,
        Op::BsSkipUtf => binaries::skip_utf,
        Op::BsSkipUtf8X => binaries::skip_utf8,
        Op::BsGetTail => binaries::get_tail,
        Op::BsGetPosition | Op::BsGetPositionXX => binaries::get_position,
        Op::BsSetPosition => binaries::set_position,
        Op::BsEnsure => binaries::ensure,
        Op::BsReadEq => binaries::read_equal,
        // Binaries: building.
        Op::BsCreateBin => binaries::create,
        Op::BsInitWritable => binaries::init_writable,
        Op::BsInit | Op::BsInitBits | Op::BsAppend | Op::BsPrivateAppend => binaries::begin,
        Op::BsPutInteger | Op::BsPutFloat | Op::BsPutBinary | Op::BsPutUtf => binaries::put,
        Op::BsPutString => binaries::put_string,
        Op::BsUtfSize => binaries::utf_size,
        Op::BsAdd => binaries::add,
        // Super-instructions.
        Op::MoveYXMoveYX => frames::move2::<Y, X, Y, X>,
        Op::MoveXYMoveXY => frames::move2::<X, Y, X, Y>,
        Op::MoveXXMoveXX => frames::move2::<X, X, X, X>,
        Op::MoveXYMoveXX => frames::move2::<X, Y, X, X>,
        Op::MoveXXMoveYX => frames::move2::<X, X, Y, X>,
        Op::MoveYXMoveXX => frames::move2::<Y, X, X, X>,
        Op::MoveXXMoveXY => frames::move2::<X, X, X, Y>,
        Op::MoveXXReturn => calls::move_return::<X>,
        Op::MoveXXCall => calls::move_call::<X>,
        Op::MoveYXCall => calls::move_call::<Y>,
        Op::MoveXXCallOnly => calls::move_call_only::<X>,
        Op::GetElementsXX => data::get_elements::<X, X, X, X>,
        Op::AllocateMoveXY => fused::allocate_move,
        Op::AllocateMoveXYMoveXY => fused::allocate_move2,
        Op::AllocateMoveXYInitY1 => fused::allocate_move_init,
        Op::MoveXYInitY1 => fused::move_init,
        Op::MoveYXMoveYXCall => fused::move2_call,
        Op::MoveYXCallLast => fused::move_call_last,
        Op::MoveCXReturn => fused::constant_return,
        Op::ConsHead => fused::cons_head,
        Op::ConsHeadTail => fused::cons_head_tail,
        Op::ConsList => fused::cons_list,
        Op::HeadTail => fused::head_tail,
        Op::TupleArity => fused::tuple_arity,
        Op::TupleArityElement => fused::tuple_arity_element,
        Op::ArityElement => fused::arity_element,
        Op::ArityElementElement => fused::arity_element2,
        Op::RoomPutListXXX => fused::room_list,
        Op::RoomPutListCallOnly => fused::room_list_call,
        Op::RoomPutList => fused::room_any_list,
        Op::RoomPutTuple2 => fused::room_tuple2,
        Op::SubYICall => fused::subtract_y_call,
        Op::SubXICall => fused::subtract_x_call,
        Op::SubXICallOnly => fused::subtract_x_call_only,
        Op::AddXICallOnly => fused::add_x_call_only,
        Op::AddYXDeallocateReturn => fused::add_yx_return,
        Op::MapElement => fused::map_element,
        Op::MapElementsI => fused::map_elements,
        Op::MoveXYSubYI => fused::store_subtract,
        Op::MoveXYSubYICall => fused::store_subtract_call,
        Op::TaggedElement => fused::tagged_element,
        Op::TaggedElementElement => fused::tagged_element2,
        Op::TupleArityElementElement => fused::tuple_arity_element2,
        Op::TupleArityElementIs => fused::tuple_arity_element_is,
        Op::GetElementReturn => fused::element_return,
        Op::AllocateMove3 => fused::allocate_move3,
        Op::AllocateMove2Init => fused::allocate_move2_init,
        Op::AllocateMove3Init => fused::allocate_move3_init,
        Op::MoveXXMoveYXMoveYX => fused::move_xx_yx_yx,
        Op::MoveYXMoveYXCallLast => fused::move2_call_last,
        Op::MoveXYMoveYX => fused::move_xy_yx,
        Op::MoveXYMoveYXCall => fused::move_xy_yx_call,
        Op::MoveXYMoveYXMoveYX => fused::move_xy_yx_yx,
        Op::MoveXYMoveYXMoveYXCall => fused::move_xy_yx_yx_call,
        Op::SubYIMoveYX => fused::subtract_y_move,
        Op::SubYIMoveYXCall => fused::subtract_y_move_call,
        Op::SubYIMoveYXMoveYX => fused::subtract_y_move2,
        Op::SubYIMoveYXMoveYXCall => fused::subtract_y_move2_call,
        Op::AddXXMoveXX => fused::add_move,
        Op::AddXXMoveXXCallOnly => fused::add_move_call_only,
        Op::AddXIMoveXX => fused::add_small_move,
        Op::AddXIMoveXXCallOnly => fused::add_small_move_call_only,
        Op::StartMatchByte => fused::start_match_byte,
        Op::StartMatchByteWhole => fused::start_match_byte_whole,
        Op::StartMatchPosition => fused::start_match_position,
        Op::StartMatchPositionByte => fused::start_match_position_byte,
        Op::StartMatchPositionByteWhole => fused::start_match_position_byte_whole,
        Op::StartMatchPositionCharacter => fused::start_match_position_character,
        Op::StartMatchPositionCharacterWhole => fused::start_match_position_character_whole,
        Op::StartMatchPositionSkip => fused::start_match_position_skip,
        Op::StartMatchPositionSkipWhole => fused::start_match_position_skip_whole,
        Op::ByteWhole => fused::byte_whole,
        Op::CharacterWhole => fused::character_whole,
        Op::SkipWhole => fused::skip_whole,
        Op::RoomPutListYXX => fused::room_list_yx,
        Op::RoomPutListYXXReturn => fused::room_list_yx_return,
        Op::RoomPutListXYX => fused::room_list_xy,
        Op::AddXIReturn => fused::add_small_return,
        Op::AddXXReturn => fused::add_return,
        Op::SubXIReturn => fused::subtract_small_return,
        Op::MulXXReturn => fused::multiply_return,
        Op::RemXIReturn => fused::remainder_return,
    }
}
