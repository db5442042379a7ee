//! Maps: reading several keys, and setting them.

use super::machine::Machine;
use super::state::{packed, source, store};
use crate::atom::atoms;
use crate::term::{Map, RawTerm};

/// Reads the values of `get_map_elements`; whether all keys were there. Registers are written as keys are found.
///
/// # Safety
/// `pc` is at such an instruction and `sp` is the stack's top.
pub(super) unsafe fn elements(m: &mut Machine<'_>, pc: *const u64, sp: *mut u64) -> bool {
    // SAFETY: as the caller's.
    unsafe {
        let map = m.term(source((*pc >> 16) as u16 as usize, m.x, sp, pc));
        let Some(map) = map.as_map() else { return false };
        let count = *pc.add(2) as u32 as usize;
        let operands = pc.add(3);
        for i in 0..count {
            let key = m.term(source(packed(operands, 2 * i), m.x, sp, pc));
            match map.get(key) {
                Some(value) => store(packed(operands, 2 * i + 1), m.x, sp, value.raw.0),
                None => return false,
            }
        }
        true
    }
}

/// Whether the map of `has_map_fields` has all its keys.
///
/// # Safety
/// As for [`elements`].
pub(super) unsafe fn has_fields(m: &mut Machine<'_>, pc: *const u64, sp: *mut u64) -> bool {
    // SAFETY: as the caller's.
    unsafe {
        let map = m.term(source((*pc >> 16) as u16 as usize, m.x, sp, pc));
        let Some(map) = map.as_map() else { return false };
        let count = *pc.add(2) as u32 as usize;
        (0..count).all(|i| map.get(m.term(source(packed(pc.add(3), i), m.x, sp, pc))).is_some())
    }
}

/// Sets the pairs of `put_map_assoc` or `put_map_exact`: the map, or NON_VALUE with the exception noted.
///
/// # Safety
/// `pc` is at such an instruction, and the heap is written back.
pub(super) unsafe fn put(m: &mut Machine<'_>, pc: *const u64, exact: bool) -> u64 {
    // SAFETY: as the caller's; nothing collects here.
    unsafe {
        let sp = m.process.heap.sp;
        let original = source((*pc >> 16) as u16 as usize, m.x, sp, pc);
        let Some(mut map) = m.term(original).as_map() else {
            m.error_with(atoms::BADMAP, original);
            return RawTerm::NON_VALUE.0;
        };
        let count = *pc.add(2) as u32 as usize;
        let operands = pc.add(3);
        if let Some(updated) = update_flat(m, map, count, operands, pc) {
            return updated;
        }
        for i in 0..count {
            let key = m.term(source(packed(operands, 2 * i), m.x, sp, pc));
            let value = m.term(source(packed(operands, 2 * i + 1), m.x, sp, pc));
            if exact && map.get(key).is_none() {
                m.error_with(atoms::BADKEY, key.raw.0);
                return RawTerm::NON_VALUE.0;
            }
            map = map.put(&mut m.builder(), key, value);
        }
        map.term().raw.0
    }
}

/// A flat map with new values for keys that are all there: one copy. `None` when one is not, or the map is not flat.
///
/// # Safety
/// As for [`put`].
unsafe fn update_flat(
    m: &mut Machine<'_>,
    map: Map<'_>,
    count: usize,
    operands: *const u64,
    pc: *const u64,
) -> Option<u64> {
    if !map.is_flat() || count < 2 {
        return None;
    }
    // SAFETY: as the caller's; nothing collects here.
    unsafe {
        let sp = m.process.heap.sp;
        if !(0..count).all(|i| map.place(m.term(source(packed(operands, 2 * i), m.x, sp, pc))).is_some()) {
            return None;
        }
        let words = 2 + map.len();
        let copy = m.heap().alloc(words);
        std::ptr::copy_nonoverlapping(map.term().raw.address(), copy, words);
        for i in 0..count {
            let place = map.place(m.term(source(packed(operands, 2 * i), m.x, sp, pc)))?;
            *copy.add(2 + place) = source(packed(operands, 2 * i + 1), m.x, sp, pc);
        }
        Some(RawTerm::boxed(copy).0)
    }
}
