//! `unspin sample`: proposals drawn at random, for an audit.

use std::io;

use unspin::{
    Spelling,
    audit::{Plan, Sampler, Stratum},
    report::{Origin, Report},
};

use crate::{
    args::{Drawing, SampleArgs},
    config::Field,
    drafts,
    fix::{rules_hash, unwritable},
    inputs, interrupt,
    memory::Memory,
    output::{Done, counted, remark},
    sets,
    setup::Courts,
};

pub fn run(args: &SampleArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let courts = Courts::new(common, Spelling::AsFound)?;
    let (documents, mut failed) = inputs::find_texts(&common.paths);
    // What people decided before must not say what can be drawn.
    let memory = Memory::of_runs(&common.paths);
    let by = match args.by {
        Drawing::Rule => Stratum::Rule,
        Drawing::Family => Stratum::Family,
        Drawing::Pack => Stratum::Pack,
    };
    let mut sampler = Sampler::new(Plan { seed: args.seed, by, per_rule: args.per_rule, documents: args.documents });
    let check = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let checked = courts.over(origin, field).check(origin, raw, &memory);
        (origin.clone(), checked)
    };
    failed |= sets::work(&documents, &common.shared, &courts.reading, check, |(origin, checked)| {
        sampler.add(&Report::new(&origin, &checked));
        Ok(())
    })?;
    let drawn = format!("{} drawn, and {} without any", counted(sampler.places(), "proposal"), counted(sampler.documents(), "document"));
    let rules = rules_hash(courts.rules());
    match &args.out {
        None => sampler.write(rules, &mut io::stdout().lock())?,
        Some(path) => {
            interrupt::heed();
            drafts::put_written(path, |out| sampler.write(rules, out)).map_err(|it| unwritable(path, &it))?;
        }
    }
    if !common.shared.quiet {
        remark(&format_args!("{drawn}"));
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}
