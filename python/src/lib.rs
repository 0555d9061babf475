//! The native half of the Python package: texts in, findings and corrected texts out, and the command line.

mod cleaner;
mod columns;
mod found;
mod parallel;
mod stream;
mod texts;

use std::{
    ffi::OsString,
    io::{self, Write as _},
};

use pyo3::{create_exception, exceptions::PyException, prelude::*};

create_exception!(unspin, UnspinError, PyException, "Something that unspin cannot do; the message says why, as the command line does.");

/// The error with this message: all that this package raises is made here.
fn error(message: impl ToString) -> PyErr {
    UnspinError::new_err(message.to_string())
}

/// Runs the command line on these arguments, behind the name of the program; gives the exit code.
#[pyfunction]
fn run(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| {
        let code = unspin_command::run(args);
        // Nothing flushes it when the interpreter ends; where that fails there is nobody to tell.
        let _ = io::stdout().flush();
        code
    })
}

/// The module `unspin._unspin`.
#[pymodule]
fn _unspin(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("UnspinError", module.py().get_type::<UnspinError>())?;
    module.add_class::<cleaner::Cleaner>()?;
    module.add_class::<stream::Stream>()?;
    module.add_function(wrap_pyfunction!(cleaner::restore, module)?)?;
    module.add_function(wrap_pyfunction!(run, module)?)
}
