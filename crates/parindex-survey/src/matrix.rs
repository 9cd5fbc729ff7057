//! Small symmetric systems, solved also where columns repeat one another.

use parindex::Stop;

/// The Cholesky factor of a positive semi-definite matrix. A column that only
/// repeats earlier ones is left out, and its coefficient is zero.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    size: usize,
    lower: Vec<f64>,
    left_out: Vec<bool>,
    /// How far the columns left out are from repeating others, as a correlation.
    defect: f64,
}

impl Factor {
    /// Factors a matrix given row by row.
    pub(crate) fn new(matrix: &[f64], size: usize) -> Self {
        let mut lower = vec![0.0; size * size];
        let mut left_out = vec![false; size];
        let mut defect: f64 = 0.0;
        for column in 0..size {
            Stop::point();
            let before = &lower[column * size..column * size + column];
            let pivot = matrix[column * size + column] - before.iter().map(|value| value * value).sum::<f64>();
            if pivot <= 1e-11 * matrix[column * size + column].abs() {
                left_out[column] = true;
                let own = matrix[column * size + column].abs();
                let mut miss = |left: f64, scale: f64| {
                    if left > 0.0 {
                        defect = defect.max(left / scale);
                    }
                };
                miss(-pivot, own);
                for row in column + 1..size {
                    let inner: f64 = (0..column).map(|k| lower[row * size + k] * lower[column * size + k]).sum();
                    let scale = (own * matrix[row * size + row].abs()).sqrt();
                    miss((matrix[row * size + column] - inner).abs(), scale);
                }
                continue;
            }
            let root = pivot.sqrt();
            lower[column * size + column] = root;
            for row in column + 1..size {
                let inner: f64 = (0..column).map(|k| lower[row * size + k] * lower[column * size + k]).sum();
                lower[row * size + column] = (matrix[row * size + column] - inner) / root;
            }
        }
        Self { size, lower, left_out, defect }
    }

    /// How far the matrix is from being positive semi-definite: 0 but for
    /// rounding if it is.
    pub(crate) fn defect(&self) -> f64 {
        self.defect
    }

    /// The solution for a right-hand side, in its place.
    pub(crate) fn solve(&self, right: &mut [f64]) {
        let size = self.size;
        for row in 0..size {
            if self.left_out[row] {
                right[row] = 0.0;
                continue;
            }
            let inner: f64 = (0..row).map(|k| self.lower[row * size + k] * right[k]).sum();
            right[row] = (right[row] - inner) / self.lower[row * size + row];
        }
        for row in (0..size).rev() {
            if self.left_out[row] {
                continue;
            }
            let inner: f64 = (row + 1..size).map(|k| self.lower[k * size + row] * right[k]).sum();
            right[row] = (right[row] - inner) / self.lower[row * size + row];
        }
    }

    /// Correlates independent standard draws: the factor times `draws`.
    pub(crate) fn spread(&self, draws: &[f64], out: &mut [f64]) {
        for (row, value) in out.iter_mut().enumerate() {
            let line = &self.lower[row * self.size..=row * self.size + row];
            *value = line.iter().zip(draws).map(|(factor, draw)| factor * draw).sum();
        }
    }
}

/// How many columns of a matrix are linearly independent, as R's `qr` with
/// tolerance 1e-5 counts them.
pub(crate) fn rank(columns: impl Iterator<Item = Vec<f64>>) -> usize {
    let norm = |column: &[f64]| column.iter().map(|value| value * value).sum::<f64>().sqrt();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for mut column in columns {
        if basis.len() == column.len() {
            break;
        }
        let before = norm(&column);
        // Twice is enough for orthogonality.
        for _ in 0..2 {
            Stop::point();
            for known in &basis {
                let inner: f64 = known.iter().zip(&column).map(|(a, b)| a * b).sum();
                column.iter_mut().zip(known).for_each(|(value, known)| *value -= inner * known);
            }
        }
        let after = norm(&column);
        if after > 1e-5 * before && before > 0.0 {
            for value in &mut column {
                *value /= after;
            }
            basis.push(column);
        }
    }
    basis.len()
}
