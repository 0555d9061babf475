//! `Cleaner`, as Python has it.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use arrow_array::{Array as _, ArrayRef};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields};
use pyo3::{
    exceptions::PyUserWarning,
    prelude::*,
    pybacked::PyBackedStr,
    types::{PyList, PyString, PyTuple},
};
use pyo3_arrow::input::AnyArray;
use unspin::{
    Applicability, Confidence, Corpus, Law, Options, Rules, Thresholds, Wanted, embedded,
    report::{Origin, totals::counted},
    rules::load::{Source, load, read_folder},
};

use crate::{
    columns, error,
    found::{self, Corrected, Found, Scored, Told},
    parallel,
    stream::{Rows, Stream},
    texts::{is_text, rewritten, texts},
};

/// What is done to texts.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    Check,
    Fix,
    Score,
}

/// What a cleaner is built from; the rules of a user as they stand in their files, so that it can be built where those are not.
#[derive(Debug, Clone)]
struct Settings {
    packs: Vec<String>,
    ignore: Vec<String>,
    rules: Vec<Vec<File>>,
    with_unsafe: bool,
    min_confidence: Option<f64>,
    corpus: Option<Index>,
}

/// Where an index of other documents lies, and what it is known by there.
type Index = (OsString, u64);

/// Path, pack, family and text of a file of rules.
type File = (String, String, String, String);

/// A cleaner, and what it is asked for.
pub struct Judge {
    cleaner: unspin::Cleaner,
    applicability: Applicability,
    confidence: Confidence,
}

/// What is said of a column of texts.
pub struct ToldOf {
    /// The corrected texts, where they are asked for.
    pub texts: Option<ArrayRef>,
    pub columns: Vec<(FieldRef, ArrayRef)>,
}

impl Judge {
    fn new(settings: &Settings, corpus: Option<Arc<Corpus>>) -> Result<Self, String> {
        static SHIPPED: LazyLock<Arc<Rules>> = LazyLock::new(|| Arc::new(embedded::rules()));
        let rules = if settings.rules.is_empty() { Arc::clone(&SHIPPED) } else { Arc::new(with_own(&settings.rules)?) };
        for prefix in settings.packs.iter().chain(&settings.ignore) {
            unspin_command::check_prefix(prefix, rules.book()).map_err(|it| it.to_string())?;
        }
        let fraction =
            |it| Confidence::from_fraction(it).ok_or_else(|| format!("min_confidence is {it}, and not a number between 0 and 1"));
        let confidence = settings.min_confidence.map(fraction).transpose()?;
        let law = Law { thresholds: confidence.map(Thresholds::from).unwrap_or_default(), ..Law::default() };
        let options = Options { law, select: settings.packs.clone(), ignore: settings.ignore.clone(), corpus, ..Options::default() };
        Ok(Self {
            cleaner: unspin::Cleaner::with(rules, options),
            applicability: if settings.with_unsafe { Applicability::Unsafe } else { Applicability::Safe },
            confidence: confidence.unwrap_or_default(),
        })
    }

    fn check(&self, origin: &Origin, text: &str) -> Vec<Found> {
        let wanted = Wanted { applicability: Applicability::Unsafe, confidence: self.confidence };
        let mut checked = self.cleaner.check_known(text, None, wanted);
        checked.plan.shown.retain(|it| it.confidence >= self.confidence);
        found::all(origin, &checked)
    }

    fn fix(&self, origin: &Origin, text: &str) -> Corrected {
        let wanted = Wanted { applicability: self.applicability, confidence: self.confidence };
        let checked = self.cleaner.check_known(text, None, wanted);
        let patch = &checked.plan.patch;
        Corrected {
            text: (!patch.is_empty()).then(|| patch.apply(checked.document.text())),
            findings: found::applied(origin, &checked),
            verdict: Scored::new(&checked),
        }
    }

    fn score(&self, text: &str) -> Scored {
        Scored::new(&self.cleaner.check(text))
    }

    /// Works on a column; a row without a text has nothing said of it.
    pub fn told(&self, act: Act, array: &ArrayRef, origin: impl Fn(usize) -> Origin + Sync, jobs: usize) -> Result<ToldOf, ArrowError> {
        let before = texts(array.as_ref());
        let rows: Vec<(usize, &str)> = before.iter().enumerate().filter_map(|(row, it)| it.map(|it| (row, it))).collect();
        let told = match act {
            Act::Check => {
                let found = parallel::map(&rows, jobs, |&(row, text)| self.check(&origin(row), text));
                let mut lists: Vec<&[Found]> = vec![&[]; before.len()];
                for ((row, _), found) in rows.iter().zip(&found) {
                    lists[*row] = found;
                }
                ToldOf { texts: None, columns: vec![columns::findings("findings", &lists)] }
            }
            Act::Score => {
                let scored = parallel::map(&rows, jobs, |&(_, text)| self.score(text));
                let mut scores: Vec<Option<Scored>> = before.iter().map(|_| None).collect();
                for ((row, _), scored) in rows.iter().zip(scored) {
                    scores[*row] = Some(scored);
                }
                ToldOf { texts: None, columns: vec![columns::scores(&scores)] }
            }
            Act::Fix => {
                let fixed = parallel::map(&rows, jobs, |&(row, text)| self.fix(&origin(row), text));
                let mut all: Vec<Option<&Corrected>> = vec![None; before.len()];
                for ((row, _), fixed) in rows.iter().zip(&fixed) {
                    all[*row] = Some(fixed);
                }
                let lists: Vec<&[Found]> = all.iter().map(|it| it.map_or(&[][..], |it| &it.findings)).collect();
                // What did not change is handed on as it is.
                let after = if fixed.iter().all(|it| it.text.is_none()) {
                    Arc::clone(array)
                } else {
                    let after = all.iter().zip(&before).map(|(it, before)| it.and_then(|it| it.text.as_deref()).or(*before));
                    rewritten(array, &after.collect::<Vec<_>>())?
                };
                let verdicts = columns::verdicts(all.iter().map(|it| it.map(|it| &it.verdict)));
                ToldOf { texts: Some(after), columns: vec![columns::findings("ledger", &lists), verdicts] }
            }
        };
        Ok(told)
    }

    /// The same as one column.
    fn column(&self, act: Act, array: &ArrayRef, ids: Option<&Ids>, first: usize, jobs: usize) -> Result<(FieldRef, ArrayRef), ArrowError> {
        let ToldOf { texts, mut columns } = self.told(act, array, |row| origin(ids.map(|it| it[first + row].as_str())), jobs)?;
        let Some(texts) = texts else { return Ok(columns.remove(0)) };
        columns.insert(0, (Arc::new(Field::new("text", texts.data_type().clone(), true)), texts));
        let (fields, columns): (Vec<FieldRef>, Vec<ArrayRef>) = columns.into_iter().unzip();
        let fields = Fields::from(fields);
        let column = arrow_array::StructArray::new(fields.clone(), columns, None);
        Ok((Arc::new(Field::new("fixed", DataType::Struct(fields), true)), Arc::new(column)))
    }
}

/// The shipped rules with those of a user.
fn with_own(folders: &[Vec<File>]) -> Result<Rules, String> {
    let mut book = embedded::rulebook();
    for files in folders {
        let source = |(path, pack, family, text): &File| Source {
            path: PathBuf::from(path),
            pack: pack.clone(),
            family: family.clone(),
            text: text.clone(),
        };
        match load(files.iter().map(source).collect(), &book, embedded::frequencies()) {
            Ok(own) => book.append(own),
            Err(error) => {
                let (drawn, counted) = unspin_command::described(&error, true);
                return Err(format!("{counted}\n\n{drawn}"));
            }
        }
    }
    Ok(Rules::indexed(book, embedded::index()))
}

type Ids = Vec<String>;

/// A text without a file; the key of a finding holds what it is called.
fn origin(id: Option<&str>) -> Origin {
    Origin::file(id.unwrap_or("-"))
}

/// Finds what scrapers, spinners and machine translators did to texts, and corrects it.
#[pyclass(module = "unspin", frozen)]
pub struct Cleaner {
    judge: Arc<Judge>,
    settings: Settings,
}

/// One thing or several.
#[derive(FromPyObject)]
enum Several<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Several<T> {
    fn list(some: Option<Self>) -> Vec<T> {
        match some {
            None => Vec::new(),
            Some(Self::One(it)) => vec![it],
            Some(Self::Many(all)) => all,
        }
    }
}

#[pymethods]
impl Cleaner {
    #[new]
    #[pyo3(signature = (*, packs=None, rules=None, r#unsafe=false, min_confidence=None, ignore=None, corpus=None))]
    fn new(
        py: Python<'_>,
        packs: Option<Several<String>>,
        rules: Option<Several<PathBuf>>,
        r#unsafe: bool,
        min_confidence: Option<f64>,
        ignore: Option<Several<String>>,
        corpus: Option<PathBuf>,
    ) -> PyResult<Self> {
        let folders = Several::list(rules);
        let read = |folder: &PathBuf| -> PyResult<Vec<File>> {
            let sources = read_folder(folder).map_err(|it| error(format!("{:#}", anyhow::Error::from(it))))?;
            Ok(sources.into_iter().map(|it| (it.path.display().to_string(), it.pack, it.family, it.text)).collect())
        };
        let opened = corpus.as_deref().map(|it| opened(py, it)).transpose()?;
        // Whoever unpickles the cleaner may be in another folder.
        let absolute = |it: PathBuf| std::path::absolute(&it).unwrap_or(it).into_os_string();
        let settings = Settings {
            packs: Several::list(packs),
            ignore: Several::list(ignore),
            rules: folders.iter().map(read).collect::<PyResult<_>>()?,
            with_unsafe: r#unsafe,
            min_confidence,
            corpus: corpus.map(absolute).zip(opened.as_ref().map(|it| it.seal())),
        };
        let made = Self::build(py, settings, opened)?;
        if !folders.is_empty() {
            made.warn_of_failing_examples(py, &folders)?;
        }
        Ok(made)
    }

    /// Everything that is found in a text.
    #[pyo3(signature = (text, *, id=None))]
    fn check<'py>(&self, py: Python<'py>, text: &Bound<'py, PyAny>, id: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        one(py, text, |text| self.judge.check(&origin(id), text))
    }

    /// The text with what is wrong corrected.
    #[pyo3(signature = (text, *, id=None))]
    fn fix<'py>(&self, py: Python<'py>, text: &Bound<'py, PyAny>, id: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        one(py, text, |text| self.judge.fix(&origin(id), text))
    }

    /// The verdict on a text.
    fn score<'py>(&self, py: Python<'py>, text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        one(py, text, |text| self.judge.score(text))
    }

    /// `check` for many texts.
    #[pyo3(signature = (texts, *, ids=None, jobs=0))]
    fn check_many<'py>(&self, py: Python<'py>, texts: &Bound<'py, PyAny>, ids: Option<Ids>, jobs: usize) -> PyResult<Bound<'py, PyAny>> {
        self.many(py, Act::Check, texts, ids, jobs, |origin, text| self.judge.check(origin, text))
    }

    /// `fix` for many texts.
    #[pyo3(signature = (texts, *, ids=None, jobs=0))]
    fn fix_many<'py>(&self, py: Python<'py>, texts: &Bound<'py, PyAny>, ids: Option<Ids>, jobs: usize) -> PyResult<Bound<'py, PyAny>> {
        self.many(py, Act::Fix, texts, ids, jobs, |origin, text| self.judge.fix(origin, text))
    }

    /// `score` for many texts.
    #[pyo3(signature = (texts, *, jobs=0))]
    fn score_many<'py>(&self, py: Python<'py>, texts: &Bound<'py, PyAny>, jobs: usize) -> PyResult<Bound<'py, PyAny>> {
        self.many(py, Act::Score, texts, None, jobs, |_, text| self.judge.score(text))
    }

    /// A table with a column of findings more.
    #[pyo3(signature = (table, text="text", *, id=None, jobs=0))]
    fn check_table(&self, table: AnyArray, text: &str, id: Option<&str>, jobs: usize) -> PyResult<Stream> {
        self.table(Act::Check, table, text, id, jobs)
    }

    /// A table with its texts corrected, and columns for what was done more.
    #[pyo3(signature = (table, text="text", *, id=None, jobs=0))]
    fn fix_table(&self, table: AnyArray, text: &str, id: Option<&str>, jobs: usize) -> PyResult<Stream> {
        self.table(Act::Fix, table, text, id, jobs)
    }

    /// A table with a column of verdicts more.
    #[pyo3(signature = (table, text="text", *, jobs=0))]
    fn score_table(&self, table: AnyArray, text: &str, jobs: usize) -> PyResult<Stream> {
        self.table(Act::Score, table, text, None, jobs)
    }

    fn __repr__(&self) -> String {
        let it = &self.settings;
        let some = [
            (!it.packs.is_empty()).then(|| format!("packs={:?}", it.packs)),
            (!it.rules.is_empty()).then(|| format!("rules: {}", counted(it.rules.iter().map(Vec::len).sum(), "file"))),
            it.with_unsafe.then(|| "unsafe=True".to_owned()),
            it.min_confidence.map(|it| format!("min_confidence={it}")),
            (!it.ignore.is_empty()).then(|| format!("ignore={:?}", it.ignore)),
            it.corpus.as_ref().map(|it| format!("corpus={:?}", it.0.to_string_lossy())),
        ];
        format!("Cleaner({})", some.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let it = self.settings.clone();
        let rules = it.rules.into_iter().map(|it| PyTuple::new(py, it)).collect::<PyResult<Vec<_>>>()?;
        let (packs, ignore, rules) = (PyTuple::new(py, it.packs)?, PyTuple::new(py, it.ignore)?, PyTuple::new(py, rules)?);
        let state = (packs, ignore, rules, it.with_unsafe, it.min_confidence, it.corpus);
        Ok((py.import("unspin._types")?.getattr("restore")?, state.into_pyobject(py)?))
    }
}

/// A cleaner from what `__reduce__` says of one.
#[pyfunction]
pub fn restore(
    py: Python<'_>,
    packs: Vec<String>,
    ignore: Vec<String>,
    rules: Vec<Vec<File>>,
    with_unsafe: bool,
    min_confidence: Option<f64>,
    corpus: Option<Index>,
) -> PyResult<Cleaner> {
    let opened = match &corpus {
        Some((path, seal)) => {
            let path = Path::new(path);
            let opened = opened(py, path)?;
            if opened.seal() != *seal {
                return Err(error(format!("{}: another index than the one that the cleaner was built with", path.display())));
            }
            Some(opened)
        }
        None => None,
    };
    Cleaner::build(py, Settings { packs, ignore, rules, with_unsafe, min_confidence, corpus }, opened)
}

/// The index at a path.
fn opened(py: Python<'_>, path: &Path) -> PyResult<Arc<Corpus>> {
    py.detach(|| unspin_command::open_index(path)).map_err(error)
}

impl Cleaner {
    fn build(py: Python<'_>, settings: Settings, corpus: Option<Arc<Corpus>>) -> PyResult<Self> {
        let judge = py.detach(|| Judge::new(&settings, corpus)).map_err(error)?;
        Ok(Self { judge: Arc::new(judge), settings })
    }

    /// A user's rules are checked by their own examples before they are trusted.
    fn warn_of_failing_examples(&self, py: Python<'_>, folders: &[PathBuf]) -> PyResult<()> {
        let rules = self.judge.cleaner.rules();
        let shipped = embedded::rulebook().rules.len();
        let failures = py.detach(|| unspin::examples::run(rules, shipped).failures.len());
        if failures == 0 {
            return Ok(());
        }
        let named = unspin_command::unpromised(failures, folders);
        let message = std::ffi::CString::new(named).map_err(error)?;
        PyErr::warn(py, &py.get_type::<PyUserWarning>(), &message, 1)
    }

    fn many<'py, R: Told + Send>(
        &self,
        py: Python<'py>,
        act: Act,
        texts: &Bound<'py, PyAny>,
        ids: Option<Ids>,
        jobs: usize,
        work: impl Fn(&Origin, &str) -> R + Sync,
    ) -> PyResult<Bound<'py, PyAny>> {
        if texts.hasattr("__arrow_c_array__")? || texts.hasattr("__arrow_c_stream__")? {
            return self.arrow(py, act, texts.extract()?, ids.as_ref(), jobs)?.into_pyobject(py).map(Bound::into_any);
        }
        if texts.is_instance_of::<PyString>() {
            return Err(error("one text; the methods that end in _many take a list of texts, or a column of Arrow"));
        }
        let done = PyList::empty(py);
        let mut some = Vec::with_capacity(SOME);
        let mut count = 0;
        let mut items = texts.try_iter()?;
        loop {
            let item = items.next().transpose()?;
            let last = item.is_none();
            if let Some(item) = item {
                if ids.as_ref().is_some_and(|it| count >= it.len()) {
                    return Err(error("there are more texts than ids"));
                }
                let text = if item.is_none() { None } else { Some(string(&item).map_err(|it| error(format!("text {count}: {it}")))?) };
                some.push((ids.as_ref().map(|it| it[count].as_str()), text, item));
                count += 1;
            }
            if some.len() == SOME || last {
                let rows: Vec<(Option<&str>, &PyBackedStr)> = some.iter().filter_map(|it| Some((it.0, it.1.as_ref()?))).collect();
                let mut told = py.detach(|| parallel::map(&rows, jobs, |&(id, text)| work(&origin(id), text))).into_iter();
                for (_, text, item) in some.drain(..) {
                    match text {
                        Some(_) => done.append(told.next().expect("there is one for each text").told(py, &item)?)?,
                        None => done.append(py.None())?,
                    }
                }
                // Ctrl-C ends a long batch here.
                py.check_signals()?;
            }
            if last {
                return Ok(done.into_any());
            }
        }
    }

    fn arrow(&self, py: Python<'_>, act: Act, texts: AnyArray, ids: Option<&Ids>, jobs: usize) -> PyResult<Stream> {
        let reader = texts.into_reader()?;
        let kind = reader.field().data_type().clone();
        if !is_text(&kind) {
            return Err(error(format!("a column of {kind}; texts are strings")));
        }
        let judge = &self.judge;
        let columns = py.detach(|| {
            let mut first = 0;
            let chunks: Result<Vec<_>, ArrowError> = reader
                .map(|array| {
                    let array = array?;
                    if ids.is_some_and(|it| it.len() < first + array.len()) {
                        return Err(ArrowError::ComputeError("there are more texts than ids".to_owned()));
                    }
                    let (_, column) = judge.column(act, &array, ids, first, jobs)?;
                    first += array.len();
                    Ok(column)
                })
                .collect();
            let (field, _) = judge.column(act, &arrow_array::new_empty_array(&kind), None, 0, 1)?;
            Ok::<_, ArrowError>((field, chunks?))
        });
        let (field, chunks) = columns.map_err(error)?;
        Ok(Stream::column(field, chunks))
    }

    fn table(&self, act: Act, table: AnyArray, text: &str, id: Option<&str>, jobs: usize) -> PyResult<Stream> {
        let rows = Rows::new(table.into_reader()?, Arc::clone(&self.judge), act, text, id, jobs).map_err(error)?;
        Ok(Stream::table(rows))
    }
}

/// So many texts of a list are worked on before Python is asked whether to go on.
const SOME: usize = 4096;

fn one<'py, R: Told + Send>(py: Python<'py>, text: &Bound<'py, PyAny>, work: impl FnOnce(&str) -> R + Send) -> PyResult<Bound<'py, PyAny>> {
    let read = string(text).map_err(error)?;
    py.detach(|| work(&read)).told(py, text)
}

/// The text that an object is.
fn string(object: &Bound<'_, PyAny>) -> Result<PyBackedStr, String> {
    let wrong = |_| match object.cast::<PyString>() {
        Ok(_) => "holds half a surrogate pair, which no file of text can".to_owned(),
        Err(_) => format!("a {}, not a str", object.get_type().name().map_or_else(|_| "thing".to_owned(), |it| it.to_string())),
    };
    object.extract().map_err(|it: PyErr| wrong(it))
}
