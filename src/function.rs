//! Functions of the host that programs call: closures over Rust types.

use std::fmt::Display;

use beamlet_vm::native::host::HostFailure;

use crate::{FromValue, IntoValue, Value};

/// What a host function may give: a value, or a `Result` whose error, shown, becomes the message of the `RuntimeError` that
/// is raised in the calling process.
pub trait IntoReturn {
    /// The value, or why there is none.
    ///
    /// # Errors
    /// The error of a `Result`, shown.
    fn into_return(self) -> Result<Value, String>;
}

impl<T: IntoValue> IntoReturn for T {
    fn into_return(self) -> Result<Value, String> {
        Ok(self.into_value())
    }
}

impl<T: IntoValue, E: Display> IntoReturn for Result<T, E> {
    fn into_return(self) -> Result<Value, String> {
        self.map(T::into_value).map_err(|error| error.to_string())
    }
}

/// A closure that can be a native: up to six arguments, each of a type made of values. `Args` is the tuple of their types.
pub trait HostFunction<Args>: Send + Sync + 'static {
    /// How many arguments it takes.
    const ARITY: usize;

    /// Calls it; `name` is what messages call it.
    ///
    /// # Errors
    /// An argument is of another type, or the function has failed.
    fn call(&self, name: &str, args: Vec<Value>) -> Result<Value, HostFailure>;
}

/// The next argument, as the type that the function takes.
fn argument<T: FromValue>(name: &str, args: &mut std::vec::IntoIter<Value>, number: usize) -> Result<T, HostFailure> {
    let value = args.next().ok_or_else(|| HostFailure::Argument(format!("{name}: argument {number} is missing")))?;
    T::from_value(value).map_err(|mismatch| {
        let (expected, found) = (&mismatch.expected, crate::error::short(&mismatch.found));
        let place = mismatch.place();
        HostFailure::Argument(format!("{name}: argument {number} must be {expected}, got: {found}{place}"))
    })
}

macro_rules! functions {
    ($($count:literal: $($type:ident $number:literal),*;)*) => {$(
        impl<Function, Return, $($type),*> HostFunction<($($type,)*)> for Function
        where
            Function: Fn($($type),*) -> Return + Send + Sync + 'static,
            Return: IntoReturn,
            $($type: FromValue,)*
        {
            const ARITY: usize = $count;

            #[allow(unused_variables, unused_mut, reason = "a function without arguments takes none")]
            fn call(&self, name: &str, args: Vec<Value>) -> Result<Value, HostFailure> {
                let mut args = args.into_iter();
                self($(argument::<$type>(name, &mut args, $number)?),*).into_return().map_err(HostFailure::Failed)
            }
        }
    )*};
}

functions! {
    0: ;
    1: A 1;
    2: A 1, B 2;
    3: A 1, B 2, C 3;
    4: A 1, B 2, C 3, D 4;
    5: A 1, B 2, C 3, D 4, E 5;
    6: A 1, B 2, C 3, D 4, E 5, F 6;
}
