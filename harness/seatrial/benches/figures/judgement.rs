//! Judging manifests: every rule and the schema beside `conftest` with five rules and `kubeconform`, on the same files,
//! in turn.

mod corpus;
mod peers;

use anyhow::ensure;

use crate::figure::Figure;
use crate::setting::{Setting, processors};
use corpus::Corpus;

/// Starts of the program on one small chart's manifests.
const STARTS: usize = 15;

pub(crate) async fn measure(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    ensure!(processors() >= 2, "one processor and two are compared, and there is only one");
    let root = &setting.root;
    let corpus = Corpus::render(root).await?;
    println!("  {} objects in {} files", corpus.objects, corpus.files);
    let objects = f64::from(u32::try_from(corpus.objects)?);
    let (mut ours, mut conftests, mut kubeconforms, mut shares) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut alone, mut together, mut parts, mut peaks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 1..=setting.runs {
        let two = peers::vet(root, &corpus, "0,1").await?;
        let conftest = peers::conftest(root, &corpus).await?.whole;
        let kubeconform = peers::kubeconform(&corpus).await?.whole;
        let one = peers::vet(root, &corpus, "0").await?;
        println!(
            "  {number}: processor time {:.2} s, conftest {conftest:.2} s, kubeconform {kubeconform:.2} s",
            two.whole
        );
        ours.push(two.whole);
        conftests.push(conftest);
        kubeconforms.push(kubeconform);
        shares.push(100.0 * two.whole / (conftest + kubeconform));
        let [one, both] = [&one, &two].map(|measured| measured.wall.as_secs_f64());
        alone.push(one);
        together.push(both);
        parts.push(100.0 * both / one);
        peaks.push(two.peak);
    }
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(1000.0 * peers::vet_small(root, &corpus).await?.wall.as_secs_f64());
    }
    let per_object = |of: &[f64]| of.iter().map(|seconds| 1000.0 * seconds / objects).collect::<Vec<_>>();
    let peers: Vec<f64> = conftests.iter().zip(&kubeconforms).map(|(one, other)| one + other).collect();
    Ok(vec![
        Figure::new("vet of both peers, processor time", "%", shares).at_most(100.0),
        Figure::new("  vet, all rules and the schema", "s", ours.clone()),
        Figure::new("  conftest, five rules", "s", conftests),
        Figure::new("  kubeconform", "s", kubeconforms),
        Figure::new("vet, processor time per object", "ms", per_object(&ours)),
        Figure::new("both peers, processor time per object", "ms", per_object(&peers)),
        Figure::new("vet on two processors, of the time on one", "%", parts).at_most(59.0),
        Figure::new("  on one", "s", alone),
        Figure::new("  on two", "s", together),
        Figure::new("vet, memory", "MiB", peaks).at_most(300.0),
        Figure::new("vet of one small chart's manifests", "ms", starts).at_most(60.0),
    ])
}
