//! Files that parameters of entries are bound to.

use std::path::Path;

use super::{ParameterFile, Project, data};
use crate::manifest::{At, Parameters};

pub(super) fn load(project: &mut Project) {
    let Some(package) = project.packages.first().cloned() else { return };
    for (entry, said) in &package.manifest.entries {
        let files: Vec<(Option<String>, &At<String>)> = match &said.parameters {
            Parameters::None => Vec::new(),
            Parameters::File(file) => vec![(None, file)],
            Parameters::Files(files) => files.iter().map(|(name, file)| (Some(name.clone()), file)).collect(),
        };
        for (name, file) in files {
            let path = package.root.join(Path::new(&file.value));
            let known = name.clone().unwrap_or_default();
            match data::read(&package, 0, known, &path) {
                Ok(read) => project.parameters.push(ParameterFile {
                    entry: entry.clone(),
                    name,
                    place: file.place,
                    file: read,
                }),
                Err(problem) => project.report(problem, file.place),
            }
        }
    }
}
