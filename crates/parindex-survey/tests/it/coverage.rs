//! How often intervals hold the truth, in samples from a known population.

use parindex_survey::{Design, Groups, Survey};
use rand_core::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

/// Districts of a province, each a share of satisfied people of its own.
fn population(random: &mut Pcg64, districts: usize) -> Vec<f64> {
    let share = |shift: f64| 1.0 / (1.0 + (-1.1 - 0.4 * shift).exp());
    (0..districts).map(|_| share(StandardNormal.sample(random))).collect()
}

/// How intervals on t quantiles did, beside intervals on normal ones.
struct Coverage {
    student: f64,
    normal: f64,
    /// Mean half width in points of a hundred.
    half_width: f64,
}

/// The part of samples of `drawn` districts whose 95 % interval holds the truth.
fn coverage(drawn: usize, samples: u32) -> Coverage {
    let mut random = Pcg64::seed_from_u64(20_240_926);
    let shares = population(&mut random, 1000);
    let truth = shares.iter().sum::<f64>() / 1000.0;
    let answers_each = 20;
    let rows = drawn * answers_each;
    let clusters = Groups::from_labels((0..rows).map(|row| Some((row / answers_each).to_string())));
    let (mut student, mut normal, mut width) = (0, 0, 0.0);
    for _ in 0..samples {
        let mut order: Vec<usize> = (0..shares.len()).collect();
        let mut answers = Vec::with_capacity(rows);
        for place in 0..drawn {
            let pick = place + usize::try_from(random.next_u64() % 1_000_000).unwrap() % (order.len() - place);
            order.swap(place, pick);
            for _ in 0..answers_each {
                let uniform = f64::from(random.next_u32()) / f64::from(u32::MAX);
                answers.push(f64::from(u8::from(uniform < shares[order[place]])));
            }
        }
        let mean = Survey::new(Design::new(rows).cluster(&clusters)).unwrap().mean(&answers).unwrap();
        // All districts alike: no standard error, and no interval that could hold anything.
        let (Some((low, high)), Some(se)) = (mean.interval, mean.se) else { continue };
        student += u32::from(low <= truth && truth <= high);
        normal += u32::from((mean.estimate.unwrap() - truth).abs() <= 1.959_963_984_540_054 * se);
        width += 50.0 * (high - low);
    }
    let part = |held: u32| f64::from(held) / f64::from(samples);
    Coverage { student: part(student), normal: part(normal), half_width: width / f64::from(samples) }
}

#[test]
fn intervals_cover_what_they_say_with_thirty_psus() {
    let thirty = coverage(30, 2000);
    println!("30 PSUs: {:.1} % held, ± {:.1} points", 100.0 * thirty.student, thirty.half_width);
    assert!((0.93..=0.97).contains(&thirty.student), "{}", thirty.student);
}

/// With three districts t quantiles on 2 degrees of freedom keep the coverage
/// near 95 %, at the price of wide intervals; normal quantiles would not.
#[test]
fn three_psus_are_covered_thanks_to_their_two_degrees() {
    let three = coverage(3, 2000);
    let Coverage { student, normal, half_width } = three;
    println!("3 PSUs: {:.1} % held, ± {half_width:.1} points; normal {:.1} %", 100.0 * student, 100.0 * normal);
    assert!((0.92..=0.97).contains(&student), "{student}");
    assert!(normal < 0.85, "{normal}");
}
