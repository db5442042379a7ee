//! Large blocks that a thread has freed, kept for its next collection.
//!
//! A collection takes a new block, mostly of the size of the old one, and frees that. Given back to the operating system, its
//! pages would come back as new ones, to be cleared first: for programs that make much garbage that costs more than
//! collecting.

use std::cell::RefCell;

use super::Block;

/// Smaller blocks are left to the allocator.
const LEAST: usize = 4 * 1024;

/// A thread keeps no more words than this.
const MOST: usize = 4 * 1024 * 1024;

/// Nor more blocks.
const BLOCKS: usize = 4;

thread_local! {
    static SPARE: RefCell<Vec<Spare>> = const { RefCell::new(Vec::new()) };
}

/// A block that is really freed when the thread ends.
struct Spare(Block);

/// A block of this size that the thread has freed lately.
#[inline]
pub(super) fn take(words: usize) -> Option<Block> {
    if words < LEAST {
        return None;
    }
    SPARE
        .try_with(|spare| {
            let mut spare = spare.try_borrow_mut().ok()?;
            let at = spare.iter().position(|block| block.0.words == words)?;
            let mut block = spare.swap_remove(at);
            Some(std::mem::replace(&mut block.0, Block::EMPTY))
        })
        .ok()?
}

/// Keeps a block that is being dropped, or gives it back to be freed.
#[inline]
pub(super) fn keep(block: Block) -> Result<(), Block> {
    if block.words < LEAST || block.words > MOST || cfg!(feature = "collect-always") {
        return Err(block);
    }
    let mut block = Some(block);
    let mut superfluous: [Option<Spare>; BLOCKS] = [const { None }; BLOCKS];
    let _ = SPARE.try_with(|spare| {
        let Ok(mut spare) = spare.try_borrow_mut() else { return };
        spare.extend(block.take().map(Spare));
        for place in &mut superfluous {
            if spare.len() <= BLOCKS && spare.iter().map(|block| block.0.words).sum::<usize>() <= MOST {
                break;
            }
            *place = Some(spare.remove(0));
        }
    });
    for mut spare in superfluous.into_iter().flatten() {
        std::mem::replace(&mut spare.0, Block::EMPTY).free();
    }
    block.map_or(Ok(()), Err)
}
