//! The constants of a module that have memory: decoded literals, and integers that are not small.

use std::collections::hash_map::{Entry, HashMap};

use num_bigint::BigInt;

use super::Step;
use crate::code::file::BeamFile;
use crate::code::operand::Operand;
use crate::heap::{Builder, Heap, LiteralArea};
use crate::term::{RawTerm, Term};

/// The literal area of a module, and where in it the large integers are.
pub(super) struct Constants {
    pub(super) area: LiteralArea,
    big: HashMap<BigInt, usize>,
}

impl Constants {
    /// Decodes the literals of `file` and makes terms of the large integers in its operands. `passing` as for
    /// [`LiteralArea::new`].
    pub(super) fn of(file: &BeamFile, passing: bool) -> Step<Constants> {
        let mut integers = Vec::new();
        let mut work: Vec<&Operand> = file.code.iter().flat_map(|located| &located.instruction.args).collect();
        while let Some(operand) = work.pop() {
            match operand {
                Operand::Integer(value) if RawTerm::try_small(*value).is_none() => integers.push(BigInt::from(*value)),
                Operand::BigInteger(value) => integers.push((**value).clone()),
                Operand::List(items) => work.extend(items),
                Operand::Typed(inner, _) => work.push(inner),
                _ => {}
            }
        }
        let mut heap = Heap::new(1024, None);
        let mut builder = Builder::new(&mut heap);
        let mut terms: Vec<Term<'_>> = Vec::with_capacity(file.literals.len() + integers.len());
        for bytes in &file.literals {
            terms.push(crate::etf::decode(&mut builder, bytes).map_err(|e| format!("a literal is damaged: {e}"))?);
        }
        let mut big = HashMap::new();
        for value in integers {
            if let Entry::Vacant(place) = big.entry(value) {
                terms.push(builder.big(place.key()));
                place.insert(terms.len() - 1);
            }
        }
        let area = LiteralArea::new(&terms, passing).map_err(|e| e.to_string())?;
        Ok(Constants { area, big })
    }

    /// The literal of a large integer.
    pub(super) fn big(&self, value: &BigInt) -> Step<RawTerm> {
        let index = self.big.get(value).ok_or("an integer is in no operand")?;
        Ok(self.area.roots()[*index])
    }
}
