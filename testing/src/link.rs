//! From a checked project to something that runs: the program, and a snapshot of its data.

use policy_bytecode::program::DataItem;
use policy_bytecode::scalar::Timestamp;
use policy_compiler::hir::ExprId;
use policy_compiler::{Compiled, Options, TestPlan};
use policy_project::DataFile;
use policy_project::formats::Columns;
use policy_project::problem::Problem;
use policy_syntax::Diagnostic;
use policy_vm::{Program, Snapshot, SnapshotBuilder, SnapshotError};

use crate::columns;
use crate::workspace::Workspace;

/// A program that is ready to run.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The program.
    pub program: Program,
    /// Its tests; none unless they were asked for.
    pub tests: TestPlan,
    /// The expression of each node that an instrumented program shows.
    pub nodes: Vec<ExprId>,
}

/// The data files of a project and its entities, as JSON: for programs that read them by the same types.
#[derive(Clone, Debug, Default)]
pub(crate) struct Documents {
    data: Vec<(String, String)>,
    entities: Vec<(String, String)>,
}

impl Documents {
    /// A snapshot builder that holds them.
    pub(crate) fn builder(&self, program: &Program) -> SnapshotBuilder {
        let data = self.data.iter();
        let builder = data.fold(Snapshot::builder(program), |builder, (name, json)| builder.data(name, json));
        self.entities.iter().fold(builder, |builder, (name, json)| builder.entities(name, json))
    }

    /// Calls `each` with the names and contents of all.
    pub(crate) fn each(&self, mut each: impl FnMut(&str, &str)) {
        self.data.iter().chain(&self.entities).for_each(|(name, json)| each(name, json));
    }
}

/// The most misfits of a data file that are told.
const MAX_MISFITS: usize = 10;

impl Workspace {
    /// Compiles and loads the project.
    ///
    /// # Errors
    /// What stands in the way, as diagnostics.
    pub fn link(&self, options: Options) -> Result<Linked, Vec<Diagnostic>> {
        self.load(self.compile(options)?)
    }

    /// Loads what was compiled.
    ///
    /// # Errors
    /// What stands in the way, as diagnostics.
    pub(crate) fn load(&self, mut compiled: Compiled) -> Result<Linked, Vec<Diagnostic>> {
        let library = policy_stdlib::table();
        compiled.program.intrinsics = library.digest();
        let loaded = Program::new(compiled.program, library);
        match loaded.and_then(|program| program.within(self.limits())) {
            Ok(program) => Ok(Linked { program, tests: compiled.tests, nodes: compiled.nodes }),
            Err(error) => {
                let refused = Problem::NotLoaded { reason: error.to_string() };
                Err(vec![refused.at(self.project.own_place())])
            }
        }
    }

    /// Adds what only the time, compiling and loading find: exceptions that lapsed, constants that fail, data that does not fit.
    #[must_use]
    pub fn checked_through(mut self, now: Option<Timestamp>) -> Self {
        if self.has_errors() {
            return self;
        }
        let more = match self.link(Options { instrument: false, tests: true }) {
            Ok(linked) => self.content_problems(&linked.program),
            Err(found) => found,
        };
        self.diagnostics.extend(more);
        self.diagnostics.extend(now.map(|now| self.lapsed(now)).unwrap_or_default());
        policy_syntax::diagnostic::sort(&mut self.diagnostics);
        self
    }

    /// A snapshot builder that holds the project's entities and its data files, but for the items that `without` names.
    #[must_use]
    pub fn data(&self, program: &Program, without: &[&str]) -> SnapshotBuilder {
        let items = self.data_items(program, without);
        self.project
            .entities
            .iter()
            .fold(items, |builder, file| builder.entities(&file.path, &String::from_utf8_lossy(&file.json)))
    }

    /// [`Workspace::data`] without the project's entities.
    #[must_use]
    pub fn data_items(&self, program: &Program, without: &[&str]) -> SnapshotBuilder {
        let mut builder = Snapshot::builder(program);
        for (item, file) in &self.data {
            let (Some(item), Some(file)) = (self.checked.hir.data.get(*item), self.project.data.get(*file))
            else {
                continue;
            };
            if !without.contains(&item.name.as_str()) {
                builder = builder.data(&item.name, &self.json_of(program, &item.name, file));
            }
        }
        builder
    }

    /// What [`Workspace::data`] would give to each of many programs of the project.
    pub(crate) fn read_documents(&self, program: &Program) -> Documents {
        let name = |item: usize| self.checked.hir.data.get(item).map_or_else(String::new, |d| d.name.clone());
        let data = self.data_json(program).into_iter().map(|(item, json)| (name(item), json)).collect();
        let entities = self.project.entities.iter();
        let entities = entities
            .map(|file| (file.path.clone(), String::from_utf8_lossy(&file.json).into_owned()))
            .collect();
        Documents { data, entities }
    }

    /// The data items that have a file, by position, with its content as JSON.
    #[must_use]
    pub fn data_json(&self, program: &Program) -> Vec<(usize, String)> {
        let files = self.data.iter().filter_map(|(item, file)| {
            let name = &self.checked.hir.data.get(*item)?.name;
            Some((*item, self.json_of(program, name, self.project.data.get(*file)?)))
        });
        files.collect()
    }

    /// The content of a data file as JSON, cells of tables read by the item's type.
    fn json_of(&self, program: &Program, item: &str, file: &DataFile) -> String {
        let json = file.json_as(&self.columns(program, item));
        String::from_utf8_lossy(&json).into_owned()
    }

    /// What the columns of a table that holds a data item are read as.
    #[must_use]
    pub fn columns(&self, program: &Program, item: &str) -> Columns {
        let code = program.bytecode();
        let named = |data: &&DataItem| code.texts.get(data.name.index()).is_some_and(|name| name == item);
        code.data.iter().find(named).map_or_else(Columns::default, |data| columns::of_list(code, data.ty))
    }

    /// What is wrong with the content of the files that the project binds: data and parameters.
    #[must_use]
    pub fn content_problems(&self, program: &Program) -> Vec<Diagnostic> {
        let mut found = self.data_problems(program);
        found.extend(self.parameter_problems(program));
        found
    }

    /// What is wrong with the content of data files, each held against its item's type.
    fn data_problems(&self, program: &Program) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (item, file) in &self.data {
            let (Some(item), Some(file)) = (self.checked.hir.data.get(*item), self.project.data.get(*file))
            else {
                continue;
            };
            let json = self.json_of(program, &item.name, file);
            let built = Snapshot::builder(program).partial().data(&item.name, &json).build();
            if let Err(error) = built {
                let problem = Problem::DataMisfit {
                    path: file.path.clone(),
                    name: item.name.clone(),
                    reasons: reasons(&error),
                };
                found.push(problem.at(item.location));
            }
        }
        let stores =
            self.project.entities.iter().fold(Snapshot::builder(program).partial(), |builder, file| {
                builder.entities(&file.path, &String::from_utf8_lossy(&file.json))
            });
        if let Err(error) = stores.build() {
            let path = match &error {
                SnapshotError::Entities { name, .. } | SnapshotError::Limit { name, .. } => name.clone(),
                SnapshotError::Unknown(_)
                | SnapshotError::Missing(_)
                | SnapshotError::NoEntities
                | SnapshotError::Beside
                | SnapshotError::OtherProgram
                | SnapshotError::Misfits { .. } => "[entities]".to_owned(),
            };
            let place = self.project.manifest.entities.iter().find(|file| file.value == path);
            let place = place.map_or(self.project.own_place(), |file| file.place);
            found.push(Problem::NoStore { path, reasons: reasons(&error) }.at(place));
        }
        found
    }
}

/// Why a snapshot cannot be made, a line each.
#[must_use]
pub fn reasons(error: &SnapshotError) -> Vec<String> {
    match error {
        SnapshotError::Misfits { misfits, .. } | SnapshotError::Entities { misfits, .. } => {
            let mut out: Vec<String> = misfits
                .iter()
                .take(MAX_MISFITS)
                .map(|misfit| {
                    let at = if misfit.pointer.is_empty() { "the document" } else { &misfit.pointer };
                    format!("{at}: expected {}, found {}", misfit.expected, misfit.found)
                })
                .collect();
            let all = misfits.iter().count();
            let more = u64::try_from(all.saturating_sub(MAX_MISFITS)).unwrap_or(0) + misfits.omitted();
            if more > 0 {
                out.push(format!("… and {more} more"));
            }
            out
        }
        SnapshotError::Unknown(_)
        | SnapshotError::Missing(_)
        | SnapshotError::NoEntities
        | SnapshotError::Beside
        | SnapshotError::OtherProgram
        | SnapshotError::Limit { .. } => {
            vec![error.to_string()]
        }
    }
}
