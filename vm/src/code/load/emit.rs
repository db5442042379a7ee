//! Emitting: instructions become words, labels become addresses, neighbours fuse.

use crate::code::stream::{word, Op, CONSTANT_OPERAND};

/// Marks a label that is meant as a handler's. Files have fewer labels than that.
const HANDLER: u32 = 1 << 31;

/// An instruction being put together: first word, trailing words of fixed number, then constants.
#[derive(Clone, Debug)]
pub(super) struct Ins {
    pub(super) op: Op,
    pub(super) a: u16,
    pub(super) b: u16,
    pub(super) c: u16,
    pub(super) trail: Vec<u64>,
    labels: Vec<(u32, u32)>,
    pub(super) constants: Vec<u64>,
    length_in: Option<usize>,
}

impl Ins {
    /// An instruction with this many trailing words before its constants.
    pub(super) fn new(op: Op, trailing: usize) -> Ins {
        Ins {
            op,
            a: 0,
            b: 0,
            c: 0,
            trail: vec![0; trailing],
            labels: Vec::new(),
            constants: Vec::new(),
            length_in: None,
        }
    }

    /// Puts the instruction's length into the upper half of trailing word `at`.
    pub(super) fn length_in(&mut self, at: usize) {
        self.length_in = Some(at);
    }

    /// Makes trailing word `at` the address of `label`, or 0 for label 0.
    pub(super) fn label(&mut self, at: usize, label: u32) {
        if label != 0 {
            self.labels.push((at as u32 + 1, label));
        }
    }

    /// Makes trailing word `at` the address of the handler at `label`: one word behind it.
    pub(super) fn handler(&mut self, at: usize, label: u32) {
        self.labels.push((at as u32 + 1, label | HANDLER));
    }

    /// Puts an operand into the `index`th quarter of the trailing words from `at` on.
    pub(super) fn set_packed(&mut self, at: usize, index: usize, operand: u16) {
        self.trail[at + index / 4] |= u64::from(operand) << (index % 4 * 16);
    }

    /// The operand of a constant behind the trailing words.
    pub(super) fn constant(&mut self, value: u64) -> Result<u16, String> {
        let index = match self.constants.iter().position(|c| *c == value) {
            Some(index) => index,
            None => {
                self.constants.push(value);
                self.constants.len() - 1
            }
        };
        let offset = 1 + self.trail.len() + index;
        if offset >= CONSTANT_OPERAND as usize {
            return Err("an instruction has too many operands".into());
        }
        Ok(CONSTANT_OPERAND | offset as u16)
    }
}

/// The words emitted so far, and the labels.
pub(super) struct Emitter {
    words: Vec<u64>,
    labels: Vec<Option<u32>>,
    fixups: Vec<(u32, u32)>,
    /// Where the last instruction begins, if the next one follows it directly.
    last: Option<u32>,
    /// Where those before it begin that are fused with all up to it, the first one first.
    fused: Vec<u32>,
}

impl Emitter {
    pub(super) fn new(labels: usize, words: usize) -> Emitter {
        Emitter {
            words: Vec::with_capacity(words),
            labels: vec![None; labels],
            fixups: Vec::new(),
            last: None,
            fused: Vec::new(),
        }
    }

    /// The position of the next instruction.
    pub(super) fn here(&self) -> u32 {
        self.words.len() as u32
    }

    /// Puts a label here.
    pub(super) fn define(&mut self, label: u32) {
        let here = self.here();
        if let Some(slot) = self.labels.get_mut(label as usize) {
            *slot = Some(here);
        }
    }

    /// The position of a label.
    pub(super) fn label(&self, label: u32) -> Option<u32> {
        self.labels.get(label as usize).copied().flatten()
    }

    /// Nothing after this point fuses with what is before it.
    pub(super) fn barrier(&mut self) {
        self.last = None;
        self.fused.clear();
    }

    /// Emits an instruction, fusing the one before with it when there is an opcode for both. Gives its position.
    pub(super) fn push(&mut self, mut ins: Ins) -> u32 {
        let start = self.here();
        let length = 1 + ins.trail.len() + ins.constants.len();
        if let Some(at) = ins.length_in {
            ins.trail[at] |= (length as u64) << 32;
        } else {
            debug_assert!(length <= ins.op.length(), "{:?} takes {length} words", ins.op);
            ins.constants.resize(ins.op.length() - 1 - ins.trail.len(), 0);
        }
        // Several in a row, and also the last ones of them: something may jump into the middle.
        let mut fused = std::mem::take(&mut self.fused);
        fused.extend(self.last);
        fused.retain(|&at| self.fuse_at(at, &ins));
        self.fused = fused;
        self.words.push(word(ins.op, ins.a, ins.b, ins.c));
        self.words.extend_from_slice(&ins.trail);
        self.words.extend_from_slice(&ins.constants);
        for (at, label) in ins.labels {
            self.fixups.push((start + at, label));
        }
        self.last = Some(start);
        start
    }

    /// Fuses what begins at `at` with the instruction that comes next, if there is an opcode for that.
    fn fuse_at(&mut self, at: u32, next: &Ins) -> bool {
        let word = self.words[at as usize];
        let fused = Op::of_word(word).filter(|op| self.agrees(at as usize, *op, next)).and_then(|op| fuse(op, next.op));
        match fused {
            Some(fused) => {
                self.words[at as usize] = word & !0xffff | fused as u64;
                true
            }
            None => false,
        }
    }

    /// Whether operands are such as the opcode for both relies on: what tests a tuple and then reads it does not look at it again.
    fn agrees(&self, at: usize, first: Op, next: &Ins) -> bool {
        // Where the header that was tested for stands, and the reads of elements that are fused already.
        let (header, reads) = match (first, next.op) {
            (Op::IsTupleX, Op::TestArityX) => return next.a == (self.words[at] >> 16) as u16,
            (Op::TupleArity, Op::GetElementXX) => (at + 4, at + 5..at + 5),
            (Op::TupleArityElement, Op::GetElementXX) => (at + 4, at + 5..at + 6),
            (Op::TestArityX, Op::GetElementXX) => (at + 2, at + 3..at + 3),
            (Op::ArityElement, Op::GetElementXX) => (at + 2, at + 3..at + 4),
            (Op::IsTaggedTupleX, Op::GetElementXX) => (at + 2, at + 4..at + 4),
            (Op::TaggedElement, Op::GetElementXX) => (at + 2, at + 4..at + 5),
            _ => return true,
        };
        let tuple = (self.words[at] >> 16) as u16;
        let overwritten = self.words[reads].iter().any(|read| (read >> 48) as u16 == tuple);
        next.a == tuple && u64::from(next.b) < self.words[header] >> 8 && !overwritten
    }

    /// Records that the word at `at` is the address of `label`.
    pub(super) fn fix(&mut self, at: u32, label: u32) {
        if label != 0 {
            self.fixups.push((at, label));
        }
    }

    /// Appends a bare word to the last instruction.
    pub(super) fn extra(&mut self, word: u64) -> u32 {
        let at = self.here();
        self.words.push(word);
        at
    }

    /// The stream with all labels resolved; the verifier has made sure that they exist.
    pub(super) fn finish(self) -> Box<[u64]> {
        let mut code = self.words.into_boxed_slice();
        let base = code.as_ptr() as u64;
        for (at, label) in self.fixups {
            let (label, skip) = (label & !HANDLER, u32::from(label & HANDLER != 0));
            let target = self.labels.get(label as usize).copied().flatten().unwrap_or(0) + skip;
            code[at as usize] = base + u64::from(target) * 8;
        }
        code
    }
}

/// The opcode that does `first`, perhaps two instructions already, and then `second`, whose words follow.
fn fuse(first: Op, second: Op) -> Option<Op> {
    Some(match (first, second) {
        (Op::MoveYX, Op::MoveYX) => Op::MoveYXMoveYX,
        (Op::MoveXY, Op::MoveXY) => Op::MoveXYMoveXY,
        (Op::MoveXX, Op::MoveXX) => Op::MoveXXMoveXX,
        (Op::MoveXX, Op::Return) => Op::MoveXXReturn,
        (Op::MoveXX, Op::Call) => Op::MoveXXCall,
        (Op::MoveYX, Op::Call) => Op::MoveYXCall,
        (Op::MoveXX, Op::CallOnly) => Op::MoveXXCallOnly,
        (Op::MoveXX, Op::MoveYX) => Op::MoveXXMoveYX,
        (Op::MoveYX, Op::MoveXX) => Op::MoveYXMoveXX,
        (Op::MoveXX, Op::MoveXY) => Op::MoveXXMoveXY,
        (Op::MoveXY, Op::MoveXX) => Op::MoveXYMoveXX,
        (Op::GetElementXX, Op::GetElementXX) => Op::GetElementsXX,
        (Op::Allocate, Op::MoveXY) => Op::AllocateMoveXY,
        (Op::AllocateMoveXY, Op::MoveXY) => Op::AllocateMoveXYMoveXY,
        (Op::AllocateMoveXY, Op::InitY1) => Op::AllocateMoveXYInitY1,
        (Op::MoveXY, Op::InitY1) => Op::MoveXYInitY1,
        (Op::MoveYXMoveYX, Op::Call) => Op::MoveYXMoveYXCall,
        (Op::MoveYX, Op::CallLast) => Op::MoveYXCallLast,
        (Op::MoveCX, Op::Return) => Op::MoveCXReturn,
        (Op::IsNonemptyListX, Op::GetHdXX) => Op::ConsHead,
        (Op::ConsHead, Op::GetTlXX) => Op::ConsHeadTail,
        (Op::IsNonemptyListX, Op::GetListXXX) => Op::ConsList,
        (Op::GetHdXX, Op::GetTlXX) => Op::HeadTail,
        (Op::IsTupleX, Op::TestArityX) => Op::TupleArity,
        (Op::TupleArity, Op::GetElementXX) => Op::TupleArityElement,
        (Op::TestArityX, Op::GetElementXX) => Op::ArityElement,
        (Op::ArityElement, Op::GetElementXX) => Op::ArityElementElement,
        (Op::TestHeap, Op::PutListXXX) => Op::RoomPutListXXX,
        (Op::RoomPutListXXX, Op::CallOnly) => Op::RoomPutListCallOnly,
        (Op::TestHeap, Op::PutListYXX) => Op::RoomPutListYXX,
        (Op::RoomPutListYXX, Op::DeallocateReturn) => Op::RoomPutListYXXReturn,
        (Op::TestHeap, Op::PutListXYX) => Op::RoomPutListXYX,
        (Op::AddXI, Op::Return) => Op::AddXIReturn,
        (Op::AddXX, Op::Return) => Op::AddXXReturn,
        (Op::SubXI, Op::Return) => Op::SubXIReturn,
        (Op::MulXX, Op::Return) => Op::MulXXReturn,
        (Op::RemXI, Op::Return) => Op::RemXIReturn,
        (Op::TestHeap, Op::PutList) => Op::RoomPutList,
        (Op::TestHeap, Op::PutTuple2) => Op::RoomPutTuple2,
        (Op::SubYI, Op::Call) => Op::SubYICall,
        (Op::SubXI, Op::Call) => Op::SubXICall,
        (Op::SubXI, Op::CallOnly) => Op::SubXICallOnly,
        (Op::AddXI, Op::CallOnly) => Op::AddXICallOnly,
        (Op::AddYX, Op::DeallocateReturn) => Op::AddYXDeallocateReturn,
        (Op::IsTaggedTupleX, Op::GetElementXX) => Op::TaggedElement,
        (Op::TaggedElement, Op::GetElementXX) => Op::TaggedElementElement,
        (Op::TupleArityElement, Op::GetElementXX) => Op::TupleArityElementElement,
        (Op::TupleArityElement, Op::IsEqExactXI) => Op::TupleArityElementIs,
        (Op::GetElementXX, Op::Return) => Op::GetElementReturn,
        (Op::AllocateMoveXYMoveXY, Op::MoveXY) => Op::AllocateMove3,
        (Op::AllocateMoveXYMoveXY, Op::InitY1) => Op::AllocateMove2Init,
        (Op::AllocateMove3, Op::InitY1) => Op::AllocateMove3Init,
        (Op::MoveXXMoveYX, Op::MoveYX) => Op::MoveXXMoveYXMoveYX,
        (Op::MoveYXMoveYX, Op::CallLast) => Op::MoveYXMoveYXCallLast,
        (Op::MoveXYMoveYX, Op::MoveYX) => Op::MoveXYMoveYXMoveYX,
        (Op::MoveXYMoveYXMoveYX, Op::Call) => Op::MoveXYMoveYXMoveYXCall,
        (Op::MoveXYMoveYX, Op::Call) => Op::MoveXYMoveYXCall,
        (Op::MoveXY, Op::MoveYX) => Op::MoveXYMoveYX,
        (Op::SubYI, Op::MoveYX) => Op::SubYIMoveYX,
        (Op::SubYIMoveYX, Op::MoveYX) => Op::SubYIMoveYXMoveYX,
        (Op::SubYIMoveYXMoveYX, Op::Call) => Op::SubYIMoveYXMoveYXCall,
        (Op::SubYIMoveYX, Op::Call) => Op::SubYIMoveYXCall,
        (Op::AddXX, Op::MoveXX) => Op::AddXXMoveXX,
        (Op::AddXI, Op::MoveXX) => Op::AddXIMoveXX,
        (Op::AddXXMoveXX, Op::CallOnly) => Op::AddXXMoveXXCallOnly,
        (Op::AddXIMoveXX, Op::CallOnly) => Op::AddXIMoveXXCallOnly,
        (Op::BsStartMatchXX, Op::BsGetInteger8) => Op::StartMatchByte,
        (Op::StartMatchByte, Op::BsTestUnit) => Op::StartMatchByteWhole,
        (Op::BsStartMatchXX, Op::BsGetPositionXX) => Op::StartMatchPosition,
        (Op::StartMatchPosition, Op::BsGetInteger8) => Op::StartMatchPositionByte,
        (Op::StartMatchPositionByte, Op::BsTestUnit) => Op::StartMatchPositionByteWhole,
        (Op::StartMatchPosition, Op::BsGetUtf8XX) => Op::StartMatchPositionCharacter,
        (Op::StartMatchPositionCharacter, Op::BsTestUnit) => Op::StartMatchPositionCharacterWhole,
        (Op::StartMatchPosition, Op::BsSkipUtf8X) => Op::StartMatchPositionSkip,
        (Op::StartMatchPositionSkip, Op::BsTestUnit) => Op::StartMatchPositionSkipWhole,
        (Op::BsGetInteger8, Op::BsTestUnit) => Op::ByteWhole,
        (Op::BsGetUtf8XX, Op::BsTestUnit) => Op::CharacterWhole,
        (Op::BsSkipUtf8X, Op::BsTestUnit) => Op::SkipWhole,
        (Op::IsMapX, Op::GetMapElement) => Op::MapElement,
        (Op::IsMapX, Op::GetMapElementsI) => Op::MapElementsI,
        (Op::MoveXY, Op::SubYI) => Op::MoveXYSubYI,
        (Op::LoopRec, Op::IsTaggedTupleX) => Op::LoopRecTagged,
        (Op::MoveXYSubYI, Op::Call) => Op::MoveXYSubYICall,
        _ => return None,
    })
}
