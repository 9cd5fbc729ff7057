//! Hadamard matrices, for balanced half samples.

/// A Hadamard matrix of the smallest order from `least` on that Paley's first
/// construction and doubling reach. The first row and column are all true.
pub(crate) fn hadamard(least: usize) -> Vec<Vec<bool>> {
    let mut best: Option<(usize, usize)> = None;
    let mut seeds = vec![1];
    seeds.extend((3..=least.max(4)).filter(|prime| prime % 4 == 3 && is_prime(*prime)).map(|prime| prime + 1));
    for seed in seeds {
        let mut order = seed;
        while order < least {
            order *= 2;
        }
        if best.is_none_or(|(found, _)| order < found) {
            best = Some((order, seed));
        }
    }
    let (order, seed) = best.unwrap_or((1, 1));
    let mut matrix = paley(seed);
    while matrix.len() < order {
        matrix = doubled(&matrix);
    }
    matrix
}

fn is_prime(number: usize) -> bool {
    number > 1 && (2..=number.isqrt()).all(|divisor| !number.is_multiple_of(divisor))
}

fn doubled(matrix: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let upper = matrix.iter().map(|row| row.iter().chain(row).copied().collect());
    let lower = matrix.iter().map(|row| row.iter().copied().chain(row.iter().map(|sign| !sign)).collect());
    upper.chain(lower).collect()
}

/// Paley's matrix of order `order`, one more than a prime of the form 4k + 3;
/// of order 1 for one.
fn paley(order: usize) -> Vec<Vec<bool>> {
    let prime = order - 1;
    if prime == 0 {
        return vec![vec![true]];
    }
    let mut is_square = vec![false; prime];
    for root in 0..prime {
        is_square[root * root % prime] = true;
    }
    let mut matrix = vec![vec![true; order]];
    for row in 0..prime {
        // The symmetric form, whose half samples are those of R survey.
        let sign = |column: usize| !is_square[(row + column) % prime];
        matrix.push(std::iter::once(true).chain((0..prime).map(sign)).collect());
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_orthogonal() {
        for least in 1..60 {
            let matrix = hadamard(least);
            assert!(matrix.len() >= least && matrix.len() <= 2 * least.max(4));
            assert!(matrix.iter().all(|row| row[0]), "{least}");
            for first in 0..matrix.len() {
                for second in 0..first {
                    let same = matrix.iter().filter(|row| row[first] == row[second]).count();
                    assert_eq!(2 * same, matrix.len(), "order {}", matrix.len());
                }
            }
        }
    }
}
